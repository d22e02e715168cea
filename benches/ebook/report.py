"""From measurements to tables in Markdown."""
import os
import platform
import statistics
import subprocess


def spread(values, form):
    """`median (least–most)`; one value alone stands alone."""
    if not values:
        return "–"
    middle = form(statistics.median(values))
    return middle if len(values) < 2 else f"{middle} ({form(min(values))}–{form(max(values))})"


def machine(scratch):
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    kind = subprocess.run(["stat", "-f", "-c", "%T", scratch], capture_output=True, text=True).stdout.strip()
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, output on {kind}, load at the start {load}\n"


def sums(costs, tool, books):
    """Of each run that holds all of `books`: sums of CPU and wall seconds."""
    runs = {}
    for c in costs:
        if c["tool"] == tool and c["book"] in books:
            runs.setdefault(c["run"], {})[c["book"]] = c
    return {n: (sum(c["cpu"] for c in r.values()), sum(c["wall"] for c in r.values()))
            for n, r in runs.items() if len(r) == len(books)}


def tables(kind, files, costs, versions, absent, notes):
    names = list(dict.fromkeys(c["tool"] for c in costs))
    opened = {t: {c["book"] for c in costs if c["tool"] == t} - {c["book"] for c in costs if c["tool"] == t and not c["ok"]} for t in names}
    ours = opened["ours-warm"]
    lines = [f"\n### {kind.upper()}: {len(files)} good books\n",
             "| tool | version | opened | CPU s, all books both opened | × ours-warm | × ours, per book | wall s | largest MiB | text ÷ ours | pictures |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for tool in names:
        both = opened[tool] & ours
        mine, theirs = sums(costs, "ours-warm", both), sums(costs, tool, both)
        ratios = [theirs[n][0] / mine[n][0] for n in theirs if n in mine and mine[n][0]]
        row = [tool, versions.get(tool, ""), str(len(opened[tool])),
               spread([c for c, _ in theirs.values()], lambda x: f"{x:.2f}"),
               spread(ratios, lambda x: f"{x:.1f}"), per_book(costs, tool, both),
               spread([w for _, w in theirs.values()], lambda x: f"{x:.1f}"),
               f"{max((c['peak_kib'] for c in costs if c['tool'] == tool), default=0) / 1024:.0f}",
               text_ratio(costs, tool, both), pictures(costs, tool, both)]
        lines.append("| " + " | ".join(row) + " |")
    lines += [f"| {name} | | | skipped: {why} | | | | | | |" for name, why in absent]
    lines.append("\n" + "; ".join(f"**{name}**: {notes[name]}" for name in names if notes.get(name)) + ".")
    lines.append("\n" + heaviest(costs))
    failed = sorted({(c["tool"], c["book"]) for c in costs if not c["ok"]})
    if failed:
        lines.append("\nNot opened: " + "; ".join(f"{t}: {b}" for t, b in failed))
    return "\n".join(lines)


def by_book(costs, tool, key):
    found = {}
    for c in costs:
        if c["tool"] == tool and key in c:
            found.setdefault(c["book"], []).append(c[key])
    return {book: statistics.median(values) for book, values in found.items()}


def per_book(costs, tool, books):
    """Quartiles of the ratio over books: a sum is ruled by its largest book."""
    mine, theirs = by_book(costs, "ours-warm", "cpu"), by_book(costs, tool, "cpu")
    ratios = [theirs[b] / mine[b] for b in books if mine.get(b) and theirs.get(b)]
    if len(ratios) < 4:
        return "–"
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:.1f} (¼ {low:.1f}, ¾ {high:.1f})"


def text_ratio(costs, tool, books):
    mine, theirs = by_book(costs, "ours-warm", "letters"), by_book(costs, tool, "letters")
    total = sum(mine.get(b, 0) for b in books)
    return f"{sum(theirs.get(b, 0) for b in books) / total:.3f}" if total else "–"


def pictures(costs, tool, books):
    theirs = by_book(costs, tool, "pictures")
    return f"{sum(theirs.get(b, 0) for b in books):.0f}"


def heaviest(costs):
    """Our own largest processes, one process a book."""
    peaks = {}
    for c in costs:
        if c["tool"] == "ours":
            peaks[c["book"]] = max(peaks.get(c["book"], 0), c["peak_kib"])
    if not peaks:
        return ""
    worst = sorted(peaks.items(), key=lambda p: -p[1])[:3]
    return "Largest processes of ours (peak resident): " + ", ".join(f"{b} {k / 1024:.0f} MiB" for b, k in worst)
