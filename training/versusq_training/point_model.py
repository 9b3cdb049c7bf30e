"""Pointwise mode of versusq-mini: one clip in, a decoder prefix out; the pair model's own decoder writes what is wrong with it and a score.

New are `PointPrefix` and the decoder's rows for the words that are added (point_text.py). Tokens of places, standardisation and the Siamese part
come frozen from the pair model, the decoder starts as the pair mode's. A clip's prefix depends on nothing but that clip.
"""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .measurements import BIN_WIDTH, BINS, EXTREMES
from .model import _THIRDS, GLOBAL_PREFIX, PREFIX, Decoder, Dimensions, VersusQ, extremes, masked_pool, mlp
from .point_text import point_vocabulary
from .rationale import vocabulary
from .recipes import ATTRIBUTES

MIDDLE = 3.0
"""Middle of the scale of scores."""
HIDDEN = 96


def near_bins(share: Tensor, mask: Tensor) -> Tensor:
    """Weights [B, BINS, K] of bursts at `share` [B, K] of the clip for each of its eighths; bursts that `mask` [B, K] leaves out weigh nothing."""
    weight = torch.clamp(1 - (share[:, None] * BINS - (torch.arange(BINS)[None, :, None] + 0.5)).abs() / 1.5, min=0) * mask[:, None]
    return weight / (weight.sum(-1, keepdim=True) + 1e-4)


def near_ninths(cells: Tensor, mask: Tensor) -> Tensor:
    """Weights [B, 9, K * P] of places with centres `cells` [B, K, P, 3] for each ninth of the picture."""
    distance = (cells[:, None, ..., 0] - _THIRDS[:, 0, None, None]) ** 2 + (cells[:, None, ..., 1] - _THIRDS[:, 1, None, None]) ** 2
    near = (torch.exp(-18 * distance) * mask[:, None, :, None]).flatten(2)
    return near / (near.sum(2, keepdim=True) + 1e-4)


class PointPrefix(nn.Module):
    """One clip -> read-out (score and what each attribute costs, without text) and decoder prefix of the pair mode's shape."""

    def __init__(self, d: Dimensions):
        super().__init__()
        self.dimensions = d
        ends = 2 * len(range(d.measurements)[slice(*EXTREMES)])
        own = 1 + len(ATTRIBUTES)
        self.place = mlp(d.measurements + d.token, 128, HIDDEN, dropout=0.2)
        self.entry = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * d.measurements + 2 * HIDDEN + ends + d.timeline + own, 128), nn.GELU(), nn.Dropout(0.3), nn.Linear(128, HIDDEN), nn.GELU())
        self.head = nn.Linear(HIDDEN, own)
        self.prefix_global = nn.Linear(HIDDEN + own, GLOBAL_PREFIX * d.model)
        self.prefix_bin = nn.Linear(HIDDEN + BIN_WIDTH, d.model)
        self.prefix_place = nn.Linear(HIDDEN, d.model)
        self.prefix_kind = nn.Parameter(torch.randn(PREFIX, d.model) * 0.02)

    def forward(self, base: VersusQ, t: dict[str, Tensor]) -> dict[str, Tensor]:
        """`t`: measurements [B, K, P, M], cells [B, K, P, 3], mask [B, K], timeline [B, T]. Gives score [B] (1 to 5, not clamped), attributes [B, 13]
        (margin units lost) and what the prefix is made of. The pair model's parts carry no gradient."""
        mask = t["mask"]
        with torch.no_grad():
            m, line, tokens = base.pair.standardise(t["measurements"]), base.pair.standardise_time(t["timeline"]), base.tokenizer(t["measurements"])
            ends = extremes(m, mask)
            own = base.pair.own(torch.cat([masked_pool(m, mask), masked_pool(tokens, mask), ends, line], -1))
        u = F.gelu(self.place(torch.cat([m, tokens], -1)))
        h = self.entry(torch.cat([masked_pool(m, mask), masked_pool(u, mask), ends, line, own], -1))
        out = self.head(h)
        bins = line[:, -BINS * BIN_WIDTH:].reshape(-1, BINS, BIN_WIDTH)
        return {"score": MIDDLE + out[:, 0], "attributes": out[:, 1:], "h": h, "bins": torch.cat([near_bins(t["cells"][:, :, 0, 2], mask) @ u.mean(2), bins], -1),
                "places": near_ninths(t["cells"], mask) @ u.flatten(1, 2)}

    def prefix(self, out: dict[str, Tensor]) -> Tensor:
        """Decoder prefix [B, PREFIX, MODEL] from what `forward` gave."""
        whole = self.prefix_global(torch.cat([out["h"], out["score"][:, None] - MIDDLE, out["attributes"]], -1)).reshape(-1, GLOBAL_PREFIX, self.dimensions.model)
        return torch.cat([whole, self.prefix_bin(out["bins"]), self.prefix_place(out["places"])], 1) + self.prefix_kind

    def reading(self) -> list[nn.Parameter]:
        """Parameters of the read-out."""
        return [p for n, p in self.named_parameters() if not n.startswith("prefix")]

    def writing(self) -> list[nn.Parameter]:
        """Parameters of the prefix alone."""
        return [p for n, p in self.named_parameters() if n.startswith("prefix")]


class Pointwise(nn.Module):
    """The whole model with both modes; `base` holds the longer vocabulary."""

    def __init__(self, base: VersusQ):
        super().__init__()
        self.base, self.point = base, PointPrefix(base.dimensions)

    @property
    def decoder(self) -> Decoder:
        return self.base.decoder

    def train(self, mode: bool = True) -> Pointwise:
        """The pair model's own parts never drop anything: they are frozen."""
        super().train(mode)
        self.base.tokenizer.eval()
        self.base.pair.eval()
        return self

    def prefix_of(self, t: dict[str, Tensor]) -> Tensor:
        """Decoder prefix [B, PREFIX, MODEL] of a batch of clips."""
        return self.point.prefix(self.point(self.base, t))

    def pair_mode(self) -> VersusQ:
        """The pair model alone with its own vocabulary, copied: what a package would ship."""
        d = replace(self.base.dimensions, vocabulary=len(vocabulary()))
        return resized(self.base, d)


def resized(model: VersusQ, d: Dimensions) -> VersusQ:
    """A copy of the model with another size of the vocabulary: words behind the old end are new, words behind the new end are left out."""
    other = VersusQ(d)
    own = other.state_dict()
    for name, value in model.state_dict().items():
        if value.shape == own[name].shape:
            own[name] = value
        else:
            n = min(len(value), len(own[name]))
            own[name][:n] = value[:n]
    other.load_state_dict(own)
    return other.eval()


def from_pair(model: VersusQ) -> Pointwise:
    """The pointwise mode on a trained pair model, before its own training."""
    return Pointwise(resized(model, replace(model.dimensions, vocabulary=len(point_vocabulary()))))


def logits_of(decoder: Decoder, prefix: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [N, S - 1, V] of what follows each token of whole texts [N, S] but the last, and the hidden states [N, S, MODEL]."""
    h, _ = decoder.hidden(prefix, tokens, decoder.empty_past(len(tokens)))
    h = h[:, prefix.shape[1]:]
    return decoder.logits(h[:, :-1]), h


def log_probability(decoder: Decoder, prefix: Tensor, tokens: Tensor) -> Tensor:
    """Log probabilities [N, S - 1] of the tokens behind the first, nats."""
    logits, _ = logits_of(decoder, prefix, tokens)
    return torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None])[..., 0]
