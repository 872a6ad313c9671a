//! `import`: a library of sources from elsewhere, as a facts file.

use super::export::Format;
use super::report::{data, plural, say, unwritten};
use super::{CONTENT_ERRORS, Common, FINE, put, shown};
use crate::Git;
use crate::bibliography::{BadFile, Imported, Item, facts_yaml, from_bibtex, from_csl_json};
use crate::load;
use crate::source::printable;
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
    match import(arguments, common) {
        Ok(code) => code,
        Err(message) => {
            say(printable(format!("error: {message}")));
            CONTENT_ERRORS
        }
    }
}

fn import(arguments: &Arguments, common: &Common) -> Result<u8, String> {
    let file = shown(&arguments.file);
    let text = std::fs::read_to_string(&arguments.file).map_err(|error| format!("{file} cannot be read: {error}"))?;
    let imported =
        read(&text, arguments).map_err(|error: BadFile| format!("{file}:{}: {}", error.line, error.message))?;
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
    Ok(code)
}

fn read(text: &str, arguments: &Arguments) -> Result<Vec<Imported>, BadFile> {
    let named = arguments.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bib"));
    match arguments.format.unwrap_or(if named { Format::Bibtex } else { Format::CslJson }) {
        Format::Bibtex => from_bibtex(text),
        Format::CslJson => from_csl_json(text),
    }
}
