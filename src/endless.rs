//! Endless: what templates are making, and for how long, so that a page without end is told instead of waited for.
//!
//! A template can go round for ever, and can make a value larger and larger; its engine counts neither. Nothing can stop a
//! thread that is at it, so the process has to end; who began it decides how, see [`watch`].
//!
//! Not taken: counting steps by a call put into each loop, which moves the places of all mistakes behind it on its line.

use crate::diagnostic::Diagnostic;
use crate::limits::{LARGEST_GROWTH, SLOWEST_PAGE};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

/// What is being made. It belongs to the process, as its threads and its memory do.
static NOW: Mutex<Now> = Mutex::new(Now { making: Vec::new(), others: 0 });

/// What a process is making.
#[derive(Debug)]
struct Now {
    /// Pages and fields of facts, at most one by each thread.
    making: Vec<Making>,
    /// How much else is being made that takes memory.
    others: usize,
}

#[derive(Debug)]
struct Making {
    thread: ThreadId,
    what: String,
    /// How often it was looked at. A process that stands still is not looked at.
    looks: u64,
    /// The memory that the process held at the first look, in bytes.
    held: Option<u64>,
}

fn now() -> MutexGuard<'static, Now> {
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is being made as long as this is there.
#[derive(Debug)]
pub struct Mark {
    is_outermost: bool,
}

/// Marks that `what`, a path or an id, is being made from now on. What is made for something else on the same thread is a part of that.
pub fn making(what: &str) -> Mark {
    Mark { is_outermost: now().begin(what) }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if self.is_outermost {
            now().end();
        }
    }
}

/// Something else that takes memory, as long as this is there, such as a picture that is decoded: meanwhile nobody can say who takes it.
#[derive(Debug)]
pub struct Other(());

/// Marks that something else is being made.
pub fn other() -> Other {
    now().others += 1;
    Other(())
}

impl Drop for Other {
    fn drop(&mut self) {
        now().others -= 1;
    }
}

/// How often [`watch`] looks: a value that doubles has not doubled many times between two looks.
const LOOKS_A_SECOND: u64 = 20;

/// Looks after what is made, as long as the process lives; `stop`, which ends it, is called with what takes longer than
/// [`SLOWEST_PAGE`], or more memory than [`LARGEST_GROWTH`].
pub fn watch(stop: impl Fn(Diagnostic) + Send + 'static) {
    let most_looks = SLOWEST_PAGE * LOOKS_A_SECOND;
    let keep_looking = move || {
        loop {
            std::thread::sleep(Duration::from_millis(1000 / LOOKS_A_SECOND));
            // Nothing is done with what is made while it is decided that it has no end.
            let mut now = now();
            if let Some(told) = now.look(most_looks, LARGEST_GROWTH, held) {
                stop(told);
            }
        }
    };
    // A machine without a thread to spare waits for its pages as long as they take.
    let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(keep_looking);
}

impl Now {
    /// Begins to make something on this thread; false when it is a part of what is being made there.
    fn begin(&mut self, what: &str) -> bool {
        let thread = std::thread::current().id();
        let is_outermost = self.making.iter().all(|making| making.thread != thread);
        if is_outermost {
            self.making.push(Making { thread, what: what.to_owned(), looks: 0, held: None });
        }
        is_outermost
    }

    fn end(&mut self) {
        let thread = std::thread::current().id();
        self.making.retain(|making| making.thread != thread);
    }

    /// The first thing that is being made beyond these limits.
    fn look(&mut self, most_looks: u64, growth: u64, held: impl Fn() -> Option<u64>) -> Option<Diagnostic> {
        if self.making.is_empty() {
            return None;
        }
        let others = self.others > 0;
        let held = held().filter(|_| !others);
        self.making.iter_mut().find_map(|making| {
            making.looks += 1;
            let before = if others { None } else { making.held.or(held) };
            making.held = before;
            let grown = held.zip(before).map(|(held, before)| held.saturating_sub(before));
            let message = if making.looks > most_looks {
                format!("this is not made after {SLOWEST_PAGE} seconds, the limit for what templates make")
            } else if grown.is_some_and(|grown| grown >= growth) {
                format!("this takes more than {} MiB of memory, the limit for what templates make", growth >> 20)
            } else {
                return None;
            };
            let help = "look for a loop that does not end, or a value that grows, in `templates/` and in the components that are called";
            Some(Diagnostic::error("template", None, message).path(&*making.what).help(help))
        })
    }
}

/// The memory that the process holds, in bytes, where the system tells it (`proc_pid_status(5)`).
fn held() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUCH: u64 = 1 << 30;

    fn making() -> Now {
        let mut now = Now { making: Vec::new(), others: 0 };
        assert!(now.begin("/loop/"));
        assert!(!now.begin("a part of it"));
        now
    }

    fn told(now: &mut Now, most_looks: u64, held: Option<u64>) -> Option<(String, String)> {
        now.look(most_looks, MUCH, || held).map(|told| (told.path.unwrap_or_default(), told.message))
    }

    #[test]
    fn what_takes_too_long_is_told() {
        for held in [None, Some(5)] {
            let mut now = making();
            assert_eq!((told(&mut now, 2, held), told(&mut now, 2, held)), (None, None));
            let (path, message) = told(&mut now, 2, held).expect("it was looked at a third time");
            assert!(path == "/loop/" && message.contains("not made after"), "{path}: {message}");
            now.end();
            assert_eq!(told(&mut now, 0, held), None);
        }
    }

    #[test]
    fn what_takes_too_much_is_told_unless_something_else_may_take_it() {
        let mut now = making();
        assert_eq!((told(&mut now, 99, Some(5)), told(&mut now, 99, Some(MUCH))), (None, None));
        now.others = 1;
        assert_eq!(told(&mut now, 99, Some(2 * MUCH)), None);
        now.others = 0;
        assert_eq!((told(&mut now, 99, Some(2 * MUCH)), told(&mut now, 99, Some(3 * MUCH - 1))), (None, None));
        let (_, message) = told(&mut now, 99, Some(3 * MUCH)).expect("it grew");
        assert!(message.contains("more than 1024 MiB"), "{message}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_tells_how_much_is_held() {
        assert!(held().is_some_and(|bytes| bytes > 1 << 20));
    }
}
