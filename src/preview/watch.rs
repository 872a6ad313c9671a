//! Watch: what the disk tells of a site's files, gathered until it can be acted on.
//!
//! A file that is complete (closed after writing, or renamed into its place) is told at once. One that is being written
//! is waited for, and one that is gone is given a moment to come back, for that is how many editors save. When much
//! changes together, as when another branch is checked out, it is told together.

use crate::live::Touched;
use crate::read;
use crate::source::Area;
use notify::event::{AccessKind, AccessMode, CreateKind, Event, EventKind, Flag, ModifyKind, RemoveKind, RenameMode};
use notify::{Config, ErrorKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

/// How long a complete file waits for what belongs to it, such as the other end of a renaming.
const COMPLETE: Duration = Duration::from_millis(1);
/// How long a file that is being written must rest, where its end is not told.
const WRITING: Duration = Duration::from_millis(40);
/// How long a file that is gone may take to come back.
const GONE: Duration = Duration::from_millis(30);
/// How long folders must rest that come, go or are renamed.
const FOLDERS: Duration = Duration::from_millis(60);
/// How many files changing together are taken for one large change, and how long it must rest.
const MANY: usize = 8;
const LARGE_CHANGE: Duration = Duration::from_millis(25);
/// How long anything can be put off.
const LONGEST: Duration = Duration::from_millis(500);
/// How long it can be put off to look at everything when the system often tells less than there is.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often it is looked whether the folders are still those that are watched.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often a disk that tells nothing is asked.
const POLL: Duration = Duration::from_millis(500);

/// Files that have changed, and when that was known.
#[derive(Debug)]
pub struct Batch {
    /// The files, as paths that begin as the site's own folder was given.
    pub touched: Touched,
    /// When it was acted on: what the system told had been waited for.
    pub noticed: SystemTime,
}

impl Batch {
    /// That anything may have changed.
    pub fn all() -> Self {
        Self { touched: Touched::All, noticed: SystemTime::now() }
    }
}

/// What is watched.
pub struct Watch {
    root: Place,
    config: Place,
    watcher: Box<dyn Watcher + Send>,
    events: Receiver<notify::Result<Event>>,
    watched: Vec<PathBuf>,
    /// What the folders were when they were last watched.
    seen: Vec<Option<Identity>>,
    /// What links of the site lead to; it changes under names of its own.
    links: Vec<PathBuf>,
    pending: Pending,
    /// When the system last told that it had not told all, and how long that was then put off.
    missed: Option<(Instant, Duration)>,
    /// What the writer should know, as sentences.
    notes: Vec<String>,
}

/// A path as it was given, and as the system tells it.
struct Place {
    given: PathBuf,
    absolute: PathBuf,
}

impl Place {
    fn new(given: &Path) -> Self {
        let absolute = std::path::absolute(given).unwrap_or_else(|_| given.to_owned());
        Self { given: given.to_owned(), absolute }
    }
}

/// What has been heard and not told yet.
#[derive(Default)]
struct Pending {
    /// Files, and when each is to be told.
    files: BTreeMap<PathBuf, Instant>,
    /// When everything is to be told as changed.
    all: Option<Instant>,
    /// When the first was heard.
    first: Option<Instant>,
    /// When the last was heard.
    last: Option<Instant>,
}

/// What a file event means for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    /// Its bytes are all there.
    Complete,
    /// It is being written.
    Writing,
    /// It is not there any more.
    Gone,
    /// Folders have changed, or more than is known.
    Folders,
}

impl Watch {
    /// Begins to watch the site in `root`, and its configuration. What could not be done is among the notes.
    pub fn begin(root: &Path, config: &Path) -> Self {
        let (send, events) = channel();
        let mut notes = Vec::new();
        let watcher = watcher(&send, &mut notes);
        let mut watch = Self {
            root: Place::new(root),
            config: Place::new(config),
            watcher,
            events,
            watched: Vec::new(),
            seen: Vec::new(),
            links: Vec::new(),
            pending: Pending::default(),
            missed: None,
            notes,
        };
        watch.refresh();
        watch
    }

    /// What the writer should know since this was last asked.
    pub fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Watches what links of the site lead to as well.
    pub fn follow_links(&mut self, links: &[PathBuf]) {
        if self.links != links {
            self.links = links.to_vec();
            self.refresh();
        }
    }

    /// Waits for the next change.
    pub fn wait(&mut self) -> Batch {
        loop {
            if let Some(batch) = self.wait_at_most(HEARTBEAT) {
                return batch;
            }
        }
    }

    /// Waits for the next change, so long at most.
    pub fn wait_at_most(&mut self, longest: Duration) -> Option<Batch> {
        let end = Instant::now() + longest;
        loop {
            let next = self.pending.due().map_or(end, |due| due.min(end));
            let wait = next.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(wait) {
                Ok(event) => {
                    self.hear(event);
                    while let Ok(event) = self.events.try_recv() {
                        self.hear(event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                // Without a watcher the heartbeat goes on.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(wait),
            }
            if self.identities() != self.seen {
                self.refresh();
                self.pending.folders(Instant::now());
            }
            if let Some(touched) = self.pending.take(Instant::now()) {
                return Some(Batch { touched, noticed: SystemTime::now() });
            }
            if Instant::now() >= end {
                return None;
            }
        }
    }

    /// The folders of the site, and that of its configuration.
    fn folders(&self) -> impl Iterator<Item = (PathBuf, RecursiveMode)> {
        let root = &self.root.absolute;
        let inner = read::AREAS.map(|(_, name)| (root.join(name), RecursiveMode::Recursive));
        let beside = self.config.absolute.parent().filter(|folder| folder != root).map(Path::to_owned);
        // The root is watched without its depths, so that public/ costs nothing and a folder that comes later is seen.
        let flat = std::iter::once(root.clone()).chain(beside).map(|path| (path, RecursiveMode::NonRecursive));
        // Of a linked file the folder is watched, for it may be replaced.
        let linked = self.links.iter().map(|link| match link.parent() {
            Some(folder) if !link.is_dir() => (folder.to_owned(), RecursiveMode::NonRecursive),
            _ => (link.clone(), RecursiveMode::Recursive),
        });
        let known = [root.join("content"), root.join("static"), root.join("templates")];
        let linked = linked.filter(move |(path, _)| !known.iter().any(|folder| path.starts_with(folder)));
        flat.chain(inner).chain(linked)
    }

    fn identities(&self) -> Vec<Option<Identity>> {
        self.folders().map(|(path, _)| identity(&path)).collect()
    }

    /// Watches the folders that are there now: one that comes later, or went and came back, from then on.
    fn refresh(&mut self) {
        for path in std::mem::take(&mut self.watched) {
            // A folder that is gone is watched no more already.
            let _ = self.watcher.unwatch(&path);
        }
        self.seen = self.identities();
        for (path, mode) in self.folders().filter(|(path, _)| path.is_dir()).collect::<Vec<_>>() {
            match self.watcher.watch(&path, mode) {
                Ok(()) => self.watched.push(path),
                // It went while this was being done; the heartbeat sees it come back.
                Err(_) if !path.is_dir() => {}
                Err(error) => {
                    let why = words(&error);
                    self.notes.push(format!("changes in {} cannot be followed: {why}", path.display()));
                }
            }
        }
    }

    fn hear(&mut self, event: notify::Result<Event>) {
        let now = Instant::now();
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                self.notes.push(format!("some changes may be missed: {}", words(&error)));
                return self.pending.folders(now);
            }
        };
        if event.flag() == Some(Flag::Rescan) {
            return self.miss(now);
        }
        let anew = !matches!(
            event.kind,
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_))
        );
        if anew && event.paths.iter().any(|path| self.folders().any(|(folder, _)| folder == *path)) {
            // It may be another folder by now, of which the system tells nothing yet.
            self.refresh();
            return self.pending.folders(now);
        }
        let renamed_within = matches!(event.kind, EventKind::Modify(ModifyKind::Name(RenameMode::Both)))
            && event.paths.iter().all(|path| self.given(path).is_some());
        for (i, path) in event.paths.iter().enumerate() {
            if self.links.iter().any(|link| path.starts_with(link)) {
                self.pending.folders(now);
            }
            let Some(given) = self.given(path) else { continue };
            let Some(signal) = signal(event.kind, i, path) else { continue };
            // What was renamed to another name of the site does not come back.
            let signal = if renamed_within && signal == Signal::Gone { Signal::Complete } else { signal };
            self.pending.hear(given, signal, now);
        }
    }

    /// The system has told less than there was to tell: everything is to be looked at, but not again and again, for
    /// looking is itself among what the system tells.
    fn miss(&mut self, now: Instant) {
        let since = self.missed.map_or(LONGEST_PAUSE, |(last, _)| now.saturating_duration_since(last));
        let pause = match self.missed {
            Some((_, pause)) if since < LONGEST_PAUSE => (pause * 4).min(LONGEST_PAUSE),
            _ => FOLDERS,
        };
        self.missed = Some((now, pause));
        self.refresh();
        self.pending.heard(now);
        self.pending.all = Some(now + pause);
    }

    /// The path as it begins where the site was given; none of what is no part of the site.
    fn given(&self, path: &Path) -> Option<PathBuf> {
        if path == self.config.absolute {
            return Some(self.config.given.clone());
        }
        let inner = path.strip_prefix(&self.root.absolute).ok()?;
        // A name that is no text is told when all is read.
        let name = inner.to_string_lossy();
        let (area, _) = read::AREAS.into_iter().find(|(_, folder)| name.split('/').next() == Some(folder))?;
        is_of_site(&name, area).then(|| self.root.given.join(inner))
    }
}

fn is_of_site(name: &str, area: Area) -> bool {
    read::is_of_site(&name.replace('\\', "/"), area)
}

/// A watcher by the system's own means, or one that asks again and again where there are none.
fn watcher(send: &Sender<notify::Result<Event>>, notes: &mut Vec<String>) -> Box<dyn Watcher + Send> {
    let handler = || {
        let send = send.clone();
        // The receiver goes only when the program ends.
        move |event| _ = send.send(event)
    };
    // What links lead to is watched by itself, and not what lies outside of the site.
    let config = Config::default().with_follow_symlinks(false);
    match RecommendedWatcher::new(handler(), config) {
        Ok(watcher) => Box::new(watcher),
        Err(error) => {
            notes.push(format!(
                "the system tells no changes ({}); the files are looked at twice a second instead",
                words(&error)
            ));
            let polling = PollWatcher::new(handler(), config.with_poll_interval(POLL));
            Box::new(polling.expect("a watcher that only reads needs nothing of the system"))
        }
    }
}

/// What an error of the watcher says, without its paths.
fn words(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::MaxFilesWatch => {
            "the system watches no more folders; raise its limit (fs.inotify.max_user_watches)".to_owned()
        }
        _ => error.to_string(),
    }
}

/// What tells a folder from another that takes its place.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().filter(std::fs::Metadata::is_dir).map(|meta| (meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    let created = path.metadata().ok().filter(std::fs::Metadata::is_dir)?.created().ok()?;
    let since = created.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some((since.as_secs(), u64::from(since.subsec_nanos())))
}

/// What an event means for its path of this number; none when it means nothing.
fn signal(kind: EventKind, number: usize, path: &Path) -> Option<Signal> {
    let there = || if path.is_dir() { Signal::Folders } else { Signal::Complete };
    Some(match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Signal::Complete,
        EventKind::Access(_) => return None,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => Signal::Folders,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Signal::Gone,
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if number == 0 => Signal::Gone,
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => there(),
        EventKind::Modify(ModifyKind::Name(_)) if !path.exists() => Signal::Gone,
        _ if path.is_dir() => Signal::Folders,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => Signal::Writing,
    })
}

impl Pending {
    fn hear(&mut self, path: PathBuf, signal: Signal, now: Instant) {
        self.heard(now);
        let wait = match signal {
            Signal::Folders => return self.folders(now),
            Signal::Complete => COMPLETE,
            Signal::Writing => WRITING,
            Signal::Gone => GONE,
        };
        self.files.insert(path, now + wait);
    }

    fn folders(&mut self, now: Instant) {
        self.heard(now);
        let latest = self.first.map_or(now, |first| first + LONGEST);
        self.all = Some((now + FOLDERS).min(latest));
    }

    fn heard(&mut self, now: Instant) {
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// When something is to be told.
    fn due(&self) -> Option<Instant> {
        let latest = self.first? + LONGEST;
        let due = match self.all {
            Some(all) => return Some(all),
            None if self.files.len() >= MANY => self.last? + LARGE_CHANGE,
            None => *self.files.values().min()?,
        };
        Some(due.min(latest))
    }

    /// What is to be told now.
    fn take(&mut self, now: Instant) -> Option<Touched> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        if self.all.is_some() {
            *self = Self::default();
            return Some(Touched::All);
        }
        let overdue = self.files.len() >= MANY || self.first.is_some_and(|first| first + LONGEST <= now);
        let is_due = |due: &Instant| overdue || *due <= now;
        let (told, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.files).into_iter().partition(|(_, due)| is_due(due));
        self.files = kept.into_iter().collect();
        self.first = (!self.files.is_empty()).then_some(now);
        Some(Touched::Files(told.into_iter().map(|(path, _)| path).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pending: &mut Pending, now: Instant) -> Option<Vec<String>> {
        match pending.take(now)? {
            Touched::All => Some(vec!["all".to_owned()]),
            Touched::Files(paths) => Some(paths.iter().map(|path| path.display().to_string()).collect()),
        }
    }

    fn files(files: &[&str]) -> Vec<String> {
        files.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_complete_file_is_told_at_once_and_one_that_is_written_when_it_rests() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.hear("a".into(), Signal::Writing, now);
        assert_eq!(at(&mut pending, now + COMPLETE), None);
        pending.hear("a".into(), Signal::Complete, now);
        pending.hear("b".into(), Signal::Writing, now);
        assert_eq!(at(&mut pending, now + COMPLETE), Some(files(&["a"])));
        assert_eq!(at(&mut pending, now + WRITING), Some(files(&["b"])));
        assert_eq!(at(&mut pending, now + LONGEST), None);
    }

    #[test]
    fn a_file_that_is_saved_by_way_of_another_is_never_told_as_gone() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.hear("a".into(), Signal::Gone, now);
        let back = now + GONE / 2;
        pending.hear("a".into(), Signal::Writing, back);
        assert_eq!(at(&mut pending, now + GONE), None);
        pending.hear("a".into(), Signal::Complete, now + GONE);
        assert_eq!(at(&mut pending, now + GONE + COMPLETE), Some(files(&["a"])));
    }

    #[test]
    fn much_together_is_told_together_and_never_put_off_for_long() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        let names: Vec<String> = (0..MANY).map(|n| n.to_string()).collect();
        for name in &names {
            pending.hear(name.into(), Signal::Complete, now);
        }
        assert_eq!(at(&mut pending, now + COMPLETE), None);
        assert_eq!(at(&mut pending, now + LARGE_CHANGE), Some(names));
        for wait in 0..100 {
            pending.hear("a".into(), Signal::Writing, now + WRITING / 2 * wait);
        }
        assert_eq!(at(&mut pending, now + LONGEST), Some(files(&["a"])));
        pending.hear("a".into(), Signal::Complete, now);
        pending.folders(now);
        assert_eq!(at(&mut pending, now + FOLDERS), Some(files(&["all"])));
        assert_eq!(pending.due(), None);
    }
}
