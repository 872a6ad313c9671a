//! `export`: the sources of a site, for libraries of other tools.

use super::report::{data, say, tell};
use super::{CONTENT_ERRORS, Common, FINE};
use crate::Git;
use crate::bibliography::{Item, bibtex, csl_json};
use crate::diagnostic::Severity;
use crate::facts::Fact;
use crate::load;
use crate::site::Site;
use clap::ValueEnum;

/// The flags of `export`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder export sources > sources.json\n  backgrounder export sources --format bibtex > sources.bib"
)]
pub(super) struct Arguments {
    /// What to export
    what: What,
    /// In which format
    #[arg(long, value_enum, default_value = "csl-json")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The sources, but for those that are sensitive.
    Sources,
}

/// A format of bibliographies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// CSL-JSON, which Zotero, Mendeley and pandoc read.
    CslJson,
    /// `BibTeX`, with the fields of biblatex.
    Bibtex,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let made = load(&common.request(Git::Never));
    let errors: Vec<_> = made.wrong.into_iter().filter(|found| found.severity == Severity::Error).collect();
    tell(&errors, &made.sources);
    let Some(stage) = made.stage else { return CONTENT_ERRORS };
    let What::Sources = arguments.what;
    let items = sources(&stage.world.site);
    let code = match arguments.format {
        Format::CslJson => data(&format!("{:#}\n", csl_json(&items))),
        Format::Bibtex => data(&bibtex(&items)),
    };
    if !common.quiet && errors.is_empty() && code == FINE {
        say(format!("exported {}", super::report::plural(items.len(), "source")));
    }
    if errors.is_empty() { code } else { CONTENT_ERRORS }
}

/// The sources of a site that may be named, in the order of their ids.
fn sources(site: &Site) -> Vec<Item> {
    let named = site.iter().filter(|(ix, _)| site.has_page(*ix));
    let source = named.filter_map(|(_, surface)| match surface.fact() {
        Some(Fact::Source(source)) => Some(Item::of_source(&surface.id.value, source, site.config.lang())),
        _ => None,
    });
    source.collect()
}
