//! Numbers in English.

use super::token::{Kind, Token};
use super::{Amount, Bound, Language};

/// English: its words, and what they do to numbers.
#[rustfmt::skip] // it would give each word a line of its own
pub(super) static ENGLISH: Language = Language {
    spelled,
    magnitude,
    hints_at_number,
    hint_ends: super::ends(&HINTS),
    is_plural,
    is_demonym,

    before: &[
        (&["at", "a", "minimum"], Bound::AtLeast),
        (&["a", "minimum", "of"], Bound::AtLeast),
        (&["at", "the", "very", "least"], Bound::AtLeast),
        (&["at", "the", "least"], Bound::AtLeast),
        (&["at", "least"], Bound::AtLeast),
        (&["no", "fewer", "than"], Bound::AtLeast),
        (&["not", "fewer", "than"], Bound::AtLeast),
        (&["no", "less", "than"], Bound::AtLeast),
        (&["not", "less", "than"], Bound::AtLeast),
        (&["≥"], Bound::AtLeast),
        (&["no", "more", "than"], Bound::UpTo),
        (&["not", "more", "than"], Bound::UpTo),
        (&["as", "many", "as"], Bound::UpTo),
        (&["at", "the", "most"], Bound::UpTo),
        (&["at", "most"], Bound::UpTo),
        (&["a", "maximum", "of"], Bound::UpTo),
        (&["up", "to"], Bound::UpTo),
        (&["≤"], Bound::UpTo),
        (&["just", "under"], Bound::Nearly),
        (&["close", "to"], Bound::Nearly),
        (&["nearly"], Bound::Nearly),
        (&["almost"], Bound::Nearly),
        (&["fewer", "than"], Bound::Below),
        (&["less", "than"], Bound::Below),
        (&["under"], Bound::Below),
        (&["below"], Bound::Below),
        (&["<"], Bound::Below),
        (&["well", "over"], Bound::MoreThan),
        (&["well", "above"], Bound::MoreThan),
        (&["just", "over"], Bound::MoreThan),
        (&["more", "than"], Bound::MoreThan),
        (&["greater", "than"], Bound::MoreThan),
        (&["upwards", "of"], Bound::MoreThan),
        (&["upward", "of"], Bound::MoreThan),
        (&["in", "excess", "of"], Bound::MoreThan),
        (&["exceeding"], Bound::MoreThan),
        (&["exceeded"], Bound::MoreThan),
        (&["exceeds"], Bound::MoreThan),
        (&["over"], Bound::MoreThan),
        (&["above"], Bound::MoreThan),
        (&[">"], Bound::MoreThan),
        (&["an", "estimated"], Bound::About),
        (&["estimated"], Bound::About),
        (&["somewhere", "around"], Bound::About),
        (&["in", "the", "region", "of"], Bound::About),
        (&["about"], Bound::About),
        (&["around"], Bound::About),
        (&["some"], Bound::About),
        (&["roughly"], Bound::About),
        (&["approximately"], Bound::About),
        (&["circa"], Bound::About),
        (&["c."], Bound::About),
        (&["ca."], Bound::About),
        (&["~"], Bound::About),
        (&["≈"], Bound::About),
    ],
    after: &[
        (&["or", "more"], Bound::AtLeast),
        (&["at", "a", "minimum"], Bound::AtLeast),
        (&["at", "the", "very", "least"], Bound::AtLeast),
        (&["at", "least"], Bound::AtLeast),
        (&["and", "counting"], Bound::AtLeast),
        (&["+"], Bound::AtLeast),
        (&["or", "fewer"], Bound::UpTo),
        (&["or", "less"], Bound::UpTo),
        (&["at", "most"], Bound::UpTo),
        (&["at", "the", "most"], Bound::UpTo),
        (&["or", "so"], Bound::About),
        (&["-", "odd"], Bound::About),
        (&["odd"], Bound::About),
    ],
    opened: &[("between", "and"), ("from", "to")],
    between: &["to", "or"],

    nouns: &[
        ("civilian", "civilians"), ("noncombatant", "noncombatants"), ("soldier", "soldiers"), ("troop", "troops"),
        ("serviceman", "servicemen"), ("servicewoman", "servicewomen"), ("personnel", "personnel"),
        ("fighter", "fighters"), ("militant", "militants"), ("insurgent", "insurgents"), ("gunman", "gunmen"),
        ("combatant", "combatants"), ("conscript", "conscripts"), ("reservist", "reservists"),
        ("paratrooper", "paratroopers"), ("peacekeeper", "peacekeepers"), ("mercenary", "mercenaries"),
        ("infantryman", "infantrymen"), ("prisoner", "prisoners"), ("pow", "pows"), ("captive", "captives"),
        ("hostage", "hostages"), ("detainee", "detainees"), ("refugee", "refugees"), ("evacuee", "evacuees"),
        ("idp", "idps"), ("casualty", "casualties"), ("death", "deaths"), ("fatality", "fatalities"),
        ("victim", "victims"), ("injury", "injuries"), ("body", "bodies"), ("corpse", "corpses"),
        ("survivor", "survivors"), ("life", "lives"),
    ],
    everyday_nouns: &[
        ("person", "people"), ("person", "persons"), ("individual", "individuals"), ("man", "men"),
        ("woman", "women"), ("child", "children"), ("boy", "boys"), ("girl", "girls"), ("infant", "infants"),
        ("baby", "babies"), ("minor", "minors"), ("teenager", "teenagers"), ("student", "students"),
        ("pupil", "pupils"), ("family", "families"), ("household", "households"), ("villager", "villagers"),
        ("resident", "residents"), ("inhabitant", "inhabitants"), ("migrant", "migrants"), ("worker", "workers"),
        ("doctor", "doctors"), ("nurse", "nurses"), ("medic", "medics"), ("teacher", "teachers"), ("miner", "miners"),
        ("sailor", "sailors"), ("passenger", "passengers"), ("protester", "protesters"), ("journalist", "journalists"),
        ("volunteer", "volunteers"), ("officer", "officers"), ("policeman", "policemen"), ("guard", "guards"),
        ("crew", "crew"), ("member", "members"), ("other", "others"), ("house", "houses"), ("home", "homes"),
        ("building", "buildings"), ("dwelling", "dwellings"), ("apartment", "apartments"), ("school", "schools"),
        ("hospital", "hospitals"), ("grave", "graves"), ("tank", "tanks"), ("vehicle", "vehicles"),
        ("aircraft", "aircraft"), ("plane", "planes"), ("jet", "jets"), ("warplane", "warplanes"),
        ("helicopter", "helicopters"), ("drone", "drones"), ("missile", "missiles"), ("rocket", "rockets"),
        ("shell", "shells"), ("mine", "mines"),
    ],
    participles: &[
        "shot", "saved", "stabbed", "shelled", "tortured", "raped", "poisoned", "lynched", "killed", "slain",
        "massacred", "murdered", "executed", "assassinated", "beheaded", "hanged", "injured", "wounded", "hurt",
        "maimed", "captured", "detained", "arrested", "imprisoned", "jailed", "abducted", "kidnapped", "interned",
        "displaced", "evacuated", "expelled", "deported", "uprooted", "destroyed", "damaged", "burned", "burnt",
        "razed", "levelled", "leveled", "flattened", "downed", "drowned", "trapped", "stranded", "hospitalised",
        "hospitalized", "buried", "rescued",
    ],
    states: &[
        "died", "dead", "perished", "die", "dying", "fled", "flee", "fleeing", "mia", "missing", "disappeared",
        "homeless", "drowned", "unaccounted",
    ],
    verbs: &[
        "killed", "killing", "kill", "kills", "massacred", "massacring", "murdered", "murdering", "executed",
        "executing", "injured", "injuring", "injures", "injure", "wounded", "wounding", "wounds", "maimed", "maiming",
        "displaced", "displacing", "displaces", "displace", "hospitalised", "hospitalized", "drowned", "drowning",
    ],
    taking_verbs: &[
        "counted", "counts", "counting", "captured", "capturing", "detained", "detaining", "arrested", "arresting",
        "evacuated", "evacuating", "abducted", "abducting", "kidnapped", "kidnapping", "expelled", "expelling",
        "deported", "deporting", "destroyed", "destroying", "rescued", "rescuing",
    ],
    losing_verbs: &[
        "lost", "lose", "loses", "losing", "captured", "capturing", "detained", "detaining", "arrested", "arresting",
        "evacuated", "evacuating", "abducted", "abducting", "kidnapped", "kidnapping", "destroyed", "destroying",
        "damaged", "damaging", "deported", "deporting", "expelled", "expelling", "burned", "burning", "razed",
        "downed", "rescued", "rescuing",
    ],
    passive: &[
        "were", "was", "been", "being", "are", "is", "be", "got", "reported", "reportedly", "confirmed", "presumed",
        "feared", "believed", "declared", "found", "left", "listed",
    ],
    totals: &[
        "toll", "tolls", "dead", "deaths", "death", "casualties", "fatalities", "killed", "wounded", "injured",
        "injuries", "missing", "displaced", "refugees", "victims", "losses", "prisoners", "captives", "hostages",
        "detainees",
    ],
    leads: &[
        "run", "runs", "ran", "range", "ranges", "ranged", "approach", "approached", "approaches", "approaching",
        "neared", "nears", "at", "to", "is", "was", "were", "are", "as", "number", "numbered", "numbers", "numbering",
        "reached", "reaches", "reaching", "exceeded", "exceeds", "exceeding", "surpassed", "topped", "passed", "past",
        "totalled", "totaled", "stood", "hit",
    ],
    tight_leads: &["of"],
    bodies: &["army", "force", "contingent", "garrison"],

    through: &[
        "of", "the", "its", "their", "his", "her", "our", "them", "these", "those", "whom", "more", "other", "others",
        "another", "additional", "further", "also", "since", "have", "has", "had",
    ],
    partitive: &[&["of", "them"], &["of", "whom"], &["of", "these"], &["of", "those"]],
    of_all: &[&["of", "the"], &["of", "its"], &["of", "their"], &["of"]],
    joints: &["and", "or"],
    relatives: &["who"],
    stops: &[
        "in", "on", "at", "by", "from", "with", "without", "to", "for", "against", "into", "onto", "over", "under",
        "near", "around", "between", "among", "along", "across", "through", "towards", "toward", "about", "as", "than",
        "but", "nor", "which", "whose", "he", "she", "it", "they", "we", "you", "i", "this", "there", "here", "not",
        "if", "then", "so", "still", "a", "an", "per", "until", "during", "within", "inside", "outside", "behind",
        "beside", "according", "including", "up", "out", "off", "yesterday", "today", "overnight", "alone", "and",
        "or", "of", "each", "apart", "altogether", "overall", "already", "met", "agreed", "held",
    ],
    clauses: &[
        "that", "where", "when", "after", "before", "because", "while", "whether", "why", "how", "what", "although",
        "though", "unless", "said", "say", "says", "saying", "told", "tell", "reported", "report", "reports", "wrote",
        "write", "accused", "accuse", "claimed", "claim", "claims", "denied", "deny", "added", "know", "knows", "knew",
        "believe", "described",
    ],
    sure: &["nearly", "almost", "approximately", "≥", "≤", "<", ">", "~", "≈"],
    exact: &["exactly", "precisely"],
    determiners: &[
        "another", "an", "a", "additional", "further", "the", "all", "its", "their", "his", "her", "our", "these",
        "those", "total", "reported", "only", "just", "exactly", "other",
    ],
    definite: &["the", "these", "those", "his", "her", "its", "their", "our", "my", "your", "all"],
    describing: &["forces", "services", "affairs", "arms", "rights", "nations", "states", "communications", "news"],

    labels: &[
        "resolution", "resolutions", "article", "articles", "no.", "nos.", "number", "numbers", "page", "pages", "p.",
        "pp.", "chapter", "chapters", "section", "sections", "sec.", "paragraph", "paragraphs", "figure", "fig.",
        "table", "volume", "vol.", "part", "annex", "protocol", "order", "decree", "law", "rule", "route", "highway",
        "road", "flight", "unit", "brigade", "division", "regiment", "battalion", "phase", "stage", "step", "day",
        "week", "level", "type", "class", "grade", "war", "item", "point", "principle", "channel", "version", "art.",
        "magnitude", "group", "platform", "room", "block", "sector", "zone", "case", "line", "boeing", "psalm", "plan",
        "camp", "checkpoint", "hill", "gate", "track", "round", "season", "episode", "footnote", "note",
    ],
    measures: &[
        "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "night", "nights", "week", "weeks",
        "weekend", "weekends", "month", "months", "year", "years", "decade", "decades", "century", "centuries",
        "generation", "generations", "km", "kilometre", "kilometres", "kilometer", "kilometers", "metre", "metres",
        "meter", "meters", "m", "cm", "mm", "centimetres", "centimeters", "millimetres", "millimeters", "mile",
        "miles", "yard", "yards", "foot", "feet", "inch", "inches", "hectare", "hectares", "acre", "acres", "ha", "sq",
        "ton", "tons", "tonne", "tonnes", "kg", "kilogram", "kilograms", "kilo", "kilos", "gram", "grams", "litre",
        "litres", "liter", "liters", "barrel", "barrels", "gallon", "gallons", "degree", "degrees", "percent", "per",
        "percentage", "point", "points", "pc", "time", "times", "fold", "dollar", "dollars", "euro", "euros", "pound",
        "pounds", "dram", "drams", "manat", "manats", "rouble", "roubles", "ruble", "rubles", "lira", "liras",
        "hryvnia", "yen", "yuan", "rupee", "rupees", "cent", "cents", "usd", "eur", "mw", "gw", "kw", "calibre",
        "caliber", "knots", "kph", "mph", "am", "pm", "a.m.", "p.m.", "o'clock", "gmt", "utc", "bc", "bce", "ad",
    ],
    of_measures: &[
        "of", "more", "further", "long", "full", "whole", "square", "cubic", "nautical", "other", "additional",
        "consecutive", "straight", "short", "successive", "metric", "us", "u.s.", "million", "billion", "calendar",
    ],
    fractions: &[
        "third", "thirds", "quarter", "quarters", "half", "halves", "fifth", "fifths", "sixth", "sixths", "tenth",
        "tenths", "hundredth", "thousandth",
    ],
    ratios: &[&["in"], &["in", "every"], &["out", "of"], &["out", "of", "every"]],
    ages: &["aged", "age", "ages"],
    months: &[
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "jan.",
        "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.", "sept.", "oct.", "nov.", "dec.",
    ],
    year_words: &[
        "in", "since", "until", "till", "by", "before", "after", "during", "from", "of", "to", "and", "early", "late",
        "mid", "around", "circa", "c.", "year", "spring", "summer", "autumn", "fall", "winter", "january", "february",
        "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan.",
        "feb.", "aug.", "sept.", "oct.", "nov.", "dec.", ",",
    ],
    joined: &["strong", "odd"],
    not_one: (
        &[
            "no", "any", "every", "each", "the", "this", "that", "which", "another", "some", "a", "an", "last", "new",
            "old", "former", "latter", "first", "other",
        ],
        &[
            "of", "another", "side", "sided", "party", "such", "who", "that", "which", "can", "must", "might", "may",
            "could", "would", "should", "has", "by", "or", "thing", "hand", "way", "case", "country", "state",
            "nation", "where",
        ],
    ),

    abbreviations: &[
        "mr", "mrs", "ms", "dr", "prof", "st", "gen", "col", "lt", "maj", "capt", "sgt", "cpl", "brig", "adm", "cmdr",
        "rev", "hon", "sen", "rep", "gov", "pres", "vs", "cf", "al", "approx", "ca", "c", "eg", "ie", "inc", "ltd",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "dept", "est", "jr", "sr",
    ],
    abbreviations_of_numbered: &[
        "no", "nos", "p", "pp", "art", "arts", "vol", "vols", "sec", "fig", "ch", "para", "paras",
    ],
    openers: &[
        "the", "a", "an", "he", "she", "it", "they", "we", "his", "her", "its", "their", "this", "that", "these",
        "those", "in", "on", "at", "by", "for", "from", "but", "and", "after", "before", "when", "while", "there",
        "both", "no", "since", "as", "most", "many", "some", "one", "two", "more", "other", "others", "nobody", "none",
        "each",
    ],
};

/// Reads "two hundred and five", "half a dozen", "tens of thousands", "nobody".
fn spelled(tokens: &[Token<'_>]) -> Option<(usize, Amount)> {
    // Nearly every word is sent off here.
    word(tokens, 0).filter(|first| begins_number(first))?;
    nobody(tokens).or_else(|| vague(tokens)).or_else(|| half(tokens)).or_else(|| cardinal(tokens))
}

/// "Several", "half" and "no" begin a number only before one of these.
fn hints_at_number(word: &str) -> bool {
    matches!(word, "nobody" | "none")
        || plural_amount(word).is_some()
        || magnitude(word).is_some()
        || below_hundred(word).is_some()
}

/// The words that do; a test compares them with what reads them.
#[rustfmt::skip] // it would give each word a line of its own
const HINTS: [&str; 43] = [
    "nobody", "none", "dozens", "tens", "scores", "hundreds", "thousands", "millions", "billions", "dozen", "hundred",
    "thousand", "million", "billion", "trillion", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Whether a number can begin with a word.
fn begins_number(word: &str) -> bool {
    matches!(word, "no" | "several" | "few" | "many" | "a" | "half") || hints_at_number(word)
}

fn word<'a>(tokens: &'a [Token<'_>], at: usize) -> Option<&'a str> {
    tokens.get(at).and_then(Token::word)
}

fn nobody(tokens: &[Token<'_>]) -> Option<(usize, Amount)> {
    let taken = match (word(tokens, 0)?, word(tokens, 1)) {
        ("nobody" | "none", _) => 1,
        ("no", Some("one")) => 2,
        ("no", None) if is_joined(tokens, 1) && word(tokens, 2) == Some("one") => 3,
        _ => return None,
    };
    Some((taken, Amount { is_pronoun: true, ..Amount::exact(0) }))
}

/// "Dozens", "hundreds of thousands", "several hundred", "a couple of thousand".
/// The bounds run from two of a kind to where a reader would expect the next larger word.
fn vague(tokens: &[Token<'_>]) -> Option<(usize, Amount)> {
    let bounded = |low, high, scale| Amount { vague: true, scale, ..Amount { high, ..Amount::exact(low) } };
    if let Some((low, high)) = word(tokens, 0).and_then(plural_amount) {
        let of = || word(tokens, 2).filter(|_| word(tokens, 1) == Some("of"));
        return Some(match of().and_then(plural_magnitude) {
            Some(scale) if low < scale => (3, bounded(low * scale, (high + 1) * scale - 1, 1)),
            _ => (1, bounded(low, high, 1)),
        });
    }
    let (taken, low, high) = match (word(tokens, 0)?, word(tokens, 1), word(tokens, 2)) {
        ("several" | "few" | "many", ..) => (1, 2, 10),
        ("a", Some("few" | "several"), _) => (2, 2, 10),
        ("a", Some("couple"), Some("of")) => (3, 1, 3),
        ("a", Some("couple"), _) => (2, 1, 3),
        _ => return None,
    };
    let mut scale = word(tokens, taken).and_then(magnitude)?;
    let mut end = taken + 1;
    if scale == 100 && word(tokens, end) == Some("thousand") {
        (scale, end) = (100_000, end + 1);
    }
    // "A couple of hundred" may be 150.
    let low = if low == 1 { scale + scale / 2 } else { low * scale };
    Some((end, bounded(low, high * scale - 1, scale)))
}

fn plural_amount(word: &str) -> Option<(u64, u64)> {
    Some(match word {
        "dozens" | "tens" => (20, 199),
        "scores" => (30, 399),
        "hundreds" => (200, 1_999),
        "thousands" => (2_000, 99_999),
        "millions" => (2_000_000, 999_999_999),
        "billions" => (2_000_000_000, 999_999_999_999),
        _ => return None,
    })
}

fn plural_magnitude(word: &str) -> Option<u64> {
    magnitude(word.strip_suffix('s')?)
}

fn magnitude(word: &str) -> Option<u64> {
    Some(match word {
        "dozen" => 12,
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        "billion" => 1_000_000_000,
        "trillion" => 1_000_000_000_000,
        _ => return None,
    })
}

/// "Half a million", "half a dozen", "a quarter of a million", "one and a half million".
fn half(tokens: &[Token<'_>]) -> Option<(usize, Amount)> {
    let halves = |taken: usize, parts: u64| {
        let scale = word(tokens, taken).and_then(magnitude)?;
        Some((taken + 1, Amount { scale, ..Amount::exact(scale / 4 * parts) }))
    };
    let words = [0, 1, 2, 3].map(|at| word(tokens, at));
    match words {
        [Some("half"), Some("a" | "an"), ..] => halves(2, 2),
        [Some("a"), Some("quarter"), Some("of"), Some("a")] => halves(4, 1),
        [Some(whole), Some("and"), Some("a"), Some("half")] => halves(4, below_hundred(whole)? * 4 + 2),
        _ => None,
    }
}

/// "Twenty-five", "a hundred", "two hundred and fifty thousand three hundred".
fn cardinal(tokens: &[Token<'_>]) -> Option<(usize, Amount)> {
    let (mut end, mut total, mut last) = (0, 0_u64, u64::MAX);
    let (mut groups, mut coefficient) = (0, 1);
    loop {
        // "And" joins what is smaller, as in "a thousand and two"; never two numbers of one size.
        let start = end + usize::from(groups > 0 && word(tokens, end) == Some("and"));
        let Some((after, group)) = below_thousand(tokens, start) else { break };
        let scale = word(tokens, after).and_then(magnitude).filter(|&scale| scale != 100);
        if scale.unwrap_or(1) >= last || groups > 0 && last != u64::MAX && group >= last {
            break;
        }
        let Some(sum) = group.checked_mul(scale.unwrap_or(1)).and_then(|part| total.checked_add(part)) else { break };
        (total, end) = (sum, after + usize::from(scale.is_some()));
        (last, coefficient) = (scale.unwrap_or(1), group);
        groups += 1;
        if scale.is_none() {
            break;
        }
    }
    let is_one = end == 1 && total == 1;
    // "A" alone is no number, and neither is "a hundred" any less of one.
    let scale = match (groups, last, coefficient) {
        (1, 1, n) if n >= 100 && n % 100 == 0 => 100,
        (1, scale, _) => scale,
        _ => 1,
    };
    (groups > 0).then_some((end, Amount { is_pronoun: is_one, scale, ..Amount::exact(total) }))
}

/// A number below a thousand that begins at a token, and where it ends. "A" counts as one before a larger word.
fn below_thousand(tokens: &[Token<'_>], at: usize) -> Option<(usize, u64)> {
    let (end, n) = match word(tokens, at)? {
        "a" => word(tokens, at + 1).and_then(magnitude).map(|_| (at + 1, 1))?,
        first if magnitude(first).is_some() => (at, 1),
        _ => tens(tokens, at)?,
    };
    if word(tokens, end) != Some("hundred") {
        return Some((end, n));
    }
    let end = end + 1;
    let rest = end + usize::from(word(tokens, end) == Some("and"));
    match tens(tokens, rest) {
        Some((after, more)) if word(tokens, after) != Some("hundred") => Some((after, n * 100 + more)),
        _ => Some((end, n * 100)),
    }
}

/// "Twenty-five", "seven".
fn tens(tokens: &[Token<'_>], at: usize) -> Option<(usize, u64)> {
    let n = word(tokens, at).and_then(below_hundred)?;
    let next = at + 1 + usize::from(is_joined(tokens, at + 1));
    match word(tokens, next).and_then(below_hundred) {
        Some(unit @ 1..=9) if n >= 20 => Some((next + 1, n + unit)),
        _ => Some((at + 1, n)),
    }
}

/// Whether a token is a hyphen that joins the tokens beside it.
fn is_joined(tokens: &[Token<'_>], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == Kind::Hyphen && token.glued)
        && tokens.get(at + 1).is_some_and(|token| token.glued)
}

fn below_hundred(word: &str) -> Option<u64> {
    Some(match word {
        "zero" => 0,
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}

/// Whether a word looks like a plural: "districts", "Azerbaijanis"; not "various", "press", "Paris".
fn is_plural(word: &str) -> bool {
    let has_ending = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    word.len() > 3 && word.ends_with('s') && (!has_ending(&["ss", "us", "'s", "is"]) || word.ends_with("nis"))
}

/// Whether a word with a capital names a people in the plural: "Armenians", "Israelis".
fn is_demonym(word: &str) -> bool {
    word.len() > 5 && ["ans", "nis", "lis", "qis", "tis", "shis"].iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_hint_are_those_that_are_read() {
        let source = include_str!("english.rs");
        let start = source.find("fn plural_amount(").expect("they are read by matches");
        let end = source.find("/// Whether a word looks like a plural").expect("they are read by matches");
        let arms = source[start..end].lines().filter(|line| line.contains("\" => "));
        let read: std::collections::BTreeSet<&str> = arms.flat_map(|line| line.split('"').skip(1).step_by(2)).collect();
        let read: Vec<&str> = read.into_iter().filter(|word| hints_at_number(word)).collect();
        let mut hints: Vec<&str> = HINTS.into_iter().filter(|word| !matches!(*word, "nobody" | "none")).collect();
        hints.sort_unstable();
        assert_eq!(read, hints);
    }
}
