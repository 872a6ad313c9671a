//! How fast the preview answers: `serve` on a corpus of generated articles, and `hugo server` on the same.
//!
//! ```sh
//! cargo bench --bench serve                                   # 10,000 articles, 50 edits of each kind
//! cargo bench --bench serve -- --articles 500 --edits 5       # a small run, to try it
//! HUGO=/path/to/hugo cargo bench --bench serve -- --keep      # another Hugo than the one on PATH; keep the sites
//! ```
//!
//! It measures, in this order:
//!
//! - *first page*: from just before the server is started to the first whole answer for an article;
//! - *body edit*: from just before an article is renamed into place, with a new line, to the page that has the line.
//!   The server rests before each edit. The page is asked for over one connection, again and again, every 0.2 ms;
//!   where it takes long, every 0.5% of the time gone by, so that the questions are no load on a slow server;
//! - *title edit*: the same with a new title; the list of the section must show it in the very next answer;
//! - *typing*: body edits 150 ms apart, whether or not the server has come to rest;
//! - *memory*: the most that the server held, beside the bytes of the site's `content/`;
//! - its CPU time per edit, until it rests again, in ticks of 10 ms, with the answers to all those questions.
//!
//! Where an answer says when the server heard of the edit and when it had made the new site, in
//! `x-backgrounder-noticed-us` and `x-backgrounder-made-us` (microseconds since 1970), the time of an edit is told
//! by these parts too. The articles are the same in each run, and byte for byte the same for Hugo. The machine should
//! have nothing else to do. Two numbers are worth comparing only within one run: look at the ratios. Linux only, as it
//! reads `/proc`. Outside cargo, `rustc --edition 2024 -O benches/serve.rs` makes it, and `BACKGROUNDER` names the
//! program to measure.

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SECTIONS: [&str; 8] = ["politics", "economy", "health", "science", "climate", "technology", "world", "culture"];
const TAGS: usize = 40;
const PER_PAGE: usize = 50;
const IN_FEED: usize = 20;

/// How often Hugo is edited: its edits take seconds.
const HUGO_EDITS: usize = 10;
/// Edits of the measure "typing".
const TYPED: usize = 30;
const BETWEEN_KEYS: Duration = Duration::from_millis(150);

/// The least pause between two questions for a page that is being made.
const PAUSE: Duration = Duration::from_micros(200);
/// A server that used no CPU for so long is at rest.
const REST: Duration = Duration::from_millis(300);
const REST_AFTER_START: Duration = Duration::from_secs(60);
const REST_AFTER_EDIT: Duration = Duration::from_secs(10);
/// After so long without an answer something is broken.
const PATIENCE: Duration = Duration::from_secs(300);
/// The unit of CPU times in `/proc`, the same on every Linux that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures ours, then Hugo where there is one, and prints a table of both.
fn run(options: &Options) -> Outcome<()> {
    println!("{}\n", machine());
    let backgrounder = backgrounder()?;
    let articles = articles(options.articles);
    let scratch = Scratch::fresh(options.keep)?;

    let ours = measure(&backgrounder, &articles, &scratch.folder, options.edits, TYPED)?;
    println!("{}", ours.details());
    let hugo = hugo().map(|hugo| measure(&hugo, &articles, &scratch.folder, options.edits.min(HUGO_EDITS), 0));
    match &hugo {
        Some(Ok(hugo)) => println!("{}", hugo.details()),
        Some(Err(_)) => {}
        None => println!("Hugo: not found, neither as HUGO nor on PATH\n"),
    }
    println!("{}", table(&ours, hugo.as_ref().and_then(|hugo| hugo.as_ref().ok())));
    hugo.transpose().map(|_| ())
}

/// What the command line asks for.
struct Options {
    articles: usize,
    edits: usize,
    keep: bool,
}

/// Reads the command line; `--bench` is cargo's own.
fn options() -> Outcome<Options> {
    let mut options = Options { articles: 10_000, edits: 50, keep: false };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
        match word.as_str() {
            "--articles" => options.articles = number().ok_or("--articles takes a number")?,
            "--edits" => options.edits = number().ok_or("--edits takes a number")?,
            "--keep" => options.keep = true,
            "--bench" => {}
            _ => return Err(format!("`{word}`? There are --articles N, --edits N and --keep").into()),
        }
    }
    Ok(options)
}

/// A folder for the sites, removed at the end.
struct Scratch {
    folder: PathBuf,
    keep: bool,
}

impl Scratch {
    /// Makes a folder that was not there before.
    fn fresh(keep: bool) -> Outcome<Self> {
        let folder = env::temp_dir().join(format!("bench-serve-{}", microseconds(SystemTime::now())));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder, keep })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.keep {
            println!("\nThe sites are in {}", self.folder.display());
        } else if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

// ---- What is measured ----

/// A program with a live preview.
struct Program {
    name: &'static str,
    version: String,
    /// Its files beside `content/`, as paths and texts.
    frame: fn() -> Vec<(String, String)>,
    /// The command that previews the site in a folder on a port.
    serve: Box<Serve>,
}

type Serve = dyn Fn(&Path, u16) -> Command;

/// Ours: the one that `BACKGROUNDER` names, else the one that cargo has built.
fn backgrounder() -> Outcome<Program> {
    let built = option_env!("CARGO_BIN_EXE_backgrounder");
    let program = env::var("BACKGROUNDER").ok().or(built.map(Into::into)).ok_or("BACKGROUNDER names no program")?;
    let printed = printed(&program, "--version").ok_or(format!("`{program}` does not run"))?;
    let serve = move |site: &Path, port: u16| {
        let mut command = Command::new(&program);
        command.arg("serve").arg("--root").arg(site).arg("--port").arg(port.to_string());
        command
    };
    Ok(Program { name: "ours", version: last_line(&printed), frame: our_frame, serve: Box::new(serve) })
}

/// Hugo: the one that `HUGO` names, else the one on `PATH`, if there is one.
fn hugo() -> Option<Program> {
    let named = env::var("HUGO").unwrap_or_else(|_| "hugo".into());
    let printed = printed(&named, "version")?;
    let program = behind_the_wrapper(&printed).unwrap_or(named);
    let serve = move |site: &Path, port: u16| {
        let mut command = Command::new(&program);
        command.arg("server").arg("--source").arg(site).arg("--port").arg(port.to_string());
        command.arg("--cacheDir").arg(site.with_extension("cache"));
        command.args(["--bind", "127.0.0.1", "--renderToMemory", "--noHTTPCache"]);
        command
    };
    Some(Program { name: "Hugo", version: last_line(&printed), frame: hugo_frame, serve: Box::new(serve) })
}

/// The program itself where `hugo` is the wrapper of the Python package, which says what it runs. The time that
/// Python takes to start is not Hugo's.
fn behind_the_wrapper(printed: &str) -> Option<String> {
    let (_, path) = printed.split_once("via hugo-python-distributions at ")?;
    path.split(['\u{1b}', '\n']).next().map(Into::into)
}

/// What a program prints, if it succeeds.
fn printed(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The last line of a text.
fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().to_owned()
}

// ---- The measures ----

/// What one program did.
struct Measured {
    name: &'static str,
    version: String,
    site: String,
    first: Duration,
    body: Vec<Edit>,
    title: Vec<Edit>,
    typing: Vec<Duration>,
    memory: Memory,
    source_bytes: usize,
}

/// What one edit took.
struct Edit {
    /// From the rename to the page that has the edit.
    total: Duration,
    /// From the rename to the file event, and from there to the new site, where the server says so.
    steps: Option<(Duration, Duration)>,
    /// CPU time until the server rests again.
    cpu: Duration,
    /// Whether the list of the section lagged behind the page.
    late_list: bool,
}

/// What is written anew.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    Body,
    Title,
}

/// The article that is edited, the newest of its section, so that the first page of the section lists it.
struct Subject {
    file: PathBuf,
    page: String,
    list: String,
    title: String,
    text: String,
}

/// A running server, someone who reads the page, and the page's source.
struct Preview {
    server: Server,
    client: Client,
    subject: Subject,
}

/// Writes a site, previews it, edits it, and stops the preview.
fn measure(program: &Program, articles: &[Article], scratch: &Path, edits: usize, typed: usize) -> Outcome<Measured> {
    let root = scratch.join(program.name);
    let source_bytes = write_site(&root, &(program.frame)(), articles)?;
    let server = Server::start(program, &root, scratch.join(format!("{}.log", program.name)))?;
    let mut preview = Preview { client: Client::of(server.port), server, subject: subject(&root, articles) };

    let first = first_page(&mut preview)?;
    preview.server.rest(REST_AFTER_START)?;
    let body = series(Change::Body, edits, &mut preview)?;
    let title = series(Change::Title, edits, &mut preview)?;
    let typing = typing(typed, &mut preview)?;
    preview.server.rest(REST_AFTER_START)?;
    let memory = preview.server.memory()?;
    let (name, version, site) = (program.name, program.version.clone(), size(articles, source_bytes));
    Ok(Measured { name, version, site, first, body, title, typing, memory, source_bytes })
}

/// The newest article of the first section, as a file to edit.
fn subject(root: &Path, articles: &[Article]) -> Subject {
    let of_section = articles.iter().filter(|article| article.section == SECTIONS[0]);
    let newest = of_section.max_by_key(|article| article.date).expect("the first article is in the first section");
    Subject {
        file: root.join(newest.file()),
        page: newest.url(),
        list: format!("/{}/", newest.section),
        title: newest.title.clone(),
        text: newest.source(),
    }
}

/// The time from the start of the server to its first whole answer.
fn first_page(preview: &mut Preview) -> Outcome<Duration> {
    let Preview { server, client, subject } = preview;
    while !client.get(&subject.page).is_ok_and(|answer| answer.shows(&subject.title)) {
        if server.started.elapsed() > PATIENCE || server.process.try_wait()?.is_some() {
            return Err(format!("{} gave no page: {}", server.name, server.last_words()).into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(server.started.elapsed())
}

/// So many edits of one kind, one after the other; then the article is as it was.
fn series(change: Change, edits: usize, preview: &mut Preview) -> Outcome<Vec<Edit>> {
    let edits = (0..edits).map(|n| edit(change, &change.mark(n), preview)).collect::<Outcome<_>>()?;
    fs::rename(draft(&preview.subject, &preview.subject.text)?, &preview.subject.file)?;
    preview.server.rest(REST_AFTER_EDIT)?;
    Ok(edits)
}

/// One edit, from a server at rest to a server at rest.
fn edit(change: Change, mark: &str, preview: &mut Preview) -> Outcome<Edit> {
    let Preview { server, client, subject } = preview;
    thread::sleep(Duration::from_millis(50));
    client.get(&subject.page)?; // connects again, if the server has hung up meanwhile
    let cpu = server.cpu()?;
    let draft = draft(subject, &change.applied(&subject.text, mark))?;

    let (start, renamed) = (Instant::now(), SystemTime::now());
    fs::rename(draft, &subject.file)?;
    let answer = client.wait_for(&subject.page, mark, start)?;
    let total = start.elapsed();

    let late_list = change == Change::Title && !client.get(&subject.list)?.shows(mark);
    server.rest(REST_AFTER_EDIT)?;
    Ok(Edit { total, steps: steps(&answer, renamed), cpu: server.cpu()?.saturating_sub(cpu), late_list })
}

impl Change {
    /// Words that no page had before the edit of this number.
    fn mark(self, n: usize) -> String {
        match self {
            Self::Body => format!("body{n:04}mark"),
            Self::Title => format!("title{n:04}mark"),
        }
    }

    /// The article's text with the change in it.
    fn applied(self, text: &str, mark: &str) -> String {
        match self {
            Self::Body => format!("{text}\nA new line {mark}.\n"),
            Self::Title => text.replacen("\ntitle: \"", &format!("\ntitle: \"{mark} "), 1),
        }
    }
}

/// The new text in a file beside the article, to be renamed over it, as editors do. The name is one that GNOME's
/// editors use, and both programs skip it.
fn draft(subject: &Subject, text: &str) -> io::Result<PathBuf> {
    let draft = subject.file.with_file_name(".goutputstream-bench");
    fs::write(&draft, text)?;
    Ok(draft)
}

/// How long the server took to hear of the edit, and then to make the site, as the answer tells.
fn steps(answer: &Answer, renamed: SystemTime) -> Option<(Duration, Duration)> {
    let noticed: u64 = answer.header("x-backgrounder-noticed-us")?.parse().ok()?;
    let made: u64 = answer.header("x-backgrounder-made-us")?.parse().ok()?;
    let between = |earlier: u64, later: u64| Duration::from_micros(later.saturating_sub(earlier));
    Some((between(microseconds(renamed), noticed), between(noticed, made)))
}

/// Microseconds since 1970.
fn microseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(since.as_micros()).expect("there is time until the year 586,000")
}

/// Lines typed one after the other into the article, each with the time until the page had it.
fn typing(lines: usize, preview: &mut Preview) -> Outcome<Vec<Duration>> {
    let Preview { client, subject, .. } = preview;
    let (typed, seen) = thread::scope(|scope| {
        let typist = scope.spawn(|| type_lines(lines, subject));
        let seen = see_lines(lines, client, subject);
        (typist.join().expect("the typist does not panic"), seen)
    });
    Ok(typed?.iter().zip(seen?).map(|(typed, seen)| seen - *typed).collect())
}

/// Types line after line on schedule, and tells when each was saved.
fn type_lines(lines: usize, subject: &Subject) -> io::Result<Vec<Instant>> {
    let (mut text, mut due) = (subject.text.clone(), Instant::now());
    let mut type_line = |n| {
        text = Change::Body.applied(&text, &typed_mark(n));
        let draft = draft(subject, &text)?;
        due += BETWEEN_KEYS;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let saved = Instant::now();
        fs::rename(draft, &subject.file)?;
        Ok(saved)
    };
    (0..lines).map(&mut type_line).collect()
}

/// Tells when the page had each line. As no line goes away again, they come in order.
fn see_lines(lines: usize, client: &mut Client, subject: &Subject) -> Outcome<Vec<Instant>> {
    let mut seen = Vec::new();
    while seen.len() < lines {
        let answer = client.wait_for(&subject.page, &typed_mark(seen.len()), Instant::now())?;
        let now = Instant::now();
        while seen.len() < lines && answer.shows(&typed_mark(seen.len())) {
            seen.push(now);
        }
    }
    Ok(seen)
}

/// The words of a typed line that no other has.
fn typed_mark(n: usize) -> String {
    format!("typed{n:04}mark")
}

// ---- What is printed ----

impl Measured {
    /// All that was measured, a line per measure.
    fn details(&self) -> String {
        let mut lines = format!("{}: {}; {}\n", self.name, self.version, self.site);
        lines += &format!("- first page: {}\n", seconds(self.first));
        lines += &format!("- body edit: {}; {}\n", edits(&self.body), parts(&self.body));
        lines += &format!("- title edit: {}; {}; {}\n", edits(&self.title), parts(&self.title), lists(&self.title));
        if let Some(most) = self.typing.iter().max() {
            let (middle, most) = (milliseconds(median(&self.typing)), milliseconds(*most));
            lines += &format!("- typing, {} ms apart: median {middle}, max {most}\n", BETWEEN_KEYS.as_millis());
        }
        let (peak, now) = (self.held(self.memory.peak), self.held(self.memory.now));
        lines + &format!("- memory: at most {peak}, at the end {now}\n")
    }

    /// Memory in bytes, also as a multiple of the site's sources.
    fn held(&self, bytes: usize) -> String {
        format!("{} MiB, {:.1}× sources", mebibytes(bytes), ratio(bytes, self.source_bytes))
    }
}

/// The corpus in numbers.
fn size(articles: &[Article], bytes: usize) -> String {
    let words: usize = articles.iter().map(|article| article.body.split_whitespace().count()).sum();
    let each = words / articles.len();
    format!("{} articles of {each} words, {} MiB of sources", articles.len(), mebibytes(bytes))
}

/// Median, span and CPU time of a series of edits.
fn edits(edits: &[Edit]) -> String {
    let cpu: Vec<Duration> = edits.iter().map(|edit| edit.cpu).collect();
    let mean = cpu.iter().sum::<Duration>() / u32::try_from(cpu.len()).expect("there are few edits");
    let cpu = format!("CPU median {}, mean {}", milliseconds(median(&cpu)), milliseconds(mean));
    format!("{}, {} edits; {cpu}", span(&totals(edits)), edits.len())
}

/// The times of edits by their parts: the watcher's own delay, the new site, and the way to the client.
fn parts(edits: &[Edit]) -> String {
    let told: Vec<_> =
        edits.iter().filter_map(|edit| edit.steps.map(|(heard, made)| (edit.total, heard, made))).collect();
    if told.is_empty() {
        return "watcher n/a, making n/a, serving and polling n/a".into();
    }
    let middle = |part: fn(&(Duration, Duration, Duration)) -> Duration| {
        milliseconds(median(&told.iter().map(part).collect::<Vec<_>>()))
    };
    format!(
        "watcher {}, making {}, serving and polling {}",
        middle(|(_, heard, _)| *heard),
        middle(|(_, _, made)| *made),
        middle(|(total, heard, made)| total.saturating_sub(*heard + *made))
    )
}

/// Whether the lists kept up with the pages.
fn lists(edits: &[Edit]) -> String {
    match edits.iter().filter(|edit| edit.late_list).count() {
        0 => "the section's list had it at once, each time".into(),
        late => format!("THE SECTION'S LIST DID NOT HAVE IT IN THE NEXT ANSWER, {late} of {} times", edits.len()),
    }
}

/// The comparison, as a Markdown table.
fn table(ours: &Measured, hugo: Option<&Measured>) -> String {
    let mut table = String::from("| | ours | wanted | Hugo | Hugo / ours |\n|---|--:|--:|--:|--:|\n");
    let mut row = |name: &str, wanted: &str, cell: fn(&Measured) -> String, weight: fn(&Measured) -> f64| {
        let hugos = hugo.map_or("–".into(), cell);
        let times = hugo.map(weight).filter(|weight| *weight > 0.0).map(|hugo| hugo / weight(ours));
        let times = times.map_or("–".into(), |times| format!("{times:.1}×"));
        table += &format!("| {name} | {} | {wanted} | {hugos} | {times} |\n", cell(ours));
    };
    row("first page", "1.0 s", |m| seconds(m.first), |m| m.first.as_secs_f64());
    row("body edit", "15 ms", |m| span(&totals(&m.body)), |m| median(&totals(&m.body)).as_secs_f64());
    row("title edit", "60 ms", |m| span(&totals(&m.title)), |m| median(&totals(&m.title)).as_secs_f64());
    row("typing", "–", |m| span(&m.typing), |m| median(&m.typing).as_secs_f64());
    row("memory", "5.0× sources", |m| m.held(m.memory.peak), |m| ratio(m.memory.peak, m.source_bytes));
    table
}

/// The whole times of edits.
fn totals(edits: &[Edit]) -> Vec<Duration> {
    edits.iter().map(|edit| edit.total).collect()
}

/// The median of some times, with the least and the most.
fn span(times: &[Duration]) -> String {
    match (times.iter().min(), times.iter().max()) {
        (Some(least), Some(most)) => format!(
            "{} ({:.1} to {:.1})",
            milliseconds(median(times)),
            least.as_secs_f64() * 1000.0,
            most.as_secs_f64() * 1000.0
        ),
        _ => "–".into(),
    }
}

/// The middle one of some times; zero where there are none.
fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    match times.len() {
        0 => Duration::ZERO,
        n => (times[n / 2] + times[(n - 1) / 2]) / 2,
    }
}

/// A time as `12.3 ms`.
fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// A time as `1.23 s`.
fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Bytes as whole mebibytes.
fn mebibytes(bytes: usize) -> usize {
    (bytes + (1 << 19)) >> 20
}

/// One number of bytes over another.
fn ratio(of: usize, to: usize) -> f64 {
    let kibibytes = |bytes: usize| f64::from(u32::try_from(bytes >> 10).expect("less than 4 TiB"));
    kibibytes(of) / kibibytes(to).max(1.0)
}

/// The machine that the numbers hold for.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or_else(|_| "?".into(), |n| n.to_string());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let value = |file: &str, key: &str| value(Path::new(file), key).unwrap_or_else(|| "?".into());
    format!(
        "machine: {cores} cores, {}, {} of memory, Linux {}, load {}",
        value("/proc/cpuinfo", "model name"),
        value("/proc/meminfo", "MemTotal"),
        kernel.trim(),
        load.split(' ').next().unwrap_or("?")
    )
}

/// What a file of lines like `key: value` says about a key.
fn value(file: &Path, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
}

// ---- The server, seen from outside ----

/// A running preview; it ends with this value.
struct Server {
    name: &'static str,
    process: Child,
    guard: Child,
    port: u16,
    started: Instant,
    log: PathBuf,
}

/// The most memory that a server held, and what it holds now, in bytes.
struct Memory {
    peak: usize,
    now: usize,
}

impl Server {
    /// Starts a preview in a process group of its own, on a free port.
    fn start(program: &Program, root: &Path, log: PathBuf) -> Outcome<Self> {
        let port = free_port()?;
        let output = File::create(&log)?;
        let mut command = (program.serve)(root, port);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
        let started = Instant::now();
        let process = command.spawn()?;
        Ok(Self { name: program.name, guard: guard(process.id())?, process, port, started, log })
    }

    /// Waits until the server uses no CPU any more, but no longer than `at_most`.
    fn rest(&self, at_most: Duration) -> Outcome<()> {
        let start = Instant::now();
        let mut before = self.cpu()?;
        while start.elapsed() < at_most {
            thread::sleep(REST);
            let now = self.cpu()?;
            if now == before {
                return Ok(());
            }
            before = now;
        }
        Ok(())
    }

    /// The CPU time that the server and its children have used.
    fn cpu(&self) -> Outcome<Duration> {
        let family = family(self.process.id());
        if family.is_empty() {
            return Err(format!("{} has ended: {}", self.name, self.last_words()).into());
        }
        Ok(TICK * family.iter().map(|process| process.ticks).sum())
    }

    /// The memory of the server and its children.
    fn memory(&self) -> Outcome<Memory> {
        let family = family(self.process.id());
        let sum = |key| family.iter().map(|process| memory_of(process.id, key)).sum::<Option<usize>>();
        let memory = sum("VmHWM").zip(sum("VmRSS")).map(|(peak, now)| Memory { peak, now });
        memory.ok_or_else(|| format!("{} tells no memory", self.name).into())
    }

    /// The end of what the server printed.
    fn last_words(&self) -> String {
        let printed = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = printed.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        let _ = self.process.wait();
    }
}

/// A port on which nobody listens. It is below those that clients get: a client that asks one of these before its
/// server is there may connect to itself.
fn free_port() -> Outcome<u16> {
    let free = (20_000..30_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.ok_or("no port is free".into())
}

/// A shell that kills a process group as soon as we let go of its input, also where Ctrl-C or a bug ends us.
fn guard(group: u32) -> io::Result<Child> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "read _; kill -s KILL -- -$0", &group.to_string()]);
    shell.stdin(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn()
}

/// A process, as `/proc/ID/stat` tells.
struct Process {
    id: u32,
    parent: u32,
    ticks: u32,
}

/// A process and all that descend from it.
fn family(id: u32) -> Vec<Process> {
    let (mut family, mut others): (Vec<_>, Vec<_>) = processes().partition(|process| process.id == id);
    let mut next = 0;
    while let Some(parent) = family.get(next).map(|process| process.id) {
        let (children, rest) = others.into_iter().partition(|process| process.parent == parent);
        family.extend::<Vec<_>>(children);
        (others, next) = (rest, next + 1);
    }
    family
}

/// All processes.
fn processes() -> impl Iterator<Item = Process> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| process(folder.file_name().to_str()?.parse().ok()?))
}

/// A process that has not ended, with its user and system time.
fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold spaces and brackets.
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let number = |n: usize| fields.get(n)?.parse::<u32>().ok();
    (fields[0] != "Z").then_some(())?;
    Some(Process { id, parent: number(1)?, ticks: number(11)? + number(12)? })
}

/// A size in bytes out of `/proc/ID/status`.
fn memory_of(id: u32, key: &str) -> Option<usize> {
    let value = value(Path::new(&format!("/proc/{id}/status")), key)?;
    Some(value.split(' ').next()?.parse::<usize>().ok()? << 10)
}

// ---- A client of one connection ----

/// Asks for pages over one connection, and connects anew where it breaks.
struct Client {
    port: u16,
    connection: Option<BufReader<TcpStream>>,
}

/// What came back.
struct Answer {
    status: u16,
    head: Vec<String>,
    body: String,
}

impl Client {
    /// A client that has not connected yet.
    fn of(port: u16) -> Self {
        Self { port, connection: None }
    }

    /// One page.
    fn get(&mut self, path: &str) -> io::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.port)?,
        };
        let question = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port);
        connection.get_mut().write_all(question.as_bytes())?;
        let answer = answer(&mut connection)?;
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    /// The page, as soon as it has the mark.
    fn wait_for(&mut self, path: &str, mark: &str, since: Instant) -> Outcome<Answer> {
        while since.elapsed() < PATIENCE {
            match self.get(path) {
                Ok(answer) if answer.shows(mark) => return Ok(answer),
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Err(error.into()),
                _ => thread::sleep(PAUSE.max(since.elapsed() / 200)),
            }
        }
        Err(format!("{path} has no `{mark}` after {}", seconds(PATIENCE)).into())
    }
}

/// A connection that waits for nothing but the server.
fn connect(port: u16) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::with_capacity(1 << 16, stream))
}

/// Reads one whole answer.
fn answer(from: &mut impl BufRead) -> io::Result<Answer> {
    let head = head(from)?;
    let status = head[0].split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut answer = Answer { status: status.ok_or(io::ErrorKind::InvalidData)?, head, body: String::new() };
    let length = answer.header("content-length").and_then(|length| length.parse().ok());
    let body = match (answer.header("transfer-encoding"), length) {
        (Some("chunked"), _) => chunks(from)?,
        (_, Some(length)) => exactly(from, length)?,
        (_, None) => return Err(io::ErrorKind::Unsupported.into()),
    };
    answer.body = String::from_utf8(body).map_err(io::Error::other)?;
    Ok(answer)
}

impl Answer {
    /// Whether it is a page with these words.
    fn shows(&self, words: &str) -> bool {
        self.status == 200 && self.body.contains(words)
    }

    /// The value of a header.
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.iter().filter_map(|line| line.split_once(':'));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// The lines before the body, at least one.
fn head(from: &mut impl BufRead) -> io::Result<Vec<String>> {
    let mut head = vec![line(from)?];
    loop {
        match line(from)? {
            line if line.is_empty() => return Ok(head),
            line => head.push(line),
        }
    }
}

/// A line without its end.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    line.strip_suffix("\r\n").map(Into::into).ok_or(io::ErrorKind::UnexpectedEof.into())
}

/// So many bytes.
fn exactly(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A body that comes in chunks, each behind its length.
fn chunks(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(&line(from)?, 16).map_err(io::Error::other)?;
        body.extend(exactly(from, length)?);
        line(from)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

// ---- The articles ----

/// An article, the same in each run.
struct Article {
    section: &'static str,
    slug: String,
    title: String,
    description: String,
    date: Moment,
    updated: Moment,
    tags: Vec<usize>,
    body: String,
}

/// A moment, with the months counted from January 2012.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    month: usize,
    day: usize,
    second: usize,
}

/// So many articles that link to each other.
fn articles(count: usize) -> Vec<Article> {
    let mut words = Words::new();
    let mut articles: Vec<Article> = (0..count).map(|n| article_without_body(n, &mut words)).collect();
    let urls: Vec<String> = articles.iter().map(Article::url).collect();
    for article in &mut articles {
        article.body = body(&mut words, &urls);
    }
    articles
}

/// What stands above the text of the article of this number.
fn article_without_body(n: usize, words: &mut Words) -> Article {
    let title = words.phrase(5, 9);
    let slug = title.to_lowercase().split(' ').take(6).collect::<Vec<_>>().join("-");
    let dice = &mut words.dice;
    let date = Moment { month: dice.below(13 * 12), day: dice.between(1, 28), second: dice.below(24 * 60 * 60) };
    let updated = Moment { month: date.month + dice.between(1, 6), ..date };
    let tags = three_tags(dice);
    let description = words.phrase(14, 22) + ".";
    let (section, slug) = (SECTIONS[n % SECTIONS.len()], format!("{slug}-{n:05}"));
    Article { section, slug, title, description, date, updated, tags, body: String::new() }
}

/// Three tags, no two alike.
fn three_tags(dice: &mut Dice) -> Vec<usize> {
    let mut tags = Vec::new();
    while tags.len() < 3 {
        let tag = dice.below(TAGS);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.sort_unstable();
    tags
}

impl Article {
    /// Its file below the site's folder.
    fn file(&self) -> String {
        format!("content/{}/{}.md", self.section, self.slug)
    }

    /// Its address, in both programs.
    fn url(&self) -> String {
        format!("/{}/{}/", self.section, self.slug)
    }

    /// What its file says.
    fn source(&self) -> String {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("tag-{tag:02}")).collect();
        format!(
            "---\ntitle: \"{}\"\ndate: {}\nupdated: {}\ndescription: \"{}\"\ntags: [{}]\n---\n\n{}",
            self.title,
            self.date.written(),
            self.updated.written(),
            self.description,
            tags.join(", "),
            self.body
        )
    }
}

impl Moment {
    /// As front matter has it: `2012-01-01T00:00:00Z`.
    fn written(self) -> String {
        let (year, month) = (2012 + self.month / 12, self.month % 12 + 1);
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        format!("{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", self.day)
    }
}

/// A text of 600 to 1200 words with all that explainers use.
fn body(words: &mut Words, urls: &[String]) -> String {
    let mut blocks = vec![spiced_with(words, urls, &[Spice::Link, Spice::Strong])];
    blocks.push(spiced_with(words, urls, &[Spice::Emphasis, Spice::Link]));
    let chapters = words.dice.between(4, 6);
    for chapter in 0..chapters {
        blocks.push(format!("## {}", words.phrase(3, 6)));
        blocks.push(spiced_with(words, urls, spices(chapter)));
        blocks.extend(speciality(chapter, words));
        if words.dice.below(10) < 7 {
            blocks.push(words.paragraph(&[]));
        }
    }
    blocks.push(format!("[^1]: {}", words.sentence(None)));
    blocks.join("\n\n") + "\n"
}

/// What stands inside a sentence.
#[derive(Clone, Copy)]
enum Spice {
    Link,
    Strong,
    Emphasis,
    Code,
    Footnote,
}

/// The spices of a chapter's first paragraph.
fn spices(chapter: usize) -> &'static [Spice] {
    match chapter {
        0 => &[Spice::Code, Spice::Footnote],
        1 => &[Spice::Link],
        2 => &[Spice::Link, Spice::Strong],
        3 => &[Spice::Emphasis, Spice::Link],
        _ => &[],
    }
}

/// A paragraph with these spices, each in a sentence of its own.
fn spiced_with(words: &mut Words, urls: &[String], spices: &[Spice]) -> String {
    let spices: Vec<String> = spices.iter().map(|spice| spice.of(words, urls)).collect();
    words.paragraph(&spices)
}

impl Spice {
    /// The spice in Markdown.
    fn of(self, words: &mut Words, urls: &[String]) -> String {
        match self {
            Self::Link => format!("[{}]({})", words.some(3), words.dice.pick(urls)),
            Self::Strong => format!("**{}**", words.some(2)),
            Self::Emphasis => format!("*{}*", words.some(2)),
            Self::Code => format!("`{}()`", words.some(2).replace(' ', "_")),
            Self::Footnote => format!("{}[^1]", words.some(1)),
        }
    }
}

/// What only this chapter has: a list, a table, a quote or a numbered list.
fn speciality(chapter: usize, words: &mut Words) -> Vec<String> {
    match chapter {
        0 => vec![list(words, |_| "-".into(), 5)],
        1 => vec![format!("### {}", words.phrase(4, 4)), words.paragraph(&[]), figures(words)],
        2 => {
            let quote = format!("> {}\n> {}", words.sentence(None), words.sentence(None));
            vec![quote, format!("### {}", words.phrase(3, 3)), words.paragraph(&[])]
        }
        3 => vec![list(words, |n| format!("{n}."), 4)],
        _ => vec![],
    }
}

/// A list of sentences, from three to `most`.
fn list(words: &mut Words, bullet: fn(usize) -> String, most: usize) -> String {
    let items = words.dice.between(3, most);
    let items: Vec<String> = (1..=items).map(|n| format!("{} {}", bullet(n), words.sentence(None))).collect();
    items.join("\n")
}

/// A table of words and numbers.
fn figures(words: &mut Words) -> String {
    let heads: Vec<String> = (0..4).map(|_| words.phrase(1, 1)).collect();
    let mut table = format!("| {} |\n|---|---|--:|--:|", heads.join(" | "));
    for _ in 0..6 {
        let (name, kind) = (words.phrase(2, 2), words.phrase(1, 1));
        let (large, small) = (words.dice.below(10_000), words.dice.below(100));
        table += &format!("\n| {name} | {kind} | {large} | {small} |");
    }
    table
}

/// Invented words, some of them far more frequent than others, as in a language.
struct Words {
    dice: Dice,
    vocabulary: Vec<String>,
    /// The sum of the weights up to each word.
    weights: Vec<f64>,
}

impl Words {
    /// Three thousand words, weighted by Zipf's law.
    fn new() -> Self {
        let mut dice = Dice(0x0bac_6209);
        let vocabulary = vocabulary(&mut dice, 3000);
        let weights = (0..3000).scan(0.0, |sum, rank| {
            *sum += 1.0 / (f64::from(rank) + 3.0);
            Some(*sum)
        });
        Self { dice, vocabulary, weights: weights.collect() }
    }

    /// A word.
    fn word(&mut self) -> &str {
        let total = self.weights.last().expect("there are words");
        let at = self.dice.fraction() * total;
        &self.vocabulary[self.weights.partition_point(|sum| *sum <= at)]
    }

    /// So many words.
    fn some(&mut self, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word().to_owned()).collect();
        words.join(" ")
    }

    /// Words with a capital, as in a title.
    fn phrase(&mut self, least: usize, most: usize) -> String {
        let count = self.dice.between(least, most);
        capital(&self.some(count))
    }

    /// A sentence of 8 to 20 words, with something in its middle.
    fn sentence(&mut self, spice: Option<&String>) -> String {
        let count = self.dice.between(8, 20);
        let mut words: Vec<String> = (0..count).map(|_| self.word().to_owned()).collect();
        if count > 12 {
            words[self.dice.between(3, 5)].push(',');
        }
        if let Some(spice) = spice {
            words[count / 2].clone_from(spice);
        }
        capital(&words.join(" ")) + "."
    }

    /// Three to five sentences, the first ones with spices.
    fn paragraph(&mut self, spices: &[String]) -> String {
        let count = self.dice.between(3, 5);
        let sentences: Vec<String> = (0..count).map(|n| self.sentence(spices.get(n))).collect();
        sentences.join(" ")
    }
}

/// So many different words, the shortest and most frequent ones from English.
fn vocabulary(dice: &mut Dice, count: usize) -> Vec<String> {
    let mut words: Vec<String> =
        "the of to and a in was that for is on by at with from".split(' ').map(Into::into).collect();
    let mut known: HashSet<String> = words.iter().cloned().collect();
    while words.len() < count {
        let word = invented(dice);
        if known.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// A word of one to three syllables.
fn invented(dice: &mut Dice) -> String {
    const ONSETS: [&str; 22] = [
        "b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "dr", "pl", "sh", "st",
        "tr",
    ];
    const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
    const CODAS: [&str; 12] = ["", "n", "r", "s", "t", "l", "nd", "st", "ck", "m", "ly", "ng"];
    let syllables = *dice.pick(&[1, 1, 2, 2, 3]);
    let mut word = String::new();
    for _ in 0..syllables {
        word += *dice.pick(&ONSETS);
        word += *dice.pick(&VOWELS);
    }
    word + *dice.pick(&CODAS)
}

/// The words with their first letter large; all of them are ASCII.
fn capital(words: &str) -> String {
    words[..1].to_uppercase() + &words[1..]
}

/// Numbers that look random and are the same in each run: `SplitMix64`.
struct Dice(u64);

impl Dice {
    /// Any 32 bits.
    fn roll(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("half of 64 bits are 32")
    }

    /// A number from 0 up to, but not, `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll()).expect("Linux has at least 32 bits") % end
    }

    /// A number from `least` to `most`.
    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// A number from 0 to 1, never quite 1.
    fn fraction(&mut self) -> f64 {
        f64::from(self.roll()) / 4_294_967_296.0
    }

    /// One of several.
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

// ---- The sites ----

/// Writes a site, and tells the size of its `content/` in bytes.
fn write_site(root: &Path, frame: &[(String, String)], articles: &[Article]) -> Outcome<usize> {
    for (path, text) in frame {
        write_file(&root.join(path), text)?;
    }
    let mut bytes = write_file(&root.join("content/_index.md"), "---\ntitle: Explainers\n---\n")?;
    for section in SECTIONS {
        let index = format!("---\ntitle: {}\n---\n", capital(section));
        bytes += write_file(&root.join(format!("content/{section}/_index.md")), &index)?;
    }
    for article in articles {
        bytes += write_file(&root.join(article.file()), &article.source())?;
    }
    Ok(bytes)
}

/// Writes a file with the folders above it, and tells its size.
fn write_file(path: &Path, text: &str) -> Outcome<usize> {
    let folder = path.parent().expect("a file of a site lies in a folder");
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map(|()| text.len()).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Our configuration; the built-in theme does the rest.
fn our_frame() -> Vec<(String, String)> {
    let site = format!(
        "title: Explainers\nbase_url: https://example.org/\npaginate_by: {PER_PAGE}\nfeeds:\n  limit: {IN_FEED}\n"
    );
    vec![("site.yaml".into(), site)]
}

/// Hugo's configuration, and layouts with the same parts as our theme.
fn hugo_frame() -> Vec<(String, String)> {
    let files = [
        ("hugo.toml", HUGO_CONFIGURATION.to_owned() + &hugo_menu()),
        ("layouts/baseof.html", HUGO_BASE.to_owned()),
        ("layouts/page.html", HUGO_PAGE.to_owned()),
        ("layouts/section.html", HUGO_LIST.to_owned()),
        ("layouts/term.html", HUGO_LIST.to_owned()),
        ("layouts/taxonomy.html", HUGO_TAGS.to_owned()),
        ("layouts/home.html", HUGO_HOME.to_owned()),
        ("layouts/home.atom.xml", HUGO_FEED.to_owned()),
        ("static/style.css", "main { max-width: 70ch; margin: auto }\n".to_owned()),
    ];
    let numbers =
        |text: String| text.replace("PER_PAGE", &PER_PAGE.to_string()).replace("IN_FEED", &IN_FEED.to_string());
    files.into_iter().map(|(path, text)| (path.to_owned(), numbers(text))).collect()
}

/// The sections, for the navigation of each page.
fn hugo_menu() -> String {
    SECTIONS.iter().fold(String::new(), |mut menu, section| {
        write!(menu, "\n[[params.menu]]\nsection = \"{section}\"\nname = \"{}\"\n", capital(section))
            .expect("a string takes all");
        menu
    })
}

const HUGO_CONFIGURATION: &str = r#"title = "Explainers"
baseURL = "https://example.org/"
disableHugoGeneratorInject = true

[taxonomies]
tag = "tags"

[pagination]
pagerSize = PER_PAGE
disableAliases = true

[frontmatter]
lastmod = ["updated"]

[markup.tableOfContents]
startLevel = 2
endLevel = 3

[mediaTypes."application/atom+xml"]
suffixes = ["xml"]

[outputFormats.atom]
mediaType = "application/atom+xml"
baseName = "atom"

[outputs]
home = ["html", "atom"]
section = ["html"]
taxonomy = ["html"]
term = ["html"]
"#;

const HUGO_BASE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ .Title }} – {{ site.Title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{{ .Description }}">
<meta property="og:title" content="{{ .Title }}">
<meta property="og:description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
<link rel="stylesheet" href="/style.css">
<link rel="alternate" type="application/atom+xml" href="/atom.xml">
</head>
<body>
<header>
<a href="/">{{ site.Title }}</a>
<nav>{{ $here := .Section }}{{ range site.Params.menu }}<a href="/{{ .section }}/"{{ if eq .section $here }} aria-current="true"{{ end }}>{{ .name }}</a> {{ end }}</nav>
</header>
<main>{{ block "main" . }}{{ end }}</main>
<footer><a href="/tags/">Tags</a> <a href="/atom.xml">Feed</a> <a href="/sitemap.xml">Sitemap</a></footer>
</body>
</html>
"#;

const HUGO_PAGE: &str = r#"{{ define "main" }}
<nav aria-label="Breadcrumb"><a href="/">Home</a> › <a href="/{{ .Section }}/">{{ .CurrentSection.Title }}</a></nav>
<article>
<h1>{{ .Title }}</h1>
<p>{{ .Description }}</p>
<p>Published <time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time>, updated <time datetime="{{ .Lastmod.Format "2006-01-02" }}">{{ .Lastmod.Format "2 January 2006" }}</time></p>
<aside>{{ .TableOfContents }}</aside>
{{ .Content }}
<ul>{{ range .Params.tags }}<li><a href="/tags/{{ . }}/">{{ . }}</a></li>{{ end }}</ul>
</article>
{{ end }}
"#;

const HUGO_LIST: &str = r#"{{ define "main" }}
<h1>{{ .Title }}</h1>
<ul>{{ range .Paginator.Pages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> <time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time><p>{{ .Description }}</p></li>{{ end }}
</ul>
<nav>{{ with .Paginator }}{{ with .Prev }}<a href="{{ .URL }}">Newer</a>{{ end }} Page {{ .PageNumber }} of {{ .TotalPages }} {{ with .Next }}<a href="{{ .URL }}">Older</a>{{ end }}{{ end }}</nav>
{{ end }}
"#;

const HUGO_TAGS: &str = r#"{{ define "main" }}
<h1>{{ .Title }}</h1>
<ul>{{ range .Data.Terms.Alphabetical }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> ({{ .Count }})</li>{{ end }}</ul>
{{ end }}
"#;

const HUGO_HOME: &str = r#"{{ define "main" }}
<h1>{{ .Title }}</h1>
<ul>{{ range first IN_FEED site.RegularPages.ByDate.Reverse }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> <time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time><p>{{ .Description }}</p></li>{{ end }}
</ul>
{{ end }}
"#;

const HUGO_FEED: &str = r#"{{ $newest := first IN_FEED site.RegularPages.ByDate.Reverse }}{{ print "<?xml version=\"1.0\" encoding=\"utf-8\"?>" | safeHTML }}
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{{ .Permalink }}</id>
<title>{{ site.Title }}</title>
<updated>{{ (index $newest 0).Lastmod.Format "2006-01-02T15:04:05Z07:00" }}</updated>
{{ range $newest }}<entry>
<id>{{ .Permalink }}</id>
<link href="{{ .Permalink }}"/>
<title>{{ .Title }}</title>
<published>{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}</published>
<updated>{{ .Lastmod.Format "2006-01-02T15:04:05Z07:00" }}</updated>
<summary>{{ .Description }}</summary>
</entry>
{{ end }}</feed>
"#;
