//! Text: what facts say in plain words, for files that hold no markup.

use crate::body::Body;
use crate::decode::Text;
use crate::kind::Kind;
use crate::plain::Plain;
use crate::site::{Ix, Site};
use crate::source::At;

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

    /// A text that the entry `from` holds, in plain words; who bears what it prints stands behind it under the ids of facts.
    pub(super) fn plain(&self, from: Ix, body: &Body) -> String {
        Plain::of(self.site, self.lang, from, body, |fact, note| format!("{}: {note}", self.own_id(fact))).to_string()
    }
}
