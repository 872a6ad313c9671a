//! Locate: where a field of an entry is written. Facts do not carry the places of their fields; when
//! something is wrong with one, its file is read once more.

use crate::entry::Surface;
use crate::page;
use crate::source::{FileId, Sources, Span};
use crate::yaml::{self, Node, Yaml};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The places of fields, found when they are asked for.
pub struct Locator<'a> {
    sources: &'a Sources,
    trees: Mutex<HashMap<FileId, Arc<Option<Node>>>>,
}

impl<'a> Locator<'a> {
    /// Of fields in these files.
    pub fn new(sources: &'a Sources) -> Self {
        Self { sources, trees: Mutex::default() }
    }

    /// Where the value at `path` of an entry is written, such as `history`, `0`, `best`; as much of the
    /// path as there is, and at least the entry's id.
    pub fn field(&self, surface: &Surface, path: &[&str]) -> Span {
        let tree = self.tree(surface.file);
        let Some(root) = tree.as_ref().as_ref() else { return surface.id.span };
        let Some(mut node) = fields_of(root, surface) else { return surface.id.span };
        let mut span = surface.id.span;
        for step in path {
            let Some((place, next)) = below(node, step) else { break };
            (span, node) = (place, next);
        }
        span
    }

    fn tree(&self, file: FileId) -> Arc<Option<Node>> {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        trees.entry(file).or_insert_with(|| Arc::new(read(self.sources, file))).clone()
    }
}

fn read(sources: &Sources, file: FileId) -> Option<Node> {
    let source = sources.get(file);
    let text = source.text();
    let range = if source.is_markdown() { page::split(file, text).ok()?.0? } else { 0..text.len() };
    yaml::read(file, text, range).ok()
}

/// The mapping that holds the fields of an entry: of Markdown files the front matter, of facts files what stands below its id.
fn fields_of<'n>(root: &'n Node, surface: &Surface) -> Option<&'n Node> {
    let Yaml::Map(kinds) = &root.value else { return None };
    let plural = surface.kind.info().plural.unwrap_or_default();
    let below_id = kinds.iter().filter(|(key, _)| key.value == plural).find_map(|(_, facts)| match &facts.value {
        Yaml::Map(facts) => facts.iter().find(|(id, _)| id.span == surface.id.span).map(|(_, fact)| fact),
        _ => None,
    });
    below_id.or(Some(root))
}

/// The value under a key or at an index, and where it is written: a scalar's own place, else its key's.
fn below<'n>(node: &'n Node, step: &str) -> Option<(Span, &'n Node)> {
    match &node.value {
        Yaml::Map(pairs) => {
            let (key, value) = pairs.iter().find(|(key, _)| key.value == step)?;
            Some((if matches!(value.value, Yaml::Scalar(..)) { value.span } else { key.span }, value))
        }
        Yaml::List(items) => items.get(step.parse::<usize>().ok()?).map(|item| (first_place(item), item)),
        _ => None,
    }
}

/// Where a value begins: of a mapping its first key.
fn first_place(node: &Node) -> Span {
    match &node.value {
        Yaml::Map(pairs) => pairs.first().map_or(node.span, |(key, _)| key.span),
        _ => node.span,
    }
}
