//! A source: one file of the site as the run first saw it, and the spans that point into it.

use crate::exif::Beside;
use std::cell::Cell;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

/// The number of a [`Source`] within its [`Sources`]: the greater, the later in their order. Numbers lie apart, so
/// that a file that comes later finds one between those of its neighbours, and no span of another file need change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one source's text, after its line ends became `\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file it points into.
    pub file: FileId,
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clip(range.start), end: clip(range.end) }
    }

    /// The range of bytes, to slice a text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it was written. Equality looks at the value alone, so that moving a line
/// does not make a site differ from itself.
#[derive(Debug, Clone, Copy)]
pub struct At<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// What the first line of a file path says the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// `site.yaml`.
    Config,
    /// Under `content/`.
    Content,
    /// Under `templates/`, or built in.
    Templates,
    /// Under `static/`.
    Static,
}

/// What a source holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Text: UTF-8, no byte-order mark, lines ended by `\n`.
    Text(Arc<str>),
    /// The same, let go of when it had been parsed: it is read again when somebody asks.
    LetGo(LetGo),
    /// A stylesheet, script or font of the theme, as bytes.
    Bytes(Arc<[u8]>),
    /// A file that is copied, not read: where it lies, its length in bytes, and its size in pixels
    /// when it is a picture.
    File {
        /// Where to copy it from.
        from: PathBuf,
        /// Length in bytes.
        len: u64,
        /// When it was last written, as far as the disk tells: by that alone a change of its bytes is seen.
        modified: Option<SystemTime>,
        /// Width and height in pixels, as it is shown.
        pixels: Option<(usize, usize)>,
        /// What a picture's file says beside its pixels.
        beside: Beside,
    },
}

/// A text that was let go of. A large site's texts take as much room as all that is made of them, and only where
/// something is wrong does anybody look into one again.
#[derive(Debug, Clone)]
pub struct LetGo {
    hash: u64,
    disk: Arc<Path>,
    path: Arc<str>,
    read: fn(&Path) -> Option<Arc<str>>,
    text: OnceLock<Arc<str>>,
}

impl LetGo {
    /// The text of the file at `path` below the folder `disk`, which `read` reads.
    pub fn of(text: &str, disk: &Arc<Path>, path: &Arc<str>, read: fn(&Path) -> Option<Arc<str>>) -> Self {
        Self { hash: hash(text), disk: disk.clone(), path: path.clone(), read, text: OnceLock::new() }
    }

    /// The text; empty when the file is gone or another by now, for no place in that would be true.
    fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let found = (self.read)(&self.disk.join(&*self.path));
            found.filter(|text| hash(text) == self.hash).unwrap_or_default()
        })
    }
}

impl PartialEq for LetGo {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

fn hash(text: &str) -> u64 {
    foldhash::quality::FixedState::default().hash_one(text)
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The path inside the site, with `/` between its parts: `content/articles/story.md`.
    pub path: Arc<str>,
    /// The path as reports tell it: from where the program was called.
    pub shown: Arc<str>,
    /// What the file is for.
    pub area: Area,
    /// What it holds.
    pub content: Content,
}

impl Source {
    /// The text, empty for a file that is only copied.
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(text) => text,
            Content::LetGo(text) => text.text(),
            Content::Bytes(_) | Content::File { .. } => "",
        }
    }

    /// Whether it is a Markdown file.
    pub fn is_markdown(&self) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| {
            extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
        })
    }

    /// The path below its area: `articles/story.md` for `content/articles/story.md`.
    pub fn inner(&self) -> &str {
        self.path.split_once('/').map_or(&self.path, |(_, rest)| rest)
    }
}

/// All files of a run: the configuration, the site's files in the order of their paths, the built-in theme.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    /// By rising number.
    files: Vec<(FileId, Arc<Source>)>,
    /// What links among them lead to, on the disk.
    links: Arc<[PathBuf]>,
}

/// The widest that two numbers lie apart.
const WIDEST_GAP: u32 = 1 << 16;

impl Sources {
    /// Orders files and numbers them.
    pub fn new(mut files: Vec<Source>) -> Self {
        files.sort_by(|a, b| (Rank::of(a), &a.path).cmp(&(Rank::of(b), &b.path)));
        let files: Vec<Arc<Source>> = files.into_iter().map(Arc::new).collect();
        let len = u32::try_from(files.len()).unwrap_or(u32::MAX);
        let gap = (u32::MAX / len.saturating_add(1)).clamp(1, WIDEST_GAP);
        Self { files: (1..).map(|n: u32| FileId(n * gap)).zip(files).collect(), links: Arc::default() }
    }

    /// The same, some of which were found behind links that lead to these files and folders of the disk.
    #[must_use]
    pub fn with_links(self, links: Vec<PathBuf>) -> Self {
        Self { links: links.into(), ..self }
    }

    /// The same, each with what `of` makes of what it holds.
    #[must_use]
    pub fn each(self, of: impl Fn(&Source) -> Option<Content>) -> Self {
        let files = self.files.into_iter().map(|(id, source)| match of(&source) {
            Some(content) => (id, Arc::new(Source { content, ..Source::clone(&source) })),
            None => (id, source),
        });
        Self { files: files.collect(), links: self.links }
    }

    /// What links among them lead to, on the disk.
    pub fn links(&self) -> &[PathBuf] {
        &self.links
    }

    /// The source that a span points into.
    ///
    /// # Panics
    /// When the file is none of these: spans go with the sources that they were made of.
    pub fn get(&self, file: FileId) -> &Source {
        let at = self.files.binary_search_by_key(&file, |(id, _)| *id).expect("a span points into a file of its site");
        &self.files[at].1
    }

    /// Each source with its number.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (FileId, &Source)> {
        self.files.iter().map(|(id, source)| (*id, &**source))
    }

    /// The number of the file at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.place(path).ok().map(|at| self.files[at].0)
    }

    /// Whether a file stands in the folder at `path`.
    pub fn has_folder(&self, path: &str) -> bool {
        let at = self.place(path).unwrap_or_else(|at| at);
        // Names that go on with a sign below the slash stand between a folder's name and its files.
        let mut below = self.files[at..].iter().take_while(|(_, source)| source.path.starts_with(path));
        below.any(|(_, source)| source.path[path.len()..].starts_with('/'))
    }

    /// The same with a file of the site put in, or in the place of the one at its path; none when no number is left
    /// between its neighbours.
    #[must_use]
    pub fn with(mut self, source: Source) -> Option<Self> {
        match self.place(&source.path) {
            Ok(at) => self.files[at].1 = Arc::new(source),
            Err(at) => {
                let before = at.checked_sub(1).map_or(0, |before| self.files[before].0.0);
                let after = self.files.get(at).map_or(u32::MAX, |(after, _)| after.0);
                let between = before + (after - before) / 2;
                if between == before {
                    return None;
                }
                self.files.insert(at, (FileId(between), Arc::new(source)));
            }
        }
        Some(self)
    }

    /// The same without the file at `path`.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        if let Ok(at) = self.place(path) {
            self.files.remove(at);
        }
        self
    }

    /// The paths of files that differ between these and others.
    pub fn different(&self, other: &Self) -> Vec<Arc<str>> {
        let gone = self.files.iter().filter(|(_, source)| other.find(&source.path).is_none());
        let came =
            other.files.iter().filter(|(_, source)| self.find(&source.path).map(|id| self.get(id)) != Some(source));
        gone.chain(came).map(|(_, source)| source.path.clone()).collect()
    }

    /// Files as they were read anew, each with the number that it has here; those that are new share the room between
    /// their neighbours. None when there is too little.
    pub fn renewed(&self, read: &Self) -> Option<Self> {
        let known = |source: &Source| self.find(&source.path).map_or(FileId(0), |id| id);
        let mut files: Vec<(FileId, Arc<Source>)> =
            read.files.iter().map(|(_, source)| (known(source), source.clone())).collect();
        let mut start = 0;
        while start < files.len() {
            let new = files[start..].iter().take_while(|(id, _)| id.0 == 0).count();
            let before = start.checked_sub(1).map_or(0, |before| files[before].0.0);
            let after = files.get(start + new).map_or(u32::MAX, |(id, _)| id.0);
            let gap = (after - before) / (u32::try_from(new).ok()? + 1);
            if new > 0 && gap == 0 {
                return None;
            }
            for (n, (id, _)) in (1..).zip(&mut files[start..start + new]) {
                *id = FileId(before + n * gap.min(WIDEST_GAP));
            }
            start += new + 1;
        }
        Some(Self { files, links: read.links.clone() })
    }

    /// Where the file at `path` stands, or would.
    fn place(&self, path: &str) -> Result<usize, usize> {
        let wanted = (Rank::of_path(path), path);
        self.files.binary_search_by(|(_, source)| (Rank::of(source), &*source.path).cmp(&wanted))
    }

    /// Line and column of the first byte of `span`, both counted from 1, the column in characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        line_column(self.get(span.file).text(), span.start as usize)
    }

    /// Lines and columns of many places.
    pub fn places(&self) -> Places<'_> {
        Places { sources: self, last: Cell::default() }
    }
}

/// Lines and columns of places that are asked for in their order: each is counted from the one before, so that many of them in
/// one long text are gone through once.
#[derive(Debug)]
pub struct Places<'s> {
    sources: &'s Sources,
    last: Cell<Option<(FileId, Place)>>,
}

/// A byte of a text, and its line and column, both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    line: usize,
    column: usize,
}

impl Place {
    /// The first of every text.
    const START: Self = Self { at: 0, line: 1, column: 1 };

    /// The place at byte `at`, which is not before this one.
    fn further(self, text: &str, at: usize) -> Self {
        let between = &text[self.at..at];
        let lines = memchr::memchr_iter(b'\n', between.as_bytes()).count();
        let column = match between.rfind('\n') {
            Some(end) => between[end + 1..].chars().count() + 1,
            None => self.column + between.chars().count(),
        };
        Self { at, line: self.line + lines, column }
    }
}

impl Places<'_> {
    /// Line and column of the first byte of `span`.
    pub fn of(&self, span: Span) -> (usize, usize) {
        let place = self.start_of(span, self.sources.get(span.file).text());
        (place.line, place.column)
    }

    /// The same, and those of the byte behind its last.
    pub fn both(&self, span: Span) -> ((usize, usize), (usize, usize)) {
        let text = self.sources.get(span.file).text();
        let start = self.start_of(span, text);
        let end = start.further(text, floor_char(text, span.end as usize).max(start.at));
        ((start.line, start.column), (end.line, end.column))
    }

    fn start_of(&self, span: Span, text: &str) -> Place {
        let at = floor_char(text, span.start as usize);
        let last = self.last.get().filter(|(known, place)| *known == span.file && place.at <= at);
        let place = last.map_or(Place::START, |(_, place)| place).further(text, at);
        self.last.set(Some((span.file, place)));
        place
    }
}

/// The order of files before that of their paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Config,
    Site,
    BuiltIn,
}

impl Rank {
    fn of(source: &Source) -> Self {
        if source.area == Area::Config { Self::Config } else { Self::of_path(&source.path) }
    }

    fn of_path(path: &str) -> Self {
        if path.starts_with(BUILT_IN) {
            Self::BuiltIn
        } else if path.contains('/') {
            Self::Site
        } else {
            Self::Config
        }
    }
}

/// The folder that the files of the built-in theme are told to stand in.
pub const BUILT_IN: &str = "built-in/";

/// `text` with U+FFFD in place of control characters and of U+FFFE and U+FFFF, which no output may hold (XML 1.0, HTML);
/// line ends and tabs stay.
pub fn printable(text: String) -> String {
    if is_printable(&text) { text } else { text.replace(is_unprintable, "\u{fffd}") }
}

/// Whether [`printable`] leaves a text as it is.
pub fn is_printable(text: &str) -> bool {
    // Control characters are bytes below the space, U+007F, and U+0080 to U+009F, which begin with 0xC2; the others begin with
    // 0xEF. Without a way out, so that many bytes are looked at in one step.
    let may_be = |byte: u8| byte < b' ' && byte != b'\n' && byte != b'\t' || matches!(byte, 0x7f | 0xc2 | 0xef);
    let any = text.as_bytes().chunks(4096).any(|bytes| bytes.iter().fold(false, |any, byte| any | may_be(*byte)));
    !any || !text.contains(is_unprintable)
}

fn is_unprintable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Line and column of byte `at` of `text`, both counted from 1, the column in characters.
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let place = Place::START.further(text, floor_char(text, at));
    (place.line, place.column)
}

/// The greatest character boundary of `text` that is not past `at`.
pub fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_column("a\nбв x", 6), (2, 3));
        assert_eq!(line_column("", 9), (1, 1));
    }

    #[test]
    fn places_are_the_same_in_any_order() {
        let text = "a\nбв x\n\nend";
        let sources = Sources::new(vec![Source {
            path: "content/a.md".into(),
            shown: "content/a.md".into(),
            area: Area::Content,
            content: Content::Text(text.into()),
        }]);
        let (file, _) = sources.iter().next().expect("there is a source");
        let places = sources.places();
        for at in (0..=16_usize).chain([3, 12, 0]) {
            let (start, end) = (at, at + 2);
            let both = (line_column(text, start), line_column(text, end));
            assert_eq!(places.both(Span::new(file, start..end)), both, "{at}");
        }
    }
}
