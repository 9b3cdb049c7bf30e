"""Draws the curves of a training run as one SVG: `python -m versusq_training.curves --run DATA/run --out results/curves.svg`.

One panel for each figure that `train` logs of a stage (loss, reward, error ...) over its steps; a run that was stopped and resumed
shows its last pass over a step.
"""

from __future__ import annotations

import argparse
import json
from html import escape
from pathlib import Path

SHOWN = {"pair": ("loss",), "decoder": ("language", "regression"), "grpo": ("reward", "error", "f1", "divergence")}
"""Stage -> what is drawn of it."""
WIDTH, HEIGHT, GAP, COLUMNS = 320, 180, 56, 3


def read(log: Path) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """Points (step, value) by stage and figure, in order of steps."""
    found: dict[tuple[str, str], dict[int, float]] = {}
    for line in log.read_text().splitlines():
        row = json.loads(line)
        for name in SHOWN.get(row.get("stage"), ()):
            if "step" in row and name in row:
                found.setdefault((row["stage"], name), {})[row["step"]] = row[name]
    return {key: sorted(points.items()) for key, points in found.items()}


def panel(title: str, points: list[tuple[int, float]], left: float, top: float) -> str:
    """One curve with its axes named at their ends."""
    steps, values = zip(*points)
    low, high, last = min(values), max(values), max(steps)
    span = (high - low) or 1.0
    line = " ".join(f"{left + WIDTH * s / last:.1f},{top + HEIGHT * (1 - (v - low) / span):.1f}" for s, v in points)
    text = lambda x, y, words, anchor="start": f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'
    return "".join([f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>', f'<polyline points="{line}" fill="none" stroke="#0a62c9" stroke-width="1.5"/>',
                    text(left, top - 8, title), text(left - 4, top + 10, f"{high:.3g}", "end"), text(left - 4, top + HEIGHT, f"{low:.3g}", "end"),
                    text(left + WIDTH, top + HEIGHT + 16, f"step {last}", "end"), text(left + WIDTH, top - 8, f"ends at {values[-1]:.3g}", "end")])


def draw(curves: dict[tuple[str, str], list[tuple[int, float]]]) -> str:
    rows = -(-len(curves) // COLUMNS)
    width, height = COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP
    panels = [panel(f"{stage}: {name}", points, GAP + (n % COLUMNS) * (WIDTH + GAP), GAP / 2 + (n // COLUMNS) * (HEIGHT + GAP)) for n, ((stage, name), points) in enumerate(curves.items())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
            + "".join(panels) + "</svg>\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder with log.jsonl")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    log = a.run / "log.jsonl"
    if not log.exists():
        parser.error(f"{log} is not there: name the folder that `train --run` wrote")
    curves = read(log)
    if not curves:
        parser.error(f"{log} holds no step of {', '.join(SHOWN)}")
    a.out.parent.mkdir(parents=True, exist_ok=True)
    a.out.write_text(draw(curves))
    print(f"{len(curves)} curves in {a.out}")


if __name__ == "__main__":
    main()
