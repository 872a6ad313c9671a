//! First: where each of many texts stands first in longer ones, all of them found in one pass. One by one they would take time by
//! the square, where somebody writes a long text full of them.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// How many bytes of texts are looked for in one pass: what finds them takes some thirty times as much.
const MOST_AT_ONCE: usize = 4 << 20;

/// How many matches are looked at before what has been found is looked for no more: of texts that end in one another many match at
/// each byte.
const MOST_MATCHES: usize = if cfg!(test) { 64 } else { 16 << 20 };

/// Of each text that is wanted, the first of `texts` that holds it, and the byte it first begins at there. Nearly all is done in
/// one pass; only for very many texts `texts` are gone through again.
pub fn places<T: AsRef<str>>(
    wanted: &[&str],
    texts: &(impl Iterator<Item = T> + Clone),
) -> Vec<Option<(usize, usize)>> {
    let mut distinct = wanted.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let mut found = Vec::with_capacity(distinct.len());
    let mut left = &*distinct;
    while !left.is_empty() {
        let (some, others) = left.split_at(at_once(left));
        found.extend(places_of_some(some, texts.clone()));
        left = others;
    }
    let place = |wanted: &&str| distinct.binary_search(wanted).ok().and_then(|at| found[at]);
    wanted.iter().map(place).collect()
}

/// How many of these are looked for in one pass, one at least.
fn at_once(texts: &[&str]) -> usize {
    let room = texts.iter().scan(0, |all, text| {
        *all += text.len();
        (*all <= MOST_AT_ONCE).then_some(())
    });
    room.count().max(1)
}

/// The same of fewer texts.
fn places_of_some<T: AsRef<str>>(wanted: &[&str], texts: impl Iterator<Item = T>) -> Vec<Option<(usize, usize)>> {
    let mut places = vec![None; wanted.len()];
    let mut left: Vec<usize> = (0..wanted.len()).collect();
    let mut finder = finder(wanted, &left);
    for (n, text) in texts.enumerate() {
        while !gone_through(&finder, text.as_ref(), |pattern, start| {
            places[left[pattern]].get_or_insert((n, start));
        }) {
            left.retain(|at| places[*at].is_none());
            finder = self::finder(wanted, &left);
        }
    }
    places
}

fn finder(wanted: &[&str], left: &[usize]) -> AhoCorasick {
    let wanted = left.iter().map(|at| wanted[*at]);
    let finder = AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).build(wanted);
    finder.expect("texts of some MiB are no more states than can be counted")
}

/// Hands each match to `see`, those of one text in their order. Whether it has come to the end of `text`: not where there are more
/// than [`MOST_MATCHES`].
fn gone_through(finder: &AhoCorasick, text: &str, mut see: impl FnMut(usize, usize)) -> bool {
    let mut room = MOST_MATCHES;
    for found in finder.find_overlapping_iter(text) {
        see(found.pattern().as_usize(), found.start());
        room -= 1;
        if room == 0 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one_by_one(wanted: &[&str], texts: &[&str]) -> Vec<Option<(usize, usize)>> {
        let place = |wanted: &&str| texts.iter().enumerate().find_map(|(n, text)| Some((n, text.find(*wanted)?)));
        wanted.iter().map(place).collect()
    }

    #[test]
    fn each_is_found_where_it_stands_first() {
        let (wanted, texts) = (["b", "", "cab", "ß", "b", "abd"], ["", "ab ß", "cabd b"]);
        let found = vec![Some((1, 1)), Some((0, 0)), Some((2, 0)), Some((1, 3)), Some((1, 1)), Some((2, 1))];
        assert_eq!(places(&wanted, &texts.iter()), found);
        assert_eq!(places(&["a"], &[""; 0].iter()), [None]);
        assert_eq!(places(&[], &texts.iter()), []);
    }

    #[test]
    fn what_is_too_much_for_one_pass_is_found_in_several() {
        let long = "a".repeat(MOST_AT_ONCE);
        let wanted = [&*long, "b", &long[1..], "c"];
        assert_eq!(places(&wanted, &[format!("b{long}")].iter()), [Some((0, 1)), Some((0, 0)), Some((0, 1)), None]);
    }

    proptest! {
        #[test]
        fn all_at_once_and_one_by_one_are_the_same(
            wanted in prop::collection::vec("[abß]{0,5}", 0..12),
            texts in prop::collection::vec("[abß]{0,80}", 0..4),
        ) {
            let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(places(&wanted, &texts.iter()), one_by_one(&wanted, &texts));
        }
    }
}
