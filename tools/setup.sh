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

# rustup fetches the toolchain that rust-toolchain.toml names, even where the same compiler is there as `stable`. Then
# that one is used, so that a machine without a network needs nothing.
channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
if [ -z "${RUSTUP_TOOLCHAIN-}" ] && command -v rustup >/dev/null 2>&1; then
    installed=$(rustup toolchain list | cut -d' ' -f1)
    case $installed in
    *"$channel"*) ;;
    *)
        for toolchain in $installed; do
            case $(RUSTUP_TOOLCHAIN=$toolchain rustc --version 2>/dev/null) in
            "rustc $channel "*) RUSTUP_TOOLCHAIN=$toolchain ;;
            esac
        done
        [ -z "${RUSTUP_TOOLCHAIN-}" ] || export RUSTUP_TOOLCHAIN
        ;;
    esac
fi

# building COMMAND... runs a command of cargo, and shows how far RocksDB is while it compiles.
building() {
    live=
    if ! ls "$CARGO_TARGET_DIR"/release/build/librocksdb-sys-*/out/librocksdb.a >/dev/null 2>&1; then
        say "setup: the first build compiles RocksDB: about 25 minutes on two cores, once"
        if [ -t 2 ]; then
            live=yes
            set -- "$@" --quiet   # one line at a time is enough for a terminal
        fi
    fi
    mkdir -p "$CARGO_TARGET_DIR"
    begun=$CARGO_TARGET_DIR/.begun-$$
    : >"$begun"
    watch_rocksdb &
    watcher=$!
    status=0
    "$@" || status=$?
    kill "$watcher" 2>/dev/null || :
    wait "$watcher" 2>/dev/null || :
    rm -f "$begun"
    [ -z "$live" ] || printf '\r\033[K' >&2
    return "$status"
}

# Counts RocksDB's object files since $begun, and says so on one line of a terminal ($live), otherwise once a minute.
# Ends when every file is compiled, when it is killed, or when the script is gone; keeps nobody's standard error open.
watch_rocksdb() {
    version=$(sed -n '/^name = "librocksdb-sys"/ { n; s/^version = "\(.*\)"/\1/p; }' Cargo.lock)
    first= said=0 all=0 files=0
    while [ "$files" = 0 ] || [ "$files" -lt "$all" ]; do
        sleep 1 >/dev/null 2>&1
        kill -0 $$ 2>/dev/null || break
        files=$(find "$CARGO_TARGET_DIR"/release/build/librocksdb-sys-*/out -name '*.o' -newer "$begun" 2>/dev/null | wc -l)
        [ "$files" -gt 0 ] || continue
        # What will be compiled is a list in the crate's source, which cargo has unpacked by now.
        all=$(cat "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"librocksdb-sys-$version"/rocksdb_lib_sources.txt |
            sort -u | grep -c .) || break
        now=$(date +%s)
        first=${first:-$now}
        left="about $(((now - first) * (all - files) / files / 60 + 1)) min left"
        if [ "$files" -ge "$all" ]; then
            left="decl itself is next"
        elif [ $((now - first)) -lt 20 ]; then
            left="the first ones"
        fi
        if [ -n "$live" ]; then
            printf '\rsetup: RocksDB: %s of %s files, %s\033[K' "$files" "$all" "$left" >&2
        elif [ $((now - said)) -ge 60 ] || [ "$files" -ge "$all" ]; then
            say "setup: RocksDB: $files of $all files, $left"
            said=$now
        fi
    done
    rm -f "$begun"
}
