//! Preview: a site in memory that follows its files, and what browsers are shown of it.
//!
//! One thread waits for [changes of the files](watch) and makes the [next site](crate::live); another looks at pages that
//! nobody asked for, to [find](crate::inspect) what is wrong with them; and the [server](server) renders pages when they are
//! asked for. They meet in [`Preview`], which holds what is shown now as one value that is swapped for the next.

pub mod desk;
pub mod editor;
pub mod follow;
pub mod report;
pub mod server;
pub mod watch;

use crate::cache::Cache;
use crate::checks::settle;
use crate::diagnostic::{Diagnostic, count, in_order};
use crate::entry::Surface;
use crate::facts::Fact;
use crate::live::{Change, Live, Step};
use crate::render::{Data, Rendered, Stage, render, render_route};
use crate::search;
use crate::site::{Output, Route, Site};
use crate::source::Content;
use crate::url::{SEARCH_FOLDER, Url};
use editor::Editor;
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use report::{Found, Report};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;
use tokio::sync::watch as channel;

/// Where the preview's own pages and files are.
pub const OWN: &str = "/_backgrounder/";

/// How many rendered pages are kept for those who ask again.
const KEPT_PAGES: usize = 128;

/// How many open pages are rendered at once when something changes, to say how many follow; others render when it is their
/// turn to be told.
const COUNTED_PAGES: usize = 64;

/// How many changes of copied files are remembered for pages that were not listening.
const KEPT_FILES: usize = 256;

/// What a preview is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The site's folder, out of which no file is served.
    pub root: PathBuf,
    /// The path that the site stands under: that of its base URL, as it is written there, without a slash at its end.
    pub base_path: String,
    /// The hosts that a request may name.
    pub hosts: Vec<String>,
    /// Whether other machines may ask, by an address in numbers.
    pub others_may_ask: bool,
    /// How links open the editor.
    pub editor: Editor,
}

/// What is shown now, and who looks.
pub struct Preview {
    wanted: Wanted,
    /// What recipes of the site came to.
    cache: Cache,
    shown: RwLock<Arc<Shown>>,
    /// Held by who makes what is shown next.
    next: Mutex<()>,
    /// Counts what is shown, for those who wait for the next. It begins with the time, so that no number is one of an
    /// earlier preview.
    turns: channel::Sender<u64>,
    kept: Mutex<Kept>,
    /// The paths of the pages that are open, and how often each is.
    open: Mutex<HashMap<String, usize>>,
    /// Files whose bytes have changed under their URL, and the turn in which they did.
    copied: Mutex<VecDeque<(u64, String)>>,
}

/// A site as it is shown.
pub struct Shown {
    /// The site as it is now.
    pub live: Arc<Live>,
    /// How many sites were made before it.
    pub made: u64,
    /// The last one that nothing stood in the way of, for when something does.
    sound: Option<Arc<Stage>>,
    /// What is wrong.
    pub report: Arc<Report>,
    /// What is known of the site by itself, and of its pages.
    of_site: Found,
    of_pages: Found,
    /// When its change was noticed, and when it was made.
    pub times: (SystemTime, SystemTime),
    /// What its search page reads, once a browser asks for it.
    index: Arc<OnceLock<Vec<Rendered>>>,
}

/// Answers that are kept.
#[derive(Default)]
struct Kept {
    /// Which site they are of.
    made: u64,
    pages: HashMap<String, Arc<Answer>>,
    /// The last page at each path that could be rendered, whatever site it was of.
    good: HashMap<String, Arc<Answer>>,
    /// Pages of the preview's own, and the report that they are of.
    own: (String, HashMap<String, Arc<Answer>>),
}

/// What a path of the site is answered with.
#[derive(Debug, Clone)]
pub enum Answer {
    /// These bytes.
    Bytes {
        /// Whether they are the page that was asked for, and not the one for what is not there.
        found: bool,
        /// The path of the output, by which its type is known.
        path: String,
        /// The bytes.
        bytes: Vec<u8>,
        /// What tells them from others.
        hash: String,
        /// Whether they are of an earlier site, for the present one cannot be made.
        stale: bool,
        /// Whether a mistake was met while they were made, so that something is missing in them.
        flawed: bool,
    },
    /// The file at this path of the disk.
    File(PathBuf),
    /// The same at another URL.
    Elsewhere(String),
    /// Nothing, for nothing could be made.
    Nothing,
}

impl Answer {
    /// These bytes of the present site.
    fn bytes(found: bool, path: String, bytes: Vec<u8>, flawed: bool) -> Self {
        let mut hasher = DefaultHasher::new();
        (found, &bytes).hash(&mut hasher);
        let hash = format!("{:016x}", hasher.finish());
        Self::Bytes { found, path, bytes, hash, stale: false, flawed }
    }

    /// The same as an answer of an earlier site.
    fn of_before(&self) -> Self {
        match self.clone() {
            Self::Bytes { found, path, bytes, hash, flawed, .. } => {
                Self::Bytes { found, path, bytes, hash, stale: true, flawed }
            }
            other => other,
        }
    }

    /// What tells the answer from others, and whether it is of an earlier site.
    pub fn state(&self) -> (&str, bool) {
        match self {
            Self::Bytes { hash, stale, .. } => (hash, *stale),
            Self::File(_) | Self::Elsewhere(_) => ("", false),
            Self::Nothing => ("nothing", false),
        }
    }
}

impl Preview {
    /// A preview of a site, before anything but the site itself is known.
    pub fn new(wanted: Wanted, live: Live) -> Self {
        let live = Arc::new(live);
        let now = SystemTime::now();
        let of_site = Found { wrong: Arc::new(live.wrong.clone()), sources: live.sources.clone() };
        let report = Arc::new(Report::of(vec![of_site.clone()]));
        let of_pages = Found::default();
        let sound = live.stage.clone().filter(|_| !live.failed());
        let shown = Shown { live, made: 0, sound, report, of_site, of_pages, times: (now, now), index: Arc::default() };
        Self {
            cache: Cache::of(&wanted.root),
            wanted,
            shown: RwLock::new(Arc::new(shown)),
            turns: channel::Sender::new(
                now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() * 1_000_000),
            ),
            next: Mutex::default(),
            kept: Mutex::default(),
            open: Mutex::default(),
            copied: Mutex::default(),
        }
    }

    /// What is shown now.
    pub fn shown(&self) -> Arc<Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of each turn: what is shown or known has changed.
    pub fn turns(&self) -> channel::Receiver<u64> {
        self.turns.subscribe()
    }

    /// What turn it is.
    pub fn turn(&self) -> u64 {
        *self.turns.borrow()
    }

    /// Shows another site, and renders the pages that are open; how many of them it changed.
    fn show(&self, live: Arc<Live>, change: &Change, noticed: SystemTime) -> usize {
        let open: Vec<String> = locked(&self.open).keys().take(COUNTED_PAGES).cloned().collect();
        let hashes = || open.par_iter().map(|path| self.answer(path).state().0.to_owned()).collect();
        let before: Vec<String> = hashes();
        let of_site = Found { wrong: Arc::new(live.wrong.clone()), sources: live.sources.clone() };
        let copied = copied_files(&live, change);
        let has_sensitive = |live: &Live| live.site().is_some_and(|now| now.iter().any(|(_, one)| is_sensitive(one)));
        if change.step >= Step::Linked && has_sensitive(&live) {
            // Nothing that was good may hold what is not to be shown any more.
            locked(&self.kept).good.clear();
        }
        self.replace(|shown| {
            // Until the pages are looked at, what was wrong with them stands.
            let report = Report::of(vec![of_site.clone(), shown.of_pages.clone()]);
            let made = shown.made + 1;
            let times = (noticed, SystemTime::now());
            let earlier = || shown.sound.clone().filter(|sound| !hides_more(&live, &sound.world.site));
            let sound = if live.failed() { earlier() } else { live.stage.clone() };
            let index = Arc::default();
            Some(Shown { live, made, report: Arc::new(report), of_site, sound, times, index, ..shown.clone() })
        });
        self.next_turn(copied);
        let after: Vec<String> = hashes();
        before.iter().zip(&after).filter(|(before, after)| before != after).count()
    }

    /// Adds what was found on the pages of the site that was made as this number. False when another is shown by now.
    fn find(&self, made: u64, wrong: Vec<Diagnostic>) -> bool {
        let is_shown = self.replace(|shown| {
            if shown.made != made {
                return None;
            }
            let sources = shown.live.sources.clone();
            let both = shown.of_site.wrong.iter().cloned().chain(wrong.iter().cloned()).collect();
            let all = Found { wrong: Arc::new(in_order(both)), sources: sources.clone() };
            let of_pages = Found { wrong: Arc::new(wrong), sources };
            Some(Shown { report: Arc::new(Report::of(vec![all])), of_pages, ..shown.clone() })
        });
        if is_shown {
            self.next_turn(Vec::new());
        }
        is_shown
    }

    /// Swaps what is shown for the next, if there is one; whether there is.
    fn replace(&self, next: impl FnOnce(&Shown) -> Option<Shown>) -> bool {
        let turn = locked(&self.next);
        let next = next(&self.shown()).map(Arc::new);
        let is_there = next.is_some();
        if let Some(next) = next {
            *self.shown.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        drop(turn);
        is_there
    }

    /// Wakes those who wait for the next turn, in which files at these URLs have other bytes.
    fn next_turn(&self, urls: Vec<String>) {
        let mut copied = locked(&self.copied);
        let turn = self.turn() + 1;
        copied.extend(urls.into_iter().map(|url| (turn, url)));
        let surplus = copied.len().saturating_sub(KEPT_FILES);
        copied.drain(..surplus);
        self.turns.send_replace(turn);
    }

    /// The URLs of files whose bytes have changed under them after a turn.
    fn copied_since(&self, turn: u64) -> Vec<String> {
        let copied = locked(&self.copied);
        let urls: BTreeSet<&String> = copied.iter().filter(|(at, _)| *at > turn).map(|(_, url)| url).collect();
        urls.into_iter().cloned().collect()
    }

    /// What the path of a URL, decoded, is answered with.
    pub fn answer(&self, path: &str) -> Arc<Answer> {
        let shown = self.shown();
        if let Some(kept) = locked(&self.kept).find(path, &shown) {
            return kept;
        }
        let make = || match path.strip_prefix(OWN) {
            Some(inner) => desk::answer(&shown, inner),
            None => shown.answer(path, &self.wanted.base_path, &self.cache),
        };
        // A bug that one page meets leaves the others be.
        let answer = catch_unwind(AssertUnwindSafe(make)).unwrap_or(Answer::Nothing);
        locked(&self.kept).keep(path, &shown, answer)
    }
}

impl Kept {
    /// The answer at a path of a site, if it is kept.
    fn find(&self, path: &str, shown: &Shown) -> Option<Arc<Answer>> {
        let is_present = self.made == shown.made && (!path.starts_with(OWN) || self.own.0 == shown.report.hash);
        let pages = if path.starts_with(OWN) { &self.own.1 } else { &self.pages };
        pages.get(path).filter(|_| is_present).cloned()
    }

    /// Keeps an answer; where nothing could be made, or not all of it, the last good one takes its place.
    fn keep(&mut self, path: &str, shown: &Shown, answer: Answer) -> Arc<Answer> {
        let answer = match (answer, self.good.get(path)) {
            (Answer::Nothing | Answer::Bytes { flawed: true, .. }, Some(good)) => Arc::new(good.of_before()),
            (answer, _) => Arc::new(answer),
        };
        if shown.made < self.made {
            return answer;
        }
        if shown.made > self.made {
            (self.made, self.pages, self.own) = (shown.made, HashMap::new(), Default::default());
        }
        if path.starts_with(OWN) {
            if self.own.0 != shown.report.hash {
                self.own = (shown.report.hash.clone(), HashMap::new());
            }
            put(&mut self.own.1, path, &answer);
            return answer;
        }
        put(&mut self.pages, path, &answer);
        if matches!(&*answer, Answer::Bytes { found: true, stale: false, flawed: false, .. }) {
            put(&mut self.good, path, &answer);
        }
        answer
    }
}

/// Puts an answer among others, of which only so many are kept.
fn put(answers: &mut HashMap<String, Arc<Answer>>, path: &str, answer: &Arc<Answer>) {
    if answers.len() >= KEPT_PAGES {
        answers.clear();
    }
    answers.insert(path.to_owned(), answer.clone());
}

impl Clone for Shown {
    fn clone(&self) -> Self {
        Self {
            live: self.live.clone(),
            sound: self.sound.clone(),
            report: self.report.clone(),
            of_site: self.of_site.clone(),
            of_pages: self.of_pages.clone(),
            index: self.index.clone(),
            ..*self
        }
    }
}

impl Shown {
    /// What a path is answered with, without anything that was kept.
    fn answer(&self, path: &str, base_path: &str, cache: &Cache) -> Answer {
        let base = percent_decode_str(base_path).decode_utf8_lossy();
        let inner = path.strip_prefix(&*base).filter(|inner| inner.starts_with('/'));
        if inner.is_none() && (path == base || path == "/") {
            return Answer::Elsewhere(format!("{base_path}/"));
        }
        if path == OWN.trim_end_matches('/') {
            return Answer::Elsewhere(OWN.to_owned());
        }
        if let Some(answer) = inner.and_then(|inner| self.of_search(inner)) {
            return answer;
        }
        // What could be shown last; of a site that never was in order, what can be.
        let stages = [&self.sound, &self.live.stage];
        let tried =
            stages.into_iter().flatten().find_map(|stage| Some((stage, answer_of(stage, inner, base_path, cache)?)));
        let is_present = |stage| self.live.stage.as_ref().is_some_and(|present| Arc::ptr_eq(present, stage));
        match tried {
            Some((stage, Answer::Bytes { found, path, bytes, hash, flawed, .. })) => {
                Answer::Bytes { found, path, bytes, hash, stale: !is_present(stage), flawed }
            }
            Some((_, answer)) => answer,
            None => Answer::Nothing,
        }
    }
}

impl Shown {
    /// A file of the search index, which is made of all pages when the first is asked for; none for any other path.
    fn of_search(&self, path: &str) -> Option<Answer> {
        let name = path.strip_prefix('/').filter(|path| path.starts_with(SEARCH_FOLDER))?;
        let stage = self.sound.as_ref().or(self.live.stage.as_ref())?;
        if !stage.world.site.config.has_search() || stage.world.site.route(path).is_some() {
            return None;
        }
        let searched = |_: &Route, rendered| search::searched(&rendered);
        let pages = || render(stage, &searched, &|_, _| {}, &mut Vec::new()).into_iter().flatten().collect();
        let make = || search::index(pages()).unwrap_or_default();
        let found = self.index.get_or_init(make).iter().find(|file| file.url.output() == name)?;
        match &found.data {
            Data::Bytes(bytes) => Some(Answer::bytes(true, name.to_owned(), bytes.clone(), false)),
            Data::File(path) => Some(Answer::File(path.clone())),
            // An index is made of bytes alone.
            Data::Made(_) => None,
        }
    }
}

/// What a stage answers a path below the base path with; none when what belongs there cannot be rendered.
fn answer_of(stage: &Stage, path: Option<&str>, base_path: &str, cache: &Cache) -> Option<Answer> {
    let site = &stage.world.site;
    let route = path.and_then(|path| site.route(path).map(|route| (path, route)));
    if let Some((_, route)) = route.filter(|(path, route)| !is_at(&route.url, path)) {
        return Some(Answer::Elsewhere(route.url.href(base_path)));
    }
    let route = route.map(|(_, route)| route);
    let found = route.is_some();
    let route = route.or_else(|| site.routes.iter().find(|route| route.what == Output::NotFound))?;
    let (rendered, told) = render_route(stage, route);
    let rendered = rendered?;
    let flawed = count(&settle(told, site)).0 > 0;
    Some(match rendered.data {
        Data::File(path) => Answer::File(path),
        Data::Bytes(bytes) => Answer::bytes(found, rendered.url.output(), bytes, flawed),
        Data::Made(recipe) => match cache.bytes(&recipe) {
            Ok(bytes) => Answer::bytes(found, rendered.url.output(), bytes, flawed),
            // Who opens it by itself reads why.
            Err(reason) => Answer::bytes(false, "reason.txt".to_owned(), reason.into_bytes(), true),
        },
    })
}

/// Whether a source is sensitive now that was not, so that pages of an earlier site must not be shown any more.
fn hides_more(now: &Live, before: &Site) -> bool {
    let named_before =
        |surface: &Surface| before.find(&surface.id.value, &surface.lang).is_ok_and(|ix| before.has_page(ix));
    now.site().is_some_and(|now| now.iter().any(|(_, surface)| is_sensitive(surface) && named_before(surface)))
}

fn is_sensitive(surface: &Surface) -> bool {
    surface.fact().is_some_and(Fact::is_sensitive)
}

/// Whether a URL stands at a path as it was asked for.
fn is_at(url: &Url, path: &str) -> bool {
    let url = url.as_str();
    path == url || url.ends_with('/') && path.strip_prefix(url) == Some("index.html")
}

/// The URLs of files that are copied and were changed.
fn copied_files(live: &Live, change: &Change) -> Vec<String> {
    let Some(site) = live.site() else { return Vec::new() };
    let files = change.files.iter().filter_map(|path| site.sources.find(path));
    let files: BTreeSet<_> =
        files.filter(|file| matches!(site.sources.get(*file).content, Content::File { .. })).collect();
    let at = |what: &Output| matches!(what, Output::Copy(file) | Output::Picture(file, _) if files.contains(file));
    let routes = site.routes.iter().filter(|route| !files.is_empty() && at(&route.what));
    routes.map(|route| route.url.href(&site.config.base_path)).collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
