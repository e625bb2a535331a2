"""reference/browser.html in a browser without a window: what a person sees, and every vector."""

import html
import json
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

REFERENCE = Path(__file__).resolve().parent
ROOT = REFERENCE.parent
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)

# Fills in the fields of the page as a person does, and writes down what the page says.
SCRIPT = """
import { vectorFault } from './js/vectors.mjs';

const field = (id) => document.getElementById(id);
const transfer = (parts) => {
  const held = new DataTransfer();
  for (const part of parts) held.items.add(new File([part], 'file'));
  return held;
};
const give = (id, hex) => {
  field(id).files = transfer(hex ? [Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16))] : []).files;
  field(id).dispatchEvent(new Event('change'));
};
const until = async (holds) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const texts = (selector) => Array.from(document.querySelectorAll(selector), (element) => element.textContent);

const seen = [];
for (const [record, proof, vkey] of VISITS) {
  give('record', record);
  give('proof', proof);
  field('vkey').value = '';
  if (vkey.endsWith('\\n')) {
    field('vkey').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer([vkey]) }));
    await until(() => field('vkey').value !== '');
  }
  field('vkey').value = vkey;
  field('verdict').textContent = 'pending';
  field('vkey').dispatchEvent(new Event('input'));
  await until(() => field('verdict').textContent !== 'pending');
  const values = texts('dd');
  const details = Object.fromEntries(texts('dt').map((name, i) => [name, values[i]]));
  seen.push([field('verdict').dataset.kind, field('verdict').textContent, details]);
}
const failed = VECTORS.filter(({ kind, vector }) => vectorFault(kind, vector) !== null).map(({ name }) => name);
const found = document.createElement('pre');
found.id = 'found';
found.textContent = JSON.stringify({ seen, passed: VECTORS.length - failed.length, failed });
document.body.append(found);
"""


class Page(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        missing = None if (REFERENCE / "node_modules").is_dir() else "no reference/node_modules, see README.md"
        missing = missing if BROWSER else "no chromium or chrome on the PATH"
        if missing:
            print(f"left out: reference/browser.html: {missing}")
            self.skipTest(missing)

    def test_what_it_says(self):
        spec = (ROOT / "docs/spec/proof.md").read_text()
        proof = re.search(r"```text\n(c2sp.*?\n)```", spec, re.DOTALL)[1].encode()
        vkey = re.search(r"The key is `([^`]+)`", spec)[1]
        record, text = ((ROOT / "examples" / name).read_bytes() for name in ("rag.cbor", "rag.json"))
        execution = json.loads((ROOT / "vectors/supplement/execution-whole-as-cbor.json").read_text())
        spoiled = bytes([*record[:-1], record[-1] ^ 1])
        visits = {
            "CBOR": (record, proof, vkey),
            "JSON, and the key as a file": (text, proof, vkey + "\n"),
            "another record": (spoiled, proof, vkey),
            "a proof that breaks off": (record, proof[:-1], vkey),
            "no key": (record, proof, vkey[:-1]),
            "no proof": (record, None, vkey),
            "a supplement": (bytes.fromhex(execution["cbor"]), None, vkey),
            "no declaration": (b"{}", None, ""),
        }
        found, asked = _browse(visits.values())

        steps = "parse, entry, record, leaf, path, signature, origin"
        rag = json.loads((ROOT / "examples/identities.json").read_text())["rag"]
        holds = ["holds", "holds", {
            "identity": rag["identity"], "index": "1", "size": "2", "origin": "log.example.org/decl", "checked": steps,
        }]
        cid = re.search(r"^cid +(\S+)$", (ROOT / "docs/spec/declaration.md").read_text(), re.MULTILINE)[1]
        names = {"identity": rag["identity"], "sha256": rag["sha256"], "cid": cid, "bytes": str(rag["bytes"])}
        expected = {
            "CBOR": holds,
            "JSON, and the key as a file": holds,
            "another record": ["fails", "does not hold", {
                "reason": "step 2, entry: the BLAKE3 of the record is not the id", "checked": "parse",
            }],
            "a proof that breaks off": ["unusable", "not checked: a file is not what it should be", {
                "reason": "step 1, parse: the note has no signatures",
            }],
            "no key": ["unusable", "not checked: the vkey is no Ed25519 key of a log", {}],
            "no proof": ["unusable", "a declaration", names | {"proof": "not checked: no proof is given"}],
            "a supplement": ["unusable", "a supplement", {
                "identity": execution["identity"], "sha256": execution["sha256"], "cid": mock.ANY,
                "bytes": str(execution["bytes"]), "states": "execution",
                "subject": rag["identity"], "proof": "not checked: no proof is given",
            }],
            "no declaration": ["unusable", "refused: E-MISSING at /v", {"proof": "not checked: no proof is given"}],
        }
        self.assertEqual(dict(zip(visits, found["seen"])), expected)

        self.assertEqual(found["failed"], [])
        self.assertGreater(found["passed"], 2400)
        print(f"reference/browser.html: {len(visits)} visits, and {found['passed']} vectors pass in the browser")

        # What only Node has is not asked for, and nothing is asked for from elsewhere: the page may connect to nowhere.
        modules = {path for path in asked if not path.startswith("/node_modules/@noble/hashes/esm/")}
        own = {"/browser.html", "/test.mjs", "/verify.mjs", "/js/vectors.mjs", "/js/page.mjs"}
        used = ("bytes", "cbor", "content", "ed25519", "entry", "export", "forms", "identity", "json", "names", "note",
                "open", "period", "proof", "records", "refusal", "rules", "schema", "steps",
                "tree")
        self.assertEqual(modules, own | {f"/js/{name}.mjs" for name in used})


def _browse(visits):
    """What the page says at each visit, and the paths that the browser asked for."""
    visits = [[part.hex() if isinstance(part, bytes) else part for part in visit] for visit in visits]
    vectors = [{"kind": path.parent.name, "name": path.stem, "vector": json.loads(path.read_bytes())}
               for group in ("cbor", "declaration", "event", "json", "log", "supplement")
               for path in sorted((ROOT / "vectors" / group).glob("*.json"))]
    added = {
        "/test.mjs": f"const VISITS = {json.dumps(visits)};\nconst VECTORS = {json.dumps(vectors)};\n{SCRIPT}",
        "/browser.html": (REFERENCE / "browser.html").read_text() + '<script type="module" src="./test.mjs"></script>\n',
    }
    asked = set()

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=REFERENCE)

        def do_GET(self):
            asked.add(self.path)
            if self.path not in added:
                return super().do_GET()
            body = added[self.path].encode()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(self.path))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # the budget is of a clock that runs only while the page waits
        browser = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             "--virtual-time-budget=600000", "--dump-dom", f"http://127.0.0.1:{server.server_port}/browser.html"],
            capture_output=True, text=True, timeout=300, check=True,
        )
        server.shutdown()
    found = re.search(r'<pre id="found">(.*?)</pre>', browser.stdout, re.DOTALL)
    if not found:
        raise AssertionError(f"the page came to no end:\n{browser.stdout}\n{browser.stderr}")
    return json.loads(html.unescape(found[1])), asked


if __name__ == "__main__":
    unittest.main()
