//! A claim: what somebody said, when, about what, and what has become of it.

use super::{SourceUse, Stance, VerificationStatus, is_unnamed};
use crate::date::Edtf;
use crate::decode::{
    ActorRef, AnyRef, ClaimRef, CounterRef, Field, FigureRef, Links, PlaceRef, Some1, SourceRef, Text,
};
use crate::record;

record! {
    /// What somebody said.
    Claim {
        /// Who said it.
        author: ActorRef,
        /// What saying it does.
        stance: Stance,
        /// What was said, in our words.
        text: Text,
        /// What was said, in theirs; printed only where the source that it is quoted in may be named.
        quote: Option<Quote>,
        /// When.
        date: Edtf,
        /// What it is about.
        about: Some1<AnyRef>,
        /// The claim that it answers.
        responds_to: Option<ClaimRef>,
        /// That a response was looked for, and not found.
        no_response_found: Option<NoResponse>,
        /// Where it was first read.
        first_appearance: SourceRef,
        /// The figures in it.
        figures: Vec<FigureRef>,
        /// The places in it.
        places: Vec<PlaceRef>,
        /// What checking it has come to.
        verification: Option<Verification>,
    }
}

record! {
    /// The words themselves.
    Quote {
        /// The words.
        exact: String,
        /// The language they were said in.
        lang: Option<String>,
        /// Where they are quoted.
        source: Option<SourceRef>,
        /// The place in that source.
        locator: Option<String>,
    }
}

record! {
    /// That a response was looked for, and not found.
    NoResponse {
        /// Up to when.
        as_of: Edtf,
        /// Where it was looked for.
        note: Option<Text>,
    }
}

record! {
    /// What checking a claim has come to.
    Verification {
        /// The result.
        status: VerificationStatus,
        /// Who checked.
        by: Option<CounterRef>,
        /// When.
        date: Option<Edtf>,
        /// What the checking rests on.
        sources: Vec<SourceUse>,
        /// What was found.
        note: Option<Text>,
    }
}

impl Claim {
    /// Where its quotation is quoted: the place that is named with it, else where the claim was first read.
    pub fn quoted_in(&self) -> &SourceRef {
        self.quote.as_ref().and_then(|quote| quote.source.as_ref()).unwrap_or(&self.first_appearance)
    }

    /// Whether its quotation comes out of a source that no output may name, and would lead to it.
    pub(super) fn hides_quote(&self, links: &dyn Links) -> bool {
        self.quote.is_some() && is_unnamed(&self.quoted_in().value(links))
    }

    /// "Denial by Armenia's defence ministry, 13 September 2022".
    pub fn title(&self, lang: &str, name: &dyn Fn(&str) -> String) -> String {
        let noun = match self.stance.as_str() {
            "denies" => "Denial",
            "counters" => "Counter-claim",
            "concedes" => "Concession",
            "retracts" => "Retraction",
            "reacts" => "Reaction",
            _ => "Claim",
        };
        format!("{noun} by {}, {}", name(&self.author.0.value), self.date.words(lang))
    }
}
