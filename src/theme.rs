//! The built-in theme: this repository's `templates/`, embedded. A site overrides it file by file.

use crate::source::{Area, BUILT_IN, Content, Source};
use crate::url::Url;
use sha2::{Digest, Sha256};
use std::sync::Arc;

macro_rules! theme {
    ($($path:literal,)*) => {
        /// The files of the theme: path below `templates/`, and bytes.
        const FILES: &[(&str, &[u8])] = &[ $( ($path, include_bytes!(concat!("../templates/", $path))), )* ];
    };
}

theme! {
    "404.html",
    "actor.html",
    "actors.html",
    "article.html",
    "assets/icon.svg",
    "assets/style.css",
    "atom.xml",
    "background.html",
    "base.html",
    "claim.html",
    "claims.html",
    "components/about.html",
    "components/asof.html",
    "components/bounds.html",
    "components/breadcrumb.html",
    "components/change.html",
    "components/chart_of.html",
    "components/citation.html",
    "components/citeline.html",
    "components/citethis.html",
    "components/claim.html",
    "components/claims.html",
    "components/corrected_by.html",
    "components/corrections.html",
    "components/count.html",
    "components/counter.html",
    "components/countrow.html",
    "components/counts.html",
    "components/date.html",
    "components/dateline.html",
    "components/differ.html",
    "components/disputed.html",
    "components/entries.html",
    "components/entry.html",
    "components/events_counted.html",
    "components/external.html",
    "components/figure_chart.html",
    "components/figures.html",
    "components/history.html",
    "components/image.html",
    "components/listed.html",
    "components/map.html",
    "components/map_drawing.html",
    "components/map_of.html",
    "components/meaning.html",
    "components/mentions.html",
    "components/names.html",
    "components/neighbours.html",
    "components/nosuch.html",
    "components/note.html",
    "components/page_sources.html",
    "components/pagination.html",
    "components/parts.html",
    "components/period.html",
    "components/placename.html",
    "components/prose.html",
    "components/quotation.html",
    "components/reference.html",
    "components/related.html",
    "components/related_back.html",
    "components/shortcites.html",
    "components/sidename.html",
    "components/sides.html",
    "components/sources.html",
    "components/speakers.html",
    "components/standing.html",
    "components/state.html",
    "components/tagged.html",
    "components/thread.html",
    "components/timeline.html",
    "components/toc.html",
    "components/topics.html",
    "components/unanswered.html",
    "components/valued.html",
    "components/verification.html",
    "components/video.html",
    "components/whom.html",
    "components/wikidata.html",
    "components/word.html",
    "components/yearname.html",
    "components/years.html",
    "corrections.html",
    "event.html",
    "events.html",
    "feed.json",
    "figure.html",
    "figures.html",
    "index.html",
    "list.html",
    "page.html",
    "place.html",
    "places.html",
    "redirect.html",
    "robots.txt",
    "section.html",
    "sitemap.xml",
    "source.html",
    "sources.html",
    "tag.html",
    "tags.html",
    "term.html",
    "terms.html",
    "timeline.html",
}

/// The built-in files as sources.
pub fn sources() -> impl Iterator<Item = Source> {
    FILES.iter().map(|(path, bytes)| {
        let content = if is_template(path) {
            Content::Text(String::from_utf8_lossy(bytes).into())
        } else {
            Content::Bytes((*bytes).into())
        };
        let path: Arc<str> = format!("{BUILT_IN}{path}").into();
        Source { shown: path.clone(), path, area: Area::Templates, content }
    })
}

/// Whether a source is a file of the built-in theme, or a copy that does not differ from it.
pub fn is_built_in(source: &Source) -> bool {
    source.path.starts_with(BUILT_IN)
        || FILES.iter().any(|(path, bytes)| {
            source.inner() == *path && !source.text().is_empty() && source.text().as_bytes() == *bytes
        })
}

/// Whether the site's file at this path takes the place of a built-in one.
pub fn has(path: &str) -> bool {
    path.strip_prefix("templates/").is_some_and(|inner| FILES.iter().any(|(own, _)| *own == inner))
}

/// The path of the site's file that takes the place of this built-in one.
pub fn overridden_by(built_in: &Source) -> Arc<str> {
    format!("templates/{}", built_in.inner()).into()
}

/// Whether a file of `templates/` is a template; all others, and all of `templates/assets/`, are assets.
pub fn is_template(path: &str) -> bool {
    let template = [".html", ".xml", ".json", ".txt"].iter().any(|end| path.ends_with(end));
    template && !path.starts_with("templates/assets/") && !path.starts_with("assets/")
}

/// Where an asset stands: `/assets/style.1a2b3c4d5e6f.css` for `assets/style.css`.
pub fn asset_url(inner: &str, bytes: &[u8]) -> Url {
    let hash = hash(bytes);
    let name = inner.strip_prefix("assets/").unwrap_or(inner);
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let hashed = match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{file}.{hash}"),
    };
    let slash = if folder.is_empty() { "" } else { "/" };
    Url::of_file(&format!("assets/{folder}{slash}{hashed}"))
}

/// Twelve hexadecimal digits of the SHA-256 of `bytes`.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(6).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_templates_is_embedded() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let files = walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok).filter(|e| e.file_type().is_file());
        let mut on_disk: Vec<String> = files
            .map(|e| e.path().strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/"))
            .collect();
        on_disk.sort();
        let mut embedded: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        embedded.sort_unstable();
        assert_eq!(embedded, on_disk, "list each file of templates/ in src/theme.rs");
    }

    #[test]
    fn assets_bear_their_hash() {
        let url = asset_url("assets/fonts/a.woff2", b"x");
        assert_eq!(url.as_str(), "/assets/fonts/a.2d711642b726.woff2");
    }
}
