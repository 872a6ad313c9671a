//! Pictures, as far as their files are looked into.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::picture(bytes));
