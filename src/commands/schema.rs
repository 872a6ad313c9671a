//! `schema`: JSON Schemas of a site's YAML, for editors.

use super::report::{data, say, unwritten};
use super::{CONTENT_ERRORS, Common, FINE, WRONG_USAGE, put, shown};
use crate::read::link_out;
use crate::schema;
use crate::source::printable;
use clap::ValueEnum;
use std::path::PathBuf;

/// The flags of `schema`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder schema              write all three into schemas/\n  backgrounder schema facts        print one"
)]
pub(super) struct Arguments {
    /// Print the schema of this alone
    of: Option<Of>,
    /// The folder to write to, instead of schemas/ in the site's folder
    #[arg(short, long, value_name = "DIR", conflicts_with = "of")]
    output_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// site.yaml.
    Site,
    /// The front matter of Markdown files.
    FrontMatter,
    /// Facts files.
    Facts,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let schemas = schema::all();
    if let Some(of) = arguments.of {
        let (_, schema) = &schemas[of as usize];
        return data(&format!("{schema:#}\n"));
    }
    if arguments.output_dir.is_none() && !common.has_root() {
        return WRONG_USAGE;
    }
    let folder = arguments.output_dir.clone().unwrap_or_else(|| common.root.join("schemas"));
    // A folder that was named may lie anywhere; the site's own may not.
    let link = arguments.output_dir.is_none().then(|| link_out(&common.root, "schemas/")).flatten();
    let is_other = |path: &PathBuf| path.symlink_metadata().is_ok_and(|meta| !meta.is_file());
    if let Some(path) = link.or_else(|| schemas.iter().map(|(name, _)| folder.join(name)).find(is_other)) {
        say(printable(format!("error: {} is a link or no file, and is not written through", shown(&path))));
        say("help: remove it and try again, or name another folder with `--output-dir`");
        return CONTENT_ERRORS;
    }
    if let Err(error) = std::fs::create_dir_all(&folder) {
        return unwritten(&folder, &error);
    }
    for (name, schema) in &schemas {
        let path = folder.join(name);
        if let Err(error) = put::over(&path, &format!("{schema:#}\n")) {
            return unwritten(&path, &error);
        }
    }
    if !common.quiet {
        say(format!("wrote {} schemas to {}", schemas.len(), shown(&folder)));
    }
    FINE
}
