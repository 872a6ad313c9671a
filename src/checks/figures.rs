//! Rules about the numbers of one figure: `range-order`, `qualifier-mismatch`, `parts-sum`.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::{Bounds, Figure, Qualifier, grouped};
use crate::site::Ix;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    seen.figures().flat_map(|(ix, figure)| check_figure(seen, ix, figure)).collect()
}

fn check_figure(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    told.extend(range_order(seen, ix, &[], figure.bounds()));
    for (i, part) in figure.parts.iter().enumerate() {
        told.extend(range_order(seen, ix, &["parts", &i.to_string()], part.bounds()));
    }
    for (i, past) in figure.history.iter().enumerate() {
        told.extend(range_order(seen, ix, &["history", &i.to_string()], past.bounds()));
    }
    told.extend(qualifier_mismatch(seen, ix, figure.bounds()));
    told.extend(parts_sum(seen, ix, figure));
    told
}

fn range_order(seen: &Seen<'_>, ix: Ix, path: &[&str], bounds: Bounds) -> Option<Diagnostic> {
    let pairs = [
        ("low", bounds.low, "best", bounds.best),
        ("best", bounds.best, "high", bounds.high),
        ("low", bounds.low, "high", bounds.high),
    ];
    pairs.into_iter().find_map(|(less, a, more, b)| {
        let (a, b) = (a?, b?);
        let message = format!("`{less}` is {}, more than `{more}`, {}", grouped(a), grouped(b));
        (a > b).then(|| seen.found("range-order", ix, &[path, &[less]].concat(), message))
    })
}

fn qualifier_mismatch(seen: &Seen<'_>, ix: Ix, bounds: Bounds) -> Option<Diagnostic> {
    let (message, help) = match bounds.qualifier.map(Qualifier::as_str)? {
        "exact" => ("`exact` is one number, and these are several", "take the qualifier out, or leave one number"),
        "up-to" => ("`up-to` says what is the most, and there is no `high`", "write the number as `high`"),
        "more-than" => {
            ("`more-than` says that nobody gave a most, and there is a `high`", "take out the `high` or the qualifier")
        }
        _ => ("`at-least` says that nobody gave a most, and there is a `high`", "take out the `high` or the qualifier"),
    };
    (!bounds.fits_qualifier()).then(|| seen.found("qualifier-mismatch", ix, &["qualifier"], message).help(help))
}

fn parts_sum(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Option<Diagnostic> {
    let whole = figure.best?.0;
    let best: Vec<u64> = figure.parts.iter().filter_map(|part| part.best).map(|best| best.0).collect();
    let sum: u64 = best.iter().fold(0, |sum, part| sum.saturating_add(*part));
    let all = best.len() == figure.parts.len();
    if figure.parts.is_empty() || (all && sum == whole) || (!all && sum <= whole) {
        return None;
    }
    let how = if all { "add up to" } else { "come to" };
    let message = format!("the parts {how} {}, and `best` is {}", grouped(sum), grouped(whole));
    let found = seen.found("parts-sum", ix, &["parts"], message).also(seen.place(ix, &["best"]), "the whole");
    Some(found.help(
        "mend the number that is wrong; if the parts overlap or leave somebody out, give them as figures of their own",
    ))
}
