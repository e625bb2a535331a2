//! Compiles `src/stdout.c` into the program; the library does without.

fn main() {
    println!("cargo::rerun-if-changed=src/stdout.c");
    if std::env::var_os("CARGO_CFG_UNIX").is_none() {
        return;
    }
    let mut build = cc::Build::new();
    build.file("src/stdout.c").warnings_into_errors(true).extra_warnings(true);
    // As objects: of a library the linker would leave out what nobody calls.
    for object in build.compile_intermediates() {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    }
}
