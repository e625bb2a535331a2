#!/bin/sh
# Injects faults for long: what docs/reliability.md reports.
#
#   tools/crash.sh [SEED]   a thousand kills, a hundred power cuts, a million steps on a faulty disk, and the rest;
#                           without SEED, other ones than the last time; a variable below that is set already stays
set -eu
. "$(dirname "$0")/setup.sh"

case ${1-1} in *[!0-9]* | '')
    say "usage: tools/crash.sh [SEED]"
    exit 2
    ;;
esac
packages strace:strace mkfs.xfs:xfsprogs mkfs.ext4:e2fsprogs
seed=${1-$(date +%s)}
say "crash: tools/crash.sh $seed does the same again"
export DECL_FAULT_SEED="$seed" DECL_FAULT_STEPS="${DECL_FAULT_STEPS-1000000}"
export DECL_CRASH_SEED="$seed" DECL_CRASH_KILLS="${DECL_CRASH_KILLS-1000}" DECL_CRASH_ERRORS="${DECL_CRASH_ERRORS-1000}" \
    DECL_CRASH_CUTS="${DECL_CRASH_CUTS-100}" DECL_CRASH_FULL="${DECL_CRASH_FULL-50}" \
    DECL_CRASH_FLIPS="${DECL_CRASH_FLIPS-100}" DECL_CRASH_RUNS="${DECL_CRASH_RUNS-1000}"
cargo test --release -p decl-store --lib --locked faults -- --show-output
cargo test --release -p decl-cli --test crash --locked -- --show-output
