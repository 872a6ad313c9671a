//! Rules about dates: `outside-parent`, `date-order`, `response-before-claim`.

use super::{Seen, after, later};
use crate::date::Edtf;
use crate::diagnostic::Diagnostic;
use crate::facts::{Claim, Fact, Figure, SourceUse};
use crate::site::Ix;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    told.extend(
        seen.events().filter_map(|(ix, event)| outside_parent(seen, ix, &event.date, &event.part_of.as_ref()?.0.value)),
    );
    told.extend(seen.facts().flat_map(|(ix, _, fact)| before_it_happened(seen, ix, fact)));
    told.extend(seen.claims().filter_map(|(ix, claim)| {
        let (answered, first) = seen.claim(&claim.responds_to.as_ref()?.0.value)?;
        let message = format!(
            "this answers `{}`, and is dated {} before it",
            seen.site.entry(answered).id.value,
            days(&claim.date, &first.date)
        );
        later(&first.date, &claim.date).then(|| {
            seen.found("response-before-claim", ix, &["date"], message)
                .also(seen.place(answered, &["date"]), "what it answers")
        })
    }));
    told
}

/// "3 days": how far the end of the earlier lies before the start of the later.
fn days(earlier: &Edtf, later: &Edtf) -> String {
    let days = earlier.latest().zip(later.earliest()).and_then(|(end, start)| end.days_until(start));
    let Some(days) = days else { return "some time".to_owned() };
    if days == 1 { "1 day".to_owned() } else { format!("{} days", crate::facts::grouped(days.unsigned_abs())) }
}

fn outside_parent(seen: &Seen<'_>, ix: Ix, date: &Edtf, parent: &str) -> Option<Diagnostic> {
    let (whole, parent) = seen.event(parent)?;
    let (outer_first, outer_last) = parent.date.order();
    let early = after(outer_first, date.start().1);
    let late = after(date.end().0, outer_last);
    let how = match (early, late) {
        (false, false) => return None,
        (true, false) => "begins before",
        (false, true) => "ends after",
        (true, true) => "begins before and ends after",
    };
    let message = format!("this {how} `{}`, which it is part of", seen.site.entry(whole).id.value);
    let found = seen.found("outside-parent", ix, &["date"], message);
    Some(found.also(seen.place(whole, &["date"]), parent.date.words("en")))
}

/// What is told before it happened.
fn before_it_happened(seen: &Seen<'_>, ix: Ix, fact: &Fact) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    match fact {
        Fact::Figure(figure) => told.extend(figure_order(seen, ix, figure)),
        Fact::Claim(claim) => {
            told.extend(looked_before(seen, ix, claim));
            let first = seen.source(&claim.first_appearance.0.value);
            told.extend(first.and_then(|(source, first)| {
                let published = first.date.as_ref().filter(|published| later(&claim.date, published))?;
                let message = format!("first read in a source dated {} before the claim", days(published, &claim.date));
                let found = seen.found("date-order", ix, &["first_appearance"], message);
                Some(
                    found
                        .also(seen.place(source, &["date"]), "dated here")
                        .also(seen.place(ix, &["date"]), "the claim"),
                )
            }));
        }
        _ => {}
    }
    let happened = match fact {
        Fact::Event(event) => Some((&event.date, "event")),
        Fact::Figure(figure) => Some((&figure.as_of, "count")),
        _ => None,
    };
    if let Some((date, noun)) = happened {
        told.extend(reported_before(seen, ix, fact.sources(), date, noun));
    }
    told
}

/// A claim that was checked, or whose answer was looked for, before it was made.
fn looked_before(seen: &Seen<'_>, ix: Ix, claim: &Claim) -> Vec<Diagnostic> {
    let checked = claim.verification.as_ref().and_then(|checked| checked.date.as_ref());
    let looked = claim.no_response_found.as_ref().map(|looked| &looked.as_of);
    let all = [
        (checked, "checked", ["verification", "date"]),
        (looked, "an answer was looked for", ["no_response_found", "as_of"]),
    ];
    let early = all
        .into_iter()
        .filter_map(|(date, what, path)| Some((date.filter(|date| later(&claim.date, date))?, what, path)));
    early
        .map(|(date, what, path)| {
            let message = format!("{what} {} before the claim", days(date, &claim.date));
            seen.found("date-order", ix, &path, message).also(seen.place(ix, &["date"]), "the claim")
        })
        .collect()
}

/// A fact none of whose dated sources is as late as the fact.
fn reported_before(seen: &Seen<'_>, ix: Ix, sources: &[SourceUse], date: &Edtf, noun: &str) -> Option<Diagnostic> {
    let dated: Vec<(Ix, &Edtf)> = sources
        .iter()
        .filter_map(|used| seen.source(used.id()))
        .filter_map(|(source, fields)| Some((source, fields.date.as_ref()?)))
        .collect();
    let (source, newest) = dated.iter().copied().max_by_key(|(_, date)| date.order().1)?;
    if !later(date, newest) || dated.len() < sources.len() {
        return None;
    }
    let message = format!("this {noun} rests on what was published {} before it", days(newest, date));
    let field = if noun == "count" { "as_of" } else { "date" };
    Some(
        seen.found("date-order", ix, &[field], message)
            .also(seen.place(source, &["date"]), "the newest of its sources"),
    )
}

fn figure_order(seen: &Seen<'_>, ix: Ix, figure: &Figure) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    if let Some((event, counted)) = figure.scope.event.as_ref().and_then(|event| seen.event(&event.0.value))
        && let (Some(as_of), Some(begins)) = (figure.as_of.latest(), counted.date.earliest())
        && after(begins, as_of)
    {
        let message = format!("this count is as of {}, before what it counts began", figure.as_of.words("en"));
        told.push(
            seen.found("date-order", ix, &["as_of"], message).also(seen.place(event, &["date"]), "it began here"),
        );
    }
    if let Some(reported) = figure.reported.as_ref().filter(|reported| later(&figure.as_of, reported)) {
        let message = format!("reported {} before the date it counts up to", days(reported, &figure.as_of));
        told.push(
            seen.found("date-order", ix, &["reported"], message)
                .also(seen.place(ix, &["as_of"]), "it counts up to this"),
        );
    }
    for (i, past) in figure.history.iter().enumerate().filter(|(_, past)| later(&past.date, &figure.as_of)) {
        let message = format!("an earlier value dated {} after the figure's own date", days(&figure.as_of, &past.date));
        let found = seen.found("date-order", ix, &["history", &i.to_string(), "date"], message);
        told.push(found.also(seen.place(ix, &["as_of"]), "the figure's own"));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_apart_are_counted_and_ages_are_not() {
        let apart = |earlier: &str, later: &str| {
            let [earlier, later] = [earlier, later].map(|date| Edtf::parse(date).expect("a date"));
            days(&earlier, &later)
        };
        assert_eq!(apart("2020-01-01", "2020-01-02"), "1 day");
        assert_eq!(apart("2020-01-01/2021", "2023"), "366 days");
        assert_eq!(apart("2020", "Y999999999999999999"), "some time");
        assert_eq!(apart("2020", "../2020"), "some time");
    }
}
