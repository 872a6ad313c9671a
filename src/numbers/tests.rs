//! Sentences in both directions: with counts, and without.

use super::*;

/// The counts of a sentence as `number = unit`.
fn told(sentence: &str) -> Vec<String> {
    let slice = |range: &Range<usize>| sentence[range.clone()].to_owned();
    counts(sentence, "en")
        .iter()
        .map(|count| format!("{} = {}", slice(&count.number.range), slice(&count.unit)))
        .collect()
}

/// Each case is a sentence and its counts, parted by `;`.
fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(sentence, wanted)| told(sentence).join("; ") != *wanted)
        .map(|(sentence, wanted)| format!("{sentence}\n  wanted: {wanted}\n  found:  {}", told(sentence).join("; ")))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_unit_after_the_number() {
    check(&[
        ("6,500 people were killed.", "6,500 = people"),
        ("The war killed 6,500 people.", "6,500 = people"),
        ("Some 6\u{a0}500 soldiers died.", "Some 6\u{a0}500 = soldiers"),
        ("At least 49 soldiers were killed.", "At least 49 = soldiers"),
        ("More than two hundred civilians died.", "More than two hundred = civilians"),
        ("It lost 204 of its soldiers.", "204 = soldiers"),
        ("They returned 32 Armenian prisoners of war.", "32 = prisoners"),
        ("Twelve Russian and Ukrainian prisoners came home.", "Twelve = prisoners"),
        ("There were 105 Armenian servicemen among them.", "105 = servicemen"),
        ("Dozens of unarmed civilians fled.", "Dozens = civilians"),
        ("Hundreds of thousands of refugees arrived.", "Hundreds of thousands = refugees"),
        ("Tens of thousands were displaced.", "Tens of thousands = displaced"),
        ("The strike left 12 dead.", "12 = dead"),
        ("It left 12 people dead and 30 wounded.", "12 = people; 30 = wounded"),
        ("Five people were killed, two of them children.", "Five = people; two = children"),
        ("Two soldiers were wounded.", "Two = soldiers"),
        ("The two soldiers were captured.", "two = soldiers"),
        ("Three others were wounded.", "Three = others"),
        ("Another 12 were wounded.", "12 = wounded"),
        ("12 more were wounded.", "12 = wounded"),
        ("49 were confirmed killed.", "49 = killed"),
        ("Some 20 are feared dead.", "Some 20 = dead"),
        ("At least 30 have since died.", "At least 30 = died"),
        ("104 Azerbaijanis were killed.", "104 = Azerbaijanis"),
        ("Two mayors were killed.", "Two = killed"),
        ("Two of the three suspects were arrested.", "Two = arrested"),
        ("Three of 218 people who died are unnamed.", "Three = people; 218 = people"),
        ("Half of the 1.4 million who fled came back.", "1.4 million = fled"),
        ("Losses of 1,130 in 24 hours.", "1,130 = Losses"),
        ("About 90,000 Armenians had to leave.", "About 90,000 = Armenians"),
        ("Over 100,000 flee to Armenia", "Over 100,000 = flee"),
        ("104 Azerbaijanis killed, the ministry said.", "104 = Azerbaijanis"),
        ("About 100,000 Armenians fled.", "About 100,000 = Armenians"),
        ("12 pilots died.", "12 = died"),
        ("Half a million people were displaced.", "Half a million = people"),
        ("Half a dozen houses were destroyed.", "Half a dozen = houses"),
        ("About 140 homes burned.", "About 140 = homes"),
        ("Two dozen tanks were lost.", "Two dozen = tanks"),
        ("A dozen hostages are held.", "A dozen = hostages"),
        ("A few dozen fighters remained.", "A few dozen = fighters"),
        ("Several hundred detainees were moved.", "Several hundred = detainees"),
        ("A couple of hundred villagers stayed.", "A couple of hundred = villagers"),
        ("1.2 million people fled.", "1.2 million = people"),
        ("44 thousand soldiers took part.", "44 thousand = soldiers"),
        ("3.5 million refugees crossed.", "3.5 million = refugees"),
        ("Between 133 and 164 people were killed.", "Between 133 and 164 = people"),
        ("From 20 to 30 civilians died.", "From 20 to 30 = civilians"),
        ("133–164 soldiers died.", "133–164 = soldiers"),
        ("133-164 soldiers died.", "133-164 = soldiers"),
        ("Two or three civilians were hurt.", "Two or three = civilians"),
        ("Five or six hundred bodies were found.", "Five or six hundred = bodies"),
        ("20 to 30 thousand troops crossed.", "20 to 30 thousand = troops"),
        ("6,500 or more people died.", "6,500 or more = people"),
        ("500+ casualties", "500+ = casualties"),
        ("Forty or so prisoners are left.", "Forty or so = prisoners"),
        ("Forty-odd prisoners are left.", "Forty-odd = prisoners"),
        ("2,000 soldiers crossed in 2020.", "2,000 = soldiers"),
        ("2000 soldiers crossed.", "2000 = soldiers"),
        ("At least 2000 were killed.", "At least 2000 = killed"),
        ("One soldier was killed.", "One = soldier"),
        ("One civilian died and one was wounded.", "One = civilian; one = wounded"),
        ("At least one woman was killed.", "At least one = woman"),
        ("No one was killed.", "No one = killed"),
        ("Nobody was injured.", "Nobody = injured"),
        ("12 U.S. soldiers were hurt.", "12 = soldiers"),
        ("Forty-four security forces officers were hurt.", "Forty-four = officers"),
        ("The 49 killed were buried.", "49 = killed"),
        ("“204 soldiers,” the ministry said.", "204 = soldiers"),
        ("In September 27 soldiers died.", "27 = soldiers"),
        ("In 2020 some 4,000 soldiers died.", "some 4,000 = soldiers"),
        ("On 27 September 2020, 30 soldiers died.", "30 = soldiers"),
        ("In 44 days 6,500 people died.", "6,500 = people"),
        ("Of the dead, 49 were civilians.", "49 = civilians"),
        ("The party of 300-strong militants", "300 = militants"),
        ("Two hundred and five men, women and children were killed.", "Two hundred and five = men"),
        ("120 houses stand empty.", "120 = houses"),
        ("Five people who were at the bridge were killed.", "Five = people"),
        ("Three men from the village were arrested.", "Three = men"),
    ]);
}

#[test]
fn a_unit_before_the_number() {
    check(&[
        ("The strike killed 49.", "49 = killed"),
        ("A shell hit the bus, killing at least 49.", "at least 49 = killing"),
        ("It killed three and wounded another 12.", "three = killed; 12 = wounded"),
        ("It killed up to 300 in a night.", "up to 300 = killed"),
        ("The fighting displaced some 44,000.", "some 44,000 = displaced"),
        ("Its forces captured twelve.", "twelve = captured"),
        ("The dead numbered 204.", "204 = dead"),
        ("The dead number 204.", "204 = dead"),
        ("A death toll of 286 was given.", "286 = toll"),
        ("The toll rose to 286 on Monday.", "286 = toll"),
        ("The toll in ￼ rose to 286.", "286 = toll"),
        ("The ministry put the dead at 4,000.", "4,000 = dead"),
        ("The number of the displaced reached 90,000 by May.", "90,000 = displaced"),
        ("Casualties exceeded 1,000.", "exceeded 1,000 = Casualties"),
        ("Killed: 49", "49 = Killed"),
        ("The death toll among its military rises to 604 since the start.", "604 = toll"),
        ("The dead of both together approach five thousand.", "five thousand = dead"),
        ("The ombudsperson counted 80 on the region’s side.", "80 = counted"),
        ("An army of 20,000 stood there.", "20,000 = army"),
        ("It killed one.", "one = killed"),
        ("They killed 2000 in a week.", "2000 = killed"),
        ("It lost five men.", "five = men"),
        ("They destroyed two houses.", "two = houses"),
        (
            "The flood killed an estimated 1,300 and displaced tens of thousands.",
            "an estimated 1,300 = killed; tens of thousands = displaced",
        ),
        ("It killed the two drivers.", "two = killed"),
        ("The number of deaths is nearly 90.", "nearly 90 = deaths"),
    ]);
}

#[test]
fn years_dates_and_times_are_no_counts() {
    check(&[
        ("In 2020 people fled.", ""),
        ("Since 1994 soldiers have died there.", ""),
        ("The 2020 war killed soldiers.", ""),
        ("In the 1990s people were killed.", ""),
        ("The dead of 2020 are counted.", ""),
        ("The war of 1992–1994 killed people.", ""),
        ("Between 1988 and 1994 civilians were killed.", ""),
        ("By November 2020 soldiers had died.", ""),
        ("On 27 September civilians were killed.", ""),
        ("On September 27 civilians were killed.", ""),
        ("On September 27, 2020, civilians were killed.", ""),
        ("From 13–14 September 2022 soldiers died.", ""),
        ("On 2022-09-13 soldiers died.", ""),
        ("At 12:30 people fled.", ""),
        ("At 9 a.m. people fled.", ""),
        ("At nine that morning soldiers crossed.", ""),
        ("It began at nine o’clock and people died.", ""),
        ("In 2022, killed and missing were counted together.", ""),
        ("The figure for 2016 dead is unknown.", ""),
        ("The deaths of 1992 are remembered.", ""),
        ("The toll of 2020 is disputed.", ""),
        ("Killed in May 1992.", ""),
    ]);
}

#[test]
fn measures_ages_and_names_are_no_counts() {
    check(&[
        ("A 34-year-old was killed.", ""),
        ("A boy aged 7 was killed.", ""),
        ("Anna Petrosyan, 34, was killed.", ""),
        ("The man, aged between 20 and 30, died.", ""),
        ("A second soldier was killed.", ""),
        ("The 1st soldier was killed.", ""),
        ("The twenty-first soldier was killed.", ""),
        ("5% of people were killed.", ""),
        ("Five percent of soldiers died.", ""),
        ("$5 million for people displaced.", ""),
        ("Five million dollars for displaced people.", ""),
        ("It killed 5 km from the front.", ""),
        ("44 days of fighting killed soldiers.", ""),
        ("Six weeks later soldiers took it.", ""),
        ("Killed two months ago.", ""),
        ("Five kilometres away people fled.", ""),
        ("Five square kilometres of houses burned.", ""),
        ("Resolution 822 speaks of refugees.", ""),
        ("Article 5 protects prisoners.", ""),
        ("Villa No. 10 was destroyed.", ""),
        ("See page 4 on prisoners.", ""),
        ("Chapter two tells of the dead.", ""),
        ("A T-72 tank was destroyed.", ""),
        ("Two-day fighting killed civilians.", ""),
        ("A Su-25 was downed.", ""),
        ("The 1907 Hague Convention protects prisoners.", ""),
        ("World War Two killed people.", ""),
        ("Call 020 7946 0958 if people are missing.", ""),
        ("Call +44 20 7946 0958.", ""),
        ("G7 people were there.", ""),
        ("Two thirds of the soldiers died.", ""),
        ("One in five people fled.", ""),
        ("Two in three families fled.", ""),
        ("Nine out of ten families fled.", ""),
        ("A magnitude 7.8 earthquake killed people.", ""),
        ("At 6.5 people per house", ""),
        ("Thousands of years ago people fled.", ""),
        ("A hundred kilometres of mines.", ""),
        ("The 155 mm shells", ""),
    ]);
}

#[test]
fn chatter_is_no_count() {
    check(&[
        ("One of the soldiers was killed.", ""),
        ("One side says that civilians were killed.", ""),
        ("They killed one another.", ""),
        ("No one knows how many were killed.", ""),
        ("Nobody can say who killed them.", ""),
        ("Nobody counted the dead.", ""),
        ("None of the numbers is certain.", ""),
        ("Both soldiers were killed.", ""),
        ("The first soldier was killed.", ""),
        ("It is a zero-sum war.", ""),
        ("A thousand times people asked.", ""),
        ("The three countries lost soldiers.", ""),
        ("The two presidents spoke of prisoners.", ""),
        ("Two sides have killed civilians.", ""),
        ("The two sides killed civilians.", ""),
        ("Two strikes killed civilians.", ""),
        ("The two leaders met after soldiers were killed.", ""),
        ("Two states say that civilians were killed.", ""),
        ("Two people met in Geneva.", ""),
        ("Two Armenians met two Azerbaijanis in Geneva.", ""),
        ("It counted two wars.", ""),
        ("Three men spoke to Reuters.", ""),
        ("One man told Reuters that soldiers came.", ""),
        ("The two soldiers spoke to Reuters.", ""),
        ("Her two children live abroad.", ""),
        ("Three more districts were returned.", ""),
        ("Four resolutions were adopted.", ""),
        ("There are four numbers for the dead.", ""),
        ("Of these, two were found later: a list and a map.", ""),
        ("Two towns lie in Armenia; soldiers came.", ""),
        ("￼ people were killed.", ""),
        ("In ￼, ￼ soldiers were killed.", ""),
        ("The toll rose to ￼.", ""),
        ("The war killed ￼.", ""),
        ("Armenia has four borders, two of them closed.", ""),
        ("It has two names.", ""),
        ("Two who killed soldiers were there.", ""),
        ("The sides fought two wars over it.", ""),
        ("Two armies face each other, and soldiers die.", ""),
        ("The two ministers agreed that prisoners would be freed.", ""),
        ("A hundred and one reasons", ""),
        ("It was moved to three places, where people were killed.", ""),
        ("Two: the killed and the missing.", ""),
        ("The new one was destroyed.", ""),
        ("One was a draft.", ""),
        ("They captured three hills.", ""),
        ("They were killed two years later.", ""),
        ("They were killed, two ministers said.", ""),
        ("Two reporters wrote of the dead.", ""),
        ("", ""),
        ("2", ""),
        ("One", ""),
    ]);
}

/// Low, high, qualifier and vagueness of each number of a text.
fn read(text: &str) -> Vec<(Option<u64>, Option<u64>, &'static str, bool)> {
    numbers(text, "en").into_iter().map(|n| (n.low, n.high, n.qualifier.unwrap_or(""), n.vague)).collect()
}

#[test]
fn what_numbers_say() {
    let exact = |n| (Some(n), Some(n), "", false);
    for (text, n) in [
        ("6,500", 6500),
        ("seven", 7),
        ("one", 1),
        ("twenty-five", 25),
        ("twenty five", 25),
        ("ninety-nine", 99),
        ("two hundred", 200),
        ("a hundred", 100),
        ("a hundred and twenty", 120),
        ("two hundred and fifty thousand", 250_000),
        ("three thousand four hundred and twelve", 3412),
        ("a thousand and two", 1002),
        ("one million two hundred thousand", 1_200_000),
        ("half a million", 500_000),
        ("a quarter of a million", 250_000),
        ("one and a half million", 1_500_000),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("1.25 million", 1_250_000),
        ("3.5 billion", 3_500_000_000),
        ("44 thousand", 44_000),
        ("5 hundred", 500),
        ("zero", 0),
    ] {
        assert_eq!(read(text), [exact(n)], "{text}");
    }
    for (text, low, high, qualifier, vague) in [
        ("at least 49", 49, 0, "at-least", false),
        ("no fewer than 49", 49, 0, "at-least", false),
        ("49 at a minimum", 49, 0, "at-least", false),
        ("at a minimum 49", 49, 0, "at-least", false),
        ("49 or more", 49, 0, "at-least", false),
        ("more than 49", 49, 0, "more-than", false),
        ("over 49", 49, 0, "more-than", false),
        ("above 49", 49, 0, "more-than", false),
        ("upwards of 49", 49, 0, "more-than", false),
        ("about 49", 49, 49, "about", false),
        ("around 49", 49, 49, "about", false),
        ("some 49", 49, 49, "about", false),
        ("roughly 49", 49, 49, "about", false),
        ("approximately 49", 49, 49, "about", false),
        ("49 or so", 49, 49, "about", false),
        ("nearly 49", 49, 49, "nearly", false),
        ("almost 49", 49, 49, "nearly", false),
        ("close to 49", 49, 49, "nearly", false),
        ("up to 49", 0, 49, "up-to", false),
        ("at most 49", 0, 49, "up-to", false),
        ("no more than 49", 0, 49, "up-to", false),
        ("fewer than 49", 0, 48, "up-to", false),
        ("less than 49", 0, 48, "up-to", false),
        ("under 49", 0, 48, "up-to", false),
        ("133 to 164", 133, 164, "", false),
        ("between 133 and 164", 133, 164, "", false),
        ("about 133 to 164", 133, 164, "about", false),
        ("1.2 to 1.5 million", 1_200_000, 1_500_000, "", false),
        ("five or six hundred", 500, 600, "", false),
        ("dozens", 20, 199, "", true),
        ("scores", 30, 399, "", true),
        ("hundreds", 200, 1_999, "", true),
        ("thousands", 2_000, 99_999, "", true),
        ("tens of thousands", 20_000, 199_999, "", true),
        ("hundreds of thousands", 200_000, 1_999_999, "", true),
        ("several hundred", 200, 999, "", true),
        ("a few dozen", 24, 119, "", true),
        ("a couple of hundred", 150, 299, "", true),
        ("at least several hundred", 200, 0, "at-least", true),
        ("at least some 200", 200, 0, "at-least", false),
    ] {
        let some = |n: u64| (n > 0).then_some(n);
        assert_eq!(read(text), [(some(low), some(high), qualifier, vague)], "{text}");
    }
    for text in [
        "in 2020",
        "27 September",
        "5 km",
        "the first",
        "no one knows",
        "one of them",
        "a few",
        "6,5",
        "1.2",
        "the 1990s",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn a_language_without_a_table_has_no_numbers() {
    assert!(numbers("6,500 people", "hy").is_empty() && counts("6,500 people", "hy").is_empty());
    assert_eq!(counts("6,500 people", "en-GB").len(), 1);
}

#[test]
fn time_grows_with_the_text() {
    for part in [
        "one hundred and ",
        "between 5 ",
        "killed two of the ",
        "1-",
        "1,",
        "a.",
        "million ",
        "U.S. ",
        "\n",
        "￻",
        "no. ",
        "a'",
        "5 in ",
        ".￻￻￻￻",
        ". ￻ ",
    ] {
        let text = part.repeat(1_000_000 / part.len());
        let text = format!(".{text}");
        let start = processor_time();
        let found = numbers(&text, "en").len() + counts(&text, "en").len() + sentences(&text, "en").len();
        let took = processor_time().saturating_sub(start);
        assert!(took.as_secs() < 5, "{part:?} took {took:?} for {found}");
    }
}

/// What this thread has had of a processor, whatever else the machine does.
fn processor_time() -> std::time::Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells it");
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok()).expect("it begins with the time");
    std::time::Duration::from_nanos(nanoseconds)
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in ".*") {
        holds(&text);
    }

    #[test]
    fn any_words_are_read(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..30)) {
        holds(&words.join(" "));
        holds(&words.concat());
    }
}

/// Words that the reading of numbers knows, and letters of several bytes.
const WORDS: &[&str] = &[
    "one",
    "no",
    "twenty",
    "-",
    "–",
    "five",
    "hundred",
    "a",
    "and",
    "half",
    "million",
    "dozens",
    "of",
    "thousands",
    "6,500",
    "1.2",
    "18446744073709551615",
    "2020",
    "12:30",
    "between",
    "to",
    "at least",
    "or more",
    "killed",
    "were",
    "people",
    "toll",
    "the",
    ",",
    ".",
    "\n\n",
    "\u{fffc}",
    "\u{fffb}",
    "é",
    "’s",
    "%",
    "$",
    "September",
    "aged",
    "years",
    "in",
    "several",
    "couple",
    "U.S.",
    "no.",
    "\u{a0}",
    "500",
    "ſ",
    "İ",
    "e\u{301}",
    "trillion",
    "+",
    "few",
    "quarter",
];

/// What is so of any text.
fn holds(text: &str) {
    let found = numbers(text, "en");
    assert!(found.is_sorted_by(|a, b| a.range.end <= b.range.start));
    for number in &found {
        assert!(!text[number.range.clone()].is_empty());
        assert!(number.low.is_some() || number.high.is_some());
        assert!(number.low.zip(number.high).is_none_or(|(low, high)| low <= high));
    }
    let language = of("en").expect("English is there");
    assert_eq!(counts(text, "en"), counts_of_block(text, &(0..text.len()), language));
    for count in counts(text, "en") {
        assert!(found.contains(&count.number) && !text[count.unit].is_empty());
    }
    let sentences = sentences(text, "en");
    assert!(sentences.is_sorted_by(|a, b| a.end <= b.start));
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    assert_eq!(sentences.iter().map(|range| letters(&text[range.clone()])).sum::<usize>(), letters(text));
    for n in [0, 1, 204, u64::MAX] {
        let figure = FigureNumbers { low: None, best: Some(n), high: Some(n), qualifier: None };
        disagreement(text, &figure, "en");
        disagreement(text, &FigureNumbers { best: None, low: Some(n), qualifier: Some("more-than"), ..figure }, "en");
    }
}
