//! Each rule of the register by two tiny sites: one that breaks it and nothing else, and one that comes near and
//! keeps it.
//!
//! `tests/rules/base/` is a sound site. A rule has a folder `tests/rules/<code>/` with
//! - `broken/` and `kept/`, each laid over a copy of the sound site; `args` in them are the program's arguments
//!   (`check` when missing),
//! - `allowed/`, where its page of the documentation says that it can be allowed: laid over `broken/`, with an
//!   `allow` in each entry that breaks the rule,
//! - `before/`, where git is compared with: committed before the other is laid over it,
//! - `expected.snap`, the report of `broken/`; `INSTA_UPDATE=always cargo test --test rules` writes it anew.
//!
//! What files cannot hold is made by [`prepare`].

mod common;

use backgrounder::diagnostic::Severity;
use backgrounder::rule::{RULES, Rule};
use common::{backgrounder, copy, repository};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::{fs::symlink, net::UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The day on which `before/` was committed.
const COMMITTED: &str = "2023-05-08T12:00:00Z";

/// Stands in files for the host that answers to `dead-link`. A port has five digits, so reports keep their shape.
const HOST: &str = "127.0.0.1:00000";

/// Nothing was found.
const NOTHING: [Found; 0] = [];

/// Above the limit for files that are read.
const TOO_LARGE: u64 = (64 << 20) + 1;

#[test]
fn every_rule_has_its_sites_and_nothing_else_has() {
    let root = repository().join("tests/rules");
    let told: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_owned()).chain(["base".to_owned()]).collect();
    assert_eq!(names(&root), told);
    for rule in RULES {
        let mut sites = vec!["broken", "kept"];
        sites.extend(can_be_allowed(rule).then_some("allowed"));
        sites.extend(compares_with_git(rule).then_some("before"));
        let mut found = names(&root.join(rule.code));
        found.retain(|name| !name.starts_with("expected.snap"));
        assert_eq!(found, sites.into_iter().map(str::to_owned).collect(), "{}", rule.code);
    }
}

#[test]
fn the_sound_site_is_sound() {
    let site = Site::of(None, "base");
    assert_eq!(site.findings(), NOTHING);
}

#[test]
fn a_broken_site_breaks_its_rule_and_no_other() {
    of_each(RULES.iter(), |rule| {
        let site = Site::of(Some(rule), "broken");
        let findings = site.findings();
        let codes: BTreeSet<&str> = findings.iter().map(|found| found.code.as_str()).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]));
        let error = findings.iter().any(|found| found.severity == "error");
        assert_eq!(error, rule.severity == Severity::Error, "{findings:?}");
        let failed = if site.builds() { 1 } else { 3 };
        assert_eq!(site.exit_code(&[]), if error { failed } else { 0 });
        assert_eq!(site.exit_code(&["--deny", "warnings"]), failed);
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(repository().join("tests/rules").join(rule.code));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("expected", site.report()));
    });
}

#[test]
fn a_site_that_comes_near_keeps_its_rule_and_all_others() {
    of_each(RULES.iter(), |rule| {
        let site = Site::of(Some(rule), "kept");
        assert_eq!(site.findings(), NOTHING);
        assert_eq!(site.exit_code(&["--deny", "warnings"]), 0);
    });
}

#[test]
fn a_site_says_how_much_a_rule_matters() {
    of_each(RULES.iter().filter(|rule| !rule.fixed), |rule| {
        for level in ["off", "warning", "error"] {
            let site = Site::of(Some(rule), "broken");
            site.set(rule.code, level);
            // What is off may leave something missing, which others tell.
            let findings = site.findings();
            let own: BTreeSet<&str> =
                findings.iter().filter(|found| found.code == rule.code).map(|found| found.severity.as_str()).collect();
            let expected: BTreeSet<&str> = Some(level).filter(|level| *level != "off").into_iter().collect();
            assert_eq!(own, expected, "{level}");
        }
    });
}

#[test]
fn an_entry_that_allows_a_rule_may_break_it() {
    of_each(RULES.iter().filter(|rule| can_be_allowed(rule)), |rule| {
        assert_eq!(Site::of(Some(rule), "allowed").findings(), NOTHING);
    });
}

#[test]
fn what_leaves_nothing_to_build_with_cannot_be_set() {
    of_each(RULES.iter().filter(|rule| rule.fixed), |rule| {
        for level in ["off", "warning", "error"] {
            let site = Site::of(None, "base");
            site.set(rule.code, level);
            let findings = site.findings();
            assert!(
                matches!(&findings[..], [found] if found.code == "wrong-type" && found.severity == "error"),
                "{findings:?}"
            );
        }
    });
}

/// A copy of a site in a folder of its own.
struct Site {
    folder: tempfile::TempDir,
    arguments: Vec<String>,
}

/// A finding of a report.
#[derive(Debug, PartialEq)]
struct Found {
    code: String,
    severity: String,
    message: String,
}

impl Site {
    /// The sound site, with a site of a rule laid over it.
    fn of(rule: Option<&Rule>, name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder to test in");
        let rules = repository().join("tests/rules");
        let root = folder.path().join("site");
        copy(&rules.join("base"), &root);
        let mut arguments = "check".to_owned();
        if let Some(rule) = rule {
            let own = rules.join(rule.code);
            if compares_with_git(rule) {
                copy(&own.join("before"), &root);
                commit(&root);
            }
            if name == "allowed" {
                copy(&own.join("broken"), &root);
            }
            copy(&own.join(name), &root);
            prepare(rule.code, name, &root);
            arguments = fs::read_to_string(root.join("args")).unwrap_or(arguments);
        }
        Self { folder, arguments: arguments.split_whitespace().map(str::to_owned).collect() }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// Says in `site.yaml` how much a rule matters.
    fn set(&self, code: &str, level: &str) {
        let path = self.root().join("site.yaml");
        let text = fs::read_to_string(&path).expect("a site has a configuration");
        fs::write(path, format!("{text}rules: {{ {code}: {level} }}\n")).expect("a file can be written");
    }

    fn run(&self, more: &[&str]) -> Output {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        backgrounder(&self.root(), &arguments)
    }

    fn builds(&self) -> bool {
        self.arguments[0] == "build"
    }

    fn exit_code(&self, more: &[&str]) -> i32 {
        self.run(more).status.code().expect("nobody kills the program")
    }

    /// What was found: out of the report for programs, where there is one.
    fn findings(&self) -> Vec<Found> {
        if self.builds() {
            return findings_of_text(&self.report());
        }
        let output = self.run(&["--format", "json"]);
        let all: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = |found: &Value| Found {
            code: text(&found["code"]),
            severity: text(&found["severity"]),
            message: text(&found["message"]),
        };
        all.as_array().expect("the report is a list").iter().map(found).collect()
    }

    /// The report for people, without what differs from run to run.
    fn report(&self) -> String {
        let output = self.run(&["--quiet"]);
        let text =
            String::from_utf8_lossy(&output.stderr).replace(&self.folder.path().display().to_string(), "[folder]");
        text.replace(&*ADDRESS, HOST).split("(commit ").enumerate().map(without_commit).collect()
    }
}

/// Of a report cut before the names of commits, a piece without the name that begins it: it changes with every file
/// of the fixture.
fn without_commit((i, piece): (usize, &str)) -> String {
    match piece.split_once(')') {
        Some((_, rest)) if i > 0 => format!("(commit …){rest}"),
        _ => piece.to_owned(),
    }
}

/// The lines of a report that begin a finding: `error[code]: message`.
fn findings_of_text(report: &str) -> Vec<Found> {
    let found = |line: &str| {
        let (severity, rest) = line.split_once('[').filter(|(word, _)| ["error", "warning"].contains(word))?;
        let (code, message) = rest.split_once("]: ")?;
        Some(Found { code: code.to_owned(), severity: severity.to_owned(), message: message.to_owned() })
    };
    report.lines().filter_map(found).collect()
}

/// Makes in a copy of a rule's site what files cannot hold.
fn prepare(code: &str, name: &str, root: &Path) {
    let link = |to: &str, from: &str| symlink(to, root.join(from)).expect("links can be made");
    let remove = |path: &str| fs::remove_file(root.join(path)).expect("the file is in the sound site");
    match (code, name) {
        ("dead-link", _) => answer(root),
        ("link-loop", "broken") => link("..", "content/articles/up"),
        ("link-loop", "kept") => link("levels", "static/again"),
        ("missing-home", "broken") => ["content/_index.md", "content/story.md"].into_iter().for_each(remove),
        ("missing-home", "kept") => remove("content/story.md"),
        ("not-utf8", "broken") => save_as_latin_1(&root.join("content/cafe.md")),
        ("not-utf8", "kept") => save_as_latin_1(&root.join("static/cafe.txt")),
        ("outside-site", "broken") => {
            let outside = root.with_file_name("outside.md");
            fs::write(&outside, "---\ntitle: Outside\n---\n").expect("a file can be written");
            link(&outside.to_string_lossy(), "content/articles/outside.md");
        }
        ("outside-site", "kept") => link(&root.join("static/levels").to_string_lossy(), "static/again"),
        ("too-large", "broken") => grow(&root.join("content/facts/big.yaml")),
        ("too-large", "kept") => grow(&root.join("static/big.txt")),
        ("unreadable", "broken") => {
            link("nowhere.md", "content/articles/gone.md");
            fs::write(root.join("content/articles/bell\u{7}.md"), "").expect("a file can be written");
            UnixListener::bind(root.join("content/articles/socket.md")).expect("a socket can be made");
        }
        // Emacs sets such a lock; names like it are skipped, wherever they lead.
        ("unreadable", "kept") => {
            link("_index.md", "content/articles/again.txt");
            link("somebody@somewhere.1", "content/articles/.#story.md");
        }
        _ => {}
    }
}

fn save_as_latin_1(path: &Path) {
    let text = fs::read_to_string(path).expect("the fixture is UTF-8");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("the fixture fits Latin-1")).collect();
    fs::write(path, bytes).expect("a file can be written");
}

/// Makes a file too large, without taking room on the disk.
fn grow(path: &Path) {
    let file = File::options().append(true).open(path).expect("the fixture has the file");
    file.set_len(TOO_LARGE).expect("a file can grow");
}

/// Commits all of a site to a repository of its own.
fn commit(root: &Path) {
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "before"]] {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(root);
        // What the user's git is told, and a repository around, are left alone.
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "A. Reporter").env(format!("GIT_{who}_EMAIL"), "desk@example.org");
            git.env(format!("GIT_{who}_DATE"), COMMITTED);
        }
        assert!(git.status().expect("git starts").success(), "{arguments:?}");
    }
}

/// Writes the address of the host that answers into a site's files.
fn answer(root: &Path) {
    for path in ["content/story.md", "content/facts/sources.yaml"] {
        let path = root.join(path);
        let text = fs::read_to_string(&path).expect("the fixture has the file");
        fs::write(path, text.replace(HOST, &ADDRESS)).expect("a file can be written");
    }
}

/// A host on this computer: what lies below `/gone/` is gone, what lies below `/here/` is there, below `/ill/` it is ill,
/// and the rest is forbidden.
static ADDRESS: LazyLock<String> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
});

fn serve(mut stream: TcpStream) {
    let Ok(read) = stream.try_clone() else { return };
    let mut lines = BufReader::new(read).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
    let status = match first.split('/').nth(1) {
        Some("gone") => "404 Not Found",
        Some("here") => "200 OK",
        Some("ill") => "503 Service Unavailable",
        _ => "403 Forbidden",
    };
    let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

/// Whether a rule's page says that an entry can allow it.
fn can_be_allowed(rule: &Rule) -> bool {
    rule.page.split_whitespace().collect::<Vec<_>>().join(" ").contains("can `allow` it")
}

fn compares_with_git(rule: &Rule) -> bool {
    ["silent-change", "uncorrected-change"].contains(&rule.code)
}

/// Looks at each rule, and tells of all that failed at once.
fn of_each(rules: impl Iterator<Item = &'static Rule>, look: impl Fn(&Rule) + Sync) {
    let rules: Vec<&Rule> = rules.collect();
    let look = |rule: &&Rule| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(rule))).is_err();
    let failed: Vec<&str> = rules.par_iter().filter(|rule| look(rule)).map(|rule| rule.code).collect();
    assert!(failed.is_empty(), "{} of {} rules: {}", failed.len(), rules.len(), failed.join(", "));
}

/// The names of what lies in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let items = fs::read_dir(folder).expect("a folder can be read").filter_map(Result::ok);
    items.map(|item| item.file_name().to_string_lossy().into_owned()).collect()
}
