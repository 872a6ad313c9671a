//! Labels that the sources cannot bear: `party-source-only`, `single-source-confirmed`.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::{Assessment, Claim, Source, SourceKind, SourceUse, VerificationStatus};
use crate::relation::around;
use crate::site::Ix;
use std::collections::BTreeSet;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let figures = seen.figures().filter_map(|(ix, figure)| {
        let label = figure.assessment.map(Assessment::as_str)?;
        Some((ix, vec!["assessment"], label, &figure.sources.0[..]))
    });
    let claims = seen.claims().filter_map(|(ix, claim)| {
        let verification = claim.verification.as_ref()?;
        Some((
            ix,
            vec!["verification", "status"],
            VerificationStatus::as_str(verification.status),
            &verification.sources[..],
        ))
    });
    let labels = figures.chain(claims).filter_map(|(ix, path, label, sources)| bear(seen, ix, &path, label, sources));
    labels.chain(seen.claims().filter_map(|(ix, claim)| by_itself(seen, ix, claim))).collect()
}

/// A claim that its own author is said to have checked. What the other side concedes, and that nobody checked, is no such check.
fn by_itself(seen: &Seen<'_>, ix: Ix, claim: &Claim) -> Option<Diagnostic> {
    let checked = claim.verification.as_ref()?;
    let label = VerificationStatus::as_str(checked.status);
    let (author, by) = (seen.find(&claim.author.0.value)?, seen.find(&checked.by.as_ref()?.0.value)?);
    let same = author == by || around(seen.site, author).contains(&by) || around(seen.site, by).contains(&author);
    (same && matches!(label, "corroborated" | "contested" | "refuted")).then(|| {
        let message = format!("the claim's own author cannot say that it is `{label}`");
        seen.found("party-source-only", ix, &["verification", "by"], message)
            .help("name who checked it and is neither its author nor of the same body")
    })
}

fn kind(source: &Source) -> Option<&'static str> {
    source.kind.map(SourceKind::as_str)
}

fn bear(seen: &Seen<'_>, ix: Ix, path: &[&str], label: &str, uses: &[SourceUse]) -> Option<Diagnostic> {
    let sources: Vec<(Ix, &Source)> = uses.iter().filter_map(|used| seen.source(used.id())).collect();
    let different: BTreeSet<Ix> = sources.iter().map(|(ix, _)| *ix).collect();
    let parties = !sources.is_empty() && sources.iter().all(|(_, source)| kind(source) == Some("party"));
    // One belligerent's own word is what `confirmed` says.
    let admitted = label == "confirmed" && sources.iter().any(|(_, source)| kind(source) == Some("party"));
    if different.len() < 2 && !admitted && matches!(label, "confirmed" | "fair" | "corroborated") {
        let message =
            format!("`{label}` rests on {}", if different.is_empty() { "no source" } else { "a single source" });
        let found = seen.found("single-source-confirmed", ix, path, message);
        return Some(found.help("name a second source that knows it by itself, or choose a label that one can bear"));
    }
    (parties && matches!(label, "fair" | "corroborated")).then(|| {
        let message = format!("`{label}` rests on sources of parties alone");
        seen.found("party-source-only", ix, path, message)
            .help("name a source that is no party's, or choose a label that parties can bear")
    })
}
