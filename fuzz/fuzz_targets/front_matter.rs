//! Front matter and its YAML.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;
libfuzzer_sys::fuzz_target!(|text: &str| bodies::front_matter(text));
