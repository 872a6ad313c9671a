//! A timeline that is too long for one page is cut into years.

mod common;

use common::{backgrounder, put};
use std::fmt::Write as _;
use std::fs;

/// Events in three years: 300 in 2019, 800 in 2020, and one of which nobody knows when it began.
fn facts() -> String {
    let mut text = String::from(
        "sources:\n  paper: { type: report, title: Paper, date: 2022-01-01, url: 'https://example.com/paper', archive: { url: 'https://example.com/copy', date: 2022-01-02 } }\nevents:\n",
    );
    for (year, count) in [(2019, 300), (2020, 800)] {
        for n in 0..count {
            let (month, day) = (n % 12 + 1, n % 28 + 1);
            let importance = if n == 0 { 1 } else { 3 };
            let _ = writeln!(
                text,
                "  event-{year}-{n}: {{ title: Event {n} of {year}, date: {year}-{month:02}-{day:02}, importance: {importance}, sources: [paper] }}"
            );
        }
    }
    text + "  open: { title: The open one, date: ../2018-05, sources: [paper] }\n"
}

#[test]
fn a_long_timeline_has_a_page_for_each_year_and_a_short_one_has_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    put(
        root,
        &[
            ("site.yaml", "title: Years\nbase_url: https://example.org/\ncards: false\nsearch: false\n"),
            ("content/_index.md", "---\ntitle: Home\n---\n[[timeline]] [[short]]\n"),
            ("content/timeline.md", "---\ntitle: Timeline\nkind: timeline\n---\nAll of it.\n"),
            (
                "content/short.md",
                "---\ntitle: Main\nkind: timeline\nfilter: { importance: 1 }\n---\nThe main events.\n",
            ),
            ("content/facts/all.yaml", &facts()),
        ],
    );
    let output = backgrounder(root, &["build", "--deny", "warnings"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = |path: &str| fs::read_to_string(root.join("public").join(path)).expect("the page is there");
    let events = |text: &str| text.matches("id=\"event-").count();

    let first = page("timeline/index.html");
    for (url, count) in
        [("/timeline/undated/", 1), ("/timeline/2019/", 300), ("/timeline/2020/", 500), ("/timeline/2020/page/2/", 300)]
    {
        assert!(first.contains(&format!("href=\"{url}\"")), "{url} is not led to");
        let own = page(&format!("{}index.html", url.trim_start_matches('/')));
        assert_eq!(events(&own), count, "{url}");
        assert!(own.contains(&format!("<link rel=\"canonical\" href=\"https://example.org{url}\">")), "{url}");
        assert!(own.contains("href=\"/timeline/\""), "{url} does not lead back");
    }
    assert_eq!(events(&first), 2, "the first page shows the main events");
    assert!(first.contains("1101 events."), "the density counts all");
    assert!(page("timeline/2019/index.html").contains("href=\"/timeline/2020/\""), "a year leads to the next");
    assert!(page("sitemap.xml").contains("https://example.org/timeline/2020/page/2/"));

    assert_eq!(events(&page("short/index.html")), 2);
    assert!(!root.join("public/short/2019").exists());
    let largest = walkdir::WalkDir::new(root.join("public")).into_iter().flatten();
    let largest = largest.filter(|item| item.file_name().to_string_lossy().ends_with(".html"));
    let largest = largest.filter_map(|item| item.metadata().ok()).map(|meta| meta.len()).max();
    assert!(largest < Some(1_000_000), "{largest:?}");
}
