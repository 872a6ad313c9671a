//! The shape of the code: what ARCHITECTURE.md says of it is so.

mod common;

use common::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the code map, from the ground up.
fn code_map() -> Vec<String> {
    let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md can be read");
    let map = text.split("## Code map").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("it has a code map");
    map.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(|name| name.trim_end_matches(".rs").trim_end_matches('/').to_owned())
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The module below `src/` that a file belongs to.
fn module(path: &Path) -> String {
    let inner = path.strip_prefix(repository().join("src")).expect("below src");
    let first = inner.components().next().expect("a file has a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn the_code_map_names_every_module() {
    let named: BTreeSet<String> = code_map().into_iter().collect();
    let there: BTreeSet<String> = rust_files(&repository().join("src")).iter().map(|path| module(path)).collect();
    let there: BTreeSet<String> = there.into_iter().filter(|name| !["lib", "main"].contains(&name.as_str())).collect();
    assert_eq!(named, there);
}

#[test]
fn imports_look_down_the_code_map() {
    let map = code_map();
    let height = |name: &str| map.iter().position(|known| known == name);
    let mut wrong = Vec::new();
    for path in rust_files(&repository().join("src")) {
        let own = module(&path);
        let Some(own_height) = height(&own) else { continue };
        let text = fs::read_to_string(&path).expect("a source can be read");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: String =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for used in code.split("crate::").skip(1) {
            let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if height(&name).is_some_and(|used| used > own_height) {
                wrong.push(format!("{own} uses {name}, which stands above it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let text = fs::read_to_string(repository().join("Cargo.toml")).expect("Cargo.toml can be read");
    let tables =
        text.split("\n[").filter(|table| table.starts_with("dependencies]") || table.starts_with("dev-dependencies]"));
    for table in tables {
        let mut reason_above = false;
        for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
            if line.starts_with('#') {
                reason_above = true;
                continue;
            }
            assert!(reason_above || line.contains(" # "), "no reason beside: {line}");
            reason_above = false;
        }
    }
}
