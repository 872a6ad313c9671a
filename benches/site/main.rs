//! Whole builds beside those of others, over one corpus: `cargo bench --bench site`.
//!
//! Arguments, behind `--`: the number of articles (10000), the number of rounds (5), `--in DIR` for the folder to work in (one
//! in `target/`; a folder of `/dev/shm` is in memory), `--keep` to leave it there. `--generate DIR` only writes our site.
//!
//! Each round builds with every generator in turn, so that drift falls on all alike; figures are medians. Hugo and Blades
//! take part where they are installed: `HUGO` and `BLADES` say where, else `PATH` does. A *clean* build finds no output,
//! *again* finds its own, *one* finds its own after one article was changed. The last line is a bare loop that reads the sources and
//! writes the bytes of our site.
//!
//! Old outputs are moved aside, never deleted while anything is measured: for minutes after a large tree was deleted, ext4
//! is several times slower to create files.

#[path = "corpus.rs"]
mod corpus;

use corpus::{Article, SECTIONS, articles, facts};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use wait4::Wait4 as _;

/// A generator that takes part.
struct Peer {
    name: &'static str,
    program: PathBuf,
    arguments: &'static [&'static str],
    /// How its articles begin and are linked to.
    form: Form,
    /// The folder of its site.
    site: PathBuf,
}

/// What a run cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    wall: f64,
    user: f64,
    sys: f64,
    /// The largest size of the process, in MiB.
    peak: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Ours,
    Hugo,
    Blades,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1)).cloned();
    let named = [after("--in"), after("--generate")];
    let numbers: Vec<usize> = arguments
        .iter()
        .filter(|argument| !named.iter().flatten().any(|named| named == *argument))
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let count = numbers.first().copied().unwrap_or(10_000);
    let rounds = numbers.get(1).copied().unwrap_or(5);
    if let Some(to) = &named[1] {
        generate(Form::Ours, Path::new(to), &articles(count));
        return;
    }
    let work =
        named[0].clone().map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-site"), PathBuf::from);
    let work = work.join(std::process::id().to_string());
    if arguments.iter().any(|argument| argument == "--facts") {
        measure_facts(&work, numbers.first().copied().unwrap_or(100_000), rounds.min(3));
        return;
    }
    let peers = peers(&work);
    let articles = articles(count);
    let words: usize = articles.iter().map(|article| article.text.split_whitespace().count()).sum();
    println!("{count} articles of {} words, {rounds} rounds", words / count.max(1));
    for peer in &peers {
        generate(peer.form, &peer.site, &articles);
    }
    let mut costs: BTreeMap<(usize, usize), Vec<Cost>> = BTreeMap::new();
    for round in 0..rounds {
        for (at, peer) in peers.iter().enumerate() {
            aside(&peer.site.join("public"), round);
            costs.entry((at, 0)).or_default().push(run(peer, peer.arguments));
            costs.entry((at, 1)).or_default().push(run(peer, peer.arguments));
            change(&peer.site, &articles[round % articles.len()], peer.form);
            costs.entry((at, 2)).or_default().push(run(peer, peer.arguments));
            if peer.form == Form::Ours {
                costs.entry((at, 3)).or_default().push(run(peer, &["check", "--quiet"]));
            }
        }
    }
    print_table(&peers, &costs);
    print_ratios(&peers, &costs);
    bare_loop(&peers[0].site, &work, rounds);
    if !arguments.iter().any(|argument| argument == "--keep") {
        let _ = fs::remove_dir_all(&work);
    }
}

/// A site of facts, checked and built.
fn measure_facts(work: &Path, events: usize, rounds: usize) {
    let ours = Peer {
        name: "Backgrounder",
        program: env!("CARGO_BIN_EXE_backgrounder").into(),
        arguments: &["build", "--quiet"],
        form: Form::Ours,
        site: work.join("facts"),
    };
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/site/ours"), &ours.site);
    put(&ours.site.join("static/style.css"), "body{max-width:70ch;margin:auto}\n");
    for (path, text) in facts(events) {
        put(&ours.site.join("content").join(path), &text);
    }
    println!("{events} events, {} figures, {} pages, {rounds} rounds", events / 2, events / 50);
    let mut costs: BTreeMap<(usize, usize), Vec<Cost>> = BTreeMap::new();
    for round in 0..rounds {
        aside(&ours.site.join("public"), round);
        costs.entry((0, 0)).or_default().push(run(&ours, ours.arguments));
        costs.entry((0, 3)).or_default().push(run(&ours, &["check", "--quiet"]));
    }
    print_table(&[ours], &costs);
}

/// Ours, and those that are installed.
fn peers(work: &Path) -> Vec<Peer> {
    let found = |variable: &str, name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let in_path = || std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        std::env::var_os(variable).map(PathBuf::from).or_else(in_path)
    };
    let ours = Some(PathBuf::from(env!("CARGO_BIN_EXE_backgrounder")));
    let hugo: &[&str] = &["build", "--quiet", "--noBuildLock"];
    let all = [
        ("Backgrounder", ours, &["build", "--quiet"][..], Form::Ours, "ours"),
        ("Hugo", found("HUGO", "hugo"), hugo, Form::Hugo, "hugo"),
        ("Blades", found("BLADES", "blades"), &["all"][..], Form::Blades, "blades"),
    ];
    let peer = |(name, program, arguments, form, folder): (&'static str, Option<PathBuf>, _, _, &str)| {
        if program.is_none() {
            println!("{name} is not installed");
        }
        Some(Peer { name, program: program?, arguments, form, site: work.join(folder) })
    };
    all.into_iter().filter_map(peer).collect()
}

/// Runs a program in a site's folder, and tells what it cost.
fn run(peer: &Peer, arguments: &[&str]) -> Cost {
    let mut command = Command::new(&peer.program);
    command.args(arguments).current_dir(&peer.site).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    let began = Instant::now();
    let mut child = command.spawn().expect("the program can be run");
    let used = child.wait4().expect("the program ends");
    let wall = began.elapsed();
    assert!(used.status.success(), "{} {arguments:?} failed in {}", peer.name, peer.site.display());
    let seconds = |time: Duration| time.as_secs_f64();
    let mebibytes = used.rusage.maxrss >> 20;
    Cost {
        wall: seconds(wall),
        user: seconds(used.rusage.utime),
        sys: seconds(used.rusage.stime),
        peak: f64::from(u32::try_from(mebibytes).unwrap_or(u32::MAX)),
    }
}

fn aside(output: &Path, round: usize) {
    if output.exists() {
        fs::rename(output, output.with_file_name(format!("old-{round}"))).expect("a folder can be moved aside");
    }
}

/// Adds a sentence to an article.
fn change(site: &Path, article: &Article, form: Form) {
    let path = file(site, article, form);
    let text = fs::read_to_string(&path).expect("the article is there");
    fs::write(path, text.replacen("\n\n## ", " One more sentence.\n\n## ", 1)).expect("a file can be written");
}

fn file(site: &Path, article: &Article, _: Form) -> PathBuf {
    site.join("content").join(article.section).join(&article.slug).with_extension("md")
}

/// Writes a site: what `benches/site/` holds of it, and the articles.
fn generate(form: Form, site: &Path, articles: &[Article]) {
    let (folder, assets) = match form {
        Form::Ours => ("ours", "static"),
        Form::Hugo => ("hugo", "static"),
        Form::Blades => ("blades", "assets"),
    };
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/site").join(folder), site);
    put(&site.join(assets).join("style.css"), "body{max-width:70ch;margin:auto}\n");
    let section = |title: &str| match form {
        Form::Ours | Form::Hugo => ("_index.md", format!("---\ntitle: {title}\n---\n")),
        Form::Blades => ("index.toml", format!("title = \"{title}\"\npaginate_by = 50\n")),
    };
    let (name, text) = section("Explainers");
    put(&site.join("content").join(name), &text.replace("paginate_by = 50\n", ""));
    for title in SECTIONS {
        let (name, text) = section(&(title[..1].to_uppercase() + &title[1..]));
        put(&site.join("content").join(title).join(name), &text);
    }
    for article in articles {
        put(&file(site, article, form), &written(article, form));
    }
}

/// An article as a generator reads it.
fn written(article: &Article, form: Form) -> String {
    let Article { title, date, updated, description, section, tags, text, .. } = article;
    let end = if form == Form::Blades { ".html)" } else { "/)" };
    let text = text.replace("({{", "(/").replace("}})", end);
    let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
    let (tags, quoted) = (tags.join(", "), quoted.join(", "));
    let front = match form {
        Form::Ours | Form::Hugo => format!(
            "---\ntitle: \"{title}\"\ndate: {date}\nupdated: {updated}\ndescription: \"{description}\"\ntags: [{tags}]\n---\n\n"
        ),
        Form::Blades => format!(
            "+++\ntitle = \"{title}\"\ndate = {date}\nupdated = \"{}\"\nsummary = \"{description}\"\nsection = \"{section}\"\n\
             taxonomies = {{ tags = [{quoted}] }}\n+++\n\n",
            &updated[..10]
        ),
    };
    front + &text
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn copy(from: &Path, to: &Path) {
    for item in fs::read_dir(from).expect("a folder can be read").flatten() {
        let (from, to) = (item.path(), to.join(item.file_name()));
        if from.is_dir() { copy(&from, &to) } else { put(&to, &fs::read_to_string(&from).expect("it is text")) }
    }
}

const RUNS: [&str; 4] = ["clean", "again", "one", "check"];

fn median(costs: &[Cost], of: impl Fn(&Cost) -> f64) -> f64 {
    let mut all: Vec<f64> = costs.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn print_table(peers: &[Peer], costs: &BTreeMap<(usize, usize), Vec<Cost>>) {
    println!("\n| generator | run | wall s | from–to | user s | sys s | peak MiB |\n|---|---|---|---|---|---|---|");
    for ((peer, run), costs) in costs {
        let (mut least, mut most) = (f64::MAX, 0.0_f64);
        for cost in costs {
            (least, most) = (least.min(cost.wall), most.max(cost.wall));
        }
        println!(
            "| {} | {} | {:.2} | {least:.2}–{most:.2} | {:.2} | {:.2} | {:.0} |",
            peers[*peer].name,
            RUNS[*run],
            median(costs, |cost| cost.wall),
            median(costs, |cost| cost.user),
            median(costs, |cost| cost.sys),
            median(costs, |cost| cost.peak),
        );
    }
    for peer in peers {
        let (files, bytes) = size(&peer.site.join("public"));
        println!("{}: {files} files, {} MB", peer.name, bytes / 1_000_000);
    }
}

/// What ours costs as a share of what another does, for the same run.
fn print_ratios(peers: &[Peer], costs: &BTreeMap<(usize, usize), Vec<Cost>>) {
    for (at, peer) in peers.iter().enumerate().skip(1) {
        let mut line = format!("ours / {}:", peer.name);
        for (run, name) in RUNS.iter().enumerate() {
            let (Some(ours), Some(other)) = (costs.get(&(0, run)), costs.get(&(at, run))) else { continue };
            let share = |of: &dyn Fn(&Cost) -> f64| median(ours, of) / median(other, of);
            let _ = write!(
                line,
                "  {name} wall {:.3} user {:.3} peak {:.3}",
                share(&|cost| cost.wall),
                share(&|cost| cost.user),
                share(&|cost| cost.peak)
            );
        }
        println!("{line}");
    }
}

fn size(folder: &Path) -> (usize, u64) {
    let (mut files, mut bytes) = (0, 0);
    for item in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|item| item.file_type().is_file()) {
        files += 1;
        bytes += item.metadata().map_or(0, |meta| meta.len());
    }
    (files, bytes)
}

/// Reads what our site is made of, and writes its bytes anew, with a thread for each core.
fn bare_loop(site: &Path, work: &Path, rounds: usize) {
    let listed = |folder: &Path| -> Vec<PathBuf> {
        let items = walkdir::WalkDir::new(folder).into_iter().flatten();
        items.filter(|item| item.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
    };
    let (sources, output) = (listed(&site.join("content")), site.join("public"));
    let files: Vec<(PathBuf, Vec<u8>)> = listed(&output)
        .into_iter()
        .map(|file| {
            let bytes = fs::read(&file).expect("our own output can be read");
            (file.strip_prefix(&output).expect("it lies in the output").to_owned(), bytes)
        })
        .collect();
    let mut walls: Vec<f64> = (0..rounds)
        .map(|round| {
            let to = work.join(format!("bare-{round}"));
            let began = Instant::now();
            each(&sources, |file| drop(fs::read(file).expect("a source can be read")));
            each(&files, |(path, bytes)| {
                let path = to.join(path);
                if fs::create_dir(path.parent().expect("it lies in a folder")).is_err() {
                    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
                }
                fs::write(path, bytes).expect("a file can be written");
            });
            began.elapsed().as_secs_f64()
        })
        .collect();
    walls.sort_by(f64::total_cmp);
    println!("bare loop: {:.2} s", walls[walls.len() / 2]);
}

fn each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}
