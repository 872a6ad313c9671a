//! Slugs: the form that headings, tags and file names take in ids and URLs. Letters of every
//! script are kept.

use foldhash::HashMap;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// `text` in NFC and lower case, its letters, digits and underscores kept, everything between them one hyphen.
pub fn slugify(text: &str) -> String {
    // The common case, a slug already.
    if is_fact_id(text) && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--") {
        return text.to_owned();
    }
    let mut slug = String::with_capacity(text.len());
    let mut gap = false;
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                if gap && !slug.is_empty() {
                    slug.push('-');
                }
                gap = false;
                slug.push(char::from(byte.to_ascii_lowercase()));
            } else if byte != b'\'' {
                gap = true;
            }
        }
        return slug;
    }
    // Composed before, for letters that have one form, and after, for what lower case alone has one form of.
    let words = text.chars().filter(|c| !matches!(c, '\'' | '’'));
    for c in words.nfc().flat_map(char::to_lowercase).nfc() {
        if c.is_alphanumeric() || c == '_' || is_mark(c) {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(c);
        } else {
            gap = true;
        }
    }
    slug
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// One spelling for texts that a file system or a reader takes for the same: NFC, lower case.
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// The same, for texts that nearly always have that spelling already.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(if text.is_ascii() { text.to_ascii_lowercase() } else { folded_anew(text) })
}

fn folded_anew(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// A fact's id as a regular expression (ECMA-262), for schemas: what [`is_fact_id`] takes.
pub const FACT_ID: &str = "^[a-z0-9-]+$";

/// Whether `id` is a fact's id: `[a-z0-9-]+`.
pub fn is_fact_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Hands out each slug once: the second `war` becomes `war-1`.
#[derive(Debug, Default)]
pub struct Unique {
    taken: HashMap<String, usize>,
}

impl Unique {
    /// `wanted`, or with the first free number behind it.
    pub fn take(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "section" } else { wanted };
        let mut slug = wanted.to_owned();
        while self.taken.contains_key(&slug) {
            let n = self.taken.entry(wanted.to_owned()).or_default();
            *n += 1;
            slug = format!("{wanted}-{n}");
        }
        self.taken.insert(slug.clone(), 0);
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_script_are_kept() {
        assert_eq!(slugify("What’s next? — 2020’s war"), "whats-next-2020s-war");
        assert_eq!(slugify("Լեռնային Ղարաբաղ"), "լեռնային-ղարաբաղ");
        assert_eq!(slugify("Şuşa / Shushi"), "şuşa-shushi");
        assert_eq!(slugify("—"), "");
    }

    #[test]
    fn each_slug_is_handed_out_once() {
        let mut unique = Unique::default();
        let taken: Vec<_> = ["war", "war-1", "war", "", "war"].iter().map(|s| unique.take(s)).collect();
        assert_eq!(taken, ["war", "war-1", "war-2", "section", "war-3"]);
    }
}
