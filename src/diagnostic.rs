//! A diagnostic: one thing that is wrong, where it stands, and how to mend it.

use crate::source::{Places, Source, Sources, Span, floor_char};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};
use std::collections::HashMap;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Said, and the build goes on.
    Warning,
    /// Said, and nothing is written.
    Error,
}

impl Severity {
    /// The word that the reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that is wrong. The same type serves YAML, Markdown, templates and the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// A stable name in kebab case, such as `dangling-reference`; documented in `docs/rules/`.
    pub code: &'static str,
    /// Whether the build stops.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// Where it stands; none for what concerns the whole site.
    pub span: Option<Span>,
    /// The file it concerns, for files that have no text to point into.
    pub path: Option<String>,
    /// Other places that belong to it, each with a word on why.
    pub also: Vec<(Span, String)>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: span.into(),
            path: None,
            also: Vec::new(),
            help: None,
        }
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// With a line of help.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// With help, when there is any.
    #[must_use]
    pub fn maybe_help(self, help: Option<impl Into<String>>) -> Self {
        Self { help: help.map(Into::into).or(self.help), ..self }
    }

    /// With another place that belongs to it.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also.push((span, label.into()));
        self
    }

    /// All the places that it points to.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.span.into_iter().chain(self.also.iter().map(|(span, _)| *span))
    }

    /// About a file that has no text to point into.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }
}

/// "did you mean `x`?" for the known name nearest to `name`, if one is near enough.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

/// Names that are known, and what is told of many that are not.
#[derive(Debug)]
pub struct Known {
    names: Vec<String>,
    told: HashMap<String, Option<String>>,
    /// How many pairs of bytes may still be compared.
    room: usize,
}

/// How many pairs of bytes are compared for the names that are not among some [`Known`]: a hundred headings are gone through for
/// thousands of mistakes. What is beyond is told without a near name, or it would take time by the square.
const MOST_COMPARED: usize = 32 << 20;

impl Known {
    /// These names.
    pub fn of(names: Vec<String>) -> Self {
        Self { names, told: HashMap::new(), room: MOST_COMPARED }
    }

    /// What [`did_you_mean`] tells of a name.
    pub fn did_you_mean(&mut self, name: &str) -> Option<String> {
        if let Some(told) = self.told.get(name) {
            return told.clone();
        }
        let pairs = name.len() * self.names.iter().map(String::len).sum::<usize>();
        self.room = self.room.checked_sub(pairs)?;
        let told = did_you_mean(name, self.names.iter().map(String::as_str));
        self.told.insert(name.to_owned(), told.clone());
        told
    }
}

/// The longest name that a near one is looked for, in bytes: comparing two takes time by the square of it.
const LONGEST_COMPARED: usize = 1000;

/// The known name nearest to `name` by edit distance, if at most a quarter of its letters differ, or one.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_COMPARED {
        return None;
    }
    let budget = (name.chars().count() / 4).max(1);
    let wanted = plain(name);
    let letters = letters_of(name);
    known
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= budget + 3)
        // An edit changes two letters at most, so nearly all are told apart without counting edits.
        .filter(|candidate| (letters_of(candidate) ^ letters).count_ones() as usize <= 2 * budget)
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= budget)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Which letters are in a name, as bits: those that are in one of two names and not in the other are some of those that differ.
fn letters_of(name: &str) -> u64 {
    let known = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-') && byte.is_ascii());
    known.fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() % 64))
}

/// A name without what people write in different ways: case, `_` and `-`.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], "")
}

/// Puts diagnostics into the order they are told in: by place, then by code; each once. One mistake
/// that many pages met is one diagnostic, with the first of them beside it.
pub fn in_order(mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    all.sort_by(|a, b| {
        (a.span.is_none(), a.span, &a.path, a.code, &a.message).cmp(&(
            b.span.is_none(),
            b.span,
            &b.path,
            b.code,
            &b.message,
        ))
    });
    all.dedup();
    let mut told: Vec<Diagnostic> = Vec::with_capacity(all.len());
    let mut others = 0_usize;
    for diagnostic in all {
        let same = |last: &Diagnostic| {
            last.span.is_some()
                && (last.span, last.code, &last.message) == (diagnostic.span, diagnostic.code, &diagnostic.message)
        };
        if told.last().is_some_and(same) {
            others += 1;
        } else {
            count_others(told.last_mut(), &mut others);
            told.push(diagnostic);
        }
    }
    count_others(told.last_mut(), &mut others);
    told
}

/// Says how often a mistake was met beside the time that is told.
fn count_others(last: Option<&mut Diagnostic>, others: &mut usize) {
    if let (Some((_, label)), true) = (last.and_then(|last| last.also.first_mut()), *others > 0) {
        *label = format!("{label}, and {others} other{}", if *others == 1 { "" } else { "s" });
    }
    *others = 0;
}

/// How many of each severity: errors, then warnings.
pub fn count(all: &[Diagnostic]) -> (usize, usize) {
    let errors = all.iter().filter(|d| d.severity == Severity::Error).count();
    (errors, all.len() - errors)
}

/// Draws diagnostics for a person, as rustc does: coded, with excerpt and help. Colours are ANSI
/// sequences, to be stripped by the stream where they are not wanted.
pub fn to_text(all: &[Diagnostic], sources: &Sources, width: usize) -> String {
    let renderer = Renderer::styled().term_width(width);
    let mut text = String::new();
    for diagnostic in all {
        text.push_str(&renderer.render(&groups(diagnostic, sources)));
        text.push_str("\n\n");
    }
    text
}

fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let primary = diagnostic.span.map(|span| (span, None));
    let others = diagnostic.also.iter().map(|(span, label)| (*span, Some(label.as_str())));
    for (span, label) in primary.into_iter().chain(others) {
        let (origin, snippet) = excerpt(sources.get(span.file), span, label);
        group = group.elements(origin).element(snippet);
    }
    if let (None, Some(path)) = (diagnostic.span, &diagnostic.path) {
        group = group.element(annotate_snippets::Origin::path(path.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
}

/// How much of a line an excerpt shows before its place, and from there, in bytes: far more than a terminal is wide. A line of a
/// megabyte would be gone through for each mistake on it.
const REACH: usize = 1000;

/// The line of a place, as far as it is looked at; before it where it stands, if that cannot be seen from the line.
fn excerpt<'a>(
    source: &'a Source,
    span: Span,
    label: Option<&'a str>,
) -> (Option<Origin<'a>>, Snippet<'a, Annotation<'a>>) {
    let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let text = source.text();
    let range = first_line(text, span);
    // The line alone: the whole text would be gone through for each diagnostic.
    let before = &text.as_bytes()[..range.start];
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[range.end..]).map_or(text.len(), |at| range.end + at);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let from = floor_char(text, range.start.saturating_sub(REACH)).max(start);
    let marked = floor_char(text, range.end.min(range.start + REACH));
    let to = floor_char(text, end.min(marked + REACH));
    let snippet = Snippet::source(&text[from..to])
        .line_start(line)
        .fold(true)
        .annotation(kind.span(range.start - from..marked - from).label(label));
    let path = &*source.shown;
    if from == start {
        return (None, snippet.path(path));
    }
    let column = text[start..range.start].chars().count() + 1;
    (Some(Origin::path(path).line(line).char_column(column)), snippet)
}

/// The span, cut to its first line and to character boundaries.
fn first_line(text: &str, span: Span) -> std::ops::Range<usize> {
    let start = floor_char(text, span.start as usize);
    let end = floor_char(text, span.end as usize).max(start);
    let line = text[start..end].find('\n').map_or(end, |i| start + i);
    start..line
}

/// One JSON array of objects: code, severity, message, file, line, column, help, also.
pub fn to_json(all: &[Diagnostic], sources: &Sources) -> Value {
    // Other places stand in an order of their own.
    let (places, others) = (sources.places(), sources.places());
    all.iter()
        .map(|d| {
            json!({
                "code": d.code,
                "severity": d.severity.word(),
                "message": d.message,
                "at": d.span.map(|span| place(span, sources, &places)),
                "path": d.path,
                "also": d.also.iter().map(|(span, label)| {
                    json!({ "at": place(*span, sources, &others), "label": label })
                }).collect::<Value>(),
                "help": d.help,
            })
        })
        .collect()
}

fn place(span: Span, sources: &Sources, places: &Places<'_>) -> Value {
    let ((line, column), (end_line, end_column)) = places.both(span);
    json!({
        "file": &*sources.get(span.file).shown,
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}

/// The log that code hosts read: SARIF 2.1.0 (OASIS), one run, one result per diagnostic.
pub fn to_sarif(all: &[Diagnostic], sources: &Sources) -> Value {
    let mut codes: Vec<_> = all.iter().map(|d| d.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let places = sources.places();
    let location = |span: Span| {
        let at = place(span, sources, &places);
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": at["file"] },
            "region": {
                "startLine": at["line"], "startColumn": at["column"],
                "endLine": at["end_line"], "endColumn": at["end_column"],
            },
        }})
    };
    let results: Value = all
        .iter()
        .map(|d| {
            let text = d.help.as_ref().map_or(d.message.clone(), |help| format!("{} ({help})", d.message));
            let whole_file =
                d.path.as_ref().map(|path| json!({ "physicalLocation": { "artifactLocation": { "uri": path } } }));
            json!({
                "ruleId": d.code,
                "level": d.severity.word(),
                "message": { "text": text },
                "locations": d.span.map(location).or(whole_file).into_iter().collect::<Value>(),
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "backgrounder",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| json!({ "id": code })).collect::<Value>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("tittle", ["title", "date"]), Some("title"));
        assert_eq!(nearest("colour", ["title", "date"]), None);
        assert_eq!(nearest("", ["title"]), None);
        assert_eq!(nearest(&"a".repeat(100_000), [&*"a".repeat(100_001)]), None);
    }

    #[test]
    fn near_names_are_told_of_many_and_not_without_end() {
        let mut known = Known::of((0..1000).map(|n| format!("name-{n}")).collect());
        let told: Vec<Option<String>> = (0..10_000).map(|n| known.did_you_mean(&format!("nam-{n}"))).collect();
        assert_eq!(told[7].as_deref(), Some("did you mean `name-7`?"));
        assert_eq!(told[100].as_deref(), Some("did you mean `name-100`?"));
        assert_eq!(told[9999], None);
        assert_eq!(known.did_you_mean("nam-7"), told[7]);
    }
}
