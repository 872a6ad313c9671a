//! `build`: the whole chain, into a folder.

use super::report::{Progress, elapsed, plural, say, tell, tell_left_out, tell_notes};
use super::{CONTENT_ERRORS, Common, FINE, shown};
use crate::Git;
use crate::cache::Cache;
use crate::render::{Data, Rendered};
use crate::site::{Output, Site};
use crate::write::{self, Draft, Put, Unwritten, Written};
use crate::{Made, load, make, minify, search};
use rayon::prelude::*;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The flags of `build`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder build\n  backgrounder build --base-url https://example.org/sub/ --output-dir /tmp/site\n  backgrounder build --drafts --future"
)]
pub(super) struct Arguments {
    /// The folder to write to, instead of public/ in the site's folder
    #[arg(short, long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Leave out white space and comments that readers do not see
    #[arg(long)]
    minify: bool,
}

/// An output on its way.
enum Taken {
    /// It was taken into the draft.
    Put(Put),
    /// A recipe, which is followed when nothing stands in the way of writing.
    Recipe(Rendered),
    /// There is no draft.
    Left,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let began = Instant::now();
    let output = arguments.output_dir.clone().unwrap_or_else(|| common.root.join("public"));
    let cache = Cache::of(&common.root);
    // The process ends with the run: nothing is gained by taking the site apart.
    let mut made = ManuallyDrop::new(load(&common.request(Git::IfErrors)));
    made.wrong.extend(write::refuse(&common.root, &output));
    // A site that is not going to be written is rendered all the same, for all that is wrong to be told.
    let draft = (common.denied(&made.wrong) == 0).then(|| Draft::begin(&output, &cache)).transpose();
    let draft = draft.unwrap_or_else(|wrong| {
        made.wrong.push(wrong);
        None
    });
    let is_searched = made.stage.as_ref().is_some_and(|stage| stage.world.site.config.has_search());
    let take = |rendered: Rendered| {
        let page = is_searched.then(|| search::searched(&rendered)).flatten();
        let rendered = if arguments.minify { minified(rendered) } else { rendered };
        let taken = match (&rendered.data, &draft) {
            (Data::Made(_), _) => Taken::Recipe(rendered),
            (_, Some(draft)) => Taken::Put(draft.put(&rendered)),
            (_, None) => Taken::Left,
        };
        (taken, page)
    };
    let progress = Progress::new(common);
    let outputs = make(&mut made, &take, &|done, all| progress.step(done, all));
    progress.end();
    let (mut outputs, pages): (Vec<Taken>, Vec<Option<search::Page>>) = outputs.into_iter().unzip();
    if let (Some(draft), 0) = (&draft, common.denied(&made.wrong)) {
        match search::index(pages.into_iter().flatten().collect()) {
            Ok(index) => outputs.par_extend(index.par_iter().map(|file| Taken::Put(draft.put(file)))),
            Err(wrong) => made.wrong.push(wrong),
        }
    }
    make_pictures(&outputs, &cache, &mut made, common);
    tell(&made.wrong, &made.sources);
    tell_left_out(&made, common);
    tell_notes(&made, common);
    let Some(draft) = draft.filter(|_| common.denied(&made.wrong) == 0) else {
        say("nothing was written");
        return CONTENT_ERRORS;
    };
    let put = |taken| match taken {
        Taken::Put(put) => Some(put),
        Taken::Recipe(rendered) => Some(draft.put(&rendered)),
        Taken::Left => None,
    };
    let puts: Vec<Put> = outputs.into_par_iter().filter_map(put).collect();
    match draft.publish(puts) {
        Ok(written) => {
            cache.tidy();
            tell_written(&written, &made, &output, common, began);
            FINE
        }
        Err(Unwritten { wrong, is_untouched }) => {
            tell(&wrong, &made.sources);
            say(if is_untouched {
                "nothing was written"
            } else {
                "some files may be new; the next build completes them"
            });
            CONTENT_ERRORS
        }
    }
}

/// Follows the recipes among outputs; what is not going to be written is not made, but looked at.
fn make_pictures(outputs: &[Taken], cache: &Cache, made: &mut Made, common: &Common) {
    let recipe = |taken: &Taken| match taken {
        Taken::Recipe(rendered) => Some(rendered.clone()),
        Taken::Put(_) | Taken::Left => None,
    };
    let recipes: Vec<Rendered> = outputs.iter().filter_map(recipe).collect();
    let progress = Progress::making(common);
    let step = |done, all| progress.step(done, all);
    let is_refused = common.denied(&made.wrong) > 0;
    made.wrong.extend(if is_refused { cache.examine(&recipes, &step) } else { cache.fill(&recipes, &step) });
    progress.end();
    made.notes.extend(cache.note());
}

fn tell_written(written: &Written, made: &Made, output: &Path, common: &Common, began: Instant) {
    if common.verbose {
        written.changed.iter().for_each(|path| say(format!("changed {path}")));
        written.removed.iter().for_each(|path| say(format!("removed {path}")));
    }
    if !common.quiet {
        let pages = made.stage.as_ref().map_or(0, |stage| pages(&stage.world.site));
        let removed =
            if written.removed.is_empty() { String::new() } else { format!(", {} removed", written.removed.len()) };
        let changed = plural(written.changed.len(), "file");
        say(format!("{} in {}: {changed} changed{removed}, {}", plural(pages, "page"), shown(output), elapsed(began)));
    }
}

/// How many pages for readers a site has: redirects, feeds and files are none.
fn pages(site: &Site) -> usize {
    let page = |what: &Output| {
        matches!(
            what,
            Output::Entry(..)
                | Output::Year(..)
                | Output::List(..)
                | Output::Tags
                | Output::Tag(..)
                | Output::Corrections
                | Output::DataPage
                | Output::Search
        )
    };
    site.routes.iter().filter(|route| page(&route.what)).count()
}

fn minified(output: Rendered) -> Rendered {
    match output.data {
        Data::Bytes(bytes) if output.url.is_html() => Rendered { data: Data::Bytes(minify::html(&bytes)), ..output },
        data => Rendered { data, ..output },
    }
}
