//! Rules about figures beside one another: `scope-contradiction`, `same-scope-differs`, `series-falls`.

use super::{Seen, value_key};
use crate::compare::{counted, counter, wider};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{Bounds, Figure, grouped};
use crate::site::Ix;
use std::collections::{BTreeMap, HashMap};

/// The measures whose counts only ever grow.
const CUMULATIVE: [&str; 3] = ["killed", "injured", "destroyed"];

type Numbered<'a> = (Ix, &'a Figure);

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (ix, figure) in seen.figures() {
        told.extend(larger_than_its_whole(seen, ix, figure));
        told.extend(falls_in_its_history(seen, ix, figure));
    }
    told.extend(larger_than_everyone(seen));
    let mut series: BTreeMap<(String, &str, Option<&str>), Vec<Numbered<'_>>> = BTreeMap::new();
    for (ix, figure) in seen.figures() {
        let key = (counted(figure), counter(figure), figure.episode.as_deref());
        series.entry(key).or_default().push((ix, figure));
    }
    for list in series.values_mut().filter(|list| list.len() > 1) {
        list.sort_by_key(|(ix, figure)| (figure.as_of.order(), *ix));
        told.extend(list.windows(2).filter_map(|pair| one_after_another(seen, pair[0], pair[1])));
    }
    told
}

/// The number that a reader takes a figure for.
fn number(bounds: Bounds) -> u64 {
    bounds.best.or(bounds.low).or(bounds.high).unwrap_or_default()
}

/// The most that a figure says.
fn most(bounds: Bounds) -> u64 {
    bounds.high.or(bounds.best).or(bounds.low).unwrap_or_default()
}

/// The least that a figure says.
fn least(bounds: Bounds) -> u64 {
    bounds.low.or(bounds.best).unwrap_or_default()
}

fn larger_than_its_whole(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let closed = figure.high.is_some() || figure.best.is_some();
    for (i, part) in figure.parts.iter().enumerate() {
        // Parts whose `best` add up wrongly are told by `parts-sum`.
        let summed = figure.best.is_some() && part.best.is_some();
        if closed && !summed && least(part.bounds()) > most(figure.bounds()) {
            let message = format!(
                "this part, {}, is larger than its whole, {}",
                grouped(least(part.bounds())),
                grouped(most(figure.bounds()))
            );
            told.push(seen.found("scope-contradiction", ix, &["parts", &i.to_string()], message));
        }
    }
    if let Some((whole_ix, whole)) = figure.part_of.as_ref().and_then(|whole| seen.figure(&whole.0.value))
        && least(figure.bounds()) > most(whole.bounds())
        && (&figure.measure, &figure.unit) == (&whole.measure, &whole.unit)
        && !grows(figure, whole)
    {
        told.push(contradiction(seen, (ix, figure), (whole_ix, whole), "the figure that it is part of"));
    }
    told
}

fn contradiction(seen: &Seen<'_>, (ix, part): Numbered<'_>, (whole_ix, whole): Numbered<'_>, what: &str) -> Diagnostic {
    let message = format!(
        "{} is more than {} of {what}, `{}`",
        part.bounds().words("en"),
        whole.bounds().words("en"),
        seen.site.entry(whole_ix).id.value
    );
    let found = seen
        .found("scope-contradiction", ix, &[value_key(part)], message)
        .also(seen.place(whole_ix, &[value_key(whole)]), "the larger scope");
    if counter(part) == counter(whole) {
        found
    } else {
        let help = "the counters differ: both stand side by side; say why in a note, and allow it";
        Diagnostic { severity: Severity::Warning, ..found }.help(help)
    }
}

/// Whether one counter's count of some may be above its own count of everyone: it was made later, or that is a floor.
fn grows(figure: &Figure, whole: &Figure) -> bool {
    let floor = whole.best.is_none() && whole.high.is_none();
    counter(figure) == counter(whole) && (floor || is_later(figure, whole))
}

/// Whether a count is as of a later date than another: of one counter's dates there is no doubt, and so no grace.
fn is_later(figure: &Figure, other: &Figure) -> bool {
    figure.as_of.earliest().zip(other.as_of.latest()).is_some_and(|(day, last)| day > last)
}

/// Counts of some people that are larger than a count of everyone.
fn larger_than_everyone(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut by_scope: HashMap<String, Vec<Numbered<'_>>> = HashMap::new();
    for (ix, figure) in seen.figures() {
        by_scope.entry(counted(figure)).or_default().push((ix, figure));
    }
    let mut told = Vec::new();
    for (ix, figure) in seen.figures().filter(|(_, figure)| least(figure.bounds()) > 0) {
        for (other, whole) in wider(figure).iter().filter_map(|key| by_scope.get(key)).flatten() {
            let direct = figure.part_of.as_ref().and_then(|to| seen.find(&to.0.value)) == Some(*other);
            let apart = figure.episode.is_some() && whole.episode.is_some() && figure.episode != whole.episode;
            if !direct && !apart && !grows(figure, whole) && least(figure.bounds()) > most(whole.bounds()) {
                told.push(contradiction(seen, (ix, figure), (*other, whole), "a count that takes in more"));
            }
        }
    }
    told
}

/// Two figures of one counter for one scope, the second as of the same date or the next.
fn one_after_another(seen: &Seen<'_>, (one, a): Numbered<'_>, (other, b): Numbered<'_>) -> Option<Diagnostic> {
    let id = |ix: Ix| &seen.site.entry(ix).id.value;
    if a.as_of == b.as_of {
        if a.bounds().words("en") == b.bounds().words("en") {
            return None;
        }
        let message = format!(
            "`{}` and `{}` are one counter's count of one thing on one date, and differ: {} and {}",
            id(one),
            id(other),
            a.bounds().words("en"),
            b.bounds().words("en")
        );
        let found = seen
            .found("same-scope-differs", other, &[value_key(b)], message)
            .also(seen.place(one, &[value_key(a)]), "the other");
        return Some(found.help("mend what is wrong, or say in `scope`, `as_of` or `attribution` how they differ"));
    }
    let replaced = b.supersedes.as_ref().is_some_and(|to| seen.find(&to.0.value) == Some(one));
    let falls = CUMULATIVE.contains(&b.measure.as_str()) && number(b.bounds()) < number(a.bounds());
    (falls && !replaced && is_later(b, a)).then(|| {
        let message = format!("this count of {} was {} and falls to {}", b.measure, a.bounds().words("en"), b.bounds().words("en"));
        let found = seen.found("series-falls", other, &[value_key(b)], message).also(seen.place(one, &[value_key(a)]), "before");
        found.help("such counts only grow: if it was put right, say `supersedes`; if another count began, give it an `episode`")
    })
}

fn falls_in_its_history(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Vec<Diagnostic> {
    if !CUMULATIVE.contains(&figure.measure.as_str()) {
        return Vec::new();
    }
    let mut past: Vec<usize> = (0..figure.history.len()).collect();
    past.sort_by_key(|i| figure.history[*i].date.order());
    let mut told = Vec::new();
    for pair in past.windows(2) {
        let (before, now) = (&figure.history[pair[0]], &figure.history[pair[1]]);
        if number(now.bounds()) < number(before.bounds()) && now.reason.is_none() {
            let message = format!(
                "this count of {} falls from {} to {} without a reason",
                figure.measure,
                before.bounds().words("en"),
                now.bounds().words("en")
            );
            let found = seen.found("series-falls", ix, &["history", &pair[1].to_string()], message);
            told.push(found.help("such counts only grow: give the entry a `reason`"));
        }
    }
    if let Some(last) = past.last().map(|i| &figure.history[*i])
        && number(figure.bounds()) < number(last.bounds())
        && figure.note.is_none()
    {
        let message = format!(
            "this count of {} falls from {} to {} without a word on why",
            figure.measure,
            last.bounds().words("en"),
            figure.bounds().words("en")
        );
        told.push(
            seen.found("series-falls", ix, &[value_key(figure)], message)
                .help("such counts only grow: say why in a `note`"),
        );
    }
    told
}
