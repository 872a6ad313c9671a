//! Cache: what recipes came to, kept in `.backgrounder/cache/` of the site's folder, so that it need not be made twice.
//!
//! An entry is found by all that it is made of: the bytes of the file, what is done with them, and the version of that.
//! Nothing is ever out of date, and an entry that is gone or damaged is made anew. Entries are written beside the others and
//! renamed into their place, so builds at the same time see each whole or not at all, and one that finds an entry removed
//! by another makes it again. Without the folder everything comes to the same bytes, only later.

use crate::diagnostic::Diagnostic;
use crate::read::from_here;
use crate::recipe::{Recipe, examine, make_all};
use crate::render::{Data, Rendered};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The folder, seen from the site's.
const FOLDER: &str = ".backgrounder/cache";

/// How entries end, and files that are on their way to be one.
const ENTRY: &str = "made";
const ON_ITS_WAY: &str = "new";

/// The largest entry that is read, in bytes: no picture that is made smaller comes near.
const LARGEST_ENTRY: u64 = 256 << 20;

/// How long a file can be on its way; one that is older was left by a build that was killed.
const LONGEST_WAY: Duration = Duration::from_secs(3600);

/// What recipes of a site came to.
pub struct Cache {
    root: PathBuf,
    folder: PathBuf,
    /// The keys of recipes that were worked out, as the files were then.
    keys: Mutex<HashMap<Recipe, String>>,
    /// What could not be kept on the disk, by its key.
    unkept: Mutex<HashMap<String, Vec<u8>>>,
    /// Why not.
    note: Mutex<Option<String>>,
    next: AtomicUsize,
}

impl Cache {
    /// The cache of the site in `root`. It is made when something is kept in it.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            folder: root.join(FOLDER),
            keys: Mutex::default(),
            unkept: Mutex::default(),
            note: Mutex::default(),
            next: AtomicUsize::new(0),
        }
    }

    /// Works out the recipes among outputs, those of one file together, and keeps what they come to. What cannot be made is
    /// told. `progress` is told how many files are done, and of how many.
    pub fn fill(&self, outputs: &[Rendered], progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Diagnostic> {
        each_file(outputs, progress, |file, recipes| {
            let bytes = self.read(file)?;
            let keyed = keyed(&bytes, recipes);
            let (missing, keys): (Vec<&Recipe>, Vec<&String>) =
                keyed.iter().filter(|(_, key)| self.kept(key).is_none()).map(|(recipe, key)| (*recipe, key)).unzip();
            if !missing.is_empty() {
                for (made, key) in make_all(&bytes, &missing).into_iter().zip(keys) {
                    self.keep(key, made?);
                }
            }
            locked(&self.keys).extend(keyed.into_iter().map(|(recipe, key)| (recipe.clone(), key)));
            Ok(())
        })
    }

    /// Tells what of the recipes among outputs could not be made, without making it. Nothing is kept.
    pub fn examine(&self, outputs: &[Rendered], progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Diagnostic> {
        each_file(outputs, progress, |file, recipes| {
            let bytes = self.read(file)?;
            let unknown = keyed(&bytes, recipes).into_iter().find(|(_, key)| self.kept(key).is_none());
            unknown.map_or(Ok(()), |(recipe, _)| examine(&bytes, recipe))
        })
    }

    /// What a recipe comes to: as it was worked out, or of its file as it is now.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn bytes(&self, recipe: &Recipe) -> Result<Vec<u8>, String> {
        let known = locked(&self.keys).get(recipe).cloned();
        if let Some(bytes) = known.and_then(|key| self.kept(&key)) {
            return Ok(bytes);
        }
        let bytes = self.read(recipe.file())?;
        let key = recipe.key(&Sha256::digest(&bytes));
        if let Some(bytes) = self.kept(&key) {
            return Ok(bytes);
        }
        let made = recipe.make(&bytes)?;
        self.keep(&key, made.clone());
        Ok(made)
    }

    /// Removes entries that are none of those that were worked out. Other files in the folder are left alone.
    pub fn tidy(&self) {
        let keys = locked(&self.keys);
        let used: BTreeSet<&str> = keys.values().map(String::as_str).collect();
        let Ok(items) = fs::read_dir(&self.folder) else { return };
        if self.is_elsewhere() {
            return;
        }
        for item in items.flatten() {
            let name = item.file_name();
            let is_left = || {
                let written = item.metadata().and_then(|meta| meta.modified()).ok();
                written.and_then(|written| written.elapsed().ok()).is_some_and(|age| age > LONGEST_WAY)
            };
            let is_over = match name.to_str().and_then(own_name) {
                Some((key, ENTRY)) => !used.contains(key),
                Some(_) => is_left(),
                None => false,
            };
            if is_over {
                // What stays is asked again by the next build.
                let _ = fs::remove_file(item.path());
            }
        }
    }

    /// Why something could not be kept, if so.
    pub fn note(&self) -> Option<String> {
        locked(&self.note).clone()
    }

    /// The bytes of a recipe's file: not of what a link has led to since it was found.
    fn read(&self, file: Option<&Path>) -> Result<Vec<u8>, String> {
        let Some(file) = file else { return Ok(Vec::new()) };
        let read = || {
            let is_inside = file.canonicalize()?.starts_with(self.root.canonicalize()?);
            if is_inside { fs::read(file) } else { Err(io::Error::other("it lies outside the site")) }
        };
        read().map_err(|error| error.to_string())
    }

    fn entry(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.{ENTRY}"))
    }

    /// What is kept under a key: an entry is the SHA-256 of its bytes, and the bytes.
    fn kept(&self, key: &str) -> Option<Vec<u8>> {
        if let Some(bytes) = locked(&self.unkept).get(key) {
            return Some(bytes.clone());
        }
        if self.is_elsewhere() {
            return None;
        }
        let path = self.entry(key);
        // A pipe or a device has no end.
        let is_entry = |meta: fs::Metadata| meta.is_file() && meta.len() <= LARGEST_ENTRY;
        let entry = fs::symlink_metadata(&path).is_ok_and(is_entry).then(|| fs::read(&path).ok()).flatten()?;
        let (digest, bytes) = entry.split_at_checked(32)?;
        (Sha256::digest(bytes)[..] == *digest).then(|| bytes.to_vec())
    }

    fn keep(&self, key: &str, bytes: Vec<u8>) {
        if let Err(error) = self.put(key, &bytes) {
            locked(&self.note).get_or_insert_with(|| {
                format!(
                    "pictures were made, and cannot be kept for the next time in {}: {error}",
                    from_here(&self.folder)
                )
            });
            locked(&self.unkept).insert(key.to_owned(), bytes);
        }
    }

    /// Whether the folder is a link, or stands behind one: what lies there is not ours.
    fn is_elsewhere(&self) -> bool {
        self.folder.is_symlink() || self.folder.parent().is_some_and(Path::is_symlink)
    }

    fn put(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        if self.is_elsewhere() {
            return Err(io::Error::other("it is a link"));
        }
        fs::create_dir_all(&self.folder)?;
        match new_file(&self.folder.join(".gitignore"), &[b"*\n"]) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let on_its_way = self.folder.join(format!("{key}.{}-{number}.{ON_ITS_WAY}", std::process::id()));
        let _ = fs::remove_file(&on_its_way);
        let put = new_file(&on_its_way, &[&Sha256::digest(bytes), bytes])
            .and_then(|()| fs::rename(&on_its_way, self.entry(key)));
        if put.is_err() {
            let _ = fs::remove_file(&on_its_way);
        }
        put
    }
}

/// Makes a file where there is none, nor a link that leads away.
fn new_file(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = fs::File::options().write(true).create_new(true).open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))
}

/// The key and the ending of a file of the cache's own.
fn own_name(name: &str) -> Option<(&str, &str)> {
    let (key, rest) = name.split_at_checked(64)?;
    let is_key = key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let ending = rest.strip_prefix('.').filter(|_| is_key)?;
    let is_way = |way: &str| !way.is_empty() && way.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match ending.split_once('.') {
        None if ending == ENTRY => Some((key, ENTRY)),
        Some((way, ON_ITS_WAY)) if is_way(way) => Some((key, ON_ITS_WAY)),
        _ => None,
    }
}

fn keyed<'r>(bytes: &[u8], recipes: &[&'r Recipe]) -> Vec<(&'r Recipe, String)> {
    let digest = Sha256::digest(bytes);
    recipes.iter().map(|recipe| (*recipe, recipe.key(&digest))).collect()
}

/// Runs `work` on the recipes among outputs, in parallel: those of one file together, those without one each for itself.
fn each_file(
    outputs: &[Rendered],
    progress: &(dyn Fn(usize, usize) + Sync),
    work: impl Fn(Option<&Path>, &[&Recipe]) -> Result<(), String> + Sync,
) -> Vec<Diagnostic> {
    let recipes = outputs.iter().filter_map(|output| match &output.data {
        Data::Made(recipe) => Some((&**recipe, &output.url)),
        _ => None,
    });
    let mut of_files: BTreeMap<&Path, Vec<&Recipe>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (recipe, url) in recipes {
        match recipe.file() {
            Some(file) => of_files.entry(file).or_default().push(recipe),
            None => alone.push((None, url.output(), vec![recipe])),
        }
    }
    let of_files = of_files.into_iter().map(|(file, recipes)| (Some(file), from_here(file), recipes));
    let all: Vec<_> = of_files.chain(alone).collect();
    let done = AtomicUsize::new(0);
    all.par_iter()
        .filter_map(|(file, shown, recipes)| {
            let wrong = work(*file, recipes).err();
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all.len());
            wrong.map(|reason| {
                let (what, help) = match file {
                    Some(_) => ("this picture cannot be made smaller", "save it anew from its original"),
                    None => ("this card cannot be drawn", "look at `card.svg` in templates/, or set `cards: false`"),
                };
                Diagnostic::error("picture", None, format!("{what}: {reason}")).path(shown.clone()).help(help)
            })
        })
        .collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Url;
    use image::{ImageFormat, RgbImage};
    use std::sync::Arc;

    /// A folder with a picture in it, and an output that makes it smaller.
    fn site() -> (tempfile::TempDir, Vec<Rendered>) {
        let folder = tempfile::tempdir().expect("a folder to test in");
        let from = folder.path().join("a.png");
        RgbImage::new(60, 40).save_with_format(&from, ImageFormat::Png).expect("writes");
        let recipe = Arc::new(Recipe::Resize { from, width: 30, quality: 80 });
        let output = Rendered { url: Url::of_file("a.png-30w.webp"), data: Data::Made(recipe) };
        (folder, vec![output])
    }

    fn recipe(outputs: &[Rendered]) -> &Recipe {
        let Data::Made(recipe) = &outputs[0].data else { panic!("it is made") };
        recipe
    }

    fn entries(cache: &Cache) -> Vec<PathBuf> {
        let items = fs::read_dir(&cache.folder).into_iter().flatten().flatten().map(|item| item.path());
        items.filter(|path| path.extension().is_some_and(|end| end == ENTRY)).collect()
    }

    #[test]
    fn what_is_kept_is_taken_and_what_is_damaged_made_anew() {
        let (folder, outputs) = site();
        let cache = Cache::of(folder.path());
        assert_eq!(cache.fill(&outputs, &|_, _| ()), []);
        let made = cache.bytes(recipe(&outputs)).expect("it is made");
        let [entry] = &entries(&cache)[..] else { panic!("one is kept") };
        let whole = fs::read(entry).expect("reads");
        assert_eq!(whole[32..], made);
        // What is kept is what comes out, whatever it is.
        fs::write(entry, [&Sha256::digest(b"kept")[..], b"kept"].concat()).expect("writes");
        assert_eq!(Cache::of(folder.path()).bytes(recipe(&outputs)).as_deref(), Ok(&b"kept"[..]));
        for damaged in [&whole[..whole.len() - 1], &whole[..10], b""] {
            fs::write(entry, damaged).expect("writes");
            assert_eq!(Cache::of(folder.path()).bytes(recipe(&outputs)).as_deref(), Ok(&made[..]));
            assert_eq!(fs::read(entry).expect("reads"), whole);
        }
        assert_eq!(fs::read_to_string(cache.folder.join(".gitignore")).expect("reads"), "*\n");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        use std::os::unix::fs::symlink;
        let (folder, outputs) = site();
        let elsewhere = tempfile::tempdir().expect("a folder");
        let foreign = elsewhere.path().join("foreign");
        fs::write(&foreign, "mine").expect("writes");
        let cache = Cache::of(folder.path());
        fs::create_dir_all(&cache.folder).expect("a folder");
        symlink(elsewhere.path().join("made"), cache.folder.join(".gitignore")).expect("a link");
        let bytes = fs::read(folder.path().join("a.png")).expect("reads");
        let key = recipe(&outputs).key(&Sha256::digest(&bytes));
        for number in 0..4 {
            let way = format!("{key}.{}-{number}.{ON_ITS_WAY}", std::process::id());
            symlink(&foreign, cache.folder.join(way)).expect("a link");
        }
        symlink(&foreign, cache.entry(&key)).expect("a link");
        assert_eq!(cache.fill(&outputs, &|_, _| ()), []);
        assert_eq!(fs::read_to_string(&foreign).expect("reads"), "mine");
        assert_eq!(fs::read_dir(elsewhere.path()).expect("reads").count(), 1);
        assert!(cache.entry(&key).symlink_metadata().is_ok_and(|entry| entry.is_file()));
    }

    #[test]
    fn entries_that_nothing_used_go_and_nothing_else() {
        let (folder, outputs) = site();
        let cache = Cache::of(folder.path());
        cache.fill(&outputs, &|_, _| ());
        let digits = "0123456789abcdef".repeat(4);
        let over = cache.folder.join(format!("{digits}.made"));
        let others = [format!("{digits}.12-3.new"), format!("{digits}.txt"), "notes.made".to_owned(), digits.clone()];
        for path in others.iter().map(|name| cache.folder.join(name)).chain([over.clone()]) {
            fs::write(path, "x").expect("writes");
        }
        cache.tidy();
        assert!(!over.exists() && entries(&cache).len() == 2);
        assert!(others.iter().all(|name| cache.folder.join(name).exists()));
        // A file that was left on its way long ago.
        let left = fs::File::open(cache.folder.join(&others[0])).expect("opens");
        left.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("sets the time");
        cache.tidy();
        assert!(!cache.folder.join(&others[0]).exists());
        Cache::of(folder.path()).tidy();
        assert!(entries(&cache).iter().all(|path| path.ends_with("notes.made")));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_note() {
        let (folder, outputs) = site();
        fs::write(folder.path().join(".backgrounder"), "in the way").expect("writes");
        let cache = Cache::of(folder.path());
        assert_eq!(cache.fill(&outputs, &|_, _| ()), []);
        assert!(cache.note().is_some_and(|note| note.contains("cannot be kept")));
        assert!(cache.bytes(recipe(&outputs)).is_ok());
    }

    #[test]
    fn looking_keeps_nothing() {
        let (folder, outputs) = site();
        let cache = Cache::of(folder.path());
        assert_eq!(cache.examine(&outputs, &|_, _| ()), []);
        assert!(!folder.path().join(".backgrounder").exists());
        fs::write(folder.path().join("a.png"), "no picture").expect("writes");
        assert_eq!(cache.examine(&outputs, &|_, _| ()).len(), 1);
        assert_eq!(cache.fill(&outputs, &|_, _| ()).len(), 1);
        assert!(!folder.path().join(".backgrounder").exists());
    }

    #[test]
    fn no_file_outside_the_site_is_read() {
        let (folder, outputs) = site();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).expect("makes");
        assert!(Cache::of(&inner).bytes(recipe(&outputs)).is_err());
    }
}
