//! `coordinates`, for places that lie far from every other place of their country.

use super::Seen;
use crate::decode::Coordinates;
use crate::diagnostic::{Diagnostic, Severity};
use crate::site::Ix;
use std::collections::HashMap;

/// How far, in kilometres, the nearest other place of a country may lie.
const FAR: f64 = 1500.0;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut by_country: HashMap<&str, Vec<(Ix, Coordinates)>> = HashMap::new();
    for (ix, place) in seen.places() {
        if let (Some(country), Some(at)) = (&place.country, place.coordinates) {
            by_country.entry(country).or_default().push((ix, at));
        }
    }
    let mut told: Vec<Diagnostic> =
        by_country.iter().flat_map(|(country, places)| far_ones(seen, country, places)).collect();
    told.sort_by_key(|diagnostic| diagnostic.span);
    told
}

fn far_ones(seen: &Seen<'_>, country: &str, places: &[(Ix, Coordinates)]) -> Vec<Diagnostic> {
    // A place that has company near by is where it belongs: most are told apart at the first look.
    let far = places.iter().filter(|_| places.len() > 1);
    far.filter_map(|(ix, at)| {
        let away = nearest(places, *ix, *at);
        let swapped = Coordinates { lon: at.lat, lat: at.lon };
        // Turned round it lies far nearer: in some regions of the Earth that is not far away at all.
        let turned = away > FAR / 5.0 && at.lon.abs() <= 90.0 && nearest(places, *ix, swapped) * 4.0 < away;
        if away <= FAR && !turned {
            return None;
        }
        // Of two places far apart, only the one that turning round brings home is told.
        if places.len() == 2 && !turned {
            return None;
        }
        let message = format!("this lies {away:.0} km from the nearest other place in {country}");
        let found =
            Diagnostic { severity: Severity::Warning, ..seen.found("coordinates", *ix, &["coordinates"], message) };
        Some(if turned {
            found.help(format!("longitude comes first: did you mean `[{}, {}]`?", swapped.lon, swapped.lat))
        } else {
            found
        })
    })
    .collect()
}

/// How far the nearest of the other places lies, in kilometres.
fn nearest(places: &[(Ix, Coordinates)], own: Ix, at: Coordinates) -> f64 {
    let mut least = f64::INFINITY;
    for (_, other) in places.iter().filter(|(ix, _)| *ix != own) {
        least = least.min(distance(at, *other));
        if least < FAR / 10.0 {
            break;
        }
    }
    least
}

/// The way over the Earth's surface in kilometres (haversine, on a sphere).
fn distance(a: Coordinates, b: Coordinates) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let (dlat, dlon) = ((b.lat - a.lat).to_radians(), (b.lon - a.lon).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}
