//! Desk: what a writer wants to know of the site beside its pages, under `/_backgrounder/`.

use super::{Answer, OWN, Shown};
use crate::compare;
use crate::date::day_words;
use crate::diagnostic::Severity;
use crate::entry::Surface;
use crate::facts::{Fact, grouped};
use crate::kind::{Kind, KindInfo};
use crate::site::{Ix, LeftOut, Site};
use crate::source::{FileId, Span};
use crate::values;
use crate::view::{heading_text, href};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;
use tera::{Context, Map, Tera, Value};

const DESK: &str = include_str!("desk.html");

/// What a path below [`OWN`] is answered with: nothing for the overview, `of/` and an id for where that is used.
pub fn answer(shown: &Shown, path: &str) -> Answer {
    let Some(site) = shown.live.site() else { return Answer::Nothing };
    let desk = Desk { site, lines: RefCell::default() };
    let context = match path.strip_prefix("of/") {
        Some(id) => desk.used(id),
        None if path.is_empty() => Some(desk.overview(shown)),
        None => None,
    };
    let found = context.is_some();
    let context = context.unwrap_or_else(|| values! { "view": "missing", "site": site.config.keys.title.as_str(), "home": format!("{}/", site.config.base_path), "path": path, });
    let html = page(context);
    Answer::bytes(found, "index.html".to_owned(), html.into_bytes(), false)
}

fn page(values: Map) -> String {
    static TERA: OnceLock<Tera> = OnceLock::new();
    let tera = TERA.get_or_init(|| {
        let mut tera = Tera::default();
        tera.add_raw_template("desk.html", DESK).expect("the template is tested");
        tera
    });
    let mut context = Context::new();
    for (key, value) in values {
        context.insert_value(key.to_string(), value);
    }
    tera.render("desk.html", &context).unwrap_or_else(|error| format!("<pre>{error}</pre>"))
}

/// A site that is looked at, and where the lines of its files begin, as far as they were asked for.
struct Desk<'s> {
    site: &'s Site,
    lines: RefCell<HashMap<FileId, Vec<u32>>>,
}

impl Desk<'_> {
    /// Pages, drafts, facts, and what should be looked at.
    fn overview(&self, shown: &Shown) -> Map {
        let site = self.site;
        // A sensitive source is named nowhere.
        let named = site.iter().filter(|(ix, _)| site.has_page(*ix));
        let (pages, facts): (Vec<_>, Vec<_>) = named.partition(|(_, surface)| !surface.kind.is_fact());
        let of = |wanted: &dyn Fn(Ix, &Surface) -> bool| -> Vec<Value> {
            facts.iter().filter(|(ix, surface)| wanted(*ix, surface)).map(|(ix, _)| self.row(*ix)).collect()
        };
        let kind = |info: &KindInfo| {
            let own = of(&|_, surface| surface.kind == info.kind);
            let count = grouped(own.len() as u64);
            (!own.is_empty()).then(|| Value::from(values! { "title": info.title, "count": count, "entries": own, }))
        };
        let unarchived = |_, surface: &Surface| matches!(surface.fact(), Some(Fact::Source(source)) if source.url.is_some() && source.archive.is_none());
        values! {
            "view": "overview",
            "site": site.config.keys.title.as_str(),
            "home": format!("{}/", site.config.base_path),
            "as_of": site.as_of.map(|day| day_words(day, site.config.lang())),
            "pages": pages.iter().map(|(ix, _)| self.row(*ix)).collect::<Vec<_>>(),
            "left_out": self.left_out(),
            "kinds": Kind::facts().filter_map(kind).collect::<Vec<_>>(),
            "facts": grouped(facts.len() as u64),
            "unused": of(&|ix, _| site.backlinks[ix.0 as usize].is_empty()),
            "stale": self.stale(),
            "unarchived": of(&unarchived),
            "errors": told(shown, Severity::Error),
            "warnings": told(shown, Severity::Warning),
        }
    }

    /// What is not published, and why.
    fn left_out(&self) -> Vec<Value> {
        let site = self.site;
        let row = |out: &LeftOut| {
            let title = out.surface.title(&out.surface.lang, &|id| site.name_of(id, &out.surface.lang));
            let row = values! {
                "id": out.surface.id.value.as_str(),
                "title": title,
                "kind": out.surface.kind.name(),
                "reason": out.reason.words(),
                "flag": out.reason.flag(),
                "file": &*site.sources.get(out.surface.file).path,
            };
            row.into()
        };
        site.left_out.iter().map(row).collect()
    }

    /// The figures that the rule about stale ones finds, each with what it says.
    fn stale(&self) -> Vec<Value> {
        let found = crate::checks::stale_figures(self.site);
        let figures = self.site.iter().filter(|(_, surface)| surface.kind == Kind::Figure);
        let value = |(ix, surface): (Ix, &Surface)| {
            let extent = surface.extent.span;
            let own = |span: &Span| span.file == extent.file && (extent.start..extent.end).contains(&span.start);
            let (told, span) = found.iter().find_map(|told| Some((told, told.span.filter(own)?)))?;
            let mut row = self.row(ix).into_map().unwrap_or_default();
            row.insert("told".into(), told.message.as_str().into());
            row.insert("line".into(), self.line(span).into());
            Some(row.into())
        };
        figures.filter_map(value).collect()
    }

    /// An entry as a line of a list.
    fn row(&self, ix: Ix) -> Value {
        let site = self.site;
        let surface = site.entry(ix);
        let id = surface.id.value.as_str();
        values! {
            "id": id,
            "kind": surface.kind.name(),
            "lang": surface.lang.as_str(),
            "title": site.title(ix, &surface.lang),
            "url": site.has_page(ix).then(|| href(site, &surface.url)),
            "used_at": used_at(id),
            "uses": site.backlinks[ix.0 as usize].len(),
            "as_of": compare::figure(site, ix).map(|figure| figure.as_of.words(&surface.lang)),
            "file": &*site.sources.get(surface.file).path,
            "line": self.line(surface.id.span),
        }
        .into()
    }

    /// The line that a span begins on, counted from 1.
    fn line(&self, span: Span) -> usize {
        let mut lines = self.lines.borrow_mut();
        let starts = lines.entry(span.file).or_insert_with(|| {
            let text = self.site.sources.get(span.file).text();
            text.match_indices('\n').map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect()
        });
        starts.partition_point(|end| *end < span.start) + 1
    }

    /// Where an id is used, in whatever language: by which entries, in which field or under which heading.
    fn used(&self, id: &str) -> Option<Map> {
        let site = self.site;
        let ix = site.find(id, site.config.lang()).ok().filter(|ix| site.has_page(*ix))?;
        let own = &site.entry(ix).id.value;
        let versions = site.iter().filter(|(_, surface)| surface.id.value == *own);
        let links = versions.flat_map(|(ix, _)| &site.backlinks[ix.0 as usize]);
        let links = links.filter(|link| site.has_page(link.from));
        let uses = links.map(|link| {
            let from = site.entry(link.from);
            let heading = link.heading.and_then(|at| from.headings.get(at as usize));
            let mut row = self.row(link.from).into_map().unwrap_or_default();
            row.insert("field".into(), link.field.into());
            row.insert("heading".into(), heading.map(|heading| heading_text(site, from, &heading.text)).into());
            Value::from(row)
        });
        Some(values! {
            "view": "used",
            "site": site.config.keys.title.as_str(),
            "home": format!("{}/", site.config.base_path),
            "of": self.row(ix),
            "uses": uses.collect::<Vec<_>>(),
        })
    }
}

/// What is wrong, of one severity.
fn told(shown: &Shown, severity: Severity) -> Vec<Value> {
    let mut rows = Vec::new();
    for part in &shown.report.parts {
        let places = part.sources.places();
        for told in part.wrong.iter().filter(|told| told.severity == severity) {
            let file = told.span.map(|span| part.sources.get(span.file).path.to_string());
            let row = values! {
                "code": told.code,
                "message": told.message.as_str(),
                "file": file.as_deref().or(told.path.as_deref()),
                "line": told.span.map(|span| places.of(span).0),
            };
            rows.push(row.into());
        }
    }
    rows
}

/// Where the uses of an id are listed.
fn used_at(id: &str) -> String {
    let parts: Vec<String> = id.split('/').map(|part| utf8_percent_encode(part, PART).to_string()).collect();
    format!("{OWN}of/{}", parts.join("/"))
}

/// What a part of a path keeps as it is: RFC 3986's unreserved signs.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_sound() {
        let html = page(values! { "view": "missing", "site": "A <site>", "home": "/", "path": "of/x", });
        assert!(html.contains("A &lt;site&gt;") && html.contains("of/x"), "{html}");
    }

    #[test]
    fn titles_and_messages_are_text_in_every_part() {
        let odd = "<script>\"'&";
        let row = || values! { "id": odd, "kind": odd, "title": odd, "url": odd, "used_at": odd, "uses": 1, "as_of": odd, "file": odd, "line": 1, "told": odd, "reason": odd, "flag": odd, "code": odd, "message": odd, "field": odd, "heading": odd, };
        let rows = || vec![Value::from(row())];
        let kind = values! { "title": odd, "count": odd, "entries": rows(), };
        let overview = values! {
            "view": "overview", "site": odd, "home": odd, "as_of": odd, "pages": rows(), "left_out": rows(), "kinds": vec![Value::from(kind)],
            "facts": odd, "unused": rows(), "stale": rows(), "unarchived": rows(), "errors": rows(), "warnings": rows(),
        };
        let used = values! { "view": "used", "site": odd, "home": odd, "of": row(), "uses": rows(), };
        for html in [page(overview), page(used)] {
            assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
        }
    }
}
