#!/usr/bin/env python3
"""Refuses copyleft crates in what the binary links. Needs cargo and Python, nothing else.

`cargo deny check licenses` judges more finely (deny.toml); this runs where it is not installed.
Walks the normal edges from the package `bindery` in `cargo metadata`. That graph is a little wider
than the truth, because metadata counts features no build turns on: it may accuse a crate that is
never compiled, but it never lets one through. Build- and dev-dependencies are not in the binary.

    tests/licences.py [METADATA.json]     exit 0: fine, 1: refused, 2: cannot tell
"""

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


def main():
    packages, parent = linked(read_metadata(sys.argv[1] if len(sys.argv) > 1 else None))
    refused = []
    for i in parent:
        why = refusal(packages[i])
        if why:
            package = packages[i]
            refused.append(f"{package['name']} {package['version']} {why}\n    {chain(packages, parent, i)}")
    for line in sorted(refused):
        print(f"REFUSED  {line}")
    print(f"licences: {len(parent)} crates in the binary, {len(refused)} refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
