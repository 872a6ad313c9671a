//! The register of rules: what can be wrong with a site, how much it matters, and how a site or an
//! entry says otherwise.

use crate::date::When;
use crate::decode::{Field, Fields, Links, Reading};
use crate::diagnostic::{Diagnostic, Severity, did_you_mean};
use crate::source::At;
use crate::yaml::{Node, Yaml};
use crate::{record, vocabulary};
use serde_json::{Value as Json, json};
use tera::Value;

/// A rule: one thing that can be wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in kebab case: the code of its diagnostics.
    pub code: &'static str,
    /// How much it matters when the site does not say.
    pub severity: Severity,
    /// Whether the site may say otherwise: what leaves nothing to build with stays an error.
    pub fixed: bool,
    /// Its page of the documentation, as Markdown.
    pub page: &'static str,
}

macro_rules! rules {
    ($($level:ident: $($code:literal)*;)*) => {
        /// All rules: those that cannot be lowered, then errors, then warnings, each in the order of the alphabet.
        pub const RULES: &[Rule] = &[ $( $( Rule {
            code: $code,
            severity: rules!(@severity $level),
            fixed: rules!(@fixed $level),
            page: include_str!(concat!("../docs/rules/", $code, ".md")),
        }, )* )* ];
    };
    (@severity warning) => { Severity::Warning };
    (@severity $level:ident) => { Severity::Error };
    (@fixed fixed) => { true };
    (@fixed $level:ident) => { false };
}

rules! {
    fixed:
        "foreign-file" "front-matter" "missing-home" "not-utf8" "output" "output-folder" "outside-site" "picture"
        "template" "too-large" "unreadable" "unsafe-file" "unsafe-picture" "yaml-syntax";
    error:
        "bad-date" "bad-id" "bad-path" "broken-link" "chart-without-table" "component-syntax" "coordinates"
        "dangling-reference" "date-order" "duplicate-id" "duplicate-key" "end-before-start" "footnote" "left-out"
        "leftover-text" "missing-alt" "missing-key" "number-mismatch" "outside-parent" "overlapping-sum" "parts-sum"
        "qualifier-mismatch" "range-order" "reference-cycle" "response-before-claim" "same-scope-differs"
        "scope-contradiction" "series-falls" "torn-reference" "unknown-key" "unknown-language" "unsafe-link" "url-collision"
        "wrong-type";
    warning:
        "allow-expired" "dead-link" "duplicate-source" "link-loop" "orphan-page" "party-source-only" "picture-gps" "silent-change"
        "single-source-confirmed" "source-unarchived" "source-undated" "stale-figure" "unanswered-claim"
        "unbound-number" "uncorrected-change" "unsafe-html";
}

impl Rule {
    /// What it finds, in a sentence: the first of its page.
    pub fn in_short(&self) -> String {
        self.page.split("\n\n").nth(1).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The codes of the rules that a site can set.
fn changeable() -> impl Iterator<Item = &'static str> {
    RULES.iter().filter(|rule| !rule.fixed).map(|rule| rule.code)
}

/// The rule of this name.
pub fn named(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// Help for a rule's name that is none.
pub fn nearest(code: &str) -> String {
    did_you_mean(code, RULES.iter().map(|rule| rule.code))
        .unwrap_or_else(|| "`backgrounder explain` lists all rules".to_owned())
}

/// The name of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleName(pub &'static Rule);

impl Field for RuleName {
    const TYPE: &'static str = "the code of a rule";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let code = String::read(node, reading)?;
        let rule = named(&code);
        match rule {
            None => {
                let message = format!("`{code}` is not a rule");
                reading.wrong.push(Diagnostic::error("wrong-type", node.span, message).help(nearest(&code)));
            }
            Some(Rule { fixed: true, .. }) => {
                let message = format!("`{code}` leaves nothing to build with, and stays an error");
                reading.wrong.push(Diagnostic::error("wrong-type", node.span, message));
            }
            Some(_) => {}
        }
        rule.filter(|rule| !rule.fixed).map(Self)
    }
    fn value(&self, _: &dyn Links) -> Value {
        self.0.code.into()
    }
    fn schema() -> Json {
        json!({ "enum": changeable().collect::<Vec<_>>() })
    }
}

record! {
    /// What any fact or page may say beside its own fields.
    Exceptions {
        /// Rules that it may break, each with a reason.
        allow: Vec<Allow>,
    }
}

record! {
    /// A rule that a fact or page may break, and why.
    Allow {
        /// The rule.
        rule: At<RuleName>,
        /// Why it may be broken here.
        reason: String,
        /// The last day that it may.
        until: Option<When>,
    }
}

vocabulary! {
    /// How much a site says that a rule matters.
    Level { "error": "the build stops", "warning": "it is said, and the build goes on", "off": "nothing is said", }
}

/// What a site says of rules: a map from their codes to levels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Levels(Vec<(RuleName, Level)>);

impl Levels {
    /// What the site says of a rule.
    pub fn of(&self, code: &str) -> Option<Level> {
        self.0.iter().find(|(rule, _)| rule.0.code == code).map(|(_, level)| *level)
    }
}

impl Field for Levels {
    const TYPE: &'static str = "a mapping from rules to `error`, `warning` or `off`";
    fn read(node: &Node, reading: &mut Reading<'_>) -> Option<Self> {
        let Yaml::Map(pairs) = &node.value else { return reading.wrong_type(node, Self::TYPE) };
        // Tells of duplicate keys.
        Fields::of(node, node.span, reading)?;
        let read = |(key, value): &(At<String>, Node), reading: &mut Reading<'_>| {
            let code = At { value: Yaml::Scalar(key.value.clone(), crate::yaml::Scalar::Plain), span: key.span };
            Some((RuleName::read(&code, reading)?, Level::read(value, reading)?))
        };
        Some(Self(pairs.iter().filter_map(|pair| read(pair, reading)).collect()))
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn value(&self, _: &dyn Links) -> Value {
        Value::none()
    }
    fn schema() -> Json {
        let properties: serde_json::Map<_, _> = changeable().map(|code| (code.to_owned(), Level::schema())).collect();
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}

impl Level {
    /// The severity that it gives; none for `off`.
    pub fn severity(self) -> Option<Severity> {
        match self.as_str() {
            "off" => None,
            "warning" => Some(Severity::Warning),
            _ => Some(Severity::Error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_have_pages() {
        for (i, rule) in RULES.iter().enumerate() {
            assert!(RULES[..i].iter().all(|other| other.code != rule.code), "{}", rule.code);
            assert!(rule.page.starts_with(&format!("# {}\n", rule.code)), "{}", rule.code);
        }
    }
}
