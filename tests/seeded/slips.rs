//! The slips: what was typed, and what must be told of it.

/// A file, a text that stands in it once, and what takes its place. An empty text makes a new file.
pub(crate) type Edit = (&'static str, &'static str, &'static str);

/// A slip, and what must be told.
pub(crate) struct Slip {
    pub(crate) name: &'static str,
    pub(crate) edits: &'static [Edit],
    /// The rule that tells it.
    pub(crate) code: &'static str,
    /// The file that it is told in, and the way to the line: texts, each behind the one before.
    pub(crate) at: (&'static str, &'static [&'static str]),
    /// Why it cannot be made together with others.
    pub(crate) alone: Option<&'static str>,
}

const fn slip(
    name: &'static str,
    edits: &'static [Edit],
    code: &'static str,
    file: &'static str,
    at: &'static [&'static str],
) -> Slip {
    Slip { name, edits, code, at: (file, at), alone: None }
}

impl Slip {
    const fn alone(mut self, reason: &'static str) -> Self {
        self.alone = Some(reason);
        self
    }
}

const ACTORS: &str = "content/facts/actors.yaml";
const CLAIMS: &str = "content/facts/claims.yaml";
const EVENTS: &str = "content/facts/events.yaml";
const FIGURES: &str = "content/facts/figures.yaml";
const PLACES: &str = "content/facts/places.yaml";
const SOURCES: &str = "content/facts/sources.yaml";
const TERMS: &str = "content/facts/terms.yaml";
const ABOUT: &str = "content/about.md";
const ARTICLE: &str = "content/articles/border-attacks-september-2022.md";
const CASUALTIES: &str = "content/casualties.md";
const CLAIMS_PAGE: &str = "content/claims.md";
const COUNT: &str = "content/background/how-we-count.md";
const METHODS: &str = "content/methods.md";
const REGION: &str = "content/background/the-region.md";
const TIMELINE: &str = "content/timeline.md";
const WARS: &str = "content/background/wars-and-ceasefires.md";
const WHO: &str = "content/background/who-is-who.md";

/// All slips, by what they are about.
pub(crate) const SLIPS: &[Slip] = &[
    // The numbers of a figure
    slip(
        "low and high swapped",
        &[(FIGURES, "low: 300000\n    high: 500000", "low: 500000\n    high: 300000")],
        "range-order",
        FIGURES,
        &["  war-first-displaced-armenians:", "low:"],
    ),
    slip(
        "a comma in a number",
        &[(FIGURES, "best: 90000\n", "best: 90,000\n")],
        "wrong-type",
        FIGURES,
        &["  war-2020-displaced-armenians-un:", "best:"],
    ),
    slip(
        "a digit turned in a part",
        &[(FIGURES, "by long-range strikes, best: 42", "by long-range strikes, best: 24")],
        "parts-sum",
        FIGURES,
        &["  war-2020-killed-civilians-karabakh:", "parts:"],
    ),
    slip(
        "`exact`, with a range",
        &[(FIGURES, "    best: 187\n", "    low: 180\n    best: 187\n")],
        "qualifier-mismatch",
        FIGURES,
        &["  war-2020-missing-armenia:", "qualifier:"],
    ),
    slip(
        "`at-least`, with a high",
        &[(FIGURES, "low: 21\n    qualifier", "low: 21\n    high: 25\n    qualifier")],
        "qualifier-mismatch",
        FIGURES,
        &["  barda-2020-killed-prosecutor:", "qualifier:"],
    ),
    slip(
        "`up-to`, without a high",
        &[(FIGURES, "    high: 200\n", "    best: 200\n")],
        "qualifier-mismatch",
        FIGURES,
        &["  clashes-2016-killed-crisis-group-2016:", "qualifier:"],
    ),
    // Figures beside one another
    slip(
        "a digit too many in a part of another figure",
        &[(FIGURES, "status: civilian }\n    best: 25\n", "status: civilian }\n    best: 252\n")],
        "scope-contradiction",
        FIGURES,
        &["  offensive-2023-killed-civilians-karabakh:", "best:"],
    ),
    slip(
        "soldiers alone more than everyone, by one counter",
        &[(
            FIGURES,
            "  clashes-2016-killed-azerbaijan-official:\n",
            "  clashes-2016-killed-military-crisis-group:
    measure: killed
    scope: { event: clashes-2016-04, status: member-of-armed-forces }
    best: 230
    as_of: 2016-07-04
    attribution: { counted_by: crisis-group, reported_by: crisis-group-2016, chain: first-hand }
    sources: [crisis-group-2016]
  clashes-2016-killed-azerbaijan-official:\n",
        )],
        "scope-contradiction",
        FIGURES,
        &["  clashes-2016-killed-military-crisis-group:", "best:"],
    ),
    slip(
        "one side's dead more than all, by another counter",
        &[(FIGURES, "best: 222\n", "best: 2220\n")],
        "scope-contradiction",
        FIGURES,
        &["  clashes-2022-09-killed-armenia-2023:", "best:"],
    ),
    slip(
        "a figure copied, and its event not changed",
        &[(FIGURES, "scope: { event: ganja-2020-10-17,", "scope: { event: ganja-2020,")],
        "same-scope-differs",
        FIGURES,
        &["  ganja-2020-10-17-killed-amnesty:", "best:"],
    ),
    slip(
        "a toll that falls",
        &[(FIGURES, "{ date: 2021-11-17, best: 1,", "{ date: 2021-11-17, best: 11,")],
        "series-falls",
        FIGURES,
        &["  clashes-2021-11-killed-armenia:", "best:"],
    ),
    // The dates of a figure
    slip(
        "a figure as of before its event",
        &[(FIGURES, "as_of: 2023-09-26\n", "as_of: 2023-08-26\n")],
        "date-order",
        FIGURES,
        &["  fuel-depot-killed-ombudsperson:", "as_of:"],
    ),
    slip(
        "a figure reported before its date",
        &[(
            FIGURES,
            "low: 2750\n    qualifier: at-least\n    as_of: 2022-09-15\n    reported: 2022-09-16",
            "low: 2750\n    qualifier: at-least\n    as_of: 2022-09-15\n    reported: 2022-08-16",
        )],
        "date-order",
        FIGURES,
        &["  clashes-2022-09-displaced-armenia:", "reported:"],
    ),
    slip(
        "an earlier value dated after the value",
        &[(FIGURES, "{ date: 2022-08-03, best: 14,", "{ date: 2022-09-03, best: 14,")],
        "date-order",
        FIGURES,
        &["  clashes-2022-08-injured-karabakh:", "history:", "date:"],
    ),
    slip(
        "a figure past its review",
        &[(
            FIGURES,
            "    attribution: { counted_by: unhcr,",
            "    review_by: 2023-12-01\n    attribution: { counted_by: unhcr,",
        )],
        "stale-figure",
        FIGURES,
        &["  exodus-2023-displaced-unhcr:", "review_by:"],
    ),
    // The words of a figure
    slip(
        "a grade that one source cannot bear",
        &[(FIGURES, "assessment: weak\n    sources: [hrw-1995]\n", "assessment: fair\n    sources: [hrw-1995]\n")],
        "single-source-confirmed",
        FIGURES,
        &["  black-january-killed-hrw:", "assessment:"],
    ),
    slip(
        "a method with a letter missing",
        &[(
            FIGURES,
            "azatutyun-2023-04-02, chain: first-hand }\n    method: media-tally",
            "azatutyun-2023-04-02, chain: first-hand }\n    method: media-taly",
        )],
        "wrong-type",
        FIGURES,
        &["  clashes-2016-killed-armenian-side:", "method:"],
    ),
    slip(
        "a locator with a wrong letter",
        &[(FIGURES, "{ id: de-waal-2003, locator: p. 90 }", "{ id: de-waal-2003, locater: p. 90 }")],
        "unknown-key",
        FIGURES,
        &["  baku-1990-killed-de-waal:", "sources:"],
    ),
    slip(
        "a figure without its date",
        &[(FIGURES, "    as_of: 2021-02-13\n", "")],
        "missing-key",
        FIGURES,
        &["  war-2020-displaced-armenians:"],
    ),
    slip(
        "another figure's id, half remembered",
        &[(FIGURES, "supersedes: fuel-depot-killed-ombudsperson", "supersedes: fuel-depot-killed-ombudsman")],
        "dangling-reference",
        FIGURES,
        &["  fuel-depot-killed-committee:", "supersedes:"],
    ),
    slip(
        "an allowance that has expired",
        &[(
            FIGURES,
            "    note: A round number that news agencies repeat.",
            "    allow: [{ rule: stale-figure, reason: Looked at in spring., until: 2023-06-30 }]
    note: A round number that news agencies repeat.",
        )],
        "allow-expired",
        FIGURES,
        &["  war-first-killed-reuters:", "allow:"],
    ),
    // Claims
    slip(
        "a finding misspelt",
        &[(CLAIMS, "status: contested\n", "status: contestet\n")],
        "wrong-type",
        CLAIMS,
        &["  claim-az-no-blockade:", "status:"],
    ),
    slip(
        "a response dated before the claim",
        &[(
            CLAIMS,
            "date: 2023-09-30\n    about: [exodus-2023]\n    responds_to:",
            "date: 2023-09-03\n    about: [exodus-2023]\n    responds_to:",
        )],
        "response-before-claim",
        CLAIMS,
        &["  claim-az-reintegration:", "date:"],
    ),
    slip(
        "a claim without an answer",
        &[(
            CLAIMS,
            "    no_response_found: { as_of: 2022-09-13, note: \"A long-standing position, given as background in the article, with no answer to it there.\" }\n",
            "",
        )],
        "unanswered-claim",
        CLAIMS,
        &["  claim-az-retake:", "stance:"],
    )
    .alone("an answer may be among what another slip leaves unread"),
    slip(
        "a claim first read before it was made",
        &[(
            CLAIMS,
            "about: [clashes-2022-08]\n    first_appearance: pledgetimes-2022-08-03\n",
            "about: [clashes-2022-08]\n    first_appearance: pledgetimes-2020-09-27\n",
        )],
        "date-order",
        CLAIMS,
        &["  claim-ru-saribaba:", "first_appearance:"],
    ),
    slip(
        "a finding that parties' sources alone bear",
        &[
            (
                CLAIMS,
                "sources: [hrw-2020-10-30, amnesty-2021]",
                "sources: [azvision-2023-02-22, azerbaijan-mfa-2017-khojaly]",
            ),
            (
                SOURCES,
                "justice-.html\n    language: en\n    kind: media",
                "justice-.html\n    language: en\n    kind: party",
            ),
        ],
        "party-source-only",
        CLAIMS,
        &["  claim-az-barda:", "status:"],
    ),
    slip(
        "a source named as the author",
        &[(CLAIMS, "author: putin\n    stance: asserts", "author: jam-news-2020-10-22\n    stance: asserts")],
        "dangling-reference",
        CLAIMS,
        &["  claim-ru-toll-2020:", "author:"],
    ),
    slip(
        "a colon in a sentence",
        &[(CLAIMS, "text: What Armenian forces did", "text: Genocide: what Armenian forces did")],
        "yaml-syntax",
        CLAIMS,
        &["text: Genocide:"],
    )
    .alone("nothing of the file is read"),
    // Events
    slip(
        "a day first and slashes",
        &[(
            EVENTS,
            "date: 2022-09-13\n    type: Strategic developments",
            "date: 13/09/2022\n    type: Strategic developments",
        )],
        "bad-date",
        EVENTS,
        &["  truce-2022-09-13:", "date:"],
    ),
    slip(
        "an interval reversed",
        &[(EVENTS, "date: 1993-04-02/1993-04-03", "date: 1993-04-03/1993-04-02")],
        "end-before-start",
        EVENTS,
        &["  kalbajar-1993:", "date:"],
    ),
    slip(
        "an event outside the war that it was part of",
        &[(EVENTS, "date: 2020-11-08\n", "date: 2020-12-08\n")],
        "outside-parent",
        EVENTS,
        &["  shusha-2020:", "date:"],
    ),
    slip(
        "an event later than all that tells of it",
        &[(EVENTS, "date: 2021-11-26\n", "date: 2023-11-26\n")],
        "date-order",
        EVENTS,
        &["  sochi-2021:", "date:"],
    ),
    slip(
        "two events that follow one another",
        &[(EVENTS, "follows: soviet-vote-1988\n", "follows: sumgait-1988\n")],
        "reference-cycle",
        EVENTS,
        &["  askeran-1988:", "follows:"],
    ),
    slip(
        "two events that are part of one another",
        &[(
            EVENTS,
            "date: 2023-09-19/2023-09-20\n",
            "date: 2023-09-19/2023-09-20\n    part_of: disarmament-2023-09-20\n",
        )],
        "reference-cycle",
        EVENTS,
        &["  disarmament-2023-09-20:", "part_of:"],
    ),
    slip(
        "a hyphen for an underscore",
        &[(EVENTS, "display_date: from 12 July 2020", "display-date: from 12 July 2020")],
        "unknown-key",
        EVENTS,
        &["  clashes-2020-07:", "display-date:"],
    ),
    slip(
        "a source entered again",
        &[(
            "content/facts/united-nations.yaml",
            "",
            "sources:\n  unsc-874:\n    type: report\n    title: Resolution 874\n    date: 1993-10-14\n",
        )],
        "duplicate-id",
        "content/facts/united-nations.yaml",
        &["  unsc-874:"],
    ),
    slip(
        "an importance that there is not",
        &[(EVENTS, "sources: [ap-2023-09-22]\n    importance: 4", "sources: [ap-2023-09-22]\n    importance: 6")],
        "wrong-type",
        EVENTS,
        &["  yevlakh-2023:", "importance:"],
    ),
    slip(
        "an event without sources",
        &[(EVENTS, "    sources: [sfg-2025-08]\n", "")],
        "missing-key",
        EVENTS,
        &["  treaty-text-2025-03:"],
    ),
    slip(
        "a place misspelt",
        &[(EVENTS, "    places: [sumgait]\n", "    places: [sumgayit]\n")],
        "dangling-reference",
        EVENTS,
        &["  sumgait-1988:", "places:"],
    ),
    slip(
        "a figure misspelt in a summary",
        &[(EVENTS, "count [[fuel-depot-killed-committee]]", "count [[fuel-depot-killed-comittee]]")],
        "dangling-reference",
        EVENTS,
        &["  fuel-depot-2023:", "[[fuel-depot-killed-comittee]]"],
    ),
    // Places, actors, terms
    slip(
        "a point that is not on Earth",
        &[(PLACES, "coordinates: [74.59, 42.87]", "coordinates: [74.59, 428.7]")],
        "coordinates",
        PLACES,
        &["  bishkek:", "coordinates:"],
    ),
    slip(
        "a town far from its country",
        &[(PLACES, "coordinates: [49.87, 40.41]", "coordinates: [-49.87, 40.41]")],
        "coordinates",
        PLACES,
        &["  baku:", "coordinates:"],
    ),
    slip(
        "a country within its province",
        &[(PLACES, "    wikidata: Q399\n", "    wikidata: Q399\n    within: syunik\n")],
        "reference-cycle",
        PLACES,
        &["  armenia-country:", "within:"],
    ),
    slip(
        "one key twice",
        &[(
            ACTORS,
            "    side: azerbaijani\n    party: true\n    summary: A party",
            "    side: azerbaijani\n    side: azerbaijani\n    party: true\n    summary: A party",
        )],
        "duplicate-key",
        ACTORS,
        &["  azerbaijan:", "side:", "side:"],
    ),
    slip(
        "an id with capitals",
        &[(TERMS, "  delimitation:\n", "  Delimitation:\n")],
        "bad-id",
        TERMS,
        &["  Delimitation:"],
    ),
    // Sources
    slip(
        "one address, two sources",
        &[(
            SOURCES,
            "url: https://oc-media.org/azerbaijan-launches-attacks-along-armenian-border/",
            "url: https://www.civilnet.am/en/news/674039/breaking-azerbaijan-shells-goris-and-other-towns-in-armenia/",
        )],
        "duplicate-source",
        SOURCES,
        &["  oc-media-2022-09-13:", "url:"],
    ),
    slip(
        "a source without a date",
        &[(SOURCES, "    publisher: Bbabo.net\n    date: 2022-09-19\n", "    publisher: Bbabo.net\n")],
        "source-undated",
        SOURCES,
        &["  bbabo-2022-09-19:"],
    ),
    slip(
        "an address without its beginning",
        &[(
            SOURCES,
            "url: http://www.today.az/news/politics/202482.html",
            "url: www.today.az/news/politics/202482.html",
        )],
        "wrong-type",
        SOURCES,
        &["  today-az-2021-01-14:", "url:"],
    ),
    slip(
        "a field of a sensitive source printed",
        &[
            (SOURCES, "publisher: Azon Global\n", "publisher: Azon Global\n    sensitive: true\n"),
            (
                WHO,
                "They [[peacekeepers-leave-2024|left]] in 2024.",
                "They [[peacekeepers-leave-2024|left]] in 2024 ([[azon-2024-04.publisher]]).",
            ),
        ],
        "dangling-reference",
        WHO,
        &["[[azon-2024-04.publisher]]"],
    ),
    slip(
        "an allowance without a reason",
        &[(
            SOURCES,
            "publisher: Pledge Times\n    date: 2023-09-26\n",
            "publisher: Pledge Times\n    date: 2023-09-26\n    allow: [{ rule: source-unarchived, until: 2024-06-30 }]\n",
        )],
        "missing-key",
        SOURCES,
        &["  pledgetimes-2023-09-26:", "allow:"],
    ),
    // Prose
    slip(
        "a person misspelt",
        &[(ARTICLE, "prime minister, [[pashinyan]], told", "prime minister, [[pashinan]], told")],
        "dangling-reference",
        ARTICLE,
        &["[[pashinan]]"],
    ),
    slip(
        "words that give another number",
        &[(
            ARTICLE,
            "In that war [[war-2020-killed-reuters]] people",
            "In that war [[war-2020-killed-reuters|6,000]] people",
        )],
        "number-mismatch",
        ARTICLE,
        &["[[war-2020-killed-reuters|6,000]]"],
    ),
    slip(
        "a number that nothing bears",
        &[(
            WHO,
            "who seldom appear among the parties.",
            "who seldom appear among the parties. From Baku alone 40,000 people fled.",
        )],
        "unbound-number",
        WHO,
        &["From Baku alone"],
    ),
    slip(
        "a source misspelt",
        &[(WHO, "[@hrw-1992] [@amnesty-2021]", "[@hrw-1992] [@amnesty-2012]")],
        "dangling-reference",
        WHO,
        &["[@amnesty-2012]"],
    ),
    slip(
        "a heading changed that another page leads to",
        &[(REGION, "## Which towns are in Armenia?", "## Which towns lie in Armenia?")],
        "dangling-reference",
        ARTICLE,
        &["[[the-region#which-towns-are-in-armenia|"],
    ),
    slip(
        "a figure in a correction misspelt",
        &[(ARTICLE, "figure: clashes-2022-09-killed-azerbaijan\n", "figure: clashes-2022-09-killed-azerbijan\n")],
        "dangling-reference",
        ARTICLE,
        &["figure: clashes-2022-09-killed-azerbijan"],
    ),
    slip(
        "a link to a page that there is not",
        &[(CASUALTIES, "We count nobody ourselves.", "We count [nobody](background/how-we-cuont.md) ourselves.")],
        "broken-link",
        CASUALTIES,
        &["how-we-cuont.md"],
    ),
    slip(
        "a link to a heading that is gone",
        &[(METHODS, "Names: both are given.", "[Names](background/the-region.md#why-two-names): both are given.")],
        "broken-link",
        METHODS,
        &["the-region.md#why-two-names"],
    ),
    slip(
        "a bar in a table without its backslash",
        &[(
            COUNT,
            "[[armenian-investigative-committee\\|Investigative",
            "[[armenian-investigative-committee|Investigative",
        )],
        "torn-reference",
        COUNT,
        &["[[armenian-investigative-committee|Investigative"],
    ),
    slip(
        "a mark without its footnote",
        &[(METHODS, "the figure says so.", "the figure says so.[^1]")],
        "footnote",
        METHODS,
        &["[^1]"],
    ),
    slip(
        "a picture without words",
        &[
            (
                REGION,
                "It has no sea and no border of its own with another state.",
                "It has no sea and no border of its own with another state. ![](valley.svg)",
            ),
            (
                "content/background/valley.svg",
                "",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>\n",
            ),
        ],
        "missing-alt",
        REGION,
        &["![](valley.svg)"],
    ),
    slip(
        "a chart without its numbers",
        &[(
            CASUALTIES,
            "## What is not counted\n",
            "## What is not counted\n\n<figure class=\"chart\">\n<figcaption>The dead of the first war.</figcaption>\n</figure>\n",
        )],
        "chart-without-table",
        CASUALTIES,
        &["<figure class=\"chart\">"],
    ),
    // Components
    slip(
        "a total that must not be made",
        &[(
            ARTICLE,
            "{{<figures event=\"clashes-2022-09\" />}}",
            "{{<figures event=\"clashes-2022-09\" total={true} />}}",
        )],
        "overlapping-sum",
        ARTICLE,
        &["{{<figures event=\"clashes-2022-09\" total={true} />}}"],
    ),
    slip(
        "an argument misspelt",
        &[(WARS, "{{<timeline from=\"1988\"", "{{<timeline form=\"1988\"")],
        "template",
        WARS,
        &["{{<timeline form=\"1988\""],
    ),
    slip(
        "a component without an end",
        &[(WARS, "{{<claims about=\"clashes-2022-09\" />}}", "{{<claims about=\"clashes-2022-09\" }}")],
        "component-syntax",
        WARS,
        &["{{<claims about=\"clashes-2022-09\" }}"],
    ),
    slip(
        "a component asked for an event that there is not",
        &[(COUNT, "{{<figures event=\"war-2020\" />}}", "{{<figures event=\"war-2022\" />}}")],
        "template",
        COUNT,
        &["{{<figures event=\"war-2022\" />}}"],
    ),
    slip(
        "a template that prints what it should expand",
        &[("templates/404.html", "{{ page.title }}", "{% raw %}{{ page.title }}{% endraw %}")],
        "leftover-text",
        "templates/404.html",
        &["{% raw %}{{ page.title }}"],
    ),
    // Pages
    slip(
        "a description misspelt",
        &[(TIMELINE, "description: The conflict", "descripton: The conflict")],
        "unknown-key",
        TIMELINE,
        &["descripton:"],
    ),
    slip(
        "a day without its zeros",
        &[(TIMELINE, "as_of: 2025-12-01\n", "as_of: 2025-12-1\n")],
        "bad-date",
        TIMELINE,
        &["as_of:"],
    ),
    slip(
        "a state that there is not",
        &[(CLAIMS_PAGE, "state: paused\n", "state: pausd\n")],
        "wrong-type",
        CLAIMS_PAGE,
        &["state:"],
    ),
    slip(
        "one address, two pages",
        &[(CLAIMS_PAGE, "kind: claims\n", "kind: claims\nslug: about\n")],
        "url-collision",
        CLAIMS_PAGE,
        &["slug:"],
    )
    .alone("another slip leaves this page unread"),
    slip(
        "a draft that a page refers to",
        &[(ABOUT, "kind: page\n", "kind: page\ndraft: true\n")],
        "left-out",
        "content/_index.md",
        &["[[about]]"],
    )
    .alone("another slip gives its address to another page"),
    slip(
        "a page in a language that the site does not have",
        &[("content/background/the-region.hy.md", "", "---\ntitle: Տարածաշրջանը\n---\n\nԼեռներ։\n")],
        "unknown-language",
        "content/background/the-region.hy.md",
        &["---"],
    ),
    slip(
        "front matter that does not end",
        &[(ABOUT, "kind: page\n---\n", "kind: page\n")],
        "front-matter",
        ABOUT,
        &["---"],
    )
    .alone("another slip gives its address to another page"),
    slip(
        "a key of the site misspelt",
        &[("site.yaml", "author: Backgrounder desk", "autor: Backgrounder desk")],
        "unknown-key",
        "site.yaml",
        &["autor:"],
    ),
];
