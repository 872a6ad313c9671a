//! Round trips over the real sources and over any text, and libraries as other tools write them.

use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The real sources of the site; the folder is the checkout's.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/content/facts/sources.yaml");

#[derive(Deserialize)]
struct File {
    sources: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    r#type: String,
    title: String,
    author: Option<String>,
    publisher: Option<String>,
    container_title: Option<String>,
    date: Option<String>,
    url: Option<String>,
    accessed: Option<String>,
    archive: Option<Copied>,
    language: Option<String>,
    licence: Option<String>,
    kind: Option<String>,
    #[serde(rename = "allow")]
    _allow: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Copied {
    url: String,
    date: Option<String>,
}

fn day(written: &str) -> Edtf {
    Edtf::parse(written).unwrap_or_else(|error| panic!("{written} {}", error.message))
}

/// The items of a facts file, in the order of their ids.
fn facts(yaml: &str) -> Vec<Item> {
    let file: File = serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    let date = |date: Option<String>| date.map(|date| day(&date));
    let item = |(id, source): (String, Written)| Item {
        id,
        csl_type: source.r#type,
        title: source.title,
        author: source.author,
        publisher: source.publisher,
        container_title: source.container_title,
        issued: date(source.date),
        accessed: date(source.accessed),
        url: source.url,
        archive: source.archive.map(|copy| Archive { url: copy.url, date: date(copy.date) }),
        language: source.language,
        licence: source.licence,
        kind: source.kind,
        note: None,
    };
    file.sources.into_iter().map(item).collect()
}

fn without_warnings(imported: Result<Vec<Imported>, BadFile>) -> Vec<Item> {
    let clean = |Imported { item, warnings }| {
        assert_eq!(warnings, Vec::<String>::new(), "{item:?}");
        item
    };
    imported.unwrap_or_else(|error| panic!("{error}")).into_iter().map(clean).collect()
}

fn through_csl(items: &[Item]) -> Vec<Item> {
    without_warnings(from_csl_json(&serde_json::to_string_pretty(&csl_json(items)).expect("JSON is text")))
}

fn through_bibtex(items: &[Item]) -> Vec<Item> {
    without_warnings(from_bibtex(&bibtex(items)))
}

#[test]
fn the_real_sources_come_back_from_every_format() {
    let items = facts(&std::fs::read_to_string(SOURCES).expect("the checkout is there"));
    assert!(items.len() >= 132);
    assert_eq!(through_csl(&items), items);
    assert_eq!(through_bibtex(&items), items);
    assert_eq!(facts(&facts_yaml(&items, |_| false)), items);
}

fn full() -> Item {
    Item {
        id: "daily-2024-05-02".into(),
        csl_type: "article-newspaper".into(),
        title: "Water & {mud} in 100% of the streets: “all_gone” -- $5 #1 ~^\\".into(),
        author: Some("de Waal, Thomas; International Crisis Group".into()),
        publisher: Some("Ministry of Peace and Order".into()),
        container_title: Some("The Example Daily".into()),
        issued: Some(day("2024-05-02?")),
        accessed: Some(day("2024-05-03")),
        url: Some("https://daily.example/a--b_c%20d#e~f?g=h&i={j}".into()),
        archive: Some(Archive { url: "https://archive.example/1".into(), date: Some(day("2024-05-04")) }),
        language: Some("hy".into()),
        licence: Some("CC BY-SA 4.0".into()),
        kind: Some("media".into()),
        note: Some("updated 3 October 2024".into()),
    }
}

#[test]
fn an_item_as_csl_json() {
    let expected = serde_json::json!([{
        "id": "daily-2024-05-02",
        "type": "article-newspaper",
        "title": "Water & {mud} in 100% of the streets: “all_gone” -- $5 #1 ~^\\",
        "author": [{ "family": "de Waal", "given": "Thomas" }, { "literal": "International Crisis Group" }],
        "container-title": "The Example Daily",
        "publisher": "Ministry of Peace and Order",
        "issued": { "date-parts": [[2024, 5, 2]], "circa": true, "edtf": "2024-05-02?" },
        "URL": "https://daily.example/a--b_c%20d#e~f?g=h&i={j}",
        "accessed": { "date-parts": [[2024, 5, 3]] },
        "archive": "archive.example",
        "archive_location": "https://archive.example/1",
        "language": "hy",
        "note": "updated 3 October 2024",
        "custom": { "kind": "media", "licence": "CC BY-SA 4.0", "archive-date": "2024-05-04" },
    }]);
    let written = csl_json(&[full()]);
    assert_eq!(written.to_string(), expected.to_string());
    assert_eq!(through_csl(&[full()]), [full()]);
}

#[test]
fn an_item_as_bibtex() {
    let expected = r"@article{daily-2024-05-02,
  entrysubtype = {newspaper},
  author = {de Waal, Thomas and {International Crisis Group}},
  title = {{Water \& \textbraceleft{}mud\textbraceright{} in 100\% of the streets: “all\_gone” -{}- \$5 \#1 \textasciitilde{}\textasciicircum{}\textbackslash{}}},
  journaltitle = {The Example Daily},
  publisher = {{Ministry of Peace and Order}},
  date = {2024-05-02?},
  url = {https://daily.example/a--b_c%20d#e~f?g=h&i={j}},
  urldate = {2024-05-03},
  archiveurl = {https://archive.example/1},
  archivedate = {2024-05-04},
  langid = {armenian},
  license = {CC BY-SA 4.0},
  keywords = {media},
  note = {updated 3 October 2024},
}
";
    assert_eq!(bibtex(&[full()]), expected);
    assert_eq!(through_bibtex(&[full()]), [full()]);
}

#[test]
fn an_item_as_a_line() {
    let page = Item {
        author: Some("Backgrounder desk".into()),
        title: "What happened on 13 September 2022?".into(),
        publisher: Some("Backgrounder".into()),
        issued: Some(day("2022-09-12")),
        url: Some("https://example.org/x/".into()),
        note: Some("updated 3 October 2022".into()),
        ..Item::default()
    };
    assert_eq!(
        plain(&page, &ENGLISH),
        "Backgrounder desk. “What happened on 13 September 2022?” Backgrounder, 12 September 2022, updated 3 October \
         2022. https://example.org/x/"
    );
    let source = Item { title: "A “big” flood".into(), note: None, author: None, ..full() };
    assert_eq!(
        plain(&source, &ENGLISH),
        "“A ‘big’ flood.” The Example Daily, Ministry of Peace and Order, 2 May 2024 (uncertain). \
         https://daily.example/a--b_c%20d#e~f?g=h&i={j} Accessed 3 May 2024. Archived 4 May 2024: \
         https://archive.example/1"
    );
}

#[test]
fn every_type_and_date_comes_back() {
    let types = bibtex::csl_types().chain(["something-new"]);
    let dates = [
        "2020",
        "2020-11",
        "0987",
        "2020-11?",
        "2020-06~",
        "2020%",
        "1988/1994",
        "2020-09/2020-11",
        "2021-05/..",
        "2020-09-27/2020-11-10",
        "2020-09~/2020-11?",
        "2020-21",
        "2020-21~",
        "2020-33",
        "201X",
        "2004-06-~11",
        "%2001",
        "[2020,2021]",
        "{2020,2021-05}",
        "{1984..}",
        "-0044-03",
        "1985-04-12T23:20:30Z",
        "Y170000002",
        "1950S2",
        "2021-05/",
        "../2020",
        "/2020",
        "2020/2020-03-04",
    ];
    for csl_type in types {
        for (n, date) in dates.iter().enumerate() {
            let container_title = Some("The Paper".to_owned()).filter(|_| n % 2 == 0);
            let url = Some("https://a.example/".to_owned()).filter(|_| n % 3 == 0);
            let csl_type = csl_type.to_owned();
            let item = Item { csl_type, issued: Some(day(date)), container_title, url, archive: None, ..full() };
            let items = [item];
            assert_eq!(through_csl(&items), items);
            assert_eq!(facts(&facts_yaml(&items, |_| false))[0].issued, items[0].issued);
            let read = from_bibtex(&bibtex(&items)).expect("it was written here");
            assert_eq!(read[0].item, items[0]);
        }
    }
}

/// As Zotero 7 exports it.
const ZOTERO_JSON: &str = r#"[
  {"id":"http://zotero.org/users/12345/items/ABCD1234","type":"article-journal","abstract":"Long.",
   "container-title":"Caucasus <i>Survey</i>","DOI":"10.1080/23761199.2022.1","ISSN":"2376-1199","issue":"2","language":"en",
   "note":"Citation Key: smithBorder2022\nPublisher: Routledge","page":"1-20","source":"Taylor and Francis","title":"<i>Border</i> clashes: “new” evidence",
   "volume":"10","author":[{"family":"Smith","given":"John"},{"family":"Waal","given":"Thomas","non-dropping-particle":"de"},{"literal":"International Crisis Group"}],
   "accessed":{"date-parts":[["2022",10,3]]},"issued":{"date-parts":[["2022",9,13]]},"citation-key":"smithBorder2022"},
  {"id":"müller2020","type":"webpage","title":"2020: the year","container-title":"Blog","URL":"https://blog.example/x",
   "issued":{"literal":"Spring 2020"},"author":[{"family":"Müller","given":"Jörg","suffix":"Jr."}]},
  {"id":17,"type":"book","title":"Yes","issued":{"date-parts":[[1988],[1994]],"circa":true},"custom":{"shelf":4}}
]"#;

#[test]
fn zotero_json() {
    let read = from_csl_json(ZOTERO_JSON).expect("it is CSL-JSON");
    let warnings: Vec<&str> = read.iter().flat_map(|read| &read.warnings).map(String::as_str).collect();
    assert_eq!(
        warnings,
        [
            "not taken over: `abstract`, `ISSN`, `issue`, `page`, `source`, `volume`",
            "`issued` was left out: Spring 2020 is not an EDTF date; did you mean `2020-21`?",
            "not taken over: `shelf`",
        ]
    );
    let items: Vec<Item> = read.into_iter().map(|read| read.item).collect();
    let expected = "\
sources:
  smith-2022-09-13:
    # Citation Key: smithBorder2022
    # Publisher: Routledge
    type: article-journal
    title: \"Border clashes: “new” evidence\"
    author: Smith, John; de Waal, Thomas; International Crisis Group
    container-title: Caucasus Survey
    date: 2022-09-13
    url: https://doi.org/10.1080/23761199.2022.1
    accessed: 2022-10-03
    language: en
  muller2020:
    type: webpage
    title: \"2020: the year\"
    author: Müller Jr., Jörg
    container-title: Blog
    url: https://blog.example/x
  \"17\":
    type: book
    title: \"Yes\"
    date: 1988~/1994~
";
    let yaml = facts_yaml(&items, |_| false);
    assert_eq!(yaml.replace("caucasus-survey-2022-09-13", "smith-2022-09-13"), expected);
    assert_eq!(facts(&yaml).len(), 3);
}

/// As Zotero with and without Better BibTeX, reference managers and hands write it.
const ZOTERO_BIB: &str = r#"
Exported by desk@example.org
@comment{jabref-meta: databaseType:biblatex;}
@string{icg = "{International Crisis Group}"}
@preamble{ "\newcommand{\noopsort}[1]{}" }

@article{muellerGrenze2022,
  title = {{{NATO}} and the {{G{\"o}del}} Border: \emph{Gr{\"u}{\ss}e} from Jerevan},
  author = {M{\"u}ller, J{\"o}rg and family=Beethoven, given=Ludwig, prefix=van and Jos\'e {Garc\'\i a M\'arquez} and {International Crisis Group}},
  date = {2022-09-13},
  journaltitle = {Caucasus Survey}, % a comment
  volume = {10},
  pages = {1--20},
  doi = {10.1080/23761199.2022.1},
  langid = {ngerman},
  keywords = {border,official},
  file = {C\:\\Users\\x.pdf}
}

@online{icg2020,
  author = icg # { and Smith, Jr., John and others},
  title = "Risks {\&} \textbf{Realities} --- 50\% done",
  year = 2020, month = nov, day = "9",
  url = {https://www.crisisgroup.org/a\_b--c\%20d},
  urldate = {2022-10-03},
  organization = icg,
  entrysubtype = {newspaper}
}

@TechReport(hrw:2021,
  author = "Human {Rights} Watch",
  title = {Survey of the damage},
  institution = {{Human Rights Watch and Friends}},
  year = {2021},
  type = {Working paper}
)

@incollection{dewaal,
  author = {Thomas de Waal},
  title = {The Chapter}, booktitle = {The Book}, publisher = {Routledge},
  month = "summer", year = {2010}, howpublished = {\url{https://x.example/~y}}
}

@misc{dewaal, title = {Same key, and \foo{an} own command}, date = {in press}, url = {www.x.org}}
"#;

#[test]
fn zotero_bibtex() {
    let read = from_bibtex(ZOTERO_BIB).expect("it is BibTeX");
    let warnings: Vec<Vec<String>> = read.iter().map(|read| read.warnings.clone()).collect();
    assert_eq!(
        warnings,
        [
            vec!["keywords were left out: border", "not taken over: `volume`, `pages`, `file`"],
            vec!["`author` ends in `and others`; the others are not named"],
            vec!["not taken over: `type`"],
            vec!["`month` was left out: summer"],
            vec![
                "the LaTeX command `\\foo` was left out",
                "`date` was left out: in press is not an EDTF date; dates are written `2020`, `2020-11`, `2020-11-09` or `2020-09-27/2020-11-10`",
                "`url` is not a URL that begins with `https://` or `http://`: www.x.org",
            ],
        ]
    );
    let items: Vec<Item> = read.into_iter().map(|read| read.item).collect();
    let expected = "\
sources:
  mueller-grenze2022:
    type: article-journal
    title: \"NATO and the Gödel Border: Grüße from Jerevan\"
    author: Müller, Jörg; van Beethoven, Ludwig; García Márquez, José; International Crisis Group
    container-title: Caucasus Survey
    date: 2022-09-13
    url: https://doi.org/10.1080/23761199.2022.1
    language: de
    kind: official
  icg2020-2:
    type: article-newspaper
    title: Risks & Realities — 50% done
    author: International Crisis Group; Smith Jr., John
    publisher: International Crisis Group
    date: 2020-11-09
    url: https://www.crisisgroup.org/a_b--c%20d
    accessed: 2022-10-03
  hrw-2021:
    type: report
    title: Survey of the damage
    author: Watch, Human Rights
    publisher: Human Rights Watch and Friends
    date: 2021
  dewaal:
    type: chapter
    title: The Chapter
    author: de Waal, Thomas
    publisher: Routledge
    container-title: The Book
    date: 2010
    url: https://x.example/~y
  dewaal-2:
    type: document
    title: Same key, and an own command
";
    assert_eq!(facts_yaml(&items, |id| id == "icg2020"), expected);
    facts(expected);
}

#[test]
fn shapes_of_csl_json() {
    assert_eq!(from_csl_json("[]"), Ok(vec![]));
    assert_eq!(from_csl_json("\u{feff}{\"title\": \"a\"}").expect("one work alone").len(), 1);
    assert_eq!(from_csl_json(r#"{"items": [{}, {}]}"#).expect("the web API's").len(), 2);
    let odd = r#"{"author": "A B", "issued": "2021-05/..", "title": ["x"], "URL": "ftp://x", "accessed": {"season": 7, "date-parts": [[2020]]}}"#;
    let [Imported { item, warnings }] = &from_csl_json(odd).expect("an object")[..] else { panic!() };
    assert_eq!((item.author.as_deref(), item.issued.as_ref().map(Edtf::as_str)), (Some("A B"), Some("2021-05/..")));
    assert_eq!(warnings.len(), 4, "{warnings:?}");
}

#[test]
fn titles_that_look_like_markup_stay_so() {
    let item =
        Item { title: "<i>A</i> tag, &lt; and <b".into(), container_title: Some("<sup></sup>".into()), ..full() };
    let written = csl_json(std::slice::from_ref(&item));
    assert_eq!(written[0]["custom"]["title"], "<i>A</i> tag, &lt; and <b");
    assert_eq!(through_csl(std::slice::from_ref(&item)), [item]);
}

#[test]
fn texts_of_csl_json_stand_on_one_line() {
    let csl = r#"{"id": "a\rb", "type": "own\n type", "language": "x\r\n\n y", "publisher": "\n", "note": "one\ntwo",
        "author": [{"family": "Le\ne", "given": "Ann"}, {"literal": "A\nB"}]}"#;
    let [Imported { item, .. }] = &from_csl_json(csl).expect("an object")[..] else { panic!() };
    assert_eq!((&*item.csl_type, &*item.title, item.language.as_deref()), ("own type", "a b", Some("x y")));
    assert_eq!((item.author.as_deref(), item.publisher.as_deref()), (Some("Le e, Ann; A B"), None));
    assert_eq!(item.note.as_deref(), Some("one\ntwo"));
}

#[test]
fn words_of_biblatex_are_known_in_csl_json() {
    let csl = r#"{"title": "A", "type": "newspaper", "language": "ngerman"}"#;
    let [Imported { item, .. }] = &from_csl_json(csl).expect("an object")[..] else { panic!() };
    assert_eq!((&*item.csl_type, item.language.as_deref()), ("article-newspaper", Some("de")));
}

#[test]
fn dois_become_addresses() {
    for (doi, expected) in [
        ("10.1080/23761199.2022.1", Some("https://doi.org/10.1080/23761199.2022.1")),
        ("http://dx.doi.org/10.1/x", Some("https://doi.org/10.1/x")),
        ("10.1002/(SICI)99:1<1::AID>3.0.CO;2-1", Some("https://doi.org/10.1002/(SICI)99:1%3C1::AID%3E3.0.CO;2-1")),
        ("10.1/a#b?c d", Some("https://doi.org/10.1/a%23b%3Fc%20d")),
        ("https://doi.org/10.1/a%3Cb", Some("https://doi.org/10.1/a%3Cb")),
        (" ", None),
    ] {
        let json = serde_json::json!({ "title": "A", "DOI": doi }).to_string();
        let bib = format!("@misc{{a, title = {{A}}, doi = {{{doi}}}}}");
        for read in [from_csl_json(&json), from_bibtex(&bib)] {
            assert_eq!(read.expect("it is sound")[0].item.url.as_deref(), expected, "{doi}");
        }
    }
}

#[test]
fn bad_files_name_their_line() {
    for (bib, line, message) in [
        ("\n@article{a,\n title = {x{\n}\n", 3, "the `{` here is never closed"),
        ("@article{a,\n title = \"x\n}\n", 2, "the `\"` here is never closed"),
        ("@article{a,\n title {x}\n}", 2, "expected `=` behind `title`, found `{`"),
        ("@article{a,\n title = {x}\n year = 2}", 3, "expected `,` or `}`, found `y`"),
        (
            "\n\n@article{a,\n title = {x},",
            3,
            "the entry that begins here does not end: expected the name of a field; is a brace left open in it?",
        ),
        ("@article{a,\n title = }", 2, "expected a value: `{…}`, `\"…\"`, a number or a name, found `}`"),
        ("@article{title = {x}}", 1, "`@article` has no key before its first field"),
        ("\n  @article a,", 2, "`@article` needs a `{` behind it"),
    ] {
        assert_eq!(from_bibtex(bib), Err(BadFile { line, message: message.into() }), "{bib}");
    }
    let error = |text: &str| from_csl_json(text).expect_err("it is bad").to_string();
    assert_eq!(error("[\n{\"title\": \"x\",}\n]"), "line 2: this is not CSL-JSON: trailing comma");
    assert_eq!(error("[{},\n3]"), "line 2: this is not CSL-JSON: invalid type: integer `3`, expected a map");
    assert!(error("").starts_with("line 1: "));
}

#[test]
fn hostile_files_end() {
    assert_eq!(from_bibtex("@string{a = a} @misc{x, title = a}").expect("it ends")[0].item.title, "a");
    let deep = format!("@misc{{x, title = {{{}x{}}}}}", r"\'{".repeat(100_000), "}".repeat(100_000));
    assert!(from_bibtex(&deep).is_ok());
    let doubled: Vec<String> = (0..40).map(|n| format!("@string{{a{} = a{n} # a{n}}}", n + 1)).collect();
    assert!(from_bibtex(&format!("@string{{a0 = {{lol}}}}\n{}", doubled.join("\n"))).is_err());
    assert!(from_csl_json(&"[".repeat(100_000)).is_err());
    assert!(from_bibtex("@misc{x, date = {1931-10-211}}").expect("it ends")[0].item.issued.is_none());
}

#[test]
fn yaml_is_not_misread() {
    let titles = [
        "true",
        "Null",
        "no",
        "2022",
        "- a",
        "a: b",
        "a #b",
        "a:",
        "'a'",
        "\"a\" \\",
        "*a",
        "é",
        "[a]",
        "~",
        "a\u{85}b",
        "\u{feff}a",
        "a\tb",
    ];
    for title in titles {
        let item = Item { id: "a".into(), csl_type: "book".into(), title: title.into(), ..Item::default() };
        assert_eq!(facts(&facts_yaml(std::slice::from_ref(&item), |_| false)), [item]);
    }
}

#[test]
fn ids_are_made_valid() {
    let id = |id: &str| {
        let item = Item {
            id: id.into(),
            csl_type: "book".into(),
            title: "A".into(),
            issued: Some(day("2020-01~")),
            publisher: Some("OC Media".into()),
            ..Item::default()
        };
        facts_yaml(&[item], |_| false).lines().nth(1).map(|line| line.trim().trim_end_matches(':').to_owned())
    };
    for (given, expected) in [
        ("daily-2024", "daily-2024"),
        ("smithBorder_2022", "smith-border-2022"),
        ("Łódź: Ærø’s", "lodz-aeros"),
        ("http://zotero.org/users/1/items/A", "oc-media-2020-01"),
        ("Vəliyev2020", "veliyev2020"),
        ("Հայ", "oc-media-2020-01"),
        ("", "oc-media-2020-01"),
        (&"x".repeat(300), &"x".repeat(247)),
    ] {
        assert_eq!(id(given).as_deref(), Some(expected), "{given}");
    }
}

/// A text as a facts file can hold it.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<String>(),
        r"[ -~]{1,30}",
        r#"[\\{}%&#_$~^`'"<>=@,;:. -]{1,12}"#,
        r#"(</?(i|sup|span)>|<span class="nocase">|[a-z ]){1,8}"#,
        "[A-Z][a-z]{1,6}( (de|van|and|of|[A-Z][a-z]{1,6})){0,4}",
        "[A-Z][a-z]{1,6}, [A-Z][a-z]{1,6}(; [A-Z][a-z]{1,6}, [A-Z][a-z]{1,6}){0,2}",
        "[A-Z][a-z]{1,4} [A-Z][a-z]{1,4}(, [A-Z][a-z]{1,4} [A-Z][a-z]{1,4}){0,2} and [A-Z] [A-Z][a-z]{1,4}",
        "[αβé\u{301}Աբג漢\u{a0}\u{202e}\u{feff}\u{85}-]{1,6}",
    ];
    pieces.prop_filter_map("nothing is left", |text| filled(&text.replace(['\n', '\r'], " ")))
}

fn any_item() -> impl Strategy<Value = Item> {
    let some = || proptest::option::of(any_text());
    let url = || proptest::option::of(r"https?://[a-z]{1,8}\.[a-z]{2,3}/[!-Z^-z|~\]\[éä]{0,30}");
    let date = || {
        proptest::option::of(
            r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?[?~%]?(/\.\.|/)?".prop_map(|date| day(&date)),
        )
    };
    let csl_type = proptest::sample::select(bibtex::csl_types().collect::<Vec<_>>());
    let kind = proptest::option::of(proptest::sample::select(
        SourceKind::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>(),
    ));
    let texts = (any_text(), some(), some(), some(), some(), some());
    ("[a-z0-9-]{1,12}", csl_type, kind, texts, url(), url(), (date(), date(), date())).prop_map(
        |(id, csl_type, kind, (title, author, publisher, container_title, language, licence), url, copy, dates)| Item {
            id,
            csl_type: csl_type.into(),
            title,
            author,
            publisher,
            container_title,
            issued: dates.0,
            accessed: dates.1,
            url,
            archive: copy.map(|url| Archive { url, date: dates.2 }),
            language,
            licence,
            kind: kind.map(Into::into),
            note: None,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_item_comes_back(item in any_item()) {
        let items = [item];
        prop_assert_eq!(&through_csl(&items), &items);
        prop_assert_eq!(&through_bibtex(&items), &items);
        prop_assert_eq!(&facts(&facts_yaml(&items, |_| false)), &items);
        plain(&items[0], &ENGLISH);
    }

    #[test]
    fn nothing_panics(bib in r#"([@{}(),=#"%\\'`~$ \n-]|[a-z]|é|@misc\{x,|author = |title = \{| and |month = ){0,60}"#, any in any::<String>()) {
        for text in [&bib, &any, &format!("@misc{{x, author = {{{bib}}}}}")] {
            for Imported { item, .. } in from_bibtex(text).unwrap_or_default() {
                facts(&facts_yaml(&[item], |_| false));
            }
            let _ = from_csl_json(text);
        }
    }

    #[test]
    fn damaged_files_do_not_panic(item in any_item(), cut in 0.0..1.0_f64, length in 0_usize..40) {
        let items = [item];
        let damage = |text: &str| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "any place will do")]
            let at = (text.chars().count() as f64 * cut) as usize;
            text.chars().take(at).chain(text.chars().skip(at + length)).collect::<String>()
        };
        let _ = from_bibtex(&damage(&bibtex(&items)));
        for Imported { item, .. } in from_csl_json(&damage(&csl_json(&items).to_string())).unwrap_or_default() {
            facts(&facts_yaml(&[item], |_| false));
        }
    }
}
