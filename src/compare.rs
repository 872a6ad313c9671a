//! Compare: how two figures stand to one another. What makes their numbers differ, whether one counts
//! some of what the other counts, and whether they may be added up.

use crate::facts::{Bounds, Fact, Figure, Qualifier, Scope, Status};
use crate::relation::around;
use crate::site::{Ix, Site};
use crate::slug::fold;

/// The dimensions in which what two figures count can differ, each with the words for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Who counted.
    Counter,
    /// How.
    Method,
    /// Up to when.
    AsOf,
    /// What stretch of time.
    Period,
    /// Where.
    Area,
    /// Whose people.
    Sides,
    /// Soldiers, civilians or everyone.
    Status,
    /// By sex.
    Sex,
    /// By age.
    Age,
    /// What killed or injured.
    Cause,
    /// Whether deaths by violence alone.
    Direct,
}

/// Of two or more figures, the dimensions in which they are not all the same, and so why their numbers differ.
pub fn why(figures: &[&Figure]) -> Vec<Dimension> {
    let Some((first, rest)) = figures.split_first() else { return Vec::new() };
    let all = [
        (Dimension::Status, rest.iter().any(|f| status(&f.scope) != status(&first.scope))),
        (Dimension::Sides, rest.iter().any(|f| sides(&f.scope) != sides(&first.scope))),
        (Dimension::Period, rest.iter().any(|f| f.scope.period != first.scope.period)),
        (Dimension::Area, rest.iter().any(|f| f.scope.area != first.scope.area)),
        (Dimension::Sex, rest.iter().any(|f| f.scope.sex != first.scope.sex)),
        (Dimension::Age, rest.iter().any(|f| f.scope.age != first.scope.age)),
        (Dimension::Cause, rest.iter().any(|f| f.scope.cause != first.scope.cause)),
        (Dimension::Direct, rest.iter().any(|f| f.scope.direct != first.scope.direct)),
        (Dimension::Counter, rest.iter().any(|f| counter(f) != counter(first))),
        (Dimension::Method, rest.iter().any(|f| f.method != first.method)),
        (Dimension::AsOf, rest.iter().any(|f| f.as_of != first.as_of)),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(dimension, _)| dimension).collect()
}

impl Dimension {
    /// Its name for templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Method => "method",
            Self::AsOf => "as_of",
            Self::Period => "period",
            Self::Area => "area",
            Self::Sides => "sides",
            Self::Status => "status",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Cause => "cause",
            Self::Direct => "direct",
        }
    }
}

/// Who counted.
pub fn counter(figure: &Figure) -> &str {
    &figure.attribution.counted_by.0.value
}

/// The sides whose people are counted, in the order of the alphabet; none for everyone's.
pub fn sides(scope: &Scope) -> Vec<&str> {
    let mut sides: Vec<&str> = scope.sides.iter().map(|side| side.0.value.as_str()).collect();
    sides.sort_unstable();
    sides
}

/// Whom a count counts by status; none for everyone.
pub fn status(scope: &Scope) -> Option<Status> {
    scope.status.filter(|status| status.as_str() != "all")
}

/// What a figure counts, apart from who counted, how and up to when, as one text: two figures that count
/// the same have the same.
pub fn counted(figure: &Figure) -> String {
    key(figure, &figure.scope)
}

fn key(figure: &Figure, scope: &Scope) -> String {
    let word = |word: Option<&'static str>| word.unwrap_or("").to_owned();
    let mut sides: Vec<String> = scope.sides.iter().map(|side| fold(&side.0.value)).collect();
    sides.sort_unstable();
    [
        figure.measure.clone(),
        figure.unit.clone().unwrap_or_default(),
        scope.event.as_ref().map_or_else(String::new, |event| fold(&event.0.value)),
        scope.period.as_ref().map_or_else(String::new, |period| period.as_str().to_owned()),
        scope.area.as_ref().map_or_else(String::new, |area| fold(&area.0.value)),
        sides.join(","),
        word(status(scope).map(Status::as_str)),
        word(scope.sex.map(crate::facts::Sex::as_str)),
        word(scope.age.map(crate::facts::Age::as_str)),
        word(scope.cause.map(crate::facts::Cause::as_str)),
        format!("{:?}", scope.direct),
    ]
    .join("|")
}

/// What the figures would count that take in what this one counts and more: everyone instead of soldiers,
/// all sides instead of one, the whole event instead of a stretch or a place. Each as [`counted`] gives it.
pub fn wider(figure: &Figure) -> Vec<String> {
    let widen: [fn(&mut Scope); 7] = [
        |scope| scope.status = None,
        |scope| scope.sides.clear(),
        |scope| scope.sex = None,
        |scope| scope.age = None,
        |scope| scope.cause = None,
        |scope| scope.period = None,
        |scope| scope.area = None,
    ];
    let mut scopes = vec![figure.scope.clone()];
    for step in widen {
        for i in 0..scopes.len() {
            let mut wider = scopes[i].clone();
            step(&mut wider);
            // Without an event, a period and an area say what is counted.
            let named = wider.event.is_some() || (wider.area.is_some() && wider.period == figure.scope.period);
            if wider != scopes[i] && named {
                scopes.push(wider);
            }
        }
    }
    let own = counted(figure);
    let mut keys: Vec<String> = scopes.iter().map(|scope| key(figure, scope)).filter(|key| *key != own).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether figures may be added up; if not, why, as a sentence without a full stop.
pub fn may_add(site: &Site, all: &[Ix]) -> Result<(), String> {
    let figures: Vec<(Ix, &Figure)> = all.iter().filter_map(|ix| Some((*ix, figure(site, *ix)?))).collect();
    for (i, (one, a)) in figures.iter().enumerate() {
        for (other, b) in &figures[i + 1..] {
            if let Some(reason) = why_not(site, (*one, a), (*other, b)) {
                let id = |ix: Ix| &site.entry(ix).id.value;
                return Err(format!("`{}` and `{}` must not be added up: {reason}", id(*one), id(*other)));
            }
        }
    }
    Ok(())
}

/// The sum of counts, as far as each gives what is summed: of floors a floor, of likeliest numbers one, and about that where one of
/// them is about a number. What a count's words do not say, such as a most beside "at least", is not taken from it.
pub fn sum(all: &[Bounds]) -> Bounds {
    let vague = |qualifier: &Qualifier| matches!(qualifier.as_str(), "about" | "nearly");
    // "About" goes before "nearly", which holds while all others are exact or nearly something too.
    let qualifier = all.iter().filter_map(|one| one.qualifier.filter(vague)).min_by_key(|qualifier| qualifier.as_str());
    let add = |number: fn(Bounds) -> Option<u64>| {
        all.iter().try_fold(0, |sum: u64, one| number(said(*one)).and_then(|n| sum.checked_add(n)))
    };
    let best = add(|one| one.best);
    let (low, high) = (add(|one| one.low), add(|one| one.high));
    match (qualifier, best) {
        (Some(_), Some(_)) => Bounds { low: None, best, high: None, qualifier },
        (Some(_), None) if low.is_some() && high.is_some() => Bounds { low, best, high, qualifier },
        (Some(_), None) => Bounds { low: None, best, high: None, qualifier: None },
        (None, _) => Bounds { low, best, high, qualifier },
    }
}

/// The least, the number itself and the most that the words of a count say.
fn said(one: Bounds) -> Bounds {
    let Bounds { low, best, high, qualifier } = one;
    let of = |low, best, high| Bounds { low, best, high, qualifier: None };
    match (qualifier.map(Qualifier::as_str), low, best, high) {
        (Some("at-least"), Some(_), Some(_), _) => of(low, best, None),
        (Some("at-least" | "more-than"), ..) => of(low.or(best), None, None),
        (Some("up-to"), ..) => of(None, None, high.or(best)),
        (Some("about" | "nearly"), Some(_), None, Some(_)) => of(low, None, high),
        (Some("about" | "nearly"), ..) => of(None, best.or(low), None),
        (_, None, Some(_), None) => of(best, best, best),
        _ => one,
    }
}

/// The figure of this number.
pub fn figure(site: &Site, ix: Ix) -> Option<&Figure> {
    match site.entry(ix).fact() {
        Some(Fact::Figure(figure)) => Some(figure),
        _ => None,
    }
}

/// Whether two figures count the people of different sides, or of different places, of which neither belongs to
/// the other, and are alike in all else: then nobody is in both.
fn apart(site: &Site, a: &Figure, b: &Figure) -> bool {
    let without_sides = |figure: &Figure| key(figure, &Scope { sides: Vec::new(), ..figure.scope.clone() });
    let without_area = |figure: &Figure| key(figure, &Scope { area: None, ..figure.scope.clone() });
    let find = |id: &str| site.find(id, site.config.lang()).ok();
    let other =
        |one: Ix, other: Ix| one != other && !around(site, one).contains(&other) && !around(site, other).contains(&one);
    let sides =
        |figure: &Figure| figure.scope.sides.iter().map(|side| find(&side.0.value)).collect::<Option<Vec<Ix>>>();
    let other_sides = sides(a).zip(sides(b)).is_some_and(|(of_a, of_b)| {
        !of_a.is_empty() && !of_b.is_empty() && of_a.iter().all(|one| of_b.iter().all(|two| other(*one, *two)))
    });
    let area = |figure: &Figure| find(&figure.scope.area.as_ref()?.0.value);
    let other_places = area(a).zip(area(b)).is_some_and(|(one, two)| other(one, two));
    (other_sides && without_sides(a) == without_sides(b)) || (other_places && without_area(a) == without_area(b))
}

fn why_not(site: &Site, (one, a): (Ix, &Figure), (other, b): (Ix, &Figure)) -> Option<&'static str> {
    let id = |ix: Ix| site.entry(ix).id.value.as_str();
    let names = |figure: &Figure, id: &str| {
        figure.overlaps.iter().chain(&figure.part_of).chain(&figure.supersedes).any(|link| link.0.value == id)
    };
    let inside = |a: &Figure, b: &Figure| counted(a) == counted(b) || wider(a).contains(&counted(b));
    let reasons = [
        (one == other, "they are one figure"),
        (names(a, id(other)) || names(b, id(one)), "they count some of the same, or one is part of the other"),
        (a.measure != b.measure || a.unit != b.unit, "they measure different things"),
        (inside(a, b) || inside(b, a), "one counts what the other counts"),
        (status(&a.scope) != status(&b.scope), "they count people of different status"),
        (a.as_of != b.as_of, "they are as of different dates"),
        (a.method != b.method, "they were counted by different methods"),
        (counter(a) != counter(b), "they were counted by different counters, who may have counted some of the same"),
        (!apart(site, a, b), "nothing says that they count different people"),
    ];
    reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
}
