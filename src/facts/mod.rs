//! The model: facts of every kind, each kind in a file of its own.

mod actor;
mod claim;
mod event;
mod figure;
mod place;
mod source;
mod term;

pub use actor::Actor;
pub use claim::{Claim, Quote, Verification};
pub use event::{Event, Media, Participant};
pub use figure::{Attribution, Bounds, Figure, Part, Past, Scope, grouped};
pub use place::{AltName, Place, StatusNote};
pub use source::{Archive, Source};
pub use term::Term;

use crate::body::Body;
use crate::date::Edtf;
use crate::decode::{FieldInfo, FieldRef, Fields, Links, Reading, Record};
use crate::kind::Kind;
use crate::yaml::{Node, Yaml};
use crate::{record, vocabulary};
use tera::{Map, Value};

/// A fact of any kind.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the kind it names")]
#[expect(clippy::large_enum_variant, reason = "facts are boxed where they are kept")]
pub enum Fact {
    Event(Event),
    Figure(Figure),
    Claim(Claim),
    Actor(Actor),
    Place(Place),
    Source(Source),
    Term(Term),
}

/// Runs `$body` with `$fact` bound to the record inside.
macro_rules! each {
    ($self:expr, $fact:ident => $body:expr) => {
        match $self {
            Fact::Event($fact) => $body,
            Fact::Figure($fact) => $body,
            Fact::Claim($fact) => $body,
            Fact::Actor($fact) => $body,
            Fact::Place($fact) => $body,
            Fact::Source($fact) => $body,
            Fact::Term($fact) => $body,
        }
    };
}

impl Fact {
    /// Takes the fields of a fact of `kind`; none when a required one is missing or wrong, and for
    /// kinds that are not facts.
    pub fn take(kind: Kind, fields: &mut Fields<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        match kind {
            Kind::Event => Event::take(fields, reading).map(Self::Event),
            Kind::Figure => {
                let figure = Figure::take(fields, reading)?;
                figure.check(fields, reading).then_some(Self::Figure(figure))
            }
            Kind::Claim => Claim::take(fields, reading).map(Self::Claim),
            Kind::Actor => Actor::take(fields, reading).map(Self::Actor),
            Kind::Place => Place::take(fields, reading).map(Self::Place),
            Kind::Source => Source::take(fields, reading).map(Self::Source),
            Kind::Term => Term::take(fields, reading).map(Self::Term),
            _ => None,
        }
    }

    /// The fields that a fact of `kind` has, for the documentation; none for pages.
    pub fn fields(kind: Kind) -> Vec<FieldInfo> {
        match kind {
            Kind::Event => Event::fields(),
            Kind::Figure => Figure::fields(),
            Kind::Claim => Claim::fields(),
            Kind::Actor => Actor::fields(),
            Kind::Place => Place::fields(),
            Kind::Source => Source::fields(),
            Kind::Term => Term::fields(),
            _ => Vec::new(),
        }
    }

    /// What it is called, in plain words, in `lang`. `name` turns an id into its name.
    pub fn title(&self, lang: &str, name: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Event(event) => event.title.pick(lang).to_owned(),
            Self::Figure(figure) => figure.title(lang, name),
            Self::Claim(claim) => claim.title(lang, name),
            Self::Actor(actor) => actor.name.pick(lang).to_owned(),
            Self::Place(place) => place.name.pick(lang).to_owned(),
            Self::Source(source) => source.title.pick(lang).to_owned(),
            Self::Term(term) => term.name.pick(lang).to_owned(),
        }
    }

    /// What `[[id]]` prints: a figure's value, else what it is called.
    pub fn printed(&self, lang: &str, name: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::Figure(figure) => figure.bounds().words(lang),
            Self::Actor(actor) => actor.short.as_ref().unwrap_or(&actor.name).pick(lang).to_owned(),
            _ => self.title(lang, name),
        }
    }

    /// The date it stands under in a list.
    pub fn date(&self) -> Option<&Edtf> {
        match self {
            Self::Event(event) => Some(&event.date),
            Self::Figure(figure) => Some(&figure.as_of),
            Self::Claim(claim) => Some(&claim.date),
            Self::Source(source) => source.date.as_ref(),
            Self::Actor(_) | Self::Place(_) | Self::Term(_) => None,
        }
    }

    /// One text that says what it is, for lists and previews.
    pub fn summary<'a>(&'a self, lang: &str) -> Option<&'a Body> {
        let text = match self {
            Self::Event(event) => event.summary.as_ref(),
            Self::Figure(figure) => figure.note.as_ref(),
            Self::Claim(claim) => Some(&claim.text),
            Self::Actor(actor) => actor.summary.as_ref(),
            Self::Place(place) => place.summary.as_ref(),
            Self::Source(_) => None,
            Self::Term(term) => Some(&term.definition),
        };
        text.map(|text| text.pick(lang))
    }

    /// The sources it rests on.
    pub fn sources(&self) -> &[SourceUse] {
        match self {
            Self::Event(event) => &event.sources.0,
            Self::Figure(figure) => &figure.sources.0,
            Self::Term(term) => &term.sources,
            _ => &[],
        }
    }

    /// The source whose words a field holds: `sources.0.quote`.
    pub fn quoted(&self, field: &str) -> Option<&SourceUse> {
        let at = field.strip_prefix("sources.")?.strip_suffix(".quote")?;
        self.sources().get(at.parse::<usize>().ok()?)
    }

    /// Its tags.
    pub fn tags(&self) -> &[String] {
        match self {
            Self::Event(event) => &event.tags,
            _ => &[],
        }
    }

    /// Whether a field holds a number or words that somebody has to bear, so that it is not printed without who counted or said it.
    pub fn is_borne(&self, field: &str) -> bool {
        let first = field.split('.').next().unwrap_or_default();
        match self {
            Self::Figure(_) => matches!(first, "low" | "best" | "high" | "words" | "parts" | "history"),
            Self::Claim(_) => matches!(first, "text" | "quote"),
            _ => false,
        }
    }

    /// Whether no output may name it.
    pub fn is_sensitive(&self) -> bool {
        matches!(self, Self::Source(Source { sensitive: Some(true), .. }))
    }

    /// Writes its fields into what templates see.
    pub fn put(&self, links: &dyn Links, map: &mut Map) {
        each!(self, fact => fact.put(links, map));
        match self {
            Self::Figure(figure) => {
                map.insert("words".into(), figure.bounds().words(links.lang()).into());
            }
            Self::Claim(claim) if claim.hides_quote(links) => {
                map.insert("quote".into(), Value::none());
            }
            _ => {}
        }
    }

    /// What templates see of one field.
    pub fn value_of(&self, key: &str, links: &dyn Links) -> Option<Value> {
        match self {
            Self::Figure(figure) if key == "words" => Some(figure.bounds().words(links.lang()).into()),
            Self::Claim(claim) if key == "quote" && claim.hides_quote(links) => Some(Value::none()),
            fact => each!(fact, fact => fact.value_of(key, links)),
        }
    }

    /// The references of all fields.
    pub fn refs(&self) -> Vec<FieldRef<'_>> {
        let mut refs = Vec::new();
        each!(self, fact => fact.all_refs(&mut refs));
        refs
    }

    /// Takes out the references to what is `gone`; false when a required one is left without.
    pub fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        each!(self, fact => fact.prune_all(gone))
    }

    /// The texts of all fields.
    pub fn bodies(&self) -> Vec<&Body> {
        let mut bodies = Vec::new();
        each!(self, fact => fact.all_bodies(&mut bodies));
        bodies
    }
}

/// A source that a fact rests on: an id, or a mapping with the place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceUse(Cited);

record! {
    /// A source with the place in it that is meant.
    Cited {
        /// The source.
        id: crate::decode::SourceRef,
        /// The place in it: `p. 4`, `background section`.
        locator: Option<String>,
        /// The words it rests on.
        quote: Option<String>,
    }
}

impl SourceUse {
    /// The whole of a source.
    pub fn whole(id: crate::decode::SourceRef) -> Self {
        Self(Cited { id, locator: None, quote: None })
    }

    /// The source without the place in it.
    #[must_use]
    pub fn of_whole(&self) -> Self {
        Self::whole(self.0.id.clone())
    }

    /// The source's id.
    pub fn id(&self) -> &str {
        &self.0.id.0.value
    }

    /// The place in it; empty for the whole.
    pub fn locator(&self) -> &str {
        self.0.locator.as_deref().unwrap_or("")
    }

    /// The words it rests on.
    pub fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }
}

/// Whether a stub is that of a source that no output may name.
fn is_unnamed(stub: &Value) -> bool {
    stub.as_map().and_then(|map| map.get(&tera::value::Key::Str("id"))).and_then(Value::as_str) == Some("")
}

impl crate::decode::Field for SourceUse {
    const TYPE: &'static str = "the id of a source, or a mapping of `id`, `locator` and `quote`";

    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        if matches!(node.value, Yaml::Map(_)) {
            return Cited::read(node, reading).map(Self);
        }
        let id = crate::decode::SourceRef::read(node, reading)?;
        Some(Self(Cited { id, locator: None, quote: None }))
    }

    /// The source's stub with `locator` and `quote` beside it.
    fn value(&self, links: &dyn Links) -> Value {
        let stub = links.stub(self.id());
        let named = !is_unnamed(&stub);
        let mut map = stub.into_map().unwrap_or_default();
        map.insert("locator".into(), self.0.locator.clone().filter(|_| named).into());
        map.insert("quote".into(), self.0.quote.clone().filter(|_| named).into());
        map.into()
    }

    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.0.id.refs(field, out);
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({ "anyOf": [crate::decode::SourceRef::schema(), Cited::schema()] })
    }

    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        self.0.id.prune(gone)
    }
}

vocabulary! {
    /// How a number is meant.
    Qualifier {
        "exact": "the number itself",
        "at-least": "this many or more",
        "more-than": "more than this",
        "about": "near this",
        "nearly": "a little less than this",
        "up-to": "this many or fewer",
    }
    /// Whom a count counts, by status (OHCHR).
    Status {
        "civilian": "civilians",
        "other-protected-person": "medical and religious personnel, and others whom the law protects",
        "member-of-armed-forces": "soldiers",
        "person-directly-participating-in-hostilities": "fighters outside the armed forces",
        "unknown": "not known",
        "all": "everyone",
    }
    /// Whom a count counts, by sex.
    Sex { "man": "men and boys", "woman": "women and girls", "unknown": "not known", }
    /// Whom a count counts, by age.
    Age { "adult": "18 or older", "child": "under 18", "unknown": "not known", }
    /// What killed or injured (OHCHR).
    Cause {
        "heavy-weapons-and-explosive-munitions": "artillery, rockets, bombs, drones",
        "planted-explosives-and-uxo": "mines and unexploded ordnance",
        "small-arms-and-light-weapons": "rifles, machine guns, mortars carried by hand",
        "incendiary": "fire weapons",
        "cbrn": "chemical, biological, radiological or nuclear weapons",
        "electromagnetic": "electromagnetic weapons",
        "less-lethal": "weapons meant not to kill",
        "denial-of-access": "lack of food, water, medicine or other things needed to live",
        "accidents-related-to-conflict": "accidents that the conflict led to",
        "other-means": "something else",
        "unknown": "not known",
    }
    /// How near the reporter stood to the count.
    Chain {
        "first-hand": "the counter says it",
        "second-hand": "somebody reports what the counter says",
        "third-hand": "somebody reports what was reported",
    }
    /// How a count was made.
    Method {
        "named-list": "a list of names",
        "incident-sum": "the sum of recorded incidents",
        "official-statement": "an authority's statement",
        "media-tally": "a count by or from news reports",
        "survey": "a survey of households or facilities",
        "statistical-estimate": "an estimate by statistics",
        "compiled": "put together from several counts",
        "unknown": "not known",
    }
    /// How well a count is borne out (Airwars).
    Assessment {
        "confirmed": "a belligerent has accepted responsibility",
        "fair": "two or more credible sources",
        "weak": "one source",
        "contested": "competing claims of responsibility",
        "discounted": "those killed were combatants, or others most likely did it",
        "unassessed": "not assessed",
    }
    /// What a claim does.
    Stance {
        "asserts": "says that something is so",
        "denies": "says that it is not so",
        "counters": "says that something else is so",
        "concedes": "accepts that it is so",
        "retracts": "takes back what was said",
        "reacts": "answers without taking a position on whether it is so",
    }
    /// What checking a claim has come to.
    VerificationStatus {
        "unverified": "nobody independent has checked it",
        "corroborated": "independent evidence supports it",
        "contested": "independent evidence points both ways",
        "refuted": "independent evidence speaks against it",
        "conceded": "the other side has accepted it",
    }
    /// What sort of actor (ACLED's, with others that explainers need).
    ActorType {
        "state-forces": "a state's armed forces or ministry of defence",
        "rebel-group": "an armed group against a state",
        "political-militia": "an armed group for a political aim",
        "identity-militia": "an armed group of a community",
        "civilians": "people who take no part",
        "external-other": "forces from elsewhere, peacekeepers among them",
        "media": "a news organisation",
        "ngo": "a non-governmental organisation",
        "igo": "an intergovernmental organisation",
        "court": "a court or tribunal",
        "government": "a government or ministry",
        "person": "one person",
    }
    /// How near a source stands to what it tells, and whose it is.
    SourceKind {
        "primary": "the thing itself: a treaty, a resolution, a recording",
        "secondary": "an account of it",
        "party": "of a party to the conflict",
        "official": "of an authority",
        "media": "of a news organisation",
        "ngo": "of a non-governmental organisation",
        "un": "of the United Nations",
        "academic": "of researchers",
        "social": "from social media",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fact_has_fields_and_every_field_a_doc() {
        for info in Kind::facts() {
            let fields = Fact::fields(info.kind);
            assert!(!fields.is_empty(), "{}", info.name);
            for field in fields {
                assert!(!field.doc.is_empty(), "{}.{}", info.name, field.key);
            }
        }
    }
}
