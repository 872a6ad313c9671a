//! Works that can be cited, and the formats in which other tools pass them on: CSL-JSON, BibTeX
//! and a line of text. Sources of a site go out; libraries of Zotero and its kin come in.
//!
//! An [`Item`] is a source without its site: [`csl_json`], [`bibtex`] and [`plain`] write it,
//! [`from_csl_json`] and [`from_bibtex`] read it, [`facts_yaml`] turns it into a facts file. What
//! a format has no field of its own for goes into one that the format leaves free, so that facts
//! come back as they went.
//!
//! Sources that are `sensitive` are never named in any output: whoever makes the items leaves them out.
//!
//! Roads not taken: the crate `biblatex` 0.12 rewrites `--` in URLs, aborts with a full stack on
//! `@string{a = a}` and gives up a file over one key that stands twice; `serde_bibtex` 0.7 does
//! not say where an error is. BibTeX is small enough to be read here, without recursion.

mod bibtex;
mod csl;
mod facts;
mod names;
mod tex;

use crate::decode::WebUrl;
use crate::edtf::Edtf;
use crate::facts::{Source, SourceKind};
pub use bibtex::{bibtex, from_bibtex};
pub use csl::{csl_json, from_csl_json};
pub use facts::facts_yaml;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::fmt;

/// A work that can be cited. Its fields are those of a `source`, named in CSL's terms. Texts are
/// not empty and neither begin nor end with a space; those that are imported stand on one line, but for notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What it is cited by.
    pub id: String,
    /// What sort of document: a CSL type such as `article-newspaper`. Not one of the [`kind`](Self::kind)s.
    pub csl_type: String,
    /// Its title.
    pub title: String,
    /// Who wrote it: `Family, Given; Family, Given`, an institution, or a list in words.
    pub author: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The newspaper, journal or site that it is part of.
    pub container_title: Option<String>,
    /// When it was published.
    pub issued: Option<Edtf>,
    /// When it was last read.
    pub accessed: Option<Edtf>,
    /// Where it is found.
    pub url: Option<String>,
    /// A copy of it that will stay.
    pub archive: Option<Archive>,
    /// Its language, as a BCP 47 tag.
    pub language: Option<String>,
    /// Under what terms it may be used.
    pub licence: Option<String>,
    /// How near it stands to what it tells, and whose it is: one of the words that facts take.
    pub kind: Option<String>,
    /// What else there is to say: `updated 3 October 2022`. Facts have no such field.
    pub note: Option<String>,
}

/// A copy that will stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Where.
    pub url: String,
    /// When it was made.
    pub date: Option<Edtf>,
}

/// Whether a source's `kind` takes this word.
fn is_kind(word: &str) -> bool {
    SourceKind::WORDS.iter().any(|(known, _)| *known == word)
}

impl Item {
    /// A source of a site, its title in `lang`.
    pub fn of_source(id: &str, source: &Source, lang: &str) -> Self {
        let archive = source.archive.as_ref();
        Self {
            id: id.to_owned(),
            csl_type: source.csl_type.clone(),
            title: source.title.pick(lang).to_owned(),
            author: source.author.clone(),
            publisher: source.publisher.clone(),
            container_title: source.container_title.clone(),
            issued: source.date.clone(),
            accessed: source.accessed.clone(),
            url: source.url.as_ref().map(|url| url.0.clone()),
            archive: archive.map(|copy| Archive { url: copy.url.0.clone(), date: copy.date.clone() }),
            language: source.language.clone(),
            licence: source.licence.clone(),
            kind: source.kind.map(|kind| kind.as_str().to_owned()),
            note: None,
        }
    }
}

/// A work that came out of a file, and what of it was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The work.
    pub item: Item,
    /// What was left out or changed, a sentence each.
    pub warnings: Vec<String>,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what to do.
    pub message: String,
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for BadFile {}

/// The words and signs around a citation in a language.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'a> {
    /// The language that dates are worded in.
    pub lang: &'a str,
    /// What a title stands in.
    pub quotes: (&'a str, &'a str),
    /// What stands before the day of reading.
    pub accessed: &'a str,
    /// What stands before an archived copy.
    pub archived: &'a str,
}

/// The wording in English.
pub const ENGLISH: Wording<'static> =
    Wording { lang: "en", quotes: ("“", "”"), accessed: "Accessed", archived: "Archived" };

/// A line that a reader can paste: `Desk. “What happened?” Backgrounder, 12 September 2022, updated 3
/// October 2022. https://…`.
pub fn plain(item: &Item, wording: &Wording<'_>) -> String {
    let (open, close) = wording.quotes;
    let title = if open == "“" { item.title.replace('“', "‘").replace('”', "’") } else { item.title.clone() };
    let words = |date: &Edtf| date.words(wording.lang);
    let publisher = item.publisher.clone().filter(|name| item.container_title.as_ref() != Some(name));
    let place = [item.container_title.clone(), publisher, item.issued.as_ref().map(words), item.note.clone()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let archived = item.archive.as_ref().map(|copy| match &copy.date {
        Some(date) => format!("{} {}: {}", wording.archived, words(date), copy.url),
        None => format!("{}: {}", wording.archived, copy.url),
    });
    let parts = [
        item.author.as_deref().map(sentence),
        Some(format!("{open}{}{close}", sentence(&title))),
        Some(place).filter(|place| !place.is_empty()).map(|place| sentence(&place)),
        item.url.clone(),
        item.accessed.as_ref().map(|date| format!("{} {}.", wording.accessed, words(date))),
        archived,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `text` with a full stop, unless it ends in a sign that does as well.
fn sentence(text: &str) -> String {
    let ends = text.trim_end_matches(['”', '’', '"', '»', ')']).ends_with(['.', '?', '!', '…', '։', '。', '؟']);
    if ends { text.to_owned() } else { format!("{text}.") }
}

/// The spaces that YAML, JSON and TeX agree on.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// `text` without spaces around it; none when nothing is left but spaces of whatever kind.
fn filled(text: &str) -> Option<String> {
    Some(text.trim_matches(SPACES)).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// `text` on one line: a line break and the spaces around it are one space, as in TeX. None when nothing is left.
fn one_line(text: &str) -> Option<String> {
    let lines: Vec<String> = text.split(['\n', '\r']).filter_map(filled).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Signs of a DOI that its address cannot hold or means something else by (DOI Handbook, “Encoding issues”). A `%` is not
/// among them: no DOI has one, and where one stands the rest is encoded already.
const SIGNS_OF_DOIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address of a DOI, whether or not it is written as one already.
fn doi_url(doi: &str, field: &str, warnings: &mut Vec<String>) -> Option<String> {
    const RESOLVERS: [&str; 4] = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/"];
    let doi = filled(doi)?;
    let name = RESOLVERS.iter().find_map(|resolver| doi.strip_prefix(resolver)).unwrap_or(&doi);
    web_url(&format!("https://doi.org/{}", utf8_percent_encode(name, SIGNS_OF_DOIS)), field, warnings)
}

/// An address that facts take, `https://…` or `http://…`; else a warning.
fn web_url(text: &str, field: &str, warnings: &mut Vec<String>) -> Option<String> {
    let text = filled(text)?;
    let good = WebUrl::is_one(&text);
    if !good {
        warnings.push(format!("`{field}` is not a URL that begins with `https://` or `http://`: {text}"));
    }
    good.then_some(text)
}

/// A date that facts take; else a warning.
fn edtf(text: &str, field: &str, warnings: &mut Vec<String>) -> Option<Edtf> {
    let text = filled(text)?;
    let date = Edtf::parse(&text);
    if let Err(error) = &date {
        let help = error.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        warnings.push(format!("`{field}` was left out: {text} {}{help}", error.message));
    }
    date.ok()
}

/// The title, or what can stand for it.
fn title_of(title: Option<String>, id: &str, warnings: &mut Vec<String>) -> String {
    title.unwrap_or_else(|| {
        warnings.push("it has no title; its id stands in its place".to_owned());
        one_line(id).unwrap_or_else(|| "Untitled".to_owned())
    })
}

/// The warning for fields that facts have no place for.
fn left_out<'a>(fields: impl Iterator<Item = &'a str>) -> Option<String> {
    let fields: Vec<String> = fields.map(|field| format!("`{field}`")).collect();
    (!fields.is_empty()).then(|| format!("not taken over: {}", fields.join(", ")))
}

#[cfg(test)]
mod tests;
