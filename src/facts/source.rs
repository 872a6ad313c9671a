//! A source: what a statement rests on. Its fields are those of CSL-JSON.

use super::SourceKind;
use crate::date::Edtf;
use crate::decode::{Label, WebUrl};
use crate::record;

record! {
    /// A document, dataset, speech or page.
    Source {
        /// What sort of document: a CSL type such as `article-newspaper`, `report`, `dataset`, `treaty`.
        csl_type = "type": String,
        /// Its title.
        title: Label,
        /// Who wrote it.
        author: Option<String>,
        /// Who published it.
        publisher: Option<String>,
        /// The newspaper, journal or site that it is part of.
        container_title = "container-title": Option<String>,
        /// When it was published.
        date: Option<Edtf>,
        /// Where it is found.
        url: Option<WebUrl>,
        /// When it was last read there.
        accessed: Option<Edtf>,
        /// A copy of it that will stay.
        archive: Option<Archive>,
        /// Its language.
        language: Option<String>,
        /// Under what terms it may be used.
        licence: Option<String>,
        /// How near it stands to what it tells, and whose it is.
        kind: Option<SourceKind>,
        /// Never named in any output.
        sensitive: Option<bool>,
    }
}

record! {
    /// A copy that will stay.
    Archive {
        /// Where.
        url: WebUrl,
        /// When it was made.
        date: Option<Edtf>,
    }
}
