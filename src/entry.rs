//! An entry: one addressable thing, a page or a fact, as parsing yields it.

use crate::body::{Body, Heading, Mention};
use crate::decode::{Field, FieldRef, Links, Record};
use crate::facts::Fact;
use crate::kind::Kind;
use crate::page::{Page, Routing, SectionKeys, ViewKeys};
use crate::prose::Count;
use crate::rule::Allow;
use crate::source::{At, FileId};
use crate::url::Url;
use std::sync::Arc;
use tera::{Map, Value};

/// One addressable thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What linking and other pages may see of it.
    pub surface: Arc<Surface>,
    /// Its text, which only its own page shows.
    pub body: Arc<Body>,
}

/// What linking and other pages may see of an entry. Two surfaces are equal when what they say is,
/// wherever in the file it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Its id, and where it is written: `war-2020`, `articles/story`.
    pub id: At<String>,
    /// What it is.
    pub kind: Kind,
    /// The language it is written in.
    pub lang: String,
    /// The file it comes from.
    pub file: FileId,
    /// The folder below `content/` that it stands in: `articles`, or nothing.
    pub folder: String,
    /// Where it will be found.
    pub url: Url,
    /// How it is made.
    pub routing: Routing,
    /// What it says.
    pub matter: Matter,
    /// The headings of its text.
    pub headings: Vec<Heading>,
    /// What its text mentions.
    pub mentions: Vec<Mention>,
    /// What its text says first.
    pub lead: Option<Body>,
    /// How many words its text has.
    pub words: usize,
    /// The counts in its prose that no citation bears.
    pub counts: Vec<At<Count>>,
    /// The rules that it may break.
    pub allow: Vec<Allow>,
    /// All of what was written of it.
    pub extent: At<()>,
}

/// What an entry says: the typed fields of its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Matter {
    /// A page.
    Page(Box<Page>),
    /// A page that shows facts.
    View(Box<Page>, Box<ViewKeys>),
    /// An `_index.md`.
    Section(Box<Page>, SectionKeys),
    /// A fact.
    Fact(Box<Fact>),
}

impl Matter {
    /// Takes out the references to what is `gone`; false when nothing is left without them: a fact lacks
    /// what it must name, or a view lacks what it is a view of.
    pub fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Fact(fact) => fact.prune(gone),
            Self::Page(page) | Self::Section(page, _) => page.prune_all(gone),
            Self::View(page, keys) => {
                let mut shown = Vec::new();
                keys.all_refs(&mut shown);
                let whole = !shown.iter().any(|field| gone(&field.id.value));
                page.prune_all(gone) && whole
            }
        }
    }
}

impl Surface {
    /// Whether `other` can take its place without anything being linked again: they differ at most in what other pages
    /// show of them and nothing leads to or by, which is their title, description, authors and extra keys, when they were
    /// updated, what their text says first, and how many words it has. Their title may put them at another place among
    /// the pages of their section.
    pub fn links_like(&self, other: &Self) -> bool {
        let mut seen = Self { lead: self.lead.clone(), words: self.words, ..other.clone() };
        seen.routing.extra.clone_from(&self.routing.extra);
        if let (Some(own), Some(page)) = (self.page(), seen.page_mut()) {
            page.title.clone_from(&own.title);
            page.description.clone_from(&own.description);
            page.authors.clone_from(&own.authors);
            page.updated.clone_from(&own.updated);
        }
        *self == seen
    }

    fn page_mut(&mut self) -> Option<&mut Page> {
        match &mut self.matter {
            Matter::Page(page) | Matter::View(page, _) | Matter::Section(page, _) => Some(page),
            Matter::Fact(_) => None,
        }
    }

    /// Its front matter, when it is a page or section.
    pub fn page(&self) -> Option<&Page> {
        match &self.matter {
            Matter::Page(page) | Matter::View(page, _) | Matter::Section(page, _) => Some(page),
            Matter::Fact(_) => None,
        }
    }

    /// The fact, when it is one.
    pub fn fact(&self) -> Option<&Fact> {
        match &self.matter {
            Matter::Fact(fact) => Some(fact),
            _ => None,
        }
    }

    /// The references that its fields make.
    pub fn field_refs(&self) -> Vec<FieldRef<'_>> {
        let mut refs = Vec::new();
        match &self.matter {
            Matter::Fact(fact) => return fact.refs(),
            Matter::View(page, keys) => {
                page.all_refs(&mut refs);
                keys.all_refs(&mut refs);
            }
            Matter::Page(page) | Matter::Section(page, _) => page.all_refs(&mut refs),
        }
        refs
    }

    /// The texts in its fields.
    pub fn field_bodies(&self) -> Vec<&Body> {
        let mut bodies = Vec::new();
        match (&self.matter, self.page()) {
            (Matter::Fact(fact), _) => return fact.bodies(),
            (_, Some(page)) => page.all_bodies(&mut bodies),
            (_, None) => {}
        }
        bodies
    }

    /// Writes its fields into what templates see: a fact's under `fact`, a page's beside the rest.
    pub fn put(&self, links: &dyn Links, map: &mut Map) {
        match &self.matter {
            Matter::Fact(fact) => {
                let mut fields = Map::new();
                fact.put(links, &mut fields);
                map.insert("date".into(), fact.date().map_or_else(Value::none, |date| date.value(links)));
                map.insert("updated".into(), Value::none());
                map.insert("fact".into(), fields.into());
            }
            Matter::Page(page) => page.put(links, map),
            Matter::View(page, keys) => {
                page.put(links, map);
                keys.put(links, map);
            }
            Matter::Section(page, keys) => {
                page.put(links, map);
                keys.put(links, map);
            }
        }
    }

    /// What templates see of one field.
    pub fn value_of(&self, key: &str, links: &dyn Links) -> Option<Value> {
        match &self.matter {
            Matter::Fact(fact) => fact.value_of(key, links),
            Matter::Page(page) => page.value_of(key, links),
            Matter::View(page, keys) => page.value_of(key, links).or_else(|| keys.value_of(key, links)),
            Matter::Section(page, keys) => page.value_of(key, links).or_else(|| keys.value_of(key, links)),
        }
    }

    /// What it is called, in plain words, in `lang`. `name` turns an id into its name.
    pub fn title(&self, lang: &str, name: &dyn Fn(&str) -> String) -> String {
        match (self.fact(), self.page()) {
            (Some(fact), _) => fact.title(lang, name),
            (None, Some(page)) => page.title.pick(lang).to_owned(),
            (None, None) => String::new(),
        }
    }

    /// Its tags.
    pub fn tags(&self) -> &[String] {
        match (&self.matter, self.page()) {
            (Matter::Fact(fact), _) => fact.tags(),
            (_, Some(page)) => &page.tags,
            (_, None) => &[],
        }
    }

    /// The last part of its id.
    pub fn last_part(&self) -> &str {
        self.id.value.rsplit('/').next().unwrap_or_default()
    }
}
