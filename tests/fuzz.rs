//! What the fuzz targets assert, over the inputs that are kept of them and over likely ones.
//!
//! A target's body, its words and its cases stand in `fuzz/`: the words are the dictionary that the fuzzer takes as well, and
//! each case is a seed, or what was found once.

#[path = "../fuzz/bodies.rs"]
mod bodies;
mod common;

use common::repository;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// For each target a test of its cases and one of likely inputs: how many of them, and which files of this repository are
/// like them.
macro_rules! targets {
    ($($name:ident($input:ident): $cases:literal, $like:expr;)*) => { $(
        mod $name {
            use super::*;

            #[test]
            fn cases() {
                for (path, bytes) in files(&repository().join("fuzz/cases").join(stringify!($name)), &[""]) {
                    eprintln!("{path}");
                    bodies::$name(targets!(@$input bytes));
                }
            }

            proptest! {
                #![proptest_config(ProptestConfig { cases: $cases, failure_persistence: None, ..ProptestConfig::default() })]

                #[test]
                fn likely_inputs(bytes in likely(stringify!($name), $like)) {
                    bodies::$name(targets!(@$input bytes));
                }
            }
        }
    )* };
    (@text $bytes:ident) => { &String::from_utf8_lossy(&$bytes) };
    (@bytes $bytes:ident) => { &$bytes };
}

targets! {
    front_matter(text): 1500, &[".md"];
    facts(text): 600, &[".yaml"];
    edtf(text): 6000, &[];
    markdown(text): 1500, &[".md"];
    call(text): 4000, &[".md"];
    reference(text): 1000, &[];
    url(text): 4000, &[];
    manifest(text): 2000, &[];
    config(text): 1500, &["site.yaml"];
    picture(bytes): 4000, &[".svg", ".png", ".jpg", ".webp"];
    import(text): 1500, &[".bib"];
    site(bytes): 200, &[".md", ".yaml"];
}

/// Likely inputs of a target: its words glued at random, one of its cases or of the files that are `like` them with a few
/// places changed, and any text.
fn likely(target: &'static str, like: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(words(target));
    let glued = prop::collection::vec(words.clone(), 0..24).prop_map(|words| words.concat());
    let seeds: Vec<Vec<u8>> = seeds(target, like);
    let other = "\\PC{0,120}".prop_map(String::into_bytes);
    let change = (any::<Index>(), 0..12_usize, words);
    let changed = (prop::sample::select(seeds), any::<Index>(), prop::collection::vec(change, 1..6)).prop_map(
        |(seed, start, changes)| {
            // Of a long file a part: what is near a place matters more than what is far from it.
            let start = if seed.len() > LONGEST { start.index(seed.len() - LONGEST) } else { 0 };
            let part = seed[start..seed.len().min(start + LONGEST)].to_vec();
            changes.into_iter().fold(part, |mut bytes, (at, gone, word)| {
                let at = at.index(bytes.len() + 1);
                let end = bytes.len().min(at + gone);
                bytes.splice(at..end, word);
                bytes
            })
        },
    );
    let one = prop_oneof![4 => glued, 4 => changed, 1 => other];
    // A site is made of several files.
    let (most, between) = if target == "site" { (6, bodies::CUT) } else { (1, "") };
    prop::collection::vec(one, 1..=most).prop_map(move |pieces| pieces.join(between.as_bytes()))
}

/// The longest part of a file that is changed, in bytes.
const LONGEST: usize = 2000;

/// What a target's likely inputs are made from: its cases, and files of this repository's site and of the tests.
fn seeds(target: &str, like: &[&str]) -> Vec<Vec<u8>> {
    let root = repository();
    let mut seeds = vec![Vec::new()];
    seeds.extend(files(&root.join("fuzz/cases").join(target), &[""]).into_iter().map(|(_, bytes)| bytes));
    if !like.is_empty() {
        let similar =
            ["content", "tests/sites", "tests/rules"].iter().flat_map(|folder| files(&root.join(folder), like));
        seeds.extend(similar.map(|(_, bytes)| bytes));
    }
    seeds
}

/// The files of a folder whose names end in one of `ends`, in the order of their paths.
fn files(folder: &Path, ends: &[&str]) -> Vec<(String, Vec<u8>)> {
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let like = files.map(|entry| entry.path().to_string_lossy().into_owned());
    let like = like.filter(|path| ends.iter().any(|end| path.ends_with(end)));
    like.map(|path| (path.clone(), fs::read(path).expect("a file can be read"))).collect()
}

/// The words of a target's dictionary: a line each, in quotes, with `\"`, `\\` and `\x0A`.
fn words(target: &str) -> Vec<Vec<u8>> {
    let path = repository().join("fuzz").join(format!("{target}.dict"));
    let dictionary = fs::read_to_string(path).expect("each target has a dictionary");
    let word = |line: &str| {
        let inner = line.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
        let (mut word, mut at) = (Vec::new(), 0);
        while let Some(byte) = inner.get(at) {
            match (byte, inner.get(at + 1), inner.get(at + 2..at + 4)) {
                (b'\\', Some(b'x'), Some(digits)) => {
                    word.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                    at += 4;
                }
                (b'\\', Some(escaped), _) => {
                    word.push(*escaped);
                    at += 2;
                }
                _ => {
                    word.push(*byte);
                    at += 1;
                }
            }
        }
        Some(word)
    };
    let words: Vec<Vec<u8>> = dictionary.lines().filter_map(word).collect();
    assert!(!words.is_empty(), "the dictionary of {target} has no words");
    words
}

#[test]
fn each_target_has_its_binary_words_and_cases() {
    let root = repository();
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).expect("it is there");
    for (path, _) in files(&root.join("fuzz/fuzz_targets"), &[".rs"]) {
        let name = Path::new(&path).file_stem().expect("a file has a name").to_string_lossy().into_owned();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
        assert!(!words(&name).is_empty());
        assert!(root.join("fuzz/cases").join(&name).is_dir(), "{name} has no cases");
    }
}
