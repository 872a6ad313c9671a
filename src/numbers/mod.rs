//! Numbers in prose: "more than two hundred soldiers were killed", read with where they stand and what they count.
//!
//! A text becomes [tokens](token), tokens become [numbers](spoken), and numbers beside a unit word become
//! [counts](counted); [`sentences`] and [`disagreement`] serve the two rules that ask. Nothing here fails: what is not
//! understood is not a number. Each step looks at a few tokens around a number and no further, so time grows with the
//! text and not faster.
//!
//! A language is one [`Language`]: tables of words, and a function for numbers that are spelled out. Those of a
//! language are one file; a language without one has no numbers.
//!
//! In the texts that come here, U+FFFC stands for what is bound to a figure already, and U+FFFB for a citation.
//!
//! Not taken: the crate `text2num`. It turns transcripts of speech into digits, so it reads "hundreds of thousands" as
//! "100 of 1000", knows no dozens, ranges or "at least", and would replace some forty lines of [`english`].

mod agree;
mod counted;
mod digits;
mod english;
mod sentence;
mod spoken;
mod token;

pub use agree::{FigureNumbers, disagreement, disagreement_before};
pub use sentence::sentences;

use std::ops::Range;
use token::Token;

/// A number as prose gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Where it stands, with the words that qualify it: bytes of the text.
    pub range: Range<usize>,
    /// The least it says; none for "up to 300".
    pub low: Option<u64>,
    /// The most it says; none for "at least 300". "Fewer than 300" gives 299.
    pub high: Option<u64>,
    /// How it is meant: `at-least`, `more-than`, `about`, `nearly` or `up-to`; none when exact, or a range.
    /// The number of "more than 300" is 300.
    pub qualifier: Option<&'static str>,
    /// Whether it is vague ("dozens", "several hundred"), and the bounds the widest that a reader would allow.
    pub vague: bool,
}

/// A number and the unit word that makes it a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The number.
    pub number: Spoken,
    /// Where the unit word stands: bytes of the text, before the number or after it.
    pub unit: Range<usize>,
}

/// All numbers of a text, in order; no years, dates, ages, sums of money, measures or numbers of things ("Article 5").
pub fn numbers(text: &str, lang: &str) -> Vec<Spoken> {
    let Some(language) = of(lang) else { return Vec::new() };
    let tokens = token::tokens(text, language);
    spoken::found(&tokens, language)
        .into_iter()
        .filter(|found| {
            !found.is_pronoun || counted::unit(&tokens, found, language).is_some() || is_all(found, &tokens)
        })
        .map(|found| found.spoken)
        .collect()
}

/// The numbers that count people or things of a conflict: those beside a unit word.
pub fn counts(text: &str, lang: &str) -> Vec<Counted> {
    let Some(language) = of(lang) else { return Vec::new() };
    // Nothing reads across a blank line, and most blocks of a text hold no number at all.
    let blocks = blocks(text).filter(|block| may_hold_number(&text[block.clone()], language));
    blocks.flat_map(|block| counts_of_block(text, &block, language)).collect()
}

/// What stands between the blank lines of a text.
fn blocks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let breaks = memchr::memmem::find_iter(text.as_bytes(), b"\n\n").chain([text.len()]);
    breaks.map(move |end| {
        let range = start..end;
        start = (end + 2).min(text.len());
        range
    })
}

/// Whether a text holds digits or a word that every number of the language has one of; quick.
fn may_hold_number(text: &str, language: &Language) -> bool {
    let mut rest = text.as_bytes();
    loop {
        let end = rest.iter().position(|byte| !IS_LETTER[usize::from(*byte)]).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if hints(word, language) {
            return true;
        }
        match after {
            [] => return false,
            [byte, ..] if byte.is_ascii_digit() || digits::may_begin(*byte) => return true,
            [_, after @ ..] => rest = after,
        }
    }
}

/// Which bytes are ASCII letters.
const IS_LETTER: [bool; 256] = {
    let mut is_letter = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        is_letter[byte as usize] = byte.is_ascii_alphabetic();
        byte += 1;
    }
    is_letter
};

/// Whether a word of ASCII letters tells that a number may be near.
fn hints(word: &[u8], language: &Language) -> bool {
    let ([first, .., last], true) = (word, word.len() <= LONGEST_HINT) else { return false };
    // Nearly every word has another length, or begins or ends with another letter.
    if language.hint_ends[word.len()][letter(*first)] >> letter(*last) & 1 == 0 {
        return false;
    }
    let mut lower = [0; LONGEST_HINT];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(language.hints_at_number)
}

/// The place of an ASCII letter in the alphabet, counted from 0.
const fn letter(byte: u8) -> usize {
    ((byte | 0x20) - b'a') as usize
}

/// The last letters of words, as [`Language::hint_ends`] has them.
const fn ends(words: &[&str]) -> Ends {
    let mut ends = [[0; 26]; LONGEST_HINT + 1];
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_bytes();
        ends[word.len()][letter(word[0])] |= 1 << letter(word[word.len() - 1]);
        at += 1;
    }
    ends
}

/// By a word's length and its first letter: a bit for each letter that it can end with.
type Ends = [[u32; 26]; LONGEST_HINT + 1];

/// How long a word is at most that hints at a number, in bytes.
const LONGEST_HINT: usize = 9;

fn counts_of_block(text: &str, block: &Range<usize>, language: &Language) -> Vec<Counted> {
    let tokens = token::tokens(&text[block.clone()], language);
    let placed = |range: &Range<usize>| block.start + range.start..block.start + range.end;
    spoken::found(&tokens, language)
        .into_iter()
        .filter_map(|found| {
            let unit = counted::unit(&tokens, &found, language)?;
            let number = Spoken { range: placed(&found.spoken.range), ..found.spoken };
            Some(Counted { unit: placed(&tokens[unit].range), number })
        })
        .collect()
}

/// Whether a number is the whole text: there even "one" is a number.
fn is_all(found: &spoken::Found, tokens: &[Token<'_>]) -> bool {
    found.tokens == (0..tokens.len())
}

/// What numbers look like in a language. Words are in lower case, abbreviations with their stop.
struct Language {
    /// Reads a number that is spelled out and begins at the first of these tokens, and how many tokens it takes.
    spelled: fn(&[Token<'_>]) -> Option<(usize, Amount)>,
    /// What a word behind digits multiplies them by: "million".
    magnitude: fn(&str) -> Option<u64>,
    /// Whether a word of ASCII letters, neither shorter nor longer than hints are, tells that a number may be near: every number that
    /// is spelled out has such a word.
    hints_at_number: fn(&str) -> bool,
    /// What such words end with.
    hint_ends: Ends,
    /// Whether a word has the form of a plural.
    is_plural: fn(&str) -> bool,
    /// Whether a word that begins with a capital names a people in the plural: "Armenians".
    is_demonym: fn(&str) -> bool,

    /// Words before a number that qualify it, each phrase as its words; the longer before the shorter.
    before: &'static [(&'static [&'static str], Bound)],
    /// Words after it.
    after: &'static [(&'static [&'static str], Bound)],
    /// What opens a range of two numbers, and what then stands between them: "between", "and".
    opened: &'static [(&'static str, &'static str)],
    /// What stands between the numbers of a range that nothing opens: "to".
    between: &'static [&'static str],

    /// Nouns that count by themselves, one and many of each.
    nouns: &'static [(&'static str, &'static str)],
    /// Nouns that count when the number is large, or one of the verbs below is near.
    everyday_nouns: &'static [(&'static str, &'static str)],
    /// What was done to those counted, as it stands after "were": "killed".
    participles: &'static [&'static str],
    /// What became of them: "died", "dead".
    states: &'static [&'static str],
    /// Verbs that have those counted as their object: "killing".
    verbs: &'static [&'static str],
    /// The same, if no noun of another kind follows: "captured 12" and not "captured 12 hills".
    taking_verbs: &'static [&'static str],
    /// Verbs that tell a loss, if a noun of a count follows: "lost 12 soldiers".
    losing_verbs: &'static [&'static str],
    /// What turns a participle into the passive: "were".
    passive: &'static [&'static str],
    /// Nouns that a total follows: "toll", "dead".
    totals: &'static [&'static str],
    /// What leads from such a noun to the total: "reached", "at".
    leads: &'static [&'static str],
    /// What leads from it without a word between: "of".
    tight_leads: &'static [&'static str],
    /// Nouns whose size follows a tight lead: "an army of 300".
    bodies: &'static [&'static str],

    /// Small words that may stand between a number and its noun: "of the".
    through: &'static [&'static str],
    /// What follows a number that takes a part of a count before it: "two of them children".
    partitive: &'static [&'static [&'static str]],
    /// What stands between a number and the whole it is a part of: "two of the three".
    of_all: &'static [&'static [&'static str]],
    /// Words that join two descriptions of a noun: "Russian and Ukrainian soldiers".
    joints: &'static [&'static str],
    /// Words with which a clause on those counted begins: "six who were killed".
    relatives: &'static [&'static str],
    /// Words that end the search for a unit: prepositions, conjunctions, verbs of saying.
    stops: &'static [&'static str],
    /// Words that open another clause, of which the number is no part: "after", "said".
    clauses: &'static [&'static str],
    /// Words between a verb and its number that leave it its object: "killed another 12".
    determiners: &'static [&'static str],
    /// Words before a number that do nothing else: "nearly", where "over" may be a preposition.
    sure: &'static [&'static str],
    /// Words that say that a number is no more and no less: "exactly".
    exact: &'static [&'static str],
    /// Words that make a small number a mention of what was told before: "the two soldiers".
    definite: &'static [&'static str],
    /// Plurals that only describe the noun after them: "forces" in "security forces officers".
    describing: &'static [&'static str],

    /// Words after which a number is a name: "Resolution 822".
    labels: &'static [&'static str],
    /// Words before which a number measures: "44 days".
    measures: &'static [&'static str],
    /// Words that may stand between such a number and the measure: "five square kilometres".
    of_measures: &'static [&'static str],
    /// Words before which a number is part of a fraction: "two thirds".
    fractions: &'static [&'static str],
    /// What makes two numbers a ratio: "one in five".
    ratios: &'static [&'static [&'static str]],
    /// Words after which a number is somebody's age.
    ages: &'static [&'static str],
    /// The months, long and short.
    months: &'static [&'static str],
    /// Words that put a four-digit number among the years: "in 2020".
    year_words: &'static [&'static str],
    /// Words joined with a hyphen to a number that leave it one: "a 300-strong unit".
    joined: &'static [&'static str],
    /// What makes of "one" no number, before and after it: "no one", "one of", "one side".
    not_one: (&'static [&'static str], &'static [&'static str]),

    /// Abbreviations, without their stop, that do not end a sentence.
    abbreviations: &'static [&'static str],
    /// Of these, those that stand before a number alone: "No. 5".
    abbreviations_of_numbered: &'static [&'static str],
    /// Words with which a sentence begins even after an abbreviation: "in the U.S. He said".
    openers: &'static [&'static str],
}

impl Language {
    fn is_abbreviation(&self, word: &str) -> bool {
        self.abbreviations.contains(&word) || self.abbreviations_of_numbered.contains(&word)
    }

    /// How much a word says as the noun of a count: none if it is no such noun.
    fn noun(&self, token: &Token<'_>, single: bool) -> Option<Noun> {
        let word = token.word()?;
        let is_in = |nouns: &[(&str, &str)]| nouns.iter().any(|(one, many)| word == *many || single && word == *one);
        let is_everyday = || is_in(self.everyday_nouns) || token.capital && (self.is_demonym)(word);
        if is_in(self.nouns) { Some(Noun::Counts) } else { is_everyday().then_some(Noun::Everyday) }
    }
}

/// How much a noun says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noun {
    /// It counts by itself.
    Counts,
    /// It counts with a large number or a verb.
    Everyday,
}

/// What a qualifying word does to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// That or more.
    AtLeast,
    /// More than that.
    MoreThan,
    /// That, or near it.
    About,
    /// A little less.
    Nearly,
    /// That or less.
    UpTo,
    /// Less than that.
    Below,
}

/// The number itself, before words qualify it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Amount {
    /// The least it says.
    low: u64,
    /// The most it says.
    high: u64,
    /// Whether it is vague: "dozens".
    vague: bool,
    /// Whether its word is a pronoun as often as a number: "one", "nobody".
    is_pronoun: bool,
    /// What its last word multiplies by, if that goes for the whole: 100 in "six hundred", 1 in "six".
    scale: u64,
    /// How many of the digits stand behind a point that no scale has moved: 1 in "1.2".
    decimals: u32,
}

impl Amount {
    fn exact(n: u64) -> Self {
        Self { low: n, high: n, vague: false, is_pronoun: false, scale: 1, decimals: 0 }
    }

    /// This many times as much; none where the point cannot be moved away, or the number is too large.
    fn times(self, scale: u64) -> Option<Self> {
        let parts = 10_u64.checked_pow(self.decimals)?;
        let scaled = |n: u64| n.checked_mul(scale).filter(|n| n % parts == 0).map(|n| n / parts);
        Some(Self { low: scaled(self.low)?, high: scaled(self.high)?, scale, decimals: 0, is_pronoun: false, ..self })
    }
}

/// The register of languages.
fn of(lang: &str) -> Option<&'static Language> {
    match lang.split(['-', '_']).next().unwrap_or(lang) {
        "en" => Some(&english::ENGLISH),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
