//! Slips of a tired editor, one at a time, in a copy of the repository's own site: each is told, where it stands,
//! and nothing else is.
//!
//! `cargo test --test seeded -- --nocapture` prints what was told, as a table. Slips stand in `tests/seeded/slips.rs`.

mod common;
#[path = "seeded/slips.rs"]
mod slips;

use common::{backgrounder, own_site, put};
use rayon::prelude::*;
use slips::{SLIPS, Slip};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is told: a rule's code, a file, a line.
type Told = (String, String, usize);

#[test]
fn each_slip_is_told_and_nothing_else() {
    assert!(SLIPS.len() >= 30, "{}", SLIPS.len());
    let clean = tempfile::tempdir().expect("a folder");
    own_site(clean.path());
    assert_eq!(check(clean.path()), [], "the site itself is clean");
    let told: Vec<(Told, Vec<Told>)> = SLIPS.par_iter().map(seeded).collect();
    let (mut table, mut wrong) = (String::new(), String::new());
    for (slip, (expected, found)) in SLIPS.iter().zip(told) {
        let (code, file, line) = &expected;
        let _ = writeln!(table, "| {} | {code} | {file}:{line} |", slip.name);
        if found != [expected.clone()] {
            let _ = writeln!(wrong, "{}:\n  expected {expected:?}\n  found {found:?}", slip.name);
        }
    }
    println!("| slip | rule | told at |\n|---|---|---|\n{table}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn many_slips_at_once_are_told_each() {
    let folder = tempfile::tempdir().expect("a folder");
    own_site(folder.path());
    let together = apart(folder.path());
    assert!(together.len() >= 30, "{}", together.len());
    for slip in &together {
        make(slip, folder.path());
    }
    let mut expected: Vec<Told> = together.iter().map(|slip| expected(slip, folder.path())).collect();
    expected.sort();
    let mut found = check(folder.path());
    found.sort();
    let missing: Vec<&Told> = expected.iter().filter(|told| !found.contains(told)).collect();
    let extra: Vec<&Told> = found.iter().filter(|told| !expected.contains(told)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}\nextra {extra:?}");
    assert_eq!(found.len(), expected.len());
}

#[test]
fn a_number_that_changes_in_silence_is_told() {
    let value = ("content/facts/figures.yaml", "best: 31\n", "best: 32\n");
    let told = [("silent-change", value.0, &["  clashes-2016-killed-azerbaijan-official:", "best: "][..])];
    assert_changed(&[value], &told);
}

#[test]
fn a_page_that_prints_another_number_is_told() {
    let figures = "content/facts/figures.yaml";
    let article = "content/articles/border-attacks-september-2022.md";
    let value = (figures, "best: 207\n", "best: 208\n");
    let silent = ("silent-change", figures, &["  clashes-2022-09-killed-missing-armenia:", "best: "][..]);
    let uncorrected = ("uncorrected-change", article, &["updated: "][..]);
    assert_changed(&[value], &[silent, uncorrected]);
    let correction =
        "corrections:\n  - { date: 2023-12-31, text: Counted anew., figure: clashes-2022-09-killed-missing-armenia }\n";
    assert_changed(&[value, (article, "corrections:\n", correction)], &[silent]);
    let history = "best: 208\n    history: [{ date: 2022-09-19, best: 207, reason: counted anew }]\n";
    assert_changed(&[(figures, "best: 207\n", history), (article, "corrections:\n", correction)], &[]);
}

#[test]
fn a_page_that_prints_other_words_of_a_claim_is_told() {
    let words = ("content/facts/claims.yaml", "they were small in scale and served", "they were small and served");
    let article = "content/articles/border-attacks-september-2022.md";
    assert_changed(&[words], &[("uncorrected-change", article, &["updated: "])]);
    let quoted = (
        words.0,
        "secure Azerbaijan's borders.\n",
        "secure Azerbaijan's borders.\n    quote: { exact: Only words. }\n",
    );
    assert_changed(&[quoted], &[("uncorrected-change", article, &["updated: "])]);
}

#[test]
fn a_page_that_prints_a_number_under_another_name_is_told() {
    let counter = (
        "content/facts/figures.yaml",
        "best: 207\n    qualifier: exact\n    as_of: 2022-09-19\n    attribution: { counted_by: armenian-security-council",
        "best: 207\n    qualifier: exact\n    as_of: 2022-09-19\n    attribution: { counted_by: armenian-defence-ministry",
    );
    let article = "content/articles/border-attacks-september-2022.md";
    assert_changed(&[counter], &[("uncorrected-change", article, &["updated: "])]);
}

/// Commits the site a year ago, makes these changes, and looks.
fn assert_changed(edits: &[slips::Edit], told: &[(&str, &str, &[&str])]) {
    let folder = tempfile::tempdir().expect("a folder");
    own_site(folder.path());
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(folder.path())
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .envs([("GIT_AUTHOR_NAME", "Desk"), ("GIT_AUTHOR_EMAIL", "desk@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Desk"), ("GIT_COMMITTER_EMAIL", "desk@example.org")])
            .envs([("GIT_AUTHOR_DATE", "2023-06-01T12:00:00Z"), ("GIT_COMMITTER_DATE", "2023-06-01T12:00:00Z")])
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "As it was"]);
    assert_eq!(check(folder.path()), [], "the site is clean with its history");
    for edit in edits {
        change(edit, folder.path(), "a change since");
    }
    let expected = told.iter().map(|(code, file, at)| {
        let line = line_of(folder.path(), file, at);
        ((*code).to_owned(), (*file).to_owned(), line)
    });
    let mut expected: Vec<Told> = expected.collect();
    expected.sort();
    let mut found = check(folder.path());
    found.sort();
    assert_eq!(found, expected);
}

/// What is expected of a slip in a copy of its own, and what is told.
fn seeded(slip: &Slip) -> (Told, Vec<Told>) {
    let folder = tempfile::tempdir().expect("a folder");
    own_site(folder.path());
    make(slip, folder.path());
    (expected(slip, folder.path()), check(folder.path()))
}

fn make(slip: &Slip, root: &Path) {
    slip.edits.iter().for_each(|edit| change(edit, root, slip.name));
}

/// Puts a text in the place of another, which stands in the file once; in the place of nothing, it is a new file.
fn change((file, find, replace): &slips::Edit, root: &Path, name: &str) {
    let path = root.join(file);
    if find.is_empty() {
        assert!(!path.exists(), "{name}: {file} is there already");
        put(root, &[(file, replace)]);
        return;
    }
    let text = fs::read_to_string(&path).expect("a file can be read");
    assert_eq!(text.matches(find).count(), 1, "{name}: `{find}` does not stand in {file} once");
    fs::write(path, text.replacen(find, replace, 1)).expect("a file can be written");
}

fn expected(slip: &Slip, root: &Path) -> Told {
    let (file, at) = slip.at;
    (slip.code.to_owned(), file.to_owned(), line_of(root, file, at))
}

/// The line of the last of some texts, each looked for behind the one before.
fn line_of(root: &Path, file: &str, texts: &[&str]) -> usize {
    let text = fs::read_to_string(root.join(file)).expect("a file can be read");
    let mut at = 0;
    for (i, wanted) in texts.iter().enumerate() {
        let from = if i == 0 { 0 } else { at + texts[i - 1].len() };
        at = from + text[from..].find(wanted).unwrap_or_else(|| panic!("`{wanted}` is not in {file}"));
    }
    text[..at].lines().count() + usize::from(at == 0 || text[..at].ends_with('\n'))
}

/// The slips that can be made in one site: no two change one line.
fn apart(root: &Path) -> Vec<&'static Slip> {
    let mut taken: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    let mut together = Vec::new();
    for slip in SLIPS.iter().filter(|slip| slip.alone.is_none()) {
        let lines = slip.edits.iter().map(|(file, find, _)| {
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            let first = text.find(find).map_or(0, |at| text[..at].matches('\n').count());
            (*file, (first, first + find.matches('\n').count()))
        });
        let lines: Vec<_> = lines.collect();
        let free = |(file, (first, last)): &(&str, (usize, usize))| {
            taken.get(file).is_none_or(|taken| taken.iter().all(|(from, to)| last < from || to < first))
        };
        if lines.iter().all(free) {
            lines.into_iter().for_each(|(file, range)| taken.entry(file).or_default().push(range));
            together.push(slip);
        }
    }
    together
}

/// What `check` tells, in the order in which it tells it.
fn check(root: &Path) -> Vec<Told> {
    let output = backgrounder(root, &["check", "--deny", "warnings", "--format", "json"]);
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(if findings.is_empty() { 0 } else { 3 }));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .map(|found| {
            let at = &found["at"];
            let file = at.get("file").unwrap_or(&found["path"]);
            let line = at["line"].as_u64().unwrap_or_default();
            (text(&found["code"]), text(file), usize::try_from(line).expect("few lines"))
        })
        .collect()
}
