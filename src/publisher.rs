//! The publisher: who publishes the site and by what rules, as site.yaml gives it, its addresses resolved.

use crate::config::{Address, PublisherKeys};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::site::Site;
use crate::source::At;
use crate::url::{fragment, query, split};
use crate::values;
use tera::{Map, Value};

/// A key that says where something about the publisher can be read.
pub struct Policy {
    /// The key of site.yaml.
    pub key: &'static str,
    /// The property of schema.org that it stands for.
    pub property: &'static str,
    /// What stands under it.
    pub written: fn(&PublisherKeys) -> Option<&At<Address>>,
}

macro_rules! policies {
    ($($key:ident => $property:literal,)*) => {
        /// The keys that say where something about the publisher can be read, in the order of the documentation.
        pub const POLICIES: &[Policy] = &[ $(
            Policy { key: stringify!($key), property: $property, written: |keys| keys.$key.as_ref() },
        )* ];
    };
}

policies! {
    logo => "logo",
    ethics_policy => "ethicsPolicy",
    corrections_policy => "correctionsPolicy",
    ownership => "ownershipFundingInfo",
    masthead => "masthead",
    mission => "missionCoveragePrioritiesPolicy",
    fact_checking_policy => "verificationFactCheckingPolicy",
    unnamed_sources_policy => "unnamedSourcesPolicy",
    feedback_policy => "actionableFeedbackPolicy",
    diversity_policy => "diversityPolicy",
    no_bylines_policy => "noBylinesPolicy",
    principles => "publishingPrinciples",
}

/// Tells of addresses in the site that lead nowhere.
pub fn check(site: &Site) -> Vec<Diagnostic> {
    // What they lead to may be later than the day that the site is seen from, or among what could not be read.
    let Some(keys) = site.config.keys.publisher.as_ref().filter(|_| site.as_of.is_none() && !site.is_partly_read())
    else {
        return Vec::new();
    };
    let written = POLICIES.iter().filter_map(|policy| (policy.written)(keys));
    let lost =
        written.filter(|address| address.value.0.starts_with('/') && resolved(site, &address.value, "").is_none());
    let told = |address: &At<Address>| {
        let message = format!("the link `{}` leads to no page or file of this site", address.value.0);
        let near = did_you_mean(&split(&address.value.0).0, site.routes.iter().map(|route| route.url.as_str()));
        Diagnostic::error("broken-link", address.span, message).maybe_help(near)
    };
    lost.map(told).collect()
}

/// A URL as it is; of a path of the site where it leads, behind `base`, the base URL or its path. None where it leads nowhere.
pub fn resolved(site: &Site, address: &Address, base: &str) -> Option<String> {
    let written = &address.0;
    if !written.starts_with('/') {
        return Some(written.clone());
    }
    let (path, id) = split(written);
    let route = site.route(&path)?;
    Some(route.url.href(base) + query(written) + &fragment(id.as_deref()))
}

/// The publisher's own address: what site.yaml gives, or the home page.
pub fn home(site: &Site, keys: &PublisherKeys) -> String {
    keys.url.as_ref().map_or_else(|| format!("{}/", site.config.base_url), |url| url.0.clone())
}

/// The publisher as templates see it, each address as an `href`; none where site.yaml has none.
pub fn value(site: &Site) -> Value {
    let Some(keys) = &site.config.keys.publisher else { return Value::none() };
    let own = values! {
        "name": keys.name.as_str(),
        "url": home(site, keys),
        "email": keys.email.as_deref(),
        "same_as": keys.same_as.iter().map(|url| url.0.as_str()).collect::<Vec<_>>(),
    };
    let href = |address: &At<Address>| resolved(site, &address.value, &site.config.base_path);
    let policies = POLICIES.iter().map(|policy| (policy.key.into(), (policy.written)(keys).and_then(href).into()));
    own.into_iter().chain(policies).collect::<Map>().into()
}
