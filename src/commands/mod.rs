//! The commands: the command line in, an exit code out. Reports go to stderr, data to stdout.

mod build;
mod check;
mod explain;
mod export;
mod import;
mod init;
mod list;
mod new;
mod put;
mod report;
mod schema;
mod serve;

use crate::date::{Day, When};
use crate::link::Selection;
use crate::source::printable;
use crate::{Git, Request};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Everything was fine.
pub const FINE: u8 = 0;
/// There are errors in the content, or something could not be written.
pub const CONTENT_ERRORS: u8 = 1;
/// The command was called in a way it does not know.
pub const WRONG_USAGE: u8 = 2;
/// `check` found something.
pub const FINDINGS: u8 = 3;

/// A static site generator for explainers, in which facts are data.
#[derive(Debug, Parser)]
#[command(name = "backgrounder", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Examples:\n  backgrounder init my-site        begin a site\n  backgrounder serve               see it in a browser\n  backgrounder build               write it to public/\n  backgrounder check --deny warnings"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Flags of all commands, accepted anywhere on the line.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Common {
    /// The site's folder
    #[arg(short, long, global = true, default_value = ".", value_name = "DIR")]
    root: PathBuf,
    /// The site's configuration, instead of site.yaml in its folder
    #[arg(short, long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the site will stand, instead of where site.yaml says
    #[arg(short = 'u', long, global = true, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    /// Take drafts in
    #[arg(long, global = true)]
    drafts: bool,
    /// Take in pages that are dated in the future
    #[arg(long, global = true)]
    future: bool,
    /// Take in pages that have expired
    #[arg(long, global = true)]
    expired: bool,
    /// Show the site as it could be known on this day, such as 2022-09-13
    #[arg(long, global = true, value_name = "DAY", value_parser = day)]
    as_of: Option<Day>,
    /// What counts as an error beside errors
    #[arg(long, global = true, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more: what was left out, and each file that was changed
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// What counts as an error beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings too.
    Warnings,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// For a program.
    Json,
    /// For a code host: SARIF 2.1.0.
    Sarif,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a site: a small complete one in an empty folder
    Init(init::Arguments),
    /// Begin a page: a file with front matter, as a draft
    New(new::Arguments),
    /// Build the site into a folder
    Build(build::Arguments),
    /// Preview the site in a browser, and follow what you edit
    Serve(serve::Arguments),
    /// Do all that build does but the writing, and tell what is wrong
    Check(check::Arguments),
    /// List what is in the site
    List(list::Arguments),
    /// Write the sources for other tools, as CSL-JSON or BibTeX
    Export(export::Arguments),
    /// Read sources out of CSL-JSON or BibTeX, and write them as a facts file
    Import(import::Arguments),
    /// Explain a rule: what it finds, why it matters, and how to mend it
    Explain(explain::Arguments),
    /// Write JSON Schemas, with which editors complete and check a site's YAML
    Schema(schema::Arguments),
    /// Write a completion script for a shell
    #[command(
        after_help = "Examples:\n  backgrounder completion bash > ~/.local/share/bash-completion/completions/backgrounder\n  backgrounder completion zsh > ~/.zfunc/_backgrounder"
    )]
    Completion {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command that the process was called with; returns its exit code.
pub fn run() -> u8 {
    let cli = Cli::parse();
    let common = &cli.common;
    if let Err(wrong) = epoch() {
        report::say(format!("error: {wrong}"));
        return WRONG_USAGE;
    }
    crate::endless::watch(without_end(&cli.command));
    // An error would say that the threads are there already.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(crate::yaml::STACK).build_global();
    match &cli.command {
        Command::Init(arguments) => init::run(arguments, common),
        Command::New(arguments) => new::run(arguments, common),
        Command::Build(arguments) => build::run(arguments, common),
        Command::Serve(arguments) => serve::run(arguments, common),
        Command::Check(arguments) => check::run(arguments, common),
        Command::List(arguments) => list::run(arguments, common),
        Command::Export(arguments) => export::run(arguments, common),
        Command::Import(arguments) => import::run(arguments, common),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Schema(arguments) => schema::run(arguments, common),
        Command::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut command(), "backgrounder", &mut script);
            report::data(&String::from_utf8_lossy(&script))
        }
    }
}

/// What becomes of the process when a page has no end: no thread that makes it can be stopped.
fn without_end(command: &Command) -> impl Fn(crate::diagnostic::Diagnostic) + Send + 'static {
    let (is_build, is_check) = (matches!(command, Command::Build(_)), matches!(command, Command::Check(_)));
    move |told| {
        report::tell(&[told], &crate::source::Sources::default());
        if is_build {
            report::say("nothing was written");
        }
        std::process::exit(i32::from(if is_check { FINDINGS } else { CONTENT_ERRORS }))
    }
}

/// The command line's definition, for completion scripts and tests of the documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

fn day(text: &str) -> Result<Day, String> {
    let day = When::parse(text).map(|when| when.day());
    day.map_err(|error| match error.help.filter(|help| help.starts_with("did you mean")) {
        Some(help) => format!("it is not a day; {help}"),
        None => "it is not a day, such as 2022-09-13".to_owned(),
    })
}

fn base_url(text: &str) -> Result<String, String> {
    crate::config::not_a_base_url(text).map_or_else(|| Ok(text.to_owned()), Err)
}

impl Common {
    /// What the flags ask the chain to make.
    fn request(&self, git: Git) -> Request {
        Request {
            git,
            root: self.root.clone(),
            config: self.config.clone().unwrap_or_else(|| self.root.join("site.yaml")),
            base_url: self.base_url.clone(),
            selection: Selection {
                drafts: self.drafts,
                future: self.future,
                expired: self.expired,
                now: now(),
                as_of: self.as_of,
            },
        }
    }

    /// Whether the site's folder is there; tells when it is not. Only `init` makes one.
    fn has_root(&self) -> bool {
        let is_there = self.root.is_dir();
        if !is_there {
            report::say(printable(format!("error: there is no folder {}", shown(&self.root))));
            report::say("help: `--root` says where the site is; `backgrounder init` makes one");
        }
        is_there
    }

    /// How many of these diagnostics stand in the way.
    fn denied(&self, wrong: &[crate::diagnostic::Diagnostic]) -> usize {
        let (errors, warnings) = crate::diagnostic::count(wrong);
        errors + if self.deny == Some(Deny::Warnings) { warnings } else { 0 }
    }
}

/// The present, or what `SOURCE_DATE_EPOCH` says it is: it decides what is in the future, and nothing else.
fn now() -> Timestamp {
    epoch().ok().flatten().unwrap_or_else(Timestamp::now)
}

/// What `SOURCE_DATE_EPOCH` says, if it is set and not empty (reproducible-builds.org, "`SOURCE_DATE_EPOCH`").
fn epoch() -> Result<Option<Timestamp>, String> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else { return Ok(None) };
    let second =
        text.to_str().and_then(|text| text.parse().ok()).and_then(|second| Timestamp::from_second(second).ok());
    second.map(Some).ok_or_else(|| {
        format!("SOURCE_DATE_EPOCH is `{}`, and no number of seconds since 1970", text.to_string_lossy())
    })
}

/// A path as a person reads it: relative to where they stand, where it can be.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = path.strip_prefix(here).unwrap_or(path);
    if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }
}
