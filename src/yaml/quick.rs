//! A quick reader for the plain part of YAML that facts and front matter are written in.
//!
//! The YAML crate takes some hundred instructions for each byte, for it minds all of YAML. This reader minds what
//! nearly every file keeps to: mappings and sequences, by indentation or in brackets, plain scalars, scalars in quotes
//! on one line, and texts in blocks. It gives the very tree that the slow reader gives, places included. At anything
//! else, and wherever the slow reader may find something wrong, it gives up, and the slow reader is asked.

use super::{Node, Scalar, Yaml};
use crate::source::{At, FileId, Span};
use std::ops::Range;

/// How deep collections may stand in each other before the slow reader is asked.
const DEEPEST: usize = 32;

/// How long a text may be before the slow reader, which has budgets, is asked.
const LONGEST: usize = 16 << 20;

/// How long a key may be; the slow reader takes somewhat longer ones.
const LONGEST_KEY: usize = 1000;

/// Reads `text[range]` as the slow reader does, or gives up.
pub(super) fn quick(file: FileId, text: &str, range: Range<usize>) -> Option<Node> {
    let base = range.start;
    let text = text.get(range)?;
    if text.len() > LONGEST || !is_tame(text.as_bytes()) {
        return None;
    }
    let mut reader = Reader { file, base, text, bytes: text.as_bytes(), at: 0, column: None };
    reader.find_content();
    let Some(column) = reader.column else { return Some(reader.node(Yaml::Null, text.len()..text.len())) };
    let root = reader.block(None, column, 0)?;
    reader.column.is_none().then_some(root)
}

/// Whether a text holds no tabs, no line ends but `\n`, no control characters, no byte-order mark and nothing that is
/// not a character.
fn is_tame(bytes: &[u8]) -> bool {
    let (mut wild, mut perhaps) = (false, false);
    for chunk in bytes.chunks(4096) {
        for &byte in chunk {
            wild |= byte < b' ' && byte != b'\n' || byte == 0x7f;
            perhaps |= byte == 0xc2 || byte == 0xef;
        }
        if wild {
            return false;
        }
    }
    let is_wild = |at: usize| match &bytes[at..] {
        [0xc2, second, ..] => *second < 0xa0,
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => true,
        _ => false,
    };
    !perhaps || !memchr::memchr2_iter(0xc2, 0xef, bytes).any(is_wild)
}

/// What can end a plain scalar outside of brackets, or make it a key.
static WORD_ENDS: [bool; 256] = set(b"\n:#");

/// What can end a plain scalar in brackets, or make it a key.
static FLOW_WORD_ENDS: [bool; 256] = set(b"\n:#,[]{}");

/// What no plain scalar begins with, but for a hyphen with something after it.
static INDICATORS: [bool; 256] = set(b" \n-?:,[]{}#&*!|>'\"%@`");

/// Which bytes are among some.
const fn set(bytes: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}

/// Where a plain scalar ends, and whether a colon makes it a key.
struct Word {
    /// The bytes of the scalar.
    range: Range<usize>,
    /// Whether it is a key; the reader then stands past its colon.
    is_key: bool,
}

/// How the lines of a text in a block become one text.
#[derive(Clone, Copy)]
struct Style {
    /// Whether line ends stay, as after `|`.
    literal: bool,
    /// Whether the last line end goes, as after `-`.
    stripped: bool,
}

/// A place in a text that is read.
struct Reader<'a> {
    /// The file of all spans.
    file: FileId,
    /// Where in its file the text begins.
    base: usize,
    /// What is read.
    text: &'a str,
    /// The same as bytes.
    bytes: &'a [u8],
    /// What comes next.
    at: usize,
    /// How far the line of the next value or key is indented, at the end of a line; none at the end of the text.
    column: Option<usize>,
}

impl Reader<'_> {
    /// The next byte.
    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether a byte is white space or the end of the text.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\n'))
    }

    /// Whether an entry of a sequence begins here.
    fn is_dash(&self) -> bool {
        self.here() == Some(b'-') && self.is_blank(self.at + 1)
    }

    /// The span of some bytes.
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start..self.base + range.end)
    }

    /// A value with its place.
    fn node(&self, value: Yaml, range: Range<usize>) -> Node {
        At { value, span: self.span(range) }
    }

    /// Goes past spaces.
    fn skip_spaces(&mut self) {
        while self.here() == Some(b' ') {
            self.at += 1;
        }
    }

    /// The end of the line that a byte stands in.
    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |len| at + len)
    }

    /// Goes to the end of a line that holds nothing more than a comment.
    fn finish_line(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_spaces();
        match self.here() {
            None | Some(b'\n') => {}
            Some(b'#') if self.at > start || self.bytes[..start].ends_with(b" ") => {
                self.at = self.line_end(self.at);
            }
            Some(_) => return None,
        }
        Some(())
    }

    /// Goes from the end of a line, or the start of the text, to what comes next in a later line, past blank lines and
    /// comments.
    fn find_content(&mut self) {
        loop {
            if self.here() == Some(b'\n') {
                self.at += 1;
            }
            let start = self.at;
            self.skip_spaces();
            match self.here() {
                None => {
                    self.column = None;
                    return;
                }
                Some(b'\n') => {}
                Some(b'#') => self.at = self.line_end(self.at),
                Some(_) => {
                    self.column = Some(self.at - start);
                    return;
                }
            }
        }
    }

    /// A value that begins at `column`, in a collection at the column `parent`; then goes to the next line.
    fn block(&mut self, parent: Option<usize>, column: usize, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        if self.is_dash() {
            return self.list(column, self.at, depth);
        }
        let start = self.at;
        match self.here()? {
            b'[' | b'{' | b'"' | b'\'' | b'>' | b'|' => self.inline(parent, depth),
            _ => {
                let word = self.word()?;
                if word.is_key {
                    self.at = start;
                    return self.map(column, depth);
                }
                self.plain_lines(parent, word)
            }
        }
    }

    /// A value that ends the line of its key or dash, in a collection at the column `parent`; then goes to the next
    /// line.
    fn inline(&mut self, parent: Option<usize>, depth: usize) -> Option<Node> {
        let node = match self.here()? {
            b'[' | b'{' => self.flow(depth)?,
            quote @ (b'"' | b'\'') => self.quoted(quote)?,
            b'>' | b'|' => return self.lines(parent?),
            _ => {
                let word = self.word()?;
                return if word.is_key { None } else { self.plain_lines(parent, word) };
            }
        };
        self.finish_line()?;
        self.find_content();
        Some(node)
    }

    /// A plain scalar from its first line, in a collection at the column `parent`; then goes to the next line.
    fn plain_lines(&mut self, parent: Option<usize>, first: Word) -> Option<Node> {
        let (parent, end) = (parent?, self.at);
        self.finish_line()?;
        self.find_content();
        if self.column.is_none_or(|next| next <= parent) {
            return self.plain(first);
        }
        self.at = end;
        let node = self.folded(parent, first.range)?;
        self.finish_line()?;
        self.find_content();
        Some(node)
    }

    /// Whether the next line that is not blank goes on with a plain scalar, which ends here for now.
    fn is_continued(&self, parent: usize) -> bool {
        let next = self.next_word();
        let column = self.bytes[..next].iter().rev().take_while(|byte| **byte == b' ').count();
        self.breaks_before(next) > 0 && column > parent && !matches!(self.bytes.get(next), None | Some(b'#'))
    }

    /// What follows white space.
    fn next_word(&self) -> usize {
        let rest = &self.bytes[self.at..];
        self.at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\n')).unwrap_or(rest.len())
    }

    /// How many lines end between here and a later byte.
    fn breaks_before(&self, next: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.bytes[self.at..next]).count()
    }

    /// A plain scalar on more than one line, of which the first was read.
    fn folded(&mut self, parent: usize, first: Range<usize>) -> Option<Node> {
        let mut text = self.text[first.clone()].to_owned();
        let mut end = first.end;
        while self.is_continued(parent) {
            let next = self.next_word();
            match self.breaks_before(next) {
                1 => text.push(' '),
                breaks => text.extend(std::iter::repeat_n('\n', breaks - 1)),
            }
            self.at = next;
            let line = self.rest_of_word()?;
            if line.is_key {
                return None;
            }
            text.push_str(&self.text[line.range.clone()]);
            end = line.range.end;
        }
        Some(self.node(Yaml::Scalar(text, Scalar::Quoted), first.start..end))
    }

    /// A mapping whose keys stand at `column`.
    fn map(&mut self, column: usize, depth: usize) -> Option<Node> {
        let start = self.at;
        let mut pairs = Vec::new();
        loop {
            let key = self.key()?;
            let colon = self.at - 1;
            let value = self.value(column, colon, depth)?;
            pairs.push((key, value));
            match self.column {
                Some(next) if next == column => {}
                Some(next) if next > column => return None,
                _ => return Some(self.node(Yaml::Map(pairs), start..start)),
            }
        }
    }

    /// A key; then stands past its colon.
    fn key(&mut self) -> Option<At<String>> {
        let word = self.word()?;
        self.as_key(word)
    }

    /// A plain scalar as a key, when it is one and not an odd one.
    fn as_key(&self, word: Word) -> Option<At<String>> {
        let text = &self.text[word.range.clone()];
        let first = *text.as_bytes().first()?;
        let is_plain = first.is_ascii_alphanumeric() || first == b'_' || !first.is_ascii();
        if !word.is_key || !is_plain || text.len() > LONGEST_KEY || is_null(text) {
            return None;
        }
        Some(At { value: text.to_owned(), span: self.span(word.range) })
    }

    /// What stands after the colon of a key at `column`.
    fn value(&mut self, column: usize, colon: usize, depth: usize) -> Option<Node> {
        self.skip_spaces();
        if !matches!(self.here(), None | Some(b'\n' | b'#')) {
            return self.inline(Some(column), depth + 1);
        }
        self.finish_line()?;
        self.find_content();
        match self.column {
            Some(next) if next > column => self.block(Some(column), next, depth + 1),
            // Dashes may stand as far to the left as their key; the place of the sequence is then past the first dash.
            Some(next) if next == column && self.is_dash() => self.list(next, self.past_dash(), depth + 1),
            _ => Some(self.node(Yaml::Null, colon..colon)),
        }
    }

    /// Where an entry's value could begin: past the dash, the spaces and the comment.
    fn past_dash(&self) -> usize {
        let rest = &self.bytes[self.at + 1..];
        let start = self.at + 1 + rest.iter().take_while(|byte| **byte == b' ').count();
        if self.bytes.get(start) == Some(&b'#') { self.line_end(start) } else { start }
    }

    /// A sequence whose dashes stand at `column`.
    fn list(&mut self, column: usize, place: usize, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let mut items = Vec::new();
        loop {
            items.push(self.entry(column, depth)?);
            match self.column {
                Some(next) if next == column && self.is_dash() => {}
                Some(next) if next > column => return None,
                _ => return Some(self.node(Yaml::List(items), place..place)),
            }
        }
    }

    /// An entry of a sequence, from its dash.
    fn entry(&mut self, column: usize, depth: usize) -> Option<Node> {
        let dash = self.at;
        let start = self.past_dash();
        self.at = start;
        if !matches!(self.here(), None | Some(b'\n')) {
            return self.block(Some(column), column + (start - dash), depth + 1);
        }
        self.find_content();
        match self.column {
            Some(next) if next > column => self.block(Some(column), next, depth + 1),
            _ => Some(self.node(Yaml::Null, start..start)),
        }
    }

    /// A plain scalar outside of brackets; then stands past its colon or at its end.
    fn word(&mut self) -> Option<Word> {
        if self.begins_word(self.at) { self.rest_of_word() } else { None }
    }

    /// A plain scalar outside of brackets, or a further line of it; then stands past its colon or at its end.
    fn rest_of_word(&mut self) -> Option<Word> {
        let start = self.at;
        let mut at = start;
        let is_key = loop {
            at = self.find(at, &WORD_ENDS);
            match self.bytes.get(at) {
                None | Some(b'\n') => break false,
                Some(b':') if self.is_blank(at + 1) => break true,
                Some(b'#') if self.bytes[at - 1] == b' ' => break false,
                Some(_) => at += 1,
            }
        };
        self.end_word(start, at, is_key)
    }

    /// A plain scalar in brackets; then stands past its colon or at its end.
    fn flow_word(&mut self) -> Option<Word> {
        let start = self.at;
        if !self.begins_word(start) {
            return None;
        }
        let mut at = start;
        let is_key = loop {
            at = self.find(at, &FLOW_WORD_ENDS);
            match (self.bytes.get(at)?, self.bytes.get(at + 1).unwrap_or(&b'\n')) {
                (b'\n' | b',' | b']' | b'}', _) => break false,
                (b':', b' ') => break true,
                (b'[' | b'{', _) | (b':', b'\n' | b',' | b'[' | b']' | b'{' | b'}') => return None,
                (b'#', _) if self.bytes[at - 1] == b' ' => return None,
                _ => at += 1,
            }
        };
        self.end_word(start, at, is_key)
    }

    /// The first byte from `at` on that is in a set, or the end.
    fn find(&self, at: usize, set: &[bool; 256]) -> usize {
        let rest = &self.bytes[at..];
        at + rest.iter().position(|byte| set[usize::from(*byte)]).unwrap_or(rest.len())
    }

    /// A plain scalar that ends before `end`, without the spaces at its end.
    fn end_word(&mut self, start: usize, end: usize, is_key: bool) -> Option<Word> {
        let spaces = self.bytes[start..end].iter().rev().take_while(|byte| **byte == b' ').count();
        if is_key && spaces > 0 {
            return None;
        }
        self.at = if is_key { end + 1 } else { end - spaces };
        Some(Word { range: start..end - spaces, is_key })
    }

    /// Whether a plain scalar may begin with a byte.
    fn begins_word(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(b'-') => {
                !matches!(self.bytes.get(at + 1), None | Some(b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}'))
            }
            Some(byte) => !INDICATORS[usize::from(*byte)],
            None => false,
        }
    }

    /// The value of a plain scalar.
    fn plain(&self, word: Word) -> Option<Node> {
        let text = &self.text[word.range.clone()];
        let value = if is_null(text) { Yaml::Null } else { Yaml::Scalar(text.to_owned(), kind(text)?) };
        Some(self.node(value, word.range))
    }

    /// A scalar in quotes, on one line, in which nothing is escaped but quotes and backslashes.
    fn quoted(&mut self, quote: u8) -> Option<Node> {
        let start = self.at;
        self.at += 1;
        let escape = if quote == b'"' { b'\\' } else { quote };
        let mut text = String::new();
        loop {
            let part = self.at;
            let end = part + memchr::memchr3(quote, escape, b'\n', &self.bytes[part..])?;
            text.push_str(&self.text[part..end]);
            let after = self.bytes.get(end + 1).copied();
            match (self.bytes[end], after) {
                (b'\\', Some(escaped @ (b'"' | b'\\'))) => text.push(char::from(escaped)),
                (b'\'', Some(b'\'')) => text.push('\''),
                (byte, _) if byte == quote => {
                    self.at = end + 1;
                    return Some(self.node(Yaml::Scalar(text, Scalar::Quoted), start..end + 1));
                }
                _ => return None,
            }
            self.at = end + 2;
        }
    }

    /// A collection in brackets.
    fn flow(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        let is_list = self.here()? == b'[';
        let close = if is_list { b']' } else { b'}' };
        self.at += 1;
        let value = if is_list {
            Yaml::List(self.flow_items(close, |reader| reader.flow_value(depth))?)
        } else {
            Yaml::Map(self.flow_items(close, |reader| reader.flow_pair(depth))?)
        };
        Some(self.node(value, start..start + 1))
    }

    /// What stands between brackets up to `close`, each as `read` reads it; then stands past the bracket that closes.
    fn flow_items<T>(&mut self, close: u8, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.skip_flow_space()?;
        while self.here()? != close {
            items.push(read(self)?);
            self.skip_flow_space()?;
            match self.here()? {
                b',' => self.at += 1,
                byte if byte == close => break,
                _ => return None,
            }
            self.skip_flow_space()?;
        }
        self.at += 1;
        Some(items)
    }

    /// Goes past white space and comments between brackets; gives up at what could be a line between documents.
    fn skip_flow_space(&mut self) -> Option<()> {
        loop {
            self.skip_spaces();
            let before = self.bytes.get(self.at.wrapping_sub(1));
            match self.here()? {
                b'\n' => self.at += 1,
                b'#' if matches!(before, Some(b' ' | b'\n')) => self.at = self.line_end(self.at),
                b'-' | b'.' | b'%' if before == Some(&b'\n') => return None,
                _ => return Some(()),
            }
        }
    }

    /// A value in brackets.
    fn flow_value(&mut self, depth: usize) -> Option<Node> {
        match self.here()? {
            b'[' | b'{' => self.flow(depth + 1),
            quote @ (b'"' | b'\'') => self.quoted(quote),
            _ => {
                let word = self.flow_word()?;
                if word.is_key { None } else { self.plain(word) }
            }
        }
    }

    /// A key with its value in brackets.
    fn flow_pair(&mut self, depth: usize) -> Option<(At<String>, Node)> {
        let word = self.flow_word()?;
        let key = self.as_key(word)?;
        self.skip_spaces();
        Some((key, self.flow_value(depth)?))
    }

    /// A text in a block, from `>` or `|`, in a collection at the column `parent`; then goes to the next line.
    fn lines(&mut self, parent: usize) -> Option<Node> {
        let mut style = Style { literal: self.here()? == b'|', stripped: false };
        self.at += 1;
        if self.here()? == b'-' {
            style.stripped = true;
            self.at += 1;
        }
        self.skip_spaces();
        if self.here()? != b'\n' {
            return None;
        }
        self.at += 1;
        let empty = self.bytes[self.at..].iter().take_while(|byte| **byte == b'\n').count();
        self.at += empty;
        let line = self.at;
        self.skip_spaces();
        let indent = self.at - line;
        if indent <= parent || matches!(self.here(), None | Some(b'\n')) {
            return None;
        }
        let start = self.at;
        let text = self.joined(style, indent, empty);
        let end = self.at;
        let kind = if self.text[start..end] == text && !text.starts_with(['"', '\'']) {
            Scalar::Plain
        } else {
            Scalar::Quoted
        };
        self.find_content_of_line(end);
        Some(self.node(Yaml::Scalar(text, kind), start..end))
    }

    /// The lines of a text in a block that are indented by `indent`, from the first one's first byte; `empty` lines
    /// stand before it. Then stands where the text ends, which may be past spaces of the line that follows.
    fn joined(&mut self, style: Style, indent: usize, mut empty: usize) -> String {
        let mut text = String::new();
        let (mut is_first, mut was_indented) = (true, false);
        loop {
            let is_indented = self.here() == Some(b' ');
            let folds = !style.literal && !is_first && !was_indented && !is_indented;
            if folds && empty == 0 {
                text.push(' ');
            }
            let breaks = if is_first || folds { empty } else { empty + 1 };
            text.extend(std::iter::repeat_n('\n', breaks));
            is_first = false;
            was_indented = is_indented;
            let end = self.line_end(self.at);
            text.push_str(&self.text[self.at..end]);
            self.at = end;
            empty = 0;
            if self.here().is_none() || !self.next_of_block(indent, &mut empty) {
                break;
            }
        }
        if !style.stripped {
            text.push('\n');
        }
        text
    }

    /// Goes from the end of a line to the next line that is indented by `indent`, past `empty` lines, and whether there
    /// is one.
    fn next_of_block(&mut self, indent: usize, empty: &mut usize) -> bool {
        self.at += 1;
        loop {
            let line = self.at;
            while self.at - line < indent && self.here() == Some(b' ') {
                self.at += 1;
            }
            match self.here() {
                Some(b'\n') => {
                    *empty += 1;
                    self.at += 1;
                }
                after => return after.is_some() && self.at - line == indent,
            }
        }
    }

    /// Goes to what comes next, from within the indentation of a line.
    fn find_content_of_line(&mut self, at: usize) {
        let spaces = self.bytes[..at].iter().rev().take_while(|byte| **byte == b' ').count();
        self.at = if self.bytes.get(at).is_none() { at } else { at - spaces };
        self.find_content();
    }
}

/// Whether a plain scalar stands for nothing.
fn is_null(text: &str) -> bool {
    matches!(text, "~" | "null" | "Null" | "NULL")
}

/// What a plain scalar that is not nothing is taken for; none where that takes more than a look.
fn kind(text: &str) -> Option<Scalar> {
    match text.as_bytes() {
        [b't' | b'T', ..] if matches!(text, "true" | "True" | "TRUE") => Some(Scalar::Bool(true)),
        [b'f' | b'F', ..] if matches!(text, "false" | "False" | "FALSE") => Some(Scalar::Bool(false)),
        [b'0'..=b'9', ..] => number(text, text),
        [b'-' | b'+' | b'.', ..] if is_not_finite(text) => None,
        [b'-', ..] => number(text, &text[1..]),
        bytes @ [b'+' | b'.', ..] => is_no_number(bytes).then_some(Scalar::Plain),
        _ => Some(Scalar::Plain),
    }
}

/// Whether a plain scalar stands for infinity, or for no number.
fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.eq_ignore_ascii_case(".inf") || unsigned.eq_ignore_ascii_case(".nan")
}

/// What a plain scalar is taken for that begins with a digit, or a minus sign, without which it is `unsigned`.
fn number(text: &str, unsigned: &str) -> Option<Scalar> {
    let bytes = unsigned.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let has_zero = digits > 1 && bytes[0] == b'0' || text == "-0";
    if digits == bytes.len() {
        return if has_zero || digits > 18 { None } else { text.parse().ok().map(Scalar::Int) };
    }
    let fraction = &bytes[digits..];
    if digits > 0 && fraction.len() > 1 && fraction[0] == b'.' && fraction[1..].iter().all(u8::is_ascii_digit) {
        return if has_zero || bytes.len() > 30 { None } else { text.parse().ok().map(Scalar::Float) };
    }
    is_no_number(bytes).then_some(Scalar::Plain)
}

/// Whether a scalar can be no number in any spelling: it holds what none does, or a hyphen after a digit, as dates do.
fn is_no_number(bytes: &[u8]) -> bool {
    let in_numbers =
        |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'_' | b'x' | b'X' | b'o' | b'O' | b'.' | b'+' | b'-');
    !bytes.iter().all(in_numbers) || bytes.windows(2).any(|two| two[0].is_ascii_digit() && two[1] == b'-')
}

#[cfg(test)]
mod tests {
    use super::super::slow;
    use super::*;
    use proptest::prelude::*;

    /// Facts as they are written.
    const FACTS: &str = r#"# The war.
events:

  war-2020:
    title: The war of 2020
    date: 2020-09-27/2020-11-10 # as both sides say
    summary: >-
      It began on a Sunday
      and ended with [[ceasefire]].

      Both sides: "we won".
    places: [karabakh, "the # town", 'it''s']
    participants:
      - { actor: armenia, role: side_a }
      - actor: azerbaijan
        role: "side \"b\""
    sources:
    - paper

    importance: 1
    point: [39.5, -46.75]
    party: true
    note:
    text: |
      One
        two
    long: of more than
      one line
    many: [
      a, # one
      b,
    ]
"#;

    /// Scalars, collections and heads of blocks, of all kinds that the two readers could take in different ways.
    #[rustfmt::skip] // it would give each a line of its own
    const VALUES: &[&str] = &[
        "", "a", "two words", "1", "-3", "0", "007", "1.5", "-0.5", "1e3", "1_000", "0x1F", "0o17", ".5", "+1",
        ".inf", "-.inf", ".nan", "2020-11-01", "1:30", "08", "-0", "9223372036854775808", "true", "True", "yes",
        "null", "~", "Null", "<<", "\"q w\"", "\"\"", "'it''s'", "\"a\\\"b\"", "\"a\\nb\"", "\"open", "'a'b",
        "[a, \"b\"]", "[]", "{}", "{ a: b, c: 1 }", "{a: , b}", "[a: b]", "[a, ]", "[[a], {b: [c]}]", "[-]", "[a #b]",
        "[a:b]", "[a] b", "[a]: b", "{null: a}", "[a,\n   b]", "[\na,\n]", "[a\nb]", "[\n---a]", ">-", "|", ">", "|-",
        ">+", "|2", "*a", "&a b", "!t a", "? a", "a:", "a: b", "a:b", "a #c", "a#c", "#c", "%a", "@a", "-", "--",
        "---", "...", "- a", "- - b: c", "a\n   more", "a\n\n   # no more", "дом", "a\u{a0}b", "\u{feff}", "\u{85}",
        "a\tb", "a\rb", "5 km", "1.2.3", "0xe-1",
    ];

    /// Signs and words that change what a text means wherever they stand.
    #[rustfmt::skip] // it would give each a line of its own
    const PIECES: &[&str] = &[
        " ", "  ", "\n", "\n  ", "\n\n", "- ", "-", ":", ": ", ":\n", "#", " # c\n", "\"", "'", "[", "]", "{", "}",
        ", ", "a", "key: ", ">-\n", "|\n", "?", "!", "&", "*", "---\n", "...\n", "é", "1", "0", ".", "\\", "\t", "~",
        "null", "\u{a0}",
    ];

    /// Texts of every kind that the quick reader gives up on.
    #[rustfmt::skip] // it would give each a line of its own
    const LEFT: &[&str] = &[
        "a: &b c\n", "a: *b\n", "a: !t b\n", "? a\n", "---\na: b\n", "a: b\n...\n", "a:\tb\n", "a: b\r\n",
        "a: \u{85}\n", "a: \"\\u2028\"\n", "a: b: c\n", "a: b\nc\n", "a: b\n- c\n", "<<: a\n", "null: a\n",
        "a: 1e3\n", "a: .inf\n", "a: 08\n", "a: [b\n", "a: [b: c]\n", "a: >+\n  b\n", "a: |2\n  b\n",
        "a: \"b\n  c\"\n", "just words\n", "\u{feff}a: b\n",
    ];

    /// A document of lines that look like YAML, of which some are.
    fn document() -> impl Strategy<Value = String> {
        let dashes = prop_oneof![4 => Just(""), 2 => Just("- "), 1 => Just("- - "), 1 => Just("-  "), 1 => Just("-")];
        let key = prop_oneof![
            6 => Just("a: "), 2 => Just("b:"), 2 => Just(""), 1 => Just("war-2020: "), 1 => Just("é:  "), 1 => Just("~: "),
            1 => Just("\"q\": "), 1 => Just("a : "), 1 => Just("1: "),
        ];
        let end =
            prop_oneof![8 => Just("\n"), 1 => Just(" # c\n"), 1 => Just("\n\n"), 1 => Just("\n # c\n"), 1 => Just("")];
        let line = (0..6_usize, dashes, key, prop::sample::select(VALUES), end)
            .prop_map(|(indent, dashes, key, value, end)| format!("{}{dashes}{key}{value}{end}", " ".repeat(indent)));
        prop::collection::vec(line, 0..7).prop_map(|lines| lines.concat())
    }

    /// Some lines of [`FACTS`], with a few places changed.
    fn changed_facts() -> impl Strategy<Value = String> {
        let change = (any::<prop::sample::Index>(), 0..2_usize, prop::sample::select(PIECES));
        (any::<prop::sample::Index>(), prop::collection::vec(change, 1..4)).prop_map(|(first, changes)| {
            let skipped = first.index(FACTS.lines().count());
            let lines: Vec<_> = FACTS.split_inclusive('\n').skip(skipped).collect();
            changes.into_iter().fold(lines.concat(), |text, (at, len, piece)| {
                let before: String = text.chars().take(at.index(text.chars().count() + 1)).collect();
                let after: String = text[before.len()..].chars().skip(len).collect();
                before + piece + &after
            })
        })
    }

    fn read(text: &str) -> Option<Node> {
        quick(FileId(1), text, 0..text.len())
    }

    /// Whether the quick reader takes a text; what it then gives has to be what the slow reader gives, places included.
    fn takes(text: &str) -> bool {
        let whole = format!("---\n{text}---\n");
        let range = 4..4 + text.len();
        let Some(read) = quick(FileId(1), &whole, range.clone()) else { return false };
        let asked = slow(FileId(1), &whole, range).map_err(|error| format!("{text:?}: {error:?}"));
        assert_eq!(Ok(format!("{read:?}")), asked.map(|node| format!("{node:?}")), "{text:?}");
        true
    }

    #[test]
    fn facts_are_read_quickly() {
        let indented = "a: >-\n\n  b\n   c\n\n";
        for text in [FACTS, "", "# none\n", "- a\n- b: c\n  d:\n- - e\n", "{ a: [b, { c: d }] }\n", indented] {
            assert!(takes(text), "{text:?}");
        }
    }

    #[test]
    fn places_are_those_of_what_is_written() {
        let text = "a: [x, 'y']\nb:\n- 12\n";
        let Some(Yaml::Map(pairs)) = read(text).map(|node| node.value) else { panic!("not a map") };
        let written: Vec<_> = pairs.iter().map(|(key, value)| (&text[key.span.range()], value.span.range())).collect();
        assert_eq!(written, [("a", 3..4), ("b", 17..17)]);
        let Yaml::List(items) = &pairs[0].1.value else { panic!("not a list") };
        let items: Vec<_> = items.iter().map(|item| &text[item.span.range()]).collect();
        assert_eq!(items, ["x", "'y'"]);
    }

    #[test]
    fn anything_else_is_left_to_the_slow_reader() {
        for text in LEFT {
            assert!(read(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn depth_has_a_bound() {
        for depth in [DEEPEST / 2, DEEPEST * 2, 100_000] {
            let nested = [
                format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth)),
                format!("a: {}b{}\n", "{a: ".repeat(depth), "}".repeat(depth)),
                format!("{}a\n", "- ".repeat(depth)),
            ];
            for text in nested {
                assert_eq!(takes(&text), depth < DEEPEST, "{depth}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_taken_is_what_the_slow_reader_gives(text in document()) {
            takes(&text);
        }

        #[test]
        fn so_is_what_is_taken_of_changed_facts(text in changed_facts()) {
            takes(&text);
        }

        #[test]
        fn so_is_what_is_taken_of_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12)) {
            takes(&pieces.concat());
        }
    }
}
