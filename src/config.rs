//! `site.yaml`: what a site says of itself as a whole.

use crate::decode::{Count, Extra, Field, Fields, Links, Quality, Reading, Record, WebUrl, Width};
use crate::diagnostic::{Diagnostic, Severity, did_you_mean};
use crate::limits::LONGEST_LANGUAGE;
use crate::map;
use crate::markdown::{Html, Settings};
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
        language | "default_language": Option<Language>,
        /// Other languages that pages may be written in: `page.hy.md` needs `hy` here.
        languages: Vec<Language>,
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
        /// Whether there is a page to search the site with; there is when missing.
        search: Option<bool>,
        /// Whether each page has a picture of its own, for where it is linked to; yes when missing.
        cards: Option<bool>,
        /// What pages may load from elsewhere.
        security: Option<SecurityKeys>,
        /// How pictures are made smaller.
        pictures: Option<PictureKeys>,
        /// Who publishes the site, for machines, and how it works.
        publisher: Option<PublisherKeys>,
        /// Whether figures, events and timelines have pages that other sites can embed; yes when missing.
        embeds: Option<bool>,
        /// The facts as files for other programs.
        data: Option<DataKeys>,
        /// Values for the theme's templates.
        theme: Option<Extra>,
        /// Values for the site's own templates.
        extra: Option<Extra>,
    }
}

/// A language as BCP 47 tag (RFC 5646): parts of letters and digits, each of at most eight, between hyphens.
#[derive(Debug, Clone, PartialEq)]
pub struct Language(pub String);

impl Language {
    /// Whether a text has the form of a tag.
    pub fn is_tag(text: &str) -> bool {
        let mut parts = text.split('-');
        let first = parts.next().is_some_and(|first| {
            (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        let is_part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        first && parts.all(is_part) && text.len() <= LONGEST_LANGUAGE
    }
}

impl Field for Language {
    const TYPE: &'static str = "a language as BCP 47 tag of at most 32 characters, such as `hy` or `zh-Hant`";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::read(node, reading)?;
        if Self::is_tag(&text) { Some(Self(text)) } else { reading.wrong_type(node, Self::TYPE) }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.as_str().into()
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "maxLength": LONGEST_LANGUAGE })
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
        /// What becomes of HTML in it: `trusted` when missing.
        html: Option<HtmlKey>,
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

record! {
    /// What pages may load from elsewhere: hosts as a Content-Security-Policy takes them, such as `https://img.example.org`.
    SecurityKeys {
        /// Whether pages carry a Content-Security-Policy; they do when missing.
        policy: Option<bool>,
        /// Where pictures may come from.
        images: Vec<Origin>,
        /// Where scripts may come from.
        scripts: Vec<Origin>,
        /// Where style sheets may come from.
        styles: Vec<Origin>,
        /// Where fonts may come from.
        fonts: Vec<Origin>,
        /// Where sound and video may come from.
        media: Vec<Origin>,
        /// What may be shown in frames.
        frames: Vec<Origin>,
        /// Where scripts may connect to.
        connections: Vec<Origin>,
    }
}

/// What a Content-Security-Policy takes as a source: a host with or without scheme and port, or a scheme.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin(pub String);

impl Field for Origin {
    const TYPE: &'static str = "a host, such as `https://img.example.org`";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::read(node, reading)?;
        let is_one = |c: char| c.is_ascii_alphanumeric() || "-._~:/*@%+".contains(c);
        if !text.is_empty() && text.chars().all(is_one) {
            Some(Self(text))
        } else {
            reading.wrong_type(node, Self::TYPE)
        }
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.as_str().into()
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9._~:/*@%+-]+$" })
    }
}

record! {
    /// The facts as files for other programs.
    DataKeys {
        /// Whether they are published, below `/data/`; yes when missing.
        publish: Option<bool>,
        /// The terms under which others may use them; none are stated when missing.
        licence | "license": Option<Licence>,
    }
}

record! {
    /// Who publishes the site, and how it works: schema.org's `NewsMediaOrganization`.
    PublisherKeys {
        /// What it is called.
        name: String,
        /// Its own site; the site's home page when missing.
        url: Option<WebUrl>,
        /// Its logo.
        logo: Option<At<Address>>,
        /// Where readers can write to it.
        email: Option<String>,
        /// Where else it is known, such as its item in Wikidata.
        same_as: Vec<WebUrl>,
        /// The standards by which its people work (`ethicsPolicy`).
        ethics_policy: Option<At<Address>>,
        /// How mistakes are told and put right (`correctionsPolicy`).
        corrections_policy: Option<At<Address>>,
        /// Who owns and pays for it (`ownershipFundingInfo`).
        ownership: Option<At<Address>>,
        /// Who leads it (`masthead`).
        masthead: Option<At<Address>>,
        /// What it covers, and why (`missionCoveragePrioritiesPolicy`).
        mission: Option<At<Address>>,
        /// How facts are checked (`verificationFactCheckingPolicy`).
        fact_checking_policy: Option<At<Address>>,
        /// When a source goes unnamed, and who decides (`unnamedSourcesPolicy`).
        unnamed_sources_policy: Option<At<Address>>,
        /// How readers take part (`actionableFeedbackPolicy`).
        feedback_policy: Option<At<Address>>,
        /// How it sees to the diversity of its staff and sources (`diversityPolicy`).
        diversity_policy: Option<At<Address>>,
        /// When an article names no author (`noBylinesPolicy`).
        no_bylines_policy: Option<At<Address>>,
        /// Its editorial principles as a whole (`publishingPrinciples`).
        principles: Option<At<Address>>,
    }
}

/// Where something stands: a URL, or a path of the site, such as `/about/#ethics`.
#[derive(Debug, Clone, PartialEq)]
pub struct Address(pub String);

impl Field for Address {
    const TYPE: &'static str = "a URL, or a path of the site that begins with `/`";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let text = String::read(node, reading)?;
        // Two slashes lead to another host.
        if text.starts_with('/') && !text.starts_with("//") && !text.contains(char::is_whitespace) {
            return Some(Self(text));
        }
        if !text.contains("://") {
            return reading.wrong_type(node, Self::TYPE);
        }
        WebUrl::read(node, reading).map(|url| Self(url.0))
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.as_str().into()
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^(https?://[^/\\s]|/(?!/)\\S*$)" })
    }
}

record! {
    /// How pictures are made smaller.
    PictureKeys {
        /// Whether they are at all; yes when missing.
        resize: Option<bool>,
        /// To which widths in pixels; 480, 960 and 1440 when missing.
        widths: Vec<Width>,
        /// How exact they are, from 1 to 100; 80 when missing.
        quality: Option<Quality>,
    }
}

record! {
    /// The terms under which others may use the data, as a Data Package has them.
    LicenceKeys {
        /// Its identifier in SPDX's list, such as `CC-BY-4.0`.
        name: Option<String>,
        /// What it is called.
        title: Option<String>,
        /// Where it can be read.
        url: Option<WebUrl>,
    }
}

/// A licence that has a name, an address or both: without either, nobody could tell which is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Licence(pub LicenceKeys);

impl Licence {
    /// What readers call it.
    pub fn words(&self) -> &str {
        let LicenceKeys { name, title, url } = &self.0;
        let url = url.as_ref().map(|url| &url.0);
        title.as_ref().or(name.as_ref()).or(url).map_or("", String::as_str)
    }
}

impl Field for Licence {
    const TYPE: &'static str = LicenceKeys::TYPE;
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let keys = LicenceKeys::read(node, reading)?;
        let identifier = |name: &String| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'+'))
        };
        if let Some(name) = keys.name.as_ref().filter(|name| !identifier(name)) {
            let message = format!("`{name}` is no identifier of a licence, such as `CC-BY-4.0`");
            let help = "put what it is called under `title`, and where it can be read under `url`";
            reading.wrong.push(Diagnostic::error("wrong-type", node.span, message).help(help));
            return None;
        }
        if keys.name.is_none() && keys.url.is_none() {
            let message = "this licence has neither a `name` nor a `url`";
            let help = "name it as SPDX does, such as `CC-BY-4.0`, or say where it can be read";
            reading.wrong.push(Diagnostic::error("missing-key", node.span, message).help(help));
            return None;
        }
        Some(Self(keys))
    }
    fn value(&self, links: &dyn Links) -> Value {
        self.0.value(links)
    }
    fn schema() -> serde_json::Value {
        let mut schema = LicenceKeys::schema();
        schema["anyOf"] = serde_json::json!([{ "required": ["name"] }, { "required": ["url"] }]);
        schema
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

vocabulary! {
    /// What becomes of HTML in Markdown.
    HtmlKey {
        "safe": "what does no harm reaches the page; for sites with writers who are not fully trusted",
        "trusted": "it reaches the page as it is written",
        "none": "it stands on the page as text",
    }
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
    /// All languages, each once, the default one first.
    pub langs: Vec<String>,
}

/// Why `url` cannot be a base URL, if it cannot.
pub fn not_a_base_url(url: &str) -> Option<String> {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    if !scheme {
        Some("a base URL begins with `https://` or `http://`".to_owned())
    } else if url.contains(['"', '<', '>']) || !WebUrl::is_one(url) {
        Some("a base URL names a host, and has no spaces, quotes or angle brackets, nor a name or password".to_owned())
    } else if url.contains(['?', '#']) {
        Some("a base URL has no `?` and no `#`".to_owned())
    } else {
        None
    }
}

impl Config {
    /// The default language.
    pub fn lang(&self) -> &str {
        self.keys.language.as_ref().map_or("en", |language| &language.0)
    }

    /// How Markdown is read.
    pub fn markdown(&self) -> Settings {
        let keys = self.keys.markdown.as_ref();
        let html = match keys.and_then(|keys| keys.html).map(HtmlKey::as_str) {
            Some("safe") => Html::Safe,
            Some("none") => Html::None,
            _ => Html::Trusted,
        };
        let pictures = self.keys.security.as_ref().is_some_and(|keys| !keys.images.is_empty());
        Settings { smart_punctuation: keys.and_then(|keys| keys.smart_punctuation).unwrap_or(false), html, pictures }
    }

    /// What an unknown key is; none where they are allowed.
    pub fn unknown_keys(&self) -> Option<Severity> {
        match self.keys.unknown_keys.map(UnknownKeys::as_str) {
            Some("allow") => None,
            Some("warn") => Some(Severity::Warning),
            _ => Some(Severity::Error),
        }
    }

    /// Whether each page has a picture for where it is linked to.
    pub fn has_cards(&self) -> bool {
        self.keys.cards != Some(false)
    }

    /// Whether there is a page to search the site with.
    pub fn has_search(&self) -> bool {
        self.keys.search != Some(false)
    }

    /// How many entries a page of a list holds; none for no limit.
    pub fn paginate_by(&self) -> Option<usize> {
        limit(self.keys.paginate_by, 50)
    }

    /// How many entries a feed holds; none for no feeds.
    pub fn feed_limit(&self) -> Option<usize> {
        limit(self.keys.feeds.as_ref().and_then(|feeds| feeds.limit), 20)
    }

    /// Whether figures, events and timelines have pages that other sites can embed.
    pub fn embeds(&self) -> bool {
        self.keys.embeds.unwrap_or(true)
    }

    /// Whether the facts are published as data.
    pub fn publishes_data(&self) -> bool {
        self.keys.data.as_ref().and_then(|data| data.publish) != Some(false)
    }

    /// The terms under which others may use the data, where the site states any.
    pub fn licence(&self) -> Option<&Licence> {
        self.keys.data.as_ref()?.licence.as_ref()
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
    let mut langs = vec![keys.language.as_ref().map_or("en", |language| &language.0).to_owned()];
    for Language(other) in &keys.languages {
        if !langs.contains(other) {
            langs.push(other.clone());
        }
    }
    let config = Config { keys, base_url: String::new(), base_path: String::new(), time_zone, langs };
    Some(config.at(&base_url))
}
