//! Rules about numbers in prose: `unbound-number`, `number-mismatch`.

use super::Seen;
use crate::body::{Body, Hole, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::Surface;
use crate::facts::{Bounds, Figure, Qualifier};
use crate::kind::Kind;
use crate::numbers::{FigureNumbers, disagreement};
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
        told.extend(body.all_holes().into_iter().filter_map(|hole| mismatch(seen.site, ix, hole)));
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

/// Words of a reference to a figure that give another number.
fn mismatch(site: &Site, from: Ix, hole: &Hole) -> Option<Diagnostic> {
    let What::Reference { target, words: Some(words) } = &hole.what.value else { return None };
    let lang = &site.entry(from).lang;
    let resolved = site.resolve(target, from).ok()?;
    let figure = crate::compare::figure(site, resolved.entry)?;
    let words = plain(words);
    let said = disagreement(&words, &numbers(figure, resolved.field.as_deref())?, lang)?;
    let message = format!("the words say “{said}”, and the figure says {}", figure.bounds().words(lang));
    let id = &site.entry(resolved.entry).id.value;
    let error =
        Diagnostic { severity: Severity::Error, ..Diagnostic::error("number-mismatch", hole.what.span, message) };
    Some(
        error
            .help(format!("write `[[{id}]]` to print the figure's own words"))
            .also(site.entry(resolved.entry).id.span, "the figure"),
    )
}

/// The numbers that a reference means: the figure's, or of a field that is one of them, that alone.
fn numbers(figure: &Figure, field: Option<&str>) -> Option<FigureNumbers> {
    let Bounds { low, best, high, qualifier } = figure.bounds();
    let one = |best: Option<u64>| FigureNumbers { low: None, best, high: None, qualifier: None };
    match field {
        None | Some("words") => Some(FigureNumbers { low, best, high, qualifier: qualifier.map(Qualifier::as_str) }),
        Some("low") => Some(one(low)),
        Some("best") => Some(one(best)),
        Some("high") => Some(one(high)),
        Some(_) => None,
    }
}

/// Words without their markup.
fn plain(words: &Body) -> String {
    crate::html::plain(&words.html)
}
