//! Write: the one step that changes the disk. Only what changed is written; what no page claims any
//! more is removed; a file that Backgrounder did not write is never touched.
//!
//! A site is a [`Draft`] until all of it is known to be good. What differs from what lies in the output folder is
//! put into `.backgrounder/new/` while other pages are still being rendered, in folders like those of the output,
//! and [`Draft::publish`] moves it from there into its place: a folder that the output lacks as a whole, any
//! other file by file. So a reader of the folder sees a file old or new, never half, and a draft that is dropped
//! leaves nothing.
//!
//! A *manifest* in the output folder lists what is ours. It is brought up to date before any file
//! moves, to list the old files and the new, and again at the end, to list the new alone. So a
//! build that is killed at any moment leaves a manifest that knows every file of ours, and the next
//! build mends the rest.

use crate::cache::Cache;
use crate::diagnostic::Diagnostic;
use crate::render::{Data, Rendered};
use crate::url::OWN_FOLDER;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::hash::BuildHasher as _;
use std::io::{self, Write as _};
use std::path::{self, Component, Path, PathBuf};

const LOCK: &str = "lock";
const MANIFEST: &str = "manifest";
/// How a manifest begins; behind it stands how many paths follow, so that one that was cut off is known.
const MANIFEST_HEAD: &str = "backgrounder manifest 2 ";
/// How one began before that, without the number.
const OLD_MANIFEST_HEAD: &str = "backgrounder manifest 1\n";
/// The largest manifest that is read, in bytes: some two million paths.
const LARGEST_MANIFEST: u64 = 256 << 20;

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

/// Why `output` may not be written to, if it may not: it is the site, holds it, is one of its folders, or a link among them that
/// leads out of it.
pub fn refuse(root: &Path, output: &Path) -> Option<Diagnostic> {
    let below =
        |output: &Path| Some(path::absolute(output).ok()?.strip_prefix(path::absolute(root).ok()?).ok()?.to_owned());
    let is_in_site = below(output).is_some_and(|below| !below.components().any(|part| part == Component::ParentDir));
    let root = real(root);
    let output = real(output);
    if is_in_site && !output.starts_with(&root) {
        // A site that comes from somebody else can hold any link.
        return Some(
            Diagnostic::error("output-folder", None, "the output folder is a link out of the site")
                .path(shown(&output))
                .help(format!("name where it leads, if that is meant: `--output-dir {}`", output.display())),
        );
    }
    let reason = if root.starts_with(&output) {
        "is the site itself, or a folder above it"
    } else if ["content", "templates", "static", ".git", OWN_FOLDER]
        .iter()
        .any(|folder| output.starts_with(real(&root.join(folder))))
    {
        "is inside the site's sources"
    } else if output.components().any(|part| part.as_os_str() == OWN_FOLDER) {
        "is a folder of Backgrounder's own"
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

/// A site that was not written, or not wholly.
#[derive(Debug)]
pub struct Unwritten {
    /// Why.
    pub wrong: Vec<Diagnostic>,
    /// Whether all files in the output are those of before; else some are new, and the next build completes them.
    pub is_untouched: bool,
}

/// A site on its way into the output folder.
pub struct Draft<'c> {
    output: PathBuf,
    /// Our own folder in the output.
    own: PathBuf,
    /// Where what is new waits, in folders like those of the output.
    waiting: PathBuf,
    /// The files that an earlier build wrote.
    old: BTreeSet<String>,
    /// Whether the output folder is empty, so that there is nothing to compare with.
    is_fresh: bool,
    /// Whether there is a manifest.
    is_listed: bool,
    /// The folders that were made for the draft, the outermost first: they go again if it is dropped.
    made: Vec<PathBuf>,
    /// What recipes come to.
    cache: &'c Cache,
    /// Held as long as the draft is there.
    lock: File,
}

/// What is to become of an output.
#[derive(Debug)]
pub struct Put {
    path: String,
    fate: Result<Fate, Diagnostic>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Its file is as it should be.
    Same,
    /// A foreign file is as its file should be: it stays, and stays foreign.
    Foreign,
    /// Its bytes differ from what lies there, and wait.
    Waiting,
}

impl<'c> Draft<'c> {
    /// Begins to bring `output` to hold a site, with what `cache` keeps of recipes among it.
    ///
    /// # Errors
    /// Another build at work, a manifest that is not known, or what the system says; then nothing has changed.
    pub fn begin(output: &Path, cache: &'c Cache) -> Result<Self, Diagnostic> {
        let own = output.join(OWN_FOLDER);
        // What lies behind a link is not ours, whatever it is called.
        if own.is_symlink() {
            return Err(Diagnostic::error("output", None, "this is a link, and Backgrounder's own folder is none")
                .path(shown(&own))
                .help("remove the link and build again"));
        }
        let made: Vec<PathBuf> = own.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        fs::create_dir_all(&own).map_err(|error| failed("cannot make the folder", &own, &error))?;
        let lock = lock(&own)?;
        let waiting = own.join("new");
        // What a killed build left.
        let _ = fs::remove_dir_all(&waiting);
        let (old, is_listed) = read_manifest(&own)?.map_or_else(|| (BTreeSet::new(), false), |old| (old, true));
        let foreign = |item: fs::DirEntry| item.file_name() != OWN_FOLDER;
        let is_fresh = fs::read_dir(output).is_ok_and(|items| !items.flatten().any(foreign));
        fs::create_dir(&waiting).map_err(|error| failed("cannot make the folder", &waiting, &error))?;
        let made = made.into_iter().rev().collect();
        Ok(Self { output: output.to_owned(), own, waiting, old, is_fresh, is_listed, made, cache, lock })
    }

    /// Takes an output into the draft.
    pub fn put(&self, rendered: &Rendered) -> Put {
        let path = rendered.url.output();
        if !is_plain(&path) {
            let message = "this address leads out of the output folder";
            return Put { fate: Err(Diagnostic::error("output", None, message).path(path.as_str())), path };
        }
        let fate = self.found(&path, &rendered.data).and_then(|found| match found {
            Some(fate) => Ok(fate),
            None => self.wait(&path, &rendered.data).map(|()| Fate::Waiting),
        });
        Put { path, fate }
    }

    /// What lies in the place of an output, and makes it needless to write it. A foreign file of other bytes is an error.
    fn found(&self, path: &str, data: &Data) -> Result<Option<Fate>, Diagnostic> {
        if self.is_fresh {
            return Ok(None);
        }
        let is_ours = self.old.contains(path);
        let there = self.output.join(path);
        match is_same(&there, data, self.cache) {
            Some(true) => Ok(Some(if is_ours { Fate::Same } else { Fate::Foreign })),
            // A folder is none of our files, even where one of them stood.
            Some(false) if is_folder(&there) && !is_folder_of_ours(&self.output, path, &self.old) => {
                Err(self.foreign(path))
            }
            Some(false) if !is_ours && !is_folder(&there) => Err(self.foreign(path)),
            _ => self.foreign_above(path).map_or(Ok(None), Err),
        }
    }

    /// A file or link that is not ours where a folder of ours belongs.
    fn foreign_above(&self, path: &str) -> Option<Diagnostic> {
        path.match_indices('/').find_map(|(end, _)| {
            let folder = &path[..end];
            let meta = fs::symlink_metadata(self.output.join(folder)).ok()?;
            (!meta.is_dir() && !self.old.contains(folder)).then(|| self.foreign(folder))
        })
    }

    fn foreign(&self, path: &str) -> Diagnostic {
        let help = if self.is_listed {
            "move it away, or into `static/` if it belongs to the site"
        } else {
            "move it away, or into `static/` if it belongs to the site; if Backgrounder made this folder, and `.backgrounder/manifest` in it was lost, empty it"
        };
        Diagnostic::error("foreign-file", None, "a page belongs here, and this file is not one that Backgrounder wrote")
            .path(shown(&self.output.join(path)))
            .help(help)
    }

    /// Puts what differs where it waits.
    fn wait(&self, path: &str, data: &Data) -> Result<(), Diagnostic> {
        let to = self.waiting.join(path);
        let put = || {
            if let Some(folder) = to.parent() {
                make_folder(folder)?;
            }
            match data {
                Data::Bytes(bytes) => fs::write(&to, bytes),
                Data::File(from) => fs::copy(from, &to).map(|_| ()),
                Data::Made(recipe) => {
                    self.cache.bytes(recipe).map_err(io::Error::other).and_then(|bytes| fs::write(&to, bytes))
                }
            }
        };
        put().map_err(|error| failed("cannot be written", &self.output.join(path), &error))
    }

    /// Brings the output folder to hold what was put, and nothing else of ours.
    ///
    /// # Errors
    /// What stands in the way, and then as little as possible has changed: a foreign file where one of
    /// ours belongs, or what the system says.
    pub fn publish(mut self, puts: Vec<Put>) -> Result<Written, Unwritten> {
        let untouched = |wrong| Unwritten { wrong: together(wrong), is_untouched: true };
        let (mut changed, mut new, mut unchanged, mut wrong) = (Vec::new(), BTreeSet::new(), 0, Vec::new());
        for Put { path, fate } in puts {
            match fate {
                Ok(Fate::Foreign) => unchanged += 1,
                Ok(Fate::Same) => {
                    unchanged += 1;
                    new.insert(path);
                }
                Ok(Fate::Waiting) => {
                    changed.push(path.clone());
                    new.insert(path);
                }
                Err(diagnostic) => wrong.push(diagnostic),
            }
        }
        if !wrong.is_empty() {
            return Err(untouched(wrong));
        }
        self.made.clear();
        let stale: Vec<String> = self.old.difference(&new).cloned().collect();
        if !(changed.is_empty() && self.old == new) {
            let both: BTreeSet<&String> = self.old.union(&new).collect();
            write_manifest(&self.own, both).map_err(|told| untouched(vec![told]))?;
            self.exchange(&stale, &new).map_err(|wrong| Unwritten { wrong: together(wrong), is_untouched: false })?;
        }
        Ok(Written { changed, unchanged, removed: stale })
    }

    /// Moves what waits into its place, and removes what is stale. What pages lead to stays until what takes its place is there,
    /// unless it stands in the way.
    fn exchange(&self, stale: &[String], new: &BTreeSet<String>) -> Result<(), Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let (blocking, rest): (Vec<&String>, Vec<&String>) = stale.iter().partition(|path| is_in_the_way(path, new));
        for path in blocking {
            remove(&self.output, path).map_err(one)?;
        }
        self.move_all(&self.waiting, &self.output)?;
        for path in rest {
            remove(&self.output, path).map_err(one)?;
        }
        write_manifest(&self.own, new.iter().collect()).map_err(one)
    }

    /// Moves what is in a folder into another: what it lacks as a whole, what both have file by file.
    fn move_all(&self, from: &Path, to: &Path) -> Result<(), Vec<Diagnostic>> {
        let read = fs::read_dir(from).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let items = read.map_err(|error| vec![failed("cannot be read", from, &error)])?;
        let wrong: Vec<Diagnostic> =
            items.par_iter().flat_map_iter(|item| self.move_one(item, to).err().unwrap_or_default()).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn move_one(&self, item: &fs::DirEntry, into: &Path) -> Result<(), Vec<Diagnostic>> {
        let (from, to) = (item.path(), into.join(item.file_name()));
        let unwritten = |error: io::Error| vec![failed("cannot be written", &to, &error)];
        let is_folder = item.file_type().is_ok_and(|kind| kind.is_dir());
        // What was not there when the build looked came from another hand.
        if !is_folder && !self.is_ours(&to) && fs::symlink_metadata(&to).is_ok_and(|there| !there.is_dir()) {
            return Err(vec![self.foreign(&path_below(&self.output, &to))]);
        }
        match fs::rename(&from, &to) {
            Ok(()) => Ok(()),
            // There is such a folder, with other files in it.
            Err(_) if is_folder && self::is_folder(&to) => self.move_all(&from, &to),
            // What a build left that was killed: folders of files that are gone.
            Err(_) if !is_folder && remove_empty(&to) => self.move_one(item, into),
            // That part of the output lies on another file system.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices && is_folder => {
                fs::create_dir(&to).map_err(unwritten)?;
                self.move_all(&from, &to)
            }
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy_over(&from, &to).map_err(unwritten),
            Err(error) => Err(unwritten(error)),
        }
    }

    fn is_ours(&self, file: &Path) -> bool {
        self.old.contains(&path_below(&self.output, file))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.waiting);
        if !self.made.is_empty() {
            let _ = fs::remove_file(self.own.join(LOCK));
            for folder in self.made.iter().rev() {
                let _ = fs::remove_dir(folder);
            }
        }
        let _ = self.lock.unlock();
    }
}

/// A path of the output as the manifest has it.
fn path_below(output: &Path, file: &Path) -> String {
    let parts = file.strip_prefix(output).unwrap_or(file).iter();
    parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Makes a folder that mostly is not there yet, below one that mostly is.
fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Copies a file into the place of another, of which a reader sees the old or the new. What a killed build leaves of the copy has
/// a name of ours, and the next one copies there again.
fn copy_over(from: &Path, to: &Path) -> io::Result<()> {
    // Short, as the file's own name may be as long as names can be.
    let name = foldhash::quality::FixedState::default().hash_one(to.file_name());
    let beside = to.with_file_name(format!(".backgrounder-{name:016x}"));
    through(&beside, |file| io::copy(&mut File::open(from)?, file).map(|_| ()), || fs::rename(&beside, to))
}

/// Writes a file by way of one beside its place, which `fill` fills and `place` brings there: whole, or not at all. Whatever a
/// killed run left beside it goes first, and no link is followed.
///
/// # Errors
/// What the system says; then nothing stands beside it.
pub fn through(
    beside: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
    place: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let _ = fs::remove_file(beside);
    let mut file = File::create_new(beside)?;
    fill(&mut file).and_then(|()| place()).inspect_err(|_| {
        let _ = fs::remove_file(beside);
    })
}

/// Whether a folder stands there, not a link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// Removes a folder in which there are folders alone; false when there is anything else, which stays.
fn remove_empty(folder: &Path) -> bool {
    let Ok(items) = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) else { return false };
    is_folder(folder)
        && items.iter().all(|item| is_folder(&item.path()) && remove_empty(&item.path()))
        && fs::remove_dir(folder).is_ok()
}

/// Brings `output` to hold `outputs`, with what `cache` keeps of recipes among them.
///
/// # Errors
/// Those of [`Draft::begin`] and [`Draft::publish`].
pub fn write(output: &Path, outputs: &[Rendered], cache: &Cache) -> Result<Written, Vec<Diagnostic>> {
    let draft = Draft::begin(output, cache).map_err(|diagnostic| vec![diagnostic])?;
    let puts = outputs.par_iter().map(|rendered| draft.put(rendered)).collect();
    draft.publish(puts).map_err(|unwritten| unwritten.wrong)
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
        _ => "mend this and build again",
    };
    Diagnostic::error("output", None, format!("{what}: {error}")).path(shown(path)).help(help)
}

/// Says once what the system said of many files alike, such as that the disk is full.
fn together(wrong: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told: Vec<(Diagnostic, usize)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for diagnostic in wrong {
        // As Rust words what a system call failed with.
        let is_systems = diagnostic.message.contains("(os error ");
        if let Some(first) = known.get(&diagnostic.message).filter(|_| is_systems) {
            told[*first].1 += 1;
        } else {
            known.insert(diagnostic.message.clone(), told.len());
            told.push((diagnostic, 0));
        }
    }
    let said = |(first, others): (Diagnostic, usize)| match others {
        0 => first,
        1 => Diagnostic { message: format!("{}; nor can 1 other file", first.message), ..first },
        _ => Diagnostic { message: format!("{}; nor can {others} other files", first.message), ..first },
    };
    told.into_iter().map(said).collect()
}

/// Holds off a second build into the same folder; the system lets go of it when the process ends.
fn lock(own: &Path) -> Result<File, Diagnostic> {
    let path = own.join(LOCK);
    only_a_file(&path)?;
    // Not emptied, so that it keeps its date when nothing is written.
    let open = File::options().create(true).write(true).truncate(false).open(&path);
    let file = open.map_err(|error| failed("cannot be written", &path, &error))?;
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

/// Tells of what stands where a file of our own does and is none, such as a link, a folder or a pipe.
fn only_a_file(path: &Path) -> Result<(), Diagnostic> {
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.is_file() => {
            Err(Diagnostic::error("output", None, "this is no file, and Backgrounder keeps one here")
                .path(shown(path))
                .help("remove it and build again"))
        }
        _ => Ok(()),
    }
}

/// The files that an earlier build wrote, as paths with slashes below the output folder; none when there is no manifest.
fn read_manifest(own: &Path) -> Result<Option<BTreeSet<String>>, Diagnostic> {
    let path = own.join(MANIFEST);
    only_a_file(&path)?;
    let bytes = match fs::metadata(&path) {
        Ok(meta) if meta.len() > LARGEST_MANIFEST => Ok(Vec::new()),
        Ok(_) => fs::read(&path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => Err(error),
    };
    let bytes = bytes.map_err(|error| failed("cannot be read", &path, &error))?;
    let listed = std::str::from_utf8(&bytes).ok().and_then(listed);
    listed.map(Some).ok_or_else(|| {
        Diagnostic::error("output", None, "this is no manifest that this version knows, or it was cut off")
            .path(shown(&path))
            .help("move the output folder aside and build again")
    })
}

/// The paths that a manifest lists, those alone that stay below the output folder and out of our own one. None when it is no
/// manifest, or lists more or fewer than it says.
pub fn listed(manifest: &str) -> Option<BTreeSet<String>> {
    let (count, lines) = if let Some(lines) = manifest.strip_prefix(OLD_MANIFEST_HEAD) {
        (None, lines)
    } else {
        let (count, lines) = manifest.strip_prefix(MANIFEST_HEAD)?.split_once('\n')?;
        (Some(count.parse().ok()?), lines)
    };
    let is_whole =
        count.is_none_or(|count: usize| lines.lines().count() == count) && (lines.is_empty() || lines.ends_with('\n'));
    is_whole.then(|| lines.lines().filter(|line| is_plain(line)).map(str::to_owned).collect())
}

/// Whether a path of the manifest stays below the output folder, and out of our own one.
fn is_plain(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty()
        && parts.clone().all(|part| matches!(part, Component::Normal(_)))
        && parts.next() != Some(Component::Normal(OWN_FOLDER.as_ref()))
}

fn write_manifest(own: &Path, paths: BTreeSet<&String>) -> Result<(), Diagnostic> {
    let mut text = format!("{MANIFEST_HEAD}{}\n", paths.len());
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    let (on_its_way, path) = (own.join("manifest.new"), own.join(MANIFEST));
    let fill = |file: &mut File| {
        file.write_all(text.as_bytes())?;
        // A machine that stops has the old one or the new one.
        file.sync_all()
    };
    through(&on_its_way, fill, || fs::rename(&on_its_way, &path))
        .map_err(|error| failed("cannot be written", &path, &error))
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
    fn a_file_that_came_while_the_site_was_made_is_foreign() {
        let dir = folder();
        let (out, cache) = (dir.path().join("public"), Cache::of(dir.path()));
        for pages in [["a.html", "b/c.html"], ["a.html", "b/d.html"]] {
            let draft = Draft::begin(&out, &cache).expect("begins");
            let puts = pages.map(|path| draft.put(&page(path, "1"))).into();
            fs::create_dir_all(out.join("b")).expect("a folder");
            fs::write(out.join(pages[1]), "mine").expect("writes");
            let wrong = draft.publish(puts).expect_err("refuses").wrong;
            assert_eq!(wrong.iter().map(|told| told.code).collect::<Vec<_>>(), ["foreign-file"]);
            assert_eq!(fs::read_to_string(out.join(pages[1])).expect("reads"), "mine");
            fs::remove_file(out.join(pages[1])).expect("removes");
            put(&out, &pages.map(|path| page(path, "1"))).expect("the next build mends it");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_site_is_no_output_folder_of_it() {
        let (dir, elsewhere) = (folder(), folder());
        let link = dir.path().join("public");
        std::os::unix::fs::symlink(elsewhere.path(), &link).expect("a link");
        let told = refuse(dir.path(), &link).expect("it is refused");
        assert!(told.help.is_some_and(|help| help.contains("--output-dir")), "{}", told.message);
        assert!(refuse(dir.path(), &elsewhere.path().canonicalize().expect("a path")).is_none());
        assert!(refuse(dir.path(), &dir.path().join("../public-of-another")).is_none());
    }

    #[test]
    fn a_manifest_cannot_lead_out_of_the_folder() {
        for path in ["../x", "/etc/passwd", "a/../../b", "", ".backgrounder/lock"] {
            assert!(!is_plain(path), "{path}");
        }
        assert!(is_plain("a/b.html"));
    }

    #[test]
    fn a_manifest_that_was_cut_off_is_known() {
        let whole = "backgrounder manifest 2 3\na.html\nb/c.html\n../x\n";
        assert_eq!(listed(whole).map(|paths| paths.len()), Some(2));
        for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
            assert_eq!(listed(&whole[..cut]), None, "{cut}");
        }
        assert_eq!(listed("backgrounder manifest 1\na.html\n").map(|paths| paths.len()), Some(1));
    }

    #[test]
    fn what_a_killed_build_left_is_mended() {
        let dir = folder();
        let out = dir.path();
        put(out, &[page("a/b/c", "1")]).expect("writes");
        fs::remove_file(out.join("a/b/c")).expect("removes");
        put(out, &[page("a", "2")]).expect("folders of files that are gone give way");
        assert_eq!(fs::read_to_string(out.join("a")).expect("reads"), "2");
    }

    #[test]
    fn a_foreign_folder_where_our_file_stood_is_told_before_anything_moves() {
        let dir = folder();
        let out = dir.path();
        put(out, &[page("a", "1"), page("b", "1")]).expect("writes");
        fs::remove_file(out.join("a")).expect("removes");
        fs::create_dir(out.join("a")).expect("makes");
        fs::write(out.join("a/mine.txt"), "mine").expect("writes");
        let wrong = put(out, &[page("a", "2"), page("b", "2")]).expect_err("refuses");
        assert_eq!(wrong[0].code, "foreign-file");
        assert_eq!(fs::read_to_string(out.join("b")).expect("reads"), "1");
        assert!(out.join("a/mine.txt").exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_our_own_folder() {
        use std::os::unix::fs::symlink;
        let (dir, elsewhere) = (folder(), folder());
        let out = dir.path();
        fs::create_dir(elsewhere.path().join("new")).expect("makes");
        fs::write(elsewhere.path().join("new/precious"), "mine").expect("writes");
        symlink(elsewhere.path(), out.join(OWN_FOLDER)).expect("links");
        assert_eq!(put(out, &[page("a", "1")]).expect_err("refuses")[0].code, "output");
        assert!(elsewhere.path().join("new/precious").exists());
        fs::remove_file(out.join(OWN_FOLDER)).expect("removes");
        put(out, &[page("a", "1")]).expect("writes");
        symlink(elsewhere.path().join("new/precious"), out.join(OWN_FOLDER).join("manifest.new")).expect("links");
        put(out, &[page("a", "2")]).expect("writes");
        assert_eq!(fs::read_to_string(elsewhere.path().join("new/precious")).expect("reads"), "mine");
        for name in [LOCK, MANIFEST] {
            let own = out.join(OWN_FOLDER).join(name);
            fs::remove_file(&own).expect("removes");
            symlink(elsewhere.path().join("new/precious"), &own).expect("links");
            assert_eq!(put(out, &[page("a", "3")]).expect_err("refuses")[0].code, "output", "{name}");
            fs::remove_file(&own).expect("removes");
        }
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
