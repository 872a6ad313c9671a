//! Templates: the site's and the built-in ones, parsed together, and their mistakes as diagnostics.

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::{Area, FileId, Source, Sources, Span};
use crate::theme;
use std::collections::{BTreeMap, HashSet, VecDeque};
use tera::{Error, ErrorKind, Tera};

/// The code of every diagnostic about a template.
const CODE: &str = "template";

/// How the message begins of a total that must not be made; it has a rule of its own.
pub const OVERLAPPING: &str = "overlapping-sum: ";

/// What Tera calls a component call that stands in Markdown.
const ONE_OFF: &str = "__tera_one_off";

/// What Tera says of components that call each other without end.
const TOO_DEEP: &str = "recursion depth for components exceeded";

/// The name a template has for Tera: its path below `templates/`.
fn templates(sources: &Sources) -> impl Iterator<Item = (FileId, &Source)> {
    sources.iter().filter(|(_, source)| source.area == Area::Templates && theme::is_template(&source.path))
}

/// Parses all templates with `tera`, which has the site's functions and filters, named in `callable`, registered. None
/// when a mistake leaves nothing to render with; every mistake is told.
pub fn parse(mut tera: Tera, callable: &[String], sources: &Sources, wrong: &mut Vec<Diagnostic>) -> Option<Tera> {
    tera.autoescape_on([".html", ".htm", ".svg", ".xml"]);
    let all: Vec<(&str, &str)> = templates(sources).map(|(_, source)| (source.inner(), source.text())).collect();
    let Err(error) = tera.add_raw_templates(all) else { return Some(tera) };
    // All together stop at the first that cannot be read.
    let alone = templates(sources).filter_map(|(_, source)| {
        let error = Tera::default().add_raw_template(source.inner(), source.text()).err()?;
        matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| diagnose(&error, sources, None, None))
    });
    let unreadable: Vec<Diagnostic> = alone.collect();
    wrong.extend(if unreadable.is_empty() { diagnose_all(&error, &tera, callable, sources) } else { unreadable });
    None
}

/// The mistakes that Tera found while it put the templates together; it reports several as one text.
fn diagnose_all(error: &Error, tera: &Tera, callable: &[String], sources: &Sources) -> Vec<Diagnostic> {
    let text = error.to_string();
    let reports = reports(&text);
    if reports.is_empty() {
        return vec![diagnose(error, sources, None, None)];
    }
    reports
        .into_iter()
        .map(|report| {
            let span = place(sources, report.template, report.line, report.column, 1);
            let diagnostic = Diagnostic::error(CODE, span, sentence(report.message));
            diagnostic.maybe_help(nearest_name(report.message, callable, tera))
        })
        .collect()
}

/// Help for "Unknown filter `plian`": the nearest of the names that a template can call.
fn nearest_name(message: &str, callable: &[String], tera: &Tera) -> Option<String> {
    let name = message.strip_prefix("Unknown ")?.split('`').nth(1)?;
    did_you_mean(name, callable.iter().map(String::as_str).chain(tera.get_template_names()))
}

/// One mistake out of a text of Tera's.
struct Report<'a> {
    message: &'a str,
    template: &'a str,
    line: usize,
    column: usize,
}

/// The reports in a text of the form `error: MESSAGE`, ` --> template:line:column`.
fn reports(text: &str) -> Vec<Report<'_>> {
    let mut message = None;
    let mut reports = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("error: ") {
            message = Some(rest);
        } else if let (Some(found), Some((_, place))) = (message, line.split_once("--> ")) {
            let mut parts = place.rsplitn(3, ':');
            let numbers = (parts.next().and_then(|n| n.parse().ok()), parts.next().and_then(|n| n.parse().ok()));
            if let ((Some(column), Some(line)), Some(template)) = (numbers, parts.next()) {
                reports.push(Report { message: found, template, line, column });
                message = None;
            }
        }
    }
    reports
}

/// The place in a template's source: `line` counted from 1, `column` from 1, both in characters.
fn place(sources: &Sources, template: &str, line: usize, column: usize, width: usize) -> Option<Span> {
    let (file, source) = templates(sources).find(|(_, source)| source.inner() == template)?;
    let text = source.text();
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let content = text[line_start..].lines().next().unwrap_or("");
    let byte = |n: usize| content.char_indices().nth(n).map_or(content.len(), |(i, _)| i);
    let (start, end) = (byte(column.saturating_sub(1)), byte(column.saturating_sub(1) + width.max(1)));
    Some(Span::new(file, line_start + start..line_start + end))
}

/// Tera's message as ours: without full stop, its first letter small unless it begins with a name.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => message.to_owned(),
    }
}

/// Help for "field `titel` is not defined. Available fields: extra, title".
fn near_field(message: &str) -> Option<String> {
    let (wrong, known) = message.split_once(". Available fields: ")?;
    did_you_mean(wrong.split('`').nth(1)?, known.split(", "))
}

/// Help for "unknown argument(s) `colour` in component call. Possible argument(s) are: `event`, `kind`".
fn near_argument(message: &str) -> Option<String> {
    let (wrong, known) = message.split_once(" in component call. Possible argument(s) are: ")?;
    did_you_mean(wrong.split('`').nth(1)?, known.split('`').skip(1).step_by(2))
}

/// Tera lists names in the order of a hash map; here they are in the order of the alphabet, so that
/// two runs say the same.
fn sorted_names(message: String) -> String {
    let Some((before, rest)) = message.split_once("argument(s) ") else { return message };
    let Some((names, after)) = rest.split_once(" in component") else { return message };
    let mut names: Vec<&str> = names.split(", ").collect();
    names.sort_unstable();
    format!("{before}argument(s) {} in component{after}", names.join(", "))
}

/// An error of Tera as a diagnostic. `asked_by` is where the rendering was asked for, in a Markdown
/// file; `component` the component called there.
pub fn diagnose(error: &Error, sources: &Sources, asked_by: Option<Span>, component: Option<&str>) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let at = report.span();
            let width = if at.end_line == at.start_line { at.end_col.saturating_sub(at.start_col) } else { 1 };
            let own = place(sources, report.filename(), at.start_line, at.start_col + 1, width);
            let message = sorted_names(sentence(report.message()));
            let built_in = own.is_some_and(|own| theme::is_built_in(sources.get(own.file)));
            let needs_body = component.filter(|_| message.contains("`body`"));
            let message = needs_body.map_or(message, |name| format!("the component `{name}` needs a body"));
            let help = needs_body
                .map(|name| format!("write `{{% <{name}> %}}…{{% </{name}> %}}`"))
                .or_else(|| near_field(&message))
                .or_else(|| near_argument(&message));
            let diagnostic = match (own, asked_by) {
                // A writer cannot mend the built-in theme: what they wrote comes first.
                (Some(own), Some(asked)) if built_in => {
                    Diagnostic::error(CODE, asked, message).also(own, "in the built-in theme")
                }
                (Some(own), Some(asked)) => Diagnostic::error(CODE, own, message).also(asked, "while this was made"),
                (own, asked) => Diagnostic::error(CODE, own.or(asked), message),
            };
            overlapping_sum(diagnostic.maybe_help(help))
        }
        _ => {
            let text = error.to_string();
            if text.contains(TOO_DEEP) {
                return without_end(sources, asked_by);
            }
            let message = reports(&text)
                .into_iter()
                .next()
                .map_or_else(|| sentence(text.lines().next().unwrap_or_default()), |report| sentence(report.message));
            let named = match error.kind() {
                ErrorKind::MissingParent { current, .. } => place(sources, current, 1, 1, 1),
                ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                    place(sources, tpl, 1, 1, 1)
                }
                _ => None,
            };
            let help = component.filter(|_| message.contains("component")).map(|name| {
                let known = component_names(sources);
                did_you_mean(name, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("the components are: {}", known.join(", ")))
            });
            Diagnostic::error(CODE, asked_by.or(named), sorted_names(message.replace(ONE_OFF, "this call")))
                .maybe_help(help)
        }
    }
}

/// A total that must not be made, told by its own rule.
fn overlapping_sum(diagnostic: Diagnostic) -> Diagnostic {
    let Some(at) = diagnostic.message.find(OVERLAPPING) else { return diagnostic };
    let message = diagnostic.message[at + OVERLAPPING.len()..].to_owned();
    let help = "totals come from `parts`, or from a figure that somebody published; show the counts side by side";
    Diagnostic { code: "overlapping-sum", message, ..diagnostic }.help(help)
}

/// Components that call each other without end: those of the site that lead back to themselves are named.
fn without_end(sources: &Sources, asked_by: Option<Span>) -> Diagnostic {
    let own = components(sources).filter(|found| !theme::is_built_in(sources.get(found.place.file)));
    let own: BTreeMap<&str, Component<'_>> = own.map(|found| (found.name, found)).collect();
    let round = own.keys().find_map(|name| Some((*name, way_round(name, &own)?)));
    let help = "a call that a component makes of itself has to stand in an `{% if %}` that comes to an end";
    let Some((name, way)) = round else {
        return Diagnostic::error(CODE, asked_by, "components call each other without end").help(help);
    };
    let way = way.iter().fold(String::new(), |way, name| way + &format!(", by way of `{name}`"));
    let found = Diagnostic::error(CODE, Some(own[name].place), format!("the component `{name}` calls itself{way}"));
    asked_by.map_or(found.clone(), |asked| found.also(asked, "while this was made")).help(help)
}

/// The components between one and itself on the shortest way of calls; None where none leads back.
fn way_round<'a>(name: &str, components: &BTreeMap<&'a str, Component<'a>>) -> Option<Vec<&'a str>> {
    let mut seen = HashSet::new();
    let mut ways = VecDeque::from([(name, Vec::new())]);
    while let Some((last, way)) = ways.pop_front() {
        for called in components.get(last).into_iter().flat_map(|component| calls(component.body)) {
            if called == name {
                return Some(way);
            }
            if seen.insert(called) {
                ways.push_back((called, way.iter().copied().chain([called]).collect()));
            }
        }
    }
    None
}

/// The components that a template's text calls.
fn calls(text: &str) -> impl Iterator<Item = &str> {
    ["{{", "{%"].into_iter().flat_map(|left| text.split(left).skip(1)).filter_map(|rest| {
        let name = rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace()).strip_prefix('<')?;
        name.split(|c: char| c != '_' && !c.is_alphanumeric()).next()
    })
}

/// A component as a template defines it.
struct Component<'a> {
    name: &'a str,
    /// Where its name stands.
    place: Span,
    /// What stands between its name and its end.
    body: &'a str,
}

/// The components that the templates define.
fn components(sources: &Sources) -> impl Iterator<Item = Component<'_>> {
    templates(sources).flat_map(|(file, source)| {
        let text = source.text();
        text.match_indices("{% component ").filter_map(move |(at, begin)| {
            let (name, body) = text[at + begin.len()..].split_once('(')?;
            let start = at + begin.len() + name.len() - name.trim_start().len();
            let name = name.trim();
            let place = Span::new(file, start..start + name.len());
            Some(Component { name, place, body: body.split("endcomponent").next().unwrap_or_default() })
        })
    })
}

/// The names of the components that the site itself defines, its versions of the theme's among them.
pub fn own_components(sources: &Sources) -> HashSet<String> {
    let own = components(sources).filter(|found| !theme::is_built_in(sources.get(found.place.file)));
    own.map(|found| found.name.to_owned()).collect()
}

/// The names of the components that the templates define.
pub fn component_names(sources: &Sources) -> Vec<String> {
    let mut names: Vec<String> = components(sources).map(|found| found.name.to_owned()).collect();
    names.sort();
    names
}
