//! The linked site: all entries and the graph between them. Immutable; only [`crate::link::link`] makes one.

use crate::config::Config;
use crate::date::Day;
use crate::entry::{Entry, Surface};
use crate::kind::Kind;
use crate::slug::{fold, folded};
use crate::source::{FileId, Sources, Span};
use crate::url::Url;
use foldhash::{HashMap, HashSet};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// What a sensitive source is called.
const UNNAMED: &str = "A source that is not named";

/// The number of an entry within its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ix(pub u32);

/// All entries and the graph between them. A copy shares all that linking made.
#[derive(Debug, Clone)]
pub struct Site {
    /// What the site says of itself.
    pub config: Arc<Config>,
    /// The files it was made from.
    pub sources: Arc<Sources>,
    /// The entries that are published, ordered by id and language.
    pub entries: Vec<Entry>,
    /// Those that are not.
    pub left_out: Arc<Vec<LeftOut>>,
    /// Entries that may break a rule.
    pub allowing: Arc<Vec<Ix>>,
    /// The day that "past" and "old" are seen from.
    pub today: Day,
    /// The day that the whole site is seen from, when it is not today.
    pub as_of: Option<Day>,
    /// Everything that has a URL.
    pub routes: Arc<Vec<Route>>,
    /// How many references were resolved: in fields and texts, citations, links and component calls.
    pub references: usize,
    /// What mentions each entry, in order.
    pub backlinks: Arc<Vec<Vec<Backlink>>>,
    /// The instant that each entry is dated.
    pub(crate) instants: Arc<Vec<Option<Timestamp>>>,
    /// Each entry's place among the pages of its section.
    pub neighbours: Arc<Vec<Neighbours>>,
    /// The pages of each section, in its order, by the section's number.
    pub section_pages: Arc<HashMap<Ix, Vec<Ix>>>,
    /// What concerns each event, actor, place or other thing.
    pub relations: Arc<Relations>,
    /// The facts of each kind, in the order of their lists.
    pub lists: Arc<HashMap<Kind, Vec<Ix>>>,
    /// The tags, by slug.
    pub tags: Arc<Vec<Tag>>,
    /// The pages of each timeline that is too long for one.
    pub years: Arc<HashMap<Ix, Vec<Year>>>,
    /// Fragments of links that only rendered pages can answer for.
    pub anchors: Arc<Vec<Anchor>>,
    /// Routes by folded URL.
    pub(crate) urls: Arc<HashMap<String, usize>>,
    pub(crate) index: Arc<Index>,
}

/// Tables to find entries and routes by.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By folded id: the entry in each language.
    pub(crate) ids: HashMap<String, Vec<Ix>>,
    /// Pages by the folded last part of their id.
    pub(crate) short: HashMap<String, Vec<Ix>>,
    /// Pages by their file below `content/`.
    pub(crate) files: HashMap<String, Ix>,
    /// All ids and last parts, sorted, once somebody asks for the nearest.
    pub(crate) names: OnceLock<Vec<String>>,
    /// Whether there is a facts file whose ids could not be seen.
    pub(crate) unread: bool,
    /// Folded ids of entries that did not parse.
    pub(crate) broken: HashSet<String>,
    /// Entries left out, by folded id.
    pub(crate) left_out: HashMap<String, usize>,
}

/// An entry that is not published.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its surface.
    pub surface: Arc<Surface>,
    /// Why.
    pub reason: Reason,
}

/// Why an entry is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// `draft: true`.
    Draft,
    /// Its date has not come.
    Future,
    /// Its `expiryDate` has passed.
    Expired,
    /// It is later than the day that the site is seen from.
    Later,
}

impl Reason {
    /// The end of "the page is …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Future => "dated in the future",
            Self::Expired => "past its expiry date",
            Self::Later => "later than the day that the site is seen from",
        }
    }

    /// The flag that takes such pages in.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Draft => "--drafts",
            Self::Future => "--future",
            Self::Expired => "--expired",
            Self::Later => "a later --as-of",
        }
    }
}

/// A URL and what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Where.
    pub url: Url,
    /// What.
    pub what: Output,
    /// Where it was asked for, for collisions.
    pub span: Option<Span>,
}

impl Route {
    /// A link that leads here.
    fn destination<'s>(&'s self, query: &'s str, fragment: Option<String>) -> Destination<'s> {
        let entry = if let Output::Entry(ix, 1) = self.what { Some(ix) } else { None };
        Destination { url: &self.url, entry, query, fragment }
    }
}

/// What can stand at a URL.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// An entry's own page; of a list, its page of this number, counted from 1.
    Entry(Ix, usize),
    /// The list of a kind that no page of the site provides; the page of this number.
    List(Kind, usize),
    /// A page of a timeline that is too long for one: an index into its [`Site::years`].
    Year(Ix, usize),
    /// All tags.
    Tags,
    /// What bears a tag; the page of this number.
    Tag(usize, usize),
    /// An old URL that leads to another.
    Redirect(Ix),
    /// A feed of the site, or of a section.
    Feed(Option<Ix>, FeedKind),
    /// All that was put right, and all figures that changed.
    Corrections,
    /// The same as a feed.
    CorrectionsFeed(FeedKind),
    /// The page to search the site with.
    Search,
    /// What hosts are to send files with.
    Headers,
    /// The picture of an entry's page, for where it is linked to.
    Card(Ix),
    /// The bare page of an entry, for other sites to embed.
    Embed(Ix),
    /// The same told to programs: oEmbed 1.0 as JSON.
    Oembed(Ix),
    /// The page that leads to the files of data.
    DataPage,
    /// A file of data.
    Data(DataFile),
    /// The map for search engines.
    Sitemap,
    /// The word to robots.
    Robots,
    /// The page for what is not there.
    NotFound,
    /// A file of the theme, under a name that holds its hash.
    Asset(FileId),
    /// A file that is copied.
    Copy(FileId),
    /// A picture made smaller: the file it is made of, and its width in pixels.
    Picture(FileId, u32),
}

/// The two forms of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedKind {
    /// The file's name, and its template's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Json => "feed.json",
        }
    }
}

/// A file below `/data/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataFile {
    /// A table as CSV (RFC 4180).
    Csv(Table),
    /// The same as JSON.
    Json(Table),
    /// Places, or events at them, as `GeoJSON` (RFC 7946).
    GeoJson(Kind),
    /// Events as iCalendar (RFC 5545).
    Calendar,
    /// What the files are: a Data Package descriptor, version 2.
    Package,
}

/// A table of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// The facts of a kind, one to a row.
    Facts(Kind),
    /// What facts rest on, one use of a source to a row.
    Citations,
    /// What figures were before.
    History,
    /// The parts that figures were given in.
    Parts,
    /// Who took part in events.
    Participants,
    /// Other names of places.
    Names,
}

/// A mention seen from what is mentioned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backlink {
    /// Who mentions it.
    pub from: Ix,
    /// The heading the mention stands under: an index into that entry's headings.
    pub heading: Option<u32>,
    /// The field it stands in, when a fact's field makes it.
    pub field: Option<&'static str>,
}

/// An entry's place among the pages of its section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The section.
    pub section: Option<Ix>,
    /// The page before it in the section's order.
    pub previous: Option<Ix>,
    /// The page after it.
    pub next: Option<Ix>,
}

/// In what way an entry concerns another: the arguments of `list` that take an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// A figure counts it, a claim is about it, an event is part of it.
    Event,
    /// An event had it take part, a figure was counted by it or counts its people, a claim was made by it.
    Actor,
    /// Something happened, is claimed or counted there, or at a place within it, or lies within it.
    Place,
    /// A claim or page is about it.
    About,
}

/// The relations, by the name that `list` gives them.
pub const RELATIONS: [(&str, Relation); 4] =
    [("event", Relation::Event), ("actor", Relation::Actor), ("place", Relation::Place), ("about", Relation::About)];

/// What concerns each entry, in each way; facts in the order of their lists, then pages.
pub type Relations = HashMap<(Relation, Ix), Vec<Ix>>;

/// A tag and what bears it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// As it was first written.
    pub name: String,
    /// What its spellings have in common; tags are in the order of their slugs.
    pub slug: String,
    /// Where its page is.
    pub url: Url,
    /// What bears it, the newest first.
    pub entries: Vec<Ix>,
}

/// A page of a timeline that is too long for one: the events of a year, or a piece of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Year {
    /// Where it is.
    pub url: Url,
    /// The year; none of events of which nobody knows when they began.
    pub year: Option<i64>,
    /// Which of the year's pages it is, counted from 1.
    pub number: usize,
    /// How many pages the year has.
    pub count: usize,
    /// Its events, in the order of the timeline.
    pub events: Vec<Ix>,
}

/// A fragment of a link into the site. Where it is written is looked up when it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// The entry that makes the link.
    pub from: Ix,
    /// Which of its links with a fragment it is, counted from 0.
    pub number: usize,
    /// The page it leads to.
    pub url: Url,
    /// The id in that page.
    pub id: String,
}

/// Where a link of the site leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination<'s> {
    /// The page or file.
    pub url: &'s Url,
    /// The entry, when it is one's page.
    pub entry: Option<Ix>,
    /// The query, with its `?`.
    pub query: &'s str,
    /// The id in that page.
    pub fragment: Option<String>,
}

/// A reference, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The entry.
    pub entry: Ix,
    /// The heading in it.
    pub heading: Option<String>,
    /// The field of it, with dots between its parts.
    pub field: Option<String>,
}

/// Why an id names nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// Nothing has it.
    Unknown,
    /// An entry has it that did not parse, which is told already.
    Broken,
    /// An entry has it that is not published.
    LeftOut(Reason),
    /// Several pages have it as their last part.
    Ambiguous(Vec<String>),
}

impl Site {
    /// The entry of this number.
    pub fn entry(&self, ix: Ix) -> &Surface {
        &self.entries[ix.0 as usize].surface
    }

    /// All entries with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Ix, &Surface)> + Clone {
        (0..).map(Ix).zip(self.entries.iter().map(|entry| &*entry.surface))
    }

    /// The entry with this id as a reader of `lang` should see it: a fact's or page's whole id, or
    /// the last part of one page's.
    pub fn find(&self, id: &str, lang: &str) -> Result<Ix, Missing> {
        let folded = &*folded(id);
        if let Some(found) = self.index.ids.get(folded) {
            return Ok(self.in_lang(found, lang));
        }
        if self.index.broken.contains(folded) {
            return Err(Missing::Broken);
        }
        if let Some(found) = self.index.short.get(folded) {
            let first = &self.entry(found[0]).id.value;
            return if found.iter().all(|ix| self.entry(*ix).id.value == *first) {
                Ok(self.in_lang(found, lang))
            } else {
                Err(Missing::Ambiguous(found.iter().map(|ix| self.entry(*ix).id.value.clone()).collect()))
            };
        }
        match self.index.left_out.get(folded) {
            Some(i) => Err(Missing::LeftOut(self.left_out[*i].reason)),
            None => Err(Missing::Unknown),
        }
    }

    /// Whether two things of different kinds have this id, which is told already.
    pub fn is_doubled(&self, id: &str) -> bool {
        let same = self.index.ids.get(&fold(id)).map_or(&[][..], Vec::as_slice);
        same.iter().any(|ix| self.entry(*ix).kind != self.entry(same[0]).kind)
    }

    /// Whether something may be missing because it could not be read, which is told already.
    pub fn is_partly_read(&self) -> bool {
        self.index.unread || !self.index.broken.is_empty()
    }

    /// The entry of this id that is absent because it came later.
    pub fn absent(&self, id: &str) -> Option<&Surface> {
        let left_out = self.index.left_out.get(&fold(id)).map(|i| &self.left_out[*i])?;
        (left_out.reason == Reason::Later).then_some(&left_out.surface)
    }

    /// What stands in a text of `lang` for a reference that resolves to nothing: of what came later its name, and for a
    /// number that it is not there yet; else the reference as it was written.
    pub fn words_for_absent(&self, target: &str, lang: &str) -> String {
        let id = target.split(['#', '.']).next().unwrap_or_default();
        // A source in a file of its own may be meant by its path.
        if self.hides(id.rsplit('/').next().unwrap_or_default()) {
            return UNNAMED.to_owned();
        }
        let Some(surface) = self.absent(id) else { return target.to_owned() };
        let field = target.split_once('.').map(|(_, field)| field);
        match (surface.kind, field) {
            (Kind::Figure, None | Some("low" | "best" | "high" | "words")) => "a number not yet reported".to_owned(),
            (Kind::Claim, None) => "a later claim".to_owned(),
            (_, None | Some("title" | "name")) => surface.title(lang, &|id| self.name_of(id, lang)),
            (_, Some("date" | "as_of" | "reported" | "updated")) => "a later day".to_owned(),
            (_, Some(_)) => "(not yet known)".to_owned(),
        }
    }

    /// Whether an id is that of a sensitive source, published or not.
    pub fn hides(&self, id: &str) -> bool {
        let id = fold(id);
        let out = self.index.left_out.get(&id).and_then(|i| self.left_out[*i].surface.fact());
        let own = self.index.ids.get(&id).and_then(|found| self.entry(found[0]).fact());
        [out, own].into_iter().flatten().any(crate::facts::Fact::is_sensitive)
    }

    fn in_lang(&self, found: &[Ix], lang: &str) -> Ix {
        let own = |ix: &&Ix| self.entry(**ix).lang == lang;
        let default = |ix: &&Ix| self.entry(**ix).lang == self.config.lang();
        *found.iter().find(own).or_else(|| found.iter().find(default)).unwrap_or(&found[0])
    }

    /// The id nearest to `id` that something has, for "did you mean".
    pub fn nearest_id(&self, id: &str) -> Option<String> {
        let known = self.index.names.get_or_init(|| {
            let mut known: Vec<String> = self.index.ids.keys().chain(self.index.short.keys()).cloned().collect();
            known.sort_unstable();
            known.dedup();
            known
        });
        crate::diagnostic::nearest(&fold(id), known.iter().map(String::as_str)).map(str::to_owned)
    }

    /// What `[[target]]` means in the text of `from`.
    pub fn resolve(&self, target: &str, from: Ix) -> Result<Resolved, Missing> {
        match target.strip_prefix('#') {
            Some(heading) => Ok(Resolved { entry: from, heading: Some(heading.to_owned()), field: None }),
            None => self.resolve_for(target, &self.entry(from).lang),
        }
    }

    /// What `[[target]]` means for a reader of `lang`, when it names an id.
    pub fn resolve_for(&self, target: &str, lang: &str) -> Result<Resolved, Missing> {
        let (id, heading) = target.split_once('#').map_or((target, None), |(id, h)| (id, Some(h.to_owned())));
        let whole = match self.find(id, lang) {
            Ok(entry) => return Ok(Resolved { entry, heading, field: None }),
            Err(missing) => missing,
        };
        for (dot, _) in id.match_indices('.').collect::<Vec<_>>().into_iter().rev() {
            if let Ok(entry) = self.find(&id[..dot], lang) {
                return Ok(Resolved { entry, heading, field: Some(id[dot + 1..].to_owned()) });
            }
        }
        Err(match (whole, id.split_once('.')) {
            (Missing::Unknown, Some((id, _))) => self.find(id, lang).err().unwrap_or(Missing::Unknown),
            (missing, _) => missing,
        })
    }

    /// A reference in plain words, for headings in lists: of a field its date, else what the entry prints.
    pub fn words_of(&self, resolved: &Resolved, lang: &str) -> String {
        let date = self.entry(resolved.entry).fact().and_then(crate::facts::Fact::date);
        match (resolved.field.as_deref(), date) {
            (Some("date"), Some(date)) => date.words(lang),
            _ => self.printed(resolved.entry, lang),
        }
    }

    /// Where a link written in the entry `from` leads; none when it leads nowhere.
    pub fn follow<'s>(&'s self, link: &'s str, from: Ix) -> Option<Destination<'s>> {
        // Most links are plain paths of pages: with a slash at both ends, no file is meant.
        let plain = link.starts_with('/') && link.ends_with('/') && !link.contains(['%', '?', '#', '.']);
        if let Some(route) = plain.then(|| self.route(link)).flatten() {
            return Some(route.destination("", None));
        }
        let surface = self.entry(from);
        let (path, fragment) = crate::url::split(link);
        let query = crate::url::query(link);
        if path.is_empty() {
            return Some(Destination { url: &surface.url, entry: Some(from), query, fragment });
        }
        let folder = self.folder_of(from);
        let file = match (path.strip_prefix("@/"), path.strip_prefix('/')) {
            (Some(rest), _) => crate::url::join("", rest),
            (_, Some(rest)) => Some(rest.to_owned()),
            _ => crate::url::join(folder, &path),
        };
        let page = file.as_ref().and_then(|file| self.index.files.get(file)).copied();
        if let Some(ix) = page.filter(|ix| self.has_page(*ix)) {
            return Some(Destination { url: &self.entry(ix).url, entry: Some(ix), query, fragment });
        }
        let at = |path: String| self.route(&format!("/{path}"));
        let route = file.and_then(at).or_else(|| crate::url::join(surface.url.as_str(), &path).and_then(at))?;
        Some(route.destination(query, fragment))
    }

    fn folder_of(&self, ix: Ix) -> &str {
        let inner = self.sources.get(self.entry(ix).file).inner();
        inner.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What stands at `path`, an absolute path of the site, decoded, with or without a slash at its end.
    pub fn route(&self, path: &str) -> Option<&Route> {
        self.urls.get(&*url_key(path)).map(|i| &self.routes[*i])
    }

    /// Whether a route is the first at its URL: however little a site minds that several would stand there, it stands there.
    pub fn is_first(&self, route: &Route) -> bool {
        self.route(route.url.as_str()).is_none_or(|first| std::ptr::eq(first, route))
    }

    /// Whether `ix` has a page of its own: all but sensitive sources have one.
    pub fn has_page(&self, ix: Ix) -> bool {
        !self.entry(ix).fact().is_some_and(crate::facts::Fact::is_sensitive)
    }

    /// What an entry is called, in plain words, in the language `lang`.
    pub fn title(&self, ix: Ix, lang: &str) -> String {
        let surface = self.entry(ix);
        match surface.fact() {
            Some(fact) if fact.is_sensitive() => UNNAMED.to_owned(),
            _ => surface.title(lang, &|id| self.name(id, lang)),
        }
    }

    /// What `[[id]]` prints for an entry.
    pub fn printed(&self, ix: Ix, lang: &str) -> String {
        match self.entry(ix).fact() {
            Some(fact) if !fact.is_sensitive() => fact.printed(lang, &|id| self.name(id, lang)),
            _ => self.title(ix, lang),
        }
    }

    /// What an id prints as, in running text: what its entry does, else what it is called.
    pub fn printed_as(&self, id: &str, lang: &str) -> String {
        self.find(id, lang).map_or_else(|_| self.name_of(id, lang), |ix| self.printed(ix, lang))
    }

    /// What an id is called, also when it is left out.
    pub fn name_of(&self, id: &str, lang: &str) -> String {
        let out = self.index.left_out.get(&fold(id)).map(|i| &self.left_out[*i].surface);
        match out.and_then(|surface| surface.fact()) {
            Some(fact) if fact.is_sensitive() => UNNAMED.to_owned(),
            // What it names in turn need not be resolved: names do not nest.
            Some(fact) => fact.printed(lang, &str::to_owned),
            _ => self.name(id, lang),
        }
    }

    /// What an id is called; the id itself when nothing has it. Names do not nest: the title of a
    /// claim or figure holds names of actors and events only.
    fn name(&self, id: &str, lang: &str) -> String {
        let found = self.find(id, lang).ok().map(|ix| (ix, self.entry(ix).fact()));
        match found {
            Some((
                ix,
                Some(
                    crate::facts::Fact::Actor(_)
                    | crate::facts::Fact::Event(_)
                    | crate::facts::Fact::Place(_)
                    | crate::facts::Fact::Source(_),
                ),
            )) => self.printed(ix, lang),
            _ if self.hides(id) => UNNAMED.to_owned(),
            _ => id.to_owned(),
        }
    }
}

/// The instant a page or fact is dated, for lists that begin with the newest.
pub fn newest(site: &Site, ix: Ix) -> Option<Timestamp> {
    site.instants[ix.0 as usize]
}

/// The instant at which an entry is dated, in the site's time zone.
pub(crate) fn instant(surface: &Surface, zone: &TimeZone) -> Option<Timestamp> {
    let page = surface.page().and_then(|page| page.date.as_ref()).map(|date| date.instant(zone));
    page.or_else(|| {
        let date = surface.fact()?.date()?;
        let time = date.time_of_day().unwrap_or(jiff::civil::Time::midnight());
        zone.to_timestamp(date.order().0.date()?.to_datetime(time)).ok()
    })
}

/// One key for the URLs that a file system or a reader takes for the same.
pub(crate) fn url_key(path: &str) -> Cow<'_, str> {
    let short = |folded: &str| folded.strip_suffix("/index.html").unwrap_or(folded).trim_end_matches('/').len();
    match folded(path) {
        Cow::Borrowed(same) => Cow::Borrowed(&same[..short(same)]),
        Cow::Owned(mut key) => {
            key.truncate(short(&key));
            Cow::Owned(key)
        }
    }
}
