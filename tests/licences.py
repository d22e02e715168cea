#!/usr/bin/env python3
"""Refuses copyleft crates in what the binary links. Needs cargo and Python, nothing else.

`cargo deny check licenses` judges more finely (deny.toml); this runs where it is not installed.
Walks the normal edges from the package `bindery` in `cargo metadata`. That graph is a little wider
than the truth, because metadata counts features no build turns on: it may accuse a crate that is
never compiled, but it never lets one through. Build- and dev-dependencies are not in the binary.

    tests/licences.py [METADATA.json]     exit 0: fine, 1: refused, 2: cannot tell
    tests/licences.py --self-test         whether a copyleft crate would be refused, and only where it counts
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = "bindery"

# Accepted terms. A crate passes when its expression can be met by these alone.
ACCEPTED = {
    "MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Zlib",
    "Unicode-3.0", "Unlicense", "CC0-1.0", "MPL-2.0", "zlib-acknowledgement",
    "Apache-2.0 WITH LLVM-exception",
    "BSL-1.0",             # Boost
    "CDLA-Permissive-2.0",  # the root certificates' licence, for data
}

TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+-]+")


def can_be_met(expression):
    """Whether the accepted terms satisfy an SPDX expression (AND binds tighter than OR)."""
    tokens = TOKEN.findall(expression.replace("/", " OR "))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def term():
        if peek() is None:
            raise ValueError("it ends too early")
        if peek() == "(":
            take()
            value = alternatives()
            if peek() != ")":
                raise ValueError("a bracket is not closed")
            take()
            return value
        name = take()
        if peek() == "WITH":
            take()
            name = f"{name} WITH {take()}"
        return name in ACCEPTED

    def conjunction():
        value = term()
        while peek() == "AND":
            take()
            value = term() and value
        return value

    def alternatives():
        value = conjunction()
        while peek() == "OR":
            take()
            value = conjunction() or value
        return value

    value = alternatives()
    if position != len(tokens):
        raise ValueError(f"what is {tokens[position]!r}?")
    return value


def read_metadata(path):
    if path:
        return json.loads(Path(path).read_text())
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    run = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    if run.returncode != 0:
        sys.stderr.write(run.stderr)
        sys.exit(2)
    return json.loads(run.stdout)


def linked(metadata):
    """Package id -> the id that pulled it in, for everything on normal edges from ROOT."""
    members = set(metadata["workspace_members"])
    packages = {p["id"]: p for p in metadata["packages"]}
    nodes = {n["id"]: n for n in metadata["resolve"]["nodes"]}
    start = [i for i in members if packages[i]["name"] == ROOT]
    if len(start) != 1:
        sys.exit(f"licences: no package named {ROOT} in this workspace")
    parent = {start[0]: None}
    queue = list(start)
    while queue:
        current = queue.pop()
        for dep in nodes[current]["deps"]:
            normal = any(kind["kind"] is None for kind in dep["dep_kinds"])
            if normal and dep["pkg"] not in parent:
                parent[dep["pkg"]] = current
                queue.append(dep["pkg"])
    return packages, parent


def chain(packages, parent, package):
    names = []
    while package is not None:
        names.append(packages[package]["name"])
        package = parent[package]
    return " <- ".join(names)


def refusal(package):
    """Why this package may not be linked, or None."""
    expression = package["license"]
    if not expression:
        return "states no licence"
    try:
        return None if can_be_met(expression) else f"is {expression}"
    except ValueError as problem:
        return f"states a licence that cannot be read ({expression}: {problem})"


def refusals(metadata):
    """How many crates are linked, and a line for each that may not be."""
    packages, parent = linked(metadata)
    refused = []
    for i in parent:
        why = refusal(packages[i])
        if why:
            package = packages[i]
            refused.append(f"{package['name']} {package['version']} {why}\n    {chain(packages, parent, i)}")
    return parent, sorted(refused)


def graft(metadata, onto, name, expression, kind):
    """A copy of the graph in which the crate `onto` depends on a new one."""
    grown = copy.deepcopy(metadata)
    new = f"self-test#{name}@1.0.0"
    grown["packages"].append({"id": new, "name": name, "version": "1.0.0", "license": expression})
    grown["resolve"]["nodes"].append({"id": new, "deps": []})
    holder = next(p["id"] for p in grown["packages"] if p["name"] == onto)
    node = next(n for n in grown["resolve"]["nodes"] if n["id"] == holder)
    node["deps"].append({"name": name, "pkg": new, "dep_kinds": [{"kind": kind, "target": None}]})
    return grown


def self_test():
    """Grafts crates onto the real graph. A check that lets one through, or that stops what is
    not in the binary, is worth nothing."""
    metadata = read_metadata(None)
    failed = []
    for onto in (ROOT, "bindery-engine", "quick-xml"):
        for expression, kind, expected in [
            ("GPL-3.0-or-later", None, True),
            ("AGPL-3.0-only", None, True),
            ("MIT AND GPL-2.0-only", None, True),
            ("(MIT OR Apache-2.0) AND LGPL-3.0", None, True),
            (None, None, True),
            ("MIT OR GPL-3.0-or-later", None, False),
            ("GPL-3.0-or-later", "dev", False),
            ("GPL-3.0-or-later", "build", False),
        ]:
            _, refused = refusals(graft(metadata, onto, "grafted", expression, kind))
            if any(line.startswith("grafted ") for line in refused) != expected:
                failed.append(f"{expression} as {kind or 'normal'} dependency of {onto}: expected refused={expected}")
    # The GPL oracle has a graph of its own; ours does not even lock it.
    if any(package["name"] == "epub" for package in metadata["packages"]):
        failed.append("the crate epub is in the product's lock file")
    oracle = Path(__file__).parent / "oracle" / "Cargo.lock"
    if 'name = "epub"' not in oracle.read_text():
        failed.append("tests/oracle does not hold the crate epub")
    for line in failed:
        print(f"FAILED  {line}")
    print(f"licences, self-test: {len(failed)} failed")
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    parent, refused = refusals(read_metadata(sys.argv[1] if len(sys.argv) > 1 else None))
    for line in refused:
        print(f"REFUSED  {line}")
    print(f"licences: {len(parent)} crates in the binary, {len(refused)} refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
