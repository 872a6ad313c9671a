//! Backgrounder makes a static site of Markdown articles and YAML facts: background pages, a
//! timeline and casualty figures that are cross-linked, each number with its counter, date and source.
//!
//! It is a short chain of steps that take values and return values:
//!
//! 1. [`read`] finds the [`source::Sources`] on disk: `content/`, `templates/`, `static/` and `site.yaml`.
//! 2. [`parse`] turns each source into [`entry::Entry`]s, pages and facts, each for itself.
//! 3. [`link`] ties all entries together into the [`site::Site`], and tells what does not fit.
//! 4. [`render`] makes an output of every route of the site, by way of the templates.
//! 5. [`weblinks`] looks at the outputs once more: does every link lead somewhere?
//! 6. [`mod@write`] brings the output folder to hold them.
//!
//! [`live`] holds the linked site in memory, and makes the next one when files change.
//!
//! Every step gathers [`diagnostic::Diagnostic`]s and goes on; if there is an error among them, the
//! last step is not taken. [`load`] runs the first three, [`make`] all others but the last.

pub mod as_of;
pub mod bibliography;
pub mod blemish;
pub mod body;
pub mod cache;
pub mod call;
pub mod card;
pub mod chart;
pub mod checks;
pub mod chronology;
pub mod citing;
pub mod clean;
pub mod commands;
pub mod compare;
pub mod config;
pub mod corrections;
pub mod data;
pub mod date;
pub mod decode;
pub mod diagnostic;
pub mod edtf;
pub mod embed;
pub mod endless;
pub mod entry;
pub mod exif;
pub mod external;
pub mod facts;
pub mod first;
pub mod functions;
pub mod history;
pub mod html;
pub mod inspect;
pub mod kind;
pub mod limits;
pub mod link;
pub mod live;
pub mod locate;
pub mod map;
pub mod markdown;
pub mod minify;
pub mod numbers;
pub mod page;
pub mod parse;
pub mod pictures;
pub mod plain;
pub mod policy;
pub mod preview;
pub mod printed;
pub mod prose;
pub mod publisher;
pub mod query;
pub mod read;
pub mod recipe;
pub mod relation;
pub mod render;
pub mod rule;
pub mod schema;
pub mod search;
pub mod shown;
pub mod site;
pub mod slug;
pub mod source;
pub mod structured;
pub mod svg;
pub mod tags;
pub mod templates;
pub mod theme;
pub mod url;
pub mod view;
pub mod wanted;
pub mod weblinks;
pub mod write;
pub mod yaml;
pub mod years;

use diagnostic::{Diagnostic, Severity};
use link::Selection;
use live::Live;
use render::{Rendered, Stage};
use site::Site;
use source::Sources;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// What a run is asked to make.
#[derive(Debug, Clone)]
pub struct Request {
    /// The site's folder.
    pub root: PathBuf,
    /// The site's configuration: `site.yaml` in that folder unless another is named.
    pub config: PathBuf,
    /// Where the site will stand, when not where `site.yaml` says.
    pub base_url: Option<String>,
    /// Which entries are published.
    pub selection: Selection,
    /// Whether the git history is looked at.
    pub git: Git,
}

/// Whether the git history is looked at, for the rules that compare with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Git {
    /// Not at all.
    Never,
    /// Where the site makes those rules errors.
    IfErrors,
    /// Where there is one.
    Always,
}

/// The site as far as it could be made.
pub struct Made {
    /// The files it was made from.
    pub sources: Arc<Sources>,
    /// The linked site, with its templates; none when a mistake leaves nothing to render.
    pub stage: Option<Arc<Stage>>,
    /// What the mistakes were.
    pub wrong: Vec<Diagnostic>,
    /// What could not be checked, and why.
    pub notes: Vec<String>,
}

impl Made {
    /// Whether a mistake stands in the way of writing.
    pub fn failed(&self) -> bool {
        diagnostic::count(&self.wrong).0 > 0
    }
}

/// Reads, parses and links a site, and puts its templates to it.
pub fn load(request: &Request) -> Made {
    let live = Live::once(request);
    let mut notes = Vec::new();
    let mut found = Vec::new();
    if let Some(site) = live.site() {
        let mut told = live.stage.as_ref().map(|stage| stage.wrong_in_fields()).unwrap_or_default();
        if look_at_git(request, site) {
            let (changes, note) = compare_with_git(request, site);
            told.extend(changes);
            notes.extend(note);
        }
        found = checks::settle(told, site);
    }
    let Live { sources, stage, mut wrong, .. } = live;
    wrong.extend(found);
    Made { sources, stage, wrong, notes }
}

fn look_at_git(request: &Request, site: &Site) -> bool {
    let levels = || checks::changes::RULES.iter().filter_map(|code| site.config.keys.rules.of(code));
    let off = levels().count() == checks::changes::RULES.len() && levels().all(|level| level.severity().is_none());
    match request.git {
        // What it was on a day is not what was committed that day.
        _ if site.as_of.is_some() || off => false,
        Git::Never => false,
        Git::IfErrors => levels().any(|level| level.severity() == Some(Severity::Error)),
        Git::Always => true,
    }
}

/// What the rules find that compare the site with what was committed of it.
fn compare_with_git(request: &Request, site: &Site) -> (Vec<Diagnostic>, Option<String>) {
    let defaults = parse::defaults(&site.sources);
    let read = |path: &str, text: &str| checks::changes::said(path, text, &site.config, &defaults);
    let history = history::history(&request.root, checks::changes::FOLDER, &checks::changes::holds_facts, &read);
    checks::changes::check(site, &history)
}

/// Makes all outputs of a loaded site, and checks the links between them. Each output is handed to `take` as soon as it is
/// made; what it makes of them comes in the order of the routes, without smaller pictures that no output names, and
/// of several outputs at one URL the first alone. `progress` is called once for each output.
pub fn make<T: Send>(
    made: &mut Made,
    take: &(impl Fn(Rendered) -> T + Sync),
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<T> {
    let mut outputs = Vec::new();
    if let Some(stage) = &made.stage {
        let site = &stage.world.site;
        let (pages, pictures) = (weblinks::Pages::default(), wanted::Pictures::of(site));
        let take = |route, rendered: Rendered| {
            let look = pages.look(&rendered);
            let named = pictures.named(&rendered);
            let taken = site.is_first(route).then(|| take(rendered));
            (route, look, named, taken)
        };
        let mut told = Vec::new();
        let rendered = render::render(stage, &take, progress, &mut told);
        let (mut looks, mut named) = (Vec::with_capacity(rendered.len()), HashSet::new());
        for (route, look, names, taken) in rendered {
            looks.extend(look.map(|look| (route, look)));
            named.extend(names);
            outputs.extend(taken.map(|taken| (route, taken)));
        }
        outputs.retain(|(route, _)| pictures.is_wanted(route, &named));
        told.extend(pages.judge(stage, &looks));
        made.wrong.extend(checks::settle(told, site));
    }
    let outputs = outputs.into_iter().map(|(_, taken)| taken).collect();
    made.wrong = diagnostic::in_order(std::mem::take(&mut made.wrong));
    outputs
}
