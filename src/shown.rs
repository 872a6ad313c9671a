//! Shown: the figures and claims that a page prints, by reference, by component, or as a view of them.

use crate::body::{Body, Call, What};
use crate::entry::Matter;
use crate::kind::Kind;
use crate::numbers;
use crate::query::{self, Query};
use crate::site::{Ix, Site};
use std::collections::BTreeSet;

/// The figures and claims that the page `ix` prints.
pub fn shown(site: &Site, ix: Ix) -> BTreeSet<Ix> {
    let entry = &site.entries[ix.0 as usize];
    let mut found = BTreeSet::new();
    for body in entry.surface.field_bodies().into_iter().chain([&*entry.body]) {
        for hole in body.all_holes() {
            match &hole.what.value {
                What::Reference { target, words } => found.extend(referred(site, ix, target, words.as_ref())),
                What::Component(call) => found.extend(called(site, call)),
                _ => {}
            }
        }
    }
    if let Matter::View(_, keys) = &entry.surface.matter {
        let kind = match entry.surface.kind {
            Kind::Figures => Some(Kind::Figure),
            Kind::Claims => Some(Kind::Claim),
            _ => None,
        };
        let query = kind.map(|kind| Query::of_filter(kind, keys.filter.as_ref()));
        found.extend(query.and_then(|query| query::list(site, &query).ok()).into_iter().flatten());
    }
    found
}

/// A figure whose number a reference prints, in its own words or in others, or a claim.
fn referred(site: &Site, from: Ix, target: &str, words: Option<&Body>) -> Option<Ix> {
    let lang = &site.entry(from).lang;
    let resolved = site.resolve(target, from).ok()?;
    let number = matches!(resolved.field.as_deref(), None | Some("words" | "low" | "best" | "high"));
    let told = words.is_none_or(|words| !numbers::numbers(&crate::html::plain(&words.html), lang).is_empty());
    let prints = match site.entry(resolved.entry).kind {
        Kind::Figure => number && told,
        Kind::Claim => true,
        _ => false,
    };
    prints.then_some(resolved.entry)
}

/// What a component call lists.
fn called(site: &Site, call: &Call) -> Vec<Ix> {
    let kind = match call.name.as_str() {
        "figures" | "figure-chart" | "figure_chart" => Kind::Figure,
        "claims" => Kind::Claim,
        _ => return Vec::new(),
    };
    let query = Query::of_words(kind, call.named_arguments());
    query.and_then(|query| query::list(site, &query).ok()).unwrap_or_default()
}
