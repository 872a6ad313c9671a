//! A table of data: its columns, what each holds and means, and the cells of its rows.

use crate::kind::Kind;
use serde_json::Value as Json;

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name, the same in every format.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What that means.
    pub doc: &'static str,
}

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub struct Holds {
    /// The type of its cells.
    pub ty: Type,
    /// The kind of fact that its ids are of; none for what is no id, or can be any.
    pub to: Option<Kind>,
    /// Whether every row has it.
    pub required: bool,
}

/// The type of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Plain text, EDTF dates and ids among it.
    Text,
    /// A whole number.
    Whole,
    /// A number with a fraction.
    Decimal,
    /// True or false.
    YesNo,
    /// A day, as ISO 8601 has it.
    Day,
    /// An absolute URL.
    Url,
    /// One of these words, each with its meaning.
    Word(&'static [(&'static str, &'static str)]),
    /// A list of texts.
    List,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is known, or nothing is said.
    None,
    /// A text that is not empty.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// A number with a fraction.
    Decimal(f64),
    /// True or false.
    YesNo(bool),
    /// A list, perhaps empty.
    List(Vec<String>),
}

impl Holds {
    const fn plain(ty: Type) -> Self {
        Self { ty, to: None, required: false }
    }

    /// The same, in every row.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, of ids of this kind.
    pub(super) const fn of(self, kind: Kind) -> Self {
        Self { to: Some(kind), ..self }
    }
}

pub(super) const TEXT: Holds = Holds::plain(Type::Text);
pub(super) const WHOLE: Holds = Holds::plain(Type::Whole);
pub(super) const DECIMAL: Holds = Holds::plain(Type::Decimal);
pub(super) const YES_NO: Holds = Holds::plain(Type::YesNo);
pub(super) const DAY: Holds = Holds::plain(Type::Day);
pub(super) const URL: Holds = Holds::plain(Type::Url);
pub(super) const LIST: Holds = Holds::plain(Type::List);

/// One of the words of a vocabulary.
pub(super) const fn word(words: &'static [(&'static str, &'static str)]) -> Holds {
    Holds::plain(Type::Word(words))
}

impl Column {
    /// Whether a cell can stand in it.
    pub fn takes(&self, cell: &Cell) -> bool {
        match (self.holds.ty, cell) {
            (_, Cell::None) => !self.holds.required,
            (Type::Word(words), Cell::Text(text)) => words.iter().any(|(word, _)| word == text),
            (Type::Text | Type::Day | Type::Url, Cell::Text(_))
            | (Type::Whole, Cell::Whole(_))
            | (Type::Decimal, Cell::Decimal(_))
            | (Type::YesNo, Cell::YesNo(_))
            | (Type::List, Cell::List(_)) => true,
            _ => false,
        }
    }
}

impl Cell {
    /// The cell as JSON has it: null for nothing.
    pub fn json(&self) -> Json {
        match self {
            Self::None => Json::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Whole(n) => (*n).into(),
            Self::Decimal(n) => (*n).into(),
            Self::YesNo(yes) => (*yes).into(),
            Self::List(items) => items.clone().into(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<u64> for Cell {
    fn from(n: u64) -> Self {
        Self::Whole(n)
    }
}

impl From<f64> for Cell {
    fn from(n: f64) -> Self {
        Self::Decimal(n)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::YesNo(yes)
    }
}

impl From<Vec<String>> for Cell {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Self::None, Into::into)
    }
}

/// Declares a table: a line per column with its name, what it holds, and how its cell is found in a fact; what it means
/// stands above it.
macro_rules! columns {
    (
        $table:ident, $row:ident($($argument:ident: $ty:ty),*) {
            $( $(#[doc = $doc:expr])+ $name:ident: $holds:expr => $cell:expr; )*
        }
    ) => {
        const $table: &[Column] = &[ $( Column {
            name: stringify!($name),
            holds: $holds,
            doc: concat!($($doc),+).trim_ascii(),
        }, )* ];

        fn $row($($argument: $ty),*) -> Vec<Cell> {
            vec![ $( Cell::from($cell), )* ]
        }
    };
}

pub(super) use columns;
