//! Compiles what runs before `main` into the command.

fn main() {
    let mut build = cc::Build::new();
    for file in ["src/process.c", "../decl-verify/src/stdout.c"] {
        println!("cargo::rerun-if-changed={file}");
        build.file(file);
    }
    build.warnings_into_errors(true).extra_warnings(true);
    // As objects: of a library the linker would leave out what nobody calls.
    for object in build.compile_intermediates() {
        println!("cargo::rustc-link-arg-bins={}", object.display());
    }
}
