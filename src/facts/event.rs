//! An event: something that happened, or goes on.

use super::SourceUse;
use crate::date::Edtf;
use crate::decode::{ActorRef, EventRef, Importance, Label, PlaceRef, Some1, Text};
use crate::record;

record! {
    /// Something that happened.
    Event {
        /// What it is called.
        title: Label,
        /// When.
        date: Edtf,
        /// When, in words of one's own.
        display_date: Option<Label>,
        /// What sort of event: ACLED's event types, or free.
        kind = "type": Option<String>,
        /// A finer sort: ACLED's sub-event types, or free.
        sub_type: Option<String>,
        /// What happened, in a sentence or two.
        summary: Option<Text>,
        /// Where.
        places: Vec<PlaceRef>,
        /// Who took part, and as what.
        participants: Vec<Participant>,
        /// The larger event that it belongs to.
        part_of: Option<EventRef>,
        /// The event that it came after.
        follows: Option<EventRef>,
        /// The event that it ended.
        ends: Option<EventRef>,
        /// What it rests on.
        sources: Some1<SourceUse>,
        /// From 1, a headline, to 5, a detail.
        importance: Option<Importance>,
        /// Tags.
        tags: Vec<String>,
        /// Pictures and recordings.
        media: Vec<Media>,
    }
}

record! {
    /// Somebody who took part in an event.
    Participant {
        /// Who.
        actor: ActorRef,
        /// As what: `side_a`, `side_b`, `mediator`, `observer`, or free.
        role: Option<String>,
    }
}

record! {
    /// A picture or recording.
    Media {
        /// The file, beside the text or from the site's root.
        src: String,
        /// What it shows, for those who do not see it.
        alt: Label,
        /// What stands under it.
        caption: Option<Text>,
        /// Who made it.
        credit: Option<String>,
    }
}
