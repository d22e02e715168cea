#!/usr/bin/env python3
"""What Chromium shows of PDFs that the engine rendered, against pdfium: `make judge-pdf`.

usage: tests/judges/pdf/run.py [--render PROGRAM] [--pages N] [--looks N] [--out FOLDER] [FOLDER | FILE...]

For every file: the words of Chromium's `innerText` against pdfium's text (F1), beside poppler's and
mutool's; the likeness (SSIM) of a screenshot at twice the size against pdfium's raster, beside
mutool's; pages that are blank here and not in pdfium; words that are in the DOM but not painted;
what the engine counted. Exit status 1 when a file falls short of the aims:

  text   at most .005 below poppler; at least .97 on cnbook.pdf
  looks  on average at most .01 below mutool
  blank  none

PROGRAM is the engine's example (`cargo build --release -p bindery-engine --example render`).
pypdfium2, numpy and Pillow are installed into `.cache/venv`; Chromium, pdftotext (poppler-utils,
with poppler-data for Chinese, Japanese and Korean) and mutool (mupdf-tools) must be there.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
VENV = ROOT / ".cache" / "venv"
NEEDED = ["pypdfium2", "numpy", "pillow"]


def arguments():
    corpus = os.environ.get("BINDERY_CORPUS", str(ROOT.parent / "shared" / "corpora"))
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("files", nargs="*", default=[f"{corpus}/pdf"], help="files, or folders of them")
    a.add_argument("--render", default=f"{target}/release/examples/render")
    a.add_argument("--pages", type=int, default=40, help="pages of each file whose text is read, from the first on")
    a.add_argument("--looks", type=int, default=2, help="pages of each file that are looked at, spread over the file")
    a.add_argument("--out", help="keep pictures and measurements here")
    a.add_argument("--keep-pictures", action="store_true", help="with --out: of every page looked at, not only of bad ones")
    return a.parse_args()


def with_packages():
    """Goes on in `.cache/venv`, which is made when it is not there."""
    python = VENV / "bin" / "python"
    if pathlib.Path(sys.prefix) == VENV:
        return
    has = python.exists() and subprocess.run([python, "-c", "import pypdfium2, numpy, PIL"], capture_output=True).returncode == 0
    if not has:
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDED], check=True)
    os.execv(python, [str(python), *sys.argv])


def spread(count, most):
    """At most `most` numbers below `count`, the first among them."""
    if count <= most:
        return list(range(count))
    return sorted({n * (count - 1) // max(1, most - 1) for n in range(most)})


class Browser:
    """Chromium, asked a page at a time through `browser.mjs`."""

    def __init__(self):
        self.child = subprocess.Popen(["node", HERE / "browser.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        self.child.stdin.write(json.dumps(question) + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer:
            sys.exit("the browser has gone")
        return json.loads(answer)

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def judge(path, args, browser, scratch):
    """Everything about one file."""
    import looks
    import peers
    import words

    folder = scratch / "book"
    shutil.rmtree(folder, ignore_errors=True)
    told = subprocess.run([args.render, path, folder], capture_output=True, text=True)
    lines = told.stdout.splitlines() or ["\tcrashed"]
    result = {"file": path.name, "result": lines[0].split("\t")[1], "said": [line.strip() for line in lines[1:]]}
    reference = peers.Pdfium(path)
    if result["result"] != "opened":
        result["pdfium"] = reference.why or f"{len(reference)} pages"
        return result
    manifest = json.loads((folder / "manifest.json").read_text())
    sheets = [link["properties"]["viewport"] for link in manifest["readingOrder"]]
    result |= {"pages": len(sheets), "counts": manifest.get("metadata", {}).get("counts")}
    if reference.why:
        return result | {"pdfium": reference.why}
    count = min(len(sheets), len(reference))
    texts = []
    for n in range(min(count, args.pages)):
        answer = browser.ask(folder=str(folder), n=n, size=sheets[n])
        texts.append(answer["text"])
        result["unpainted"] = result.get("unpainted", 0) + answer["unpainted"]
        result["nodes"] = result.get("nodes", 0) + answer["nodes"]
        if answer["errors"]:
            result.setdefault("errors", []).extend(answer["errors"][:3])
    said = [reference.text(n) for n in range(len(texts))]
    result |= words.compare(texts, said, peers.poppler(path, len(texts)), peers.mutool(path, len(texts)))
    result["looks"] = []
    for n in spread(count, args.looks):
        picture = scratch / "ours.png"
        picture.unlink(missing_ok=True)
        browser.ask(folder=str(folder), n=n, size=sheets[n], picture=str(picture))
        true = reference.picture(n)
        theirs = peers.mutool_picture(path, n, reference.scale(n), true.size, scratch)
        look = looks.compare(picture, true, theirs)
        look["page"] = n
        result["looks"].append(look)
        bad = look["blank"] or look["ours"] < look["mutool"] - 0.01
        if args.out and (args.keep_pictures or bad):
            looks.keep(pathlib.Path(args.out), f"{path.stem}-{n}", picture, true)
    return result


def row(result):
    if "f1" not in result:
        return f"{result['file']}\t{result['result']}\tpdfium: {result.get('pdfium')}\t{' | '.join(result['said'])}"
    looks = result["looks"]
    mean = lambda key: statistics.mean(look[key] for look in looks) if looks else float("nan")
    blank = sum(look["blank"] for look in looks)
    notes = "; ".join(sorted({line.split("\t")[0] for line in result["said"]}) + result.get("errors", [])[:1])
    return (f"{result['file']}\t{result['pages']}\t{result['f1']:.3f}\t{result['poppler']:.3f}\t{result['mutool']:.3f}"
            f"\t{mean('ours'):.3f}\t{mean('mutool'):.3f}\t{blank}\t{result['unpainted']}\t{notes}")


def falls_short(results):
    """What is below the aims, as sentences."""
    wrong = []
    compared = [r for r in results if "f1" in r]
    for r in compared:
        if r["words"] >= 20 and r["f1"] < r["poppler"] - 0.005:
            wrong.append(f"{r['file']}: words {r['f1']:.3f}, poppler {r['poppler']:.3f}")
        if r["file"] == "cnbook.pdf" and r["f1"] < 0.97:
            wrong.append(f"{r['file']}: words {r['f1']:.3f}, aim .97")
        wrong += [f"{r['file']}: page {look['page'] + 1} is blank here" for look in r["looks"] if look["blank"]]
    for r in results:
        if r["result"] not in ("opened", "password_required") and r.get("pdfium", "").endswith("pages"):
            wrong.append(f"{r['file']}: {r['result']}, and pdfium opens it")
    pages = [look for r in compared for look in r["looks"]]
    if pages:
        ours, theirs = (statistics.mean(look[key] for look in pages) for key in ("ours", "mutool"))
        print(f"\n{len(pages)} pages: SSIM against pdfium {ours:.4f}, mutool {theirs:.4f}; "
              f"{sum(look['ours'] < look['mutool'] - 0.01 for look in pages)} pages more than .01 below mutool")
        if ours < theirs - 0.01:
            wrong.append(f"looks: {ours:.3f} on average, mutool {theirs:.3f}")
    if compared:
        worded = [r for r in compared if r["words"] >= 20]
        print(f"{len(worded)} files with text: mean word F1 {statistics.mean(r['f1'] for r in worded):.4f}, poppler "
              f"{statistics.mean(r['poppler'] for r in worded):.4f}, mutool {statistics.mean(r['mutool'] for r in worded):.4f}; "
              f"unpainted words {sum(r['unpainted'] for r in compared)} of {sum(r['found'] for r in compared)}")
    return wrong


def main():
    args = arguments()
    if not pathlib.Path(args.render).exists():
        sys.exit("build it first: cargo build --release -p bindery-engine --example render")
    with_packages()
    files = []
    for name in map(pathlib.Path, args.files):
        files += sorted(name.glob("*.pdf")) if name.is_dir() else [name]
    if not files:
        sys.exit("no PDFs: set BINDERY_CORPUS, or name files")
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="judge-pdf-"))
    browser, results = Browser(), []
    print("file\tpages\twords\tpoppler\tmutool\tSSIM\tmutool\tblank\tunpainted\tnotes")
    try:
        for path in files:
            results.append(judge(path, args, browser, scratch))
            print(row(results[-1]), flush=True)
    finally:
        browser.close()
        shutil.rmtree(scratch, ignore_errors=True)
        if args.out:
            pathlib.Path(args.out).mkdir(parents=True, exist_ok=True)
            pathlib.Path(args.out, "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1))
    wrong = falls_short(results)
    print("\n".join(["", *wrong, f"{len(wrong)} short of the aims"]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
