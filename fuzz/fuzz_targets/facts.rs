//! Facts files.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;
libfuzzer_sys::fuzz_target!(|text: &str| bodies::facts(text));
