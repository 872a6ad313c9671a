//! Rules about pictures: `picture-gps`, `unsafe-picture`, of `unsafe-link` the pictures of events, and of `picture` what can be seen without decoding one.

use super::Seen;
use crate::body::Target;
use crate::diagnostic::Diagnostic;
use crate::exif;
use crate::markdown::Html;
use crate::site::{Ix, Output, Site};
use crate::source::{Area, BUILT_IN, Content, Source, Span};
use std::io::Cursor;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let positions = seen.site.sources.iter().filter(|(_, source)| tells_position(source)).map(|(_, source)| {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let help = format!(
            "it is published as it is; take the position out, such as with `exiftool -gps:all= '-xmp:gps*=' {name}`"
        );
        Diagnostic::warning("picture-gps", None, "this file tells where it was taken").path(&*source.shown).help(help)
    });
    positions.chain(acting(seen.site)).chain(no_pictures(seen.site)).chain(of_events(seen)).collect()
}

/// Pictures of events that may not be shown.
fn of_events(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let settings = seen.site.config.markdown();
    let all = seen.events().flat_map(|(ix, event)| event.media.iter().enumerate().map(move |at| (ix, at)));
    all.filter_map(|(ix, (at, media))| {
        settings.shows_wrong(&media.src, seen.place(ix, &["media", &at.to_string(), "src"]))
    })
    .collect()
}

/// SVG files that do more than draw, where writers are not trusted with what runs.
fn acting(site: &Site) -> Vec<Diagnostic> {
    if site.config.markdown().html == Html::Trusted {
        return Vec::new();
    }
    let told = |source: &Source| {
        let Content::File { beside, .. } = &source.content else { return None };
        let message = format!("this picture does more than draw: {}", beside.acts?);
        let help = "save it anew without that, as plain SVG or as PNG";
        Some(Diagnostic::error("unsafe-picture", None, message).path(&*source.shown).help(help))
    };
    site.sources.iter().filter_map(|(_, source)| told(source)).collect()
}

/// Whether a file of the site is published that gives the coordinates of where it was taken.
fn tells_position(source: &Source) -> bool {
    match &source.content {
        Content::File { beside, .. } => beside.gps,
        Content::Bytes(bytes) if source.area == Area::Templates && !source.path.starts_with(BUILT_IN) => {
            exif::beside(&mut Cursor::new(bytes)).gps
        }
        Content::Bytes(_) | Content::Text(_) | Content::LetGo(_) => false,
    }
}

/// Pictures of texts whose files are none.
fn no_pictures(site: &Site) -> Vec<Diagnostic> {
    let told = |(ix, surface): (Ix, &crate::entry::Surface)| {
        let of_fields = surface.field_bodies().into_iter().flat_map(crate::body::Body::mentions);
        let all = of_fields.chain(surface.mentions.iter().cloned());
        let targets = all.filter_map(|mention| match mention.target.value {
            Target::Image(src) => Some((src, mention.target.span)),
            _ => None,
        });
        targets.filter_map(|(src, span)| no_picture(site, ix, &src, span)).collect::<Vec<_>>()
    };
    site.iter().flat_map(told).collect()
}

fn no_picture(site: &Site, from: Ix, src: &str, span: Span) -> Option<Diagnostic> {
    let to = site.follow(src, from)?;
    let Output::Copy(file) = site.route(to.url.as_str())?.what else { return None };
    let source = site.sources.get(file);
    let ending = source.path.rsplit('.').next()?.to_ascii_lowercase();
    let is_unknown = matches!(source.content, Content::File { pixels: None, .. });
    (is_unknown && ["jpg", "jpeg", "png", "webp"].contains(&&*ending)).then(|| {
        let message = format!("{} is no picture, whatever its name says", source.shown);
        Diagnostic::error("picture", span, message).help("save it anew from its original")
    })
}
