//! `build`: the whole chain, into a folder.

use super::report::{Progress, elapsed, plural, say, tell, tell_left_out, tell_notes};
use super::{CONTENT_ERRORS, Common, FINE, shown};
use crate::Git;
use crate::cache::Cache;
use crate::render::{Data, Rendered};
use crate::site::{Output, Site};
use crate::{make, minify, search, write};
use std::path::PathBuf;
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

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let began = Instant::now();
    let output = arguments.output_dir.clone().unwrap_or_else(|| common.root.join("public"));
    let progress = Progress::new(common);
    let (mut made, mut outputs) = make(&common.request(Git::IfErrors), &|done, all| progress.step(done, all));
    progress.end();
    let searched = made.stage.as_ref().is_some_and(|stage| stage.world.site.config.has_search());
    if searched && common.denied(&made.wrong) == 0 {
        match search::index(&outputs) {
            Ok(index) => outputs.extend(index),
            Err(wrong) => made.wrong.push(wrong),
        }
    }
    made.wrong.extend(write::refuse(&common.root, &output));
    let cache = Cache::of(&common.root);
    let progress = Progress::making(common);
    let step = |done, all| progress.step(done, all);
    // What is not going to be written is not made either.
    let is_refused = common.denied(&made.wrong) > 0;
    made.wrong.extend(if is_refused { cache.examine(&outputs, &step) } else { cache.fill(&outputs, &step) });
    progress.end();
    made.notes.extend(cache.note());
    tell(&made.wrong, &made.sources);
    tell_left_out(&made, common);
    tell_notes(&made, common);
    if common.denied(&made.wrong) > 0 {
        say("nothing was written");
        return CONTENT_ERRORS;
    }
    let outputs = if arguments.minify { outputs.into_iter().map(minified).collect() } else { outputs };
    match write::write(&output, &outputs, &cache) {
        Ok(written) => {
            cache.tidy();
            if common.verbose {
                written.changed.iter().for_each(|path| say(format!("changed {path}")));
                written.removed.iter().for_each(|path| say(format!("removed {path}")));
            }
            if !common.quiet {
                let pages = made.stage.as_ref().map_or(0, |stage| pages(&stage.world.site));
                let removed = if written.removed.is_empty() {
                    String::new()
                } else {
                    format!(", {} removed", written.removed.len())
                };
                let changed = plural(written.changed.len(), "file");
                say(format!(
                    "{} in {}: {changed} changed{removed}, {}",
                    plural(pages, "page"),
                    shown(&output),
                    elapsed(began)
                ));
            }
            FINE
        }
        Err(wrong) => {
            tell(&wrong, &made.sources);
            if wrong.iter().all(|diagnostic| diagnostic.code == "foreign-file") {
                say("nothing was written");
            }
            CONTENT_ERRORS
        }
    }
}

/// How many pages for readers a site has: redirects, feeds and files are none.
fn pages(site: &Site) -> usize {
    let page = |what: &Output| {
        matches!(
            what,
            Output::Entry(..)
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
        Data::Bytes(bytes) if output.url.output().ends_with(".html") => {
            Rendered { data: Data::Bytes(minify::html(&bytes)), ..output }
        }
        data => Rendered { data, ..output },
    }
}
