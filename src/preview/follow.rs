//! Follow: the two threads that keep a preview up to date, one with the files, the other with what is wrong on pages.

use super::report::{Found, Told};
use super::watch::{Batch, Watch};
use super::{Preview, locked};
use crate::inspect::Inspection;
use crate::live::{Change, Live, Touched};
use crate::yaml::STACK;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long nothing may change before all pages are looked at.
const IDLE: Duration = Duration::from_millis(400);

/// How many views are kept while pages are looked at: some four megabytes.
const MOST_VIEWS: usize = 500;

/// How long a change that brings a mistake waits for what may belong to it.
const GRACE: Duration = Duration::from_millis(80);

/// How soon a site is read again that could not be read whole, and how late when that does not help.
const SOON: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(60);

/// What a preview has to say.
pub enum Event<'a> {
    /// The files changed, the site was made anew, so long after they had; so many open pages changed with it.
    Changed(&'a Change, &'a Live, Duration, usize),
    /// These are wrong, and were not before.
    Wrong(&'a [Found]),
    /// Nothing is wrong any more that stood in the way.
    Mended,
    /// Something that the writer should know.
    Note(&'a str),
}

/// Who is told.
pub type Tell = dyn Fn(Event<'_>) + Send + Sync;

/// What a bug of ours is told as.
const BUG: &str = "Backgrounder met a bug of its own and could not follow a change; what is shown is from before it";

/// What has changed since pages were last looked at.
#[derive(Default)]
struct Due {
    change: Mutex<Option<Change>>,
    wake: Condvar,
    /// Whether a change is on its way, so that nothing else need be done meanwhile.
    held: AtomicBool,
}

/// What was told of what is wrong.
#[derive(Default)]
struct Teller {
    told: Mutex<(HashSet<Told>, bool)>,
}

/// Keeps a preview up to date, in two threads of its own. Call it once.
///
/// # Panics
/// Where the system has no thread left.
pub fn follow(preview: &Arc<Preview>, mut watch: Watch, tell: Arc<Tell>) {
    let (due, teller) = (Arc::new(Due::default()), Arc::new(Teller::default()));
    teller.tell(preview, &*tell);
    watch.follow_links(preview.shown().live.sources.links());
    due.put(Change::start());
    let own = (preview.clone(), due.clone(), teller.clone(), tell.clone());
    let begin = |work: Box<dyn FnOnce() + Send>| {
        std::thread::Builder::new().stack_size(STACK).spawn(work).expect("a program may have a few threads");
    };
    begin(Box::new(move || look_at_pages(&own.0, &own.1, &own.2, &*own.3)));
    let preview = preview.clone();
    begin(Box::new(move || {
        let mut lost = false;
        let mut pause = SOON;
        loop {
            watch.notes().iter().for_each(|note| tell(Event::Note(note)));
            // What cannot be read now may be read soon, and nothing tells when.
            let is_torn = preview.shown().live.has_unreadable();
            let mut batch = if is_torn { watch.wait_at_most(pause).unwrap_or_else(Batch::all) } else { watch.wait() };
            pause = if is_torn { (pause * 2).min(LATE) } else { SOON };
            if lost {
                batch.touched = Touched::All;
            }
            lost =
                catch_unwind(AssertUnwindSafe(|| take(&preview, &mut watch, &batch, &due, &teller, &*tell))).is_err();
            if lost {
                due.put(Change::none());
                tell(Event::Note(BUG));
            }
        }
    }));
}

/// Makes the next site of a batch of changes, and shows it. Where that would show a mistake, what belongs to the change and
/// comes right behind it is waited for.
fn take(preview: &Preview, watch: &mut Watch, batch: &Batch, due: &Due, teller: &Teller, tell: &Tell) {
    let began = Instant::now();
    let before = preview.shown();
    due.hold();
    let Some((mut live, mut change)) = before.live.next(&batch.touched) else { return due.put(Change::none()) };
    while live.failed()
        && !before.live.failed()
        && let Some(more) = watch.wait_at_most(GRACE)
    {
        if let Some((next, also)) = live.next(&more.touched) {
            (live, change) = (next, change.and(also));
        }
    }
    watch.follow_links(live.sources.links());
    let live = Arc::new(live);
    let changed_pages = preview.show(live.clone(), &change, batch.noticed);
    tell(Event::Changed(&change, &live, began.elapsed(), changed_pages));
    teller.tell(preview, tell);
    due.put(change);
}

/// Looks at pages that nobody has asked for: at once at those that a change concerns, at the others when nothing changes.
fn look_at_pages(preview: &Preview, due: &Due, teller: &Teller, tell: &Tell) {
    let mut inspection = Inspection::default();
    loop {
        let change = due.take();
        let looked = catch_unwind(AssertUnwindSafe(|| {
            look_after(preview, std::mem::take(&mut inspection), &change, due, teller, tell)
        }));
        match looked {
            Ok(next) => inspection = next,
            Err(_) => tell(Event::Note(BUG)),
        }
    }
}

/// Looks at pages until all are looked at or something else changes.
fn look_after(
    preview: &Preview,
    inspection: Inspection,
    change: &Change,
    due: &Due,
    teller: &Teller,
    tell: &Tell,
) -> Inspection {
    let shown = preview.shown();
    // What was wrong with pages stands until they can be made again.
    let Some(stage) = &shown.live.stage else { return inspection.aged() };
    let mut inspection = inspection.carried(stage, change);
    for pressing in [true, false] {
        if !pressing && due.wait(IDLE) {
            return inspection;
        }
        let routes = if pressing { inspection.pressing() } else { inspection.rest() };
        // A stage of its own, so that the one that is shown does not fill with views that nobody asked for.
        let mut own = stage.before(&stage.world.site);
        for at in routes {
            if due.is_there() {
                return inspection;
            }
            if own.world.views_made() > MOST_VIEWS {
                own = stage.before(&stage.world.site);
            }
            inspection.look(&own, at);
        }
        if due.is_there() {
            return inspection;
        }
        if preview.find(shown.made, inspection.findings(stage)) {
            teller.tell(preview, tell);
        }
        if inspection.rest().is_empty() {
            break;
        }
    }
    inspection
}

impl Due {
    /// Says that a change is on its way.
    fn hold(&self) {
        self.held.store(true, Ordering::Release);
    }

    /// Adds a change, and wakes who waits for it.
    fn put(&self, change: Change) {
        let mut due = locked(&self.change);
        *due = Some(match due.take() {
            Some(before) => before.and(change),
            None => change,
        });
        self.held.store(false, Ordering::Release);
        self.wake.notify_all();
    }

    fn is_there(&self) -> bool {
        self.held.load(Ordering::Acquire) || locked(&self.change).is_some()
    }

    /// Waits for a change, so long at most; whether there is one.
    fn wait(&self, longest: Duration) -> bool {
        let due = locked(&self.change);
        let waited = self.wake.wait_timeout_while(due, longest, |due| due.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_some()
    }

    /// Waits for a change, and takes it.
    fn take(&self) -> Change {
        let due = locked(&self.change);
        let mut due = self.wake.wait_while(due, |due| due.is_none()).unwrap_or_else(PoisonError::into_inner);
        due.take().unwrap_or_else(Change::start)
    }
}

impl Teller {
    /// Tells what is wrong now and was not told, and that nothing is wrong any more.
    fn tell(&self, preview: &Preview, tell: &Tell) {
        let mut told = locked(&self.told);
        let report = preview.shown().report.clone();
        let (news, all) = report.news(&told.0);
        if !news.is_empty() {
            tell(Event::Wrong(&news));
        }
        if told.1 && report.errors == 0 {
            tell(Event::Mended);
        }
        // As long as something is wrong, other mistakes may only be out of sight.
        let before = std::mem::take(&mut told.0);
        let known = if report.errors > 0 { before.into_iter().chain(all).collect() } else { all };
        *told = (known, report.errors > 0);
    }
}
