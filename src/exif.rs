//! What a picture's file says beside its pixels: how it is turned, whether it moves, and whether it tells where it was
//! taken.
//!
//! Cameras write that as Exif (CIPA DC-008, a TIFF directory), programs also as XMP (ISO 16684-1), telephones into the
//! head of a film (`QuickTime`). Of a file only the parts are read that can hold it; pixels are skipped.

use std::io::{self, Read, Seek, SeekFrom};

/// The most that is read of one part of a file, in bytes.
const LARGEST_PART: u64 = 16 << 20;

/// What a picture's file says beside its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// What it is, when smaller pictures can be made of it.
    pub still: Option<Still>,
    /// How it is to be turned and mirrored before it is shown, from 1 to 8 (Exif 2.32, 4.6.4); 1 leaves it as it is.
    pub orientation: u8,
    /// Whether it gives the coordinates of where it was taken.
    pub gps: bool,
    /// What an SVG does beside drawing, if anything.
    pub acts: Option<&'static str>,
}

/// A kind of picture that does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Default for Beside {
    fn default() -> Self {
        Self { still: None, orientation: 1, gps: false, acts: None }
    }
}

/// Reads what a file says beside its pixels; of what is no picture or film, nothing.
pub fn beside(file: &mut (impl Read + Seek)) -> Beside {
    let mut found = Beside::default();
    // A file that breaks off tells what it has told.
    let _ = found.look(file);
    found
}

impl Beside {
    /// Whether width and height change places when it is shown.
    pub fn is_turned(self) -> bool {
        self.orientation >= 5
    }

    fn look(&mut self, file: &mut (impl Read + Seek)) -> io::Result<()> {
        let mut start = [0; 12];
        file.read_exact(&mut start)?;
        match &start {
            [0xff, 0xd8, ..] => self.jpeg(file),
            [0x89, b'P', b'N', b'G', ..] => self.png(file),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => self.webp(file),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => self.boxes(file, brand),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
                file.rewind()?;
                self.exif(&part(file, LARGEST_PART)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The segments of a JPEG before its pixels (ITU T.81, B.1.1).
    fn jpeg(&mut self, file: &mut (impl Read + Seek)) -> io::Result<()> {
        self.still = Some(Still::Jpeg);
        file.seek(SeekFrom::Start(2))?;
        loop {
            let marker = marker(file)?;
            match marker {
                // Its pixels begin, or it ends.
                0xda | 0xd9 => return Ok(()),
                0x01 | 0xd0..=0xd7 => continue,
                _ => {}
            }
            let len = u64::from(u16::from_be_bytes(bytes(file)?)).saturating_sub(2);
            if marker == 0xe1 {
                let segment = part(file, len)?;
                self.exif(&segment);
                self.xmp(&segment);
            } else {
                skip(file, len)?;
            }
        }
    }

    /// The chunks of a PNG (PNG 3rd edition, 11).
    fn png(&mut self, file: &mut (impl Read + Seek)) -> io::Result<()> {
        self.still = Some(Still::Png);
        file.seek(SeekFrom::Start(8))?;
        loop {
            let len = u64::from(u32::from_be_bytes(bytes(file)?));
            let kind: [u8; 4] = bytes(file)?;
            match &kind {
                b"IEND" => return Ok(()),
                b"acTL" => {
                    self.still = None;
                    skip(file, len)?;
                }
                b"eXIf" => self.exif(&part(file, len)?),
                b"tEXt" | b"zTXt" | b"iTXt" => self.text(kind, &part(file, len)?),
                _ => skip(file, len)?,
            }
            skip(file, 4)?;
        }
    }

    /// A text of a PNG: XMP, or what older programs put there as numbers in hexadecimal.
    fn text(&mut self, kind: [u8; 4], chunk: &[u8]) {
        let Some(end) = chunk.iter().position(|byte| *byte == 0) else { return };
        let (keyword, rest) = (&chunk[..end], &chunk[end + 1..]);
        let inflated = match &kind {
            b"tEXt" => rest.to_vec(),
            b"zTXt" => inflated(rest.get(1..).unwrap_or_default()),
            // Language and translated keyword stand before the text.
            _ => {
                let is_deflated = rest.first() == Some(&1);
                let text = rest.get(2..).unwrap_or_default().splitn(3, |byte| *byte == 0).nth(2).unwrap_or_default();
                if is_deflated { inflated(text) } else { text.to_vec() }
            }
        };
        if keyword.starts_with(b"Raw profile type") {
            // A line for its name, one for its length, and the bytes.
            let text = String::from_utf8_lossy(&inflated);
            let digits: String = text.trim_start().lines().skip(2).flat_map(str::chars).collect();
            let raw = from_hexadecimal(&digits);
            self.exif(&raw);
            self.xmp(&raw);
        }
        self.xmp(&inflated);
    }

    /// The chunks of a WebP (RFC 9649, 2.7).
    fn webp(&mut self, file: &mut (impl Read + Seek)) -> io::Result<()> {
        self.still = Some(Still::Webp);
        loop {
            let kind: [u8; 4] = bytes(file)?;
            let len = u64::from(u32::from_le_bytes(bytes(file)?));
            match &kind {
                b"VP8X" => {
                    let flags = part(file, len)?;
                    if flags.first().is_some_and(|flags| flags & 0x02 != 0) {
                        self.still = None;
                    }
                }
                b"EXIF" => self.exif(&part(file, len)?),
                b"XMP " => self.xmp(&part(file, len)?),
                _ => skip(file, len)?,
            }
            skip(file, len % 2)?;
        }
    }

    /// The boxes of a film, or of a picture that is stored like one: HEIC, AVIF (ISO 14496-12).
    fn boxes(&mut self, file: &mut (impl Read + Seek), brand: &[u8]) -> io::Result<()> {
        file.rewind()?;
        if [&b"avi"[..], b"hei", b"hev", b"mif", b"msf"].iter().any(|known| brand.starts_with(known)) {
            // Where Exif stands in it only further tables tell; it is known by how it begins.
            let all = part(file, LARGEST_PART)?;
            for (at, _) in all.windows(4).enumerate().filter(|(_, start)| matches!(*start, b"II*\0" | b"MM\0*")) {
                // How it is turned is told elsewhere.
                self.gps |= Tiff::of(&all[at..]).is_some_and(|tiff| tiff.has_position());
            }
            self.xmp(&all);
            return Ok(());
        }
        loop {
            let short = u64::from(u32::from_be_bytes(bytes(file)?));
            let kind: [u8; 4] = bytes(file)?;
            let len = match short {
                0 => LARGEST_PART,
                1 => u64::from_be_bytes(bytes(file)?).saturating_sub(16),
                short => short.saturating_sub(8),
            };
            if &kind == b"moov" {
                let head = part(file, len)?;
                let names = [&b"location.ISO6709"[..], b"\xa9xyz", b"loci", b"GPSLatitude"];
                self.gps |= names.iter().any(|name| contains(&head, name));
            } else {
                skip(file, len)?;
            }
        }
    }

    /// Takes in a TIFF directory, with or without the name before it that JPEG gives it.
    fn exif(&mut self, bytes: &[u8]) {
        let Some(tiff) = Tiff::of(bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes)) else { return };
        let orientation = tiff.orientation().filter(|way| (1..=8).contains(way));
        self.orientation = orientation.unwrap_or(self.orientation);
        self.gps |= tiff.has_position();
    }

    /// Takes in XMP: XML that has the position under its Exif name.
    fn xmp(&mut self, bytes: &[u8]) {
        self.gps |= contains(bytes, b"GPSLatitude");
    }
}

/// The next marker of a JPEG.
fn marker(file: &mut impl Read) -> io::Result<u8> {
    let [mut byte] = bytes(file)?;
    if byte != 0xff {
        return Err(io::ErrorKind::InvalidData.into());
    }
    while byte == 0xff {
        [byte] = bytes(file)?;
    }
    Ok(byte)
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The next `len` bytes, or as many of them as are looked at.
fn part(file: &mut (impl Read + Seek), len: u64) -> io::Result<Vec<u8>> {
    let mut part = Vec::new();
    file.by_ref().take(len.min(LARGEST_PART)).read_to_end(&mut part)?;
    skip(file, len.saturating_sub(LARGEST_PART))?;
    Ok(part)
}

fn skip(file: &mut impl Seek, len: u64) -> io::Result<()> {
    file.seek_relative(i64::try_from(len).map_err(|_| io::ErrorKind::InvalidData)?)
}

fn inflated(deflated: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    // What breaks off tells what it has told.
    let _ = flate2::read::ZlibDecoder::new(deflated).take(LARGEST_PART).read_to_end(&mut text);
    text
}

fn from_hexadecimal(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// A TIFF directory (TIFF 6.0, 2).
struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..4)? {
            b"II*\0" => Some(Self { bytes, is_big_endian: false }),
            b"MM\0*" => Some(Self { bytes, is_big_endian: true }),
            _ => None,
        }
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk().copied()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.first_chunk().copied()?;
        let long = if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        usize::try_from(long).ok()
    }

    /// Tags in the directory at an offset, each with the place of its value; none when no directory is there.
    fn tags(&self, at: usize) -> Option<Vec<(u16, usize)>> {
        let count = usize::from(self.short(at)?);
        let entry = |i: usize| Some((self.short(at + 2 + 12 * i)?, at + 2 + 12 * i + 8));
        (0..count).map(entry).collect()
    }

    fn first(&self, wanted: u16) -> Option<usize> {
        let tags = self.tags(self.long(4)?)?;
        tags.into_iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| value)
    }

    fn orientation(&self) -> Option<u8> {
        self.first(0x0112).and_then(|value| self.short(value)).and_then(|way| u8::try_from(way).ok())
    }

    /// Whether it gives latitude or longitude. Some cameras write a directory for them that holds its own version alone;
    /// one that cannot be read is taken to hold them.
    fn has_position(&self) -> bool {
        let Some(directory) = self.first(0x8825).and_then(|value| self.long(value)) else { return false };
        self.tags(directory).is_none_or(|tags| tags.iter().any(|(tag, _)| matches!(tag, 2 | 4)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(bytes: &[u8]) -> Beside {
        beside(&mut Cursor::new(bytes))
    }

    /// Exif that turns a picture, and that gives these tags of its position, if any.
    fn exif(is_big_endian: bool, orientation: u16, position: Option<&[u16]>) -> Vec<u8> {
        let short = |n: u16| if is_big_endian { n.to_be_bytes() } else { n.to_le_bytes() }.to_vec();
        let long = |n: u32| if is_big_endian { n.to_be_bytes() } else { n.to_le_bytes() }.to_vec();
        let entry = |tag, kind, value: Vec<u8>| [short(tag), short(kind), long(1), value].concat();
        let mut bytes = if is_big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        bytes.extend([long(8), short(if position.is_some() { 2 } else { 1 })].concat());
        bytes.extend(entry(0x0112, 3, [short(orientation), short(0)].concat()));
        if let Some(tags) = position {
            bytes.extend(entry(0x8825, 4, long(8 + 2 + 24 + 4)));
            bytes.extend([long(0), short(u16::try_from(tags.len()).expect("few"))].concat());
            bytes.extend(tags.iter().flat_map(|tag| entry(*tag, 5, long(0))));
        }
        bytes.extend(long(0));
        bytes
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, b'J', b'F'];
        for segment in segments {
            bytes.extend([0xff, 0xff, 0xe1]);
            bytes.extend(u16::try_from(segment.len() + 2).expect("short").to_be_bytes());
            bytes.extend(segment);
        }
        bytes.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
        bytes
    }

    fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, chunk) in chunks.iter().chain(&[(b"IEND", Vec::new())]) {
            bytes.extend(u32::try_from(chunk.len()).expect("short").to_be_bytes());
            bytes.extend([&kind[..], chunk, &[0; 4]].concat());
        }
        bytes
    }

    fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
        for (kind, chunk) in chunks {
            bytes.extend([&kind[..], &u32::try_from(chunk.len()).expect("short").to_le_bytes(), chunk].concat());
            bytes.resize(bytes.len() + chunk.len() % 2, 0);
        }
        bytes
    }

    fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).expect("short").to_be_bytes(), kind, content].concat()
    }

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        flate2::read::ZlibEncoder::new(text, flate2::Compression::fast()).read_to_end(&mut bytes).expect("reads");
        bytes
    }

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// As older programs write it, a line for each 36 bytes.
    fn raw_profile(exif: &[u8]) -> Vec<u8> {
        let all = [b"Exif\0\0", exif].concat();
        let lines: Vec<String> = all.chunks(36).map(hexadecimal).collect();
        format!("\nexif\n{:8}\n{}\n", all.len(), lines.join("\n")).into_bytes()
    }

    #[test]
    fn a_position_is_found_wherever_it_is_written() {
        let here = exif(true, 6, Some(&[0, 1, 2, 3, 4]));
        let named = [b"Exif\0\0", &here[..]].concat();
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude='40,2N'/>".to_vec();
        let profile = [b"Raw profile type exif\0\0", &deflated(&raw_profile(&here))[..]].concat();
        let plain = [b"Raw profile type exif\0", &raw_profile(&here)[..]].concat();
        let international = [b"XML:com.adobe.xmp\0\x01\0en\0\0", &deflated(&xmp)[..]].concat();
        for bytes in [
            jpeg(std::slice::from_ref(&named)),
            jpeg(&[b"other".to_vec(), exif_of_version(), named.clone()]),
            jpeg(std::slice::from_ref(&xmp)),
            png(&[(b"IDAT", vec![1; 9]), (b"eXIf", here.clone())]),
            png(&[(b"zTXt", profile)]),
            png(&[(b"tEXt", plain)]),
            png(&[(b"iTXt", international)]),
            png(&[(b"iTXt", [b"XML:com.adobe.xmp\0\0\0\0\0", &xmp[..]].concat())]),
            riff(&[(b"VP8 ", vec![1; 9]), (b"EXIF", here.clone())]),
            riff(&[(b"VP8 ", vec![1; 9]), (b"XMP ", xmp.clone())]),
            [boxed(b"ftyp", b"heic\0\0\0\0"), boxed(b"mdat", &here)].concat(),
            [boxed(b"ftyp", b"qt  \0\0\0\0"), boxed(b"mdat", &[1; 9]), boxed(b"moov", b"..\xa9xyz..")].concat(),
            [boxed(b"ftyp", b"mp42\0\0\0\0"), boxed(b"moov", b"com.apple.quicktime.location.ISO6709")].concat(),
            here.clone(),
        ] {
            assert!(of(&bytes).gps, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    fn exif_of_version() -> Vec<u8> {
        [b"Exif\0\0", &exif(false, 1, Some(&[0]))[..]].concat()
    }

    #[test]
    fn what_tells_no_position_is_not_blamed() {
        for bytes in [
            jpeg(&[]),
            jpeg(&[exif_of_version()]),
            jpeg(&[[b"Exif\0\0", &exif(true, 3, None)[..]].concat()]),
            png(&[(b"eXIf", exif(false, 1, Some(&[0, 29])))]),
            png(&[(b"tEXt", b"Comment\0Taken from the bridge".to_vec())]),
            riff(&[(b"VP8L", vec![0; 4])]),
            [boxed(b"ftyp", b"avif\0\0\0\0"), boxed(b"mdat", b"II*\0 and more")].concat(),
            [boxed(b"ftyp", b"mp42\0\0\0\0"), boxed(b"moov", b"tracks")].concat(),
            b"GIF89a and more bytes".to_vec(),
            b"short".to_vec(),
        ] {
            assert!(!of(&bytes).gps, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_picture_is_turned_as_it_says() {
        for is_big_endian in [true, false] {
            let turned = of(&jpeg(&[[b"Exif\0\0", &exif(is_big_endian, 6, None)[..]].concat()]));
            assert_eq!(turned, Beside { still: Some(Still::Jpeg), orientation: 6, gps: false, acts: None });
            assert!(turned.is_turned());
        }
        assert_eq!(of(&jpeg(&[[b"Exif\0\0", &exif(true, 9, None)[..]].concat()])).orientation, 1);
        assert!(!of(&jpeg(&[[b"Exif\0\0", &exif(true, 4, None)[..]].concat()])).is_turned());
    }

    #[test]
    fn what_moves_is_no_still() {
        assert_eq!(of(&png(&[(b"IHDR", vec![0; 13])])).still, Some(Still::Png));
        assert_eq!(of(&png(&[(b"acTL", vec![0; 8])])).still, None);
        assert_eq!(of(&riff(&[(b"VP8X", vec![0x02; 10])])).still, None);
        assert_eq!(of(&riff(&[(b"VP8X", vec![0x10; 10])])).still, Some(Still::Webp));
        assert_eq!(of(b"GIF89a and more bytes").still, None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), cut in 0_usize..400) {
            of(&bytes);
            let whole = jpeg(&[[b"Exif\0\0", &exif(true, 6, Some(&[2]))[..]].concat()]);
            of(&whole[..cut.min(whole.len())]);
            let mut broken = whole.clone();
            for (i, byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte > 200) {
                let at = i % broken.len();
                broken[at] = *byte;
            }
            of(&broken);
        }
    }
}
