//! The rule about attachments, files of `content/` that are copied: `unsafe-file`.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::markdown::Html;
use crate::source::{Area, Content, Source};

/// The ends of names of files that show, sound or hold something, and that no browser runs and no host takes for its own.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "7z", "aac", "avif", "bib", "bmp", "csv", "doc", "docx", "epub", "flac", "geojson", "gif", "ico", "ics", "jpeg",
    "jpg", "m4a", "mp3", "mp4", "odp", "ods", "odt", "oga", "ogg", "ogv", "opus", "pdf", "png", "ppt", "pptx", "rtf", "srt",
    "svg", "tsv", "txt", "vtt", "wav", "webm", "webp", "xls", "xlsx", "zip",
];

/// Attachments that could be more than an attachment, where writers are not trusted with what runs.
pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    if seen.site.config.markdown().html == Html::Trusted {
        return Vec::new();
    }
    seen.site.sources.iter().filter(|(_, source)| may_do_more(source)).map(|(_, source)| told(source)).collect()
}

fn may_do_more(source: &Source) -> bool {
    let end =
        source.inner().rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase());
    let is_attachment = source.area == Area::Content && matches!(source.content, Content::File { .. });
    is_attachment && !end.is_some_and(|end| HARMLESS.contains(&&*end))
}

fn told(source: &Source) -> Diagnostic {
    Diagnostic::error("unsafe-file", None, "a file of this kind can do more than be shown, and is not published from here")
        .path(&*source.shown)
        .help("what the site itself needs belongs into `static/`; data can be CSV or GeoJSON, a document PDF, and anything stands in a ZIP")
}
