//! Component calls in Markdown: where they stand, and where they end.

use crate::diagnostic::Diagnostic;
use crate::limits::LONGEST_CALL;
use crate::source::floor_char;
use std::collections::HashMap;
use std::ops::Range;

/// A component call found in a text; ranges are bytes of that text.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The component's name.
    pub name: String,
    /// The whole of it.
    pub whole: Range<usize>,
    /// The opening tag, or the whole call when it has no body.
    pub opening: Range<usize>,
    /// The text between opening and closing tag.
    pub body: Option<Range<usize>>,
}

/// Whether `text` may hold a component call: a cheap test, so that most pages pay for no more.
pub fn may_hold(text: &str) -> bool {
    memchr::memchr_iter(b'{', text.as_bytes()).any(|at| {
        let rest = &text[at + 1..];
        rest.starts_with(['{', '%']) && rest[1..].trim_start().starts_with('<')
    })
}

/// The component calls of `text` in order, none inside another, none that begins inside one of
/// the ranges `code`, which are in order and apart. `wrong` is told of calls that do not end, with their range.
pub fn find(text: &str, code: &[Range<usize>], mut wrong: impl FnMut(Range<usize>, Diagnostic)) -> Vec<Found> {
    let tags = tags(text, code);
    let closed_by = closed_by(&tags);
    let mut found = Vec::new();
    let mut at = 0;
    for (i, tag) in tags.iter().enumerate().filter(|(_, tag)| !tag.closing) {
        if tag.range.start < at {
            continue;
        }
        let closing = closed_by[i].map(|closing| &tags[closing]);
        let call = match tag.end {
            End::Missing { is_far: true } => Err(too_far(tag)),
            _ if tag.block => block_call(tag, closing),
            _ => inline_call(tag),
        };
        match call {
            Ok(call) => {
                at = call.whole.end;
                found.push(call);
            }
            Err((range, diagnostic)) => wrong(range, diagnostic),
        }
    }
    found
}

/// All tags of a text that begin outside code.
fn tags(text: &str, code: &[Range<usize>]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|i| at + i) {
        at = start + 1;
        let before = code.partition_point(|range| range.start <= start);
        if before > 0 && code[before - 1].contains(&start) {
            continue;
        }
        let inline = open(text, start, "{{", "}}").filter(|tag| !tag.closing);
        if let Some(tag) = inline.or_else(|| open(text, start, "{%", "%}")) {
            if !matches!(tag.end, End::Missing { .. }) {
                at = tag.range.end;
            }
            tags.push(tag);
        }
    }
    tags
}

/// Of each tag that opens a body, the number of the tag that closes it.
fn closed_by(tags: &[Tag]) -> Vec<Option<usize>> {
    let mut closed_by = vec![None; tags.len()];
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let whole = |tag: &Tag| tag.block && !matches!(tag.end, End::Missing { .. });
    for (i, tag) in tags.iter().enumerate().filter(|(_, tag)| whole(tag)) {
        let same = open.entry(&tag.name).or_default();
        if !tag.closing {
            same.push(i);
        } else if let Some(opening) = same.pop() {
            closed_by[opening] = Some(i);
        }
    }
    closed_by
}

/// Whether an opening tag is a call and nothing else, whose arguments are plain values: texts in quotes, and in braces numbers,
/// `true`, `false`, `none`, and lists and maps of such. Anything else is an expression, and can do what templates can.
pub fn is_plain(opening: &str) -> bool {
    let within = |left: &str, right: &str| opening.strip_prefix(left)?.strip_suffix(right);
    let tag = within("{{", "}}").or_else(|| within("{%", "%}")).map(|tag| tag.trim_matches([' ', '\t', '\n', '-']));
    let tag =
        tag.and_then(|tag| tag.strip_prefix('<')?.strip_suffix('>')).map(|tag| tag.strip_suffix('/').unwrap_or(tag));
    let Some(tag) = tag else { return false };
    let mut rest = tag.trim_start_matches(is_of_name).trim();
    // Where a quote ends behind a backslash is for templates to say.
    while !rest.is_empty() && !rest.contains('\\') {
        let after = rest.split_once('=').filter(|(name, _)| {
            let name = name.trim_end();
            !name.is_empty() && name.chars().all(is_of_name)
        });
        let Some(after) = after.and_then(|(_, value)| after_plain(value.trim_start())) else { return false };
        rest = after.trim_start();
    }
    rest.is_empty()
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The texts in quotes of a call whose arguments are plain values.
pub fn texts(opening: &str) -> impl Iterator<Item = &str> {
    quoted(opening).map(|(_, text)| text)
}

/// An argument of a call that is one text: `/a.png` of `src="/a.png"` and `src={'/a.png'}`.
pub fn argument<'t>(opening: &'t str, name: &str) -> Option<&'t str> {
    let is_named = |before: &str| {
        let before = before.trim_end().trim_end_matches('{').trim_end();
        let before = before.strip_suffix('=').and_then(|before| before.trim_end().strip_suffix(name));
        before.is_some_and(|before| before.ends_with(char::is_whitespace))
    };
    quoted(opening).find(|(before, _)| is_named(before)).map(|(_, text)| text)
}

/// The texts in quotes of such a call, each with what stands between it and the one before.
fn quoted(opening: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = opening;
    std::iter::from_fn(move || {
        let (before, inner) = rest.split_at(rest.find(['"', '\'', '`'])?);
        let (text, after) = inner[1..].split_once(inner.chars().next()?)?;
        rest = after;
        Some((before, text))
    })
}

/// What stands behind the plain value that a text begins with; none where it begins with something else.
fn after_plain(text: &str) -> Option<&str> {
    let (mut quote, mut braces) = (None, 0_usize);
    let mut word = String::new();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => braces += 1,
            (None, '}') => braces = braces.checked_sub(1)?,
            (None, _) if braces == 0 => return None,
            (None, c) if is_of_name(c) => {
                word.push(c);
                continue;
            }
            (Some(_), _) | (None, ',' | ':' | '[' | ']') => {}
            (None, c) if c.is_whitespace() => {}
            (None, _) => return None,
        }
        if !word.is_empty() {
            let is_number = word.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
            // What stands before a colon is the name of a value in a map.
            if !is_number && !matches!(word.as_str(), "true" | "false" | "none" | "None") && c != ':' {
                return None;
            }
            word.clear();
        }
        if quote.is_none() && braces == 0 {
            return Some(&text[at + c.len_utf8()..]);
        }
    }
    None
}

type Wrong = (Range<usize>, Diagnostic);

fn too_far(tag: &Tag) -> Wrong {
    let message = format!("the call of `{}` is longer than {} KiB", tag.name, LONGEST_CALL >> 10);
    (tag.range.clone(), Diagnostic::error("component-syntax", None, message).help("put long texts into its body"))
}

fn inline_call(tag: &Tag) -> Result<Found, Wrong> {
    let whole = tag.range.clone();
    let shown = format!("the call of `{}`", tag.name);
    match tag.end {
        End::Missing { .. } => Err((
            whole,
            Diagnostic::error("component-syntax", None, format!("{shown} has no end"))
                .help("a call without a body ends with `/>}}`"),
        )),
        End::Open => Err((
            whole,
            Diagnostic::error("component-syntax", None, format!("{shown} is not closed")).help(format!(
                "write `{{{{<{0} … />}}}}`, or `{{% <{0} …> %}}…{{% </{0}> %}}` for a call with a body",
                tag.name
            )),
        )),
        End::SelfClosed => Ok(Found { name: tag.name.clone(), opening: whole.clone(), whole, body: None }),
    }
}

fn block_call(tag: &Tag, closing: Option<&Tag>) -> Result<Found, Wrong> {
    let Some(closing) = closing else {
        let diagnostic = Diagnostic::error("component-syntax", None, format!("the body of `{}` has no end", tag.name))
            .help(format!("close it with `{{% </{}> %}}`", tag.name));
        return Err((tag.range.clone(), diagnostic));
    };
    Ok(Found {
        name: tag.name.clone(),
        whole: tag.range.start..closing.range.end,
        opening: tag.range.clone(),
        body: Some(tag.range.end..closing.range.start),
    })
}

struct Tag {
    name: String,
    /// `{% … %}` rather than `{{ … }}`.
    block: bool,
    range: Range<usize>,
    closing: bool,
    end: End,
}

enum End {
    /// `/>` before the closing braces.
    SelfClosed,
    /// `>` before the closing braces.
    Open,
    /// No closing braces in this paragraph, or where it is longer, none before [`LONGEST_CALL`].
    Missing { is_far: bool },
}

/// The tag that begins at `start` with `left` and ends with `right`: `{% <note kind="method"> %}`.
fn open(text: &str, start: usize, left: &str, right: &str) -> Option<Tag> {
    let rest = text[start..].strip_prefix(left)?.trim_start().strip_prefix('<')?;
    let (closing, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let name_end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    let name = rest[..name_end].to_owned();
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let after_name = start + (text.len() - start - rest.len()) + name_end;
    let (end, range_end) = end_of(text, after_name, right);
    Some(Tag { name, block: left == "{%", range: start..range_end, closing, end })
}

/// Where the tag whose arguments begin at `from` ends: behind `right`, outside quotes, before the
/// next blank line.
fn end_of(text: &str, from: usize, right: &str) -> (End, usize) {
    let rest = &text[from..];
    let near = &rest[..floor_char(rest, LONGEST_CALL)];
    let limit = near.find("\n\n").unwrap_or(near.len());
    let mut quote = None;
    for (i, c) in rest[..limit].char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, _) if rest[i..].starts_with(right) => {
                // A hyphen takes white space away (Tera); the tag ends all the same.
                let before = rest[..i].strip_suffix('-').unwrap_or(&rest[..i]).trim_end();
                if before.ends_with('>') {
                    let end = if before.ends_with("/>") { End::SelfClosed } else { End::Open };
                    return (end, from + i + right.len());
                }
            }
            _ => {}
        }
    }
    let is_far = limit < rest.len() && limit == near.len();
    (End::Missing { is_far }, from + limit.min(rest.find('\n').unwrap_or(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, String, Option<String>)> {
        find(text, &[], |_, _| ())
            .into_iter()
            .map(|f| (f.name, text[f.whole].to_owned(), f.body.map(|b| text[b].to_owned())))
            .collect()
    }

    #[test]
    fn calls_end_where_they_should() {
        let told = names(
            "a {{<timeline from=\"19/>}}88\" n={1} />}} b {% <note> %}x {% <note> %}y{% </note> %}{% </note> %} c",
        );
        assert_eq!(told[0].1, "{{<timeline from=\"19/>}}88\" n={1} />}}");
        assert_eq!(told[1].2.as_deref(), Some("x {% <note> %}y{% </note> %}"));
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn plain_values_are_told_from_expressions() {
        for plain in [
            "{{<a />}}",
            "{{<a b=\"x | safe\" c='{{ y }}' />}}",
            "{{<a n={3} m={-1.5} yes={true} no={ none } />}}",
            "{{<a of={[\"x\", 1, [2]]} map={ {\"k\": 1, l: \"x\"} } />}}",
            "{% <note kind=\"method\"> %}",
            "{{- <a b = \"x\"\n  c='y>'/> -}}",
            "{{<a b=\"\" c={[]} d={{}} />}}",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in [
            "{{<a b={\"x\" | safe} />}}",
            "{{<a b={list(kind=\"event\")} />}}",
            "{{<a b={page.id} />}}",
            "{{<a b={1 + 1} />}}",
            "{{<a b={\"x\" ~ \"y\"} />}}",
            "{{<a b={[x for x in y]} />}}",
            "{{<a b={site} />}}",
            "{{<a b=\"never closed />}}",
            "{{<a b=\"x\" /> if 0 else \"<script>\" | safe if 1 else <a b=\"y\" />}}",
            "{{<a /> ~ \"x\" ~ <a />}}",
            "{{<a site />}}",
            "{{<a {...page} />}}",
            "{{<a b=\"x\" | safe />}}",
            "{{<a b={1} + {2} />}}",
            "{{<a b=page.id />}}",
            "{{<a b={1}} />}}",
            "{% <a b=\"x\"> and <b> %}",
            "{{<a b=\"\\\"\" c={x | safe} d=\"\\\"\" />}}",
        ] {
            assert!(!is_plain(odd), "{odd}");
        }
        assert_eq!(texts("{{<a b=\"x'y\" c={['z', `\"`]} />}}").collect::<Vec<_>>(), ["x'y", "z", "\""]);
        for (text, end) in [("{{<a /> -}} x", 11), ("{% <a> -%}x{% </a> -%} y", 22)] {
            let found: Vec<_> =
                find(text, &[], |_, _| ()).iter().map(|found| (found.whole.start, found.whole.end)).collect();
            assert_eq!(found, [(0, end)]);
        }
        assert!(find("{% <note> %}x{% </note and more words", &[], |_, _| ()).is_empty());
    }

    #[test]
    fn calls_that_do_not_end_are_told() {
        for text in ["{{<timeline", "{{<timeline>}}", "{% <note> %} x", "{{<a b=\"\n\n/>}}"] {
            let mut wrong = 0;
            assert!(find(text, &[], |_, _| wrong += 1).is_empty(), "{text}");
            assert_eq!(wrong, 1, "{text}");
        }
        assert!(names("{{ x }} {% if a < b %} { <p> }").is_empty());
        assert!(may_hold("a {{  <b />}}") && may_hold("{%\n<b> %}") && !may_hold("{ <b> {{ x }} {"));
    }
}
