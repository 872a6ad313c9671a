//! Checks: what is wrong with the facts of a linked site, rule by rule. The rules about shapes, ids and
//! links are told where those are read; here stand those that look at what facts say.

mod attachments;
pub mod changes;
mod claims;
mod cycles;
mod dates;
pub mod external;
mod figures;
mod labels;
mod pictures;
mod places;
mod prose;
mod scopes;
mod sources;
mod stale;

use crate::date::{Day, Edtf};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::Surface;
use crate::facts::{Claim, Event, Fact, Figure, Place, Source};
use crate::locate::Locator;
use crate::rule;
use crate::site::{Ix, Site};
use rayon::prelude::*;

/// The site that is looked at, and the places of its fields.
pub struct Seen<'a> {
    site: &'a Site,
    locator: Locator<'a>,
}

/// What a group of rules finds.
type Check = fn(&Seen<'_>) -> Vec<Diagnostic>;

const CHECKS: &[Check] = &[
    cycles::check,
    dates::check,
    places::check,
    figures::check,
    scopes::check,
    stale::check,
    labels::check,
    claims::check,
    sources::check,
    prose::check,
    pictures::check,
    attachments::check,
];

/// Looks at the facts of a site.
pub fn check(site: &Site) -> Vec<Diagnostic> {
    let seen = Seen::new(site);
    CHECKS.par_iter().flat_map(|check| check(&seen)).collect()
}

/// The figures that are stale, whatever the site makes of that rule.
pub fn stale_figures(site: &Site) -> Vec<Diagnostic> {
    stale::figures(&Seen::new(site))
}

impl<'a> Seen<'a> {
    fn new(site: &'a Site) -> Self {
        Self { site, locator: Locator::new(&site.sources) }
    }

    /// What `rule` finds in an entry, at the field that `path` leads to.
    fn found(&self, code: &'static str, ix: Ix, path: &[&str], message: impl Into<String>) -> Diagnostic {
        let span = self.locator.field(self.site.entry(ix), path);
        let severity = rule::named(code).map_or(Severity::Error, |rule| rule.severity);
        Diagnostic { severity, ..Diagnostic::error(code, span, message) }
    }

    /// Where a field of an entry is written.
    fn place(&self, ix: Ix, path: &[&str]) -> crate::source::Span {
        self.locator.field(self.site.entry(ix), path)
    }

    fn find(&self, id: &str) -> Option<Ix> {
        self.site.find(id, self.site.config.lang()).ok()
    }

    fn facts(&self) -> impl Iterator<Item = (Ix, &'a Surface, &'a Fact)> {
        self.site.iter().filter_map(|(ix, surface)| Some((ix, surface, surface.fact()?)))
    }
}

macro_rules! of_kind {
    ($($all:ident, $one:ident: $kind:ident;)*) => {
        impl<'a> Seen<'a> { $(
            fn $all(&self) -> impl Iterator<Item = (Ix, &'a $kind)> {
                self.facts().filter_map(|(ix, _, fact)| if let Fact::$kind(fact) = fact { Some((ix, fact)) } else { None })
            }

            #[allow(dead_code, reason = "a name per kind, whether a rule asks for it or not")]
            fn $one(&self, id: &str) -> Option<(Ix, &'a $kind)> {
                let ix = self.find(id)?;
                if let Some(Fact::$kind(fact)) = self.site.entry(ix).fact() { Some((ix, fact)) } else { None }
            }
        )* }
    };
}

of_kind! {
    events, event: Event;
    figures, figure: Figure;
    claims, claim: Claim;
    places, place_named: Place;
    sources, source: Source;
}

/// The key of the number that a reader sees first.
fn value_key(figure: &Figure) -> &'static str {
    match (figure.best, figure.low) {
        (Some(_), _) => "best",
        (None, Some(_)) => "low",
        (None, None) => "high",
    }
}

/// Whether `day` is later than `other` by more than the day that two time zones can lie apart: dates of
/// facts have none.
fn after(day: Day, other: Day) -> bool {
    day > other.plus_days(1)
}

/// Whether all of `date` lies later than all of `other`.
fn later(date: &Edtf, other: &Edtf) -> bool {
    match (date.earliest(), other.latest()) {
        (Some(day), Some(last)) => after(day, last),
        _ => false,
    }
}

/// What is left of what was found, once the site and its entries have said which rules matter to them.
pub fn settle(found: Vec<Diagnostic>, site: &Site) -> Vec<Diagnostic> {
    let level = |diagnostic: Diagnostic| match site.config.keys.rules.of(diagnostic.code) {
        Some(level) => level.severity().map(|severity| Diagnostic { severity, ..diagnostic }),
        None => Some(diagnostic),
    };
    // Seen from an earlier day, what is missing may have come later, and texts give the numbers of today.
    let waits = |told: &Diagnostic| {
        site.as_of.is_some() && ["unanswered-claim", "orphan-page", "number-mismatch"].contains(&told.code)
    };
    // What follows from a mistake that is told is not told as well.
    let follows = |told: &Diagnostic| told.code == "template" && told.message.contains(crate::query::TOLD);
    let found = found.into_iter().filter(|told| !follows(told));
    found.filter_map(level).filter(|told| !waits(told) && !allowed(site, told)).collect()
}

/// Whether an entry that a finding is about may break its rule.
fn allowed(site: &Site, found: &Diagnostic) -> bool {
    site.allowing.iter().any(|ix| {
        let surface = site.entry(*ix);
        let extent = surface.extent.span;
        let holds = |allow: &crate::rule::Allow| allow.rule.value.0.code == found.code && !stale::expired(site, allow);
        surface.allow.iter().any(holds)
            && found
                .spans()
                .any(|span| span.file == extent.file && extent.start <= span.start && span.start < extent.end)
    })
}
