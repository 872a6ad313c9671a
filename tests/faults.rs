//! Faults while writing: builds that are killed, disks that are full or may not be written to, other hands in the output, clocks
//! that jump. Nothing foreign is touched, no file is half written, the next build mends the rest, and what to do is told.

mod common;

use common::{NONE, backgrounder, copy, different, outputs, put, small_site, tree};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

type Tree = BTreeMap<String, Vec<u8>>;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder to test in")
}

/// The program's `build` of a site into a folder.
fn build(site: &Path, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
    command.arg("build").arg("--root").arg(site).arg("--output-dir").arg(out);
    command.env("SOURCE_DATE_EPOCH", "1704067200").env("NO_COLOR", "1").env("COLUMNS", "100");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ran(mut command: Command) -> Output {
    command.output().expect("the program starts")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A build that has to succeed; what lies in its folder then.
fn built(site: &Path, out: &Path) -> Tree {
    let output = ran(build(site, out));
    assert!(output.status.success(), "{}", told(&output));
    outputs(out)
}

/// A site of many small pages, and what it becomes: every page differs, some go and some come, a file becomes a folder and a
/// folder a file.
fn before_and_after(root: &Path) -> (PathBuf, PathBuf) {
    let page = |n: usize| (format!("content/p{n}.md"), format!("---\ntitle: Page {n}\n---\n\nWords. [[p{n}]]\n"));
    let site = |name: &str, pages: std::ops::Range<usize>, files: &[(&str, &str)]| {
        let to = root.join(name);
        let config = format!("title: {name}\nbase_url: https://{name}.example\ncards: false\nsearch: false\n");
        put(&to, &[("site.yaml", &config), ("content/_index.md", "---\ntitle: Home\n---\n")]);
        put(&to, files);
        for (path, text) in pages.map(page) {
            put(&to, &[(&path, &text)]);
        }
        to
    };
    let long = format!("static/deep/{}", "n".repeat(255));
    let after = [
        ("static/turns", "a file"),
        ("static/back/a.txt", "a folder"),
        ("static/deep/a/b.txt", "a file in folders"),
        ("static/deep/empty.txt", "a file"),
        (&long, "a file with a long name"),
    ];
    (
        site("before", 0..60, &[("static/turns/a.txt", "a folder"), ("static/back", "a file")]),
        site("after", 10..70, &after),
    )
}

/// What stands in the way of something else, and so may go before that is there.
const IN_THE_WAY: [&str; 2] = ["turns/a.txt", "back"];

/// Looks at an output that a build from `old` to `new` was stopped at.
fn is_old_or_new(left: &Tree, old: &Tree, new: &Tree) {
    for (path, bytes) in left {
        assert!(old.get(path) == Some(bytes) || new.get(path) == Some(bytes), "{path} is neither old nor new");
    }
    let gone = old.keys().filter(|path| !left.contains_key(*path) && !IN_THE_WAY.contains(&path.as_str()));
    for path in gone {
        assert!(!new.contains_key(path), "{path} is gone");
        let waits = new.keys().find(|new| !left.contains_key(*new));
        assert_eq!(waits, None, "{path} went before what takes its place was there");
    }
}

/// Waits until this is so, or the build has ended.
fn wait_until(child: &mut Child, is_so: impl Fn() -> bool) {
    while !is_so() && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        std::thread::sleep(Duration::from_micros(20));
    }
}

/// Which file a path leads to.
fn inode(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|meta| meta.ino())
}

#[test]
fn a_build_killed_at_any_of_200_moments_is_mended_by_the_next() {
    // In memory where there is such a folder: each build waits for the disk to have its manifest.
    let folder = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| folder());
    let root = folder.path();
    let (before, after) = before_and_after(root);
    let old = built(&before, &root.join("old"));
    let timed = std::time::Instant::now();
    let new = built(&after, &root.join("new"));
    let whole = timed.elapsed();
    let mut chance: u64 = 7;
    let mut partly = 0;
    for turn in 0..200 {
        let out = root.join(format!("killed-{turn}"));
        copy(&root.join("old"), &out);
        put(&out, &[("foreign.txt", "mine"), ("p1/foreign.txt", "mine")]);
        let listed = inode(&out.join(".backgrounder/manifest"));
        let mut child = build(&after, &out).spawn().expect("starts");
        // Numbers as chance has them, and the same in each run (Knuth's constants).
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = f64::from(u32::try_from(chance >> 32).expect("the upper half")) / f64::from(u32::MAX);
        // In any moment; or while files are laid out; or, from the first of its two manifests on, while they are moved.
        let (own, whole) = (out.join(".backgrounder"), whole.mul_f64(part));
        match turn % 4 {
            0 => std::thread::sleep(whole),
            1 => {
                wait_until(&mut child, || own.join("new").exists());
                std::thread::sleep(whole / 2);
            }
            _ => {
                wait_until(&mut child, || inode(&own.join("manifest")) != listed);
                std::thread::sleep(whole / 20);
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        let mut left = outputs(&out);
        for foreign in ["foreign.txt", "p1/foreign.txt"] {
            assert_eq!(left.remove(foreign).as_deref(), Some(&b"mine"[..]), "{foreign} in turn {turn}");
        }
        is_old_or_new(&left, &old, &new);
        partly += usize::from(left != old && left != new);
        let mut mended = built(&after, &out);
        mended.retain(|path, _| !path.ends_with("foreign.txt"));
        assert_eq!(different(&mended, &new), NONE, "turn {turn}");
        assert!(!out.join(".backgrounder/new").exists());
        // All of it is known as the build's own: another site can take its place.
        let mut back = built(&before, &out);
        back.retain(|path, _| !path.ends_with("foreign.txt"));
        assert_eq!(different(&back, &old), NONE, "turn {turn}, and back");
        fs::remove_dir_all(&out).expect("folders can be removed");
    }
    assert!(partly > 0, "no kill came while files were being moved");
}

#[test]
fn builds_at_once_into_one_folder_wait_for_none_and_harm_none() {
    let folder = folder();
    let (before, after) = before_and_after(folder.path());
    let out = folder.path().join("out");
    let new = built(&after, &folder.path().join("new"));
    built(&before, &out);
    let children: Vec<Child> = (0..5).map(|_| build(&after, &out).spawn().expect("starts")).collect();
    let mut succeeded = 0;
    for child in children {
        let output = child.wait_with_output().expect("ends");
        if output.status.success() {
            succeeded += 1;
        } else {
            assert_eq!(output.status.code(), Some(1));
            assert!(told(&output).contains("another build is writing to this folder"), "{}", told(&output));
        }
    }
    assert!(succeeded > 0);
    assert_eq!(different(&outputs(&out), &new), NONE);
}

#[test]
fn a_second_build_is_held_off_while_the_first_is_at_work() {
    let folder = folder();
    small_site(folder.path());
    let own = folder.path().join("public/.backgrounder");
    fs::create_dir_all(&own).expect("folders can be made");
    let lock = File::create(own.join("lock")).expect("writes");
    lock.lock().expect("locks");
    let output = backgrounder(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("another build") && told(&output).contains("wait for it to end"), "{output:?}");
    drop(lock);
    assert!(backgrounder(folder.path(), &["build"]).status.success());
}

/// No file may grow past some bytes, as on a disk that fills up within one: the last good site stays, and the next build is whole.
#[test]
fn a_file_that_cannot_be_written_to_its_end_stops_the_build() {
    let folder = folder();
    let (before, after) = before_and_after(folder.path());
    let (out, new) = (folder.path().join("out"), built(&after, &folder.path().join("new")));
    let old = built(&before, &out);
    let output = ran(limited(6, &build(&after, &out)));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("error[output]: cannot be written: File too large"), "{}", told(&output));
    assert!(
        told(&output).contains("; nor can ") && told(&output).ends_with("nothing was written\n"),
        "{}",
        told(&output)
    );
    assert_eq!(different(&outputs(&out), &old), NONE);
    assert_eq!(different(&built(&after, &out), &new), NONE);
}

/// The same where no file may grow past so many blocks of 512 bytes; a process that ignores the signal is told by an error.
fn limited(blocks: u8, plain: &Command) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(plain.get_program());
    command.args(plain.get_args()).env("NO_COLOR", "1");
    if let Some(folder) = plain.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

/// A command of the program, in a folder.
fn called(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
    command.args(arguments).current_dir(folder).env("SOURCE_DATE_EPOCH", "1704067200").env("NO_COLOR", "1");
    command
}

/// A library of many sources, as `import` reads it.
fn library(root: &Path) {
    let item = |n: usize| format!(r#"{{ "id": "s{n}", "type": "book", "title": "Title {n}" }}"#);
    put(root, &[("many.json", &format!("[{}]", (0..50).map(item).collect::<Vec<_>>().join(",")))]);
}

#[test]
fn what_a_command_cannot_write_to_its_end_is_not_there() {
    let folder = folder();
    let root = folder.path();
    library(root);
    let schemas = ["site", "front-matter", "facts"].map(|name| format!("schemas/{name}.schema.json"));
    schemas.iter().for_each(|path| put(root, &[(path, "old")]));
    put(root, &[("begun/.git/config", "mine")]);
    let title = "T".repeat(2000);
    let commands: [&[&str]; 5] = [
        &["import", "many.json", "-o", "lib.yaml"],
        &["new", "a/b/page", "--title", &title],
        &["init", "site"],
        &["init", "begun"],
        &["schema"],
    ];
    // Folders too.
    let all = || {
        let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
        entries.map(walkdir::DirEntry::into_path).collect::<Vec<PathBuf>>()
    };
    for arguments in commands {
        let before = (all(), tree(root));
        let output = ran(limited(1, &called(root, arguments)));
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", told(&output));
        assert!(told(&output).contains("help: no file may grow so large here"), "{}", told(&output));
        assert_eq!((all(), tree(root)), before, "{arguments:?}");
        let output = ran(called(root, arguments));
        assert!(output.status.success(), "{}", told(&output));
        let is_left = |path: &PathBuf| path.to_string_lossy().contains(".backgrounder-");
        assert!(!all().iter().any(is_left), "{arguments:?}");
    }
    assert!(fs::read_to_string(root.join("lib.yaml")).is_ok_and(|text| text.contains("s49:")));
    assert!(schemas.iter().all(|path| fs::read(root.join(path)).is_ok_and(|bytes| bytes.len() > 512)));
    let again = ran(called(root, commands[0]));
    assert_eq!(again.status.code(), Some(1));
    assert!(told(&again).contains("lib.yaml is there already; nothing was changed"), "{}", told(&again));
}

#[test]
fn what_cannot_be_printed_is_told_and_a_reader_that_has_gone_is_not() {
    let folder = folder();
    let root = folder.path();
    small_site(root);
    library(root);
    let commands: [&[&str]; 12] = [
        &["export", "sources"],
        &["export", "sources", "--format", "bibtex"],
        &["list", "facts"],
        &["list", "pages", "--format", "json"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["import", "many.json"],
        &["schema", "facts"],
        &["explain"],
        &["explain", "bad-date"],
        &["completion", "bash"],
        &["new", "page"],
    ];
    for arguments in commands {
        let mut command = called(root, arguments);
        command.stdout(File::options().write(true).open("/dev/full").expect("Linux has a full device"));
        let output = ran(command);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", told(&output));
        let why = "error: stdout cannot be written to: No space left on device (os error 28)\nhelp: free some space";
        assert!(told(&output).contains(why), "{arguments:?}: {}", told(&output));
        assert!(!told(&output).contains("ported "), "{arguments:?}: {}", told(&output));
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        drop(reader);
        let _ = fs::remove_file(root.join("content/page.md"));
        let mut command = called(root, arguments);
        command.stdout(writer);
        let output = ran(command);
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        assert!(!told(&output).contains("error"), "{arguments:?}: {}", told(&output));
    }
}

/// Whom files belong to decides nothing for root: such a test runs the program as nobody.
fn as_nobody(command: Command, root: &Path) -> Command {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root {
        return command;
    }
    // The program itself may lie in a folder that nobody else may enter.
    let program = root.join("program");
    if !program.exists() {
        // Copied by another process: what this one has open for writing, a child that another test has just begun may hold as well,
        // and then it cannot be run.
        let copy = || Command::new("cp").arg(command.get_program()).arg(&program).status();
        let copied = fs::hard_link(command.get_program(), &program).is_ok() || copy().is_ok_and(|it| it.success());
        assert!(copied, "the program can be copied");
    }
    let mut other = Command::new(program);
    other.args(command.get_args()).env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1704067200");
    other.current_dir("/").uid(65534).gid(65534);
    other
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions can be set");
}

/// The same for a folder and all in it: `folder` for folders, without the right to run for files.
fn allow_all(root: &Path, folder: u32) {
    for entry in walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok) {
        allow(entry.path(), if entry.file_type().is_dir() { folder } else { folder & 0o666 });
    }
}

#[test]
fn a_folder_that_may_not_be_written_to_is_told_and_stays() {
    let folder = folder();
    let root = folder.path();
    allow(root, 0o755);
    let (before, after) = before_and_after(root);
    for site in [&before, &after] {
        allow_all(site, 0o777);
    }
    let (out, new) = (root.join("out"), built(&after, &root.join("new")));
    let old = built(&before, &out);
    // All of it, then one folder in it that a page goes into.
    for locked in [out.clone(), out.join("p20")] {
        allow_all(&out, 0o777);
        allow_all(&locked, 0o555);
        let output = ran(as_nobody(build(&after, &out), root));
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        assert!(told(&output).contains("error[output]"), "{}", told(&output));
        assert!(told(&output).contains("check the folder's permissions and build again"), "{}", told(&output));
        is_old_or_new(&outputs(&out), &old, &new);
    }
    allow_all(&out, 0o777);
    let output = ran(as_nobody(build(&after, &out), root));
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(different(&outputs(&out), &new), NONE);
    // Where there is no output yet, and the folder that it would stand in is closed.
    fs::create_dir(root.join("closed")).expect("makes");
    allow(&root.join("closed"), 0o555);
    let output = ran(as_nobody(build(&after, &root.join("closed/out")), root));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("check the folder's permissions"), "{}", told(&output));
}

/// All that the scripts below ask of `mount`.
const TRIED: &str = "mount -t tmpfs -o size=64k none /tmp && mount -o remount,size=128k /tmp && mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && umount /tmp";

/// Runs a script with `$before`, `$after` and `$work`, and a function `build SITE OUT` that prints its exit code, where it may mount
/// file systems that only it sees; `look` gets what it printed, and the folder `$work`. Nothing where the system does not let it.
fn with_mounts(script: &str, look: impl Fn(&str, &Path)) {
    let own: &[&[&str]] = &[&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let is_let = |own: &&&[&str]| {
        let tried = Command::new("unshare").args(**own).args(["sh", "-c", TRIED]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let Some(unshare) = own.iter().find(is_let) else {
        return eprintln!("not tested: this system lets nobody mount a file system");
    };
    let folder = folder();
    let root = folder.path();
    let functions = "build() { code=0; \"$program\" build --root \"$1\" --output-dir \"$2\" >/dev/null 2>\"$work/told\" || code=$?; echo \"build: $code\"; cat \"$work/told\"; }\n";
    let (before, after) = before_and_after(root);
    let mut command = Command::new("unshare");
    command.args(*unshare).args(["sh", "-c", &format!("set -e\n{functions}{script}")]);
    command.env("program", env!("CARGO_BIN_EXE_backgrounder")).env("NO_COLOR", "1").env("COLUMNS", "100");
    command.env("SOURCE_DATE_EPOCH", "1704067200");
    command.env("before", before).env("after", after).env("work", root);
    let output = ran(command);
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stdout), told(&output));
    look(&String::from_utf8_lossy(&output.stdout), root);
}

#[test]
fn on_a_full_disk_the_last_good_site_stays_and_the_next_build_mends() {
    with_mounts(
        r#"
        mkdir "$work/disk"
        mount -t tmpfs -o size=900k none "$work/disk"
        build "$before" "$work/disk/out"
        cp -a "$work/disk/out" "$work/good"
        build "$after" "$work/disk/out"
        cp -a "$work/disk/out" "$work/full"
        mount -o remount,size=8m "$work/disk"
        build "$after" "$work/disk/out"
        cp -a "$work/disk/out" "$work/mended"
        "#,
        |printed, root| {
            assert!(printed.starts_with("build: 0"), "{printed}");
            assert!(
                printed.contains("build: 1") && printed.contains("the disk is full; free some space and build again"),
                "{printed}"
            );
            assert_eq!(different(&outputs(&root.join("full")), &outputs(&root.join("good"))), NONE);
            assert!(!root.join("full/.backgrounder/new").exists());
            assert_eq!(different(&outputs(&root.join("mended")), &built(&root.join("after"), &root.join("new"))), NONE);
        },
    );
}

#[test]
fn a_new_site_on_a_disk_that_is_too_small_leaves_nothing() {
    with_mounts(
        r#"
        mkdir "$work/disk"
        mount -t tmpfs -o size=4k none "$work/disk"
        for size in 8 16 32 64 128 256 512; do
            mount -o remount,size=${size}k "$work/disk"
            build "$before" "$work/disk/out"
            find "$work/disk" -mindepth 1 | sed 's/^/left: /'
        done
        "#,
        |printed, _| {
            assert_eq!(printed.matches("build: 1").count(), 7, "{printed}");
            assert_eq!(printed.matches("the disk is full").count(), 7, "{printed}");
            assert!(!printed.contains("left: "), "{printed}");
        },
    );
}

#[test]
fn a_disk_that_may_only_be_read_is_told() {
    with_mounts(
        r#"
        build "$before" "$work/out"
        mount --bind "$work/out" "$work/out"
        mount -o remount,bind,ro "$work/out"
        build "$after" "$work/out"
        umount "$work/out"
        build "$after" "$work/out"
        "#,
        |printed, root| {
            assert_eq!(printed.matches("build: 0").count(), 2, "{printed}");
            assert!(printed.contains("build: 1") && printed.contains("check the folder's permissions"), "{printed}");
            assert_eq!(different(&outputs(&root.join("out")), &built(&root.join("after"), &root.join("new"))), NONE);
        },
    );
}

/// An output folder may be a file system of its own, and parts of it others.
#[test]
fn file_systems_within_an_output_are_written_to() {
    with_mounts(
        r#"
        mkdir -p "$work/out/p20" "$work/out/turns"
        mount -t tmpfs none "$work/out"
        mkdir -p "$work/out/p20" "$work/out/back" "$work/out/deep"
        mount -t tmpfs none "$work/out/p20"
        mount -t tmpfs none "$work/out/back"
        mount -t tmpfs none "$work/out/deep"
        mkdir -p "$work/out/deep/empty.txt/empty"
        build "$after" "$work/out"
        build "$after" "$work/out"
        cp -a "$work/out" "$work/copied"
        "#,
        |printed, root| {
            assert_eq!(printed.matches("build: 0").count(), 2, "{printed}");
            assert!(printed.contains(" 0 files changed"), "{printed}");
            assert_eq!(different(&outputs(&root.join("copied")), &built(&root.join("after"), &root.join("new"))), NONE);
        },
    );
}

/// Sources, outputs, what is kept between builds and the clock itself are of 1970, of 2100 and of any order: bytes alone count.
#[test]
fn clocks_that_jump_change_nothing() {
    let folder = folder();
    let root = folder.path();
    let (before, after) = before_and_after(root);
    let out = root.join("out");
    let (old, new) = (built(&before, &root.join("old")), built(&after, &root.join("new")));
    let days: [u64; 3] = [0, 4_102_444_800, 1_000_000_000];
    for (turn, seconds) in days.into_iter().cycle().take(6).enumerate() {
        let (site, expected) = if turn % 2 == 0 { (&before, &old) } else { (&after, &new) };
        let age = |root: &Path| {
            let files = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
            for entry in files.filter(|entry| entry.file_type().is_file()) {
                let file = File::options().write(true).open(entry.path()).expect("a file can be opened");
                file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("a date can be set");
            }
        };
        age(site);
        if out.exists() {
            age(&out);
        }
        let mut command = build(site, &out);
        command.env("SOURCE_DATE_EPOCH", seconds.to_string());
        let output = ran(command);
        assert!(output.status.success(), "{}", told(&output));
        assert_eq!(different(&outputs(&out), expected), NONE, "turn {turn}");
        age(&out);
        let again = told(&ran(build(site, &out)));
        assert!(again.contains(" 0 files changed"), "{again}");
    }
}

#[test]
fn what_another_hand_changed_is_mended_and_what_it_added_stays() {
    let folder = folder();
    let (before, after) = before_and_after(folder.path());
    let out = folder.path().join("out");
    let (old, new) = (built(&before, &out), built(&after, &folder.path().join("new")));
    fs::write(out.join("index.html"), "changed").expect("writes");
    // As long as it was, and as old.
    let page = out.join("p20/index.html");
    let when = fs::metadata(&page).and_then(|meta| meta.modified()).expect("a file has a date");
    fs::write(&page, "x".repeat(old["p20/index.html"].len())).expect("writes");
    File::options().write(true).open(&page).and_then(|file| file.set_modified(when)).expect("a date can be set");
    fs::remove_file(out.join("p21/index.html")).expect("removes");
    fs::remove_dir_all(out.join("p22")).expect("removes");
    fs::write(out.join("p22"), "a file where a folder was").expect("writes");
    put(&out, &[("p30/mine.txt", "mine"), ("mine/index.html", "mine")]);
    let refused = ran(build(&before, &out));
    assert_eq!(refused.status.code(), Some(1));
    assert!(told(&refused).contains("error[foreign-file]"), "{}", told(&refused));
    fs::remove_file(out.join("p22")).expect("removes");
    for (site, expected) in [(&before, &old), (&after, &new)] {
        let mut mended = built(site, &out);
        assert_eq!(mended.remove("p30/mine.txt").as_deref(), Some(&b"mine"[..]));
        assert_eq!(mended.remove("mine/index.html").as_deref(), Some(&b"mine"[..]));
        assert_eq!(different(&mended, expected), NONE);
    }
}

/// A manifest that was lost: what is the same is taken for what it is, and nothing that differs is written over.
#[test]
fn an_output_without_its_manifest_is_foreign() {
    let folder = folder();
    let (before, after) = before_and_after(folder.path());
    let out = folder.path().join("out");
    let old = built(&before, &out);
    fs::remove_dir_all(out.join(".backgrounder")).expect("removes");
    let refused = ran(build(&after, &out));
    assert_eq!(refused.status.code(), Some(1));
    assert!(told(&refused).contains("`.backgrounder/manifest` in it was lost, empty it"), "{}", told(&refused));
    assert_eq!(
        different(&tree(&out).into_iter().filter(|(path, _)| !path.starts_with(".backgrounder")).collect(), &old),
        NONE
    );
}
