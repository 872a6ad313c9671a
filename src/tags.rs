//! Tags: a rendered page as its start tags, end tags and texts, a borrowed piece at a time.
//!
//! A page is looked at once for each build, and most of it is text that nobody asks about, so this jumps from `<` to `<`. It
//! takes the states of HTML's tokenizer (HTML, 13.2.5) that lie between them; `html5gum` is asked where characters
//! are written as references, and in a test that compares the two on pages made to be difficult.

use html5gum::{Token, Tokenizer};
use memchr::{memchr, memchr_iter, memchr2};
use std::borrow::Cow;

/// A piece of a page.
#[derive(Debug)]
pub enum Piece<'t, 'p> {
    /// Text between tags as it is written, references in it.
    Text(&'p [u8]),
    /// A start tag.
    Start(&'t Tag<'p>),
    /// The name in an end tag, as it is written.
    End(&'p [u8]),
}

/// A start tag.
#[derive(Debug, Default)]
pub struct Tag<'p> {
    /// Its name as it is written; compare it without regard to case.
    pub name: &'p [u8],
    /// The names and values of its attributes as they are written: names in any case, references in values.
    pub attributes: Vec<(&'p [u8], &'p [u8])>,
    /// Whether it ends with `/>`.
    pub self_closing: bool,
}

impl<'p> Tag<'p> {
    /// Whether it is of the element `name`, written in lower case.
    pub fn is(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute as it is written; the first counts.
    pub fn get(&self, name: &[u8]) -> Option<&'p [u8]> {
        self.attributes.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// Elements whose content holds no tags.
const RAW: [&[u8]; 9] =
    [b"title", b"script", b"style", b"textarea", b"iframe", b"xmp", b"noembed", b"noframe", b"noscript"];

fn is_raw(name: &[u8]) -> bool {
    // Most names begin with another letter, or are too short.
    name.len() > 2
        && matches!(name[0] | 0x20, b't' | b's' | b'i' | b'x' | b'n')
        && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw))
}

/// Hands the pieces of a page to `see`, in their order. The contents of scripts, titles and others that hold no tags are left out.
pub fn each<'p>(html: &'p [u8], mut see: impl FnMut(Piece<'_, 'p>)) {
    let mut tag = Tag::default();
    let (mut text, mut at) = (0, 0);
    while let Some(found) = memchr(b'<', &html[at..]) {
        let open = at + found;
        at = open + 1;
        let begins = match html.get(at) {
            Some(b'/') => at + 1 < html.len(),
            Some(byte) => byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'?'),
            None => false,
        };
        if !begins {
            continue;
        }
        if open > text {
            see(Piece::Text(&html[text..open]));
        }
        match html[at] {
            b'!' | b'?' => at = after_markup(html, at),
            b'/' => {
                at += 1;
                if html[at].is_ascii_alphabetic() {
                    let name = name_end(html, at);
                    let mut end = Tag::default();
                    let Some(after) = attributes(html, name, &mut end) else { return };
                    see(Piece::End(&html[at..name]));
                    at = after;
                } else {
                    // A comment to HTML, whatever stands there.
                    at = memchr(b'>', &html[at..]).map_or(html.len(), |end| at + end + 1);
                }
            }
            _ => {
                let name = name_end(html, at);
                tag.name = &html[at..name];
                let Some(after) = attributes(html, name, &mut tag) else { return };
                at = after;
                see(Piece::Start(&tag));
                if is_raw(tag.name) {
                    at = raw_end(html, at, tag.name);
                } else if tag.is(b"plaintext") {
                    return;
                }
            }
        }
        text = at;
    }
    if text < html.len() {
        see(Piece::Text(&html[text..]));
    }
}

/// Behind a comment or declaration that begins with the `!` or `?` at `at`.
fn after_markup(html: &[u8], at: usize) -> usize {
    let rest = &html[at..];
    if !rest.starts_with(b"!--") {
        return memchr(b'>', rest).map_or(html.len(), |end| at + end + 1);
    }
    let inner = &rest[3..];
    if inner.starts_with(b">") {
        return at + 4;
    }
    if inner.starts_with(b"->") {
        return at + 5;
    }
    // One look for both ends: where one of them never comes, the page would be gone through for each comment.
    let is_end = |at: &usize| inner[..*at].ends_with(b"--") || inner[..*at].ends_with(b"--!");
    memchr_iter(b'>', inner).find(is_end).map_or(html.len(), |end| at + 3 + end + 1)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c')
}

/// Behind the name of a tag.
fn name_end(html: &[u8], at: usize) -> usize {
    html[at..].iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>')).map_or(html.len(), |end| at + end)
}

/// Reads attributes up to the end of their tag, and tells what stands behind it; none when the page ends before.
fn attributes<'p>(html: &'p [u8], mut at: usize, tag: &mut Tag<'p>) -> Option<usize> {
    tag.attributes.clear();
    tag.self_closing = false;
    loop {
        match *html.get(at)? {
            b'>' => return Some(at + 1),
            b'/' if *html.get(at + 1)? == b'>' => {
                tag.self_closing = true;
                return Some(at + 2);
            }
            byte if is_space(byte) || byte == b'/' => at += 1,
            _ => {
                // The first character is part of the name, even where it is `=`.
                let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>' | b'=');
                let end = at + 1 + html[at + 1..].iter().position(ends)?;
                let name = &html[at..end];
                at = end;
                while is_space(*html.get(at)?) {
                    at += 1;
                }
                let mut value: &[u8] = &[];
                if html[at] == b'=' {
                    at += 1;
                    while is_space(*html.get(at)?) {
                        at += 1;
                    }
                    let (start, end) = match html[at] {
                        quote @ (b'"' | b'\'') => (at + 1, at + 1 + memchr(quote, &html[at + 1..])?),
                        b'>' => (at, at),
                        _ => (at, at + html[at..].iter().position(|byte| is_space(*byte) || *byte == b'>')?),
                    };
                    value = &html[start..end];
                    at = if start > at { end + 1 } else { end };
                }
                tag.attributes.push((name, value));
            }
        }
    }
}

/// Where the end tag of an element begins whose content holds no tags.
fn raw_end(html: &[u8], start: usize, name: &[u8]) -> usize {
    let is_script = name.eq_ignore_ascii_case(b"script");
    let is_name = |at: usize, name: &[u8]| {
        let end = at + name.len();
        html.len() > end
            && html[at..end].eq_ignore_ascii_case(name)
            && (is_space(html[end]) || matches!(html[end], b'/' | b'>'))
    };
    // How deep a script is inside `<!--`, and inside a `<script` in that.
    let (mut is_escaped, mut is_doubled) = (false, false);
    let mut at = start;
    while let Some(found) = memchr2(b'<', b'-', &html[at..]) {
        at += found;
        let rest = &html[at..];
        if rest.starts_with(b"</") && is_name(at + 2, name) {
            if !is_doubled {
                return at;
            }
            is_doubled = false;
        } else if is_script && rest.starts_with(b"<!--") && !is_escaped {
            is_escaped = true;
            // Its own dashes can be the first of those that end it.
            at += 1;
        } else if is_script && is_escaped && rest.starts_with(b"-->") {
            (is_escaped, is_doubled) = (false, false);
        } else if is_script && is_escaped && !is_doubled && rest.starts_with(b"<") && is_name(at + 1, b"script") {
            is_doubled = true;
        }
        at += 1;
    }
    html.len()
}

/// Bytes as text; UTF-8 mostly.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A value of an attribute, its references read.
pub fn value(written: &[u8]) -> Cow<'_, str> {
    if memchr(b'&', written).is_none() {
        return utf8(written);
    }
    let mut tag = b"<a x=\"".to_vec();
    written.iter().for_each(|byte| if *byte == b'"' { tag.extend_from_slice(b"&quot;") } else { tag.push(*byte) });
    tag.extend_from_slice(b"\">");
    let mut read = Tokenizer::new(tag.as_slice());
    let value = read.find_map(|Ok(token)| match token {
        Token::StartTag(tag) => tag.attributes.into_values().next(),
        _ => None,
    });
    let value = value.unwrap_or_default();
    Cow::Owned(String::from_utf8_lossy(&value).into_owned())
}

/// A text, its references read.
pub fn text(written: &[u8]) -> Cow<'_, str> {
    if memchr(b'&', written).is_none() {
        return utf8(written);
    }
    let mut text = String::with_capacity(written.len());
    for Ok(token) in Tokenizer::new(written) {
        if let Token::String(part) = token {
            text.push_str(&String::from_utf8_lossy(&part));
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A page as both tell it: tags with their attributes, the first of a name alone, and the texts between them as one.
    fn told(pieces: Vec<String>) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        for piece in pieces {
            match told.last_mut() {
                Some(last) if last.starts_with("text ") && piece.starts_with("text ") => last.push_str(&piece[5..]),
                _ => told.push(piece),
            }
        }
        told
    }

    fn lower(name: &[u8]) -> String {
        String::from_utf8_lossy(name).to_ascii_lowercase()
    }

    fn ours(html: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        each(html.as_bytes(), |piece| {
            pieces.push(match piece {
                Piece::Text(written) => format!("text {}", text(written)),
                Piece::End(name) => format!("end {}", lower(name)),
                Piece::Start(tag) => {
                    let mut attributes = std::collections::BTreeMap::new();
                    for (name, written) in &tag.attributes {
                        attributes.entry(lower(name)).or_insert_with(|| value(written).into_owned());
                    }
                    format!("start {} {attributes:?} {}", lower(tag.name), tag.self_closing)
                }
            });
        });
        told(pieces)
    }

    fn theirs(html: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut is_raw = false;
        let mut emitter: html5gum::DefaultEmitter = html5gum::DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => {
                    is_raw = RAW.contains(&tag.name.as_slice()) || tag.name.as_slice() == b"plaintext";
                    let attributes = tag.attributes.iter();
                    let attributes: std::collections::BTreeMap<String, String> = attributes
                        .map(|(name, value)| (lower(name), String::from_utf8_lossy(value).into_owned()))
                        .collect();
                    pieces.push(format!("start {} {attributes:?} {}", lower(&tag.name), tag.self_closing));
                }
                Token::EndTag(tag) => {
                    is_raw = false;
                    pieces.push(format!("end {}", lower(&tag.name)));
                }
                Token::String(text) if !is_raw => pieces.push(format!("text {}", String::from_utf8_lossy(&text))),
                _ => {}
            }
        }
        told(pieces)
    }

    #[test]
    fn difficult_pages_are_read_as_html_says() {
        for html in [
            "<p class=a id='b' hidden>x &amp; y</p>",
            "<a href=\"?a=1&amp;b=2&copy=3\">x</a>",
            "<a href=&lt<</p>",
            "a < b <1 <> </> </ x>c<!x><?y>d",
            "<!--a--><!--><!---><!--x--!>b<!-- - -- --->c",
            "<script>if (a < b) '</p>'; <!-- <script> </script> --></script>d",
            "<script><!--></script>x",
            "<!-----!><",
            "<script><!-- </script>x",
            "<title><p></title ><TEXTAREA></textarea>x",
            "<img src=a/><br/><input a = 'b'c=d =e f= >",
            "<p a",
            "text <",
            "text </",
        ] {
            assert_eq!(ours(html), theirs(html), "{html}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_page_is_read_as_html_says(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
            let html = pieces.concat();
            prop_assert_eq!(ours(&html), theirs(&html), "{}", html);
        }
    }

    /// Of these difficult pages are made.
    const PIECES: &[&str] = &[
        "<",
        ">",
        "/",
        "</",
        "/>",
        "<!--",
        "-->",
        "--",
        "-",
        "!",
        "--!>",
        "<!",
        "<?",
        "=",
        "\"",
        "'",
        " ",
        "\n",
        "&amp;",
        "&lt",
        "&#123;",
        "&",
        "a",
        "é",
        "<p ",
        "<a href=",
        "</p>",
        "<script>",
        "</script>",
        "<SCRIPT",
        "</script ",
        "<title>",
        "</title>",
        "<style>",
        "</style>",
        "<textarea>",
        "</textarea",
        "<noscript>",
        "</noscript>",
        "id=x",
        "{{",
        "}}",
    ];
}
