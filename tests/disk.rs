//! What a case folder cannot hold: links, loops, odd files, other days.

mod common;

use common::{NONE, backgrounder, different, outputs, own_site, put, small_site};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

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
fn a_day_that_is_none_is_told() {
    let folder = folder();
    small_site(folder.path());
    for (epoch, code) in [("", 0), ("0", 0), ("-1", 0), ("x", 2), ("2024-01-01", 2), ("99999999999999999999", 2)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
        let output =
            command.args(["check", "--future"]).current_dir(folder.path()).env("SOURCE_DATE_EPOCH", epoch).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(code), "{epoch}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).contains("SOURCE_DATE_EPOCH is"), code == 2, "{epoch}");
    }
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
