//! The documentation against the code: what one names, the other has.

mod common;

use backgrounder::facts::{self as f, Fact};
use backgrounder::kind::{KINDS, Kind};
use backgrounder::{Request, commands, functions, link, load, query, rule};
use common::{backgrounder as run, put, repository, small_site};
use std::collections::BTreeSet;
use std::fs;

fn doc(name: &str) -> String {
    fs::read_to_string(repository().join("docs").join(name)).unwrap_or_else(|error| panic!("docs/{name}: {error}"))
}

/// The part of a document below a heading, up to the next of its level or above.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}")) + 1;
    let level = heading.chars().take_while(|c| *c == '#').count();
    let rest = &text[start + heading.len()..];
    let end = (1..=level).filter_map(|n| rest.find(&format!("\n{} ", "#".repeat(n)))).min();
    &rest[..end.unwrap_or(rest.len())]
}

/// The words in backticks of the first cell of each row.
fn first_cells(table: &str) -> BTreeSet<String> {
    let cells = table.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn functions_and_filters_are_documented() {
    let text = doc("templates.md");
    let functions = first_cells(section(&text, "## Functions"));
    let names: BTreeSet<String> =
        functions.iter().map(|call| call.split('(').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, set(functions::FUNCTIONS));
    let list = functions.iter().find(|call| call.starts_with("list(")).expect("list is documented");
    let arguments: BTreeSet<String> = list["list(".len()..list.len() - 1].split(", ").map(str::to_owned).collect();
    assert_eq!(arguments, set(query::ARGUMENTS));
    assert_eq!(first_cells(section(&text, "## Filters")), set(functions::FILTERS));
}

#[test]
fn components_are_documented_with_their_arguments() {
    let text = doc("templates.md");
    let table = section(&text, "## Components");
    let templates = common::tree(&repository().join("templates/components"));
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let name = row.split('`').nth(1).expect("a name");
        let definition = templates
            .values()
            .filter_map(|bytes| std::str::from_utf8(bytes).ok())
            .find_map(|text| text.split(&format!("component {}(", name.replace('-', "_"))).nth(1)?.split(')').next())
            .unwrap_or_else(|| panic!("no template defines the component {name}"));
        let defined: BTreeSet<&str> = definition
            .split(',')
            .map(|argument| argument.split([':', '=']).next().unwrap_or_default().trim())
            .filter(|argument| !argument.is_empty() && !argument.starts_with('@'))
            .collect();
        let cell = row.split(" | ").nth(1).expect("a second cell");
        let told = cell.split("argument").nth(1).unwrap_or_default();
        let told: Vec<&str> = told.split('`').skip(1).step_by(2).collect();
        for argument in &defined {
            assert!(told.contains(argument), "{name}: the argument {argument} is not documented");
        }
    }
}

#[test]
fn files_of_the_theme_are_documented() {
    let text = doc("templates.md");
    let table = section(&text, "## Files of the theme");
    for path in common::tree(&repository().join("templates")).keys().filter(|path| !path.contains('/')) {
        assert!(table.contains(&format!("`{path}`")), "{path} is not documented");
    }
}

#[test]
fn variables_are_documented_and_documented_variables_are_there() {
    let request = Request {
        git: backgrounder::Git::Never,
        root: repository(),
        config: repository().join("site.yaml"),
        base_url: None,
        selection: link::Selection {
            drafts: true,
            future: true,
            expired: true,
            now: jiff::Timestamp::MAX,
            as_of: None,
        },
    };
    let made = load(&request);
    let stage = made.stage.expect("the first site is sound");
    let text = doc("templates.md") + &doc("front-matter.md");
    let mut seen = BTreeSet::new();
    for (ix, _) in stage.world.site.iter() {
        for key in stage.world.view(ix).as_map().expect("a view is a map").keys() {
            seen.insert(key.to_string());
        }
    }
    for key in &seen {
        assert!(
            text.contains(&format!("`{key}`")) || text.contains(&format!("`page.{key}`")),
            "`{key}` is not documented"
        );
    }
    let own = ["content", "toc", "sources", "backlinks", "html"];
    for name in doc("templates.md").split("`page.").skip(1).filter_map(|rest| rest.split('`').next()) {
        assert!(seen.contains(name) || own.contains(&name), "`page.{name}` is documented and not there");
    }
}

#[test]
fn what_templates_know_of_the_site_is_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(
        folder.path(),
        &[("templates/page.html", "{{ site | keys | join(sep=' ') }}"), ("content/keys.md", "---\ntitle: K\n---\n")],
    );
    assert!(run(folder.path(), &["build"]).status.success());
    let keys = fs::read_to_string(folder.path().join("public/keys/index.html")).expect("reads");
    let told: BTreeSet<String> = doc("templates.md")
        .split("`site.")
        .skip(1)
        .filter_map(|rest| rest.split('`').next())
        .map(str::to_owned)
        .filter(|name| !name.contains("yaml"))
        .collect();
    assert_eq!(keys.split(' ').map(str::to_owned).collect::<BTreeSet<_>>(), told);
}

#[test]
fn every_field_and_word_of_the_model_is_documented() {
    let text = doc("facts.md");
    for info in Kind::facts() {
        let heading = format!("\n## {}{}\n", info.name[..1].to_uppercase(), &info.name[1..]);
        let part = text.split(&heading).nth(1).and_then(|rest| rest.split("\n## ").next());
        let part = part.unwrap_or_else(|| panic!("docs/facts.md has no part {heading}"));
        for field in Fact::fields(info.kind) {
            assert!(part.contains(&format!("`{}`", field.key)), "{}.{} is not documented", info.name, field.key);
        }
    }
    let vocabularies = [
        f::Qualifier::WORDS,
        f::Status::WORDS,
        f::Sex::WORDS,
        f::Age::WORDS,
        f::Cause::WORDS,
        f::Chain::WORDS,
        f::Method::WORDS,
        f::Assessment::WORDS,
        f::Stance::WORDS,
        f::VerificationStatus::WORDS,
        f::ActorType::WORDS,
        f::SourceKind::WORDS,
    ];
    for (word, _) in vocabularies.into_iter().flatten() {
        assert!(text.contains(&format!("`{word}`")), "the word {word} is not documented");
    }
}

#[test]
fn every_key_of_pages_and_of_the_site_is_documented() {
    use backgrounder::decode::Record as _;
    let text = doc("front-matter.md");
    let mut fields = backgrounder::page::Routing::fields();
    fields.extend(backgrounder::page::Page::fields());
    fields.extend(backgrounder::page::SectionKeys::fields());
    fields.extend(backgrounder::page::ViewKeys::fields());
    fields.extend(backgrounder::page::Correction::fields());
    fields.extend(backgrounder::page::Filter::fields());
    for field in fields {
        for key in std::iter::once(&field.key).chain(field.aliases) {
            assert!(text.contains(&format!("`{key}`")), "the key {key} is not in docs/front-matter.md");
        }
    }
    let text = doc("configuration.md");
    for field in backgrounder::config::Keys::fields() {
        assert!(text.contains(&format!("`{}`", field.key)), "the key {} is not in docs/configuration.md", field.key);
    }
    for kind in &KINDS {
        assert!(
            doc("front-matter.md").contains(&format!("`{}`", kind.name)),
            "the kind {} is not documented",
            kind.name
        );
    }
}

#[test]
fn every_command_and_flag_is_documented() {
    let text = doc("commands.md");
    let command = commands::command();
    let all = std::iter::once(&command).chain(command.get_subcommands());
    for command in all {
        assert!(
            text.contains(&format!("`{}", command.get_name())),
            "the command {} is not documented",
            command.get_name()
        );
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(text.contains(&format!("--{flag}")), "--{flag} is not documented");
        }
    }
}

#[test]
fn every_code_is_a_rule_with_a_page_and_every_page_a_rule() {
    let sources = common::tree(&repository().join("src"));
    let mut codes = BTreeSet::new();
    for text in sources.values().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["Diagnostic::error(", "Diagnostic::warning(", ".found(", "const CODE: &str =", "code:"] {
            for rest in code.split(call).skip(1) {
                codes.extend(
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned),
                );
            }
        }
    }
    assert!(codes.len() > 40, "{codes:?}");
    let rules: BTreeSet<String> = rule::RULES.iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(codes.difference(&rules).collect::<Vec<_>>(), Vec::<&String>::new(), "no rule in the register");
    let index = doc("rules/README.md");
    for rule in rule::RULES {
        let default = if rule.fixed { "fixed" } else { rule.severity.word() };
        let row = format!("| [`{0}`]({0}.md) | {default}", rule.code);
        assert!(index.contains(&row), "docs/rules/README.md has no row {row}");
        for part in ["## What it finds", "## Why it matters", "## Example", "## Mend"] {
            assert!(rule.page.contains(part), "docs/rules/{}.md has no part {part}", rule.code);
        }
    }
    let pages = common::tree(&repository().join("docs/rules"));
    let pages = pages.keys().filter_map(|path| path.strip_suffix(".md")).filter(|name| *name != "README");
    assert_eq!(pages.map(str::to_owned).collect::<BTreeSet<_>>(), rules);
}

#[test]
fn the_nginx_and_github_files_of_the_docs_are_those_shown() {
    let text = doc("publishing.md");
    for name in ["nginx.conf", "github-pages.yml"] {
        let file = doc(&format!("publishing/{name}"));
        assert!(text.contains(file.trim()), "docs/publishing.md does not show docs/publishing/{name} as it is");
    }
}

#[test]
fn every_limit_is_documented() {
    let text = doc("limits.md");
    for limit in backgrounder::limits::LIMITS {
        let row = format!("| {} | {} |", limit.doc.trim_end_matches('.'), limit.told);
        assert!(text.contains(&row), "{}: {row}", limit.name);
    }
}

#[test]
fn every_element_that_may_stay_is_documented() {
    let text = doc("writing.md");
    for (element, attributes) in backgrounder::clean::ELEMENTS {
        if attributes.is_empty() {
            assert!(text.contains(&format!("`{element}`")), "{element}");
        } else {
            let all: Vec<String> = attributes.iter().map(|attribute| format!("`{attribute}`")).collect();
            assert!(text.contains(&format!("| `{element}` | {}", all.join(", "))), "{element}");
        }
    }
    for scheme in backgrounder::clean::SCHEMES {
        assert!(text.contains(&format!("`{scheme}:`")), "{scheme}");
    }
}

#[test]
fn every_dependency_is_documented() {
    let text = doc("dependencies.md");
    let rows = |from: &str| -> BTreeSet<String> {
        let part = text.split(from).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
        let cell = |line: &str| line.strip_prefix("| `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
        part.lines().filter_map(cell).collect()
    };
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).expect("Cargo.toml can be read");
    let names = |table: &str| -> BTreeSet<String> {
        let part = manifest.split(table).nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
        let name = |line: &str| line.split_once(" = ").map(|(name, _)| name.trim().to_owned());
        part.lines().filter(|line| !line.starts_with('#')).filter_map(name).collect()
    };
    assert_eq!(rows("## The program\n"), names("\n[dependencies]\n"));
    assert_eq!(rows("## Tests and benchmarks\n"), names("\n[dev-dependencies]\n"));
}
