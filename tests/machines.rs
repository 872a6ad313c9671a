//! What machines read: the JSON-LD of every kind of page, Open Graph, and the pages and files by which others embed.
//!
//! `tests/machines/site/` is a site with each of them. What its pages say in JSON-LD stands in
//! `tests/machines/json_ld.snap`; `INSTA_UPDATE=always cargo test --test machines` writes it anew, to be read before it is kept.

mod common;

use common::{NONE, backgrounder, copy, put, repository, small_site};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const HOME: &str = "https://example.org/flood";

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder to test in");
    copy(&repository().join("tests/machines/site"), folder.path());
    folder
}

/// The outputs that are text, by path.
fn build(folder: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let output = backgrounder(folder, &[&["build"][..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = common::outputs(&folder.join("public")).into_iter();
    files.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

fn pages(outputs: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    outputs.iter().filter(|(path, _)| path.ends_with(".html")).map(|(path, html)| (path.as_str(), html.as_str()))
}

fn is_embed(path: &str) -> bool {
    path.ends_with("/embed/index.html")
}

/// The JSON-LD of a page, as it was written.
fn written(html: &str) -> Vec<&str> {
    let scripts = html.split("<script type=\"application/ld+json\">").skip(1);
    scripts.map(|rest| rest.split("</script>").next().expect("a script ends")).collect()
}

fn json_ld(html: &str) -> Option<Value> {
    written(html).first().map(|text| serde_json::from_str(text).expect("JSON-LD is JSON"))
}

/// The nodes of a page, one after another.
fn nodes(html: &str) -> Vec<Value> {
    let Some(document) = json_ld(html) else { return Vec::new() };
    assert_eq!(document["@context"], "https://schema.org");
    document["@graph"].as_array().cloned().unwrap_or_else(|| vec![document])
}

/// The first node of a page of the site.
fn node(outputs: &BTreeMap<String, String>, page: &str) -> Value {
    nodes(&outputs[&format!("{page}index.html")]).into_iter().next().unwrap_or_else(|| panic!("{page} has no node"))
}

/// All objects in a value.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match value {
        Value::Object(object) => {
            found.push(object);
            object.values().for_each(|value| objects(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

#[test]
fn what_each_page_is() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let mut told = String::new();
    for (path, html) in pages(&outputs) {
        if let Some(document) = json_ld(html) {
            let _ = writeln!(told, "=== {path}\n{document:#}");
        }
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(repository().join("tests/machines"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("json_ld", told));
}

#[test]
fn every_page_says_once_what_it_is() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let mut silent = Vec::new();
    for (path, html) in pages(&outputs) {
        let scripts = written(html);
        assert!(scripts.len() < 2, "{path}");
        if scripts.is_empty() {
            silent.push(path);
        }
        for text in scripts {
            assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{path}: {text}");
        }
    }
    silent.retain(|path| !is_embed(path));
    assert_eq!(silent, ["404.html"]);
    let hostile = node(&outputs, "articles/hostile/");
    assert_eq!(hostile["headline"], "Ends </script><script>alert(1)</script> & <b>more</b>");
}

#[test]
fn the_nodes_of_a_site_are_one_graph() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let all: Vec<(&str, Value)> =
        pages(&outputs).flat_map(|(path, html)| nodes(html).into_iter().map(move |node| (path, node))).collect();
    let own: BTreeSet<&str> = all.iter().filter_map(|(_, node)| node["@id"].as_str()).collect();
    assert!(own.len() > 30, "{own:?}");
    let mut lost = Vec::new();
    for (path, node) in &all {
        let mut found = Vec::new();
        objects(node, &mut found);
        let ids = found.iter().filter_map(|object| object.get("@id")?.as_str());
        lost.extend(ids.filter(|id| id.starts_with(HOME) && !own.contains(id)).map(|id| format!("{path}: {id}")));
    }
    assert_eq!(lost, NONE);
    for (_, node) in all.iter().filter(|(_, node)| node["@id"].is_string()) {
        let id = node["@id"].as_str().expect("a text");
        let page = id.split('#').next().expect("a part").strip_prefix(HOME).expect("a page of the site");
        assert!(outputs.contains_key(&format!("{}index.html", &page[1..])), "{id}");
    }
}

#[test]
fn nothing_is_guessed() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let ends = |event: &str| {
        let node = node(&outputs, &format!("events/{event}/"));
        (node["startDate"].as_str().map(str::to_owned), node["endDate"].as_str().map(str::to_owned))
    };
    let text = |end: &str| Some(end.to_owned());
    assert_eq!(ends("flood"), (text("2021-03-03"), text("2021-04")));
    assert_eq!(ends("breach"), (text("2021-03-03"), None));
    assert_eq!(ends("cleaning"), (text("2021-04-10"), None));
    assert_eq!(ends("warning"), (None, None));
    assert_eq!(ends("drought"), (None, None));
    let bounds = |figure: &str| {
        let node = node(&outputs, &format!("figures/{figure}/"));
        ["minValue", "value", "maxValue"].map(|bound| node.get(bound).map(|n| n.as_u64().expect("a whole number")))
    };
    assert_eq!(bounds("killed-council"), [Some(65), None, None]);
    assert_eq!(bounds("killed-owners"), [None, Some(40), None]);
    assert_eq!(bounds("killed-range"), [Some(50), Some(60), Some(70)]);
    assert_eq!(bounds("houses-most"), [None, None, Some(300)]);
    assert_eq!(node(&outputs, "figures/killed-owners/").get("observationDate"), None);
    assert_eq!(node(&outputs, "places/valley/").get("geo"), None);
}

#[test]
fn nobody_s_words_become_the_site_s() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    for (path, html) in pages(&outputs) {
        let text = written(html).concat();
        for rating in ["ClaimReview", "Rating", "reviewRating"] {
            assert!(!text.contains(rating), "{path} rates a claim");
        }
        assert!(!html.contains("SECRET") && !html.contains("secret.example"), "{path} names what is sensitive");
        assert!(!text.contains("/sources/hidden/"), "{path} leads to what is sensitive");
    }
    let claim = node(&outputs, "claims/owners-say/");
    assert_eq!(claim["@type"], "Claim");
    assert_eq!(claim["text"], "The The dam was sound & .");
    assert_eq!(claim["author"]["@id"], format!("{HOME}/actors/owners/#actor"));
    // A party's count is what the party says.
    let count = node(&outputs, "figures/killed-owners/");
    assert_eq!(count["subjectOf"]["@type"], "Claim");
    assert_eq!(count["subjectOf"]["author"]["@id"], format!("{HOME}/actors/owners/#actor"));
    assert_eq!(node(&outputs, "figures/houses-most/")["subjectOf"].get("author"), None);
}

#[test]
fn a_site_without_a_publisher_names_none() {
    let folder = site();
    put(folder.path(), &[("site.yaml", "title: T\nbase_url: https://example.org/flood/\nlanguages: [hy]\n")]);
    let outputs = build(folder.path(), &[]);
    for (path, html) in pages(&outputs) {
        let text = written(html).concat();
        assert!(!text.contains("#publisher") && !text.contains("claimInterpreter"), "{path}: {text}");
    }
    assert_eq!(node(&outputs, "")["@type"], "WebSite");
}

#[test]
fn an_address_of_the_publisher_that_leads_nowhere_is_told() {
    let folder = site();
    let yaml = "title: T\nbase_url: https://example.org/\nlanguages: [hy]\npublisher: { name: N, masthead: /abuot/ }\n";
    put(folder.path(), &[("site.yaml", yaml)]);
    let output = backgrounder(folder.path(), &["check"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("broken-link") && told.contains("/abuot/") && told.contains("did you mean `/about/`?"),
        "{told}"
    );
    assert!(told.contains("site.yaml:4"), "{told}");
    put(folder.path(), &[("site.yaml", &yaml.replace("/abuot/", "people.html"))]);
    let output = backgrounder(folder.path(), &["check"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("a URL, or a path of the site that begins with `/`"));
}

#[test]
fn a_page_is_in_its_language() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let article = node(&outputs, "hy/articles/story/");
    assert_eq!((&article["inLanguage"], &article["headline"]), (&"hy".into(), &"Պատնեշը".into()));
    let html = &outputs["hy/articles/story/index.html"];
    assert!(html.contains("<html lang=\"hy\">"), "{html}");
    assert!(html.contains("<meta property=\"og:type\" content=\"article\">"), "{html}");
    assert_eq!(article["datePublished"], "2021-03-04");
}

#[test]
fn what_can_be_embedded_is_found_from_its_page() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let embeds: Vec<&str> = outputs.keys().filter_map(|path| path.strip_suffix("embed/index.html")).collect();
    let shown = [
        "early/",
        "events/breach/",
        "figures/houses-most/",
        "figures/killed-council/",
        "figures/killed-owners/",
        "figures/killed-range/",
        "timeline/",
    ];
    assert_eq!(embeds, shown);
    for page in shown {
        let html = &outputs[&format!("{page}index.html")];
        let told = format!("{HOME}/{page}oembed.json");
        assert!(html.contains("type=\"application/json+oembed\"") && html.contains(&told), "{page}");
        let oembed: Value = serde_json::from_str(&outputs[&format!("{page}oembed.json")]).expect("oEmbed is JSON");
        for (key, value) in [("version", "1.0"), ("type", "rich"), ("provider_name", "The flood, explained")] {
            assert_eq!(oembed[key], value, "{page}");
        }
        assert_eq!(oembed["provider_url"], format!("{HOME}/"));
        assert!(oembed["width"].as_u64() >= Some(300) && oembed["height"].as_u64() > Some(150), "{page}: {oembed}");
        let frame = oembed["html"].as_str().expect("HTML");
        for part in [
            &format!("<iframe src=\"{HOME}/{page}embed/\""),
            " title=\"",
            " loading=\"lazy\"",
            " sandbox=\"allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation\"",
        ] {
            assert!(frame.contains(part), "{page}: {frame}");
        }
        // What the page offers to copy is the same.
        assert!(html.contains("<details class=\"embed-this\">"), "{page}");
        assert!(backgrounder::html::plain(html).contains(&format!("src=\"{HOME}/{page}embed/\"")), "{page}");
    }
    for (path, html) in pages(&outputs) {
        let page = path.trim_end_matches("index.html");
        assert_eq!(html.contains("json+oembed"), shown.contains(&page), "{path}");
    }
}

#[test]
fn an_embed_is_bare_and_leads_to_its_page() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    let mut seen = 0;
    for (path, html) in pages(&outputs).filter(|(path, _)| is_embed(path)) {
        seen += 1;
        let page = path.trim_end_matches("embed/index.html");
        for absent in ["<script", "<nav", "<header", " style=", " onclick", "http-equiv=\"refresh"] {
            assert!(!html.contains(absent), "{path} has {absent}");
        }
        for part in [
            "<meta name=\"robots\" content=\"noindex\">",
            "<base target=\"_top\">",
            &format!("<link rel=\"canonical\" href=\"{HOME}/{page}\">"),
            &format!("<h1><a href=\"/flood/{page}\" target=\"_top\" rel=\"noopener\">"),
            "The flood, explained",
        ] {
            assert!(html.contains(part), "{path} lacks {part}\n{html}");
        }
        let addresses = [" href=\"", " src=\""].into_iter().flat_map(|name| html.split(name).skip(1));
        for address in addresses.filter_map(|rest| rest.split('"').next()) {
            assert!(address.starts_with("/flood/") || address.starts_with(HOME), "{path} leads to {address}");
        }
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1, "{path}");
    }
    assert_eq!(seen, 7);
    let figure = backgrounder::html::plain(&outputs["figures/killed-council/embed/index.html"]);
    for words in ["at least 65", "the council", "as of 20 March 2021", "The paper 2021"] {
        assert!(figure.to_lowercase().contains(&words.to_lowercase()), "{words}: {figure}");
    }
    let event = &outputs["events/breach/embed/index.html"];
    assert!(event.contains("<figure class=\"chart\">") && event.contains("#event-figures"), "{event}");
    let timeline = backgrounder::html::plain(&outputs["timeline/embed/index.html"]);
    assert!(timeline.contains("The breach") && !timeline.contains("A warning"), "{timeline}");
    assert!(timeline.contains("All 5 events") && timeline.contains("as of 1 May 2021"), "{timeline}");
}

#[test]
fn an_embed_is_for_other_sites_alone() {
    let folder = site();
    let outputs = build(folder.path(), &[]);
    for path in ["sitemap.xml", "atom.xml", "feed.json", "articles/atom.xml"] {
        assert!(!outputs[path].contains("/embed/"), "{path}");
    }
}

#[test]
fn a_page_that_only_its_embed_leads_to_is_one_that_nothing_leads_to() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(
        folder.path(),
        &[
            ("content/apart/lonely.md", "---\ntitle: Lonely\nkind: timeline\n---\n"),
            // Nor are there the lists of all there is on the pages for what is not there and for searching.
            ("site.yaml", "title: Small\nbase_url: https://example.org\nsearch: false\ndata: { publish: false }\n"),
            ("templates/404.html", "{% extends \"base.html\" %}"),
            (
                "templates/base.html",
                "<!doctype html><title>{{ page.title }}</title>{% block sheet %}{% endblock sheet %}{% block head %}{% endblock head %}{% block main %}{% endblock main %}{% block scripts %}{% endblock scripts %}",
            ),
            (
                "templates/index.html",
                "{% extends \"base.html\" %}{% block main %}{{ page.content }}{% endblock main %}",
            ),
        ],
    );
    let output = backgrounder(folder.path(), &["check", "--rule", "orphan-page"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("content/apart/lonely.md"), "{told}");
}

#[test]
fn embeds_can_be_switched_off() {
    let folder = site();
    let yaml = std::fs::read_to_string(folder.path().join("site.yaml")).expect("reads");
    put(folder.path(), &[("site.yaml", &format!("{yaml}embeds: false\n"))]);
    let outputs = build(folder.path(), &[]);
    let left = outputs.iter().filter(|(path, text)| path.contains("embed") || text.contains("oembed.json"));
    assert_eq!(
        left.map(|(path, _)| path).filter(|path| !path.starts_with("assets/")).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert!(pages(&outputs).all(|(_, html)| !html.contains("embed-this")));
}

#[test]
fn what_came_later_is_not_embedded() {
    let folder = site();
    let outputs = build(folder.path(), &["--as-of", "2021-03-21"]);
    // One count was known by then.
    assert!(!outputs.contains_key("events/breach/embed/index.html"));
    assert!(!outputs.contains_key("figures/killed-range/embed/index.html"));
    let embed = backgrounder::html::plain(&outputs["figures/killed-council/embed/index.html"]);
    assert!(embed.contains("As of 21 March 2021."), "{embed}");
    let story = node(&outputs, "articles/story/");
    assert_eq!(story["about"]["@id"], format!("{HOME}/events/breach/#event"));
}

#[test]
fn a_search_and_downloads_are_named_where_they_are() {
    let folder = site();
    let yaml = std::fs::read_to_string(folder.path().join("site.yaml")).expect("reads");
    put(folder.path(), &[("site.yaml", &format!("{yaml}search: false\n"))]);
    let outputs = build(folder.path(), &[]);
    assert_eq!(node(&outputs, "").get("potentialAction"), None);
    assert_eq!(node(&outputs, "timeline/")["temporalCoverage"], "2020/..");
    assert_eq!(node(&outputs, "casualties/")["temporalCoverage"], "2021/2021");
    put(folder.path(), &[("content/search.md", "---\ntitle: Search\n---\n")]);
    let outputs = build(folder.path(), &[]);
    let target = &node(&outputs, "")["potentialAction"]["target"]["urlTemplate"];
    assert_eq!(*target, format!("{HOME}/search/?q={{search_term_string}}"));
}
