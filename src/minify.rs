//! Minify: HTML, style sheets and scripts with less white space and no comments. What they mean stays as it is.

/// Elements in which white space counts, or that hold no HTML.
const VERBATIM: [&[u8]; 4] = [b"pre", b"textarea", b"script", b"style"];

/// End tags that HTML lets an author leave out, and what has to follow for it (HTML Standard, "Optional tags").
const OPTIONAL: [(&[u8], &[&[u8]]); 7] = [
    (b"</li>", &[b"<li>", b"<li ", b"</ul>", b"</ol>"]),
    (b"</dt>", &[b"<dt>", b"<dt ", b"<dd>", b"<dd "]),
    (b"</dd>", &[b"<dt>", b"<dt ", b"<dd>", b"<dd ", b"</dl>"]),
    (b"</td>", &[b"<td>", b"<td ", b"<th>", b"<th ", b"</tr>"]),
    (b"</th>", &[b"<td>", b"<td ", b"<th>", b"<th ", b"</tr>"]),
    (b"</tr>", &[b"<tr>", b"<tr ", b"</tbody>", b"</thead>"]),
    (
        b"</p>",
        &[
            b"<p>",
            b"<p ",
            b"<ul>",
            b"<ul ",
            b"<ol>",
            b"<ol ",
            b"<dl>",
            b"<dl ",
            b"<h2",
            b"<h3",
            b"<h4",
            b"<div",
            b"<section",
            b"<table",
            b"<details",
            b"<figure",
            b"<nav",
            b"<aside",
            b"<form",
            b"<footer",
            b"</li>",
            b"</div>",
            b"</td>",
            b"</dd>",
            b"</section>",
            b"</details>",
            b"</figure>",
            b"</figcaption>",
            b"</nav>",
            b"</aside>",
            b"</footer>",
            b"</main>",
            b"</article>",
            b"</blockquote>",
            b"</body>",
        ],
    ),
];

/// Elements beside whose tags white space is not shown.
const BLOCKS: [&[u8]; 36] = [
    b"html",
    b"head",
    b"meta",
    b"link",
    b"title",
    b"body",
    b"header",
    b"footer",
    b"main",
    b"nav",
    b"section",
    b"article",
    b"aside",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"p",
    b"ul",
    b"ol",
    b"li",
    b"dl",
    b"dt",
    b"dd",
    b"table",
    b"caption",
    b"thead",
    b"tbody",
    b"tr",
    b"th",
    b"td",
    b"figure",
    b"figcaption",
    b"details",
    b"summary",
    b"template",
];

/// `html` with each run of white space folded into one character or none, without comments, without quotes around values that
/// need none, and without end tags that may be left out.
pub fn html(html: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.iter().position(|byte| *byte == b'<') {
        fold(&rest[..open], &mut out);
        rest = &rest[open..];
        let end = element_end(rest);
        let is_block = is_block(&rest[..end]);
        if is_block && out.last().is_some_and(u8::is_ascii_whitespace) {
            out.pop();
        }
        if !rest.starts_with(b"<!--") && !is_optional(&rest[..end], &rest[end..]) {
            let tag = tag_end(rest).min(end);
            unquoted(&rest[..tag], &mut out);
            out.extend_from_slice(&rest[tag..end]);
        }
        rest = &rest[end..];
        if is_block {
            rest = rest.trim_ascii_start();
        }
    }
    fold(rest, &mut out);
    out
}

/// Whether a tag, opening or closing, is one of an element that stands on lines of its own.
fn is_block(tag: &[u8]) -> bool {
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let len = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(&name[..len]))
}

/// Whether a tag is an end tag that may be left out before what follows.
fn is_optional(tag: &[u8], after: &[u8]) -> bool {
    let next = after.trim_ascii_start();
    OPTIONAL.iter().any(|(end, before)| tag == *end && before.iter().any(|start| next.starts_with(start)))
}

/// Copies a tag, without the quotes that its attributes' values do not need.
fn unquoted(tag: &[u8], out: &mut Vec<u8>) {
    let mut rest = tag;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"=\"" || pair == b"='") {
        let (before, quoted) = rest.split_at(at + 1);
        let end = quoted.iter().skip(1).position(|byte| *byte == quoted[0]).map_or(quoted.len(), |n| n + 2);
        let value = &quoted[1..end.max(2) - 1];
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/#%;&?,+@!()*".contains(byte) || *byte >= 0x80;
        out.extend_from_slice(before);
        // What follows has to be told from the value: by white space, or by the end of a tag that closes nothing.
        let is_parted = quoted.get(end).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        if !value.is_empty() && value.iter().all(is_plain) && is_parted {
            out.extend_from_slice(value);
        } else {
            out.extend_from_slice(&quoted[..end]);
        }
        rest = &quoted[end..];
    }
    out.extend_from_slice(rest);
}

/// A style sheet without comments, and without white space that means nothing. Strings are copied as they were written.
pub fn css(css: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(css.len());
    let mut rest = css;
    while let Some(byte) = rest.first() {
        let taken = match byte {
            b'/' if rest.starts_with(b"/*") => {
                let end = find(rest, b"*/").map_or(rest.len(), |at| at + 2);
                space(&mut out);
                end
            }
            quote @ (b'"' | b'\'') => {
                let end = string_end(rest, *quote);
                out.extend_from_slice(&rest[..end]);
                end
            }
            byte if byte.is_ascii_whitespace() => {
                space(&mut out);
                1
            }
            b'{' | b'}' | b';' | b',' | b'>' => {
                while out.last() == Some(&b' ') {
                    out.pop();
                }
                if *byte == b'}' && out.last() == Some(&b';') {
                    out.pop();
                }
                out.push(*byte);
                1
            }
            byte => {
                out.push(*byte);
                1
            }
        };
        rest = &rest[taken..];
    }
    out
}

/// A space, where one means something: not at the start of a rule, nor behind a declaration's colon.
fn space(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b' ' | b'{' | b'}' | b';' | b',' | b'>' | b':')) {
        out.push(b' ');
    }
}

/// Where the string that begins `text` ends.
fn string_end(text: &[u8], quote: u8) -> usize {
    let mut escaped = false;
    for (i, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if *byte == quote => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// A script without lines that are only a comment, and without white space that its lines begin with or that stands beside signs.
/// Where that could lie inside a string (a template literal, a line that goes on), the script stays as it is.
pub fn script(script: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(script) else { return script.to_vec() };
    if text.contains('`') || text.contains("\\\n") || text.contains("/*") {
        return script.to_vec();
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.fold(String::new(), |all, line| all + &narrow(line) + "\n").into_bytes()
}

/// A line of a script without spaces beside signs that need none. A line with a slash may hold a regular expression, and stays.
fn narrow(line: &str) -> String {
    if line.contains('/') {
        return line.to_owned();
    }
    let is_sign = |c: Option<char>| c.is_some_and(|c| "=<>,(){}[]:?&|;!".contains(c));
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    let (mut quote, mut escaped) = (None, false);
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == ' ' && (is_sign(out.chars().next_back()) || is_sign(chars.peek().copied())) => continue,
            Some(_) | None => {}
        }
        out.push(c);
    }
    out
}

/// Where the tag, comment or verbatim element that begins `html` ends.
fn element_end(html: &[u8]) -> usize {
    if html.starts_with(b"<!--") {
        return find(html, b"-->").map_or(html.len(), |at| at + 3);
    }
    let end = tag_end(html);
    let name: Vec<u8> =
        html[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    if VERBATIM.contains(&name.as_slice()) {
        let close = [b"</", name.as_slice()].concat();
        return find(html, &close).map_or(html.len(), |at| at + tag_end(&html[at..]));
    }
    end
}

/// Where the tag that begins `html` ends: behind the first `>` outside quotes.
fn tag_end(html: &[u8]) -> usize {
    let mut quote = None;
    for (i, byte) in html.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return i + 1,
            _ => {}
        }
    }
    html.len()
}

fn find(html: &[u8], wanted: &[u8]) -> Option<usize> {
    html.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

/// Writes `text`, each run of white space as its newline or one space.
fn fold(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        // Templates write apostrophes as references, which only values in quotes need.
        if text[at..].starts_with(b"&#39;") {
            out.push(b'\'');
            at += 5;
        } else if text[at].is_ascii_whitespace() {
            let end = text[at..].iter().position(|byte| !byte.is_ascii_whitespace()).map_or(text.len(), |n| at + n);
            let newline = text[at..end].contains(&b'\n');
            if !out.last().is_some_and(u8::is_ascii_whitespace) {
                out.push(if newline { b'\n' } else { b' ' });
            }
            at = end;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::plain;

    #[test]
    fn style_sheets_say_the_same_in_fewer_bytes() {
        let sheet = b"/* a */\n:root {\n  --a: \"x  ;  /* y */\";\n  color : red;\n}\n\n@media (min-width: 4rem) and (x) {\n  a :hover > b, c + d { width: calc(1px + 2px); margin: 0 /* z */ auto; }\n}\n";
        assert_eq!(
            String::from_utf8_lossy(&css(sheet)),
            ":root{--a:\"x  ;  /* y */\";color :red}@media (min-width:4rem) and (x){a :hover>b,c + d{width:calc(1px + 2px);margin:0 auto}}"
        );
    }

    #[test]
    fn scripts_lose_comments_unless_one_could_be_text() {
        assert_eq!(script(b"// A.\n  let a = 1; // b\n\n  // c\n  f(a);\n"), b"let a = 1; // b\nf(a);\n");
        assert_eq!(script(b"let a = `\n  // not a comment\n`;\n"), b"let a = `\n  // not a comment\n`;\n");
    }

    #[test]
    fn white_space_goes_and_meaning_stays() {
        let page = b"<p  title=\"a  >  b\">\n\n  a   <!-- x --> <b>b</b>\n</p><pre>\n  c  d\n</pre>";
        let small = html(page);
        assert_eq!(String::from_utf8_lossy(&small), "<p  title=\"a  >  b\">a <b>b</b></p><pre>\n  c  d\n</pre>");
        let text = |html: &[u8]| plain(&String::from_utf8_lossy(html));
        assert_eq!(text(page), text(&small));
    }

    #[test]
    fn quotes_and_end_tags_go_where_they_may() {
        let page = br#"<ul><li class="a b">x</li> <li id='c' data-x="">y</li></ul><p>z</p><a href="/x?a=b" title="q"/><a href="/y/">w</a>"#;
        let small = html(page);
        let expected =
            r#"<ul><li class="a b">x<li id=c data-x="">y</ul><p>z</p><a href="/x?a=b" title="q"/><a href=/y/>w</a>"#;
        assert_eq!(String::from_utf8_lossy(&small), expected);
    }
}
