# Sourced by the other scripts: installs what is missing on Debian 12 and Ubuntu 24.04, says so, does nothing twice.

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# RocksDB is built once per target directory (25 minutes on two cores); a clone elsewhere uses the same build.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/decl/target}
case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$root/$CARGO_TARGET_DIR ;; esac
export CARGO_TARGET_DIR

say() { printf '%s\n' "$*" >&2; }

# packages COMMAND-OR-FILE:PACKAGE ... installs each package whose command or file is missing.
packages() {
    missing=
    for pair in "$@"; do
        have=${pair%%:*} package=${pair#*:}
        # shellcheck disable=SC2086 # a pattern of files
        case $have in
        /*) ls $have >/dev/null 2>&1 && continue ;;
        *) command -v "$have" >/dev/null 2>&1 && continue ;;
        esac
        case "$missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
    done
    [ -z "$missing" ] && return
    if ! command -v apt-get >/dev/null 2>&1; then
        say "setup: please install, with your system's package manager:$missing"
        exit 2
    fi
    if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
    say "setup: installing$missing (apt-get${sudo:+, with sudo})"
    $sudo apt-get update -qq >&2
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >&2
}

# cc and c++ compile RocksDB; libclang with its own headers (libclang-dev has both) generates its bindings.
packages cc:gcc c++:g++ '/usr/lib/llvm-*/lib/clang/*/include/stdbool.h:libclang-dev' '/usr/lib/llvm-*/lib/libclang*.so*:libclang-dev' \
    /usr/include/stdio.h:libc6-dev

# A toolchain by rustup may not be on the PATH of a non-login shell.
command -v cargo >/dev/null 2>&1 || [ ! -f "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
rust=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null 2>&1; then
    say "setup: Rust $rust or newer is needed: see https://rustup.rs"
    exit 2
fi

if [ ! -d "$CARGO_TARGET_DIR/release/build" ]; then
    say "setup: the first build compiles RocksDB: about 25 minutes on two cores, once"
fi
