//! Pictures: which smaller ones stand beside a picture, and how a page offers them all to browsers, which take the one that
//! fits (HTML, 4.8.4).
//!
//! Every picture that can be made smaller has routes for that, whether a page shows it or not: a route costs nothing, and
//! what no output names is never made ([`crate::wanted`]).

use crate::config::Config;
use crate::exif::Still;
use crate::markdown::escaped;
use crate::recipe::{Recipe, height_of};
use crate::site::{Output, Route, Site};
use crate::source::{Area, Content, FileId, Source};
use crate::url::Url;

/// The widths in pixels that pictures are made smaller to.
const WIDTHS: [u32; 3] = [480, 960, 1440];

/// How exact they are, from 1 to 100.
const QUALITY: u8 = 80;

/// The tallest that a WebP can be, in pixels.
const TALLEST: u32 = 16383;

/// How wide a picture is shown: as wide as the text, and on narrow screens as the screen.
pub const SIZES: &str = "(min-width: 40rem) 38rem, 100vw";

/// What has a browser load a picture when it comes near.
const WHEN_NEAR: &str = "loading=\"lazy\" decoding=\"async\"";

/// A picture as a page shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The picture itself: for browsers that know nothing of the others, and to save.
    pub src: String,
    /// The smaller ones, each with its width.
    pub srcset: Option<String>,
    /// Its width and height in pixels, as far as they are known.
    pub pixels: Option<(usize, usize)>,
}

/// The pictures that are made of others.
pub fn routes(site: &Site) -> Vec<Route> {
    let of = |(file, source)| {
        let widths = widths(&site.config, source).into_iter();
        widths.map(move |width| Route { url: url(source, width), what: Output::Picture(file, width), span: None })
    };
    site.sources.iter().flat_map(of).collect()
}

/// How the picture `width` pixels wide is made of a file; none when the file is not one that is copied.
pub fn recipe(site: &Site, file: FileId, width: u32) -> Option<Recipe> {
    let asked = site.config.keys.pictures.as_ref().and_then(|keys| keys.quality);
    let quality = asked.and_then(|quality| u8::try_from(quality.0).ok()).unwrap_or(QUALITY);
    match &site.sources.get(file).content {
        Content::File { from, .. } => Some(Recipe::Resize { from: from.clone(), width, quality }),
        _ => None,
    }
}

/// How a page shows what stands at a route.
pub fn shown(site: &Site, route: &Route) -> Shown {
    let href = |url: &Url| url.href(&site.config.base_path);
    let src = href(&route.url);
    let Output::Copy(file) = route.what else { return Shown { src, ..Shown::default() } };
    let source = site.sources.get(file);
    let Content::File { pixels, beside, .. } = &source.content else { return Shown { src, ..Shown::default() } };
    let widths = widths(&site.config, source);
    // A comma would end the URL.
    let offered = |url: &Url, width: u32| format!("{} {width}w", href(url).replace(',', "%2C"));
    let mut all: Vec<String> = widths.iter().map(|width| offered(&url(source, *width), *width)).collect();
    if let (Some(Still::Webp), Some(own), false) = (beside.still, own_width(source), all.is_empty()) {
        all.extend((own <= widest(&site.config)).then(|| offered(&route.url, own)));
    }
    Shown { src, srcset: (!all.is_empty()).then(|| all.join(", ")), pixels: *pixels }
}

impl Shown {
    /// What of it stands in an `<img>`.
    pub fn attributes(&self) -> String {
        let mut html = format!("src=\"{}\"", escaped(&self.src));
        if let Some(srcset) = &self.srcset {
            html += &format!(" srcset=\"{}\" sizes=\"{SIZES}\"", escaped(srcset));
        }
        if let Some((width, height)) = self.pixels {
            html += &format!(" width=\"{width}\" height=\"{height}\"");
        }
        html
    }
}

/// A text whose first picture is loaded at once, for it may be seen without scrolling; the others when they come near.
pub fn first_at_once(html: String) -> String {
    match memchr::memmem::find(html.as_bytes(), WHEN_NEAR.as_bytes()) {
        Some(at) => [&html[..at], "loading=\"eager\" decoding=\"async\"", &html[at + WHEN_NEAR.len()..]].concat(),
        None => html,
    }
}

/// HTML whose `srcset`s work outside the site: paths get the host before them.
pub fn absolute_srcset(html: String, host: &str) -> String {
    const NAME: &str = " srcset=\"";
    if memchr::memmem::find(html.as_bytes(), NAME.as_bytes()).is_none() {
        return html;
    }
    let mut parts = html.split(NAME);
    let mut absolute = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (value, rest) = part.split_once('"').unwrap_or((part, ""));
        let of = |one: &str| {
            let is_path = one.starts_with('/') && !one.starts_with("//");
            if is_path { format!("{host}{one}") } else { one.to_owned() }
        };
        let all: Vec<String> = value.split(", ").map(of).collect();
        absolute += &format!("{NAME}{}\"{rest}", all.join(", "));
    }
    absolute
}

/// The widths in pixels that a file is made smaller to, by rising width: those that are asked for and not above its own,
/// and its own when it is below the widest of them. Of a WebP its own is left out, for it is there already.
fn widths(config: &Config, source: &Source) -> Vec<u32> {
    let Content::File { pixels: Some(pixels), beside, .. } = &source.content else { return Vec::new() };
    let (Some(still), Area::Content | Area::Static, Some(own)) = (beside.still, source.area, own_width(source)) else {
        return Vec::new();
    };
    if config.keys.pictures.as_ref().and_then(|keys| keys.resize) == Some(false) {
        return Vec::new();
    }
    let mut widths = asked(config);
    widths.extend((own <= widest(config)).then_some(own));
    widths.sort_unstable();
    widths.dedup();
    let whole = (own, u32::try_from(pixels.1).unwrap_or(u32::MAX));
    let fits = |width: &u32| *width <= own && height_of(*width, whole) <= TALLEST;
    widths.retain(|width| fits(width) && !(still == Still::Webp && *width == own));
    widths
}

fn own_width(source: &Source) -> Option<u32> {
    match source.content {
        Content::File { pixels: Some((width, _)), .. } => u32::try_from(width).ok().filter(|width| *width > 0),
        _ => None,
    }
}

/// The widths that the site asks for.
fn asked(config: &Config) -> Vec<u32> {
    let keys = config.keys.pictures.as_ref();
    let own = keys.map_or(&[][..], |keys| &keys.widths).iter().filter_map(|width| u32::try_from(width.0).ok());
    let own: Vec<u32> = own.collect();
    if own.is_empty() { WIDTHS.to_vec() } else { own }
}

fn widest(config: &Config) -> u32 {
    asked(config).into_iter().max().unwrap_or_default()
}

/// Where a smaller picture stands: beside the other, and its name holds the whole name of that, so that `a.jpg` and `a.png`
/// are not in each other's way.
fn url(source: &Source, width: u32) -> Url {
    Url::of_file(&format!("{}-{width}w{ENDING}", source.inner()))
}

/// How the name of a smaller picture ends.
const ENDING: &str = ".webp";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_of_a_text_is_loaded_at_once() {
        let picture = |how: &str| format!("<img src=\"a\" loading=\"{how}\" decoding=\"async\">");
        let text = |first: &str| format!("<p>x</p><img loading=\"lazy\">{}{}", picture(first), picture("lazy"));
        assert_eq!(first_at_once(text("lazy")), text("eager"));
        assert_eq!(first_at_once("<p>x</p>".to_owned()), "<p>x</p>");
    }

    #[test]
    fn offers_work_outside_the_site() {
        let html =
            "<img src=\"/a.jpg\" srcset=\"/a.jpg-480w.webp 480w, /b.webp 960w\" sizes=\"100vw\"><p srcset=\"//x 1w\">";
        let told = "<img src=\"/a.jpg\" srcset=\"https://e.org/a.jpg-480w.webp 480w, https://e.org/b.webp 960w\" sizes=\"100vw\"><p srcset=\"//x 1w\">";
        assert_eq!(absolute_srcset(html.to_owned(), "https://e.org"), told);
    }
}
