#![no_main]

#[path = "../readers.rs"]
#[allow(dead_code, reason = "each target takes one reader")]
mod readers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| readers::submissions(data));
