//! Reports: diagnostics on stderr, and the lines that commands end with.

use super::{CONTENT_ERRORS, Common, FINE, Format, shown};
use crate::Made;
use crate::diagnostic::{Diagnostic, Severity, to_json, to_sarif, to_text};
use crate::facts::grouped;
use crate::limits::MOST_DRAWN;
use crate::site::Site;
use crate::source::{Sources, printable};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, ErrorKind, IsTerminal as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// Tells of mistakes on stderr, as a person reads them, and counts them.
pub(super) fn tell(wrong: &[Diagnostic], sources: &Sources) {
    tell_parts(&[(wrong, sources)]);
}

/// The same of mistakes that point into different sources.
pub(super) fn tell_parts(parts: &[(&[Diagnostic], &Sources)]) {
    let drawn: String = parts
        .iter()
        .filter(|(wrong, _)| !wrong.is_empty())
        .map(|(wrong, sources)| {
            let (shown, folded) = fold(wrong);
            to_text(&shown, sources, width()) + &folded
        })
        .collect();
    if !drawn.is_empty() {
        say(drawn + &counted(parts.iter().flat_map(|(wrong, _)| *wrong)));
    }
}

/// How many warnings of one rule are shown among those of others.
const SHOWN_OF_A_RULE: usize = 5;

/// What is shown: all but where a rule has very many, and of a rule with many warnings among others the first few, with a line
/// on where the others are told.
fn fold(wrong: &[Diagnostic]) -> (Vec<Diagnostic>, String) {
    let mut codes: Vec<(&str, usize, usize)> = Vec::new();
    let mut shown = Vec::with_capacity(wrong.len());
    let alone = wrong.iter().all(|found| found.code == wrong[0].code);
    let most_warnings = if alone { MOST_DRAWN } else { SHOWN_OF_A_RULE };
    for found in wrong {
        let at = codes.iter().position(|(code, ..)| *code == found.code).unwrap_or_else(|| {
            codes.push((found.code, 0, 0));
            codes.len() - 1
        });
        codes[at].1 += usize::from(found.severity == Severity::Warning);
        codes[at].2 += usize::from(found.severity == Severity::Error);
        let is_shown = match found.severity {
            Severity::Error => codes[at].2 <= MOST_DRAWN,
            Severity::Warning => codes[at].1 <= most_warnings,
        };
        if is_shown {
            shown.push(found.clone());
        }
    }
    let more = |n: usize, shown: usize, what: &str, code: &str, format: &str| {
        let all = format!("; see them with: backgrounder check --rule {code}{format}\n");
        (n > shown).then(|| format!("and {} of `{code}`{all}", plural(n - shown, what)))
    };
    let errors = codes.iter().filter_map(|(code, _, n)| more(*n, MOST_DRAWN, "more error", code, " --format json"));
    let format = if alone { " --format json" } else { "" };
    let warnings = codes.iter().filter_map(|(code, n, _)| more(*n, most_warnings, "more warning", code, format));
    let lines = errors.chain(warnings).collect();
    (shown, lines)
}

/// Writes a line to stderr. Nobody listening is no mistake.
pub(super) fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Writes data to stdout; returns the exit code. A reader that has seen enough and gone is no mistake.
#[must_use]
pub(super) fn data(text: &str) -> u8 {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            say(format!("error: stdout cannot be written to: {error}"));
            advise(&error);
            CONTENT_ERRORS
        }
        _ => FINE,
    }
}

/// Says that a file could not be written, and what to do; returns the exit code.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> u8 {
    let why = match error.kind() {
        ErrorKind::AlreadyExists => "is there already; nothing was changed".to_owned(),
        _ => format!("cannot be written: {error}"),
    };
    say(printable(format!("error: {} {why}", shown(path))));
    advise(error);
    CONTENT_ERRORS
}

/// Says what to do about what the system says.
pub(super) fn advise(error: &io::Error) {
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space and try again",
        ErrorKind::FileTooLarge => "no file may grow so large here; raise the limit (`ulimit -f`) and try again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "check the folder's permissions and try again",
        ErrorKind::AlreadyExists => "choose another name, or move it away",
        ErrorKind::DirectoryNotEmpty => "choose an empty folder, or one that is not there yet",
        ErrorKind::NotFound => "make the folder that it is to stand in, and try again",
        _ => "mend this and try again",
    };
    say(format!("help: {help}"));
}

/// Prints mistakes on stdout for a program, or on stderr for a person; returns the exit code of printing alone.
#[must_use]
pub(super) fn print(wrong: &[Diagnostic], sources: &Sources, format: Format) -> u8 {
    let json = match format {
        Format::Text => {
            tell(wrong, sources);
            return FINE;
        }
        Format::Json => to_json(wrong, sources),
        Format::Sarif => to_sarif(wrong, sources),
    };
    data(&format!("{json:#}\n"))
}

/// "2 errors, 1 warning".
fn counted<'d>(wrong: impl Iterator<Item = &'d Diagnostic>) -> String {
    let (errors, warnings) = wrong.fold((0, 0), |(errors, warnings), told| match told.severity {
        Severity::Error => (errors + 1, warnings),
        Severity::Warning => (errors, warnings + 1),
    });
    let parts = [(errors, "error"), (warnings, "warning")];
    let told: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, noun)| plural(n, noun)).collect();
    told.join(", ")
}

/// "1 page", "1,200 pages".
pub(super) fn plural(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n as u64), if n == 1 { "" } else { "s" })
}

/// "13 pages and 425 facts".
pub(super) fn pages_and_facts(site: &Site) -> String {
    let facts = site.entries.iter().filter(|entry| entry.surface.kind.is_fact()).count();
    format!("{} and {}", plural(site.entries.len() - facts, "page"), plural(facts, "fact"))
}

/// "41 ms", "2.5 s".
pub(super) fn elapsed(since: Instant) -> String {
    let time = since.elapsed();
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// Tells what was left out, and how to take it in.
pub(super) fn tell_left_out(made: &Made, common: &Common) {
    let Some(stage) = &made.stage else { return };
    let left_out = &stage.world.site.left_out;
    if left_out.is_empty() || common.quiet {
        return;
    }
    let mut told = Vec::new();
    for reason in [
        crate::site::Reason::Draft,
        crate::site::Reason::Future,
        crate::site::Reason::Expired,
        crate::site::Reason::Later,
    ] {
        let n = left_out.iter().filter(|out| out.reason == reason).count();
        if n > 0 {
            let words = match reason {
                crate::site::Reason::Draft => plural(n, "draft"),
                other => format!("{} {}", grouped(n as u64), other.words()),
            };
            told.push(format!("{words} ({})", reason.flag()));
        }
    }
    say(format!("left out: {}", told.join(", ")));
    if common.verbose {
        for out in &**left_out {
            say(format!("  {} is {}", out.surface.id.value, out.reason.words()));
        }
    }
}

/// Tells what could not be checked.
pub(super) fn tell_notes(made: &Made, common: &Common) {
    if !common.quiet {
        made.notes.iter().for_each(|note| say(format!("note: {note}")));
    }
}

/// The width that reports are drawn in: the terminal's, or 100 columns where there is none.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns
        .or_else(|| terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| usize::from(width.0)))
        .unwrap_or(100)
}

/// A bar on a terminal for work that takes more than half a second; nothing in a pipe.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
}

impl Progress {
    /// While pages are rendered.
    pub(super) fn new(common: &Common) -> Self {
        Self::of(common, "rendering")
    }

    /// While pictures are made.
    pub(super) fn making(common: &Common) -> Self {
        Self::of(common, "pictures")
    }

    /// While other hosts are asked.
    pub(super) fn asking(common: &Common) -> Self {
        Self::of(common, "asking")
    }

    fn of(common: &Common, work: &str) -> Self {
        let hidden = common.quiet || !std::io::stderr().is_terminal();
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template(&format!("{work} {{bar:30}} {{pos}}/{{len}}")) {
            bar.set_style(style);
        }
        Self { bar, began: Instant::now() }
    }

    pub(super) fn step(&self, done: usize, all: usize) {
        if self.began.elapsed() > Duration::from_millis(500) && (done.is_multiple_of(64) || done == all || all < 1000) {
            self.bar.set_length(all as u64);
            self.bar.set_position(done as u64);
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
