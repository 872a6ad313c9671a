//! Facts in schema.org's words: a node per kind.

use super::{Page, entry, node, publisher, refer, several, sources};
use crate::date::Edtf;
use crate::decode::Wikidata;
use crate::facts::{
    Actor, ActorType, Age, Bounds, Cause, Claim, Event, Fact, Figure, Method, Place, Qualifier, Sex, Source, Status,
};
use crate::html::plain;
use crate::kind::Kind;
use crate::plain::counted as counted_by;
use crate::site::Ix;
use crate::url::Url;
use crate::view::permalink;
use serde_json::{Value as Json, json};

/// The words by which UCDP's scale says how exact coordinates are, for who does not know the number.
const PRECISION: [&str; 7] = [
    "the exact place",
    "near the place",
    "the district",
    "the province",
    "along a line or in a stretch of land",
    "the country",
    "not on land, or in the air",
];

/// The node of a fact.
pub(super) fn fact(page: &Page<'_>, fact: &Fact) -> Json {
    match fact {
        Fact::Event(event) => of_event(page, event),
        Fact::Figure(figure) => of_figure(page, figure),
        Fact::Claim(claim) => of_claim(page, claim),
        Fact::Actor(actor) => of_actor(page, actor),
        Fact::Place(place) => of_place(page, place),
        Fact::Source(source) => of_source(page, source),
        Fact::Term(_) => of_term(page),
    }
}

/// `Event`. Those who took part are left out: `organizer` and `performer` are words for a concert, and `actor` is one for a film.
fn of_event(page: &Page<'_>, event: &Event) -> Json {
    let (start, end) = event.date.iso_ends();
    let places = event.places.iter().map(|place| refer(page.site, &place.0.value, page.lang));
    node([
        ("@type", "Event".into()),
        ("@id", page.id("event")),
        ("name", page.text("title").into()),
        ("description", page.text("description").into()),
        ("startDate", start.into()),
        ("endDate", end.into()),
        ("location", several(places)),
        ("superEvent", event.part_of.as_ref().map_or(Json::Null, |whole| refer(page.site, &whole.0.value, page.lang))),
        ("subjectOf", several(sources(page.site, &event.sources.0, page.lang))),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// `Observation`, which is a `QuantitativeValue`: the bounds that somebody gave are its own.
///
/// It is no `CreativeWork`, so schema.org has no `creator`, `author`, `isBasedOn` or `citation` for it, and a `measurementMethod` is a method,
/// no counter. Who counted stands where schema.org says who says something: the observation is `subjectOf` a `Claim` by its counter, which
/// appears in the sources. That it is also what keeps a party's count from being stated as fact. `observationPeriod` is a length without a
/// beginning, so the stretch of time that is counted is the claim's `temporalCoverage`.
fn of_figure(page: &Page<'_>, figure: &Figure) -> Json {
    let bounds = figure.bounds();
    let (low, value, high) = numbers(bounds);
    let about = figure.scope.event.as_ref().map(|event| &event.0.value);
    let about = about.or(figure.scope.area.as_ref().map(|area| &area.0.value));
    let qualifier =
        figure.qualifier.map(|qualifier| json!({ "@type": "QualitativeValue", "name": qualifier.as_str() }));
    let method = figure.method.map(Method::as_str).filter(|method| *method != "unknown");
    let property = property(figure);
    node([
        ("@type", "Observation".into()),
        ("@id", page.id("figure")),
        ("name", page.text("title").into()),
        ("description", told(page, figure).into()),
        ("observationAbout", about.map_or(Json::Null, |id| refer(page.site, id, page.lang))),
        ("observationDate", figure.as_of.machine().into()),
        ("measuredProperty", property.map_or(Json::Null, |property| json!({ "@id": property }))),
        ("variableMeasured", variable(figure)),
        ("minValue", low.into()),
        ("value", value.into()),
        ("maxValue", high.into()),
        ("unitText", figure.unit.as_deref().into()),
        ("measurementQualifier", qualifier.into()),
        ("measurementMethod", method.and_then(|word| meaning(Method::WORDS, word)).into()),
        ("subjectOf", counted(page, figure)),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// The least, the number itself and the most, each only where somebody gave it as that: "at least 6,500" has no value and no most.
/// "More than" and "at least" bound alike; which is meant stands beside.
fn numbers(bounds: Bounds) -> (Option<u64>, Option<u64>, Option<u64>) {
    let Bounds { low, best, high, qualifier } = bounds;
    match (qualifier.map(Qualifier::as_str), low, best, high) {
        (Some("more-than"), low, best, _) => (low.or(best), None, None),
        (Some("at-least"), low, best, _) => (low.or(best), best.filter(|_| low.is_some()), None),
        (Some("up-to"), _, best, high) => (low, best.filter(|_| high.is_some()), high.or(best)),
        (Some("about" | "nearly"), Some(n), None, None) => (None, Some(n), None),
        (_, Some(low), None, Some(high)) if low == high => (None, Some(low), None),
        _ => (low, best, high),
    }
}

/// "At least 6,500, as of November 2020, counted by Reuters": a number never goes without these.
fn told(page: &Page<'_>, figure: &Figure) -> String {
    format!("{}, {}", figure.bounds().words(page.lang), counted_by(page.site, page.lang, figure))
}

/// What is counted, as a property that others know: Wikidata's, for people. schema.org has no word for these, and takes those of others.
fn property(figure: &Figure) -> Option<&'static str> {
    let of_people = figure.unit.as_deref().is_none_or(|unit| unit == "people");
    match figure.measure.as_str() {
        "killed" if of_people => Some("http://www.wikidata.org/entity/P1120"),
        "injured" if of_people => Some("http://www.wikidata.org/entity/P1339"),
        "missing" if of_people => Some("http://www.wikidata.org/entity/P1446"),
        _ => None,
    }
}

/// What is counted in the site's own words, and of whom.
fn variable(figure: &Figure) -> Json {
    let scope = &figure.scope;
    let status = scope.status.map(Status::as_str).filter(|status| *status != "all");
    let groups = [status, scope.sex.map(Sex::as_str), scope.age.map(Age::as_str), scope.cause.map(Cause::as_str)];
    let words: Vec<&str> = std::iter::once(figure.measure.as_str()).chain(groups.into_iter().flatten()).collect();
    let people = figure.unit.as_deref().is_none_or(|unit| unit == "people").then_some("https://schema.org/Person");
    node([
        ("@type", "StatisticalVariable".into()),
        ("name", words.join(", ").into()),
        ("populationType", people.map_or(Json::Null, |class| json!({ "@id": class }))),
        ("statType", "count".into()),
    ])
}

/// The count as what its counter says.
fn counted(page: &Page<'_>, figure: &Figure) -> Json {
    let site = page.site;
    let by = site.find(&figure.attribution.counted_by.0.value, page.lang).ok();
    let (actors, works): (Vec<Ix>, Vec<Ix>) = by.into_iter().partition(|by| site.entry(*by).kind == Kind::Actor);
    let reported = figure.attribution.reported_by.as_ref().and_then(|id| site.find(&id.0.value, page.lang).ok());
    let mut appearances: Vec<Json> = works.into_iter().chain(reported).map(|ix| entry(site, ix)).collect();
    appearances.extend(sources(site, &figure.sources.0, page.lang));
    let mut seen = Vec::new();
    appearances.retain(|source| {
        !seen.contains(source) && {
            seen.push(source.clone());
            true
        }
    });
    node([
        ("@type", "Claim".into()),
        ("author", several(actors.into_iter().map(|ix| entry(site, ix)))),
        ("datePublished", figure.reported.as_ref().and_then(Edtf::machine).into()),
        ("temporalCoverage", figure.scope.period.as_ref().and_then(covered).into()),
        ("appearance", several(appearances)),
    ])
}

/// A stretch of time as ISO 8601 writes it, its end `..` where it goes on; none where a bound is not known.
fn covered(date: &Edtf) -> Option<String> {
    match date.iso_ends() {
        (Some(from), Some(to)) => Some(format!("{from}/{to}")),
        (Some(from), None) if date.is_open() => Some(format!("{from}/..")),
        _ => date.machine(),
    }
}

fn meaning(words: &'static [(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// `Claim`: what somebody said, in our words, which `claimInterpreter` tells. What checking has come to is not marked up: a `ClaimReview` is a rating by
/// those who publish it, and this site gives none. That one claim answers another cannot be said: schema.org relates no claims.
fn of_claim(page: &Page<'_>, claim: &Claim) -> Json {
    let site = page.site;
    let to = |id: &str| refer(site, id, page.lang);
    let quoted =
        claim.quote.as_ref().and_then(|quote| quote.source.as_ref()).map_or(Json::Null, |source| to(&source.0.value));
    let first = to(&claim.first_appearance.0.value);
    node([
        ("@type", "Claim".into()),
        ("@id", page.id("claim")),
        ("name", page.text("title").into()),
        ("text", page.text("description").into()),
        ("author", to(&claim.author.0.value)),
        ("datePublished", claim.date.machine().into()),
        ("about", several(claim.about.0.iter().map(|about| to(&about.0.value)))),
        ("contentLocation", several(claim.places.iter().map(|place| to(&place.0.value)))),
        ("appearance", if quoted == first { Json::Null } else { quoted }),
        ("firstAppearance", first),
        ("claimInterpreter", publisher(site)),
        ("inLanguage", page.lang.into()),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// `Person`, or the kind of `Organization` that its type names. People who take no part are no organisation, and what sort of actor one without a
/// type is, nobody said: a `Thing`.
fn of_actor(page: &Page<'_>, actor: &Actor) -> Json {
    let class = match actor.kind.map(ActorType::as_str) {
        Some("person") => "Person",
        Some("media") => "NewsMediaOrganization",
        Some("ngo") => "NGO",
        Some("government" | "court") => "GovernmentOrganization",
        Some("civilians") | None => "Thing",
        Some(_) => "Organization",
    };
    let parent = actor.parent.as_ref().map_or(Json::Null, |parent| refer(page.site, &parent.0.value, page.lang));
    let belongs = match class {
        "Person" => "affiliation",
        "Thing" => "",
        _ => "parentOrganization",
    };
    node([
        ("@type", class.into()),
        ("@id", page.id("actor")),
        ("name", page.text("title").into()),
        ("alternateName", actor.short.as_ref().map(|short| short.pick(page.lang)).into()),
        ("description", page.text("description").into()),
        (belongs, if belongs.is_empty() { Json::Null } else { parent }),
        ("sameAs", actor.wikidata.as_ref().map(wikidata).into()),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

fn wikidata(item: &Wikidata) -> String {
    format!("http://www.wikidata.org/entity/{}", item.0)
}

/// `Place`. How exact its coordinates are is a property of it: `geo` has no word for that.
fn of_place(page: &Page<'_>, place: &Place) -> Json {
    let geo = place.coordinates.map(|at| json!({ "@type": "GeoCoordinates", "latitude": at.lat, "longitude": at.lon }));
    let level = place.where_prec.filter(|_| geo.is_some()).map(|precision| precision.0);
    let precision = level.map(|level| {
        let words = usize::try_from(level - 1).ok().and_then(|at| PRECISION.get(at).copied());
        node([
            ("@type", "PropertyValue".into()),
            ("propertyID", "UCDP GED where_prec".into()),
            ("name", "precision of the coordinates".into()),
            ("value", level.into()),
            ("description", words.into()),
        ])
    });
    let geonames = place.geonames.as_ref().map(|number| format!("https://sws.geonames.org/{}/", number.0));
    let same = place.wikidata.as_ref().map(wikidata).into_iter().chain(geonames).map(Json::from);
    node([
        ("@type", "Place".into()),
        ("@id", page.id("place")),
        ("name", page.text("title").into()),
        ("alternateName", several(place.alt.iter().map(|alt| alt.name.as_str().into()))),
        ("description", page.text("description").into()),
        ("disambiguatingDescription", disputed(page).into()),
        ("geo", geo.into()),
        ("additionalProperty", precision.into()),
        (
            "containedInPlace",
            place.within.as_ref().map_or(Json::Null, |outer| refer(page.site, &outer.0.value, page.lang)),
        ),
        ("sameAs", several(same)),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// What is disputed about a place, as its page says it.
fn disputed(page: &Page<'_>) -> Option<String> {
    let note = page.seen.get_from_path("fact.status_note.text")?.as_str().map(plain)?;
    (!note.is_empty()).then_some(note)
}

/// A `CreativeWork` of the sort that its CSL type names. Its URL is where it is found; the page about it is this site's.
fn of_source(page: &Page<'_>, source: &Source) -> Json {
    let organisation = |name: &String| json!({ "@type": "Organization", "name": name });
    let licence = source.licence.as_ref().map(|licence| {
        if licence.contains("://") {
            licence.as_str().into()
        } else {
            json!({ "@type": "CreativeWork", "name": licence })
        }
    });
    node([
        ("@type", work(&source.csl_type).into()),
        ("@id", page.id("source")),
        ("name", page.text("title").into()),
        // Whether a person or a body wrote it, nobody said; schema.org takes a name alone.
        ("author", source.author.as_deref().into()),
        ("publisher", source.publisher.as_ref().map(organisation).into()),
        (
            "isPartOf",
            source.container_title.as_ref().map(|name| json!({ "@type": "CreativeWork", "name": name })).into(),
        ),
        ("datePublished", source.date.as_ref().and_then(Edtf::machine).into()),
        ("inLanguage", source.language.as_deref().into()),
        ("license", licence.into()),
        ("url", source.url.as_ref().map(|url| url.0.as_str()).into()),
        ("archivedAt", source.archive.as_ref().map(|archive| archive.url.0.as_str()).into()),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// schema.org's type for a CSL type; what it has no word for is a `CreativeWork`.
fn work(csl: &str) -> &'static str {
    match csl {
        "article" | "article-magazine" | "entry" | "entry-dictionary" | "entry-encyclopedia" => "Article",
        "article-newspaper" => "NewsArticle",
        "article-journal" | "paper-conference" => "ScholarlyArticle",
        "bill" | "legislation" | "regulation" => "Legislation",
        "book" => "Book",
        "chapter" => "Chapter",
        "dataset" => "Dataset",
        "manuscript" => "Manuscript",
        "map" => "Map",
        "motion_picture" => "Movie",
        "post" => "SocialMediaPosting",
        "post-weblog" => "BlogPosting",
        "report" => "Report",
        "review" | "review-book" => "Review",
        "thesis" => "Thesis",
        "webpage" => "WebPage",
        _ => "CreativeWork",
    }
}

/// `DefinedTerm` of the glossary.
fn of_term(page: &Page<'_>) -> Json {
    node([
        ("@type", "DefinedTerm".into()),
        ("@id", page.id("term")),
        ("name", page.text("title").into()),
        ("description", page.text("description").into()),
        ("inDefinedTermSet", glossary(page)),
        ("mainEntityOfPage", page.permalink.into()),
    ])
}

/// The glossary, where it has a page.
fn glossary(page: &Page<'_>) -> Json {
    let plural = Kind::Term.info().plural.unwrap_or_default();
    let url =
        Url::page([plural]).and_then(|url| page.site.route(url.as_str())).map(|route| permalink(page.site, &route.url));
    url.map_or(Json::Null, |url| json!({ "@id": format!("{url}#{plural}") }))
}
