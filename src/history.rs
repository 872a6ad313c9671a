//! What the site's files said in earlier commits, read out of the git repository that holds the site.
//!
//! The history is that of `HEAD` along *first parents*: the states that the branch itself has been in. A merge counts
//! as one step, with all that it brought; what was tried on a side branch and changed again before the merge was never
//! the site's word, and is not told. The road not taken is every commit in the order of time: two branches side by
//! side would then seem to change a figure to and fro.
//!
//! Nothing here runs the git program, a hook or a filter, and nothing is written. Texts are what git keeps: line ends
//! as they were committed, and the pointer instead of the file where Git LFS is in use.

use crate::limits::{
    DEEPEST_FOLDER, LARGEST_CHANGES, LARGEST_HISTORY, LARGEST_OBJECT, LARGEST_TEXT, LONGEST_NAME, MOST_STORES,
    MOST_TREE_ENTRIES,
};
use gix_hash::{Kind, ObjectId};
use gix_object::bstr::{BStr, ByteSlice as _};
use gix_object::tree::EntryMode;
use gix_object::{FindExt as _, FindHeader as _};
use gix_odb::HandleArc;
use gix_ref::Target;
use jiff::Timestamp;
use rayon::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was committed of a site's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History<T> {
    /// Nothing can be told; why, in words that can follow a colon: "the site is in no git repository".
    None(String),
    /// The versions, from the oldest commit to the newest.
    Known {
        /// Each where it differs from the version of the same path before it. Within one commit by path.
        versions: Vec<Version<T>>,
        /// A shallow clone knows nothing older than this; `None` where the history is whole.
        since: Option<Timestamp>,
    },
}

/// One committed version of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<T> {
    /// The file, from the site's root on, with `/`. A renamed file ends under one path and begins under another.
    pub path: String,
    /// When it was committed, by the committer's clock. Clocks err: the order of versions is that of the commits,
    /// and times may go back in it.
    pub time: Timestamp,
    /// The commit, in ten hexadecimal digits.
    pub commit: String,
    /// What was made of the text; `None` where the commit deletes the file (or makes it a folder or a symlink).
    pub content: Option<Arc<T>>,
}

/// How many digits of a commit's id are told: git's own seven or more, and hardly ever two commits'.
const SHORT: usize = 10;

/// The committed versions of those files in `folder` of `root` whose path `wanted` chooses, each made into what the caller
/// needs by `read(path, text)`, once per path and text, in parallel. Other folders are not looked into; `""` is all of the site.
///
/// Versions that are not UTF-8, or too large for a text, are passed over; where the history meets another limit, none is
/// told. Files that are ignored or not yet added have no versions, and neither have changes that are not committed. A site
/// that lay in another folder of the repository begins where it was moved.
pub fn history<T: Send + Sync>(
    root: &Path,
    folder: &str,
    wanted: &dyn Fn(&str) -> bool,
    read: &(dyn Fn(&str, &str) -> T + Sync),
) -> History<T> {
    let told = Repository::around(root).and_then(|repository| {
        let chain = repository.chain()?;
        let changes = repository.changes(&chain, folder, wanted)?;
        let versions = repository.versions(&chain, &changes, read)?;
        let since = chain.first().filter(|commit| repository.shallow.contains(&commit.id)).map(|commit| commit.time);
        Ok(History::Known { versions, since })
    });
    told.unwrap_or_else(History::None)
}

/// A git repository, and where the site is in it.
struct Repository {
    objects: HandleArc,
    head: ObjectId,
    /// The folders that lead from the work tree to the site.
    folders: Vec<String>,
    /// The commits whose parents a shallow clone has cut off.
    shallow: HashSet<ObjectId>,
    /// The files of earlier commits were left at the server.
    partial: bool,
    /// How many entries of folders have been read.
    walked: Cell<usize>,
    /// How many bytes of texts have been read.
    read: AtomicU64,
}

/// A step of the first-parent history.
struct Commit {
    id: ObjectId,
    tree: ObjectId,
    time: Timestamp,
}

/// One file that one commit leaves other than it found it.
struct Change {
    /// Which commit of the chain.
    step: usize,
    path: String,
    /// The file's blob; `None` when it is gone.
    blob: Option<ObjectId>,
}

/// What was made of each text, by path and blob; `None` for what is no text.
type Contents<'a, T> = HashMap<(&'a str, ObjectId), Option<Arc<T>>>;

/// An entry of a tree.
type Entry = (EntryMode, ObjectId);

/// The entries of a tree, by name.
type Entries<'a> = BTreeMap<&'a BStr, Entry>;

/// A name, and what has it in the one tree and in the other.
type Differing = (String, Option<Entry>, Option<Entry>);

impl Repository {
    /// Opens the repository that holds `root`.
    fn around(root: &Path) -> Result<Self, String> {
        let root = root.canonicalize().map_err(|wrong| unreadable(root.display(), wrong))?;
        look_around(&root)?;
        let (found, _) = gix_discover::upwards(&root).map_err(|_| no_repository(&root))?;
        let (git, work) = found.into_repository_and_work_tree_directories();
        let work = work.ok_or("the git repository around the site has no work tree")?;
        let git = git.canonicalize().map_err(|wrong| unreadable(git.display(), wrong))?;
        let work = work.canonicalize().map_err(|wrong| unreadable(work.display(), wrong))?;
        let common = match gix_discover::path::from_plain_file(&git.join("commondir")) {
            Some(folder) => git.join(folder.map_err(|wrong| unreadable("commondir", wrong))?),
            None => git.clone(),
        };
        ["config", "packed-refs", "shallow"].iter().try_for_each(|name| ordinary(&common.join(name)))?;
        let settings = Settings::of(&common);
        if settings.reftable {
            return Err("the git repository keeps its refs in the reftable format, which is not read yet".into());
        }
        look_at_objects(&common.join("objects"))?;
        let objects = objects(&common, settings.ids)?;
        let head = head(&git, &common, settings.ids)?;
        let folders = root
            .strip_prefix(&work)
            .ok()
            .and_then(|below| below.iter().map(|name| name.to_str().map(str::to_owned)).collect())
            .ok_or("the site's folder has no place in the git repository around it")?;
        let (walked, read) = (Cell::default(), AtomicU64::default());
        Ok(Self { objects, head, folders, shallow: shallow(&common)?, partial: settings.partial, walked, read })
    }

    /// The commits from the oldest to `HEAD`, from parent to first child.
    fn chain(&self) -> Result<Vec<Commit>, String> {
        let mut chain: Vec<Commit> = Vec::new();
        let mut seen = HashSet::new();
        let mut buffer = Vec::new();
        let mut next = Some(self.head);
        // Ids are not hashed anew when objects are read, so damage could lead in a circle.
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            let commit =
                self.objects.find_commit(&id, &mut buffer).map_err(|wrong| self.missing("commit", &id, wrong))?;
            let time = commit.time().map_err(|wrong| self.missing("commit", &id, wrong))?;
            let time = Timestamp::from_second(time.seconds).map_err(|wrong| self.missing("commit", &id, wrong))?;
            chain.push(Commit { id, tree: commit.tree(), time });
            next = commit.parents().next().filter(|_| !self.shallow.contains(&id));
        }
        chain.reverse();
        Ok(chain)
    }

    /// What each commit changed of the wanted files in a folder of the site.
    fn changes(&self, chain: &[Commit], folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Change>, String> {
        let mut path: Vec<String> = folder.split_terminator('/').map(str::to_owned).collect();
        let way: Vec<String> = self.folders.iter().chain(&path).cloned().collect();
        let mut changes = Vec::new();
        let (mut before, mut size) = (None, 0);
        for (step, commit) in chain.iter().enumerate() {
            let after = self.tree_at(&way, commit.tree)?;
            let mut changed = BTreeMap::new();
            self.compare(before, after, &mut path, &mut |path, blob| {
                if wanted(&path) {
                    size += path.len();
                    changed.insert(path, blob);
                }
                if size > LARGEST_CHANGES {
                    return Err(too_much(format!("{} MiB of paths of changed files", LARGEST_CHANGES >> 20)));
                }
                Ok(())
            })?;
            changes.extend(changed.into_iter().map(|(path, blob)| Change { step, path, blob }));
            before = after;
        }
        Ok(changes)
    }

    /// The tree that a way of folders leads to from the tree of a commit.
    fn tree_at(&self, way: &[String], commit: ObjectId) -> Result<Option<ObjectId>, String> {
        let mut tree = commit;
        for folder in way {
            match self.entries(Some(tree), &mut Vec::new())?.get(folder.as_bytes().as_bstr()) {
                Some((mode, id)) if mode.is_tree() => tree = *id,
                _ => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    /// Tells of each file that differs between two trees, and looks into no folder that is the same in both.
    fn compare(
        &self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        folders: &mut Vec<String>,
        tell: &mut dyn FnMut(String, Option<ObjectId>) -> Result<(), String>,
    ) -> Result<(), String> {
        if before == after {
            return Ok(());
        }
        if folders.len() > DEEPEST_FOLDER {
            return Err(too_much(format!("{DEEPEST_FOLDER} folders inside one another")));
        }
        for (name, earlier, later) in self.differing(before, after)? {
            folders.push(name);
            let (was, is) = (file(earlier), file(later));
            if was != is {
                tell(folders.join("/"), is)?;
            }
            self.compare(folder(earlier), folder(later), folders, tell)?;
            folders.pop();
        }
        Ok(())
    }

    /// The entries that differ between two trees, by name.
    fn differing(&self, before: Option<ObjectId>, after: Option<ObjectId>) -> Result<Vec<Differing>, String> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        let (mut old, new) = (self.entries(before, &mut old)?, self.entries(after, &mut new)?);
        let mut pairs: Vec<(&BStr, Option<Entry>, Option<Entry>)> = Vec::new();
        for (name, entry) in new {
            let earlier = old.remove(name);
            pairs.push((name, earlier, Some(entry)));
        }
        pairs.extend(old.into_iter().map(|(name, entry)| (name, Some(entry), None)));
        // A name that is no UTF-8, or longer than a file's can be, is none of the site's.
        let named = |name: &BStr| name.to_str().ok().filter(|name| name.len() <= LONGEST_NAME).map(str::to_owned);
        let differing = pairs.into_iter().filter(|(_, earlier, later)| earlier != later);
        Ok(differing.filter_map(|(name, earlier, later)| Some((named(name)?, earlier, later))).collect())
    }

    /// The entries of a tree, by name; none of no tree.
    fn entries<'a>(&self, tree: Option<ObjectId>, buffer: &'a mut Vec<u8>) -> Result<Entries<'a>, String> {
        // Git knows the empty tree without keeping it.
        let Some(tree) = tree.filter(|tree| *tree != ObjectId::empty_tree(tree.kind())) else {
            return Ok(Entries::new());
        };
        let read = self.objects.find_tree_iter(&tree, buffer).map_err(|wrong| self.missing("tree", &tree, wrong))?;
        let entries: Entries<'a> = read
            .map(|entry| entry.map(|entry| (entry.filename, (entry.mode, entry.oid.to_owned()))))
            .collect::<Result<_, _>>()
            .map_err(|wrong| self.missing("tree", &tree, wrong))?;
        // To find a folder takes as long as to read many of its entries.
        self.walked.set(self.walked.get() + entries.len() + 100);
        if self.walked.get() > MOST_TREE_ENTRIES {
            return Err(too_much(format!("{} million entries of folders", MOST_TREE_ENTRIES / 1_000_000)));
        }
        Ok(entries)
    }

    /// Reads the texts, each once, and leaves out what can not be one, and what is again as it was before that.
    fn versions<T: Send + Sync>(
        &self,
        chain: &[Commit],
        changes: &[Change],
        read: &(dyn Fn(&str, &str) -> T + Sync),
    ) -> Result<Vec<Version<T>>, String> {
        let contents = self.contents(changes, read)?;
        let mut versions = Vec::with_capacity(changes.len());
        let mut last: HashMap<&str, Option<ObjectId>> = HashMap::new();
        for Change { step, path, blob } in changes {
            let content = match blob {
                Some(blob) => match contents.get(&(path.as_str(), *blob)) {
                    Some(Some(content)) => Some(Arc::clone(content)),
                    _ => continue,
                },
                None => None,
            };
            if last.insert(path, *blob).flatten() == *blob {
                continue;
            }
            let Commit { id, time, .. } = chain[*step];
            let commit = id.to_hex_with_len(SHORT).to_string();
            versions.push(Version { path: path.clone(), time, commit, content });
        }
        Ok(versions)
    }

    /// What `read` makes of each text, by path and blob; `None` for what is no text.
    fn contents<'a, T: Send + Sync>(
        &self,
        changes: &'a [Change],
        read: &(dyn Fn(&str, &str) -> T + Sync),
    ) -> Result<Contents<'a, T>, String> {
        let mut told = HashSet::new();
        let mut keys: Vec<(&str, ObjectId)> =
            changes.iter().filter_map(|change| Some((change.path.as_str(), change.blob?))).collect();
        keys.retain(|key| told.insert(*key));
        // Versions of one file one after another: git packs each as what differs from a neighbour.
        keys.sort_by_key(|(path, _)| *path);
        let read_so_far = &self.read;
        let share = keys.len().div_ceil(rayon::current_num_threads()).max(1);
        // A handle has caches of its own, and each thread one handle.
        let shares: Vec<(HandleArc, &[(&str, ObjectId)])> =
            keys.chunks(share).map(|keys| (self.objects.clone(), keys)).collect();
        let made: Vec<Result<Vec<_>, (ObjectId, String)>> = shares
            .into_par_iter()
            .map(|(objects, keys)| {
                let made = keys.iter().map(|(path, blob)| {
                    let text = text(&objects, blob, read_so_far).map_err(|wrong| (*blob, wrong))?;
                    Ok(((*path, *blob), text.map(|text| Arc::new(read(path, &text)))))
                });
                made.collect()
            })
            .collect();
        if self.read.load(Ordering::Relaxed) > LARGEST_HISTORY {
            return Err(too_much(format!("{} MiB of texts", LARGEST_HISTORY >> 20)));
        }
        let made: Result<Vec<_>, _> = made.into_iter().collect();
        Ok(made.map_err(|(blob, wrong)| self.missing("file", &blob, wrong))?.into_iter().flatten().collect())
    }

    /// Words for an object that is not there, or not sound.
    fn missing(&self, what: &str, id: &ObjectId, wrong: impl Display) -> String {
        if self.partial {
            return "the git repository is a partial clone, which has left earlier files at the server".into();
        }
        unreadable(format!("the {what} {} in the git repository", id.to_hex_with_len(SHORT)), wrong)
    }
}

/// What the repository's own configuration says of its formats. Only these three lines of it matter here.
struct Settings {
    ids: Kind,
    reftable: bool,
    partial: bool,
}

impl Settings {
    fn of(common: &Path) -> Self {
        let config = fs::read_to_string(common.join("config")).unwrap_or_default().to_lowercase();
        let says = |key: &str, value: &str| {
            let mut pairs = config.lines().filter_map(|line| line.split_once('='));
            pairs.any(|(k, v)| k.trim() == key && v.trim() == value)
        };
        Self {
            ids: if says("objectformat", "sha256") { Kind::Sha256 } else { Kind::Sha1 },
            reftable: says("refstorage", "reftable"),
            partial: says("promisor", "true"),
        }
    }
}

/// Looks at a file of a repository that is read whole, if it is there: a pipe would keep the run waiting, a device has no end.
fn ordinary(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(data) if !data.is_file() && !data.is_dir() => Err(unreadable(path.display(), "it is no ordinary file")),
        Ok(data) if data.len() > LARGEST_TEXT => Err(unreadable(path.display(), "it is too large")),
        _ => Ok(()),
    }
}

/// Looks at what is read while a repository is searched for, in each folder and in what its `.git` is or names.
fn look_around(root: &Path) -> Result<(), String> {
    for folder in root.ancestors() {
        let git = folder.join(".git");
        let named = git.is_file().then(|| gix_discover::path::from_gitdir_file(&git).ok()).flatten();
        for place in [Some(folder.to_owned()), Some(git), named].into_iter().flatten() {
            look_at_ref(&place, "HEAD")?;
            ["commondir", "gitdir"].iter().try_for_each(|name| ordinary(&place.join(name)))?;
        }
    }
    Ok(())
}

/// Looks at each file in which gix searches for what a name stands for.
fn look_at_ref(folder: &Path, name: &str) -> Result<(), String> {
    const PLACES: [&str; 8] = ["", "refs", "refs/tags", "refs/heads", "refs/remotes", "tags", "heads", "remotes"];
    PLACES.iter().try_for_each(|place| ordinary(&folder.join(place).join(name)))?;
    ordinary(&folder.join("remotes").join(name).join("HEAD"))
}

/// Looks at a store of objects, and at those that it borrows from.
fn look_at_objects(objects: &Path) -> Result<(), String> {
    let (mut left, mut seen) = (vec![objects.to_owned()], HashSet::new());
    while let Some(store) = left.pop() {
        let Ok(store) = store.canonicalize() else { continue };
        if !seen.insert(store.clone()) {
            continue;
        }
        if seen.len() > MOST_STORES + 1 {
            return Err(format!("the git repository borrows from more than {MOST_STORES} others"));
        }
        let mut items = walkdir::WalkDir::new(&store).max_depth(2).follow_links(true).into_iter().flatten();
        if let Some(odd) = items.find(|item| !item.file_type().is_file() && !item.file_type().is_dir()) {
            return Err(unreadable(odd.path().display(), "it is no ordinary file"));
        }
        let borrowed = store.join("info/alternates");
        ordinary(&borrowed)?;
        let others = gix_odb::alternate::parse(&fs::read(borrowed).unwrap_or_default()).unwrap_or_default();
        left.extend(others.into_iter().map(|other| objects.join(other)));
    }
    Ok(())
}

/// Opens the store of objects, and of those repositories that it borrows objects from.
fn objects(common: &Path, ids: Kind) -> Result<HandleArc, String> {
    let options = gix_odb::store::init::Options { alloc_limit_bytes: Some(LARGEST_OBJECT), ..Default::default() };
    let mut objects = gix_odb::at_opts(common.join("objects"), ids, None, options)
        .and_then(gix_odb::Handle::into_arc)
        .map_err(|wrong| unreadable("the git repository", wrong))?;
    objects.set_pack_cache(|| Box::new(Bases::default()));
    Ok(objects)
}

/// The commit that `HEAD` stands for: through a branch, or detached.
fn head(git: &Path, common: &Path, ids: Kind) -> Result<ObjectId, String> {
    let refs = gix_ref::file::Store::for_linked_worktree(git.to_owned(), common.to_owned(), ids);
    let mut name = "HEAD".to_owned();
    // HEAD, its branch, and a few symbolic refs between them; git itself follows five.
    for _ in 0..6 {
        let found =
            refs.try_find(name.as_str()).map_err(|wrong| unreadable(format!("{name} in the git repository"), wrong))?;
        match found.map(|found| found.target) {
            None => return Err("the git repository has no commit yet".into()),
            Some(Target::Symbolic(next)) => {
                name = next.to_string();
                if !name.starts_with("refs/") {
                    return Err(unreadable("HEAD in the git repository", "it leads to no branch"));
                }
                look_at_ref(git, &name)?;
                look_at_ref(common, &name)?;
            }
            Some(Target::Object(id)) => return Ok(id),
        }
    }
    Err(unreadable("HEAD in the git repository", "it leads in a circle"))
}

/// The commits that a shallow clone begins with.
fn shallow(common: &Path) -> Result<HashSet<ObjectId>, String> {
    match fs::read(common.join("shallow")) {
        Ok(ids) => ids
            .lines()
            .map(|id| {
                ObjectId::from_hex(id).map_err(|wrong| unreadable("the file `shallow` of the git repository", wrong))
            })
            .collect(),
        Err(_) => Ok(HashSet::new()),
    }
}

/// The text of a blob; `None` where it is too large, or not UTF-8, or where too much has been read already.
fn text(objects: &HandleArc, blob: &ObjectId, read: &AtomicU64) -> Result<Option<String>, String> {
    let header = objects.try_header(blob).map_err(|wrong| wrong.to_string())?.ok_or("it is missing")?;
    let is_too_much = || read.fetch_add(header.size, Ordering::Relaxed) + header.size > LARGEST_HISTORY;
    if header.size > LARGEST_TEXT || is_too_much() {
        return Ok(None);
    }
    let mut buffer = Vec::new();
    objects.find_blob(blob, &mut buffer).map_err(|wrong| wrong.to_string())?;
    Ok(String::from_utf8(buffer).ok())
}

fn file(entry: Option<Entry>) -> Option<ObjectId> {
    entry.filter(|(mode, _)| mode.is_blob()).map(|(_, id)| id)
}

fn folder(entry: Option<Entry>) -> Option<ObjectId> {
    entry.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| id)
}

/// Words for a folder that no repository holds, or one that is too damaged to be taken for one.
fn no_repository(root: &Path) -> String {
    match root.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists()) {
        Some(git) => unreadable(git.display(), "it is no sound git repository"),
        None => "the site is in no git repository".into(),
    }
}

/// Words for a history that meets a limit.
fn too_much(most: impl Display) -> String {
    format!("the git history has more than {most}")
}

/// The one form of words for what can not be read.
fn unreadable(what: impl Display, wrong: impl Display) -> String {
    crate::source::printable(format!("{what} cannot be read: {wrong}"))
}

/// Objects of packs that others are told as differences from, kept for those others. A plain map that is emptied when
/// it is full does as well here as gix's caches, which would bring a crate each: what is read next is mostly what is
/// next to it in the pack.
#[derive(Default)]
struct Bases {
    kept: HashMap<(u32, u64), (Vec<u8>, gix_object::Kind, usize)>,
    size: usize,
}

/// What the cache may hold, in bytes, for each thread.
const BASES: usize = 32 << 20;

impl gix_odb::pack::cache::DecodeEntry for Bases {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: gix_object::Kind, compressed: usize) {
        if self.size + data.len() > BASES {
            *self = Self::default();
        }
        if data.len() < BASES / 4 && self.kept.insert((pack, offset), (data.to_vec(), kind, compressed)).is_none() {
            self.size += data.len();
        }
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(gix_object::Kind, usize)> {
        let (data, kind, compressed) = self.kept.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(data);
        Some((*kind, *compressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::path::PathBuf;
    use std::process::{Command, Stdio};
    use tempfile::TempDir;

    /// A repository in a folder that vanishes with the test.
    struct Repo(TempDir);

    impl Repo {
        fn new(options: &[&str]) -> Self {
            let repo = Self(tempfile::tempdir().expect("a temporary folder"));
            repo.git(&[&["init", "-q", "-b", "main"], options].concat());
            repo
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        /// Runs the git program, with no configuration but its own, and a clock that stands still.
        fn git(&self, arguments: &[&str]) -> String {
            git(self.path(), arguments)
        }

        fn write(&self, path: &str, text: impl AsRef<[u8]>) {
            let file = self.path().join(path);
            fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }

        fn remove(&self, path: &str) {
            fs::remove_file(self.path().join(path)).expect("it was there");
        }

        fn commit(&self) {
            self.git(&["add", "-A"]);
            self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        }

        /// A tree of these entries, a line each, whether or not there are such files.
        fn tree(&self, entries: &str) -> String {
            let mut git = Command::new("git")
                .arg("mktree")
                .current_dir(self.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the git program");
            git.stdin.take().expect("a pipe").write_all(entries.as_bytes()).expect("git reads");
            String::from_utf8(git.wait_with_output().expect("git ends").stdout).expect("UTF-8")
        }

        /// The versions, a line each.
        fn story(&self) -> String {
            story(self.path())
        }
    }

    fn git(folder: &Path, arguments: &[&str]) -> String {
        let out = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_COMMITTER_DATE", "2020-02-03T04:05:06Z")
            .output()
            .expect("the git program");
        assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    fn story(root: &Path) -> String {
        match history(root, "", &|path| path.ends_with(".yaml"), &|_, text| text.to_owned()) {
            History::None(why) => format!("none: {why}"),
            History::Known { versions, since } => {
                let mut lines: Vec<String> = versions
                    .iter()
                    .map(|version| match &version.content {
                        Some(text) => format!("{} = {}", version.path, text.trim()),
                        None => format!("{} is gone", version.path),
                    })
                    .collect();
                lines.extend(since.map(|since| format!("since {since}")));
                lines.join("\n")
            }
        }
    }

    #[test]
    fn versions_run_from_the_oldest_to_the_newest_where_a_file_differs() {
        let repo = Repo::new(&[]);
        repo.write("facts/b.yaml", "1");
        repo.write("a.yaml", "1");
        repo.write("a.md", "not wanted");
        repo.commit();
        repo.write("facts/b.yaml", "2");
        repo.commit();
        repo.commit();
        repo.remove("a.yaml");
        repo.commit();
        repo.write("a.yaml", "1");
        repo.write("facts/b.yaml", "1");
        repo.commit();
        assert_eq!(
            repo.story(),
            "a.yaml = 1\nfacts/b.yaml = 1\nfacts/b.yaml = 2\na.yaml is gone\na.yaml = 1\nfacts/b.yaml = 1"
        );
    }

    #[test]
    fn a_version_knows_its_commit_and_the_committers_time() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.commit();
        let History::Known { versions, since } =
            history(repo.path(), "", &|_| true, &|path, text| format!("{path}:{text}"))
        else {
            panic!("there is a history")
        };
        let expected = Version {
            path: "a.yaml".into(),
            time: "2020-02-03T04:05:06Z".parse().expect("a time"),
            commit: repo.git(&["rev-parse", "HEAD"])[..10].into(),
            content: Some(Arc::new("a.yaml:1".to_owned())),
        };
        assert_eq!((versions, since), (vec![expected], None));
    }

    #[test]
    fn one_text_is_read_once() {
        let repo = Repo::new(&[]);
        for text in ["1", "2", "1", "2", "1"] {
            repo.write("a.yaml", text);
            repo.commit();
        }
        let read = std::sync::atomic::AtomicUsize::new(0);
        let told = history(repo.path(), "", &|_| true, &|_, _| read.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        assert!(matches!(told, History::Known { versions, .. } if versions.len() == 5));
        assert_eq!(read.into_inner(), 2);
    }

    #[test]
    fn without_a_repository_there_is_none() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(story(folder.path()), "none: the site is in no git repository");
        assert!(story(&folder.path().join("nowhere")).contains("cannot be read"));
    }

    #[test]
    fn without_a_commit_there_is_none() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.git(&["add", "-A"]);
        assert_eq!(repo.story(), "none: the git repository has no commit yet");
    }

    #[test]
    fn what_is_empty_is_a_version_too() {
        let repo = Repo::new(&[]);
        repo.commit();
        repo.write("a.yaml", "");
        repo.commit();
        repo.remove("a.yaml");
        repo.commit();
        assert_eq!(repo.story(), "a.yaml = \na.yaml is gone");
    }

    /// Commits a folder whose ten names stand for one and the same folder, and so on ten deep, and takes it away again.
    fn bomb(folder: &str, leaf: &str) -> Repo {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.commit();
        let blob = repo.git(&["rev-parse", "HEAD:a.yaml"]);
        let ten = |what: &str, id: &str, name: &str| {
            (0..10).fold(String::new(), |lines, n| lines + &format!("{what} {}\t{n}{name}\n", id.trim()))
        };
        let leaves = repo.tree(&ten("100644 blob", &blob, leaf));
        let top = (0..9).fold(leaves, |below, _| repo.tree(&ten("040000 tree", &below, "d")));
        let site = repo.tree(&format!("040000 tree {}\t{folder}\n", top.trim()));
        // What looks at the whole folder, as `git commit` does, would not end.
        let filled = repo.git(&["commit-tree", "-m", "x", "-p", "HEAD", site.trim()]);
        let emptied = repo.git(&["commit-tree", "-m", "x", "-p", filled.trim(), "HEAD^{tree}"]);
        repo.git(&["update-ref", "HEAD", emptied.trim()]);
        repo
    }

    #[test]
    fn folders_that_stand_for_one_another_without_end_are_told() {
        assert_eq!(
            bomb("content", ".yaml").story(),
            "none: the git history has more than 32 MiB of paths of changed files"
        );
        let repo = bomb("content", ".txt");
        let repository = Repository::around(repo.path()).expect("a repository");
        repository.walked.set(MOST_TREE_ENTRIES - 10_000);
        let told = repository.chain().and_then(|chain| repository.changes(&chain, "content", &|_| false));
        assert_eq!(told.err().as_deref(), Some("the git history has more than 200 million entries of folders"));
    }

    #[test]
    fn folders_in_which_nothing_is_wanted_are_not_looked_into() {
        let repo = bomb("static", ".yaml");
        assert_eq!(
            history(repo.path(), "content", &|_| true, &|_, _| ()),
            History::Known { versions: vec![], since: None }
        );
    }

    #[test]
    fn texts_without_end_are_told() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "123");
        repo.commit();
        let repository = Repository::around(repo.path()).expect("a repository");
        let chain = repository.chain().expect("a commit");
        let changes = repository.changes(&chain, "", &|_| true).expect("a change");
        let versions = || repository.versions(&chain, &changes, &|_, _| ()).map(|versions| versions.len());
        repository.read.store(LARGEST_HISTORY - 3, Ordering::Relaxed);
        assert_eq!(versions(), Ok(1));
        assert_eq!(versions(), Err("the git history has more than 2048 MiB of texts".into()));
    }

    #[test]
    fn a_bare_repository_holds_no_site() {
        let repo = Repo::new(&["--bare"]);
        assert_eq!(repo.story(), "none: the git repository around the site has no work tree");
    }

    #[test]
    fn the_site_may_be_a_subfolder() {
        let repo = Repo::new(&[]);
        repo.write("other.yaml", "1");
        repo.commit();
        repo.write("the/site/content/a.yaml", "1");
        repo.write("the/sites.yaml", "1");
        repo.commit();
        repo.write("other.yaml", "2");
        repo.commit();
        assert_eq!(story(&repo.path().join("the/site")), "content/a.yaml = 1");
        repo.write("new/a.yaml", "1");
        assert_eq!(story(&repo.path().join("new")), "");
    }

    #[cfg(unix)]
    #[test]
    fn the_site_may_be_reached_through_a_symlink() {
        let repo = Repo::new(&[]);
        repo.write("site/a.yaml", "1");
        repo.commit();
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        std::os::unix::fs::symlink(repo.path().join("site"), elsewhere.path().join("link")).expect("a symlink");
        assert_eq!(story(&elsewhere.path().join("link")), "a.yaml = 1");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_no_version() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        symlink("a.yaml", repo.path().join("b.yaml")).expect("a symlink");
        repo.commit();
        fs::set_permissions(repo.path().join("a.yaml"), fs::Permissions::from_mode(0o755)).expect("a mode");
        repo.commit();
        repo.remove("a.yaml");
        repo.write("a.yaml/c.yaml", "1");
        repo.commit();
        assert_eq!(repo.story(), "a.yaml = 1\na.yaml is gone\na.yaml/c.yaml = 1");
    }

    #[test]
    fn a_rename_ends_one_path_and_begins_another() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.commit();
        repo.git(&["mv", "a.yaml", "b.yaml"]);
        repo.commit();
        assert_eq!(repo.story(), "a.yaml = 1\na.yaml is gone\nb.yaml = 1");
    }

    #[test]
    fn what_is_not_committed_has_no_version() {
        let repo = Repo::new(&[]);
        repo.write(".gitignore", "ignored.yaml");
        repo.write("a.yaml", "1");
        repo.commit();
        repo.write("a.yaml", "2");
        repo.write("ignored.yaml", "1");
        repo.write("untracked.yaml", "1");
        assert_eq!(repo.story(), "a.yaml = 1");
    }

    #[test]
    fn what_is_no_text_is_passed_over() {
        let repo = Repo::new(&[]);
        repo.write("b.yaml", [0xff]);
        for text in [&b"1"[..], b"\xff\xfe", b"1", b"2"] {
            repo.write("a.yaml", text);
            repo.commit();
        }
        repo.remove("b.yaml");
        repo.commit();
        assert_eq!(repo.story(), "a.yaml = 1\na.yaml = 2");
    }

    #[test]
    fn a_merge_is_one_step_and_changes_nothing_back() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.write("b.yaml", "1");
        repo.commit();
        repo.git(&["checkout", "-q", "-b", "side"]);
        repo.write("b.yaml", "tried");
        repo.commit();
        repo.write("b.yaml", "2");
        repo.commit();
        repo.git(&["checkout", "-q", "main"]);
        repo.write("a.yaml", "2");
        repo.commit();
        repo.git(&["merge", "-q", "--no-edit", "side"]);
        assert_eq!(repo.story(), "a.yaml = 1\nb.yaml = 1\na.yaml = 2\nb.yaml = 2");
    }

    #[test]
    fn a_head_may_be_detached() {
        let repo = Repo::new(&[]);
        for text in ["1", "2", "3"] {
            repo.write("a.yaml", text);
            repo.commit();
        }
        repo.git(&["checkout", "-q", "--detach", "HEAD~1"]);
        assert_eq!(repo.story(), "a.yaml = 1\na.yaml = 2");
    }

    #[test]
    fn packs_packed_refs_and_indices_over_packs_are_read() {
        let repo = Repo::new(&[]);
        for n in 1..40 {
            repo.write("a.yaml", format!("{n}"));
            repo.write("b.yaml", format!("{}{n}", "a long text that stays. ".repeat(50)));
            repo.commit();
            if n % 13 == 0 {
                repo.git(&["repack", "-q", "-d"]);
            }
        }
        let loose = repo.story();
        assert_eq!(loose.lines().count(), 78);
        repo.git(&["multi-pack-index", "write"]);
        assert_eq!(repo.story(), loose);
        repo.git(&["gc", "-q"]);
        assert!(!repo.path().join(".git/refs/heads/main").exists());
        assert_eq!(repo.story(), loose);
    }

    #[test]
    fn a_worktree_has_its_own_head() {
        let repo = Repo::new(&[]);
        repo.write("site/a.yaml", "1");
        repo.commit();
        repo.git(&["worktree", "add", "-q", "-b", "side", "tree"]);
        repo.write("site/a.yaml", "2");
        repo.git(&["commit", "-q", "-am", "x"]);
        assert!(repo.path().join("tree/.git").is_file());
        assert_eq!(story(&repo.path().join("tree/site")), "a.yaml = 1");
        assert_eq!(story(&repo.path().join("site")), "a.yaml = 1\na.yaml = 2");
    }

    #[test]
    fn a_submodule_has_its_own_history() {
        let (site, outer) = (Repo::new(&[]), Repo::new(&[]));
        site.write("a.yaml", "1");
        site.commit();
        outer.git(&["submodule", "--quiet", "add", &site.path().to_string_lossy(), "site"]);
        outer.commit();
        assert_eq!(story(&outer.path().join("site")), "a.yaml = 1");
        assert_eq!(outer.story(), "");
    }

    #[test]
    fn a_shallow_clone_says_where_it_begins() {
        let (repo, clone) = (Repo::new(&[]), tempfile::tempdir().expect("a temporary folder"));
        for text in ["1", "2", "3"] {
            repo.write("a.yaml", text);
            repo.commit();
        }
        let url = format!("file://{}", repo.path().display());
        git(clone.path(), &["clone", "-q", "--depth", "2", &url, "."]);
        assert_eq!(story(clone.path()), "a.yaml = 2\na.yaml = 3\nsince 2020-02-03T04:05:06Z");
        git(clone.path(), &["fetch", "-q", "--unshallow"]);
        assert_eq!(story(clone.path()), repo.story());
    }

    #[test]
    fn a_partial_clone_is_called_one() {
        let (repo, clone) = (Repo::new(&[]), tempfile::tempdir().expect("a temporary folder"));
        repo.git(&["config", "uploadpack.allowFilter", "true"]);
        for text in ["1", "2"] {
            repo.write("a.yaml", text);
            repo.commit();
        }
        let url = format!("file://{}", repo.path().display());
        git(clone.path(), &["clone", "-q", "--filter=blob:none", &url, "."]);
        assert!(story(clone.path()).contains("partial clone"), "{}", story(clone.path()));
    }

    #[test]
    fn objects_may_be_borrowed_from_another_repository() {
        let (repo, clone) = (Repo::new(&[]), tempfile::tempdir().expect("a temporary folder"));
        repo.write("a.yaml", "1");
        repo.commit();
        git(clone.path(), &["clone", "-q", "--shared", &repo.path().to_string_lossy(), "."]);
        assert!(clone.path().join(".git/objects/info/alternates").exists());
        assert_eq!(story(clone.path()), "a.yaml = 1");
    }

    #[test]
    fn ids_may_be_sha256() {
        let repo = Repo::new(&["--object-format=sha256"]);
        for text in ["1", "2"] {
            repo.write("facts/a.yaml", text);
            repo.commit();
        }
        assert_eq!(repo.story(), "facts/a.yaml = 1\nfacts/a.yaml = 2");
        repo.git(&["gc", "-q"]);
        assert_eq!(repo.story(), "facts/a.yaml = 1\nfacts/a.yaml = 2");
    }

    #[test]
    fn reftables_are_said_not_to_be_read() {
        let repo = Repo::new(&["--ref-format=reftable"]);
        repo.write("a.yaml", "1");
        repo.commit();
        assert!(repo.story().contains("reftable"));
    }

    /// Cuts each file of the repository short in turn: there may be a history or none, but never a panic.
    #[test]
    fn damage_is_told_in_words() {
        for packed in [false, true] {
            let repo = Repo::new(&[]);
            for text in ["1", "2", "3"] {
                repo.write("facts/a.yaml", format!("{}{text}", "a long text that stays. ".repeat(20)));
                repo.commit();
            }
            if packed {
                repo.git(&["gc", "-q"]);
            }
            let mut told = 0;
            for file in walkdir(&repo.path().join(".git")) {
                let sound = fs::read(&file).expect("a file");
                for length in [0, sound.len() / 2, sound.len().saturating_sub(1)] {
                    // Objects are write-protected.
                    fs::remove_file(&file).expect("a file");
                    fs::write(&file, &sound[..length]).expect("a file");
                    told += usize::from(repo.story().contains("cannot be read: "));
                }
                fs::remove_file(&file).expect("a file");
                told += usize::from(repo.story().starts_with("none: "));
                fs::write(&file, &sound).expect("a file");
            }
            assert!(told > 8, "{told}");
            assert_eq!(repo.story().lines().count(), 3);
        }
    }

    #[cfg(unix)]
    #[test]
    fn pipes_devices_and_what_has_no_end_are_told() {
        let repo = Repo::new(&[]);
        repo.write("a.yaml", "1");
        repo.commit();
        let object = repo.git(&["rev-parse", "HEAD"]);
        let object = format!("objects/{}/{}", &object[..2], object[2..].trim());
        let small = ["HEAD", "commondir", "gitdir", "config", "packed-refs", "shallow", "refs/heads/main"];
        for name in small.into_iter().chain(["objects/info/alternates", &object]) {
            let file = repo.path().join(".git").join(name);
            let sound = fs::read(&file);
            let _ = fs::remove_file(&file);
            assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo starts").success());
            assert!(repo.story().ends_with("it is no ordinary file"), "{name}: {}", repo.story());
            fs::remove_file(&file).expect("a pipe");
            std::os::unix::fs::symlink("/dev/zero", &file).expect("a symlink");
            assert!(repo.story().ends_with("it is no ordinary file"), "{name}: {}", repo.story());
            fs::remove_file(&file).expect("a symlink");
            if name != object {
                fs::File::create(&file).and_then(|file| file.set_len(1 << 40)).expect("it has no bytes on the disk");
                assert!(repo.story().ends_with("it is too large"), "{name}: {}", repo.story());
                fs::remove_file(&file).expect("a file");
            }
            if let Ok(sound) = sound {
                fs::write(&file, sound).expect("a file");
            }
        }
        assert_eq!(repo.story(), "a.yaml = 1");
    }

    #[test]
    fn repositories_that_borrow_without_end_are_told() {
        let repo = Repo::new(&[]);
        let stores = (0..100).map(|n| format!("store{n}"));
        stores.clone().for_each(|store| repo.write(&format!(".git/objects/{store}/a"), ""));
        repo.write(".git/objects/info/alternates", stores.collect::<Vec<_>>().join("\n"));
        assert_eq!(repo.story(), "none: the git repository borrows from more than 64 others");
    }

    fn walkdir(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
    }

    /// The git program itself tells the same of a history full of merges, as long as every file is a text.
    #[test]
    fn git_says_the_same() {
        let repo = Repo::new(&[]);
        repo.write("0.yaml", "0");
        repo.commit();
        let mut dice = 12_345_u32;
        for n in 0..80 {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let roll = dice >> 16;
            match roll % 8 {
                0 => drop(repo.git(&["checkout", "-q", "-B", &format!("side{n}")])),
                1 => drop(repo.git(&["checkout", "-q", "main"])),
                2 => {
                    repo.git(&["checkout", "-q", "main"]);
                    let sides = repo.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/side*"]);
                    for side in sides.lines() {
                        repo.git(&["merge", "-q", "--no-ff", "-X", "theirs", "--no-edit", side]);
                        repo.git(&["branch", "-q", "-D", side]);
                    }
                }
                // Names that sort unlike the folders of the same name.
                _ => {
                    let path = format!("{}.yaml", ["a", "a-b", "a/c", "a/c/d", "e"][roll as usize / 8 % 5]);
                    repo.write(&path, format!("{}", roll / 64 % 4));
                    repo.commit();
                }
            }
        }
        let log =
            repo.git(&["log", "--first-parent", "-m", "--raw", "--no-renames", "--reverse", "--format=%H", "--root"]);
        let mut commit = "";
        let mut expected = Vec::new();
        for line in log.lines().filter(|line| !line.is_empty()) {
            match line.split_once('\t') {
                Some((_, path)) => expected.push(format!("{} {path}", &commit[..SHORT])),
                None => commit = line,
            }
        }
        let History::Known { versions, .. } = history(repo.path(), "", &|_| true, &|_, _| ()) else {
            panic!("there is a history")
        };
        let told: Vec<String> = versions.iter().map(|version| format!("{} {}", version.commit, version.path)).collect();
        assert!(repo.git(&["log", "--merges", "--oneline"]).lines().count() > 2);
        assert_eq!(told, expected);
    }
}
