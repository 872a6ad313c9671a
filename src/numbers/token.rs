//! Tokens: a text as words, numerals and signs, which is all that the reading of numbers looks at.

use super::Language;
use std::borrow::Cow;
use std::ops::Range;

/// A piece of a text.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: Kind,
    /// In lower case, with plain apostrophes; an abbreviation with its stop.
    pub(super) text: Cow<'t, str>,
    /// Whether it begins with a capital.
    pub(super) capital: bool,
    /// Whether no space parts it from the token before.
    pub(super) glued: bool,
}

/// What a token is. Quotation marks and the signs of emphasis are no tokens: a number means the same within them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits that are a number.
    Numeral(Numeral),
    /// Digits that are something else: `12:30`, `1st`, `13/09/2022`.
    Opaque,
    /// A comma.
    Comma,
    /// A hyphen.
    Hyphen,
    /// A dash.
    Dash,
    /// `%`
    Percent,
    /// `$`, `€`
    Money,
    /// `+`, `~`, `<`, `>` and their like.
    Sign,
    /// What is bound to a figure, U+FFFC.
    Bound,
    /// Any other sign, a citation, or the end of a block: nothing reads across it.
    Break,
}

/// Digits that are a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numeral {
    /// All the digits as one number: 12 of `1.2`.
    pub(super) digits: u64,
    /// How many of them stand behind the point.
    pub(super) decimals: u32,
    /// Whether it is four digits and nothing else, as a year is.
    pub(super) like_year: bool,
}

impl Token<'_> {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        (self.kind == Kind::Word).then_some(&*self.text)
    }

    /// Whether it is one of these words.
    pub(super) fn is_word(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.contains(&word))
    }
}

/// Whether tokens begin with a phrase.
pub(super) fn begins(tokens: &[Token<'_>], phrase: &[&str]) -> bool {
    tokens.len() >= phrase.len() && tokens.iter().zip(phrase).all(|(token, word)| token.text == *word)
}

/// The tokens of a text, in order.
pub(super) fn tokens<'t>(text: &'t str, language: &Language) -> Vec<Token<'t>> {
    let mut tokens: Vec<Token<'t>> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let (end, kind) = if c.is_whitespace() {
            let end = at + length(&text[at..], char::is_whitespace);
            if text[at..end].matches('\n').count() < 2 {
                at = end;
                continue;
            }
            (end, Kind::Break)
        } else if super::digits::value(c).is_some() {
            numeral_of(text, at)
        } else if c.is_alphabetic() {
            (word(text, at, language), Kind::Word)
        } else if is_transparent(c) {
            at += c.len_utf8();
            continue;
        } else {
            (at + c.len_utf8(), sign(c))
        };
        let glued = tokens.last().is_some_and(|last| last.range.end == at);
        tokens.push(Token { text: lower(&text[at..end]), capital: c.is_uppercase(), range: at..end, kind, glued });
        at = end;
    }
    tokens
}

fn is_transparent(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‘' | '’' | '‚' | '\'' | '«' | '»' | '*' | '_' | '\u{200b}' | '\u{ad}')
}

fn sign(c: char) -> Kind {
    match c {
        ',' => Kind::Comma,
        '-' | '\u{2010}' | '\u{2011}' => Kind::Hyphen,
        '–' | '—' | '―' => Kind::Dash,
        '%' | '‰' | '٪' => Kind::Percent,
        '$' | '€' | '£' | '¥' | '₽' | '₼' | '֏' | '₺' | '₾' | '₴' | '₪' | '₹' => Kind::Money,
        '+' | '~' | '≈' | '<' | '>' | '≤' | '≥' => Kind::Sign,
        '\u{fffc}' => Kind::Bound,
        _ => Kind::Break,
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase().replace('’', "'"))
    }
}

/// How many bytes at the head of a text are such letters.
fn length(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// The end of the word that begins here, with apostrophes inside it, and with the stop of an abbreviation.
fn word(text: &str, start: usize, language: &Language) -> usize {
    let mut end = start + length(&text[start..], is_letter);
    while let Some(rest) = text[end..].strip_prefix(['\'', '’'])
        && rest.starts_with(char::is_alphabetic)
    {
        let letters = text.len() - rest.len();
        end = letters + length(rest, is_letter);
    }
    // `U.S.`, `a.m.`
    if text[start..end].chars().count() == 1 {
        let mut dotted = end;
        while let Some(rest) = text[dotted..].strip_prefix('.')
            && let letter = length(rest, char::is_alphabetic)
            && rest[..letter].chars().count() == 1
            && rest[letter..].starts_with('.')
        {
            dotted += 1 + letter;
        }
        if dotted > end {
            return dotted + 1;
        }
    }
    let is_short = text[end..].starts_with('.') && language.is_abbreviation(&lower(&text[start..end]));
    end + usize::from(is_short)
}

/// The numeral that begins here, in whatever digits.
fn numeral_of(text: &str, start: usize) -> (usize, Kind) {
    let is_digit = |c| super::digits::value(c).is_some() || c == super::digits::JOINER;
    let digits = length(&text[start..], is_digit);
    if text[start..start + digits].is_ascii() {
        return numeral(text, start);
    }
    let run = length(&text[start..], |c| is_digit(c) || matches!(c, ',' | '.' | '٬' | '٫'));
    let run = text[start..start + run].trim_end_matches([',', '.', '٬', '٫']);
    (start + run.len(), value(&super::digits::ascii(run)).map_or(Kind::Opaque, Kind::Numeral))
}

/// The numeral that begins here: its end, and whether it is a number at all.
fn numeral(text: &str, start: usize) -> (usize, Kind) {
    let mut end = start + length(&text[start..], |c| c.is_ascii_digit());
    while let Some(separator) = text[end..].chars().next()
        && let next = end + separator.len_utf8()
        && let more = length(&text[next..], |c| c.is_ascii_digit())
        && joins(separator, &text[start..end], more)
    {
        end = next + more;
    }
    let letters = length(&text[end..], is_letter);
    if letters > 0 {
        return (end + letters, Kind::Opaque);
    }
    // Dates and numbers of telephones: `2022-09-13`.
    let hyphened = start + length(&text[start..], |c| c.is_ascii_digit() || c == '-');
    if text[start..hyphened].trim_end_matches('-').matches('-').count() > 1 {
        return (hyphened, Kind::Opaque);
    }
    (end, value(&text[start..end]).map_or(Kind::Opaque, Kind::Numeral))
}

fn is_space(separator: char) -> bool {
    matches!(separator, '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

/// Whether this many digits behind a separator belong to the numeral before it. A space joins only a group of three.
fn joins(separator: char, before: &str, digits: usize) -> bool {
    match separator {
        ',' | '.' | ':' | '/' | '\'' | '’' => digits > 0,
        c if is_space(c) => digits == 3 && before.bytes().rev().take_while(u8::is_ascii_digit).count() <= 3,
        _ => false,
    }
}

/// The number that a text of digits and nothing else gives, whatever sign parts their groups in its language: `6.500`, `6 500`, `1,00,000`.
pub(super) fn alone(text: &str) -> Option<u64> {
    let is_sign = |c: char| matches!(c, ',' | '.' | '\'' | '’' | ' ') || is_space(c);
    let mut groups: Vec<&str> = text.trim().split(is_sign).collect();
    let is_number = |group: &&str| group.bytes().all(|b| b.is_ascii_digit());
    let (first, last) = (groups.remove(0), groups.pop());
    let is_grouped = last.is_none_or(|last| (1..=3).contains(&first.len()) && last.len() == 3)
        && groups.iter().all(|group| (2..=3).contains(&group.len()));
    groups.extend(last);
    groups.insert(0, first);
    (is_grouped && groups.iter().all(is_number)).then(|| groups.concat().parse().ok()).flatten()
}

/// The number that digits with separators give: none for `6,5`, `12:30`, `007` and what is too large.
fn value(text: &str) -> Option<Numeral> {
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    if text.contains('.') && (behind.is_empty() || !behind.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let separators = || whole.chars().filter(|c| !c.is_ascii_digit());
    let first = separators().next();
    let grouped = groups.len() == 1
        || groups[0].len() <= 3
            && groups[1..].iter().all(|group| group.len() == 3)
            && first.is_some_and(|c| c == ',' || c == '\'' || c == '’' || is_space(c))
            && separators().all(|c| Some(c) == first);
    if !grouped || groups[0].len() > 1 && groups[0].starts_with('0') {
        return None;
    }
    let digits = groups.concat() + behind;
    Some(Numeral {
        digits: digits.parse().ok()?,
        decimals: u32::try_from(behind.len()).ok()?,
        like_year: text.len() == 4 && groups.len() == 1 && behind.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numerals(text: &str) -> Vec<Option<(u64, u32)>> {
        let language = super::super::of("en").expect("English is there");
        tokens(text, language)
            .iter()
            .filter_map(|token| match token.kind {
                Kind::Numeral(n) => Some(Some((n.digits, n.decimals))),
                Kind::Opaque => Some(None),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn digits_with_separators() {
        for text in ["6500", "6,500", "6\u{a0}500", "6\u{202f}500", "6\u{2009}500", "6’500"] {
            assert_eq!(numerals(text), [Some((6500, 0))], "{text}");
        }
        assert_eq!(numerals("1,234,567."), [Some((1_234_567, 0))]);
        assert_eq!(numerals("1.25 million"), [Some((125, 2))]);
        assert_eq!(numerals("133–164 133-164"), [133, 164, 133, 164].map(|n| Some((n, 0))));
    }

    #[test]
    fn digits_of_other_scripts() {
        for text in ["６５００", "٦٬٥٠٠", "६५००", "𝟔𝟓𝟎𝟎", "6５00", "65\u{34f}00"] {
            assert_eq!(numerals(text), [Some((6500, 0))], "{text}");
        }
        assert_eq!(numerals("６５, ٧."), [Some((65, 0)), Some((7, 0))]);
    }

    #[test]
    fn digits_that_are_no_number() {
        for text in [
            "6,5",
            "12:30",
            "1st",
            "1990s",
            "13/09/2022",
            "2022-09-13",
            "007",
            "1.2.3",
            "555-123-4567",
            "44k",
            "99999999999999999999999",
            "2020,500",
        ] {
            assert_eq!(numerals(text), [None], "{text}");
        }
    }

    #[test]
    fn digits_that_stand_alone_in_any_language() {
        for text in ["6500", " 6.500 ", "6,500", "6 500", "6\u{202f}500", "6’500"] {
            assert_eq!(alone(text), Some(6500), "{text}");
        }
        assert_eq!(alone("1,00,000"), Some(100_000));
        assert_eq!(alone("1.234.567"), Some(1_234_567));
        for text in [
            "",
            " ",
            "6,5",
            "6.50",
            "6500.000",
            "12:30",
            "über 900",
            "900 Tote",
            "-5",
            "1,,000",
            "99999999999999999999999",
        ] {
            assert_eq!(alone(text), None, "{text}");
        }
    }

    #[test]
    fn words() {
        let language = super::super::of("en").expect("English is there");
        let words: Vec<_> = tokens("The country’s U.S. allies in St. Petersburg, “all 12”.", language)
            .into_iter()
            .map(|token| token.text.into_owned())
            .collect();
        assert_eq!(words, ["the", "country's", "u.s.", "allies", "in", "st.", "petersburg", ",", "all", "12", "."]);
    }
}
