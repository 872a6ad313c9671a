//! A recipe: an output that is worked out only when its bytes are needed, for that takes long: a picture made smaller, a
//! card drawn.
//!
//! Alone knows the crates that decode, resize and encode pictures. What comes out holds pixels and nothing else: no Exif, no
//! XMP, no colour profile; the pixels are turned as Exif says, and their colours are those of sRGB.

use crate::card;
use crate::endless;
use crate::exif;
use crate::limits::{LONGEST_SIDE, MOST_PIXELS};
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use sha2::{Digest as _, Sha256};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counted up whenever the same recipe comes to other bytes, so that what was kept of it is not taken any more.
const VERSION: u32 = 1;

/// The most memory that a decoder may take beside what its pixels do, at eight bytes each: a colour profile that is packed well
/// can become very large.
const MOST_BESIDE: u64 = 64 << 20;

/// Pictures with more pixels than these are decoded one at a time: they take some fifteen bytes for each until they are made.
const LARGE: u64 = 24 << 20;

/// Whose turn it is to decode a large picture.
static TURN: Mutex<()> = Mutex::new(());

/// What an output is made of, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recipe {
    /// The picture in a file as WebP, made smaller.
    Resize {
        /// The file: JPEG, PNG or WebP.
        from: PathBuf,
        /// The width in pixels of what comes out; never more than the picture has.
        width: u32,
        /// How exact it is, from 1 to 100, as libwebp counts.
        quality: u8,
    },
    /// A drawing as PNG: the card of a page.
    Card {
        /// The drawing, as SVG.
        svg: String,
    },
}

impl Recipe {
    /// The file that it takes.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Resize { from, .. } => Some(from),
            Self::Card { .. } => None,
        }
    }

    /// Works it out, of what its file holds; of nothing when it takes none.
    ///
    /// # Errors
    /// Why it cannot be followed, as the end of "… cannot be made: …".
    pub fn make(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let _turn = turn(bytes);
        guarded(|| Material::new(bytes).follow(self))
    }

    /// What tells it from others that take a file of the same bytes, and from those of other versions of the program: 64
    /// hexadecimal digits. `digest` is the SHA-256 of what its file holds.
    pub fn key(&self, digest: &[u8]) -> String {
        let mut hasher = Sha256::new();
        hasher.update(format!("backgrounder {} recipe {VERSION}\0", env!("CARGO_PKG_VERSION")));
        hasher.update(self.parameters());
        hasher.update([0]);
        hasher.update(digest);
        hasher.finalize().iter().fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
    }

    /// All of it but its file.
    fn parameters(&self) -> String {
        match self {
            Self::Resize { width, quality, .. } => format!("resize {width} {quality}"),
            Self::Card { svg } => format!("card {svg}"),
        }
    }
}

/// Works out recipes that take a file of these bytes, which is decoded once.
pub fn make_all(bytes: &[u8], recipes: &[&Recipe]) -> Vec<Result<Vec<u8>, String>> {
    let _turn = turn(bytes);
    let material = Material::new(bytes);
    recipes.iter().map(|recipe| guarded(|| material.follow(recipe))).collect()
}

/// Whether recipes that take a file of these bytes can be followed, as far as its decoding tells.
///
/// # Errors
/// Why not.
pub fn examine(bytes: &[u8], recipe: &Recipe) -> Result<(), String> {
    match recipe {
        Recipe::Resize { .. } => {
            let _turn = turn(bytes);
            guarded(|| decoded(bytes).map(|_| ()))
        }
        // Drawing it is all there is to try.
        Recipe::Card { .. } => Ok(()),
    }
}

/// Says that a picture is at work, and waits for its turn where it is large. Nothing in decoding and encoding waits for another
/// thread.
fn turn(bytes: &[u8]) -> (endless::Other, Option<MutexGuard<'static, ()>>) {
    let pixels = guarded(|| reader(bytes, 0)?.into_dimensions().map_err(|error| reason(&error))).map(pixels);
    let is_large = pixels.is_ok_and(|pixels| pixels > LARGE);
    (endless::other(), is_large.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Runs what decodes and encodes: a bug in there is an error of one picture.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("its decoder gave up".to_owned()))
}

/// What recipes of one file work on.
struct Material<'a> {
    bytes: &'a [u8],
    picture: std::cell::OnceCell<Result<Picture, String>>,
}

impl<'a> Material<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, picture: std::cell::OnceCell::new() }
    }

    fn follow(&self, recipe: &Recipe) -> Result<Vec<u8>, String> {
        match recipe {
            Recipe::Resize { width, quality, .. } => {
                let picture = self.picture.get_or_init(|| decoded(self.bytes)).as_ref().map_err(Clone::clone)?;
                webp(&picture.resized(*width), *quality, picture.is_png)
            }
            Recipe::Card { svg } => card::png(svg),
        }
    }
}

/// A picture, turned as it is shown.
struct Picture {
    image: DynamicImage,
    is_png: bool,
    /// How its colours are meant, when not as sRGB.
    profile: Option<ColorProfile>,
}

/// A reader of a picture, which takes memory for so many pixels.
fn reader(bytes: &[u8], pixels: u64) -> Result<ImageReader<Cursor<&[u8]>>, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(pixels * 8 + MOST_BESIDE);
    reader.limits(limits);
    Ok(reader)
}

fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

fn decoded(bytes: &[u8]) -> Result<Picture, String> {
    let (width, height) = reader(bytes, 0)?.into_dimensions().map_err(|error| reason(&error))?;
    let pixels = pixels((width, height));
    let reader = reader(bytes, pixels.min(MOST_PIXELS))?;
    let is_png = reader.format() == Some(ImageFormat::Png);
    if reader.format() == Some(ImageFormat::Jpeg) && !has_end(bytes) {
        return Err("it breaks off before its end".to_owned());
    }
    if width.max(height) > LONGEST_SIDE {
        return Err(format!("it is {width} by {height} pixels, and {LONGEST_SIDE} are the most for a side"));
    }
    if pixels > MOST_PIXELS {
        let millions = |n: u64| n.div_ceil(1_000_000);
        return Err(format!(
            "it has {} million pixels, and {} million are the most",
            millions(pixels),
            millions(MOST_PIXELS)
        ));
    }
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let profile = decoder.icc_profile().ok().flatten().and_then(|icc| ColorProfile::new_from_slice(&icc).ok());
    let profile = profile.filter(|profile| profile.color_space == DataColorSpace::Rgb);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let mut image = plain(image);
    let orientation = Orientation::from_exif(exif::beside(&mut Cursor::new(bytes)).orientation);
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(Picture { image, is_png, profile })
}

/// Whether a JPEG ends with the mark of its end, behind which other things may stand: the decoder fills with grey what a
/// copy has lost. The mark is not among pixels, but a small picture in the head of a file has one too.
fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).rposition(|two| two == [0xff, 0xd9]).is_some_and(|at| at >= bytes.len() / 2)
}

/// What a decoder says, on one line.
fn reason(error: &image::ImageError) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same with a byte for each of red, green and blue, and one more where something shines through.
fn plain(image: DynamicImage) -> DynamicImage {
    let shines = image.color().has_alpha() && {
        let pixels = image.to_rgba8();
        pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX)
    };
    if shines { image.into_rgba8().into() } else { image.into_rgb8().into() }
}

/// The height that goes with a width, in pixels: the nearest to the shape of the whole, and at least one.
pub fn height_of(width: u32, (whole_width, whole_height): (u32, u32)) -> u32 {
    let (width, whole_width, whole_height) = (u64::from(width), u64::from(whole_width.max(1)), u64::from(whole_height));
    let height = (whole_height * width + whole_width / 2) / whole_width;
    u32::try_from(height).unwrap_or(u32::MAX).max(1)
}

impl Picture {
    /// The picture so many pixels wide, in the colours of sRGB.
    fn resized(&self, width: u32) -> DynamicImage {
        let whole = (self.image.width(), self.image.height());
        let width = width.clamp(1, whole.0);
        let height = height_of(width, whole);
        let image = match &self.image {
            same if (width, height) == whole => same.clone(),
            DynamicImage::ImageRgba8(image) => {
                // What cannot be seen through it must not tinge its edges.
                let mut image = image.clone();
                image.pixels_mut().for_each(weigh);
                let mut small = shrunk(&image, width, height);
                small.pixels_mut().for_each(unweigh);
                small.into()
            }
            image => shrunk(&image.to_rgb8(), width, height).into(),
        };
        self.profile.as_ref().and_then(|profile| in_srgb(&image, profile)).unwrap_or(image)
    }
}

/// Makes an image smaller. Where it becomes much smaller, squares of pixels become one first, which spares most of the
/// work and cannot be told from the result without. The filter after that is a polynomial: one with sines would come to
/// other bytes with another system's mathematics.
fn shrunk<P>(image: &image::ImageBuffer<P, Vec<u8>>, width: u32, height: u32) -> image::ImageBuffer<P, Vec<u8>>
where
    P: image::Pixel<Subpixel = u8> + 'static,
{
    let square = (image.width() / (2 * width)).min(image.height() / (2 * height));
    if square < 2 {
        return imageops::resize(image, width, height, FilterType::CatmullRom);
    }
    let between = imageops::thumbnail(image, image.width() / square, image.height() / square);
    imageops::resize(&between, width, height, FilterType::CatmullRom)
}

/// Colours times how much of them is seen.
fn weigh(pixel: &mut image::Rgba<u8>) {
    let [red, green, blue, alpha] = pixel.0;
    let of = |colour: u8| u8::try_from((u16::from(colour) * u16::from(alpha) + 127) / 255).unwrap_or(u8::MAX);
    pixel.0 = [of(red), of(green), of(blue), alpha];
}

fn unweigh(pixel: &mut image::Rgba<u8>) {
    let [red, green, blue, alpha] = pixel.0;
    let half = u16::from(alpha) / 2;
    let of = |colour: u8| match u16::from(alpha) {
        0 => 0,
        alpha => u8::try_from((u16::from(colour) * 255 + half) / alpha).unwrap_or(u8::MAX),
    };
    pixel.0 = [of(red), of(green), of(blue), alpha];
}

/// The same colours as sRGB has them; none where the profile cannot be followed.
fn in_srgb(image: &DynamicImage, profile: &ColorProfile) -> Option<DynamicImage> {
    let layout = if image.color().has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let srgb = ColorProfile::new_srgb();
    let change = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
    let mut bytes = vec![0; image.as_bytes().len()];
    change.transform(image.as_bytes(), &mut bytes).ok()?;
    let (width, height) = (image.width(), image.height());
    match layout {
        Layout::Rgba => image::RgbaImage::from_raw(width, height, bytes).map(Into::into),
        _ => image::RgbImage::from_raw(width, height, bytes).map(Into::into),
    }
}

/// An image as WebP (RFC 9649). Of a PNG, which may be a drawing or a screenshot, also without loss, and what is shorter.
fn webp(image: &DynamicImage, quality: u8, try_lossless: bool) -> Result<Vec<u8>, String> {
    let (width, height) = (image.width(), image.height());
    let encoder = match image {
        DynamicImage::ImageRgba8(image) => webp::Encoder::from_rgba(image.as_raw(), width, height),
        DynamicImage::ImageRgb8(image) => webp::Encoder::from_rgb(image.as_raw(), width, height),
        _ => return Err("its pixels are of a kind that is not known".to_owned()),
    };
    let encode = |lossless| {
        let encoded = encoder.encode_simple(lossless, f32::from(if lossless { 75 } else { quality }));
        encoded.map(|bytes| bytes.to_vec()).map_err(|error| format!("it cannot become WebP: {error:?}"))
    };
    let lossy = encode(false)?;
    let lossless = if try_lossless { Some(encode(true)?) } else { None };
    Ok(lossless.filter(|lossless| lossless.len() <= lossy.len()).unwrap_or(lossy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, ImageFormat::Png).expect("writes");
        bytes.into_inner()
    }

    fn resize(width: u32) -> Recipe {
        Recipe::Resize { from: PathBuf::new(), width, quality: 80 }
    }

    fn made(bytes: &[u8], width: u32) -> DynamicImage {
        let made = make_all(bytes, &[&resize(width)]).remove(0).expect("it can be made");
        image::load_from_memory_with_format(&made, ImageFormat::WebP).expect("it is WebP")
    }

    #[test]
    fn the_edge_of_what_is_seen_through_keeps_its_colour() {
        // Red, and beside it nothing, stored as green.
        let image = RgbaImage::from_fn(64, 64, |x, _| Rgba(if x < 31 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }));
        let small = made(&png(image), 16).into_rgba8();
        assert!(small.pixels().all(|pixel| pixel.0[3] < 32 || pixel.0[1] < 40), "{small:?}");
        assert!(small.pixels().any(|pixel| pixel.0[3] == 0) && small.pixels().any(|pixel| pixel.0[3] == 255));
    }

    #[test]
    fn a_drawing_is_kept_without_loss() {
        let image =
            RgbImage::from_fn(90, 60, |x, y| Rgb(if (x / 10 + y / 10) % 2 == 0 { [9, 99, 200] } else { [255; 3] }));
        assert_eq!(made(&png(image.clone()), 90).into_rgb8(), image);
    }

    #[test]
    fn what_is_no_picture_is_told() {
        let whole = png(RgbImage::new(300, 200));
        let mut huge = whole.clone();
        huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let mut photo = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::new(300, 200)).write_to(&mut photo, ImageFormat::Jpeg).expect("writes");
        let photo = photo.into_inner();
        assert_eq!(examine(&[&photo[..], b"a film"].concat(), &resize(10)), Ok(()));
        let cut = |bytes: &[u8]| bytes[..bytes.len() - 60].to_vec();
        for bytes in [b"not a picture".to_vec(), cut(&whole), cut(&photo), huge, Vec::new()] {
            assert!(make_all(&bytes, &[&resize(10)])[0].is_err());
            assert!(examine(&bytes, &resize(10)).is_err());
        }
        assert_eq!(examine(&whole, &resize(10)), Ok(()));
    }

    #[test]
    fn keys_differ_with_all_that_matters() {
        let recipe = |from: &str, width, quality| Recipe::Resize { from: from.into(), width, quality };
        let key = recipe("a", 480, 80).key(b"1");
        assert_eq!(key, recipe("b", 480, 80).key(b"1"));
        for other in [recipe("a", 481, 80).key(b"1"), recipe("a", 480, 81).key(b"1"), recipe("a", 480, 80).key(b"2")] {
            assert_ne!(key, other);
        }
        assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn nothing_grows_and_shapes_stay(width in 1_u32..400, height in 1_u32..400, wanted in 1_u32..600, shines in any::<bool>()) {
            let bytes = if shines { png(RgbaImage::new(width, height)) } else { png(RgbImage::new(width, height)) };
            let small = made(&bytes, wanted);
            prop_assert_eq!(small.width(), wanted.min(width));
            let exact = f64::from(height) * f64::from(small.width()) / f64::from(width);
            prop_assert!((f64::from(small.height()) - exact).abs() <= 1.0);
        }
    }
}
