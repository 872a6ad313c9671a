//! The unit of a number: the word beside it that says what it counts.

use super::spoken::{Found, core};
use super::token::{Kind, Token, begins};
use super::{Language, Noun};

/// How many words after a number are looked at for its unit.
const REACH: usize = 10;

/// How many words before it, back to "the toll".
const REACH_BACK: usize = 7;

/// Up to which number an everyday noun alone makes no count: "two people met".
const SMALL: u64 = 10;

/// The token of a number's unit.
pub(super) fn unit(tokens: &[Token<'_>], found: &Found, language: &Language) -> Option<usize> {
    let sentence = Sentence { tokens, language };
    sentence.after(found).or_else(|| sentence.verb_before(found)).or_else(|| sentence.total_before(found))
}

struct Sentence<'a, 't> {
    tokens: &'a [Token<'t>],
    language: &'a Language,
}

impl Sentence<'_, '_> {
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_word(words))
    }

    /// "6,500 people", "49 of its soldiers", "104 villagers were killed", "49 dead".
    fn after(&self, found: &Found) -> Option<usize> {
        let language = self.language;
        let start = self.behind_whole(found);
        let single = found.spoken.low.is_none_or(|low| low <= 1);
        // A plural that is no unit: what is counted then is that, and a participle must say that it suffered.
        let mut head = None;
        let mut passive = false;
        for (at, token) in self.tokens.iter().enumerate().skip(start).take(REACH) {
            let Some(word) = token.word() else {
                if token.kind == Kind::Hyphen && token.glued {
                    continue;
                }
                return None;
            };
            if let Some(noun) = language.noun(token, single).filter(|_| head.is_none()) {
                return self.counts(found, at, noun).then_some(at);
            }
            if language.states.contains(&word) || language.participles.contains(&word) {
                return self.is_theirs(found, at, head, passive).then_some(at);
            }
            if language.passive.contains(&word) {
                passive = true;
            } else if [language.through, language.relatives].iter().any(|words| words.contains(&word))
                || self.joins(found, at, head)
            {
                // Nothing said yet.
            } else if language.stops.contains(&word) || self.opens_another(at, word) {
                return None;
            } else if head.is_none() && (language.is_plural)(word) && !language.describing.contains(&word) {
                head = Some(at);
            }
        }
        None
    }

    /// Whether the participle or state at a token says what became of those a number counts, with their noun at `head`.
    /// "Two mayors were killed", and not "two strikes killed".
    fn is_theirs(&self, found: &Found, at: usize, head: Option<usize>, passive: bool) -> bool {
        let between = &self.tokens[found.tokens.end..at];
        let is_mention = head.is_some() && self.is_known(found)
            || found.is_pronoun && between.iter().any(|token| token.is_word(self.language.definite));
        let is_beside = || between.iter().all(|token| token.is_word(self.language.through));
        !is_mention && (passive || self.is(at, self.language.states) || is_beside())
    }

    /// "Russian and Ukrainian soldiers", and not "12 and killed".
    fn joins(&self, found: &Found, at: usize, head: Option<usize>) -> bool {
        head.is_none() && at > found.tokens.end && self.is(at, self.language.joints)
    }

    /// Behind a number, and behind the whole that it is a part of: "two of the three".
    fn behind_whole(&self, found: &Found) -> usize {
        let end = found.tokens.end;
        let phrase = self.language.of_all.iter().find(|phrase| begins(&self.tokens[end..], phrase));
        let number = phrase.map(|phrase| end + phrase.len()).filter(|&at| at < self.tokens.len());
        number.and_then(|at| core(self.tokens, at, self.language)).map_or(end, |(end, _)| end)
    }

    /// Whether a word begins another clause or another number.
    fn opens_another(&self, at: usize, word: &str) -> bool {
        self.language.clauses.contains(&word) || (self.language.spelled)(&self.tokens[at..]).is_some()
    }

    /// Whether a number with such a noun is a count.
    fn counts(&self, found: &Found, noun_at: usize, noun: Noun) -> bool {
        let suffers = || self.verb_before(found).is_some() || self.loss_before(found) || self.suffers(noun_at + 1);
        if found.is_pronoun || self.is_known(found) {
            return suffers();
        }
        noun == Noun::Counts || !is_small(found) || self.is_part(found) || suffers()
    }

    /// "Two of them": of those counted before.
    fn is_part(&self, found: &Found) -> bool {
        let rest = &self.tokens[found.tokens.end..];
        self.language.partitive.iter().any(|phrase| begins(rest, phrase))
    }

    /// "The two soldiers": told before.
    fn is_known(&self, found: &Found) -> bool {
        let at = found.tokens.start;
        is_small(found) && at > 0 && self.is(at - 1, self.language.definite)
    }

    /// Whether a verb of the clause says that those before it suffered: "… who were killed".
    fn suffers(&self, from: usize) -> bool {
        let language = self.language;
        let mut passive = false;
        for (at, token) in self.tokens.iter().enumerate().skip(from).take(REACH) {
            let Some(word) = token.word() else {
                if matches!(token.kind, Kind::Comma | Kind::Bound | Kind::Hyphen) {
                    continue;
                }
                return false;
            };
            if language.states.contains(&word) || language.participles.contains(&word) && (passive || at == from) {
                return true;
            }
            passive |= language.passive.contains(&word);
            if self.opens_another(at, word) {
                return false;
            }
        }
        false
    }

    /// Where what stands before a number begins, without "another", "the".
    fn before_determiners(&self, found: &Found) -> Option<usize> {
        let start = found.tokens.start;
        let skipped =
            (1..=4).take_while(|&back| back <= start && self.is(start - back, self.language.determiners)).count();
        start.checked_sub(skipped + 1)
    }

    /// "Killed 49", "wounding at least 12 others".
    fn verb_before(&self, found: &Found) -> Option<usize> {
        let language = self.language;
        let at = self.before_determiners(found)?;
        let is_passive = at > 0 && self.is(at - 1, language.passive);
        let is_verb = self.is(at, language.verbs) && (!found.is_pronoun || self.stands_alone(found))
            || self.is(at, language.taking_verbs) && self.stands_alone(found);
        (is_verb && !is_passive).then_some(at)
    }

    fn loss_before(&self, found: &Found) -> bool {
        self.before_determiners(found).is_some_and(|at| self.is(at, self.language.losing_verbs))
    }

    /// "The dead numbered 204", "a death toll of 286", "an army of 300".
    fn total_before(&self, found: &Found) -> Option<usize> {
        let language = self.language;
        if found.is_like_year || found.is_pronoun {
            return None;
        }
        let before = self.before_determiners(found);
        if let Some(lead) = before.filter(|&lead| self.is(lead, language.tight_leads)) {
            let at = lead.checked_sub(1).filter(|_| !is_small(found) || self.stands_alone(found))?;
            return (self.is(at, language.totals) || self.is(at, language.bodies)).then_some(at);
        }
        let is_lead = |&at: &usize| self.is(at, language.leads) || self.tokens[at].text == ":";
        // "Exceeded 1,000": there the lead qualifies the number too.
        let lead = Some(found.tokens.start).filter(is_lead).or(before.filter(is_lead))?;
        if !self.stands_alone(found) {
            return None;
        }
        (1..=REACH_BACK)
            .map_while(|back| lead.checked_sub(back))
            .take_while(|&at| matches!(self.tokens[at].kind, Kind::Word | Kind::Bound | Kind::Hyphen))
            .find(|&at| self.is(at, language.totals))
    }

    /// Whether no noun follows a number: it ends a clause, or a preposition or a name comes next.
    fn stands_alone(&self, found: &Found) -> bool {
        let end = found.tokens.end;
        self.tokens.get(end).is_none_or(|token| match token.kind {
            Kind::Word => {
                let Language { stops, passive, through, .. } = self.language;
                token.capital || [stops, passive, through].iter().any(|words| token.is_word(words))
            }
            _ => true,
        })
    }
}

fn is_small(found: &Found) -> bool {
    !found.spoken.vague && found.spoken.low.or(found.spoken.high).is_none_or(|n| n <= SMALL)
}
