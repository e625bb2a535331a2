#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| decl_fuzz::run("period", input));
