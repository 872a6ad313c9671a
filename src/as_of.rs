//! As of: the entries of a site as they could be known on a day. Later events, figures, claims and
//! articles are absent, figures have the value then reported, and what named the absent names it no more.

use crate::date::{Day, Edtf};
use crate::entry::{Entry, Matter};
use crate::facts::{Claim, Event, Fact, Figure, Past, SourceUse};
use crate::kind::Kind;
use crate::page::Page;
use crate::slug::{fold, folded};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is looked at: the day, and when each source was published.
struct Then {
    day: Day,
    published: HashMap<String, Day>,
}

/// The entries as they could be known on `day`, and those that could not. Dates have no time zone: what is dated
/// the day after is known too where a source of that day, or of an earlier one, tells it.
pub fn known_on(day: Day, entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
    let published = entries.iter().filter_map(|entry| match entry.surface.fact() {
        Some(Fact::Source(source)) => Some((names(entry), source.date.as_ref()?.latest()?)),
        _ => None,
    });
    let published = published.flat_map(|(names, day)| names.map(|name| (name, day)));
    let then = Then { day, published: published.collect() };
    let (mut known, mut later): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| then.knows(entry));
    for entry in &mut known {
        then.take_back(&mut Arc::make_mut(&mut entry.surface).matter);
    }
    forget(&mut known, &mut later);
    let needed: HashSet<String> = known.iter().flat_map(named).collect();
    let unneeded = |entry: &Entry| {
        matches!(entry.surface.fact(), Some(Fact::Source(source)) if source.date.as_ref().is_some_and(|date| begins_after(date, day)))
            && !names(entry).iter().any(|name| needed.contains(name))
    };
    let (gone, mut known): (Vec<Entry>, Vec<Entry>) = known.into_iter().partition(unneeded);
    later.extend(gone);
    // Pages may have named them.
    forget(&mut known, &mut later);
    (known, later)
}

/// Takes out what names the absent; what cannot be without it is absent too.
fn forget(known: &mut Vec<Entry>, later: &mut Vec<Entry>) {
    let mut gone: HashSet<String> = later.iter().flat_map(names).collect();
    loop {
        let (mut kept, mut more) = (Vec::with_capacity(known.len()), Vec::new());
        for mut entry in std::mem::take(known) {
            let whole = Arc::make_mut(&mut entry.surface).matter.prune(&|id| gone.contains(&*folded(id)));
            if whole { &mut kept } else { &mut more }.push(entry);
        }
        *known = kept;
        if more.is_empty() {
            return;
        }
        gone.extend(more.iter().flat_map(names));
        later.extend(more);
    }
}

/// The ids that a fact names in its fields. What texts cite does not count: they are as they were last written.
fn named(entry: &Entry) -> Vec<String> {
    let fields = entry.surface.field_refs();
    let of_fact = fields.into_iter().filter(|_| entry.surface.fact().is_some());
    of_fact.map(|field| fold(&field.id.value)).collect()
}

/// The names by which other facts can mean this entry: its id and, of a fact in a file of its own, the last part of that, folded.
fn names(entry: &Entry) -> [String; 2] {
    let id = &entry.surface.id.value;
    let last = if entry.surface.fact().is_some() { entry.surface.last_part() } else { id };
    [fold(id), fold(last)]
}

fn begins_after(date: &Edtf, last: Day) -> bool {
    date.earliest().is_some_and(|day| day > last)
}

impl Then {
    /// Whether what is dated `date` could be known from these sources.
    fn told<'s>(&self, date: Option<Day>, mut sources: impl Iterator<Item = &'s str>) -> bool {
        let by_then = |id: &str| self.published.get(&*folded(id)).is_some_and(|published| *published <= self.day);
        date.is_none_or(|date| date <= self.day || (date == self.day.plus_days(1) && sources.any(by_then)))
    }

    fn knows(&self, entry: &Entry) -> bool {
        match (entry.surface.fact(), entry.surface.page()) {
            (Some(Fact::Event(event)), _) => {
                self.told(event.date.earliest(), event.sources.0.iter().map(SourceUse::id))
            }
            (Some(Fact::Claim(claim)), _) => {
                self.told(claim.date.earliest(), std::iter::once(claim.first_appearance.0.value.as_str()))
            }
            (Some(Fact::Figure(figure)), _) => self.knows_value(figure) || self.value_before(figure).is_some(),
            // A section, a view or the home page has always been there; what is listed on it has not.
            (None, Some(page)) => {
                let lasting = !matches!(entry.surface.kind, Kind::Article | Kind::Background | Kind::Page);
                let home = entry.surface.url.as_str() == "/";
                lasting || home || page.date.as_ref().is_none_or(|date| date.day() <= self.day)
            }
            _ => true,
        }
    }

    /// Whether a figure's own value had been told: the last day that its date can mean had come.
    fn knows_value(&self, figure: &Figure) -> bool {
        let told = figure.reported.as_ref().unwrap_or(&figure.as_of);
        self.told(told.latest().or(told.earliest()), figure.sources.0.iter().map(SourceUse::id))
    }

    /// The value that a figure had last before its own.
    fn value_before<'f>(&self, figure: &'f Figure) -> Option<&'f Past> {
        let told = figure.history.iter().filter(|past| {
            let source = past.source.iter().map(|source| source.0.value.as_str());
            past.date.latest().is_some_and(|day| self.told(Some(day), source))
        });
        told.max_by_key(|past| past.date.order())
    }

    /// Takes back what came later in what stays.
    fn take_back(&self, matter: &mut Matter) {
        match matter {
            Matter::Fact(fact) => match &mut **fact {
                Fact::Event(event) => take_back_event(event, self.day),
                Fact::Figure(figure) => self.take_back_figure(figure),
                Fact::Claim(claim) => self.take_back_claim(claim),
                _ => {}
            },
            Matter::Page(page) | Matter::View(page, _) | Matter::Section(page, _) => take_back_page(page, self.day),
        }
    }

    fn take_back_figure(&self, figure: &mut Figure) {
        if !self.knows_value(figure)
            && let Some(past) = self.value_before(figure).cloned()
        {
            (figure.low, figure.best, figure.high) = (past.low, past.best, past.high);
            figure.as_of = past.date;
            figure.note = past.reason;
            figure.reported = None;
            // It is said of the value that came later.
            figure.qualifier = None;
            figure.attribution.reported_by = past.source.clone();
            figure.attribution.chain = None;
            if let Some(source) = past.source {
                figure.sources.0 = vec![SourceUse::whole(source)];
            } else {
                // What was published later did not say this, and what the others are quoted with is said of the later value.
                let all = &figure.sources.0;
                let mut earlier: Vec<SourceUse> =
                    all.iter().filter(|used| self.is_out(used.id())).map(SourceUse::of_whole).collect();
                if earlier.is_empty() {
                    earlier = all.iter().map(SourceUse::of_whole).collect();
                }
                figure.sources.0 = earlier;
            }
            // Nothing is counted after the day that a count is as of.
            let last = figure.as_of.latest().map_or(self.day, |day| day.min(self.day));
            if let Some(period) = &mut figure.scope.period {
                *period = period.until(period.earliest().map_or(last, |first| first.max(last)));
            }
            // These speak of the value that came later.
            figure.parts = Vec::new();
            figure.assessment = None;
            figure.confidence_level = None;
            figure.review_by = None;
        }
        let as_of = figure.as_of.order();
        figure.history.retain(|past| past.date.order() < as_of);
    }

    fn take_back_claim(&self, claim: &mut Claim) {
        let last = self.day;
        claim.date = claim.date.until(claim.date.earliest().map_or(last, |first| first.max(last)));
        // A check without a date is as old as the newest that it rests on.
        claim.verification = claim.verification.take().filter(|checked| match &checked.date {
            Some(date) => !begins_after(date, last),
            None => checked.sources.iter().all(|used| self.is_out(used.id())),
        });
        claim.no_response_found = claim.no_response_found.take().filter(|looked| !begins_after(&looked.as_of, last));
    }

    /// Whether a source is not known to be published later.
    fn is_out(&self, source: &str) -> bool {
        self.published.get(&*folded(source)).is_none_or(|day| *day <= self.day)
    }
}

fn take_back_event(event: &mut Event, day: Day) {
    let date = event.date.until(event.date.earliest().map_or(day, |first| first.max(day)));
    if date != event.date {
        // The words for the whole of it tell how it ended.
        event.display_date = None;
        event.date = date;
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
