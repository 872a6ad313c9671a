//! Pictures of pages for social media: an SVG that a template drew becomes a PNG; alone knows the fonts and their renderer.
//!
//! The fonts are part of the program, so a picture does not depend on those of the machine. Nothing that an SVG names
//! is fetched: no file, no address, no font of the system. `src/fonts/README.md` says what the fonts are and can write.
//!
//! SVG does not break lines, so [`lines`] does it for the template, by the widths of the very letters that [`png`] draws.

use crate::source::printable;
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{self, ImageHrefResolver, Node, Options, Tree};
use resvg::{render, tiny_skia};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use unicode_normalization::char::is_combining_mark;

/// The width of a picture, in pixels: what Open Graph's readers show without cutting.
pub const WIDTH: u32 = 1200;

/// The height of a picture, in pixels.
pub const HEIGHT: u32 = 630;

/// The largest loss of a colour's channel, in bits, for the sake of a palette of 256: what an eye does not see.
const MOST_LOST: u32 = 3;

/// What says that a text goes on.
const ELLIPSIS: &str = "…";

/// How often a text is set again when letters drawn beside each other turn out wider than alone.
const MOST_TRIES: usize = 16;

/// The font of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// For headlines and large numerals: in SVG `font-family="serif"`.
    Serif,
    /// For what stands beside them: in SVG `font-family="sans-serif"`.
    Sans,
    /// For labels: in SVG `font-family="sans-serif" font-weight="600"`.
    SansSemibold,
}

impl Face {
    /// All fonts, each with the word for it in templates.
    pub const ALL: [(&'static str, Self); 3] =
        [("serif", Self::Serif), ("sans", Self::Sans), ("sans-semibold", Self::SansSemibold)];

    /// The font that a word of a template stands for.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == word).map(|(_, face)| *face)
    }

    /// Its file: TrueType.
    fn file(self) -> &'static [u8] {
        match self {
            Self::Serif => include_bytes!("fonts/serif-semibold.ttf"),
            Self::Sans => include_bytes!("fonts/sans-regular.ttf"),
            Self::SansSemibold => include_bytes!("fonts/sans-semibold.ttf"),
        }
    }

    /// How SVG asks for it: family and weight.
    fn asked(self) -> (&'static str, u16) {
        match self {
            Self::Serif => ("serif", 600),
            Self::Sans => ("sans-serif", 400),
            Self::SansSemibold => ("sans-serif", 600),
        }
    }

    /// Its widths, read once.
    fn widths(self) -> &'static Widths {
        static WIDTHS: LazyLock<[Widths; 3]> = LazyLock::new(|| Face::ALL.map(|(_, face)| Widths::read(face)));
        &WIDTHS[self as usize]
    }
}

/// How wide the letters of a font are, each alone, in ems.
struct Widths(HashMap<char, f64>);

impl Widths {
    fn read(face: Face) -> Self {
        let font = FontRef::new(face.file()).expect("the file is part of the program and tested with it");
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let width = |(code, glyph)| Some((char::from_u32(code)?, f64::from(metrics.advance_width(glyph)?)));
        Self(font.charmap().mappings().filter_map(width).collect())
    }

    fn of(&self, text: &str) -> f64 {
        text.chars().map(|letter| self.0.get(&letter).copied().unwrap_or_default()).sum()
    }
}

/// How every SVG is read: with the fonts, and with nothing from elsewhere.
static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for (_, face) in Face::ALL {
        fonts.load_font_source(Source::Binary(Arc::new(face.file())));
    }
    fonts.set_serif_family("Backgrounder Serif");
    fonts.set_sans_serif_family("Backgrounder Sans");
    Options {
        fontdb: Arc::new(fonts),
        font_family: "serif".to_owned(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
});

/// The picture that an SVG draws, [`WIDTH`] by [`HEIGHT`] pixels, as a PNG; what is not drawn upon is white. The same
/// SVG gives the same bytes.
///
/// An error says what is wrong with the SVG: that it is none, has another size, or holds letters that no font has.
pub fn png(svg: &str) -> Result<Vec<u8>, String> {
    let tree = Tree::from_str(svg, &OPTIONS).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size();
    if (size.width(), size.height()) != (WIDTH, HEIGHT) {
        return Err(format!("it is {} by {} pixels, not {WIDTH} by {HEIGHT}", size.width(), size.height()));
    }
    if let Some(text) = unwritten(tree.root()) {
        return Err(format!("no font can write `{text}`"));
    }
    let mut pixels = tiny_skia::Pixmap::new(WIDTH, HEIGHT).ok_or("there is no room for its pixels")?;
    pixels.fill(tiny_skia::Color::WHITE);
    render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    Ok(encoded(&pixels))
}

/// Whether the fonts have all letters of a text.
pub fn can_write(text: &str) -> bool {
    let has = |letter| Face::ALL.iter().all(|(_, face)| face.widths().0.contains_key(&letter));
    text.chars().all(|letter| letter.is_control() || has(letter))
}

/// Whether a text is written from right to left: whether its first letter is. Anchor its lines at their right end.
pub fn is_rtl(text: &str) -> bool {
    let rtl = |letter| matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    text.chars().find(|letter| letter.is_alphabetic()).is_some_and(rtl)
}

/// A text in lines, none wider than `width` pixels when drawn at `size` pixels, and no more than `most`: where it is
/// longer, the last ends in an ellipsis. The lines are about equally long. A word is broken only where it is wider than a
/// line; a line of one letter may be wider. Lines of a text from right to left carry marks that say so (UAX #9).
///
/// None where the text is empty, or the fonts lack a letter of it.
pub fn lines(text: &str, size: f64, width: f64, most: usize, face: Face) -> Vec<String> {
    if !(size > 0.0 && size.is_finite() && width > 0.0 && width.is_finite() && most > 0 && can_write(text)) {
        return Vec::new();
    }
    let setting = Setting { face, most, rtl: is_rtl(text) };
    let words = words(text);
    // Letters are drawn closer to each other or further apart than their own widths say; where that makes a line too
    // wide, the next try has that much less room.
    let mut room = width / size;
    let mut lines = setting.set(&words, room);
    for _ in 0..MOST_TRIES {
        let too_wide = widest(&lines, size, face) - width;
        if too_wide <= 0.0 {
            break;
        }
        room = (room - too_wide / size).clamp(room * 0.9, room * 0.99);
        lines = setting.set(&words, room);
    }
    lines
}

/// How a text is set.
struct Setting {
    face: Face,
    most: usize,
    rtl: bool,
}

/// What a line is not broken within, and whether a space stands before it where it is not the first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: String,
    spaced: bool,
}

impl Piece {
    fn new(text: &str, spaced: bool) -> Self {
        Self { text: text.to_owned(), spaced }
    }
}

impl Setting {
    /// The lines, each as wide as `room` at most by the widths of its letters; all in ems.
    fn set(&self, words: &[Piece], room: f64) -> Vec<String> {
        let pieces: Vec<Piece> = words.iter().flat_map(|piece| self.cut(piece, room)).collect();
        let mut ends = self.filled(&pieces, room);
        let is_cut = ends.len() > self.most;
        if is_cut {
            ends.truncate(self.most - 1);
            ends.push(pieces.len());
        } else {
            ends = self.balanced(&pieces, room, ends);
        }
        let mut start = 0;
        let mut lines: Vec<String> =
            ends.into_iter().map(|end| joined(&pieces[std::mem::replace(&mut start, end)..end])).collect();
        if let Some(last) = lines.last_mut().filter(|_| is_cut) {
            *last = self.shortened(last, room);
        }
        if self.rtl {
            lines.iter_mut().for_each(|line| *line = format!("\u{2067}{line}\u{2069}"));
        }
        lines
    }

    /// Lines filled one after the other: for each, how many pieces there are up to its end.
    fn filled(&self, pieces: &[Piece], room: f64) -> Vec<usize> {
        let widths = self.face.widths();
        let space = widths.of(" ");
        let mut ends = Vec::new();
        let mut left = 0.0;
        for (i, piece) in pieces.iter().enumerate() {
            let own = widths.of(&piece.text);
            let wide = if piece.spaced { space + own } else { own };
            match ends.last_mut() {
                Some(end) if wide <= left => {
                    *end = i + 1;
                    left -= wide;
                }
                _ => {
                    ends.push(i + 1);
                    left = room - own;
                }
            }
        }
        ends
    }

    /// As many lines as are given, filled less where that makes the last one longer.
    fn balanced(&self, pieces: &[Piece], room: f64, filled: Vec<usize>) -> Vec<usize> {
        const STEPS: usize = 8;
        let (mut best, mut enough, mut little) = (filled, room, 0.0);
        for _ in 0..STEPS {
            let middle = f64::midpoint(enough, little);
            let tried = self.filled(pieces, middle);
            if tried.len() == best.len() {
                (best, enough) = (tried, middle);
            } else {
                little = middle;
            }
        }
        best
    }

    /// A piece in as many as it takes for each to have room: at a space that would rather stay, else between letters.
    fn cut(&self, piece: &Piece, room: f64) -> Vec<Piece> {
        let widths = self.face.widths();
        if widths.of(&piece.text) <= room {
            return vec![piece.clone()];
        }
        if let Some((before, after)) =
            piece.text.split_once([' ', '\u{a0}']).filter(|(before, after)| !before.is_empty() && !after.is_empty())
        {
            let both = [(before, piece.spaced), (after, true)];
            return both.iter().flat_map(|(text, spaced)| self.cut(&Piece::new(text, *spaced), room)).collect();
        }
        let mut parts = vec![Piece::new("", piece.spaced)];
        let mut left = room;
        for letter in letters(&piece.text) {
            let wide = widths.of(letter);
            let part = parts.last_mut().expect("there is one from the start");
            if wide <= left || part.text.is_empty() {
                part.text.push_str(letter);
                left -= wide;
            } else {
                parts.push(Piece::new(letter, false));
                left = room - wide;
            }
        }
        parts
    }

    /// As much of a text as has room before an ellipsis: whole words, or letters of the first.
    fn shortened(&self, text: &str, room: f64) -> String {
        let widths = self.face.widths();
        let mut left = room - widths.of(ELLIPSIS);
        let fits = |letter: &&str| {
            left -= widths.of(letter);
            left >= 0.0
        };
        let fitting: usize = letters(text).take_while(fits).map(str::len).sum();
        let (kept, rest) = text.split_at(fitting);
        let whole = if rest.is_empty() || rest.starts_with(' ') {
            kept
        } else {
            kept.rsplit_once(' ').map_or(kept, |(words, _)| words)
        };
        let bare = whole.trim_end_matches(|letter: char| letter.is_whitespace() || ",;:.–—-([{«“„‘".contains(letter));
        format!("{bare}{ELLIPSIS}")
    }
}

/// The text of pieces on one line.
fn joined(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        if piece.spaced && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&piece.text);
    }
    text
}

/// What a text may be broken between: after spaces that allow it, and after hyphens and dashes between words.
fn words(text: &str) -> Vec<Piece> {
    let is_firm = |letter: char| "\u{a0}\u{2007}\u{202f}".contains(letter);
    let breaks = |letter: char| (letter.is_whitespace() && !is_firm(letter)) || letter.is_control();
    let mut pieces: Vec<Piece> = Vec::new();
    // A space that does not break holds two words together; at the end of one it holds nothing.
    let words = text.split(breaks).map(|word| word.trim_matches(is_firm)).filter(|word| !word.is_empty());
    for word in words {
        for (i, part) in after_hyphens(word).into_iter().enumerate() {
            // What spans lines or asks for a break is spent here, and has no shape.
            let text: String = part.chars().filter(|letter| !is_spent(*letter)).collect();
            match pieces.last_mut() {
                _ if text.is_empty() => {}
                Some(Piece { text: number, .. })
                    if i == 0 && is_day(number) && text.starts_with(char::is_alphabetic) =>
                {
                    *number += " ";
                    *number += &text;
                }
                _ => pieces.push(Piece { text, spaced: i == 0 }),
            }
        }
    }
    pieces
}

/// Whether a word ends in a number of one or two digits: what follows, a month or a unit, stays on its line.
fn is_day(word: &str) -> bool {
    let digits = word.chars().rev().take_while(char::is_ascii_digit).count();
    let before = word.chars().rev().nth(digits);
    (1..=2).contains(&digits) && !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '.' | ','))
}

/// A word behind each of its hyphens and dashes that stand between letters, and at spaces of no width.
fn after_hyphens(word: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for around in letters.windows(3) {
        let [(_, before), (_, here), (next, after)] = *around else { continue };
        let hyphen = matches!(here, '-' | '\u{2010}' | '–' | '—' | '/');
        if here == '\u{200b}' || (hyphen && before.is_alphanumeric() && after.is_alphabetic()) {
            parts.push(&word[start..next]);
            start = next;
        }
    }
    parts.push(&word[start..]);
    parts
}

/// Whether a character says where to break, or the direction of what may be on several lines.
fn is_spent(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The letters of a text, each with the marks on it and with what joins it to the next.
fn letters(text: &str) -> impl Iterator<Item = &str> {
    let joins =
        |letter: char| is_combining_mark(letter) || matches!(letter, '\u{200c}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = rest.char_indices().skip(1).filter(|(_, letter)| !joins(*letter)).map(|(i, _)| i);
        let (letter, after) = rest.split_at(end.next().unwrap_or(rest.len()));
        rest = after;
        (!letter.is_empty()).then_some(letter)
    })
}

/// How wide the widest of some lines is when drawn, in pixels.
fn widest(lines: &[String], size: f64, face: Face) -> f64 {
    let (family, weight) = face.asked();
    let texts = lines.iter().fold(String::new(), |texts, line| {
        let line = printable(line.clone()).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        texts + "<text>" + &line + "</text>"
    });
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' font-family='{family}' font-weight='{weight}' font-size='{size}'>{texts}</svg>"
    );
    let tree =
        Tree::from_str(&svg, &OPTIONS).expect("it is an SVG: what is in it is escaped, and no control character");
    let width = |node: &Node| match node {
        Node::Text(text) => text.bounding_box().width(),
        _ => 0.0,
    };
    tree.root().children().iter().map(width).fold(0.0, f32::max).into()
}

/// The first text in a group that holds a letter which no font has.
fn unwritten(group: &usvg::Group) -> Option<String> {
    group.children().iter().find_map(|node| match node {
        Node::Group(group) => unwritten(group),
        Node::Text(text) => {
            let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            glyphs.find(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.clone())
        }
        _ => None,
    })
}

/// Pixels as a PNG: a byte each where 256 colours do, else three.
fn encoded(pixels: &tiny_skia::Pixmap) -> Vec<u8> {
    let runs = runs(pixels);
    let (palette, data) = match palette(&runs) {
        Some((palette, numbers)) => (Some(palette.concat()), spread(&runs, |colour| numbers[&colour])),
        None => (None, spread(&runs, |colour| colour).concat()),
    };
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, WIDTH, HEIGHT);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(if palette.is_some() { png::ColorType::Indexed } else { png::ColorType::Rgb });
    if let Some(palette) = palette {
        encoder.set_palette(palette);
    }
    // Measured on headlines: 23 KB in 3 ms. Level 1 makes it 35 KB in 1 ms, 6 makes it 22 KB in 5 ms; with a filter it is more.
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_filter(png::Filter::NoFilter);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
    written.expect("memory takes what is written to it, and the data is as long as the header says");
    out
}

/// A colour: red, green, blue.
type Colour = [u8; 3];

/// Pixels of one colour that follow each other: the colour, and how many.
type Run = (Colour, usize);

fn runs(pixels: &tiny_skia::Pixmap) -> Vec<Run> {
    let same = pixels.pixels().chunk_by(|a, b| a == b);
    same.map(|run| ([run[0].red(), run[0].green(), run[0].blue()], run.len())).collect()
}

/// A value for each pixel.
fn spread<T: Copy>(runs: &[Run], value: impl Fn(Colour) -> T) -> Vec<T> {
    let mut out = Vec::with_capacity((WIDTH * HEIGHT) as usize);
    for (colour, length) in runs {
        out.extend(std::iter::repeat_n(value(*colour), *length));
    }
    out
}

/// At most 256 colours, and for each that is there the number of one of them; none when too much would be lost. Of colours
/// that become one, the one that most pixels have is kept, so that even areas keep theirs.
fn palette(runs: &[Run]) -> Option<(Vec<Colour>, HashMap<Colour, u8>)> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for (colour, length) in runs {
        *counts.entry(*colour).or_default() += length;
    }
    let mut colours: Vec<(Colour, usize)> = counts.into_iter().collect();
    // The most frequent first; no order of a hash table is left.
    colours.sort_unstable_by_key(|(colour, count)| (Reverse(*count), *colour));
    (0..=MOST_LOST).find_map(|lost| gathered(&colours, lost))
}

/// Colours that differ in their lowest bits only as one, and the number of each; none when there are more than 256.
fn gathered(colours: &[(Colour, usize)], lost: u32) -> Option<(Vec<Colour>, HashMap<Colour, u8>)> {
    let (mut kept, mut near, mut numbers) = (Vec::new(), HashMap::new(), HashMap::new());
    for (colour, _) in colours {
        let number = *near.entry(colour.map(|channel| channel >> lost)).or_insert_with(|| {
            kept.push(*colour);
            kept.len() - 1
        });
        numbers.insert(*colour, u8::try_from(number).ok()?);
    }
    Some((kept, numbers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A card with a text on it.
    fn card(text: &str) -> String {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='1200' height='630'><rect width='1200' height='630' \
             fill='#fdfcf9'/><text x='80' y='300' font-family='serif' font-size='80' fill='#1c1b19'>{text}</text></svg>"
        )
    }

    #[test]
    fn any_text_can_be_measured() {
        for text in ["a ]]> b", "<b>&amp;", "\u{1}\u{fffe}\u{1b}", "\u{202e}"] {
            assert!(widest(&[text.to_owned()], 40.0, Face::Serif) >= 0.0, "{text}");
        }
    }

    /// A PNG's width and height, its colours, and the number of one of them for each pixel.
    fn decoded(png: &[u8]) -> (u32, u32, Vec<Colour>, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut numbers = vec![0; reader.output_buffer_size().expect("it fits into memory")];
        let info = reader.next_frame(&mut numbers).expect("a picture");
        assert_eq!(info.color_type, png::ColorType::Indexed);
        let palette = reader.info().palette.as_deref().expect("a palette");
        let colours = palette.chunks_exact(3).map(|colour| [colour[0], colour[1], colour[2]]).collect();
        (info.width, info.height, colours, numbers)
    }

    fn serif(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
        lines(text, size, width, most, Face::Serif)
    }

    #[test]
    fn a_card_has_its_size_and_the_colours_it_was_drawn_in() {
        let (width, height, colours, numbers) = decoded(&png(&card("Armenia")).expect("a card"));
        assert_eq!((width, height), (WIDTH, HEIGHT));
        assert!(colours.contains(&[0xfd, 0xfc, 0xf9]) && colours.contains(&[0x1c, 0x1b, 0x19]), "{colours:?}");
        let row = |y: usize| &numbers[y * WIDTH as usize..(y + 1) * WIDTH as usize];
        let is_blank = |y: usize| row(y).iter().all(|number| *number == row(0)[0]);
        assert!((0..235).chain(325..630).all(is_blank), "above and below the text");
        assert!((250..295).all(|y| !is_blank(y)), "where the text stands");
    }

    #[test]
    fn the_same_svg_gives_the_same_bytes() {
        let svg = card("Border attacks of 13–14 September 2022");
        let first = png(&svg).expect("a card");
        assert!((0..3).all(|_| png(&svg).as_ref() == Ok(&first)));
        assert!(first.len() < 60_000, "{} bytes", first.len());
    }

    #[test]
    fn many_colours_are_told_apart_as_far_as_an_eye_can() {
        let stops = "<stop stop-color='#000'/><stop offset='1' stop-color='#48c'/>";
        let svg = |fill: &str| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='1200' height='630'><linearGradient id='g'>{stops}\
                 </linearGradient><rect width='1200' height='630' fill='{fill}'/></svg>"
            )
        };
        let (.., colours, _) = decoded(&png(&svg("url(#g)")).expect("a card"));
        assert!(colours.len() > 60, "{} colours", colours.len());
        assert_eq!(decoded(&png(&svg("#48c")).expect("a card")).2, [[0x44, 0x88, 0xcc]]);
    }

    #[test]
    fn a_picture_of_thousands_of_colours_keeps_them() {
        let squares = (0..4000_usize).fold(String::new(), |squares, i| {
            let (x, y) = (i % 100 * 12, i / 100 * 12);
            let colour = format!("rgb({},{},{})", i % 256, i / 16, i * 7 % 256);
            squares + &format!("<rect x='{x}' y='{y}' width='12' height='12' fill='{colour}'/>")
        });
        let drawn = png(&card("").replace("</svg>", &(squares + "</svg>"))).expect("a card");
        let info = png::Decoder::new(std::io::Cursor::new(&drawn)).read_info().expect("a PNG").info().clone();
        assert_eq!(info.color_type, png::ColorType::Rgb);
    }

    #[test]
    fn what_is_wrong_with_an_svg_is_told() {
        let told = |svg: &str| png(svg).expect_err("no card");
        assert!(told("<p>").contains("root"), "{}", told("<p>"));
        assert_eq!(told(&card("").replace("1200", "600")), "it is 600 by 630 pixels, not 1200 by 630");
        assert_eq!(told(&card("in 亞美尼亞")), "no font can write `亞`");
    }

    #[test]
    fn nothing_is_fetched() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner.svg");
        std::fs::write(&inner, card("").replace("#fdfcf9", "#ff0000")).expect("a file");
        for href in
            [inner.to_string_lossy().as_ref(), "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"]
        {
            let image = format!("<image href=\"{href}\" width='1200' height='630'/></svg>");
            let drawn = png(&card("").replace("</svg>", &image)).expect("a card");
            assert_eq!(decoded(&drawn).2, [[0xfd, 0xfc, 0xf9]], "{href}");
        }
    }

    #[test]
    fn letters_of_many_peoples_are_written() {
        for text in [
            "Հայաստան և Արցախ",
            "Qarabağ, Gəncə, İrəvan, Şuşa",
            "Нагорный Карабах, Қазақстан, Ԥсны, Ирыстон ӕмӕ",
            "საქართველო, ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ",
            "Ελλάδα, Κύπρος",
            "ישראל, יְרוּשָׁלַיִם",
            "أرمينيا، قره‌باغ، پاکستان",
            "Việt Nam, Łódź, Škoda, ʿAlī, Hausa ɓ ɗ, e\u{301}",
            "≥ 6500, ≈ 5, “6,500” – at least… €5 ₾5 ₼5 ₽5 5\u{a0}% \u{2060}½ ≥ − ×",
        ] {
            assert!(can_write(text), "{text}");
            assert!(png(&card(text)).is_ok(), "{text}");
            let words: Vec<String> = lines(text, 60.0, 900.0, 9, Face::Sans);
            assert!(!words.is_empty(), "{text}");
        }
        for text in ["亞美尼亞", "हिन्दी", "አማርኛ", "🙂", "Ancient ἀ"] {
            assert!(!can_write(text), "{text}");
            assert_eq!(serif(text, 60.0, 900.0, 9), Vec::<String>::new());
        }
        assert!(can_write(""));
    }

    #[test]
    fn every_font_is_found_by_what_svg_calls_it() {
        let drawn = |family: &str, weight: u16| {
            let attributes = format!("font-family='{family}' font-weight='{weight}' font-size");
            png(&card("Armenia").replace("font-family='serif' font-size", &attributes)).expect("a card")
        };
        let all: Vec<_> =
            Face::ALL.iter().map(|(_, face)| face.asked()).map(|(family, weight)| drawn(family, weight)).collect();
        assert!(all[0] != all[1] && all[1] != all[2]);
        assert_eq!(drawn("Charter, serif", 400), all[0], "an unknown font gives way to the next");
        assert_eq!(drawn("Papyrus", 400), all[0], "or to the serif");
    }

    #[test]
    fn texts_are_broken_into_even_lines() {
        let title = "Border attacks of September 2022: what is known, and who claims what";
        assert_eq!(
            serif(title, 70.0, 1040.0, 4),
            ["Border attacks of September", "2022: what is known, and", "who claims what"]
        );
        assert_eq!(serif("  One \n line ", 70.0, 1040.0, 4), ["One line"]);
        assert_eq!(serif("", 70.0, 1040.0, 4), Vec::<String>::new());
        assert_eq!(serif(" \t ", 70.0, 1040.0, 4), Vec::<String>::new());
        assert_eq!(serif("text", 70.0, 1040.0, 0), Vec::<String>::new());
        assert_eq!(serif("text", 0.0, 1040.0, 4), Vec::<String>::new());
        assert_eq!(serif("text", f64::NAN, f64::INFINITY, 4), Vec::<String>::new());
    }

    #[test]
    fn what_is_left_out_shows_as_an_ellipsis() {
        assert_eq!(serif("Armenia, Azerbaijan and Georgia", 70.0, 400.0, 1), ["Armenia…"]);
        assert_eq!(serif("Armenia and Azerbaijan", 70.0, 480.0, 2), ["Armenia and", "Azerbaijan"]);
        assert_eq!(serif("Donaudampfschifffahrt", 70.0, 400.0, 1), ["Donauda…"]);
    }

    #[test]
    fn lines_break_where_a_reader_would() {
        assert_eq!(serif("Armenia–Azerbaijan", 70.0, 500.0, 3), ["Armenia–", "Azerbaijan"]);
        assert_eq!(serif("133–164", 70.0, 200.0, 1).len(), 1, "numbers are cut only where they must be");
        assert_eq!(serif("Armenia\u{a0}on", 70.0, 340.0, 3), ["Armenia", "on"], "no other way");
        assert_eq!(serif("to fly on Armenia\u{a0}X", 70.0, 400.0, 3), ["to fly on", "Armenia\u{a0}X"]);
        assert_eq!(serif("fighting, 27 September", 70.0, 400.0, 3), ["fighting, 27", "September"], "it does not fit");
        assert_eq!(serif("fighting: 27 September", 70.0, 520.0, 3), ["fighting:", "27 September"]);
        assert_eq!(serif("Donaudampfschifffahrt", 70.0, 400.0, 3), ["Donaudam", "pfschifffah", "rt"]);
        assert_eq!(serif("Nagorno-\u{2060}Karabakh", 70.0, 500.0, 3).concat(), "Nagorno-\u{2060}Karabakh");
        assert_eq!(serif("long\u{200b}er", 70.0, 200.0, 3), ["long", "er"]);
        let firm = serif("\u{a0}12 September", 70.0, 200.0, 5);
        assert!(firm.iter().all(|line| line.trim() == line), "a space at the end of a word holds nothing: {firm:?}");
    }

    #[test]
    fn lines_from_right_to_left_say_so() {
        let arabic = serif("هجمات الحدود (أرمينيا).", 70.0, 1040.0, 2);
        assert_eq!(arabic, ["\u{2067}هجمات الحدود (أرمينيا).\u{2069}"]);
        assert!(is_rtl("(2022) הגבול") && !is_rtl("2022 Karabakh قره‌باغ") && !is_rtl("2022") && !is_rtl(""));
        // The full stop stands at the left end: the first letter drawn is near the right edge all the same.
        assert_ne!(png(&card(&arabic[0])), png(&card(arabic[0].trim_matches(['\u{2067}', '\u{2069}']))));
    }

    #[test]
    fn fonts_have_names() {
        for (word, face) in Face::ALL {
            assert_eq!(Face::named(word), Some(face));
        }
        assert_eq!(Face::named("mono"), None);
    }

    fn texts() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-zA-Z]{1,24}",
            "[Ա-Ֆա-ֆ]{1,12}",
            "[ა-ჰ]{1,12}",
            "[А-Яа-я]{1,12}",
            "[ا-ي]{1,12}",
            "[א-ת]{1,12}",
            "[AVTWYfijl'’.,-]{1,30}",
            "[0-9]{1,7}",
            "[a-z]\u{301}{1,4}",
            "[&<>\"]{1,3}",
            any::<char>().prop_map(String::from),
        ];
        let space = prop::sample::select(vec![" ", "\u{a0}", "\u{2060}", "-", "–", "\u{200b}", "\n"]);
        prop::collection::vec((word, space), 0..9).prop_map(|all| all.into_iter().map(|(a, b)| a + b).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_line_is_too_wide(text in texts(), size in 20.0..120.0, width in 100.0..1100.0, most in 1..5_usize, face in 0..3_usize) {
            let face = Face::ALL[face].1;
            let lines = lines(&text, size, width, most, face);
            prop_assert!(lines.len() <= most);
            prop_assert!(widest(&lines, size, face) <= width || lines.iter().any(|line| letters(line).count() <= 3), "{:?}", lines);
            for line in &lines {
                prop_assert!(!line.starts_with(' ') && !line.ends_with(' ') && can_write(line), "{:?}", line);
            }
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !is_spent(*c)).collect::<String>();
            if can_write(&text) && lines.last().is_none_or(|last| !last.contains(ELLIPSIS)) {
                prop_assert_eq!(bare(&lines.concat()), bare(&text), "nothing is lost");
            }
        }
    }
}
