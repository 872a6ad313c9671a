//! Plain words: what a text of an entry says, for what holds no markup, with who bears the numbers and words that it prints.

use crate::body::{Body, Hole, What};
use crate::decode::Links;
use crate::facts::{Fact, Figure};
use crate::html;
use crate::limits::{DEEPEST_TEXT, LONGEST_PRINTED};
use crate::markdown::escaped;
use crate::printed::part;
use crate::site::{Ix, Site};
use crate::values;
use std::cell::{Cell, RefCell};
use std::fmt;
use tera::value::Key;
use tera::{Map, Value};

/// A text in plain words.
#[derive(Debug, Default)]
pub struct Plain {
    /// Its words.
    pub text: String,
    /// Who bears the numbers and the words that it prints of other facts: "at least 6,500, as of November 2020, counted by Reuters".
    pub notes: Vec<String>,
}

impl Plain {
    /// A text that the entry `from` holds, in plain words of `lang`. References stand as what they print, and citations are left out.
    /// A number that a reference prints keeps its date and its counter, and words of a claim keep who said them, each as `noted` words it.
    pub fn of(site: &Site, lang: &str, from: Ix, body: &Body, noted: impl Fn(Ix, String) -> String) -> Self {
        let borne = RefCell::default();
        let words = Words { site, lang, from, depth: 0, printed: &Cell::new(0), borne: &borne };
        let html = words.fill(body).replace("</p>", "</p> ").replace("<br", " <br");
        let mut facts = Vec::new();
        for fact in borne.into_inner() {
            if fact != from && !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        let notes = facts.into_iter().filter_map(|fact| Some(noted(fact, note(site, lang, fact)?)));
        Self { text: html::plain(&html), notes: notes.collect() }
    }
}

impl fmt::Display for Plain {
    /// The words, and in brackets behind them who bears what they print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.notes.is_empty() { Ok(()) } else { write!(f, " [{}]", self.notes.join("; ")) }
    }
}

/// "At least 6,500, as of November 2020, counted by Reuters"; "said by the residents, 3 May 2023"; "in the words of Report on the flood";
/// none of what nobody has to bear.
fn note(site: &Site, lang: &str, fact: Ix) -> Option<String> {
    match site.entry(fact).fact()? {
        Fact::Figure(figure) => Some(format!("{}, {}", site.printed(fact, lang), counted(site, lang, figure))),
        Fact::Claim(claim) => {
            let author = site.printed_as(&claim.author.0.value, lang);
            Some(format!("said by {author}, {}", claim.date.words(lang)))
        }
        Fact::Source(_) if site.has_page(fact) => Some(format!("in the words of {}", site.printed(fact, lang))),
        _ => None,
    }
}

/// "As of November 2020, counted by Reuters", what a figure's number never goes without.
pub fn counted(site: &Site, lang: &str, figure: &Figure) -> String {
    let counter = site.printed_as(&figure.attribution.counted_by.0.value, lang);
    let as_of = figure.as_of.words(lang);
    // "As of since May 2021" is no English.
    let stretch = figure.as_of.as_str().contains(['/', '[', '{']);
    format!("{}{as_of}, counted by {counter}", if stretch { "" } else { "as of " })
}

/// Fills the holes of a text with words.
struct Words<'a> {
    site: &'a Site,
    lang: &'a str,
    from: Ix,
    /// How many texts are being printed inside one another.
    depth: usize,
    /// How many bytes references to fields have printed, inside one another too.
    printed: &'a Cell<usize>,
    /// The figures whose numbers were printed, and the claims and sources whose words.
    borne: &'a RefCell<Vec<Ix>>,
}

impl Words<'_> {
    fn fill(&self, body: &Body) -> String {
        body.filled(|hole, out| self.hole(hole, out))
    }

    fn hole(&self, hole: &Hole, out: &mut String) {
        match &hole.what.value {
            What::Reference { target, words } => {
                let words = words.as_ref().map(|words| self.fill(words));
                out.push_str(&self.reference(target, words));
            }
            // What follows stands close behind the word that the mark would stand at.
            What::Citation(_) => out.truncate(out.trim_end().len()),
            What::Link(_) | What::Image(_) | What::Component(_) => {}
        }
    }

    fn reference(&self, target: &str, words: Option<String>) -> String {
        let (site, lang) = (self.site, self.lang);
        let Ok(resolved) = site.resolve(target, self.from) else {
            return words.unwrap_or_else(|| escaped(&site.words_for_absent(target, lang)));
        };
        let is_borne = |fact: &Fact| match resolved.field.as_deref() {
            Some(field) => fact.is_borne(field),
            None => matches!(fact, Fact::Figure(_)),
        };
        let fact = site.entry(resolved.entry).fact();
        if fact.is_some_and(is_borne) {
            self.borne.borrow_mut().push(resolved.entry);
        }
        let quoted = fact.zip(resolved.field.as_deref()).and_then(|(fact, field)| fact.quoted(field));
        if let Some(source) = quoted.and_then(|source| site.find(source.id(), lang).ok()) {
            self.borne.borrow_mut().push(source);
        }
        match (words, resolved.field) {
            (Some(words), _) => words,
            (None, Some(field)) => self.field(resolved.entry, &field),
            (None, None) => escaped(&site.printed(resolved.entry, lang)),
        }
    }

    /// What a reference to an entry brings.
    fn entry(&self, ix: Ix) -> Map {
        let (site, entry) = (self.site, self.site.entry(ix));
        let named = site.has_page(ix);
        values! {
            "id": if named { entry.id.value.as_str() } else { "" },
            "kind": entry.kind.name(),
            "title": site.title(ix, self.lang),
            "url": named.then(|| entry.url.href(&site.config.base_url)),
            "printed": site.printed(ix, self.lang),
        }
    }

    /// A field of an entry; nothing where it has none that can be printed, which its page tells.
    fn field(&self, ix: Ix, field: &str) -> String {
        if !self.site.has_page(ix) || self.depth >= DEEPEST_TEXT || self.printed.get() > LONGEST_PRINTED {
            return String::new();
        }
        let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
        let inside = Words { depth: self.depth + 1, ..*self };
        let own = self.site.entry(ix).value_of(first, &inside);
        let value = own.or_else(|| self.entry(ix).get(&Key::Str(first)).cloned());
        let text = value.and_then(|value| part(&value, rest, self.lang)).unwrap_or_default();
        self.printed.set(self.printed.get() + text.len());
        text
    }
}

impl Links for Words<'_> {
    fn lang(&self) -> &str {
        self.lang
    }

    fn stub(&self, id: &str) -> Value {
        if let Ok(ix) = self.site.find(id, self.lang) {
            return self.entry(ix).into();
        }
        let name = self.site.name_of(id, self.lang);
        values! { "id": "", "kind": "", "title": name.as_str(), "url": None::<&str>, "printed": name.as_str(), }.into()
    }

    fn html(&self, body: &Body) -> Value {
        Value::safe_string(&self.fill(body))
    }
}
