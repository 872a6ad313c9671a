//! Parse: from one source to its entries. Pure, per file, in parallel; never fails as a whole.

use crate::config::Config;
use crate::decode::{Fields, Reading, Record, check_fact_id, read_id};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::entry::{Entry, Matter, Surface};
use crate::facts::Fact;
use crate::kind::{KINDS, Kind};
use crate::limits::LONGEST_NAME;
use crate::markdown::{self, Document, Origin};
use crate::page::{self, Page, Routing, SectionKeys, ViewKeys};
use crate::rule::Exceptions;
use crate::slug::slugify;
use crate::source::{Area, At, FileId, Source, Sources, Span};
use crate::url::Url;
use crate::yaml::{self, Node, Yaml};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What one source yields.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Its entries, in written order.
    pub entries: Vec<Entry>,
    /// Ids that stand in it but whose entry is broken, so that references to them are not told as well.
    pub broken: Vec<String>,
    /// Whether there is a facts file whose ids could not be seen.
    pub unread: bool,
    /// What was wrong.
    pub wrong: Vec<Diagnostic>,
}

/// The kind that each folder's `_index.md` gives to the pages below it, by folder.
#[derive(Debug, Default, PartialEq)]
pub struct Defaults(BTreeMap<String, Kind>);

impl Defaults {
    /// The kind that pages of `folder` have: of the nearest section above that says one.
    fn kind(&self, folder: &str) -> Option<Kind> {
        let mut folder = folder;
        loop {
            if let Some(kind) = self.0.get(folder) {
                return Some(*kind);
            }
            folder = match folder.rsplit_once('/') {
                Some((above, _)) => above,
                None if folder.is_empty() => return None,
                None => "",
            };
        }
    }
}

/// Parses all of `content/`, each file for itself.
pub fn parse(sources: &Sources, config: &Config) -> Parsed {
    let defaults = defaults(sources);
    let files: Vec<_> = sources.iter().filter(|(_, source)| source.area == Area::Content).collect();
    let parsed: Vec<Parsed> =
        files.into_par_iter().map(|(file, source)| parse_source(file, source, config, &defaults)).collect();
    together(&parsed)
}

/// What all sources yield, from what each does.
pub fn together<'p>(parts: impl IntoIterator<Item = &'p Parsed>) -> Parsed {
    let mut all = Parsed::default();
    for part in parts {
        all.entries.extend_from_slice(&part.entries);
        all.broken.extend_from_slice(&part.broken);
        all.unread |= part.unread;
        all.wrong.extend_from_slice(&part.wrong);
    }
    all
}

/// The default kinds that the sections give.
pub fn defaults(sources: &Sources) -> Defaults {
    let sections = sources.iter().filter(|(_, source)| gives_defaults(source));
    let kinds = sections.filter_map(|(file, source)| {
        let (Some(range), _) = page::split(file, source.text()).ok()? else { return None };
        let Yaml::Map(pairs) = yaml::read(file, source.text(), range).ok()?.value else { return None };
        let (_, node) = pairs.into_iter().find(|(key, _)| key.value == "kind")?;
        let Yaml::Scalar(word, _) = node.value else { return None };
        Some((folder(source).to_owned(), Kind::named(&word)?))
    });
    Defaults(kinds.filter(|(_, kind)| *kind != Kind::Section).collect())
}

/// Whether a file is one that gives default kinds.
pub fn gives_defaults(source: &Source) -> bool {
    source.area == Area::Content && name(source).starts_with("_index.")
}

/// Parses one file of `content/`. Files that are neither Markdown nor YAML yield nothing.
pub fn parse_source(file: FileId, source: &Source, config: &Config, defaults: &Defaults) -> Parsed {
    let mut parsed = match source.path.to_lowercase().rsplit_once('.').map(|(_, extension)| extension) {
        Some("md" | "markdown") => markdown_file(file, source, config, defaults),
        Some("yaml" | "yml") => facts_file(file, source, config),
        _ => Parsed::default(),
    };
    parsed.wrong.extend(parsed.entries.iter().flat_map(|entry| long_tags(&entry.surface)));
    parsed
}

/// Tags that can have no page, for its folder's name would be too long.
fn long_tags(surface: &Surface) -> Vec<Diagnostic> {
    let is_long = |tag: &&String| tag.len() > LONGEST_NAME && slugify(tag).len() > LONGEST_NAME;
    surface.tags().iter().filter(is_long).map(|tag| too_long("tag", tag, surface.id.span)).collect()
}

fn too_long(what: &str, name: &str, span: Span) -> Diagnostic {
    let begin: String = name.chars().take(30).collect();
    Diagnostic::error("bad-path", span, format!("the {what} `{begin}…` cannot be part of a URL"))
        .help(format!("a part of a path has at most {LONGEST_NAME} bytes"))
}

fn folder(source: &Source) -> &str {
    source.inner().rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(source: &Source) -> &str {
    source.path.rsplit('/').next().unwrap_or_default()
}

fn facts_file(file: FileId, source: &Source, config: &Config) -> Parsed {
    let mut parsed = Parsed::default();
    let text = source.text();
    match yaml::read(file, text, 0..text.len()) {
        Ok(node) => facts_by_kind(&node, Span::new(file, 0..text.len()).end, config, &mut parsed),
        Err(error) => {
            parsed.wrong.push(error);
            parsed.unread = true;
        }
    }
    parsed
}

/// Reads the facts of a file that is `end` bytes long.
fn facts_by_kind(node: &Node, end: u32, config: &Config, parsed: &mut Parsed) {
    let help = "a facts file looks like `events:`, below it an id, below that the event's keys";
    let pairs = mapping(node, "from kinds to facts", help, &mut parsed.wrong);
    let mut seen = HashMap::new();
    for (i, (key, facts)) in pairs.iter().enumerate() {
        let first = *seen.entry(key.value.as_str()).or_insert(key.span);
        if first != key.span {
            let message = format!("the key `{}` stands here a second time", key.value);
            parsed.wrong.push(Diagnostic::error("duplicate-key", key.span, message).also(first, "first here"));
        }
        if let Some(kind) = Kind::of_plural(&key.value) {
            let end = pairs.get(i + 1).map_or(end, |(next, _)| next.span.start);
            facts_of(kind, facts, end, config, parsed);
        } else {
            let plurals: Vec<_> = Kind::facts().filter_map(|info| info.plural).collect();
            let help = did_you_mean(&key.value, plurals.iter().copied())
                .unwrap_or_else(|| format!("the kinds are: {}", plurals.join(", ")));
            let message = format!("`{}` is not a kind of facts", key.value);
            parsed.wrong.push(Diagnostic::error("unknown-key", key.span, message).help(help));
            if let Yaml::Map(pairs) = &facts.value {
                parsed.broken.extend(pairs.iter().map(|(id, _)| id.value.clone()));
            }
        }
    }
}

/// Reads the facts of a kind, which stand before the byte `end`.
fn facts_of(kind: Kind, facts: &Node, end: u32, config: &Config, parsed: &mut Parsed) {
    let help = "each fact stands below its id: `war-2020:`, and its keys below that";
    let pairs = mapping(facts, "from ids to facts", help, &mut parsed.wrong);
    for (i, (id, node)) in pairs.iter().enumerate() {
        let end = pairs.get(i + 1).map_or(end, |(next, _)| next.span.start);
        let extent = At { value: (), span: Span { end, ..id.span } };
        let mut reading = reading(config, &mut parsed.wrong);
        let good_id = check_fact_id(id, &mut reading);
        let fact = Fields::of(node, id.span, &mut reading).and_then(|mut fields| {
            let fact = Fact::take(kind, &mut fields, &mut reading);
            let exceptions = Exceptions::take(&mut fields, &mut reading);
            fields.finish(&mut reading);
            fact.zip(exceptions)
        });
        let url = Url::page([kind.info().plural.unwrap_or_default(), &id.value]);
        if good_id && url.is_none() {
            parsed.wrong.push(too_long("id", &id.value, id.span));
        }
        match (fact, url) {
            (Some((fact, exceptions)), Some(url)) if good_id => {
                parsed.entries.push(fact_entry(kind, id.clone(), fact, exceptions, extent, url, config));
            }
            _ => parsed.broken.push(id.value.clone()),
        }
    }
}

fn reading<'a>(config: &'a Config, wrong: &'a mut Vec<Diagnostic>) -> Reading<'a> {
    Reading { markdown: config.markdown(), unknown_keys: config.unknown_keys(), langs: &config.langs, wrong }
}

/// The pairs of a mapping; none of what is empty, and none, told, of anything else.
fn mapping<'n>(node: &'n Node, what: &str, help: &str, wrong: &mut Vec<Diagnostic>) -> &'n [(At<String>, Node)] {
    match &node.value {
        Yaml::Map(pairs) => pairs,
        Yaml::Null => &[],
        other => {
            let message = format!("expected a mapping {what}, found {}", other.name());
            wrong.push(Diagnostic::error("wrong-type", node.span, message).help(help));
            &[]
        }
    }
}

fn fact_entry(
    kind: Kind,
    id: At<String>,
    fact: Fact,
    exceptions: Exceptions,
    extent: At<()>,
    url: Url,
    config: &Config,
) -> Entry {
    let file = id.span.file;
    let surface = Surface {
        id,
        kind,
        lang: config.lang().to_owned(),
        file,
        folder: String::new(),
        url,
        routing: Routing::default(),
        matter: Matter::Fact(Box::new(fact)),
        headings: Vec::new(),
        mentions: Vec::new(),
        lead: None,
        words: 0,
        counts: Vec::new(),
        allow: exceptions.allow,
        extent,
    };
    Entry { surface: Arc::new(surface), body: Arc::default() }
}

/// What a Markdown file's path says of its page.
struct Location<'a> {
    folder: &'a str,
    stem: &'a str,
    lang: &'a str,
}

fn locate<'a>(source: &'a Source, config: &'a Config) -> Location<'a> {
    let name = name(source);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let known = |lang: &str| lang == config.lang() || config.keys.languages.iter().any(|known| known.0 == lang);
    let (stem, lang) = match stem.rsplit_once('.') {
        Some((stem, lang)) if known(lang) => (stem, lang),
        _ => (stem, config.lang()),
    };
    Location { folder: folder(source), stem, lang }
}

fn markdown_file(file: FileId, source: &Source, config: &Config, defaults: &Defaults) -> Parsed {
    let mut parsed = Parsed::default();
    let at = locate(source, config);
    let id = page_id(&at);
    parsed.wrong.extend(unknown_language(file, &at, config));
    match markdown_entry(file, source, &at, &id, config, defaults, &mut parsed.wrong) {
        Some(entry) => parsed.entries.push(entry),
        None => parsed.broken.push(id),
    }
    parsed
}

/// `page.hy.md` where `hy` is no language of the site: it looks like a translation, and would be a page of its own.
fn unknown_language(file: FileId, at: &Location<'_>, config: &Config) -> Option<Diagnostic> {
    let (_, lang) = at.stem.rsplit_once('.')?;
    let looks_so = (2..=3).contains(&lang.len()) && lang.bytes().all(|byte| byte.is_ascii_lowercase());
    let message = format!("`{lang}` is not a language of this site");
    let help =
        format!("its languages are: {}; `languages` in the site's configuration adds others", config.langs.join(", "));
    looks_so.then(|| Diagnostic::error("unknown-language", Span::new(file, 0..0), message).help(help))
}

/// `articles/story`; of `_index.md` and `index.md` their folder; of the home page `index`.
fn page_id(at: &Location<'_>) -> String {
    match (at.folder, at.stem) {
        ("", "_index" | "index") => "index".to_owned(),
        (folder, "_index" | "index") => folder.to_owned(),
        ("", stem) => stem.to_owned(),
        (folder, stem) => format!("{folder}/{stem}"),
    }
}

fn markdown_entry(
    file: FileId,
    source: &Source,
    at: &Location<'_>,
    id: &str,
    config: &Config,
    defaults: &Defaults,
    wrong: &mut Vec<Diagnostic>,
) -> Option<Entry> {
    let text = source.text();
    let start = Span::new(file, 0..text.lines().next().map_or(0, str::len));
    let (front, body_start) = page::split(file, text).map_err(|error| wrong.push(error)).ok()?;
    let empty = front.is_some();
    let Some(front) = front.filter(|range| !text[range.clone()].trim().is_empty()) else {
        let message = if empty { "this front matter is empty" } else { "this page has no front matter" };
        wrong.push(
            Diagnostic::error("front-matter", start, message)
                .help("begin the file with lines of `---`, and between them at least `title: …`"),
        );
        return None;
    };
    let node = yaml::read(file, text, front).map_err(|error| wrong.push(error)).ok()?;
    let mut reading = reading(config, wrong);
    let mut fields = Fields::of(&node, start, &mut reading)?;
    let kind = kind_of(&mut fields, at, defaults, &mut reading)?;
    let routing = Routing::take(&mut fields, &mut reading);
    let matter = matter(kind, &mut fields, &mut reading);
    let exceptions = Exceptions::take(&mut fields, &mut reading);
    fields.finish(&mut reading);
    let unbound = config.keys.rules.of("unbound-number").is_none_or(|level| level.severity().is_some());
    let prose_of = unbound.then_some(at.lang);
    let origin = Origin::Exact(Span::new(file, body_start..text.len()));
    let document = markdown::document(&text[body_start..], origin, config.markdown(), prose_of, wrong);
    let (routing, matter, exceptions) = (routing?, matter?, exceptions?);
    let url = page_url(at, &routing, kind, start, config, wrong)?;
    let (id, folder) = if kind.is_fact() {
        (fact_id(at, &routing, start, config, wrong)?, String::new())
    } else {
        (At { value: id.to_owned(), span: start }, at.folder.to_owned())
    };
    let extent = At { value: (), span: Span::new(file, 0..text.len() + 1) };
    Some(page_entry(kind, id, at.lang, folder, extent, url, routing, matter, exceptions, document))
}

#[expect(clippy::too_many_arguments, reason = "a constructor: each argument is a field")]
fn page_entry(
    kind: Kind,
    id: At<String>,
    lang: &str,
    folder: String,
    extent: At<()>,
    url: Url,
    routing: Routing,
    matter: Matter,
    exceptions: Exceptions,
    document: Document,
) -> Entry {
    let surface = Surface {
        id,
        kind,
        lang: lang.to_owned(),
        file: extent.span.file,
        folder,
        url,
        routing,
        matter,
        mentions: document.body.mentions(),
        headings: document.headings,
        lead: document.summary,
        words: document.words,
        counts: document.counts,
        allow: exceptions.allow,
        extent,
    };
    Entry { surface: Arc::new(surface), body: Arc::new(document.body) }
}

/// A fact with a text of its own has the id of a fact: its slug, or its file's name.
fn fact_id(
    at: &Location<'_>,
    routing: &Routing,
    start: Span,
    config: &Config,
    wrong: &mut Vec<Diagnostic>,
) -> Option<At<String>> {
    let named = At { value: at.stem.to_owned(), span: start };
    let id = routing.slug.clone().unwrap_or(named);
    check_fact_id(&id, &mut reading(config, wrong)).then_some(id)
}

fn kind_of(fields: &mut Fields<'_>, at: &Location<'_>, defaults: &Defaults, reading: &mut Reading<'_>) -> Option<Kind> {
    let written = fields.node("kind");
    let section = at.stem == "_index";
    let Some(node) = written else {
        return Some(if section { Kind::Section } else { defaults.kind(at.folder).unwrap_or(Kind::Page) });
    };
    let word = read_id(node, reading)?;
    let kind = Kind::named(&word.value).filter(|kind| *kind != Kind::Section);
    if kind.is_none() {
        let names: Vec<_> = KINDS.iter().map(|info| info.name).filter(|name| *name != "section").collect();
        let help = did_you_mean(&word.value, names.iter().copied())
            .unwrap_or_else(|| format!("the kinds are: {}", names.join(", ")));
        let message = format!("`{}` is not a kind", word.value);
        reading.wrong.push(Diagnostic::error("wrong-type", node.span, message).help(help));
    }
    // In a section the key says what its pages are.
    if section { kind.map(|_| Kind::Section) } else { kind }
}

fn matter(kind: Kind, fields: &mut Fields<'_>, reading: &mut Reading<'_>) -> Option<Matter> {
    match kind {
        Kind::Section => {
            let keys = SectionKeys::take(fields, reading);
            let page = Page::take(fields, reading);
            Some(Matter::Section(Box::new(page?), keys?))
        }
        Kind::Timeline | Kind::Figures | Kind::Claims => {
            let keys = ViewKeys::take(fields, reading);
            let page = Page::take(fields, reading);
            Some(Matter::View(Box::new(page?), Box::new(keys?)))
        }
        kind if kind.is_fact() => Fact::take(kind, fields, reading).map(|fact| Matter::Fact(Box::new(fact))),
        _ => Page::take(fields, reading).map(|page| Matter::Page(Box::new(page))),
    }
}

fn page_url(
    at: &Location<'_>,
    routing: &Routing,
    kind: Kind,
    start: Span,
    config: &Config,
    wrong: &mut Vec<Diagnostic>,
) -> Option<Url> {
    let prefix = if at.lang == config.lang() { "" } else { at.lang };
    let odd = |written: &At<String>, wrong: &mut Vec<Diagnostic>| wrong.push(bad_path(written));
    if let Some(path) = &routing.path {
        let url = Url::of_path(&format!("{prefix}/{}", path.value));
        return url.or_else(|| {
            odd(path, wrong);
            None
        });
    }
    let folders: Vec<String> = at.folder.split('/').map(slugify).collect();
    let last = match (&routing.slug, at.stem) {
        (Some(slug), _) => slug.value.clone(),
        (None, "_index" | "index") => String::new(),
        (None, stem) if kind.is_fact() => stem.to_owned(),
        (None, stem) => slugify(stem),
    };
    let nameless = last.is_empty() && !matches!(at.stem, "_index" | "index") && routing.slug.is_none();
    let segments = std::iter::once(prefix).chain(folders.iter().map(String::as_str)).chain([last.as_str()]);
    let url = Url::page(segments).filter(|_| !nameless);
    match (url, &routing.slug) {
        (Some(url), Some(slug)) if !slug.value.trim().is_empty() => Some(url),
        (Some(url), None) => Some(url),
        (_, Some(slug)) => {
            odd(slug, wrong);
            None
        }
        (None, None) => {
            let message = format!("this file's name, `{}`, cannot be part of a URL", at.stem);
            wrong.push(Diagnostic::error("bad-path", start, message).help("rename the file, or give it a `slug`"));
            None
        }
    }
}

/// A `slug`, `path` or alias that no URL can be made of.
pub fn bad_path(written: &At<String>) -> Diagnostic {
    let help = if written.value.contains("://") {
        "this is a URL of some site; write the path below this site's root"
    } else if written.value.trim().is_empty() {
        "give it at least a letter, or leave the key out"
    } else if written.value.trim_start_matches('/').to_lowercase().starts_with(crate::url::OWN_FOLDER) {
        "`.backgrounder` in the output is Backgrounder's own folder"
    } else if written.value.contains(['?', '#']) {
        "leave out `?` and `#` and what stands behind them: a static host does not see it"
    } else if written.value.split('/').any(|part| part.len() > LONGEST_NAME) {
        "a part of a path has at most 255 bytes, as names of files have"
    } else if written.value.contains('/') && !written.value.contains("..") {
        "a `slug` is one part of a URL; `path` takes several"
    } else {
        "leave out `..`, backslashes and control characters"
    };
    Diagnostic::error("bad-path", written.span, format!("`{}` cannot be part of a URL", written.value)).help(help)
}
