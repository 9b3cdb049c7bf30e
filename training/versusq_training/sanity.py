"""Are the teachers sane? `python -m versusq_training.sanity --data DIR` reads the rows of a data folder and prints three tables.

Ladders: share of adjacent steps whose quality falls (or has reached 0), and SRCC of quality against the step, by ladder; expected near 1.
Agreement: Spearman's correlation between teachers over compressed copies, within a source (mean over sources) and over all.
Families: for copies with one kind of defect, SRCC of severity against points lost to the source's best clean copy, and mean points by severity.
Exits with 1 where a ladder runs the wrong way (SRCC below LEAST_SRCC) or two teachers disagree (within-source SRCC below LEAST_AGREEMENT).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from scipy.stats import spearmanr

TEACHERS = ("quality", "vmaf", "neg", "xpsnr", "ssim", "psnr_hvs")
LEAST_SRCC, LEAST_AGREEMENT = 0.7, 0.8
LEAST_COPIES = 4
"""Below so many copies a rank correlation says nothing."""
COMPRESSED = ("clean", "compress", "starve", "second", "blocking")


def read_rows(folder: Path) -> list[dict]:
    rows = [json.loads(p.read_text()) for p in sorted((folder / "rows").glob("*.json"))]
    return [r for r in rows if "error" not in r]


def srcc(x: list[float], y: list[float]) -> float:
    """Spearman's rank correlation; 0 where one side is constant."""
    return float(spearmanr(x, y).statistic) if len(set(x)) > 1 and len(set(y)) > 1 else 0.0


def kind_of(row: dict) -> str:
    """The one kind of defect of a row, clean, or mixed."""
    kinds = {d["kind"] for d in row["recipe"]["defects"]}
    return "clean" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"


def ladders(rows: list[dict]) -> dict[str, tuple[float, float, float, int]]:
    """Ladder -> (share of adjacent steps that fall, SRCC of lower quality with the step, points from first to last step, steps)."""
    steps: dict[str, dict[int, float]] = defaultdict(dict)
    for r in rows:
        if "ladder" in r["recipe"]:
            steps[r["recipe"]["ladder"]][r["recipe"]["step"]] = r["quality"]
    table = {}
    for name, own in sorted(steps.items()):
        values = [own[n] for n in sorted(own)]
        if len(values) >= LEAST_COPIES:
            falls = [a > b or a == b == 0 for a, b in zip(values, values[1:])]
            table[name] = (sum(falls) / len(falls), -srcc(sorted(own), values), values[0] - values[-1], len(values))
    return table


def agreement(rows: list[dict]) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float], int]:
    """Spearman's correlation of every two teachers over compressed copies: mean within a source, over all; and the number of copies."""
    measured = [{"source": r["source"], "quality": r["quality"]} | r["scores"] for r in rows if kind_of(r) in COMPRESSED and r["scores"] and "xpsnr" in r["scores"]]
    by_source = defaultdict(list)
    for m in measured:
        by_source[m["source"]].append(m)
    groups = [g for g in by_source.values() if len(g) >= LEAST_COPIES]
    pairs = [(a, b) for n, a in enumerate(TEACHERS) for b in TEACHERS[n + 1:]]
    def over(group: list[dict], a: str, b: str) -> float:
        return srcc([m[a] for m in group], [m[b] for m in group])
    within = {(a, b): statistics.fmean(over(g, a, b) for g in groups) for a, b in pairs} if groups else {}
    return within, {(a, b): over(measured, a, b) for a, b in pairs}, len(measured)


def families(rows: list[dict]) -> dict[str, tuple[int, float, list[float | None]]]:
    """Kind -> (copies, SRCC of severity with points lost, mean points lost at low, middle and high severity)."""
    best: dict[str, float] = defaultdict(lambda: 97.0)
    for source in {r["source"] for r in rows}:
        clean = [r["quality"] for r in rows if r["source"] == source and kind_of(r) == "clean"]
        if clean:
            best[source] = max(clean)
    found = defaultdict(list)
    for r in rows:
        kind = kind_of(r)
        if kind not in ("clean", "mixed"):
            found[kind].append((max(d["severity"] for d in r["recipe"]["defects"]), best[r["source"]] - r["quality"]))
    table = {}
    for kind, own in sorted(found.items()):
        thirds = [[lost for s, lost in own if low <= s < high] for low, high in ((0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1.01))]
        table[kind] = (len(own), srcc(*map(list, zip(*own))), [statistics.fmean(t) if t else None for t in thirds])
    return table


def report(rows: list[dict]) -> tuple[str, list[str]]:
    """The tables as Markdown, and what is wrong."""
    lines, wrong = [f"{len(rows)} copies of {len({r['source'] for r in rows})} sources.", ""], []
    table = ladders(rows)
    lines += ["| ladder | falling steps | SRCC | points | steps |", "|---|---|---|---|---|"]
    for name, (falling, correlation, points, steps) in table.items():
        lines.append(f"| {name} | {falling:.2f} | {correlation:.3f} | {points:.1f} | {steps} |")
        if correlation < LEAST_SRCC:
            wrong.append(f"ladder {name}: SRCC {correlation:.3f}")
    if table:
        lines.append(f"| all {len(table)} (means) | {statistics.fmean(v[0] for v in table.values()):.3f} | {statistics.fmean(v[1] for v in table.values()):.3f} | | |")
    within, over_all, count = agreement(rows)
    lines += ["", f"Compressed copies: {count}; SRCC within a source (over all).", "", "| | " + " | ".join(TEACHERS[1:]) + " |", "|---" * len(TEACHERS) + "|"]
    for n, a in enumerate(TEACHERS[:-1]):
        cells = [f"{within[a, b]:.3f} ({over_all[a, b]:.3f})" if (a, b) in within else "" for b in TEACHERS[1:]]
        lines.append(f"| {a} | " + " | ".join(cells) + " |")
    wrong += [f"{a} and {b}: SRCC {value:.3f} within a source" for (a, b), value in within.items() if value < LEAST_AGREEMENT]
    lines += ["", "| kind | copies | SRCC of severity | points lost, low | middle | high |", "|---|---|---|---|---|---|"]
    for kind, (copies, correlation, thirds) in families(rows).items():
        shown = " | ".join("" if t is None else f"{t:.1f}" for t in thirds)
        lines.append(f"| {kind} | {copies} | {f'{correlation:.2f}' if copies >= LEAST_COPIES else ''} | {shown} |")
    return "\n".join(lines), wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    text, wrong = report(read_rows(parser.parse_args().data))
    print(text)
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
