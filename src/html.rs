//! HTML as text.

use crate::source::printable;
use html5gum::{Token, Tokenizer};

/// HTML without its tags, its entities decoded, its white space folded.
pub fn plain(html: &str) -> String {
    if memchr::memchr2(b'<', b'&', html.as_bytes()).is_none() {
        return html.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut text = String::with_capacity(html.len());
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        if let Token::String(part) = token {
            text.push_str(&String::from_utf8_lossy(&part));
        }
    }
    printable(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
