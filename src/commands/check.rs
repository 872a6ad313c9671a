//! `check`: everything that `build` does but the writing.

use super::report::{Progress, pages_and_facts, plural, print, say, tell_left_out, tell_notes};
use super::{Common, FINDINGS, FINE, Format};
use crate::Git;
use crate::cache::Cache;
use crate::external::{self, Answer};
use crate::render::{Data, Rendered};
use crate::{Made, checks, diagnostic, load, make, rule};
use std::mem::ManuallyDrop;

/// The flags of `check`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder check\n  backgrounder check --deny warnings\n  backgrounder check --rule stale-figure\n  backgrounder check --external\n  backgrounder check --format sarif > findings.sarif"
)]
pub(super) struct Arguments {
    /// How the findings are written: text goes to stderr, the others to stdout
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Tell only what this rule finds; can be given several times
    #[arg(long = "rule", value_name = "CODE", value_parser = rule_code)]
    rules: Vec<String>,
    /// Also ask whether links out of the site still lead somewhere; this asks other hosts
    #[arg(long)]
    external: bool,
}

fn rule_code(code: &str) -> Result<String, String> {
    rule::named(code).map(|rule| rule.code.to_owned()).ok_or_else(|| format!("no such rule; {}", rule::nearest(code)))
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let progress = Progress::new(common);
    // The process ends with the run: nothing is gained by taking the site apart.
    let mut made = ManuallyDrop::new(load(&common.request(Git::Always)));
    let recipe = |rendered: Rendered| matches!(rendered.data, Data::Made(_)).then_some(rendered);
    let outputs = make(&mut made, &recipe, &|done, all| progress.step(done, all));
    progress.end();
    let progress = Progress::making(common);
    let recipes: Vec<Rendered> = outputs.into_iter().flatten().collect();
    made.wrong.extend(Cache::of(&common.root).examine(&recipes, &|done, all| progress.step(done, all)));
    made.wrong = diagnostic::in_order(std::mem::take(&mut made.wrong));
    progress.end();
    if arguments.external {
        ask_outside(&mut made, common);
    }
    if !arguments.rules.is_empty() {
        made.wrong.retain(|found| arguments.rules.iter().any(|code| code == found.code));
    }
    let printed = print(&made.wrong, &made.sources, arguments.format);
    tell_left_out(&made, common);
    tell_notes(&made, common);
    if printed != FINE {
        return printed;
    }
    if common.denied(&made.wrong) > 0 {
        return FINDINGS;
    }
    if let (Some(stage), false, Format::Text) = (&made.stage, common.quiet, arguments.format) {
        let site = &stage.world.site;
        let references = plural(site.references, "reference");
        let backlinks = plural(site.backlinks.iter().map(Vec::len).sum(), "backlink");
        say(format!("checked {}: {references}, {backlinks}", pages_and_facts(site)));
    }
    FINE
}

/// Asks whether the links out of the site work, and adds what is dead to the findings.
fn ask_outside(made: &mut Made, common: &Common) {
    let Some(stage) = &made.stage else { return };
    let site = &stage.world.site;
    let links = checks::external::links(site);
    let urls: Vec<String> = links.iter().map(|link| link.url.clone()).collect();
    let progress = Progress::asking(common);
    let answers = external::ask(&urls, &|done, all| progress.step(done, all));
    progress.end();
    let unknown: Vec<String> = links
        .iter()
        .zip(&answers)
        .filter_map(|(link, answer)| match answer {
            Answer::Unknown(reason) => Some(format!("  {}: {reason}", link.url)),
            Answer::Fine | Answer::Dead(_) => None,
        })
        .collect();
    if !unknown.is_empty() {
        let more =
            if common.verbose { format!("\n{}", unknown.join("\n")) } else { "; --verbose names them".to_owned() };
        made.notes.push(format!("{} could not be checked{more}", plural(unknown.len(), "link")));
    }
    made.wrong.extend(checks::settle(checks::external::told(&links, &answers), site));
    made.wrong = diagnostic::in_order(std::mem::take(&mut made.wrong));
}
