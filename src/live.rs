//! Live: a site in memory, as far as it could be made of its files, and how the next one is made of it when some of
//! them change. `build` and `check` make one and look at it; `serve` goes from one to the next.
//!
//! Between two of them only what changed is read and parsed. Where nothing that is linked has changed, the texts are
//! swapped, and the graph between the entries is shared; else all is linked again. Rules are asked anew whenever an
//! entry has changed, and pages are rendered when somebody asks for them. There is no other bookkeeping.

use crate::Request;
use crate::checks;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, count};
use crate::entry::{Entry, Surface};
use crate::link::{link, reordered};
use crate::parse::{self, Defaults, Parsed, parse_source};
use crate::read::{self, Again};
use crate::render::{self, Stage};
use crate::site::{Ix, Site};
use crate::source::{Area, Content, FileId, Source, Sources};
use crate::theme;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// A site in memory.
pub struct Live {
    request: Request,
    /// The files it is made of.
    pub sources: Arc<Sources>,
    /// The linked site, with its templates; none when a mistake leaves nothing to render.
    pub stage: Option<Arc<Stage>>,
    /// What is wrong with it, as far as that is known without rendering its pages.
    pub wrong: Vec<Diagnostic>,
    parts: Parts,
}

/// What a site is made of, each with what was wrong with it.
#[derive(Clone, Default)]
struct Parts {
    unread: Arc<Vec<Diagnostic>>,
    config: Option<Arc<Config>>,
    of_config: Arc<Vec<Diagnostic>>,
    defaults: Arc<Defaults>,
    /// What each file of `content/` yields, in the order of the files.
    parsed: Arc<Vec<(FileId, Arc<Parsed>)>>,
    /// Those of them in which something is wrong.
    telling: BTreeMap<FileId, Arc<Parsed>>,
    site: Option<Arc<Site>>,
    of_linking: Arc<Vec<Diagnostic>>,
    of_checks: Arc<Vec<Diagnostic>>,
    of_templates: Arc<Vec<Diagnostic>>,
}

/// What becomes of the texts of a site's files when they are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Texts {
    Held,
    LetGo,
}

/// The files that may have changed on the disk.
#[derive(Debug, Clone)]
pub enum Touched {
    /// These, as paths that begin as the site's own folder is given.
    Files(Vec<PathBuf>),
    /// Nobody knows which.
    All,
}

/// How a site was made of the one before it, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing has changed.
    None,
    /// Files that are only copied have other bytes.
    Copied,
    /// The texts of pages were swapped.
    Swapped,
    /// Templates were loaded, and nothing was linked.
    Templates,
    /// Everything was linked again.
    Linked,
    /// Everything was parsed and linked again.
    Anew,
}

/// What has changed from one site to the next.
#[derive(Debug, Clone)]
pub struct Change {
    /// The paths of the files, inside the site.
    pub files: Vec<Arc<str>>,
    /// How the next one was made.
    pub step: Step,
    /// Whether pages other than those of these files may differ.
    pub beyond: bool,
}

impl Change {
    /// That there is a site at all.
    pub fn start() -> Self {
        Self { files: Vec::new(), step: Step::Anew, beyond: true }
    }

    /// That nothing has changed.
    pub fn none() -> Self {
        Self { files: Vec::new(), step: Step::None, beyond: false }
    }

    /// This change and another after it, as one.
    #[must_use]
    pub fn and(mut self, next: Self) -> Self {
        self.files.extend(next.files);
        Self { files: self.files, step: self.step.max(next.step), beyond: self.beyond || next.beyond }
    }
}

impl Live {
    /// Reads a site and makes it.
    pub fn start(request: &Request) -> Self {
        Self::read_from_disk(request, Texts::Held)
    }

    /// The same for one look: there is no next site, so what was parsed is let go of.
    pub fn once(request: &Request) -> Self {
        Self::read_from_disk(request, Texts::LetGo)
    }

    fn read_from_disk(request: &Request, texts: Texts) -> Self {
        let mut unread = Vec::new();
        let sources = read::read(&request.root, &request.config, &mut unread);
        Self::of(request, Arc::new(sources), Arc::new(unread), texts)
    }

    /// The linked site; none when there is no configuration to link it with.
    pub fn site(&self) -> Option<&Arc<Site>> {
        self.parts.site.as_ref()
    }

    /// Whether a file could not be read.
    pub fn has_unreadable(&self) -> bool {
        self.parts.unread.iter().any(|told| told.code == "unreadable")
    }

    /// Whether a mistake is known that stands in the way of the site.
    pub fn failed(&self) -> bool {
        count(&self.wrong).0 > 0
    }

    /// Makes a site of files.
    fn of(request: &Request, mut sources: Arc<Sources>, unread: Arc<Vec<Diagnostic>>, texts: Texts) -> Self {
        let mut told = Vec::new();
        let config = config::of(&sources, &mut told).map(|config| match &request.base_url {
            Some(base_url) => config.at(base_url),
            None => config,
        });
        let mut parts = Parts { unread, of_config: Arc::new(told), ..Parts::default() };
        let Some(config) = config.map(Arc::new) else { return Self::together(request, sources, parts, None) };
        parts.defaults = Arc::new(parse::defaults(&sources));
        parts.parsed =
            Arc::new(parsed(&sources, &config, &parts.defaults, sources.iter().map(|(file, _)| file).collect()));
        if texts == Texts::LetGo {
            sources = Arc::new(read::let_go(Arc::unwrap_or_clone(sources), &request.root));
        }
        parts.telling = telling(&parts.parsed).collect();
        parts.config = Some(config);
        let linked = || parts.linked(request, &sources).checked();
        let mut told = Vec::new();
        let (parts, tera) = rayon::join(linked, || render::templates(&sources, &mut told));
        let parts = Parts { of_templates: Arc::new(told), ..parts };
        let stage = parts.site.as_ref().zip(tera).map(|(site, tera)| render::staged(site, tera));
        Self::together(request, sources, parts, stage)
    }

    fn together(request: &Request, sources: Arc<Sources>, parts: Parts, stage: Option<Stage>) -> Self {
        let wrong = parts.wrong();
        Self { request: request.clone(), sources, stage: stage.map(Arc::new), wrong, parts }
    }

    /// The site after files have changed, and what of it; none when nothing has that matters.
    pub fn next(&self, touched: &Touched) -> Option<(Self, Change)> {
        let Read { sources, files, unread, renumbered } = self.read(touched);
        if files.is_empty() && unread == self.parts.unread {
            return None;
        }
        let changes = Changes { before: &self.sources, now: &sources, files: &files };
        let (Some(config), Some(site), false) = (&self.parts.config, &self.parts.site, renumbered || changes.config())
        else {
            let next = Self::of(&self.request, sources, unread, Texts::Held);
            return Some((next, Change { files, step: Step::Anew, beyond: true }));
        };
        let defaults = if changes.any(parse::gives_defaults) {
            Arc::new(parse::defaults(&sources))
        } else {
            self.parts.defaults.clone()
        };
        let same_defaults = defaults == self.parts.defaults;
        let mut parts = Parts { unread, defaults, ..self.parts.clone() };
        let mut anew: Vec<FileId> = files.iter().filter_map(|path| sources.find(path)).collect();
        if !same_defaults {
            anew = sources.iter().map(|(file, _)| file).collect();
        }
        let fresh = parsed(&sources, config, &parts.defaults, anew);
        let swaps = changes.keep_routes().then(|| self.swaps(site, &fresh)).flatten().filter(|_| same_defaults);
        let beyond = swaps.as_ref().is_none_or(|swaps| swaps.iter().any(|swap| !swap.alike)) || !changes.only_content();
        if !files.is_empty() {
            // A new file may bear the number of one that is gone.
            let changed: HashSet<FileId> = files.iter().filter_map(|path| self.sources.find(path)).collect();
            let kept = self.parts.parsed.iter().filter(|(file, _)| !changed.contains(file));
            parts.telling.retain(|file, _| !changed.contains(file) && !fresh.iter().any(|(id, _)| id == file));
            parts.telling.extend(telling(&fresh));
            parts.parsed = Arc::new(merged(kept, fresh));
        }
        let step = match &swaps {
            None => Step::Linked,
            Some(_) if changes.templates() => Step::Templates,
            Some(_) if files.is_empty() => Step::None,
            Some(swaps) if swaps.is_empty() => Step::Copied,
            Some(_) => Step::Swapped,
        };
        let rules_stay = swaps.as_ref().is_some_and(Vec::is_empty);
        let parts = match swaps {
            None => parts.linked(&self.request, &sources),
            Some(swaps) => Parts { site: Some(Arc::new(swapped(site, &sources, swaps))), ..parts },
        };
        let same_templates = self.stage.as_ref().filter(|_| !changes.templates());
        let staged = || Some(same_templates?.before(parts.site.as_ref()?));
        let told = || parts.site.as_deref().filter(|_| !rules_stay).map(checks::check);
        let (stage, told) = rayon::join(staged, told);
        let of_checks = told.map_or_else(|| parts.of_checks.clone(), Arc::new);
        let parts = Parts { of_checks, ..parts };
        let (parts, stage) = if changes.templates() { parts.with_templates() } else { (parts, stage) };
        let next = Self::together(&self.request, sources, parts, stage);
        Some((next, Change { files, step, beyond }))
    }

    /// The files as they are now.
    fn read(&self, touched: &Touched) -> Read {
        let request = &self.request;
        if let (Touched::Files(paths), true) = (touched, self.parts.unread.is_empty())
            && let Again::Files(sources, files) = read::again(&request.root, &request.config, &self.sources, paths)
        {
            let unread = self.parts.unread.clone();
            return Read { sources: Arc::new(sources), files, unread, renumbered: false };
        }
        let mut unread = Vec::new();
        let read = read::read(&request.root, &request.config, &mut unread);
        let unread = Arc::new(unread);
        let files = self.sources.different(&read);
        match self.sources.renewed(&read) {
            Some(sources) => Read { sources: Arc::new(sources), files, unread, renumbered: false },
            None => Read { sources: Arc::new(read), files, unread, renumbered: true },
        }
    }

    /// What is to be swapped so that these files are parsed anew; none when something must be linked again.
    fn swaps(&self, site: &Site, fresh: &[(FileId, Arc<Parsed>)]) -> Option<Vec<Swap>> {
        // Seen from a day, entries are not as they were parsed.
        let told = |file| self.parts.of_linking.iter().flat_map(Diagnostic::spans).any(|span| span.file == file);
        if site.as_of.is_some() || fresh.iter().any(|(file, _)| told(*file)) {
            return None;
        }
        let mut swaps = Vec::new();
        for (file, now) in fresh {
            let before = &self.parts.parsed[self.parts.parsed.binary_search_by_key(file, |(id, _)| *id).ok()?].1;
            let same = before.entries.len() == now.entries.len()
                && (&before.broken, before.unread) == (&now.broken, now.unread);
            if !same {
                return None;
            }
            for (was, entry) in before.entries.iter().zip(&now.entries) {
                let ix = number(site, &was.surface)?;
                if !was.surface.links_like(&entry.surface) {
                    return None;
                }
                let alike = was.surface == entry.surface;
                let title = |surface: &Surface| surface.page().map(|page| page.title.clone());
                let retitled = !alike && title(&was.surface) != title(&entry.surface);
                swaps.push(Swap { ix, entry: entry.clone(), alike, retitled });
            }
        }
        Some(swaps)
    }
}

/// The number of an entry of a site, if it is one that is published.
fn number(site: &Site, surface: &Arc<Surface>) -> Option<Ix> {
    let wanted = (&surface.id.value, &surface.lang);
    let at = site.entries.binary_search_by(|entry| (&entry.surface.id.value, &entry.surface.lang).cmp(&wanted)).ok()?;
    let is_it = Arc::ptr_eq(&site.entries[at].surface, surface);
    u32::try_from(at).ok().map(Ix).filter(|_| is_it)
}

/// The files of a site, read again.
struct Read {
    sources: Arc<Sources>,
    /// The paths of those that differ.
    files: Vec<Arc<str>>,
    unread: Arc<Vec<Diagnostic>>,
    /// Whether their numbers are other ones.
    renumbered: bool,
}

/// An entry that takes the place of another.
struct Swap {
    ix: Ix,
    entry: Entry,
    /// Whether all that other pages see of it is as it was.
    alike: bool,
    /// Whether it has another title.
    retitled: bool,
}

/// The files that differ, before and now.
struct Changes<'a> {
    before: &'a Sources,
    now: &'a Sources,
    files: &'a [Arc<str>],
}

impl<'a> Changes<'a> {
    /// Each file before and now.
    fn pairs(&self) -> impl Iterator<Item = (Option<&'a Source>, Option<&'a Source>)> {
        let of = |sources: &'a Sources, path: &str| sources.find(path).map(|file| sources.get(file));
        self.files.iter().map(move |path| (of(self.before, path), of(self.now, path)))
    }

    fn any(&self, what: impl Fn(&Source) -> bool) -> bool {
        self.pairs().any(|(before, now)| before.into_iter().chain(now).any(&what))
    }

    fn config(&self) -> bool {
        self.any(|source| source.area == Area::Config)
    }

    fn templates(&self) -> bool {
        self.any(|source| source.area == Area::Templates && theme::is_template(&source.path))
    }

    fn only_content(&self) -> bool {
        !self.any(|source| source.area != Area::Content || !matches!(source.content, Content::Text(_)))
    }

    /// Whether no file that is an output of its own, or yields entries, has come or gone, or has another URL.
    fn keep_routes(&self) -> bool {
        self.pairs().all(|(before, now)| match (before, now) {
            (Some(before), Some(now)) => match (&before.content, &now.content) {
                (Content::Text(_), Content::Text(_)) => true,
                // Of a picture of another size, others are made, and rules ask what its file tells.
                (Content::File { pixels, beside, .. }, Content::File { pixels: size, beside: told, .. }) => {
                    (pixels, beside) == (size, told)
                }
                _ => false,
            },
            (before, now) => {
                before.or(now).is_some_and(|one| one.area == Area::Templates && theme::is_template(&one.path))
            }
        })
    }
}

impl Parts {
    /// Linked, from what was parsed.
    fn linked(self, request: &Request, sources: &Arc<Sources>) -> Self {
        let Some(config) = &self.config else { return self };
        let all = parse::together(self.parsed.iter().map(|(_, parsed)| &**parsed));
        let (site, told) = link(all, sources.clone(), config.clone(), request.selection);
        Self { site: Some(Arc::new(site)), of_linking: Arc::new(told), ..self }
    }

    /// The rules asked.
    fn checked(self) -> Self {
        let told = self.site.as_deref().map(checks::check).unwrap_or_default();
        Self { of_checks: Arc::new(told), ..self }
    }

    /// The templates loaded.
    fn with_templates(self) -> (Self, Option<Stage>) {
        let mut told = Vec::new();
        let stage = self.site.as_ref().and_then(|site| render::stage(site, &mut told));
        (Self { of_templates: Arc::new(told), ..self }, stage)
    }

    /// What is wrong, by the site's own rules.
    fn wrong(&self) -> Vec<Diagnostic> {
        let of_parsing = self.telling.values().flat_map(|parsed| &parsed.wrong);
        let before = self.unread.iter().chain(&*self.of_config).chain(of_parsing);
        let all = before.chain(&*self.of_linking).chain(&*self.of_checks).chain(&*self.of_templates).cloned();
        match &self.site {
            Some(site) => checks::settle(all.collect(), site),
            None => all.collect(),
        }
    }
}

/// Parses those of these files that stand in `content/` and are texts, in their order.
fn parsed(
    sources: &Sources,
    config: &Config,
    defaults: &Defaults,
    mut files: Vec<FileId>,
) -> Vec<(FileId, Arc<Parsed>)> {
    files.sort_unstable();
    files.dedup();
    let files = files.into_iter().map(|file| (file, sources.get(file)));
    let files: Vec<(FileId, &Source)> =
        files.filter(|(_, source)| source.area == Area::Content && is_text(source)).collect();
    let parse = |(file, source)| (file, Arc::new(parse_source(file, source, config, defaults)));
    files.into_par_iter().with_max_len(16).map(parse).collect()
}

/// Those files in which something is wrong.
fn telling(parsed: &[(FileId, Arc<Parsed>)]) -> impl Iterator<Item = (FileId, Arc<Parsed>)> {
    parsed.iter().filter(|(_, parsed)| !parsed.wrong.is_empty()).cloned()
}

fn is_text(source: &Source) -> bool {
    matches!(source.content, Content::Text(_))
}

/// What each file yields, in the order of the files: of those parsed anew that, of the others what it was.
fn merged<'p>(
    kept: impl Iterator<Item = &'p (FileId, Arc<Parsed>)>,
    fresh: Vec<(FileId, Arc<Parsed>)>,
) -> Vec<(FileId, Arc<Parsed>)> {
    let is_fresh = |file| fresh.binary_search_by_key(file, |(id, _)| *id).is_ok();
    let mut all: Vec<(FileId, Arc<Parsed>)> = kept.filter(|(file, _)| !is_fresh(file)).cloned().collect();
    all.extend(fresh);
    all.sort_by_key(|(file, _)| *file);
    all
}

/// The same site with other texts. Everything that was linked is shared, but for the order of pages where titles changed.
fn swapped(site: &Site, sources: &Arc<Sources>, swaps: Vec<Swap>) -> Site {
    let mut next = Site { sources: sources.clone(), ..site.clone() };
    let retitled = swaps.iter().any(|swap| swap.retitled);
    for Swap { ix, entry, .. } in swaps {
        next.entries[ix.0 as usize] = entry;
    }
    if retitled { reordered(next) } else { next }
}
