//! The Content-Security-Policy (CSP Level 3) that pages are sent under, and the file of headers that static hosts read.
//!
//! Nothing may be loaded from elsewhere, and nothing inline runs or styles, but for what `site.yaml` names under
//! `security`. Each page carries the policy as `<meta>`; `_headers`, which Netlify, Cloudflare Pages and others read, says it
//! again for hosts that send headers, with what only a header can say.

use crate::config::{Config, Origin, SecurityKeys};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The policy of a page. `data` is the text of its script of data, if it has one: browsers do not ask the policy for what
/// does not run, but checkers and the letter of older editions do, so its hash is named. `wasm` lets the search page run the
/// program that reads its index.
pub fn policy(config: &Config, data: &str, wasm: bool) -> String {
    let keys = config.keys.security.as_ref();
    let named = |pick: fn(&SecurityKeys) -> &Vec<Origin>| keys.map_or(&[][..], |keys| pick(keys).as_slice());
    let wasm = if wasm { " 'wasm-unsafe-eval'" } else { "" };
    let hash =
        if data.is_empty() { String::new() } else { format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(data))) };
    let scripts = format!("'self'{wasm}{hash}");
    let directives = [
        ("default-src", "'self'", &[][..]),
        ("script-src", scripts.as_str(), named(|keys| &keys.scripts)),
        ("img-src", "'self' data:", named(|keys| &keys.images)),
        ("style-src", "'self'", named(|keys| &keys.styles)),
        ("font-src", "'self'", named(|keys| &keys.fonts)),
        ("media-src", "'self'", named(|keys| &keys.media)),
        ("frame-src", "'self'", named(|keys| &keys.frames)),
        ("connect-src", "'self'", named(|keys| &keys.connections)),
        ("object-src", "'none'", &[]),
        ("base-uri", "'none'", &[]),
        ("form-action", "'self'", &[]),
    ];
    // What says no more than `default-src` goes without saying; a form's target is none of its matters.
    let says = |(name, own, more): &&(&str, &str, &[Origin])| {
        *own != "'self'" || !more.is_empty() || matches!(*name, "default-src" | "form-action")
    };
    let directive = |(name, own, more): &(&str, &str, &[Origin])| {
        [*name, *own].into_iter().chain(more.iter().map(|origin| origin.0.as_str())).collect::<Vec<_>>().join(" ")
    };
    directives.iter().filter(says).map(directive).collect::<Vec<_>>().join("; ")
}

/// Whether pages carry a policy.
pub fn is_on(config: &Config) -> bool {
    config.keys.security.as_ref().and_then(|keys| keys.policy) != Some(false)
}

/// The file `_headers`: for every path what it is to be sent with. What several rules say of one path adds up, and of two
/// policies both hold, so there is one, as wide as the widest page needs.
pub fn headers(config: &Config) -> String {
    let path = &config.base_path;
    let mut lines = vec![format!("{path}/*")];
    if is_on(config) {
        lines.push(format!("  Content-Security-Policy: {}", policy(config, "", config.has_search())));
    }
    lines.push("  X-Content-Type-Options: nosniff".to_owned());
    lines.push("  Referrer-Policy: strict-origin-when-cross-origin".to_owned());
    lines.push(format!("{path}/assets/*"));
    lines.push("  Cache-Control: public, max-age=31536000, immutable".to_owned());
    lines.push(format!("{path}/data/*"));
    lines.push("  Access-Control-Allow-Origin: *".to_owned());
    lines.join("\n") + "\n"
}
