//! Numbers in tokens: digits, words, ranges and what qualifies them, and what looks like a number and is none.

use super::token::{Kind, Token, begins};
use super::{Amount, Bound, Language, Spoken};
use std::ops::Range;

/// A number and where its tokens are.
#[derive(Debug)]
pub(super) struct Found {
    /// The number.
    pub(super) spoken: Spoken,
    /// Its tokens, with those that qualify it.
    pub(super) tokens: Range<usize>,
    /// Whether it is a number only beside a unit: "one", "nobody".
    pub(super) is_pronoun: bool,
    /// Whether it could be a year, if nothing beside it says otherwise.
    pub(super) is_like_year: bool,
}

/// The numbers of a text, in order.
pub(super) fn found(tokens: &[Token<'_>], language: &Language) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    // Where the last number ended: no word qualifies two.
    let mut free = 0;
    while at < tokens.len() {
        let Some((end, amount)) = core(tokens, at, language) else {
            at += 1;
            continue;
        };
        let range = range_from(tokens, at, end, amount, language).unwrap_or(FromTo { begin: at, end, amount });
        let (core, amount) = (at..range.end, range.amount);
        let (start, before) = qualified_before(tokens, free, range.begin, language);
        let (end, after) = qualified_after(tokens, range.end, language);
        let place = Place { core, range: range.begin..range.end, whole: start..end };
        if amount.decimals == 0 && !is_other(tokens, &place, amount, language) {
            found.push(Found {
                spoken: spoken(amount, before.or(after), tokens[start].range.start..tokens[end - 1].range.end),
                is_pronoun: amount.is_pronoun && place.whole == place.core,
                is_like_year: place.core.clone().any(|at| is_year_at(tokens, at)),
                tokens: place.whole,
            });
        }
        (at, free) = (end, end);
    }
    found
}

/// The tokens of a number.
struct Place {
    /// The number itself, or the two of a range.
    core: Range<usize>,
    /// With what opens the range: "between".
    range: Range<usize>,
    /// With what qualifies it.
    whole: Range<usize>,
}

/// What a number says together with what qualifies it.
pub(super) fn spoken(amount: Amount, bound: Option<Bound>, range: Range<usize>) -> Spoken {
    let Amount { low, high, vague, .. } = amount;
    let (low, high, qualifier) = match bound {
        None => (Some(low), Some(high), None),
        Some(Bound::AtLeast) => (Some(low), None, Some("at-least")),
        Some(Bound::MoreThan) => (Some(low), None, Some("more-than")),
        Some(Bound::About) => (Some(low), Some(high), Some("about")),
        Some(Bound::Nearly) => (Some(low), Some(high), Some("nearly")),
        Some(Bound::UpTo) => (None, Some(high), Some("up-to")),
        Some(Bound::Below) => (None, Some(high.saturating_sub(1)), Some("up-to")),
    };
    Spoken { range, low, high, qualifier, vague }
}

/// The number that begins at a token, without what qualifies it, and where it ends.
pub(super) fn core(tokens: &[Token<'_>], at: usize, language: &Language) -> Option<(usize, Amount)> {
    let Kind::Numeral(numeral) = tokens[at].kind else {
        let (taken, amount) = (language.spelled)(&tokens[at..])?;
        return Some((at + taken, amount));
    };
    let amount = Amount { decimals: numeral.decimals, ..Amount::exact(numeral.digits) };
    let scale = tokens.get(at + 1).and_then(Token::word).and_then(language.magnitude);
    match scale.and_then(|scale| amount.times(scale)) {
        Some(scaled) => Some((at + 2, scaled)),
        None => Some((at + 1, amount)),
    }
}

/// A range of two numbers: "133 to 164", "between 5 and 6 million".
struct FromTo {
    /// Where it begins, with the word that opens it.
    begin: usize,
    end: usize,
    amount: Amount,
}

/// The range whose first number stands here, if there is one.
fn range_from(tokens: &[Token<'_>], at: usize, end: usize, first: Amount, language: &Language) -> Option<FromTo> {
    let opener = at.checked_sub(1).and_then(|i| language.opened.iter().find(|(open, _)| tokens[i].is_word(&[open])));
    let joint = tokens.get(end)?;
    let by_sign = matches!(joint.kind, Kind::Dash) || joint.kind == Kind::Hyphen && joint.glued;
    let by_opener = opener.is_some_and(|(_, and)| joint.is_word(&[and]));
    if !(by_sign || by_opener || joint.is_word(language.between)) {
        return None;
    }
    let mut next = end + 1;
    if by_opener && tokens.get(next).is_some_and(|token| token.is_word(language.determiners)) {
        next += 1;
    }
    tokens.get(next)?;
    let (end, second) = core(tokens, next, language)?;
    // "Five or six hundred" is five hundred or six hundred.
    let coefficient = second.low / second.scale;
    let shares_scale =
        first.scale == 1 && second.scale > 1 && first.low / 10_u64.pow(first.decimals.min(19)) <= coefficient;
    let first = if shares_scale && !second.vague { first.times(second.scale)? } else { first };
    let amount = Amount {
        low: first.low.min(second.low),
        high: first.high.max(second.high),
        vague: first.vague || second.vague,
        is_pronoun: false,
        scale: 1,
        decimals: first.decimals.max(second.decimals),
    };
    Some(FromTo { begin: at - usize::from(opener.is_some()), end, amount })
}

/// Where the words that qualify the number at `start` begin, and what they say.
pub(super) fn qualified_before(
    tokens: &[Token<'_>],
    free: usize,
    start: usize,
    language: &Language,
) -> (usize, Option<Bound>) {
    let mut begin = start;
    let mut bound = None;
    // Twice, for "at least some 200": the first word, which is the last found, rules.
    for _ in 0..2 {
        let ahead = &tokens[free..begin];
        let fits =
            |phrase: &[&str]| ahead.len() >= phrase.len() && begins(&ahead[ahead.len() - phrase.len()..], phrase);
        let Some((phrase, says)) = language.before.iter().find(|(phrase, _)| fits(phrase)) else { break };
        begin -= phrase.len();
        bound = Some(*says);
    }
    (begin, bound)
}

/// Where the words that qualify the number before `end` stop, and what they say.
fn qualified_after(tokens: &[Token<'_>], end: usize, language: &Language) -> (usize, Option<Bound>) {
    let fits = |phrase: &[&str]| begins(&tokens[end..], phrase);
    language
        .after
        .iter()
        .find(|(phrase, _)| fits(phrase))
        .map_or((end, None), |(phrase, says)| (end + phrase.len(), Some(*says)))
}

/// Whether what reads like a number is something else: a year, a date, an age, money, a measure, a name.
fn is_other(tokens: &[Token<'_>], place: &Place, amount: Amount, language: &Language) -> bool {
    let Place { core, whole, .. } = place;
    is_joined(tokens, core, whole.end, language)
        || is_money(tokens, core, whole)
        || is_measure(tokens, whole.end, language)
        || is_labelled(tokens, core.start, language)
        || is_ratio(tokens, whole, language)
        || is_date(tokens, core, amount, language)
        || is_age(tokens, core, amount, language)
        || is_year(tokens, place, language)
        || amount.is_pronoun && is_pronoun(tokens, core, language)
}

fn before<'a, 't>(tokens: &'a [Token<'t>], at: usize) -> Option<&'a Token<'t>> {
    at.checked_sub(1).and_then(|i| tokens.get(i))
}

/// `T-72`, `34-year-old`, `twenty-first`, `#5`, `5/6`.
fn is_joined(tokens: &[Token<'_>], core: &Range<usize>, end: usize, language: &Language) -> bool {
    let first = &tokens[core.start];
    let joined_before = first.glued
        && before(tokens, core.start).is_some_and(|sign| match sign.kind {
            Kind::Hyphen => sign.glued,
            Kind::Break => matches!(&*sign.text, "." | "/" | "#" | "№" | "§" | "@" | "=" | "\\" | ":"),
            Kind::Sign => sign.text == "+",
            Kind::Word | Kind::Opaque => true,
            _ => false,
        });
    let joined_after = tokens.get(end).is_some_and(|sign| {
        sign.glued
            && match sign.kind {
                Kind::Hyphen => tokens.get(end + 1).is_some_and(|token| token.glued && !token.is_word(language.joined)),
                Kind::Break => matches!(&*sign.text, "/" | "°" | "′" | "″" | "@" | "="),
                Kind::Word | Kind::Opaque => true,
                _ => false,
            }
    });
    joined_before || joined_after
}

/// `$5 million`, `5%`; sums in words are among the measures.
fn is_money(tokens: &[Token<'_>], core: &Range<usize>, whole: &Range<usize>) -> bool {
    let is = |token: Option<&Token<'_>>| token.is_some_and(|token| matches!(token.kind, Kind::Money | Kind::Percent));
    is(before(tokens, core.start)) || is(before(tokens, whole.start)) || is(tokens.get(whole.end))
        // `5% to 6%`
        || tokens[core.clone()].iter().any(|token| is(Some(token)))
}

/// "44 days", "five square kilometres", "hundreds of metres", "two thirds".
fn is_measure(tokens: &[Token<'_>], end: usize, language: &Language) -> bool {
    tokens[end..]
        .iter()
        .take(4)
        .skip_while(|token| token.is_word(language.of_measures))
        .map(|token| token.is_word(language.measures) || token.is_word(language.fractions))
        .next()
        .unwrap_or(false)
}

/// "Resolution 822", "No. 10", "chapter two".
fn is_labelled(tokens: &[Token<'_>], start: usize, language: &Language) -> bool {
    let Some(label) = before(tokens, start).filter(|token| token.is_word(language.labels)) else { return false };
    // "The dead number 204": there "number" is a verb.
    let subject = start.checked_sub(2).and_then(|i| tokens.get(i));
    !(label.is_word(language.leads) && subject.is_some_and(|token| token.is_word(language.totals)))
}

/// "One in five", "nine out of ten": neither is a count. "1,130 in 24 hours" has one, "12 in 2020" too.
fn is_ratio(tokens: &[Token<'_>], whole: &Range<usize>, language: &Language) -> bool {
    const MOST: u64 = 100;
    let small = |at: usize| {
        let (end, amount) = tokens.get(at).and_then(|_| core(tokens, at, language))?;
        (amount.high <= MOST && !is_measure(tokens, end, language)).then_some(amount.high)
    };
    let fits = |at: usize, phrase: &[&str]| tokens.get(at..).is_some_and(|rest| begins(rest, phrase));
    let Some(this) = small(whole.start) else { return false };
    language.ratios.iter().any(|phrase| {
        let behind = fits(whole.end, phrase) && small(whole.end + phrase.len()).is_some_and(|of| this < of);
        let ahead = whole.start.checked_sub(phrase.len()).filter(|&at| at > 0 && fits(at, phrase));
        behind || ahead.and_then(|at| small(at - 1)).is_some_and(|part| part < this)
    })
}

fn is_year_at(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens[at].kind, Kind::Numeral(n) if n.like_year && (1500..=2100).contains(&n.digits))
}

/// "27 September", "September 27", "13–14 September 2022".
fn is_date(tokens: &[Token<'_>], core: &Range<usize>, amount: Amount, language: &Language) -> bool {
    let is_month = |token: &Token<'_>| token.capital && token.is_word(language.months);
    if amount.high > 31 || !matches!(tokens[core.end - 1].kind, Kind::Numeral(_)) {
        return false;
    }
    if tokens.get(core.end).is_some_and(is_month) {
        return true;
    }
    // "In September 27 soldiers died" has no day; "on September 27 soldiers died" has.
    let month = core.start.checked_sub(1).filter(|&i| is_month(&tokens[i]));
    let counts = tokens.get(core.end).is_some_and(|token| language.noun(token, false).is_some());
    month.is_some_and(|i| !(counts && before(tokens, i).is_some_and(|token| token.is_word(language.year_words))))
}

/// "Aged 7", "Anna, 34, was killed".
fn is_age(tokens: &[Token<'_>], core: &Range<usize>, amount: Amount, language: &Language) -> bool {
    let between_commas = before(tokens, core.start).is_some_and(|token| token.kind == Kind::Comma)
        && tokens.get(core.end).is_none_or(|token| matches!(token.kind, Kind::Comma | Kind::Break))
        && core.start.checked_sub(2).is_some_and(|i| tokens[i].kind == Kind::Word && tokens[i].capital);
    amount.high <= 120 && between_commas
        || (core.start.saturating_sub(2)..core.start).any(|i| tokens[i].is_word(language.ages))
}

/// "In 2020", "the 2020 war", "1988–1994", and not "2000 soldiers" or "at least 2000".
fn is_year(tokens: &[Token<'_>], place: &Place, language: &Language) -> bool {
    let Place { core, range, whole } = place;
    if !core.clone().any(|at| is_year_at(tokens, at)) || tokens[core.end - 1].kind == Kind::Word {
        return false;
    }
    let is_opened = range.start < core.start;
    let after_year_word =
        is_opened || before(tokens, core.start).is_some_and(|token| token.is_word(language.year_words));
    let is_qualified = whole.start < range.start;
    let counts = tokens.get(whole.end).is_some_and(|token| language.noun(token, false).is_some());
    let is_object = before(tokens, whole.start).is_some_and(|token| token.is_word(language.verbs))
        && !whole.start.checked_sub(2).is_some_and(|at| tokens[at].is_word(language.passive));
    let is_count = if after_year_word { is_qualified && counts } else { is_qualified || counts || is_object };
    !is_count
}

/// "No one", "one of", "one side".
fn is_pronoun(tokens: &[Token<'_>], core: &Range<usize>, language: &Language) -> bool {
    before(tokens, core.start).is_some_and(|token| token.is_word(language.not_one.0))
        || tokens.get(core.end).is_some_and(|token| token.is_word(language.not_one.1))
}
