//! What is sent beside the pages: the search index, the one style sheet, scripts and their integrity, headers and policy.

mod common;

use common::{backgrounder, different, outputs, own_site, put, small_site};
use std::collections::BTreeMap;
use std::path::Path;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder to test in")
}

/// Builds, and gives what was written.
fn built(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = backgrounder(root, &["build"]);
    assert!(output.status.success(), "{output:?}");
    outputs(&root.join("public"))
}

fn text<'o>(outputs: &'o BTreeMap<String, Vec<u8>>, path: &str) -> &'o str {
    std::str::from_utf8(outputs.get(path).unwrap_or_else(|| panic!("no {path}"))).expect("it is text")
}

/// The path of an asset by its name without the hash.
fn asset<'o>(outputs: &'o BTreeMap<String, Vec<u8>>, name: &str) -> &'o str {
    let (stem, end) = name.rsplit_once('.').expect("an asset has an ending");
    let mut paths = outputs.keys().filter(|path| path.starts_with(&format!("assets/{stem}.")) && path.ends_with(end));
    let path = paths.next().unwrap_or_else(|| panic!("no asset {name}"));
    assert_eq!(paths.next(), None, "one of each asset");
    path
}

#[test]
fn the_index_holds_the_pages_of_each_language_and_is_the_same_each_time() {
    let folder = folder();
    small_site(folder.path());
    put(
        folder.path(),
        &[
            ("site.yaml", "title: Small\nbase_url: https://example.org/sub\nlanguages: [hy]\n"),
            ("content/articles/story.hy.md", "---\ntitle: Պատմություն\ndate: 2023-05-01\n---\n\nՊատերազմ։\n"),
        ],
    );
    let first = built(folder.path());
    let entry: serde_json::Value =
        serde_json::from_str(text(&first, "pagefind/pagefind-entry.json")).expect("it is JSON");
    let languages: Vec<&String> = entry["languages"].as_object().expect("languages").keys().collect();
    assert_eq!(languages, ["en", "hy"]);
    assert_eq!(entry["languages"]["hy"]["page_count"], 1);
    let is_searched = |(path, bytes): &(&String, &Vec<u8>)| {
        path.ends_with("index.html") && String::from_utf8_lossy(bytes).contains("data-pagefind-body")
    };
    let searched = first.iter().filter(is_searched).count();
    assert_eq!(entry["languages"]["en"]["page_count"].as_u64(), Some(searched as u64 - 1));
    assert!(!text(&first, "404.html").contains("data-pagefind-body"), "what is not there is not found");
    assert!(first.keys().all(|path| !path.contains("pagefind-ui")), "no interface but the site's own");
    std::fs::remove_dir_all(folder.path().join("public")).expect("it can be removed");
    assert_eq!(different(&first, &built(folder.path())), common::NONE);
}

#[test]
fn a_site_without_search_has_nothing_of_it() {
    let folder = folder();
    small_site(folder.path());
    put(folder.path(), &[("site.yaml", "title: Small\nbase_url: https://example.org\nsearch: false\n")]);
    let outputs = built(folder.path());
    assert!(
        outputs.keys().all(|path| !path.starts_with("pagefind/") && !path.starts_with("search/")),
        "{:?}",
        outputs.keys()
    );
    for (path, bytes) in outputs.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!String::from_utf8_lossy(bytes).contains("/search/"), "{path} leads to a search page");
    }
    assert!(!text(&outputs, "_headers").contains("wasm"), "nothing needs it");
}

#[test]
fn every_page_has_one_style_sheet_that_holds_all_others() {
    let folder = folder();
    small_site(folder.path());
    put(folder.path(), &[("templates/assets/css/site.css", "/* Ours. */\n.ours {\n  color: rebeccapurple;\n}\n")]);
    let outputs = built(folder.path());
    let sheets: Vec<&String> = outputs.keys().filter(|path| path.ends_with(".css")).collect();
    assert_eq!(sheets, [asset(&outputs, "embed.css"), asset(&outputs, "hub.css"), asset(&outputs, "style.css")]);
    for sheet in sheets.into_iter().map(|sheet| text(&outputs, sheet)) {
        assert!(sheet.contains("--paper:") && sheet.trim_end().ends_with(".ours{color:rebeccapurple}"), "{sheet}");
        assert!(!sheet.contains("@import") && !sheet.contains("/*"));
    }
    for (path, html) in outputs.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(html);
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1, "{path}");
    }
}

#[test]
fn an_import_that_leads_nowhere_is_told() {
    let folder = folder();
    small_site(folder.path());
    put(folder.path(), &[("templates/assets/style.css", "@import \"css/token.css\";\n")]);
    let output = backgrounder(folder.path(), &["build"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("templates/assets/style.css") && told.contains("css/token.css") && told.contains("did you mean"),
        "{told}"
    );
}

#[test]
fn scripts_are_modules_of_the_site_with_their_digest() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let folder = folder();
    own_site(folder.path());
    let outputs = built(folder.path());
    let mut seen = 0;
    for (path, bytes) in outputs.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for tag in html.split("<script").skip(1).map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag)) {
            if tag.contains("application/ld+json") {
                continue;
            }
            let value = |name: &str| {
                tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value)
            };
            let src = value("src").unwrap_or_else(|| panic!("{path}: <script{tag}> stands in the page"));
            let digest = sha2::Sha384::digest(&outputs[src.trim_start_matches('/')]);
            let expected = format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(digest));
            assert_eq!(value("integrity"), Some(expected.as_str()), "{path}: {src}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} scripts were looked at");
}

#[test]
fn the_policy_lets_nothing_in_that_the_site_does_not_name() {
    let folder = folder();
    small_site(folder.path());
    let outputs = built(folder.path());
    let story = text(&outputs, "articles/story/index.html");
    let policy = |html: &str| {
        html.split_once("Content-Security-Policy\" content=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(policy, _)| policy.replace("&#39;", "'"))
    };
    let own = policy(story).expect("a page has a policy");
    assert!(own.starts_with("default-src 'self'; script-src 'self' 'sha256-"), "{own}");
    assert!(!own.contains("unsafe"), "{own}");
    let search = policy(text(&outputs, "search/index.html")).expect("the search page has one");
    assert!(search.contains("script-src 'self' 'wasm-unsafe-eval'") && !search.contains("unsafe-inline"), "{search}");
    assert!(text(&outputs, "_headers").contains("script-src 'self' 'wasm-unsafe-eval';"), "the widest holds for all");
    put(
        folder.path(),
        &[(
            "site.yaml",
            "title: Small\nbase_url: https://example.org/sub\nsecurity:\n  images: [\"https://img.example.org\"]\n",
        )],
    );
    let outputs = built(folder.path());
    assert!(text(&outputs, "_headers").starts_with("/sub/*\n"));
    assert!(text(&outputs, "articles/story/index.html").contains("data: https://img.example.org;"));
    put(
        folder.path(),
        &[
            ("site.yaml", "title: Small\nbase_url: https://example.org\nsecurity: { policy: false }\n"),
            ("static/_headers", "/*\n  X: y\n"),
        ],
    );
    let outputs = built(folder.path());
    assert_eq!(text(&outputs, "_headers"), "/*\n  X: y\n", "a site's own takes its place");
    assert_eq!(policy(text(&outputs, "articles/story/index.html")), None);
}
