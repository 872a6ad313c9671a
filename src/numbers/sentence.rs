//! Sentences: where each begins and ends, with the citations that belong to it.

use super::Language;
use std::ops::Range;

/// What stands for a citation.
const CITATION: char = '\u{fffb}';

/// Byte ranges of the sentences of a text, in order, without the space around them. A citation that stands behind the
/// full stop belongs to the sentence before it, with a space between them only if another sentence follows. A blank
/// line ends a sentence whatever stands there. A language without rules of its own has no sentences.
pub fn sentences(text: &str, lang: &str) -> Vec<Range<usize>> {
    let Some(language) = super::of(lang) else { return Vec::new() };
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut push = |start: usize, end: usize| {
        let sentence = &text[start..end];
        let begin = start + (sentence.len() - sentence.trim_start().len());
        if !sentence.trim().is_empty() {
            sentences.push(begin..begin + sentence.trim().len());
        }
    };
    let mut at = 0;
    while let Some(next) = text[at..].find(['.', '!', '?', '…', '\n']).map(|found| at + found) {
        let end =
            if text[next..].starts_with('\n') { blank_line(text, next) } else { stop(text, start, next, language) };
        match end {
            Ok(end) => {
                push(start, end);
                (at, start) = (end, end);
            }
            Err(next) => at = next,
        }
    }
    push(start, text.len());
    sentences
}

/// Behind the blank line that begins here, or else where to look further.
fn blank_line(text: &str, at: usize) -> Result<usize, usize> {
    let space = text[at..].len() - text[at..].trim_start().len();
    let end = at + space;
    if text[at..end].matches('\n').count() > 1 { Ok(end) } else { Err(end) }
}

/// Behind the stop that stands here, if it ends a sentence, or else where to look further.
fn stop(text: &str, start: usize, at: usize, language: &Language) -> Result<usize, usize> {
    let stops = run(&text[at..], |c| matches!(c, '.' | '!' | '?' | '…'));
    let closed = at + stops + run(&text[at + stops..], is_closing);
    let end = citations(text, closed);
    let rest = &text[end..];
    let next = rest.trim_start();
    let mut letters = next.trim_start_matches(is_opening).chars();
    let Some(first) = letters.next() else { return Ok(end) };
    let is_parted = next.len() < rest.len();
    if !is_parted || first.is_lowercase() || matches!(first, ',' | ';' | ':' | '–' | '—') {
        return Err(end);
    }
    let is_stop = &text[at..at + stops] == ".";
    if is_stop && end == closed && is_abbreviated(&text[start..at], next, first, language) { Err(end) } else { Ok(end) }
}

/// How many bytes at the head of a text are such letters.
fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.len() - text.trim_start_matches(is).len()
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '’' | '\'' | '»' | ')' | ']' | '*' | '_')
}

fn is_opening(c: char) -> bool {
    matches!(c, '"' | '“' | '„' | '‘' | '\'' | '«' | '(' | '[' | '*' | '_')
}

/// The end of the citations behind a stop. With a space before them they are this sentence's own as long as no lower
/// case follows: "[@x] reports" begins a sentence.
fn citations(text: &str, at: usize) -> usize {
    let mut end = at;
    loop {
        let rest = text[end..].trim_start_matches([' ', '\u{a0}', '\n']);
        let space = &text[end..text.len() - rest.len()];
        let behind = rest.trim_start_matches(CITATION);
        if behind.len() == rest.len() {
            return end;
        }
        let next = behind.trim_start().chars().next();
        if space.matches('\n').count() > 1 || !space.is_empty() && next.is_some_and(char::is_lowercase) {
            return end;
        }
        end = text.len() - behind.len();
    }
}

/// Whether the stop behind a text ends an abbreviation and not the sentence.
fn is_abbreviated(before: &str, next: &str, first: char, language: &Language) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '.';
    let begin = before.char_indices().rev().take(12).take_while(|(_, c)| is_part(*c)).last();
    let word = begin.map_or("", |(at, _)| &before[at..]);
    let lower = word.to_lowercase();
    if language.abbreviations_of_numbered.contains(&&*lower) {
        return first.is_numeric();
    }
    if language.abbreviations.contains(&&*lower) {
        return true;
    }
    // `U.S.`, and the initial of a name.
    let initials = !word.is_empty()
        && word.split('.').all(|part| part.chars().count() == 1 && !part.starts_with(char::is_numeric));
    let opener = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    initials && !language.openers.contains(&&*opener)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each case is a text whose sentences are parted by `|`.
    fn check(cases: &[&str]) {
        for case in cases {
            let text = case.replace('|', " ");
            let told: Vec<_> = sentences(&text, "en").into_iter().map(|range| text[range].trim().to_owned()).collect();
            let wanted: Vec<_> = case.split('|').map(|part| part.trim().to_owned()).collect();
            assert_eq!(told, wanted, "{case}");
        }
    }

    #[test]
    fn a_stop_ends_a_sentence() {
        check(&[
            "One died.|Two were hurt.",
            "Who began?|Nobody knows!|That is all.",
            "It ended in 2020.|12 people were killed.",
            "“They fired first.”|Armenia denied it.",
            "He said: “They fired.”|“We did not.”",
            "(Both say so.)|The rest is open.",
            "It went on…|Then it stopped.",
            "A line\nbroken in two.|Another.",
            "No stop at the end",
            "The ￼ fell.|￼ denied it.",
        ]);
    }

    #[test]
    fn a_stop_inside_a_sentence() {
        check(&[
            "Mr. Aliyev met Gen. Smith near St. Petersburg.|They spoke.",
            "The U.S. Army, e.g. its 1.2 million soldiers, i.e. all.",
            "The U.S. forces left.|In the U.S.|They stayed.",
            "J. K. Rowling wrote it.|He read it.",
            "On Sept. 27 it began; see Nos. 4 and No. 5, pp. 6.",
            "He said no.|Then he left.",
            "It fell by 0.5 percent.|It rose.",
            "“Did they fire?” he asked.",
            "They came... and went.",
            "See backgrounder.example for more.",
        ]);
    }

    #[test]
    fn a_citation_stays_with_its_sentence() {
        let split =
            |text: &str| sentences(text, "en").into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(split("Two died.￻ Three fled."), ["Two died.￻", "Three fled."]);
        assert_eq!(split("Two died ￻. Three fled."), ["Two died ￻.", "Three fled."]);
        assert_eq!(split("Two died. ￻ ￻ Three fled."), ["Two died. ￻ ￻", "Three fled."]);
        assert_eq!(split("Two died. ￻ reports that three fled."), ["Two died.", "￻ reports that three fled."]);
        assert_eq!(split("He said “two died.”￻ Three fled."), ["He said “two died.”￻", "Three fled."]);
        assert_eq!(split("Two died in the U.S.￻ Russia fled."), ["Two died in the U.S.￻", "Russia fled."]);
        assert_eq!(split("Two died.\n\n￻ Three fled."), ["Two died.", "￻ Three fled."]);
        assert_eq!(split("Two died.￻￻"), ["Two died.￻￻"]);
    }

    #[test]
    fn a_blank_line_ends_a_sentence() {
        let split =
            |text: &str| sentences(text, "en").into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(split("A heading\n\nA text.\n \nEnd"), ["A heading", "A text.", "End"]);
        assert_eq!(split("  \n\n "), Vec::<String>::new());
        assert!(sentences("Two died.", "hy").is_empty());
    }
}
