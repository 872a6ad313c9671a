//! Inspect: what only rendered pages can tell, gathered page by page, and kept from one site to the next as far as it
//! still holds. `serve` looks first at the pages that a change concerns or that had something wrong, so that a mend
//! shows at once, and at all others when there is time. When all are looked at, the findings are those of `check`.

use crate::checks;
use crate::diagnostic::{Diagnostic, in_order};
use crate::live::{Change, Live};
use crate::render::{Stage, render_route};
use crate::site::{Output, Route};
use crate::source::FileId;
use crate::weblinks::{Look, Texts, ids, judge, look};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What looking at the pages of a site has found so far.
#[derive(Default)]
pub struct Inspection {
    routes: Arc<Vec<Route>>,
    /// What each route is like.
    pages: Vec<Page>,
    /// Texts that pages have in common.
    texts: Texts,
    /// What no page shows and was found when all had been looked at, by code and help.
    apart: HashSet<(&'static str, Option<String>)>,
}

/// What was seen of a route.
struct Page {
    /// Its links and ids; none of what is no page, and before anybody has looked.
    look: Option<Look>,
    told: Vec<Diagnostic>,
    /// Whether it may have changed since.
    old: bool,
    /// Whether it is one of the first to look at.
    pressing: bool,
}

impl Page {
    fn unknown(pressing: bool) -> Self {
        Self { look: None, told: Vec::new(), old: true, pressing }
    }
}

impl Inspection {
    /// What of it holds for the next site.
    #[must_use]
    pub fn carried(self, stage: &Stage, change: &Change) -> Self {
        let site = &stage.world.site;
        let routes = site.routes.clone();
        let had_pages = !self.pages.is_empty();
        let mut pages = if Arc::ptr_eq(&self.routes, &routes) {
            self.pages
        } else {
            let mut old: HashMap<_, _> = self.routes.iter().map(|route| &route.url).zip(self.pages).collect();
            routes.iter().map(|route| old.remove(&route.url).unwrap_or_else(|| Page::unknown(had_pages))).collect()
        };
        let files: HashSet<FileId> = change.files.iter().filter_map(|path| site.sources.find(path)).collect();
        let points_there = |told: &Diagnostic| told.spans().any(|span| files.contains(&span.file));
        for (route, page) in routes.iter().zip(&mut pages) {
            let concerned = match route.what {
                _ if page.told.iter().any(points_there) => true,
                Output::Entry(ix, _) | Output::Year(ix, _) | Output::Embed(ix) | Output::Oembed(ix) => {
                    files.contains(&site.entry(ix).file)
                }
                Output::Feed(..) => true,
                _ => false,
            };
            page.old |= concerned || change.beyond;
            page.pressing |= concerned;
        }
        Self { routes, pages, texts: self.texts, apart: self.apart }
    }

    /// The same when nothing is known of what has changed.
    #[must_use]
    pub fn aged(mut self) -> Self {
        self.pages.iter_mut().for_each(|page| page.old = true);
        self
    }

    /// The routes to look at first: those whose files have changed, and those with something wrong.
    pub fn pressing(&self) -> Vec<usize> {
        self.wanted(|page| page.old && page.pressing)
    }

    /// All routes that may have changed.
    pub fn rest(&self) -> Vec<usize> {
        self.wanted(|page| page.old)
    }

    fn wanted(&self, is: impl Fn(&Page) -> bool) -> Vec<usize> {
        self.pages.iter().enumerate().filter(|(_, page)| is(page)).map(|(at, _)| at).collect()
    }

    /// Looks at a route of the stage that the inspection was carried to.
    pub fn look(&mut self, stage: &Stage, at: usize) {
        let route = &self.routes[at];
        let (rendered, mut told) = render_route(stage, route);
        if let Output::Entry(ix, 1) = route.what {
            told.extend_from_slice(stage.world.told(ix));
        }
        let look = rendered.as_ref().and_then(|rendered| look(rendered, &mut self.texts));
        self.pages[at] = Page { look, told, old: false, pressing: false };
    }

    /// What was found on the pages and between them, by the site's own rules.
    pub fn findings(&mut self, stage: &Stage) -> Vec<Diagnostic> {
        let site = &stage.world.site;
        let seen: Vec<(usize, &Look)> =
            self.pages.iter().enumerate().filter_map(|(at, page)| Some((at, page.look.as_ref()?))).collect();
        let looks: Vec<&Look> = seen.iter().map(|(_, look)| *look).collect();
        let ids_of = |at: usize| render_route(stage, &self.routes[seen[at].0]).0.as_ref().map(ids).unwrap_or_default();
        let judged = judge(site, &looks, &self.texts, &ids_of);
        // What was seen of an older page may not be so any more, and what no page shows, such as that nothing links to it,
        // only all of them can tell: until they are looked at, what was known of that stands.
        let is_complete = self.pages.iter().all(|page| !page.old);
        let (shown, apart): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(look, _)| look.is_some());
        let shown: Vec<(usize, Diagnostic)> =
            shown.into_iter().filter_map(|(look, told)| Some((seen[look?].0, told))).collect();
        let apart: Vec<Diagnostic> = apart.into_iter().map(|(_, told)| told).collect();
        let what = |told: &Diagnostic| (told.code, told.help.clone());
        if is_complete {
            self.apart = apart.iter().map(what).collect();
        }
        let blamed: HashSet<usize> = shown.iter().map(|(at, _)| *at).collect();
        let mut found: Vec<Diagnostic> = apart.into_iter().filter(|told| self.apart.contains(&what(told))).collect();
        found.extend(shown.into_iter().filter(|(at, _)| !self.pages[*at].old).map(|(_, told)| told));
        for (at, page) in self.pages.iter_mut().enumerate() {
            page.pressing |= !page.told.is_empty() || blamed.contains(&at);
            // What was told of an older page may point to where nothing stands any more.
            if !page.old {
                found.extend_from_slice(&page.told);
            }
        }
        checks::settle(found, site)
    }
}

/// Everything that is wrong with a site in memory, all its pages looked at, as `check` tells it.
pub fn complete(live: &Live, inspection: &mut Inspection) -> Vec<Diagnostic> {
    let mut all = live.wrong.clone();
    if let Some(stage) = &live.stage {
        for at in inspection.rest() {
            inspection.look(stage, at);
        }
        all.extend(inspection.findings(stage));
    }
    in_order(all)
}
