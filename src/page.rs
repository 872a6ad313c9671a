//! A page's front matter: its keys, typed, and the text behind it.

use crate::date::{Edtf, When};
use crate::decode::{ActorRef, AnyRef, ClaimRef, Count, EventRef, Extra, FigureRef, Importance, Label, PlaceRef, Text};
use crate::diagnostic::Diagnostic;
use crate::facts::SourceUse;
use crate::source::{At, FileId, Span};
use crate::{record, vocabulary};
use std::ops::Range;

record! {
    /// Keys about where a page stands and how it is made; facts in Markdown have them too.
    #[derive(Default)]
    Routing {
        /// The last part of its URL, instead of the file's name.
        slug: Option<At<String>>,
        /// Its whole URL below the site's root, instead of where the file lies.
        path: Option<At<String>>,
        /// The template it is rendered with, instead of its kind's.
        template: Option<At<String>>,
        /// Old URLs, below the site's root, that lead here.
        aliases: Vec<At<String>>,
        /// Whether it is left out until `--drafts`.
        draft: Option<bool>,
        /// Its place among the pages of its section: the lightest stand first.
        weight: Option<i64>,
        /// Values for templates.
        extra: Option<Extra>,
    }
}

record! {
    /// Keys about what a page says.
    Page {
        /// Its title.
        title: Label,
        /// What it is, in a sentence, for search engines.
        description: Option<String>,
        /// When it was published; a page of the future is left out until `--future`.
        date | "publishDate": Option<When>,
        /// When it was last changed.
        updated | "lastmod": Option<When>,
        /// When it is left out again, until `--expired`.
        expires = "expiryDate": Option<When>,
        /// Who wrote it.
        authors: Vec<String>,
        /// Tags.
        tags: Vec<String>,
        /// What it says, in a sentence or two; else what stands before `<!-- more -->`, or its first paragraph.
        summary: Option<Text>,
        /// Up to when what it says holds.
        as_of: Option<Edtf>,
        /// Whether it is kept up.
        state: Option<State>,
        /// What it is about.
        about: Vec<AnyRef>,
        /// What was put right.
        corrections: Vec<Correction>,
        /// What it rests on beside what it cites.
        sources: Vec<SourceUse>,
    }
}

record! {
    /// Keys that only an `_index.md` has.
    SectionKeys {
        /// How its pages are ordered; by date when missing.
        sort_by: Option<SortBy>,
        /// How many of its pages a page of it lists, instead of the site's number.
        paginate_by: Option<Count>,
    }
}

record! {
    /// Keys that only pages of kind `timeline`, `figures` and `claims` have: what they show.
    ViewKeys {
        /// Which facts.
        filter: Option<Filter>,
        /// In which order; the oldest first when missing.
        order: Option<Order>,
    }
}

record! {
    /// Which facts a view shows: those that meet all that is given here.
    Filter {
        /// From when.
        from: Option<Edtf>,
        /// Until when.
        to: Option<Edtf>,
        /// What belongs to this event.
        event: Option<EventRef>,
        /// What this actor did, said or counted.
        actor: Option<ActorRef>,
        /// What happened at this place, or within it.
        place: Option<PlaceRef>,
        /// Claims about this.
        about: Option<AnyRef>,
        /// Figures of this measure.
        measure: Option<String>,
        /// What bears this tag.
        tag: Option<String>,
        /// Events at least as important: 1 to 5.
        importance: Option<Importance>,
    }
}

record! {
    /// Something that was put right.
    Correction {
        /// When.
        date: When,
        /// What was wrong and what is right.
        text: Text,
        /// How much it matters.
        severity: Option<CorrectionSeverity>,
        /// The figure it concerns.
        figure: Option<FigureRef>,
        /// The claim it concerns.
        claim: Option<ClaimRef>,
    }
}

vocabulary! {
    /// Whether a page is kept up.
    State {
        "live": "it follows what happens",
        "paused": "it is not being updated for now",
        "frozen": "it stays as it is",
    }
    /// How much a correction matters.
    CorrectionSeverity {
        "correction": "something was wrong",
        "clarification": "something was unclear",
        "update": "something has changed since",
    }
    /// In which order a view shows its facts.
    Order { "asc": "the oldest first", "desc": "the newest first", }
    /// How a section's pages are ordered.
    SortBy {
        "date": "the newest first",
        "weight": "the lightest first",
        "title": "by title",
    }
}

/// Where the front matter of `text` and the text behind it stand. A file that does not begin with
/// a line of `---` has none.
///
/// # Errors
/// `front-matter` diagnostics: it never closes, or it is TOML.
pub fn split(file: FileId, text: &str) -> Result<(Option<Range<usize>>, usize), Diagnostic> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    let span = Span::new(file, 0..first.trim_end().len());
    if first.trim_end() == "+++" {
        return Err(Diagnostic::error("front-matter", span, "this front matter is TOML")
            .help("write it as YAML between lines of `---`: `title: …` instead of `title = \"…\"`"));
    }
    if first.trim_end() != "---" {
        return Ok((None, 0));
    }
    let mut at = first.len();
    for line in lines {
        if matches!(line.trim_end(), "---") {
            return Ok((Some(first.len()..at), at + line.len()));
        }
        at += line.len();
    }
    Err(Diagnostic::error("front-matter", span, "this front matter never closes").help("end it with a line of `---`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_stands_between_lines_of_dashes() {
        let split = |text: &str| {
            split(FileId(0), text).map(|(range, body)| (range.map(|r| text[r].to_owned()), text[body..].to_owned()))
        };
        assert_eq!(split("---\na: 1\n---\nx"), Ok((Some("a: 1\n".into()), "x".into())));
        assert_eq!(split("---\n---\n"), Ok((Some(String::new()), String::new())));
        assert_eq!(split("x\n---\n"), Ok((None, "x\n---\n".into())));
        assert!(split("---\na: 1\n").is_err_and(|d| d.message.contains("never closes")));
        assert!(split("+++\na = 1\n+++\n").is_err_and(|d| d.message.contains("TOML")));
    }
}
