//! Blemishes: what no reader should meet on a rendered page, seen token by token. Pictures without words,
//! charts without a table, and text that a template left behind.

use crate::first;
use crate::tags::{Piece, Tag, text, value};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Something that no reader should meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
pub struct Reader {
    /// Whether something that a template left may stand in it at all.
    may_be_left: bool,
    /// What was found; what is written alike has one place, so once is enough.
    pub found: BTreeSet<Blemish>,
    /// Elements whose text is not prose that are open.
    hidden: usize,
    /// How many tables have begun.
    tables: usize,
    /// `<figure class="chart">` elements that are open, and for each how many tables had begun before it; other
    /// figures inside them stand as none, so that ends are matched.
    charts: Vec<Option<usize>>,
    /// `<svg role="img">` without a name so far.
    nameless: bool,
}

/// The rule about what a template left behind.
pub const LEFTOVER: &str = "leftover-text";

/// Elements whose text is code, or is not shown.
const HIDDEN: [&[u8]; 9] = [b"script", b"style", b"code", b"pre", b"kbd", b"samp", b"template", b"textarea", b"title"];

impl Reader {
    /// A reader of a page, which has not read anything of it yet.
    pub fn of(page: &[u8]) -> Self {
        let is_plain = || memchr::memchr_iter(b'&', page).all(|at| is_plain_reference(&page[at..]));
        let may_be_left = may_hold(page) || !is_plain();
        Self { may_be_left, found: BTreeSet::new(), hidden: 0, tables: 0, charts: Vec::new(), nameless: false }
    }

    /// Looks at what comes next.
    pub fn see(&mut self, piece: &Piece<'_, '_>) {
        match piece {
            Piece::Start(tag) => self.start(tag),
            Piece::End(name) => self.end(name),
            Piece::Text(text) if self.may_be_left && self.hidden == 0 => leftovers(text, &mut self.found),
            Piece::Text(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if is_hidden(tag.name) && !tag.self_closing {
            self.hidden += 1;
        }
        match tag.name.len() {
            3 if tag.is(b"img") && tag.get(b"alt").is_none() => {
                let src = value(tag.get(b"src").unwrap_or_default()).into_owned();
                self.found.insert(no_words(vec![format!("src=\"{src}\""), format!("src='{src}'"), src]));
            }
            3 if tag.is(b"svg") && tag.get(b"role") == Some(b"img") => {
                self.nameless = tag.get(b"aria-label").or(tag.get(b"aria-labelledby")).is_none();
            }
            6 if tag.is(b"figure") => {
                let class = tag.get(b"class").unwrap_or_default();
                let is_chart = class.split(u8::is_ascii_whitespace).any(|word| word == b"chart");
                self.charts.push(is_chart.then_some(self.tables));
            }
            5 if tag.is(b"table") => self.tables += 1,
            5 if tag.is(b"title") => self.nameless = false,
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if is_hidden(name) {
            self.hidden = self.hidden.saturating_sub(1);
        }
        let is = |own: &[u8]| name.eq_ignore_ascii_case(own);
        if is(b"svg") && std::mem::take(&mut self.nameless) {
            self.found.insert(no_words(vec!["<svg role=\"img\"".to_owned(), "role=\"img\"".to_owned()]));
        }
        if is(b"figure") && self.charts.pop() == Some(Some(self.tables)) {
            self.found.insert(Blemish {
                code: "chart-without-table",
                message: "this chart has no table with its numbers".to_owned(),
                written: vec!["<figure class=\"chart\">".to_owned(), "class=\"chart".to_owned()],
                help: "put a `<table>` into it, folded away in `<details>` if it is long",
            });
        }
    }
}

fn is_hidden(name: &[u8]) -> bool {
    // Most names begin with another letter, or are too short.
    name.len() > 2
        && matches!(name[0] | 0x20, b's' | b'c' | b'p' | b'k' | b't')
        && HIDDEN.iter().any(|hidden| name.eq_ignore_ascii_case(hidden))
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
fn leftovers(written: &[u8], found: &mut BTreeSet<Blemish>) {
    let text = &*text(written);
    if !may_hold(text.as_bytes()) {
        return;
    }
    let words = ["undefined", "NaN"].into_iter().filter(|word| has_word(text, word)).map(str::to_owned);
    let object = text.contains(OBJECT).then(|| OBJECT.to_owned());
    let tags = [("{{", "}}"), ("{%", "%}")].into_iter().filter_map(|(left, right)| {
        let start = text.find(left)?;
        let end = start + text[start..].find(right)? + right.len();
        Some(text[start..end].to_owned())
    });
    let blemish = |left: String| Blemish {
        code: LEFTOVER,
        message: format!("`{left}` stands in the text of a page"),
        written: vec![left],
        help: "a template or component did not expand it",
    };
    found.extend(words.chain(object).chain(tags).map(blemish));
}

/// Whether something of that stands in a text that has no references.
fn may_hold(text: &[u8]) -> bool {
    let begins = |at: usize| [&b"{{"[..], b"{%", OBJECT.as_bytes()].iter().any(|left| text[at..].starts_with(left));
    memchr::memchr2_iter(b'{', b'[', text).any(begins) || NAN.find(text).is_some() || UNDEFINED.find(text).is_some()
}

/// What JavaScript makes of an object that is printed.
const OBJECT: &str = "[object Object]";

static NAN: LazyLock<memchr::memmem::Finder<'static>> = LazyLock::new(|| memchr::memmem::Finder::new("NaN"));

static UNDEFINED: LazyLock<memchr::memmem::Finder<'static>> =
    LazyLock::new(|| memchr::memmem::Finder::new("undefined"));

/// Whether a reference is one of those that pages are full of, none of which stands for what is looked for.
fn is_plain_reference(text: &[u8]) -> bool {
    let plain: [&[u8]; 7] = [b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&#39;", b"&#x27;", b"&nbsp;"];
    plain.iter().any(|reference| text.starts_with(reference))
}

/// Which of these none of the texts says: a word as a whole word, other signs anywhere.
pub fn unsaid<'w, T: AsRef<str>>(
    written: &BTreeSet<&'w str>,
    texts: &(impl Iterator<Item = T> + Clone),
) -> BTreeSet<&'w str> {
    // The words are few, being those that are looked for, and signs may be thousands.
    let (mut words, signs): (Vec<&str>, Vec<&str>) =
        written.iter().partition(|written| written.chars().all(char::is_alphanumeric));
    words.retain(|word| !texts.clone().any(|text| has_word(text.as_ref(), word)));
    let places = first::places(&signs, texts);
    let signs = signs.into_iter().zip(places).filter(|(_, place)| place.is_none()).map(|(written, _)| written);
    words.into_iter().chain(signs).collect()
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
        let mut reader = Reader::of(html.as_bytes());
        crate::tags::each(html.as_bytes(), |piece| reader.see(&piece));
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
            ("<img src=a><img src=a><img src=b>", vec!["missing-alt", "missing-alt"]),
            ("<table></table><figure class='chart'></figure><table></table>", vec!["chart-without-table"]),
        ] {
            assert_eq!(codes(html), expected, "{html}");
        }
    }

    #[test]
    fn words_are_said_whole_and_signs_anywhere() {
        let written = BTreeSet::from(["NaN", "undefined", "{{ x }}", "{% y %}"]);
        let texts = ["NaNcy is undefined, and un", "defined{{ x }}"];
        assert_eq!(unsaid(&written, &texts.iter()), BTreeSet::from(["NaN", "{% y %}"]));
        assert_eq!(unsaid(&written, &[""; 0].iter()), written);
    }
}
