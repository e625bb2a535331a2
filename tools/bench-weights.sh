#!/bin/sh
# Times `decl hash-model` against sha256sum over four files of 1 GiB, in turn: from the page cache, then from the disk.
# Needs 4 GiB in DIR (default: the temporary directory); removes them.
set -eu
. "$(dirname "$0")/setup.sh"
packages python3:python3
building cargo build --release -p decl-cli --locked >&2
python3 - "$CARGO_TARGET_DIR/release/decl" "${1:-${TMPDIR:-/tmp}}" <<'EOF'
import json, os, statistics, subprocess, sys, tempfile, time

def write(path, size):
    header = json.dumps({"tensor": {"dtype": "BF16", "shape": [size // 2], "data_offsets": [0, size]}}).encode()
    chunk = os.urandom(1 << 20)
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for _ in range(size >> 20):
            file.write(chunk)
        os.fsync(file.fileno())

def seconds(command, cold):
    for path in files if cold else []:
        with open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    begun = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun

with tempfile.TemporaryDirectory(dir=sys.argv[2]) as folder:
    files = [os.path.join(folder, f"model-{i:05}-of-00004.safetensors") for i in range(1, 5)]
    for path in files:
        write(path, 1 << 30)
    print("| | decl | sha256sum | decl takes |\n| --- | ---: | ---: | ---: |")
    for cold in (False, True):
        pairs = [(seconds([sys.argv[1], "hash-model", "--fresh", folder], cold), seconds(["sha256sum", *files], cold))
                 for _ in range(6)][1:]
        ours, theirs = (statistics.median(side) for side in zip(*pairs))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"| {'from the disk' if cold else 'in the page cache'} | {ours:.2f} s | {theirs:.2f} s | **{ratio:.2f} x** |")
EOF
