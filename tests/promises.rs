//! What the model promises of whole outputs: what is sensitive is in none, what is missing leaves no trace, every
//! field can be printed, and seen from a day nothing later is there.

mod common;

use backgrounder::facts::Fact;
use backgrounder::kind::Kind;
use common::{NONE, backgrounder, outputs, put, repository};
use std::collections::BTreeMap;
use std::path::Path;

const QUIET: &str = "rules: { orphan-page: off, unanswered-claim: off, source-undated: off, source-unarchived: off }\n";

/// A site with the facts of `tests/promises/NAME.yaml`, the built-in theme, and these pages.
fn site(root: &Path, name: &str, pages: &[(&str, &str)]) {
    let facts = std::fs::read_to_string(repository().join(format!("tests/promises/{name}.yaml"))).expect("facts");
    let config = format!("title: T\nbase_url: https://example.org\nauthor: Desk\n{QUIET}");
    put(
        root,
        &[("site.yaml", &config), ("content/facts/all.yaml", &facts), ("content/_index.md", "---\ntitle: Home\n---\n")],
    );
    put(root, &[("content/map.png", "not looked at")]);
    put(root, pages);
}

/// A site of an article and the facts that it tells.
fn told(facts: &str, article: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(
        folder.path(),
        &[
            ("site.yaml", &format!("title: T\nbase_url: https://example.org\n{QUIET}")),
            ("content/_index.md", "---\ntitle: Home\n---\n"),
            ("content/facts/all.yaml", facts),
            ("content/articles/_index.md", "---\ntitle: Articles\nkind: article\n---\n"),
            ("content/articles/story.md", article),
        ],
    );
    folder
}

fn build(root: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let output = backgrounder(root, &[&["build"], arguments].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let texts = outputs(&root.join("public")).into_iter();
    texts.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

const EVERYTHING: &str = "---\ntitle: All\ndate: 2021-01-01\nsources: [{ id: secretid-witness, locator: SECRETLOC6 }, paper]
corrections: [{ date: 2021-02-01, text: \"It was said by [[secretid-witness]].\", figure: whole }]\n---

[[secretid-witness]] [[secretid-witness|somebody]] [@secretid-witness, SECRETLOC7] [@paper] [[whole]] [[whole.note]] [[war.summary]]

{{<timeline />}}\n\n{{<figures />}}\n\n{{<claims about=\"war\" />}}\n\n{{<sources />}}\n\n{{<figure-chart event=\"war\" />}}\n\n{{<map />}}\n";

#[test]
fn what_is_sensitive_is_in_no_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let views = ["timeline", "figures", "claims"]
        .map(|kind| (format!("content/{kind}.md"), format!("---\ntitle: V\nkind: {kind}\n---\n")));
    let views: Vec<(&str, &str)> = views.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    site(folder.path(), "full", &views);
    put(
        folder.path(),
        &[
            ("content/articles/_index.md", "---\ntitle: A\nkind: article\n---\n"),
            ("content/articles/all.md", EVERYTHING),
        ],
    );
    let mut texts = build(folder.path(), &[]);
    texts.extend(
        build(folder.path(), &["--as-of", "2020-12-20"])
            .into_iter()
            .map(|(path, text)| (format!("as of: {path}"), text)),
    );
    for arguments in [
        &["list", "facts"][..],
        &["list", "facts", "--format", "json"],
        &["export", "sources"],
        &["export", "sources", "--format", "bibtex"],
    ] {
        let output = backgrounder(folder.path(), arguments);
        texts.insert(arguments.join(" "), String::from_utf8_lossy(&output.stdout).into_owned());
    }
    assert!(texts.len() > 60, "{}", texts.len());
    let leaks: Vec<_> = texts
        .iter()
        .filter(|(_, text)| text.to_lowercase().contains("secret"))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(leaks, NONE);
}

/// Its id in other letters, in headings, as a draft, in a file of its own with others beside it, and on days before it was there.
#[test]
fn what_is_sensitive_is_in_no_output_however_it_is_named() {
    let facts = "sources:
  secret-memo: { type: report, title: The Secret File, sensitive: true, date: 2022 }
  open-one: { type: report, title: Open, publisher: P, url: https://example.com/r, date: 2022 }
actors:
  ministry: { name: Ministry, type: government }
events:
  ev: { title: Event, date: 2020-05-01, sources: [open-one, { id: Secret-Memo, locator: p. 77 SECRETLOC, quote: SECRETWORDS }, { id: hidden-secret, locator: SECRETLOC, quote: SECRETWORDS }] }
figures:
  fig: { measure: killed, scope: { event: ev }, low: 5, as_of: 2020-06, attribution: { counted_by: Secret-Memo }, sources: [Secret-Memo, open-one] }
  more: { measure: killed, scope: { event: ev }, low: 6, as_of: 2020-06, attribution: { counted_by: SECRET-memo, reported_by: Secret-memo }, history: [{ date: 2020-05-02, low: 2, source: Secret-Memo }], sources: [open-one] }
claims:
  cl: { author: ministry, stance: asserts, text: A, quote: { exact: Words out of the SECRETFILE, locator: SECRETLOC }, date: 2020-06, about: [ev], first_appearance: Secret-Memo }
";
    let page = "---\ntitle: D\n---\n\n## What [[secret-memo]] says\n\n## [[Secret-Memo]]\n\n## And [[hidden-secret]] {#what}\n\n[[files/hidden-secret]] [[files/hidden-secret.title]] [[ev]] [[fig]] [[more]]\n\n{{<figure-chart event=\"ev\" />}}\n\n{{<figures />}}\n\n{{<claims />}}\n";
    let hidden = "---\ntype: report\ntitle: Hidden Secret\nsensitive: true\nDRAFTdate: 2022\n---\n";
    for draft in ["", "draft: true\n"] {
        let folder = tempfile::tempdir().expect("a folder");
        put(
            folder.path(),
            &[
                (
                    "site.yaml",
                    "title: T\nbase_url: https://example.org\nrules: { orphan-page: off, left-out: off, dangling-reference: warning, broken-link: warning }\n",
                ),
                ("content/_index.md", "---\ntitle: Home\n---\n"),
                ("content/facts/all.yaml", facts),
                ("content/d.md", page),
                ("content/files/_index.md", "---\ntitle: Files\nkind: source\n---\n"),
                ("content/files/hidden-secret.md", &hidden.replace("DRAFT", draft)),
                ("content/files/hidden-secret/scan.pdf", "a scan"),
                ("content/files/hidden-secret.pdf", "a scan"),
                ("content/e.md", "---\ntitle: E\n---\n\n[x](files/hidden-secret.md)\n"),
            ],
        );
        for arguments in [&[][..], &["--as-of", "2021-02-02"]] {
            let texts = build(folder.path(), arguments);
            assert!(texts.keys().any(|path| path.ends_with("events/ev/index.html")), "{:?}", texts.keys());
            let leaks: Vec<String> = texts
                .iter()
                .filter(|(path, text)| path.contains("secret") || text.to_lowercase().contains("secret"))
                .map(|(path, text)| {
                    let at = text.to_lowercase().find("secret").unwrap_or_default();
                    format!(
                        "{path}: {:?}",
                        text.chars().skip(text[..at].chars().count().saturating_sub(60)).take(120).collect::<String>()
                    )
                })
                .collect();
            assert_eq!(leaks, NONE, "{arguments:?} {draft}");
        }
    }
}

/// What search engines, feeds and other programs are told of a page is plain text, without the links that stand in the page.
#[test]
fn what_plain_text_prints_of_others_keeps_who_bears_it() {
    let facts = "sources:
  paper: { type: report, title: Paper, publisher: P, url: https://example.com/r, date: 2020 }
actors:
  army: { name: Army, type: state-forces }
events:
  raid: { title: Raid, date: 2020-05, summary: \"They shot [[dead.low]] and more.\", sources: [{ id: paper, locator: p. 4, quote: They fell }] }
figures:
  all: { measure: killed, scope: { event: raid }, low: 7, best: 9, qualifier: more-than, as_of: 2020-05, attribution: { counted_by: army }, sources: [paper] }
  dead: { measure: killed, scope: { event: raid, status: civilian }, part_of: all, low: 5, as_of: 2020-06/2020-07, attribution: { counted_by: army }, sources: [paper] }
claims:
  no-raid: { author: army, stance: denies, text: \"It saw [[dead]] bodies.\", date: 2020-05-11, about: [raid], first_appearance: paper, figures: [dead] }
";
    let story = "---
title: Story
date: 2021-01-01
corrections: [{ date: 2021-02-01, text: \"It was [[dead]].\" }]
---

Of [[dead]] people the army speaks, of [[all|more than seven]]. [[no-raid.text]] Again [[dead]], in [[dead.part_of.printed]], as [[no-raid]] has it.
“[[raid.sources.0.quote]]”.
";
    let folder = told(facts, story);
    let texts = build(folder.path(), &["--future"]);
    let lead = "Of at least 5 people the army speaks, of more than seven. It saw at least 5 bodies. Again at least 5, in Killed: Raid, counted by Army, \
                as Denial by Army, 11 May 2020 has it. “They fell”. [at least 5, June – July 2020, counted by Army; more than 7, as of May 2020, \
                counted by Army; said by Army, 11 May 2020; in the words of Paper]";
    let story = &texts["articles/story/index.html"];
    assert!(story.contains(&format!("<meta name=\"description\" content=\"{lead}\">")), "{story}");
    assert!(story.contains(&format!("\"description\":\"{lead}\"")), "{story}");
    assert!(
        story.contains("\"text\":\"It was at least 5. [at least 5, June – July 2020, counted by Army]\""),
        "{story}"
    );
    assert!(story.contains("in Killed: Raid, counted by Army, as"), "{story}");
    // A link in a link would be none.
    assert!(story.contains("It saw <a href=\"/figures/dead/\">at least 5</a> bodies. (<a href=\"/claims/no-raid/\">Denial by Army, 11 May 2020</a>)"), "{story}");
    for feed in ["atom.xml", "feed.json"] {
        assert!(texts[feed].contains(lead), "{}", texts[feed]);
    }
    let raid = &texts["events/raid/index.html"];
    assert!(raid.contains("content=\"They shot 5 and more. [at least 5, June"), "{raid}");
    // "More than 7" is no 9, and no 7.
    let all = &texts["figures/all/index.html"];
    assert!(all.contains("\"minValue\":7,") && !all.contains("\"value\":"), "{all}");
    assert!(all.contains(": at least 5, as of June – July 2020</dd>"), "{all}");
    let claim = &texts["claims/no-raid/index.html"];
    assert!(claim.contains(": at least 5, as of June – July 2020</dd>"), "{claim}");
}

/// Beside an article stand the counts of its events, each with its event and unit, and none that another has replaced.
#[test]
fn key_facts_are_of_their_event_and_not_replaced() {
    let facts = "sources:
  paper: { type: report, title: Paper, publisher: P, url: https://example.com/r, date: 2021 }
actors:
  army: { name: Army, type: state-forces }
events:
  raid: { title: The raid, date: 2020-05-01, sources: [paper] }
  flood: { title: The flood, date: 2020-06-01, sources: [paper] }
figures:
  old: { measure: killed, scope: { event: raid }, best: 903, as_of: 2020-05-02, attribution: { counted_by: army }, sources: [paper] }
  new: { measure: killed, scope: { event: raid }, best: 904, supersedes: old, as_of: 2020-05-03, attribution: { counted_by: army }, sources: [paper] }
  herd: { measure: killed, unit: cattle, scope: { event: flood }, best: 905, as_of: 2020-06-03, attribution: { counted_by: army }, sources: [paper] }
";
    let folder = told(facts, "---\ntitle: Story\ndate: 2021-01-01\nabout: [raid, flood]\n---\n\nText.\n");
    let texts = build(folder.path(), &[]);
    let story = &texts["articles/story/index.html"];
    let start = story.find("id=\"page-keyfacts\"").expect("there are key facts");
    let beside = &story[start..start + story[start..].find("</section>").expect("they end")];
    assert!(beside.contains(">904</a> ") && !beside.contains("903"), "{beside}");
    assert!(beside.contains(">905</a> cattle ") && beside.matches(">The flood</a>").count() == 2, "{beside}");
}

#[test]
fn missing_fields_leave_nothing_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "---\ntitle: All\n---\n\n[[toll]] [[war]] [@paper]\n\n{{<timeline />}}\n\n{{<figures />}}\n\n{{<claims about=\"war\" />}}\n\n{{<figure-chart />}}\n\n{{<map />}}\n";
    site(folder.path(), "minimal", &[("content/all.md", page)]);
    let texts = build(folder.path(), &[]);
    let pages = texts.iter().filter(|(path, _)| path.ends_with(".html"));
    let mut seen = 0;
    for (path, html) in pages {
        seen += 1;
        let text = backgrounder::html::plain(html);
        for left in ["undefined", "()", "( )", "[]", " ,", ",,", ", ,", ";;", ": .", ": ,", " .", "none", "None"] {
            let at = text.find(left).map(|at| text[..at].chars().rev().take(60).collect::<String>());
            let before: Option<String> = at.map(|before| before.chars().rev().collect());
            assert_eq!(before, None, "{path} has `{left}` behind this");
        }
        for empty in ["<dd></dd>", "<li></li>", "<p></p>", "<td></td>", "<h2></h2>", "<caption></caption>", "<dt></dt>"]
        {
            assert!(!html.contains(empty), "{path} has an empty {empty}");
        }
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn every_field_of_every_kind_can_be_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ids = [
        ("event", "war"),
        ("figure", "whole"),
        ("claim", "first"),
        ("actor", "army"),
        ("place", "town"),
        ("source", "paper"),
        ("term", "front"),
    ];
    let mut lines = Vec::new();
    for (kind, id) in ids {
        for field in Fact::fields(Kind::named(kind).expect("a kind")) {
            let id = match (id, field.key) {
                ("war", "part_of" | "ends") => "strike",
                ("whole", "qualifier") => "other",
                ("whole", "part_of" | "supersedes") => "part",
                ("first", "responds_to" | "quote") => "second",
                (_, "sensitive") => continue,
                (id, _) => id,
            };
            lines.push(format!("- {id}.{}: [[{id}.{}]]!", field.key, field.key));
        }
    }
    assert!(lines.len() > 80, "{}", lines.len());
    site(folder.path(), "full", &[("content/all.md", &format!("---\ntitle: All\n---\n\n{}\n", lines.join("\n")))]);
    let html = build(folder.path(), &[])["all/index.html"].clone();
    let text = backgrounder::html::plain(&html.replace("</li>", "⏎</li>"));
    let printed: Vec<&str> = text.split('⏎').filter(|line| line.ends_with('!')).collect();
    assert_eq!(printed.len(), lines.len());
    for line in printed {
        assert!(!line.ends_with(": !") && !line.contains("undefined"), "{line}");
    }
}
