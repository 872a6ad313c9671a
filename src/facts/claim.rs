//! A claim: what somebody said, when, about what, and what has become of it.

use super::{SourceUse, Stance, VerificationStatus, is_unnamed};
use crate::date::Edtf;
use crate::decode::{
    ActorRef, AnyRef, ClaimRef, CounterRef, Field, FieldRef, FigureRef, Links, PlaceRef, Reading, Some1, SourceRef,
    Text,
};
use crate::record;
use crate::yaml::Node;
use tera::Value;

record! {
    /// What somebody said.
    Claim {
        /// Who said it.
        author: ActorRef,
        /// What saying it does.
        stance: Stance,
        /// What was said, in our words.
        text: Text,
        /// What was said, in theirs.
        quote: Option<Quotation>,
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

/// A quotation, which is printed only when its source may be named.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotation(pub Quote);

impl Field for Quotation {
    const TYPE: &'static str = Quote::TYPE;

    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        Quote::read(node, reading).map(Self)
    }

    fn value(&self, links: &dyn Links) -> Value {
        // Words out of a source that no output may name would lead to it.
        if self.0.source.as_ref().is_some_and(|source| is_unnamed(&source.value(links))) {
            return Value::none();
        }
        self.0.value(links)
    }

    fn refs<'a>(&'a self, field: &'static str, out: &mut Vec<FieldRef<'a>>) {
        self.0.refs(field, out);
    }

    fn schema() -> serde_json::Value {
        Quote::schema()
    }

    fn prune(&mut self, gone: &dyn Fn(&str) -> bool) -> bool {
        self.0.prune(gone)
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
