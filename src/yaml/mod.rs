//! YAML as a tree in which every key and value knows its place. The only module that knows the YAML crate.

mod quick;

use crate::diagnostic::Diagnostic;
use crate::limits::{DEEPEST_YAML, MOST_YAML_ALIASES, MOST_YAML_NODES};
use crate::source::{At, FileId, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::DuplicateKeyPolicy;
use serde_yaml::{Location, Spanned};

/// The stack of a thread that may read YAML, in bytes: for values that stand [`DEEPEST_YAML`] deep, read by a program that is not optimized.
pub const STACK: usize = 16 << 20;

/// A value and its place. The place of a mapping or sequence is its first byte.
pub type Node = At<Yaml>;

/// What a YAML value can be. Scalars keep their text, so `1984` can still become a title.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// Nothing, `null` or `~`.
    Null,
    /// A scalar: its text as written (unquoted), and what YAML's core schema takes it for.
    Scalar(String, Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in written order; keys may repeat, which is for the reader of the tree to tell.
    Map(Vec<(At<String>, Node)>),
}

/// What YAML's core schema takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text without quotes.
    Plain,
    /// Text in quotes or in a block.
    Quoted,
}

impl Yaml {
    /// The word a diagnostic uses for this value.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_, Scalar::Bool(_)) => "true or false",
            Self::Scalar(_, Scalar::Int(_)) => "a whole number",
            Self::Scalar(_, Scalar::Float(number)) if number.fract() == 0.0 && number.abs() > 1e18 => {
                "a number too large"
            }
            Self::Scalar(_, Scalar::Float(_)) => "a number with a fraction",
            Self::Scalar(_, Scalar::Plain | Scalar::Quoted) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads `text[range]` as one YAML document. Spans count from the start of `text`.
///
/// # Errors
/// A `yaml-syntax` diagnostic at the first place where the text is not YAML, or where it exceeds
/// the budgets that keep hostile input from eating the machine.
pub fn read(file: FileId, text: &str, range: std::ops::Range<usize>) -> Result<Node, Diagnostic> {
    quick::quick(file, text, range.clone()).map_or_else(|| slow(file, text, range), Ok)
}

/// The same by way of the YAML crate, whatever the text.
fn slow(file: FileId, text: &str, range: std::ops::Range<usize>) -> Result<Node, Diagnostic> {
    let slice = &text[range.clone()];
    let options = serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        budget: serde_yaml::budget! {
            max_nodes: MOST_YAML_NODES,
            max_events: 2 * MOST_YAML_NODES,
            max_depth: DEEPEST_YAML,
            max_total_scalar_bytes: 1 << 30,
            max_aliases: MOST_YAML_ALIASES,
            max_anchors: MOST_YAML_ALIASES,
            max_recorded_anchor_events: MOST_YAML_ALIASES,
            // One anchor may stand for something in every fact of a file; what that comes to is limited above.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: MOST_YAML_ALIASES,
        },
    };
    let place = Place { file, text, base: range.start };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(slice, options) {
        Ok(tree) => Ok(place.node(tree)),
        Err(error) => {
            let span = error.location().map_or(Span::new(file, range), |l| place.of_error(l));
            let message = error.without_snippet().to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let message = if message.contains("null into string") { "this key is empty" } else { message };
            let told = beyond(message).unwrap_or_else(|| format!("not YAML: {message}"));
            Err(Diagnostic::error("yaml-syntax", span, told).maybe_help(help(message)))
        }
    }
}

/// Which limit was met, in words.
fn beyond(message: &str) -> Option<String> {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["Depth {", "recursion", "nesting"]) {
        Some(format!("values stand more than {DEEPEST_YAML} deep inside one another"))
    } else if says(&["Nodes {", "Events {", "ScalarBytes {"]) && !message.contains("RecordedAnchor") {
        Some(format!("more than {MOST_YAML_NODES} values stand in this file"))
    } else if says(&["Aliases {", "Anchors {", "RecordedAnchor", "replay"]) {
        Some(format!("more than {MOST_YAML_ALIASES} values stand in this file for aliases"))
    } else {
        None
    }
}

fn help(message: &str) -> Option<&'static str> {
    if message.contains("mapping values are not allowed") {
        Some("put text that contains `: ` into quotes")
    } else if message.contains("unclosed quote") {
        Some("close the quote; inside double quotes write \\\" for a quote")
    } else if message.contains("tab") {
        Some("indent with spaces; YAML takes no tabs there")
    } else if message.contains("alias") {
        Some("a value that begins with `*` is an alias; put it into quotes")
    } else if message.contains("multiple YAML documents") {
        Some("a line of `---` begins a second document; take it out")
    } else {
        None
    }
}

/// Where the slice that the YAML crate sees stands in its file.
struct Place<'a> {
    file: FileId,
    text: &'a str,
    base: usize,
}

impl Place<'_> {
    fn span(&self, location: Location) -> Span {
        let span = location.span();
        match (span.byte_offset(), span.byte_len()) {
            (Some(start), len) => {
                let start = self.base + usize::try_from(start).unwrap_or(0);
                let len = usize::try_from(len.unwrap_or(0)).unwrap_or(0);
                Span::new(self.file, start..start + len)
            }
            (None, _) => self.of_error(location),
        }
    }

    /// Errors come with line and column only.
    fn of_error(&self, location: Location) -> Span {
        let nth = usize::try_from(location.line().saturating_sub(1)).unwrap_or(0);
        let column = usize::try_from(location.column().saturating_sub(1)).unwrap_or(0);
        let body = &self.text[self.base..];
        let line_start: usize = body.split_inclusive('\n').take(nth).map(str::len).sum();
        let line = body[line_start..].lines().next().unwrap_or("");
        let within = line.char_indices().nth(column).map_or(line.len(), |(i, _)| i);
        let start = self.base + line_start + within;
        Span::new(self.file, start..(start + 1).min(self.text.len()).max(start))
    }

    fn node(&self, raw: Spanned<Raw>) -> Node {
        let span = self.span(raw.referenced);
        let value = match raw.value {
            Raw::Null => Yaml::Null,
            Raw::Scalar(kind, parsed) => self.scalar(kind, parsed, self.span(raw.defined)),
            Raw::List(items) => Yaml::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(pairs) => Yaml::Map(
                pairs
                    .into_iter()
                    .map(|(key, value)| (At { span: self.span(key.referenced), value: key.value }, self.node(value)))
                    .collect(),
            ),
        };
        At { value, span }
    }

    fn scalar(&self, kind: Scalar, parsed: String, defined: Span) -> Yaml {
        let parsed = crate::source::printable(parsed);
        let written = self.text.get(defined.range()).unwrap_or("");
        let quoted = written.starts_with(['"', '\'']) || written != parsed;
        match kind {
            Scalar::Plain | Scalar::Quoted => Yaml::Scalar(parsed, if quoted { Scalar::Quoted } else { Scalar::Plain }),
            typed if written.is_empty() => Yaml::Scalar(parsed, typed),
            typed => Yaml::Scalar(written.to_owned(), typed),
        }
    }
}

/// The tree as the YAML crate hands it over.
enum Raw {
    Null,
    Scalar(Scalar, String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Bool(v), v.to_string()))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Int(v), v.to_string()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Raw, E> {
        #[expect(clippy::cast_precision_loss, reason = "only reached above i64::MAX, where no count lives")]
        let kind = i64::try_from(v).map_or(Scalar::Float(v as f64), Scalar::Int);
        Ok(Raw::Scalar(kind, v.to_string()))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Float(v), v.to_string()))
    }
    fn visit_str<E>(self, v: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Scalar::Plain, v.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            map.push(pair);
        }
        Ok(Raw::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Node, Diagnostic> {
        read(FileId(0), text, 0..text.len())
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        let text = "title: 1984\nwhen: 2020-11?\nyes: yes\n";
        let Yaml::Map(pairs) = parse(text).expect("valid").value else { panic!("not a map") };
        let told: Vec<_> =
            pairs.iter().map(|(k, v)| (k.value.as_str(), v.value.clone(), &text[v.span.range()])).collect();
        assert_eq!(
            told,
            [
                ("title", Yaml::Scalar("1984".into(), Scalar::Int(1984)), "1984"),
                ("when", Yaml::Scalar("2020-11?".into(), Scalar::Plain), "2020-11?"),
                ("yes", Yaml::Scalar("yes".into(), Scalar::Plain), "yes"),
            ]
        );
    }

    #[test]
    fn a_syntax_error_stands_at_its_place() {
        let error = parse("a: 1\nb: c: d\n").expect_err("invalid");
        assert_eq!((error.code, error.span.map(|s| s.start)), ("yaml-syntax", Some(9)));
    }

    #[test]
    fn an_alias_bomb_is_an_error() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let line: Vec<_> = (0..10).map(|_| format!("*a{}", i - 1)).collect();
            text += &format!("a{i}: &a{i} [{}]\n", line.join(", "));
        }
        assert_eq!(parse(&text).expect_err("too large").code, "yaml-syntax");
    }
}
