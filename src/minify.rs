//! Minify: HTML with less white space and no comments. What a reader sees stays as it is.

/// Elements in which white space counts, or that hold no HTML.
const VERBATIM: [&[u8]; 4] = [b"pre", b"textarea", b"script", b"style"];

/// `html` with each run of white space folded into one character, and without comments. Tags are
/// copied as they were written.
pub fn html(html: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.iter().position(|byte| *byte == b'<') {
        fold(&rest[..open], &mut out);
        rest = &rest[open..];
        let end = element_end(rest);
        if !rest.starts_with(b"<!--") {
            out.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    fold(rest, &mut out);
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
        if text[at].is_ascii_whitespace() {
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
    fn white_space_goes_and_meaning_stays() {
        let page = b"<p  title=\"a  >  b\">\n\n  a   <!-- x --> <b>b</b>\n</p><pre>\n  c  d\n</pre>";
        let small = html(page);
        assert_eq!(String::from_utf8_lossy(&small), "<p  title=\"a  >  b\">\na <b>b</b>\n</p><pre>\n  c  d\n</pre>");
        let text = |html: &[u8]| plain(&String::from_utf8_lossy(html));
        assert_eq!(text(page), text(&small));
    }
}
