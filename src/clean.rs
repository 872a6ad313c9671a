//! Clean: HTML and links of people who are not fully trusted. What runs, loads, frames or covers is taken out by `ammonia`,
//! by a list of what may stay, on the parser of a browser; what is left are words, their structure, pictures and links.
//!
//! Not taken: cleaning each piece of raw HTML by itself. Tags that open in one piece and close in another would be torn,
//! and a browser reads a quote that one piece leaves open on into the next; so a text is cleaned as a whole.

use crate::body::What;
use crate::limits::{DEEPEST_HTML, LONGEST_WITH_TABLE, MOST_ATTRIBUTES};
use crate::source::printable;
use crate::tags::{self, Piece};
use ammonia::Builder;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;

/// The elements that may stay, and the attributes that each may have beside [`ANYWHERE`]: what Markdown makes by itself,
/// and what a reporter may want beyond that.
pub const ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang"]),
    ("abbr", &[]),
    ("aside", &[]),
    ("b", &[]),
    ("bdi", &[]),
    ("bdo", &[]),
    ("blockquote", &["cite"]),
    ("br", &[]),
    ("caption", &[]),
    ("cite", &[]),
    ("code", &[]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("dd", &[]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("dfn", &[]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["alt", "decoding", "height", "loading", "src", "width"]),
    ("input", &["checked", "disabled"]),
    ("ins", &["cite", "datetime"]),
    ("kbd", &[]),
    ("li", &["value"]),
    ("mark", &[]),
    ("ol", &["reversed", "start"]),
    ("p", &[]),
    ("pre", &[]),
    ("q", &["cite"]),
    ("rp", &[]),
    ("rt", &[]),
    ("ruby", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("section", &[]),
    ("small", &[]),
    ("span", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "headers", "rowspan"]),
    ("tfoot", &[]),
    ("th", &["colspan", "headers", "rowspan", "scope"]),
    ("thead", &[]),
    ("time", &["datetime"]),
    ("tr", &[]),
    ("u", &[]),
    ("ul", &[]),
    ("var", &[]),
    ("wbr", &[]),
];

/// Attributes that every element may have, beside those whose names begin with [`ARIA`].
pub const ANYWHERE: &[&str] = &["class", "dir", "id", "lang", "role", "title"];

/// How the names of attributes for assistive technology begin, which every element may have.
pub const ARIA: &str = "aria-";

/// Where links may lead, beside places in the site: what opens a page, a letter or a call.
pub const SCHEMES: &[&str] = &["geo", "http", "https", "mailto", "sip", "sms", "tel", "xmpp"];

/// What a link out of the site carries, so that the other site learns nothing of the reader; a writer's own are not asked for.
pub const APART: &str = " rel=\"noopener\" referrerpolicy=\"no-referrer\"";

/// The attributes that say what [`APART`] says.
const OF_LINKS: [&str; 2] = ["rel", "referrerpolicy"];

/// What allows all that may stay, and what stands for holes by that name.
fn cleaner(hole: &str, pictures: bool) -> Builder<'_> {
    let mut cleaner = Builder::default();
    cleaner
        .tags(ELEMENTS.iter().map(|(element, _)| *element).chain([hole]).collect())
        .tag_attributes(ELEMENTS.iter().map(|(element, own)| (*element, own.iter().copied().collect())).collect())
        .add_tag_attributes(hole, ["n"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .generic_attributes(ANYWHERE.iter().copied().collect())
        .add_generic_attribute_prefixes([ARIA])
        .attribute_filter(move |element, name, value| {
            let is_known = !name.starts_with(ARIA) || may_stand_anywhere(name);
            let asks = element == "img" && name == "src" && leads_out(value) && !pictures;
            // Other addresses are looked at by their schemes below.
            let runs = name == "cite" && !is_harmless(value);
            (is_known && !asks && !runs).then_some(Cow::Borrowed(value))
        })
        .url_schemes(SCHEMES.iter().copied().chain([hole]).collect())
        .link_rel(None);
    cleaner
}

/// The HTML of a text, cleaned. In it a hole stands as `\0`, its number and `\0`; `what_is` tells what each is. A hole that
/// stood in something that was taken out is not there any more. Pictures of other hosts stay where `pictures` lets them.
pub fn cleaned<'h>(marked: &str, pictures: bool, what_is: impl Fn(usize) -> Option<&'h What>) -> String {
    // Nothing but words, such as those of nearly every reference.
    if !marked.contains('<') {
        return marked.to_owned();
    }
    // A name that nobody can have written into the text, as it is made of all of it.
    let hole = Sha256::digest(marked)[..12].iter().fold("hole-".to_owned(), |name, byte| name + &format!("{byte:02x}"));
    let stand_in = |digits: &str| {
        let number = digits.parse().ok()?;
        Some(stand_in(&hole, number, what_is(number)?))
    };
    let mut html = String::with_capacity(2 * marked.len());
    for (at, part) in marked.split('\0').enumerate() {
        let stands = (at % 2 == 1).then(|| stand_in(part)).flatten();
        html.push_str(stands.as_deref().unwrap_or(part));
    }
    // A reference such as `&#1;` has become what it stands for.
    let clean = printable(set_apart(&cleaner(&hole, pictures).clean(&narrowed(&html)).to_string()));
    let mut marked = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    // In a text and in a value `<` is `&lt;` now: the element that stands for a hole can be part of neither, and what a link
    // or picture becomes does no harm in a text.
    while let Some(at) = rest.find(&hole) {
        let digits = rest[at + hole.len()..].trim_start_matches([' ', 'n', '=', '"', ':']);
        let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
        let stands = stand_in(digits);
        let start = stands.as_ref().and_then(|stands| at.checked_sub(stands.find(&hole)?));
        let found = start.zip(stands).filter(|(start, stands)| rest[*start..].starts_with(stands.as_str()));
        if let Some((start, stands)) = found {
            marked.extend([&rest[..start], "\0", digits, "\0"]);
            rest = &rest[start + stands.len()..];
        } else {
            let after = at + hole.len();
            marked.push_str(&rest[..after]);
            rest = &rest[after..];
        }
    }
    marked.push_str(rest);
    marked
}

/// HTML without the attributes beyond [`MOST_ATTRIBUTES`] of a tag, but for the last: a reader of HTML holds each against all before it.
/// Those of one tag can come from several pieces of raw HTML and the text between.
fn narrowed(html: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut done = 0;
    tags::each(html.as_bytes(), |piece| {
        if let Piece::Start(tag) = piece
            && let (Some((first, _)), Some((last, _))) = (tag.attributes.get(MOST_ATTRIBUTES), tag.attributes.last())
        {
            let place = |name: &[u8]| name.as_ptr().addr() - html.as_ptr().addr();
            kept.push_str(&html[done..place(first)]);
            done = place(last);
        }
    });
    if done == 0 { Cow::Borrowed(html) } else { Cow::Owned(kept + &html[done..]) }
}

/// Clean HTML with what links out of the site carry. In it, values stand in double quotes, and nothing but a tag begins with `<`.
fn set_apart(clean: &str) -> String {
    let mut pieces = clean.split("<a ");
    let mut html = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        html.push_str("<a ");
        let mut in_value = false;
        let end = piece.find(|c| {
            in_value ^= c == '"';
            c == '>' && !in_value
        });
        let (tag, rest) = piece.split_at(end.unwrap_or(piece.len()));
        html.push_str(tag);
        let mut leads = false;
        tags::each(format!("<a {tag}>").as_bytes(), |piece| {
            let Piece::Start(tag) = piece else { return };
            let href = tag.attributes.iter().find(|(name, _)| *name == b"href");
            leads |= href.is_some_and(|(_, value)| leads_out(&tags::value(value)));
        });
        if leads {
            html.push_str(APART);
        }
        html.push_str(rest);
    }
    html
}

/// What stands for a hole while a text is cleaned: an attribute where the hole is one, else an element.
fn stand_in(hole: &str, number: usize, what: &What) -> String {
    match what {
        What::Link(_) => format!(" href=\"{hole}:{number}\""),
        What::Image(_) => format!("src=\"{hole}:{number}\""),
        What::Reference { .. } | What::Citation(_) | What::Component(_) => format!("<{hole} n=\"{number}\"></{hole}>"),
    }
}

/// The elements that raw HTML has open so far. A browser opens those that were left open again in each paragraph that follows, so
/// many of them make a small text a large page.
#[derive(Debug, Default)]
pub struct Open {
    names: HashMap<String, usize>,
    depth: usize,
}

/// Elements that have no end tag, or may do without.
const ENDLESS: [&str; 22] = [
    "br", "col", "hr", "img", "input", "wbr", "caption", "colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td",
    "tfoot", "th", "thead", "tr", "area", "source",
];

impl Open {
    /// Takes a piece of raw HTML in a text of so many bytes. One that is beyond a limit is not taken, and it is said why.
    pub fn take(&mut self, html: &str, text: usize) -> Option<String> {
        let (mut names, mut depth) = (self.names.clone(), self.depth);
        let (mut is_deep, mut is_wide, mut is_table) = (false, false, false);
        tags::each(html.as_bytes(), |piece| match piece {
            Piece::Start(tag) => {
                is_wide |= tag.attributes.len() > MOST_ATTRIBUTES;
                let name = String::from_utf8_lossy(tag.name).to_ascii_lowercase();
                is_table |= TABLE.contains(&name.as_str());
                if !ENDLESS.contains(&name.as_str()) {
                    *names.entry(name).or_default() += 1;
                    depth += 1;
                    is_deep |= depth > DEEPEST_HTML;
                }
            }
            Piece::End(name) => {
                let name = String::from_utf8_lossy(name).to_ascii_lowercase();
                is_table |= TABLE.contains(&name.as_str());
                if let Some(open) = names.get_mut(&name) {
                    *open -= 1;
                    depth -= 1;
                    // Only what is open is known, so that this stays small.
                    if *open == 0 {
                        names.remove(&name);
                    }
                }
            }
            Piece::Text(_) => {}
        });
        if is_deep {
            return Some(format!("more than {DEEPEST_HTML} elements stand open here, and this one is left out"));
        }
        if is_wide {
            return Some(format!("this element has more than {MOST_ATTRIBUTES} attributes, and is left out"));
        }
        if is_table && text > LONGEST_WITH_TABLE {
            let most = LONGEST_WITH_TABLE >> 10;
            return Some(format!(
                "a text with a table of HTML may have {most} KiB, and here the table's tags are left out"
            ));
        }
        (self.names, self.depth) = (names, depth);
        None
    }
}

/// The parts of a table. What stands in one and in no cell is put before the table, and where there is much of it that takes long.
const TABLE: [&str; 10] = ["caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// What cleaning takes out of a piece of raw HTML, in a writer's words: "the element `script`", "the attribute `onclick`".
pub fn taken_out(html: &str, pictures: bool) -> Vec<String> {
    let mut out = Vec::new();
    tags::each(html.as_bytes(), |piece| {
        let Piece::Start(tag) = piece else { return };
        let name = String::from_utf8_lossy(tag.name).to_ascii_lowercase();
        let Some((_, own)) = ELEMENTS.iter().find(|(element, _)| *element == name) else {
            out.push(format!("the element `{name}`"));
            return;
        };
        for (attribute, value) in &tag.attributes {
            let attribute = String::from_utf8_lossy(attribute).to_ascii_lowercase();
            let value = tags::value(value);
            let is_box = name == "input" && attribute == "type" && value.eq_ignore_ascii_case("checkbox");
            let is_ours = name == "a" && OF_LINKS.contains(&attribute.as_str());
            let may_stay = is_ours || own.contains(&attribute.as_str()) || may_stand_anywhere(&attribute);
            if !may_stay && !is_box {
                out.push(format!("the attribute `{attribute}`"));
            } else if matches!(attribute.as_str(), "href" | "src" | "cite") && !is_harmless(&value) {
                out.push(format!("the address `{value}`"));
            } else if name == "img" && attribute == "src" && leads_out(&value) && !pictures {
                out.push(format!("the picture of another host, `{value}`,"));
            }
        }
    });
    out.dedup();
    out
}

/// Whether every element may have an attribute.
pub fn may_stand_anywhere(attribute: &str) -> bool {
    // HTML takes nearly everything for a name, and Markdown even more: to a browser `aria-x/onclick` is two.
    let is_letters =
        |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    ANYWHERE.contains(&attribute) || attribute.strip_prefix(ARIA).is_some_and(is_letters)
}

/// A link as browsers read its scheme: past what cannot be seen before it and within it.
pub fn seen(link: &str) -> String {
    link.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// Whether following a link runs nothing: it leads to a place in a site, or by one of [`SCHEMES`], in capitals or not.
pub fn is_harmless(link: &str) -> bool {
    let seen = seen(link);
    let head = seen.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        Some((scheme, _)) => SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)),
        None => true,
    }
}

/// Whether a link leads to another host, as browsers read it: they take `\\` for `/`, and do not tell letters of a scheme apart.
pub fn leads_out(link: &str) -> bool {
    let seen = seen(link).replace('\\', "/").to_ascii_lowercase();
    ["//", "http:", "https:"].iter().any(|begin| seen.starts_with(begin))
}

/// Whether a text, wherever a component puts it, is a link that runs a script, or to data. "Data: UNHCR" is none.
pub fn runs(text: &str) -> bool {
    let link = seen(text).to_ascii_lowercase();
    let is_data = || link.starts_with("data:") && !text.split_once(':').is_some_and(|(_, rest)| rest.starts_with(' '));
    link.starts_with("javascript:") || link.starts_with("vbscript:") || is_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(to: &str) -> What {
        What::Link(to.to_owned())
    }

    #[test]
    fn links_out_tell_nothing_of_the_reader() {
        for link in ["https://e.org/", "HTTPS://e.org/", "//e.org/8", "/\\e.org", "\\\\e.org", "ht&#9;tps://e.org"] {
            let html = format!(
                "<p>a > b <a rel=\"opener x\" title=\"<a > \" href=\"{link}\" referrerpolicy=\"unsafe-url\">x</a></p>"
            );
            let clean = cleaned(&html, false, |_| None);
            assert_eq!(clean.matches("rel=").count(), 1, "{clean}");
            assert!(clean.contains(" rel=\"noopener\" referrerpolicy=\"no-referrer\">x</a>"), "{clean}");
            assert!(taken_out(&html, false).is_empty());
        }
        for link in ["/a/", "a.md", "#x", "mailto:a@e.org", "?http://e.org"] {
            let clean = cleaned(&format!("<a href=\"{link}\">x</a>"), false, |_| None);
            assert_eq!(clean, format!("<a href=\"{link}\">x</a>"));
        }
    }

    #[test]
    fn pictures_of_other_hosts_are_asked_for_where_the_site_says_so() {
        let html = "<img src=\"https://e.org/p.png\" alt=\"a\"><img src=\"//e.org/p.png\"><img src=\"p.png\">";
        assert_eq!(cleaned(html, false, |_| None), "<img alt=\"a\"><img><img src=\"p.png\">");
        assert_eq!(cleaned(html, true, |_| None), html);
        assert_eq!(taken_out(html, false).len(), 2);
        assert!(taken_out(html, true).is_empty());
    }

    #[test]
    fn words_and_structure_stay_and_what_runs_goes() {
        for (html, expected) in [
            ("<p>a <b class=\"x\">b</b></p>", "<p>a <b class=\"x\">b</b></p>"),
            ("<script>alert(1)</script>", ""),
            ("<p onclick=\"alert(1)\">a</p>", "<p>a</p>"),
            ("<p aria-label=\"x\" aria-x<[\"y>a</p>", "<p aria-label=\"x\">a</p>"),
            ("<a href=\"javascript:alert(1)\">a</a>", "<a>a</a>"),
            ("<a href=\" jav&#x09;ascript:alert(1)\">a</a>", "<a>a</a>"),
            ("<a href=\"data:text/html,x\">a</a>", "<a>a</a>"),
            ("<del cite=\" jav&#9;ascript:alert(1)\">a</del>", "<del>a</del>"),
            ("<q cite=\"data:text/html,x\">a</q><q cite=\"/a\">b</q>", "<q>a</q><q cite=\"/a\">b</q>"),
            ("<img src=x onerror=alert(1)>", "<img src=\"x\">"),
            ("<svg><script>1</script></svg><iframe src=x></iframe>", ""),
            ("<p style=\"position:fixed\">a</p>", "<p>a</p>"),
            (
                "<input type=\"text\"><input type=\"checkbox\" disabled=\"\">",
                "<input><input type=\"checkbox\" disabled=\"\">",
            ),
            ("<div><p>never closed", "<div><p>never closed</p></div>"),
            ("</div></main>after", "after"),
            ("<form action=x><button>a</button></form>", "a"),
            ("<b>&#1;&#xFFFE;</b>", "<b>\u{fffd}\u{fffd}</b>"),
        ] {
            assert_eq!(cleaned(html, false, |_| None), expected, "{html}");
        }
    }

    #[test]
    fn holes_come_through_where_they_stood() {
        let (reference, to) = (What::Reference { target: "war".into(), words: None }, link("/x/"));
        for marked in [
            "<p>a \u{0}0\u{0} b</p>",
            "<p><a\u{0}1\u{0}>x</a></p>",
            "<p><a\u{0}1\u{0} title=\"t\">x</a>\u{0}0\u{0}</p>",
            "<table><tbody><tr><td>\u{0}0\u{0}</td></tr></tbody></table>",
        ] {
            assert_eq!(cleaned(marked, false, |n| [&reference, &to].get(n).copied()), marked);
        }
        let picture = What::Image("a.png".into());
        assert_eq!(
            cleaned("<img \u{0}0\u{0} alt=\"a\">", false, |n| [&picture].get(n).copied()),
            "<img \u{0}0\u{0} alt=\"a\">"
        );
    }

    #[test]
    fn nobody_writes_a_hole() {
        let component = What::Component(crate::body::Call { name: "n".into(), text: "{{<n />}}".into(), body: None });
        // The mark of a component inside a value would bring the component's own quotes into it.
        for html in [
            "<p title='\u{0}0\u{0}'>a</p>",
            "<p title='\u{0}0\u{0}",
            "<textarea>\u{0}0\u{0}</textarea>",
            "<xmp>\u{0}0\u{0}",
        ] {
            let clean = cleaned(html, false, |n| [&component].get(n).copied());
            assert!(!clean.contains('\0') && !clean.contains("<hole"), "{clean}");
        }
        for written in ["<hole-0 n=\"0\"></hole-0>", "<backgrounder-hole n=\"0\"></backgrounder-hole>"] {
            assert_eq!(cleaned(written, false, |n| [&component].get(n).copied()), "");
        }
    }

    #[test]
    fn what_is_left_open_is_counted() {
        let mut open = Open::default();
        let mut take = |html: &str, text: usize| open.take(html, text).is_none();
        assert!((0..DEEPEST_HTML).all(|_| take("<b>", 0)));
        assert!(!take("<i>", 0));
        assert!(take("</b>", 0) && take("<i>", 0) && take("<br>", 0) && take("<li>", 0));
        assert!(take(&format!("<br{}>", " a".repeat(MOST_ATTRIBUTES)), 0));
        assert!(!take(&format!("<br{}>", " a".repeat(MOST_ATTRIBUTES + 1)), 0));
        assert!(take("<TR></tr>", LONGEST_WITH_TABLE) && take("<br></br>", LONGEST_WITH_TABLE + 1));
        assert!(!take("<TR>", LONGEST_WITH_TABLE + 1) && !take("</td>", LONGEST_WITH_TABLE + 1));
    }

    #[test]
    fn attributes_beyond_the_limit_are_not_looked_at() {
        let all = |n: usize| (0..n).fold(String::new(), |all, at| all + &format!(" a{at}='é'"));
        let fine = format!("<p><b{}>x</b>", all(MOST_ATTRIBUTES));
        assert_eq!(narrowed(&fine), fine);
        let wide = format!("<p><b{} title=t>x</b><i{}>y</i>", all(MOST_ATTRIBUTES + 50), all(MOST_ATTRIBUTES + 1));
        let kept = format!("<p><b{} title=t>x</b><i{}>y</i>", all(MOST_ATTRIBUTES), all(MOST_ATTRIBUTES + 1));
        assert_eq!(narrowed(&wide), kept);
    }

    #[test]
    fn links_that_run_or_hold_their_content_do_harm() {
        for harmless in ["", "/a/", "a.md#b", "https://e.org/", "MAILTO:a@e.org", "//e.org", "?a:b", "#a:b", "a/b:c"] {
            assert!(is_harmless(harmless), "{harmless}");
        }
        for harmful in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " \u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "blob:x",
            "file:///etc/passwd",
        ] {
            assert!(!is_harmless(harmful), "{harmful}");
        }
    }

    #[test]
    fn a_writer_is_told_what_goes() {
        assert_eq!(taken_out("<b id=a>x</b><script>1</script>", false), ["the element `script`"]);
        assert!(taken_out("<input type=Checkbox disabled>", false).is_empty(), "HTML does not tell its letters apart");
        assert_eq!(
            taken_out("<a href=\"javascript:x\" onclick=\"y\">", false),
            ["the address `javascript:x`", "the attribute `onclick`"]
        );
    }
}
