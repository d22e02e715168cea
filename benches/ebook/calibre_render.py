"""Runs inside `calibre-debug`: calibre's content-server renderer, for one book or for many.

`calibre-debug calibre_render.py BOOK FOLDER`, or without arguments lines `BOOK<TAB>FOLDER` on
standard input, each answered with a line of JSON."""
import json
import os
import resource
import sys
import time

from calibre.srv.render_book import render


def cpu():
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime for u in spent), sum(u.ru_stime for u in spent)


def measured(book, folder):
    start, (user, system) = time.monotonic(), cpu()
    try:
        render(book, folder, book_hash="bench", max_workers=1)
        ok = True
    except Exception as error:
        ok = False
        print(book, error, file=sys.stderr)
    now_user, now_system = cpu()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    user, system = now_user - user, now_system - system
    return {"ok": ok, "user": user, "sys": system, "cpu": user + system, "wall": time.monotonic() - start, "peak_kib": peak}


def main():
    # calibre speaks on standard output: the answers get a channel of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if len(sys.argv) == 3:
        sys.exit(0 if measured(*sys.argv[1:])["ok"] else 1)
    for line in sys.stdin:
        book, folder = line.rstrip("\n").split("\t")
        print(json.dumps(measured(book, folder)), file=answers, flush=True)


main()
