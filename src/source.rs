//! A source: one file of the site as the run first saw it, and the spans that point into it.

use std::path::PathBuf;
use std::sync::Arc;

/// The number of a [`Source`] within its [`Sources`].
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
    /// A stylesheet, script or font of the theme, as bytes.
    Bytes(Arc<[u8]>),
    /// A file that is copied, not read: where it lies, its length in bytes, and its size in pixels
    /// when it is a picture.
    File {
        /// Where to copy it from.
        from: PathBuf,
        /// Length in bytes.
        len: u64,
        /// Width and height in pixels.
        pixels: Option<(usize, usize)>,
    },
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

/// All files of a run, in the order of their paths. A [`FileId`] is an index into it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// The source that a span points into.
    pub fn get(&self, file: FileId) -> &Source {
        &self.0[file.0 as usize]
    }

    /// Each source with its number.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.0)
    }

    /// Line and column of the first byte of `span`, both counted from 1, the column in characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        line_column(self.get(span.file).text(), span.start as usize)
    }
}

/// `text` with U+FFFD in place of control characters, which no output may hold (XML 1.0, HTML); line
/// ends and tabs stay.
pub fn printable(text: String) -> String {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(control) { text.replace(control, "\u{fffd}") } else { text }
}

/// Line and column of byte `at` of `text`, both counted from 1, the column in characters.
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..floor_char(text, at)];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
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
}
