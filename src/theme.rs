//! The built-in theme: this repository's `templates/`, embedded. A site overrides it file by file.

use crate::minify;
use crate::source::{Area, BUILT_IN, Content, FileId, Source, Sources};
use crate::url::Url;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};
use std::collections::HashSet;
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
    "assets/css/around.css",
    "assets/css/claims.css",
    "assets/css/drawings.css",
    "assets/css/embed.css",
    "assets/css/figures.css",
    "assets/css/frame.css",
    "assets/css/hub.css",
    "assets/css/lists.css",
    "assets/css/print.css",
    "assets/css/site.css",
    "assets/css/text.css",
    "assets/css/timeline.css",
    "assets/css/tokens.css",
    "assets/embed.css",
    "assets/hub.css",
    "assets/icon.svg",
    "assets/page.js",
    "assets/previews.js",
    "assets/search.js",
    "assets/style.css",
    "assets/timeline.js",
    "atom.xml",
    "background.html",
    "base.html",
    "card.svg",
    "claim.html",
    "claims.html",
    "components/about.html",
    "components/about_page.html",
    "components/actor_ids.html",
    "components/answer.html",
    "components/around_dates.html",
    "components/asof.html",
    "components/borne.html",
    "components/breadcrumb.html",
    "components/card_lines.html",
    "components/change.html",
    "components/chart_of.html",
    "components/chart_row.html",
    "components/citation.html",
    "components/citeline.html",
    "components/citethis.html",
    "components/claim.html",
    "components/claims.html",
    "components/corrected_by.html",
    "components/corrections.html",
    "components/count.html",
    "components/counted.html",
    "components/counter.html",
    "components/countrow.html",
    "components/counts.html",
    "components/date.html",
    "components/dateline.html",
    "components/density_of.html",
    "components/differ.html",
    "components/disputed.html",
    "components/doubts.html",
    "components/embed_counts.html",
    "components/embed_credit.html",
    "components/embed_this.html",
    "components/embed_timeline.html",
    "components/entries.html",
    "components/entry.html",
    "components/events_counted.html",
    "components/external.html",
    "components/figure_chart.html",
    "components/figure_facts.html",
    "components/figures.html",
    "components/footer.html",
    "components/glance.html",
    "components/head_meta.html",
    "components/history.html",
    "components/ids_up.html",
    "components/image.html",
    "components/key_figures.html",
    "components/keyfacts.html",
    "components/lately.html",
    "components/listed.html",
    "components/map.html",
    "components/map_drawing.html",
    "components/map_ground.html",
    "components/map_of.html",
    "components/map_words.html",
    "components/meaning.html",
    "components/measured.html",
    "components/mentions.html",
    "components/names.html",
    "components/neighbours.html",
    "components/nosuch.html",
    "components/note.html",
    "components/page_sources.html",
    "components/pagination.html",
    "components/parts.html",
    "components/period.html",
    "components/place_facts.html",
    "components/place_ids.html",
    "components/placename.html",
    "components/places_to_look.html",
    "components/preview.html",
    "components/prose.html",
    "components/quotation.html",
    "components/range.html",
    "components/range_words.html",
    "components/reference.html",
    "components/related.html",
    "components/related_back.html",
    "components/reuse.html",
    "components/script.html",
    "components/search_form.html",
    "components/share.html",
    "components/sheet.html",
    "components/shortcites.html",
    "components/sidename.html",
    "components/sides.html",
    "components/sourced.html",
    "components/sources.html",
    "components/span_of.html",
    "components/speakers.html",
    "components/standing.html",
    "components/state.html",
    "components/strip_of.html",
    "components/tagged.html",
    "components/thread.html",
    "components/timeline.html",
    "components/timeline_event.html",
    "components/timeline_filter.html",
    "components/toc.html",
    "components/told.html",
    "components/topics.html",
    "components/unanswered.html",
    "components/valued.html",
    "components/verification.html",
    "components/video.html",
    "components/whom.html",
    "components/wikidata.html",
    "components/word.html",
    "components/year_nav.html",
    "components/yearname.html",
    "components/years.html",
    "components/years_apart.html",
    "components/years_jump.html",
    "corrections.html",
    "data.html",
    "embed.html",
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
    "search.html",
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
    let template = [".html", ".svg", ".xml", ".json", ".txt"].iter().any(|end| path.ends_with(end));
    template && !path.starts_with("templates/assets/") && !path.starts_with("assets/")
}

/// The bytes of a file of the theme as a site sends them: a style sheet with what it imports from its folder in the
/// place of each `@import "x.css";` that stands alone on its line, so that a page needs one style sheet alone; comments
/// and white space that mean nothing are left out of it and of scripts.
pub fn bundled(sources: &Sources, source: &Source) -> Vec<u8> {
    let Content::Bytes(bytes) = &source.content else { return Vec::new() };
    match source.path.rsplit_once('.') {
        Some((_, "css")) => {
            let mut out = Vec::with_capacity(bytes.len());
            bundle(sources, source, &mut vec![source.inner()], &mut out);
            minify::css(&out)
        }
        Some((_, "js")) => minify::script(bytes),
        _ => bytes.to_vec(),
    }
}

fn bundle<'s>(sources: &'s Sources, source: &'s Source, above: &mut Vec<&'s str>, out: &mut Vec<u8>) {
    let Content::Bytes(bytes) = &source.content else { return };
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match imported(source.inner(), line).and_then(|path| asset_at(sources, &path)) {
            Some(other) if !above.contains(&other.inner()) => {
                above.push(other.inner());
                bundle(sources, other, above, out);
                above.pop();
            }
            // One that imports itself is there already.
            Some(_) => {}
            None => out.extend_from_slice(line),
        }
    }
}

/// The path below `templates/` that a line of a style sheet imports.
fn imported(from: &str, line: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(line).ok()?.trim().strip_prefix("@import \"")?.strip_suffix("\";")?;
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    (!name.contains(':') && !name.starts_with(['/', '.'])).then(|| format!("{folder}/{name}"))
}

fn asset_at<'s>(sources: &'s Sources, inner: &str) -> Option<&'s Source> {
    let mut assets = sources.iter().map(|(_, source)| source).filter(|source| source.area == Area::Templates);
    assets.find(|source| source.inner() == inner)
}

/// Paths below `templates/` of the style sheets that others import, and the imports that lead nowhere, each with its file.
pub fn imports(sources: &Sources) -> (HashSet<String>, Vec<(FileId, String)>) {
    let mut found = (HashSet::new(), Vec::new());
    for (file, source) in sources.iter().filter(|(_, source)| source.path.ends_with(".css")) {
        let Content::Bytes(bytes) = &source.content else { continue };
        for path in bytes.split(|byte| *byte == b'\n').filter_map(|line| imported(source.inner(), line)) {
            match asset_at(sources, &path) {
                Some(_) => drop(found.0.insert(path)),
                None => found.1.push((file, path)),
            }
        }
    }
    found
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

/// The SHA-384 of `bytes`, as an `integrity` attribute takes it (Subresource Integrity).
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
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
