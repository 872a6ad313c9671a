//! Views: what templates see of entries, as Tera values that are made once and shared.

use crate::body::{Body, Call, Cite, Hole, Piece, What};
use crate::citing;
use crate::date::{Edtf, When};
use crate::decode::{Field, Links};
use crate::diagnostic::Diagnostic;
use crate::embed;
use crate::endless;
use crate::entry::Surface;
use crate::facts::{Fact, SourceUse};
use crate::kind::Kind;
use crate::limits::{DEEPEST_TEXT, LONGEST_PRINTED};
use crate::link::card_url;
use crate::markdown::{Html, escaped};
use crate::pictures;
use crate::plain::{Plain, counted};
use crate::printed::part;
use crate::site::{Ix, Site, Tag};
use crate::slug::{fold, slugify};
use crate::source::Span;
use crate::templates::own_components;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use tera::{Context, Map, Tera, Value};

/// Words a reader takes in per minute.
const WORDS_PER_MINUTE: usize = 230;

/// About how many names an entry has in templates.
const MOST_NAMES: usize = 48;

/// A map of values for templates.
#[macro_export]
macro_rules! values {
    ($($key:literal: $value:expr,)*) => {{
        const COUNT: usize = [$($key),*].len();
        let mut map = tera::Map::with_capacity_and_hasher(COUNT, Default::default());
        $( map.insert($key.into(), tera::Value::from($value)); )*
        map
    }};
}

/// The linked site as templates see it: the graph, and the value of every entry once somebody asks for it.
pub struct World {
    /// The site.
    pub site: Arc<Site>,
    stubs: Vec<OnceLock<Value>>,
    views: Vec<OnceLock<View>>,
    /// The site's tags, each as its name and URL.
    tags: OnceLock<Vec<Value>>,
    /// The components that the site itself defines.
    components: OnceLock<HashSet<String>>,
    /// How many views are made.
    made: AtomicUsize,
    /// The templates, whose functions in turn hold the world.
    tera: OnceLock<Weak<Tera>>,
}

/// The value of an entry, and what went wrong while it was made.
struct View {
    value: Value,
    wrong: Vec<Diagnostic>,
}

thread_local! {
    /// Whether this thread is making a view: no other is to be had meanwhile, or two could wait for each other.
    static MAKING: Cell<bool> = const { Cell::new(false) };
}

/// That a view is being made on this thread, until it is dropped.
struct Making {
    outer: bool,
}

impl Making {
    fn begin() -> Self {
        Self { outer: MAKING.replace(true) }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        MAKING.set(self.outer);
    }
}

impl World {
    /// A site none of whose values is made yet.
    pub fn new(site: Arc<Site>) -> Self {
        let len = site.entries.len();
        let (mut stubs, mut views) = (Vec::new(), Vec::new());
        stubs.resize_with(len, OnceLock::new);
        views.resize_with(len, OnceLock::new);
        Self {
            site,
            stubs,
            views,
            tags: OnceLock::new(),
            components: OnceLock::new(),
            made: AtomicUsize::new(0),
            tera: OnceLock::new(),
        }
    }

    /// Whether a text that is not trusted may call a component, by its name in templates.
    fn may_be_called(&self, component: &str) -> bool {
        OF_TEXTS.contains(&component)
            || self.components.get_or_init(|| own_components(&self.site.sources)).contains(component)
    }

    /// Gives the world its templates, for the components that references and citations become. Once.
    pub fn set_templates(&self, tera: &Arc<Tera>) {
        let fresh = self.tera.set(Arc::downgrade(tera)).is_ok();
        debug_assert!(fresh, "templates are set once");
    }

    /// What a reference to an entry brings.
    pub fn stub(&self, ix: Ix) -> Value {
        self.stubs[ix.0 as usize].get_or_init(|| stub(&self.site, ix, self.site.entry(ix)).into()).clone()
    }

    /// What pages show of the site's tags, in their order.
    fn tags(&self) -> &[Value] {
        let tag = |tag: &Tag| values! { "name": tag.name.as_str(), "url": href(&self.site, &tag.url), }.into();
        self.tags.get_or_init(|| self.site.tags.iter().map(tag).collect())
    }

    /// What templates see of an entry when they look at it from another page.
    pub fn view(&self, ix: Ix) -> &Value {
        &self.made(ix).value
    }

    /// What went wrong while the view of an entry was made.
    pub fn told(&self, ix: Ix) -> &[Diagnostic] {
        &self.made(ix).wrong
    }

    /// How many views are made: each is a few kilobytes.
    pub fn views_made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Whether a view is being made on this thread.
    pub fn is_being_seen() -> bool {
        MAKING.get()
    }

    fn made(&self, ix: Ix) -> &View {
        self.views[ix.0 as usize].get_or_init(|| {
            let tera = self.tera.get().and_then(Weak::upgrade).expect("a world is seen while its templates are there");
            self.made.fetch_add(1, Ordering::Relaxed);
            let _making = Making::begin();
            let _mark = endless::making(&self.site.entry(ix).id.value);
            let filler = Filler::new(self, &tera, ix);
            let value = citing::outside(|| view(&filler, ix)).into();
            View { value, wrong: filler.wrong.into_inner() }
        })
    }
}

/// The `href` of a page of the site.
pub fn href(site: &Site, url: &crate::url::Url) -> String {
    url.href(&site.config.base_path)
}

/// The URL with the base URL before it.
pub fn permalink(site: &Site, url: &crate::url::Url) -> String {
    url.href(&site.config.base_url)
}

/// What a reference to an entry brings.
pub fn stub(site: &Site, ix: Ix, surface: &Surface) -> Map {
    let lang = &surface.lang;
    let page = site.has_page(ix);
    values! {
        "id": if page { surface.id.value.as_str() } else { "" },
        "kind": surface.kind.name(),
        "title": site.title(ix, lang),
        "url": page.then(|| href(site, &surface.url)),
        "printed": site.printed(ix, lang),
    }
}

fn view(filler: &Filler<'_>, ix: Ix) -> Map {
    let site = &*filler.world.site;
    let surface = site.entry(ix);
    let mut map = Map::with_capacity(MOST_NAMES);
    map.extend(filler.world.stub(ix).into_map().unwrap_or_default());
    map.insert("permalink".into(), site.has_page(ix).then(|| permalink(site, &surface.url)).into());
    let card = (site.has_page(ix) && site.config.has_cards()).then(|| permalink(site, &card_url(surface)));
    map.insert("card".into(), card.into());
    map.insert("lang".into(), surface.lang.as_str().into());
    if !site.has_page(ix) {
        map.insert("fact".into(), Map::new().into());
        return map;
    }
    surface.put(filler, &mut map);
    map.insert("title".into(), site.title(ix, &surface.lang).into());
    let lead = lead(surface);
    let plain = lead.map(|body| Plain::of(site, &surface.lang, ix, body, |_, note| note)).unwrap_or_default();
    let description = surface.page().and_then(|page| page.description.clone());
    map.insert("description".into(), description.unwrap_or_else(|| plain.to_string()).into());
    map.insert("summary".into(), lead.map_or_else(Value::none, |body| filler.html(body)));
    map.insert("summary_text".into(), plain.text.into());
    map.insert("borne_by".into(), plain.notes.into());
    map.insert("tags".into(), tags(filler.world, surface).into());
    map.insert("extra".into(), surface.routing.extra.value(filler));
    map.insert("weight".into(), surface.routing.weight.into());
    map.insert("embed".into(), embed::page(site, ix).map(|url| href(site, url)).into());
    map.insert("oembed".into(), embed::told(site, ix).map(|url| permalink(site, url)).into());
    map.insert("words".into(), surface.words.into());
    map.insert("reading_time".into(), surface.words.div_ceil(WORDS_PER_MINUTE).into());
    map.extend(family(filler, ix, surface));
    map
}

/// What an entry says of itself first.
fn lead(surface: &Surface) -> Option<&Body> {
    let own = match surface.fact() {
        Some(fact) => fact.summary(&surface.lang),
        None => surface.page().and_then(|page| page.summary.as_ref()).map(|text| text.pick(&surface.lang)),
    };
    own.or(surface.lead.as_ref())
}

fn tags(world: &World, surface: &Surface) -> Vec<Value> {
    let number = |name: &String| {
        let slug = slugify(name);
        world.site.tags.binary_search_by(|tag| tag.slug.as_str().cmp(&slug)).ok()
    };
    // Two spellings of one tag are one.
    let mut seen = Vec::new();
    for tag in surface.tags().iter().filter_map(number) {
        if !seen.contains(&tag) {
            seen.push(tag);
        }
    }
    seen.into_iter().map(|tag| world.tags()[tag].clone()).collect()
}

/// The headings of a page. They are part of no view: only the page itself shows them, and they would be a third of it.
pub fn toc(site: &Site, surface: &Surface) -> Vec<Value> {
    let heading = |heading: &crate::body::Heading| {
        let text = heading_text(site, surface, &heading.text);
        values! { "level": heading.level, "id": heading.id.value.as_str(), "text": text, }.into()
    };
    surface.headings.iter().map(heading).collect()
}

/// A heading's words, references in it printed as what they point at.
pub fn heading_text(site: &Site, surface: &Surface, pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Reference(target) => match site.resolve_for(target, &surface.lang) {
            Ok(resolved) => site.words_of(&resolved, &surface.lang),
            Err(_) => site.words_for_absent(target, &surface.lang),
        },
    });
    words.collect()
}

/// Section, neighbours and translations of a page.
fn family(filler: &Filler<'_>, ix: Ix, surface: &Surface) -> Map {
    let site = &*filler.world.site;
    if surface.kind.is_fact() {
        return Map::new();
    }
    let near = site.neighbours[ix.0 as usize];
    let stub = |ix: Option<Ix>| ix.map_or_else(Value::none, |ix| filler.world.stub(ix));
    let same = site.index.ids.get(&fold(&surface.id.value)).map_or(&[][..], Vec::as_slice);
    let translations: Vec<Value> = same
        .iter()
        .filter(|other| **other != ix)
        .map(|other| {
            let other = site.entry(*other);
            let title = other.page().map_or("", |page| page.title.pick(&other.lang));
            values! { "lang": other.lang.as_str(), "title": title, "url": href(site, &other.url), }.into()
        })
        .collect();
    values! {
        "section": stub(near.section),
        "previous": stub(near.previous),
        "next": stub(near.next),
        "translations": translations,
    }
}

/// The components of the theme that are made for texts, and take care with whatever they are given.
const OF_TEXTS: [&str; 9] =
    ["timeline", "figures", "figure_chart", "claims", "map", "sources", "note", "image", "video"];

/// Fills the holes of one page's texts.
pub struct Filler<'a> {
    world: &'a World,
    /// The templates, for the components that references and citations become.
    tera: &'a Tera,
    from: Ix,
    /// Context for component calls in the text; none where components are not rendered.
    components: Option<&'a Context>,
    /// How many texts are being printed inside one another.
    depth: usize,
    /// How many bytes references to fields have printed, inside one another too.
    printed: Rc<Cell<usize>>,
    /// What went wrong while holes were filled.
    pub wrong: RefCell<Vec<Diagnostic>>,
}

impl<'a> Filler<'a> {
    /// Fills for texts that other pages show: component calls and citations in them stay empty, for
    /// what they lead to stands on the page of `from` alone.
    pub fn new(world: &'a World, tera: &'a Tera, from: Ix) -> Self {
        Self { world, tera, from, components: None, depth: 0, printed: Rc::default(), wrong: RefCell::default() }
    }

    /// Fills for the page of `from` itself.
    #[must_use]
    pub fn with_components(self, context: &'a Context) -> Self {
        Self { components: Some(context), ..self }
    }

    /// The HTML of a body.
    pub fn fill(&self, body: &Body) -> String {
        body.filled(|hole, out| self.hole(hole, out))
    }

    fn hole(&self, hole: &Hole, out: &mut String) {
        let span = hole.what.span;
        match &hole.what.value {
            What::Reference { target, words } => {
                let words = words.as_ref().map(|words| self.fill(words));
                out.push_str(&self.reference(target, words.as_deref(), span));
            }
            What::Citation(cites) => {
                let marks = self.citation(cites, span);
                // A mark stands close behind its word, and so does what follows where there is none.
                out.truncate(out.trim_end().len());
                out.push_str(&marks);
            }
            What::Link(link) => out.push_str(&self.link(link)),
            What::Image(src) => out.push_str(&self.image(src)),
            What::Component(call) => out.push_str(&self.component(call, span)),
        }
    }

    fn lang_of_page(&self) -> &str {
        &self.world.site.entry(self.from).lang
    }

    fn link(&self, link: &str) -> String {
        let site = &*self.world.site;
        // A link that leads nowhere was told by linking.
        let Some(to) = site.follow(link, self.from) else { return String::new() };
        let own = self.components.is_some() && to.entry == Some(self.from) && link.starts_with('#');
        let mut href = if own { String::new() } else { href(site, to.url) };
        href.push_str(to.query);
        href.push_str(&crate::url::fragment(to.fragment.as_deref()));
        [" href=\"", &escaped(&href), "\""].concat()
    }

    fn image(&self, src: &str) -> String {
        let site = &*self.world.site;
        let Some(to) = site.follow(src, self.from) else { return "src=\"\"".to_owned() };
        let shown = site.route(to.url.as_str()).map(|route| pictures::shown(site, route));
        shown.map_or_else(|| format!("src=\"{}\"", escaped(&href(site, to.url))), |shown| shown.attributes())
    }

    fn reference(&self, target: &str, words: Option<&str>, span: Span) -> String {
        let site = &*self.world.site;
        // What does not resolve was told by linking; here its words stand without a link.
        let Ok(resolved) = site.resolve(target, self.from) else {
            return words.map_or_else(|| escaped(&site.words_for_absent(target, self.lang_of_page())), str::to_owned);
        };
        let figure = match site.entry(resolved.entry).fact() {
            Some(Fact::Figure(figure)) => Some(figure),
            _ => None,
        };
        let printed = match &resolved.field {
            Some(field) if words.is_none() => Some(self.field(resolved.entry, field, span)),
            _ => None,
        };
        // A number of a figure keeps what every figure brings along: its date, its counter, its sources; behind words of a claim
        // stands who said them.
        let fact = site.entry(resolved.entry).fact();
        let is_borne = fact.zip(resolved.field.as_deref()).is_some_and(|(fact, field)| fact.is_borne(field));
        if let (Some(printed), false) = (&printed, is_borne) {
            let quoted = fact.zip(resolved.field.as_deref()).and_then(|(fact, field)| fact.quoted(field));
            return printed.clone() + &quoted.map_or_else(String::new, |source| self.quoted(source, span));
        }
        let stub = self.world.stub(resolved.entry);
        // A heading that is not there was told by linking.
        let known = |id: &String| site.entry(resolved.entry).headings.iter().any(|heading| heading.id.value == *id);
        let fragment = crate::url::fragment(resolved.heading.filter(known).as_deref());
        let url = site.has_page(resolved.entry).then(|| href(site, &site.entry(resolved.entry).url) + &fragment);
        let has_words = words.is_some();
        let words = words.map(str::to_owned).or(printed);
        let words = words.unwrap_or_else(|| escaped(&site.printed(resolved.entry, self.lang_of_page())));
        // A link holds no other: where the words lead somewhere themselves, the link stands behind them.
        // Words that a claim's field prints would read as ours.
        let is_said = is_borne && figure.is_none() && !has_words;
        let apart = url.clone().filter(|_| is_said || has_link(&words));
        let own = self.components.is_some();
        let marks = figure.filter(|_| own).map_or_else(Vec::new, |figure| {
            let cites = figure.sources.0.iter().map(|source| (source.id(), source.locator()));
            citing::marks(site, self.lang_of_page(), cites)
        });
        let note = figure.map_or_else(String::new, |figure| counted(site, self.lang_of_page(), figure));
        let mut context = Context::new();
        context.insert_value("target", stub);
        context.insert_value("href", if apart.is_some() { Value::none() } else { url.into() });
        context.insert_value("words", Value::safe_string(&words));
        context.insert_value("marks", marks.into());
        context.insert_value("note", note.as_str().into());
        let text = self.piece("reference", &context, span);
        if apart.is_none() {
            return text;
        }
        let title = escaped(&site.title(resolved.entry, self.lang_of_page()));
        context.insert_value("href", apart.into());
        context.insert_value("words", Value::safe_string(&title));
        context.insert_value("marks", Vec::<Value>::new().into());
        format!("{text} ({})", self.piece("reference", &context, span))
    }

    fn field(&self, entry: Ix, field: &str, span: Span) -> String {
        let site = &*self.world.site;
        let surface = site.entry(entry);
        // What is sensitive, and a field that no such entry has, was told by linking.
        let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
        if !site.has_page(entry) || !crate::link::field_names(surface).contains(&first) {
            return String::new();
        }
        if self.depth >= DEEPEST_TEXT {
            let message = format!("`{}` prints a text that prints another, and so on without end", surface.id.value);
            self.wrong.borrow_mut().push(Diagnostic::error("reference-cycle", span, message));
            return String::new();
        }
        if self.printed.get() > LONGEST_PRINTED {
            // Told once.
            if self.printed.replace(usize::MAX) != usize::MAX {
                let message = format!("with `{}` texts print more than 1 MiB of one another here", surface.id.value);
                self.wrong.borrow_mut().push(Diagnostic::error("reference-cycle", span, message));
            }
            return String::new();
        }
        // Citations in the text that is printed are not this page's.
        let so_far = Rc::clone(&self.printed);
        let plain = Filler { depth: self.depth + 1, printed: so_far, ..Filler::new(self.world, self.tera, self.from) };
        let own = surface.value_of(first, &plain);
        let value = own.or_else(|| stub(site, entry, surface).get(&tera::value::Key::Str(first)).cloned());
        self.wrong.borrow_mut().append(&mut plain.wrong.into_inner());
        let text = value.and_then(|value| part(&value, rest, self.lang_of_page())).unwrap_or_else(|| {
            let message = format!("`{}` has nothing under `{field}` that can be printed", surface.id.value);
            self.wrong.borrow_mut().push(Diagnostic::error("dangling-reference", span, message));
            String::new()
        });
        self.printed.set(self.printed.get().saturating_add(text.len()));
        text
    }

    /// What stands behind words of a source: its mark, or where a text has no marks, its title.
    fn quoted(&self, source: &SourceUse, span: Span) -> String {
        if self.components.is_none() {
            return format!(" ({})", escaped(&self.world.site.printed_as(source.id(), self.lang_of_page())));
        }
        let cite = Cite { id: source.id().to_owned(), locator: source.locator().to_owned() };
        self.citation(&[cite], span)
    }

    fn citation(&self, cites: &[Cite], span: Span) -> String {
        if self.components.is_none() {
            return String::new();
        }
        let cites = cites.iter().map(|cite| (cite.id.as_str(), cite.locator.as_str()));
        let marks = citing::marks(&self.world.site, self.lang_of_page(), cites);
        if marks.is_empty() {
            return String::new();
        }
        let mut context = Context::new();
        context.insert_value("marks", marks.into());
        self.piece("citation", &context, span)
    }

    /// A component of the theme that a piece of text becomes.
    fn piece(&self, component: &str, context: &Context, span: Span) -> String {
        match self.tera.render_component(component, context, None, true) {
            Ok(html) => html.trim().to_owned(),
            Err(error) => {
                let sources = &self.world.site.sources;
                self.wrong.borrow_mut().push(crate::templates::diagnose(&error, sources, Some(span), None));
                String::new()
            }
        }
    }

    fn component(&self, call: &Call, span: Span) -> String {
        let Some(context) = self.components else { return String::new() };
        let mut context = context.clone();
        // Names in templates have no hyphen: `figure-chart` is `figure_chart` there.
        let name = call.name.replace('-', "_");
        if self.world.site.config.markdown().html != Html::Trusted && !self.world.may_be_called(&name) {
            let message = format!("the component `{}` is for templates, and texts may not call it here", call.name);
            let help = format!(
                "texts may call {}, and the site's own components; `markdown: html` in site.yaml does not trust them with others",
                OF_TEXTS.map(|name| format!("`{}`", name.replace('_', "-"))).join(", ")
            );
            self.wrong.borrow_mut().push(Diagnostic::error("component-syntax", span, message).help(help));
            return String::new();
        }
        let opening = call.text.replacen(&call.name, &name, 1);
        let rendered = citing::attempt(|| {
            let source = match &call.body {
                Some(body) => {
                    context.insert_value("__body", Value::safe_string(&self.fill(body)));
                    format!("{opening}{{{{ __body }}}}{{% </{name}> %}}")
                }
                None => opening.clone(),
            };
            self.tera.render_str(&source, &context, true)
        });
        match rendered {
            Ok(html) => html,
            Err(error) => {
                let sources = &self.world.site.sources;
                self.wrong.borrow_mut().push(crate::templates::diagnose(&error, sources, Some(span), Some(&call.name)));
                String::new()
            }
        }
    }
}

impl Links for Filler<'_> {
    fn lang(&self) -> &str {
        self.lang_of_page()
    }

    fn stub(&self, id: &str) -> Value {
        let (site, lang) = (&self.world.site, self.lang_of_page());
        if let Ok(ix) = site.find(id, lang) {
            return self.world.stub(ix);
        }
        let name = site.name_of(id, lang);
        let id = if site.hides(id) { "" } else { id };
        values! { "id": id, "kind": "", "title": name.as_str(), "url": None::<&str>, "printed": name.as_str(), }.into()
    }

    fn html(&self, body: &Body) -> Value {
        Value::safe_string(&self.fill(body))
    }
}

/// Whether HTML holds a link.
fn has_link(html: &str) -> bool {
    let mut at = memchr::memchr_iter(b'<', html.as_bytes());
    at.any(|at| matches!(html.as_bytes()[at + 1..], [b'a' | b'A', b' ' | b'\t' | b'\n' | b'>', ..]))
}

/// A day or EDTF date in words; none when it is neither.
pub fn day_in_words(text: &str, lang: &str) -> Option<String> {
    let edtf = Edtf::parse(text).ok().map(|date| date.words(lang));
    edtf.or_else(|| When::parse(text).ok().map(|when| when.words(lang)))
}

/// When an entry was published and last changed, as feeds and the sitemap tell it.
pub fn instants(site: &Site, ix: Ix) -> (Option<When>, Option<When>) {
    let page = site.entry(ix).page();
    let published = page.and_then(|page| page.date.clone());
    let changed = page.and_then(|page| page.updated.clone()).or_else(|| published.clone());
    (published, changed)
}

/// The list page that an authored page or section stands for: `/events/` lists events, whoever wrote its words.
pub fn listed_kind(site: &Site, ix: Ix) -> Option<Kind> {
    let surface = site.entry(ix);
    // A section with pages of its own lists those.
    if site.section_pages.get(&ix).is_some_and(|pages| !pages.is_empty()) {
        return None;
    }
    let own = match surface.kind {
        Kind::Timeline => Some(Kind::Event),
        Kind::Figures => Some(Kind::Figure),
        Kind::Claims => Some(Kind::Claim),
        _ => None,
    };
    own.or_else(|| Kind::of_plural(surface.url.as_str().trim_matches('/')))
}
