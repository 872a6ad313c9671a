//! Hostile sites: odd files, names, links, bombs and slow texts. Each ends, within bounds of time and memory, with a right result or
//! a diagnostic that names what was met, and never with a panic.

mod common;

use common::{put, small_site};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wait4::Wait4 as _;

/// How long a run may take: far more than any needs, on a slow machine with other tests beside it. What would not end is killed.
const LONGEST: Duration = Duration::from_secs(120);

/// How much memory a run may take, in bytes, unless a test says otherwise.
const MOST: u64 = 1 << 30;

/// What a run came to.
struct Ran {
    code: i32,
    told: String,
}

impl Ran {
    /// Whether it told this.
    fn tells(&self, words: &str) {
        assert!(self.told.contains(words), "{words} is not told:\n{}", &self.told[..self.told.len().min(4000)]);
    }
}

/// Runs the program on a site, within bounds.
fn run(root: &Path, arguments: &[&str], most: u64) -> Ran {
    let mut report = tempfile::tempfile().expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_backgrounder"));
    command.args(arguments).current_dir(root).stdin(Stdio::null()).stdout(Stdio::null());
    command.env("SOURCE_DATE_EPOCH", "1704067200").env("NO_COLOR", "1").env("COLUMNS", "100");
    command.stderr(report.try_clone().expect("a file has two handles"));
    let mut child = command.spawn().expect("the program starts");
    let pid = child.id().to_string();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let late = is_done.recv_timeout(LONGEST).is_err();
        if late {
            let _ = Command::new("kill").args(["-9", &pid]).status();
        }
        late
    });
    let used = child.wait4().expect("the program ends");
    let _ = done.send(());
    let late = watch.join().expect("the watch ends");
    let mut told = Vec::new();
    report.rewind().and_then(|()| report.read_to_end(&mut told)).expect("a file can be read");
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(!late, "it did not end: {told:.2000}");
    assert!(!told.contains("panicked"), "{told:.4000}");
    let peak = used.rusage.maxrss;
    assert!(peak <= most, "it took {} MiB", peak >> 20);
    Ran { code: used.status.code().unwrap_or(-1), told }
}

fn check(root: &Path) -> Ran {
    run(root, &["check"], MOST)
}

/// A small site with these files more.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder to test in");
    small_site(folder.path());
    put(folder.path(), files);
    folder
}

const HEAD: &str = "---\ntitle: Slow\n---\n\n";

#[test]
fn names_with_odd_characters_are_pages_or_told() {
    let folder = site(&[]);
    let content = folder.path().join("content");
    let long = format!("{}.md", "n".repeat(252));
    for name in [
        "quote\"'.md",
        "back\\slash.md",
        "...md",
        "dots...md",
        "space .md",
        "-dash.md",
        "%2e%2e.md",
        "q?x#y.md",
        "<b>.md",
        &long,
    ] {
        fs::write(content.join(name), "---\ntitle: Odd\n---\n").expect("a file can be written");
    }
    let pages = run(folder.path(), &["build", "--output-dir", "out"], MOST);
    assert!(!folder.path().parent().expect("a folder stands in another").join("index.html").exists());
    assert!(pages.code == 0 || pages.told.contains("error["), "{}", pages.told);
    for name in [&b"new\nline.md"[..], b"latin\xe9.md", b"bell\x07.md"] {
        fs::write(content.join(OsStr::from_bytes(name)), "---\ntitle: Odd\n---\n").expect("a file can be written");
    }
    let told = check(folder.path());
    assert_eq!(told.told.matches("error[unreadable]").count(), 3, "{}", told.told);
}

#[test]
fn names_that_differ_by_case_or_form_alone_are_told() {
    let folder = site(&[
        ("content/Same.md", "---\ntitle: A\n---\n"),
        ("content/same.md", "---\ntitle: B\n---\n"),
        ("content/caf\u{e9}.md", "---\ntitle: C\n---\n"),
        ("content/cafe\u{301}.md", "---\ntitle: D\n---\n"),
    ]);
    let told = check(folder.path());
    assert_eq!(told.code, 3);
    assert_eq!(told.told.matches("error[duplicate-id]").count(), 2, "{}", told.told);
}

#[test]
fn links_lead_to_nothing_that_is_not_the_sites() {
    for (target, link) in [
        ("../.git", "content/git"),
        ("../site.yaml", "content/x.txt"),
        ("../public", "content/pub"),
        (".hidden", "content/seen"),
        ("/", "static/all"),
    ] {
        let folder = site(&[(".git/config", "token"), ("public/index.html", ""), ("content/.hidden/x.md", "")]);
        symlink(target, folder.path().join(link)).ok().or_else(|| {
            fs::create_dir_all(folder.path().join("static")).ok()?;
            symlink(target, folder.path().join(link)).ok()
        });
        let told = check(folder.path());
        told.tells("error[outside-site]");
        assert_eq!(told.code, 3, "{link}");
    }
}

#[test]
fn nothing_is_made_behind_a_link_that_leads_out_of_the_site() {
    let folder = tempfile::tempdir().expect("a folder to test in");
    let (root, elsewhere) = (folder.path().join("site"), folder.path().join("elsewhere"));
    small_site(&root);
    put(&elsewhere, &[("rc", "mine")]);
    put(&root, &[("content/.kept/x.txt", ""), ("schemas/facts.schema.json", "old"), ("shared/x.txt", "")]);
    let links = [
        ("../../elsewhere", "content/out"),
        ("../../nowhere", "content/lost"),
        (".kept", "content/kept"),
        ("../.git", "content/articles/git"),
        ("articles", "content/within"),
        ("../../elsewhere/rc", "schemas/site.schema.json"),
    ];
    for (target, link) in links {
        symlink(target, root.join(link)).expect("a link can be made");
    }
    let all = || (common::tree(&elsewhere), common::tree(&root));
    let before = all();
    for path in ["out/page", "lost/page", "kept/page", "articles/git/page"] {
        let told = run(&root, &["new", path], MOST);
        told.tells("is a link that leads out of the site, or to nothing\nhelp: ");
        assert_eq!(told.code, 2, "{path}");
    }
    let told = run(&root, &["schema"], MOST);
    told.tells("schemas/site.schema.json is a link or no file, and is not written through\nhelp: ");
    assert_eq!(told.code, 1);
    fs::rename(root.join("schemas"), root.join("kept")).expect("a folder can be moved");
    for target in ["../elsewhere", "../nowhere"] {
        symlink(target, root.join("schemas")).expect("a link can be made");
        let told = run(&root, &["schema"], MOST);
        told.tells("schemas is a link or no file, and is not written through");
        assert_eq!(told.code, 1, "{target}");
        fs::remove_file(root.join("schemas")).expect("a link can be removed");
    }
    fs::rename(root.join("kept"), root.join("schemas")).expect("a folder can be moved");
    assert_eq!(all(), before);
    // What stays within the site is followed.
    assert_eq!(run(&root, &["new", "within/page"], MOST).code, 0);
    assert!(root.join("content/articles/page.md").exists());
    symlink("shared", root.join("formats")).expect("a link can be made");
    assert_eq!(run(&root, &["schema", "-o", "formats"], MOST).code, 0);
    assert!(root.join("shared/facts.schema.json").exists());
}

#[test]
fn no_page_is_made_that_is_never_read() {
    let folder = site(&[]);
    let before = common::tree(folder.path());
    for path in [".hidden", "a/.b/page", "#page", "notes.tmp/page"] {
        let told = run(folder.path(), &["new", path], MOST);
        told.tells("would never be read");
        assert_eq!(told.code, 2, "{path}");
    }
    for arguments in [&["new", "page", "--root", "nowhere"][..], &["schema", "--root", "nowhere"]] {
        let told = run(folder.path(), arguments, MOST);
        told.tells("error: there is no folder nowhere\nhelp: `--root` says where the site is");
        assert_eq!(told.code, 2);
    }
    assert!(!folder.path().join("nowhere").exists());
    assert_eq!(common::tree(folder.path()), before);
}

#[test]
fn links_that_lead_to_one_folder_again_and_again_end() {
    let folder = site(&[]);
    let content = folder.path().join("content/x");
    for n in 0..30 {
        let own = content.join(format!("x{n}"));
        fs::create_dir_all(&own).expect("a folder can be made");
        for name in ["a", "b"] {
            symlink(format!("../x{}", n + 1), own.join(name)).expect("a link can be made");
        }
    }
    fs::create_dir_all(content.join("x30")).expect("a folder can be made");
    check(folder.path()).tells("warning[link-loop]");
}

#[test]
fn pipes_and_devices_are_told() {
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo starts").success());
    let folder = site(&[]);
    pipe(&folder.path().join("content/pipe.yaml"));
    symlink("/dev/zero", folder.path().join("content/zero.md")).expect("a link can be made");
    let told = check(folder.path());
    told.tells("error[unreadable]");
    told.tells("error[outside-site]");
    fs::remove_file(folder.path().join("site.yaml")).expect("a file can be removed");
    pipe(&folder.path().join("site.yaml"));
    check(folder.path()).tells("error[unreadable]");
}

#[test]
fn files_without_end_are_told_or_left_as_they_are() {
    let folder = site(&[]);
    for name in ["large.md", "large.yaml", "film.mp4"] {
        let file = File::create(folder.path().join("content").join(name)).expect("a file can be made");
        file.set_len(1 << 30).expect("it has no bytes on the disk");
    }
    let told = check(folder.path());
    assert_eq!(told.told.matches("error[too-large]").count(), 2, "{}", told.told);
    told.tells("8 MiB");
    told.tells("64 MiB");
}

#[test]
fn a_library_without_end_is_told() {
    let folder =
        site(&[("content/facts/more.yaml", ""), ("small.json", r#"[{ "id": "a", "type": "book", "title": "A" }]"#)]);
    let root = folder.path();
    File::create(root.join("large.json")).and_then(|file| file.set_len(1 << 30)).expect("it has no bytes on the disk");
    assert!(Command::new("mkfifo").arg(root.join("pipe")).status().expect("mkfifo starts").success());
    let import = |file: &str| run(root, &["import", file, "-o", "library.yaml"], MOST);
    let refused =
        [("large.json", "too-large"), ("pipe", "unreadable"), ("/dev/zero", "unreadable"), ("none", "unreadable")];
    for (file, code) in refused {
        let told = import(file);
        told.tells(&format!("error[{code}]"));
        assert_eq!(told.code, 1, "{file}");
        assert!(!root.join("library.yaml").exists(), "{file}");
    }
    import("large.json").tells("larger than 64 MiB");
    // What is open already is read, and no further than a file.
    let piped = |from: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("cat {from} | \"$0\" import /dev/stdin -o library.yaml"));
        command.arg(env!("CARGO_BIN_EXE_backgrounder")).current_dir(root).env("NO_COLOR", "1");
        command.output().expect("the program starts")
    };
    assert!(String::from_utf8_lossy(&piped("/dev/zero").stderr).contains("error[too-large]"));
    assert!(!root.join("library.yaml").exists());
    assert!(piped("small.json").status.success());
    assert!(root.join("library.yaml").exists());
}

#[test]
fn a_folder_of_a_hundred_thousand_files_is_read() {
    let folder = site(&[]);
    let many = folder.path().join("content/many");
    fs::create_dir_all(&many).expect("a folder can be made");
    for n in 0..100_000 {
        File::create(many.join(format!("{n}.txt"))).expect("a file can be made");
    }
    assert_eq!(check(folder.path()).code, 0);
}

#[test]
fn folders_deeper_than_may_be_are_told() {
    let folder = site(&[]);
    let deep = (0..70).fold(folder.path().join("content"), |path, _| path.join("d"));
    fs::create_dir_all(&deep).expect("folders can be made");
    fs::write(deep.join("a.md"), "---\ntitle: Deep\n---\n").expect("a file can be written");
    let told = check(folder.path());
    told.tells("error[too-large]");
    told.tells("64");
}

#[test]
fn yaml_that_grows_or_is_deep_is_told() {
    let bomb =
        (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| text + &format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    let deep = format!("events: {}", "[".repeat(100_000));
    let nested = (0..2000).fold(String::new(), |text, n| text + &" ".repeat(n) + "a:\n");
    for text in [bomb, deep, nested] {
        for (path, text) in
            [("content/facts/bomb.yaml", text.clone()), ("content/bomb.md", format!("---\n{text}\n---\n"))]
        {
            let folder = site(&[(path, &text)]);
            let told = check(folder.path());
            told.tells("error[");
            assert_eq!(told.code, 3, "{path}");
        }
    }
}

/// In a program that is not optimized as well: it has the largest stack frames.
#[test]
fn yaml_as_deep_as_the_limit_and_a_little_deeper_is_read_or_told() {
    for deep in [50, 60, 63, 64, 65, 100] {
        let list = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
        for (path, text, around) in [
            ("content/facts/deep.yaml", format!("events:\n  deep: {list}\n"), 2),
            ("content/deep.md", format!("---\ntitle: Deep\nextra: {list}\n---\n"), 1),
        ] {
            let told = check(site(&[(path, &text)]).path());
            assert!(matches!(told.code, 0 | 3), "{path}, {deep} deep, ends with {}", told.code);
            assert_eq!(
                told.told.contains("more than 64 deep"),
                deep + around > 64,
                "{path}, {deep} deep: {}",
                told.told
            );
        }
    }
}

#[test]
fn keys_without_number_are_told() {
    let many =
        |indent: &str| (0..1_000_000).fold(String::new(), |text, n| text + indent + "k" + &n.to_string() + ": x\n");
    let folder = site(&[
        ("content/facts/many.yaml", &format!("events:\n  war-9:\n{}", many("    "))),
        ("content/many.md", &format!("---\n{}---\n", many(""))),
    ]);
    let told = run(folder.path(), &["check"], 2 << 30);
    assert_eq!(told.told.matches("error[too-large]").count(), 2, "{:.3000}", told.told);
}

#[test]
fn one_anchor_may_stand_in_every_fact() {
    let source = |n: usize| {
        format!("  s{n}: {{ type: report, title: S{n}, url: https://example.com/{n}, date: 2020, allow: *al }}\n")
    };
    let first = "  s0:\n    type: report\n    title: S0\n    url: https://example.com/0\n    date: 2020\n    allow: &al [{ rule: source-unarchived, reason: none is there }]\n";
    let text = format!("sources:\n{first}{}", (1..500).map(source).collect::<String>());
    let folder = site(&[("content/facts/more.yaml", &text)]);
    let told = check(folder.path());
    assert_eq!(told.code, 0, "{:.3000}", told.told);
}

#[test]
fn templates_that_call_themselves_or_never_end_are_told() {
    for (path, text) in [
        ("templates/page.html", "{% include \"page.html\" %}"),
        ("templates/page.html", "{% extends \"page.html\" %}"),
        ("templates/components/again.html", "{% component again() %}{{<again />}}{% endcomponent again %}"),
        (
            "templates/page.html",
            "{% for a in range(end=9000) %}{% for b in range(end=9000) %}0123456789{% endfor %}{% endfor %}",
        ),
    ] {
        let folder = site(&[(path, text), ("content/own.md", "---\ntitle: Own\n---\n\n{{<again />}}\n")]);
        let told = check(folder.path());
        told.tells("error[template]");
    }
}

#[test]
fn components_that_call_themselves_are_named() {
    let own = (
        "templates/components/own.html",
        "{% component own() %}{% if true %}{{- <other /> }}{% endif %}{% endcomponent own %}",
    );
    let other = (
        "templates/components/other.html",
        "{% component other() %}{% <note> %}{{<own />}}{% </note> %}{% endcomponent other %}",
    );
    let calling = ("content/own.md", "---\ntitle: Own\n---\n\n{{<own />}}\n");
    let silent = ("content/own.md", "---\ntitle: Own\n---\n");
    let template = ("templates/page.html", "{{<other />}}");
    for (files, asked) in [(vec![calling], "content/own.md:5:1"), (vec![silent, template], "content/own.md:1:1")] {
        let folder = site(&[vec![own, other], files].concat());
        let told = check(folder.path());
        told.tells("error[template]: the component `other` calls itself, by way of `own`\n --> templates/components/other.html:1:14\n");
        told.tells(asked);
    }
}

#[test]
fn templates_that_make_nothing_without_end_or_values_without_end_stop_the_build() {
    let lines = "{% for a in range(end=9000) %}{% for b in range(end=9000) %}{% for c in range(end=9000) %}{% endfor %}{% endfor %}{% endfor %}";
    let component = format!(
        "{{% component reference(target, href = none, words = \"\", marks = [], note = \"\") %}}{lines}{{% endcomponent reference %}}"
    );
    // In steps of 84 MB.
    let values = "{% set y = \"0123456789\" %}{% for a in range(end=23) %}{% set_global y = y ~ y %}{% endfor %}{% set x = y %}{% for a in range(end=9000) %}{% set_global x = x ~ y %}{% endfor %}{{ x }}";
    for (path, text, words) in [
        ("templates/page.html", lines, "not made after 30 seconds"),
        ("templates/components/reference.html", &component, "not made after 30 seconds"),
        ("templates/page.html", values, "more than 2048 MiB of memory"),
    ] {
        let folder = site(&[
            (path, text),
            ("content/own.md", "---\ntitle: Own\n---\n"),
            ("content/facts/term.yaml", "terms:\n  word: { name: Word, definition: \"Said of [[war]].\" }\n"),
        ]);
        let told = run(folder.path(), &["build"], 5 * MOST);
        told.tells(words);
        told.tells("error[template]");
        told.tells("nothing was written");
        assert_eq!(told.code, 1);
        let output = fs::read_dir(folder.path().join("public")).into_iter().flatten().flatten();
        assert!(output.map(|item| item.file_name()).all(|name| name == ".backgrounder"));
    }
}

/// Texts that are read quickly, and whose mistakes took long to tell.
#[test]
fn many_of_what_is_not_there_are_told() {
    let many = |n: usize, each: &dyn Fn(usize) -> String| (0..n).map(each).collect::<String>();
    let terms = many(4000, &|i| format!("  kk{}:\n    name: T\n    definition: x\n", 50_000 + i));
    let names = many(4000, &|i| format!("[[kk{}]]\n\n", 10_000 + i));
    let anchors = many(4000, &|i| format!("[a](#x{i})\n\n"));
    let headings = many(3000, &|i| format!("# h{}\n\n[[#x{}]]\n\n", 100_000 + i, 100_000 + i));
    for (text, facts, code) in [
        (&names, format!("terms:\n{terms}"), "dangling-reference"),
        (&anchors, String::new(), "broken-link"),
        (&headings, String::new(), "dangling-reference"),
    ] {
        let page = format!("{HEAD}{text}");
        let folder = site(&[("content/slow.md", &page), ("content/facts/more.yaml", &facts)]);
        let told = check(folder.path());
        told.tells(&format!("error[{code}]"));
        assert_eq!(told.code, 3, "{:.2000}", told.told);
    }
}

#[test]
fn quotes_without_end_are_told() {
    let text = format!("{HEAD}<b>x</b>\n\n{} a\n", ">".repeat(120_000));
    let folder = site(&[("content/slow.md", &text)]);
    put(folder.path(), &[("site.yaml", "title: T\nbase_url: https://example.org\nmarkdown: { html: safe }\n")]);
    check(folder.path()).tells("more than 64 deep inside one another\n --> content/slow.md:7:65");
}

#[test]
fn texts_that_print_more_and_more_of_one_another_are_told() {
    let term = |n: usize| {
        let words = if n == 5 { "word".to_owned() } else { format!("[[t{}.definition]] ", n + 1).repeat(60) };
        format!("  t{n}: {{ name: T{n}, definition: \"{words}\" }}\n")
    };
    let facts = format!("terms:\n{}", (0..6).map(term).collect::<String>());
    let folder = site(&[("content/facts/more.yaml", &facts)]);
    let told = check(folder.path());
    told.tells("texts print more than 1 MiB of one another here");
    told.tells("content/facts/more.yaml:");
}

#[test]
fn events_of_all_time_are_drawn_on_one_line() {
    for year in ["Y-13800000000", "Y-999999999999999999"] {
        let event = format!("events:\n  bang: {{ title: Bang, date: {year}, importance: 1, sources: [paper] }}\n");
        let folder = site(&[("content/facts/more.yaml", &event)]);
        let told = run(folder.path(), &["build"], MOST);
        assert_eq!(told.code, 0, "{}", told.told);
    }
}

/// What a writer may not do who is not trusted with the site, each in a page of its own.
#[test]
fn calls_that_do_more_than_call_are_left_out() {
    let safe = "title: T\nbase_url: https://example.org\nmarkdown: { html: safe }\nrules: { unsafe-link: warning, component-syntax: warning }\n";
    for call in [
        "{{<video url=\"https://e.org/\" title=\"t\" /> if 0 else \"<script>alert(1)</script>\" | safe if 1 else <video url=\"https://e.org/\" title=\"u\" />}}",
        "{{<reference target=\"x\" href=\"javascript:alert(1)\" words=\"click\" />}}",
        "{{<entry to={ {\"url\": \"https://e.org/alert\", \"title\": \"click\"} } />}}",
        "{{<own link={ {\"url\": \"Java\tscript:alert(1)\"} } />}}",
        "{{<own link=\"javascript:alert(1)\" />}}",
        "{{<own link=\"data:text/html,alert(1): \" />}}",
        "{{<image src='data:text/html,alert(1)' alt=\"a\" />}}",
        "{{<image src=\"/x.png\" alt=\"a\" caption=\"x\" | safe />}}",
    ] {
        let page = format!("{HEAD}{call}\n");
        let own = "{% component own(link = \"\") %}<a href=\"{{ link.url or link }}\">x</a>{% endcomponent own %}";
        let folder = site(&[("content/slow.md", &page), ("site.yaml", safe), ("templates/components/own.html", own)]);
        let told = run(folder.path(), &["build"], MOST);
        assert!(
            told.told.contains("warning[unsafe-link]") || told.told.contains("warning[component-syntax]"),
            "{call}: {}",
            told.told
        );
        let page = fs::read_to_string(folder.path().join("public/slow/index.html")).expect("the page is there");
        assert!(!page.contains("alert"), "{call}");
    }
    let fine = format!(
        "{HEAD}## Title {{aria-x/onclick=alert(1) onclick=x aria-label=x}}\n\n{{{{<own link=\"https://e.org/\" />}}}}\n\n{{{{<own link=\"Data: UNHCR\" />}}}}\n"
    );
    let own = "{% component own(link = \"\") %}<i>{{ link }}</i>{% endcomponent own %}";
    let folder = site(&[("content/slow.md", &fine), ("site.yaml", safe), ("templates/components/own.html", own)]);
    let told = run(folder.path(), &["build"], MOST);
    assert_eq!(told.code, 0, "{}", told.told);
    let page = fs::read_to_string(folder.path().join("public/slow/index.html")).expect("the page is there");
    assert!(page.contains("<h2 id=\"title\" aria-label=\"x\">"), "{page}");
    assert!(page.contains("<i>https://e.org/</i>") && page.contains("<i>Data: UNHCR</i>"), "{page}");
}

/// Where hosts and git look for settings, and where the search index stands.
#[test]
fn no_page_stands_where_something_else_is_read() {
    let pages = [
        ("a", "path: .git/hooks/x"),
        ("b", "aliases: [/.htaccess, /_worker.js, /CNAME]"),
        ("c", "aliases: [/sub/_redirects/, /.well-known/x/]"),
        ("d", "path: pagefind/pagefind.js"),
    ];
    let pages: Vec<(String, String)> = pages
        .iter()
        .map(|(name, key)| (format!("content/{name}.md"), format!("---\ntitle: {name}\n{key}\n---\n")))
        .collect();
    let mut files: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("static/pagefind/pagefind.js", "alert(1)"));
    let config = "title: Small\nbase_url: https://example.org\nrules: { orphan-page: off }\n";
    for (html, told) in [("safe", 7), ("trusted", 2)] {
        let config = format!("{config}markdown: {{ html: {html} }}\n");
        let site = site(&[&files[..], &[("site.yaml", &config)]].concat());
        let ran = check(site.path());
        assert_eq!(ran.told.matches(" cannot stand at /").count(), told, "{}", ran.told);
        ran.tells("the file static/pagefind/pagefind.js cannot stand at /pagefind/pagefind.js");
        assert!(!ran.told.contains("stand at /.well-known"), "{}", ran.told);
    }
}

#[test]
fn texts_that_are_made_to_be_slow_are_not() {
    let n = 20_000;
    let texts = [
        (0..n).fold(String::new(), |text, i| text + &format!("## a{i}\n\n[[slow#b{i}]] ")),
        (0..3 * n).fold("<b ".to_owned(), |text, i| text + &format!("a{i} ")) + ">x</b>",
        (0..3 * n).fold("<div x='\n\n' ".to_owned(), |text, i| text + &format!("a{i} ")),
        format!("<table>{}", "a<br>".repeat(3 * n)),
        format!("| a |\n|--|\n| </td></tr>{} |\n", "a<br>".repeat(3 * n)),
        format!("<table><tr>\n\n{}", "a\n\n".repeat(3 * n)),
        ">".repeat(n),
        "[".repeat(n),
        "![".repeat(n),
        "*a_ ".repeat(n),
        "[a](<b".repeat(n),
        "`a``".repeat(n),
        "<!--".repeat(n),
        "<a ".repeat(n),
        format!("{}x", "- ".repeat(n)),
        format!("|{}\n|{}\n|{}\n", "a|".repeat(n), "-|".repeat(n), "b|".repeat(n)),
        (0..n).fold(String::new(), |text, i| text + &format!("[a{i}]: /x\n")),
        (0..n).fold(String::new(), |text, i| text + &format!("x[^{i}]\n\n[^{i}]: y\n\n")),
        "# same\n\n".repeat(n / 2),
        "one hundred and ".repeat(n),
        "{{<timeline x={".repeat(n),
        "{{<a b=\"".repeat(n),
        "{% <a> %}{% </b> %}".repeat(n / 2),
        format!("{}x{}", "{% <note> %}".repeat(n / 10), "{% </note> %}".repeat(n / 10)),
        "word".repeat(n),
        "<script>".repeat(n),
        "undefined *x* ".repeat(n),
        "{{ x }}<br>".repeat(n),
        (0..n).fold(String::new(), |text, i| text + &format!("[a](#x{i}) ")),
        (0..n).fold(String::new(), |text, i| text + &format!("[a](#x{i})\n")),
        format!("<div>{}", "<img>".repeat(20 * n)),
    ];
    let safe = "title: T\nbase_url: https://example.org\nmarkdown: { html: safe }\n";
    for text in texts {
        let folder = site(&[("content/slow.md", &format!("{HEAD}{text}\n"))]);
        assert!(check(folder.path()).code != -1, "{text:.40}");
        fs::write(folder.path().join("site.yaml"), safe).expect("a file can be written");
        assert!(check(folder.path()).code != -1, "{text:.40}, safe");
    }
}

#[test]
fn an_svg_with_attributes_without_number_is_told() {
    let many = (0..300_000).fold(String::new(), |text, n| text + &format!(" a{n}=\"\""));
    let folder = site(&[
        ("content/wide.svg", &format!("<svg xmlns=\"http://www.w3.org/2000/svg\"{many}/>")),
        ("site.yaml", "title: T\nbase_url: https://example.org\nmarkdown: { html: safe }\n"),
    ]);
    let told = check(folder.path());
    told.tells("error[unsafe-picture]");
    told.tells("more than 200 attributes");
}

#[test]
fn a_call_that_is_too_long_is_told_by_its_limit() {
    let folder = site(&[("content/long.md", &format!("{HEAD}{{{{<note title=\"{}\" />}}}}\n", "x".repeat(5000)))]);
    let told = check(folder.path());
    told.tells("error[component-syntax]: the call of `note` is longer than 4 KiB");
    assert_eq!(told.told.matches("component-syntax").count(), 1, "{}", told.told);
}

#[test]
fn thousands_of_mistakes_in_one_line_are_told_in_short() {
    for (text, code) in [
        ((0..10_000).fold(String::new(), |text, n| text + &format!("[r](q{n}.md) ")), "broken-link"),
        ((0..10_000).fold(String::new(), |text, n| text + &format!("[[q{n}]] ")), "dangling-reference"),
        (format!("[[war{}]]", ".a".repeat(100_000)), "dangling-reference"),
        (format!("[@{}]", "a".repeat(100_000)), "dangling-reference"),
    ] {
        let folder = site(&[("content/slow.md", &format!("{HEAD}{text}\n"))]);
        let told = check(folder.path());
        told.tells(code);
        assert!(told.told.matches(&format!("error[{code}]")).count() <= 100);
        assert!(told.told.len() < 200_000, "{}", told.told.len());
    }
}

#[test]
fn pictures_that_claim_too_much_are_told() {
    // A PNG of 100 million pixels by one, in its head alone.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(100_000_000_u32.to_be_bytes());
    png.extend(1_u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    let folder = site(&[("content/wide.md", "---\ntitle: Wide\n---\n\n![wide](wide.png)\n")]);
    fs::write(folder.path().join("content/wide.png"), png).expect("a file can be written");
    let told = run(folder.path(), &["build"], MOST);
    assert_eq!(told.code, 1, "{}", told.told);
    told.tells("error[picture]");
}

/// A chunk of a PNG (W3C, "Portable Network Graphics", 5.3).
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let (typed, mut crc) = ([&kind[..], data].concat(), flate2::Crc::new());
    crc.update(&typed);
    let len = u32::try_from(data.len()).expect("a short chunk").to_be_bytes();
    [&len[..], &typed, &crc.sum().to_be_bytes()].concat()
}

fn deflated(mut bytes: impl Read) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::copy(&mut bytes, &mut packed).and_then(|_| packed.finish()).expect("bytes can be packed")
}

#[test]
fn a_colour_profile_without_end_takes_no_memory() {
    let (width, height) = (1000_u32, 2_u32);
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let profile = [&b"x\0\0"[..], &deflated(std::io::repeat(0).take(1 << 30))].concat();
    let pixels = deflated(std::io::repeat(0).take(u64::from(height * (1 + 3 * width))));
    let parts = [chunk(*b"IHDR", &head), chunk(*b"iCCP", &profile), chunk(*b"IDAT", &pixels), chunk(*b"IEND", b"")];
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat();
    let folder = site(&[("content/wide.md", "---\ntitle: Wide\n---\n\n![wide](wide.png)\n")]);
    fs::write(folder.path().join("content/wide.png"), png).expect("a file can be written");
    let built = run(folder.path(), &["build"], MOST / 2);
    assert_eq!(built.code, 0, "{}", built.told);
    let files = fs::read_dir(folder.path().join("public")).expect("a folder can be read").flatten();
    let smaller = files.filter(|file| file.file_name().to_string_lossy().starts_with("wide.png-"));
    assert!(smaller.count() > 0);
}

#[test]
fn many_counts_of_one_event_do_not_grow_by_their_square() {
    let figure = |n: usize| {
        format!(
            "  f{n}: {{ measure: killed, scope: {{ event: war }}, best: {}, as_of: 2020-{:02}-{:02}, attribution: {{ counted_by: paper }}, sources: [paper] }}\n",
            n + 3,
            n / 28 + 1,
            n % 28 + 1
        )
    };
    let text = format!("figures:\n{}", (0..300).map(figure).collect::<String>());
    let folder = site(&[("content/facts/counts.yaml", &text)]);
    let config = "title: T\nbase_url: https://example.org\nsearch: false\ncards: false\nrules: { series-falls: \"off\", same-scope-differs: \"off\" }\n";
    fs::write(folder.path().join("site.yaml"), config).expect("a file can be written");
    let built = run(folder.path(), &["build"], MOST);
    assert_eq!(built.code, 0, "{:.2000}", built.told);
    let page = fs::read_to_string(folder.path().join("public/figures/f150/index.html")).expect("a page can be read");
    assert!(page.contains("300 counts are known") && page.len() < 60_000, "{}", page.len());
}

#[test]
fn many_mistakes_on_one_long_line_are_told() {
    let tags: Vec<String> = (0..30_000).map(|n| format!("<x{n}>a</x{n}>")).collect();
    let tags = tags.join(" ");
    let folder = site(&[("content/tags.md", &format!("{HEAD}{tags}\n"))]);
    let config = folder.path().join("site.yaml");
    let text = fs::read_to_string(&config).expect("the site has a configuration") + "markdown: { html: safe }\n";
    fs::write(&config, text).expect("a file can be written");
    let told = run(folder.path(), &["check", "--rule", "unsafe-html"], MOST);
    told.tells("warning[unsafe-html]: the element `x0` is left out\n --> content/tags.md:5:1\n");
    told.tells("and 29,900 more warnings of `unsafe-html`");
    // The line is drawn around the place, and the place is counted from the line's beginning.
    let column = tags.find("<x99>").expect("the tag stands there") + 1;
    told.tells(&format!(" --> content/tags.md:5:{column}\n"));
}
