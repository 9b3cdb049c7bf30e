"""Is the place that the model names the place it judges? `python -m versusq_training.exchange --data DIR --versusq "node ../dist/cli.cjs"`.

The region exchange test (METHOD 5, repair against control): a copy with a defect in one part of the picture gets that part back from a clean
copy, once where the model's claim says, once in a part of the same size that lies elsewhere. Where the claim is right, the repair must
take the margin away and the control must not. Held-out sources; margins and claims are those of the `versusq` command. Prints JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .corpus import Corpus
from .recipes import REGIONS
from .tools import ffmpeg

Box = tuple[float, float, float, float]
"""Left, top, width, height as shares of the picture."""
WHOLE_FROM = 0.75
"""A claim on so much of the picture names no place."""
UNLIKE = {"smoothness", "framing", "transmission"}
"""Left out: pictures that do not stand at the same places and times."""


@dataclass
class Case:
    clean: Path
    copy: Path
    true: Box
    claimed: Box | None = None
    margin: float = 0.0
    """Of the clean copy against the other, at a glance."""


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0.0, w) * max(0.0, h)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def elsewhere(box: Box) -> Box:
    """A box of the same size that shares least with this one, at a corner of the picture."""
    x, y, w, h = box
    return min(((left, top, w, h) for left in (0.0, 1 - w) for top in (0.0, 1 - h)), key=lambda other: overlap(box, other))


def exchange(case: Case, box: Box, width: int, height: int, target: Path) -> None:
    """The copy with the pixels of the clean one in `box`, kept without loss."""
    x, y, w, h = (round(share * of / 2) * 2 for share, of in zip(box, (width, height, width, height)))
    ffmpeg("-i", str(case.copy), "-i", str(case.clean), "-filter_complex", f"[1:v]crop={w}:{h}:{x}:{y}[part];[0:v][part]overlay={x}:{y}:format=yuv420",
           "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an", str(target))


def compare(command: str, pairs: list[tuple[Path, Path]], folder: Path, glance: bool) -> list[dict]:
    """Comparisons (docs/cli.md) of pairs, in their order."""
    listed = folder / "pairs.csv"
    with listed.open("w", newline="") as f:
        csv.writer(f).writerows([("a", "b"), *pairs])
    options = ["--json", "--no-store", "--device", "cpu"] + (["--glance"] if glance else [])
    done = subprocess.run([*shlex.split(command), "compare", "--pairs", str(listed), *options], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def named_place(comparison: dict) -> Box | None:
    """Where the first claim against the second clip that names a place lies."""
    boxes = [tuple(c["region"][k] for k in ("x", "y", "w", "h")) for c in comparison["claims"] if c["worse"] == "b" and c["region"]]
    return next((b for b in boxes if b[2] * b[3] < WHOLE_FROM), None)


def cases_of(corpus: Corpus, copies: Path) -> list[Case]:
    """Held-out copies with one local defect, each with a clean copy of its source."""
    there = [i for i in corpus.split("test") if (copies / corpus.clips[i].file).exists()]
    clean = {corpus.clips[i].source: copies / corpus.clips[i].file for i in there if corpus.clips[i].family == "clean"}
    found = []
    for clip in (corpus.clips[i] for i in there):
        places = {d["region"] for d in clip.defects}
        if places - {"whole"} and not UNLIKE & {d["attribute"] for d in clip.defects} and clip.source in clean:
            found.append(Case(clean[clip.source], copies / clip.file, REGIONS[next(iter(places - {"whole"}))]))
    return found


def summary(cases: list[Case], repaired: list[float], control: list[float], true: list[float]) -> dict[str, float]:
    """Margins of the clean copy against copy, repair and control: medians, and how often the repair leaves less than the control."""
    margins = np.array([c.margin for c in cases])
    return {
        "placesNamed": len(cases), "placesRight": float(np.mean([overlap(c.claimed, c.true) >= 0.5 for c in cases])), "margin": float(np.median(margins)),
        "repaired": float(np.median(repaired)), "control": float(np.median(control)), "repairedWhereItIs": float(np.median(true)),
        "repairedBelowControl": float(np.mean(np.array(repaired) < np.array(control))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--versusq", required=True, help="the command as a shell would take it")
    a = parser.parse_args()
    corpus = Corpus(a.data)
    sizes = {r["file"]: (r["width"], r["height"]) for r in (json.loads(p.read_text()) for p in (a.data / "rows").glob("*.json")) if "error" not in r}
    cases = cases_of(corpus, a.data / "copies")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case, told in zip(cases, compare(a.versusq, [(c.clean, c.copy) for c in cases], folder, glance=False), strict=True):
            case.claimed = None if "error" in told else named_place(told)
        placed = [c for c in cases if c.claimed is not None]
        pairs = []
        for n, case in enumerate(placed):
            for what, box in (("repaired", case.claimed), ("control", elsewhere(case.claimed)), ("true", case.true)):
                target = folder / f"{n}-{what}.mkv"
                exchange(case, box, *sizes[case.copy.name], target)
                pairs.append((case.clean, target))
        found = compare(a.versusq, [*((c.clean, c.copy) for c in placed), *pairs], folder, glance=True)
    margins = [told["margin"] for told in found]
    for case, margin in zip(placed, margins):
        case.margin = margin
    repaired, control, true = (margins[len(placed) + k::3] for k in range(3))
    print(json.dumps({"copies": len(cases)} | {k: round(v, 3) for k, v in summary(placed, repaired, control, true).items()}))


if __name__ == "__main__":
    main()
