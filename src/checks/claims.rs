//! `unanswered-claim`: what a party says, and nobody is told to have answered.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::{Fact, Stance};
use crate::site::Ix;
use std::collections::HashSet;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    // The response may be among what could not be read.
    if seen.site.is_partly_read() {
        return Vec::new();
    }
    let answered: HashSet<Ix> =
        seen.claims().filter_map(|(_, claim)| seen.find(&claim.responds_to.as_ref()?.0.value)).collect();
    let party = |id: &str| {
        let author = seen.find(id).and_then(|ix| seen.site.entry(ix).fact());
        matches!(author, Some(Fact::Actor(actor)) if actor.party == Some(true))
    };
    seen.claims()
        .filter(|(ix, claim)| {
            Stance::as_str(claim.stance) == "asserts"
                && claim.no_response_found.is_none()
                && !answered.contains(ix)
                && party(&claim.author.0.value)
        })
        .map(|(ix, claim)| {
            let message = format!("nothing answers this claim by a party, `{}`", claim.author.0.value);
            seen.found("unanswered-claim", ix, &["stance"], message)
                .help("add the response, with `responds_to`; or `no_response_found: { as_of: … }` once you have looked")
        })
        .collect()
}
