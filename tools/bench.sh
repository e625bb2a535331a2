#!/bin/sh
# Runs every benchmark and prints the tables of docs/benchmarks.md.
set -eu
. "$(dirname "$0")/setup.sh"
packages python3:python3
building cargo build --release -p decl-store --locked >&2
rm -rf "$CARGO_TARGET_DIR/criterion"
# After an iteration glibc may give memory back to the system, depending on how the heap lies, and the next iteration
# faults it in again page by page. Here it keeps it, for every peer alike, as a long-running process mostly does.
export MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_MMAP_THRESHOLD_=268435456
cargo bench --profile release -p decl-benches --bench codec --bench log --locked -- --warm-up-time 1 --measurement-time 3 >&2
python3 - "$CARGO_TARGET_DIR/criterion" <<'EOF'
import json, os, sys
root, medians, fastest = sys.argv[1], {}, {}
for dir, _, files in os.walk(root):
    if "estimates.json" in files and os.path.basename(dir) == "new":
        bench, estimates, sample = (json.load(open(os.path.join(dir, name + ".json")))
                                    for name in ["benchmark", "estimates", "sample"])
        group, what = bench["group_id"], bench["function_id"]
        medians.setdefault(group, {})[what] = estimates["median"]["point_estimate"]
        fastest.setdefault(group, {})[what] = min(t / n for t, n in zip(sample["times"], sample["iters"]))
for group in sorted(medians):
    times = medians[group]
    base = next(what for what in ["decl", "verify", "decl body->identity", "blake3"] if what in times)
    print(f"\n{group}\n\n| what | median | x {base if base == 'blake3' else 'decl'} |\n| --- | ---: | ---: |")
    for name, ns in sorted(times.items(), key=lambda item: item[1]):
        unit, by = ("ms", 1e6) if ns >= 1e6 else ("us", 1e3) if ns >= 1e3 else ("ns", 1)
        print(f"| {name} | {ns / by:.2f} {unit} | {ns / times[base]:.2f} |")
print("\n\ntargets, as ratios of this run: of medians, and of what the others on the machine disturbed least\n")
print("| what | medians | fastest samples | target |\n| --- | ---: | ---: | ---: |")
bodies = ["small", "large-text", "many-nodes"]
for group, ours, peer, target in [
    *((f"identity/{body}", "decl body->identity", "serde_json::Value", 1.2) for body in bodies),
    *((f"{what}/{name}", f"{step}+blake3", "blake3", target)
      for what, names in [("document", bodies), ("declaration", bodies + ["1kB", "3kB", "10kB", "104kB"])]
      for step, target in [("encode", 2.0), ("check", 2.5)]
      for name in names),
]:
    ratios = [f"{times[group][ours] / times[group][peer]:.2f}" for times in (medians, fastest)]
    print(f"| {group}: {ours} / {peer} | {ratios[0]} | {ratios[1]} | {target} |")
EOF
cargo bench --profile release -p decl-benches --bench store --locked
