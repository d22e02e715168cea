#!/usr/bin/env python3
"""The PDF engine beside other programs that turn PDFs into something to read: `make bench-pdf`.

Every tool converts every book, in turn (A B C A B C ...), so that a noisy minute hits all alike. CPU
seconds (user + system, `wait4`) a page are what is compared; wall-clock time is gossip on a shared
machine. Sizes are those of all files put out, packed with gzip one by one where that helps. A peer
that is not installed is named and left out.

    benches/pdf/run.py --runs 3 --only ours,mutool-html memman.pdf policy.pdf
"""
import argparse
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benches" / "ebook"))
import report  # noqa: E402
import tools  # noqa: E402

VENV = ROOT / ".cache" / "venv"
# Whole books of the corpus, of several programs and scripts.
BOOKS = ["freeculture", "memman", "policy", "gnuplot", "GeoTopo-komprimiert", "cnbook", "arabluatex",
         "beameruserguide", "unimath-symbols", "csug", "bashref", "debmake-doc.zh-cn", "valgrind_manual"]
RASTER = """
import sys, pypdfium2
file = pypdfium2.PdfDocument(sys.argv[1])
text = open(sys.argv[2] + "/text", "w")
for n in range(len(file)):
    picture = file[n].render(scale=96 / 72)
    text.write(file[n].get_textpage().get_text_bounded())
    assert picture.width
"""


def arguments():
    corpus = os.environ.get("BINDERY_CORPUS", str(ROOT.parent / "shared" / "corpora"))
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("books", nargs="*", help="files; default: some whole books of the corpus")
    a.add_argument("--corpus", default=corpus)
    a.add_argument("--render", default=f"{target}/release/examples/render", help="the engine's example")
    a.add_argument("--runs", type=int, default=3)
    a.add_argument("--slow-runs", type=int, default=1)
    a.add_argument("--only", help="names of tools, with commas between; ours is always measured")
    a.add_argument("--scratch", default="/dev/shm" if os.path.isdir("/dev/shm") else None)
    a.add_argument("--out", help="write the raw measurements here, as JSON")
    return a.parse_args()


def candidates(args):
    """(the program it needs, the tool)."""
    python = str(VENV / "bin" / "python")
    mutool, poppler = ["mutool", "-v"], ["pdftohtml", "-v"]
    revision = ["git", "-C", str(ROOT), "log", "-1", "--format=commit %h"]
    render = [args.render, "{book}", "{out}"]
    yield args.render, tools.Cold("ours-1", "ours", render, revision, env={"RAYON_NUM_THREADS": "1"}, note="1 thread; everything")
    yield args.render, tools.Cold("ours-2", "ours", render, revision, env={"RAYON_NUM_THREADS": "2"}, note="2 threads")
    for form in ("html", "svg"):
        name = "{out}/page.svg" if form == "svg" else "{out}/book.html"
        yield "mutool", tools.Cold(f"mutool-{form}", form, ["mutool", "convert", "-F", form, "-o", name, "{book}"], mutool, note=f"`mutool convert -F {form}`")
    yield "pdftohtml", tools.Cold("pdftohtml-xml", "xml", ["pdftohtml", "-q", "-xml", "{book}", "{out}/book"], poppler, note="`pdftohtml -xml`")
    yield "pdftohtml", tools.Cold("pdftohtml-c", "html", ["pdftohtml", "-q", "-c", "{book}", "{out}/book.html"], poppler, slow=True, note="`pdftohtml -c`")
    yield python, tools.Cold("pypdfium2-raster", "raster", [python, "-c", RASTER, "{book}", "{out}"],
                             [python, "-c", tools.VERSION, "pypdfium2"], slow=True, note="every page at 96 dpi and its text; pictures are not written")


def install():
    python = VENV / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", "import pypdfium2"], capture_output=True).returncode == 0:
        return
    made = python.exists() or subprocess.run([sys.executable, "-m", "venv", VENV]).returncode == 0
    if not made or subprocess.run([python, "-m", "pip", "install", "--quiet", "pypdfium2", "numpy", "pillow"]).returncode:
        print("SKIPPED pypdfium2: no venv, or pip cannot reach a registry", file=sys.stderr)


def packed(folder):
    """Bytes of all files, each packed where that makes it smaller; the fonts among them."""
    total = fonts = 0
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            size = min(len(data), len(gzip.compress(data, 6)))
            total += size
            fonts += size if path.suffix == ".woff2" else 0
    return total, fonts


def pages(book):
    told = subprocess.run(["pdfinfo", book], capture_output=True, text=True, errors="replace").stdout
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:")), 0)


def measure(books, present, args, scratch):
    costs = []
    for run in range(max(args.runs, args.slow_runs)):
        for book in books:
            for tool in present:
                if run >= (args.slow_runs if tool.slow else args.runs):
                    continue
                folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
                cost = tool.render(book, folder) | {"tool": tool.name, "book": os.path.basename(book), "run": run}
                if run == 0:
                    cost["packed"], cost["fonts"] = packed(folder)
                shutil.rmtree(folder, ignore_errors=True)
                costs.append(cost)
        print(f"run {run + 1} done", file=sys.stderr)
    return costs


def of(costs, tool, book, key):
    """The median over runs."""
    found = [c[key] for c in costs if c["tool"] == tool and c["book"] == book and c["ok"] and key in c]
    return statistics.median(found) if found else None


def tables(costs, counts, present, absent):
    names = [tool.name for tool in present]
    lines = ["| tool | version | CPU ms/page (least–most book) | × ours, per book | pages/s, wall | largest MiB | gz KB/page | of it fonts |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    for tool in present:
        rows = {b: {k: of(costs, tool.name, b, k) for k in ("cpu", "wall", "peak_kib", "packed", "fonts")} for b in counts}
        done = {b: row for b, row in rows.items() if row["cpu"] is not None and counts[b]}
        if not done:
            lines.append(f"| {tool.name} | {tool.version()} | nothing opened | | | | | |")
            continue
        total = sum(counts[b] for b in done)
        per_page = [1000 * row["cpu"] / counts[b] for b, row in done.items()]
        ratios = [row["cpu"] / mine for b, row in done.items() if (mine := of(costs, "ours-1", b, "cpu"))]
        mean = 1000 * sum(row["cpu"] for row in done.values()) / total
        kb = lambda key: sum(row[key] or 0 for row in done.values()) / total / 1000
        lines.append(f"| {tool.name} | {tool.version()} | {mean:.2f} ({min(per_page):.2f}–{max(per_page):.2f}) | {report.spread(ratios, lambda x: f'{x:.2f}')} "
                     f"| {total / sum(row['wall'] for row in done.values()):.0f} | {max(row['peak_kib'] for row in done.values()) / 1024:.0f} | {kb('packed'):.1f} | {kb('fonts'):.1f} |")
    lines += [f"| {name} | | skipped: {why} | | | | | |" for name, why in absent]
    lines.append("\n" + "; ".join(f"**{tool.name}**: {tool.note}" for tool in present) + ".\n")
    lines += ["| book | pages | " + " | ".join(f"{n} ms/page" for n in names) + " | 1 → 2 threads, wall |", "|---|--:|" + "--:|" * (len(names) + 1)]
    for book, count in counts.items():
        cells = [of(costs, n, book, "cpu") for n in names]
        one, two = of(costs, "ours-1", book, "wall"), of(costs, "ours-2", book, "wall")
        gain = f"{one / two:.2f}" if one and two else "–"
        lines.append(f"| {book} | {count} | " + " | ".join("–" if c is None else f"{1000 * c / max(1, count):.2f}" for c in cells) + f" | {gain} |")
    return "\n".join(lines)


def main():
    args = arguments()
    books = [str(pathlib.Path(b).resolve()) for b in args.books] or [str(p) for b in BOOKS if (p := pathlib.Path(args.corpus, "pdf", f"{b}.pdf")).exists()]
    if not books:
        sys.exit("no PDFs: set BINDERY_CORPUS, or name files")
    install()
    wanted = set(args.only.split(",")) | {"ours-1"} if args.only else None
    present, absent = [], []
    for program, tool in candidates(args):
        if wanted and tool.name not in wanted:
            continue
        if shutil.which(program):
            present.append(tool)
        else:
            absent.append((tool.name, f"{os.path.basename(program)} is not here"))
    if not present or present[0].name != "ours-1":
        sys.exit("build ours first: cargo build --release -p bindery-engine --example render")
    scratch = tempfile.mkdtemp(prefix="bench-pdf-", dir=args.scratch)
    try:
        print(report.machine(scratch))
        costs = measure(books, present, args, scratch)
        print(tables(costs, {os.path.basename(b): pages(b) for b in books}, present, absent))
        if args.out:
            pathlib.Path(args.out).write_text(json.dumps(costs))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
