"""ebooklib and KindleUnpack as processes that stay: lines `BOOK<TAB>FOLDER` in, lines of JSON out."""
import json
import os
import pathlib
import resource
import sys
import tempfile
import time


def ebooklib(book, folder):
    from ebooklib import epub
    for n, item in enumerate(epub.read_epub(book).get_items()):
        name = pathlib.PurePosixPath(item.file_name).name or "file"
        pathlib.Path(folder, f"{n}-{name}").write_bytes(item.get_content())


def mobi(book, folder):
    import mobi
    # It makes its own folder under `tempfile.tempdir`.
    tempfile.tempdir = folder
    mobi.extract(book)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime, usage.ru_stime


def measured(tool, book, folder):
    start, (user, system) = time.monotonic(), cpu()
    try:
        tool(book, folder)
        ok = True
    except Exception as error:
        ok = False
        print(book, error, file=sys.stderr)
    now_user, now_system = cpu()
    user, system = now_user - user, now_system - system
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"ok": ok, "user": user, "sys": system, "cpu": user + system, "wall": time.monotonic() - start, "peak_kib": peak}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    tool = {"ebooklib": ebooklib, "mobi": mobi}[sys.argv[1]]
    # Imports are not what is measured.
    __import__("ebooklib.epub" if tool is ebooklib else "mobi")
    for line in sys.stdin:
        book, folder = line.rstrip("\n").split("\t")
        print(json.dumps(measured(tool, book, folder)), file=answers, flush=True)


main()
