"""Pairs for `vlm`: frames of two videos with their times, and the margin between them.

A file of pairs has one JSON object a line, `{"a": PATH, "b": PATH, "margin": NUMBER}`; paths are relative to the file, the margin is positive
where `a` looks better, 1.0 is 6 points of a 0-100 scale (DESIGN 3.1). A path is a video, or an .npz with `frames` [N, H, W, 3] uint8 (RGB)
and `times` [N] (seconds), which `frames` below makes once for all epochs.

    python -m versusq_training.vlm_data lsvq --labels labels_train_test.csv --videos LSVQ --out pairs.jsonl --each 4
    python -m versusq_training.vlm_data frames --pairs pairs.jsonl --out FRAMES
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

from .corpus import MAX_MARGIN
from .teachers import POINTS_PER_MARGIN
from .tools import FFMPEG, ToolError

FRAMES = 6
"""Frames of a video in training (METHOD 1, VQAThinker)."""
PIXELS = 448 * 448
"""Pixels a frame is scaled down to, at its own shape; smaller frames stay as they are (METHOD 1, VQAThinker)."""


@dataclass(frozen=True)
class Pair:
    """Two videos (or .npz of frames) and how much better `a` looks, margin units."""
    a: Path
    b: Path
    margin: float


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file; raises ValueError that names file and line where one is not as described above."""
    pairs = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            pairs.append(Pair(path.parent / row["a"], path.parent / row["b"], float(row["margin"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{path}, line {number}: no pair {{"a", "b", "margin"}} ({error!r}).') from error
        if not math.isfinite(pairs[-1].margin):
            raise ValueError(f"{path}, line {number}: the margin is {pairs[-1].margin}.")
    if not pairs:
        raise ValueError(f"{path}: no pairs.")
    return pairs


def sample_frames(path: Path, count: int = FRAMES, pixels: int = PIXELS) -> tuple[np.ndarray, np.ndarray]:
    """`count` frames [count, H, W, 3] uint8 at the middles of equal parts of the video, and their times [count] in seconds. Of an .npz, that
    many of the frames it holds. Raises FileNotFoundError, or ToolError where a frame cannot be decoded."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such video.")
    if path.suffix == ".npz":
        with np.load(path) as kept:
            at = ((np.arange(count) + 0.5) * len(kept["frames"]) / count).astype(int)
            return kept["frames"][at], kept["times"][at]
    reader = imageio_ffmpeg.read_frames(str(path))
    duration = next(reader)["duration"]
    reader.close()
    times = (np.arange(count) + 0.5) * duration / count
    factor = f"min(1,sqrt({pixels}/(iw*ih)))"
    frames = []
    for t in times:
        done = subprocess.run([FFMPEG, "-v", "error", "-nostdin", "-threads", "1", "-ss", f"{t:.4f}", "-i", str(path), "-map", "0:v:0", "-frames:v", "1",
                               "-vf", f"scale='trunc(iw*{factor})':'trunc(ih*{factor})':flags=bicubic", "-f", "image2pipe", "-c:v", "ppm", "-"], capture_output=True, timeout=600)
        if done.returncode != 0 or not done.stdout:
            raise ToolError(f"{path}, {t:.2f} s: {done.stderr[-400:].decode(errors='replace') or 'no frame there'}")
        frames.append(np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGB")))
    return np.stack(frames), times


def extract_frames(pairs: Path, out: Path, count: int, pixels: int) -> None:
    """Writes the frames of every video of a file of pairs once, and `out`/pairs.jsonl that points to them; what is there is kept. Names
    the videos that cannot be decoded in `out`/failed.jsonl and leaves their pairs out."""
    rows, out = read_pairs(pairs), out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    names = {path: out / f"{number:06d}.npz" for number, path in enumerate(sorted({p for row in rows for p in (row.a, row.b)}))}
    failed = {}
    for path, target in names.items():
        if target.exists():
            continue
        try:
            frames, times = sample_frames(path, count, pixels)
        except (ToolError, OSError, StopIteration) as error:
            failed[path] = str(error)
            continue
        partial = target.with_suffix(".partial")
        with partial.open("wb") as f:
            np.savez_compressed(f, frames=frames, times=times)
        os.replace(partial, target)
    (out / "failed.jsonl").write_text("".join(json.dumps({"path": str(p), "error": e}) + "\n" for p, e in failed.items()))
    kept = [row for row in rows if row.a not in failed and row.b not in failed]
    (out / "pairs.jsonl").write_text("".join(json.dumps({"a": names[r.a].name, "b": names[r.b].name, "margin": r.margin}) + "\n" for r in kept))
    print(json.dumps({"videos": len(names) - len(failed), "failed": len(failed), "pairs": len(kept)}))


def lsvq_pairs(labels: Path, videos: Path, each: int, seed: int, held_out: bool) -> list[Pair]:
    """Random pairs of LSVQ (columns `name`, `mos` 0-100, `is_test`), every video `each` times as `a`; held_out: of the test videos instead of
    the training videos. Videos that are not there are left out."""
    with labels.open(newline="") as f:
        rows = [(videos / (r["name"] if r["name"].endswith(".mp4") else f"{r['name']}.mp4"), float(r["mos"])) for r in csv.DictReader(f)
                if (r["is_test"].strip().lower() in ("true", "1", "1.0")) == held_out]
    rows = [r for r in rows if r[0].exists()]
    draws = np.random.default_rng(seed)
    pairs = []
    for _ in range(each):
        order = draws.permutation(len(rows))  # a cycle: every video is once on either side, never against itself
        for i, j in zip(order, np.roll(order, 1)):
            margin = max(-MAX_MARGIN, min(MAX_MARGIN, (rows[i][1] - rows[j][1]) / POINTS_PER_MARGIN))
            pairs.append(Pair(rows[i][0], rows[j][0], round(margin, 4)))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    lsvq = commands.add_parser("lsvq", help="pairs from LSVQ's labels")
    lsvq.add_argument("--labels", type=Path, required=True)
    lsvq.add_argument("--videos", type=Path, required=True)
    lsvq.add_argument("--out", type=Path, required=True)
    lsvq.add_argument("--each", type=int, default=4, help="pairs of a video")
    lsvq.add_argument("--test", action="store_true", help="the test videos")
    lsvq.add_argument("--seed", type=int, default=7)
    frames = commands.add_parser("frames", help="sample the frames of all videos once")
    frames.add_argument("--pairs", type=Path, required=True)
    frames.add_argument("--out", type=Path, required=True)
    frames.add_argument("--frames", type=int, default=FRAMES)
    frames.add_argument("--pixels", type=int, default=PIXELS)
    a = parser.parse_args()
    if a.command == "frames":
        extract_frames(a.pairs, a.out, a.frames, a.pixels)
        return
    pairs = lsvq_pairs(a.labels, a.videos, a.each, a.seed, a.test)
    if not pairs:
        parser.error(f"{a.videos}: none of the videos of {a.labels} is there.")
    a.out.write_text("".join(json.dumps({"a": str(p.a.resolve()), "b": str(p.b.resolve()), "margin": p.margin}) + "\n" for p in pairs))
    print(json.dumps({"pairs": len(pairs), "videos": len(pairs) // a.each}))


if __name__ == "__main__":
    main()
