//! Agreement: whether the words of a reference say what the figure says, or something weaker that is still true.
//!
//! What a careful editor lets pass:
//! - the figure's own number, with its qualifier or bare, since the qualifier may stand outside the words
//!   ("at least `[[…|6,500]]`"); of a figure with a low and a high and nothing between, both or a bound of them;
//! - what follows from the figure: "more than 6,000" of at least 6,500, though not "more than 6,500", nor "at least 50",
//!   which is true and yet some other number;
//! - a rounding that says so: "about 200" of 204, "nearly 210", "dozens" of 44.
//!
//! What not: another number, a rounding that does not say so, an upper bound for a figure that has none, a
//! middle for a range that has none.

use super::spoken::{self, Found};
use super::token::{self, Kind, Token};
use super::{Language, Spoken, counted, digits};

/// The numbers of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureNumbers {
    /// The least it can be.
    pub low: Option<u64>,
    /// The likeliest.
    pub best: Option<u64>,
    /// The most it can be.
    pub high: Option<u64>,
    /// How it is meant: `exact`, `at-least`, `more-than`, `about`, `nearly` or `up-to`.
    pub qualifier: Option<&'static str>,
}

/// The words for a number that is not the figure's: "some 6,000" where the figure is at least 6,500.
/// None where they agree, or the words hold no number that could be the figure's. In a language without words of its own only digits
/// that stand alone are read: what is said beside them may qualify them.
/// Of several numbers ("204 dead, 12 of them civilians") one that agrees is enough.
pub fn disagreement<'w>(words: &'w str, figure: &FigureNumbers, lang: &str) -> Option<&'w str> {
    let meant = Meant::of(figure)?;
    let Some(language) = super::of(lang) else {
        return token::alone(&digits::ascii(words)).is_some_and(|n| !meant.gives(n)).then_some(words);
    };
    let tokens = token::tokens(words, language);
    // Words that are a numeral and nothing else are no year.
    if let [Token { kind: Kind::Numeral(n), .. }] = tokens[..]
        && n.like_year
    {
        return (!meant.gives(n.digits)).then_some(words);
    }
    let found = spoken::found(&tokens, language);
    let said: Vec<&Found> = found.iter().filter(|found| is_told(found, &tokens, &meant, language)).collect();
    let first = said.first()?;
    let is_exact =
        |found: &Found| found.tokens.start.checked_sub(1).is_some_and(|at| tokens[at].is_word(language.exact));
    if said.iter().any(|found| agrees(&found.spoken, &meant) && (!is_exact(found) || meant.is_exact())) {
        return None;
    }
    Some(&words[first.spoken.range.clone()])
}

/// The same of a bare number and what qualifies it in the text before it: "up to `[[…|6,500]]`" where the figure is at least 6,500.
/// Words that are prepositions as well, such as "over", qualify nothing there.
pub fn disagreement_before(text: &str, words: &str, figure: &FigureNumbers, lang: &str) -> Option<String> {
    let language = super::of(lang)?;
    let meant = Meant::of(figure)?;
    let number = token::tokens(words, language);
    let (end, amount) = number.first().and_then(|_| spoken::core(&number, 0, language))?;
    if end != number.len() || amount.decimals > 0 {
        return None;
    }
    let before = token::tokens(text, language);
    let (begin, bound) = spoken::qualified_before(&before, 0, before.len(), language);
    let is_exact = before.last().is_some_and(|last| last.is_word(language.exact));
    let is_sure = before.len() - begin > 1 || before.last().is_some_and(|last| last.is_word(language.sure));
    let holds = match bound.filter(|_| is_sure) {
        Some(bound) => agrees(&spoken::spoken(amount, Some(bound), 0..0), &meant),
        None => !is_exact || meant.is_exact(),
    };
    let from = before.get(begin.min(before.len() - usize::from(is_exact))).map_or(0, |token| token.range.start);
    (!holds).then(|| format!("{} {words}", text[from..].trim_end()))
}

/// Whether a number among the words can be meant as the figure's: "the toll of the two wars" has none that is.
fn is_told(found: &Found, tokens: &[Token<'_>], meant: &Meant, language: &Language) -> bool {
    const SMALL: u64 = 20;
    if found.tokens == (0..tokens.len()) || counted::unit(tokens, found, language).is_some() {
        return true;
    }
    let n = found.spoken.low.or(found.spoken.high).unwrap_or(0);
    let before = found.tokens.start.checked_sub(1).and_then(|at| tokens.get(at));
    let names_other = tokens.get(found.tokens.end).is_some_and(|token| token.kind == Kind::Word);
    let is_mention = n <= SMALL && before.is_some_and(|token| token.is_word(language.definite));
    let is_far = n <= SMALL && meant.least.or(meant.most).is_some_and(|known| known / 10 > n);
    !(found.is_pronoun || names_other && (is_mention || is_far))
}

/// What a figure says, as bounds.
struct Meant {
    /// The number given as such, bare or about.
    point: Option<u64>,
    /// The least it can be; none if nobody said.
    least: Option<u64>,
    /// The most it can be; none if nobody said.
    most: Option<u64>,
    /// Numbers of it that words may give alone.
    own: Option<u64>,
    /// Whether the point is no more than near the truth.
    is_rough: bool,
}

impl Meant {
    /// Whether it is one number, and no other.
    fn is_exact(&self) -> bool {
        !self.is_rough && self.point.is_some() && self.least == self.point && self.most == self.point
    }

    /// Whether a number that stands bare is one that the figure gives.
    fn gives(&self, n: u64) -> bool {
        [self.own, self.least, self.most, self.point].contains(&Some(n))
    }

    fn of(figure: &FigureNumbers) -> Option<Self> {
        let FigureNumbers { low, best, high, qualifier } = *figure;
        let only =
            best.or(if low == high || high.is_none() { low } else { None }).or(if low.is_none() { high } else { None });
        let open = Self { point: None, least: None, most: None, own: only, is_rough: false };
        low.or(best).or(high)?;
        Some(match qualifier {
            Some("at-least") => Self { least: low.or(best), ..open },
            Some("more-than") => Self { least: low.or(best).map(|n| n.saturating_add(1)), ..open },
            Some("up-to") => Self { most: high.or(best), ..open },
            Some("about" | "nearly") if only.is_some() => {
                Self { point: only, least: low.or(only), most: high.or(only), is_rough: low.or(high).is_none(), ..open }
            }
            _ if best.is_some() => Self { point: best, least: low.or(best), most: high.or(best), ..open },
            _ if low == high => Self { point: low, least: low, most: high, ..open },
            _ => Self { least: low, most: high, ..open },
        })
    }
}

/// Whether what is said follows from what is meant, or is a rounding of it that says so.
fn agrees(said: &Spoken, meant: &Meant) -> bool {
    match (said.qualifier, said.low, said.high) {
        // "Dozens", also "some dozens": the figure may lie within.
        (None | Some("about" | "nearly"), Some(low), Some(high)) if said.vague => is_within(meant, low, high),
        (_, Some(low), None) => is_floor(low, said.qualifier == Some("more-than"), meant),
        (_, None, Some(high)) => is_ceiling(high, meant),
        (qualifier, Some(low), Some(high)) if low < high => {
            let slack = |n: u64| if qualifier.is_some() { (place(n) / 2).min(n / 20) } else { 0 };
            meant.least.is_some_and(|least| low <= least.saturating_add(slack(low)))
                && meant.most.is_some_and(|most| high.saturating_add(slack(high)) >= most)
        }
        (None, Some(n), _) => meant.own == Some(n),
        (Some("nearly"), Some(n), _) => {
            meant.own == Some(n) || meant.point.is_some_and(|point| n > point && is_near(n, point, place(n), 10))
        }
        (_, Some(n), _) => match meant.point {
            Some(point) => is_near(n, point, place(n) / 2, 10),
            None => meant.own.is_some_and(|own| is_near(n, own, place(n) / 2, 20)),
        },
        (_, None, None) => true,
    }
}

fn is_within(meant: &Meant, low: u64, high: u64) -> bool {
    match (meant.least, meant.most) {
        (Some(least), None) => (low..=high).contains(&least),
        (None, Some(most)) => (low..=high).contains(&most),
        (Some(least), Some(most)) => least <= high && most >= low,
        (None, None) => true,
    }
}

/// "At least `n`" follows from the figure, and tells no other number altogether.
fn is_floor(n: u64, is_strict: bool, meant: &Meant) -> bool {
    let Some(least) = meant.least else { return false };
    let least = if meant.is_rough && meant.own != Some(n) { least - least / 20 } else { least };
    let follows = if is_strict { n < least } else { n <= least };
    follows && n >= least / 10
}

/// "Up to `n`" follows from the figure, and tells no other number altogether.
fn is_ceiling(n: u64, meant: &Meant) -> bool {
    let Some(most) = meant.most else { return false };
    let most = if meant.is_rough && meant.own != Some(n) { most.saturating_add(most / 20) } else { most };
    n >= most && n / 10 <= most
}

/// Whether a round number is within so much of another, and within a part of it.
fn is_near(n: u64, of: u64, within: u64, part: u64) -> bool {
    n == of || n.abs_diff(of) <= within.min(of / part)
}

/// The place to which a number is rounded: 100 of 200, 50 of 250, 12 of two dozen, 1 of 204.
fn place(n: u64) -> u64 {
    let ten = std::iter::successors(Some(1_u64), |place| place.checked_mul(10))
        .take_while(|&place| n != 0 && n.is_multiple_of(place))
        .last()
        .unwrap_or(1);
    let five = ten.saturating_mul(5);
    match n {
        12 | 24 | 36 | 48 => 12,
        _ if n != 0 && n.is_multiple_of(five) => five,
        _ => ten,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(low: u64, best: u64, high: u64, qualifier: &'static str) -> FigureNumbers {
        let some = |n| (n > 0).then_some(n);
        FigureNumbers {
            low: some(low),
            best: some(best),
            high: some(high),
            qualifier: Some(qualifier).filter(|q| !q.is_empty()),
        }
    }

    fn check(figure: FigureNumbers, agree: &[&str], disagree: &[&str]) {
        for words in agree {
            assert_eq!(disagreement(words, &figure, "en"), None, "{words} of {figure:?}");
        }
        for words in disagree {
            assert!(disagreement(words, &figure, "en").is_some(), "{words} of {figure:?}");
        }
    }

    #[test]
    fn at_least() {
        check(
            figure(6500, 0, 0, "at-least"),
            &[
                "6,500",
                "at least 6,500",
                "6,500 people",
                "more than 6,000",
                "more than six thousand",
                "thousands",
                "thousands of people",
                "about 6,500",
                "6,500 or more",
                "no fewer than 6,500",
                "over 6,000 dead",
                "6500",
                "the toll",
                "Reuters’s count",
                "the dead of 2020",
                "the 44-day war",
                "killed in September 2020",
                "the toll of the two wars",
                "one such count",
                "at least 6.5 thousand",
                "6.4 thousand or more",
                "the second count",
                "on 27 September",
                "the losses of both sides",
            ],
            &[
                "6,000",
                "7,000",
                "more than 6,500",
                "at least 7,000",
                "about 6,000",
                "hundreds",
                "dozens",
                "tens of thousands",
                "between 6,000 and 7,000",
                "up to 6,500",
                "nearly 7,000",
                "65,000",
                "650",
                "at least 50",
                "6,500 to 7,000",
                "exactly 6,400",
                "seven thousand",
                "five thousand people",
            ],
        );
    }

    #[test]
    fn an_exact_number() {
        check(
            figure(0, 204, 0, ""),
            &[
                "204",
                "about 200",
                "more than 200",
                "at least 204",
                "204 soldiers",
                "two hundred and four",
                "around two hundred",
                "nearly 210",
                "some 205",
                "hundreds",
                "up to 204",
                "fewer than 300",
                "between 200 and 210",
                "over 200",
                "no more than 204",
                "almost 205",
                "204 dead, 12 of them civilians",
            ],
            &[
                "200",
                "210",
                "two hundred",
                "about 210",
                "more than 204",
                "nearly 200",
                "at least 205",
                "up to 200",
                "thousands",
                "between 100 and 200",
                "about 300",
                "scores of thousands",
                "2,040",
                "fewer than 204",
                "almost 300",
            ],
        );
        check(figure(0, 5, 0, "exact"), &["five", "5", "five civilians"], &["four", "six civilians", "the 6"]);
        check(figure(0, 1, 0, ""), &["one", "one civilian", "a single one"], &["two", "2"]);
        check(figure(7, 7, 7, "exact"), &["seven"], &["eight"]);
        check(figure(11, 0, 11, ""), &["about a dozen", "eleven"], &["a dozen", "two dozen"]);
    }

    #[test]
    fn a_range() {
        check(
            figure(133, 0, 164, ""),
            &[
                "133 to 164",
                "between 133 and 164",
                "at least 133",
                "up to 164",
                "more than 130",
                "133–164",
                "133-164",
                "from 133 to 164",
                "fewer than 170",
                "between 130 and 170",
                "dozens",
                "about 133 to 164",
            ],
            &[
                "150",
                "about 150",
                "133",
                "164",
                "at least 150",
                "up to 150",
                "140 to 150",
                "133 to 160",
                "hundreds",
                "nearly 200",
            ],
        );
        check(
            figure(10, 12, 15, ""),
            &["12", "10 to 15", "about 12", "at least 10", "up to 15", "a dozen", "12 (10 to 15)"],
            &["10", "15", "13", "at least 12", "up to 12"],
        );
    }

    #[test]
    fn other_qualifiers() {
        check(
            figure(0, 44_000, 0, "about"),
            &[
                "about 44,000",
                "44,000",
                "some 44 thousand",
                "more than 40,000",
                "tens of thousands",
                "around 45,000",
                "roughly 44,000",
            ],
            &[
                "about 40,000 to 42,000",
                "45,000",
                "at least 50,000",
                "about 50,000",
                "hundreds of thousands",
                "up to 40,000",
            ],
        );
        check(
            figure(7000, 0, 0, "more-than"),
            &["more than 7,000", "7,000", "over seven thousand", "at least 7,000", "thousands", "more than 6,000"],
            &["8,000", "more than 8,000", "up to 7,000", "6,000"],
        );
        check(
            figure(0, 0, 300, "up-to"),
            &["up to 300", "300", "as many as 300", "no more than 300", "fewer than 400", "hundreds"],
            &["at least 300", "more than 200", "200", "up to 200", "fewer than 300", "thousands"],
        );
        check(figure(0, 500, 0, "nearly"), &["nearly 500", "almost five hundred", "about 500"], &["nearly 600", "400"]);
    }

    #[test]
    fn the_words_for_another_number_are_given_back() {
        let at_least = figure(6500, 0, 0, "at-least");
        assert_eq!(disagreement("some 6,000 people", &at_least, "en"), Some("some 6,000"));
        for (words, said) in [
            ("6.000", true),
            ("6 500", false),
            ("plus de 6 000", false),
            ("4000 morts", false),
            ("٦٬٠٠٠", true),
            ("٦٬٥٠٠", false),
        ] {
            assert_eq!(
                disagreement(words, &at_least, "fr"),
                said.then_some(words),
                "of another language digits alone are read"
            );
        }
        assert_eq!(disagreement("6,000", &figure(0, 0, 0, ""), "en"), None);
    }

    #[test]
    fn places() {
        for (n, at) in
            [(200, 100), (250, 50), (204, 1), (205, 5), (6500, 500), (24, 12), (0, 1), (10, 10), (u64::MAX, 5)]
        {
            assert_eq!(place(n), at, "{n}");
        }
    }
}
