"""Measured copies as tensors, split by source group, and pairs of them with truth."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .measurements import pair_measurements, relation
from .plan import MAX_BURSTS
from .rationale import MAX_CLAIMS, Claim, Scene, severity_level
from .recipes import ATTRIBUTES, EXTRA_FROM, REGIONS
from .teachers import POINTS_PER_MARGIN

SHARES = {"test": 0.2, "calibration": 0.1}
"""Shares of sources that are held out for the test and for calibration; the rest trains."""
VISIBLE_POINTS = 2.0
"""A defect that costs fewer points is not claimed: the teachers hardly see it."""
MAX_MARGIN = 12.0
"""Margins saturate here (72 points): beyond that "by how much" has no meaning."""
ATTRIBUTE_WEIGHT = {"flicker": 1.5, "smoothness": 1.6, "transmission": 2.0, "interlacing": 1.5, "framing": 1.5}


def split_groups(sizes: dict[str, int], shares: dict[str, float] = SHARES) -> dict[str, str]:
    """Group -> split. Groups in the order of a hash fill test, then calibration, to their shares of all sources; groups of
    more than three sources train, so that what is held out is varied. Clips and photographs are split apart."""
    result = {}
    for photo in (False, True):
        own = {g: n for g, n in sizes.items() if g.startswith("photo/") == photo}
        total, filled = sum(own.values()), {"test": 0, "calibration": 0}
        for group in sorted(own, key=lambda g: zlib.crc32(g.encode())):
            split = next((s for s, share in shares.items() if own[group] <= 3 and filled[s] + own[group] <= share * total), "train")
            result[group] = split
            if split != "train":
                filled[split] += own[group]
    return result


@dataclass
class Clip:
    name: str
    file: str
    source: str
    group: str
    kind: str
    family: str
    codec: str
    quality: float
    defects: list[dict]
    scene: Scene
    points: list[float]
    """What each defect costs, in points."""
    ladder: str | None = None
    step: int = 0
    """Copies of one ladder differ in one thing only; step 0 is the best (recipes.draw_ladders)."""


class Corpus:
    """All clips of a data folder that are measured. Arrays are padded to 12 bursts; `mask` marks the real ones."""

    def __init__(self, folder: Path, limit: int | None = None, shares: dict[str, float] = SHARES):
        rows = [json.loads(p.read_text()) for p in sorted((folder / "rows").glob("*.json"))]
        rows = [r for r in rows if "error" not in r and (folder / "features" / f"{r['name']}.npz").exists()][:limit]
        n = len(rows)
        with np.load(folder / "features" / f"{rows[0]['name']}.npz") as first:
            self.measurement_size, self.timeline_size = first["measurements"].shape[-1], first["summary"].shape[-1]
        self.measurements = torch.zeros(n, MAX_BURSTS, 4, self.measurement_size)
        self.thumbs = torch.zeros(n, MAX_BURSTS, 18, 32)
        self.cells = torch.zeros(n, MAX_BURSTS, 4, 3)
        self.mask = torch.zeros(n, MAX_BURSTS)
        self.timeline = torch.zeros(n, self.timeline_size)
        self.crops: list[np.ndarray] = []
        self.series: list[np.ndarray] = []
        self.relations: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
        self.clips: list[Clip] = []
        best: dict[str, float] = {}
        for r in rows:
            if r["recipe"]["family"] == "clean":
                best[r["source"]] = max(best.get(r["source"], 0.0), r["quality"])
        for i, r in enumerate(rows):
            with np.load(folder / "features" / f"{r['name']}.npz") as f:
                k = len(f["measurements"])
                self.measurements[i, :k] = torch.from_numpy(f["measurements"])
                self.thumbs[i, :k] = torch.from_numpy(f["thumbs"])
                self.cells[i, :k] = torch.from_numpy(f["cells"])
                self.timeline[i] = torch.from_numpy(f["summary"])
                self.crops.append(f["crops"])
                crops, series = f["crops"], f["series"]
                self.series.append(series)
            self.mask[i, :k] = 1
            texture = float(np.abs(np.diff(crops.astype(np.int16), axis=-1)).mean())
            scene = Scene(float(crops.mean()) < 70, texture > 7, float(series[:, 0].mean()) > 4)
            defects = r["recipe"]["defects"]
            loss = max(0.0, best.get(r["source"], 97.0) - r["quality"])
            weights = [d["severity"] * ATTRIBUTE_WEIGHT.get(d["attribute"], 1.0) + 0.05 for d in defects]
            points = [loss * w / sum(weights) for w in weights]
            self.clips.append(Clip(r["name"], r["file"], r["source"], r["group"], r["kind"], r["recipe"]["family"], r["recipe"]["codec"], r["quality"], defects, scene, points, r["recipe"].get("ladder"), r["recipe"].get("step", 0)))
        self.by_source: dict[str, list[int]] = {}
        for i, c in enumerate(self.clips):
            self.by_source.setdefault(c.source, []).append(i)
        members = {c.group: set() for c in self.clips}
        for c in self.clips:
            members[c.group].add(c.source)
        self.splits = split_groups({g: len(m) for g, m in members.items()}, shares)

    def split(self, name: str) -> list[int]:
        return [i for i, c in enumerate(self.clips) if self.splits[c.group] == name]

    def margin(self, a: int, b: int) -> float:
        m = (self.clips[a].quality - self.clips[b].quality) / POINTS_PER_MARGIN
        return max(-MAX_MARGIN, min(MAX_MARGIN, m))

    def attribute_points(self, i: int) -> np.ndarray:
        """Points lost by attribute, [13]."""
        out = np.zeros(len(ATTRIBUTES), np.float32)
        for d, p in zip(self.clips[i].defects, self.clips[i].points):
            out[ATTRIBUTES.index(d["attribute"])] += p
        return out

    def claims(self, a: int, b: int) -> list[Claim]:
        """What a viewer could say of the pair: the attributes that differ visibly, the costliest first."""
        pa, pb = self.attribute_points(a), self.attribute_points(b)
        found = []
        for n, attribute in enumerate(ATTRIBUTES):
            difference = float(pb[n] - pa[n])
            if abs(difference) < VISIBLE_POINTS:
                continue
            worse, index = ("b", b) if difference > 0 else ("a", a)
            defect = max((d for d in self.clips[index].defects if d["attribute"] == attribute), key=lambda d: d["severity"])
            first, last = int(defect["time"][0] * 8 + 0.25), min(8, max(int(defect["time"][0] * 8 + 0.25) + 1, round(defect["time"][1] * 8 + 0.25)))
            found.append(Claim(worse, attribute, severity_level(abs(difference)), min(first, 7), last, defect["region"], abs(difference)))
        found.sort(key=lambda c: -c.points)
        return [c for c in found if c.points > 0.2 * found[0].points][:MAX_CLAIMS] if found else []

    def segment_truth(self, a: int, b: int, share: np.ndarray) -> np.ndarray:
        """Margin at each burst: local and temporal defects count only while they last."""
        def loss(i: int) -> np.ndarray:
            c, out = self.clips[i], np.zeros_like(share)
            for d, p in zip(c.defects, c.points):
                inside = (share >= d["time"][0] - 0.04) & (share <= d["time"][1] + 0.04)
                out += p * np.where(inside, 1.0 / max(0.35, d["time"][1] - d["time"][0]), 0.0)
            return out
        return (loss(b) - loss(a)) / POINTS_PER_MARGIN

    def region_truth(self, a: int, b: int, cells: np.ndarray) -> np.ndarray:
        """Margin at each place [K, P]."""
        def loss(i: int) -> np.ndarray:
            c, out = self.clips[i], np.zeros(cells.shape[:2], np.float32)
            for d, p in zip(c.defects, c.points):
                x, y, w, h = REGIONS[d["region"]]
                inside = (cells[..., 0] >= y) & (cells[..., 0] <= y + h) & (cells[..., 1] >= x) & (cells[..., 1] <= x + w)
                time = (cells[..., 2] >= d["time"][0] - 0.04) & (cells[..., 2] <= d["time"][1] + 0.04)
                out += np.where(inside & time, p / max(0.35, w * h), 0.0)
            return out
        return (loss(b) - loss(a)) / POINTS_PER_MARGIN

    def draw_pairs(self, indices: list[int], per_video: int, per_photo: int, seed: int) -> list[tuple[int, int]]:
        """Pairs of copies of one source, without repetition; extra copies (recipes.draw_extra) are left to `draw_extra_pairs`."""
        r = np.random.default_rng(seed)
        chosen = {i for i in indices if not self.is_extra(i)}
        pairs = []
        for source in sorted(self.by_source):
            own = [i for i in self.by_source[source] if i in chosen]
            every = [(x, y) for n, x in enumerate(own) for y in own[n + 1:]]
            count = per_video if own and self.clips[own[0]].kind == "clip" else per_photo
            pairs += [every[k] for k in r.permutation(len(every))[:count]]
        return pairs


    def cross_pairs(self, indices: list[int], count: int, generator: np.random.Generator) -> list[tuple[int, int]]:
        """`count` random pairs of different sources."""
        found = []
        while len(found) < count:
            x, y = (indices[int(v)] for v in generator.integers(0, len(indices), 2))
            if self.clips[x].source != self.clips[y].source:
                found.append((x, y))
        return found

    def ladder_pairs(self, indices: list[int]) -> list[tuple[int, int]]:
        """The best step of each ladder against each of the others, ladder by ladder."""
        ladders: dict[str, list[int]] = {}
        for i in indices:
            if self.clips[i].ladder is not None:
                ladders.setdefault(self.clips[i].ladder, []).append(i)
        ordered = [sorted(own, key=lambda i: self.clips[i].step) for _, own in sorted(ladders.items())]
        return [(own[0], k) for own in ordered for k in own[1:]]

    def is_extra(self, i: int) -> bool:
        return int(self.clips[i].name.rsplit("-", 1)[1]) >= EXTRA_FROM

    def draw_extra_pairs(self, indices: list[int], each: int, seed: int) -> list[tuple[int, int]]:
        """Each extra copy against `each` other copies of its source, clean ones first."""
        r = np.random.default_rng(seed)
        pairs = []
        for i in (i for i in indices if self.is_extra(i)):
            others = [int(k) for k in r.permutation([k for k in self.by_source[self.clips[i].source] if k != i])]
            others.sort(key=lambda k: self.clips[k].family != "clean")
            pairs += [(i, k) if r.random() < 0.5 else (k, i) for k in others[:each]]
        return pairs


@dataclass
class PairMeasurements:
    """Aligned measurements of same-source pairs for both orders: `ab`, `ba` [N, k, P, PAIR] of the bursts `bursts` [N, k], and
    `relation` [N, 2, RELATION] of the clips as wholes."""
    bursts: Tensor
    ab: Tensor
    ba: Tensor
    relation: Tensor

    def take(self, rows: list[int]) -> "PairMeasurements":
        return PairMeasurements(self.bursts[rows], self.ab[rows], self.ba[rows], self.relation[rows])

    def joined(self, other: "PairMeasurements") -> "PairMeasurements":
        return PairMeasurements(*(torch.cat([getattr(self, k), getattr(other, k)]) for k in ("bursts", "ab", "ba", "relation")))


def relation_of(corpus: Corpus, x: int, y: int) -> tuple[Tensor, Tensor]:
    """`measurements.relation` of two clips. Copies with frames missing have no times here, so their time lines are not laid side by side."""
    if (x, y) in corpus.relations:
        return corpus.relations[x, y]
    k = int(min(corpus.mask[x].sum(), corpus.mask[y].sum()))
    series = [torch.from_numpy(corpus.series[i]) for i in (x, y)]
    n = min(map(len, series))
    if max(map(len, series)) - n > 1:
        n, series = 1, [torch.zeros(1, 4)] * 2
    with torch.no_grad():
        found = relation(corpus.thumbs[x, :k], corpus.thumbs[y, :k], series[0][:n], series[1][:n])
    corpus.relations[x, y] = found
    return found


def measure_pairs(corpus: Corpus, pairs: list[tuple[int, int]], count: int, seed: int, report: str = "") -> PairMeasurements:
    """`count` bursts of each pair (drawn by seed; repeated where a clip has fewer)."""
    r = np.random.default_rng(seed)
    bursts, ab, ba, whole = [], [], [], []
    with torch.inference_mode():
        for n, (x, y) in enumerate(pairs):
            k = min(len(corpus.crops[x]), len(corpus.crops[y]))
            at = np.sort(r.permutation(k)[:count]) if k >= count else np.arange(count) % k
            a, b = (torch.from_numpy(corpus.crops[i][at]).flatten(0, 1).float() for i in (x, y))
            for kept, phi in zip((ab, ba), pair_measurements(a, b)):
                kept.append(phi.half().reshape(count, 4, -1))
            bursts.append(torch.from_numpy(at))
            whole.append(torch.stack(relation_of(corpus, x, y)))
            if report and n % 500 == 499:
                print(f"{report}: {n + 1}/{len(pairs)} pairs measured", flush=True)
    return PairMeasurements(torch.stack(bursts), torch.stack(ab), torch.stack(ba), torch.stack(whole))
