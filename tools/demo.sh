#!/bin/sh
# Shows the whole path on a store in a temporary folder: seal, prove, verify without the store, tamper, audit.
set -eu
. "$(dirname "$0")/setup.sh"

say "building decl"
building cargo build --release --workspace --all-features --locked
PATH=$CARGO_TARGET_DIR/release:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DECL_STORE=$work/store XDG_STATE_HOME=$work/state
export DECL_STORE XDG_STATE_HOME
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold= plain=; fi

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows a command as the reader would type it, then runs it; a nonzero exit is shown, not fatal.
run() {
    printf '$ %s\n' "$*" | sed "s#$work/##g"
    status=0
    "$@" 2>&1 | sed "s#$work/##g" || true
}
# The same for a command that has to answer with this exit code.
answers() {
    want=$1
    shift
    printf '$ %s\n' "$*" | sed "s#$work/##g"
    status=0
    "$@" >"$work/said" 2>&1 || status=$?
    sed "s#$work/##g" "$work/said"
    printf '[exit %s]\n' "$status"
    [ "$status" = "$want" ] || { say "the demo expected exit $want"; exit 1; }
}

step "A store, and the key that its log signs with. The line it prints is the public half."
answers 0 decl init --origin demo.example/log
cp "$work/store/vkey" "$work/vkey"

step "A declaration: everything that defines a run, absence stated. Its identity needs no store."
answers 0 decl id examples/rag.json

step "Sealed: durable, in the log, and its proof in hand, before the run starts."
answers 0 decl seal examples/rag.json --content examples/content.json --receipt "$work/rag.tlog-proof"
answers 0 decl seal examples/chat-tools.json --content examples/content.json
answers 0 decl seal examples/local-llama.json --content examples/content.json

step "A few hundred request bodies, as applications send them, in one batch. Six are refused, each for a reason."
printf '$ decl seal --batch examples/bodies.ndjson --from chat\n'
decl seal --batch examples/bodies.ndjson --from chat >"$work/answers.ndjson" 2>"$work/said" || true
grep -o '"line":[0-9]*,"refused":{"code":"[^"]*","at":"[^"]*"' "$work/answers.ndjson" | sed 's/^/  /'
cat "$work/said"

step "The receipt: the leaf entry, the way from it to the root, and the checkpoint that the log signed."
run cat "$work/rag.tlog-proof"

step "What was declared, and what the log has of it."
answers 0 decl show 15b142b8 --leaf
printf '$ decl show 15b142b8 | head -30\n'
decl show 15b142b8 | head -30
answers 0 decl log --limit 5

step "The proof again, under the newest checkpoint."
printf '$ decl prove 15b142b8 -o rag-now.tlog-proof\n'
decl prove 15b142b8 -o "$work/rag-now.tlog-proof" 2>/dev/null
decl show 15b142b8 --cbor >"$work/rag.cbor"

step "The store moves away. Whoever has the declaration, the proof and the public key can verify; no network, no trust."
mv "$work/store" "$work/elsewhere"
answers 0 decl verify "$work/rag.cbor" "$work/rag-now.tlog-proof" --vkey "@$work/vkey"

step "One byte of the declaration changes."
cp "$work/rag.cbor" "$work/changed.cbor"
printf 'X' | dd of="$work/changed.cbor" bs=1 seek=100 conv=notrunc 2>/dev/null
answers 1 decl verify "$work/changed.cbor" "$work/rag-now.tlog-proof" --vkey "@$work/vkey"

step "What a run produced has no place in what defines it."
sed 's/"max_tokens": 1024/"max_tokens": 1024, "usage": {"total_tokens": 7}/' examples/rag.json >"$work/usage.json"
answers 1 decl id "$work/usage.json"

step "Back home, everything is derived again from its bytes: identities, content, tree, signature."
mv "$work/elsewhere" "$work/store"
answers 0 decl audit --second-opinion

step "What happened"
cat <<'EOF'
Each run declared itself before it ran, and got the one identity that its declaration has everywhere. Each seal was on
disk and proved when the command returned. The proof held without the store, and stopped holding when one byte changed.
Next: README.md, or `decl template generate > mine.json`, fill it in, `decl seal mine.json`.
EOF
