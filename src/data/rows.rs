//! Rows: the register of columns, and how each is found in a fact.
//!
//! A column that bears the name of a field holds what the field holds: an id, a word, a date as it was written. Beside
//! it, `…_name` and `…_title` say in words what an id stands for, `…_words` what a date says, and `…_from` and `…_to` are
//! the first and the last day that a date can mean. A number that nobody gave is missing, never 0. No number goes
//! without who counted it and up to when, and nothing said without who said it.

use super::iso;
use super::table::{Cell, Column, DAY, DECIMAL, Holds, LIST, TEXT, URL, WHOLE, YES_NO, columns as declare, word};
use super::text::Reader;
use crate::date::Edtf;
use crate::decode::{Count, CounterRef};
use crate::facts::{
    Actor, ActorType, Age, AltName, Assessment, Cause, Chain, Claim, Event, Fact, Figure, Method, Part, Participant,
    Past, Place, Qualifier, Quote, Sex, Source, SourceKind, SourceUse, Stance, Status, Term, VerificationStatus,
};
use crate::kind::Kind;
use crate::site::{Ix, Site, Table};

const EVENT: Holds = TEXT.of(Kind::Event);
const FIGURE: Holds = TEXT.of(Kind::Figure);
const CLAIM: Holds = TEXT.of(Kind::Claim);
const ACTOR: Holds = TEXT.of(Kind::Actor);
const PLACE: Holds = TEXT.of(Kind::Place);
const SOURCE: Holds = TEXT.of(Kind::Source);
const TERM: Holds = TEXT.of(Kind::Term);

/// How exact coordinates are, in words: UCDP's scale, from 1 on.
const PRECISION: [&str; 7] = [
    "the exact place",
    "near the place, within about 25 kilometres",
    "somewhere in the district",
    "somewhere in the province or region",
    "somewhere along a line or in a stretch of land",
    "somewhere in the country",
    "somewhere at sea or in the air",
];

/// A place at its coordinates.
pub(super) const POINT: &str = "point";
/// A place somewhere around them.
const AREA: &str = "area";

/// How coordinates are meant: on UCDP's scale, 1 and 2 are a point, and 3 to 7 an area around it.
const EXTENT: &[(&str, &str)] = &[
    (POINT, "the place is at these coordinates, or near them"),
    (AREA, "the coordinates stand for an area, and the place can be anywhere in it"),
];

declare! {
    FIGURES, figure(of: &Reader<'_>, ix: Ix, figure: &Figure) {
        /// The figure's id.
        id: TEXT.required() => of.own_id(ix);
        /// What is counted, of whom, and who counted, in words.
        title: TEXT.required() => of.site.title(ix, of.lang);
        /// What is counted, such as `killed`, `injured` or `displaced`.
        measure: TEXT => &figure.measure;
        /// What is counted in, when not people.
        unit: TEXT => figure.unit.as_ref();
        /// The event that the count covers.
        event: EVENT => of.one(figure.scope.event.as_ref().map(|event| &event.0), Kind::Event);
        /// What that event is called.
        event_title: TEXT => of.called(figure.scope.event.as_ref().map(|event| &event.0));
        /// The time that the count covers, where that is not the whole event, in EDTF.
        period: TEXT => figure.scope.period.as_ref().map(Edtf::as_str);
        /// The place that the count covers.
        area: PLACE => of.one(figure.scope.area.as_ref().map(|area| &area.0), Kind::Place);
        /// What that place is called.
        area_name: TEXT => of.called(figure.scope.area.as_ref().map(|area| &area.0));
        /// Whose people are counted; empty for everyone's.
        sides: LIST.of(Kind::Actor) => of.ids(figure.scope.sides.iter().map(|side| &side.0), Kind::Actor);
        /// Whom the count covers, by status.
        status: word(Status::WORDS) => figure.scope.status.map(Status::as_str);
        /// Whom the count covers, by sex.
        sex: word(Sex::WORDS) => figure.scope.sex.map(Sex::as_str);
        /// Whom the count covers, by age.
        age: word(Age::WORDS) => figure.scope.age.map(Age::as_str);
        /// What killed or injured them.
        cause: word(Cause::WORDS) => figure.scope.cause.map(Cause::as_str);
        /// Whether only deaths by violence itself count.
        direct: YES_NO => figure.scope.direct;
        /// The least it can be; missing where nobody gave it.
        low: WHOLE => number(figure.low);
        /// The number given as the likeliest; missing where nobody gave one.
        best: WHOLE => number(figure.best);
        /// The most it can be; missing where nobody gave it: then it can be any number.
        high: WHOLE => number(figure.high);
        /// How the number is meant.
        qualifier: word(Qualifier::WORDS) => figure.qualifier.map(Qualifier::as_str);
        /// The number as it is printed, such as `at least 6,500`.
        words: TEXT.required() => figure.bounds().words(of.lang);
        /// Up to when it counts, in EDTF.
        as_of: TEXT.required() => figure.as_of.as_str();
        /// The same in words.
        as_of_words: TEXT => figure.as_of.words(of.lang);
        /// The first day that it can mean.
        as_of_from: DAY => iso(figure.as_of.earliest());
        /// The last day that it can mean.
        as_of_to: DAY => iso(figure.as_of.latest());
        /// When it was told, in EDTF.
        reported: TEXT => figure.reported.as_ref().map(Edtf::as_str);
        /// Who counted: what the actor or source is called.
        counted_by_name: TEXT.required() => of.name(&figure.attribution.counted_by.0.value);
        /// Who counted, where it is an actor.
        counted_by_actor: ACTOR => counter(of, Some(&figure.attribution.counted_by), Kind::Actor);
        /// Who counted, where it is a source that stands for whoever made it.
        counted_by_source: SOURCE => counter(of, Some(&figure.attribution.counted_by), Kind::Source);
        /// The source that reported the count.
        reported_by: SOURCE => of.one(figure.attribution.reported_by.as_ref().map(|by| &by.0), Kind::Source);
        /// How near the reporter stood to the count.
        chain: word(Chain::WORDS) => figure.attribution.chain.map(Chain::as_str);
        /// How it was counted.
        method: word(Method::WORDS) => figure.method.map(Method::as_str);
        /// The level of confidence of an estimate.
        confidence_level: DECIMAL => figure.confidence_level.map(|level| level.0);
        /// How well it is borne out.
        assessment: word(Assessment::WORDS) => figure.assessment.map(Assessment::as_str);
        /// The figure that it is part of, and must not be added to.
        part_of: FIGURE => of.one(figure.part_of.as_ref().map(|whole| &whole.0), Kind::Figure);
        /// Figures that count some of the same people or things, and must not be added to it.
        overlaps: LIST.of(Kind::Figure) => of.ids(figure.overlaps.iter().map(|other| &other.0), Kind::Figure);
        /// The figure that it takes the place of.
        supersedes: FIGURE => of.one(figure.supersedes.as_ref().map(|other| &other.0), Kind::Figure);
        /// The stretch of the story that a cumulative count belongs to.
        episode: TEXT => figure.episode.as_ref();
        /// The day by which it wants another look, in EDTF.
        review_by: TEXT => figure.review_by.as_ref().map(Edtf::as_str);
        /// What it takes in.
        includes: TEXT => of.said(ix, figure.includes.as_ref());
        /// What it leaves out.
        excludes: TEXT => of.said(ix, figure.excludes.as_ref());
        /// What a reader should know.
        note: TEXT => of.said(ix, figure.note.as_ref());
        /// The sources that it rests on; the places in them are in `citations`.
        sources: LIST.of(Kind::Source) => sources(of, &plain_uses(&figure.sources.0));
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    EVENTS, event(of: &Reader<'_>, ix: Ix, event: &Event) {
        /// The event's id.
        id: TEXT.required() => of.own_id(ix);
        /// What it is called.
        title: TEXT.required() => event.title.pick(of.lang);
        /// When, in EDTF.
        date: TEXT.required() => event.date.as_str();
        /// When, in words.
        date_words: TEXT => event_date(of, event);
        /// The first day that the date can mean; missing where its start is open or unknown.
        date_from: DAY => iso(event.date.earliest());
        /// The last day that the date can mean; missing where its end is open or unknown.
        date_to: DAY => iso(event.date.latest());
        /// What sort of event.
        type: TEXT => event.kind.as_ref();
        /// A finer sort.
        sub_type: TEXT => event.sub_type.as_ref();
        /// From 1, a headline, to 5, a detail.
        importance: WHOLE => event.importance.and_then(|importance| u64::try_from(importance.0).ok());
        /// What happened.
        summary: TEXT => of.said(ix, event.summary.as_ref());
        /// Where.
        places: LIST.of(Kind::Place) => of.ids(event.places.iter().map(|place| &place.0), Kind::Place);
        /// Who took part; as what is in `participants`.
        participants: LIST.of(Kind::Actor) => of.ids(event.participants.iter().map(|by| &by.actor.0), Kind::Actor);
        /// The larger event that it belongs to.
        part_of: EVENT => of.one(event.part_of.as_ref().map(|whole| &whole.0), Kind::Event);
        /// The event that it came after.
        follows: EVENT => of.one(event.follows.as_ref().map(|other| &other.0), Kind::Event);
        /// The event that it ended.
        ends: EVENT => of.one(event.ends.as_ref().map(|other| &other.0), Kind::Event);
        /// Its tags.
        tags: LIST => event.tags.clone();
        /// The sources that it rests on; the places in them are in `citations`.
        sources: LIST.of(Kind::Source) => sources(of, &plain_uses(&event.sources.0));
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    CLAIMS, claim(of: &Reader<'_>, ix: Ix, claim: &Claim) {
        /// The claim's id.
        id: TEXT.required() => of.own_id(ix);
        /// What it is, by whom and when, in words.
        title: TEXT.required() => of.site.title(ix, of.lang);
        /// Who said it.
        author: ACTOR => of.one(Some(&claim.author.0), Kind::Actor);
        /// What the author is called.
        author_name: TEXT.required() => of.name(&claim.author.0.value);
        /// What saying it does.
        stance: word(Stance::WORDS).required() => claim.stance.as_str();
        /// What was said, in the words of whoever publishes these data.
        text: TEXT => of.said(ix, Some(&claim.text));
        /// What was said, in the author's words.
        quote: TEXT => quote(of, claim).map(|quote| &quote.exact);
        /// The language of these.
        quote_lang: TEXT => quote(of, claim).and_then(|quote| quote.lang.as_ref());
        /// When it was said, in EDTF.
        date: TEXT.required() => claim.date.as_str();
        /// The same in words.
        date_words: TEXT => claim.date.words(of.lang);
        /// The first day that the date can mean.
        date_from: DAY => iso(claim.date.earliest());
        /// The last day that the date can mean.
        date_to: DAY => iso(claim.date.latest());
        /// What it is about: the ids of facts of any kind, and of pages.
        about: LIST => of.any_ids(claim.about.0.iter().map(|about| &about.0));
        /// The claim that it answers.
        responds_to: CLAIM => of.one(claim.responds_to.as_ref().map(|other| &other.0), Kind::Claim);
        /// Up to when a response was looked for and not found, in EDTF.
        no_response_as_of: TEXT => claim.no_response_found.as_ref().map(|looked| looked.as_of.as_str());
        /// Where it was looked for.
        no_response_note: TEXT => of.said(ix, claim.no_response_found.as_ref().and_then(|looked| looked.note.as_ref()));
        /// Where it was first read.
        first_appearance: SOURCE => of.one(Some(&claim.first_appearance.0), Kind::Source);
        /// The figures in it.
        figures: LIST.of(Kind::Figure) => of.ids(claim.figures.iter().map(|figure| &figure.0), Kind::Figure);
        /// The places in it.
        places: LIST.of(Kind::Place) => of.ids(claim.places.iter().map(|place| &place.0), Kind::Place);
        /// What checking it has come to.
        verification: word(VerificationStatus::WORDS) => claim.verification.as_ref().map(|checked| checked.status.as_str());
        /// Who checked: what the actor or source is called.
        verified_by_name: TEXT => of.called(checker(claim).map(|by| &by.0));
        /// Who checked, where it is an actor.
        verified_by_actor: ACTOR => counter(of, checker(claim), Kind::Actor);
        /// Who checked, where it is a source that stands for whoever made it.
        verified_by_source: SOURCE => counter(of, checker(claim), Kind::Source);
        /// When it was checked, in EDTF.
        verification_date: TEXT => claim.verification.as_ref().and_then(|checked| checked.date.as_ref()).map(Edtf::as_str);
        /// What checking found.
        verification_note: TEXT => of.said(ix, claim.verification.as_ref().and_then(|checked| checked.note.as_ref()));
        /// The sources that it was read in and that checking rests on; the places in them are in `citations`.
        sources: LIST.of(Kind::Source) => sources(of, &claim_uses(of, claim));
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    PLACES, place(of: &Reader<'_>, ix: Ix, place: &Place) {
        /// The place's id.
        id: TEXT.required() => of.own_id(ix);
        /// What it is called on this site; its other names are in `names`.
        name: TEXT.required() => place.name.pick(of.lang);
        /// What sort of place.
        type: TEXT => place.kind.as_ref();
        /// The country it is in.
        country: TEXT => place.country.as_ref();
        /// The province or region.
        adm_1: TEXT => place.adm_1.as_ref();
        /// The district.
        adm_2: TEXT => place.adm_2.as_ref();
        /// Degrees east (WGS 84).
        longitude: DECIMAL => place.coordinates.map(|at| at.lon);
        /// Degrees north (WGS 84).
        latitude: DECIMAL => place.coordinates.map(|at| at.lat);
        /// How exact the coordinates are: UCDP's scale from 1, the exact place, to 7.
        where_prec: WHOLE => place.where_prec.and_then(|precision| u64::try_from(precision.0).ok());
        /// The same in words.
        precision: TEXT => precision(place);
        /// Whether the coordinates are meant as a point or as an area around it; missing where there are none.
        extent: word(EXTENT) => place_extent(place);
        /// Whether its status or its borders are disputed.
        disputed: YES_NO => place.disputed;
        /// What is disputed, and between whom.
        status_note: TEXT => of.said(ix, place.status_note.as_ref().map(|note| &note.text));
        /// The place it lies in.
        within: PLACE => of.one(place.within.as_ref().map(|whole| &whole.0), Kind::Place);
        /// What it is.
        summary: TEXT => of.said(ix, place.summary.as_ref());
        /// Its item in Wikidata.
        wikidata: TEXT => place.wikidata.as_ref().map(|item| &item.0);
        /// Its number in GeoNames.
        geonames: TEXT => place.geonames.as_ref().map(|number| &number.0);
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    ACTORS, actor(of: &Reader<'_>, ix: Ix, actor: &Actor) {
        /// The actor's id.
        id: TEXT.required() => of.own_id(ix);
        /// What it is called.
        name: TEXT.required() => actor.name.pick(of.lang);
        /// A shorter name.
        short: TEXT => actor.short.as_ref().map(|short| short.pick(of.lang));
        /// What sort of actor.
        type: word(ActorType::WORDS) => actor.kind.map(ActorType::as_str);
        /// The side it is on.
        side: TEXT => actor.side.as_ref();
        /// Whether it is a party to the conflict.
        party: YES_NO => actor.party;
        /// The actor it belongs to.
        parent: ACTOR => of.one(actor.parent.as_ref().map(|parent| &parent.0), Kind::Actor);
        /// Who it is.
        summary: TEXT => of.said(ix, actor.summary.as_ref());
        /// Its item in Wikidata.
        wikidata: TEXT => actor.wikidata.as_ref().map(|item| &item.0);
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    SOURCES, source(of: &Reader<'_>, ix: Ix, source: &Source) {
        /// The source's id.
        id: TEXT.required() => of.own_id(ix);
        /// What sort of document: a type of CSL, such as `report`.
        type: TEXT => &source.csl_type;
        /// Its title.
        title: TEXT.required() => source.title.pick(of.lang);
        /// Who wrote it.
        author: TEXT => source.author.as_ref();
        /// Who published it.
        publisher: TEXT => source.publisher.as_ref();
        /// The newspaper, journal or site that it is part of.
        container_title: TEXT => source.container_title.as_ref();
        /// When it was published, in EDTF.
        date: TEXT => source.date.as_ref().map(Edtf::as_str);
        /// The first day that the date can mean.
        date_from: DAY => iso(source.date.as_ref().and_then(Edtf::earliest));
        /// The last day that the date can mean.
        date_to: DAY => iso(source.date.as_ref().and_then(Edtf::latest));
        /// How near it stands to what it tells, and whose it is.
        kind: word(SourceKind::WORDS) => source.kind.map(SourceKind::as_str);
        /// Its language.
        language: TEXT => source.language.as_ref();
        /// Under what terms the source itself may be used; those of these data are in the descriptor.
        licence: TEXT => source.licence.as_ref();
        /// Where it is found.
        source_url: TEXT => source.url.as_ref().map(|url| &url.0);
        /// When it was last read there, in EDTF.
        accessed: TEXT => source.accessed.as_ref().map(Edtf::as_str);
        /// Where a copy of it is that will stay.
        archive_url: TEXT => source.archive.as_ref().map(|archive| &archive.url.0);
        /// When that copy was made, in EDTF.
        archive_date: TEXT => source.archive.as_ref().and_then(|archive| archive.date.as_ref()).map(Edtf::as_str);
        /// Its page on this site.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    TERMS, term(of: &Reader<'_>, ix: Ix, term: &Term) {
        /// The term's id.
        id: TEXT.required() => of.own_id(ix);
        /// The word.
        name: TEXT.required() => term.name.pick(of.lang);
        /// Its meaning.
        definition: TEXT => of.said(ix, Some(&term.definition));
        /// Other words to look up.
        see: LIST.of(Kind::Term) => of.ids(term.see.iter().map(|other| &other.0), Kind::Term);
        /// The sources that the meaning rests on; the places in them are in `citations`.
        sources: LIST.of(Kind::Source) => sources(of, &plain_uses(&term.sources));
        /// Its page.
        url: URL.required() => of.url(ix);
    }
}

declare! {
    CITATIONS, citation(of: &Reader<'_>, ix: Ix, used: &Use<'_>) {
        /// The figure that rests on the source; of these five columns, one is filled.
        figure: FIGURE => own(of, ix, Kind::Figure);
        /// The event.
        event: EVENT => own(of, ix, Kind::Event);
        /// The claim.
        claim: CLAIM => own(of, ix, Kind::Claim);
        /// The place.
        place: PLACE => own(of, ix, Kind::Place);
        /// The term.
        term: TERM => own(of, ix, Kind::Term);
        /// For what the fact rests on it.
        field: word(USES).required() => used.field;
        /// The source.
        source: SOURCE.required() => of.id(used.source, Kind::Source);
        /// The place in the source, such as `p. 4`.
        locator: TEXT => used.locator;
        /// The words of the source that it rests on.
        quote: TEXT => used.quote;
    }
}

declare! {
    HISTORY, past(of: &Reader<'_>, ix: Ix, figure: &Figure, past: &Past) {
        /// The figure.
        figure: FIGURE.required() => of.own_id(ix);
        /// What it counts, of whom, and who counted, in words.
        figure_title: TEXT.required() => of.site.title(ix, of.lang);
        /// Who counted: what the actor or source is called.
        counted_by_name: TEXT.required() => of.name(&figure.attribution.counted_by.0.value);
        /// When it was so, in EDTF.
        date: TEXT.required() => past.date.as_str();
        /// The same in words.
        date_words: TEXT => past.date.words(of.lang);
        /// The first day that the date can mean.
        date_from: DAY => iso(past.date.earliest());
        /// The last day that the date can mean.
        date_to: DAY => iso(past.date.latest());
        /// The least it could be; missing where nobody gave it.
        low: WHOLE => number(past.low);
        /// The likeliest number; missing where nobody gave one.
        best: WHOLE => number(past.best);
        /// The most it could be; missing where nobody gave it.
        high: WHOLE => number(past.high);
        /// The number as it is printed.
        words: TEXT.required() => past.bounds().words(of.lang);
        /// Why it came to this.
        reason: TEXT => of.said(ix, past.reason.as_ref());
        /// Where it was told.
        source: SOURCE => of.one(past.source.as_ref().map(|source| &source.0), Kind::Source);
    }
}

declare! {
    PARTS, part(of: &Reader<'_>, ix: Ix, figure: &Figure, part: &Part) {
        /// The figure that was given in parts.
        figure: FIGURE.required() => of.own_id(ix);
        /// What the whole counts, of whom, and who counted, in words.
        figure_title: TEXT.required() => of.site.title(ix, of.lang);
        /// Who counted: what the actor or source is called.
        counted_by_name: TEXT.required() => of.name(&figure.attribution.counted_by.0.value);
        /// Up to when it counts, in EDTF.
        as_of: TEXT.required() => figure.as_of.as_str();
        /// What the part is called.
        label: TEXT.required() => part.label.pick(of.lang);
        /// Whose people it counts.
        side: ACTOR => of.one(part.side.as_ref().map(|side| &side.0), Kind::Actor);
        /// The least it can be; missing where nobody gave it.
        low: WHOLE => number(part.low);
        /// The likeliest number; missing where nobody gave one.
        best: WHOLE => number(part.best);
        /// The most it can be; missing where nobody gave it.
        high: WHOLE => number(part.high);
        /// The number as it is printed.
        words: TEXT.required() => part.bounds().words(of.lang);
    }
}

declare! {
    PARTICIPANTS, participant(of: &Reader<'_>, ix: Ix, participant: &Participant) {
        /// The event.
        event: EVENT.required() => of.own_id(ix);
        /// What the event is called.
        event_title: TEXT.required() => of.site.title(ix, of.lang);
        /// Who took part.
        actor: ACTOR => of.one(Some(&participant.actor.0), Kind::Actor);
        /// What the actor is called.
        actor_name: TEXT.required() => of.name(&participant.actor.0.value);
        /// As what, such as `side_a`, `side_b`, `mediator` or `observer`.
        role: TEXT => participant.role.as_ref();
    }
}

declare! {
    NAMES, alt_name(of: &Reader<'_>, ix: Ix, alt: &AltName) {
        /// The place.
        place: PLACE.required() => of.own_id(ix);
        /// What the place is called on this site.
        place_name: TEXT.required() => of.site.title(ix, of.lang);
        /// Another name of it.
        name: TEXT => &alt.name;
        /// The language of that name.
        lang: TEXT => alt.lang.as_ref();
        /// Who uses it.
        used_by: TEXT => alt.used_by.as_ref().map(|by| of.name(by));
    }
}

/// The columns of a table.
pub fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Facts(Kind::Figure) => FIGURES,
        Table::Facts(Kind::Event) => EVENTS,
        Table::Facts(Kind::Claim) => CLAIMS,
        Table::Facts(Kind::Place) => PLACES,
        Table::Facts(Kind::Actor) => ACTORS,
        Table::Facts(Kind::Source) => SOURCES,
        Table::Facts(Kind::Term) => TERMS,
        Table::Facts(_) => &[],
        Table::Citations => CITATIONS,
        Table::History => HISTORY,
        Table::Parts => PARTS,
        Table::Participants => PARTICIPANTS,
        Table::Names => NAMES,
    }
}

/// The rows of a table: facts in the order of their lists, and what belongs to them in their order.
pub fn rows(site: &Site, table: Table) -> Vec<Vec<Cell>> {
    let of = &Reader::new(site);
    let facts = facts(site, table);
    let rows: Vec<Vec<Cell>> = facts.into_iter().flat_map(|(ix, fact)| rows_of(of, table, ix, fact)).collect();
    debug_assert!(rows.iter().all(|row| row.iter().zip(columns(table)).all(|(cell, column)| column.takes(cell))));
    rows
}

/// How many rows a table has.
pub(super) fn count(site: &Site, table: Table) -> usize {
    let of = &Reader::new(site);
    let of_fact = |(_, fact): (Ix, &Fact)| match (table, fact) {
        (Table::Facts(_), _) => 1,
        (Table::Citations, fact) => uses(of, fact).len(),
        (Table::History, Fact::Figure(figure)) => figure.history.len(),
        (Table::Parts, Fact::Figure(figure)) => figure.parts.len(),
        (Table::Participants, Fact::Event(event)) => event.participants.len(),
        (Table::Names, Fact::Place(place)) => place.alt.len(),
        _ => 0,
    };
    facts(site, table).into_iter().map(of_fact).sum()
}

/// The facts that a table is made of.
fn facts(site: &Site, table: Table) -> Vec<(Ix, &Fact)> {
    let kinds: &[Kind] = match &table {
        Table::Facts(kind) => std::slice::from_ref(kind),
        Table::Citations => &[Kind::Figure, Kind::Event, Kind::Claim, Kind::Place, Kind::Term],
        Table::History | Table::Parts => &[Kind::Figure],
        Table::Participants => &[Kind::Event],
        Table::Names => &[Kind::Place],
    };
    let all = kinds.iter().filter_map(|kind| site.lists.get(kind)).flatten();
    all.filter_map(|ix| Some((*ix, site.entry(*ix).fact()?))).collect()
}

/// The rows that a fact makes in a table.
pub(super) fn rows_of(of: &Reader<'_>, table: Table, ix: Ix, fact: &Fact) -> Vec<Vec<Cell>> {
    match (table, fact) {
        (Table::Facts(_), Fact::Figure(of_kind)) => vec![figure(of, ix, of_kind)],
        (Table::Facts(_), Fact::Event(of_kind)) => vec![event(of, ix, of_kind)],
        (Table::Facts(_), Fact::Claim(of_kind)) => vec![claim(of, ix, of_kind)],
        (Table::Facts(_), Fact::Place(of_kind)) => vec![place(of, ix, of_kind)],
        (Table::Facts(_), Fact::Actor(of_kind)) => vec![actor(of, ix, of_kind)],
        (Table::Facts(_), Fact::Source(of_kind)) => vec![source(of, ix, of_kind)],
        (Table::Facts(_), Fact::Term(of_kind)) => vec![term(of, ix, of_kind)],
        (Table::Citations, fact) => uses(of, fact).iter().map(|used| citation(of, ix, used)).collect(),
        (Table::History, Fact::Figure(figure)) => {
            let mut history: Vec<&Past> = figure.history.iter().collect();
            history.sort_by_key(|past| past.date.order());
            history.into_iter().map(|value| past(of, ix, figure, value)).collect()
        }
        (Table::Parts, Fact::Figure(figure)) => figure.parts.iter().map(|value| part(of, ix, figure, value)).collect(),
        (Table::Participants, Fact::Event(event)) => {
            event.participants.iter().map(|by| participant(of, ix, by)).collect()
        }
        (Table::Names, Fact::Place(place)) => place.alt.iter().map(|name| alt_name(of, ix, name)).collect(),
        _ => Vec::new(),
    }
}

fn number(count: Option<Count>) -> Option<u64> {
    count.map(|count| count.0)
}

/// Who counted or checked, where it is of this kind.
fn counter<'s>(of: &Reader<'s>, by: Option<&CounterRef>, kind: Kind) -> Option<&'s str> {
    of.one(by.map(|by| &by.0), kind)
}

fn checker(claim: &Claim) -> Option<&CounterRef> {
    claim.verification.as_ref()?.by.as_ref()
}

/// The date of an event in words: its own, where it has some.
pub(super) fn event_date(of: &Reader<'_>, event: &Event) -> String {
    let own = event.display_date.as_ref().map(|words| words.pick(of.lang).to_owned());
    own.unwrap_or_else(|| event.date.words(of.lang))
}

/// The words of a claim, unless they come out of a source that no output may name: they would lead to it.
fn quote<'c>(of: &Reader<'_>, claim: &'c Claim) -> Option<&'c Quote> {
    of.id(&claim.quoted_in().0.value, Kind::Source)?;
    claim.quote.as_ref()
}

/// How exact a place's coordinates are, in words.
fn precision(place: &Place) -> Option<&'static str> {
    let at = usize::try_from(place.where_prec?.0).ok()?.checked_sub(1)?;
    PRECISION.get(at).copied()
}

/// How a place's coordinates are meant, as maps draw them: a point where nobody says how exact they are.
pub(super) fn place_extent(place: &Place) -> Option<&'static str> {
    let wide = place.where_prec.is_some_and(|precision| precision.0 > 2);
    place.coordinates.map(|_| if wide { AREA } else { POINT })
}

/// A fact's own id, where it is of this kind.
fn own<'s>(of: &Reader<'s>, ix: Ix, kind: Kind) -> Option<&'s str> {
    (of.site.entry(ix).kind == kind).then(|| of.own_id(ix))
}

/// That a fact rests on a source.
struct Use<'f> {
    /// For what: one of [`USES`].
    field: &'static str,
    source: &'f str,
    locator: Option<&'f str>,
    quote: Option<&'f str>,
}

/// For what facts rest on sources.
const USES: &[(&str, &str)] = &[
    ("sources", "the fact as a whole"),
    ("first_appearance", "where the claim was first read"),
    ("quote", "where the claim's words are quoted"),
    ("verification", "the checking of the claim"),
    ("status_note", "what is disputed about the place"),
];

/// What a fact rests on, among what may be named.
fn uses<'f>(of: &Reader<'_>, fact: &'f Fact) -> Vec<Use<'f>> {
    let mut uses = match fact {
        Fact::Figure(figure) => plain_uses(&figure.sources.0),
        Fact::Event(event) => plain_uses(&event.sources.0),
        Fact::Term(term) => plain_uses(&term.sources),
        Fact::Claim(claim) => claim_uses(of, claim),
        Fact::Place(place) => place
            .status_note
            .iter()
            .flat_map(|note| note.sources.iter().map(|used| Use::of("status_note", used)))
            .collect(),
        Fact::Actor(_) | Fact::Source(_) => Vec::new(),
    };
    uses.retain(|used| of.id(used.source, Kind::Source).is_some());
    uses
}

fn plain_uses(sources: &[SourceUse]) -> Vec<Use<'_>> {
    sources.iter().map(|used| Use::of("sources", used)).collect()
}

fn claim_uses<'c>(of: &Reader<'_>, claim: &'c Claim) -> Vec<Use<'c>> {
    let first = &claim.first_appearance.0.value;
    let first = Use { field: "first_appearance", source: first, locator: None, quote: None };
    let quoted = quote(of, claim).and_then(|quote| {
        let source = &quote.source.as_ref()?.0.value;
        Some(Use { field: "quote", source, locator: quote.locator.as_deref(), quote: Some(&quote.exact) })
    });
    let checked = claim.verification.iter().flat_map(|checked| &checked.sources);
    [first].into_iter().chain(quoted).chain(checked.map(|used| Use::of("verification", used))).collect()
}

impl<'f> Use<'f> {
    fn of(field: &'static str, used: &'f SourceUse) -> Self {
        let locator = Some(used.locator()).filter(|locator| !locator.is_empty());
        Self { field, source: used.id(), locator, quote: used.quote() }
    }
}

/// The ids of the sources used, each once.
fn sources(of: &Reader<'_>, uses: &[Use<'_>]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::with_capacity(uses.len());
    for id in uses.iter().filter_map(|used| of.id(used.source, Kind::Source)) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::super::{TABLES, Type};
    use super::*;

    #[test]
    fn columns_have_names_of_their_own_and_say_what_they_mean() {
        for table in TABLES {
            let names: Vec<&str> = columns(table).iter().map(|column| column.name).collect();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{}", table.name());
            for column in columns(table) {
                assert!(column.doc.ends_with('.'), "{}.{}: {}", table.name(), column.name, column.doc);
            }
            let key = matches!(table, Table::Facts(_)).then_some("id");
            assert!(key.is_none_or(|key| names[0] == key && columns(table)[0].holds.required), "{}", table.name());
        }
    }

    #[test]
    fn no_number_is_without_its_counter() {
        for table in TABLES {
            let has = |name: &str| columns(table).iter().find(|column| column.name == name);
            if has("low").is_some() {
                let counter = has("counted_by_name").expect("a counter");
                let day = has("as_of").or(has("date")).expect("a day");
                assert!(counter.holds.required && day.holds.required, "{}", table.name());
            }
        }
    }

    #[test]
    fn meanings_of_words_are_each_given_once() {
        for column in TABLES.into_iter().flat_map(columns) {
            if let Type::Word(words) = column.holds.ty {
                let mut meanings: Vec<&str> = words.iter().map(|(_, meaning)| *meaning).collect();
                meanings.sort_unstable();
                meanings.dedup();
                assert_eq!(meanings.len(), words.len(), "{}", column.name);
            }
        }
    }
}
