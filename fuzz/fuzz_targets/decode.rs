#![no_main]

#[allow(dead_code, reason = "one of several targets")]
#[path = "../harness/mod.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::decode(bytes));
