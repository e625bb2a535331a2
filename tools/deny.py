"""Judges the dependencies of a workspace by deny.toml: licences, bans, duplicates, sources.

Reads the part of cargo-deny's file that needs no network, so that CI does not have to compile cargo-deny.

    tools/deny.py [CARGO.TOML]
"""

import collections
import pathlib
import re
import subprocess
import sys
import tomllib
import typing

ROOT = pathlib.Path(__file__).parent.parent


class Package(typing.NamedTuple):
    name: str
    version: str
    origin: str  # empty for crates.io
    license: str


def packages(manifest, graph):
    """What is compiled on any platform of deny.toml for other purposes than tests; our own crates are left out."""
    command = ["cargo", "tree", "--locked", "--quiet", "--workspace", "--edges", "normal,build", "--prefix", "none"]
    command += ["--format", "{p}\t{l}\t", "--manifest-path", manifest]
    command += ["--all-features"] if graph["all-features"] else []
    found = set()
    for target in graph["targets"]:
        tree = subprocess.run([*command, "--target", target], check=True, stdout=subprocess.PIPE, text=True).stdout
        for label, licence, _ in (line.split("\t") for line in tree.splitlines() if line):
            name, version, origin = re.fullmatch(r"(\S+) v(\S+)(?: \((.*)\))?", label.replace(" (proc-macro)", "")).groups()
            if not (origin or "").startswith("/"):
                found.add(Package(name, version, origin or "", licence))
    return sorted(found)


def permits(expression, allowed):
    """Returns whether the allowed licences satisfy an SPDX expression; `/` is an old way to write OR.

    >>> [permits(e, {"MIT", "ISC"}) for e in ("MIT", "GPL-3.0/MIT", "(MIT OR GPL-3.0) AND ISC", "MIT AND GPL-3.0", "")]
    [True, True, True, False, False]
    """
    tokens = re.findall(r"[()]|[\w.+-]+(?: WITH [\w.-]+)?", expression.replace("/", " OR "))
    words = {"OR": "or", "AND": "and", "(": "(", ")": ")"}
    # Nothing but True, False, `and`, `or` and brackets is left of the expression.
    return bool(eval(" ".join(words.get(token) or str(token in allowed) for token in tokens) or "False"))


def named(package, rules):
    """Returns whether a rule names the package, as `name` or `name@version`; a version may be shortened."""
    rules = [rule["crate"].partition("@") for rule in rules]
    return any(name == package.name and f"{package.version}.".startswith(v and f"{v}.") for name, _, v in rules)


def judge(found, deny):
    """Yields a sentence for each package that breaks a rule.

    >>> rules = {"allow": ["MIT"], "exceptions": [{"crate": "b@2", "allow": ["MPL-2.0"]}]}, {"deny": [{"crate": "c"}],
    ...     "skip": [{"crate": "d@1.2"}]}
    >>> packages = ["a 1.0 MPL-2.0", "b 2.1 MPL-2.0", "c 1.0 MIT", "d 1.2.3 MIT", "d 1.3.0 MIT", "e 1.0 MIT", "e 2.0 MIT"]
    >>> found = [Package(name, version, "", licence) for name, version, licence in map(str.split, packages)]
    >>> found.append(Package("f", "1.0", "https://example.com/f", "MIT"))
    >>> for fault in judge(found, dict(zip(("licenses", "bans"), rules))):
    ...     print(fault)
    a 1.0: its licence is not allowed: MPL-2.0
    c 1.0: it is banned
    f 1.0: it does not come from crates.io: https://example.com/f
    e: two versions of it are compiled, and bans.skip has no reason: 1.0, 2.0
    """
    licenses, bans = deny["licenses"], deny["bans"]
    versions = collections.defaultdict(list)
    for package in found:
        label = f"{package.name} {package.version}"
        exceptions = [rule for rule in licenses["exceptions"] if named(package, [rule])]
        if not permits(package.license, {*licenses["allow"], *(x for rule in exceptions for x in rule["allow"])}):
            yield f"{label}: its licence is not allowed: {package.license or 'it states none'}"
        if named(package, bans["deny"]):
            yield f"{label}: it is banned"
        if package.origin:
            yield f"{label}: it does not come from crates.io: {package.origin}"
        if not named(package, bans["skip"]):
            versions[package.name].append(package.version)
    for name, several in versions.items():
        if len(several) > 1:
            yield f"{name}: two versions of it are compiled, and bans.skip has no reason: {', '.join(several)}"


def main(manifest=ROOT / "Cargo.toml"):
    deny = tomllib.loads((ROOT / "deny.toml").read_text())
    found = packages(manifest, deny["graph"])
    faults = list(judge(found, deny))
    for fault in faults:
        print(f"deny: {fault}", file=sys.stderr)
    print(f"deny: {len(found)} packages below {manifest}, {len(faults)} faults")
    return 1 if faults or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
