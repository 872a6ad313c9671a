//! Write: the one step that changes the disk. Only what changed is written; what no page claims any
//! more is removed; a file that Backgrounder did not write is never touched.
//!
//! A *manifest* in the output folder lists what is ours. It is brought up to date before any file
//! changes, to list the old files and the new, and again at the end, to list the new alone. So a
//! build that is killed at any moment leaves a manifest that knows every file of ours, and the next
//! build mends the rest. Each file is written beside the others under `.backgrounder/` and renamed
//! into its place, so a reader of the folder sees it old or new, never half.

use crate::cache::Cache;
use crate::diagnostic::Diagnostic;
use crate::render::{Data, Rendered};
use crate::url::OWN_FOLDER;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

const MANIFEST: &str = "manifest";
const MANIFEST_HEAD: &str = "backgrounder manifest 1\n";

/// What writing did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files whose bytes were new: paths below the output folder.
    pub changed: Vec<String>,
    /// How many files were as they should be.
    pub unchanged: usize,
    /// Files of ours that no page claims any more.
    pub removed: Vec<String>,
}

/// Why `output` may not be written to, if it may not: it is the site, holds it, or is one of its folders.
pub fn refuse(root: &Path, output: &Path) -> Option<Diagnostic> {
    let root = real(root);
    let output = real(output);
    let reason = if root.starts_with(&output) {
        "is the site itself, or a folder above it"
    } else if ["content", "templates", "static", ".git"]
        .iter()
        .any(|folder| output.starts_with(real(&root.join(folder))))
    {
        "is inside the site's sources"
    } else if output.is_file() {
        "is a file"
    } else {
        return None;
    };
    let message = format!("the output folder {reason}");
    Some(
        Diagnostic::error("output-folder", None, message)
            .path(shown(&output))
            .help("choose another with `--output-dir`"),
    )
}

/// A path as a report tells it.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned()
}

/// The path with links resolved, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut tail = Vec::new();
    let mut at = absolute.as_path();
    loop {
        if let Ok(found) = at.canonicalize() {
            return tail.iter().rev().fold(found, |path: PathBuf, part| match part {
                Component::ParentDir => path.parent().map_or_else(|| path.clone(), Path::to_owned),
                part => path.join(part),
            });
        }
        match (at.components().next_back(), at.parent()) {
            (Some(last), Some(parent)) => {
                tail.push(last);
                at = parent;
            }
            _ => return absolute,
        }
    }
}

/// Brings `output` to hold `outputs`, with what `cache` keeps of recipes among them.
///
/// # Errors
/// What stands in the way, and then as little as possible has changed: a foreign file where one of
/// ours belongs, another build at work, or what the system says.
pub fn write(output: &Path, outputs: &[Rendered], cache: &Cache) -> Result<Written, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let own = output.join(OWN_FOLDER);
    fs::create_dir_all(&own).map_err(|error| one(failed("cannot make the folder", &own, &error)))?;
    let lock = lock(&own).map_err(one)?;
    // What a killed build left.
    let _ = fs::remove_dir_all(own.join("new"));
    let old = read_manifest(&own).map_err(one)?;
    let (plan, foreign) = plan(output, outputs, &old, cache)?;
    let paths = outputs.iter().map(|output| output.url.output());
    let new: BTreeSet<String> = paths.filter(|path| !foreign.contains(path)).collect();
    let stale: Vec<&String> = old.difference(&new).collect();
    if !(plan.is_empty() && stale.is_empty() && old == new) {
        let both: BTreeSet<&String> = old.union(&new).collect();
        write_manifest(&own, both).map_err(one)?;
        // What pages lead to stays until what takes its place is there, unless it stands in the way.
        let (blocking, rest): (Vec<&String>, Vec<&String>) = stale.iter().partition(|path| is_in_the_way(path, &new));
        for path in blocking {
            remove(output, path).map_err(one)?;
        }
        write_all(output, &own, &plan, cache)?;
        for path in rest {
            remove(output, path).map_err(one)?;
        }
        write_manifest(&own, new.iter().collect()).map_err(one)?;
    }
    drop(lock);
    let unchanged = outputs.len() - plan.len();
    let changed = plan.iter().map(|rendered| rendered.url.output()).collect();
    Ok(Written { changed, unchanged, removed: stale.into_iter().cloned().collect() })
}

/// Whether a file stands where one of `new` needs a folder, or has a folder where one of them stands.
fn is_in_the_way(path: &str, new: &BTreeSet<String>) -> bool {
    let folder = format!("{path}/");
    let needs_folder = new.range(folder.clone()..).next().is_some_and(|next| next.starts_with(&folder));
    needs_folder || path.match_indices('/').any(|(end, _)| new.contains(&path[..end]))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full; free some space and build again",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "check the folder's permissions and build again"
        }
        _ => "mend this and build again; the next build completes what this one began",
    };
    Diagnostic::error("output", None, format!("{what}: {error}")).path(shown(path)).help(help)
}

/// Holds off a second build into the same folder; the system lets go of it when the process ends.
fn lock(own: &Path) -> Result<File, Diagnostic> {
    let path = own.join("lock");
    let file = File::create(&path).map_err(|error| failed("cannot be written", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Diagnostic::error("output", None, "another build is writing to this folder")
                .path(shown(own))
                .help("wait for it to end and build again"))
        }
        Err(fs::TryLockError::Error(error)) => Err(failed("cannot be locked", &path, &error)),
    }
}

/// The files that an earlier build wrote, as paths with slashes below the output folder.
fn read_manifest(own: &Path) -> Result<BTreeSet<String>, Diagnostic> {
    let path = own.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(failed("cannot be read", &path, &error)),
    };
    let Some(lines) = text.strip_prefix(MANIFEST_HEAD) else {
        return Err(Diagnostic::error("output", None, "this is not a manifest that this version knows")
            .path(shown(&path))
            .help("move the output folder aside and build again"));
    };
    Ok(lines.lines().filter(|line| is_plain(line)).map(str::to_owned).collect())
}

/// Whether a path of the manifest stays below the output folder, and out of our own one.
fn is_plain(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty()
        && parts.clone().all(|part| matches!(part, Component::Normal(_)))
        && parts.next() != Some(Component::Normal(OWN_FOLDER.as_ref()))
}

fn write_manifest(own: &Path, paths: BTreeSet<&String>) -> Result<(), Diagnostic> {
    let mut text = String::from(MANIFEST_HEAD);
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    let (on_its_way, path) = (own.join("manifest.new"), own.join(MANIFEST));
    fs::write(&on_its_way, text)
        .and_then(|()| fs::rename(&on_its_way, &path))
        .map_err(|error| failed("cannot be written", &path, &error))
}

/// What is to be done with an output.
enum Task<'a> {
    /// Its file is as it should be.
    Nothing,
    /// A foreign file is as its file should be: it stays, and stays foreign.
    Leave(String),
    /// Its bytes differ from what lies there.
    Write(&'a Rendered),
}

/// The outputs to write, and the paths where foreign files lie that are equal already. A foreign file
/// of other bytes in their place is an error.
fn plan<'a>(
    output: &Path,
    outputs: &'a [Rendered],
    old: &BTreeSet<String>,
    cache: &Cache,
) -> Result<(Vec<&'a Rendered>, BTreeSet<String>), Vec<Diagnostic>> {
    let looked: Vec<Result<Task<'_>, Diagnostic>> = outputs
        .par_iter()
        .map(|rendered| {
            let path = rendered.url.output();
            let same = is_same(&output.join(&path), &rendered.data, cache);
            match same {
                Some(true) if old.contains(&path) => Ok(Task::Nothing),
                Some(true) => Ok(Task::Leave(path)),
                Some(false) if !old.contains(&path) && !is_folder_of_ours(output, &path, old) => {
                    Err(foreign(output, &path))
                }
                _ => foreign_above(output, &path, old).map_or(Ok(Task::Write(rendered)), Err),
            }
        })
        .collect();
    let (mut plan, mut foreign, mut wrong) = (Vec::new(), BTreeSet::new(), Vec::new());
    for result in looked {
        match result {
            Ok(Task::Nothing) => {}
            Ok(Task::Leave(path)) => {
                foreign.insert(path);
            }
            Ok(Task::Write(rendered)) => plan.push(rendered),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if wrong.is_empty() { Ok((plan, foreign)) } else { Err(wrong) }
}

fn foreign(output: &Path, path: &str) -> Diagnostic {
    Diagnostic::error("foreign-file", None, "a page belongs here, and this file is not one that Backgrounder wrote")
        .path(shown(&output.join(path)))
        .help("move it away, or into `static/` if it belongs to the site")
}

/// Whether a folder holds nothing but files of ours, which all go before one is put in its place.
fn is_folder_of_ours(output: &Path, path: &str, old: &BTreeSet<String>) -> bool {
    let Ok(items) = fs::read_dir(output.join(path)) else { return false };
    items.flatten().all(|item| {
        let below = format!("{path}/{}", item.file_name().to_string_lossy());
        if item.file_type().is_ok_and(|kind| kind.is_dir()) {
            is_folder_of_ours(output, &below, old)
        } else {
            old.contains(&below)
        }
    })
}

/// A file or link that is not ours where a folder of ours belongs.
fn foreign_above(output: &Path, path: &str, old: &BTreeSet<String>) -> Option<Diagnostic> {
    path.match_indices('/').find_map(|(end, _)| {
        let folder = &path[..end];
        let meta = fs::symlink_metadata(output.join(folder)).ok()?;
        (!meta.is_dir() && !old.contains(folder)).then(|| foreign(output, folder))
    })
}

/// Whether a file holds these bytes; none when there is no file.
fn is_same(path: &Path, data: &Data, cache: &Cache) -> Option<bool> {
    let meta = fs::symlink_metadata(path).ok()?;
    if !meta.is_file() {
        return Some(false);
    }
    Some(match data {
        Data::Bytes(bytes) => meta.len() == bytes.len() as u64 && fs::read(path).is_ok_and(|found| found == *bytes),
        Data::File(from) => same_files(from, path).unwrap_or(false),
        Data::Made(recipe) => {
            let made = cache.bytes(recipe);
            made.is_ok_and(|bytes| meta.len() == bytes.len() as u64 && fs::read(path).is_ok_and(|found| found == bytes))
        }
    })
}

/// Whether two files hold the same bytes, read piece by piece.
fn same_files(a: &Path, b: &Path) -> io::Result<bool> {
    use io::Read as _;
    let (mut a, mut b) = (File::open(a)?, File::open(b)?);
    if a.metadata()?.len() != b.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let n = a.read(&mut left)?;
        if n == 0 {
            return Ok(true);
        }
        if b.read_exact(&mut right[..n]).is_err() || left[..n] != right[..n] {
            return Ok(false);
        }
    }
}

fn write_all(output: &Path, own: &Path, plan: &[&Rendered], cache: &Cache) -> Result<(), Vec<Diagnostic>> {
    let on_their_way = own.join("new");
    fs::create_dir_all(&on_their_way).map_err(|error| vec![failed("cannot make the folder", &on_their_way, &error)])?;
    let folders: BTreeSet<PathBuf> =
        plan.iter().filter_map(|rendered| output.join(rendered.url.output()).parent().map(Path::to_owned)).collect();
    for folder in folders {
        fs::create_dir_all(&folder).map_err(|error| vec![failed("cannot make the folder", &folder, &error)])?;
    }
    let next = AtomicUsize::new(0);
    let wrong: Vec<Diagnostic> = plan
        .par_iter()
        .filter_map(|rendered| {
            let temporary = on_their_way.join(next.fetch_add(1, Ordering::Relaxed).to_string());
            let path = output.join(rendered.url.output());
            let put = match &rendered.data {
                Data::Bytes(bytes) => fs::write(&temporary, bytes),
                Data::File(from) => fs::copy(from, &temporary).map(|_| ()),
                Data::Made(recipe) => {
                    cache.bytes(recipe).map_err(io::Error::other).and_then(|bytes| fs::write(&temporary, bytes))
                }
            };
            put.and_then(|()| fs::rename(&temporary, &path))
                .err()
                .map(|error| failed("cannot be written", &path, &error))
        })
        .collect();
    let _ = fs::remove_dir_all(&on_their_way);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Removes a file of ours, and the folders that are empty without it.
fn remove(output: &Path, path: &str) -> Result<(), Diagnostic> {
    let file = output.join(path);
    if through_link(output, path) {
        return Ok(());
    }
    match fs::remove_file(&file) {
        Ok(()) => {}
        // Gone already, or another hand made a folder of it.
        Err(_) if !fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file()) => return Ok(()),
        Err(error) => return Err(failed("cannot be removed", &file, &error)),
    }
    let mut folder = file.parent();
    while let Some(empty) = folder.filter(|folder| *folder != output && fs::remove_dir(folder).is_ok()) {
        folder = empty.parent();
    }
    Ok(())
}

/// Whether a folder on the way to `path` is a link: what lies behind it is not ours.
fn through_link(output: &Path, path: &str) -> bool {
    path.match_indices('/')
        .any(|(end, _)| fs::symlink_metadata(output.join(&path[..end])).is_ok_and(|meta| meta.is_symlink()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Url;

    fn page(path: &str, text: &str) -> Rendered {
        Rendered { url: Url::of_file(path), data: Data::Bytes(text.as_bytes().to_vec()) }
    }

    fn put(output: &Path, outputs: &[Rendered]) -> Result<Written, Vec<Diagnostic>> {
        write(output, outputs, &Cache::of(output))
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder to test in")
    }

    fn numbers(written: &Written) -> (usize, usize, usize) {
        (written.changed.len(), written.unchanged, written.removed.len())
    }

    #[test]
    fn only_what_changed_is_written_and_only_ours_is_removed() {
        let dir = folder();
        let out = dir.path().join("public");
        let first = put(&out, &[page("a.html", "1"), page("b/c.html", "2")]).expect("writes");
        assert_eq!(numbers(&first), (2, 0, 0));
        fs::write(out.join("b/foreign.txt"), "mine").expect("writes");
        let second = put(&out, &[page("a.html", "1")]).expect("writes");
        assert_eq!(numbers(&second), (0, 1, 1));
        assert!(out.join("b/foreign.txt").exists() && !out.join("b/c.html").exists());
        let third = put(&out, &[page("a.html", "1")]).expect("writes");
        assert_eq!(numbers(&third), (0, 1, 0));
    }

    #[test]
    fn a_foreign_file_is_never_overwritten() {
        let dir = folder();
        fs::write(dir.path().join("a.html"), "mine").expect("writes");
        let wrong = put(dir.path(), &[page("a.html", "1"), page("b.html", "2")]).expect_err("refuses");
        assert_eq!(wrong[0].code, "foreign-file");
        assert_eq!(fs::read_to_string(dir.path().join("a.html")).expect("reads"), "mine");
        assert!(!dir.path().join("b.html").exists());
    }

    #[test]
    fn a_manifest_cannot_lead_out_of_the_folder() {
        for path in ["../x", "/etc/passwd", "a/../../b", "", ".backgrounder/lock"] {
            assert!(!is_plain(path), "{path}");
        }
        assert!(is_plain("a/b.html"));
    }

    #[test]
    fn a_file_can_become_a_folder_and_back() {
        let dir = folder();
        let out = dir.path();
        put(out, &[page("a", "1")]).expect("writes");
        put(out, &[page("a/b", "2")]).expect("writes");
        assert_eq!(fs::read_to_string(out.join("a/b")).expect("reads"), "2");
        put(out, &[page("a", "3")]).expect("writes");
        assert_eq!(fs::read_to_string(out.join("a")).expect("reads"), "3");
    }

    #[test]
    fn the_site_and_its_sources_are_refused() {
        let dir = folder();
        let root = dir.path();
        fs::create_dir_all(root.join("content")).expect("makes");
        for bad in [".", "..", "content", "content/x", "x/..", "./templates/"] {
            assert!(refuse(root, &root.join(bad)).is_some(), "{bad}");
        }
        assert!(refuse(root, &root.join("public")).is_none());
    }
}
