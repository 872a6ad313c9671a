//! `site.yaml`: what a site says of itself as a whole.

use crate::decode::{Count, Extra, Field, Fields, Links, Reading, Record, WebUrl};
use crate::diagnostic::{Diagnostic, Severity, did_you_mean};
use crate::map;
use crate::markdown::Settings;
use crate::rule::Levels;
use crate::source::{Area, At, FileId, Source, Sources, Span};
use crate::yaml::Node;
use crate::{record, vocabulary, yaml};
use jiff::tz::TimeZone;
use tera::Value;

record! {
    /// The keys of `site.yaml`.
    Keys {
        /// The site's name.
        title: String,
        /// What it explains, in a sentence.
        description: Option<String>,
        /// Where it will stand, with any path: `https://example.org/sub/`.
        base_url: WebUrl,
        /// The language of pages that name no other, as BCP 47 tag; `en` when missing.
        language | "default_language": Option<String>,
        /// Other languages that pages may be written in: `page.hy.md` needs `hy` here.
        languages: Vec<String>,
        /// The IANA time zone of dates without one; `UTC` when missing.
        time_zone: Option<String>,
        /// Who publishes it: named in feeds and at the foot of pages.
        author: Option<String>,
        /// How many entries a page of a list holds; 50 when missing, and 0 for no limit.
        paginate_by: Option<Count>,
        /// How feeds are made.
        feeds: Option<FeedKeys>,
        /// How Markdown is read.
        markdown: Option<MarkdownKeys>,
        /// What an unknown key is; an error when missing.
        unknown_keys: Option<UnknownKeys>,
        /// How much each rule matters: a map from its code to `error`, `warning` or `off`.
        rules: Levels,
        /// How figures are looked after.
        figures: Option<FigureKeys>,
        /// How maps are drawn.
        maps: Option<MapKeys>,
        /// Values for the theme's templates.
        theme: Option<Extra>,
        /// Values for the site's own templates.
        extra: Option<Extra>,
    }
}

record! {
    /// How feeds are made.
    FeedKeys {
        /// How many entries a feed holds; 20 when missing, and 0 for no feeds.
        limit: Option<Count>,
    }
}

record! {
    /// How Markdown is read.
    MarkdownKeys {
        /// Straight quotes, `--` and `...` become typographic ones.
        smart_punctuation: Option<bool>,
    }
}

record! {
    /// How figures are looked after.
    FigureKeys {
        /// How old a figure may be that a live page prints, such as `90 days`, `6 months` or `1 year`.
        stale_after: Option<Age>,
    }
}

record! {
    /// How maps are drawn.
    MapKeys {
        /// Borders that are not agreed, beside those that are known to be so: pairs of countries by their English names.
        disputed_borders: Vec<Border>,
    }
}

/// The border between two countries, by their English names on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Border(pub String, pub String);

impl Field for Border {
    const TYPE: &'static str = "a list of two countries";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let names = Vec::<At<String>>::read(node, reading)?;
        let [one, other] = &names[..] else { return reading.wrong_type(node, Self::TYPE) };
        for name in [one, other].into_iter().filter(|name| !map::is_country(&name.value)) {
            let message = format!("the maps have no country `{}`", name.value);
            let near = did_you_mean(&name.value, map::country_names());
            reading.wrong.push(Diagnostic::error("wrong-type", name.span, message).maybe_help(near));
        }
        Some(Self(one.value.clone(), other.value.clone()))
    }
    fn value(&self, _: &dyn Links) -> Value {
        vec![self.0.as_str(), self.1.as_str()].into()
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 })
    }
}

/// A stretch of calendar time, such as `90 days`, `6 months` or `1 year`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Age(pub jiff::SpanFieldwise);

impl Field for Age {
    const TYPE: &'static str = "a stretch of time, such as `90 days`, `6 months` or `1 year`";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::read(node, reading)?;
        let span = text.parse::<jiff::Span>().ok().filter(|span| !span.is_negative() && !span.is_zero());
        match span {
            Some(span) => Some(Self(span.fieldwise())),
            None => reading.wrong_type(node, Self::TYPE),
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.0.to_string().into()
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "examples": ["90 days", "6 months", "1 year"] })
    }
}

vocabulary! {
    /// What an unknown key is.
    UnknownKeys { "error": "an error", "warn": "a warning", "allow": "nothing", }
}

/// What the chain needs to know of the site as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The keys as written.
    pub keys: Keys,
    /// The base URL without a slash at its end: `https://example.org/sub`.
    pub base_url: String,
    /// Its path without a slash at its end: `/sub`, or nothing.
    pub base_path: String,
    /// The time zone of dates without one.
    pub time_zone: TimeZone,
    /// All languages, the default one first.
    pub langs: Vec<String>,
}

/// Why `url` cannot be a base URL, if it cannot.
pub fn not_a_base_url(url: &str) -> Option<String> {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    if !scheme {
        Some("a base URL begins with `https://` or `http://`".to_owned())
    } else if url.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')) || url.ends_with("://") {
        Some("a base URL names a host, and has no spaces, quotes or angle brackets".to_owned())
    } else if url.contains(['?', '#']) {
        Some("a base URL has no `?` and no `#`".to_owned())
    } else {
        None
    }
}

impl Config {
    /// The default language.
    pub fn lang(&self) -> &str {
        self.keys.language.as_deref().unwrap_or("en")
    }

    /// How Markdown is read.
    pub fn markdown(&self) -> Settings {
        let smart = self.keys.markdown.as_ref().and_then(|m| m.smart_punctuation);
        Settings { smart_punctuation: smart.unwrap_or(false) }
    }

    /// What an unknown key is; none where they are allowed.
    pub fn unknown_keys(&self) -> Option<Severity> {
        match self.keys.unknown_keys.map(UnknownKeys::as_str) {
            Some("allow") => None,
            Some("warn") => Some(Severity::Warning),
            _ => Some(Severity::Error),
        }
    }

    /// How many entries a page of a list holds; none for no limit.
    pub fn paginate_by(&self) -> Option<usize> {
        limit(self.keys.paginate_by, 50)
    }

    /// How many entries a feed holds; none for no feeds.
    pub fn feed_limit(&self) -> Option<usize> {
        limit(self.keys.feeds.as_ref().and_then(|feeds| feeds.limit), 20)
    }

    /// The same, to stand at another base URL.
    #[must_use]
    pub fn at(self, base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let after_scheme = base_url.find("://").map_or(0, |i| i + 3);
        let base_path = base_url[after_scheme..].find('/').map_or("", |i| &base_url[after_scheme + i..]).to_owned();
        Self { base_url, base_path, ..self }
    }
}

/// A number from the keys: `default` when missing, none when it is 0.
fn limit(count: Option<Count>, default: usize) -> Option<usize> {
    let n = count.map_or(default, |count| usize::try_from(count.0).unwrap_or(usize::MAX));
    (n > 0).then_some(n)
}

/// The configuration among the sources; none when there is none, or when a mistake in it leaves
/// nothing to build with.
pub fn of(sources: &Sources, wrong: &mut Vec<Diagnostic>) -> Option<Config> {
    let (file, source) = sources.iter().find(|(_, source)| source.area == Area::Config)?;
    parse(file, source, wrong)
}

/// Reads `site.yaml`; none when a mistake in it leaves nothing to build with.
fn parse(file: FileId, source: &Source, wrong: &mut Vec<Diagnostic>) -> Option<Config> {
    let text = source.text();
    let node = yaml::read(file, text, 0..text.len()).map_err(|error| wrong.push(error)).ok()?;
    let place = Span::new(file, 0..0);
    let mut reading = Reading { markdown: Settings::default(), unknown_keys: Some(Severity::Error), langs: &[], wrong };
    let mut fields = Fields::of(&node, place, &mut reading)?;
    let keys = Keys::take(&mut fields, &mut reading);
    let zone_span = fields.node("time_zone").map(|node| node.span);
    let base_span = fields.node("base_url").map(|node| node.span);
    fields.finish(&mut reading);
    let keys = keys?;
    let zone = keys.time_zone.as_deref().unwrap_or("UTC");
    let time_zone = TimeZone::get(zone).unwrap_or_else(|_| {
        let message = format!("`{zone}` is not a time zone of the IANA database");
        let error = Diagnostic::error("wrong-type", zone_span, message);
        reading.wrong.push(error.help("names look like `Asia/Baku`, `Asia/Yerevan` or `UTC`"));
        TimeZone::UTC
    });
    let base_url = keys.base_url.0.clone();
    if let Some(message) = not_a_base_url(&base_url) {
        reading.wrong.push(Diagnostic::error("wrong-type", base_span, message));
    }
    let langs = std::iter::once(keys.language.clone().unwrap_or_else(|| "en".to_owned()))
        .chain(keys.languages.clone())
        .collect();
    let config = Config { keys, base_url: String::new(), base_path: String::new(), time_zone, langs };
    Some(config.at(&base_url))
}
