//! Articles that nobody wrote: sentences of made-up words, in the shape of explainers. The same number gives the same
//! articles everywhere.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]

use std::fmt::Write as _;

/// The sections, each an eighth of the articles.
pub(crate) const SECTIONS: [&str; 8] =
    ["politics", "economy", "health", "science", "climate", "technology", "world", "culture"];

/// How many tags there are; an article has three.
const TAGS: u64 = 40;

/// The seconds from 2012 on in which articles are dated.
const SPAN: u64 = 13 * 365 * 86_400;

/// An article.
pub(crate) struct Article {
    /// Its title, without a full stop.
    pub title: String,
    /// Its file's name without the ending.
    pub slug: String,
    /// One of [`SECTIONS`].
    pub section: &'static str,
    /// When it was published, as RFC 3339.
    pub date: String,
    /// When it was last changed, as RFC 3339.
    pub updated: String,
    /// A sentence on it.
    pub description: String,
    /// Its tags, in the order of the alphabet.
    pub tags: Vec<String>,
    /// Its text in Markdown; links to others are `{{section/slug}}`.
    pub text: String,
}

/// `count` articles of about a thousand words: headings on two levels, lists, a table, a quotation, a footnote, emphasis, code and
/// five links to others.
pub(crate) fn articles(count: usize) -> Vec<Article> {
    let mut writer = Writer::new(2022);
    let mut articles: Vec<Article> = (0..count).map(|at| writer.article(at)).collect();
    let addresses: Vec<String> =
        articles.iter().map(|article| format!("{}/{}", article.section, article.slug)).collect();
    for article in &mut articles {
        article.text = writer.text(&addresses);
    }
    articles
}

/// Facts that never happened, as files below `content/`: so many events, half as many figures of them, what both need, and
/// a page for each fiftieth event that cites twenty events and figures.
pub(crate) fn facts(events: usize) -> Vec<(String, String)> {
    let mut writer = Writer::new(1988);
    let (places, actors, sources) = (events / 200 + 1, events / 500 + 2, events / 50 + 1);
    let mut files = vec![
        ("_index.md".to_owned(), "---\ntitle: Facts\n---\n".to_owned()),
        ("timeline.md".to_owned(), "---\ntitle: Timeline\nkind: timeline\n---\nAll that happened.\n".to_owned()),
        ("pages/_index.md".to_owned(), "---\ntitle: Pages\n---\n".to_owned()),
    ];
    let mut text = String::from("places:\n");
    for at in 0..places {
        let (lat, lon) = (writer.from(380_000, 419_999), writer.from(430_000, 499_999));
        let _ = writeln!(
            text,
            "  place-{at}: {{ name: {}, type: village, coordinates: [{}.{:04}, {}.{:04}] }}",
            writer.phrase(1),
            lon / 10_000,
            lon % 10_000,
            lat / 10_000,
            lat % 10_000
        );
    }
    text.push_str("actors:\n");
    for at in 0..actors {
        let _ = writeln!(text, "  actor-{at}: {{ name: {}, type: state-forces }}", writer.phrase(2));
    }
    text.push_str("sources:\n");
    for at in 0..sources {
        let title = writer.phrase(6);
        let _ = writeln!(
            text,
            "  source-{at}: {{ type: report, title: {title}, date: 2022-01-01, url: \"https://sources.example/{at}\", archive: {{ url: \"https://archive.example/{at}\", date: 2022-01-02 }} }}"
        );
    }
    files.push(("facts/about.yaml".to_owned(), text));
    for (number, start) in (0..events).step_by(1000).enumerate() {
        let (mut told, mut counted) = (String::from("events:\n"), String::from("figures:\n"));
        for at in start..(start + 1000).min(events) {
            let (date, title, summary) = (Writer::day(at), writer.phrase(6), writer.sentence(None));
            let (place, actor) = (writer.below(places), writer.below(actors));
            let (source, other) = (writer.below(sources), writer.below(sources));
            let _ = writeln!(
                told,
                "  event-{at}:\n    title: {title}\n    date: {date}\n    summary: >\n      {summary}\n    places: [place-{place}]\n    \
                 participants:\n      - {{ actor: actor-{actor}, role: belligerent }}\n    importance: {}\n    sources: [source-{source}, source-{other}]",
                at % 5 + 1
            );
            if at % 2 == 0 {
                let low = writer.from(1, 40);
                let high = low + writer.from(1, 40);
                let _ = writeln!(
                    counted,
                    "  figure-{at}:\n    measure: killed\n    scope: {{ event: event-{at} }}\n    low: {low}\n    high: {high}\n    \
                     as_of: {date}\n    attribution: {{ counted_by: actor-{actor} }}\n    sources: [source-{source}, source-{other}]"
                );
            }
        }
        files.push((format!("facts/events-{number}.yaml"), told));
        files.push((format!("facts/figures-{number}.yaml"), counted));
    }
    for at in 0..events / 50 {
        let day = Writer::day(at);
        let mut text = format!("---\ntitle: {}\ndate: {day}\nupdated: {day}\ntags: [facts]\n---\n", writer.phrase(6));
        for _ in 0..10 {
            let (event, figure) = (writer.below(events), writer.below(events) / 2 * 2);
            let source = writer.below(sources);
            let pieces = [format!("[[event-{event}]]"), format!("[[figure-{figure}]]"), format!("[@source-{source}]")];
            let _ = write!(text, "\n{}\n", writer.paragraph(&pieces));
        }
        files.push((format!("pages/page-{at:05}.md"), text));
    }
    files
}

/// Draws words.
struct Writer {
    state: u64,
    words: Vec<String>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let mut writer = Self { state: seed, words: Vec::new() };
        let common = ["the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "was", "on", "by", "as", "with"];
        writer.words.extend(common.map(str::to_owned));
        while writer.words.len() < 3000 {
            let word = writer.new_word();
            if !writer.words.contains(&word) {
                writer.words.push(word);
            }
        }
        writer
    }

    /// The next number of `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both among them.
    fn from(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// A number below `count`.
    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).unwrap_or_default()
    }

    /// A day of the 33 years from 1988 on, for each number another.
    fn day(at: usize) -> String {
        let days = i64::try_from(at * 7919 % 12_000).expect("few days");
        moment((days - 24 * 365 - 6) * 86_400)[..10].to_owned()
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = self.from(0, of.len() as u64 - 1);
        of[usize::try_from(at).unwrap_or_default()]
    }

    fn new_word(&mut self) -> String {
        let begins =
            ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "cl", "gr", "pl", "st", "th"];
        let vowels = ["a", "e", "i", "o", "u", "ea", "ou", "ai"];
        let ends = ["", "n", "r", "s", "t", "l", "nd", "st", "m", "ng"];
        let mut word = String::new();
        for _ in 0..self.from(1, 3) {
            word.push_str(self.one(&begins));
            word.push_str(self.one(&vowels));
        }
        word + self.one(&ends)
    }

    /// A word; the earlier of the list are the likelier, as in English.
    fn word(&mut self) -> String {
        let share = self.from(0, 1 << 20) as f64 / f64::from(1 << 20);
        let at = (self.words.len() as f64).powf(share) - 1.0;
        self.words[(at as usize).min(self.words.len() - 1)].clone()
    }

    fn words(&mut self, count: u64) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// Words that begin with a capital letter.
    fn phrase(&mut self, count: u64) -> String {
        let words = self.words(count);
        words[..1].to_uppercase() + &words[1..]
    }

    fn sentence(&mut self, piece: Option<&str>) -> String {
        let before = self.from(4, 9);
        let mut sentence = self.phrase(before);
        if let Some(piece) = piece {
            sentence.push(' ');
            sentence.push_str(piece);
        }
        let after = self.from(4, 11);
        let rest = self.words(after);
        let comma = if before > 6 { ", " } else { " " };
        sentence + comma + &rest + "."
    }

    /// A paragraph, each of `pieces` in a sentence of its own.
    fn paragraph(&mut self, pieces: &[String]) -> String {
        let count = usize::try_from(self.from(3, 4)).unwrap_or_default().max(pieces.len());
        let sentences: Vec<String> = (0..count).map(|i| self.sentence(pieces.get(i).map(String::as_str))).collect();
        sentences.join(" ")
    }

    fn article(&mut self, at: usize) -> Article {
        let length = self.from(5, 9);
        let title = self.phrase(length);
        let beginning: Vec<String> = title.to_lowercase().split(' ').take(6).map(str::to_owned).collect();
        let published = i64::try_from(self.from(0, SPAN)).expect("few seconds");
        let updated = published + i64::try_from(self.from(0, 180 * 86_400)).expect("few seconds");
        let mut tags: Vec<String> = Vec::new();
        while tags.len() < 3 {
            let tag = format!("tag-{:02}", self.from(0, TAGS - 1));
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags.sort();
        let length = self.from(14, 22);
        Article {
            slug: format!("{}-{at:05}", beginning.join("-")),
            section: SECTIONS[at % SECTIONS.len()],
            date: moment(published),
            updated: moment(updated),
            description: self.phrase(length) + ".",
            tags,
            text: String::new(),
            title,
        }
    }

    fn text(&mut self, addresses: &[String]) -> String {
        let links: Vec<String> = (0..5)
            .map(|_| {
                let to = self.from(0, addresses.len() as u64 - 1);
                let to = &addresses[usize::try_from(to).unwrap_or_default()];
                format!("[{}]({{{{{to}}}}})", self.words(3))
            })
            .collect();
        let strong = format!("**{}**", self.words(2));
        let soft = format!("*{}*", self.words(3));
        let code = format!("`{}_{}()`", self.word(), self.word());
        let noted = self.word() + "[^1]";
        let mut blocks =
            vec![self.paragraph(&[links[0].clone(), strong]), self.paragraph(&[soft, links[1].clone(), code, noted])];
        for section in 0..5 {
            let length = self.from(3, 6);
            blocks.push(format!("## {}", self.phrase(length)));
            let linked: Vec<String> = links.get(2 + section).cloned().into_iter().collect();
            blocks.push(self.paragraph(&linked));
            blocks.extend(self.block(section));
            blocks.push(self.paragraph(&[]));
        }
        blocks.push(format!("[^1]: {}", self.sentence(None)));
        blocks.join("\n\n") + "\n"
    }

    /// What a section has beside its paragraphs.
    fn block(&mut self, section: usize) -> Vec<String> {
        match section {
            0 => vec![(0..4).map(|_| format!("- {}", self.sentence(None))).collect::<Vec<_>>().join("\n")],
            1 => {
                let mut table = format!(
                    "| {} | {} | {} | {} |\n|---|---|--:|--:|",
                    self.phrase(1),
                    self.phrase(1),
                    self.phrase(1),
                    self.phrase(1)
                );
                for _ in 0..6 {
                    let (count, share) = (self.from(0, 9999), self.from(0, 99));
                    let _ = write!(table, "\n| {} | {} | {count} | {share} |", self.phrase(2), self.phrase(1));
                }
                vec![format!("### {}", self.phrase(4)), self.paragraph(&[]), table]
            }
            2 => {
                let quotation = format!("> {}\n> {}", self.sentence(None), self.sentence(None));
                vec![quotation, format!("### {}", self.phrase(3)), self.paragraph(&[])]
            }
            3 => vec![(1..=4).map(|n| format!("{n}. {}", self.sentence(None))).collect::<Vec<_>>().join("\n")],
            _ => Vec::new(),
        }
    }
}

/// A moment as RFC 3339, so many seconds after 2012 began.
fn moment(seconds: i64) -> String {
    let begin = jiff::Timestamp::from_second(1_325_376_000).expect("2012 is in range");
    (begin + jiff::SignedDuration::from_secs(seconds)).to_string()
}
