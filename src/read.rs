//! Read: the one step that reads the disk. From the site's folder to its sources.

use crate::diagnostic::Diagnostic;
use crate::exif;
use crate::limits::{DEEPEST_FOLDER, LARGEST_MARKDOWN, LARGEST_SVG, LARGEST_TEXT, MOST_LINKS};
use crate::source::{Area, Content, LetGo, Source, Sources, printable};
use crate::svg;
use crate::theme;
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// Hidden files of `static/` that hosts and browsers ask for (RFC 8615, GitHub Pages).
const PUBLISHED: [&str; 2] = [".well-known", ".nojekyll"];

/// How many bytes of a picture are looked at for its size.
const PICTURE_HEAD: u64 = 256 << 10;

/// Reads the site in `root`: `config` (a path inside it or elsewhere), `content/`, `templates/`,
/// `static/`, and the built-in theme below what the site overrides. What could not be read is told and left out.
pub fn read(root: &Path, config: &Path, wrong: &mut Vec<Diagnostic>) -> Sources {
    let mut files = Vec::new();
    let mut links = Vec::new();
    for (area, folder) in AREAS {
        links.extend(walk(root, folder, area, &mut files, wrong));
    }
    links.extend(config.is_symlink().then(|| config.canonicalize().ok()).flatten());
    let read: Vec<Result<Source, Diagnostic>> = files.par_iter().with_max_len(16).map(read_file).collect();
    let mut sources: Vec<Source> = Vec::with_capacity(read.len() + 120);
    match read_config(config) {
        Ok(source) => sources.push(source),
        Err(error) => {
            wrong.push(error.maybe_help(
                (!config.exists()).then_some(
                    "a site has a `site.yaml`; `backgrounder init` makes one, and `--root` says where it is",
                ),
            ));
        }
    }
    for result in read {
        match result {
            Ok(source) => sources.push(source),
            Err(error) => wrong.push(error),
        }
    }
    let own: std::collections::HashSet<Arc<str>> = sources.iter().map(|source| source.path.clone()).collect();
    sources.extend(theme::sources().filter(|built_in| !own.contains(&theme::overridden_by(built_in))));
    Sources::new(sources).with_links(links)
}

/// The same sources, without the texts of `content/`, which are read again should somebody ask.
#[must_use]
pub fn let_go(sources: Sources, root: &Path) -> Sources {
    let root: Arc<Path> = root.into();
    sources.each(|source| match &source.content {
        Content::Text(text) if source.area == Area::Content => {
            Some(Content::LetGo(LetGo::of(text, &root, &source.path, |disk| read_text(disk).ok())))
        }
        _ => None,
    })
}

/// The folders of a site that are read.
pub const AREAS: [(Area, &str); 3] =
    [(Area::Content, "content"), (Area::Static, "static"), (Area::Templates, "templates")];

/// What has become of files since they were read.
#[derive(Debug)]
pub enum Again {
    /// These, and nothing else that matters: the sources as they are now, and the paths inside the site that differ.
    Files(Sources, Vec<Arc<str>>),
    /// More than can be told file by file: all is to be read anew.
    All,
}

/// Reads those of `touched`, paths on the disk, that are files of the site, where `before` has what they were; all others
/// are as they were. A file of the theme that comes or goes, a link, a folder, and whatever cannot be read take more; so
/// does any file of a site with links in it, for it may stand there under a second name.
pub fn again(root: &Path, config: &Path, before: &Sources, touched: &[PathBuf]) -> Again {
    if !before.links().is_empty() {
        return Again::All;
    }
    let mut sources = before.clone();
    let mut changed: Vec<Arc<str>> = Vec::new();
    for disk in touched {
        let Some((path, now)) = read_again(root, config, &sources, disk) else { return Again::All };
        let was = sources.find(&path).map(|file| sources.get(file));
        match now {
            Some(now) if was == Some(&now) => continue,
            None if was.is_none() => continue,
            Some(now) => match sources.with(now) {
                Some(more) => sources = more,
                None => return Again::All,
            },
            None => sources = sources.without(&path),
        }
        changed.push(path);
    }
    Again::Files(sources, changed)
}

/// A touched file: its path inside the site, and what it holds now, if it is there. None for what is not read by itself.
fn read_again(root: &Path, config: &Path, sources: &Sources, disk: &Path) -> Option<(Arc<str>, Option<Source>)> {
    if disk == config {
        let source = read_config(config).ok()?;
        return Some((source.path.clone(), Some(source)));
    }
    let path = site_path(root, disk)?;
    let (area, _) = *AREAS.iter().find(|(_, folder)| path.split('/').next() == Some(folder))?;
    let parts = disk.ancestors().take_while(|above| *above != root);
    if parts.clone().any(Path::is_symlink) || parts.count() > DEEPEST_FOLDER {
        return None;
    }
    if !is_of_site(&path, area) {
        return Some((path.into(), None));
    }
    match disk.symlink_metadata() {
        Ok(meta) if meta.is_file() => {
            let is_new = sources.find(&path).is_none();
            if is_new && area == Area::Templates && theme::has(&path) {
                return None;
            }
            let source = read_file(&Found { path, area, disk: disk.to_owned() }).ok()?;
            Some((source.path.clone(), Some(source)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let is_more = sources.has_folder(&path) || area == Area::Templates && theme::has(&path);
            (!is_more).then(|| (path.into(), None))
        }
        Ok(_) | Err(_) => None,
    }
}

fn read_config(config: &Path) -> Result<Source, Diagnostic> {
    let name = config.file_name().map_or("site.yaml".into(), |name| name.to_string_lossy().into_owned());
    only_a_file(config)?;
    let shown = from_here(config).into();
    Ok(Source { path: name.into(), shown, area: Area::Config, content: Content::Text(read_text(config)?) })
}

/// The text of a file that is no part of a site. A pipe that is open already, such as `/dev/stdin`, is read as well; one that may
/// never be written to is not opened.
pub fn read_alone(disk: &Path) -> Result<Arc<str>, Diagnostic> {
    if !["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|open| disk.starts_with(open)) {
        only_a_file(disk)?;
    }
    read_text(disk)
}

/// Tells of what is there and is not a file: a pipe or a device may have no end.
fn only_a_file(disk: &Path) -> Result<(), Diagnostic> {
    if std::fs::metadata(disk).is_ok_and(|meta| !meta.is_file()) {
        return Err(Diagnostic::error("unreadable", None, "this is not a file").path(from_here(disk)));
    }
    Ok(())
}

/// A file that the walk found.
struct Found {
    path: String,
    area: Area,
    disk: PathBuf,
}

/// Finds the files of a folder; what links among them lead to.
fn walk(root: &Path, folder: &str, area: Area, files: &mut Vec<Found>, wrong: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let base = root.join(folder);
    if !base.exists() {
        return Vec::new();
    }
    let mut links = Vec::new();
    let inside = Inside::of(root);
    let (mut outside, mut visits, mut often) = (Vec::new(), HashMap::new(), Vec::new());
    let keep = |entry: &DirEntry| {
        let leaves = inside.leaves(entry);
        if leaves {
            outside.push(from_here(entry.path()));
        }
        // Links to folders of links can lead to more files than there are on the disk.
        if entry.path_is_symlink()
            && entry.file_type().is_dir()
            && let Ok(real) = entry.path().canonicalize()
        {
            let visits: &mut usize = visits.entry(real).or_default();
            *visits += 1;
            if *visits > MOST_LINKS {
                often.extend((*visits == MOST_LINKS + 1).then(|| from_here(entry.path())));
                return false;
            }
        }
        !leaves && (entry.depth() == 0 || is_taken(&entry.file_name().to_string_lossy(), area))
    };
    let mut walk = WalkDir::new(&base).follow_links(true).max_depth(DEEPEST_FOLDER + 1).into_iter().filter_entry(keep);
    let mut found = Vec::new();
    for entry in &mut walk {
        let link = entry.as_ref().ok().filter(|entry| entry.path_is_symlink());
        links.extend(link.and_then(|link| link.path().canonicalize().ok()));
        match entry {
            Ok(entry) if entry.depth() > DEEPEST_FOLDER => {
                if entry.file_type().is_dir() {
                    let message = format!("folders stand more than {DEEPEST_FOLDER} deep inside one another here");
                    wrong.push(
                        Diagnostic::error("too-large", None, message)
                            .path(from_here(entry.path()))
                            .help("what stands deeper is not read; move it further up"),
                    );
                }
            }
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => found.push(entry),
            // An editor's lock may be a link to nothing.
            Err(error)
                if error.path().and_then(Path::file_name).is_some_and(|name| is_skipped(&name.to_string_lossy())) => {}
            Err(error) => wrong.push(walk_error(&error)),
        }
    }
    drop(walk);
    for path in outside {
        wrong.push(
            Diagnostic::error("outside-site", None, "this link leads out of the site")
                .path(path)
                .help("a link leads into `content/`, `static/` or `templates/`; copy there what it leads to"),
        );
    }
    for path in often {
        let message = format!("links lead to this folder more than {MOST_LINKS} times, and this one is not followed");
        wrong.push(Diagnostic::warning("link-loop", None, message).path(path));
    }
    for entry in found {
        match site_path(root, entry.path()) {
            _ if !entry.file_type().is_file() => wrong.push(
                Diagnostic::error("unreadable", None, "this is neither a file nor a folder")
                    .path(from_here(entry.path())),
            ),
            Some(path) => files.push(Found { path, area, disk: entry.path().to_owned() }),
            None => wrong.push(
                Diagnostic::error("unreadable", None, "this file's name is not UTF-8, or has control characters")
                    .path(from_here(entry.path()))
                    .help("rename it"),
            ),
        }
    }
    links
}

/// What of the disk is the site: its folder, and in that the folders that are read.
struct Inside {
    root: PathBuf,
    areas: Vec<PathBuf>,
}

impl Inside {
    fn of(root: &Path) -> Self {
        let areas = AREAS.iter().filter_map(|(_, folder)| root.join(folder).canonicalize().ok()).collect();
        Self { root: root.canonicalize().unwrap_or_else(|_| root.to_owned()), areas }
    }

    /// Whether a link's target lies outside the site. What stands beside its folders, such as the history in `.git` or an
    /// output, is not to be published by a link to it; nor is what is hidden.
    fn leaves(&self, entry: &DirEntry) -> bool {
        let real = entry.path_is_symlink().then(|| entry.path().canonicalize().ok()).flatten();
        real.is_some_and(|real| self.lies_without(&real, entry.depth() == 0))
    }

    /// The same of what a link leads to that stands in one of the folders, or is one.
    fn lies_without(&self, real: &Path, is_folder_itself: bool) -> bool {
        let below = |base: &PathBuf| real.strip_prefix(base).ok().map(Path::to_owned);
        let inner = if is_folder_itself { below(&self.root) } else { self.areas.iter().find_map(below) };
        let is_hidden =
            |path: PathBuf| path.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        inner.is_none_or(is_hidden)
    }
}

/// The first link above a path inside the site that leads out of it, or to nothing: what is written there is not the site's.
pub fn link_out(root: &Path, path: &str) -> Option<PathBuf> {
    let inside = Inside::of(root);
    path.match_indices('/').map(|(end, _)| &path[..end]).find_map(|folder| {
        let link = root.join(folder);
        let leaves = |real: PathBuf| inside.lies_without(&real, !folder.contains('/'));
        (link.is_symlink() && link.canonicalize().map_or(true, leaves)).then_some(link)
    })
}

/// Whether a file or folder of this name belongs to the site, where its folder does.
fn is_taken(name: &str, area: Area) -> bool {
    area == Area::Static && PUBLISHED.contains(&name) || !is_skipped(name)
}

/// Whether a file at this path inside the site belongs to it: nothing on the way is skipped.
pub fn is_of_site(path: &str, area: Area) -> bool {
    path.split('/').skip(1).all(|name| is_taken(name, area))
}

/// Whether a file or folder of this name is hidden, or an editor's.
pub fn is_skipped(name: &str) -> bool {
    let editor = [".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", ".part"];
    name.starts_with(['.', '#'])
        || name.ends_with('~')
        || name == "Thumbs.db"
        || editor.iter().any(|end| name.ends_with(end))
}

/// A path as a report tells it: as it is found from where the program was called, odd characters escaped.
pub(crate) fn from_here(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.to_string_lossy().escape_debug().to_string().replace("\\'", "'")
}

/// The path inside the site with slashes; none when it is not UTF-8 or has control characters.
fn site_path(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    let path = parts?.join("/");
    (!path.chars().any(char::is_control)).then_some(path)
}

fn walk_error(error: &walkdir::Error) -> Diagnostic {
    let path = error.path().map_or_else(String::new, from_here);
    if error.loop_ancestor().is_some() {
        return Diagnostic::warning("link-loop", None, "this link leads to a folder above it and is not followed")
            .path(path);
    }
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::error("unreadable", None, format!("cannot be read: {reason}")).path(path)
}

fn read_file(found: &Found) -> Result<Source, Diagnostic> {
    let extension = found.path.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase());
    let extension = extension.as_str();
    let content = match (found.area, extension) {
        (Area::Content, "md" | "markdown") => Content::Text(read_text_up_to(LARGEST_MARKDOWN, &found.disk)?),
        (Area::Content, "yaml" | "yml") => Content::Text(read_text(&found.disk)?),
        (Area::Templates, _) if theme::is_template(&found.path) => Content::Text(read_text(&found.disk)?),
        (Area::Templates, _) => Content::Bytes(read_bytes(LARGEST_TEXT, &found.disk)?.into()),
        _ => read_head(found, extension)?,
    };
    let shown = from_here(&found.disk).into();
    Ok(Source { path: found.path.as_str().into(), shown, area: found.area, content })
}

fn cannot_read(disk: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("unreadable", None, format!("cannot be read: {error}")).path(from_here(disk))
}

fn read_bytes(largest: u64, disk: &Path) -> Result<Vec<u8>, Diagnostic> {
    let file = std::fs::File::open(disk).map_err(|error| cannot_read(disk, &error))?;
    let len = file.metadata().map_or(0, |meta| meta.len().min(largest));
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default() + 1);
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| cannot_read(disk, &error))?;
    if bytes.len() as u64 > largest {
        let kind = if largest == LARGEST_MARKDOWN { "Markdown file" } else { "file that is read" };
        let message = format!("larger than {} MiB, the limit for a {kind}", largest >> 20);
        return Err(Diagnostic::error("too-large", None, message)
            .path(from_here(disk))
            .help("split it into several files"));
    }
    Ok(bytes)
}

/// The text of a file: UTF-8, without byte-order mark, its lines ended by `\n`, without NUL.
fn read_text(disk: &Path) -> Result<Arc<str>, Diagnostic> {
    read_text_up_to(LARGEST_TEXT, disk)
}

fn read_text_up_to(largest: u64, disk: &Path) -> Result<Arc<str>, Diagnostic> {
    let bytes = read_bytes(largest, disk)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..valid]).matches('\n').count() + 1;
        Diagnostic::error("not-utf8", None, format!("not UTF-8: line {line} has a byte that no character begins with"))
            .path(from_here(disk))
            .help("save it as UTF-8")
    })?;
    Ok(normalised(text).into())
}

fn normalised(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    printable(text)
}

/// A file that is copied: its length, a picture's size, and what it says beside its pixels.
fn read_head(found: &Found, extension: &str) -> Result<Content, Diagnostic> {
    let fail = |error: std::io::Error| cannot_read(&found.disk, &error);
    let mut file = std::fs::File::open(&found.disk).map_err(fail)?;
    let meta = file.metadata().map_err(fail)?;
    let mut beside = exif::beside(&mut BufReader::with_capacity(4096, &file));
    file.rewind().map_err(fail)?;
    if extension == "svg" {
        beside.acts = svg_acts(&file, meta.len());
    }
    let picture =
        matches!(extension.to_ascii_lowercase().as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp");
    let pixels = picture.then(|| {
        let mut head = Vec::new();
        file.take(PICTURE_HEAD).read_to_end(&mut head).ok()?;
        let size = imagesize::blob_size(&head).ok()?;
        Some(if beside.is_turned() { (size.height, size.width) } else { (size.width, size.height) })
    });
    let (len, modified) = (meta.len(), meta.modified().ok());
    Ok(Content::File { from: found.disk.clone(), len, modified, pixels: pixels.flatten(), beside })
}

/// What an SVG does beside drawing.
fn svg_acts(file: &std::fs::File, len: u64) -> Option<&'static str> {
    let mut bytes = Vec::new();
    if len > LARGEST_SVG || file.take(LARGEST_SVG).read_to_end(&mut bytes).is_err() {
        return Some("it is too large to be looked through, above 8 MiB");
    }
    svg::acts(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_marks_and_nul_are_made_one() {
        assert_eq!(normalised("\u{feff}a\r\nb\rc\0".to_owned()), "a\nb\nc\u{fffd}");
    }

    #[test]
    fn a_text_that_was_let_go_of_is_read_again_while_it_is_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, page) = (folder.path().join("site.yaml"), folder.path().join("content/page.md"));
        std::fs::create_dir(folder.path().join("content")).expect("a folder can be made");
        std::fs::write(&config, "title: T\n").expect("a file can be written");
        std::fs::write(&page, "one\r\ntwo").expect("a file can be written");
        let read = || {
            let sources = let_go(read(folder.path(), &config, &mut Vec::new()), folder.path());
            let file = sources.find("content/page.md").expect("it was read");
            (sources, file)
        };
        let (same, file) = read();
        assert_eq!(same.get(file).text(), "one\ntwo");
        let (other, file) = read();
        std::fs::write(&page, "other").expect("a file can be written");
        assert_eq!(other.get(file).text(), "");
        // Where a mistake stood is not known any more, and it is told all the same.
        let told = Diagnostic::error("broken-link", crate::source::Span::new(file, 4..7), "leads to nothing");
        assert!(crate::diagnostic::to_text(&[told], &other, 80).contains("leads to nothing"));
    }

    #[test]
    fn hidden_and_editor_files_are_skipped() {
        for name in [".git", "a.md~", "#a.md#", ".#a.md", "a.swp", "Thumbs.db"] {
            assert!(is_skipped(name), "{name}");
        }
        assert!(!is_skipped("a.md"));
    }
}
