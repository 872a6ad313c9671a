//! `init`: a small complete site in an empty folder.

use super::report::{advise, say};
use super::{CONTENT_ERRORS, Common, FINE, put, shown};
use crate::schema;
use std::io;
use std::path::{Path, PathBuf};

/// The flags of `init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  backgrounder init my-site\n  cd my-site && backgrounder serve")]
pub(super) struct Arguments {
    /// The folder: made if it is not there, else it must be empty; the site's folder when missing
    path: Option<PathBuf>,
}

macro_rules! starter {
    ($($path:literal from $file:literal,)*) => {
        /// The files of a new site.
        const FILES: &[(&str, &str)] = &[ $( ($path, include_str!(concat!("starter/", $file))), )* ];
    };
}

starter! {
    "site.yaml" from "site.yaml",
    ".gitignore" from "gitignore",
    ".vscode/settings.json" from "vscode/settings.json",
    ".vscode/extensions.json" from "vscode/extensions.json",
    "content/_index.md" from "content/_index.md",
    "content/timeline.md" from "content/timeline.md",
    "content/figures.md" from "content/figures.md",
    "content/articles/_index.md" from "content/articles/_index.md",
    "content/articles/river-rises.md" from "content/articles/river-rises.md",
    "content/facts/example.yaml" from "content/facts/example.yaml",
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let root = arguments.path.as_ref().unwrap_or(&common.root);
    match make(root) {
        Ok(()) => {
            if !common.quiet {
                say(format!("made a site of {} files in {}", FILES.len() + schemas().count(), shown(root)));
                say(format!("see it with: backgrounder serve --root {}", shown(root)));
            }
            FINE
        }
        Err(error) => {
            say(format!("error: no site was made in {}: {error}", shown(root)));
            advise(&error);
            CONTENT_ERRORS
        }
    }
}

/// The schemas that editors complete and check the site's YAML with; `schema` writes them again.
fn schemas() -> impl Iterator<Item = (String, String)> {
    schema::all().into_iter().map(|(name, schema)| (format!("schemas/{name}"), format!("{schema:#}\n")))
}

fn make(root: &Path) -> io::Result<()> {
    let is_other = |item: std::fs::DirEntry| item.file_name() != ".git";
    if root.exists() && std::fs::read_dir(root)?.flatten().any(is_other) {
        return Err(io::Error::new(io::ErrorKind::DirectoryNotEmpty, "the folder is not empty"));
    }
    let starter = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let files: Vec<(PathBuf, String)> = starter.chain(schemas()).map(|(path, text)| (root.join(path), text)).collect();
    put::all(&files)
}
