//! Tiny sites, and a snapshot of all that came out of each: report, exit code, every output.
//!
//! A case is a folder `tests/sites/<area>/<case>/` that holds a site. `args` in it are the program's
//! arguments, one line per run (`build` when missing). Pages are rendered with the one template
//! of `tests/theme/`, unless the case has an empty file `built-in-theme`; rules that ask a tiny site for more than
//! it is about are off, unless its `site.yaml` sets `rules` itself, and so are the files of data, unless it says `data`. `expected.snap` is what is
//! expected; `INSTA_UPDATE=always cargo test --test sites` writes it anew, to be read before it is kept.

mod common;

use common::{backgrounder, copy, outputs, repository};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Templates of the built-in theme that cases do without unless they ask for it.
const PAGES: [&str; 25] = [
    "index",
    "section",
    "page",
    "article",
    "background",
    "timeline",
    "figures",
    "claims",
    "event",
    "figure",
    "claim",
    "actor",
    "place",
    "source",
    "term",
    "events",
    "actors",
    "places",
    "sources",
    "terms",
    "tags",
    "tag",
    "corrections",
    "data",
    "404",
];

#[test]
fn sites() {
    let cases = cases();
    assert!(cases.len() > 200, "the cases were not found: {}", cases.len());
    let mut failed = Vec::new();
    for case in &cases {
        let told = run(case);
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!("expected", told));
        }));
        if result.is_err() {
            failed.push(case.display().to_string());
        }
    }
    assert!(failed.is_empty(), "{} of {} cases differ:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let root = repository().join("tests/sites");
    let folders = |path: &Path| -> Vec<PathBuf> {
        let items = fs::read_dir(path).expect("a folder can be read").filter_map(Result::ok);
        let mut paths: Vec<PathBuf> = items.map(|item| item.path()).filter(|path| path.is_dir()).collect();
        paths.sort();
        paths
    };
    folders(&root).iter().flat_map(|area| folders(area)).collect()
}

/// Runs a case in a folder of its own, and writes down what came out.
fn run(case: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder to test in");
    let site = folder.path().join("site");
    copy(case, &site);
    let _ = fs::remove_file(site.join("expected.snap"));
    if !case.join("built-in-theme").exists() {
        plain_theme(&site);
    }
    quiet_rules(&site);
    without_extras(&site);
    let lines = fs::read_to_string(case.join("args")).unwrap_or_else(|_| "build".to_owned());
    let mut told = String::new();
    for line in lines.lines() {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let output = backgrounder(&site, &arguments);
        let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
        let _ = writeln!(told, "$ backgrounder {line}\nexit code {code}");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let text = steady_links(&steady(&String::from_utf8_lossy(bytes), folder.path()));
            if !text.is_empty() {
                let _ = writeln!(told, "--- {name}\n{}", text.trim_end());
            }
        }
    }
    if site.join("public").exists() {
        for (path, bytes) in outputs(&site.join("public")).into_iter().filter(|(path, _)| path != "_headers") {
            let _ = match String::from_utf8(bytes) {
                Ok(_) if path.starts_with("assets/") => writeln!(told, "=== {}", steady_asset(&path)),
                Ok(text) => writeln!(told, "=== {path}\n{}", steady_links(text.trim_end())),
                Err(error) => writeln!(told, "=== {path}\n({} bytes)", error.as_bytes().len()),
            };
        }
    }
    told
}

/// Gives every page template that the case does not have the one template of `tests/theme/`.
fn plain_theme(site: &Path) {
    fs::create_dir_all(site.join("templates")).expect("folders can be made");
    for name in PAGES {
        let path = site.join(format!("templates/{name}.html"));
        if !path.exists() {
            fs::copy(repository().join("tests/theme/page.html"), path).expect("a file can be copied");
        }
    }
}

/// Switches off the rules about what tiny sites lack: links between pages, dates and archives of sources, answers.
fn quiet_rules(site: &Path) {
    let path = site.join("site.yaml");
    let Ok(text) = fs::read_to_string(&path) else { return };
    if !text.contains("rules:") {
        let off = "orphan-page: off, source-undated: off, source-unarchived: off, unanswered-claim: off";
        fs::write(path, format!("{}\nrules: {{ {off} }}\n", text.trim_end())).expect("a file can be written");
    }
}

/// What a site has beside its pages, unless the case says so in its `site.yaml`: tests of their own look at it.
const EXTRAS: [&str; 4] = ["search: false", "embeds: false", "data: { publish: false }", "cards: false"];

/// Leaves out what a site has beside its pages, unless the case names it.
fn without_extras(site: &Path) {
    let path = site.join("site.yaml");
    let Ok(text) = fs::read_to_string(&path) else { return };
    let named = |extra: &&&str| text.contains(extra.split_once(' ').map_or("", |(key, _)| key));
    let extras = EXTRAS.iter().filter(|extra| !named(extra)).fold(String::new(), |all, extra| all + extra + "\n");
    fs::write(path, format!("{}\n{extras}", text.trim_end())).expect("a file can be written");
}

/// A report without what differs from run to run: the folder, and the time it took.
fn steady(text: &str, folder: &Path) -> String {
    let text = text.replace(&folder.display().to_string(), "[folder]");
    let line = |line: &str| match line.rsplit_once(", ") {
        Some((rest, time)) if time.ends_with(" ms") || time.ends_with(" s") => format!("{rest}, [time]"),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A path of an asset of the theme without its hash, which changes with every touch of the theme.
fn steady_asset(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('.').collect();
    if let Some(hash) = parts.iter_mut().rev().nth(1).filter(|part| part.len() == 12) {
        *hash = "[hash]";
    }
    parts.join(".")
}

fn steady_links(text: &str) -> String {
    let parts: Vec<String> = text
        .split_inclusive(['"', ' ', '\n'])
        .map(|part| match part {
            part if part.contains("assets/") => steady_asset(part),
            part if part.starts_with("sha384-") => "[hash]\"".to_owned(),
            part => part.to_owned(),
        })
        .collect();
    parts.concat()
}
