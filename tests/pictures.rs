//! Pictures in several sizes: what pages offer, what comes out, what is kept from build to build, and what is told.

mod common;

use backgrounder::link::Selection;
use backgrounder::live::{Live, Step, Touched};
use backgrounder::preview::editor::Editor;
use backgrounder::preview::{Answer, Preview, Wanted};
use backgrounder::{Git, Request};
use common::{NONE, backgrounder, different, outputs, put, small_site, tree};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Output;

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { [220, 20, 20] } else { [20, 20, 220] })).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture can be encoded");
    bytes.into_inner()
}

/// A photograph of a telephone that was held upright: it is to be turned to the right, and says where it was taken.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let rationals =
        |all: [u32; 3]| all.iter().flat_map(|n| [n.to_be_bytes(), [0, 0, 0, 1]].concat()).collect::<Vec<u8>>();
    let tiff = [
        b"MM\0*\0\0\0\x08\0\x02".to_vec(),
        entry(0x0112, 3, 1, [0, 6, 0, 0]),
        entry(0x8825, 4, 1, [0, 0, 0, 38]),
        vec![0; 4],
        vec![0, 4],
        entry(1, 2, 2, *b"N\0\0\0"),
        entry(2, 5, 3, [0, 0, 0, 92]),
        entry(3, 2, 2, *b"E\0\0\0"),
        entry(4, 5, 3, [0, 0, 0, 116]),
        vec![0; 4],
        rationals([39, 44, 10]),
        rationals([45, 40, 20]),
    ]
    .concat();
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let length = u16::try_from(exif.len() + 2).expect("it is short").to_be_bytes();
    let plain = encoded(&halves(width, height), ImageFormat::Jpeg);
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

/// A small site with a page that shows a photograph three times. Widths are small, so that tests are quick.
fn site(root: &Path) {
    small_site(root);
    put(
        root,
        &[
            (
                "site.yaml",
                "title: Small\nbase_url: https://example.org/sub\npictures: { widths: [40, 80] }\ncards: false\n",
            ),
            (
                "content/articles/story.md",
                "---\ntitle: Story\ndate: 2023-05-01\n---\n\nThe [[war]] [@paper].\n\n![The bridge](photo.jpg)\n\n![Again](/articles/photo.jpg)\n\n{{<image src=\"/articles/photo.jpg\" alt=\"Once more\" />}}\n",
            ),
        ],
    );
    fs::write(root.join("content/articles/photo.jpg"), photograph(200, 100)).expect("writes");
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder to test in")
}

fn build(root: &Path) -> Output {
    backgrounder(root, &["build"])
}

fn built(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = build(root);
    assert!(output.status.success(), "{}", said(&output));
    outputs(&root.join("public"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn page(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files[path].clone()).expect("a page is UTF-8")
}

fn webp(bytes: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::WebP).expect("it is WebP").into_rgb8()
}

/// The smaller pictures among files.
fn smaller(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().map(String::as_str).filter(|path| path.ends_with("w.webp")).collect()
}

/// What is kept in the cache, by name.
fn kept(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = tree(&root.join(".backgrounder/cache"));
    all.retain(|name, _| name.ends_with(".made"));
    all
}

#[test]
fn a_page_offers_smaller_pictures_and_they_are_there() {
    let folder = folder();
    site(folder.path());
    let files = built(folder.path());
    let html = page(&files, "articles/story/index.html");
    let offer = "src=\"/sub/articles/photo.jpg\" srcset=\"/sub/articles/photo.jpg-40w.webp 40w, /sub/articles/photo.jpg-80w.webp 80w\" sizes=\"(min-width: 40rem) 38rem, 100vw\" width=\"100\" height=\"200\"";
    assert_eq!(html.matches(offer).count(), 3, "{html}");
    let when: Vec<&str> = html.split(" loading=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(when, ["eager", "lazy", "lazy"]);
    assert_eq!(html.matches("decoding=\"async\"").count(), 3);
    assert_eq!(smaller(&files), ["articles/photo.jpg-40w.webp", "articles/photo.jpg-80w.webp"]);
    let original = fs::read(folder.path().join("content/articles/photo.jpg")).expect("reads");
    assert_eq!(files["articles/photo.jpg"], original);
}

#[test]
fn a_smaller_picture_is_turned_and_holds_nothing_but_pixels() {
    let folder = folder();
    site(folder.path());
    let files = built(folder.path());
    for (path, size) in [("articles/photo.jpg-40w.webp", (40, 80)), ("articles/photo.jpg-80w.webp", (80, 160))] {
        let bytes = &files[path];
        let picture = webp(bytes);
        assert_eq!(picture.dimensions(), size);
        let [top, bottom] = [picture.get_pixel(5, 5), picture.get_pixel(5, size.1 - 5)];
        assert!(top[0] > 150 && top[2] < 100 && bottom[2] > 150 && bottom[0] < 100, "{top:?} {bottom:?}");
        let told = backgrounder::exif::beside(&mut Cursor::new(bytes));
        assert!(told.orientation == 1 && !told.gps);
        // One chunk, and that of the pixels: no Exif, no XMP, no colour profile.
        assert!(bytes[12..].starts_with(b"VP8 "), "{:?}", &bytes[12..16]);
        let length = u32::from_le_bytes(bytes[16..20].try_into().expect("four bytes")) as usize;
        assert_eq!(bytes.len(), 20 + length + length % 2);
    }
}

#[test]
fn colours_of_other_profiles_are_turned_into_those_of_the_web() {
    let folder = folder();
    site(folder.path());
    let profile = moxcms::ColorProfile::new_display_p3().encode().expect("a profile can be written");
    let plain = encoded(&DynamicImage::from(RgbImage::from_pixel(80, 80, Rgb([60, 200, 60]))), ImageFormat::Jpeg);
    let chunk = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let length = u16::try_from(chunk.len() + 2).expect("it is short").to_be_bytes();
    let photo = [&plain[..2], &[0xff, 0xe2], &length, &chunk, &plain[2..]].concat();
    fs::write(folder.path().join("content/articles/photo.jpg"), photo).expect("writes");
    let files = built(folder.path());
    let small = &files["articles/photo.jpg-40w.webp"];
    let [red, green, blue] = webp(small).get_pixel(20, 20).0;
    // The same green is further out in sRGB, which is narrower.
    assert!(red < 40 && green > 198 && blue < 50, "{red} {green} {blue}");
    assert!(!small.windows(4).any(|four| four == b"ICCP"));
}

#[test]
fn what_was_made_is_kept_and_what_nothing_uses_goes() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let first = built(root);
    let entries = kept(root);
    assert_eq!(entries.len(), 2);
    assert!(said(&build(root)).contains(" 0 files changed"));
    assert_eq!(built(root), first);
    assert_eq!(kept(root), entries);
    assert_eq!(fs::read_to_string(root.join(".backgrounder/cache/.gitignore")).expect("reads"), "*\n");
    // Without the cache, and with a damaged one, the same comes out.
    fs::write(root.join(".backgrounder/cache").join(entries.keys().next().expect("two")), "damaged").expect("writes");
    assert_eq!(built(root), first);
    assert_eq!(kept(root), entries);
    fs::remove_dir_all(root.join(".backgrounder")).expect("removes");
    fs::remove_dir_all(root.join("public")).expect("removes");
    assert_eq!(built(root), first);
    // The same bytes under another name are known.
    fs::rename(root.join("content/articles/photo.jpg"), root.join("content/articles/other.jpg")).expect("renames");
    let text = fs::read_to_string(root.join("content/articles/story.md")).expect("reads");
    fs::write(root.join("content/articles/story.md"), text.replace("photo.jpg", "other.jpg")).expect("writes");
    let renamed = built(root);
    assert_eq!(kept(root), entries);
    assert_eq!(renamed["articles/other.jpg-40w.webp"], first["articles/photo.jpg-40w.webp"]);
    // What is not used any more goes, here and there.
    fs::write(root.join("content/articles/story.md"), "---\ntitle: Story\n---\n\nThe [[war]].\n").expect("writes");
    assert_eq!(smaller(&built(root)), NONE);
    assert_eq!(kept(root).len(), 0);
}

#[test]
fn entries_that_are_kept_are_taken() {
    use sha2::{Digest as _, Sha256};
    let folder = folder();
    let root = folder.path();
    site(root);
    built(root);
    for name in kept(root).keys() {
        let entry = [&Sha256::digest(b"as it was kept")[..], b"as it was kept"].concat();
        fs::write(root.join(".backgrounder/cache").join(name), entry).expect("writes");
    }
    assert_eq!(built(root)["articles/photo.jpg-80w.webp"], b"as it was kept");
}

#[test]
fn two_builds_at_once_do_each_other_no_harm() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let alone = built(root);
    for turn in 0..4 {
        if turn % 2 == 0 {
            fs::remove_dir_all(root.join(".backgrounder")).expect("removes");
        }
        std::thread::scope(|scope| {
            for name in ["one", "two", "three"] {
                scope.spawn(move || {
                    let output = backgrounder(root, &["build", "--output-dir", &format!("out-{turn}/{name}")]);
                    assert!(output.status.success(), "{}", said(&output));
                });
            }
        });
        for name in ["one", "two", "three"] {
            assert_eq!(different(&outputs(&root.join(format!("out-{turn}/{name}"))), &alone), NONE);
        }
    }
    let left = tree(&root.join(".backgrounder/cache"));
    assert!(left.keys().all(|name| name.ends_with(".made") || name == ".gitignore"), "{:?}", left.keys());
}

#[test]
fn a_picture_that_breaks_off_is_told_and_nothing_is_written() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let whole = encoded(&halves(120, 80), ImageFormat::Png);
    fs::write(root.join("content/articles/map.png"), &whole[..whole.len() / 2]).expect("writes");
    // Nobody shows it, so nobody looks.
    let before = built(root);
    put(root, &[("content/about.md", "---\ntitle: About\n---\n\n![A map](articles/map.png)\n")]);
    for command in ["build", "check"] {
        let output = backgrounder(root, &[command]);
        assert!(!output.status.success());
        let told = said(&output);
        assert!(told.contains("error[picture]: this picture cannot be made smaller: "), "{told}");
        assert!(told.contains("--> content/articles/map.png"), "{told}");
    }
    assert_eq!(outputs(&root.join("public")), before);
}

#[test]
fn what_hides_too_many_pixels_is_not_decoded() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let mut bomb = encoded(&halves(120, 80), ImageFormat::Png);
    // 65,536 pixels each way, and the checksum for them.
    bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    fs::write(root.join("content/articles/photo.jpg"), bomb).expect("writes");
    let told = said(&build(root));
    assert!(told.contains("it has 4295 million pixels, and 100 million are the most"), "{told}");
    assert!(!root.join("public").exists());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1))))
    })
}

#[test]
fn only_what_some_output_names_is_made() {
    let folder = folder();
    let root = folder.path();
    site(root);
    for name in ["unused.jpg", "background.png", "cover.jpg", "linked.jpg"] {
        let format = ImageFormat::from_path(name).expect("a format");
        fs::write(root.join("content/articles").join(name), encoded(&halves(90, 60), format)).expect("writes");
    }
    put(
        root,
        &[
            ("templates/assets/own.css", "main { background: url(/sub/articles/background.png-40w.webp) }"),
            (
                "content/linked.md",
                "---\ntitle: Linked\nextra: { cover: /articles/cover.jpg }\n---\n\n<a href=\"/sub/articles/linked.jpg-80w.webp\">See</a>\n",
            ),
            (
                "templates/page.html",
                "{% extends \"base.html\" %}{% block head %}{% set cover = picture(src=page.extra.cover) %}<meta property=\"og:image\" content=\"{{ cover.srcset }}\">{% endblock %}{% block main %}{{ page.content }}{% endblock %}",
            ),
        ],
    );
    let files = built(root);
    let made = smaller(&files);
    assert!(
        made.contains(&"articles/cover.jpg-40w.webp") && made.contains(&"articles/linked.jpg-80w.webp"),
        "{made:?}"
    );
    assert!(made.contains(&"articles/background.png-40w.webp"), "{made:?}");
    assert!(!made.iter().any(|path| path.contains("unused") || path.contains("linked.jpg-40w")), "{made:?}");
}

#[test]
fn sizes_follow_the_picture_and_what_cannot_become_smaller_is_copied() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let names = ["tiny.png", "middle.jpg", "middle.png", "exact.jpg", "wide.webp", "small.webp", "A b,c&d’s.jpg"];
    let widths = [30, 60, 60, 80, 200, 60, 50];
    for (name, width) in names.iter().zip(widths) {
        let format = ImageFormat::from_path(name).expect("a format");
        fs::write(root.join("content/articles").join(name), encoded(&halves(width, 31), format)).expect("writes");
    }
    let moving = encoded(&halves(60, 60), ImageFormat::Png);
    let control =
        [&[0, 0, 0, 8][..], b"acTL", &[0; 8], &crc32(&[&b"acTL"[..], &[0; 8]].concat()).to_be_bytes()].concat();
    fs::write(root.join("content/articles/moving.png"), [&moving[..33], &control, &moving[33..]].concat())
        .expect("writes");
    let all = names.iter().copied().chain(["moving.png"]);
    let text = all.fold(String::new(), |text, name| text + &format!("![A picture](<{name}>)\n\n"));
    put(root, &[("content/articles/many.md", &format!("---\ntitle: Many\n---\n\nSee [[story]].\n\n{text}"))]);
    let files = built(root);
    let html = page(&files, "articles/many/index.html");
    let sets: Vec<String> = html
        .split("<img ")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default())
        .map(|tag| tag.split("srcset=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("none"))
        .map(|set| set.replace("/sub/articles/", ""))
        .collect();
    assert_eq!(
        sets,
        [
            "tiny.png-30w.webp 30w",
            "middle.jpg-40w.webp 40w, middle.jpg-60w.webp 60w",
            "middle.png-40w.webp 40w, middle.png-60w.webp 60w",
            "exact.jpg-40w.webp 40w, exact.jpg-80w.webp 80w",
            "wide.webp-40w.webp 40w, wide.webp-80w.webp 80w",
            "small.webp-40w.webp 40w, small.webp 60w",
            "A%20b%2Cc&amp;d%E2%80%99s.jpg-40w.webp 40w, A%20b%2Cc&amp;d%E2%80%99s.jpg-50w.webp 50w",
            "none",
        ]
    );
    for path in smaller(&files).iter().filter(|path| !path.contains("photo")) {
        let told = path.trim_end_matches("w.webp").rsplit('-').next();
        assert_eq!(told, Some(&*webp(&files[*path]).width().to_string()), "{path}");
    }
    assert_eq!(smaller(&files).len(), 2 + 1 + 2 + 2 + 2 + 2 + 1 + 2);
}

#[test]
fn a_site_can_have_its_pictures_as_they_are() {
    let folder = folder();
    let root = folder.path();
    site(root);
    put(
        root,
        &[("site.yaml", "title: Small\nbase_url: https://example.org\npictures: { resize: false }\ncards: false\n")],
    );
    let files = built(root);
    let html = page(&files, "articles/story/index.html");
    assert!(html.contains("<img src=\"/articles/photo.jpg\" width=\"100\" height=\"200\""), "{html}");
    assert!(!html.contains("srcset") && smaller(&files).is_empty() && !root.join(".backgrounder").exists());
    put(
        root,
        &[("site.yaml", "title: Small\nbase_url: https://example.org\npictures: { widths: [0], quality: 101 }\n")],
    );
    let told = said(&build(root));
    assert!(told.contains("a whole number of pixels from 16 to 16383") && told.contains("from 1 to 100"), "{told}");
}

#[test]
fn readers_of_feeds_get_whole_addresses() {
    let folder = folder();
    site(folder.path());
    let files = built(folder.path());
    let feed = page(&files, "atom.xml");
    for width in [40, 80] {
        let address = format!("https://example.org/sub/articles/photo.jpg-{width}w.webp {width}w");
        assert!(feed.contains(&address), "{feed}");
    }
    assert!(!feed.contains("\"/sub/articles/photo") && !feed.contains(", /sub/"), "{feed}");
}

#[test]
fn a_picture_that_says_where_it_was_taken_is_told() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let told = said(&build(root));
    assert!(told.contains("warning[picture-gps]: this file tells where it was taken"), "{told}");
    assert!(told.contains("--> content/articles/photo.jpg"), "{told}");
    fs::write(root.join("content/articles/photo.jpg"), encoded(&halves(200, 100), ImageFormat::Jpeg)).expect("writes");
    assert!(!said(&build(root)).contains("picture-gps"));
}

fn request(root: &Path) -> Request {
    Request {
        root: root.to_owned(),
        config: root.join("site.yaml"),
        base_url: None,
        selection: Selection {
            drafts: false,
            future: true,
            expired: true,
            now: jiff::Timestamp::UNIX_EPOCH,
            as_of: None,
        },
        git: Git::Never,
    }
}

#[test]
fn the_preview_makes_what_is_asked_for_and_keeps_it() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let wanted = Wanted {
        root: root.to_owned(),
        base_path: "/sub".to_owned(),
        hosts: Vec::new(),
        others_may_ask: false,
        editor: Editor::parse("vscode").expect("an editor"),
    };
    let preview = Preview::new(wanted, Live::start(&request(root)));
    assert!(kept(root).is_empty());
    let answer = preview.answer("/sub/articles/photo.jpg-40w.webp");
    let Answer::Bytes { found: true, bytes, path, .. } = &*answer else { panic!("{answer:?}") };
    assert_eq!((webp(bytes).dimensions(), path.as_str()), ((40, 80), "articles/photo.jpg-40w.webp"));
    assert_eq!(kept(root).len(), 1);
    assert_eq!(&built(root)["articles/photo.jpg-40w.webp"], bytes);
    // What cannot be made says why.
    fs::write(root.join("content/articles/photo.jpg"), "no picture").expect("writes");
    let answer = preview.answer("/sub/articles/photo.jpg-80w.webp");
    let Answer::Bytes { found: false, .. } = &*answer else { panic!("{answer:?}") };
}

#[test]
fn a_picture_of_another_size_is_seen_at_once() {
    let folder = folder();
    let root = folder.path();
    site(root);
    let path = root.join("content/articles/photo.jpg");
    let touched = Touched::Files(vec![path.clone()]);
    let live = Live::start(&request(root));
    let routes = |live: &Live| {
        let site = live.site().expect("it is sound");
        let urls = site.routes.iter().map(|route| route.url.to_string());
        urls.filter(|url| url.ends_with("w.webp")).collect::<Vec<_>>()
    };
    let gps = |live: &Live| live.wrong.iter().filter(|wrong| wrong.code == "picture-gps").count();
    assert_eq!((routes(&live).len(), gps(&live)), (2, 1));
    fs::write(&path, encoded(&halves(30, 20), ImageFormat::Jpeg)).expect("writes");
    let (live, change) = live.next(&touched).expect("something has changed");
    assert_eq!((change.step, gps(&live)), (Step::Linked, 0));
    assert_eq!(routes(&live), ["/articles/photo.jpg-30w.webp"]);
    fs::write(&path, encoded(&RgbImage::new(30, 20).into(), ImageFormat::Jpeg)).expect("writes");
    let (_, change) = live.next(&touched).expect("something has changed");
    assert_eq!(change.step, Step::Copied);
}
