"""The programs that are measured, and how one book is given to each."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE.parents[1] / ".cache" / "venv"
TIMEOUT = 300
VERSION = "import sys, importlib.metadata as m; print(sys.argv[1], m.version(sys.argv[1]))"


def first_line(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    return ((run.stdout or run.stderr).strip().splitlines() or ["?"])[0].strip()


class Cold:
    """One process for each book. The kernel says what it and its children cost (`wait4`).

    `ru_maxrss` of a child is at least what this script occupies when it forks (some 20 MiB); ours
    tells its own peak."""

    def __init__(self, name, family, command, version, slow=False, env=None, note=""):
        self.name, self.family, self.command, self.slow, self.note = name, family, command, slow, note
        self.version_command, self.env = version, env

    def version(self):
        return first_line(*self.version_command)

    def render(self, book, folder):
        command = [part.format(book=book, out=folder) for part in self.command]
        start = time.monotonic()
        ours = self.name == "ours"
        child = subprocess.Popen(command, stdout=subprocess.PIPE if ours else subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env={**os.environ, **(self.env or {})}, start_new_session=True, cwd=folder)
        status, usage = wait(child, start + TIMEOUT)
        wall = time.monotonic() - start
        peak = json.loads(child.stdout.read() or "{}").get("peak_kib", 0) if ours else usage.ru_maxrss
        # Some answer 0 for a book they could not read: what counts is whether anything came out.
        wrote = any(p.is_file() and p.stat().st_size for p in pathlib.Path(folder).rglob("*"))
        return {"ok": status == 0 and wrote, "user": usage.ru_utime, "sys": usage.ru_stime,
                "cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "peak_kib": peak}

    def close(self):
        pass


def wait(child, deadline):
    """The child's end and cost; one that takes too long is ended."""
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, usage
        if time.monotonic() > deadline:
            os.killpg(child.pid, 9)
        time.sleep(0.002)


class Warm:
    """A process that stays: its imports are done, each book costs what only the book costs.

    It reads lines `BOOK<TAB>FOLDER` and answers each with a line of JSON."""

    def __init__(self, name, family, command, version, slow=False, env=None, note=""):
        self.name, self.family, self.command, self.slow, self.note = name, family, command, slow, note
        self.version_command, self.env, self.child = version, env, None

    def version(self):
        return first_line(*self.version_command)

    def render(self, book, folder):
        if self.child is None or self.child.poll() is not None:
            self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                          stderr=subprocess.DEVNULL, env={**os.environ, **(self.env or {})})
        self.child.stdin.write(f"{book}\t{folder}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        return json.loads(answer) if answer else {"ok": False, "cpu": 0.0, "wall": 0.0, "peak_kib": 0}

    def close(self):
        if self.child:
            self.child.stdin.close()
            self.child.wait()


def candidates(kind, args):
    """Every tool that can read `kind`: (program it needs, tool)."""
    one = {"RAYON_NUM_THREADS": "1"}
    revision = ["git", "-C", str(HERE), "log", "-1", "--format=commit %h"]
    python = str(VENV / "bin" / "python")
    calibre = ["calibre-debug", "--version"]
    yield args.bench, Warm("ours-warm", "ours", [args.bench, "serve"], revision, env=one,
                           note="1 thread; slices, text, resources, covers into a folder")
    yield args.bench, Cold("ours", "ours", [args.bench, "one", "{book}", "{out}"], revision, env=one,
                           note="as ours-warm, one process a book")
    yield args.bindery, Cold("bindery-convert", "ours", [args.bindery, "convert", "{book}", "--out", "{out}", "--threads", "1"],
                             [args.bindery, "--version"], note="the binary, with its sandboxed child")
    if kind == "epub":
        yield "calibre-debug", Warm("calibre-warm", "calibre", ["calibre-debug", str(HERE / "calibre_render.py")], calibre,
                                    note="`calibre.srv.render_book.render`, max_workers=1, imports done")
        yield "calibre-debug", Cold("calibre-cold", "calibre", ["calibre-debug", str(HERE / "calibre_render.py"), "{book}", "{out}"],
                                    calibre, note="the same, one process a book")
        yield "mutool", Cold("mutool-html", "html", ["mutool", "convert", "-F", "html", "-o", "{out}/book.html", "{book}"],
                             ["mutool", "-v"], note="`mutool convert -F html`")
        yield "mutool", Cold("mutool-text", "text", ["mutool", "convert", "-F", "text", "-o", "{out}/book.txt", "{book}"],
                             ["mutool", "-v"], note="`mutool convert -F text`: no pictures, no markup")
        yield python, Warm("ebooklib-warm", "html", [python, str(HERE / "python_tools.py"), "ebooklib"],
                           [python, "-c", VERSION, "ebooklib"], note="`read_epub`, every item written; no links, no covers, no cleaning")
        yield "pandoc", Cold("pandoc", "html", ["pandoc", "-f", "epub", "-t", "html", "-s", "--extract-media={out}", "-o", "{out}/book.html", "{book}"],
                             ["pandoc", "--version"], slow=True, note="`pandoc -f epub -t html -s --extract-media`")
    else:
        yield "mobitool", Cold("mobitool", "html", ["mobitool", "-s", "-o", "{out}", "{book}"], ["mobitool", "-v"],
                               note="`mobitool -s`: the parts as they are, no slices, no links, no covers")
        yield python, Warm("kindleunpack-warm", "html", [python, str(HERE / "python_tools.py"), "mobi"],
                           [python, "-c", VERSION, "mobi"], note="KindleUnpack, `mobi.extract`")
    yield "ebook-convert", Cold("ebook-convert", "html", ["ebook-convert", "{book}", "{out}/oeb"],
                                calibre, slow=True, note="`ebook-convert BOOK FOLDER` (OEB), default settings")


def find(kind, wanted, args):
    """The tools that are here, ours first, and those that are not with the reason."""
    if not wanted or wanted & {"ebooklib-warm", "kindleunpack-warm"}:
        install_python_peers()
    present, absent = [], []
    for program, tool in candidates(kind, args):
        if wanted and tool.name not in wanted:
            continue
        if shutil.which(program):
            present.append(tool)
        else:
            absent.append((tool.name, f"{os.path.basename(program)} is not here"))
    return present, absent


def install_python_peers():
    """ebooklib and KindleUnpack (`mobi`) into `.cache/venv`."""
    if (VENV / "bin" / "python").exists():
        return
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)])
    got = made.returncode == 0 and subprocess.run([str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "ebooklib", "mobi"]).returncode == 0
    if not got:
        print("SKIPPED ebooklib and KindleUnpack: no venv, or pip cannot reach a registry", file=sys.stderr)
        shutil.rmtree(VENV, ignore_errors=True)
