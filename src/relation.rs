//! Relations: what concerns an event, actor, place or other thing, found once for the whole site.

use crate::entry::Surface;
use crate::facts::Fact;
use crate::kind::Kind;
use crate::site::{Ix, Relation, Relations, Site};

/// How many places may lie within one another.
const DEEPEST_PLACE: usize = 32;

/// Finds all relations of a site whose lists are made.
pub fn relations(site: &Site) -> Relations {
    let mut relations = Relations::default();
    let listed = Kind::facts().filter_map(|info| site.lists.get(&info.kind)).flatten().copied();
    let pages = site.iter().filter(|(_, surface)| !surface.kind.is_fact()).map(|(ix, _)| ix);
    for ix in listed.chain(pages) {
        for key in concerned(site, site.entry(ix)) {
            let list: &mut Vec<Ix> = relations.entry(key).or_default();
            if list.last() != Some(&ix) {
                list.push(ix);
            }
        }
    }
    relations
}

/// What an entry concerns, and how.
fn concerned(site: &Site, surface: &Surface) -> Vec<(Relation, Ix)> {
    let mut found: Vec<(Relation, &str)> = Vec::new();
    match (surface.fact(), surface.page()) {
        (Some(Fact::Event(event)), _) => {
            found.extend(event.part_of.iter().map(|whole| (Relation::Event, whole.0.value.as_str())));
            found.extend(event.participants.iter().map(|p| (Relation::Actor, p.actor.0.value.as_str())));
            found.extend(event.places.iter().map(|place| (Relation::Place, place.0.value.as_str())));
        }
        (Some(Fact::Figure(figure)), _) => {
            found.extend(figure.scope.event.iter().map(|event| (Relation::Event, event.0.value.as_str())));
            found.push((Relation::Actor, &figure.attribution.counted_by.0.value));
            found.extend(figure.scope.sides.iter().map(|side| (Relation::Actor, side.0.value.as_str())));
            found.extend(figure.scope.area.iter().map(|area| (Relation::Place, area.0.value.as_str())));
        }
        (Some(Fact::Claim(claim)), _) => {
            for about in &claim.about.0 {
                found.extend([(Relation::Event, about.0.value.as_str()), (Relation::About, &about.0.value)]);
            }
            found.push((Relation::Actor, &claim.author.0.value));
            found.extend(claim.places.iter().map(|place| (Relation::Place, place.0.value.as_str())));
        }
        (Some(Fact::Place(place)), _) => {
            found.extend(place.within.iter().map(|outer| (Relation::Place, outer.0.value.as_str())));
        }
        (_, Some(page)) => found.extend(page.about.iter().map(|about| (Relation::About, about.0.value.as_str()))),
        _ => {}
    }
    let resolved = found.into_iter().filter_map(|(how, id)| Some((how, site.find(id, &surface.lang).ok()?)));
    let mut all: Vec<(Relation, Ix)> = resolved.collect();
    let inner: Vec<Ix> = all.iter().filter(|(how, _)| *how == Relation::Place).map(|(_, ix)| *ix).collect();
    all.extend(inner.into_iter().flat_map(|place| around(site, place)).map(|place| (Relation::Place, place)));
    all
}

/// The places that a place lies within, or the actors that an actor belongs to, from the nearest on. A cycle ends.
pub fn around(site: &Site, inner: Ix) -> Vec<Ix> {
    let outer = |ix: &Ix| match site.entry(*ix).fact() {
        Some(Fact::Place(place)) => site.find(&place.within.as_ref()?.0.value, site.config.lang()).ok(),
        Some(Fact::Actor(actor)) => site.find(&actor.parent.as_ref()?.0.value, site.config.lang()).ok(),
        _ => None,
    };
    std::iter::successors(outer(&inner), outer).take(DEEPEST_PLACE).collect()
}
