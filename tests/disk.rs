//! What a case folder cannot hold: links, loops, odd files, folders without permission, kills.

mod common;

use common::{NONE, backgrounder, copy, different, outputs, own_site, put, small_site};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder to test in")
}

/// Runs `check`; its exit code and what it told.
fn check(root: &Path) -> (i32, String) {
    let output = backgrounder(root, &["check"]);
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_link_out_of_the_site_is_refused_and_one_within_it_is_followed() {
    let folder = folder();
    let root = folder.path().join("site");
    small_site(&root);
    put(folder.path(), &[("outside/secret.md", "---\ntitle: Secret\n---\n")]);
    symlink(folder.path().join("outside"), root.join("content/out")).expect("links can be made");
    symlink(root.join("content/articles"), root.join("content/again")).expect("links can be made");
    let (code, told) = check(&root);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("error[outside-site]") && told.contains("content/out"), "{told}");
    assert!(!told.contains("Secret"), "{told}");
    fs::remove_file(root.join("content/out")).expect("links can be removed");
    let listed = backgrounder(&root, &["list", "pages"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("again/story"), "{listed:?}");
}

#[test]
fn a_loop_of_links_ends() {
    let folder = folder();
    small_site(folder.path());
    symlink(folder.path().join("content"), folder.path().join("content/articles/loop")).expect("links can be made");
    let (code, told) = check(folder.path());
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("warning[link-loop]"), "{told}");
}

#[test]
fn files_that_cannot_be_read_are_told_and_the_rest_goes_on() {
    let folder = folder();
    let root = folder.path();
    small_site(root);
    fs::write(root.join("content/latin.md"), b"---\ntitle: Caf\xe9\n---\n").expect("writes");
    let large = fs::File::create(root.join("content/large.md")).expect("writes");
    large.set_len(65 << 20).expect("grows");
    put(root, &[("content/bad.md", "no front matter")]);
    assert!(Command::new("mkfifo").arg(root.join("content/pipe.md")).status().expect("mkfifo starts").success());
    let name = std::ffi::OsStr::new("odd\n.md");
    fs::write(root.join("content").join(name), "---\ntitle: X\n---\n").expect("writes");
    symlink("nowhere", root.join("content/dangling.md")).expect("links can be made");
    let (code, told) = check(root);
    assert_eq!(code, 3, "{told}");
    for part in [
        "error[not-utf8]",
        "line 2",
        "error[too-large]",
        "neither a file nor a folder",
        "control characters",
        "error[front-matter]",
        "dangling.md",
    ] {
        assert!(told.contains(part), "no {part} in:\n{told}");
    }
}

#[test]
fn windows_line_ends_and_byte_order_marks_are_fine() {
    let folder = folder();
    let root = folder.path();
    small_site(root);
    let plain = {
        assert_eq!(check(root).0, 0);
        backgrounder(root, &["build"]);
        outputs(&root.join("public"))
    };
    for path in ["content/_index.md", "content/articles/story.md", "content/facts/all.yaml", "site.yaml"] {
        let text = fs::read_to_string(root.join(path)).expect("reads");
        fs::write(root.join(path), format!("\u{feff}{}", text.replace('\n', "\r\n"))).expect("writes");
    }
    let output = backgrounder(root, &["build"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains(" 0 files changed"), "{output:?}");
    assert_eq!(different(&outputs(&root.join("public")), &plain), NONE);
}

#[test]
fn editor_and_hidden_files_are_skipped() {
    let folder = folder();
    small_site(folder.path());
    for path in
        ["content/.story.md.swp", "content/story.md~", "content/#story.md#", "content/.git/x.md", "content/a.md.bak"]
    {
        put(folder.path(), &[(path, "not a page")]);
    }
    assert_eq!(check(folder.path()).0, 0);
}

#[test]
fn a_failed_build_leaves_the_last_good_output_as_it_was() {
    let folder = folder();
    let root = folder.path();
    small_site(root);
    assert!(backgrounder(root, &["build"]).status.success());
    let good = outputs(&root.join("public"));
    put(root, &[("content/articles/story.md", "---\ntitle: Story\n---\n\n[[nothing-has-this]]\n")]);
    assert_eq!(backgrounder(root, &["build"]).status.code(), Some(1));
    assert_eq!(different(&outputs(&root.join("public")), &good), NONE);
}

#[test]
fn two_builds_on_different_days_are_equal() {
    let folder = folder();
    let site = folder.path().join("site");
    own_site(&site);
    let build = |day: &str, out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
        command.args(["build", "--quiet", "--root"]).arg(&site).arg("--output-dir").arg(folder.path().join(out));
        assert!(command.env("SOURCE_DATE_EPOCH", day).status().expect("starts").success());
        outputs(&folder.path().join(out))
    };
    assert_eq!(different(&build("1800000000", "one"), &build("1900000000", "two")), NONE);
}

#[test]
fn an_output_folder_that_is_a_file_is_told() {
    let folder = folder();
    small_site(folder.path());
    fs::write(folder.path().join("blocked"), "a file").expect("writes");
    let output = backgrounder(folder.path(), &["build", "--output-dir", "blocked"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[output-folder]"), "{output:?}");
}

#[test]
fn a_second_build_at_once_is_held_off() {
    let folder = folder();
    small_site(folder.path());
    let own = folder.path().join("public/.backgrounder");
    fs::create_dir_all(&own).expect("folders can be made");
    let lock = fs::File::create(own.join("lock")).expect("writes");
    lock.lock().expect("locks");
    let output = backgrounder(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another build"), "{output:?}");
    drop(lock);
    assert!(backgrounder(folder.path(), &["build"]).status.success());
}

/// A killed build leaves each file old or new, nothing foreign touched, and the next build mends the rest.
#[test]
fn a_build_killed_at_any_moment_is_mended_by_the_next() {
    let folder = folder();
    let root = folder.path();
    let site = root.join("site");
    own_site(&site);
    let build = |base: &str, out: &str| -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
        command.args(["build", "--root"]).arg(&site).args(["--base-url", base, "--output-dir"]).arg(root.join(out));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let (old, new) = ("https://old.example/", "https://new.example/");
    let timed = std::time::Instant::now();
    assert!(build(old, "old").status().expect("starts").success());
    let whole = timed.elapsed();
    assert!(build(new, "new").status().expect("starts").success());
    let (old_files, new_files) = (outputs(&root.join("old")), outputs(&root.join("new")));
    let mut partly = 0;
    for turn in 0..20_u32 {
        let out = format!("killed-{turn}");
        copy(&root.join("old"), &root.join(&out));
        put(root, &[(&format!("{out}/foreign.txt"), "mine")]);
        let mut child = build(new, &out).spawn().expect("starts");
        if turn % 2 == 0 {
            // While files are being written: once the folder of files on their way is there.
            let on_their_way = root.join(&out).join(".backgrounder/new");
            while !on_their_way.exists() && child.try_wait().is_ok_and(|ended| ended.is_none()) {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_millis(u64::from(turn) / 2));
        } else {
            std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * f64::from(turn) / 20.0));
        }
        let _ = child.kill();
        let _ = child.wait();
        let mut left = outputs(&root.join(&out));
        assert_eq!(left.remove("foreign.txt").as_deref(), Some(&b"mine"[..]));
        let is_new = left
            .iter()
            .filter(|(path, bytes)| new_files.get(*path) == Some(bytes) && old_files.get(*path) != Some(bytes))
            .count();
        for (path, bytes) in &left {
            assert!(
                old_files.get(path) == Some(bytes) || new_files.get(path) == Some(bytes),
                "{path} is neither old nor new"
            );
        }
        for path in old_files.keys().filter(|path| !left.contains_key(*path)) {
            assert!(!new_files.contains_key(path), "{path} is gone");
            assert!(
                new_files.keys().all(|new| left.contains_key(new)),
                "{path} went before what takes its place was there"
            );
        }
        partly += usize::from(is_new > 0 && left != new_files);
        assert!(build(new, &out).status().expect("starts").success());
        let mut mended = outputs(&root.join(&out));
        mended.remove("foreign.txt");
        assert_eq!(different(&mended, &new_files), NONE);
        fs::remove_dir_all(root.join(&out)).expect("folders can be removed");
    }
    eprintln!("{partly} of 20 kills came while files were being written");
}
