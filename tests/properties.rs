//! Properties that hold for every site: random ones, built in folders of their own.

mod common;

use common::{NONE, backgrounder, different, outputs, put};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A random small site: files below its root.
fn site() -> impl Strategy<Value = BTreeMap<String, String>> {
    let line = prop::sample::select(vec![
        "Plain words.",
        "See [[war]] and [[war.date]].",
        "At [[town|the town]] [@paper, p. 2].",
        "## A heading",
        "- a list",
        "| a | b |\n|---|---|\n| 1 | [[war\\|w]] |",
        "{{<timeline />}}",
        "`[[not-this]]` and ``{{<nor-this />}}``",
        "Պատերազմ ու խաղաղություն",
        "> [!NOTE]\n> Mind this.",
        "A note[^1].\n\n[^1]: Here.",
    ]);
    let text = prop::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n\n"));
    let tags = prop::sample::subsequence(vec!["war", "Peace", "Ղարաբաղ"], 0..3);
    let page = (text, tags, prop::option::of(2000_u16..2023), any::<bool>());
    prop::collection::btree_map("[a-z]{1,6}", page, 1..8).prop_map(|pages| {
        let mut files: BTreeMap<String, String> = [
            ("site.yaml", "title: T\nbase_url: https://example.org/sub\npaginate_by: 2\n"),
            ("content/_index.md", "---\ntitle: Home\n---\n"),
            ("content/articles/_index.md", "---\ntitle: Articles\nkind: article\n---\n"),
            ("content/facts/f.yaml", FACTS),
        ]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
        for (name, (text, tags, year, draft)) in pages {
            let date = year.map_or(String::new(), |year| format!("date: {year}-02-03\n"));
            let front = format!("title: \"{name}\"\n{date}tags: [{}]\ndraft: {draft}\n", tags.join(", "));
            files.insert(format!("content/articles/p-{name}.md"), format!("---\n{front}---\n\n{text}\n"));
        }
        files
    })
}

const FACTS: &str = "
events:
  war: { title: The war, date: 2020-09-27/2020-11-10, places: [town], sources: [paper] }
figures:
  dead: { measure: killed, scope: { event: war }, low: 6500, qualifier: at-least, as_of: 2020-11, attribution: { counted_by: paper }, sources: [paper] }
places:
  town: { name: Town }
sources:
  paper: { type: report, title: Paper }
";

fn lay(root: &Path, files: &BTreeMap<String, String>) {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    put(root, &files);
}

fn build(root: &Path) -> String {
    let output = backgrounder(root, &["build"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_builds_in_two_folders_are_equal(files in site()) {
        let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        lay(one.path(), &files);
        lay(two.path(), &files);
        build(one.path());
        build(two.path());
        prop_assert_eq!(different(&outputs(&one.path().join("public")), &outputs(&two.path().join("public"))), NONE);
    }

    #[test]
    fn a_second_build_writes_nothing(files in site()) {
        let folder = tempfile::tempdir().expect("a folder");
        lay(folder.path(), &files);
        build(folder.path());
        let public = folder.path().join("public");
        let times = |root: &Path| -> BTreeMap<String, std::time::SystemTime> {
            outputs(root).into_keys().map(|path| {
                let time = fs::metadata(root.join(&path)).and_then(|meta| meta.modified()).expect("a time");
                (path, time)
            }).collect()
        };
        let before = times(&public);
        let told = build(folder.path());
        prop_assert!(told.contains(" 0 files changed"), "{}", told);
        prop_assert_eq!(times(&public), before);
    }

    #[test]
    fn an_edited_site_is_built_as_if_from_scratch_and_foreign_files_stay(before in site(), after in site()) {
        let (edited, fresh) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        lay(edited.path(), &before);
        put(edited.path(), &[("public/mine.txt", "mine"), ("public/articles/mine.html", "mine"), ("public/.hidden/x", "x")]);
        build(edited.path());
        fs::remove_dir_all(edited.path().join("content")).expect("content can be removed");
        lay(edited.path(), &after);
        build(edited.path());
        lay(fresh.path(), &after);
        build(fresh.path());
        let mut wanted = outputs(&fresh.path().join("public"));
        for path in ["mine.txt", "articles/mine.html"] {
            wanted.insert(path.to_owned(), b"mine".to_vec());
        }
        wanted.insert(".hidden/x".to_owned(), b"x".to_vec());
        prop_assert_eq!(different(&outputs(&edited.path().join("public")), &wanted), NONE);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", facts in "\\PC{0,120}") {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &[
            ("site.yaml", "title: T\nbase_url: https://example.org\n"),
            ("content/_index.md", &format!("---\ntitle: Home\n---\n{text}")),
            ("content/page.md", &text),
            ("content/facts/f.yaml", &facts),
        ]);
        let output = backgrounder(folder.path(), &["check", "--format", "json"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        prop_assert!(matches!(output.status.code(), Some(0 | 3)), "{:?} {}", output.status, told);
    }
}
