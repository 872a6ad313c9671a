//! `reference-cycle`: facts that are part of themselves.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::Fact;
use crate::site::Ix;
use std::collections::HashMap;

/// The fields that must not lead back to where they began.
const FIELDS: [&str; 6] = ["part_of", "within", "supersedes", "responds_to", "parent", "follows"];

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    FIELDS.iter().flat_map(|field| cycles_of(seen, field)).collect()
}

fn cycles_of(seen: &Seen<'_>, field: &'static str) -> Vec<Diagnostic> {
    let next: HashMap<Ix, Ix> =
        seen.facts().filter_map(|(ix, _, fact)| Some((ix, seen.find(target(fact, field)?)?))).collect();
    let mut done: HashMap<Ix, usize> = HashMap::new();
    let mut told = Vec::new();
    let mut starts: Vec<Ix> = next.keys().copied().collect();
    starts.sort_unstable();
    for (walk, start) in starts.into_iter().enumerate() {
        let mut at = start;
        while !done.contains_key(&at) {
            done.insert(at, walk);
            let Some(to) = next.get(&at) else { break };
            at = *to;
        }
        // The walk has come to something that it has met itself.
        if done.get(&at) == Some(&walk) && next.contains_key(&at) {
            told.push(told_cycle(seen, field, at, &next));
        }
    }
    told
}

fn told_cycle(seen: &Seen<'_>, field: &'static str, start: Ix, next: &HashMap<Ix, Ix>) -> Diagnostic {
    let around: Vec<Ix> =
        std::iter::successors(Some(start), |ix| next.get(ix).copied().filter(|to| *to != start)).collect();
    let first = around.iter().copied().min().unwrap_or(start);
    let id = |ix: Ix| format!("`{}`", seen.site.entry(ix).id.value);
    let turn = around.iter().position(|ix| *ix == first).unwrap_or_default();
    let names: Vec<String> = around.iter().cycle().skip(turn).take(around.len() + 1).map(|ix| id(*ix)).collect();
    let message = format!("`{field}` leads back to where it began: {}", names.join(" → "));
    let found = seen.found("reference-cycle", first, &[field], message);
    around
        .iter()
        .filter(|ix| **ix != first)
        .fold(found, |found, ix| found.also(seen.place(*ix, &[field]), "by way of this"))
}

fn target<'a>(fact: &'a Fact, field: &str) -> Option<&'a str> {
    let target = match (fact, field) {
        (Fact::Event(event), "part_of") => event.part_of.as_ref().map(|to| &to.0),
        (Fact::Event(event), "follows") => event.follows.as_ref().map(|to| &to.0),
        (Fact::Figure(figure), "part_of") => figure.part_of.as_ref().map(|to| &to.0),
        (Fact::Figure(figure), "supersedes") => figure.supersedes.as_ref().map(|to| &to.0),
        (Fact::Claim(claim), "responds_to") => claim.responds_to.as_ref().map(|to| &to.0),
        (Fact::Actor(actor), "parent") => actor.parent.as_ref().map(|to| &to.0),
        (Fact::Place(place), "within") => place.within.as_ref().map(|to| &to.0),
        _ => None,
    };
    target.map(|to| to.value.as_str())
}
