//! The configuration of a site.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;
libfuzzer_sys::fuzz_target!(|text: &str| bodies::config(text));
