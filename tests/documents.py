#!/usr/bin/env python3
"""Checks that the documents point at things that exist. Needs Python, nothing else.

- every relative link and picture in a Markdown file leads to a file, and #anchors to a heading;
- every file or folder that ARCHITECTURE.md and CONTRIBUTING.md name in `code` is there;
- docs/book.toml lists each chapter in docs/ exactly once.

Exit 0: all fine. Exit 1: what is wrong, one line each.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES_PATHS = ["ARCHITECTURE.md", "CONTRIBUTING.md"]
ROOMS = ("src", "engine", "pipeline", "library", "adapters", "jobs", "api", "openapi", "web", "docs", "tests", "benches", "infra")

FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?\)")
CODE = re.compile(r"`([^`\n]+)`")


def markdown_files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return sorted({ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()})


def slug(heading):
    """As docs/build.rs makes them: words of letters and digits, joined by hyphens."""
    plain = re.sub(r"[`*_]", "", heading).lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def anchors(path):
    text = FENCE.sub("", path.read_text())
    return {slug(m) for m in re.findall(r"^#{1,6}\s+(.+)$", text, re.M)}


def broken_links(path):
    text = CODE.sub("", FENCE.sub("", path.read_text()))
    for target in LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        where = (path.parent / file).resolve() if file else path
        if not where.exists():
            yield f"{path.relative_to(ROOT)}: {target} leads nowhere"
        elif anchor and where.suffix == ".md" and anchor not in anchors(where):
            yield f"{path.relative_to(ROOT)}: {target}: no such heading"


def missing_paths(name):
    text = FENCE.sub("", (ROOT / name).read_text())
    for code in CODE.findall(text):
        looks_like_path = re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", code) and code.split("/")[0] in ROOMS
        if looks_like_path and not (ROOT / code).exists():
            yield f"{name}: `{code}` does not exist"


def chapters():
    listed = tomllib.loads((ROOT / "docs/book.toml").read_text())["chapters"]
    present = {p.name for p in (ROOT / "docs").glob("*.md")}
    for name in sorted({c for c in listed if listed.count(c) > 1}):
        yield f"docs/book.toml: {name} is listed twice"
    for name in sorted(set(listed) - present):
        yield f"docs/book.toml: {name} does not exist"
    for name in sorted(present - set(listed)):
        yield f"docs/book.toml: {name} is not listed"


def main():
    files = markdown_files()
    wrong = list(chapters())
    for path in files:
        wrong += broken_links(path)
    for name in NAMES_PATHS:
        wrong += missing_paths(name)
    for line in wrong:
        print(f"WRONG  {line}")
    print(f"documents: {len(files)} files, {len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
