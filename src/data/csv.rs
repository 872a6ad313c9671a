//! CSV (RFC 4180): lines end with CR LF, the first holds the names of the columns, and the text is UTF-8 without a mark.
//!
//! Nothing is an empty cell, never 0; a list is joined by `;`. A spreadsheet takes a cell that begins with `=`, `+`, `-`
//! or `@` for a formula and runs it; a text that does gets an apostrophe before it, which spreadsheets take for "this is
//! text". So does an item of a list, which is a cell of its own where a semicolon parts cells, and a text in which apostrophes alone stand before such a sign, so that taking one away, where one stands
//! before them, always gives the text as it was. Numbers, days and words of a vocabulary are never touched.

use super::table::{Cell, Column, Type};
use ::csv::{Terminator, WriterBuilder};

/// What stands between the items of a list. In an item, which can hold it in tags alone, it becomes a comma.
pub(super) const BETWEEN: &str = ";";

/// The rows below the names of their columns.
pub(super) fn csv(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let mut write = |record: Vec<String>| writer.write_record(record).expect("rows are as long as their header");
    write(columns.iter().map(|column| column.name.to_owned()).collect());
    for row in rows {
        write(columns.iter().zip(row).map(|(column, cell)| cell_of(column.holds.ty, cell)).collect());
    }
    writer.into_inner().expect("a list of bytes takes all that is written")
}

/// A cell as CSV has it, before quoting.
fn cell_of(ty: Type, cell: &Cell) -> String {
    let text = match cell {
        Cell::None => return String::new(),
        Cell::Whole(n) => return n.to_string(),
        Cell::Decimal(n) => return n.to_string(),
        Cell::YesNo(yes) => return yes.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::List(items) => {
            return items.iter().map(|item| kept(item.replace(BETWEEN, ","))).collect::<Vec<_>>().join(BETWEEN);
        }
    };
    if ty == Type::Text { kept(text) } else { text }
}

/// A text, kept from being run.
fn kept(text: String) -> String {
    if would_run(&text) { format!("'{text}") } else { text }
}

/// A text, or an item of a list, as it was before it was kept from being run.
pub fn read_back(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| would_run(rest)).unwrap_or(cell)
}

/// Whether a spreadsheet could run a text, be it behind apostrophes; the wide forms of the signs count as they do in some
/// languages, and so do a tab and the ends of lines, which some programs drop.
fn would_run(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table::{LIST, TEXT, WHOLE};
    use proptest::prelude::*;

    const COLUMNS: &[Column] = &[
        Column { name: "text", holds: TEXT, doc: "" },
        Column { name: "number", holds: WHOLE, doc: "" },
        Column { name: "list", holds: LIST, doc: "" },
    ];

    fn parsed(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let mut reader = ::csv::ReaderBuilder::new().from_reader(bytes);
        let texts = |record: &::csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = texts(reader.headers().expect("a header"));
        (header, reader.records().map(|record| texts(&record.expect("a row"))).collect())
    }

    fn row() -> impl Strategy<Value = Vec<Cell>> {
        let text = "[-=+@'\"\r\n\t;,a-zա ]{0,12}";
        let number = prop::option::of(any::<u64>());
        (text, number, prop::collection::vec(text, 0..4))
            .prop_map(|(text, number, list)| vec![text.into(), number.into(), list.into()])
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in prop::collection::vec(row(), 0..8)) {
            let (header, read) = parsed(&csv(COLUMNS, &rows));
            prop_assert_eq!(header, ["text", "number", "list"]);
            prop_assert_eq!(read.len(), rows.len());
            for (cells, row) in read.iter().zip(&rows) {
                let text = if let Cell::Text(text) = &row[0] { text.as_str() } else { "" };
                prop_assert_eq!(read_back(&cells[0]), text);
                let number = if let Cell::Whole(n) = row[1] { n.to_string() } else { String::new() };
                prop_assert_eq!(&cells[1], &number);
                let Cell::List(items) = &row[2] else { panic!("a list") };
                let items: Vec<String> = items.iter().map(|item| item.replace(';', ",")).collect();
                let read: Vec<&str> = cells[2].split(';').map(read_back).collect();
                prop_assert_eq!(read.join(";"), items.join(";"));
            }
        }

        #[test]
        fn no_text_is_run(text in "\\PC{0,8}", sign in "[-=+@＝]") {
            for text in [text.clone(), sign + &text] {
                let cell = cell_of(Type::Text, &Cell::from(text));
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '＝']), "{cell}");
            }
        }
    }

    #[test]
    fn numbers_are_what_they_are() {
        assert_eq!(cell_of(Type::Decimal, &Cell::Decimal(-71.25)), "-71.25");
        assert_eq!(cell_of(Type::Whole, &Cell::Whole(6500)), "6500");
        assert_eq!(cell_of(Type::Text, &"=1+1".into()), "'=1+1");
        assert_eq!(cell_of(Type::Text, &"'=1+1".into()), "''=1+1");
        assert_eq!(read_back("''=1+1"), "'=1+1");
        assert_eq!(cell_of(Type::Text, &"'s-Hertogenbosch".into()), "'s-Hertogenbosch");
        assert_eq!(csv(COLUMNS, &[vec![Cell::None, Cell::None, Cell::List(vec![])]]), b"text,number,list\r\n,,\r\n");
    }
}
