#!/usr/bin/env python3
"""What Bindery shows of MOBI files, against what mobitool and KindleUnpack find in them.

usage: tests/judges/mobi.py [--render PROGRAM] [--unpack] [FOLDER | FILE...]

Prints one line for every file: is the text equal to mobitool's, white space aside; how many
internal links lead to an existing slice and id; is the cover the file's own; is the table of
contents the same list of titles; warnings; or why the book was refused.
Exit status 1 when a good file falls short.

PROGRAM is the engine's example (`cargo build --release -p bindery-engine --example render`);
FOLDER has a LIST.tsv whose fourth column is the kind (default: $BINDERY_CORPUS/mobi). mobitool
is Debian's libmobi-tools; --unpack asks KindleUnpack too (`pip install mobi`), as a second
opinion on the text where mobitool differs.
"""
import argparse
import difflib
import html
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def plain(markup):
    """The text of the body, without white space."""
    # A book of one long text may repeat head and body; all heads go.
    markup = re.sub(r"(?is)<head\b.*?</head\s*>", "", markup)
    markup = re.sub(r"(?is)<(style|script|title)\b[^>]*>.*?</\1\s*>", "", markup)
    markup = re.sub(r"(?s)<!--.*?-->|<!\[CDATA\[|\]\]>", "", markup)
    markup = re.sub(r"(?s)</?[A-Za-z!?][^>]*>", "", markup)
    # Twice: texts of Mobipocket writers have been escaped twice now and then.
    text = html.unescape(markup)
    return re.sub(r"[\s\u200b\u00ad\ufeff\ufffd\x00-\x1f]+", "", text)


def ours(render, book, folder):
    """Output of the render: slices, manifest and the printed lines."""
    told = subprocess.run([render, book, folder], capture_output=True, text=True, check=False)
    lines = told.stdout.splitlines() or ["\tcrashed\t0\t0"]
    result = lines[0].split("\t")[1]
    slices = []
    while (path := pathlib.Path(folder, f"slices/{len(slices)}.html")).exists():
        slices.append(path.read_text())
    manifest = pathlib.Path(folder, "manifest.json")
    manifest = json.loads(manifest.read_text()) if manifest.exists() else {}
    return result, [line.strip() for line in lines[1:]], slices, manifest


def mobitool(book, folder):
    """Text, titles of the contents and pictures' bytes, as mobitool writes them; None without."""
    subprocess.run(["mobitool", "-s", "-o", folder, book], capture_output=True, check=False)
    made = next(pathlib.Path(folder).glob("*_markup"), None)
    if made is None:
        return None
    parts = [p.read_bytes().decode("utf-8", "replace") for p in sorted(made.glob("part*.html"))]
    titles = []
    for ncx in made.glob("*.ncx"):
        found = re.findall(r"(?s)<navLabel>\s*<text>(.*?)</text>", ncx.read_text(errors="replace"))
        titles = [" ".join(html.unescape(title).split()) for title in found]
    opf = "".join(p.read_text(errors="replace") for p in made.glob("*.opf"))
    has_cover = bool(re.search(r'name="cover"|properties="cover', opf))
    return "".join(plain(headwords(part)) for part in parts), titles, has_cover


def headwords(markup):
    """Headwords of a dictionary, which mobitool keeps in attributes, where the entry does not show them."""
    def entry(match):
        word, rest = match[1], match[2]
        return rest if word in plain(rest) else f"<b>{word}</b>{rest}"
    return re.sub(r'(?s)<idx:orth value="([^"]*)">(.*?</idx:entry>)', entry, markup)


def unpacked(book, folder):
    """The text KindleUnpack gives."""
    code = "import sys, mobi; print(mobi.extract(sys.argv[1])[0])"
    told = subprocess.run([sys.executable, "-c", code, book], capture_output=True, text=True, check=False)
    if told.returncode != 0:
        return None
    made = pathlib.Path(told.stdout.split("\n")[-2])
    base = made / "mobi8" if (made / "mobi8").exists() else made
    files = sorted(base.rglob("*part*.xhtml")) or sorted(base.rglob("book.html"))
    return "".join(plain(p.read_bytes().decode("utf-8", "replace")) for p in files)


def links(slices):
    """How many links lead to a slice, and how many of them find it with their id."""
    ids = [set(html.unescape(i) for i in re.findall(r'\sid="([^"]*)"', text)) for text in slices]
    all_of, good, lost = 0, 0, []
    for text in slices:
        for href in re.findall(r'<a\b[^>]*\shref="([^"]*)"', text):
            match = re.fullmatch(r"(\d+)\.html(?:#(.*))?", html.unescape(href))
            if not match:
                continue
            all_of += 1
            n, name = int(match[1]), match[2]
            if n < len(slices) and (not name or name in ids[n]):
                good += 1
            else:
                lost.append(href)
    return good, all_of, lost


def set_in_type(cover):
    """Whether a cover is the engine's own: 1200 by 1800 pixels in indexed colours (W3C PNG, IHDR)."""
    head = cover.read_bytes()[:26]
    return head[:4] == b"\x89PNG" and struct.unpack(">II2B", head[16:26]) == (1200, 1800, 8, 3)


def titles(entries):
    found = []
    for entry in entries:
        found.append(" ".join(entry.get("title", "").split()))
        found += titles(entry.get("children", []))
    return found


def differences(theirs, mine):
    """The first places where two texts part."""
    matcher = difflib.SequenceMatcher(None, theirs[:40000], mine[:40000], autojunk=False) \
        if max(len(theirs), len(mine)) < 40000 else None
    if matcher is None:
        at = next((i for i, (a, b) in enumerate(zip(theirs, mine)) if a != b), min(len(theirs), len(mine)))
        return [f"at {at}: theirs {theirs[at:at + 40]!r} ours {mine[at:at + 40]!r}"]
    return [f"{tag}: theirs {theirs[a:b][:40]!r} ours {mine[c:d][:40]!r}"
            for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"][:4]


def judge(book, kind, options):
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = pathlib.Path(folder, "ours"), pathlib.Path(folder, "theirs")
        mine.mkdir()
        theirs.mkdir()
        result, said, slices, manifest = ours(options.render, book, str(mine))
        row = {"file": pathlib.Path(book).name, "kind": kind, "result": result, "said": said,
               "text": "-", "links": "-", "cover": "-", "toc": "-", "notes": [], "bad": False}
        good = kind != "hostile-mobi"
        if result != "opened":
            row["bad"] = good and "drm" not in row["file"] or result == "crashed"
            return row
        found, total, lost = links(slices)
        row["links"] = f"{found}/{total}"
        row["notes"] += [f"lost link {href}" for href in lost[:3]]
        row["bad"] = good and found != total
        known = mobitool(book, str(theirs))
        if known is None or not good:
            return row
        text, contents, has_cover = known
        shown = "".join(map(plain, slices))
        row["text"] = "equal" if shown == text else "differs"
        if shown != text:
            row["notes"] += differences(text, shown)
            if options.unpack:
                row["text"] += ", KindleUnpack's " + ("equal" if unpacked(book, folder) == shown else "too")
        found_cover = not any(map(set_in_type, (mine / "cover").glob("original.*")))
        row["cover"] = "found" if found_cover else "MISSING" if has_cover else "file has none"
        row["bad"] |= has_cover and not found_cover
        mine_toc = titles(manifest.get("toc", []))
        row["toc"] = "equal" if mine_toc == contents else f"{len(contents)} theirs, {len(mine_toc)} ours"
        # mobitool leaves out what it cannot follow; lines it has and we have not are a fault.
        row["bad"] |= any(title not in mine_toc for title in contents)
        row["bad"] |= shown != text
        return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--render", default=str(target / "release/examples/render"))
    parser.add_argument("--unpack", action="store_true")
    parser.add_argument("books", nargs="*")
    options = parser.parse_args()
    corpus = os.environ.get("BINDERY_CORPUS", str(ROOT.parent / "shared/corpora"))
    folder = pathlib.Path(options.books[0] if len(options.books) == 1 and os.path.isdir(options.books[0]) else corpus + "/mobi")
    if options.books and not os.path.isdir(options.books[0]):
        books = [(book, "mobi") for book in options.books]
    else:
        lines = (folder / "LIST.tsv").read_text().splitlines()[1:]
        books = [(str(folder / line.split("\t")[0]), line.split("\t")[3]) for line in lines]
    bad = 0
    print("file\tresult\ttext\tlinks\tcover\ttoc\twarnings, refusal, notes")
    for book, kind in books:
        row = judge(book, kind, options)
        bad += row["bad"]
        notes = "; ".join(row["said"] + row["notes"]).replace("\t", " ")
        print("\t".join([("! " if row["bad"] else "") + row["file"], row["result"], row["text"],
                         row["links"], row["cover"], row["toc"], notes]), flush=True)
    print(f"{len(books)} files, {bad} fall short")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
