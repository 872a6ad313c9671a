//! First: where each of many texts stands first in longer ones, all of them found in one pass (Aho and Corasick, "Efficient
//! string matching", 1975). One by one they would take time by the square, where somebody writes a long text full of them.

/// How many bytes of texts are looked for in one pass: what finds them takes some thirty times as much.
const MOST_AT_ONCE: usize = 4 << 20;

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

/// The same of texts in the order of their bytes, each once.
fn places_of_some<T: AsRef<str>>(sorted: &[&str], texts: impl Iterator<Item = T>) -> Vec<Option<(usize, usize)>> {
    let tree = Tree::of(sorted);
    let ends = tree.first_ends(texts);
    let place = |text: &&str| ends[tree.node(text)].map(|(n, end)| (n, end - text.len()));
    sorted.iter().map(place).collect()
}

/// The root of a tree.
const ROOT: usize = 0;

/// Texts as a tree of their bytes: each node is what texts begin with, and texts that begin alike share nodes. Nodes stand by
/// their depth, and the children of one beside each other, by their bytes.
struct Tree {
    /// The last byte of each node.
    bytes: Vec<u8>,
    /// Where the children of each node begin; they end where those of the next begin.
    children: Vec<u32>,
    /// Of each node the longest that it ends with, which is shorter.
    shorter: Vec<u32>,
}

impl Tree {
    fn of(sorted: &[&str]) -> Self {
        let mut tree = Self { bytes: vec![0], children: vec![1], shorter: vec![number(ROOT)] };
        // Of each node at a depth, the texts that begin with it.
        let mut nodes: Vec<&[&str]> = vec![sorted];
        let (mut depth, mut node) = (0, ROOT);
        while !nodes.is_empty() {
            let mut below = Vec::new();
            for texts in nodes {
                let next = |text: &str| text.as_bytes().get(depth).copied();
                for texts in texts.chunk_by(|a, b| next(a) == next(b)) {
                    // The text that is the node itself goes no further.
                    let Some(byte) = next(texts[0]) else { continue };
                    let shorter = if node == ROOT { ROOT } else { tree.step(tree.shorter[node] as usize, byte) };
                    tree.bytes.push(byte);
                    tree.shorter.push(number(shorter));
                    below.push(texts);
                }
                tree.children.push(number(tree.bytes.len()));
                node += 1;
            }
            nodes = below;
            depth += 1;
        }
        tree
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        let (start, end) = (self.children[node] as usize, self.children[node + 1] as usize);
        self.bytes[start..end].binary_search(&byte).ok().map(|at| start + at)
    }

    /// The longest node that what has been read ends with, when `byte` comes next and it was `node` before.
    fn step(&self, mut node: usize, byte: u8) -> usize {
        loop {
            match self.child(node, byte) {
                Some(child) => return child,
                None if node == ROOT => return ROOT,
                None => node = self.shorter[node] as usize,
            }
        }
    }

    /// The node of a text that is in the tree.
    fn node(&self, text: &str) -> usize {
        text.bytes().fold(ROOT, |node, byte| self.child(node, byte).expect("the text is in the tree"))
    }

    /// Of each node, the first of `texts` that holds it, and where it first ends there.
    fn first_ends<T: AsRef<str>>(&self, texts: impl Iterator<Item = T>) -> Vec<Option<(usize, usize)>> {
        let mut ends = vec![None; self.bytes.len()];
        for (n, text) in texts.enumerate() {
            let mut node = ROOT;
            ends[node].get_or_insert((n, 0));
            for (at, byte) in text.as_ref().bytes().enumerate() {
                node = self.step(node, byte);
                ends[node].get_or_insert((n, at + 1));
            }
        }
        // Where a node ends, each that it ends with does: those are told of at the end, so that no byte is looked at for all of them.
        for node in (1..ends.len()).rev() {
            let shorter = self.shorter[node] as usize;
            ends[shorter] = [ends[shorter], ends[node]].into_iter().flatten().min();
        }
        ends
    }
}

/// The number of a node as it is kept.
fn number(node: usize) -> u32 {
    u32::try_from(node).expect("a text is shorter than 4 GiB")
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
            texts in prop::collection::vec("[abß]{0,24}", 0..4),
        ) {
            let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(places(&wanted, &texts.iter()), one_by_one(&wanted, &texts));
        }
    }
}
