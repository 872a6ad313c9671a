//! `list`: what is in the site, a line each, or as JSON.

use super::report::{data, tell};
use super::{CONTENT_ERRORS, Common};
use crate::Git;
use crate::diagnostic::Severity;
use crate::entry::Surface;
use crate::load;
use crate::site::{Ix, Reason, Site};
use crate::view::permalink;
use clap::ValueEnum;
use serde_json::{Value, json};

/// The flags of `list`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder list pages\n  backgrounder list facts --format json\n  backgrounder list drafts\n  backgrounder list later --as-of 2022-09-13"
)]
pub(super) struct Arguments {
    /// What to list
    what: What,
    /// How
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each: id, kind and title, with tabs between.
    Text,
    /// For a program.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Pages that are published.
    Pages,
    /// Pages with `draft: true`.
    Drafts,
    /// Pages dated in the future.
    Future,
    /// Pages past their expiry date.
    Expired,
    /// With --as-of, what is later than that day.
    Later,
    /// Events, figures, claims, places, actors, sources and terms.
    Facts,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let mut request = common.request(Git::Never);
    if !matches!(arguments.what, What::Pages | What::Facts) {
        request.selection.drafts = false;
        request.selection.future = false;
        request.selection.expired = false;
    }
    let made = load(&request);
    let wrong = crate::diagnostic::in_order(made.wrong);
    let errors: Vec<_> = wrong.into_iter().filter(|d| d.severity == Severity::Error).collect();
    tell(&errors, &made.sources);
    let Some(stage) = made.stage else { return CONTENT_ERRORS };
    let rows = rows(&stage.world.site, arguments.what);
    let code = match arguments.format {
        Format::Text => {
            let line = |row: &Value| {
                let words = |key: &str| row[key].as_str().unwrap_or_default().split_whitespace();
                let column = |key: &str| words(key).collect::<Vec<_>>().join(" ");
                format!("{}\t{}\t{}\n", column("id"), column("kind"), column("title"))
            };
            data(&rows.iter().map(line).collect::<String>())
        }
        Format::Json => data(&format!("{:#}\n", Value::from(rows))),
    };
    if errors.is_empty() { code } else { CONTENT_ERRORS }
}

fn rows(site: &Site, what: What) -> Vec<Value> {
    let left_out = |wanted: Reason| {
        let may_be_named = |surface: &Surface| !surface.fact().is_some_and(crate::facts::Fact::is_sensitive);
        let outs = site.left_out.iter().filter(move |out| out.reason == wanted && may_be_named(&out.surface));
        let title = |surface: &Surface| surface.title(&surface.lang, &|id| site.name_of(id, &surface.lang));
        outs.map(|out| row(site, &out.surface, &title(&out.surface), None)).collect()
    };
    match what {
        What::Pages => published(site, |surface| !surface.kind.is_fact()),
        What::Facts => published(site, |surface| surface.kind.is_fact()),
        What::Drafts => left_out(Reason::Draft),
        What::Future => left_out(Reason::Future),
        What::Expired => left_out(Reason::Expired),
        What::Later => left_out(Reason::Later),
    }
}

fn published(site: &Site, wanted: impl Fn(&Surface) -> bool) -> Vec<Value> {
    site.iter()
        .filter(|(ix, surface)| wanted(surface) && site.has_page(*ix))
        .map(|(ix, surface)| row(site, surface, &site.title(ix, &surface.lang), Some(ix)))
        .collect()
}

fn row(site: &Site, surface: &Surface, title: &str, ix: Option<Ix>) -> Value {
    let (line, _) = site.sources.line_column(surface.id.span);
    let date = surface.page().and_then(|page| page.date.as_ref()).map(crate::date::When::as_str);
    let date = date.or_else(|| surface.fact()?.date().map(crate::date::Edtf::as_str));
    json!({
        "id": surface.id.value,
        "kind": surface.kind.name(),
        "lang": surface.lang,
        "title": title,
        "date": date,
        "url": ix.filter(|ix| site.has_page(*ix)).map(|_| permalink(site, &surface.url)),
        "file": &*site.sources.get(surface.file).path,
        "line": line,
        "mentions": ix.map(|ix| site.backlinks[ix.0 as usize].len()),
    })
}
