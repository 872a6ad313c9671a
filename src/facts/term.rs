//! A term: a word of the story and its meaning.

use super::SourceUse;
use crate::decode::{Label, TermRef, Text};
use crate::record;

record! {
    /// A word and its meaning.
    Term {
        /// The word.
        name: Label,
        /// Its meaning.
        definition: Text,
        /// Other words to look up.
        see: Vec<TermRef>,
        /// What the meaning rests on.
        sources: Vec<SourceUse>,
    }
}
