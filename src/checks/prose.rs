//! Rules about numbers in prose: `unbound-number`, `number-mismatch`.

use super::Seen;
use crate::body::{Body, Call, Hole, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::Surface;
use crate::facts::{Bounds, Figure, Qualifier};
use crate::kind::Kind;
use crate::numbers::{FigureNumbers, disagreement, disagreement_before};
use crate::prose;
use crate::site::{Ix, Site};
use crate::source::Span;
use rayon::prelude::*;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let entries: Vec<(Ix, &Surface)> = seen.site.iter().collect();
    entries.into_par_iter().flat_map_iter(|(ix, surface)| in_entry(seen, ix, surface)).collect()
}

fn in_entry(seen: &Seen<'_>, ix: Ix, surface: &Surface) -> Vec<Diagnostic> {
    let mut told = unbound(seen.site, surface);
    told.extend(unbound_in_summary(seen, ix, surface));
    let body = &seen.site.entries[ix.0 as usize].body;
    for body in surface.field_bodies().into_iter().chain([&**body]) {
        mismatches(seen.site, ix, body, &mut told);
    }
    told
}

fn unbound(site: &Site, surface: &Surface) -> Vec<Diagnostic> {
    let told = surface.counts.iter().filter_map(|count| {
        let target = count.value.bound_to.as_deref();
        let kind =
            target.map(|target| site.resolve_for(target, &surface.lang).map(|found| site.entry(found.entry).kind));
        // A reference that leads nowhere was told by linking.
        if let Some(Err(_) | Ok(Kind::Figure | Kind::Claim | Kind::Source)) = kind {
            return None;
        }
        Some(nothing_bears(&count.value.words, count.span))
    });
    told.collect()
}

fn unbound_in_summary(seen: &Seen<'_>, ix: Ix, surface: &Surface) -> Vec<Diagnostic> {
    let Some(summary) = surface.page().and_then(|page| page.summary.as_ref()) else { return Vec::new() };
    let counts = prose::counts_in(summary.pick(&surface.lang), &surface.lang);
    counts.iter().map(|words| nothing_bears(words, seen.place(ix, &["summary"]))).collect()
}

fn nothing_bears(words: &str, span: Span) -> Diagnostic {
    let message = format!("“{words}” is a count that no figure and no source bears");
    Diagnostic::warning("unbound-number", span, message).help(
        "print it from a figure, `[[figure]]` or `[[figure|words]]`, or cite its source in the sentence: `[@source]`",
    )
}

/// References to figures in a body, and in the bodies within it, whose words or neighbours give another number.
fn mismatches(site: &Site, from: Ix, body: &Body, told: &mut Vec<Diagnostic>) {
    for (at, hole) in body.holes.iter().enumerate() {
        match &hole.what.value {
            What::Component(Call { body: Some(inner), .. }) => mismatches(site, from, inner, told),
            What::Reference { target, words } => {
                told.extend(mismatch(site, from, body, at, target, words.as_ref()));
                words.iter().for_each(|inner| mismatches(site, from, inner, told));
            }
            _ => {}
        }
    }
}

/// A reference to a figure whose words, or what stands before them, give another number.
fn mismatch(site: &Site, from: Ix, body: &Body, at: usize, target: &str, words: Option<&Body>) -> Option<Diagnostic> {
    /// How far back a text is looked at for what qualifies a number.
    const BEFORE: usize = 80;
    let hole = &body.holes[at];
    let lang = &site.entry(from).lang;
    let resolved = site.resolve(target, from).ok()?;
    let figure = crate::compare::figure(site, resolved.entry)?;
    let bounds = numbers(figure, resolved.field.as_deref())?;
    let Bounds { low, best, high, qualifier } = bounds;
    let meant = FigureNumbers { low, best, high, qualifier: qualifier.map(Qualifier::as_str) };
    let error = |message: String| {
        let error = Diagnostic::error("number-mismatch", hole.what.span, message);
        Diagnostic { severity: Severity::Error, ..error }.also(site.entry(resolved.entry).id.span, "the figure")
    };
    let is_figure = |hole: &Hole| match &hole.what.value {
        What::Reference { target, .. } => {
            site.resolve(target, from).is_ok_and(|to| crate::compare::figure(site, to.entry).is_some())
        }
        _ => false,
    };
    if touches_digit(body, at, is_figure) {
        let message = "a digit stands close by this number, and makes another of it".to_owned();
        return Some(error(message).help("put a space or a word between them"));
    }
    let is_whole = matches!(resolved.field.as_deref(), None | Some("words"));
    let is_written = words.is_some();
    let words = match words {
        Some(words) => plain(words),
        None if is_whole => figure.bounds().words(lang),
        None => return None,
    };
    // What another reference prints stands between, or a paragraph ends.
    let last = body.holes[..at].last().map_or(0, |hole| hole.at).max(hole.at.saturating_sub(BEFORE));
    let last = (last..=hole.at).find(|at| body.html.is_char_boundary(*at)).unwrap_or(hole.at);
    let before = crate::html::plain(body.html[last..hole.at].rsplit("<p>").next().unwrap_or_default());
    // What a figure prints by itself is what it says.
    let said = is_written.then(|| disagreement(&words, &meant, lang).map(str::to_owned)).flatten();
    let said = said.or_else(|| disagreement_before(&before, &words, &meant, lang))?;
    let message = format!("the words say “{said}”, and the figure says {}", bounds.words(lang));
    Some(error(message).help(format!("write `[[{target}]]` to print the figure's own words")))
}

/// Whether a digit of the text, or another number, stands where a reference begins or ends, be it behind a comma or point.
fn touches_digit(body: &Body, at: usize, is_figure: impl Fn(&Hole) -> bool) -> bool {
    let hole = &body.holes[at];
    let (before, after) = body.html.split_at(hole.at);
    let is_digit = |text: Option<&u8>| text.is_some_and(u8::is_ascii_digit);
    let mut back = before.bytes().rev();
    let mut ahead = after.bytes();
    let joined = |first: Option<u8>, second: Option<u8>| {
        is_digit(first.as_ref()) || matches!(first, Some(b',' | b'.')) && is_digit(second.as_ref())
    };
    let next = body.holes.get(at + 1).is_some_and(|next| next.at == hole.at && is_figure(next));
    joined(back.next(), back.next()) || joined(ahead.next(), ahead.next()) || next
}

/// The numbers that a reference means: the figure's, of one of its parts or earlier values, or of a field that is one of them, that alone.
fn numbers(figure: &Figure, field: Option<&str>) -> Option<Bounds> {
    let path: Vec<&str> = field.map_or_else(Vec::new, |field| field.split('.').collect());
    let (bounds, rest) = match path[..] {
        ["parts", at, ref rest @ ..] => (figure.parts.get(at.parse::<usize>().ok()?)?.bounds(), rest),
        ["history", at, ref rest @ ..] => (figure.history.get(at.parse::<usize>().ok()?)?.bounds(), rest),
        ["words"] => (figure.bounds(), &[][..]),
        ref rest => (figure.bounds(), rest),
    };
    let one = |best: Option<u64>| Some(Bounds { low: None, best, high: None, qualifier: None });
    match rest {
        [] => Some(bounds),
        ["low"] => one(bounds.low),
        ["best"] => one(bounds.best),
        ["high"] => one(bounds.high),
        _ => None,
    }
}

/// Words without their markup.
fn plain(words: &Body) -> String {
    crate::html::plain(&words.html)
}
