//! Wanted: of the pictures that could be made smaller, those that some output names. The others are not made.
//!
//! Whatever names them counts: `srcset`s, links, a template's `<meta>`, the theme's stylesheet, a feed. So names are looked for
//! in the text of all outputs, wherever they stand in it; not in files that are only copied.

use crate::html::plain;
use crate::recipe::Recipe;
use crate::render::{Data, Rendered};
use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use std::collections::HashSet;

/// How names of smaller pictures end: `photo.jpg-480w.webp`.
const ENDING: &str = "w.webp";

/// The longest name that is looked at, in bytes; file systems have none that are longer.
const LONGEST: usize = 4 * 255;

/// The outputs without those smaller pictures that no other output names.
pub fn wanted(outputs: Vec<Rendered>) -> Vec<Rendered> {
    let names: HashSet<&str> = outputs.iter().filter(|output| is_smaller(output)).map(name).collect();
    if names.is_empty() {
        return outputs;
    }
    let named: HashSet<&str> = outputs.par_iter().flat_map_iter(|output| named(output, &names)).collect();
    let keep: Vec<bool> = outputs.iter().map(|output| !is_smaller(output) || named.contains(name(output))).collect();
    outputs.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(output, _)| output).collect()
}

fn is_smaller(output: &Rendered) -> bool {
    matches!(&output.data, Data::Made(recipe) if matches!(**recipe, Recipe::Resize { .. }))
}

fn name(output: &Rendered) -> &str {
    output.url.as_str().rsplit('/').next().unwrap_or_default()
}

/// Which of `names` an output holds.
fn named<'n>(output: &Rendered, names: &HashSet<&'n str>) -> HashSet<&'n str> {
    let Data::Bytes(bytes) = &output.data else { return HashSet::new() };
    let Ok(text) = std::str::from_utf8(bytes) else { return HashSet::new() };
    let mut seen = HashSet::new();
    let mut found = HashSet::new();
    for (at, _) in text.match_indices(ENDING) {
        let end = at + ENDING.len();
        let from = crate::source::floor_char(text, end.saturating_sub(LONGEST));
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | '<' | '>');
        let start = text[from..end].rfind(is_edge).map_or(from, |edge| from + edge);
        let written = text[start..end].trim_start_matches(is_edge);
        if seen.insert(written) {
            found.extend(suffixes(written, names));
        }
    }
    found
}

/// The names that a piece of text ends with, as it is written in HTML, in a URL or in plain.
fn suffixes<'n>(written: &str, names: &HashSet<&'n str>) -> Vec<&'n str> {
    let written = if written.contains('&') { plain(written) } else { written.to_owned() };
    let decoded = percent_decode_str(&written).decode_utf8_lossy();
    let edges = decoded.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    std::iter::once(0).chain(edges).filter_map(|at| names.get(&decoded[at..]).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Url;
    use std::sync::Arc;

    fn picture(path: &str) -> Rendered {
        let recipe = Recipe::Resize { from: "photo.jpg".into(), width: 480, quality: 80 };
        Rendered { url: Url::of_file(path), data: Data::Made(Arc::new(recipe)) }
    }

    #[test]
    fn what_some_output_names_is_wanted_however_it_is_written() {
        for (text, path) in [
            ("<img srcset=\"/a/photo.jpg-480w.webp 480w, /a/b.png-960w.webp 960w\">", "a/photo.jpg-480w.webp"),
            ("<img srcset=\"/x.png 1w, /a/photo.jpg-480w.webp 480w\">", "a/photo.jpg-480w.webp"),
            ("<img src=photo.jpg-480w.webp>", "a/photo.jpg-480w.webp"),
            ("a { background: url('photo.jpg-480w.webp') }", "a/photo.jpg-480w.webp"),
            ("{\"image\":\"https:\\/\\/e.org\\/photo.jpg-480w.webp\"}", "photo.jpg-480w.webp"),
            ("<img src=\"/a/the%20day%2C%20after.jpg-480w.webp\">", "a/the day, after.jpg-480w.webp"),
            ("<img src=\"/a/Tom&#39;s &amp; mine.jpg-480w.webp\">", "a/mine.jpg-480w.webp"),
            ("<img src=\"/a/&amp;.jpg-480w.webp\">", "a/&.jpg-480w.webp"),
            ("<img src=\"/%D4%BC%D5%A1.jpg-480w.webp\">", "Լա.jpg-480w.webp"),
        ] {
            let page = Rendered { url: Url::of_file("a/index.html"), data: Data::Bytes(text.as_bytes().to_vec()) };
            let outputs = vec![page, picture(path), picture("a/other.jpg-480w.webp")];
            assert_eq!(wanted(outputs.clone()), outputs[..2], "{text}");
        }
    }

    #[test]
    fn other_outputs_stay() {
        let file = Rendered { url: Url::of_file("a-480w.webp"), data: Data::File("a-480w.webp".into()) };
        assert_eq!(wanted(vec![file.clone(), picture("b.jpg-480w.webp")]), [file]);
    }
}
