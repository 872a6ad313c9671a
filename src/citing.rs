//! Citing: the sources that the page being rendered has cited so far, numbered in the order of first use.
//!
//! A page's text, the components in it and its template all cite into one list, one after another on one
//! thread. Template functions get no state of their own, so the list is the thread's while the page is rendered.

use crate::site::{Ix, Site};
use crate::values;
use std::cell::RefCell;
use std::collections::HashMap;
use tera::Value;

/// The sources cited so far.
#[derive(Default, Clone)]
pub struct Cited {
    /// In the order of first use.
    pub order: Vec<Citation>,
    numbers: HashMap<Ix, usize>,
}

/// A source that a page cites.
#[derive(Clone)]
pub struct Citation {
    /// The source.
    pub source: Ix,
    /// The places in it that are named.
    pub locators: Vec<String>,
    /// The id of the first mark on the page that leads to it; none when no mark does.
    pub mark: Option<String>,
}

thread_local! {
    static PAGE: RefCell<Option<Cited>> = const { RefCell::new(None) };
}

/// Runs `work`, which goes on citing where `cited` has ended; gives back what it has come to.
pub fn page<T>(cited: Cited, work: impl FnOnce() -> T) -> (T, Cited) {
    let outer = PAGE.replace(Some(cited));
    let done = work();
    let cited = PAGE.replace(outer).unwrap_or_default();
    (done, cited)
}

/// Runs `work`, which is no part of the page being rendered: nothing is cited in it.
pub fn outside<T>(work: impl FnOnce() -> T) -> T {
    let page = PAGE.take();
    let done = work();
    PAGE.set(page);
    done
}

/// Runs `work`; when it fails, what it cited is taken back.
pub fn attempt<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = PAGE.with_borrow(Clone::clone);
    let done = work();
    if done.is_err() {
        PAGE.set(before);
    }
    done
}

/// What has been cited so far; nothing outside of a page.
pub fn so_far() -> Vec<Citation> {
    PAGE.with_borrow(|cited| cited.as_ref().map_or_else(Vec::new, |cited| cited.order.clone()))
}

/// Cites sources, each an id and a place in it, and gives each a mark as templates see it. Nothing is
/// cited outside of a page, and what is sensitive never is.
pub fn marks<'a>(site: &Site, lang: &str, cites: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    let named = cites.filter_map(|(id, locator)| Some((site.find(id, lang).ok()?, locator)));
    let named: Vec<(Ix, &str)> = named.filter(|(source, _)| site.has_page(*source)).collect();
    PAGE.with_borrow_mut(|cited| {
        let Some(cited) = cited else { return Vec::new() };
        named
            .into_iter()
            .map(|(source, locator)| {
                let (number, mark) = cited.cite(source, locator);
                let mark = values! {
                    "number": number,
                    "anchor": format!("source-{number}"),
                    "mark": mark,
                    "title": site.title(source, lang),
                    "locator": locator,
                };
                mark.into()
            })
            .collect()
    })
}

impl Cited {
    /// Cites a source by a mark: its number, and the mark's id, when it is the first that leads there.
    fn cite(&mut self, source: Ix, locator: &str) -> (usize, Option<String>) {
        let number = self.add(source, locator);
        let first = &mut self.order[number - 1].mark;
        let mark = first.is_none().then(|| format!("cite-{number}"));
        first.get_or_insert_with(|| format!("cite-{number}"));
        (number, mark)
    }

    /// Takes a source into the list, without a mark: its number.
    pub fn add(&mut self, source: Ix, locator: &str) -> usize {
        let next = self.order.len() + 1;
        let number = *self.numbers.entry(source).or_insert(next);
        if number == next {
            self.order.push(Citation { source, locators: Vec::new(), mark: None });
        }
        let locators = &mut self.order[number - 1].locators;
        if !locator.is_empty() && !locators.iter().any(|known| known == locator) {
            locators.push(locator.to_owned());
        }
        number
    }
}
