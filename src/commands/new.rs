//! `new`: a file with front matter, as a draft.

use super::report::{data, say, unwritten};
use super::{Common, WRONG_USAGE, now, put, shown};
use crate::read::{is_of_site, link_out};
use crate::source::{Area, printable};
use std::fmt::Write as _;
use std::path::{Component, Path};

/// The flags of `new`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder new articles/ceasefire-talks\n  backgrounder new background/the-corridor.md --title 'What is the corridor?'"
)]
pub(super) struct Arguments {
    /// The page's path below content/, with or without .md
    path: String,
    /// Its title, instead of one made of its file's name
    #[arg(long)]
    title: Option<String>,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let inner = arguments.path.trim_start_matches("content/").trim_end_matches(".md");
    let plain = Path::new(inner).components().all(|part| matches!(part, Component::Normal(_)));
    if inner.is_empty() || inner.ends_with('/') || !plain || inner.contains(char::is_control) {
        say(printable(format!("error: `{}` is not a path below content/", arguments.path)));
        return WRONG_USAGE;
    }
    let inside = format!("content/{inner}.md");
    if !is_of_site(&inside, Area::Content) {
        say(format!("error: {inside} would never be read: it is hidden, or named like what editors leave"));
        say("help: begin no name with `.` or `#`, and end none like `.tmp` or `~`");
        return WRONG_USAGE;
    }
    if !common.has_root() {
        return WRONG_USAGE;
    }
    if let Some(link) = link_out(&common.root, &inside) {
        say(printable(format!("error: {} is a link that leads out of the site, or to nothing", shown(&link))));
        say("help: make a folder in its place, or choose another path");
        return WRONG_USAGE;
    }
    let path = common.root.join(inside);
    let title = arguments.title.clone().unwrap_or_else(|| title_of(inner));
    if let Err(error) = put::all(&[(path.clone(), text(&title))]) {
        return unwritten(&path, &error);
    }
    data(&format!("{}\n", path.display()))
}

/// `articles/ceasefire-talks` as "Ceasefire talks".
fn title_of(inner: &str) -> String {
    let name = inner.rsplit('/').next().unwrap_or(inner).replace(['-', '_'], " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn text(title: &str) -> String {
    let day = jiff::tz::TimeZone::UTC.to_datetime(now()).date();
    let quoted = serde_json::Value::from(title).to_string();
    let mut text = String::from("---\n");
    // Writing to a string does not fail.
    let _ = write!(text, "title: {quoted}\ndate: {day}\ndraft: true\n---\n\n");
    text
}
