//! Search: an index of the rendered pages that browsers read piece by piece, made by Pagefind; there is no server.
//!
//! A page says itself what of it is searched: `data-pagefind-body` on the element that holds it, `data-pagefind-ignore` on
//! what is left out, `data-pagefind-filter` for its kind. A page without the first is not in the index. Each language has
//! an index of its own, after `<html lang>`.

use crate::config::Language;
use crate::diagnostic::Diagnostic;
use crate::render::{Data, Rendered};
use crate::tags;
use crate::url::{SEARCH_FOLDER, Url};
use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

/// What a page that is searched has.
const MARK: &[u8] = b"data-pagefind-body";

/// The files of Pagefind that are interfaces of its own; ours is a page of the theme.
const INTERFACES: [&str; 4] = ["pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight"];

/// A page that is searched: its URL below the base path, and its HTML.
pub struct Page {
    url: String,
    html: String,
}

/// The index over these pages, as outputs; nothing when there are none.
///
/// # Errors
/// What Pagefind says when it cannot make one.
pub fn index(pages: Vec<Page>) -> Result<Vec<Rendered>, Diagnostic> {
    if pages.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error: &dyn std::fmt::Display| {
        Diagnostic::error("output", None, format!("the search index could not be made: {error}"))
            .help("`search: false` in site.yaml leaves it out")
    };
    for page in &pages {
        if let Some(lang) = language_of(&page.html).filter(|lang| !Language::is_tag(lang)) {
            let message = format!("the page {} says `lang=\"{lang}\"`, which is no tag of a language", page.url);
            return Err(
                Diagnostic::error("template", None, message).help("files of the search index are named after it")
            );
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| failed(&error))?;
    let files = runtime.block_on(files(pages)).map_err(|error| failed(&error))?;
    let mut files: Vec<Rendered> = files.into_iter().filter_map(output).collect();
    files.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(files)
}

/// What a page says its language is; none when it says none.
fn language_of(html: &str) -> Option<String> {
    let start = memchr::memmem::find(html.as_bytes(), b"<html")?;
    let end = start + memchr::memchr(b'>', &html.as_bytes()[start..])? + 1;
    let mut lang = None;
    tags::each(&html.as_bytes()[start..end], |piece| {
        if let tags::Piece::Start(tag) = piece {
            lang = tag.get(b"lang").map(|lang| tags::value(lang).into_owned()).filter(|lang| !lang.is_empty());
        }
    });
    lang
}

/// An output as a page that is searched; none when it does not ask for it.
pub fn searched(output: &Rendered) -> Option<Page> {
    let Data::Bytes(bytes) = &output.data else { return None };
    let is_marked = output.url.as_str().ends_with('/') && memchr::memmem::find(bytes, MARK).is_some();
    is_marked.then(|| Page { url: output.url.href(""), html: String::from_utf8_lossy(bytes).into_owned() })
}

async fn files(pages: Vec<Page>) -> Result<Vec<(String, Vec<u8>)>, Box<dyn std::error::Error + Send + Sync>> {
    let mut index = PagefindIndex::new(Some(PagefindServiceConfig::builder().build()))?;
    for Page { url, html } in pages {
        index.add_html_file(None, Some(url), html).await?;
    }
    let files = index.get_files().await?;
    Ok(files.into_iter().map(|file| (file.filename.to_string_lossy().replace('\\', "/"), file.contents)).collect())
}

fn output((name, bytes): (String, Vec<u8>)) -> Option<Rendered> {
    let is_interface = INTERFACES.iter().any(|interface| name.starts_with(interface));
    (!is_interface)
        .then(|| Rendered { url: Url::of_file(&format!("{SEARCH_FOLDER}/{name}")), data: Data::Bytes(bytes) })
}
