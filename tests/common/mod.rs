//! What tests share: a copy of a site in a folder of its own, and the program run in it.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program, in `folder`, on a fixed day, without colours.
pub fn backgrounder(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_backgrounder"))
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1704067200")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("the program starts")
}

/// Writes files below `root`; a path and a text each.
pub fn put(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }
}

/// A small site that builds clean.
pub fn small_site(root: &Path) {
    put(
        root,
        &[
            ("site.yaml", "title: Small\nbase_url: https://example.org\n"),
            ("content/_index.md", "---\ntitle: Home\n---\n\nSee [[story]] and [[war]].\n"),
            ("content/articles/_index.md", "---\ntitle: Articles\nkind: article\n---\n"),
            (
                "content/articles/story.md",
                "---\ntitle: Story\ndate: 2023-05-01\n---\n\n## First\n\nThe [[war]] [@paper, p. 1].\n",
            ),
            (
                "content/facts/all.yaml",
                "events:\n  war:\n    title: The war\n    date: 2020\n    sources: [paper]\nsources:\n  paper:\n    type: report\n    title: Paper\n",
            ),
        ],
    );
}

/// Copies a folder and all in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folders can be made");
    for item in fs::read_dir(from).expect("a folder can be read") {
        let item = item.expect("an item can be read");
        let (from, to) = (item.path(), to.join(item.file_name()));
        if item.file_type().expect("an item has a type").is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a file can be copied");
        }
    }
}

/// Every file below `root`: path with slashes, and bytes.
pub fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            (path, fs::read(entry.path()).expect("a file can be read"))
        })
        .collect()
}

/// The output's files: all but the manifest, lock and temporary files.
pub fn outputs(root: &Path) -> BTreeMap<String, Vec<u8>> {
    tree(root).into_iter().filter(|(path, _)| !path.starts_with(".backgrounder/")).collect()
}

/// The paths whose files differ, or that only one of two trees has.
pub fn different(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let paths: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).cloned().collect()
}

/// No path.
pub const NONE: [&str; 0] = [];

/// Copies the repository's own site, so that it stays as it is while a test runs.
pub fn own_site(to: &Path) {
    copy(&repository().join("content"), &to.join("content"));
    copy(&repository().join("templates"), &to.join("templates"));
    let yaml = fs::read_to_string(repository().join("site.yaml")).expect("a file can be read");
    // Cards and the index take a while in a program that is not optimised, and are looked at by tests of their own.
    fs::write(to.join("site.yaml"), yaml + "cards: false\nsearch: false\n").expect("a file can be written");
}
