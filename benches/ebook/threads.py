"""1 against 2 threads: a batch of books side by side, and large books alone.

Wall-clock time tells only where two cores are idle. The CPU seconds of the busier thread tell
elsewhere too: with a core for each thread the work cannot take less, and takes little more."""
import json
import os
import shutil
import statistics
import subprocess
import tempfile

from report import spread


def run(command, threads, scratch):
    folder = tempfile.mkdtemp(dir=scratch)
    command = [folder if part == "OUT" else part for part in command]
    env = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    answer = subprocess.run(command, capture_output=True, text=True, env=env).stdout
    shutil.rmtree(folder, ignore_errors=True)
    return json.loads(answer)


def compare(command, runs, scratch):
    """Interleaved; answers costs by number of threads."""
    found = {1: [], 2: []}
    for _ in range(runs):
        for threads in (1, 2):
            found[threads].append(run(command, threads, scratch))
    return found


def table(kind, files, bench, scratch, runs):
    largest = sorted(files, key=os.path.getsize)[-3:]
    rows = [("batch of all", [bench, "batch", "OUT", *files])]
    rows += [(os.path.basename(f), [bench, "one", f, "OUT"]) for f in largest]
    lines = [f"\n1 against 2 threads, {kind.upper()}, {runs} runs each, load {os.getloadavg()[0]:.1f}. \"Best\" is the least disturbed run.\n",
             "| what | wall s, 1 | wall s, 2 | × faster, median | × faster, best | CPU s, 1 | CPU s, 2 | busier thread of 2, CPU s | × by CPU |", "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for name, command in rows:
        found = compare(command, runs, scratch)
        wall = {t: [c["wall"] for c in found[t]] for t in found}
        cpu = {t: [c["cpu"] for c in found[t]] for t in found}
        middle = statistics.median(a / b for a, b in zip(wall[1], wall[2]))
        best = min(wall[1]) / min(wall[2])
        cells = [spread(values, lambda x: f"{x:.3f}") for values in (wall[1], wall[2])]
        cells += [f"{middle:.2f}", f"{best:.2f}"] + [spread(cpu[t], lambda x: f"{x:.3f}") for t in (1, 2)]
        busy = [c["busiest"] for c in found[2]]
        if command[1] == "batch":
            cells += [spread(busy, lambda x: f"{x:.3f}"), f"{statistics.median(cpu[1]) / statistics.median(busy):.2f}"]
        else:
            # One book is opened on a third thread, before the two have work: this would flatter.
            cells += ["–", "–"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
