//! A body: HTML with holes, the holes being what only the linked site can fill.

use crate::source::{At, Span};

/// HTML in which holes stand between bytes, in the order of their places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// The HTML around the holes.
    pub html: String,
    /// The holes, by rising `at`.
    pub holes: Vec<Hole>,
}

/// A place in a body, and what belongs there.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// The byte of the HTML it stands before.
    pub at: usize,
    /// What belongs there, and where it was written.
    pub what: At<What>,
    /// The heading it stands under: an index into the page's headings.
    pub heading: Option<u32>,
}

/// What a hole asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `[[id]]`, `[[id#heading]]`, `[[id.field]]`, each perhaps with `|words`: a link, or a field's value.
    Reference {
        /// What stands before the `|`.
        target: String,
        /// The words.
        words: Option<Body>,
    },
    /// `[@source, p. 4; @other]`: a mark that leads to the page's list of sources.
    Citation(Vec<Cite>),
    /// The `href` of a link into this site, with the space before it.
    Link(String),
    /// The value of a picture's `src`, and its width and height behind it.
    Image(String),
    /// A component call.
    Component(Call),
}

/// One source of a citation.
#[derive(Debug, Clone, PartialEq)]
pub struct Cite {
    /// The source's id.
    pub id: String,
    /// The place in it, such as `p. 4`; empty for the whole.
    pub locator: String,
}

/// A component call as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The component's name.
    pub name: String,
    /// The call, or of a call with a body its opening tag: `{{<timeline from="1988" />}}`.
    pub text: String,
    /// What stands between opening and closing tag.
    pub body: Option<Body>,
}

impl Body {
    /// A body without holes.
    pub fn plain(html: impl Into<String>) -> Self {
        Self { html: html.into(), holes: Vec::new() }
    }

    /// The HTML, each hole filled by `fill`, which writes to the string it is given.
    pub fn filled(&self, mut fill: impl FnMut(&Hole, &mut String)) -> String {
        let mut html = String::with_capacity(self.html.len() + self.holes.len() * 64);
        let mut done = 0;
        for hole in &self.holes {
            html.push_str(&self.html[done..hole.at]);
            done = hole.at;
            fill(hole, &mut html);
        }
        html.push_str(&self.html[done..]);
        html
    }

    /// The citations in it.
    pub fn citations(&self) -> Vec<&Cite> {
        let cites = self.all_holes().into_iter().map(|hole| match &hole.what.value {
            What::Citation(cites) => cites.as_slice(),
            _ => &[],
        });
        cites.flatten().collect()
    }

    /// Whether component calls stand in it.
    pub fn has_calls(&self) -> bool {
        self.all_holes().iter().any(|hole| matches!(hole.what.value, What::Component(_)))
    }

    /// Itself, and the bodies of component calls and the words of references within it.
    pub fn with_inner(&self) -> Vec<&Self> {
        let inner = self.all_holes().into_iter().filter_map(|hole| hole.what.value.inner());
        std::iter::once(self).chain(inner).collect()
    }

    /// All holes, also those inside the bodies of component calls.
    pub fn all_holes(&self) -> Vec<&Hole> {
        let mut all = Vec::with_capacity(self.holes.len());
        for hole in &self.holes {
            all.push(hole);
            all.extend(hole.what.value.inner().into_iter().flat_map(Self::all_holes));
        }
        all
    }
}

impl What {
    /// The text that stands inside it: the body of a call, the words of a reference.
    fn inner(&self) -> Option<&Body> {
        match self {
            Self::Component(Call { body: inner, .. }) | Self::Reference { words: inner, .. } => inner.as_ref(),
            Self::Citation(_) | Self::Link(_) | Self::Image(_) => None,
        }
    }
}

impl Call {
    /// The arguments that are plain text, with their names: `event` and `war-2020` of `{{<figures event="war-2020" />}}`.
    pub fn named_arguments(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts: Vec<&str> = self.text.split("=\"").collect();
        let pairs: Vec<(&str, &str)> = parts
            .windows(2)
            .filter_map(|pair| Some((pair[0].split_whitespace().next_back()?, pair[1].split('"').next()?)))
            .collect();
        pairs.into_iter()
    }

    /// The arguments that are plain text: `war-2020` of `{{<figures event="war-2020" />}}`.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.text.split("=\"").skip(1).filter_map(|rest| rest.split('"').next())
    }
}

/// A heading of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id in the page: unique, made of its words unless the writer gave one.
    pub id: At<String>,
    /// Its words, references among them.
    pub text: Vec<Piece>,
}

/// A piece of a heading's words.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A reference that is printed as what it points at.
    Reference(String),
}

/// A mention of another thing: a reference, citation or link, as what other pages may see of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// What is meant, and where it was written.
    pub target: At<Target>,
    /// The heading it stands under.
    pub heading: Option<u32>,
}

/// What a mention names.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// `[[…]]`: an id, with a heading or field perhaps.
    Reference(String),
    /// `[@…]`: a source's id.
    Citation(String),
    /// A link to a page or file of the site.
    Link(String),
    /// A picture of the site.
    Image(String),
    /// A text argument of a component call, which may be an id.
    Argument(String),
}

impl Target {
    /// The id that is meant, as far as a target names one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Reference(text) => text.split(['#', '.']).next(),
            Self::Citation(id) | Self::Argument(id) => Some(id),
            Self::Link(_) | Self::Image(_) => None,
        }
    }
}

impl Body {
    /// What this body mentions, in order.
    pub fn mentions(&self) -> Vec<Mention> {
        let mention =
            |hole: &Hole, span: Span, value: Target| Mention { target: At { value, span }, heading: hole.heading };
        let mut mentions: Vec<Mention> = self
            .all_holes()
            .into_iter()
            .flat_map(|hole| {
                let span = hole.what.span;
                match &hole.what.value {
                    What::Reference { target, .. } => vec![mention(hole, span, Target::Reference(target.clone()))],
                    What::Link(href) => vec![mention(hole, span, Target::Link(href.clone()))],
                    What::Image(src) => vec![mention(hole, span, Target::Image(src.clone()))],
                    What::Citation(cites) => {
                        cites.iter().map(|cite| mention(hole, span, Target::Citation(cite.id.clone()))).collect()
                    }
                    What::Component(call) => {
                        call.arguments().map(|text| mention(hole, span, Target::Argument(text.to_owned()))).collect()
                    }
                }
            })
            .collect();
        mentions.shrink_to_fit();
        mentions
    }
}
