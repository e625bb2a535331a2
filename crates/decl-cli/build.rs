//! Compiles `src/process.c` into the command.

fn main() {
    println!("cargo::rerun-if-changed=src/process.c");
    let mut build = cc::Build::new();
    build.file("src/process.c").warnings_into_errors(true).extra_warnings(true);
    // As objects: of a library the linker would leave out what nobody calls.
    for object in build.compile_intermediates() {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    }
}
