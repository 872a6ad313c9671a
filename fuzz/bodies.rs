//! What holds of every input: a function for each fuzz target, which `tests/fuzz.rs` calls as well.
//!
//! Each takes what a stranger could have written, and asserts more than that nothing panics: places lie in the text that was
//! read, codes are in the register of rules, what is written can be read again, what is refused stays out.

#![allow(dead_code, unreachable_pub, reason = "each fuzz target uses one of these")]

use backgrounder::bibliography::{
    Archive, Imported, Item, bibtex, csl_json, facts_yaml, from_bibtex, from_csl_json, plain as cited,
};
use backgrounder::body::{Body, Call, Hole, What};
use backgrounder::clean::{self, ELEMENTS};
use backgrounder::config::{self, Config};
use backgrounder::diagnostic::{Diagnostic, to_json, to_sarif, to_text};
use backgrounder::edtf::{Day, Edtf};
use backgrounder::link::{Selection, link};
use backgrounder::live::{Live, Touched};
use backgrounder::markdown::{self, Document, Html, Origin, Settings};
use backgrounder::parse::{self, Defaults, Parsed};
use backgrounder::render::{Data, Rendered, render};
use backgrounder::site::{Ix, Missing, Site};
use backgrounder::slug::{fold, is_fact_id, slugify};
use backgrounder::source::{Area, Content, FileId, Source, Sources, Span, is_printable, printable};
use backgrounder::tags::{self, Piece};
use backgrounder::url::{self, OWN_FOLDER, Url};
use backgrounder::yaml::{self, Node, Yaml};
use backgrounder::{Git, Request, call, exif, load, make, page, policy, rule, svg, write};
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Front matter: where it ends, and what YAML makes of it.
pub fn front_matter(text: &str) {
    let text = &as_read(text);
    let sources = alone("content/page.md", Area::Content, text);
    let file = the_file(&sources);
    match page::split(file, text) {
        Err(error) => well_told(&[error], &sources),
        Ok((front, behind)) => {
            assert!(text.is_char_boundary(behind));
            assert_eq!(front.is_some(), text.lines().next().is_some_and(|first| first.trim_end() == "---"));
            if let Some(front) = front {
                assert_eq!(text[front.end..behind].trim_end(), "---");
                assert!(!text[front.clone()].lines().any(|line| line.trim_end() == "---"));
                reads(text, front, &sources);
            }
        }
    }
    reads(text, 0..text.len(), &sources);
    // Behind a line of dashes the slow reader is asked, and a text means the same.
    let marked = |line: &str| line.starts_with("---") || line.starts_with("...") || line.starts_with('%');
    if !text.lines().any(marked) && !text.contains('\u{feff}') {
        let slow = format!("---\n{text}");
        let (quick, slow) = (yaml::read(file, text, 0..text.len()), yaml::read(file, &slow, 0..slow.len()));
        match (&quick, &slow) {
            (Ok(quick), Ok(slow)) => assert!(same_tree(quick, slow, 4), "{quick:?}\n{slow:?}"),
            (Err(_), Err(_)) => {}
            _ => panic!("one reader takes it, the other does not: {quick:?}\n{slow:?}"),
        }
    }
    let parsed = parse::parse_source(file, sources.get(file), sound_config(), &Defaults::default());
    parsed_well(&parsed, &sources);
}

/// A facts file: its entries, their places and their ids.
pub fn facts(text: &str) {
    let sources = alone("content/facts/all.yaml", Area::Content, &as_read(text));
    let file = the_file(&sources);
    let parsed = parse::parse_source(file, sources.get(file), sound_config(), &Defaults::default());
    parsed_well(&parsed, &sources);
    let ids: Vec<String> = parsed.entries.iter().map(|entry| entry.surface.id.value.clone()).collect();
    assert!(ids.iter().all(|id| is_fact_id(id)));
    let (site, wrong) = link(parsed, Arc::new(sources.clone()), sound_config().clone(), selection());
    well_told(&wrong, &sources);
    let mut seen = HashSet::new();
    if !ids.iter().all(|id| seen.insert(id)) {
        assert!(wrong.iter().any(|told| told.code == "duplicate-id"), "an id that stands twice is not told");
    }
    for (ix, surface) in site.iter() {
        assert!(site.find(&surface.id.value, "en").is_ok());
        assert!(plain_path(&surface.url.output()), "{}", surface.url);
        let _ = (site.title(ix, "en"), site.printed(ix, "en"), site.printed(ix, "hy"));
    }
}

/// Dates: whatever is read is printed as it was written, and whatever is not gets a hint that can be read.
pub fn edtf(text: &str) {
    match Edtf::parse(text) {
        Ok(date) => date_holds(&date),
        Err(error) => {
            assert!(["bad-date", "end-before-start"].contains(&error.code));
            let help = error.help.expect("every error has help");
            if let Some(meant) = help.strip_prefix("did you mean `").and_then(|help| help.strip_suffix("`?")) {
                assert_ne!(meant, text);
                date_holds(&Edtf::parse(meant).expect("what is guessed can be read"));
            }
        }
    }
}

/// Markdown: holes and places are where they should be, and HTML that is not trusted stays out.
pub fn markdown(text: &str) {
    let text = &as_read(text);
    let sources = alone("content/page.md", Area::Content, text);
    let file = the_file(&sources);
    for (html, smart_punctuation) in [(Html::Trusted, false), (Html::Safe, true), (Html::None, false)] {
        let settings = Settings { smart_punctuation, html, pictures: false };
        let whole = Span::new(file, 0..text.len());
        let mut wrong = Vec::new();
        let document = markdown::document(text, Origin::Exact(whole), settings, Some("en"), &mut wrong);
        document_holds(&document, &sources, &wrong);
        let inline = markdown::inline(text, Origin::Value(whole), settings, &mut wrong);
        body_holds(&inline, &sources, document.headings.len());
        well_told(&wrong, &sources);
        for body in document.summary.iter().chain([&document.body, &inline]) {
            stays_out(body, html);
        }
        for counted in &document.counts {
            in_text(counted.span, &sources);
        }
    }
}

/// Component calls: in order, apart, and outside of code.
pub fn call(text: &str) {
    let marks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
    let code: Vec<_> = marks.chunks_exact(2).map(|pair| pair[0]..pair[1] + 1).collect();
    let mut told = Vec::new();
    let found = call::find(text, &code, |range, diagnostic| told.push((range, diagnostic)));
    for (range, diagnostic) in &told {
        assert!(text.get(range.clone()).is_some_and(|tag| tag.starts_with('{')), "{range:?}");
        assert!(rule::named(diagnostic.code).is_some(), "{}", diagnostic.code);
    }
    let mut done = 0;
    for call in &found {
        let whole = text.get(call.whole.clone()).expect("a call lies in the text");
        let opening = text.get(call.opening.clone()).expect("its opening tag does");
        assert!(done <= call.whole.start, "calls overlap");
        done = call.whole.end;
        assert!(!code.iter().any(|code| code.contains(&call.whole.start)), "{whole} begins in code");
        assert!(whole.starts_with(opening) && opening.contains(&call.name), "{whole}");
        assert!(whole.ends_with("}}") || whole.ends_with("%}"), "{whole}");
        if let Some(body) = &call.body {
            assert!(text.get(body.clone()).is_some());
            assert!(call.opening.end <= body.start && body.end <= call.whole.end);
        } else {
            assert_eq!(call.whole, call.opening);
        }
        // A call that is read by itself is the same call, where no code stands in it.
        let again = call::find(whole, &[], |_, _| ());
        assert!(!code.is_empty() || again.first().is_some_and(|again| again.name == call.name), "{whole}");
        let call = Call { name: call.name.clone(), text: opening.to_owned(), body: None };
        let _ = (call.named_arguments().count(), call.arguments().count());
    }
    assert!(call::may_hold(text) || found.is_empty() && told.is_empty(), "there are calls where none may be");
}

/// Ids, references and links, resolved in a small site: what is found is there, and what is secret stays so.
pub fn reference(text: &str) {
    let site = small_site();
    let from: Vec<Ix> = site.iter().map(|(ix, _)| ix).collect();
    for (line, target) in text.lines().enumerate() {
        let from = from[line % from.len()];
        for lang in ["en", "hy"] {
            match site.find(target, lang) {
                Ok(ix) => {
                    let surface = site.entry(ix);
                    let named = [fold(&surface.id.value), fold(surface.last_part())];
                    assert!(named.contains(&fold(target)), "{target} is {}", surface.id.value);
                    assert_eq!(site.entry(site.find(&fold(target), lang).expect("its folded form")).id, surface.id);
                }
                Err(Missing::Ambiguous(ids)) => assert!(ids.len() > 1),
                Err(_) => {}
            }
            let absent = site.words_for_absent(target, lang);
            assert!(site.find(target, lang).is_ok() || !says_secret(&absent) || says_secret(target), "{absent}");
            assert!(!says_secret(&site.name_of(target, lang)) || says_secret(target));
            if let Ok(resolved) = site.resolve_for(target, lang) {
                let words = site.words_of(&resolved, lang);
                assert!(!says_secret(&words) && !says_secret(&site.title(resolved.entry, lang)), "{words}");
            }
        }
        let _ = (site.resolve(target, from), site.nearest_id(target), site.is_doubled(target));
        if let Some(found) = site.follow(target, from) {
            let own = found.entry.is_some_and(|ix| site.entry(ix).url == *found.url);
            assert!(
                own || site.route(found.url.as_str()).is_some(),
                "{target} leads to {}, which is not there",
                found.url
            );
            assert!(plain_path(&found.url.output()));
            assert!(found.query.is_empty() || found.query.starts_with('?'));
        }
        let url = site.route(target).map(|route| route.url.as_str());
        assert!(url.is_none_or(|url| site.route(url).is_some_and(|same| same.url.as_str() == url)));
    }
}

/// URLs: a line is the folder, all others are paths, links and titles.
pub fn url(text: &str) {
    let from = text.lines().next().unwrap_or_default();
    for line in text.lines() {
        let slug = slugify(line);
        assert_eq!(slugify(&slug), slug, "a slug of a slug");
        assert!(!slug.contains(['/', '\\', ' ', '?', '#', '%', '.']), "{slug}");
        assert_eq!(fold(&fold(line)), fold(line), "a fold of a fold");
        for url in [Url::page(line.split('/')), Url::of_path(line), Url::page([slug.as_str()])].into_iter().flatten() {
            url_holds(&url);
            url_holds(&url.numbered(2));
            url_holds(&url.file("map.png"));
        }
        // A folder is one of the site.
        let folder = url::join("", from).unwrap_or_default();
        for from in [&*folder, "a/b", ""] {
            let joined = url::join(from, line);
            assert!(joined.as_ref().is_none_or(|joined| joined.is_empty() || is_inside(joined)), "{joined:?}");
        }
        let (path, fragment) = url::split(line);
        assert!(path.len() <= line.len() * 3 && line.contains('#') == fragment.is_some());
        assert!(line.contains(url::query(line)));
        let link = format!("x{}", url::fragment(Some(line)));
        assert_eq!(url::split(&link).1.as_deref(), Some(line), "{link}");
    }
}

/// The list of what an earlier build wrote: whatever it says, only what lies below the output folder comes out.
pub fn manifest(text: &str) {
    let listed = write::listed(text);
    for path in listed.iter().flatten() {
        assert!(is_inside_folder(path), "{path:?}");
    }
    let lines = format!("{text}\n");
    let count = lines.lines().count();
    for head in ["1\n".to_owned(), format!("2 {count}\n")] {
        let listed = write::listed(&format!("backgrounder manifest {head}{lines}")).expect("a manifest begins so");
        for path in listed {
            assert!(is_inside_folder(&path), "{path:?}");
        }
    }
    assert!(
        write::listed(&format!("backgrounder manifest 2 {}\n{lines}", count + 1)).is_none(),
        "one that was cut off is known"
    );
}

/// `site.yaml`: what comes out of it is sound, or it is told what is not.
pub fn config(text: &str) {
    let sources = alone("site.yaml", Area::Config, &as_read(text));
    let mut wrong = Vec::new();
    let read = config::of(&sources, &mut wrong);
    well_told(&wrong, &sources);
    let Some(config) = read else {
        assert!(!wrong.is_empty(), "nothing says why there is no configuration");
        return;
    };
    assert!(!config.base_url.ends_with('/') && !config.base_path.ends_with('/'));
    assert!(config.base_url.ends_with(&config.base_path));
    assert!(!config.langs.is_empty() && config.langs.iter().all(|lang| config::Language::is_tag(lang)));
    let _ =
        (config.markdown(), config.paginate_by(), config.feed_limit(), config.licence().map(config::Licence::words));
    let policy = policy::policy(&config, "", true);
    assert!(!policy.contains(['"', '<', '>', '\n', '&']), "{policy}");
    let own = config.keys.security.as_ref().map_or(0, |keys| {
        [&keys.images, &keys.scripts, &keys.styles, &keys.fonts, &keys.media, &keys.frames, &keys.connections]
            .map(Vec::len)
            .iter()
            .sum()
    });
    assert!(own > 0 || policy.split("; ").all(|directive| directive.split(' ').count() <= 3), "{policy}");
    if wrong.is_empty() {
        assert!(config::not_a_base_url(&config.keys.base_url.0).is_none());
        let headers = policy::headers(&config);
        let is_line = |line: &str| line.starts_with(&config.base_path) || line.starts_with("  ");
        assert!(headers.lines().all(is_line), "{headers}");
    }
}

/// The bytes of a picture: what stands beside the pixels, and that an SVG that only draws does nothing else.
pub fn picture(bytes: &[u8]) {
    let beside = exif::beside(&mut Cursor::new(bytes));
    assert!((1..=8).contains(&beside.orientation));
    assert_eq!(beside, exif::beside(&mut Cursor::new(bytes)));
    let acts = svg::acts(bytes);
    if acts.is_some() {
        return;
    }
    let text = std::str::from_utf8(bytes).expect("what is not UTF-8 is refused");
    // XML knows texts that HTML takes for tags; a picture with one is left to XML.
    if text.contains("<!") || text.contains("<?") {
        return;
    }
    tags::each(bytes, |piece| {
        let Piece::Start(tag) = piece else { return };
        let local = |name: &[u8]| {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            name.rsplit_once(':').map_or(name.clone(), |(_, local)| local.to_owned())
        };
        assert!(!matches!(&*local(tag.name), "script" | "foreignobject" | "iframe" | "object" | "embed"));
        for (name, value) in &tag.attributes {
            assert!(!local(name).starts_with("on"), "an event handler");
            let value = tags::value(value).to_lowercase();
            assert!(!(local(name) == "href" && value.trim_start().starts_with("javascript:")), "{value}");
        }
    });
}

/// Libraries of other tools: what comes out as a facts file is read as one, and comes back from what it is written as.
pub fn import(text: &str) {
    for read in [from_bibtex(text), from_csl_json(text)] {
        let imported = match read {
            Ok(imported) => imported,
            Err(error) => {
                assert!(error.line > 0 && error.line <= text.lines().count().max(1) + 1, "{error}");
                continue;
            }
        };
        let items: Vec<Item> = imported.into_iter().map(|Imported { item, .. }| seen(item)).collect();
        let facts = facts_yaml(&items, |id| id == "paper");
        let sources = alone("content/facts/all.yaml", Area::Content, &as_read(&facts));
        let file = the_file(&sources);
        assert_eq!(sources.get(file).text(), facts, "a file of facts is read as it was written");
        let parsed = parse::parse_source(file, sources.get(file), sound_config(), &Defaults::default());
        assert_eq!(parsed.wrong, [], "{facts}");
        assert_eq!(parsed.entries.len(), items.len(), "{facts}");
        let mut ids = HashSet::from(["paper"]);
        for (entry, item) in parsed.entries.iter().zip(&items) {
            assert!(ids.insert(&entry.surface.id.value), "{facts}");
            let Some(backgrounder::facts::Fact::Source(source)) = entry.surface.fact() else { panic!("no source") };
            let read = Item::of_source(&item.id, source, "en");
            assert_eq!(read, Item { note: None, ..item.clone() }, "{facts}");
            let _ = cited(item, &backgrounder::bibliography::ENGLISH);
        }
        let ours: Vec<Item> = parsed
            .entries
            .iter()
            .zip(&items)
            .map(|(entry, item)| Item { id: entry.surface.id.value.clone(), note: None, ..item.clone() })
            .collect();
        comes_back(&from_csl_json(&csl_json(&ours).to_string()), &ours, "CSL-JSON");
        comes_back(&from_bibtex(&bibtex(&ours)), &ours, "BibTeX");
    }
}

/// Where [`site`] cuts its bytes into files.
pub const CUT: &str = "\n%%%\n";

/// The files of [`site`], in the order of the pieces, each with what it begins with. The last is the first as it is edited.
const FILES: [(&str, &str); 6] = [
    ("content/articles/story.md", "---\ntitle: Story\n---\n"),
    ("content/facts/all.yaml", ""),
    ("templates/components/own.html", ""),
    ("content/_index.md", "---\ntitle: Home\n---\n"),
    ("site.yaml", "title: T\nbase_url: https://example.org/sub/\n"),
    ("content/articles/story.md", "---\ntitle: Story\n---\n"),
];

/// A piece as a file: behind what it begins with, unless it begins with front matter of its own.
fn file(begin: &str, piece: &[u8]) -> Vec<u8> {
    let begin = if begin.starts_with("---") && piece.starts_with(b"---\n") { "" } else { begin };
    [begin.as_bytes(), piece].concat()
}

/// A whole site: pieces of bytes as its files, made twice, and followed through one edit.
pub fn site(bytes: &[u8]) {
    let folder = Folder::new();
    let root = folder.0.path();
    let pieces = cut(bytes);
    for (i, (path, begin)) in FILES.iter().enumerate().take(FILES.len() - 1) {
        let piece = pieces.get(i).copied().unwrap_or_default();
        // A component that is not there is the theme's.
        if !(piece.is_empty() && begin.is_empty()) {
            put(&root.join(path), &file(begin, piece));
        }
    }
    let request = request(root);
    let (outputs, wrong, sources) = made(&request);
    well_told(&wrong, &sources);
    for output in &outputs {
        assert!(plain_path(&output.url.output()), "{}", output.url);
        if let Data::Bytes(bytes) = &output.data {
            let text = std::str::from_utf8(bytes);
            let is_text =
                [".html", ".xml", ".json", ".csv", ".ics"].iter().any(|end| output.url.output().ends_with(end));
            // Lines of calendars and tables end as their standards say.
            let shown = |text: &str| is_printable(&text.replace("\r\n", "\n"));
            assert!(!is_text || text.is_ok_and(shown), "{} holds what no page may", output.url);
        }
    }
    let urls: HashSet<&Url> = outputs.iter().map(|output| &output.url).collect();
    assert_eq!(urls.len(), outputs.len(), "two outputs at one URL");
    let (again, told, _) = made(&request);
    assert_eq!(wrong, told, "a second run tells something else");
    assert!(outputs == again, "a second run gives something else");
    let Some(edited) = pieces.get(FILES.len() - 1) else { return };
    let live = Live::start(&request);
    let (path, begin) = FILES[FILES.len() - 1];
    let path = root.join(path);
    put(&path, &file(begin, edited));
    let Some((next, _)) = live.next(&Touched::Files(vec![path])) else { return };
    let fresh = Live::start(&request);
    let (ours, theirs) = (to_json(&next.wrong, &next.sources), to_json(&fresh.wrong, &fresh.sources));
    assert_eq!(ours, theirs, "a site in memory tells something else than one from scratch");
    let rendered = |live: &Live| {
        let stage = live.stage.clone();
        let rendered = stage.map(|stage| render(&stage, &|_, rendered| rendered, &|_, _| (), &mut Vec::new()));
        rendered.into_iter().flatten().map(|output| (output.url.to_string(), output.data)).collect::<BTreeMap<_, _>>()
    };
    if next.stage.is_some() == fresh.stage.is_some() {
        assert!(rendered(&next) == rendered(&fresh), "a site in memory shows something else than one from scratch");
    }
}

/// A text as the reader of files hands it on: lines ended by `\n`, nothing in it that no output may hold.
fn as_read(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    printable(text)
}

fn source(path: &str, area: Area, text: &str) -> Source {
    Source { path: path.into(), shown: path.into(), area, content: Content::Text(text.into()) }
}

fn alone(path: &str, area: Area, text: &str) -> Sources {
    Sources::new(vec![source(path, area, text)])
}

fn the_file(sources: &Sources) -> FileId {
    sources.iter().next().expect("there is a file").0
}

/// What every diagnostic has: a code that is registered, places in the texts, and forms in which it can be told.
fn well_told(wrong: &[Diagnostic], sources: &Sources) {
    for told in wrong {
        assert!(rule::named(told.code).is_some(), "`{}` is no rule", told.code);
        assert!(!told.message.is_empty());
        for span in told.spans() {
            let len = sources.get(span.file).text().len();
            assert!(span.start <= span.end && span.end as usize <= len, "{told:?} in {len} bytes");
        }
    }
    let some = &wrong[..wrong.len().min(8)];
    if !some.is_empty() {
        let _ = (to_text(some, sources, 100), to_json(some, sources), to_sarif(some, sources));
    }
}

/// What holds of the place of something that is not wrong: it can be cut out of the text.
fn in_text(span: Span, sources: &Sources) {
    let text = sources.get(span.file).text();
    assert!(text.get(span.range()).is_some(), "{span:?} in {} bytes", text.len());
}

fn reads(text: &str, range: std::ops::Range<usize>, sources: &Sources) {
    match yaml::read(the_file(sources), text, range.clone()) {
        Ok(node) => tree_holds(&node, text, &range),
        Err(error) => {
            assert_eq!(error.code, "yaml-syntax");
            well_told(&[error], sources);
        }
    }
}

fn tree_holds(node: &Node, text: &str, within: &std::ops::Range<usize>) {
    let holds = |span: Span| {
        let range = span.range();
        assert!(within.start <= range.start && range.end <= within.end, "{range:?} is not in {within:?}");
        assert!(text.get(range.clone()).is_some(), "{range:?} cuts a character");
    };
    holds(node.span);
    match &node.value {
        Yaml::Null => {}
        Yaml::Scalar(text, _) => assert!(is_printable(text), "{text:?}"),
        Yaml::List(items) => items.iter().for_each(|item| tree_holds(item, text, within)),
        Yaml::Map(pairs) => {
            for (key, value) in pairs {
                holds(key.span);
                assert!(is_printable(&key.value), "{:?}", key.value);
                tree_holds(value, text, within);
            }
        }
    }
}

/// Whether two trees are the same, the second one's places `by` bytes later.
fn same_tree(one: &Node, other: &Node, by: u32) -> bool {
    let moved = |one: Span, other: Span| one.start + by == other.start && one.end + by == other.end;
    // Nothing stands nowhere.
    (moved(one.span, other.span) || matches!(one.value, Yaml::Null))
        && match (&one.value, &other.value) {
            (Yaml::List(one), Yaml::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_tree(one, other, by))
            }
            (Yaml::Map(one), Yaml::Map(other)) => {
                let same = |((key, one), (other_key, other)): (&(_, _), &(_, _))| {
                    let (key, other_key): (&backgrounder::source::At<String>, _) = (key, other_key);
                    key == other_key && moved(key.span, other_key.span) && same_tree(one, other, by)
                };
                one.len() == other.len() && one.iter().zip(other).all(same)
            }
            // What is no number equals nothing, itself neither.
            (one, other) => format!("{one:?}") == format!("{other:?}"),
        }
}

fn parsed_well(parsed: &Parsed, sources: &Sources) {
    well_told(&parsed.wrong, sources);
    assert!(parsed.broken.is_empty() || !parsed.wrong.is_empty(), "what is broken is not told");
    for entry in &parsed.entries {
        let surface = &entry.surface;
        in_text(surface.id.span, sources);
        let len = sources.get(surface.file).text().len();
        let extent = surface.extent.span;
        assert!(extent.start <= extent.end && extent.end as usize <= len + 1, "{extent:?} in {len} bytes");
        for field in surface.field_refs() {
            in_text(field.id.span, sources);
        }
        for body in surface.field_bodies().into_iter().chain([&*entry.body]).chain(&surface.lead) {
            body_holds(body, sources, surface.headings.len());
        }
        for mention in &surface.mentions {
            in_text(mention.target.span, sources);
        }
        assert!(surface.headings.iter().all(|heading| (1..=6).contains(&heading.level)));
    }
}

/// What holds of every date.
fn date_holds(date: &Edtf) {
    assert_eq!(date.to_string(), date.as_str());
    assert_eq!(Edtf::parse(date.as_str()).as_ref(), Ok(date));
    let (first, last) = date.order();
    assert!(first <= last);
    assert_eq!((date.earliest().unwrap_or(Day::MIN), date.latest().unwrap_or(Day::MAX)), (first, last));
    assert!(date.start().0 <= date.start().1 && date.end().0 <= date.end().1 && date.start().0 <= date.end().1);
    assert!(date.contains(date) && date.overlaps(date));
    assert!(!date.words("en").is_empty() && !date.words("en").contains('X') || date.words("en").contains('('));
    assert_eq!(date.words("hy"), date.as_str());
    assert!(date.level() <= 2);
    let _ = (date.precision(), date.year(), date.is_open(), date.is_qualified(), date.day());
    if let Some(machine) = date.machine() {
        assert_eq!(Edtf::parse(&machine).expect("HTML's dates are EDTF").order(), (first, last));
    }
    for day in [Day::MIN, first, first.plus_days(1), last, Day::MAX] {
        let told = date.until(day);
        assert_eq!(Edtf::parse(told.as_str()).as_ref(), Ok(&told));
        assert_eq!(told.order().0, first);
    }
}

fn document_holds(document: &Document, sources: &Sources, wrong: &[Diagnostic]) {
    body_holds(&document.body, sources, document.headings.len());
    if let Some(summary) = &document.summary {
        body_holds(summary, sources, document.headings.len());
    }
    let mut ids = HashSet::new();
    for heading in &document.headings {
        assert!((1..=6).contains(&heading.level));
        in_text(heading.id.span, sources);
        let is_new = ids.insert(&heading.id.value);
        assert!(
            is_new || wrong.iter().any(|told| told.code == "duplicate-id"),
            "two headings are {}",
            heading.id.value
        );
    }
}

/// What holds of a body and of those inside it.
fn body_holds(body: &Body, sources: &Sources, headings: usize) {
    assert!(is_printable(&body.html), "{:?}", body.html);
    let mut done = 0;
    for hole in &body.holes {
        assert!(done <= hole.at && body.html.is_char_boundary(hole.at), "{} in {:?}", hole.at, body.html);
        done = hole.at;
        in_text(hole.what.span, sources);
        assert!(hole.heading.is_none_or(|heading| (heading as usize) < headings));
        match &hole.what.value {
            What::Component(Call { body: Some(inner), .. }) | What::Reference { words: Some(inner), .. } => {
                body_holds(inner, sources, headings);
            }
            _ => {}
        }
    }
    let _ = (body.citations().len(), body.mentions().len());
}

/// What a link or picture that only the site can fill becomes here.
const PLACE: &str = "/a-place-in-the-site/";

/// The elements that Markdown makes.
const OF_MARKDOWN: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// What is not trusted stays out: nothing in the HTML runs, loads in a frame, or covers the page.
fn stays_out(body: &Body, html: Html) {
    for hole in &body.holes {
        if let What::Component(Call { body: Some(inner), .. }) | What::Reference { words: Some(inner), .. } =
            &hole.what.value
        {
            stays_out(inner, html);
        }
    }
    if html == Html::Trusted {
        return;
    }
    let fill = |hole: &Hole, out: &mut String| match &hole.what.value {
        What::Link(to) | What::Image(to) if !clean::is_harmless(to) => panic!("{to} does harm"),
        What::Link(_) => out.push_str(&format!(" href=\"{PLACE}\"")),
        What::Image(_) => out.push_str(&format!("src=\"{PLACE}\"")),
        What::Reference { .. } | What::Citation(_) | What::Component(_) => out.push_str("<x-hole></x-hole>"),
    };
    let filled = body.filled(fill);
    let (mut places, mut holes) = (0, 0);
    tags::each(filled.as_bytes(), |piece| {
        let Piece::Start(tag) = piece else { return };
        let name = String::from_utf8_lossy(tag.name).to_ascii_lowercase();
        if name == "x-hole" {
            holes += 1;
            return;
        }
        let Some((_, own)) = ELEMENTS.iter().find(|(element, _)| *element == name) else {
            panic!("<{name}> may not stand in {filled}")
        };
        assert!(html == Html::Safe || OF_MARKDOWN.contains(&&*name), "<{name}> is not of Markdown in {filled}");
        let (mut asks_out, mut apart) = (false, 0);
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).to_ascii_lowercase();
            let value = tags::value(value);
            let is_box = name == "input" && attribute == "type" && value.eq_ignore_ascii_case("checkbox");
            let is_apart = name == "a"
                && matches!((&*attribute, &*value), ("rel", "noopener") | ("referrerpolicy", "no-referrer"));
            let may_stand = own.contains(&&*attribute) || clean::may_stand_anywhere(&attribute) || is_box || is_apart;
            assert!(may_stand, "`{attribute}` may not stand in {filled}");
            let is_address = matches!(&*attribute, "href" | "src" | "cite");
            assert!(!is_address || runs_nothing(&value), "{value} does harm in {filled}");
            places += usize::from(is_address && value == PLACE);
            asks_out |= matches!(&*attribute, "href" | "src") && leads_out(&value);
            apart += usize::from(is_apart);
        }
        // A link out tells nothing of the reader, and a picture asks no other host.
        assert!(if asks_out { name == "a" && apart == 2 } else { apart == 0 }, "<{name}> leads out in {filled}");
    });
    let is_place = |hole: &&Hole| matches!(hole.what.value, What::Link(_) | What::Image(_));
    let expected = body.holes.iter().filter(is_place).count();
    // An element that holds no tags, and was left open, makes a text of the links behind it.
    assert!(places == expected || html == Html::Safe && places < expected, "a link is not where it counts in {filled}");
    assert_eq!(holes, body.holes.len() - expected, "a hole is not where it counts in {filled}");
}

/// Whether a browser that follows a link runs nothing: a scheme, as WHATWG URL reads one, is among those that may stand.
fn runs_nothing(link: &str) -> bool {
    let seen = link.trim_start_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "");
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let scheme = seen.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
    scheme.is_none_or(|scheme| clean::SCHEMES.contains(&&*scheme.to_ascii_lowercase()))
}

/// Whether a browser that follows a link asks another host, as WHATWG URL reads one on a page of a host.
fn leads_out(link: &str) -> bool {
    let seen = link.trim_start_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "").replace('\\', "/");
    let lower = seen.to_ascii_lowercase();
    seen.starts_with("//") || lower.starts_with("http:") || lower.starts_with("https:")
}

/// A configuration that is sound.
fn sound_config() -> &'static Arc<Config> {
    static CONFIG: OnceLock<Arc<Config>> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let text = "title: T\nbase_url: https://example.org/sub/\nlanguages: [hy]\n";
        let mut wrong = Vec::new();
        let config = config::of(&alone("site.yaml", Area::Config, text), &mut wrong);
        assert_eq!(wrong, []);
        Arc::new(config.expect("it is sound"))
    })
}

fn selection() -> Selection {
    let now = jiff::Timestamp::from_second(1_704_067_200).expect("a time");
    Selection { drafts: false, future: false, expired: false, now, as_of: None }
}

/// The site that [`reference`] looks into.
fn small_site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        let files = [
            ("content/_index.md", "---\ntitle: Home\n---\n[[war]]\n"),
            ("content/articles/_index.md", "---\ntitle: Articles\nkind: article\n---\n"),
            (
                "content/articles/story.md",
                "---\ntitle: Story\naliases: [old/story.html]\n---\n## First part\n[[war#a]] [@paper, p. 1]\n",
            ),
            ("content/articles/story.hy.md", "---\ntitle: Պատմություն\n---\n## Առաջին\n"),
            ("content/articles/Ünï code.md", "---\ntitle: Ü\ntags: [Peace, war]\n---\n"),
            ("content/background/story.md", "---\ntitle: Another story\n---\n"),
            ("content/background/draft.md", "---\ntitle: Draft\ndraft: true\n---\n"),
            ("content/background/v1.2.md", "---\ntitle: With a dot\n---\n"),
            ("content/facts/all.yaml", FACTS),
        ];
        let files = files.iter().map(|(path, text)| source(path, Area::Content, text));
        let sources = Arc::new(Sources::new(files.collect()));
        let parsed = parse::parse(&sources, sound_config());
        assert_eq!(parsed.wrong, []);
        link(parsed, sources, sound_config().clone(), selection()).0
    })
}

const FACTS: &str = "
events:
  war: { title: The war, date: 2020-09-27/2020-11-10, places: [town], sources: [paper, whistleblower] }
figures:
  dead: { measure: killed, scope: { event: war }, low: 6500, qualifier: at-least, as_of: 2020-11, attribution: { counted_by: paper }, sources: [paper] }
places:
  town: { name: Town }
actors:
  army: { name: Army, type: state-forces }
sources:
  paper: { type: report, title: Paper }
  whistleblower: { type: interview, title: Clandestine, sensitive: true }
";

/// Whether a text names the source that is never to be named.
fn says_secret(text: &str) -> bool {
    let text = fold(text);
    text.contains("whistleblower") || text.contains("clandestine")
}

/// Whether a path of an output is plain: inside the folder, nothing in it that leads elsewhere.
fn plain_path(path: &str) -> bool {
    is_inside(path) && !path.contains('\\') && !path.chars().any(char::is_control)
}

/// Whether a path with slashes stays inside, and has no empty parts but at its end.
fn is_inside(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Whether a path joined to a folder stays in it, and out of our own folder there.
fn is_inside_folder(path: &str) -> bool {
    use std::path::Component;
    let whole = Path::new("/output").join(path);
    let inner: Vec<Component<'_>> = whole.components().collect();
    let [Component::RootDir, Component::Normal(output), first, ..] = inner[..] else { return false };
    output == "output"
        && inner[1..].iter().all(|part| matches!(part, Component::Normal(_)))
        && first != Component::Normal(OWN_FOLDER.as_ref())
}

fn url_holds(url: &Url) {
    assert!(url.as_str().starts_with('/') && !url.as_str().starts_with("//"), "{url}");
    let output = url.output();
    assert!(plain_path(&output), "{output}");
    assert!(output.split('/').next() != Some(OWN_FOLDER), "{output}");
    for base in ["", "/sub", "https://example.org/sub"] {
        let href = url.href(base);
        let path = href.strip_prefix(base).expect("it begins with its base");
        assert!(
            path.is_ascii() && !path.contains(['"', '\'', '<', '>', ' ', '?', '#', '\\']) || path.contains('\''),
            "{path}"
        );
        assert_eq!(percent_decode_str(path).decode_utf8().as_deref(), Ok(url.as_str()));
        assert_eq!(url::split(path), (url.as_str().into(), None));
        assert_eq!(url::query(path), "");
    }
}

/// A work without what no output may hold, in whose place files of facts have U+FFFD.
fn seen(item: Item) -> Item {
    let some = |text: Option<String>| text.map(printable);
    Item {
        title: printable(item.title),
        author: some(item.author),
        publisher: some(item.publisher),
        container_title: some(item.container_title),
        url: some(item.url),
        archive: item.archive.map(|copy| Archive { url: printable(copy.url), ..copy }),
        language: some(item.language),
        licence: some(item.licence),
        csl_type: printable(item.csl_type),
        ..item
    }
}

/// Asserts that works were read, and are those that were written.
fn comes_back(read: &Result<Vec<Imported>, backgrounder::bibliography::BadFile>, written: &[Item], format: &str) {
    let read = read.as_ref().unwrap_or_else(|error| panic!("{format}: {error}"));
    // A brace without its other half is encoded in BibTeX.
    let braced = |url: &str| url.replace("%7B", "{").replace("%7D", "}");
    let same_url = |item: &Item| Item {
        url: item.url.as_deref().map(braced),
        archive: item.archive.clone().map(|copy| Archive { url: braced(&copy.url), ..copy }),
        ..item.clone()
    };
    let read: Vec<Item> = read.iter().map(|imported| same_url(&imported.item)).collect();
    assert_eq!(read, written.iter().map(same_url).collect::<Vec<_>>(), "{format}");
}

/// A folder in memory where the system has such, gone when it is dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self(folder.expect("a folder can be made"))
    }
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
    std::fs::write(path, bytes).expect("files can be written");
}

/// Bytes between the [`CUT`]s.
fn cut(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = bytes.windows(CUT.len()).position(|window| window == CUT.as_bytes()) {
        pieces.push(&bytes[..at]);
        bytes = &bytes[at + CUT.len()..];
    }
    pieces.push(bytes);
    pieces
}

fn request(root: &Path) -> Request {
    Request {
        root: root.to_owned(),
        config: root.join("site.yaml"),
        base_url: None,
        selection: selection(),
        git: Git::Never,
    }
}

fn made(request: &Request) -> (Vec<Rendered>, Vec<Diagnostic>, Arc<Sources>) {
    let mut made = load(request);
    let outputs = make(&mut made, &|rendered| rendered, &|_, _| ());
    (outputs, made.wrong, made.sources)
}
