//! A site as it could be known on a day: nothing later is in it, and what was known is.
//!
//! `tests/as_of/site/` is a site whose texts bear marks: `m0420` says from which day of 2021 on the words around it
//! could be known. What its main pages say on three days stands in `tests/as_of/*.snap`;
//! `INSTA_UPDATE=always cargo test --test as_of` writes it anew, to be read before it is kept.

mod common;

use backgrounder::date::Day;
use common::{NONE, backgrounder, copy, put, repository};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// A day to look from, and the last mark that is known then.
const DAYS: [(&str, &str); 3] = [("2021-03-03", "m0303"), ("2021-04-10", "m0410"), ("2021-12-31", "m9999")];

/// The pages that the snapshots hold.
const MAIN: [&str; 13] = [
    "index.html",
    "background/how-it-went/index.html",
    "articles/index.html",
    "articles/begin/index.html",
    "timeline/index.html",
    "after/index.html",
    "figures/index.html",
    "claims/index.html",
    "corrections/index.html",
    "events/strike/index.html",
    "figures/injured-council/index.html",
    "claims/claim-owners-calm/index.html",
    "sources/index.html",
];

#[test]
fn three_days_of_a_site() {
    for (day, _) in DAYS {
        let folder = site();
        let mut told = String::new();
        for arguments in [&["list", "later", "--as-of", day][..], &["check", "--as-of", day, "--deny", "warnings"]] {
            let output = backgrounder(folder.path(), arguments);
            let said =
                [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
            let _ = writeln!(told, "$ backgrounder {}\n{}\n{said}", arguments.join(" "), output.status);
        }
        let outputs = build(folder.path(), &["--as-of", day]);
        for path in MAIN {
            let _ = match outputs.get(path) {
                Some(html) => writeln!(told, "=== {path}\n{}", words(html).join("\n")),
                None => writeln!(told, "=== {path}: there is none"),
            };
        }
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(repository().join("tests/as_of"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(day, told));
    }
}

#[test]
fn no_output_bears_a_later_mark() {
    for (day, last) in DAYS {
        let outputs = build(site().path(), &["--as-of", day]);
        let found: BTreeSet<String> = outputs.values().flat_map(|text| marks(text)).collect();
        let later: Vec<_> = found.iter().filter(|mark| mark.as_str() > last).collect();
        assert_eq!(later, NONE, "{day}");
        let known = ["m0220", "m0301", "m0302", "m0304", "m0305", "m0306", "m0402", "m0415", "m0420", "m0601", "m0602"];
        let missing: Vec<_> = known.into_iter().filter(|mark| *mark <= last && !found.contains(*mark)).collect();
        assert_eq!(missing, NONE, "{day}");
    }
}

#[test]
fn every_page_says_from_which_day_it_is_seen() {
    let outputs = build(site().path(), &["--as-of", "2021-04-10"]);
    let pages = || outputs.iter().filter(|(path, _)| path.ends_with(".html"));
    assert!(pages().count() > 30, "{}", pages().count());
    let silent: Vec<&String> =
        pages().filter(|(_, html)| !html.contains("As of 10 April 2021.")).map(|(path, _)| path).collect();
    assert_eq!(silent, NONE);
}

#[test]
fn seen_from_a_day_after_everything_it_is_the_site_itself() {
    let folder = site();
    let later = build(folder.path(), &["--as-of", "2023-12-31"]);
    assert_eq!(unlike(&build(folder.path(), &[]), &later), NONE);
}

/// A fact that a random site holds, and the day from which it can be known, counted from the first of 2021.
#[derive(Debug, Clone, Copy)]
enum Dated {
    Event(i64),
    Figure { was: i64, is: i64 },
    Claim(i64),
    Article(i64),
}

#[test]
fn the_next_day_is_known_where_a_source_of_the_day_tells_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let facts = "events:
  attack: { title: The attack, date: 2022-09-13, sources: [abroad] }
  truce: { title: The truce, date: 2022-09-14, sources: [late] }
sources:
  abroad: { type: webpage, title: Written where it was still the 12th, date: 2022-09-12 }
  late: { type: webpage, title: Late, date: 2022-09-14 }
";
    put(
        folder.path(),
        &[
            (
                "site.yaml",
                "title: T\nbase_url: https://example.org\nrules: { source-undated: off, source-unarchived: off }\n",
            ),
            ("content/_index.md", "---\ntitle: Home\n---\n\nThe [[attack]].\n"),
            ("content/facts/all.yaml", facts),
        ],
    );
    let known = |day: &str| -> Vec<bool> {
        let outputs = build(folder.path(), &["--as-of", day]);
        ["attack", "truce"].iter().map(|id| outputs.contains_key(&format!("events/{id}/index.html"))).collect()
    };
    assert_eq!(known("2022-09-11"), [false, false]);
    assert_eq!(known("2022-09-12"), [true, false]);
    assert_eq!(known("2022-09-13"), [true, false]);
    assert_eq!(known("2022-09-14"), [true, true]);
}

fn dated() -> impl Strategy<Value = Dated> {
    let day = || 0..300_i64;
    prop_oneof![
        day().prop_map(Dated::Event),
        (day(), 2..60_i64).prop_map(|(was, after)| Dated::Figure { was, is: was + after }),
        day().prop_map(Dated::Claim),
        day().prop_map(Dated::Article),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_dated_later_is_in_no_output(
        facts in prop::collection::vec(dated(), 1..9),
        day in 0..360_i64,
        near in prop::option::of((0..9_usize, -2..2_i64)),
    ) {
        // Most days are far from every fact: some are taken from close by.
        let day = near.and_then(|(i, by)| Some((first_day(facts.get(i)?) + by).max(0))).unwrap_or(day);
        let folder = tempfile::tempdir().expect("a folder");
        lay(folder.path(), &facts);
        let plain = build(folder.path(), &[]);
        let seen = build(folder.path(), &["--as-of", &date(day)]);
        let found = |outputs: &BTreeMap<String, String>, mark: &str| outputs.values().any(|text| text.contains(mark));
        for (i, fact) in facts.iter().enumerate() {
            for (mark, from) in marks_of(i, *fact) {
                prop_assert!(found(&plain, &mark), "{mark} is not in the plain build");
                prop_assert_eq!(found(&seen, &mark), from <= day, "{} from {}, on {}", mark, date(from), date(day));
            }
        }
        let after = build(folder.path(), &["--as-of", "2023-12-31"]);
        prop_assert_eq!(unlike(&plain, &after), NONE);
    }
}

fn first_day(fact: &Dated) -> i64 {
    match *fact {
        Dated::Event(day) | Dated::Claim(day) | Dated::Article(day) | Dated::Figure { was: day, .. } => day,
    }
}

/// The marks that a fact bears, each with the day from which it is known.
fn marks_of(i: usize, fact: Dated) -> Vec<(String, i64)> {
    let (first, last) = match fact {
        Dated::Event(day) | Dated::Claim(day) | Dated::Article(day) => (day, day),
        Dated::Figure { was, is } => (was, is),
    };
    let mut marks = vec![(format!("mark{i}x"), first), (format!("deep{i}x"), last), (format!("Read{i}x"), first)];
    if matches!(fact, Dated::Figure { .. }) {
        // No numbers that an axis could have.
        let values = [(format!("6,{i:02}3"), first), (format!("7,{i:02}3"), last)];
        marks.push((format!("Late{i}x"), last));
        marks.extend(values);
    }
    marks
}

fn date(day: i64) -> String {
    let first = Day::from(jiff::civil::date(2021, 1, 1));
    first.plus_days(day).to_string()
}

/// A site of such facts. Each has a source of its own, of its own day, and the home page names each in words of its own.
fn lay(root: &Path, facts: &[Dated]) {
    let (mut events, mut figures, mut claims) = (String::new(), String::new(), String::new());
    let mut sources = "sources:\n  old: { type: report, title: Old, date: 2020-01-01 }\n".to_owned();
    let mut home = "---\ntitle: Home\n---\n\nSee [[base]].\n".to_owned();
    for (i, fact) in facts.iter().enumerate() {
        let day = date(first_day(fact));
        let (id, source) = (format!("fact{i}"), format!("source{i}"));
        let _ = writeln!(home, "\nThen [[{id}|something]] and [[{id}|more *of it*]].");
        let _ = writeln!(sources, "  {source}: {{ type: report, title: Read{i}x, date: {day} }}");
        if let Dated::Figure { is, .. } = fact {
            let _ = writeln!(sources, "  late{i}: {{ type: report, title: Late{i}x, date: {} }}", date(*is));
        }
        let _ = match *fact {
            Dated::Event(_) => writeln!(
                events,
                "  {id}: {{ title: Event mark{i}x, date: {day}, part_of: base, summary: So deep{i}x., sources: [{source}] }}"
            ),
            Dated::Figure { is, .. } => writeln!(
                figures,
                "  {id}: {{ measure: killed, scope: {{ event: base }}, best: 7{i:02}3, as_of: {}, attribution: {{ counted_by: army }}, includes: Those of mark{i}x., episode: e{i}, note: Since deep{i}x., history: [{{ date: {day}, best: 6{i:02}3, source: {source} }}], sources: [late{i}] }}",
                date(is)
            ),
            Dated::Claim(_) => writeln!(
                claims,
                "  {id}: {{ author: army, stance: asserts, text: They say mark{i}x and deep{i}x., date: {day}, about: [base], first_appearance: {source} }}"
            ),
            Dated::Article(_) => {
                let text = format!("---\ntitle: Article mark{i}x\ndate: {day}\n---\n\nIt says deep{i}x.\n");
                put(root, &[(&format!("content/articles/{id}.md"), &text)]);
                Ok(())
            }
        };
    }
    let facts = format!(
        "events:\n  base: {{ title: Base, date: 2020-01-01/.., sources: [old] }}\n{events}figures:\n{figures}claims:\n{claims}actors:\n  army: {{ name: Army }}\n{sources}"
    );
    let rules = "{ orphan-page: off, unanswered-claim: off, source-unarchived: off, series-falls: off }";
    put(
        root,
        &[
            ("site.yaml", &format!("title: T\nbase_url: https://example.org\nrules: {rules}\n")),
            ("content/_index.md", &home),
            ("content/articles/_index.md", "---\ntitle: Articles\nkind: article\n---\n"),
            ("content/timeline.md", "---\ntitle: Timeline\nkind: timeline\n---\n"),
            ("content/facts/all.yaml", &facts),
        ],
    );
}

/// The site of `tests/as_of/site/` in a folder of its own.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository().join("tests/as_of/site"), folder.path());
    folder
}

fn build(root: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let to = tempfile::tempdir().expect("a folder");
    let public = to.path().join("public");
    let into = ["build", "--quiet", "--output-dir", public.to_str().expect("a path in UTF-8")];
    let output = backgrounder(root, &[&into, arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let texts = common::outputs(&public).into_iter();
    texts.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

/// The paths of outputs that differ by more than the banner.
fn unlike(plain: &BTreeMap<String, String>, seen: &BTreeMap<String, String>) -> Vec<String> {
    let paths: BTreeSet<&String> = plain.keys().chain(seen.keys()).collect();
    let without = |text: &String| {
        let (before, rest) = text.split_once("<p class=\"as-of\"")?;
        let (_, after) = rest.split_once("</p>\n")?;
        Some(format!("{before}{after}"))
    };
    let same = |path: &&String| match (plain.get(*path), seen.get(*path)) {
        (Some(plain), Some(seen)) => *plain == without(seen).unwrap_or_else(|| seen.clone()),
        _ => false,
    };
    paths.into_iter().filter(|path| !same(path)).cloned().collect()
}

/// What a page says in its main part, but for its drawings: a line for each block.
fn words(html: &str) -> Vec<String> {
    let main = html.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).map_or(html, |(main, _)| main);
    let (before, drawings) = main.split_once("<svg").unwrap_or((main, ""));
    let undrawn = drawings.split("<svg").map(|part| part.rsplit_once("</svg>").map_or("", |(_, rest)| rest));
    let mut text = format!("<main{before}{}", undrawn.collect::<String>());
    for block in
        ["</p>", "</li>", "</h1>", "</h2>", "</h3>", "</h4>", "</tr>", "</caption>", "</dt>", "</dd>", "</figcaption>"]
    {
        text = text.replace(block, &format!("⏎{block}"));
    }
    let text = text.replace("</td>", " </td>").replace("</th>", " </th>");
    let plain = backgrounder::html::plain(&text);
    plain.split('⏎').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The marks in a text: `m` and four digits.
fn marks(text: &str) -> Vec<String> {
    let starts = text.match_indices('m').map(|(at, _)| at);
    starts
        .filter_map(|at| text.get(at..at + 5))
        .filter(|mark| mark[1..].bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}
