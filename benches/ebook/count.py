"""Whether outputs are comparable: how much text and how many pictures each tool put out.

`count.py FAMILY FOLDER` prints JSON. A process of its own: texts in memory here would count as the
smallest peak memory of every program started later."""
import html
import json
import pathlib
import re
import subprocess
import sys

PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".bmp"}
MARKUP = {".html", ".xhtml", ".htm", ".xml"}
DROPPED = re.compile(r"<(script|style|title)\b.*?</\1\s*>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE.*?>", re.S | re.I)
TAG = re.compile(r"<[^>]*>")


def letters(text):
    """Characters that are not blank."""
    return len("".join(text.split()))


def of_markup(text):
    return letters(html.unescape(TAG.sub("", DROPPED.sub("", text))))


def of_tree(node):
    """calibre's trees: `x` text, `l` text after, `c` children."""
    stack, total = [node], 0
    while stack:
        node = stack.pop()
        total += letters(node.get("l") or "")
        if node.get("n") not in ("head", "style", "script"):
            total += letters(node.get("x") or "")
            stack.extend(node.get("c") or ())
    return total


def output(family, folder):
    """`letters`, `pictures` and `bytes` of what lies in `folder`. Not part of what is timed."""
    run = subprocess.run([sys.executable, __file__, family, folder], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def count(family, folder):
    total, pictures, size = 0, 0, 0
    for path in pathlib.Path(folder).rglob("*"):
        if not path.is_file():
            continue
        size += path.stat().st_size
        suffix = path.suffix.lower()
        if suffix in PICTURES and "cover" not in path.parts:
            pictures += 1
        if suffix == ".txt" and family == "text":
            total += letters(path.read_text(errors="replace"))
        elif suffix in MARKUP and (family != "ours" or "slices" in path.parts):
            text = path.read_text(errors="replace")
            if family == "calibre" and text.startswith("{"):
                total += of_tree(json.loads(text).get("tree", {}))
            else:
                total += of_markup(text)
                # mutool writes pictures into the page.
                pictures += text.count("src=\"data:image") if family == "html" else 0
    return {"letters": total, "pictures": pictures, "bytes": size}


if __name__ == "__main__":
    print(json.dumps(count(*sys.argv[1:])))
