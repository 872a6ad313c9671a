//! A figure: a count, who counted, what, when and how.

use super::{Age, Assessment, Cause, Chain, Method, Qualifier, Sex, SourceUse, Status};
use crate::date::Edtf;
use crate::decode::{
    ActorRef, Count, CounterRef, EventRef, FigureRef, Label, Number, PlaceRef, Some1, SourceRef, Text,
};
use crate::decode::{Fields, Reading};
use crate::diagnostic::Diagnostic;
use crate::record;

record! {
    /// A count of people or things.
    Figure {
        /// What is counted: `killed`, `injured`, `missing`, `captured`, `detained`, `displaced`, `destroyed`, or free.
        measure: String,
        /// What is counted in, when not people.
        unit: Option<String>,
        /// What the count covers.
        scope: Scope,
        /// The least it can be.
        low: Option<Count>,
        /// The number given as the likeliest.
        best: Option<Count>,
        /// The most it can be.
        high: Option<Count>,
        /// How the number is meant.
        qualifier: Option<Qualifier>,
        /// Up to when it counts.
        as_of: Edtf,
        /// When it was told.
        reported: Option<Edtf>,
        /// Who counted, and through whom it comes.
        attribution: Attribution,
        /// How it was counted.
        method: Option<Method>,
        /// The level of confidence of an estimate, such as 0.95.
        confidence_level: Option<Number>,
        /// How well it is borne out.
        assessment: Option<Assessment>,
        /// The parts it was given in.
        parts: Vec<Part>,
        /// What it takes in, in words.
        includes: Option<Text>,
        /// What it leaves out, in words.
        excludes: Option<Text>,
        /// The figure that it is part of.
        part_of: Option<FigureRef>,
        /// Figures that count some of the same.
        overlaps: Vec<FigureRef>,
        /// The figure that it takes the place of.
        supersedes: Option<FigureRef>,
        /// The stretch of the story that a cumulative count belongs to.
        episode: Option<String>,
        /// The day by which it wants another look.
        review_by: Option<Edtf>,
        /// What it was before.
        history: Vec<Past>,
        /// What it rests on.
        sources: Some1<SourceUse>,
        /// What a reader should know.
        note: Option<Text>,
    }
}

record! {
    /// What a count covers.
    Scope {
        /// The event.
        event: Option<EventRef>,
        /// The time.
        period: Option<Edtf>,
        /// The area: a place.
        area: Option<PlaceRef>,
        /// Whose people: actors.
        sides: Vec<ActorRef>,
        /// By status.
        status: Option<Status>,
        /// By sex.
        sex: Option<Sex>,
        /// By age.
        age: Option<Age>,
        /// By cause.
        cause: Option<Cause>,
        /// Whether only deaths by violence itself count.
        direct: Option<bool>,
    }
}

record! {
    /// Who counted, and through whom the number comes.
    Attribution {
        /// Who counted.
        counted_by: CounterRef,
        /// Who reported the count.
        reported_by: Option<SourceRef>,
        /// How near the reporter stood to the count.
        chain: Option<Chain>,
    }
}

record! {
    /// A part of a count.
    Part {
        /// What it is called.
        label: Label,
        /// Whose people.
        side: Option<ActorRef>,
        /// The least it can be.
        low: Option<Count>,
        /// The likeliest.
        best: Option<Count>,
        /// The most it can be.
        high: Option<Count>,
    }
}

record! {
    /// What a count was before.
    Past {
        /// When it was so.
        date: Edtf,
        /// The least it could be.
        low: Option<Count>,
        /// The likeliest.
        best: Option<Count>,
        /// The most it could be.
        high: Option<Count>,
        /// Why it came to this.
        reason: Option<Text>,
        /// Where it was told.
        source: Option<SourceRef>,
    }
}

/// The numbers of a count and how they are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least it can be.
    pub low: Option<u64>,
    /// The likeliest.
    pub best: Option<u64>,
    /// The most it can be.
    pub high: Option<u64>,
    /// How the number is meant.
    pub qualifier: Option<Qualifier>,
}

impl Figure {
    /// The numbers and how they are meant.
    pub fn bounds(&self) -> Bounds {
        bounds(self.low, self.best, self.high, self.qualifier)
    }

    /// Whether it has a number at all; if not, that is told.
    pub fn check(&self, fields: &Fields<'_>, reading: &mut Reading<'_>) -> bool {
        let some = self.low.is_some() || self.best.is_some() || self.high.is_some();
        if !some {
            let help = "give one of `low`, `best` and `high` at least, and none that nobody gave";
            reading
                .wrong
                .push(Diagnostic::error("missing-key", fields.place(), "this figure has no number").help(help));
        }
        some
    }

    /// "Killed: Second Karabakh war, counted by Reuters". What a count leaves out is in it: a count of some would read as one of all.
    pub fn title(&self, lang: &str, name: &dyn Fn(&str) -> String) -> String {
        let mut title = capitalised(&self.measure);
        if let Some(unit) = self.unit.as_deref().filter(|unit| *unit != "people") {
            title += &format!(" ({unit})");
        }
        if let Some(event) = &self.scope.event {
            title += &format!(": {}", name(&event.0.value));
        } else if let Some(area) = &self.scope.area {
            title += &format!(": {}", name(&area.0.value));
        }
        if let Some(period) = &self.scope.period {
            title += &format!(" ({})", period.words(lang));
        }
        let sides: Vec<_> = self.scope.sides.iter().map(|side| name(&side.0.value)).collect();
        if !sides.is_empty() {
            title += &format!(", {}", sides.join(" and "));
        }
        for group in self.scope.groups() {
            title += &format!(", {group}");
        }
        if let Some(area) = self.scope.area.as_ref().filter(|_| self.scope.event.is_some()) {
            title += &format!(", in {}", name(&area.0.value));
        }
        if self.scope.direct == Some(true) {
            title += ", direct deaths only";
        }
        format!("{title}, counted by {}", name(&self.attribution.counted_by.0.value))
    }
}

impl Scope {
    /// Whom it counts of all, by status, sex, age and cause, in words.
    fn groups(&self) -> impl Iterator<Item = String> {
        let Self { status, sex, age, cause, .. } = self;
        let whom = [status.map(Status::as_str), sex.map(Sex::as_str), age.map(Age::as_str)].map(|word| (word, ""));
        let groups = whom.into_iter().chain([(cause.map(Cause::as_str), "by ")]);
        groups.filter_map(|(word, by)| Some((word.filter(|word| !matches!(*word, "all" | "unknown"))?, by))).map(
            |(word, by)| {
                let words = match word {
                    "civilian" => "civilians",
                    "other-protected-person" => "other protected persons",
                    "member-of-armed-forces" => "soldiers",
                    "person-directly-participating-in-hostilities" => "fighters outside the armed forces",
                    "man" => "men and boys",
                    "woman" => "women and girls",
                    "adult" => "adults",
                    "child" => "children",
                    "planted-explosives-and-uxo" => "mines and unexploded ordnance",
                    "cbrn" => "chemical, biological, radiological or nuclear weapons",
                    other => &other.replace('-', " "),
                };
                format!("{by}{words}")
            },
        )
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Part {
    /// Its numbers.
    pub fn bounds(&self) -> Bounds {
        bounds(self.low, self.best, self.high, None)
    }
}

impl Past {
    /// Its numbers.
    pub fn bounds(&self) -> Bounds {
        bounds(self.low, self.best, self.high, None)
    }
}

fn bounds(low: Option<Count>, best: Option<Count>, high: Option<Count>, qualifier: Option<Qualifier>) -> Bounds {
    let number = |count: Option<Count>| count.map(|count| count.0);
    Bounds { low: number(low), best: number(best), high: number(high), qualifier }
}

impl Bounds {
    /// Whether the numbers go with their qualifier: there is no most where nobody gave one, `exact` is one
    /// number, and `up-to` has a most.
    pub fn fits_qualifier(&self) -> bool {
        let mut numbers = [self.low, self.best, self.high].into_iter().flatten();
        let first = numbers.next();
        match self.qualifier.map(Qualifier::as_str) {
            Some("at-least" | "more-than") => self.high.is_none(),
            Some("exact") => numbers.all(|n| Some(n) == first),
            Some("up-to") => self.high.is_some(),
            Some("about" | "nearly") => self.low.is_some() || self.best.is_some(),
            _ => true,
        }
    }

    /// The numbers in words for readers of `lang`: "at least 6,500", "between 133 and 164", "about 44,000".
    /// Languages without words of their own get the numbers with signs: "≥ 6500", "≈ 44000".
    pub fn words(&self, lang: &str) -> String {
        if lang.starts_with("en") { self.english() } else { self.signs() }
    }

    fn english(&self) -> String {
        match (self.qualifier.map(Qualifier::as_str), self.low, self.best, self.high) {
            (Some("more-than"), Some(n), ..) | (Some("more-than"), None, Some(n), _) => {
                format!("more than {}", grouped(n))
            }
            (Some("at-least"), Some(n), None, None) | (Some("at-least"), None, Some(n), _) => {
                format!("at least {}", grouped(n))
            }
            (Some("up-to"), _, _, Some(n)) | (Some("up-to"), _, Some(n), None) => format!("up to {}", grouped(n)),
            (Some(word @ ("about" | "nearly")), _, Some(n), _)
            | (Some(word @ ("about" | "nearly")), Some(n), None, None) => {
                format!("{word} {}", grouped(n))
            }
            (_, Some(low), None, Some(high)) if low == high => grouped(low),
            (Some(word @ ("about" | "nearly")), Some(low), None, Some(high)) => {
                format!("{word} {} to {}", grouped(low), grouped(high))
            }
            (_, Some(low), None, Some(high)) => format!("between {} and {}", grouped(low), grouped(high)),
            (_, low, Some(best), high) => match (low.filter(|n| *n != best), high.filter(|n| *n != best)) {
                (Some(low), Some(high)) => {
                    format!("{} (between {} and {})", grouped(best), grouped(low), grouped(high))
                }
                (Some(low), None) => format!("{} (at least {})", grouped(best), grouped(low)),
                (None, Some(high)) => format!("{} (up to {})", grouped(best), grouped(high)),
                (None, None) => grouped(best),
            },
            (_, Some(low), None, None) => format!("at least {}", grouped(low)),
            (_, None, None, Some(high)) => format!("up to {}", grouped(high)),
            (_, None, None, None) => "not known".to_owned(),
        }
    }

    fn signs(&self) -> String {
        let number = self.best.or(self.low).or(self.high);
        match (self.qualifier.map(Qualifier::as_str), number) {
            (Some("more-than"), Some(n)) => return format!("> {}", self.low.unwrap_or(n)),
            (Some("at-least"), Some(n)) if self.low.is_none() || self.best.is_none() => return format!("≥ {n}"),
            (Some("up-to"), Some(n)) => return format!("≤ {}", self.high.unwrap_or(n)),
            (Some("about" | "nearly"), Some(n)) if self.best.is_some() || self.high.is_none() => {
                return format!("≈ {n}");
            }
            _ => {}
        }
        let vague = if matches!(self.qualifier.map(Qualifier::as_str), Some("about" | "nearly")) { "≈ " } else { "" };
        match (self.low, self.best, self.high) {
            (_, Some(best), _) => best.to_string(),
            (Some(low), None, Some(high)) if low == high => low.to_string(),
            (Some(low), None, Some(high)) => format!("{vague}{low}–{high}"),
            (Some(low), None, None) => format!("≥ {low}"),
            (None, None, Some(high)) => format!("≤ {high}"),
            (None, None, None) => "?".to_owned(),
        }
    }
}

/// A number with a comma after each thousand: `6,500`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_in_words() {
        let words = |low, best, high, qualifier: Option<&'static str>| {
            let qualifier = qualifier.map(|q| {
                let node = crate::source::At {
                    value: crate::yaml::Yaml::Scalar(q.into(), crate::yaml::Scalar::Plain),
                    span: crate::source::Span::new(crate::source::FileId(0), 0..0),
                };
                let mut wrong = Vec::new();
                let mut reading = crate::decode::Reading {
                    markdown: crate::markdown::Settings::default(),
                    unknown_keys: None,
                    langs: &[],
                    wrong: &mut wrong,
                };
                <Qualifier as crate::decode::Field>::read(&node, &mut reading).expect("a qualifier")
            });
            let bounds = Bounds { low, best, high, qualifier };
            (bounds.words("en"), bounds.words("hy"))
        };
        let signs = |low, best, high, qualifier| words(low, best, high, qualifier).1;
        let words = |low, best, high, qualifier| words(low, best, high, qualifier).0;
        assert_eq!(signs(None, Some(100), None, Some("at-least")), "≥ 100");
        assert_eq!(signs(Some(100), Some(110), None, Some("more-than")), "> 100");
        assert_eq!(signs(None, Some(100), Some(150), Some("up-to")), "≤ 150");
        assert_eq!(signs(None, Some(100), None, Some("nearly")), "≈ 100");
        assert_eq!(signs(None, Some(100), None, Some("exact")), "100");
        assert_eq!(signs(Some(110), None, Some(150), None), "110–150");
        assert_eq!(signs(Some(110), None, Some(150), Some("about")), "≈ 110–150");
        assert_eq!(signs(None, None, Some(150), Some("nearly")), "≤ 150");
        assert_eq!(words(Some(1100), None, Some(1500), Some("about")), "about 1,100 to 1,500");
        assert_eq!(words(Some(6500), None, None, Some("at-least")), "at least 6,500");
        assert_eq!(words(Some(133), None, Some(164), None), "between 133 and 164");
        assert_eq!(words(None, Some(44_000), None, Some("about")), "about 44,000");
        assert_eq!(words(Some(7000), None, None, Some("more-than")), "more than 7,000");
        assert_eq!(words(None, Some(2906), None, Some("exact")), "2,906");
        assert_eq!(words(Some(10), Some(12), Some(15), None), "12 (between 10 and 15)");
        assert_eq!(words(None, None, Some(1_000_000), Some("up-to")), "up to 1,000,000");
    }
}
