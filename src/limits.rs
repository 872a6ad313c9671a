//! Limits: how large, long and deep what is read may be, each set here alone. What is beyond one is told by name; `docs/limits.md`
//! lists them. Nobody's site should come near: they are there for what came in by mistake, or was made to do harm.

/// A limit as the documentation lists it.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The name of its constant.
    pub name: &'static str,
    /// What it limits.
    pub doc: &'static str,
    /// How much, in words.
    pub told: &'static str,
    /// How much, in the unit that `doc` names.
    pub value: u64,
}

macro_rules! limits {
    ($( $(#[doc = $doc:expr])* $name:ident: $ty:ty = $value:expr, $told:literal; )*) => {
        $( $(#[doc = $doc])* pub const $name: $ty = $value; )*

        /// All limits.
        pub const LIMITS: &[Limit] =
            &[ $( Limit { name: stringify!($name), doc: concat!($($doc),*).trim_ascii(), told: $told, value: $value }, )* ];
    };
}

limits! {
    /// A file that is read as text, or a file of `templates/`.
    LARGEST_TEXT: u64 = 64 << 20, "64 MiB";
    /// A Markdown file: some million words.
    LARGEST_MARKDOWN: u64 = 8 << 20, "8 MiB";
    /// How deep folders stand inside one another.
    DEEPEST_FOLDER: usize = 64, "64";
    /// How often links lead to one and the same folder.
    MOST_LINKS: usize = 64, "64";
    /// How deep values of YAML stand inside one another.
    DEEPEST_YAML: usize = 64, "64";
    /// Values in a file of YAML.
    MOST_YAML_NODES: usize = 20_000_000, "20 million";
    /// Aliases in a file of YAML, and values that they stand for, each time counted.
    MOST_YAML_ALIASES: usize = 1_000_000, "1 million";
    /// Keys of a page, a fact, or anything else whose keys have names.
    MOST_KEYS: usize = 1000, "1000";
    /// A component call without its body, in bytes.
    LONGEST_CALL: usize = 4 << 10, "4 KiB";
    /// Elements of HTML that stand open at once, in a text that is cleaned.
    DEEPEST_HTML: usize = 64, "64";
    /// Attributes of one element, in a text that is cleaned and in an SVG.
    MOST_ATTRIBUTES: usize = 200, "200";
    /// A text that is cleaned and holds parts of a table of HTML, in bytes.
    LONGEST_WITH_TABLE: usize = 128 << 10, "128 KiB";
    /// How deep quotes, lists and other parts of Markdown stand inside one another.
    DEEPEST_MARKDOWN: usize = 64, "64";
    /// How deep component calls stand inside one another.
    DEEPEST_CALL: usize = 16, "16";
    /// The id that a reference or a citation names, in bytes.
    LONGEST_REFERENCE: usize = 1024, "1 KiB";
    /// How many texts print one another by references to fields.
    DEEPEST_TEXT: usize = 4, "4";
    /// What references to fields print in one text, each time counted, in bytes.
    LONGEST_PRINTED: usize = 1 << 20, "1 MiB";
    /// A date of EDTF, in bytes.
    LONGEST_DATE: usize = 200, "200 bytes";
    /// The tag of a language, in characters: files of the search index are named after it.
    LONGEST_LANGUAGE: usize = 32, "32 characters";
    /// A part of a path, in bytes: the longest name that a file can have.
    LONGEST_NAME: usize = 255, "255 bytes";
    /// Pixels of a picture of which smaller ones are made.
    MOST_PIXELS: u64 = 100_000_000, "100 million";
    /// The width or height of such a picture, in pixels.
    LONGEST_SIDE: u32 = 100_000, "100,000 pixels";
    /// An SVG that is looked through, in bytes.
    LARGEST_SVG: u64 = 8 << 20, "8 MiB";
    /// Elements, texts and comments of such an SVG.
    MOST_SVG_NODES: u32 = 1_000_000, "1 million";
    /// What a template makes of one page, in bytes.
    LARGEST_PAGE: usize = 64 << 20, "64 MiB";
    /// How long templates may take for one page, in seconds.
    SLOWEST_PAGE: u64 = 30, "30 seconds";
    /// How much memory a build may take beside what it had, while one page is being made, in bytes.
    LARGEST_GROWTH: u64 = 2 << 30, "2 GiB";
    /// Repositories that a git repository borrows objects from.
    MOST_STORES: usize = 64, "64";
    /// An object of a git repository, in bytes.
    LARGEST_OBJECT: usize = 128 << 20, "128 MiB";
    /// Entries of folders in a git history, each time one is read; a folder counts as a hundred of them.
    MOST_TREE_ENTRIES: usize = 200_000_000, "200 million";
    /// The paths of all files that a git history changes, each time counted, in bytes.
    LARGEST_CHANGES: usize = 32 << 20, "32 MiB";
    /// The texts of all files that are read of a git history, each time counted, in bytes.
    LARGEST_HISTORY: u64 = 2 << 30, "2 GiB";
    /// How long one host may be asked where links lead to it, in seconds.
    SLOWEST_HOST: u64 = 600, "10 minutes";
    /// Errors or warnings of one rule that a report draws; all are counted.
    MOST_DRAWN: usize = 100, "100";
    /// Connections to the preview at once; others wait.
    MOST_CONNECTIONS: usize = 160, "160";
    /// Pages that browsers follow at once.
    MOST_FOLLOWED: usize = 100, "100";
    /// How long a connection to the preview may take to say what it wants, in seconds.
    SLOWEST_HEAD: u64 = 5, "5 seconds";
    /// How long a connection to the preview may take nothing of what it asked for, in seconds.
    SLOWEST_READER: u64 = 15, "15 seconds";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_is_meant() {
        for Limit { name, told, value, .. } in LIMITS {
            let (number, unit) = told.split_once(' ').unwrap_or((told, ""));
            let number: u64 = number.replace(',', "").parse().expect("it begins with a number");
            let times = match unit {
                "KiB" => 1 << 10,
                "MiB" => 1 << 20,
                "GiB" => 1 << 30,
                "minutes" => 60,
                "million" => 1_000_000,
                _ => 1,
            };
            assert_eq!(number * times, *value, "{name}: {told}");
        }
    }
}
