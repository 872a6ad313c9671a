//! The register of kinds: what an entry can be, and the names that follow from it.

/// What an entry is. Facts stand in facts files or Markdown files, pages in Markdown files only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// News and explainers, dated.
    Article,
    /// Evergreen context.
    Background,
    /// A view over events.
    Timeline,
    /// A view over figures.
    Figures,
    /// A view over claims.
    Claims,
    /// Any other page.
    Page,
    /// An `_index.md`: a folder's own page, which lists the pages beside it.
    Section,
    /// Something that happened.
    Event,
    /// A count with its counter, date, range and source.
    Figure,
    /// What somebody said.
    Claim,
    /// Who acts, speaks or counts.
    Actor,
    /// Where.
    Place,
    /// What a statement rests on.
    Source,
    /// A word and its meaning.
    Term,
}

/// What is fixed about a kind.
#[derive(Debug)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Its name in front matter and templates; also the name of its template, `article.html`.
    pub name: &'static str,
    /// The key of facts files, the folder of its URLs and the name of its list's template; none for pages.
    pub plural: Option<&'static str>,
    /// The list's title.
    pub title: &'static str,
}

const fn page(kind: Kind, name: &'static str) -> KindInfo {
    KindInfo { kind, name, plural: None, title: "" }
}

const fn fact(kind: Kind, name: &'static str, plural: &'static str, title: &'static str) -> KindInfo {
    KindInfo { kind, name, plural: Some(plural), title }
}

/// All kinds, in the order that readers meet them.
pub const KINDS: [KindInfo; 14] = [
    page(Kind::Article, "article"),
    page(Kind::Background, "background"),
    page(Kind::Timeline, "timeline"),
    page(Kind::Figures, "figures"),
    page(Kind::Claims, "claims"),
    page(Kind::Page, "page"),
    page(Kind::Section, "section"),
    fact(Kind::Event, "event", "events", "Events"),
    fact(Kind::Figure, "figure", "figures", "Figures"),
    fact(Kind::Claim, "claim", "claims", "Claims"),
    fact(Kind::Actor, "actor", "actors", "Actors"),
    fact(Kind::Place, "place", "places", "Places"),
    fact(Kind::Source, "source", "sources", "Sources"),
    fact(Kind::Term, "term", "terms", "Glossary"),
];

impl Kind {
    /// What is fixed about it.
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self as usize]
    }

    /// Its name in front matter and templates.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Whether it is a fact.
    pub fn is_fact(self) -> bool {
        self.info().plural.is_some()
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|info| info.name == name).map(|info| info.kind)
    }

    /// The kind of facts under this key of a facts file.
    pub fn of_plural(plural: &str) -> Option<Self> {
        KINDS.iter().find(|info| info.plural == Some(plural)).map(|info| info.kind)
    }

    /// The kinds of facts.
    pub fn facts() -> impl Iterator<Item = &'static KindInfo> {
        KINDS.iter().filter(|info| info.plural.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_in_the_order_of_the_enum() {
        for (i, info) in KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, i, "{}", info.name);
        }
    }
}
