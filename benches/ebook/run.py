#!/usr/bin/env python3
"""The engine beside other programs that do the same work: `make bench-ebook`.

Every tool renders every good book of the corpus, in turn (A B C A B C ...), so that a noisy minute
hits all alike. CPU seconds (user + system) are what is compared; wall-clock time is printed and is
gossip on a shared machine. A peer that is not installed is named and left out.

    benches/ebook/run.py --runs 3 --kind epub --only ours-warm,calibre-warm --books 20
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile

import count
import report
import threads
import tools

# Kinds of LIST.tsv that are good books.
GOOD = {
    "epub": {"novel", "techdoc", "idpf-sample", "epubcheck-valid"},
    "mobi": {"mobi", "mobi-combo", "mobi-kf8", "mobi6"},
}


def arguments():
    here = pathlib.Path(__file__).resolve().parents[2]
    corpus = os.environ.get("BINDERY_CORPUS", str(here.parent / "shared" / "corpora"))
    target = os.environ.get("CARGO_TARGET_DIR", str(here / "target"))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--corpus", default=corpus, help="folder with epub/ and mobi/, each with LIST.tsv")
    a.add_argument("--bench", default=f"{target}/release/examples/bench", help="the engine's example `bench`")
    a.add_argument("--bindery", default=f"{target}/release/bindery", help="the binary, for `bindery convert`")
    a.add_argument("--kind", choices=["epub", "mobi"], action="append", help="default: both")
    a.add_argument("--runs", type=int, default=3)
    a.add_argument("--slow-runs", type=int, default=1, help="runs of the tools marked slow")
    a.add_argument("--slow-books", type=int, default=24, help="books given to the tools marked slow, spread over the list")
    a.add_argument("--only", help="names of tools, with commas between; ours-warm is always measured")
    a.add_argument("--books", type=int, default=0, help="at most so many books of each kind, spread over the list")
    a.add_argument("--scratch", default="/dev/shm" if os.path.isdir("/dev/shm") else None,
                   help="where output goes; a file system in memory keeps the disk out of it")
    a.add_argument("--no-threads", action="store_true", help="leave out 1 against 2 threads")
    a.add_argument("--out", help="write the raw measurements here, as JSON")
    return a.parse_args()


def books(corpus, kind, most):
    rows = [l.split("\t") for l in (corpus / kind / "LIST.tsv").read_text().splitlines()[1:]]
    return spread_out(sorted(str(corpus / kind / r[0]) for r in rows if r[3] in GOOD[kind]), most)


def spread_out(files, most):
    """At most `most` of them (0: all), from everywhere in the list."""
    if not most or len(files) <= most:
        return files
    return [files[i * len(files) // most] for i in range(most)]


def measure(kind, files, present, args, scratch):
    """Every tool over every file, `runs` times; answers a list of measurements."""
    out = []
    rounds = max(args.runs, args.slow_runs)
    few = set(spread_out(files, args.slow_books))
    for run in range(rounds):
        for path in files:
            for tool in present:
                if run >= (args.slow_runs if tool.slow else args.runs) or tool.slow and path not in few:
                    continue
                folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
                cost = tool.render(path, folder)
                cost.update(tool=tool.name, kind=kind, book=os.path.basename(path), run=run)
                if run == 0 and cost["ok"]:
                    cost.update(count.output(tool.family, folder))
                shutil.rmtree(folder, ignore_errors=True)
                out.append(cost)
        print(f"{kind}: run {run + 1} of {rounds} done", file=sys.stderr)
    return out


def main():
    args = arguments()
    corpus = pathlib.Path(args.corpus)
    if not corpus.is_dir():
        sys.exit(f"no corpus at {corpus}: set BINDERY_CORPUS or give --corpus")
    scratch = tempfile.mkdtemp(prefix="bench-ebook-", dir=args.scratch)
    os.environ["TMPDIR"] = scratch  # the peers' own temporary files go where the output goes
    all_costs, versions = [], {}
    try:
        print(report.machine(scratch))
        for kind in args.kind or ["epub", "mobi"]:
            files = books(corpus, kind, args.books)
            wanted = set(args.only.split(",")) | {"ours-warm"} if args.only else None
            present, absent = tools.find(kind, wanted, args)
            for name, why in absent:
                print(f"SKIPPED {name}: {why}", file=sys.stderr)
            if not present or present[0].name != "ours-warm":
                sys.exit("build ours first: cargo build --release -p bindery-engine --example bench")
            versions |= {t.name: t.version() for t in present}
            costs = measure(kind, files, present, args, scratch)
            for tool in present:
                tool.close()
            print(report.tables(kind, files, costs, versions, absent, {t.name: t.note for t in present}))
            all_costs += costs
            if not args.no_threads:
                print(threads.table(kind, files, args.bench, scratch, max(args.runs, 5)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if args.out:
            pathlib.Path(args.out).write_text(json.dumps({"versions": versions, "costs": all_costs}))


if __name__ == "__main__":
    main()
