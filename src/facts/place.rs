//! A place, its names, and what is disputed about it.

use super::SourceUse;
use crate::decode::{Coordinates, GeoNames, Label, PlaceRef, Text, WherePrec, Wikidata};
use crate::record;

record! {
    /// A village, town, region, country or stretch of land.
    Place {
        /// What it is called here.
        name: Label,
        /// What else it is called, and by whom.
        alt: Vec<AltName>,
        /// What sort of place.
        kind = "type": Option<String>,
        /// The country it is in.
        country: Option<String>,
        /// The province or region.
        adm_1: Option<String>,
        /// The district.
        adm_2: Option<String>,
        /// Longitude and latitude in degrees (WGS 84), in this order.
        coordinates: Option<Coordinates>,
        /// How exact the coordinates are: UCDP's scale from 1, the exact place, to 7.
        where_prec: Option<WherePrec>,
        /// The place it lies in.
        within: Option<PlaceRef>,
        /// Whether its status or its borders are disputed.
        disputed: Option<bool>,
        /// What is disputed, and between whom.
        status_note: Option<StatusNote>,
        /// What it is, in a sentence or two.
        summary: Option<Text>,
        /// Its item in Wikidata.
        wikidata: Option<Wikidata>,
        /// Its number in `GeoNames`.
        geonames: Option<GeoNames>,
    }
}

record! {
    /// Another name of a place.
    AltName {
        /// The name.
        name: String,
        /// Its language.
        lang: Option<String>,
        /// Who uses it.
        used_by: Option<String>,
    }
}

record! {
    /// What is disputed about a place.
    StatusNote {
        /// What, and between whom.
        text: Text,
        /// What that rests on.
        sources: Vec<SourceUse>,
    }
}
