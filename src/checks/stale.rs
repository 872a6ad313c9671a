//! What time has passed by: `stale-figure`, `allow-expired`.

use super::Seen;
use crate::date::Day;
use crate::diagnostic::Diagnostic;
use crate::facts::Figure;
use crate::page::State;
use crate::rule::Allow;
use crate::shown::shown;
use crate::site::{Ix, Site};
use std::collections::BTreeMap;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told = figures(seen);
    told.extend(expired_allows(seen));
    told
}

/// What the rule about stale figures finds.
pub(super) fn figures(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = seen.figures().filter_map(|(ix, figure)| past_review(seen, ix, figure)).collect();
    told.extend(old_on_live_pages(seen));
    told
}

fn past_review(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Option<Diagnostic> {
    let review = figure.review_by.as_ref().filter(|by| by.latest().is_some_and(|day| day < seen.site.today))?;
    let message = format!("this figure was to be looked at again by {}", review.words("en"));
    Some(seen.found("stale-figure", ix, &["review_by"], message).help("look at it again, and set the next `review_by`"))
}

/// Figures that live pages print, and that are older than the site lets them be.
fn old_on_live_pages(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let site = seen.site;
    let Some(age) = site.config.keys.figures.as_ref().and_then(|keys| keys.stale_after) else { return Vec::new() };
    let limit = site.today.date().and_then(|today| today.checked_sub(age.0.0).ok());
    let Some(limit) = limit.map(Day::from) else { return Vec::new() };
    let live = site
        .iter()
        .filter(|(_, surface)| surface.page().is_some_and(|page| page.state.map(State::as_str) == Some("live")));
    let mut printed: BTreeMap<Ix, Ix> = BTreeMap::new();
    for (page, _) in live {
        for figure in shown(site, page) {
            printed.entry(figure).or_insert(page);
        }
    }
    let old = |(ix, page): (&Ix, &Ix)| {
        let as_of = crate::compare::figure(site, *ix)?.as_of.latest().filter(|day| *day < limit)?;
        let page = site.entry(*page);
        let days = as_of.days_until(site.today).unwrap_or_default();
        let age = crate::facts::grouped(days.unsigned_abs());
        let message = format!("this figure is {age} days old, and `{}`, a live page, prints it", page.id.value);
        let found = seen.found("stale-figure", *ix, &["as_of"], message).also(page.id.span, "this page");
        Some(found.help("bring it up to date, or set the page's `state` to `paused` or `frozen`"))
    };
    printed.iter().filter_map(old).collect()
}

/// Whether the last day of an allowance has passed.
pub(super) fn expired(site: &Site, allow: &Allow) -> bool {
    allow.until.as_ref().is_some_and(|until| until.day() < site.today)
}

fn expired_allows(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for ix in &*seen.site.allowing {
        for (i, allow) in seen.site.entry(*ix).allow.iter().enumerate().filter(|(_, allow)| expired(seen.site, allow)) {
            let until = allow.until.as_ref().map_or_else(String::new, |until| until.words("en"));
            let message = format!("`{}` was allowed here until {until}", allow.rule.value.0.code);
            let found = seen.found("allow-expired", *ix, &["allow", &i.to_string(), "until"], message);
            told.push(found.help("mend what it allowed, or give it a later `until` and a reason that still holds"));
        }
    }
    told
}
