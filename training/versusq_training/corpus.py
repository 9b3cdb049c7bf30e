"""Measured copies as tensors, split by source group, and pairs of them with truth."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .measurements import Detail, detail_of, pair_measurements, relation
from .plan import MAX_BURSTS
from .rationale import MAX_CLAIMS, Claim, Scene, severity_level
from .recipes import ATTRIBUTES, EXTRA_FROM, MORE_LOOKS, REGIONS
from .teachers import POINTS_PER_MARGIN

SHARES = {"test": 0.2, "calibration": 0.1}
"""Shares of sources that are held out for the test and for calibration; the rest trains."""
VISIBLE_POINTS = 2.0
"""A defect that costs fewer points is not claimed: the teachers hardly see it."""
MAX_MARGIN = 12.0
"""Margins saturate here (72 points): beyond that "by how much" has no meaning."""
EXTRA_CLEAN = 2
"""Clean copies that an extra copy is compared with."""
ATTRIBUTE_WEIGHT = {"flicker": 1.5, "smoothness": 1.6, "transmission": 2.0, "interlacing": 1.5, "framing": 1.5}


def split_groups(sizes: dict[str, int], shares: dict[str, float] = SHARES, known: dict[str, str] = {}) -> dict[str, str]:
    """Group -> split. Groups in the order of a hash fill test, then calibration, to their shares of all sources; groups of
    more than three sources train, so that what is held out is varied. Clips and photographs are split apart. `known` groups stay
    where they were: what was held out once is held out for ever."""
    result = {}
    for photo in (False, True):
        own = {g: n for g, n in sizes.items() if g.startswith("photo/") == photo}
        total = sum(own.values())
        filled = {s: sum(n for g, n in own.items() if known.get(g) == s) for s in shares}
        for group in sorted(own, key=lambda g: zlib.crc32(g.encode())):
            split = known.get(group) or next((s for s, share in shares.items() if own[group] <= 3 and filled[s] + own[group] <= share * total), "train")
            result[group] = split
            if split != "train" and group not in known:
                filled[split] += own[group]
    return result


def kept_splits(folder: Path, sizes: dict[str, int], shares: dict[str, float]) -> dict[str, str]:
    """`split_groups` of a data folder, kept in its splits.json: sources that are added later never move one from test to train."""
    path = folder / "splits.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    splits = split_groups(sizes, shares, known)
    if shares == SHARES and not splits.items() <= known.items():
        path.write_text(json.dumps(known | splits, indent=1))
    return splits


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
        self.following: list[np.ndarray] = []
        """The next frame of each crop, where it was stored (`extract --next-frames`); else empty."""
        self.series: list[np.ndarray] = []
        self.learned = None
        """A pre-trained encoder (learned.Learned) whose tokens stand beside the measurements; its tokens of all copies, [N, 12, P, token]."""
        self.learned_tokens: Tensor | None = None
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
                if "following" in f:
                    self.following.append(f["following"])
                self.series.append(series)
            self.mask[i, :k] = 1
            texture = float(np.abs(np.diff(crops.astype(np.int16), axis=-1)).mean())
            scene = Scene(float(crops.mean()) < 70, texture > 7, float(series[:, 0].mean()) > 4)
            defects = r["recipe"]["defects"]
            loss = max(0.0, best.get(r["source"], 97.0) - r["quality"])
            weights = [d["severity"] * ATTRIBUTE_WEIGHT.get(d["attribute"], 1.0) + 0.05 for d in defects]
            points = [loss * w / sum(weights) for w in weights]
            self.clips.append(Clip(r["name"], r["file"], r["source"], r["group"], r["kind"], r["recipe"]["family"], r["recipe"]["codec"], r["quality"], defects, scene, points, r["recipe"].get("ladder"), r["recipe"].get("step", 0)))
        if len(self.following) < len(self.clips):
            self.following = []
        self.by_source: dict[str, list[int]] = {}
        for i, c in enumerate(self.clips):
            self.by_source.setdefault(c.source, []).append(i)
        members = {c.group: set() for c in self.clips}
        for c in self.clips:
            members[c.group].add(c.source)
        self.splits = kept_splits(folder, {g: len(m) for g, m in members.items()}, shares)

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
        """Pairs of copies of one source, without repetition; extra copies (recipes.draw_extra) are left to `draw_extra_pairs`, ladders to
        `ladder_pairs`."""
        r = np.random.default_rng(seed)
        chosen = set(self.usual(indices))
        pairs = []
        for source in sorted(self.by_source):
            own = [i for i in self.by_source[source] if i in chosen]
            every = [(x, y) for n, x in enumerate(own) for y in own[n + 1:]]
            count = per_video if own and self.clips[own[0]].kind == "clip" else per_photo
            pairs += [every[k] for k in r.permutation(len(every))[:count]]
        return pairs


    def clean_pairs(self, indices: list[int], most: int, seed: int) -> list[tuple[int, int]]:
        """At most `most` pairs of clean copies of each source: what does not differ must be learned too, whatever the codec."""
        pairs = []
        chosen = set(indices)
        for source in sorted(self.by_source):
            own = [i for i in self.by_source[source] if i in chosen and self.clips[i].family == "clean"]
            every = [(x, y) for n, x in enumerate(own) for y in own[n + 1:]]
            pairs += sorted(every, key=lambda p: zlib.crc32(f"{seed}/{self.clips[p[0]].name}/{self.clips[p[1]].name}".encode()))[:most]
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

    def usual(self, indices: list[int]) -> list[int]:
        """Copies of the usual mix: neither extra ones of a kind nor steps of a ladder."""
        return [i for i in indices if not self.is_extra(i) and self.clips[i].ladder is None]

    def comparable(self, indices: list[int]) -> list[int]:
        """Copies whose labels mean something against other sources: those of MORE_LOOKS are measured against a soft original, which no viewer takes
        for a sharp one."""
        soft = {look for looks in MORE_LOOKS.values() for look in looks}
        return [i for i in indices if self.clips[i].source.rpartition("+")[2] not in soft or "+" not in self.clips[i].source]

    def is_extra(self, i: int) -> bool:
        return int(self.clips[i].name.rsplit("-", 1)[1]) >= EXTRA_FROM

    def draw_extra_pairs(self, indices: list[int], each: int, seed: int) -> list[tuple[int, int]]:
        """Each extra copy against `each` other copies of its source, at most EXTRA_CLEAN of them clean: what a defect costs is learned against
        other defects. Drawn by names, so that copies made later change little."""
        draw = lambda a, b: zlib.crc32(f"{seed}/{a}/{b}".encode())
        pairs = []
        for i in (i for i in indices if self.is_extra(i)):
            name = self.clips[i].name
            others = sorted((k for k in self.by_source[self.clips[i].source] if k != i), key=lambda k: draw(name, self.clips[k].name))
            clean = [k for k in others if self.clips[k].family == "clean"][:EXTRA_CLEAN]
            chosen = (clean + [k for k in others if self.clips[k].family != "clean"])[:each]
            pairs += [(min(i, k), max(i, k)) for k in chosen]
        return list(dict.fromkeys(pairs))


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


@torch.no_grad()
def measure_pairs(corpus: Corpus, pairs: list[tuple[int, int]], count: int, seed: int, report: str = "") -> PairMeasurements:
    """`count` bursts of each pair (drawn by seed and names, so that a pair is measured alike in whatever list it stands; repeated where a
    clip has fewer)."""
    kept: list[tuple[Tensor, Tensor, Tensor, Tensor] | None] = [None] * len(pairs)
    known: dict[int, Detail] = {}
    source, done = "", 0
    for n in sorted(range(len(pairs)), key=lambda n: corpus.clips[pairs[n][0]].source):  # the clips of one source at a time
        x, y = pairs[n]
        if corpus.clips[x].source != source:
            known, source = {}, corpus.clips[x].source
        k = min(len(corpus.crops[x]), len(corpus.crops[y]))
        r = np.random.default_rng([seed, zlib.crc32(f"{corpus.clips[x].name}/{corpus.clips[y].name}".encode())])
        at = np.sort(r.permutation(k)[:count]) if k >= count else np.arange(count) % k
        crops = torch.from_numpy((at[:, None] * 4 + np.arange(4)).flatten())
        for i in (x, y):
            if i not in known:
                known[i] = detail_of(torch.from_numpy(corpus.crops[i]).flatten(0, 1).float())
        phi = [p.half().reshape(count, 4, -1) for p in pair_measurements(known[x].take(crops), known[y].take(crops))]
        kept[n] = (torch.from_numpy(at), *phi, torch.stack(relation_of(corpus, x, y)))
        done += 1
        if report and done % 500 == 0:
            print(f"{report}: {done}/{len(pairs)} pairs measured", flush=True)
    return PairMeasurements(*(torch.stack(column) for column in zip(*kept)))
