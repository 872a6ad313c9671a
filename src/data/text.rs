//! Text: what facts say in plain words, for files that hold no markup.

use crate::body::{Body, Hole, What};
use crate::decode::{Links, Text};
use crate::facts::{Fact, Figure};
use crate::html;
use crate::kind::Kind;
use crate::limits::{DEEPEST_TEXT, LONGEST_PRINTED};
use crate::markdown::escaped;
use crate::printed::printed;
use crate::site::{Ix, Site};
use crate::source::At;
use crate::values;
use std::cell::{Cell, RefCell};
use tera::value::Key;
use tera::{Map, Value};

/// The site as the rows of its tables are made of it: everything in its default language.
pub(super) struct Reader<'s> {
    pub(super) site: &'s Site,
    pub(super) lang: &'s str,
}

impl<'s> Reader<'s> {
    pub(super) fn new(site: &'s Site) -> Self {
        Self { site, lang: site.config.lang() }
    }

    /// The id of an entry.
    pub(super) fn own_id(&self, ix: Ix) -> &'s str {
        &self.site.entry(ix).id.value
    }

    /// An id as the entry has it that it names; none where that is not published, may not be named, or is of another kind.
    pub(super) fn id(&self, id: &str, kind: Kind) -> Option<&'s str> {
        let found = self.site.find(id, self.lang).ok().filter(|ix| self.site.has_page(*ix))?;
        (self.site.entry(found).kind == kind).then(|| self.own_id(found))
    }

    /// The same of a reference that may be missing.
    pub(super) fn one(&self, id: Option<&At<String>>, kind: Kind) -> Option<&'s str> {
        self.id(&id?.value, kind)
    }

    /// The ids among `ids` that name published facts of a kind.
    pub(super) fn ids<'a>(&self, ids: impl Iterator<Item = &'a At<String>>, kind: Kind) -> Vec<String> {
        ids.filter_map(|id| self.id(&id.value, kind)).map(str::to_owned).collect()
    }

    /// The ids among `ids` that name anything that is published.
    pub(super) fn any_ids<'a>(&self, ids: impl Iterator<Item = &'a At<String>>) -> Vec<String> {
        let found = ids.filter_map(|id| self.site.find(&id.value, self.lang).ok());
        found.filter(|ix| self.site.has_page(*ix)).map(|ix| self.own_id(ix).to_owned()).collect()
    }

    /// What a reference that may be missing is called.
    pub(super) fn called(&self, id: Option<&At<String>>) -> Option<String> {
        id.map(|id| self.name(&id.value))
    }

    /// A text that may be missing, in plain words.
    pub(super) fn said(&self, from: Ix, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.plain(from, text.pick(self.lang)))
    }

    /// What an id is called; the id itself when nothing has it, and nothing of a source that no output may name.
    pub(super) fn name(&self, id: &str) -> String {
        self.site.printed_as(id, self.lang)
    }

    /// Where an entry's page is.
    pub(super) fn url(&self, ix: Ix) -> String {
        self.site.entry(ix).url.href(&self.site.config.base_url)
    }

    /// A text that the entry `from` holds, in plain words. References stand as what they print, and citations are left out.
    /// A number that a reference prints keeps its date and its counter, and words of a claim keep who said them: they stand behind
    /// the text, in brackets.
    pub(super) fn plain(&self, from: Ix, body: &Body) -> String {
        let borne = RefCell::default();
        let words = Words { of: self, from, depth: 0, printed: &Cell::new(0), borne: &borne };
        let html = words.fill(body).replace("</p>", "</p> ").replace("<br", " <br");
        let mut text = html::plain(&html);
        let mut noted = Vec::new();
        for fact in borne.into_inner() {
            if fact != from && !noted.contains(&fact) {
                noted.push(fact);
            }
        }
        let notes: Vec<String> = noted.into_iter().filter_map(|fact| self.note(fact)).collect();
        if !notes.is_empty() {
            text.push_str(&format!(" [{}]", notes.join("; ")));
        }
        text
    }

    /// "war-2020-killed: at least 6,500, as of November 2020, counted by Reuters"; "no-warning: said by the residents, 3 May 2023".
    fn note(&self, fact: Ix) -> Option<String> {
        let id = self.own_id(fact);
        match self.site.entry(fact).fact()? {
            Fact::Figure(Figure { as_of, attribution, .. }) => {
                let (counter, number) =
                    (self.name(&attribution.counted_by.0.value), self.site.printed(fact, self.lang));
                Some(format!("{id}: {number}, as of {}, counted by {counter}", as_of.words(self.lang)))
            }
            Fact::Claim(claim) => {
                let (author, date) = (self.name(&claim.author.0.value), claim.date.words(self.lang));
                Some(format!("{id}: said by {author}, {date}"))
            }
            _ => None,
        }
    }

    /// What a reference to an entry brings.
    fn stub(&self, ix: Ix) -> Map {
        let named = self.site.has_page(ix);
        values! {
            "id": if named { self.own_id(ix) } else { "" },
            "kind": self.site.entry(ix).kind.name(),
            "title": self.site.title(ix, self.lang),
            "url": named.then(|| self.url(ix)),
            "printed": self.site.printed(ix, self.lang),
        }
    }
}

/// Fills the holes of a text with words.
struct Words<'a, 's> {
    of: &'a Reader<'s>,
    from: Ix,
    /// How many texts are being printed inside one another.
    depth: usize,
    /// How many bytes references to fields have printed, inside one another too.
    printed: &'a Cell<usize>,
    /// The figures whose numbers were printed, and the claims whose words.
    borne: &'a RefCell<Vec<Ix>>,
}

impl Words<'_, '_> {
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
        let (site, lang) = (self.of.site, self.of.lang);
        let Ok(resolved) = site.resolve(target, self.from) else {
            return words.unwrap_or_else(|| escaped(&site.words_for_absent(target, lang)));
        };
        let is_borne = |fact: &Fact| match resolved.field.as_deref() {
            Some(field) => fact.is_borne(field),
            None => matches!(fact, Fact::Figure(_)),
        };
        if site.entry(resolved.entry).fact().is_some_and(is_borne) {
            self.borne.borrow_mut().push(resolved.entry);
        }
        match (words, resolved.field) {
            (Some(words), _) => words,
            (None, Some(field)) => self.field(resolved.entry, &field),
            (None, None) => escaped(&site.printed(resolved.entry, lang)),
        }
    }

    /// A field of an entry; nothing where it has none that can be printed, which its page tells.
    fn field(&self, ix: Ix, field: &str) -> String {
        if !self.of.site.has_page(ix) || self.depth >= DEEPEST_TEXT || self.printed.get() > LONGEST_PRINTED {
            return String::new();
        }
        let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
        let inside = Words { depth: self.depth + 1, ..*self };
        let own = self.of.site.entry(ix).value_of(first, &inside);
        let value = own.or_else(|| self.of.stub(ix).get(&Key::Str(first)).cloned());
        let value = match (value, rest) {
            (Some(value), Some(rest)) => value.get_from_path(&rest.replace('-', "_")).cloned(),
            (value, _) => value,
        };
        let text = value.and_then(|value| printed(&value, self.of.lang)).unwrap_or_default();
        self.printed.set(self.printed.get() + text.len());
        text
    }
}

impl Links for Words<'_, '_> {
    fn lang(&self) -> &str {
        self.of.lang
    }

    fn stub(&self, id: &str) -> Value {
        if let Ok(ix) = self.of.site.find(id, self.of.lang) {
            return self.of.stub(ix).into();
        }
        let name = self.of.name(id);
        values! { "id": "", "kind": "", "title": name.as_str(), "url": None::<&str>, "printed": name.as_str(), }.into()
    }

    fn html(&self, body: &Body) -> Value {
        Value::safe_string(&self.fill(body))
    }
}
