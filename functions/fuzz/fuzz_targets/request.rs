#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| standings_fuzz::request(data));
