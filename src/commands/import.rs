//! `import`: a library of sources from elsewhere, as a facts file.

use super::export::Format;
use super::report::{data, plural, say, tell, unwritten};
use super::{CONTENT_ERRORS, Common, FINE, put, shown};
use crate::Git;
use crate::bibliography::{BadFile, Imported, Item, facts_yaml, from_bibtex, from_csl_json};
use crate::load;
use crate::read::read_alone;
use crate::source::{Sources, printable};
use std::path::PathBuf;

/// The flags of `import`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder import library.json > content/facts/library.yaml\n  backgrounder import library.bib --output content/facts/library.yaml"
)]
pub(super) struct Arguments {
    /// A file of CSL-JSON or BibTeX
    file: PathBuf,
    /// Its format; by its name when missing: .bib is BibTeX, anything else CSL-JSON
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The facts file to make, instead of printing it; one that is there is left alone
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let text = match read_alone(&arguments.file) {
        Ok(text) => text,
        Err(wrong) => {
            tell(&[wrong], &Sources::default());
            return CONTENT_ERRORS;
        }
    };
    let imported = match read(&text, arguments) {
        Ok(imported) => imported,
        Err(BadFile { line, message }) => {
            say(printable(format!("error: {}:{line}: {message}", shown(&arguments.file))));
            return CONTENT_ERRORS;
        }
    };
    for Imported { item, warnings } in &imported {
        warnings.iter().for_each(|warning| say(printable(format!("warning: `{}`: {warning}", item.id))));
    }
    let items: Vec<Item> = imported.into_iter().map(|imported| imported.item).collect();
    // Ids of the site, where there is one, stay its own.
    let site = load(&common.request(Git::Never)).stage.map(|stage| stage.world.site.clone());
    let taken = |id: &str| site.as_ref().is_some_and(|site| site.find(id, site.config.lang()).is_ok());
    let yaml = facts_yaml(&items, taken);
    let code = match &arguments.output {
        None => data(&yaml),
        Some(path) => put::one(path, &yaml).map_or_else(|error| unwritten(path, &error), |()| FINE),
    };
    if !common.quiet && code == FINE {
        say(format!("imported {}", plural(items.len(), "source")));
    }
    code
}

fn read(text: &str, arguments: &Arguments) -> Result<Vec<Imported>, BadFile> {
    let named = arguments.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bib"));
    match arguments.format.unwrap_or(if named { Format::Bibtex } else { Format::CslJson }) {
        Format::Bibtex => from_bibtex(text),
        Format::CslJson => from_csl_json(text),
    }
}
