//! Text in TeX: what stands between the braces of a BibTeX field, and back.

use super::SPACES;
use std::iter::Peekable;
use std::str::Chars;
use unicode_normalization::char::compose;

/// `text` for a field, its braces left out. Every brace written is closed, since BibTeX counts
/// even those behind a backslash; letters of every script stay as they are.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' => out.extend(['\\', c]),
            '\\' => out.push_str(r"\textbackslash{}"),
            '{' => out.push_str(r"\textbraceleft{}"),
            '}' => out.push_str(r"\textbraceright{}"),
            '~' => out.push_str(r"\textasciitilde{}"),
            '^' => out.push_str(r"\textasciicircum{}"),
            '`' => out.push_str(r"\textasciigrave{}"),
            '\u{a0}' => out.push('~'),
            '\n' | '\r' => out.push(' '),
            // Two hyphens would become a dash, two apostrophes a quotation mark.
            '-' | '\'' if before == c => out.extend(['{', '}', c]),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// An address for a verbatim field: as it is, except for signs that would end the field.
pub(super) fn verbatim(url: &str) -> String {
    let url = url.replace('\\', "%5C");
    if balanced(&url) { url } else { url.replace('{', "%7B").replace('}', "%7D") }
}

fn balanced(text: &str) -> bool {
    let mut depth = 0_usize;
    text.chars().all(|c| {
        let next = match c {
            '{' => depth.checked_add(1),
            '}' => depth.checked_sub(1),
            _ => Some(depth),
        };
        depth = next.unwrap_or_default();
        next.is_some()
    }) && depth == 0
}

/// The address in a verbatim field, with the escapes taken out that older exporters put in.
pub(super) fn unverbatim(tex: &str) -> String {
    let mut url = tex.trim_matches(SPACES).to_owned();
    if let Some(inner) = url.strip_prefix(r"\url{").and_then(|url| url.strip_suffix('}')) {
        url = inner.to_owned();
    }
    for tilde in [r"{\textasciitilde}", r"\textasciitilde{}", r"{\textasciitilde{}}", r"{\~{}}", r"\~{}", r"{\~}"] {
        url = url.replace(tilde, "~");
    }
    for sign in ['%', '_', '#', '&', '$', '~', '{', '}'] {
        url = url.replace(&format!(r"{{\{sign}}}"), &sign.to_string()).replace(&format!(r"\{sign}"), &sign.to_string());
    }
    url
}

/// The text of a field: accents and signs become Unicode, braces and commands of style go.
/// Commands that are not known are added to `unknown`, and what stands in their braces is kept.
pub(super) fn unescape(tex: &str, unknown: &mut Vec<String>) -> String {
    let mut text = Text::default();
    let mut rest = tex.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => command(&mut rest, &mut text, unknown),
            '{' => text.open(""),
            '}' => text.close(),
            '~' => text.push('\u{a0}'),
            '$' => {}
            '-' => text.dashes(1 + run(&mut rest, '-')),
            '`' if eat(&mut rest, '`') => text.push('“'),
            '`' => text.push('‘'),
            '\'' if eat(&mut rest, '\'') => text.push('”'),
            '?' if eat(&mut rest, '`') => text.push('¿'),
            '!' if eat(&mut rest, '`') => text.push('¡'),
            _ if SPACES.contains(&c) => text.space(c, &mut rest),
            _ => text.push(c),
        }
    }
    text.flush();
    text.out.trim_matches(SPACES).to_owned()
}

/// Text as it comes together: accents wait for their letter, braces for what closes them.
#[derive(Default)]
struct Text {
    out: String,
    accents: Vec<char>,
    closers: Vec<&'static str>,
}

impl Text {
    fn push(&mut self, c: char) {
        if self.accents.is_empty() {
            return self.out.push(c);
        }
        let mut letter = match c {
            'ı' => 'i',
            'ȷ' => 'j',
            c => c,
        };
        let mut loose = String::new();
        for accent in self.accents.drain(..).rev() {
            match compose(letter, accent).filter(|_| loose.is_empty()) {
                Some(both) => letter = both,
                None => loose.push(accent),
            }
        }
        self.out.push(letter);
        self.out.push_str(&loose);
    }

    /// An accent over nothing, `\~{}`, is the sign itself.
    fn flush(&mut self) {
        for accent in std::mem::take(&mut self.accents) {
            self.out.extend(ACCENTS.iter().find(|(_, mark)| *mark == accent).map(|(sign, _)| *sign));
        }
    }

    fn open(&mut self, closer: &'static str) {
        self.closers.push(closer);
    }

    fn close(&mut self) {
        self.flush();
        self.out.push_str(self.closers.pop().unwrap_or_default());
    }

    fn dashes(&mut self, count: usize) {
        match count {
            2 => self.push('–'),
            3 => self.push('—'),
            _ => (0..count).for_each(|_| self.push('-')),
        }
    }

    /// A line break and what is around it is one space; between accent and letter there is none.
    fn space(&mut self, first: char, rest: &mut Peekable<Chars<'_>>) {
        let mut spaces = String::from(first);
        while let Some(c) = rest.next_if(|c| SPACES.contains(c)) {
            spaces.push(c);
        }
        if !self.accents.is_empty() {
        } else if spaces.contains(['\n', '\r']) {
            self.out.push(' ');
        } else {
            self.out.push_str(&spaces);
        }
    }
}

fn eat(rest: &mut Peekable<Chars<'_>>, c: char) -> bool {
    rest.next_if_eq(&c).is_some()
}

fn run(rest: &mut Peekable<Chars<'_>>, c: char) -> usize {
    std::iter::from_fn(|| rest.next_if_eq(&c)).count()
}

/// What stands behind a backslash.
fn command(rest: &mut Peekable<Chars<'_>>, text: &mut Text, unknown: &mut Vec<String>) {
    let Some(c) = rest.next() else { return };
    if !c.is_ascii_alphabetic() {
        match ACCENTS.iter().find(|(sign, _)| *sign == c) {
            Some((_, mark)) => text.accents.push(*mark),
            None if matches!(c, '-' | '/' | '@' | '!' | '(' | ')' | '[' | ']') => {}
            None if matches!(c, '\\' | ',' | ';' | ':') || SPACES.contains(&c) => text.push(' '),
            None => text.push(c),
        }
        return;
    }
    let mut name = String::from(c);
    while let Some(c) = rest.next_if(char::is_ascii_alphabetic) {
        name.push(c);
    }
    while rest.next_if(|c| SPACES.contains(c)).is_some() {}
    if let Some((_, mark)) = LETTER_ACCENTS.iter().find(|(command, _)| *command == name) {
        text.accents.push(*mark);
    } else if let Some((_, signs)) = SYMBOLS.iter().find(|(command, _)| *command == name) {
        signs.chars().for_each(|c| text.push(c));
    } else if name == "enquote" && eat(rest, '{') {
        text.push('“');
        text.open("”");
    } else if name == "href" && eat(rest, '{') {
        skip_group(rest);
    } else if !STYLES.contains(&name.as_str()) && !unknown.contains(&name) {
        unknown.push(name);
    }
}

/// Passes over the rest of a group whose brace is open.
fn skip_group(rest: &mut Peekable<Chars<'_>>) {
    let mut depth = 1_usize;
    while depth > 0
        && let Some(c) = rest.next()
    {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// Accents whose command is a sign. The first with a mark is the sign that the mark alone becomes.
const ACCENTS: [(char, char); 7] = [
    ('`', '\u{300}'),
    ('\'', '\u{301}'),
    ('^', '\u{302}'),
    ('~', '\u{303}'),
    ('=', '\u{304}'),
    ('.', '\u{307}'),
    ('"', '\u{308}'),
];

/// Accents whose command is a letter.
const LETTER_ACCENTS: [(&str, char); 9] = [
    ("u", '\u{306}'),
    ("r", '\u{30a}'),
    ("H", '\u{30b}'),
    ("v", '\u{30c}'),
    ("d", '\u{323}'),
    ("c", '\u{327}'),
    ("k", '\u{328}'),
    ("b", '\u{331}'),
    ("t", '\u{361}'),
];

/// Commands that say how a text looks, and nothing about what it says.
const STYLES: [&str; 34] = [
    "emph",
    "textit",
    "textbf",
    "textsc",
    "texttt",
    "textrm",
    "textsf",
    "textsl",
    "textup",
    "textmd",
    "textnormal",
    "textsuperscript",
    "textsubscript",
    "underline",
    "uline",
    "mbox",
    "hbox",
    "text",
    "url",
    "it",
    "bf",
    "em",
    "rm",
    "sc",
    "sl",
    "tt",
    "itshape",
    "bfseries",
    "scshape",
    "relax",
    "protect",
    "ensuremath",
    "mathrm",
    "NoCaseChange",
];

/// Commands that stand for a sign.
const SYMBOLS: [(&str, &str); 63] = [
    ("textbackslash", "\\"),
    ("backslash", "\\"),
    ("textbraceleft", "{"),
    ("textbraceright", "}"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textasciigrave", "`"),
    ("textquotesingle", "'"),
    ("textquotedbl", "\""),
    ("textunderscore", "_"),
    ("textdollar", "$"),
    ("textbar", "|"),
    ("textless", "<"),
    ("textgreater", ">"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textellipsis", "…"),
    ("dots", "…"),
    ("ldots", "…"),
    ("textquoteleft", "‘"),
    ("textquoteright", "’"),
    ("textquotedblleft", "“"),
    ("textquotedblright", "”"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("textbullet", "•"),
    ("textperiodcentered", "·"),
    ("textdegree", "°"),
    ("texteuro", "€"),
    ("euro", "€"),
    ("pounds", "£"),
    ("textsterling", "£"),
    ("textsection", "§"),
    ("S", "§"),
    ("P", "¶"),
    ("copyright", "©"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("aa", "å"),
    ("AA", "Å"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("ss", "ß"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("TeX", "TeX"),
    ("LaTeX", "LaTeX"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_signs_become_unicode() {
        for (tex, expected) in [
            (r#"{\"o}\"{u}\"a \'e {\'E}"#, "öüä é É"),
            (r"\v{c} \v s {\c{c}} \c c \k{a} \H{o} \u{g} \.I \r{a}", "č š ç ç ą ő ğ İ å"),
            (r"\'{\i} \'\i \^{\j} \~n", "í íĵ ñ"),
            (r"\o re {\O} {\ss} \L{}\'{o}d\'{z} \ae{}r", "øre Ø ß Łódź ær"),
            (r"\'{\^e} \.{Q}", "ế Q\u{307}"),
            (r"``a'' `b' 1--2 --- x---y", "“a” ‘b' 1–2 — x—y"),
            (r"A \emph{big {\bf deal}} \enquote{so} \href{https://x.y/%}{here}", "A big deal “so” here"),
            (r"\& \% \$ \# \_ \{ \} \~{} \^{} \textbackslash{}n", r"& % $ # _ { } ~ ^ \n"),
            ("two\n   lines  and~more", "two lines  and\u{a0}more"),
            (r#"{G\"odel} and {NATO} $x_1$"#, "Gödel and NATO x_1"),
        ] {
            let mut unknown = vec![];
            assert_eq!(unescape(tex, &mut unknown), expected, "{tex}");
            assert_eq!(unknown, Vec::<String>::new());
        }
    }

    #[test]
    fn unknown_commands_are_told_and_their_text_kept() {
        let mut unknown = vec![];
        assert_eq!(unescape(r"a \foo{b} \bar c", &mut unknown), "a b c");
        assert_eq!(unknown, ["foo", "bar"]);
    }

    #[test]
    fn addresses_stay_as_they_are() {
        for url in ["https://a.b/x--y_z%20a#b~c?d=e&f=$g", "https://a.b/{x}"] {
            assert_eq!(verbatim(url), url);
            assert_eq!(unverbatim(url), url);
        }
        assert_eq!(verbatim("https://a.b/}{\\"), "https://a.b/%7D%7B%5C");
        assert_eq!(unverbatim(r"\url{https://a.b/\~{}x\_y\%20{\&}z}"), "https://a.b/~x_y%20&z");
    }
}
