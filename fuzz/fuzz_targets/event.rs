#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| decl_fuzz::run("event", input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    decl_fuzz::mutate("event", data, size, max_size, seed)
        .unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(data, size, max_size))
});
