//! As of: the entries of a site as they could be known on a day. Later events, figures, claims and
//! articles are absent, figures have the value then reported, and what named the absent names it no more.

use crate::date::{Day, Edtf};
use crate::entry::{Entry, Matter};
use crate::facts::{Claim, Event, Fact, Figure, Past, SourceUse};
use crate::kind::Kind;
use crate::page::Page;
use std::collections::HashSet;

/// The entries as they could be known on `day`, and those that could not. Dates have no time zone, so
/// what is dated the day after is known too.
pub fn known_on(day: Day, entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
    let last = day.plus_days(1);
    let (mut known, mut later): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| is_known(entry, last));
    for entry in &mut known {
        take_back(&mut entry.surface.matter, last);
    }
    forget(&mut known, &mut later);
    let needed: HashSet<String> = known.iter().flat_map(named).collect();
    let unneeded = |entry: &Entry| {
        let id = &entry.surface.id.value;
        matches!(entry.surface.fact(), Some(Fact::Source(source)) if source.date.as_ref().is_some_and(|date| begins_after(date, last)))
            && !needed.contains(id)
    };
    let (gone, mut known): (Vec<Entry>, Vec<Entry>) = known.into_iter().partition(unneeded);
    later.extend(gone);
    // Pages may have named them.
    forget(&mut known, &mut later);
    (known, later)
}

/// Takes out what names the absent; what cannot be without it is absent too.
fn forget(known: &mut Vec<Entry>, later: &mut Vec<Entry>) {
    let mut gone: HashSet<String> = later.iter().map(|entry| entry.surface.id.value.clone()).collect();
    loop {
        let (mut kept, mut more) = (Vec::with_capacity(known.len()), Vec::new());
        for mut entry in std::mem::take(known) {
            let whole = entry.surface.matter.prune(&|id| gone.contains(id));
            if whole { &mut kept } else { &mut more }.push(entry);
        }
        *known = kept;
        if more.is_empty() {
            return;
        }
        gone.extend(more.iter().map(|entry| entry.surface.id.value.clone()));
        later.extend(more);
    }
}

/// The ids that a fact names in its fields. What texts cite does not count: they are as they were last written.
fn named(entry: &Entry) -> Vec<String> {
    let fields = entry.surface.field_refs();
    let of_fact = fields.into_iter().filter(|_| entry.surface.fact().is_some());
    of_fact.map(|field| field.id.value.clone()).collect()
}

fn begins_after(date: &Edtf, last: Day) -> bool {
    date.earliest().is_some_and(|day| day > last)
}

fn is_known(entry: &Entry, last: Day) -> bool {
    match (entry.surface.fact(), entry.surface.page()) {
        (Some(Fact::Event(event)), _) => !begins_after(&event.date, last),
        (Some(Fact::Claim(claim)), _) => !begins_after(&claim.date, last),
        (Some(Fact::Figure(figure)), _) => is_told(figure, last) || value_on(figure, last).is_some(),
        // A section, a view or the home page has always been there; what is listed on it has not.
        (None, Some(page)) => {
            let lasting = !matches!(entry.surface.kind, Kind::Article | Kind::Background | Kind::Page);
            let home = entry.surface.url.as_str() == "/";
            lasting || home || page.date.as_ref().is_none_or(|date| date.day() <= last)
        }
        _ => true,
    }
}

/// Whether a figure's own value had been told: the last day that its date can mean had come.
fn is_told(figure: &Figure, last: Day) -> bool {
    let told = figure.reported.as_ref().unwrap_or(&figure.as_of);
    told.latest().or(told.earliest()).is_none_or(|day| day <= last)
}

/// The value that a figure had last before its own.
fn value_on(figure: &Figure, last: Day) -> Option<&Past> {
    let told = figure.history.iter().filter(|past| past.date.latest().is_some_and(|day| day <= last));
    told.max_by_key(|past| past.date.order())
}

/// Takes back what came later in what stays.
fn take_back(matter: &mut Matter, last: Day) {
    match matter {
        Matter::Fact(fact) => match &mut **fact {
            Fact::Event(event) => take_back_event(event, last),
            Fact::Figure(figure) => take_back_figure(figure, last),
            Fact::Claim(claim) => take_back_claim(claim, last),
            _ => {}
        },
        Matter::Page(page) | Matter::View(page, _) | Matter::Section(page, _) => take_back_page(page, last),
    }
}

fn take_back_event(event: &mut Event, last: Day) {
    let date = event.date.until(last);
    if date != event.date {
        // The words for the whole of it tell how it ended.
        event.display_date = None;
        event.date = date;
    }
}

fn take_back_figure(figure: &mut Figure, last: Day) {
    if !is_told(figure, last)
        && let Some(past) = value_on(figure, last).cloned()
    {
        (figure.low, figure.best, figure.high) = (past.low, past.best, past.high);
        figure.as_of = past.date;
        figure.note = past.reason;
        figure.reported = None;
        if !figure.bounds().fits_qualifier() {
            figure.qualifier = None;
        }
        if let Some(source) = past.source {
            figure.attribution.reported_by = Some(source.clone());
            figure.sources.0 = vec![SourceUse::whole(source)];
        }
        // These speak of the value that came later.
        figure.parts = Vec::new();
        figure.assessment = None;
        figure.confidence_level = None;
        figure.review_by = None;
    }
    let as_of = figure.as_of.order();
    figure.history.retain(|past| past.date.order() < as_of && past.date.latest().is_some_and(|day| day <= last));
}

fn take_back_claim(claim: &mut Claim, last: Day) {
    if claim
        .verification
        .as_ref()
        .and_then(|checked| checked.date.as_ref())
        .is_some_and(|date| begins_after(date, last))
    {
        claim.verification = None;
    }
    if claim.no_response_found.as_ref().is_some_and(|looked| begins_after(&looked.as_of, last)) {
        claim.no_response_found = None;
    }
}

fn take_back_page(page: &mut Page, last: Day) {
    let touched = [&page.date, &page.updated].into_iter().flatten().any(|date| date.day() > last)
        || page.as_of.as_ref().is_some_and(|date| begins_after(date, last));
    if touched {
        // Whether it is kept up is said of a later day.
        page.state = None;
    }
    page.corrections.retain(|correction| correction.date.day() <= last);
    page.date = page.date.take().filter(|date| date.day() <= last);
    page.updated = page.updated.take().filter(|date| date.day() <= last);
    page.as_of = page.as_of.take().filter(|date| !begins_after(date, last));
}
