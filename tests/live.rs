//! The site in memory: whatever is edited, it equals one that is made from scratch, to the byte and to the diagnostic.

mod common;

use backgrounder::date::When;
use backgrounder::diagnostic::to_json;
use backgrounder::inspect::{Inspection, complete};
use backgrounder::link::Selection;
use backgrounder::live::{Change, Live, Step, Touched};
use backgrounder::render::{Data, Rendered, render};
use backgrounder::{Git, Request, load, make};
use common::put;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn request(root: &Path, as_of: Option<&str>, drafts: bool) -> Request {
    Request {
        root: root.to_owned(),
        config: root.join("site.yaml"),
        base_url: None,
        selection: Selection {
            drafts,
            future: false,
            expired: false,
            now: jiff::Timestamp::from_second(1_704_067_200).expect("a time"),
            as_of: as_of.map(|day| When::parse(day).expect("a day").day()),
        },
        git: Git::Never,
    }
}

/// Outputs by their URL; of files that are copied, the bytes that lie there.
fn bytes(outputs: Vec<Rendered>) -> BTreeMap<String, Vec<u8>> {
    let bytes = |data| match data {
        Data::Bytes(bytes) => bytes,
        Data::File(path) => fs::read(path).expect("a file that is copied"),
        Data::Made(recipe) => format!("{recipe:?}").into_bytes(),
    };
    outputs.into_iter().rev().map(|output| (output.url.to_string(), bytes(output.data))).collect()
}

/// A site in memory, and what was found on its pages so far.
struct Followed {
    request: Request,
    live: Live,
    inspection: Inspection,
}

impl Followed {
    fn new(root: &Path) -> Self {
        Self::seen(root, None, false)
    }

    fn seen(root: &Path, as_of: Option<&str>, drafts: bool) -> Self {
        let request = request(root, as_of, drafts);
        let live = Live::start(&request);
        let mut followed = Self { request, live, inspection: Inspection::default() };
        followed.carry(&Change::start());
        followed
    }

    fn carry(&mut self, change: &Change) {
        let inspection = std::mem::take(&mut self.inspection);
        self.inspection = match &self.live.stage {
            Some(stage) => inspection.carried(stage, change),
            None => inspection.aged(),
        };
    }

    fn follow(&mut self, touched: &Touched) -> Option<Step> {
        let (next, change) = self.live.next(touched)?;
        self.live = next;
        self.carry(&change);
        Some(change.step)
    }

    /// Asserts that the site is as if made from scratch.
    fn assert_fresh(&mut self, after: &str) {
        let mut made = load(&self.request);
        let outputs = make(&mut made, &|rendered| rendered, &|_, _| ());
        let wanted = to_json(&made.wrong, &made.sources);
        let told = to_json(&complete(&self.live, &mut self.inspection), &self.live.sources);
        assert_eq!(format!("{told:#}"), format!("{wanted:#}"), "what is wrong after {after}");
        // Of several outputs at one URL the first is made, whether or not that can be.
        let own = self.live.stage.as_ref().map(|stage| {
            let first = |route, rendered| stage.world.site.is_first(route).then_some(rendered);
            render(stage, &first, &|_, _| (), &mut Vec::new()).into_iter().flatten().collect()
        });
        let (own, wanted) = (bytes(own.unwrap_or_default()), bytes(outputs));
        if let Some(url) = common::different(&own, &wanted).first() {
            let text =
                |all: &BTreeMap<String, Vec<u8>>| all.get(url).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            assert_eq!(text(&own), text(&wanted), "{url} after {after}");
        }
    }
}

const FACTS: &str = "
events:
  war: { title: The war, date: 2020-09-27/2020-11-10, places: [town], sources: [paper] }
  truce: { title: A truce, date: 2020-10-10, part_of: war, summary: 'It held a day, see [[war]].', sources: [paper] }
figures:
  dead: { measure: killed, scope: { event: war }, low: 6500, qualifier: at-least, as_of: 2020-11, attribution: { counted_by: paper }, sources: [paper] }
places:
  town: { name: Town }
sources:
  paper: { type: report, title: Paper, date: 2020-12-01, url: 'https://example.org/paper' }
";

/// The files that edits are about, each with the texts that it may hold: sound ones and broken ones.
const FILES: &[(&str, &[&str])] = &[
    (
        "content/facts/f.yaml",
        &[
            FACTS,
            "events:\n  war: { title: Another name, date: 2020, sources: [paper] }\nsources:\n  paper: { type: report, title: Paper }\nfigures:\n  dead: { measure: killed, scope: { event: war }, best: 7000, as_of: 2021, attribution: { counted_by: paper }, sources: [paper] }\n",
            "# A comment that moves what stands below.\nevents:\n  war: { title: The war, date: 2020-09-27/2020-11-10, sources: [paper] }\n  truce: { title: A truce, date: 2020-10-10, summary: 'It is part of [[war.part_of]].', sources: [paper] }\nsources:\n  paper: { type: report, title: Paper, date: 2020-12-01, sensitive: true }\n",
            "events:\n  war: { title: The war, date: 2020-09-27/2020-11-10, sources: [paper] }\n  truce: { title: A truce, date: 2020-10-10, summary: 'It is part of [[war.part_of]].', sources: [paper] }\nsources:\n  paper: { type: report, title: Paper, date: 2020-12-01 }\n",
            "events:\n  war: { titel: x, date: 13/09/2022 }\n",
            "events: [\n",
            "",
        ],
    ),
    (
        "content/facts/g.yaml",
        &[
            "terms:\n  front: { name: Front, definition: 'Where [[war]] is.' }\n",
            "terms:\n  war: { name: War, definition: Twice. }\n",
        ],
    ),
    (
        "content/articles/one.md",
        &[
            "---\ntitle: One\ndate: 2021-01-02\ntags: [a]\n---\n\nA text of [[war]], [[dead]] killed [@paper].\n\n## A heading\n\nMore, see [two](two.md#b).\n",
            "---\ntitle: One\ndate: 2021-01-02\ntags: [a]\n---\n\nA text of [[war]], [[dead]] killed [@paper].\n\nAnd a line.\n\n## A heading\n\nMore, see [two](two.md#b).\n",
            "---\ntitle: One\ndate: 2021-01-02\ntags: [a]\n---\n\nOther words of [[war]], [[dead]] killed [@paper].\n\n## A heading\n\nMore, see [two](two.md#b).\n",
            "---\ntitle: One, renamed\ndate: 2022-01-02\ntags: [b]\n---\n\n[[dead|6,000]] killed, and 49 soldiers killed.\n",
            "---\ntitle: One\ndate: 2021-01-02\ntags: [a]\n---\n\n{{<timeline to=\"1999\" />}}\n\n{{<timline />}}\n\n[[nobody]]\n",
            "---\ntitle: One\ndraft: true\n---\n\nNot yet.\n",
            "---\ntitle: [\n---\n",
            "no front matter",
        ],
    ),
    (
        "content/articles/two.md",
        &[
            "---\ntitle: Two\ndate: 2021-01-03\ntags: [a, b]\n---\n\nSee [[one]] and ![](map.png).\n\n## B\n\n{{<figures event=\"war\" />}}\n",
            "---\ntitle: Two\ndate: 2021-01-03\ntags: [a, b]\n---\n\nSee [[one]] and ![A map](map.png).\n\n## C\n\n<a href=\"/nowhere/\">x</a>\n",
            "---\ntitle: Two\ndate: 2021-01-03\n---\n\n[[truce.summary]] said the [[truce]].\n",
            "---\ntitle: Two\nslug: one\ndate: 2021-01-03\n---\n\n[[one#a-heading]] [[one#no-heading]] [[war.date]]\n",
        ],
    ),
    (
        "content/articles/one.hy.md",
        &[
            "---\ntitle: Մեկ\ndate: 2021-01-02\n---\n\nՏեքստ [[war]].\n",
            "---\ntitle: Այլ\ndate: 2021-01-02\n---\n\nՏեքստ [[war]], [[two]].\n",
        ],
    ),
    (
        "content/events/flood.md",
        &[
            "---\nkind: event\ntitle: A flood\ndate: 2020-10-02\nsources: [paper]\n---\n\nA text of its own on [[town]].\n",
            "---\nkind: event\ntitle: A flood\ndate: 2020-10-02\nsources: [paper]\n---\n\nAnother text of its own on [[town]].\n",
            "---\nkind: event\ntitle: Water\ndate: 2023\nsources: [paper]\nallow: [{ rule: missing-alt, reason: No need. }]\n---\n\n![](/extra.png)\n",
        ],
    ),
    ("content/articles/index.hy.md", &["---\ntitle: Odd\n---\n", "---\ntitle: Odd\naliases: [/articles/one/]\n---\n"]),
    (
        "content/articles/_index.md",
        &[
            "---\ntitle: Articles\nkind: article\npaginate_by: 1\n---\n",
            "---\ntitle: All articles\nkind: background\n---\n\nA text.\n",
        ],
    ),
    (
        "content/timeline.md",
        &[
            "---\ntitle: Timeline\nkind: timeline\n---\n",
            "---\ntitle: Timeline\nkind: timeline\nfilter: { event: war }\n---\n",
        ],
    ),
    (
        "content/_index.md",
        &["---\ntitle: Home\n---\n\nSee [[articles/one]].\n", "---\ntitle: Home\n---\n\nSee [[timeline]].\n"],
    ),
    (
        "site.yaml",
        &[
            "title: T\nbase_url: https://example.org/sub\n",
            "title: T\nbase_url: https://example.org/sub\nlanguages: [hy]\n",
            "title: Another\nbase_url: https://example.org\npaginate_by: 2\nrules: { orphan-page: error, unbound-number: off }\n",
            "title: T\nbase_url: nonsense\n",
            "title: [\n",
        ],
    ),
    (
        "templates/page.html",
        &[
            "{% extends \"base.html\" %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}{% endblock main %}",
            "<p>{{ page.title }} {{ page.words }} <a href=\"{{ link(to=\"/articles/\") }}\">x</a></p>",
            "{{ page.nothing }}",
            "{% if %}",
        ],
    ),
    (
        "templates/components/reference.html",
        &["{% component reference(target, href, words, marks, note) %}<b>{{ words }}</b>{% endcomponent reference %}"],
    ),
    ("templates/assets/style.css", &["body { color: red }", "body { color: blue }"]),
    ("static/extra.css", &["a {}", "b {}"]),
    ("content/articles/map.png", &["not a picture", "not a picture either"]),
];

/// Something that is done to the files of a site.
#[derive(Debug, Clone)]
enum Edit {
    /// A file gets one of its texts.
    Write(usize, usize),
    /// A line is added to a file, so that what stands below moves.
    Push(usize),
    Remove(usize),
    /// A file takes the name of another.
    Rename(usize, usize),
    /// A folder gets another name, or its own again.
    Folder,
}

fn edit() -> impl Strategy<Value = Edit> {
    let file = 0..FILES.len();
    prop_oneof![
        8 => (file.clone(), any::<prop::sample::Index>()).prop_map(|(file, text)| Edit::Write(file, text.index(FILES[file].1.len()))),
        3 => file.clone().prop_map(Edit::Push),
        2 => file.clone().prop_map(Edit::Remove),
        1 => (file.clone(), file).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => Just(Edit::Folder),
    ]
}

/// Does it on the disk; the paths that are touched.
fn apply(root: &Path, edit: &Edit) -> Touched {
    let path = |file: &usize| root.join(FILES[*file].0);
    let touched: Vec<PathBuf> = match edit {
        Edit::Write(file, text) => {
            put(root, &[(FILES[*file].0, FILES[*file].1[*text])]);
            vec![path(file)]
        }
        Edit::Push(file) => {
            let text = fs::read_to_string(path(file)).unwrap_or_default();
            let (front, rest) = text.rsplit_once("---\n").map_or(("", &*text), |(front, rest)| (front, rest));
            let line = if front.is_empty() { "\n" } else { "---\n\nOne more line.\n" };
            put(root, &[(FILES[*file].0, &format!("{front}{line}{rest}"))]);
            vec![path(file)]
        }
        Edit::Remove(file) => {
            let _ = fs::remove_file(path(file));
            vec![path(file)]
        }
        Edit::Rename(from, to) => {
            let _ = fs::rename(path(from), path(to));
            vec![path(from), path(to)]
        }
        Edit::Folder => {
            let (one, other) = (root.join("content/articles"), root.join("content/renamed"));
            let (from, to) = if one.exists() { (one, other) } else { (other, one) };
            let _ = fs::rename(from, to);
            return Touched::All;
        }
    };
    Touched::Files(touched)
}

fn sound_site(root: &Path) {
    let first: Vec<(&str, &str)> = FILES
        .iter()
        .filter(|(path, _)| !path.starts_with("templates/"))
        .map(|(path, texts)| (*path, texts[0]))
        .collect();
    put(root, &first);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_site_equals_one_made_from_scratch(
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..6),
        as_of in prop_oneof![3 => Just(None), 1 => Just(Some("2020-10-05"))],
        drafts in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        sound_site(folder.path());
        let mut site = Followed::seen(folder.path(), as_of, drafts);
        for together in &edits {
            let mut touched = Vec::new();
            let mut all = false;
            for edit in together {
                match apply(folder.path(), edit) {
                    Touched::Files(paths) => touched.extend(paths),
                    Touched::All => all = true,
                }
            }
            site.follow(&if all { Touched::All } else { Touched::Files(touched) });
            site.assert_fresh(&format!("{together:?}"));
        }
    }
}

/// A sound site, an edit of one file, and how it is followed.
fn step(path: &str, before: &str, after: &str) -> Option<Step> {
    let folder = tempfile::tempdir().expect("a folder");
    sound_site(folder.path());
    put(folder.path(), &[(path, before)]);
    let mut site = Followed::new(folder.path());
    site.assert_fresh("the start");
    put(folder.path(), &[(path, after)]);
    let step = site.follow(&Touched::Files(vec![folder.path().join(path)]));
    site.assert_fresh("the edit");
    step
}

#[test]
fn only_what_must_be_made_anew_is() {
    let page = |text: &str| format!("---\ntitle: P\n---\n\nA text of [[war]].\n\n{text}\n");
    let other = "content/p.md";
    assert_eq!(step(other, &page("One."), &page("One.")), None);
    assert_eq!(step(other, &page("One."), &page("Two words.")), Some(Step::Swapped));
    assert_eq!(step(other, &page("One."), &page("One.\n\n## A heading")), Some(Step::Linked));
    assert_eq!(step(other, &page("One."), &page("[[truce]]")), Some(Step::Linked));
    let titled = |title: &str| page("").replace("title: P", &format!("title: {title}\ndate: 2021-01-02"));
    assert_eq!(step("content/articles/p.md", &titled("A"), &titled("Z")), Some(Step::Swapped));
    assert_eq!(step(other, &page(""), &page("").replace("title: P", "title: P\ntags: [a]")), Some(Step::Linked));
    assert_eq!(step(other, &page(""), &page("").replace("title: P", "title: P\nslug: q")), Some(Step::Linked));
    assert_eq!(step("templates/page.html", "{{ page.title }}", "{{ page.title }}!"), Some(Step::Templates));
    assert_eq!(step("static/a.txt", "a", "b"), Some(Step::Copied));
    assert_eq!(
        step("site.yaml", "title: T\nbase_url: https://x.org\n", "title: U\nbase_url: https://x.org\n"),
        Some(Step::Anew)
    );
}

#[test]
fn what_is_told_of_a_text_moves_with_it() {
    let page =
        |text: &str| format!("---\ntitle: P\n---\n\nA text.\n\n{text}[gone](/gone/)\n\n49 soldiers were killed.\n");
    // A mistake that linking tells takes linking to move; one that a rule tells does not.
    assert_eq!(step("content/p.md", &page(""), &page("More.\n\n")), Some(Step::Linked));
    let page = |text: &str| page(text).replace("[gone](/gone/)", "");
    assert_eq!(step("content/p.md", &page(""), &page("More.\n\n")), Some(Step::Swapped));
}

#[test]
fn what_a_page_tells_of_another_file_moves_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    sound_site(folder.path());
    let facts = "events:\n  war: { title: The war, date: 2020, sources: [paper] }\n  truce: { title: A truce, date: 2020, summary: 'Part of [[war.part_of]].', sources: [paper] }\nsources:\n  paper: { type: report, title: Paper, date: 2020 }\n";
    let page = "---\ntitle: P\n---\n\n[[truce.summary]]\n";
    put(folder.path(), &[("content/facts/f.yaml", facts), ("content/p.md", page)]);
    let mut site = Followed::new(folder.path());
    site.assert_fresh("the start");
    put(folder.path(), &[("content/facts/f.yaml", &format!("# A comment.\n{facts}"))]);
    let step = site.follow(&Touched::Files(vec![folder.path().join("content/facts/f.yaml")]));
    assert_eq!(step, Some(Step::Swapped));
    site.assert_fresh("a comment above");
}

#[test]
fn a_file_that_comes_is_not_taken_for_one_that_went() {
    let folder = tempfile::tempdir().expect("a folder");
    sound_site(folder.path());
    let mut site = Followed::new(folder.path());
    let picture = FILES.iter().position(|(path, _)| *path == "content/articles/map.png").expect("it is there");
    for together in [&[Edit::Remove(picture)][..], &[Edit::Folder, Edit::Write(picture, 0)]] {
        for edit in together {
            apply(folder.path(), edit);
        }
        site.follow(&Touched::All);
        site.assert_fresh(&format!("{together:?}"));
    }
}

#[test]
fn many_new_files_find_their_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    sound_site(folder.path());
    let mut site = Followed::new(folder.path());
    for n in 0..40 {
        let path = format!("content/articles/n{n:02}.md");
        put(folder.path(), &[(&path, "---\ntitle: N\ndate: 2021-01-01\n---\n\nText of [[war]].\n")]);
        site.follow(&Touched::Files(vec![folder.path().join(&path)]));
    }
    site.assert_fresh("forty new files, one by one");
    for n in 0..40 {
        fs::remove_file(folder.path().join(format!("content/articles/n{n:02}.md"))).expect("it is there");
        put(folder.path(), &[(&format!("content/articles/m{n:02}.md"), "---\ntitle: M\n---\n")]);
    }
    site.follow(&Touched::All);
    site.assert_fresh("forty files in the place of others");
}
