"""Measures all copies once: `python -m versusq_training.extract --data DIR`. One .npz a copy; resumable."""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .measurements import Fragments, Timeline, burst_measurements
from .plan import CROP, FRAGMENTS, FRAMES_PER_BURST, TIMELINE_SIZE, WHOLE, burst_times, cell_centres, places
from .tools import frame_times, read_planes

BT709_LIMITED = torch.tensor([[255 / 219, 0, 0, -16 * 255 / 219], [0, 255 / 224, 0, -128 * 255 / 224], [0, 0, 255 / 224, -128 * 255 / 224]])
"""Sources and copies are untagged 8-bit limited range; all go through one matrix, as both clips of a pair would."""


def area_average(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    """Area averages of one plane, rounded to codes: [H, W] -> [height, width] uint8."""
    def weights(target: int, size: int) -> np.ndarray:
        at, edge = np.arange(size), np.arange(target)[:, None] * (size / target)
        return np.clip(np.minimum(edge + size / target, at + 1) - np.maximum(edge, at), 0, None) * (target / size)
    rows, columns = (torch.from_numpy(weights(*sizes)).float() for sizes in ((height, frame.shape[0]), (width, frame.shape[1])))
    return torch.round(rows @ torch.from_numpy(frame.copy()).float() @ columns.T).to(torch.uint8).numpy()


def fragment_planes(y: np.ndarray, u: np.ndarray, v: np.ndarray, at: list[tuple[int, int]]) -> list[np.ndarray]:
    """Planes of whole frames -> planes as the encoder takes them (plan.FRAGMENTS). The small whole frame is luma of the first frame
    alone: the graph reads no other."""
    out = []
    for plane, scale in ((y, 1), (u, 2), (v, 2)):
        size, (width, height) = CROP // scale, (x // scale for x in FRAGMENTS)
        picture = np.zeros((len(plane), height, width), np.uint8)
        for n, (row, column) in enumerate(at):
            picture[:, :size, n * size:(n + 1) * size] = plane[:, row // scale:row // scale + size, column // scale:column // scale + size]
        out.append(picture)
    out[0][0, CROP:, :WHOLE[0]] = area_average(y[0], *WHOLE)
    return out


def nearest(times: np.ndarray, time: float) -> int:
    """Index of the time nearest to `time`; of two equally near (to 1 us) the earlier, as the runtime takes it."""
    distance = np.abs(times.astype(np.float64) - time)
    return int(np.argmax(distance <= distance.min() + 1e-6))


@dataclass
class ClipPictures:
    """What is looked at of a clip: the planes of each burst as the encoder takes them, and the small luma of all frames."""
    bursts: list[list[np.ndarray]]
    cells: np.ndarray
    """Centres of the places and the share of the clip [K, P, 3]."""
    times: list[float]
    """Of the bursts, seconds."""
    luma: np.ndarray
    frame_times: np.ndarray


def read_clip(path: str, width: int, height: int) -> ClipPictures:
    """Decodes a clip and takes out what the sample plan asks for."""
    y, u, v = read_planes(path, width, height)
    luma = read_planes(path, *TIMELINE_SIZE, filters=f"scale={TIMELINE_SIZE[0]}:{TIMELINE_SIZE[1]}:flags=bilinear")[0]
    times = np.array(frame_times(path), np.float32)
    n = min(len(y), len(times), len(luma))
    y, u, v, luma, times = y[:n], u[:n], v[:n], luma[:n], times[:n] - times[0]
    steps = np.diff(times)
    fps = 1 / float(np.median(steps)) if n > 1 else 25.0
    duration = float(times[-1]) + 1 / fps
    bursts, cells, at_times = [], [], burst_times(duration, fps)
    for t in at_times:
        first = min(nearest(times, t), n - FRAMES_PER_BURST)
        at, take = places(t, width, height), slice(first, first + FRAMES_PER_BURST)
        bursts.append(fragment_planes(y[take], u[take], v[take], at))
        cells.append([(r, c, t / duration) for r, c in cell_centres(at, width, height)])
    return ClipPictures(bursts, np.asarray(cells, np.float32), at_times, luma, times)


@torch.inference_mode()
def measure_clip(path: str, width: int, height: int, following: bool = False) -> dict[str, np.ndarray]:
    """Everything a pair needs of a clip (the same as the runtime's ClipTokens, without the learned tokens). `following`: the next frame of every
    fragment, too, for an encoder that sees it."""
    clip, fragments = read_clip(path, width, height), Fragments()
    out: dict[str, list] = {k: [] for k in ("measurements", "crops", "thumbs", *(("following",) if following else ()))}
    for planes in clip.bursts:
        crops, cb, cr, thumb = fragments(*(torch.from_numpy(p) for p in planes), BT709_LIMITED)
        out["measurements"].append(burst_measurements(crops, cb, cr, thumb).numpy())
        out["crops"].append(torch.round(crops[:, 0]).to(torch.uint8).numpy())
        out["thumbs"].append(thumb.numpy())
        if following:
            out["following"].append(torch.round(crops[:, 1]).to(torch.uint8).numpy())
    series, summary = Timeline()(torch.from_numpy(clip.luma.copy()), torch.ones(len(clip.luma)), torch.from_numpy(clip.frame_times.copy()), BT709_LIMITED)
    arrays = {k: np.asarray(v, dtype=np.uint8 if k in ("crops", "following") else np.float32) for k, v in out.items()}
    return arrays | {"cells": clip.cells, "times": np.asarray(clip.times, np.float32), "summary": summary.numpy(), "series": series.numpy()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shard", default="0/1", help="I/N: only every N-th copy")
    parser.add_argument("--follow", action="store_true", help="wait for copies that are still being made")
    parser.add_argument("--drop-copies", action="store_true", help="delete a copy when it is measured; its row stays, so that data does not make it again")
    parser.add_argument("--next-frames", action="store_true", help="keep the next frame of every fragment, too (twice the room)")
    a = parser.parse_args()
    torch.set_num_threads(1)
    (a.data / "features").mkdir(exist_ok=True)
    shard, shards = map(int, a.shard.split("/"))
    if a.drop_copies:  # also those that an earlier run measured
        for record in (a.data / "rows").glob("*.json"):
            if hash_of(record.stem) % shards == shard and (a.data / "features" / f"{record.stem}.npz").exists():
                drop_copy(a.data, json.loads(record.read_text()))
    started, done, idle = time.time(), 0, 0
    while idle < (60 if a.follow else 1):
        waiting = [p for p in sorted((a.data / "rows").glob("*.json")) if hash_of(p.stem) % shards == shard and not (a.data / "features" / f"{p.stem}.npz").exists() and not (a.data / "features" / f"{p.stem}.failed").exists()]
        idle = 0 if waiting else idle + 1
        for record in waiting:
            row = json.loads(record.read_text())
            if "error" in row:
                (a.data / "features" / f"{record.stem}.failed").write_text(row["error"])
                continue
            target = a.data / "features" / f"{row['name']}.npz"
            try:
                features = measure_clip(str(a.data / "copies" / row["file"]), row["width"], row["height"], a.next_frames)
                part = target.with_suffix(f".{os.getpid()}.npz")
                np.savez(part, **features)
                part.rename(target)
                done += 1
                if a.drop_copies:
                    drop_copy(a.data, row)
            except (RuntimeError, ValueError, IndexError) as error:
                target.with_suffix(".failed").write_text(str(error))
                print(f"{row['name']}: {error}", flush=True)
            if done % 50 == 0:
                print(f"{done} measured, {(time.time() - started) / max(done, 1):.2f} s each", flush=True)
        if idle:
            time.sleep(5)


def drop_copy(data: Path, row: dict) -> None:
    (data / "copies" / row["file"]).unlink(missing_ok=True)


def hash_of(name: str) -> int:
    import zlib
    return zlib.crc32(name.encode())


if __name__ == "__main__":
    main()
