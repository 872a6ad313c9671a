//! Files that commands put among those of a person: each whole, or not at all.

use crate::write::through;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes files that are not there yet, and the folders that they need: all of them, or none.
pub(super) fn all(files: &[(PathBuf, String)]) -> io::Result<()> {
    let mut made = Vec::new();
    let put = files.iter().try_for_each(|(path, text)| {
        folders(path.parent().unwrap_or(path), &mut made)?;
        one(path, text)?;
        made.push(path.clone());
        Ok(())
    });
    put.inspect_err(|_| {
        // What another hand has put into a folder since keeps it there.
        for path in made.iter().rev() {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
    })
}

/// Makes a folder and those above it, and tells which were not there.
fn folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.to_owned()),
            // Another run has just made it.
            Err(_) if folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes a file that is not there yet.
pub(super) fn one(path: &Path, text: &str) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let beside = beside(path);
    through(
        &beside,
        |file| fill(file, text),
        || match fs::hard_link(&beside, path) {
            Ok(()) => {
                let _ = fs::remove_file(&beside);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not all file systems have hard links: there the place is taken first.
            Err(_) => File::create_new(path).and_then(|_| {
                fs::rename(&beside, path).inspect_err(|_| {
                    let _ = fs::remove_file(path);
                })
            }),
        },
    )
}

/// Writes a file, in the place of the one that is there.
pub(super) fn over(path: &Path, text: &str) -> io::Result<()> {
    let beside = beside(path);
    through(&beside, |file| fill(file, text), || fs::rename(&beside, path))
}

/// Where a file waits: hidden, so that no site takes it in, and short, as its own name may be as long as names can be.
fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".backgrounder-{}", std::process::id()))
}

fn fill(file: &mut File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
