//! Editor: links that open a file at its line in the writer's editor.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::Path;

/// What a path keeps as it is in such a link.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// The editors that are known by a name, and their URLs.
pub const EDITORS: &[(&str, &str)] = &[
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("windsurf", "windsurf://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("bbedit", "x-bbedit://open?url=file://{path}&line={line}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
    ("emacs", "org-protocol://open-source?url=file://{path}&line={line}&column={column}"),
];

/// The URL of an editor, with `{path}`, `{line}` and `{column}` where those belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// The editor of a name, or a URL of its own with `{path}` in it.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without a full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, url)) = EDITORS.iter().find(|(name, _)| *name == text) {
            return Ok(Self((*url).to_owned()));
        }
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
        let well_formed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        // What runs in the page, or is no editor.
        let odd = ["http", "https", "javascript", "data", "file", "blob"].contains(&scheme.to_lowercase().as_str());
        if text.contains("{path}") && !scheme.is_empty() && scheme.chars().all(well_formed) && !odd {
            return Ok(Self(text.to_owned()));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).collect();
        let known = names.join(", ");
        let near = crate::diagnostic::did_you_mean(text, names.iter().copied());
        Err(near.unwrap_or_else(|| {
            format!("it is none of {known}, nor a URL with {{path}} in it, such as my-editor://open?file={{path}}&line={{line}}")
        }))
    }

    /// The link to a place in a file, whose path is absolute.
    pub fn link(&self, path: &Path, line: usize, column: usize) -> String {
        let path = path.to_string_lossy().replace('\\', "/");
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        self.0
            .replace("{line}", &line.to_string())
            .replace("{column}", &column.to_string())
            .replace("{path}", &utf8_percent_encode(&path, PATH).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_file_line_and_column() {
        let path = Path::new("/home/a b/ä&x.md");
        let link = |editor: &str| Editor::parse(editor).map(|editor| editor.link(path, 3, 14));
        assert_eq!(link("vscode").as_deref(), Ok("vscode://file/home/a%20b/%C3%A4%26x.md:3:14"));
        assert_eq!(link("own://{path}?l={line}").as_deref(), Ok("own:///home/a%20b/%C3%A4%26x.md?l=3"));
        assert_eq!(link("vscod"), Err("did you mean `vscode`?".to_owned()));
        for wrong in ["own://open", "javascript://{path}", "JavaScript://{path}", "{path}", "a b://{path}"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
    }
}
