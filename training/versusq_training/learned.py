"""What the pre-trained encoder adds to measured copies and pairs: computed once, kept beside the run's other measurements."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from .config import Config
from .corpus import Corpus, PairMeasurements
from .encoder import Encoder, EncoderSize

AT_ONCE = 1024
"""Fragments of one forward pass."""


class Learned:
    """An encoder of an earlier `pretrain`, and where its tokens go: `pair`, `token`, `both` (config.Config.learned)."""

    def __init__(self, path: Path, config: Config):
        kept = torch.load(path, map_location="cpu", weights_only=True)
        self.size = EncoderSize(**{k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in kept["size"].items()})
        self.following = bool(kept["following"])
        self.encoder = Encoder(self.size)
        self.encoder.load_state_dict({k.removeprefix("encoder."): v for k, v in kept["state"].items() if k.startswith("encoder.")})
        self.device = config.torch_device()
        self.encoder = self.encoder.to(self.device).eval().requires_grad_(False)
        self.key = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        self.pair, self.token = (config.learned in (x, "both") for x in ("pair", "token"))

    @torch.no_grad()
    def clip_tokens(self, corpus: Corpus, cache: Path) -> Tensor:
        """Tokens of every fragment alone, [N, MAX_BURSTS, P, token]; zero where a copy has no burst."""
        names = [c.name for c in corpus.clips]
        if cache.exists():
            kept = torch.load(cache, weights_only=False)
            if kept["key"] == self.key and kept["names"] == names:
                return kept["tokens"].float()
        out = torch.zeros(*corpus.measurements.shape[:3], self.size.token, dtype=torch.half)
        for i, crops in enumerate(corpus.crops):
            own = torch.from_numpy(crops).flatten(0, 1).to(self.device).float()
            following = torch.from_numpy(corpus.following[i]).flatten(0, 1).to(self.device).float() if self.following else None
            out[i, :len(crops)] = self.encoder(own, None, following).view(*crops.shape[:2], -1).half().cpu()
        torch.save({"key": self.key, "names": names, "tokens": out}, cache)
        return out.float()

    @torch.no_grad()
    def beside(self, corpus: Corpus, pairs: list[tuple[int, int]], measured: PairMeasurements, cache: Path) -> PairMeasurements:
        """The pair measurements with the encoder's columns behind them (Encoder.pair_columns), at the same bursts."""
        names = [(corpus.clips[a].name, corpus.clips[b].name) for a, b in pairs]
        columns = None
        if cache.exists():
            kept = torch.load(cache, weights_only=False)
            columns = kept["columns"] if kept["key"] == self.key and kept["names"] == names and torch.equal(kept["bursts"], measured.bursts) else None
        if columns is None:
            columns = self._columns(corpus, pairs, measured.bursts)
            torch.save({"key": self.key, "names": names, "bursts": measured.bursts, "columns": columns}, cache)
        return replace(measured, ab=torch.cat([measured.ab, columns[0].to(measured.ab.dtype)], -1), ba=torch.cat([measured.ba, columns[1].to(measured.ba.dtype)], -1))

    def _columns(self, corpus: Corpus, pairs: list[tuple[int, int]], bursts: Tensor) -> tuple[Tensor, Tensor]:
        count, places = bursts.shape[1], corpus.crops[0].shape[1]
        step = max(1, AT_ONCE // (count * places))
        found: tuple[list[Tensor], list[Tensor]] = ([], [])
        for n in range(0, len(pairs), step):
            a, b = (torch.stack([torch.from_numpy(corpus.crops[pair[side]][at.numpy()]) for pair, at in zip(pairs[n:n + step], bursts[n:n + step])]) for side in (0, 1))
            flat = (x.flatten(0, 2).to(self.device).float() for x in (a, b))
            for order, columns in zip(found, self.encoder.pair_columns(*flat)):
                order.append(columns.view(*a.shape[:3], -1).half().cpu())
        return torch.cat(found[0]), torch.cat(found[1])
