//! Watch: what templates are making, and since when, so that a page without end is told instead of waited for.
//!
//! A template can go round for ever, and can make a value twice as large each time; its engine counts neither. Nothing can stop a
//! thread that is at it, so the process has to end; who began it decides how, see [`keep`].
//!
//! Not taken: counting steps by a call put into each loop, which moves the places of all mistakes behind it on its line.

use crate::diagnostic::Diagnostic;
use crate::limits::{LARGEST_GROWTH, SLOWEST_PAGE};
use std::sync::{Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// What is being made, at most one thing by each thread. It belongs to the process, as its threads and its memory do.
static MAKING: Mutex<Vec<Making>> = Mutex::new(Vec::new());

#[derive(Debug, Clone)]
struct Making {
    thread: ThreadId,
    what: String,
    since: Instant,
    /// The memory that the process held when the watch first saw it, in bytes.
    held: Option<u64>,
}

/// What is being made as long as this is there.
#[derive(Debug)]
pub struct Mark {
    is_outermost: bool,
}

/// Marks that `what`, a path or a component, is being made from now on. What is made for something else on the same thread is a part of that.
pub fn making(what: &str) -> Mark {
    let mut all = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let thread = std::thread::current().id();
    let is_outermost = all.iter().all(|one| one.thread != thread);
    if is_outermost {
        all.push(Making { thread, what: what.to_owned(), since: Instant::now(), held: None });
    }
    Mark { is_outermost }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if self.is_outermost {
            let thread = std::thread::current().id();
            MAKING.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one.thread != thread);
        }
    }
}

/// How often the watch looks: a value that doubles has not doubled many times by then.
const OFTEN: Duration = Duration::from_millis(50);

/// Looks after what is made, as long as the process lives; `stop` is called with what takes longer than [`SLOWEST_PAGE`], or more
/// memory than [`LARGEST_GROWTH`].
pub fn keep(stop: impl Fn(Diagnostic) + Send + 'static) {
    let look = move || {
        loop {
            std::thread::sleep(OFTEN);
            if let Some(told) = look(Duration::from_secs(SLOWEST_PAGE), LARGEST_GROWTH, held) {
                stop(told);
            }
        }
    };
    // A machine without a thread to spare waits for its pages as before.
    let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(look);
}

/// The first thing that is made beyond these limits.
fn look(slowest: Duration, growth: u64, held: impl Fn() -> Option<u64>) -> Option<Diagnostic> {
    let mut all = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    // Nearly everything is made by the time that the watch looks again.
    let mut old = all.iter_mut().filter(|one| one.since.elapsed() >= OFTEN.min(slowest)).peekable();
    old.peek()?;
    let now = held();
    old.find_map(|one| {
        let before = *one.held.get_or_insert(now?.max(1));
        let message = if one.since.elapsed() >= slowest {
            format!("this is not made after {} seconds, the limit for what templates make", slowest.as_secs())
        } else if now?.saturating_sub(before) >= growth {
            format!("this takes more than {} MiB of memory, the limit for what templates make", growth >> 20)
        } else {
            return None;
        };
        let help = "look for a loop that does not end, or a value that grows, in `templates/` and in the components that are called";
        Some(Diagnostic::error("template", None, message).path(&*one.what).help(help))
    })
}

/// The memory that the process holds, in bytes, where the system tells it (`proc_pid_statm(5)`: pages, resident second).
fn held() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_or_too_much_is_told_once_it_does() {
        let told = |slowest, growth, held: u64| {
            look(slowest, growth, || Some(held)).map(|told| (told.path.unwrap_or_default(), told.message))
        };
        let (hour, much) = (Duration::from_secs(3600), 1 << 30);
        let outer = making("content/loop.md");
        let inner = making("component");
        std::thread::sleep(OFTEN);
        assert_eq!(told(hour, much, 5), None);
        assert_eq!(told(hour, much, much), None);
        let (path, message) = told(hour, much, much + 5).expect("it grew");
        assert_eq!(path, "content/loop.md");
        assert!(message.contains("more than 1024 MiB"), "{message}");
        drop(inner);
        let (_, message) = told(OFTEN, much, 5).expect("it is slow");
        assert!(message.contains("not made after"), "{message}");
        drop(outer);
        assert_eq!(told(Duration::ZERO, 0, 5), None);
    }
}
