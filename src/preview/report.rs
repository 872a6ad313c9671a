//! Report: what is wrong with the site, for the panel that lies over an open page.

use super::editor::Editor;
use crate::diagnostic::{Diagnostic, count, to_text};
use crate::limits::MOST_DRAWN;
use crate::markdown::escaped;
use crate::source::Sources;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// How wide diagnostics are drawn, in columns.
const WIDTH: usize = 100;

/// Diagnostics, and the files that they point into.
#[derive(Clone, Default)]
pub struct Found {
    /// The diagnostics, in order.
    pub wrong: Arc<Vec<Diagnostic>>,
    /// The files.
    pub sources: Arc<Sources>,
}

/// What is wrong with the site as it is shown.
pub struct Report {
    /// What is known of the site, and perhaps what is known of the pages of the one before it.
    pub parts: Vec<Found>,
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// What tells it from another report; empty when nothing is wrong.
    pub hash: String,
    html: OnceLock<String>,
}

/// What makes a diagnostic the same as one told before, though its line has moved.
pub type Told = (&'static str, String, String);

impl Report {
    /// A report of these.
    pub fn of(parts: Vec<Found>) -> Self {
        let (errors, warnings) =
            parts.iter().map(|part| count(&part.wrong)).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        let hash = if errors + warnings == 0 { String::new() } else { hash_of(&parts) };
        Self { parts, errors, warnings, hash, html: OnceLock::new() }
    }

    /// The diagnostics as a list, drawn as a terminal shows them, each with a link that opens the editor; where a rule has very
    /// many, as many as a report draws.
    pub fn html(&self, editor: &Editor) -> &str {
        self.html.get_or_init(|| {
            let mut all: Vec<(&Diagnostic, &Sources)> =
                self.parts.iter().flat_map(|part| part.wrong.iter().map(|told| (told, &*part.sources))).collect();
            all.sort_by_key(|(told, _)| std::cmp::Reverse(told.severity));
            let mut codes: HashMap<&str, usize> = HashMap::new();
            let mut items = String::new();
            for (told, sources) in all {
                let met = codes.entry(told.code).or_default();
                *met += 1;
                if *met <= MOST_DRAWN {
                    items.push_str(&item(told, sources, editor));
                }
            }
            let mut more: Vec<_> = codes.into_iter().filter(|(_, n)| *n > MOST_DRAWN).collect();
            more.sort_unstable();
            for (code, n) in more {
                let _ = writeln!(items, "<li><pre>and {} more of `{code}`</pre></li>", n - MOST_DRAWN);
            }
            format!("<ol class=\"diagnostics\">\n{items}</ol>\n")
        })
    }

    /// The diagnostics as plain text.
    pub fn text(&self) -> String {
        let text: String = self.parts.iter().map(|part| to_text(&part.wrong, &part.sources, WIDTH)).collect();
        anstream::adapter::strip_str(&text).to_string()
    }

    /// Those diagnostics that are not among `told`, part by part, and all of this report as told.
    pub fn news(&self, told: &HashSet<Told>) -> (Vec<Found>, HashSet<Told>) {
        let mut all = HashSet::new();
        let mut fresh = Vec::new();
        for part in &self.parts {
            let is_new = |diagnostic: &&Diagnostic| !told.contains(&key(diagnostic, &part.sources));
            let wrong: Vec<Diagnostic> = part.wrong.iter().filter(is_new).cloned().collect();
            all.extend(part.wrong.iter().map(|diagnostic| key(diagnostic, &part.sources)));
            fresh.push(Found { wrong: Arc::new(wrong), sources: part.sources.clone() });
        }
        fresh.retain(|part| !part.wrong.is_empty());
        (fresh, all)
    }
}

fn key(diagnostic: &Diagnostic, sources: &Sources) -> Told {
    (diagnostic.code, file(diagnostic, sources), diagnostic.message.clone())
}

/// The file that a diagnostic is about, as reports tell it.
fn file(diagnostic: &Diagnostic, sources: &Sources) -> String {
    match diagnostic.span {
        Some(span) => sources.get(span.file).shown.to_string(),
        None => diagnostic.path.clone().unwrap_or_default(),
    }
}

fn hash_of(parts: &[Found]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        let places = part.sources.places();
        for diagnostic in &*part.wrong {
            (diagnostic.code, diagnostic.severity, &diagnostic.message, &diagnostic.help).hash(&mut hasher);
            let at = diagnostic.span.map(|span| places.of(span));
            (file(diagnostic, &part.sources), at).hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

/// A diagnostic as an element of the list.
fn item(diagnostic: &Diagnostic, sources: &Sources, editor: &Editor) -> String {
    let drawn = marked_up(to_text(std::slice::from_ref(diagnostic), sources, WIDTH).trim_end());
    let word = diagnostic.severity.word();
    let path = file(diagnostic, sources);
    let at = diagnostic.span.map(|span| sources.line_column(span));
    // Files of the built-in theme lie on no disk, and what concerns the whole site is in no file.
    let file = std::path::absolute(Path::new(&path)).ok().filter(|file| file.is_file());
    let link = file.map_or_else(String::new, |file| {
        // A file that cannot be read as text is opened at its beginning.
        let (line, column) = at.unwrap_or((1, 1));
        let href = escaped(&editor.link(&file, line, column));
        let place = escaped(&format!("{path}:{line}:{column}"));
        format!("<a class=\"open\" href=\"{href}\" title=\"{place}\">Open in the editor</a>")
    });
    format!("<li class=\"{word}\">{link}<pre>{drawn}</pre></li>\n")
}

/// Text with ANSI colours as HTML: each run that is coloured is a `span` with the classes of its colours.
fn marked_up(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut classes: Vec<&str> = Vec::new();
    for (i, run) in text.split("\u{1b}[").enumerate() {
        let Some((codes, words)) = run.split_once('m').filter(|_| i > 0) else {
            html.push_str(&escaped(run));
            continue;
        };
        for code in codes.split(';') {
            match code {
                "" | "0" => classes.clear(),
                "1" => classes.push("b"),
                "31" | "91" => classes.push("error"),
                "33" | "93" => classes.push("warning"),
                "34" | "94" => classes.push("line"),
                "32" | "36" | "92" | "96" => classes.push("help"),
                _ => {}
            }
        }
        if words.is_empty() {
            continue;
        }
        match &classes[..] {
            [] => html.push_str(&escaped(words)),
            classes => html += &format!("<span class=\"{}\">{}</span>", classes.join(" "), escaped(words)),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Area, Content, Source, Span};

    #[test]
    fn colours_become_classes() {
        let drawn = marked_up("a < b\u{1b}[1m\u{1b}[91merror\u{1b}[0m: \u{1b}[94m|\u{1b}[0m");
        assert_eq!(drawn, "a &lt; b<span class=\"b error\">error</span>: <span class=\"line\">|</span>");
    }

    #[test]
    fn what_was_told_is_not_told_again_when_its_line_moves() {
        let report = |text: &str| {
            let content = Content::Text(text.into());
            let source = Source { path: "content/a.md".into(), shown: "a.md".into(), area: Area::Content, content };
            let sources = Arc::new(Sources::new(vec![source]));
            let file = sources.find("content/a.md").expect("it is there");
            let at = text.find('x').expect("it is there");
            let wrong = Diagnostic::warning("footnote", Span::new(file, at..at + 1), "here <is> x");
            Report::of(vec![Found { wrong: Arc::new(vec![wrong]), sources }])
        };
        let (first, second) = (report("x"), report("\n\nx"));
        assert_ne!(first.hash, second.hash);
        let (news, told) = first.news(&HashSet::new());
        assert_eq!(news.len(), 1);
        assert!(second.news(&told).0.is_empty());
        let html = first.html(&Editor::parse("zed").expect("it is known")).to_owned();
        assert!(html.contains("<li class=\"warning\"><pre>") && html.contains("here &lt;is&gt; x"), "{html}");
    }
}
