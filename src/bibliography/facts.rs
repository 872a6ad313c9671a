//! A facts file of sources, out of works from elsewhere.

use super::Item;
use super::names::names;
use crate::edtf::Edtf;
use crate::limits::LONGEST_NAME;
use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// The items below `sources:`, in YAML. Ids that facts cannot have are made anew, and each is given
/// once, other than those that are `taken`. A note becomes a comment, since sources have none.
pub fn facts_yaml(items: &[Item], taken: impl Fn(&str) -> bool) -> String {
    let (mut given, mut last) = (HashSet::new(), HashMap::new());
    let mut out = String::from(if items.is_empty() { "sources: {}\n" } else { "sources:\n" });
    for item in items {
        let wanted = fact_id(item);
        let mut id = wanted.clone();
        let n: &mut usize = last.entry(wanted.clone()).or_insert(1);
        while given.contains(&id) || taken(&id) {
            *n += 1;
            id = format!("{wanted}-{n}");
        }
        out.push_str(&source(&id, item));
        given.insert(id);
    }
    out
}

fn source(id: &str, item: &Item) -> String {
    let text = |text: &Option<String>| text.as_deref().map(scalar);
    let date = |date: &Option<Edtf>| date.as_ref().map(|date| dated(date.as_str()));
    let archive = item.archive.as_ref().map(|copy| {
        let date = date(&copy.date).map(|date| format!("\n      date: {date}")).unwrap_or_default();
        format!("\n      url: {}{date}", scalar(&copy.url))
    });
    let fields = [
        ("type", Some(scalar(&item.csl_type))),
        ("title", Some(scalar(&item.title))),
        ("author", text(&item.author)),
        ("publisher", text(&item.publisher)),
        ("container-title", text(&item.container_title)),
        ("date", date(&item.issued)),
        ("url", text(&item.url)),
        ("accessed", date(&item.accessed)),
        ("archive", archive),
        ("language", text(&item.language)),
        ("licence", text(&item.licence)),
        ("kind", text(&item.kind)),
    ];
    let mut out = format!("  {}:\n", scalar(id));
    for line in item.note.iter().flat_map(|note| note.split(is_break)).filter(|line| !line.trim().is_empty()) {
        let line: String = line.chars().filter(|&c| !hidden(c)).collect();
        out.push_str(&format!("    # {}\n", line.trim()));
    }
    for (field, value) in fields {
        if let Some(value) = value {
            let gap = if value.starts_with('\n') { "" } else { " " };
            out.push_str(&format!("    {field}:{gap}{value}\n"));
        }
    }
    out
}

/// `text` as it is where YAML can only take it for a text, and else in quotes.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let plain = text.starts_with(char::is_alphabetic)
        && !WORDS.contains(&text.to_lowercase().as_str())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' ', '\t'])
        && !text.contains(|c| hidden(c) || is_break(c) || c == '\t');
    if plain { text.to_owned() } else { quoted(text) }
}

/// Dates need no quotes, but for lists of them, `[2020, 2021]`, and those that begin with a sign.
fn dated(written: &str) -> String {
    let plain = written.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '/')) && !written.contains(' ');
    if plain { written.to_owned() } else { quoted(written) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if hidden(c) || is_break(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// What YAML takes for the end of a line, in any of its versions.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What YAML does not let stand in a file as it is, and the signs that turn the direction of writing.
fn hidden(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An id for facts, not longer than a name can be with a number behind it.
fn fact_id(item: &Item) -> String {
    let mut id = whole_id(item);
    id.truncate(LONGEST_NAME - "-1000000".len());
    id
}

/// The item's own id, spelled in a to z, digits and hyphens; for a number or an address, as Zotero
/// gives them, who published it and when.
fn whole_id(item: &Item) -> String {
    let own = if item.id.contains("://") { String::new() } else { slug(&item.id) };
    let number = own.bytes().all(|b| b.is_ascii_digit()) && own != item.id;
    if !own.is_empty() && !number {
        return own;
    }
    let author = item.author.as_deref().and_then(|author| names(author).first().map(|name| slug(name.family())));
    let place = item.publisher.as_deref().or(item.container_title.as_deref()).map(slug);
    let day = item.issued.as_ref().map(|date| slug(date.as_str()));
    let who = [place, author, Some(slug(&item.csl_type))].into_iter().flatten().find(|who| !who.is_empty());
    let parts: Vec<String> = who.into_iter().chain(day).collect();
    if parts.is_empty() { "source".to_owned() } else { parts.join("-") }
}

/// Latin letters that are not a letter of a to z with a mark.
const LETTERS: [(char, &str); 10] = [
    ('ł', "l"),
    ('ø', "o"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ß', "ss"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ı', "i"),
    ('ə', "e"),
];

/// `smithBorder2022` and `Smith, “Börder” (2022)` become `smith-border2022` and `smith-border-2022`. An
/// id that is one already stays.
fn slug(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut before = ' ';
    for c in text.nfkd().filter(|&c| !unicode_normalization::char::is_combining_mark(c)) {
        let camel = before.is_lowercase() && c.is_ascii_uppercase();
        if (camel || !c.is_alphanumeric()) && !matches!(c, '\'' | '’') && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        match LETTERS.iter().find(|(letter, _)| c.to_lowercase().eq([*letter])) {
            Some((_, latin)) => out.push_str(latin),
            None if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            None => {}
        }
        before = c;
    }
    out.trim_end_matches('-').to_owned()
}
