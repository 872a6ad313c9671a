//! BibTeX, in the fields and types of `biblatex`: what LaTeX and most reference managers read.
//!
//! The CSL type is in `entrysubtype` wherever the type of the entry does not tell it, `kind` is a
//! keyword, and the archived copy has `archiveurl` and `archivedate`, which styles pass over.
//! Dates are EDTF, as `biblatex` takes them.

use super::is_kind;
use super::names::{Name, names, of_parts, text};
use super::tex::{escape, unescape, unverbatim, verbatim};
use super::{Archive, BadFile, Imported, Item, SPACES, doi_url, edtf, filled, left_out, title_of, web_url};
use crate::edtf::Edtf;
use std::collections::HashMap;

/// The types of CSL 1.0.2, each with the entry that it becomes. The first CSL type beside an entry
/// is what that entry is read as.
const TYPES: [(&str, &str); 44] = [
    ("article-journal", "article"),
    ("article-newspaper", "article"),
    ("article-magazine", "article"),
    ("book", "book"),
    ("classic", "book"),
    ("chapter", "incollection"),
    ("paper-conference", "inproceedings"),
    ("entry-encyclopedia", "inreference"),
    ("entry-dictionary", "inreference"),
    ("entry", "inreference"),
    ("pamphlet", "booklet"),
    ("collection", "collection"),
    ("periodical", "periodical"),
    ("report", "report"),
    ("thesis", "thesis"),
    ("manuscript", "unpublished"),
    ("speech", "unpublished"),
    ("webpage", "online"),
    ("post", "online"),
    ("post-weblog", "online"),
    ("article", "online"),
    ("dataset", "dataset"),
    ("software", "software"),
    ("legislation", "legislation"),
    ("bill", "legislation"),
    ("regulation", "legislation"),
    ("legal_case", "jurisdiction"),
    ("hearing", "jurisdiction"),
    ("treaty", "legal"),
    ("standard", "standard"),
    ("patent", "patent"),
    ("personal_communication", "letter"),
    ("review", "review"),
    ("review-book", "review"),
    ("performance", "performance"),
    ("motion_picture", "video"),
    ("broadcast", "video"),
    ("song", "audio"),
    ("musical_score", "audio"),
    ("graphic", "image"),
    ("figure", "image"),
    ("map", "image"),
    ("document", "misc"),
    ("interview", "misc"),
];

/// Entries that are only read, and the CSL types that they are read as.
const OTHER_ENTRIES: [(&str, &str); 24] = [
    ("techreport", "report"),
    ("manual", "report"),
    ("electronic", "webpage"),
    ("www", "webpage"),
    ("phdthesis", "thesis"),
    ("mastersthesis", "thesis"),
    ("inbook", "chapter"),
    ("bookinbook", "chapter"),
    ("suppbook", "chapter"),
    ("suppcollection", "chapter"),
    ("conference", "paper-conference"),
    ("mvbook", "book"),
    ("proceedings", "book"),
    ("mvproceedings", "book"),
    ("mvcollection", "book"),
    ("reference", "book"),
    ("mvreference", "book"),
    ("suppperiodical", "article-journal"),
    ("commentary", "legal_case"),
    ("movie", "motion_picture"),
    ("music", "song"),
    ("artwork", "graphic"),
    ("newspaper", "article-newspaper"),
    ("article-newspaper", "article-newspaper"),
];

/// Languages, by their tags and by the names that `babel` and `biblatex` have for them.
const LANGUAGES: [(&str, &str); 42] = [
    ("en", "english"),
    ("en-GB", "british"),
    ("en-US", "american"),
    ("de", "german"),
    ("de-AT", "austrian"),
    ("fr", "french"),
    ("es", "spanish"),
    ("it", "italian"),
    ("nl", "dutch"),
    ("pt", "portuguese"),
    ("pt-BR", "brazilian"),
    ("ca", "catalan"),
    ("ru", "russian"),
    ("uk", "ukrainian"),
    ("be", "belarusian"),
    ("pl", "polish"),
    ("cs", "czech"),
    ("sk", "slovak"),
    ("sl", "slovene"),
    ("hr", "croatian"),
    ("sr", "serbian"),
    ("bg", "bulgarian"),
    ("ro", "romanian"),
    ("hu", "hungarian"),
    ("el", "greek"),
    ("tr", "turkish"),
    ("az", "azerbaijani"),
    ("hy", "armenian"),
    ("ka", "georgian"),
    ("fa", "persian"),
    ("ar", "arabic"),
    ("he", "hebrew"),
    ("sv", "swedish"),
    ("da", "danish"),
    ("nb", "norsk"),
    ("nn", "nynorsk"),
    ("fi", "finnish"),
    ("et", "estonian"),
    ("lv", "latvian"),
    ("lt", "lithuanian"),
    ("ja", "japanese"),
    ("zh", "chinese"),
];

/// The types that CSL has.
pub(super) fn csl_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(csl, _)| *csl)
}

/// The items as BibTeX: an entry each, its key the item's id, its fields in a fixed order.
pub fn bibtex(items: &[Item]) -> String {
    items.iter().map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(item: &Item) -> String {
    let kind = entry_type(item);
    let archive = item.archive.as_ref();
    let date = |date: &Edtf| date.as_str().to_owned();
    let fields = [
        ("entrysubtype", subtype(item, kind).map(escape)),
        (
            "author",
            item.author.as_deref().map(|author| names(author).iter().map(name).collect::<Vec<_>>().join(" and ")),
        ),
        // Braces inside keep styles from changing capitals.
        ("title", Some(format!("{{{}}}", escape(&item.title)))),
        (container_field(kind), item.container_title.as_deref().map(escape)),
        (publisher_field(kind), item.publisher.as_deref().map(list)),
        ("date", item.issued.as_ref().map(date)),
        ("url", item.url.as_deref().map(verbatim)),
        ("urldate", item.accessed.as_ref().map(date)),
        ("archiveurl", archive.map(|copy| verbatim(&copy.url))),
        ("archivedate", archive.and_then(|copy| copy.date.as_ref()).map(date)),
        (
            "langid",
            item.language
                .as_deref()
                .map(|tag| escape(paired(&LANGUAGES, tag, |(tag, _)| tag).map_or(tag, |(_, name)| name))),
        ),
        ("license", item.licence.as_deref().map(escape)),
        ("keywords", item.kind.as_deref().map(escape)),
        ("note", item.note.as_deref().map(escape)),
    ];
    let fields: String =
        fields.into_iter().filter_map(|(field, value)| Some(format!("  {field} = {{{}}},\n", value?))).collect();
    format!("@{kind}{{{},\n{fields}}}\n", key(&item.id))
}

/// The pair whose part is `wanted`.
fn paired<'t>(
    table: &'t [(&'static str, &'static str)],
    wanted: &str,
    part: fn(&(&'static str, &'static str)) -> &'static str,
) -> Option<&'t (&'static str, &'static str)> {
    table.iter().find(|row| part(row) == wanted)
}

/// An article needs a paper that it stands in; without one it is a page, or merely something.
fn entry_type(item: &Item) -> &'static str {
    match paired(&TYPES, &item.csl_type, |row| row.0).map_or("misc", |row| row.1) {
        "article" | "online" if item.container_title.is_none() && item.url.is_none() => "misc",
        "article" if item.container_title.is_none() => "online",
        kind => kind,
    }
}

/// The CSL type, where the entry does not tell it; newspapers and magazines in `biblatex`'s own words.
fn subtype<'i>(item: &'i Item, kind: &str) -> Option<&'i str> {
    match item.csl_type.as_str() {
        "article-newspaper" => Some("newspaper"),
        "article-magazine" => Some("magazine"),
        csl_type if csl_of(kind) == Some(csl_type) => None,
        csl_type => Some(csl_type),
    }
}

fn csl_of(kind: &str) -> Option<&'static str> {
    let here = TYPES.iter().find(|(_, entry)| *entry == kind).map(|(csl, _)| *csl);
    here.or_else(|| paired(&OTHER_ENTRIES, kind, |row| row.0).map(|row| row.1))
}

fn container_field(kind: &str) -> &'static str {
    match kind {
        "article" | "periodical" | "review" => "journaltitle",
        "incollection" | "inproceedings" | "inreference" => "booktitle",
        _ => "titleaddon",
    }
}

fn publisher_field(kind: &str) -> &'static str {
    match kind {
        "report" | "thesis" => "institution",
        "online" | "misc" | "dataset" | "software" => "organization",
        _ => "publisher",
    }
}

fn name(name: &Name) -> String {
    match name {
        Name::Person { family, given } => format!("{}, {}", escape(family), escape(given)),
        Name::Whole(name) => format!("{{{}}}", escape(name)),
    }
}

/// A field that BibTeX takes for a list, split at `and`: braces keep it whole.
fn list(text: &str) -> String {
    if text.split_whitespace().any(|word| word.eq_ignore_ascii_case("and")) {
        format!("{{{}}}", escape(text))
    } else {
        escape(text)
    }
}

/// A key holds no space and no sign that BibTeX gives a meaning.
fn key(id: &str) -> String {
    let good = |c: char| !c.is_whitespace() && !c.is_control() && !"{}(),=\"#%\\~'@".contains(c);
    let key: String = id.chars().map(|c| if good(c) { c } else { '-' }).collect();
    if key.is_empty() { "item".to_owned() } else { key }
}

/// The works in a BibTeX file.
///
/// # Errors
/// At the first entry that BibTeX could not read either, with its line.
pub fn from_bibtex(text: &str) -> Result<Vec<Imported>, BadFile> {
    Ok(entries(text)?.into_iter().map(imported).collect())
}

/// An entry as it stands in the file: its fields by their names in lower case, still in TeX.
#[derive(Debug)]
struct Entry {
    kind: String,
    key: String,
    fields: Vec<(String, String)>,
    warnings: Vec<String>,
}

impl Entry {
    /// Takes out the first of `fields` that is there.
    fn take(&mut self, fields: &[&str]) -> Option<String> {
        let at = fields.iter().find_map(|wanted| self.fields.iter().position(|(field, _)| field == wanted))?;
        Some(self.fields.remove(at).1).filter(|tex| filled(tex).is_some())
    }

    fn text(&mut self, fields: &[&str]) -> Option<String> {
        let tex = self.take(fields)?;
        filled(&self.plain(&tex))
    }

    fn plain(&mut self, tex: &str) -> String {
        let mut unknown = vec![];
        let text = unescape(tex, &mut unknown);
        self.warnings.extend(unknown.iter().map(|name| format!("the LaTeX command `\\{name}` was left out")));
        text
    }

    fn url(&mut self, fields: &[&str]) -> Option<String> {
        let tex = self.take(fields)?;
        web_url(&unverbatim(&tex), fields[0], &mut self.warnings)
    }

    fn date(&mut self, fields: &[&str]) -> Option<Edtf> {
        let tex = self.take(fields)?;
        let written = tex.trim_matches(SPACES);
        // Others' second pair of braces, unless it is a list of dates, `{2020, 2021}`.
        let written = braced(written).filter(|inner| !inner.contains([',', '.'])).unwrap_or(written);
        edtf(written, fields[0], &mut self.warnings)
    }
}

fn imported(mut entry: Entry) -> Imported {
    let subtype = entry.text(&["entrysubtype"]);
    let csl_type = csl_type(&entry.kind, subtype.as_deref(), &mut entry.warnings);
    let title = [entry.text(&["title"]), entry.text(&["subtitle"])];
    let title = title.into_iter().flatten().collect::<Vec<_>>().join(": ");
    let title = title_of(filled(&title), &entry.key, &mut entry.warnings);
    let archive = entry.url(&["archiveurl", "archive-url"]);
    let archive = archive.map(|url| Archive { url, date: entry.date(&["archivedate", "archive-date"]) });
    let item = Item {
        csl_type,
        title,
        author: author(&mut entry),
        container_title: entry.text(&["journaltitle", "journal", "booktitle", "titleaddon"]),
        publisher: entry.text(&["publisher", "institution", "organization", "school"]),
        issued: issued(&mut entry),
        url: address(&mut entry),
        accessed: entry.date(&["urldate", "lastaccessed", "lastchecked"]),
        archive,
        language: spoken(&mut entry),
        licence: entry.text(&["license", "licence", "rights"]),
        kind: keywords(&mut entry),
        note: entry.text(&["note"]),
        id: entry.key,
    };
    entry.warnings.extend(left_out(entry.fields.iter().map(|(field, _)| field.as_str())));
    Imported { item, warnings: entry.warnings }
}

fn csl_type(kind: &str, subtype: Option<&str>, warnings: &mut Vec<String>) -> String {
    match subtype {
        Some(subtype) => {
            let csl_type = type_named(subtype);
            if !csl_types().any(|known| known == csl_type) {
                warnings.push(format!("`type: {subtype}` comes from `entrysubtype` and is not a CSL type"));
            }
            csl_type.to_owned()
        }
        None => csl_of(kind)
            .unwrap_or_else(|| {
                warnings.push(format!("`@{kind}` is not an entry of biblatex; taken for a document"));
                "document"
            })
            .to_owned(),
    }
}

/// The CSL type that one of `biblatex`'s own words means; any other word as it is.
pub(super) fn type_named(word: &str) -> &str {
    match word {
        "newspaper" => "article-newspaper",
        "magazine" => "article-magazine",
        word => word,
    }
}

/// `language`, else `langid`, which many exporters write beside it.
fn spoken(entry: &mut Entry) -> Option<String> {
    let [language, langid, older] = ["language", "langid", "hyphenation"].map(|field| entry.text(&[field]));
    language.or(langid).or(older).map(language_tag)
}

/// The tag of a language that is named, `en` of `English`; any other text as it is.
pub(super) fn language_tag(text: String) -> String {
    let name = text.to_lowercase();
    let name = match name.as_str() {
        "ngerman" => "german",
        "usenglish" => "american",
        "ukenglish" => "british",
        "norwegian" => "norsk",
        "francais" => "french",
        name => name,
    };
    paired(&LANGUAGES, name, |row| row.1).map_or(text, |row| row.0.to_owned())
}

/// `url`, else an address in `howpublished`, else the DOI's.
fn address(entry: &mut Entry) -> Option<String> {
    if let Some(url) = entry.url(&["url"]) {
        return Some(url);
    }
    let published = |(field, tex): &(String, String)| field == "howpublished" && unverbatim(tex).starts_with("http");
    if entry.fields.iter().any(published) {
        return entry.url(&["howpublished"]);
    }
    let doi = unverbatim(&entry.take(&["doi"])?);
    doi_url(&doi, "doi", &mut entry.warnings)
}

/// `date`, or `year` and `month`, and a `day` if there is one.
fn issued(entry: &mut Entry) -> Option<Edtf> {
    if let Some(date) = entry.date(&["date"]) {
        entry.fields.retain(|(field, _)| !matches!(field.as_str(), "year" | "month" | "day"));
        return Some(date);
    }
    let year = entry.text(&["year"])?;
    let month = entry.text(&["month"]);
    let number = month.as_deref().map(month_number);
    let mut date = year;
    match (month, number.flatten()) {
        (_, Some(month)) => {
            date.push_str(&format!("-{month:02}"));
            if let Some(day) = entry.text(&["day"]).and_then(|day| day.parse::<u8>().ok()) {
                date.push_str(&format!("-{day:02}"));
            }
        }
        (Some(month), None) => entry.warnings.push(format!("`month` was left out: {month}")),
        (None, None) => {}
    }
    edtf(&date, "year", &mut entry.warnings)
}

/// 9 of `9`, `sep` and `September`.
fn month_number(month: &str) -> Option<usize> {
    let month = month.to_lowercase();
    let named = || MONTHS.iter().position(|name| month.len() >= 3 && month.starts_with(name)).map(|i| i + 1);
    month.parse().ok().filter(|n| (1..=12).contains(n)).or_else(named)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The `kind` among the keywords.
fn keywords(entry: &mut Entry) -> Option<String> {
    let words = entry.text(&["keywords"])?;
    let (kinds, others): (Vec<&str>, Vec<&str>) =
        words.split([',', ';']).map(str::trim).partition(|word| is_kind(word));
    let dropped = others.iter().chain(kinds.iter().skip(1)).copied().collect::<Vec<_>>();
    if !dropped.is_empty() {
        entry.warnings.push(format!("keywords were left out: {}", dropped.join(", ")));
    }
    kinds.first().map(|&kind| kind.to_owned())
}

fn author(entry: &mut Entry) -> Option<String> {
    let tex = entry.take(&["author"])?;
    let mut names = Vec::new();
    for name in split(&tex, Cut::And) {
        match name.trim_matches(SPACES) {
            "others" => entry.warnings.push("`author` ends in `and others`; the others are not named".to_owned()),
            name => names.extend(read_name(name, entry)),
        }
    }
    text(&names)
}

/// `{Institution}`, `First von Last`, `von Last, First`, `von Last, Jr, First` or `family=…, given=…`.
fn read_name(tex: &str, entry: &mut Entry) -> Option<Name> {
    if let Some(inner) = braced(tex) {
        return filled(&entry.plain(inner)).map(Name::Whole);
    }
    let parts: Vec<String> = split(tex, Cut::Comma).into_iter().map(|part| entry.plain(part)).collect();
    if let Some(name) = labelled(&parts) {
        return Some(name);
    }
    match &parts[..] {
        [_] => first_last(tex, entry),
        [family, given] => of_parts(family, given),
        [family, suffix, given] => of_parts(&format!("{family} {suffix}"), given),
        _ => filled(&entry.plain(tex)).map(Name::Whole),
    }
}

/// BibTeX's rule: the family name is the last word, or begins at the first word in small letters.
fn first_last(tex: &str, entry: &mut Entry) -> Option<Name> {
    let words: Vec<String> = split(tex, Cut::Space).into_iter().map(|word| entry.plain(word)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let (_, before) = words.split_last()?;
    let small = before.iter().position(|word| word.starts_with(char::is_lowercase));
    let (given, family) = words.split_at(small.unwrap_or(before.len()));
    of_parts(&family.join(" "), &given.join(" "))
}

/// biblatex's extended form, whatever the order of its parts.
fn labelled(parts: &[String]) -> Option<Name> {
    let parts: Vec<(&str, &str)> = parts.iter().map(|part| part.split_once('=')).collect::<Option<_>>()?;
    let part =
        |wanted: &str| parts.iter().find(|(label, _)| label.trim() == wanted).map_or("", |(_, name)| name.trim());
    let family = [part("prefix"), part("family"), part("suffix")].join(" ");
    of_parts(&family.split_whitespace().collect::<Vec<_>>().join(" "), part("given"))
}

/// What stands between a pair of braces that hold all of `tex`.
fn braced(tex: &str) -> Option<&str> {
    let inner = tex.strip_prefix('{')?.strip_suffix('}')?;
    let mut depth = 0_i64;
    let whole = inner.bytes().all(|b| {
        depth += i64::from(b == b'{') - i64::from(b == b'}');
        depth >= 0
    });
    whole.then_some(inner)
}

/// Where a field of names is cut, outside of braces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    And,
    Comma,
    Space,
}

fn split(tex: &str, cut: Cut) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_i64, 0, Vec::new());
    for (at, c) in tex.char_indices() {
        depth += i64::from(c == '{') - i64::from(c == '}');
        let width = match cut {
            _ if depth > 0 || at < from => 0,
            Cut::And if SPACES.contains(&c) => and_width(&tex[at..]),
            Cut::Comma if c == ',' => 1,
            Cut::Space if SPACES.contains(&c) || c == '~' => 1,
            _ => 0,
        };
        if width > 0 {
            parts.push(&tex[from..at]);
            from = at + width;
        }
    }
    parts.push(&tex[from..]);
    parts
}

/// How long ` and ` is at the beginning of `tex`, spaces and all, without the last one: 0 when it is not there.
fn and_width(tex: &str) -> usize {
    let word = tex.trim_start_matches(SPACES);
    let is_and = word.get(..3).is_some_and(|and| and.eq_ignore_ascii_case("and"));
    if is_and && word[3..].starts_with(SPACES) { tex.len() - word.len() + 3 } else { 0 }
}

/// The entries of a file, its `@string`s filled in.
fn entries(text: &str) -> Result<Vec<Entry>, BadFile> {
    let mut reader = Reader { text, at: 0, strings: HashMap::new() };
    let mut entries = Vec::new();
    while reader.seek_entry() {
        let begin = reader.at;
        reader.at += 1;
        let kind = reader.word().to_lowercase();
        reader.space();
        let Some(close) = reader.opening() else {
            // An address such as `desk@example.org` in the text between the entries, which is all comment.
            if kind != "comment" && reader.alone_on_line(begin) {
                return Err(reader.bad(begin, &format!("`@{kind}` needs a `{{` behind it")));
            }
            continue;
        };
        match kind.as_str() {
            "comment" => reader.skip_group(begin, close)?,
            "preamble" => {
                reader.value(begin)?;
                reader.closing(begin, close)?;
            }
            "string" => reader.string(begin, close)?,
            _ => entries.push(reader.entry(begin, kind, close)?),
        }
    }
    Ok(entries)
}

/// A place in a file, and the strings that were defined before it.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    strings: HashMap<String, String>,
}

/// A value of more than this, in bytes, is strings that double each other.
const LONGEST: usize = 1 << 20;

impl<'t> Reader<'t> {
    fn bad(&self, at: usize, message: &str) -> BadFile {
        let line = 1 + self.text[..at].matches('\n').count();
        BadFile { line, message: message.to_owned() }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.rest().starts_with(c);
        self.at += if there { c.len_utf8() } else { 0 };
        there
    }

    /// As much as `good` is true of.
    fn run(&mut self, good: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !good(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Spaces, and the comments that biber allows between fields.
    fn space(&mut self) {
        loop {
            self.run(char::is_whitespace);
            if self.peek() != Some('%') {
                return;
            }
            self.run(|c| c != '\n');
        }
    }

    fn word(&mut self) -> &'t str {
        self.run(|c| !c.is_whitespace() && !c.is_control() && !"{}(),=\"#%'@".contains(c))
    }

    fn seek_entry(&mut self) -> bool {
        self.run(|c| c != '@');
        self.at < self.text.len()
    }

    fn alone_on_line(&self, at: usize) -> bool {
        self.text[..at].rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
    }

    /// What closes the entry that opens here.
    fn opening(&mut self) -> Option<char> {
        if self.eat('{') {
            Some('}')
        } else if self.eat('(') {
            Some(')')
        } else {
            None
        }
    }

    fn closing(&mut self, begin: usize, close: char) -> Result<(), BadFile> {
        self.space();
        if self.eat(close) { Ok(()) } else { Err(self.unexpected(begin, &format!("`,` or `{close}`"))) }
    }

    fn unexpected(&self, begin: usize, wanted: &str) -> BadFile {
        match self.peek() {
            Some(c) => self.bad(self.at, &format!("expected {wanted}, found `{c}`")),
            None => self.bad(
                begin,
                &format!("the entry that begins here does not end: expected {wanted}; is a brace left open in it?"),
            ),
        }
    }

    fn skip_group(&mut self, begin: usize, close: char) -> Result<(), BadFile> {
        if close == '}' {
            return self.braced(begin).map(drop);
        }
        self.run(|c| c != close);
        self.closing(begin, close)
    }

    /// What stands up to the brace that closes the one just read.
    fn braced(&mut self, open: usize) -> Result<&'t str, BadFile> {
        let mut depth = 1_usize;
        for (at, b) in self.rest().bytes().enumerate() {
            depth = match b {
                b'{' => depth + 1,
                b'}' => depth - 1,
                _ => depth,
            };
            if depth == 0 {
                let inner = &self.rest()[..at];
                self.at += at + 1;
                return Ok(inner);
            }
        }
        Err(self.bad(open, "the `{` here is never closed"))
    }

    /// What stands up to the next quotation mark outside of braces.
    fn quoted(&mut self, open: usize) -> Result<&'t str, BadFile> {
        let mut depth = 0_i64;
        for (at, b) in self.rest().bytes().enumerate() {
            depth += i64::from(b == b'{') - i64::from(b == b'}');
            if b == b'"' && depth <= 0 {
                let inner = &self.rest()[..at];
                self.at += at + 1;
                return Ok(inner);
            }
        }
        Err(self.bad(open, "the `\"` here is never closed"))
    }

    /// `{…}`, `"…"`, a number or the name of a string, and more of them behind `#`.
    fn value(&mut self, begin: usize) -> Result<String, BadFile> {
        let mut value = String::new();
        loop {
            self.space();
            let open = self.at;
            if self.eat('{') {
                value.push_str(self.braced(open)?);
            } else if self.eat('"') {
                value.push_str(self.quoted(open)?);
            } else {
                let name = self.word();
                if name.is_empty() {
                    return Err(self.unexpected(begin, "a value: `{…}`, `\"…\"`, a number or a name"));
                }
                // An unknown name stands for itself, as `jan` does.
                value.push_str(self.strings.get(&name.to_lowercase()).map_or(name, String::as_str));
            }
            if value.len() > LONGEST {
                return Err(self.bad(open, "this value is longer than a megabyte"));
            }
            self.space();
            if !self.eat('#') {
                return Ok(value);
            }
        }
    }

    /// `name = value`.
    fn field(&mut self, begin: usize) -> Result<(String, String), BadFile> {
        self.space();
        let name = self.word().to_lowercase();
        if name.is_empty() {
            return Err(self.unexpected(begin, "the name of a field"));
        }
        self.space();
        if !self.eat('=') {
            return Err(self.unexpected(begin, &format!("`=` behind `{name}`")));
        }
        Ok((name, self.value(begin)?))
    }

    fn string(&mut self, begin: usize, close: char) -> Result<(), BadFile> {
        let (name, value) = self.field(begin)?;
        self.strings.insert(name, value);
        self.space();
        self.eat(',');
        self.closing(begin, close)
    }

    fn entry(&mut self, begin: usize, kind: String, close: char) -> Result<Entry, BadFile> {
        self.space();
        let key = self.run(|c| c != ',' && c != close && c != '=' && c != '\n').trim().to_owned();
        self.space();
        if self.peek() == Some('=') {
            return Err(self.bad(begin, &format!("`@{kind}` has no key before its first field")));
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut warnings = Vec::new();
        while self.eat(',') {
            self.space();
            if self.peek() == Some(close) {
                break;
            }
            let (name, value) = self.field(begin)?;
            if fields.iter().any(|(field, _)| *field == name) {
                warnings.push(format!("`{name}` stands twice; the first was taken"));
            } else {
                fields.push((name, value));
            }
        }
        self.closing(begin, close)?;
        Ok(Entry { kind, key, fields, warnings })
    }
}
