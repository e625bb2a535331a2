#!/bin/sh
# Holds the readers against their properties (fuzz/README.md).
#
#   tools/fuzz.sh                       what CI does: everything that was kept, then a fixed amount of the same work
#   tools/fuzz.sh SECONDS [TARGET...]   so long for each target, another way each time; the corpus grows from run to run
set -eu
. "$(dirname "$0")/setup.sh"

case ${1-1} in *[!0-9]* | '' | 0)
    say "usage: tools/fuzz.sh [SECONDS [TARGET...]]"
    exit 2
    ;;
esac
CARGO_TARGET_DIR=$CARGO_TARGET_DIR/fuzz   # other flags, so other builds
export CARGO_TARGET_DIR
wanted=0.13.2
if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $wanted" ]; then
    PATH=$CARGO_TARGET_DIR/tools/bin:$PATH
    if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $wanted" ]; then
        say "setup: cargo-fuzz $wanted in $CARGO_TARGET_DIR/tools"
        cargo install --quiet --locked --version "$wanted" --root "$CARGO_TARGET_DIR/tools" cargo-fuzz
    fi
fi

cd fuzz
cargo test --quiet --release --no-default-features --locked
work=$CARGO_TARGET_DIR/work
mkdir -p "$work"
[ $# -gt 0 ] || rm -rf "$work/seeds"
cargo run --quiet --release --no-default-features --locked --example corpus -- "$work/seeds"
# Everything here forbids unsafe code, so there is nothing for a sanitizer, and stable Rust will do.
cargo fuzz build --sanitizer none

if [ $# -gt 0 ]; then
    bound=-max_total_time=$1
    shift
else
    # Without feedback from comparisons, which depends on where the program lies in memory: the same inputs each time.
    bound='-seed=1 -runs=20000 -use_cmp=0 -reload=0'
    rm -rf "$work/corpus"
fi
known=$(cargo fuzz list)
# shellcheck disable=SC2086 # names, a word each
[ $# -gt 0 ] || set -- $known
bin=$CARGO_TARGET_DIR/$(rustc -vV | sed -n 's/^host: //p')/release
for target in "$@"; do
    if ! printf '%s\n' "$known" | grep -qxF -e "$target"; then
        # shellcheck disable=SC2086
        say "fuzz: no target is named $target; there are" $known
        exit 2
    fi
    corpus=$work/corpus/$target found=$work/found/$target log=$work/$target.log
    mkdir -p "$corpus" "$found"
    if [ -d "regressions/$target" ]; then kept=regressions/$target; else kept=; fi
    # shellcheck disable=SC2086 # options, and a directory or none
    "$bin/$target" $bound -max_len=16384 -timeout=60 -rss_limit_mb=512 -dict="$work/seeds/$target.dict" \
        -artifact_prefix="$found/" -print_final_stats=1 "$corpus" "$work/seeds/$target" $kept >"$log" 2>&1 || {
        grep -A 3 'panicked at' "$log" >&2 || grep -v '^stat::' "$log" | tail -n 40 >&2
        say "fuzz: $target breaks a property; the input is in $found, the whole log in $log"
        exit 1
    }
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-12s %8s runs  %5s inputs kept\n' "$target" "$runs" "$(find "$corpus" -type f | wc -l)"
done
echo "fuzz: every property held"
