//! `explain`: a rule's page of the documentation, in the terminal.

use super::WRONG_USAGE;
use super::report::{data, say};
use crate::rule::{RULES, named, nearest};

/// The flags of `explain`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder explain dangling-reference\n  backgrounder explain              list all rules"
)]
pub(super) struct Arguments {
    /// The rule's code, as reports give it in brackets; all rules when missing
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> u8 {
    let Some(code) = &arguments.code else {
        let width = RULES.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
        let line = |rule: &crate::rule::Rule| {
            format!("{:width$}  {:7}  {}\n", rule.code, rule.severity.word(), rule.in_short())
        };
        let mut lines: Vec<String> = RULES.iter().map(line).collect();
        lines.sort();
        return data(&lines.concat());
    };
    let Some(rule) = named(code) else {
        say(format!("error: `{code}` is not a rule; {}", nearest(code)));
        return WRONG_USAGE;
    };
    data(rule.page)
}
