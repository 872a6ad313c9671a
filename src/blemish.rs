//! Blemishes: what no reader should meet on a rendered page, seen token by token. Pictures without words,
//! charts without a table, and text that a template left behind.

use html5gum::{StartTag, Token};

/// Something that no reader should meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blemish {
    /// The rule that it breaks.
    pub code: &'static str,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// How it is written, to find its place by.
    pub written: Vec<String>,
    /// What to do.
    pub help: &'static str,
}

/// A page that is being read.
#[derive(Default)]
pub struct Reader {
    /// What was found.
    pub found: Vec<Blemish>,
    /// Elements whose text is not prose that are open.
    hidden: usize,
    /// `<figure class="chart">` elements that are open, and for each whether a table stands in it; other
    /// figures inside them count too, so that ends are matched.
    charts: Vec<(bool, bool)>,
    /// `<svg role="img">` without a name so far: how many tags have passed since.
    nameless: Option<usize>,
}

/// Elements whose text is code, or is not shown.
const HIDDEN: [&[u8]; 9] = [b"script", b"style", b"code", b"pre", b"kbd", b"samp", b"template", b"textarea", b"title"];

impl Reader {
    /// Looks at the next token.
    pub fn see(&mut self, token: &Token) {
        match token {
            Token::StartTag(tag) => self.start(tag),
            Token::EndTag(tag) => self.end(&tag.name),
            Token::String(text) if self.hidden == 0 => self.found.extend(leftovers(&String::from_utf8_lossy(text))),
            _ => {}
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        if let Some(passed) = &mut self.nameless {
            *passed += 1;
            if name == b"title" {
                self.nameless = None;
            }
        }
        if HIDDEN.contains(&name) && !tag.self_closing {
            self.hidden += 1;
        }
        match name {
            b"img" if attribute(tag, b"alt").is_none() => {
                let src = attribute(tag, b"src").unwrap_or_default();
                self.found.push(no_words(vec![format!("src=\"{src}\""), format!("src='{src}'"), src]));
            }
            b"svg" if attribute(tag, b"role").as_deref() == Some("img") => {
                let named = [&b"aria-label"[..], b"aria-labelledby"].iter().any(|name| attribute(tag, name).is_some());
                self.nameless = (!named).then_some(0);
            }
            b"figure" => {
                let class = attribute(tag, b"class").unwrap_or_default();
                self.charts.push((class.split_whitespace().any(|word| word == "chart"), false));
            }
            b"table" => self.charts.iter_mut().for_each(|(_, table)| *table = true),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
        }
        match name {
            b"svg" if self.nameless.take().is_some() => {
                self.found.push(no_words(vec!["<svg role=\"img\"".to_owned(), "role=\"img\"".to_owned()]));
            }
            b"figure" if self.charts.pop() == Some((true, false)) => self.found.push(Blemish {
                code: "chart-without-table",
                message: "this chart has no table with its numbers".to_owned(),
                written: vec!["<figure class=\"chart\">".to_owned(), "class=\"chart".to_owned()],
                help: "put a `<table>` into it, folded away in `<details>` if it is long",
            }),
            _ => {}
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    let found = tag.attributes.iter().find(|(key, _)| key.as_slice() == name);
    found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

fn no_words(written: Vec<String>) -> Blemish {
    Blemish {
        code: "missing-alt",
        message: "this picture has no words for readers who do not see it".to_owned(),
        written,
        help: "say what it shows: an `<img>` in its `alt`, an `<svg role=\"img\">` in a `<title>`",
    }
}

/// What a template left behind in a text.
fn leftovers(text: &str) -> Vec<Blemish> {
    // Nearly every text is sent off here.
    if !text.bytes().any(|byte| matches!(byte, b'{' | b'[' | b'N')) && !text.contains("undefined") {
        return Vec::new();
    }
    let words = ["undefined", "NaN"].into_iter().filter(|word| has_word(text, word)).map(str::to_owned);
    let object = text.contains("[object Object]").then(|| "[object Object]".to_owned());
    let tags = [("{{", "}}"), ("{%", "%}")].into_iter().filter_map(|(left, right)| {
        let start = text.find(left)?;
        let end = start + text[start..].find(right)? + right.len();
        Some(text[start..end].to_owned())
    });
    let blemish = |left: String| Blemish {
        code: "leftover-text",
        message: format!("`{left}` stands in the text of a page"),
        written: vec![left],
        help: "a template or component did not expand it",
    };
    words.chain(object).chain(tags).map(blemish).collect()
}

/// Whether a text says it: a word as a whole word, other signs anywhere.
pub fn says(text: &str, written: &str) -> bool {
    if written.chars().all(char::is_alphanumeric) { has_word(text, written) } else { text.contains(written) }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(html: &str) -> Vec<&'static str> {
        let mut reader = Reader::default();
        for token in html5gum::Tokenizer::new(html) {
            let Ok(token) = token;
            reader.see(&token);
        }
        reader.found.iter().map(|found| found.code).collect()
    }

    #[test]
    fn blemishes_are_seen_and_what_is_fine_is_not() {
        for (html, expected) in [
            ("<img src=a>", vec!["missing-alt"]),
            ("<img src=a alt=''>", vec![]),
            ("<svg role=img><path/></svg>", vec!["missing-alt"]),
            ("<svg role=img><title>A map</title></svg>", vec![]),
            ("<svg role=img aria-label=x></svg><svg></svg>", vec![]),
            ("<figure class='chart'><svg></svg></figure>", vec!["chart-without-table"]),
            ("<figure class='chart'><figure></figure><details><table></table></details></figure>", vec![]),
            ("<p>value: undefined</p>", vec!["leftover-text"]),
            ("<p>the undefinedness</p><code>undefined {{ x }}</code>", vec![]),
            ("<p>{{ page.title }} and {% if %}</p>", vec!["leftover-text", "leftover-text"]),
            ("<p>[object Object] NaN</p>", vec!["leftover-text", "leftover-text"]),
            ("<p>{ a } 100 %} x {{</p>", vec![]),
        ] {
            assert_eq!(codes(html), expected, "{html}");
        }
    }
}
