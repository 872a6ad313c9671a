//! An actor: who acts, speaks or counts.

use super::ActorType;
use crate::decode::{ActorRef, Label, Text, Wikidata};
use crate::record;

record! {
    /// A state, force, group, organisation or person.
    Actor {
        /// What it is called.
        name: Label,
        /// A shorter name, for running text.
        short: Option<Label>,
        /// What sort of actor.
        kind = "type": Option<ActorType>,
        /// The side it is on.
        side: Option<String>,
        /// Whether it is a party to the conflict.
        party: Option<bool>,
        /// The actor it belongs to.
        parent: Option<ActorRef>,
        /// Who it is, in a sentence or two.
        summary: Option<Text>,
        /// Its item in Wikidata, such as `Q399`.
        wikidata: Option<Wikidata>,
    }
}
