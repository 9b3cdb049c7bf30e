"""Do the runtime and this code see the same? `python -m versusq_training.agreement --data DIR --package DIR --versusq "node ../dist/cli.cjs"`.

Glance margins of held-out pairs, once by the `versusq` command (its own decode, sample plan and matching), once from the files by the
code that training uses, through the package's graphs. Prints the differences as JSON; exit code 1 where one is over --limit.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shlex
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime

from .corpus import Corpus
from .extract import read_clip
from .tools import said

SD_LINES = 576
"""Untagged pictures of up to so many lines are BT.601 (docs/media.md)."""
UNLIKE = {"smoothness", "framing"}
"""Left out: copies with frames missing or of another shape are matched by the runtime alone."""
BT601, BT709 = (0.299, 0.114), (0.2126, 0.0722)


def to_bt709(weights: tuple[float, float]) -> np.ndarray:
    """[3, 4]: limited-range Y'CbCr codes of the given luma weights (Kr, Kb) -> full-range BT.709 Y', Cb, Cr (docs/model-package.md)."""
    def rgb(kr: float, kb: float) -> np.ndarray:
        kg = 1 - kr - kb
        return np.array([[1, 0, 2 * (1 - kr)], [1, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg], [1, 2 * (1 - kb), 0]])
    m = np.linalg.inv(rgb(*BT709)) @ rgb(*weights) @ np.diag([255 / 219, 255 / 224, 255 / 224])
    return np.concatenate([m, m @ [[-16], [-128], [-128]]], 1).astype(np.float32)


def luma_weights(path: str, height: int) -> tuple[float, float]:
    """Of the clip's matrix as its file tells it, else by its lines (docs/media.md)."""
    told = re.search(r"Video:.*?yuv\w+\((?:tv|pc), (\w+)", said("-i", path))
    return {"bt709": BT709, "bt470bg": BT601, "smpte170m": BT601}.get(told[1] if told else "", BT601 if height <= SD_LINES else BT709)


class Package:
    """The graphs of a model package, run as docs/model-package.md says."""

    def __init__(self, folder: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.graphs = {n: onnxruntime.InferenceSession(str(folder / f"{n}.onnx"), options, providers=["CPUExecutionProvider"]) for n in ("encoder", "timeline", "detail", "pair")}

    def run(self, graph: str, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        session = self.graphs[graph]
        return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))

    def tokens(self, path: str, width: int, height: int) -> dict[str, np.ndarray]:
        """What `pair` takes of one clip, by the names it has there without `_a` and `_b`."""
        clip, colour = read_clip(path, width, height), to_bt709(luma_weights(path, height))
        bursts = [self.run("encoder", y=y, u=u, v=v, colour=colour) for y, u, v in clip.bursts]
        stacked = {k: np.stack([b[k] for b in bursts]) for k in ("tokens", "measurements", "crops", "thumb")}
        frames = len(clip.luma)
        line = self.run("timeline", luma=clip.luma.copy(), valid=np.ones(frames, np.float32), times=clip.frame_times.copy(), colour=colour)
        thumbs = stacked.pop("thumb")
        return stacked | {"thumbs": thumbs, "detail": self.run("detail", crops=stacked["crops"])["detail"], "timeline": line["summary"], "series": line["series"], "cells": clip.cells}

    def margin(self, a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> float:
        """Glance margin of two clips of one length and rate, every burst beside its like."""
        inputs = {f"{k}_{side}": v for side, clip in (("a", a), ("b", b)) for k, v in clip.items() if k != "cells"}
        return float(self.run("pair", **inputs, cells=a["cells"], aligned=np.ones(len(a["tokens"]), np.float32))["margin"].reshape(-1)[0])


def by_command(command: str, pairs: list[tuple[Path, Path]]) -> list[float]:
    """Glance margins as the command prints them."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "pairs.csv"
        with listed.open("w", newline="") as f:
            csv.writer(f).writerows([("a", "b"), *pairs])
        done = subprocess.run([*shlex.split(command), "compare", "--pairs", str(listed), "--glance", "--json", "--no-store", "--device", "cpu"], capture_output=True, text=True, check=True)
    return [json.loads(line)["margin"] for line in done.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--versusq", required=True, help="the command as a shell would take it")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--limit", type=float, default=0.02, help="margin units")
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    corpus = Corpus(a.data)
    there = [i for i in corpus.usual(corpus.split("test")) if (a.data / "copies" / corpus.clips[i].file).exists() and not UNLIKE & {d["attribute"] for d in corpus.clips[i].defects}]
    drawn = corpus.draw_pairs(there, 2, 2, a.seed)
    pairs = [drawn[int(k)] for k in np.random.default_rng(a.seed).permutation(len(drawn))[:a.pairs]]
    file = lambda i: a.data / "copies" / corpus.clips[i].file
    rows = {r["name"]: r for r in (json.loads(p.read_text()) for p in (a.data / "rows").glob("*.json"))}
    size = lambda i: (rows[corpus.clips[i].name]["width"], rows[corpus.clips[i].name]["height"])
    runtime = dict(zip(pairs, by_command(a.versusq, [(file(x), file(y)) for x, y in pairs]), strict=True))
    package = Package(a.package)
    own, differences = {}, []
    for (x, y), margin in runtime.items():
        for i in (x, y):
            own[i] = own.get(i) or package.tokens(str(file(i)), *size(i))
        difference = abs(package.margin(own[x], own[y]) - margin)
        differences.append(difference)
        if difference > a.limit:
            print(f"{corpus.clips[x].name} {corpus.clips[y].name}: {margin:.3f} by the command, {difference:.3f} apart", flush=True)
    print(json.dumps({"pairs": len(differences), "median": round(float(np.median(differences)), 5), "largest": round(max(differences), 5), "over": sum(d > a.limit for d in differences)}))
    raise SystemExit(max(differences) > a.limit)


if __name__ == "__main__":
    main()
