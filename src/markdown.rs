//! Markdown to a body: `CommonMark` with the extensions of `docs/writing.md`, by `pulldown-cmark`.
//!
//! References, citations, component calls and links into the site become holes, each with its
//! span; nothing inside code or raw HTML does.

use crate::body::{Body, Call, Cite, Heading, Hole, Piece, What};
use crate::call::{self, Found};
use crate::clean;
use crate::diagnostic::Diagnostic;
use crate::limits::{DEEPEST_CALL, DEEPEST_MARKDOWN, LONGEST_REFERENCE};
use crate::prose::{self, Count, length};
use crate::slug::{Unique, slugify};
use crate::source::{At, Span, is_printable, printable};
use foldhash::HashMap;
use pulldown_cmark::{
    Alignment, BlockQuoteKind, BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};
use std::borrow::Cow;
use std::ops::Range;

/// How the site wants its Markdown read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// Straight quotes, `--` and `...` become typographic ones.
    pub smart_punctuation: bool,
    /// What becomes of HTML in it.
    pub html: Html,
    /// Whether pages may ask other hosts for pictures, where HTML is not trusted.
    pub pictures: bool,
}

impl Settings {
    /// What is wrong with a link or picture that leads to `to`: it runs something, which is for writers who are trusted.
    pub fn leads_wrong(self, to: &str, span: impl Into<Option<Span>>) -> Option<Diagnostic> {
        (self.html != Html::Trusted && !clean::is_harmless(to)).then(|| {
            let message = format!("`{}` leads to a script or to data, and is left out", shortened(to));
            let help = format!("links lead to a page, a file, or by one of {}", clean::SCHEMES.join(", "));
            Diagnostic::error("unsafe-link", span, message).help(help)
        })
    }

    /// What is wrong with showing the picture `from`: it leads wrong, or another host would see every reader, in feeds as well, where
    /// no policy holds.
    pub fn shows_wrong(self, from: &str, span: impl Into<Option<Span>>) -> Option<Diagnostic> {
        let span = span.into();
        let may = self.html == Html::Trusted || self.pictures || !clean::leads_out(from);
        self.leads_wrong(from, span).or_else(|| {
            (!may).then(|| {
                let message = format!("`{}` is a picture of another host, and is left out", shortened(from));
                let help = "save it beside the text; or name the host under `security: images` in site.yaml";
                Diagnostic::error("unsafe-link", span, message).help(help)
            })
        })
    }
}

/// What becomes of HTML that is written in Markdown, and of links that run or hold what they lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Html {
    /// It reaches the page as it is written.
    #[default]
    Trusted,
    /// What does no harm reaches the page ([`clean`]).
    Safe,
    /// It stands on the page as text.
    None,
}

/// A page's text, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The whole text.
    pub body: Body,
    /// What stands before `<!-- more -->`, or the first paragraph.
    pub summary: Option<Body>,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// How many words it has.
    pub words: usize,
    /// The counts in its prose that no citation bears.
    pub counts: Vec<At<Count>>,
}

/// Where the text that is read stands in its file.
#[derive(Debug, Clone, Copy)]
pub enum Origin {
    /// It is a piece of the file that begins at the span's start; places in it are told exactly.
    Exact(Span),
    /// It is a value that was quoted or folded; all places in it are the value's.
    Value(Span),
}

impl Origin {
    fn span(self, range: Range<usize>) -> Span {
        match self {
            Self::Exact(span) => {
                Span::new(span.file, span.start as usize + range.start..span.start as usize + range.end)
            }
            Self::Value(span) => span,
        }
    }
}

/// Reads the text of a page, and looks for counts in its prose in the language `prose_of`, if any.
pub fn document(
    text: &str,
    origin: Origin,
    settings: Settings,
    prose_of: Option<&str>,
    wrong: &mut Vec<Diagnostic>,
) -> Document {
    let mut page = Page { prose_of: prose_of.map(str::to_owned), ..Page::default() };
    let covered = Covered::of(text, origin, settings, wrong);
    let events = page.read(&covered, origin, settings, wrong);
    let (events, notes) = page.set_notes_apart(events);
    let summary = summary_range(&events).map(|range| page.body(events[range].iter().filter_map(seen_elsewhere)));
    let all = events.into_iter().chain(notes).filter(|event| !is_more(event));
    let body = page.body(all);
    wrong.extend(page.unused_notes());
    // A site holds these as long as it runs.
    page.headings.iter_mut().for_each(|heading| heading.text.shrink_to_fit());
    page.headings.shrink_to_fit();
    Document { body, summary, headings: page.headings, words: page.words, counts: page.counts }
}

/// Reads a line or paragraph inside a fact: a single paragraph loses its `<p>`.
pub fn inline(text: &str, origin: Origin, settings: Settings, wrong: &mut Vec<Diagnostic>) -> Body {
    let mut page = Page { is_apart: true, ..Page::default() };
    let covered = Covered::of(text, origin, settings, wrong);
    let mut events = page.read(&covered, origin, settings, wrong);
    let paragraphs = events.iter().filter(|e| matches!(e, Event::Start(Tag::Paragraph))).count();
    if paragraphs == 1 && matches!(events.first(), Some(Event::Start(Tag::Paragraph))) {
        events.retain(|e| !matches!(e, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)));
    }
    page.body(events.into_iter())
}

/// What is gathered while a page is read.
#[derive(Default)]
struct Page {
    /// Whether it is a text beside a page's own, whose headings are none of that page's.
    is_apart: bool,
    holes: Vec<(At<What>, Option<u32>)>,
    headings: Vec<Heading>,
    ids: Unique,
    words: usize,
    /// Footnotes, by the text they stand in and their label.
    notes: HashMap<(usize, String), Note>,
    /// How many component bodies were read.
    texts: usize,
    /// The text that is being read: 0 is the page's own, others are bodies of component calls.
    scope: usize,
    /// How many component bodies are being read inside one another.
    depth: usize,
    /// The language whose counts are looked for; none where they are not.
    prose_of: Option<String>,
    /// The counts that no citation bears.
    counts: Vec<At<Count>>,
    /// Whether a table says where the words of a column stand.
    aligns: bool,
    /// By what HTML that stands in it is to be cleaned; none where none does.
    unclean: Option<Settings>,
    /// What of that is open.
    open: clean::Open,
}

/// A footnote, by its label.
struct Note {
    /// Its number: the place of its first mark, or of its text, among the others.
    number: usize,
    /// How many marks in the text lead to it.
    marks: usize,
    /// Where its text stands.
    text: Option<Span>,
}

type Events<'t> = Vec<Event<'t>>;

/// A text and its component calls, which Markdown does not see: words of the same length cover them.
struct Covered<'t> {
    text: &'t str,
    masked: Cow<'t, str>,
    calls: Vec<Found>,
}

impl<'t> Covered<'t> {
    fn of(text: &'t str, origin: Origin, settings: Settings, wrong: &mut Vec<Diagnostic>) -> Self {
        let may_hold = call::may_hold(text);
        let calls = if may_hold { find_calls(text, options(settings), origin, wrong) } else { Vec::new() };
        let masked = if calls.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(mask(text, &calls)) };
        Self { text, masked, calls }
    }
}

impl Page {
    /// The events of a text, holes in place of what only the site can fill.
    fn read<'t>(
        &mut self,
        text: &'t Covered<'_>,
        origin: Origin,
        settings: Settings,
        wrong: &mut Vec<Diagnostic>,
    ) -> Events<'t> {
        let Covered { text, masked, calls } = text;
        let citation = |link: BrokenLink<'_>| {
            link.reference.starts_with('@').then(|| (CowStr::from(link.reference.to_string()), CowStr::from("")))
        };
        let parser = Parser::new_with_broken_link_callback(masked, options(settings), Some(citation));
        // A text has about one event for each twenty bytes.
        let mut events = Vec::with_capacity(masked.len() / 16 + 8);
        let (mut depth, mut too_deep) = (0, None);
        events.extend(parser.into_offset_iter().filter(|(event, range)| {
            depth += usize::from(matches!(event, Event::Start(_)));
            let is_deep = depth > DEEPEST_MARKDOWN;
            depth -= usize::from(matches!(event, Event::End(_)));
            if is_deep && too_deep.is_none() {
                too_deep = Some(range.start);
            }
            !is_deep
        }));
        if let Some(at) = too_deep {
            let message =
                format!("quotes, lists and the like stand more than {DEEPEST_MARKDOWN} deep inside one another");
            wrong.push(Diagnostic::error("too-large", origin.span(at..at + 1), message));
        }
        self.reserve_ids(&events, origin, wrong);
        if let Some(lang) = &self.prose_of {
            let found = prose::counts(masked, &events, lang).into_iter();
            self.counts.extend(found.map(|(range, count)| At { value: count, span: origin.span(range) }));
        }
        let mut reader = Reader { page: self, text, origin, settings, calls, wrong };
        reader.blocks(&events)
    }

    /// Ids that the writer gave to headings stay theirs, whatever other headings are called.
    fn reserve_ids(&mut self, events: &[Spanned<'_>], origin: Origin, wrong: &mut Vec<Diagnostic>) {
        for (event, range) in events {
            let Event::Start(Tag::Heading { id: Some(id), .. }) = event else { continue };
            let id = slugify(id);
            if self.ids.take(&id) != id {
                let message = format!("another heading of this page has the id `{id}`");
                let line = Range { end: range.end.min(range.start + 200), ..range.clone() };
                wrong.push(Diagnostic::error("duplicate-id", origin.span(line), message));
            }
        }
    }

    fn hole(&mut self, what: What, span: Span) -> String {
        let last = self.headings.len().checked_sub(1).filter(|_| !self.is_apart);
        let heading = last.and_then(|i| u32::try_from(i).ok());
        self.holes.push((At { value: what, span }, heading));
        format!("\0{}\0", self.holes.len() - 1)
    }

    /// Footnotes stand where they are written; they belong at the end, in the order of their marks.
    fn set_notes_apart<'t>(&mut self, events: Events<'t>) -> (Events<'t>, Events<'t>) {
        let mut text = Vec::with_capacity(events.len());
        let mut notes: Vec<(usize, Events<'t>)> = Vec::new();
        let mut open: Vec<(usize, bool, Events<'t>)> = Vec::new();
        for event in events {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    let note = self.note(&label);
                    open.push((note.number, note.marks > 0, Vec::new()));
                }
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((number, marked, note)) = open.pop() {
                        notes.push((number, end_note(number, note, marked)));
                    }
                }
                event => open.last_mut().map_or(&mut text, |(_, _, note)| note).push(event),
            }
        }
        notes.sort_by_key(|(number, _)| *number);
        if notes.is_empty() {
            return (text, Vec::new());
        }
        let start = raw("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        let items = notes.into_iter().flat_map(|(_, note)| note);
        let end = std::iter::once(start).chain(items).chain([raw("</ol>\n</section>\n")]).collect();
        (text, end)
    }

    fn note(&mut self, label: &str) -> &mut Note {
        let number = self.notes.len() + 1;
        self.notes.entry((self.scope, label.to_owned())).or_insert(Note { number, marks: 0, text: None })
    }

    /// Footnotes that no mark leads to.
    fn unused_notes(&self) -> Vec<Diagnostic> {
        let unused = self.notes.iter().filter(|(_, note)| note.marks == 0);
        let told = unused.filter_map(|((_, label), note)| {
            let message = format!("nothing refers to the footnote `{label}`");
            Some(
                Diagnostic::warning("footnote", note.text?, message)
                    .help(format!("write `[^{label}]` where it belongs")),
            )
        });
        told.collect()
    }

    /// The HTML of `events`, its markers turned into holes.
    fn body<'t>(&self, events: impl Iterator<Item = Event<'t>>) -> Body {
        let mut marked = String::with_capacity(4096);
        html::push_html(&mut marked, events);
        if self.aligns {
            marked = with_classes(&marked);
        }
        if let Some(settings) = self.unclean {
            marked = clean::cleaned(&marked, settings.pictures, |number| {
                self.holes.get(number).map(|(what, _)| &what.value)
            });
        }
        let mut body = Body { html: String::with_capacity(marked.len()), holes: Vec::new() };
        let (mut done, mut is_marker) = (0, false);
        for end in memchr::memchr_iter(b'\0', marked.as_bytes()).chain([marked.len()]) {
            let part = &marked[done..end];
            let hole = is_marker.then(|| part.parse().ok().and_then(|n: usize| self.holes.get(n))).flatten();
            match hole {
                Some((what, heading)) => {
                    body.holes.push(Hole { at: body.html.len(), what: what.clone(), heading: *heading });
                }
                // A reference such as `&#1;` can stand for what no page may hold.
                None if !is_printable(part) => body.html.push_str(&printable(part.to_owned())),
                None => body.html.push_str(part),
            }
            (done, is_marker) = (end + 1, !is_marker);
        }
        body.html.shrink_to_fit();
        body.holes.shrink_to_fit();
        body
    }
}

fn options(settings: Settings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS;
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.smart_punctuation);
    options
}

/// The component calls of a text that stand outside code and raw HTML.
fn find_calls(text: &str, options: Options, origin: Origin, wrong: &mut Vec<Diagnostic>) -> Vec<Found> {
    let code: Vec<Range<usize>> = Parser::new_ext(text, options)
        .into_offset_iter()
        .filter(|(event, _)| {
            let block = matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock));
            block || matches!(event, Event::Code(_) | Event::InlineHtml(_))
        })
        .map(|(_, range)| range)
        .fold(Vec::new(), |mut outer: Vec<Range<usize>>, range| {
            if outer.last().is_none_or(|last| last.end <= range.start) {
                outer.push(range);
            }
            outer
        });
    call::find(text, &code, |range, diagnostic| {
        wrong.push(Diagnostic { span: Some(origin.span(range)), ..diagnostic });
    })
}

/// Stands for a component call while the Markdown around it is read; private use, so in no text.
const MASK: char = '\u{E000}';
/// Its first byte.
const MASK_START: u8 = 0xee;

/// `text` with each call covered by a word of the same length, so that all places stay true.
fn mask(text: &str, calls: &[Found]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for call in calls {
        masked.push_str(&text[done..call.whole.start]);
        masked.push(MASK);
        masked.extend(std::iter::repeat_n('x', call.whole.len() - MASK.len_utf8()));
        done = call.whole.end;
    }
    masked.push_str(&text[done..]);
    masked
}

/// Cells whose words stand at one side by their class: the `style` attributes that they are written with are nothing that a
/// strict Content-Security-Policy lets have an effect.
fn with_classes(html: &str) -> String {
    const STYLE: &str = " style=\"text-align: ";
    let mut classed = String::with_capacity(html.len());
    let mut done = 0;
    for at in memchr::memmem::find_iter(html.as_bytes(), STYLE) {
        let (before, side) = (&html[done..at], &html[at + STYLE.len()..]);
        let is_cell = before.ends_with("<td") || before.ends_with("<th");
        if is_cell && ["left\">", "center\">", "right\">"].iter().any(|end| side.starts_with(end)) {
            classed.push_str(before);
            classed.push_str(" class=\"align-");
            done = at + STYLE.len();
        }
    }
    classed.push_str(&html[done..]);
    classed
}

fn raw(html: impl Into<String>) -> Event<'static> {
    Event::Html(CowStr::from(html.into()))
}

fn raw_inline(html: impl Into<String>) -> Event<'static> {
    Event::InlineHtml(CowStr::from(html.into()))
}

fn is_more(event: &Event<'_>) -> bool {
    matches!(event, Event::Html(html) if is_more_mark(html))
}

fn is_more_mark(html: &str) -> bool {
    matches!(html.trim(), "<!-- more -->" | "<!--more-->")
}

/// Where `<!-- more -->` stands between blocks, not inside a list or a quotation.
fn more_between_blocks(events: &[Event<'_>]) -> Option<usize> {
    let more = events.iter().position(is_more)?;
    let start = more - usize::from(more > 0 && matches!(events[more - 1], Event::Start(Tag::HtmlBlock)));
    let depth = events[..start].iter().fold(0_isize, |depth, event| match event {
        Event::Start(_) => depth + 1,
        Event::End(_) => depth - 1,
        _ => depth,
    });
    (depth == 0).then_some(start)
}

/// The events before `<!-- more -->`, or those of the first paragraph.
fn summary_range(events: &[Event<'_>]) -> Option<Range<usize>> {
    if let Some(more) = more_between_blocks(events) {
        return Some(0..more);
    }
    let mut depth = 0_usize;
    let mut begin = None;
    for (i, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Paragraph) if depth == 0 => {
                begin = Some(i);
                depth = 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                if let (0, Some(begin)) = (depth, begin) {
                    return Some(begin + 1..i);
                }
            }
            _ => {}
        }
    }
    None
}

/// An event of a summary, which other pages show: without marks of footnotes, and without ids of headings and links to
/// them, which only the page itself has. All other links are HTML by now.
fn seen_elsewhere<'t>(event: &Event<'t>) -> Option<Event<'t>> {
    match event {
        Event::InlineHtml(html) if html.starts_with(NOTE_MARK) => None,
        Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) => None,
        Event::Start(Tag::Heading { level, .. }) => {
            Some(Event::Start(Tag::Heading { level: *level, id: None, classes: Vec::new(), attrs: Vec::new() }))
        }
        event => Some(event.clone()),
    }
}

/// How the mark of a footnote begins.
const NOTE_MARK: &str = "<sup id=\"fnref-";

/// One note of the list at the end, with the way back to its mark behind its last words.
fn end_note(number: usize, mut note: Events<'_>, marked: bool) -> Events<'_> {
    let back =
        raw_inline(format!(" <a href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a>"));
    let end = note.iter().rposition(|e| matches!(e, Event::End(TagEnd::Paragraph))).unwrap_or(note.len());
    if marked {
        note.insert(end, back);
    }
    note.insert(0, raw(format!("<li id=\"fn-{number}\" value=\"{number}\">\n")));
    note.push(raw("</li>\n"));
    note
}

/// `text` as HTML, for element content and for attributes in double quotes.
pub fn escaped(text: &str) -> String {
    if !text.bytes().any(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"')) {
        return text.to_owned();
    }
    let mut html = String::with_capacity(text.len());
    html::push_html(&mut html, std::iter::once(Event::Text(CowStr::from(text))));
    html.replace('"', "&quot;")
}

/// Turns the events of one text into those that are printed.
struct Reader<'a, 'd> {
    page: &'a mut Page,
    text: &'a str,
    origin: Origin,
    settings: Settings,
    calls: &'a [Found],
    wrong: &'d mut Vec<Diagnostic>,
}

type Spanned<'e> = (Event<'e>, Range<usize>);

impl Reader<'_, '_> {
    fn blocks<'t>(&mut self, events: &[Spanned<'t>]) -> Events<'t> {
        let mut out = Vec::with_capacity(events.len());
        let mut i = 0;
        while let Some((event, range)) = events.get(i) {
            let (used, kind) = self.element(event, &events[i..]);
            match kind {
                Element::Heading => self.heading(&events[i..i + used], &mut out),
                Element::Reference => self.reference(&events[i..i + used], &mut out),
                Element::Citation => self.citation(event, range, &mut out),
                Element::Link => self.link(&events[i..i + used], &mut out),
                Element::Image => self.image(&events[i..i + used], &mut out),
                Element::Html => self.html(&events[i..i + used], &mut out),
                Element::Calls => {
                    for (event, range) in &events[i + 1..i + used - 1] {
                        self.plain(event, range, &mut out);
                    }
                }
                Element::Plain => self.plain(event, range, &mut out),
            }
            i += used;
        }
        out
    }

    /// What the element that begins `events` is, and how many events it takes.
    fn element(&self, event: &Event<'_>, events: &[Spanned<'_>]) -> (usize, Element) {
        let kind = match event {
            Event::Start(Tag::Heading { .. }) => Element::Heading,
            Event::Start(Tag::Image { .. }) => Element::Image,
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { .. }, .. }) => Element::Reference,
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let unknown = matches!(
                    link_type,
                    LinkType::ShortcutUnknown | LinkType::ReferenceUnknown | LinkType::CollapsedUnknown
                );
                if unknown && dest_url.starts_with('@') { Element::Citation } else { Element::Link }
            }
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) if self.settings.html != Html::Trusted => Element::Html,
            Event::Start(Tag::Paragraph) if !self.calls.is_empty() => Element::Calls,
            _ => return (1, Element::Plain),
        };
        let used = length(events);
        if kind == Element::Calls && !events[1..used - 1].iter().all(|(event, range)| self.is_only_calls(event, range))
        {
            return (1, Element::Plain);
        }
        (used, kind)
    }

    fn is_only_calls(&self, event: &Event<'_>, range: &Range<usize>) -> bool {
        match event {
            Event::SoftBreak => true,
            Event::Text(text) if text.trim().is_empty() => true,
            Event::Text(_) => {
                let covered: usize = self.calls_in(range).iter().map(|call| call.whole.len()).sum();
                covered > 0 && covered >= self.text[range.clone()].trim().len()
            }
            _ => false,
        }
    }

    /// The calls that begin in a range; they stand in order.
    fn calls_in(&self, range: &Range<usize>) -> &[Found] {
        let before = |place: usize| self.calls.partition_point(|call| call.whole.start < place);
        &self.calls[before(range.start)..before(range.end)]
    }

    fn plain<'t>(&mut self, event: &Event<'t>, range: &Range<usize>, out: &mut Events<'t>) {
        match event {
            Event::Text(text) if !self.calls.is_empty() && is_masked(text) => self.masked_text(text, range, out),
            Event::Text(text) => {
                if text.starts_with('^') {
                    self.mark_without_note(range);
                }
                self.page.words += words_in(text);
                out.push(event.clone());
            }
            Event::FootnoteReference(label) => {
                let note = self.page.note(label);
                note.marks += 1;
                let (number, again) =
                    (note.number, if note.marks > 1 { format!("-{}", note.marks) } else { String::new() });
                out.push(raw_inline(format!(
                    "{NOTE_MARK}{number}{again}\"><a href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"
                )));
            }
            Event::Start(Tag::FootnoteDefinition(label)) => {
                let line = self.text[range.clone()].lines().next().map_or(0, str::len);
                self.page.note(label).text = Some(self.origin.span(range.start..range.start + line));
                out.push(event.clone());
            }
            Event::Start(Tag::Table(columns)) => {
                self.page.aligns |= columns.iter().any(|column| *column != Alignment::None);
                out.push(event.clone());
            }
            Event::Start(Tag::TableCell) => {
                self.torn_reference(range);
                out.push(event.clone());
            }
            Event::Start(Tag::BlockQuote(Some(kind))) => {
                out.push(event.clone());
                out.push(raw(format!("<p class=\"alert-title\">{}</p>\n", alert_title(*kind))));
            }
            event => out.push(event.clone()),
        }
    }

    /// HTML of a writer who is not trusted with it: a block, or a tag within a line.
    fn html<'t>(&mut self, events: &[Spanned<'t>], out: &mut Events<'t>) {
        let words = events.iter().map(|(event, _)| match event {
            Event::Html(html) | Event::InlineHtml(html) | Event::Text(html) => &**html,
            _ => "",
        });
        let html: String = words.collect();
        let is_comment = html.trim_start().starts_with("<!--") && html.trim_end().ends_with("-->");
        if is_more_mark(&html) {
            out.extend(events.iter().map(|(event, _)| event.clone()));
        } else if self.settings.html == Html::Safe
            && let Some(message) = self.page.open.take(&html, self.text.len())
        {
            self.unsafe_html(&events[0].1, message);
        } else if self.settings.html == Html::Safe {
            for told in clean::taken_out(&html, self.settings.pictures) {
                self.unsafe_html(&events[0].1, format!("{told} is left out"));
            }
            self.page.unclean = Some(self.settings);
            out.extend(events.iter().map(|(event, _)| event.clone()));
        } else if !is_comment {
            // What opens was told.
            if !html.starts_with("</") {
                self.unsafe_html(&events[0].1, "this HTML stands on the page as text".to_owned());
            }
            let is_block = matches!(events[0].0, Event::Start(_));
            let text = Event::Text(html.into());
            if is_block {
                out.extend([Event::Start(Tag::Paragraph), text, Event::End(TagEnd::Paragraph)]);
            } else {
                out.push(text);
            }
        }
    }

    fn unsafe_html(&mut self, range: &Range<usize>, message: String) {
        let line = self.text[range.clone()].lines().next().map_or(0, str::len);
        let span = self.origin.span(range.start..range.start + line);
        let help = "say it in Markdown; what may stand in HTML is listed in docs/writing.md, and `markdown: html` in site.yaml decides";
        self.wrong.push(Diagnostic::warning("unsafe-html", span, message).help(help));
    }

    /// Tells what is wrong; whether anything is.
    fn tells(&mut self, wrong: Option<Diagnostic>) -> bool {
        let is_wrong = wrong.is_some();
        self.wrong.extend(wrong);
        is_wrong
    }

    /// `[^1]` where no `[^1]: …` stands is plain text to Markdown.
    fn mark_without_note(&mut self, range: &Range<usize>) {
        let after = &self.text[range.end..];
        let link = after.starts_with("](") || after.starts_with("][");
        if self.text[..range.start].ends_with('[') && after.starts_with(']') && !link {
            let mark = range.start - 1..range.end + 1;
            let message = format!("there is no footnote `{}`", &self.text[mark.clone()]);
            let help = "its text stands on a line of its own: `[^1]: …`";
            self.wrong.push(Diagnostic::error("footnote", self.origin.span(mark), message).help(help));
        }
    }

    /// A reference whose bar ends the table cell it stands in.
    fn torn_reference(&mut self, cell: &Range<usize>) {
        let text = &self.text[cell.clone()];
        if memchr::memchr(b'[', text.as_bytes()).is_none() || text.contains('`') {
            return;
        }
        if let (Some(at), None) = (text.rfind("[["), text.rfind("]]").filter(|end| Some(*end) > text.rfind("[["))) {
            let span = self.origin.span(cell.start + at..cell.end);
            let diagnostic = Diagnostic::error("torn-reference", span, "this reference ends where its table cell ends");
            self.wrong.push(diagnostic.help("in a table write the bar as `\\|`: `[[id\\|words]]`"));
        }
    }

    /// Text in which calls stand.
    fn masked_text(&mut self, text: &str, range: &Range<usize>, out: &mut Events<'_>) {
        let mut done = 0;
        for (i, _) in text.match_indices(MASK) {
            let at = self.calls.binary_search_by_key(&(range.start + i), |call| call.whole.start);
            let Ok(call) = at.map(|at| &self.calls[at]) else { continue };
            out.push(Event::Text(text[done..i].to_owned().into()));
            out.push(self.call(&call.clone()));
            done = (i + call.whole.len()).min(text.len());
        }
        out.push(Event::Text(text[done..].to_owned().into()));
    }

    fn call(&mut self, call: &Found) -> Event<'static> {
        let body = call.body.clone().map(|range| {
            let origin = match self.origin {
                Origin::Exact(_) => Origin::Exact(self.origin.span(range.clone())),
                Origin::Value(span) => Origin::Value(span),
            };
            self.body_of_call(&self.text[range], origin)
        });
        let what = Call { name: call.name.clone(), text: self.text[call.opening.clone()].to_owned(), body };
        let span = self.origin.span(call.opening.clone());
        if self.settings.html != Html::Trusted && !call::is_plain(&what.text) {
            let message = format!("the call of `{}` has an expression among its arguments, and is left out", what.name);
            let help = "write plain values: \"text\", {3}, {true}, {[\"a\", \"b\"]}; expressions can do what templates can, which `markdown: html` in site.yaml does not trust texts with";
            self.wrong.push(Diagnostic::error("component-syntax", span, message).help(help));
            return raw("");
        }
        if self.settings.html != Html::Trusted && call::texts(&what.text).any(clean::runs) {
            let message = format!("the call of `{}` leads to a script or to data, and is left out", what.name);
            self.wrong.push(Diagnostic::error("unsafe-link", span, message));
            return raw("");
        }
        let src = call::argument(&what.text, "src").filter(|_| what.name == "image");
        if self.tells(src.and_then(|src| self.settings.shows_wrong(src, span))) {
            return raw("");
        }
        if what.name == "image" && what.named_arguments().any(|(name, text)| name == "alt" && text.trim().is_empty()) {
            let message = "this picture has no words for readers who do not see it";
            let help = "say what it shows: `alt=\"…\"`";
            self.wrong.push(Diagnostic::error("missing-alt", span, message).help(help));
        }
        raw(self.page.hole(What::Component(what), span))
    }

    fn body_of_call(&mut self, text: &str, origin: Origin) -> Body {
        if self.page.depth == DEEPEST_CALL {
            let message = format!("component calls stand more than {DEEPEST_CALL} deep inside one another");
            self.wrong.push(Diagnostic::error("component-syntax", origin.span(0..text.len().min(1)), message));
            return Body::default();
        }
        self.page.texts += 1;
        let outer = std::mem::replace(&mut self.page.scope, self.page.texts);
        self.page.depth += 1;
        let covered = Covered::of(text, origin, self.settings, self.wrong);
        let events = self.page.read(&covered, origin, self.settings, self.wrong);
        let (events, notes) = self.page.set_notes_apart(events);
        let body = self.page.body(events.into_iter().chain(notes));
        self.page.depth -= 1;
        self.page.scope = outer;
        body
    }

    fn heading<'t>(&mut self, events: &[Spanned<'t>], out: &mut Events<'t>) {
        let (Event::Start(Tag::Heading { level, id, classes, attrs }), range) = &events[0] else { return };
        let text = pieces(&events[1..]);
        let id = match id {
            Some(given) => slugify(given),
            None => self.page.ids.take(&slugify(&written_words(&text))),
        };
        let span = self.origin.span(range.clone());
        self.page.headings.push(Heading { level: *level as u8, id: At { value: id.clone(), span }, text });
        let mut attrs = attrs.clone();
        if self.settings.html != Html::Trusted {
            attrs.retain(|(name, _)| clean::may_stand_anywhere(name));
        }
        let start = Tag::Heading { level: *level, id: Some(id.clone().into()), classes: classes.clone(), attrs };
        out.push(Event::Start(start));
        let inner = self.blocks(&events[1..events.len() - 1]);
        // A link to itself, so that a reader can pass the place on; unless there are links in it already.
        if inner.iter().any(|event| matches!(event, Event::InlineHtml(_) | Event::Html(_))) {
            out.extend(inner);
        } else {
            let (link_type, dest_url) = (LinkType::Inline, format!("#{id}").into());
            out.push(Event::Start(Tag::Link { link_type, dest_url, title: "".into(), id: "".into() }));
            out.extend(inner);
            out.push(Event::End(TagEnd::Link));
        }
        out.push(Event::End(TagEnd::Heading(*level as HeadingLevel)));
    }

    fn reference<'t>(&mut self, events: &[Spanned<'t>], out: &mut Events<'t>) {
        let (Event::Start(Tag::Link { link_type, dest_url, .. }), range) = &events[0] else { return };
        let piped = matches!(link_type, LinkType::WikiLink { has_pothole: true });
        let words = piped.then(|| {
            let inner = self.blocks(&events[1..events.len() - 1]);
            self.page.body(inner.into_iter())
        });
        self.page.words += 2;
        // In a table cell the bar is written `\|`; the backslash is not part of the id.
        let target = dest_url.trim().trim_end_matches('\\').to_owned();
        if self.is_too_long(&target, range) {
            return;
        }
        let marker = self.page.hole(What::Reference { target, words }, self.origin.span(range.clone()));
        out.push(raw_inline(marker));
    }

    /// Whether an id is longer than any can be; tells so.
    fn is_too_long(&mut self, id: &str, range: &Range<usize>) -> bool {
        let wrong = (id.len() > LONGEST_REFERENCE).then(|| {
            let message = format!("no id is longer than {LONGEST_REFERENCE} bytes: `{}`", shortened(id));
            Diagnostic::error("dangling-reference", self.origin.span(range.clone()), message)
        });
        self.tells(wrong)
    }

    fn citation(&mut self, event: &Event<'_>, range: &Range<usize>, out: &mut Events<'_>) {
        let Event::Start(Tag::Link { dest_url, .. }) = event else { return };
        let cites: Vec<Cite> = dest_url.split(';').map(cite).collect();
        if cites.iter().any(|cite| self.is_too_long(&cite.id, range)) {
            return;
        }
        let marker = self.page.hole(What::Citation(cites), self.origin.span(range.clone()));
        out.push(raw_inline(marker));
    }

    fn link<'t>(&mut self, events: &[Spanned<'t>], out: &mut Events<'t>) {
        let (Event::Start(Tag::Link { link_type, dest_url, title, .. }), range) = &events[0] else { return };
        let span = self.origin.span(range.clone());
        if *link_type != LinkType::Email && self.tells(self.settings.leads_wrong(dest_url, span)) {
            out.extend(self.blocks(&events[1..events.len() - 1]));
            return;
        }
        let mut open = if *link_type == LinkType::Email {
            format!("<a href=\"mailto:{}\"", escaped(dest_url))
        } else if is_external(dest_url) {
            let (class, apart) =
                if clean::leads_out(dest_url) { (" class=\"external\"", clean::APART) } else { ("", "") };
            format!("<a href=\"{}\"{class}{apart}", escaped(dest_url))
        } else {
            let marker = self.page.hole(What::Link(dest_url.to_string()), self.origin.span(range.clone()));
            format!("<a{marker}")
        };
        if !title.is_empty() {
            open += &format!(" title=\"{}\"", escaped(title));
        }
        out.push(raw_inline(open + ">"));
        let inner = self.blocks(&events[1..events.len() - 1]);
        out.extend(inner);
        out.push(raw_inline("</a>"));
    }

    fn image(&mut self, events: &[Spanned<'_>], out: &mut Events<'_>) {
        let (Event::Start(Tag::Image { dest_url, title, .. }), range) = &events[0] else { return };
        let alt = escaped(&plain_words(&pieces(&events[1..])));
        if alt.trim().is_empty() {
            let message = "this picture has no words for readers who do not see it";
            let help = format!("say in the brackets what it shows: `![…]({dest_url})`");
            self.wrong.push(Diagnostic::error("missing-alt", self.origin.span(range.clone()), message).help(help));
        }
        if self.tells(self.settings.shows_wrong(dest_url, self.origin.span(range.clone()))) {
            out.push(raw_inline(alt));
            return;
        }
        let src = if is_external(dest_url) {
            format!("src=\"{}\"", escaped(dest_url))
        } else {
            self.page.hole(What::Image(dest_url.to_string()), self.origin.span(range.clone()))
        };
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(title)) };
        out.push(raw_inline(format!("<img {src} alt=\"{alt}\"{title} loading=\"lazy\" decoding=\"async\">")));
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Element {
    Heading,
    Reference,
    Citation,
    Link,
    Image,
    /// HTML of a writer who is not trusted with it.
    Html,
    /// A paragraph that holds component calls and nothing else: it loses its `<p>`.
    Calls,
    Plain,
}

/// The beginning of a text, to tell it by.
fn shortened(text: &str) -> String {
    let begin: String = text.chars().take(60).collect();
    if begin.len() < text.len() { begin + "…" } else { begin }
}

/// `@source, p. 4` as a source and a place in it.
fn cite(text: &str) -> Cite {
    let text = text.trim().trim_start_matches('@');
    let (id, locator) = text.split_once(',').unwrap_or((text, ""));
    Cite { id: id.trim().to_owned(), locator: locator.trim().to_owned() }
}

/// Whether a link leaves the site: it names a scheme or a host.
pub fn is_external(url: &str) -> bool {
    let scheme = url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    scheme || url.starts_with("//")
}

/// The words of a heading or an alternative text.
fn pieces(events: &[Spanned<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut skipped = false;
    for (event, _) in events {
        match event {
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { has_pothole: false }, dest_url, .. }) => {
                pieces.push(Piece::Reference(dest_url.to_string()));
                skipped = true;
            }
            // A citation is a mark, not a word.
            Event::Start(Tag::Link { link_type: LinkType::ShortcutUnknown, .. }) => skipped = true,
            Event::End(TagEnd::Link) => skipped = false,
            Event::Text(text) | Event::Code(text) if !skipped => pieces.push(Piece::Text(unmasked(text))),
            Event::SoftBreak | Event::HardBreak => pieces.push(Piece::Text(" ".to_owned())),
            _ => {}
        }
    }
    pieces
}

/// Whether a text holds words that cover component calls.
fn is_masked(text: &str) -> bool {
    memchr::memchr(MASK_START, text.as_bytes()).is_some() && text.contains(MASK)
}

/// `text` without the words that cover component calls.
fn unmasked(text: &str) -> String {
    let mut parts = text.split(MASK);
    let first = parts.next().unwrap_or_default().to_owned();
    printable(parts.fold(first, |words, part| words + part.trim_start_matches('x')))
}

fn words_in(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let is_space = |byte: u8| byte == b' ' || byte.wrapping_sub(b'\t') < 5;
    let [first, others @ ..] = text.as_bytes() else { return 0 };
    // In pieces whose words a byte can count, which become loops over many bytes at once.
    let pieces = text.as_bytes().chunks(128).zip(others.chunks(128));
    let begin = |(before, here): (&[u8], &[u8])| {
        let begins = before.iter().zip(here).map(|(before, here)| u8::from(is_space(*before) & !is_space(*here)));
        usize::from(begins.sum::<u8>())
    };
    usize::from(!is_space(*first)) + pieces.map(begin).sum::<usize>()
}

/// The words of a heading that stand in it as they are: what a reference prints is not known here, and what it names may be
/// somebody who is not to be named.
fn written_words(pieces: &[Piece]) -> String {
    let words = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Reference(_) => None,
    });
    words.collect()
}

fn plain_words(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Text(text) | Piece::Reference(text) => text.as_str(),
    });
    words.collect()
}

fn alert_title(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> Document {
        let span = Span::new(FileId(0), 0..text.len());
        let mut wrong = Vec::new();
        let document = document(text, Origin::Exact(span), Settings::default(), None, &mut wrong);
        assert_eq!(wrong, []);
        document
    }

    fn shown(text: &str) -> String {
        read(text).body.filled(|hole, out| {
            let what = match &hole.what.value {
                What::Reference { target, words } => {
                    format!("«{target}|{}»", words.as_ref().map_or("", |words| words.html.as_str()))
                }
                What::Citation(cites) => {
                    let cites: Vec<_> = cites.iter().map(|c| format!("@{}:{}", c.id, c.locator)).collect();
                    format!("«{}»", cites.concat())
                }
                What::Link(url) | What::Image(url) => format!("«{url}»"),
                What::Component(call) => format!("«{}{}»", call.name, call.body.as_ref().map_or("", |b| &b.html)),
            };
            out.push_str(&what);
        })
    }

    #[test]
    fn words_are_counted_as_white_space_parts_them() {
        let long = "a bc  def\t".repeat(100);
        for text in ["", " ", "a", " a ", "a b", "\n a\r\nb\x0b\x0cc \x1cd", "på én", &long, &long[1..], &long[..257]]
        {
            assert_eq!(words_in(text), text.split_whitespace().count(), "{text:?}");
        }
    }

    #[test]
    fn cells_are_aligned_by_class_and_no_other_style_is_touched() {
        let styled = |cell: &str, side: &str| format!("<{cell} style=\"text-align: {side}\">x</{cell}>");
        let classed = |cell: &str, side: &str| format!("<{cell} class=\"align-{side}\">x</{cell}>");
        let sides = ["left", "center", "right"];
        let cells = || ["td", "th"].into_iter().flat_map(|cell| sides.map(|side| (cell, side)));
        let all: String = cells().map(|(cell, side)| styled(cell, side)).collect();
        let expected: String = cells().map(|(cell, side)| classed(cell, side)).collect();
        assert_eq!(with_classes(&all), expected);
        for other in [styled("p", "left"), styled("td", "justify"), "a style=\"text-align: left\">".to_owned()] {
            assert_eq!(with_classes(&other), other);
        }
    }

    #[test]
    fn holes_stand_where_they_were_written() {
        for (text, expected) in [
            ("a [[war]] b", "<p>a «war|» b</p>\n"),
            ("[[war|the *war*]]", "<p>«war|the <em>war</em>»</p>\n"),
            ("[[a/b#c]] [[war.date]]", "<p>«a/b#c|» «war.date|»</p>\n"),
            ("so [@cnn, p. 4; @bbc].", "<p>so «@cnn:p. 4@bbc:».</p>\n"),
            (
                "`[[war]]` `[@cnn]` `{{<a />}}`",
                "<p><code>[[war]]</code> <code>[@cnn]</code> <code>{{&lt;a /&gt;}}</code></p>\n",
            ),
            ("    [[war]] {{<a />}}\n", "<pre><code>[[war]] {{&lt;a /&gt;}}\n</code></pre>\n"),
            ("<i title=\"[[war]] {{<a />}}\">x</i>", "<p><i title=\"[[war]] {{<a />}}\">x</i></p>\n"),
            ("x\n\n{{<timeline from=\"1988\" />}}\n\ny", "<p>x</p>\n«timeline»\n<p>y</p>\n"),
            ("in {{<n />}} text", "<p>in «n» text</p>\n"),
            ("{% <note> %}\nA *b* [[c]]\n{% </note> %}", "«note<p>A <em>b</em> </p>\n»"),
            (
                "[x](../a.md#b) [y](https://e.org)",
                "<p><a«../a.md#b»>x</a> <a href=\"https://e.org\" class=\"external\" rel=\"noopener\" referrerpolicy=\"no-referrer\">y</a></p>\n",
            ),
            ("![A *map*](map.png)", "<p><img «map.png» alt=\"A map\" loading=\"lazy\" decoding=\"async\"></p>\n"),
            (
                "| a |\n|---|\n| [[war\\|W]] |",
                "<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>«war|W»</td></tr>\n</tbody></table>\n",
            ),
            ("[not a source] [[]]", "<p>[not a source] [[]]</p>\n"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn spans_point_at_what_was_written() {
        let text = "é [[war]]\n\n{% <note> %}\n[[peace]] {{<n />}}\n{% </note> %}";
        let document = read(text);
        let spans: Vec<_> = document.body.all_holes().iter().map(|h| &text[h.what.span.range()]).collect();
        assert_eq!(spans, ["[[war]]", "{% <note> %}", "[[peace]]", "{{<n />}}"]);
    }

    #[test]
    fn headings_have_ids_of_their_own() {
        let document = read("# War\n## War\n## Պատերազմ {.x}\n### b {#my-id}\n## The [[war]] *now*");
        let ids: Vec<_> = document.headings.iter().map(|h| h.id.value.as_str()).collect();
        assert_eq!(ids, ["war", "war-1", "պատերազմ", "my-id", "the-now"]);
    }

    #[test]
    fn a_summary_is_the_text_before_more_or_the_first_paragraph() {
        let summary = |text: &str| read(text).summary.map(|s| s.html);
        assert_eq!(summary("# T\n\nOne *two*.\n\nThree.").as_deref(), Some("One <em>two</em>."));
        assert_eq!(summary("One.\n\nTwo.\n\n<!-- more -->\n\nThree.").as_deref(), Some("<p>One.</p>\n<p>Two.</p>\n"));
        assert_eq!(summary("# T"), None);
    }

    #[test]
    fn footnotes_stand_at_the_end_in_order() {
        let html = shown("b[^b] a[^a]\n\n[^a]: A\n[^b]: B\n");
        assert!(html.find("<p>B") < html.find("<p>A"), "{html}");
        assert!(html.contains("b<sup id=\"fnref-1\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a>"), "{html}");
    }
}
