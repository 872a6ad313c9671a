//! Corrections: what was put right on pages, and what figures were before, as one list for the whole site.

use crate::date::{Day, Edtf};
use crate::facts::{Bounds, Figure, Past};
use crate::page::Correction;
use crate::site::{Ix, Site};

/// Something that was put right, or a number that changed.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The page or figure that it stands on.
    pub on: Ix,
    /// The day it happened, as far as it is known: its last possible one.
    pub day: Day,
    /// What happened.
    pub what: What<'a>,
}

/// What a change is.
#[derive(Debug, Clone)]
pub enum What<'a> {
    /// A correction of a page, and its place among the page's corrections, from 1.
    Corrected(&'a Correction, usize),
    /// A figure took another value.
    Counted(Step<'a>),
}

/// A step in a figure's history: from one value to the next.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The figure.
    pub figure: &'a Figure,
    /// What it was.
    pub before: Bounds,
    /// What it came to.
    pub after: Bounds,
    /// When the later value was so.
    pub date: &'a Edtf,
    /// The index of the later value in the figure's history; none for the present one.
    pub entry: Option<usize>,
    /// Its place among the steps, from 1.
    pub number: usize,
}

/// All changes of a site, the newest first.
pub fn changes(site: &Site) -> Vec<Change<'_>> {
    newest_first(site.iter().flat_map(|(ix, _)| own(site, ix)).collect())
}

/// Whether anything has changed at all.
pub fn any(site: &Site) -> bool {
    site.iter().any(|(ix, _)| !own(site, ix).is_empty())
}

/// The changes of a page or figure, and of the figures that its text prints, the newest first.
pub fn changes_of(site: &Site, ix: Ix) -> Vec<Change<'_>> {
    let figures = crate::shown::shown(site, ix).into_iter().filter(|shown| *shown != ix);
    newest_first(own(site, ix).into_iter().chain(figures.flat_map(|figure| own(site, figure))).collect())
}

fn newest_first(mut all: Vec<Change<'_>>) -> Vec<Change<'_>> {
    all.sort_by_key(|change| (std::cmp::Reverse(change.day), change.on));
    all
}

fn own(site: &Site, ix: Ix) -> Vec<Change<'_>> {
    let corrections = site.entry(ix).page().map_or(&[][..], |page| &page.corrections);
    let corrected = corrections.iter().enumerate().map(|(i, correction)| Change {
        on: ix,
        day: correction.date.day(),
        what: What::Corrected(correction, i + 1),
    });
    let steps = crate::compare::figure(site, ix).map_or_else(Vec::new, steps);
    let counted = steps.into_iter().map(|step| Change { on: ix, day: last_day(step.date), what: What::Counted(step) });
    corrected.chain(counted).collect()
}

/// The steps of a figure from its first known value to its present one, the oldest first.
pub fn steps(figure: &Figure) -> Vec<Step<'_>> {
    let mut past: Vec<(usize, &Past)> = figure.history.iter().enumerate().collect();
    past.sort_by_key(|(_, past)| past.date.order());
    let values = past.iter().map(|(i, past)| (past.bounds(), &past.date, Some(*i)));
    let values: Vec<_> = values.chain([(figure.bounds(), &figure.as_of, None)]).collect();
    let pairs = values.windows(2).enumerate().filter(|(_, pair)| numbers_differ(pair[0].0, pair[1].0));
    pairs
        .map(|(i, pair)| {
            let ((before, ..), (after, date, entry)) = (pair[0], pair[1]);
            Step { figure, before, after, date, entry, number: i + 1 }
        })
        .collect()
}

/// Whether two counts give different numbers, however they are meant.
pub fn numbers_differ(a: Bounds, b: Bounds) -> bool {
    (a.low, a.best, a.high) != (b.low, b.best, b.high)
}

/// The last day that a date can mean; the first where it has no end.
fn last_day(date: &Edtf) -> Day {
    date.latest().or(date.earliest()).unwrap_or(Day::MIN)
}
