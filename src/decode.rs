//! From YAML to typed values: every field of every record, with a diagnostic for each mistake.
//!
//! A record is declared once with [`record!`](crate::record): its struct, its reading, the values
//! templates see, the references it makes and the list of its fields all follow from that.

use crate::body::Body;
use crate::date::{DateError, Edtf, When};
use crate::diagnostic::{Diagnostic, Severity, did_you_mean, nearest};
use crate::kind::Kind;
use crate::limits::MOST_KEYS;
use crate::markdown::{self, Origin, Settings};
use crate::slug::is_fact_id;
use crate::source::{At, Span};
use crate::yaml::{Node, Scalar, Yaml};
use serde_json::{Value as Json, json};
use tera::value::Key;
use tera::{Map, Value};

/// What reading needs beside the node: the settings, and where mistakes are gathered.
pub struct Reading<'a> {
    /// How Markdown in text fields is read.
    pub markdown: Settings,
    /// What an unknown key is; none where they are allowed.
    pub unknown_keys: Option<Severity>,
    /// The languages of the site.
    pub langs: &'a [String],
    /// What was wrong so far.
    pub wrong: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Tells that `node` is not what was expected.
    pub fn wrong_type<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let message = format!("expected {expected}, found {}", shown(&node.value));
        self.wrong
            .push(Diagnostic::error("wrong-type", node.span, message).maybe_help(type_help(&node.value, expected)));
        None
    }
}

fn shown(value: &Yaml) -> String {
    match value {
        Yaml::Scalar(text, _) if !text.contains('\n') && text.len() < 60 => format!("{} `{text}`", value.name()),
        _ => value.name().to_owned(),
    }
}

fn type_help(value: &Yaml, expected: &str) -> Option<String> {
    let Yaml::Scalar(text, kind) = value else { return None };
    let is_number = expected.contains("whole number");
    if is_number && text.contains(|c: char| !c.is_ascii_graphic() && !c.is_whitespace()) {
        Some("a character in it cannot be seen, or is no digit from 0 to 9: write it anew".to_owned())
    } else if let (true, Some(digits)) = (is_number, ungrouped(text)) {
        let digits = if digits.bytes().all(|digit| digit == b'0') { "0" } else { digits.trim_start_matches('0') };
        // Nothing is said where it would be what is written already.
        let is_new = digits != text || *kind == Scalar::Quoted;
        is_new.then(|| format!("write {digits}, without quotes or separators"))
    } else if expected == bool::TYPE {
        Some("write `true` or `false`, without quotes".to_owned())
    } else if expected.contains("list") {
        Some(format!("write `[{text}]`"))
    } else {
        None
    }
}

/// The digits of a number whose thousands are set apart by one and the same sign, or that has none.
fn ungrouped(text: &str) -> Option<String> {
    let separators: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let same = separators
        .iter()
        .all(|c| *c == separators[0] && matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '_' | '\''));
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let thirds =
        groups.len() == 1 || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    (same && thirds && !groups[0].is_empty()).then(|| groups.concat())
}

/// What templates need to know of the linked site to print a field.
pub trait Links {
    /// The language of the page that is made.
    fn lang(&self) -> &str;
    /// What is known of an id: its `id`, `kind`, `title` and `url`.
    fn stub(&self, id: &str) -> Value;
    /// A text with its holes filled, as safe HTML.
    fn html(&self, body: &Body) -> Value;
}

/// A reference that a field makes.
#[derive(Debug, Clone, Copy)]
pub struct FieldRef<'a> {
    /// The id, and where it is written.
    pub id: &'a At<String>,
    /// The kinds it may lead to; empty for any.
    pub kinds: &'static [Kind],
    /// The field, in the words of the record: `places`.
    pub field: &'static str,
}

/// A type that can stand in a record.
pub trait Field: Sized {
    /// The type in a writer's words: "a whole number".
    const TYPE: &'static str;
    /// Reads it, or tells what is wrong.
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self>;
    /// What it is when the key is missing; none when it must not be.
    fn absent() -> Option<Self> {
        None
    }
    /// What templates see.
    fn value(&self, links: &dyn Links) -> Value;
    /// The references in it.
    fn refs<'a>(&'a self, _field: &'static str, _out: &mut Vec<FieldRef<'a>>) {}
    /// The texts in it, whose holes are references too.
    fn bodies<'a>(&'a self, _out: &mut Vec<&'a Body>) {}
    /// What editors take: a JSON Schema (draft 2020-12) of its YAML.
    fn schema() -> Json;
    /// Takes out the references to what is `gone`; false when nothing is left without them.
    fn prune(&mut self, _gone: &dyn Fn(&str) -> bool) -> bool {
        true
    }
}

/// A field as the documentation lists it.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// The key.
    pub key: &'static str,
    /// Its type, in a writer's words.
    pub ty: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Whether it may be missing.
    pub optional: bool,
    /// Other names that are understood.
    pub aliases: &'static [&'static str],
    /// Its JSON Schema.
    pub schema: fn() -> Json,
}

/// A struct whose fields are the keys of a mapping.
pub trait Record: Sized {
    /// Its keys.
    fn fields() -> Vec<FieldInfo>;
    /// Takes its fields out of a mapping; none when a required one is missing or wrong.
    fn take(fields: &mut Fields<'_>, reading: &mut Reading<'_>) -> Option<Self>;
    /// Writes its fields into what templates see.
    fn put(&self, links: &dyn Links, map: &mut Map);
    /// What templates see of one field.
    fn value_of(&self, key: &str, links: &dyn Links) -> Option<Value>;
    /// The references of all fields.
    fn all_refs<'a>(&'a self, out: &mut Vec<FieldRef<'a>>);
    /// The texts of all fields.
    fn all_bodies<'a>(&'a self, out: &mut Vec<&'a Body>);
    /// Takes references to what is `gone` out of all fields; false when a required one is left without.
    fn prune_all(&mut self, gone: &dyn Fn(&str) -> bool) -> bool;
}

/// A mapping whose keys are taken out one by one; what remains is unknown.
pub struct Fields<'n> {
    map: &'n [(At<String>, Node)],
    place: Span,
    known: Vec<&'static str>,
    /// Required keys that are not there, told at the end: one may stand there misspelt.
    missing: Vec<(&'static str, Diagnostic)>,
}

impl<'n> Fields<'n> {
    /// The fields of `node`, which belongs at `place` in a reader's eyes (its key, or the file's start).
    /// Tells of duplicate keys.
    pub fn of(node: &'n Node, place: Span, reading: &mut Reading<'_>) -> Option<Self> {
        let map = match &node.value {
            Yaml::Map(map) => map.as_slice(),
            Yaml::Null => &[],
            _ => return reading.wrong_type(node, "a mapping of keys to values"),
        };
        if map.len() > MOST_KEYS {
            let message = format!("{} keys stand here, and {MOST_KEYS} are the most", map.len());
            reading.wrong.push(Diagnostic::error("too-large", place, message));
            return None;
        }
        for (i, (key, _)) in map.iter().enumerate() {
            if let Some((first, _)) = map[..i].iter().find(|(earlier, _)| earlier.value == key.value) {
                let message = format!("the key `{}` stands here a second time", key.value);
                reading
                    .wrong
                    .push(Diagnostic::error("duplicate-key", key.span, message).also(first.span, "first here"));
            }
        }
        Some(Self { map, place, known: Vec::new(), missing: Vec::new() })
    }

    /// Where the mapping belongs in a reader's eyes.
    pub fn place(&self) -> Span {
        self.place
    }

    /// The node under `key`, if there is one and it is not empty.
    pub fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        let found = self.map.iter().find(|(name, _)| name.value == key)?;
        (found.1.value != Yaml::Null).then_some(&found.1)
    }

    /// Takes the field `key`; a missing one is an error unless its type says what it is then.
    pub fn take<T: Field>(
        &mut self,
        key: &'static str,
        aliases: &[&'static str],
        reading: &mut Reading<'_>,
    ) -> Option<T> {
        let own = self.node(key);
        let other = aliases.iter().find_map(|alias| self.node(alias));
        self.known.extend(aliases);
        if let (Some(own), Some(other)) = (own, other) {
            let message = format!("this is another name for `{key}`, which stands here too");
            reading.wrong.push(Diagnostic::error("duplicate-key", other.span, message).also(own.span, "here"));
        }
        let node = own.or(other);
        match node {
            Some(node) => T::read(node, reading),
            None => T::absent().or_else(|| {
                let empty = self.map.iter().find(|(name, _)| name.value == key);
                let span = empty.map_or(self.place, |(name, _)| name.span);
                let how = if empty.is_some() { "has no value" } else { "is missing" };
                let message = format!("the key `{key}` {how}; it takes {}", T::TYPE);
                self.missing.push((key, Diagnostic::error("missing-key", span, message)));
                None
            }),
        }
    }

    /// Tells of the keys that nobody took, and of those that are missing unless one of the others is that, misspelt.
    pub fn finish(mut self, reading: &mut Reading<'_>) {
        let unknown: Vec<&At<String>> =
            self.map.iter().map(|(key, _)| key).filter(|key| !self.known.contains(&key.value.as_str())).collect();
        if let Some(severity) = reading.unknown_keys {
            for key in unknown {
                let near = nearest(&key.value, self.known.iter().copied());
                let mut known = self.known.clone();
                known.sort_unstable();
                known.dedup();
                let help = near.map_or_else(
                    || format!("known keys: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let diagnostic =
                    Diagnostic::error("unknown-key", key.span, format!("unknown key `{}`", key.value)).help(help);
                reading.wrong.push(Diagnostic { severity, ..diagnostic });
                // A warning alone would leave the entry out without an error.
                self.missing.retain(|(missing, _)| near != Some(*missing) || severity == Severity::Warning);
            }
        }
        reading.wrong.extend(self.missing.into_iter().map(|(_, diagnostic)| diagnostic));
    }
}

/// Declares a record: `/// doc` and `field: Type,` per line; `field = "key"` where key and name
/// differ, `| "alias"` for other names that are understood. `Option` and `Vec` may be missing.
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[doc = $fdoc:expr])* $field:ident $(= $key:literal)? $(| $alias:literal)* : $ty:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[doc = $fdoc])* pub $field: $ty, )*
        }

        impl $crate::decode::Record for $name {
            fn fields() -> Vec<$crate::decode::FieldInfo> {
                vec![ $( $crate::decode::FieldInfo {
                    key: $crate::record!(@key $field $($key)?),
                    ty: <$ty as $crate::decode::Field>::TYPE,
                    doc: concat!($($fdoc),*).trim_ascii(),
                    optional: <$ty as $crate::decode::Field>::absent().is_some(),
                    aliases: &[$($alias),*],
                    schema: <$ty as $crate::decode::Field>::schema,
                }, )* ]
            }

            fn take(
                fields: &mut $crate::decode::Fields<'_>,
                reading: &mut $crate::decode::Reading<'_>,
            ) -> Option<Self> {
                $( let $field = fields.take::<$ty>($crate::record!(@key $field $($key)?), &[$($alias),*], reading); )*
                Some(Self { $( $field: $field?, )* })
            }

            fn put(&self, links: &dyn $crate::decode::Links, map: &mut tera::Map) {
                $( map.insert(
                    $crate::decode::template_key($crate::record!(@key $field $($key)?)),
                    $crate::decode::Field::value(&self.$field, links),
                ); )*
            }

            fn value_of(&self, key: &str, links: &dyn $crate::decode::Links) -> Option<tera::Value> {
                match key {
                    $( $crate::record!(@key $field $($key)?) => {
                        Some($crate::decode::Field::value(&self.$field, links))
                    } )*
                    _ => None,
                }
            }

            fn all_refs<'a>(&'a self, out: &mut Vec<$crate::decode::FieldRef<'a>>) {
                $( $crate::decode::Field::refs(&self.$field, $crate::record!(@key $field $($key)?), out); )*
            }

            fn all_bodies<'a>(&'a self, out: &mut Vec<&'a $crate::body::Body>) {
                $( $crate::decode::Field::bodies(&self.$field, out); )*
            }

            fn prune_all(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
                [ $( $crate::decode::Field::prune(&mut self.$field, gone), )* ].into_iter().all(|whole| whole)
            }
        }

        impl $crate::decode::Field for $name {
            const TYPE: &'static str = "a mapping of keys to values";

            fn read(node: &$crate::yaml::Node, reading: &mut $crate::decode::Reading<'_>) -> Option<Self> {
                let mut fields = $crate::decode::Fields::of(node, node.span, reading)?;
                let record = <Self as $crate::decode::Record>::take(&mut fields, reading);
                fields.finish(reading);
                record
            }

            fn value(&self, links: &dyn $crate::decode::Links) -> tera::Value {
                let mut map = tera::Map::new();
                $crate::decode::Record::put(self, links, &mut map);
                map.into()
            }

            fn refs<'a>(&'a self, _: &'static str, out: &mut Vec<$crate::decode::FieldRef<'a>>) {
                $crate::decode::Record::all_refs(self, out);
            }

            fn bodies<'a>(&'a self, out: &mut Vec<&'a $crate::body::Body>) {
                $crate::decode::Record::all_bodies(self, out);
            }

            fn schema() -> serde_json::Value {
                $crate::decode::object(&<Self as $crate::decode::Record>::fields())
            }

            fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
                $crate::decode::Record::prune_all(self, gone)
            }
        }
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}

/// Declares closed vocabularies: a type whose value is one of the words listed, each with its meaning.
#[macro_export]
macro_rules! vocabulary {
    ($( $(#[doc = $doc:expr])* $name:ident { $first:literal: $first_meaning:literal, $( $word:literal: $meaning:literal, )* } )*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(&'static str);

        impl $name {
            /// The words, each with its meaning.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[ ($first, $first_meaning), $( ($word, $meaning), )* ];

            /// The word.
            pub fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl $crate::decode::Field for $name {
            const TYPE: &'static str = concat!("one of: ", $first, $( ", ", $word, )*);

            fn read(node: &$crate::yaml::Node, reading: &mut $crate::decode::Reading<'_>) -> Option<Self> {
                $crate::decode::word(node, Self::WORDS, Self::TYPE, reading).map(Self)
            }

            fn value(&self, _: &dyn $crate::decode::Links) -> tera::Value {
                self.0.into()
            }

            fn schema() -> serde_json::Value {
                $crate::decode::words_schema(Self::WORDS)
            }
        }
    )* };
}

/// The JSON Schema of a closed vocabulary; `enumDescriptions` is what editors show beside each word.
pub fn words_schema(words: &[(&str, &str)]) -> Json {
    let (words, meanings): (Vec<_>, Vec<_>) = words.iter().copied().unzip();
    json!({ "enum": words, "enumDescriptions": meanings })
}

/// The JSON Schema of a mapping with these keys.
pub fn object(fields: &[FieldInfo]) -> Json {
    let names = |field: &FieldInfo| -> Vec<&'static str> { [&[field.key], field.aliases].concat() };
    let property = |field: &FieldInfo| {
        let mut schema = (field.schema)();
        schema["description"] = field.doc.into();
        names(field).into_iter().map(|name| (name.to_owned(), schema.clone())).collect::<Vec<_>>()
    };
    let properties: serde_json::Map<String, Json> = fields.iter().flat_map(property).collect();
    let required: Vec<_> = fields.iter().filter(|field| !field.optional).map(|field| field.key).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The word of a closed vocabulary that `node` names.
pub fn word(
    node: &Node,
    words: &'static [(&'static str, &'static str)],
    expected: &str,
    reading: &mut Reading<'_>,
) -> Option<&'static str> {
    let Yaml::Scalar(text, _) = &node.value else { return reading.wrong_type(node, expected) };
    if let Some((word, _)) = words.iter().find(|(word, _)| word == text) {
        return Some(word);
    }
    let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    let help = did_you_mean(text, all.iter().copied()).unwrap_or_else(|| format!("the words are: {}", all.join(", ")));
    reading.wrong.push(
        Diagnostic::error("wrong-type", node.span, format!("`{text}` is not one of the words for this key")).help(help),
    );
    None
}

/// A key as templates write it: `container-title` is `container_title`.
pub fn template_key(key: &'static str) -> Key<'static> {
    if key.contains('-') { key.replace('-', "_").into() } else { key.into() }
}

impl<T: Field> Field for Option<T> {
    const TYPE: &'static str = T::TYPE;
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        T::read(node, reading).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.as_ref().map_or_else(Value::none, |value| value.value(links))
    }
    fn schema() -> Json {
        T::schema()
    }
    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.iter().for_each(|value| value.refs(field, out));
    }
    fn bodies<'a>(&'a self, out: &mut Vec<&'a Body>) {
        self.iter().for_each(|value| value.bodies(out));
    }
    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        if self.as_mut().is_some_and(|value| !value.prune(gone)) {
            *self = None;
        }
        true
    }
}

impl<T: Field> Field for Vec<T> {
    const TYPE: &'static str = "a list";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let Yaml::List(items) = &node.value else { return reading.wrong_type(node, "a list") };
        let read: Vec<_> = items.iter().map(|item| T::read(item, reading)).collect();
        read.into_iter().collect()
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.iter().map(|item| item.value(links)).collect::<Vec<_>>().into()
    }
    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }
    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.iter().for_each(|value| value.refs(field, out));
    }
    fn bodies<'a>(&'a self, out: &mut Vec<&'a Body>) {
        self.iter().for_each(|value| value.bodies(out));
    }
    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        self.retain_mut(|value| value.prune(gone));
        true
    }
}

/// A list that must be there and must not be empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Some1<T>(pub Vec<T>);

impl<T: Field> Field for Some1<T> {
    const TYPE: &'static str = "a list with one entry or more";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let items = Vec::<T>::read(node, reading)?;
        if items.is_empty() {
            let message = "this list is empty, and takes one entry at least";
            reading.wrong.push(Diagnostic::error("missing-key", node.span, message));
            return None;
        }
        Some(Self(items))
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.0.value(links)
    }
    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema(), "minItems": 1 })
    }
    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.0.refs(field, out);
    }
    fn bodies<'a>(&'a self, out: &mut Vec<&'a Body>) {
        self.0.bodies(out);
    }
    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        self.0.prune(gone) && !self.0.is_empty()
    }
}

impl<T: Field> Field for At<T> {
    const TYPE: &'static str = T::TYPE;
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        T::read(node, reading).map(|value| At { value, span: node.span })
    }
    fn absent() -> Option<Self> {
        None
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.value.value(links)
    }
    fn schema() -> Json {
        T::schema()
    }
    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.value.refs(field, out);
    }
    fn bodies<'a>(&'a self, out: &mut Vec<&'a Body>) {
        self.value.bodies(out);
    }
    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        self.value.prune(gone)
    }
}

impl Field for String {
    const TYPE: &'static str = "text";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.value {
            Yaml::Scalar(text, _) => Some(closed(text)),
            _ => reading.wrong_type(node, "text"),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.as_str().into()
    }
    fn schema() -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Field for bool {
    const TYPE: &'static str = "true or false";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.value {
            Yaml::Scalar(_, Scalar::Bool(value)) => Some(*value),
            _ => reading.wrong_type(node, "true or false"),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        (*self).into()
    }
    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

impl Field for i64 {
    const TYPE: &'static str = "a whole number";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.value {
            Yaml::Scalar(_, Scalar::Int(value)) => Some(*value),
            _ => reading.wrong_type(node, "a whole number"),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        (*self).into()
    }
    fn schema() -> Json {
        json!({ "type": "integer" })
    }
}

/// A number of people or things: whole, not below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u64);

impl Field for Count {
    const TYPE: &'static str = "a whole number, zero or more";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.value {
            Yaml::Scalar(_, Scalar::Int(value)) if *value >= 0 => Some(Self(value.unsigned_abs())),
            _ => reading.wrong_type(node, Self::TYPE),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.into()
    }
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0 })
    }
}

macro_rules! scales {
    ($( $(#[doc = $doc:expr])* $name:ident: $range:expr, $words:literal; )*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl Field for $name {
            const TYPE: &'static str = $words;
            fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
                match &node.value {
                    Yaml::Scalar(_, Scalar::Int(value)) if $range.contains(value) => Some(Self(*value)),
                    _ => reading.wrong_type(node, Self::TYPE),
                }
            }
            fn value(&self, _: &dyn Links) -> Value {
                self.0.into()
            }
            fn schema() -> Json {
                json!({ "type": "integer", "minimum": ($range).start(), "maximum": ($range).end() })
            }
        }
    )* };
}

scales! {
    /// How much an event matters: from 1, a headline, to 5, a detail.
    Importance: 1..=5, "a whole number from 1 to 5";
    /// How exact a place's coordinates are (UCDP).
    WherePrec: 1..=7, "a whole number from 1 to 7";
    /// A width in pixels that WebP can have.
    Width: 16..=16383, "a whole number of pixels from 16 to 16383";
    /// How exact a picture is that was made smaller.
    Quality: 1..=100, "a whole number from 1 to 100";
}

/// Longitude and latitude in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// Degrees east, from -180 to 180.
    pub lon: f64,
    /// Degrees north, from -90 to 90.
    pub lat: f64,
}

impl Field for Coordinates {
    const TYPE: &'static str = "a list of longitude and latitude";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let numbers = Vec::<Number>::read(node, reading)?;
        let [Number(lon), Number(lat)] = numbers[..] else { return reading.wrong_type(node, Self::TYPE) };
        if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            return Some(Self { lon, lat });
        }
        let message = format!(
            "{lon}, {lat} is no place on Earth: longitude comes first, from -180 to 180, then latitude, from -90 to 90"
        );
        reading.wrong.push(Diagnostic::error("coordinates", node.span, message));
        None
    }
    fn value(&self, _: &dyn Links) -> Value {
        vec![self.lon, self.lat].into()
    }
    fn schema() -> Json {
        json!({
            "type": "array",
            "prefixItems": [
                { "type": "number", "minimum": -180, "maximum": 180 },
                { "type": "number", "minimum": -90, "maximum": 90 },
            ],
            "minItems": 2, "maxItems": 2,
        })
    }
}

/// A number that may have a fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(pub f64);

impl Field for Number {
    const TYPE: &'static str = "a number";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        match &node.value {
            #[expect(clippy::cast_precision_loss, reason = "coordinates and levels are small")]
            Yaml::Scalar(_, Scalar::Int(value)) => Some(Self(*value as f64)),
            Yaml::Scalar(_, Scalar::Float(value)) => Some(Self(*value)),
            _ => reading.wrong_type(node, "a number"),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.into()
    }
    fn schema() -> Json {
        json!({ "type": "number" })
    }
}

fn read_date<T>(
    node: &Node,
    expected: &str,
    parse: impl Fn(&str) -> Result<T, DateError>,
    reading: &mut Reading<'_>,
) -> Option<T> {
    let Yaml::Scalar(text, _) = &node.value else {
        let found = reading.wrong_type(node, expected);
        if let (Yaml::List(_) | Yaml::Map(_), Some(last)) = (&node.value, reading.wrong.last_mut())
            && expected == Edtf::TYPE
        {
            last.help =
                Some("a set of dates is text for YAML: put it in quotes, `\"[2020-09-27, 2020-09-28]\"`".into());
        }
        return found;
    };
    match parse(text) {
        Ok(date) => Some(date),
        Err(error) => {
            let message = format!("the date `{text}` {}", error.message);
            reading.wrong.push(Diagnostic::error(error.code, node.span, message).maybe_help(error.help));
            None
        }
    }
}

impl Field for Edtf {
    const TYPE: &'static str = "an EDTF date";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        read_date(node, Self::TYPE, Self::parse, reading)
    }
    fn value(&self, links: &dyn Links) -> Value {
        let day = |day: Option<crate::date::Day>| day.map(|day| day.to_string());
        let mut map = Map::new();
        map.insert("edtf".into(), self.as_str().into());
        map.insert("text".into(), self.words(links.lang()).into());
        map.insert("machine".into(), self.machine().into());
        map.insert("start".into(), day(self.earliest()).into());
        map.insert("begins".into(), self.iso_ends().0.into());
        map.insert("end".into(), day(self.latest()).into());
        map.insert("year".into(), self.year().into());
        map.insert("open".into(), self.is_open().into());
        map.into()
    }
    fn schema() -> Json {
        json!({ "type": ["string", "integer"], "examples": ["2020", "2020-11-09", "2020-11?", "2020-09-27/2020-11-10", "2021-05/.."] })
    }
}

impl Field for When {
    const TYPE: &'static str = "a day or an instant";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        read_date(node, Self::TYPE, Self::parse, reading)
    }
    fn value(&self, links: &dyn Links) -> Value {
        let mut map = Map::new();
        map.insert("text".into(), self.words(links.lang()).into());
        map.insert("machine".into(), self.as_str().into());
        map.insert("day".into(), self.day().to_string().into());
        map.insert("year".into(), self.day().year.into());
        map.into()
    }
    fn schema() -> Json {
        json!({ "type": "string", "examples": ["2022-09-13", "2022-09-13T09:30:00Z"] })
    }
}

/// Words by language: a string, or a map from language to string.
#[derive(Debug, Clone, PartialEq)]
struct ByLang<T>(Vec<(String, T)>);

impl<T> ByLang<T> {
    /// In `lang`, or in the language written first.
    fn pick(&self, lang: &str) -> &T {
        let found = self.0.iter().find(|(l, _)| l == lang);
        &found.unwrap_or(&self.0[0]).1
    }
}

fn by_lang<T>(
    node: &Node,
    reading: &mut Reading<'_>,
    mut make: impl FnMut(&str, Span, &mut Reading<'_>) -> T,
) -> Option<ByLang<T>> {
    match &node.value {
        Yaml::Scalar(text, _) => Some(ByLang(vec![(String::new(), make(text, node.span, reading))])),
        Yaml::Map(pairs) if !pairs.is_empty() => {
            let mut read = Vec::with_capacity(pairs.len());
            for (lang, value) in pairs {
                if !reading.langs.contains(&lang.value) {
                    let message = format!("`{}` is not a language of this site", lang.value);
                    let help = format!(
                        "its languages are: {}; `languages` in the site's configuration adds others",
                        reading.langs.join(", ")
                    );
                    reading.wrong.push(Diagnostic::error("unknown-language", lang.span, message).help(help));
                }
                let text = String::read(value, reading)?;
                read.push((lang.value.clone(), make(&text, value.span, reading)));
            }
            Some(ByLang(read))
        }
        _ => reading.wrong_type(node, "text, or a map from language to text"),
    }
}

fn by_lang_schema() -> Json {
    let text = String::schema();
    json!({ "anyOf": [text, { "type": "object", "additionalProperties": text, "minProperties": 1 }] })
}

/// A name or title: plain words, in one language or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Label(ByLang<String>);

impl Label {
    /// The words in `lang`, or in the language written first.
    pub fn pick(&self, lang: &str) -> &str {
        self.0.pick(lang)
    }
}

impl Field for Label {
    const TYPE: &'static str = "text";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let label = by_lang(node, reading, |text, _, _| closed(text)).map(Self)?;
        if label.0.0.iter().any(|(_, text)| text.trim().is_empty()) {
            reading.wrong.push(Diagnostic::error("missing-key", node.span, "this text is empty"));
            return None;
        }
        Some(label)
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.pick(links.lang()).into()
    }
    fn schema() -> Json {
        by_lang_schema()
    }
}

/// A sentence or more: Markdown, in one language or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Text(ByLang<Body>);

impl Text {
    /// The text in `lang`, or in the language written first.
    pub fn pick(&self, lang: &str) -> &Body {
        self.0.pick(lang)
    }
}

impl Field for Text {
    const TYPE: &'static str = "text, as Markdown";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let settings = reading.markdown;
        by_lang(node, reading, |text, span, reading| {
            markdown::inline(text, Origin::Value(span), settings, reading.wrong)
        })
        .map(Self)
    }
    fn value(&self, links: &dyn Links) -> Value {
        links.html(self.pick(links.lang()))
    }
    fn schema() -> Json {
        by_lang_schema()
    }
    fn bodies<'a>(&'a self, out: &mut Vec<&'a Body>) {
        out.extend(self.0.0.iter().map(|(_, body)| body));
    }
}

/// A link out of the site: `http` or `https`.
#[derive(Debug, Clone, PartialEq)]
pub struct WebUrl(pub String);

impl WebUrl {
    /// Whether a text is a URL that a browser can go to (WHATWG URL), whole and as it stands: a name and password before the
    /// host, which make it look like another, are none of that.
    pub fn is_one(text: &str) -> bool {
        let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"));
        let is_whole = rest.is_some_and(|rest| !rest.starts_with('/'));
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\' || is_turning(c);
        is_whole
            && !text.contains(is_odd)
            && ::url::Url::parse(text).is_ok_and(|url| url.username().is_empty() && url.password().is_none())
    }
}

/// Whether a character turns the direction of what stands around it (Unicode's bidi controls), so that an address reads as another.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text that turns only itself (Unicode's bidi algorithm, UAX 9): what it opens is closed where it ends. Else the numbers that stand
/// behind it on a page could be read from the other side.
fn closed(text: &str) -> String {
    const PDF: char = '\u{202c}';
    const PDI: char = '\u{2069}';
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push(PDF),
            '\u{2066}'..='\u{2068}' => open.push(PDI),
            PDF => drop(open.pop_if(|last| *last == PDF)),
            // An isolate closes what was opened in it.
            PDI => open.truncate(open.iter().rposition(|last| *last == PDI).unwrap_or(open.len())),
            _ => {}
        }
    }
    text.chars().chain(open.into_iter().rev()).collect()
}

impl Field for WebUrl {
    const TYPE: &'static str = "a URL";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let Yaml::Scalar(text, _) = &node.value else { return reading.wrong_type(node, Self::TYPE) };
        if Self::is_one(text) {
            Some(Self(text.clone()))
        } else {
            let begins = text.starts_with("https://") || text.starts_with("http://");
            let expected = if begins {
                "a URL that a browser can go to, with no name or password before its host"
            } else {
                "a URL that begins with `https://` or `http://`"
            };
            reading.wrong_type(node, expected)
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.as_str().into()
    }
    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^https?://[^/\\s]" })
    }
}

macro_rules! numbered {
    ($( $(#[doc = $doc:expr])* $name:ident: $type:literal, $letter:literal; )*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub String);

        impl Field for $name {
            const TYPE: &'static str = $type;
            fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
                let Yaml::Scalar(text, _) = &node.value else { return reading.wrong_type(node, Self::TYPE) };
                let number = text.strip_prefix($letter).unwrap_or_default();
                if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                    return reading.wrong_type(node, Self::TYPE);
                }
                Some(Self(text.clone()))
            }
            fn value(&self, _: &dyn Links) -> Value {
                self.0.as_str().into()
            }
            fn schema() -> Json {
                json!({ "type": ["string", "number"], "pattern": concat!("^", $letter, "[0-9]+$") })
            }
        }
    )* };
}

numbered! {
    /// An item of Wikidata: `Q399`.
    Wikidata: "an item of Wikidata, `Q` and its number", "Q";
    /// A place's number in `GeoNames`: `174982`.
    GeoNames: "a number of GeoNames", "";
}

/// Whatever a site keeps under `extra`.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra(pub Node);

impl Extra {
    /// What templates see.
    pub fn to_value(&self) -> Value {
        any(&self.0.value)
    }
}

impl Field for Extra {
    const TYPE: &'static str = "anything";
    fn read(node: &Node, _: &mut Reading<'_>) -> Option<Self> {
        Some(Self(node.clone()))
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.to_value()
    }
    fn schema() -> Json {
        json!({})
    }
}

fn any(value: &Yaml) -> Value {
    match value {
        Yaml::Null => Value::none(),
        Yaml::Scalar(_, Scalar::Bool(value)) => (*value).into(),
        Yaml::Scalar(_, Scalar::Int(value)) => (*value).into(),
        Yaml::Scalar(_, Scalar::Float(value)) => (*value).into(),
        Yaml::Scalar(text, _) => text.as_str().into(),
        Yaml::List(items) => items.iter().map(|item| any(&item.value)).collect::<Vec<_>>().into(),
        Yaml::Map(pairs) => {
            let map: Map = pairs.iter().map(|(key, item)| (key.value.clone().into(), any(&item.value))).collect();
            map.into()
        }
    }
}

/// Reads an id.
pub fn read_id(node: &Node, reading: &mut Reading<'_>) -> Option<At<String>> {
    let Yaml::Scalar(text, _) = &node.value else { return reading.wrong_type(node, "an id") };
    Some(At { value: text.clone(), span: node.span })
}

/// Tells whether `id` may be a fact's: lower-case Latin letters, digits and hyphens.
pub fn check_fact_id(id: &At<String>, reading: &mut Reading<'_>) -> bool {
    let good = is_fact_id(&id.value);
    if !good {
        let slug = crate::slug::slugify(&id.value).replace('_', "-");
        let message = format!("`{}` is not an id: lower-case letters a to z, digits and hyphens", id.value);
        let help = is_fact_id(&slug).then(|| format!("did you mean `{slug}`?"));
        reading.wrong.push(Diagnostic::error("bad-id", id.span, message).maybe_help(help));
    }
    good
}

macro_rules! references {
    ($( $(#[doc = $doc:expr])* $name:ident: $words:literal => [$($kind:ident),*]; )*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub At<String>);

        impl Field for $name {
            const TYPE: &'static str = $words;
            fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
                read_id(node, reading).map(Self)
            }
            fn value(&self, links: &dyn Links) -> Value {
                links.stub(&self.0.value)
            }
            fn schema() -> Json {
                json!({ "type": "string", "title": $words })
            }
            fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
                out.push(FieldRef { id: &self.0, kinds: &[$(Kind::$kind),*], field });
            }
            fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
                !gone(&self.0.value)
            }
        }
    )* };
}

references! {
    /// The id of anything.
    AnyRef: "an id" => [];
    /// The id of an event.
    EventRef: "the id of an event" => [Event];
    /// The id of a figure.
    FigureRef: "the id of a figure" => [Figure];
    /// The id of a claim.
    ClaimRef: "the id of a claim" => [Claim];
    /// The id of an actor.
    ActorRef: "the id of an actor" => [Actor];
    /// The id of a place.
    PlaceRef: "the id of a place" => [Place];
    /// The id of a source.
    SourceRef: "the id of a source" => [Source];
    /// The id of a term.
    TermRef: "the id of a term" => [Term];
    /// The id of whoever counted: an actor, or a source where no actor is named.
    CounterRef: "the id of an actor or a source" => [Actor, Source];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_turns_nothing_but_itself() {
        for (text, expected) in [
            ("Report", "Report"),
            ("a \u{202e}b", "a \u{202e}b\u{202c}"),
            ("a \u{202e}b\u{202c}", "a \u{202e}b\u{202c}"),
            ("\u{2067}a\u{202b}b", "\u{2067}a\u{202b}b\u{202c}\u{2069}"),
            ("\u{2067}a\u{202b}b\u{2069}c", "\u{2067}a\u{202b}b\u{2069}c"),
            ("\u{202a}\u{2066}a\u{202c}", "\u{202a}\u{2066}a\u{202c}\u{2069}\u{202c}"),
            ("a\u{2069}\u{202c}", "a\u{2069}\u{202c}"),
        ] {
            assert_eq!(closed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn help_with_numbers_says_something_new() {
        let of = |text: &str, kind| type_help(&Yaml::Scalar(text.to_owned(), kind), Count::TYPE);
        let help = |text: &str| of(text, Scalar::Plain);
        for text in ["6,500", "6 500", "6.500"] {
            assert_eq!(help(text).as_deref(), Some("write 6500, without quotes or separators"));
        }
        assert_eq!(of("6500", Scalar::Quoted).as_deref(), Some("write 6500, without quotes or separators"));
        assert_eq!(help("007").as_deref(), Some("write 7, without quotes or separators"));
        assert!(help("12\u{200b}3").is_some_and(|help| help.contains("cannot be seen")));
        for text in ["18446744073709551615", "many", "6,5", "12"] {
            assert_eq!(help(text), None, "{text}");
        }
    }
}
