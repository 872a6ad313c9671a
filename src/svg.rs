//! SVG: what such a picture does beside drawing. A browser that opens one by itself runs its scripts as it runs a page's.

use crate::clean::{is_harmless, leads_out, seen};
use crate::limits::{MOST_ATTRIBUTES, MOST_SVG_NODES};
use roxmltree::{Document, Node, ParsingOptions};

/// Elements that run something, or show what is no drawing.
const ACTING: [&str; 12] = [
    "audio",
    "embed",
    "foreignobject",
    "handler",
    "html",
    "iframe",
    "link",
    "listener",
    "meta",
    "object",
    "script",
    "video",
];

/// What is told of a picture beyond [`MOST_ATTRIBUTES`].
const TOO_WIDE: &str = "an element of it may have more than 200 attributes, which are not looked through";

/// What is told of a picture beyond [`MOST_SVG_NODES`].
const TOO_MANY: &str = "it holds more than 1 million elements, texts and comments, which are not looked through";

/// The namespace of HTML in XML.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// What the file of an SVG does beside drawing, the first that is found: "it holds a `script`". None when it only draws.
pub fn acts(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("it is not UTF-8, so it was not looked through");
    };
    // What an entity stands for can be elements, and readers of XML differ in that.
    if text.contains("<!ENTITY") {
        return Some("it declares entities");
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_SVG_NODES, ..ParsingOptions::default() };
    let text = text.trim_start_matches('\u{feff}');
    // Those of one element are compared with one another.
    if text.split('<').any(|tag| attributes(tag) > MOST_ATTRIBUTES) {
        return Some(TOO_WIDE);
    }
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(roxmltree::Error::NodesLimitReached) => return Some(TOO_MANY),
        Err(_) => return Some("it is no well-formed XML, and a browser shows and runs what comes before the mistake"),
    };
    document.root().descendants().find_map(|node| act(&node))
}

/// How many attributes may stand in what begins with a tag, at most.
fn attributes(tag: &str) -> usize {
    let is_value = |behind: &str| behind.trim_start().starts_with(['"', '\'']);
    tag.match_indices('=').filter(|(at, _)| is_value(&tag[at + 1..])).count()
}

fn act(node: &Node<'_, '_>) -> Option<&'static str> {
    // A style sheet by XSLT makes another document of it.
    if node.is_pi() {
        return node
            .pi()
            .filter(|pi| pi.target.eq_ignore_ascii_case("xml-stylesheet"))
            .map(|_| "it asks for a style sheet");
    }
    if !node.is_element() {
        return None;
    }
    let name = node.tag_name().name().to_ascii_lowercase();
    if node.tag_name().namespace() == Some(XHTML) {
        return Some("it holds a piece of a page");
    }
    if let Some(acting) = ACTING.iter().find(|acting| **acting == name) {
        return Some(match *acting {
            "script" => "it holds a `script`",
            "foreignobject" => "it holds a `foreignObject`, which is a page in a picture",
            _ => "it holds an element that is no drawing",
        });
    }
    // Comments and elements part the text of a style sheet, and are no part of it.
    let text = || node.children().filter(Node::is_text).filter_map(|text| text.text()).collect::<String>();
    if name == "style" && loads(&text().to_ascii_lowercase()) {
        return Some("its style sheet loads from elsewhere");
    }
    node.attributes().find_map(|attribute| {
        let name = attribute.name().to_ascii_lowercase();
        let value = attribute.value();
        let lower = value.to_ascii_lowercase();
        // What draws is said as in a style sheet, in which a backslash can stand for any letter.
        let is_styled = || lower.contains("url(") || lower.contains('\\') && attribute.namespace().is_none();
        match name.as_str() {
            _ if name.starts_with("on") => Some("it holds an event handler"),
            // An animation can put a script where a link leads.
            "attributename" if lower.contains("href") => Some("it changes where a link leads"),
            "ping" => Some("it tells another host of each click"),
            "base" => Some("it changes where links lead"),
            "href" | "src" if !leads_nowhere(value) => Some("a link in it leads to a script or to data"),
            "href" | "src" if name == "src" || is_elsewhere(node, value) => Some("it loads from elsewhere"),
            "style" if loads(&lower) => Some("its style sheet loads from elsewhere"),
            // A filling, a filter, a marker, or what an animation makes of one.
            _ if is_styled() && loads(&lower) => Some("it loads from elsewhere"),
            _ => None,
        }
    })
}

/// Whether a link runs nothing: a place, or a picture of pixels that stands in the link itself.
fn leads_nowhere(link: &str) -> bool {
    let lower = seen(link).to_ascii_lowercase();
    let pixels = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    is_harmless(link) || pixels.iter().any(|kind| lower.starts_with(kind))
}

/// Whether an element brings what another host has. A link that a reader follows is none of these.
fn is_elsewhere(node: &Node<'_, '_>, link: &str) -> bool {
    !node.tag_name().name().eq_ignore_ascii_case("a") && leads_out(link)
}

/// Whether a style sheet in lower case loads anything but a part of its own file.
fn loads(css: &str) -> bool {
    let outside = |url: &str| {
        let url = url.trim_start().trim_start_matches(['"', '\'']);
        !url.starts_with('#') && !url.starts_with("data:image/") && !url.starts_with("data:font/")
    };
    css.contains("@import")
        || css.contains("image-set(")
        || css.contains('\\')
        || css.split("url(").skip(1).any(outside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::LIMITS;

    fn svg(inner: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inner}</svg>")
    }

    #[test]
    fn limits_are_named() {
        let names = |limit: &str, text: &str| {
            let limit = LIMITS.iter().find(|known| known.name == limit).expect("it is a limit");
            assert!(text.contains(&format!(" {} ", limit.told)), "{text}");
        };
        names("MOST_ATTRIBUTES", TOO_WIDE);
        names("MOST_SVG_NODES", TOO_MANY);
        let all = |n: usize| (0..n).fold(String::new(), |all, at| all + &format!("a{at} = ''\n"));
        assert_eq!(acts(svg(&format!("<g {}/>", all(MOST_ATTRIBUTES))).as_bytes()), None);
        assert_eq!(acts(svg(&format!("<style/><g {}/>", all(MOST_ATTRIBUTES + 1))).as_bytes()), Some(TOO_WIDE));
        assert_eq!(acts(svg(&"<g/>".repeat(MOST_SVG_NODES as usize)).as_bytes()), Some(TOO_MANY));
    }

    #[test]
    fn what_only_draws_does_nothing() {
        for inner in [
            "<title>A map</title><path d=\"M0 0\" style=\"fill:url(#a)\"/>",
            "<style>path { fill: url(#a); mask: url('#b') }</style>",
            "<a href=\"https://e.org/\"><text>x</text></a>",
            "<use xlink:href=\"#a\"/>",
            "<image href=\"data:image/png;base64,AAAA\"/>",
            "<animate attributeName=\"x\" values=\"0;1\"/>",
            "<style><!-- @import 'x' --> path { fill: red }</style>",
            "<g xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" inkscape:export-filename=\"C:\\a.png\"/>",
            "<path fill=\"url(#a)\" filter=\"url('#b')\"/>",
        ] {
            assert_eq!(acts(svg(inner).as_bytes()), None, "{inner}");
        }
        let document = "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\"><svg/>";
        assert_eq!(acts(document.as_bytes()), None);
    }

    #[test]
    fn what_runs_or_loads_is_seen() {
        for inner in [
            "<script>alert(1)</script>",
            "<g><SCRIPT/></g>",
            "<path onclick=\"alert(1)\"/>",
            "<a href=\"javascript:alert(1)\"><text>x</text></a>",
            "<a xlink:href=\"jav&#x09;ascript:alert(1)\"><text>x</text></a>",
            "<a href=\"data:text/html,x\"><text>x</text></a>",
            "<image href=\"data:image/svg+xml,x\"/>",
            "<image href=\"https://e.org/pixel.png\"/>",
            "<use href=\"//e.org/x.svg#a\"/>",
            "<image href=\"h&#9;ttps://e.org/x.png\"/>",
            "<image xlink:href=\"ht&#10;tp://e.org/x.png\"/>",
            "<feImage href=\"/&#9;\\e.org/x.png\"/>",
            "<foreignObject><p>x</p></foreignObject>",
            "<a><set attributeName=\"xlink:href\" to=\"javascript:alert(1)\"/></a>",
            "<style>@import 'https://e.org/x.css'</style>",
            "<path style=\"fill: url(https://e.org/x)\"/>",
            "<path fill=\"URL(https://e.org/x)\"/>",
            "<animate attributeName=\"fill\" to=\"url(https://e.org/x)\"/>",
            "<style>path { fill: red }<!-- x -->@import 'https://e.org/x.css'</style>",
            "<style><![CDATA[path { fill: red }]]> <![CDATA[@import 'https://e.org/x.css']]></style>",
            "<style>@imp<!-- x -->ort 'https://e.org/x.css'</style>",
            "<style>path { fill: u<g>x</g>rl(https://e.org/x) }</style>",
            "<path mask=\"u\\72l(https://e.org/x)\"/>",
            "<style>path { fill: image-set('https://e.org/x' 1x) }</style>",
            "<a href=\"#x\" ping=\"https://e.org/\"><text>x</text></a>",
            "<g xml:base=\"https://e.org/\"><image href=\"x.png\"/></g>",
            "<form xmlns=\"http://www.w3.org/1999/xhtml\" action=\"javascript:alert(1)\"/>",
            "<path>",
        ] {
            assert!(acts(svg(inner).as_bytes()).is_some(), "{inner}");
        }
        let entity = "<!DOCTYPE svg [<!ENTITY a \"&#x3c;script>1&#x3c;/script>\">]><svg>&a;</svg>";
        assert!(acts(entity.as_bytes()).is_some());
        let sheet = "<?xml-stylesheet href=\"x.xsl\"?><svg/>";
        assert!(acts(sheet.as_bytes()).is_some());
        assert!(acts(b"<svg>\xff</svg>").is_some());
    }

    #[test]
    fn what_expands_without_end_is_no_picture() {
        let mut text = "<!DOCTYPE svg [<!ENTITY a0 \"aaaaaaaaaa\">".to_owned();
        for n in 1..20 {
            let inner = format!("&a{};", n - 1).repeat(10);
            text.push_str(&format!("<!ENTITY a{n} \"{inner}\">"));
        }
        text.push_str("]><svg>&a19;</svg>");
        assert!(acts(text.as_bytes()).is_some());
        let deep = format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000));
        assert_eq!(acts(svg(&deep).as_bytes()), None);
    }
}
