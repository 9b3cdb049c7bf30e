"""Clips one by one as tensors for the pointwise mode, and second looks at them with their order in time perturbed (VQAThinker's consistency).

A perturbed look is what the model would have got of a perturbed file: the time line is measured on the perturbed frames of the copy itself
(all of them, 160 x 90), the bursts change places or go black by the same kind of perturbation (thinker.perturb_bursts). The two draw their
orders apart, and frames inside a burst keep theirs: bursts are not measured again.
"""

from __future__ import annotations

import re
import subprocess
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .corpus import Corpus
from .extract import BT709_LIMITED
from .measurements import Timeline
from .plan import TIMELINE_SIZE
from .thinker import KINDS, perturb_bursts, perturb_frames
from .tools import FFMPEG, ToolError, split_planes

TRAINING_BURSTS = 4
"""Bursts of a clip that a training step looks at."""


def clip_batch(corpus: Corpus, indices: list[int], generator: np.random.Generator | None = None) -> dict[str, Tensor]:
    """measurements [B, K, P, M], cells [B, K, P, 3], mask [B, K], timeline [B, T] of clips: all bursts, or with a generator TRAINING_BURSTS of each."""
    at = torch.tensor(indices)
    t = {"measurements": corpus.measurements[at], "cells": corpus.cells[at], "mask": corpus.mask[at], "timeline": corpus.timeline[at]}
    if generator is not None:
        chosen = torch.from_numpy(generator.random(t["mask"].shape)).float() * t["mask"]
        bursts = torch.sort(torch.topk(chosen, TRAINING_BURSTS, 1).indices, 1).values
        rows = torch.arange(len(indices))[:, None]
        t |= {k: t[k][rows, bursts] for k in ("measurements", "cells", "mask")}
    return t


def small_frames(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Luma of all frames [N, 90, 160] uint8 and their times [N] seconds from the first on, in one decoding. Raises ToolError where ffmpeg fails."""
    width, height = TIMELINE_SIZE
    command = [FFMPEG, "-nostdin", "-threads", "1", "-i", str(path), "-map", "0:v:0", "-vf", f"scale={width}:{height}:flags=bilinear,showinfo=checksum=0",
               "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    done = subprocess.run(command, capture_output=True, timeout=600)
    said = done.stderr.decode(errors="replace")
    times = np.array([float(t) for t in re.findall(r"showinfo.*? pts_time:\s*([-\d.]+)", said)], np.float32)
    if done.returncode != 0 or len(times) < 2:
        raise ToolError(f"{path}: {said[-400:]}")
    luma = split_planes(np.frombuffer(done.stdout, np.uint8), width, height)[0]
    n = min(len(luma), len(times))
    return luma[:n], times[:n] - times[0]


def draws(name: str, kind: str, seed: int) -> np.random.Generator:
    """What a clip's perturbation of one kind is drawn from, the same in every run."""
    return np.random.default_rng([seed, zlib.crc32(f"{name}/{kind}".encode())])


@torch.inference_mode()
def timeline_of(luma: np.ndarray, times: np.ndarray) -> Tensor:
    """Time line summary [T] of frames [N, 90, 160] at `times` [N]."""
    return Timeline()(torch.from_numpy(luma.copy()), torch.ones(len(luma)), torch.from_numpy(times.copy()), BT709_LIMITED)[1]


class PerturbedClips:
    """Time lines of perturbed clips, measured once and kept in a file: (name, kind) -> [T]."""

    def __init__(self, corpus: Corpus, copies: Path, cache: Path, seed: int):
        self.corpus, self.copies, self.cache, self.seed = corpus, copies, cache, seed
        self.known: dict[tuple[str, str], Tensor] = torch.load(cache) if cache.exists() else {}

    def kinds(self, i: int, count: int) -> list[str]:
        """The `count` kinds that clip `i` is perturbed by."""
        first = zlib.crc32(self.corpus.clips[i].name.encode())
        return [KINDS[(first + n) % len(KINDS)] for n in range(count)]

    def measure(self, indices: list[int], count: int, log) -> None:
        """Measures `count` kinds of each clip whose copy is there; what is known is not measured again."""
        missing = [i for i in indices if any((self.corpus.clips[i].name, k) not in self.known for k in self.kinds(i, count))]
        failed = 0
        for n, i in enumerate(missing):
            clip = self.corpus.clips[i]
            try:
                luma, times = small_frames(self.copies / clip.file)
            except ToolError:
                failed += 1
                continue
            for kind in self.kinds(i, count):
                self.known[clip.name, kind] = timeline_of(perturb_frames(luma, kind, draws(clip.name, kind, self.seed)), times)
            if n % 100 == 99:
                self.save()
                log(stage="perturb", done=n + 1, of=len(missing), failed=failed)
        if missing:
            self.save()
            log(stage="perturb", done=len(missing), of=len(missing), failed=failed)

    def save(self) -> None:
        part = self.cache.with_suffix(".part")
        torch.save(self.known, part)
        part.rename(self.cache)

    def has(self, i: int, count: int = 1) -> bool:
        return all((self.corpus.clips[i].name, k) in self.known for k in self.kinds(i, count))

    def batch(self, indices: list[int], kinds: list[str]) -> dict[str, Tensor]:
        """As `clip_batch`, of perturbed clips, one kind each."""
        t = clip_batch(self.corpus, indices)
        for n, (i, kind) in enumerate(zip(indices, kinds)):
            name, k = self.corpus.clips[i].name, int(self.corpus.mask[i].sum())
            own = perturb_bursts({key: t[key][n, :k].numpy() for key in ("measurements", "cells")}, kind, draws(f"bursts of {name}", kind, self.seed))
            for key, value in own.items():
                t[key][n, :k] = torch.from_numpy(value)
            t["timeline"][n] = self.known[name, kind]
        return t


def spread_over_sources(corpus: Corpus, indices: list[int], each: int) -> list[int]:
    """At most `each` of the clips of every source, by a hash of their names."""
    taken: dict[str, int] = {}
    chosen = []
    for i in sorted(indices, key=lambda i: zlib.crc32(corpus.clips[i].name.encode())):
        source = corpus.clips[i].source
        taken[source] = taken.get(source, 0) + 1
        if taken[source] <= each:
            chosen.append(i)
    return sorted(chosen)
