//! What changed in git without a word: `silent-change`, `uncorrected-change`.

use super::Seen;
use crate::body::Body;
use crate::config::Config;
use crate::corrections::numbers_differ;
use crate::date::{Day, day_words};
use crate::diagnostic::Diagnostic;
use crate::facts::{Bounds, Claim, Fact, Figure, Stance};
use crate::history::{History, Version};
use crate::page::Page;
use crate::parse::{Defaults, parse_source};
use crate::shown::shown;
use crate::site::{Ix, Site};
use crate::slug::fold;
use crate::source::{Area, Content, FileId, Source};
use std::collections::HashMap;

/// The rules that look at git.
pub const RULES: [&str; 2] = ["silent-change", "uncorrected-change"];

/// What one committed file said of figures and claims.
#[derive(Debug, Default, PartialEq)]
pub struct Said {
    figures: Vec<(String, Value)>,
    claims: Vec<(String, Words)>,
}

/// What a figure says.
#[derive(Debug, Clone, PartialEq)]
struct Value {
    bounds: Bounds,
    as_of: String,
    /// Of what it is the number, and by whom.
    of: [String; 3],
}

impl Value {
    fn of(figure: &Figure) -> Self {
        let counter = fold(&figure.attribution.counted_by.0.value);
        let of = [figure.measure.clone(), figure.unit.clone().unwrap_or_default(), counter];
        Self { bounds: figure.bounds(), as_of: figure.as_of.as_str().to_owned(), of }
    }

    fn is_same(&self, other: &Self) -> bool {
        !numbers_differ(self.bounds, other.bounds) && self.of == other.of
    }
}

/// What a claim says.
#[derive(Debug, Clone, PartialEq)]
struct Words {
    text: Body,
    /// Who says it, how, and in which words.
    of: [String; 3],
}

impl Words {
    fn of(claim: &Claim, lang: &str) -> Self {
        let quote = claim.quote.as_ref().map_or_else(String::new, |quote| quote.exact.clone());
        let of = [fold(&claim.author.0.value), Stance::as_str(claim.stance).to_owned(), quote];
        Self { text: claim.text.pick(lang).clone(), of }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.text.html == other.text.html && self.text.holes.len() == other.text.holes.len() && self.of == other.of
    }
}

/// Reads what a committed file said; mistakes in it are long past.
pub fn said(path: &str, text: &str, config: &Config, defaults: &Defaults) -> Said {
    let text = crate::source::printable(text.replace("\r\n", "\n"));
    let source =
        Source { path: path.into(), shown: path.into(), area: Area::Content, content: Content::Text(text.into()) };
    let mut said = Said::default();
    for entry in parse_source(FileId(0), &source, config, defaults).entries {
        let id = &entry.surface.id.value;
        match entry.surface.fact() {
            Some(Fact::Figure(figure)) => {
                said.figures.push((id.clone(), Value::of(figure)));
            }
            Some(Fact::Claim(claim)) => said.claims.push((id.clone(), Words::of(claim, config.lang()))),
            _ => {}
        }
    }
    said
}

/// The folder of the site in which files can hold facts.
pub const FOLDER: &str = "content";

/// Whether a file in that folder can hold facts.
pub fn holds_facts(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["yaml", "yml", "md", "markdown"].contains(&extension)
}

/// What a fact was on a day, and the commit that said so; no commit for what stands in the file now.
struct Was<T> {
    what: T,
    day: Day,
    commit: Option<String>,
}

/// The values of each figure and the words of each claim, by id, the oldest first, each where it differs from the
/// one before. Of several on one day the last counts: what was put right on the day it was written is a draft.
#[derive(Default)]
struct Past {
    figures: HashMap<String, Vec<Was<Value>>>,
    claims: HashMap<String, Vec<Was<Words>>>,
}

/// What the rules that look at git find; and, where they could not look, or not all the way back, a note that says so.
pub fn check(site: &Site, history: &History<Said>) -> (Vec<Diagnostic>, Option<String>) {
    let names = RULES.join(" and ");
    match history {
        History::None(reason) => (Vec::new(), Some(format!("{names} were not checked: {reason}"))),
        History::Known { versions, since } => {
            let seen = Seen::new(site);
            let past = past(site, versions);
            let mut told: Vec<Diagnostic> =
                seen.figures().filter_map(|(ix, figure)| silent(&seen, ix, figure, &past)).collect();
            told.extend(uncorrected(&seen, &past));
            let note = since.map(|time| {
                let day = site.config.time_zone.to_datetime(time).date();
                format!("{names} were checked back to {day}, where this shallow clone begins")
            });
            (told, note)
        }
    }
}

fn past(site: &Site, versions: &[Version<Said>]) -> Past {
    let mut past = Past::default();
    for version in versions {
        let Some(said) = &version.content else { continue };
        let day: Day = site.config.time_zone.to_datetime(version.time).date().into();
        let commit = Some(version.commit.clone());
        for (id, value) in &said.figures {
            note(past.figures.entry(id.clone()).or_default(), value.clone(), day, commit.clone(), Value::is_same);
        }
        for (id, words) in &said.claims {
            note(past.claims.entry(id.clone()).or_default(), words.clone(), day, commit.clone(), Words::is_same);
        }
    }
    for (_, surface) in site.iter() {
        let id = &surface.id.value;
        match surface.fact() {
            Some(Fact::Figure(figure)) => {
                let list = past.figures.entry(id.clone()).or_default();
                note(list, Value::of(figure), site.today, None, Value::is_same);
            }
            Some(Fact::Claim(claim)) => {
                let list = past.claims.entry(id.clone()).or_default();
                note(list, Words::of(claim, site.config.lang()), site.today, None, Words::is_same);
            }
            _ => {}
        }
    }
    past
}

fn note<T>(list: &mut Vec<Was<T>>, what: T, day: Day, commit: Option<String>, same: impl Fn(&T, &T) -> bool) {
    if list.last().is_some_and(|last| same(&last.what, &what)) {
        return;
    }
    if list.last().is_some_and(|last| last.day == day) {
        list.pop();
    }
    // Back to what it was the day before.
    if list.last().is_some_and(|last| same(&last.what, &what)) {
        return;
    }
    list.push(Was { what, day, commit });
}

/// A value that the figure had, and of which its history knows nothing.
fn silent(seen: &Seen<'_>, ix: Ix, figure: &Figure, past: &Past) -> Option<Diagnostic> {
    let values = past.figures.get(&seen.site.entry(ix).id.value)?;
    let now = figure.bounds();
    let known = |was: &Bounds| figure.history.iter().any(|past| !numbers_differ(past.bounds(), *was));
    let (i, was) = values
        .iter()
        .enumerate()
        .rev()
        .find(|(_, was)| numbers_differ(was.what.bounds, now) && !known(&was.what.bounds))?;
    let commit = was.commit.as_deref().unwrap_or_default();
    let until = day_words(values.get(i + 1).map_or(seen.site.today, |next| next.day), "en");
    let Value { bounds, as_of, .. } = &was.what;
    let message = format!("this was {} until {until} (commit {commit}), and `history` does not know", numbers(*bounds));
    let help = format!("add to `history`: `{{ date: {as_of}, {}, reason: …, source: … }}`", keys(*bounds));
    Some(seen.found("silent-change", ix, &[super::value_key(figure)], message).help(help))
}

/// The numbers of a count in words, without its qualifier, which `history` does not hold either.
fn numbers(bounds: Bounds) -> String {
    Bounds { qualifier: None, ..bounds }.words("en")
}

fn keys(bounds: Bounds) -> String {
    let all = [("low", bounds.low), ("best", bounds.best), ("high", bounds.high)];
    let keys: Vec<String> = all.iter().filter_map(|(key, n)| n.map(|n| format!("{key}: {n}"))).collect();
    keys.join(", ")
}

/// What pages print and what has changed since they were updated.
fn uncorrected(seen: &Seen<'_>, past: &Past) -> Vec<Diagnostic> {
    let site = seen.site;
    let mut told = Vec::new();
    let mut printed_by: HashMap<Ix, Vec<Ix>> = HashMap::new();
    for (page, _) in site.iter().filter(|(_, surface)| surface.page().is_some()) {
        shown(site, page).into_iter().for_each(|fact| printed_by.entry(fact).or_default().push(page));
    }
    for (ix, _, fact) in seen.facts() {
        let id = &site.entry(ix).id.value;
        let (last, what, known): (Option<Day>, _, _) = match fact {
            Fact::Figure(figure) => {
                let values = past.figures.get(id).map_or(&[][..], Vec::as_slice);
                let before = values.len().checked_sub(2).map(|i| values[i].what.clone());
                // The page says so by itself when the figure's history does.
                let now = Value::of(figure);
                let known = before.is_some_and(|was| {
                    was.of == now.of && figure.history.iter().any(|past| !numbers_differ(past.bounds(), was.bounds))
                });
                (last_change(values), "the figure", known)
            }
            Fact::Claim(_) => (past.claims.get(id).and_then(|words| last_change(words)), "the claim", false),
            _ => continue,
        };
        let Some(day) = last.filter(|_| !known) else { continue };
        for from in printed_by.get(&ix).into_iter().flatten() {
            let Some(page) = site.entry(*from).page() else { continue };
            let Some(updated) = page.updated.as_ref().or(page.date.as_ref()) else { continue };
            if !super::after(day, updated.day()) || says_so(page, id, day) {
                continue;
            }
            let message =
                format!("{what} `{id}` changed on {}, after this page was last updated", day_words(day, "en"));
            let field = if page.updated.is_some() { "updated" } else { "date" };
            let found =
                seen.found("uncorrected-change", *from, &[field], message).also(site.entry(ix).id.span, "what changed");
            let help = format!(
                "say so in `corrections`: `{{ date: {day}, text: …, {}: {id} }}`; or bring `updated` up to date",
                &what[4..]
            );
            told.push(found.help(help));
        }
    }
    told.dedup();
    told
}

/// The day of the last change of something that was known before.
fn last_change<T>(values: &[Was<T>]) -> Option<Day> {
    (values.len() > 1).then(|| values[values.len() - 1].day)
}

/// Whether a correction of the page since that day is about it, or about nothing else.
fn says_so(page: &Page, id: &str, day: Day) -> bool {
    page.corrections.iter().any(|correction| {
        let figure = correction.figure.as_ref().map(|figure| figure.0.value.as_str());
        let claim = correction.claim.as_ref().map(|claim| claim.0.value.as_str());
        let about = figure == Some(id) || claim == Some(id) || figure.is_none() && claim.is_none();
        about && !super::after(day, correction.date.day())
    })
}
