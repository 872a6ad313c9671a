//! The list of what an earlier build wrote.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;
libfuzzer_sys::fuzz_target!(|text: &str| bodies::manifest(text));
