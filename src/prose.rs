//! Prose: the counts in a Markdown text that nothing bears, each with its place. A count is borne by a
//! reference to a figure, or by a citation in its sentence.

use crate::body::{Body, What};
use crate::numbers;
use crate::slug::fold;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// A count in prose that no citation bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Its words: "at least 49 soldiers".
    pub words: String,
    /// What the reference is to whose words it stands in, if it stands in one.
    pub bound_to: Option<String>,
}

/// Stands for what is bound: a reference without words of its own, a component call, code.
const BOUND: char = '\u{FFFC}';

/// Stands for a citation.
const CITED: char = '\u{FFFB}';

/// The counts that no citation bears in a text and the events that it was read as, each with its place in the text.
pub fn counts(text: &str, events: &[(Event<'_>, Range<usize>)], lang: &str) -> Vec<(Range<usize>, Count)> {
    let mut prose = Prose { text: String::with_capacity(text.len()), ..Prose::default() };
    prose.pieces.reserve(events.len() / 2);
    let mut at = 0;
    while let Some((event, range)) = events.get(at) {
        at += prose.take(text, event, range, &events[at..]);
    }
    prose.unborne(lang)
}

/// The counts that no citation bears in a body that is read without its places, such as a page's summary.
pub fn counts_in(body: &Body, lang: &str) -> Vec<String> {
    let text = body.filled(|hole, out| {
        out.push(if matches!(hole.what.value, What::Citation(_)) { CITED } else { BOUND });
    });
    let text = crate::html::plain(&text);
    let sentences = numbers::sentences(&text, lang);
    counts_of(&text, lang)
        .filter(|(whole, ..)| !is_cited(&text, &sentences, whole.start))
        .map(|(.., words)| words)
        .collect()
}

/// The counts of a text: where each stands with its unit word, where its number does, and its words.
fn counts_of<'t>(text: &'t str, lang: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>, String)> + 't {
    numbers::counts(text, lang).into_iter().map(move |count| {
        let number = count.number.range;
        let whole = number.start.min(count.unit.start)..number.end.max(count.unit.end);
        (whole.clone(), number, tidy(&text[whole]))
    })
}

/// Whether the sentence that holds the byte `at` holds a citation.
fn is_cited(text: &str, sentences: &[Range<usize>], at: usize) -> bool {
    let next = sentences.partition_point(|sentence| sentence.end <= at);
    sentences.get(next).is_some_and(|sentence| text[sentence.clone()].contains(CITED))
}

/// The prose of a text, and where each piece of it was written.
#[derive(Default)]
struct Prose {
    text: String,
    /// For each piece: where it begins in the prose, and where it was written.
    pieces: Vec<(usize, Range<usize>)>,
    /// The words of references: where each stands in the prose, its words, its target, and where it was written.
    references: Vec<(usize, String, String, Range<usize>)>,
}

impl Prose {
    /// Takes the element that begins `events`; how many events it is.
    fn take(
        &mut self,
        text: &str,
        event: &Event<'_>,
        range: &Range<usize>,
        events: &[(Event<'_>, Range<usize>)],
    ) -> usize {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { has_pothole }, dest_url, .. }) => {
                let used = length(events);
                if *has_pothole {
                    let words = words_of(&events[1..used]);
                    self.references.push((self.text.len(), words, dest_url.to_string(), range.clone()));
                    // Its words may be what a number before it counts: "120 `[[…|Armenian]]` soldiers".
                    self.pieces.push((self.text.len(), range.clone()));
                    self.text.push_str(&self.references[self.references.len() - 1].1);
                } else {
                    self.push(BOUND, range);
                }
                return used;
            }
            Event::Start(Tag::Link { link_type, dest_url, .. })
                if dest_url.starts_with('@') && *link_type == LinkType::ShortcutUnknown =>
            {
                self.push(CITED, range);
                return length(events);
            }
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_)) => {
                return length(events);
            }
            Event::FootnoteReference(_) => self.push(CITED, range),
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.push(BOUND, range),
            Event::Text(words) => self.words(text, words, range),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(tag) if is_block(tag) => self.end_block(),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => self.end_block(),
            _ => {}
        }
        1
    }

    fn push(&mut self, sign: char, range: &Range<usize>) {
        self.pieces.push((self.text.len(), range.clone()));
        self.text.push(sign);
    }

    /// Words as they stand in the text, a component call among them as what is bound.
    fn words(&mut self, text: &str, words: &str, range: &Range<usize>) {
        self.pieces.push((self.text.len(), range.clone()));
        let private = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c);
        // Private characters begin with 0xEE or 0xEF.
        let is_plain = memchr::memchr2(0xee, 0xef, words.as_bytes()).is_none() || !words.contains(private);
        if is_plain && text.get(range.clone()) == Some(words) {
            self.text.push_str(words);
        } else {
            self.text.extend(words.chars().map(|c| if private(c) { BOUND } else { c }));
        }
    }

    /// Whether a number, or a part of it, stands in the words of a reference, which are looked at by themselves.
    fn is_referred(&self, number: &Range<usize>) -> bool {
        let first = self.references.partition_point(|(at, words, ..)| at + words.len() <= number.start);
        self.references.get(first).is_some_and(|(at, ..)| *at < number.end)
    }

    fn end_block(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push_str("\n\n");
        }
    }

    /// The counts in sentences without a citation.
    fn unborne(&self, lang: &str) -> Vec<(Range<usize>, Count)> {
        let in_text: Vec<_> = counts_of(&self.text, lang).filter(|(_, number, _)| !self.is_referred(number)).collect();
        if in_text.is_empty() && self.references.is_empty() {
            return Vec::new();
        }
        let sentences = numbers::sentences(&self.text, lang);
        let in_text = in_text.into_iter().filter(|(whole, ..)| !is_cited(&self.text, &sentences, whole.start));
        let in_text = in_text.map(|(whole, _, words)| (self.written(&whole), Count { words, bound_to: None }));
        let uncited = self.references.iter().filter(|(at, ..)| !is_cited(&self.text, &sentences, *at));
        let in_references = uncited.filter_map(|(_, words, target, range)| {
            let (.., words) = counts_of(words, lang).next()?;
            Some((range.clone(), Count { words, bound_to: Some(fold(target)) }))
        });
        in_text.chain(in_references).collect()
    }

    /// Where a part of the prose was written.
    fn written(&self, part: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let piece = self.pieces.partition_point(|(begins, _)| *begins <= at).checked_sub(1);
            piece.map_or(0..0, |piece| {
                let (begins, range) = &self.pieces[piece];
                let start = (range.start + (at - begins)).min(range.end);
                start..range.end
            })
        };
        let (first, last) = (place(part.start), place(part.end.saturating_sub(1)));
        first.start..(last.start + 1).min(last.end).max(first.start)
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Superscript | Tag::Subscript
    )
}

/// How many events the element takes that begins `events`.
pub(crate) fn length(events: &[(Event<'_>, Range<usize>)]) -> usize {
    let mut depth = 0_usize;
    for (i, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    events.len()
}

fn words_of(events: &[(Event<'_>, Range<usize>)]) -> String {
    let words = events.iter().map(|(event, _)| match event {
        Event::Text(text) => text.to_string(),
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        _ => String::new(),
    });
    words.collect()
}

/// Words on one line, without the signs that stand for others.
fn tidy(words: &str) -> String {
    let words = words.replace([BOUND, CITED], " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{BrokenLink, CowStr, Options, Parser};

    fn found(text: &str) -> Vec<(String, String, Option<String>)> {
        let citation = |link: BrokenLink<'_>| {
            link.reference.starts_with('@').then(|| (CowStr::from(link.reference.to_string()), CowStr::from("")))
        };
        let options = Options::ENABLE_WIKILINKS | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        let events: Vec<_> =
            Parser::new_with_broken_link_callback(text, options, Some(citation)).into_offset_iter().collect();
        let counts = counts(text, &events, "en");
        counts.into_iter().map(|(range, count)| (text[range].to_owned(), count.words, count.bound_to)).collect()
    }

    #[test]
    fn counts_that_nothing_bears_are_found_at_their_place() {
        let plain = |text: &str| found(text).into_iter().map(|(written, ..)| written).collect::<Vec<_>>();
        assert_eq!(plain("Then *at least* 49 soldiers were killed."), ["at least* 49 soldiers"]);
        assert_eq!(plain("é 49 soldiers.\n\n- dozens of people were\n  killed"), ["49 soldiers", "dozens of people"]);
        assert_eq!(plain("[[toll]] were killed, [[toll|49 soldiers]] of them."), ["[[toll|49 soldiers]]"]);
        assert_eq!(found("The [[war|war that killed 49 soldiers]] went on.")[0].2.as_deref(), Some("war"));
        assert_eq!(plain("120 [[army|Armenian]] soldiers were killed."), ["120 [[army|Armenian]] soldiers"]);
        for quiet in [
            "More than [[toll|49]] soldiers died, [[toll|49]] soldiers.",
            "It killed 49 soldiers [@paper].",
            "It killed 49 soldiers. [@paper, p. 4]",
            "It killed 49 soldiers.[^1]\n\n[^1]: So.",
            "`49 soldiers` and\n\n    49 soldiers\n",
            "<p>49 soldiers</p>",
            "![49 soldiers](x.png)",
            "In 2020 the 44-day war began.",
        ] {
            assert_eq!(plain(quiet), Vec::<String>::new(), "{quiet}");
        }
    }
}
