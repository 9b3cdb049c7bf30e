"""versusq-mini: encoder of one clip, antisymmetric pair model, decoder of reasoning. Shapes: docs/model-package.md.

m(A, B) = (f(A, B) - f(B, A)) / 2 with f a network on differences of both clips' measurements and on measurements of aligned
samples, plus a Siamese part s(A) - s(B) that carries the comparison across contents (DESIGN 4, METHOD 5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .encoder import Encoder, EncoderSize
from .measurements import BIN_WIDTH, BINS, EXTREMES, FRAMING, RELATION, Detail, Fragments, Timeline, burst_measurements, detail_of, pair_measurements, relation
from .recipes import ATTRIBUTES

CLIP_LIMIT = 5.0
"""Standardised measurements are clipped here: an outlier must not decide."""
QUADRANTS = 9
_THIRDS = torch.tensor([[row, column] for row in (1 / 6, 0.5, 5 / 6) for column in (1 / 6, 0.5, 5 / 6)])
"""Centres of the picture's ninths. Made before anything is traced: an export would keep its own stand-ins."""
GLOBAL_PREFIX = 4
PREFIX = GLOBAL_PREFIX + BINS + QUADRANTS


@dataclass
class Dimensions:
    """Sizes. `encoder` None: no learned encoder, and the weights of a model without one. `learned_token`, `learned_pair`: where its tokens stand (`pair` counts
    all columns, those of the encoder, too); `following`: it was trained to see the next frame of a fragment."""
    measurements: int
    timeline: int
    pair: int
    vocabulary: int
    token: int = 64
    model: int = 160
    layers: int = 3
    heads: int = 5
    encoder: EncoderSize | None = None
    learned_token: bool = False
    learned_pair: bool = False
    following: bool = False

    @property
    def tokens(self) -> int:
        """Width of a place's token: of its measurements, and the encoder's beside it."""
        return self.token + (self.encoder.token if self.encoder and self.learned_token else 0)


class Standardise(nn.Module):
    """(x - mean) / sd of the training set, clipped."""

    def __init__(self, size: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("scale", torch.ones(size))

    def fit(self, x: Tensor) -> None:
        x = x.reshape(-1, x.shape[-1])
        self.mean.copy_(x.mean(0))
        self.scale.copy_(x.std(0) + 1e-3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.clamp((x - self.mean) / self.scale, -CLIP_LIMIT, CLIP_LIMIT)


def mlp(*sizes: int, dropout: float = 0.0) -> nn.Sequential:
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(a, b))
        if i + 2 < len(sizes):
            layers += [nn.GELU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers)


def masked_pool(x: Tensor, mask: Tensor) -> Tensor:
    """Mean and standard deviation over places: x [B, K, P, D], mask [B, K] -> [B, 2 D]."""
    w = mask[:, :, None, None] / (mask.sum(1)[:, None, None, None] * x.shape[2] + 1e-6)
    mean = (x * w).sum((1, 2))
    variance = (w * (x - mean[:, None, None]) ** 2).sum((1, 2))
    return torch.cat([mean, torch.sqrt(variance + 1e-4)], -1)


def extremes(x: Tensor, mask: Tensor) -> Tensor:
    """Least and largest value over a clip of the columns that tell exposure and colour: x [B, K, P, D] -> [B, 2 columns]."""
    x = x[..., EXTREMES[0]:EXTREMES[1]]
    out = (mask[:, :, None, None] == 0).float() * 100
    return torch.cat([(x + out).amin((1, 2)), (x - out).amax((1, 2))], -1)


class ClipTokenizer(nn.Module):
    """Token of one place from its measurements, [.., MEASUREMENTS] -> [.., TOKEN], with the encoder's token [.., LEARNED] behind it where there is one."""

    def __init__(self, d: Dimensions):
        super().__init__()
        self.standardise = Standardise(d.measurements)
        self.net = mlp(d.measurements, 128, d.token, dropout=0.1)
        if d.tokens > d.token:
            self.standardise_learned = Standardise(d.tokens - d.token)

    def forward(self, m: Tensor, learned: Tensor | None = None) -> Tensor:
        token = self.net(self.standardise(m))
        return token if learned is None else torch.cat([token, self.standardise_learned(learned)], -1)


SPREAD_INPUTS = 6 + len(ATTRIBUTES)


def spread_inputs(margin: Tensor, attributes: Tensor, raw: Tensor, one: dict[str, Tensor]) -> Tensor:
    """What tells how sure a margin is, the same for both orders [B, SPREAD_INPUTS]: its size, what it rests on, whether margin and
    attributes, and the two orders, agree, and whether the clips were compared place by place."""
    said = [torch.asinh(margin.abs()), (raw.sum(-1) / 2).abs(), (margin - attributes.sum(-1)).abs(), one["same"], one["aligned"], torch.log1p(one["change"])]
    return torch.cat([torch.stack(said, -1), torch.asinh(attributes.abs())], -1)


class PairModel(nn.Module):
    """One ordered pair -> margin, spread, attributes, margins of segments and regions, decoder prefix.

    Batched over B pairs of K bursts of P places; `mask` [B, K] marks the bursts that exist. `phi_*` are pair measurements for the
    order (a, b). Call `both` for the two orders.
    """

    def __init__(self, d: Dimensions):
        super().__init__()
        self.dimensions = d
        self.standardise = Standardise(d.measurements)
        self.standardise_time = Standardise(d.timeline)
        self.standardise_pair = Standardise(d.pair)
        self.standardise_relation = Standardise(RELATION)
        hidden = 96
        ends = 2 * len(range(d.measurements)[slice(*EXTREMES)])
        self.place = mlp(2 * d.measurements // 2 + d.pair + 2 * d.tokens + 1, 128, hidden, dropout=0.2)
        wide = 2 * d.measurements + 2 * d.pair + 2 * hidden + 2 * d.timeline + RELATION + ends + 2
        self.entry = nn.Sequential(nn.Dropout(0.2), nn.Linear(wide, 160), nn.GELU(), nn.Dropout(0.3), nn.Linear(160, 96), nn.GELU())
        self.head = nn.Linear(96, 1 + len(ATTRIBUTES))
        self.own = mlp(2 * d.measurements + 2 * d.tokens + ends + d.timeline, 96, 1 + len(ATTRIBUTES), dropout=0.3)
        self.related = mlp(RELATION, 48, 1 + len(ATTRIBUTES), dropout=0.1)
        self.local = nn.Linear(hidden, 1)
        self.bin_time = mlp(2 * BIN_WIDTH, 24, 1)
        self.similar = nn.Linear(7, 1)
        with torch.no_grad():  # starts as "correlated thumbs show the same": it gates the aligned part from the first step on
            self.similar.weight.copy_(torch.tensor([[4.0, 4.0, 2.0, 2.0, 0.0, 0.0, 0.0]]))
            self.similar.bias.fill_(-6.0)
        self.standardise_spread = Standardise(SPREAD_INPUTS)
        self.spread = mlp(SPREAD_INPUTS, 24, 1)
        self.prefix_global = nn.Linear(96 + 2 + len(ATTRIBUTES) + 2, GLOBAL_PREFIX * d.model)
        self.prefix_bin = nn.Linear(hidden + 2 * BIN_WIDTH + 1, d.model)
        self.prefix_place = nn.Linear(hidden + 1, d.model)
        self.prefix_kind = nn.Parameter(torch.randn(PREFIX, d.model) * 0.02)

    def same_content(self, thumbs_a: Tensor, thumbs_b: Tensor, aligned: Tensor, mask: Tensor, best: Tensor) -> Tensor:
        """Probability [B] that the clips show the same content, from whole-frame thumbs [B, K, 18, 32] of the same times and the best
        correlation [B] of one with a window of the other."""
        def unit(x: Tensor) -> Tensor:
            x = x.flatten(2)
            x = x - x.mean(-1, keepdim=True)
            return x / (x.norm(dim=-1, keepdim=True) + 1.0)
        c = (unit(thumbs_a) * unit(thumbs_b)).sum(-1)
        w = mask / (mask.sum(1, keepdim=True) + 1e-6)
        m = (c * w).sum(1)
        low = torch.where(mask > 0, c, torch.ones_like(c)).amin(1)
        contrast = (torch.minimum(thumbs_a.flatten(2).std(-1), thumbs_b.flatten(2).std(-1)) * w).sum(1) / 32
        share = (aligned * w).sum(1)
        x = torch.stack([m, m ** 4, m ** 16, low, contrast, share, best ** 8], -1)
        return torch.sigmoid(self.similar(x)[:, 0])

    def forward(self, t: dict[str, Tensor]) -> dict[str, Tensor]:
        """`t`: tokens_a/b, measurements_a/b [B,K,P,*], phi [B,K,P,PAIR], timeline_a/b, aligned, mask, cells, same [B]."""
        ma, mb = self.standardise(t["measurements_a"]), self.standardise(t["measurements_b"])
        phi = self.standardise_pair(t["phi"]) * (t["aligned"] * t["same"][:, None])[:, :, None, None]
        la, lb = self.standardise_time(t["timeline_a"]), self.standardise_time(t["timeline_b"])
        flag = (t["aligned"] * t["same"][:, None])[:, :, None, None].expand(-1, -1, ma.shape[2], 1)
        difference = ma - mb
        u = F.gelu(self.place(torch.cat([difference, phi, t["tokens_a"] - t["tokens_b"], t["tokens_a"] + t["tokens_b"], flag], -1)))
        mask = t["mask"]
        # Framing is told by pictures that are not the same: only the time lines are read in the measure that the content is.
        known = torch.cat([torch.ones(FRAMING), torch.zeros(RELATION - FRAMING)]).to(ma.device)
        related = self.standardise_relation(t["relation"]) * (known + (1 - known) * t["same"][:, None])
        whole = torch.cat([masked_pool(difference, mask), masked_pool(phi, mask), masked_pool(u, mask), la - lb, la + lb,
                           related, extremes(ma, mask) - extremes(mb, mask),
                           t["same"][:, None], (t["aligned"] * mask).sum(1, keepdim=True) / (mask.sum(1, keepdim=True) + 1e-6)], -1)
        h = self.entry(whole)
        out = self.head(h)
        own = (self.own(torch.cat([masked_pool(ma, mask), masked_pool(t["tokens_a"], mask), extremes(ma, mask), la], -1))
               - self.own(torch.cat([masked_pool(mb, mask), masked_pool(t["tokens_b"], mask), extremes(mb, mask), lb], -1)))
        direct = self.related(related)
        margin = out[:, 0] + own[:, 0] + direct[:, 0]
        attributes = out[:, 1:] + own[:, 1:] + direct[:, 1:]
        regions = self.local(u)[..., 0]
        bins_a, bins_b = (x[:, -BINS * BIN_WIDTH:].reshape(-1, BINS, BIN_WIDTH) for x in (la, lb))
        bins = torch.cat([bins_a - bins_b, bins_a + bins_b], -1)
        bin_margin = self.bin_time(bins)[..., 0]
        share = t["cells"][:, :, 0, 2]
        weight = torch.clamp(1 - (share[:, None] * BINS - (torch.arange(BINS, device=share.device)[None, :, None] + 0.5)).abs() / 1.5, min=0) * mask[:, None]
        weight = weight / (weight.sum(-1, keepdim=True) + 1e-4)
        burst_u = u.mean(2)
        segments = regions.mean(2) + (weight / (weight.sum(1, keepdim=True) + 1e-4)).transpose(1, 2).matmul(bin_margin[..., None])[..., 0]
        thirds = _THIRDS.to(share.device)
        near = torch.exp(-((t["cells"][..., 0][:, None] - thirds[:, 0, None, None]) ** 2 + (t["cells"][..., 1][:, None] - thirds[:, 1, None, None]) ** 2) * 18)
        near = (near * mask[:, None, :, None]).flatten(2)
        near = near / (near.sum(2, keepdim=True) + 1e-4)
        places = near @ torch.cat([u, regions[..., None]], -1).flatten(1, 2)
        return {"margin": margin, "attributes": attributes, "regions": regions, "segments": segments, "h": h, "same": t["same"], "aligned": (t["aligned"] * mask).sum(1) / (mask.sum(1) + 1e-6),
                "change": (la - lb).abs().amax(1), "bin_input": torch.cat([weight @ burst_u, bins, bin_margin[..., None]], -1), "place_input": places}

    def prefix(self, one: dict[str, Tensor], margin: Tensor, log_sd: Tensor, attributes: Tensor) -> Tensor:
        """Decoder prefix [B, PREFIX, MODEL] of one order, with the antisymmetric margin and attributes of that order."""
        g = torch.cat([one["h"], margin[:, None], log_sd[:, None], attributes, one["change"][:, None], one["same"][:, None]], -1)
        whole = self.prefix_global(g).reshape(-1, GLOBAL_PREFIX, self.dimensions.model)
        return torch.cat([whole, self.prefix_bin(one["bin_input"]), self.prefix_place(one["place_input"])], 1) + self.prefix_kind

    def prefixes(self, out: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Prefixes of the order (A, B) and of (B, A) from what `both` gave."""
        return (self.prefix(out["first"], out["margin"], out["log_sd"], out["attributes"]),
                self.prefix(out["second"], -out["margin"], out["log_sd"], -out["attributes"]))

    def both(self, t: dict[str, Tensor], phi_ba: Tensor) -> dict[str, Tensor]:
        """Both orders as one batch, antisymmetrised."""
        swap = {"tokens_a": "tokens_b", "measurements_a": "measurements_b", "timeline_a": "timeline_b"}
        swap |= {v: k for k, v in swap.items()}
        other = {"phi": phi_ba, "relation": t["relation_ba"]}
        batch = {k: torch.cat([v, other[k] if k in other else t[swap.get(k, k)]]) for k, v in t.items() if k != "relation_ba"}
        out = self(batch)
        n = t["mask"].shape[0]
        first, second = ({k: v[:n] for k, v in out.items()}, {k: v[n:] for k, v in out.items()})
        half = lambda k: (first[k] - second[k]) / 2
        margin, attributes, raw = half("margin"), half("attributes"), torch.stack([first["margin"], second["margin"]], -1)
        doubt = spread_inputs(margin, attributes, raw, first)
        log_sd = self.spread(self.standardise_spread(doubt))[:, 0]
        return {"margin": margin, "raw": raw, "log_sd": log_sd, "attributes": attributes, "spread_inputs": doubt,
                "segments": half("segments"), "regions": half("regions"), "first": first, "second": second}


class Attention(nn.Module):
    """Causal self-attention with explicit keys and values of the past."""

    def __init__(self, d: Dimensions):
        super().__init__()
        self.heads, self.width = d.heads, d.model // d.heads
        self.qkv = nn.Linear(d.model, 3 * d.model)
        self.out = nn.Linear(d.model, d.model)

    def forward(self, x: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        b, s, m = x.shape
        q, k, v = self.qkv(x).reshape(b, s, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        k, v = torch.cat([key, k], 2), torch.cat([value, v], 2)
        scores = q @ k.transpose(-1, -2) / self.width ** 0.5
        past = key.shape[2]
        allowed = torch.arange(k.shape[2], device=x.device)[None] <= torch.arange(s, device=x.device)[:, None] + past
        scores = scores.masked_fill(~allowed, -1e9)
        y = torch.softmax(scores, -1) @ v
        return self.out(y.transpose(1, 2).reshape(b, s, m)), k, v


class Block(nn.Module):
    def __init__(self, d: Dimensions):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d.model), nn.LayerNorm(d.model)
        self.attention = Attention(d)
        self.feed = nn.Sequential(nn.Linear(d.model, 4 * d.model), nn.GELU(), nn.Linear(4 * d.model, d.model))
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y, key, value = self.attention(self.norm1(x), key, value)
        x = x + self.drop(y)
        return x + self.drop(self.feed(self.norm2(x))), key, value


MAX_LENGTH = 320


class Decoder(nn.Module):
    """Writes claims, prose and choice; the considered margin is read from the hidden state at `<margin>`."""

    def __init__(self, d: Dimensions):
        super().__init__()
        self.dimensions = d
        self.embed = nn.Embedding(d.vocabulary, d.model)
        self.position = nn.Parameter(torch.randn(MAX_LENGTH, d.model) * 0.02)
        self.blocks = nn.ModuleList(Block(d) for _ in range(d.layers))
        self.norm = nn.LayerNorm(d.model)
        self.bias = nn.Parameter(torch.zeros(d.vocabulary))
        self.margin = mlp(d.model, 64, 2)
        nn.init.normal_(self.embed.weight, std=0.04)

    def hidden(self, prefix: Tensor, tokens: Tensor, past: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        x = torch.cat([prefix, self.embed(tokens)], 1)
        start = past[0][0].shape[2]
        x = x + self.position.index_select(0, torch.arange(x.shape[1], device=x.device) + start)
        present = []
        for block, (key, value) in zip(self.blocks, past):
            x, key, value = block(x, key, value)
            present.append((key, value))
        return self.norm(x), present

    def empty_past(self, batch: int) -> list[tuple[Tensor, Tensor]]:
        d = self.dimensions
        return [(torch.zeros(batch, d.heads, 0, d.model // d.heads, device=self.bias.device),) * 2 for _ in range(d.layers)]

    def logits(self, h: Tensor) -> Tensor:
        return h @ self.embed.weight.T + self.bias

    def read_margin(self, h: Tensor) -> tuple[Tensor, Tensor]:
        out = self.margin(h)
        return out[..., 0], out[..., 1]


def greedy(logits: Tensor) -> Tensor:
    """The likeliest word of each row [N]."""
    return logits.argmax(-1)


def drawn(generator: torch.Generator, temperature: float = 1.0) -> Callable[[Tensor], Tensor]:
    """Words drawn by their probability; one generator on the CPU, whatever the device."""
    def choose(logits: Tensor) -> Tensor:
        p = torch.softmax(logits.float() / temperature, -1)
        return torch.multinomial(p.cpu(), 1, generator=generator)[:, 0].to(logits.device)
    return choose


@torch.no_grad()
def write_tokens(decoder: Decoder, prefix: Tensor, words: Sequence[str], end: str, limit: int, choose: Callable[[Tensor], Tensor] = greedy) -> Tensor:
    """One text for each row of prefix [N, PREFIX, MODEL]: tokens [N, S] from `<bos>` to the word `end` or the limit, padded behind it."""
    pad, bos, last = (words.index(w) for w in ("<pad>", "<bos>", end))
    tokens = torch.full((len(prefix), 1), bos, device=prefix.device)
    h, past = decoder.hidden(prefix, tokens, decoder.empty_past(len(prefix)))
    done = torch.zeros(len(prefix), dtype=torch.bool, device=prefix.device)
    for _ in range(limit):
        following = torch.where(done, pad, choose(decoder.logits(h[:, -1])))
        done |= following == last
        tokens = torch.cat([tokens, following[:, None]], 1)
        if done.all():
            break
        h, past = decoder.hidden(prefix[:, :0], following[:, None], past)
    return tokens


class VersusQ(nn.Module):
    """The whole model."""

    def __init__(self, d: Dimensions):
        super().__init__()
        self.dimensions = d
        self.tokenizer = ClipTokenizer(d)
        self.pair = PairModel(d)
        self.decoder = Decoder(d)
        self.encoder = Encoder(d.encoder) if d.encoder and (d.learned_token or d.learned_pair) else None
        if self.encoder is not None:  # trained before everything else
            self.encoder.requires_grad_(False)


class EncoderGraph(nn.Module):
    """`encoder.onnx`: one burst."""

    def __init__(self, model: VersusQ):
        super().__init__()
        self.fragments, self.tokenizer = Fragments(), model.tokenizer
        self.encoder, self.following = model.encoder if model.dimensions.learned_token else None, model.dimensions.following

    def forward(self, y: Tensor, u: Tensor, v: Tensor, colour: Tensor):
        crops, cb, cr, thumb = self.fragments(y, u, v, colour)
        measurements = burst_measurements(crops, cb, cr, thumb)
        first = torch.round(crops[:, 0])
        learned = None if self.encoder is None else self.encoder(first, None, torch.round(crops[:, 1]) if self.following else None)
        return self.tokenizer(measurements, learned), measurements, first.to(torch.uint8), thumb


class TimelineGraph(Timeline):
    """`timeline.onnx`."""


class DetailGraph(nn.Module):
    """`detail.onnx`: what crops [K, P, C, C] of one clip bring to every comparison -> [K, P, DETAIL]."""

    def forward(self, crops: Tensor) -> tuple[Tensor]:
        k, p = crops.shape[0], crops.shape[1]
        return (detail_of(crops.reshape(k * p, *crops.shape[2:]).float()).packed().reshape(k, p, -1),)


class PairGraph(nn.Module):
    """`pair.onnx`: K matched bursts of two clips."""

    def __init__(self, model: VersusQ):
        super().__init__()
        self.pair = model.pair
        self.encoder = model.encoder if model.dimensions.learned_pair else None

    def forward(self, tokens_a, tokens_b, measurements_a, measurements_b, crops_a, crops_b, detail_a, detail_b, thumbs_a, thumbs_b, timeline_a, timeline_b, series_a, series_b, aligned, cells):
        k, p = crops_a.shape[0], crops_a.shape[1]
        a, b = (Detail.unpacked(crops.reshape(k * p, *crops.shape[2:]).float(), detail.reshape(k * p, -1)) for crops, detail in ((crops_a, detail_a), (crops_b, detail_b)))
        columns = [pair_measurements(a, b)] + ([] if self.encoder is None else [self.encoder.pair_columns(a.picture, b.picture)])
        phi_ab, phi_ba = (torch.cat(order, -1).reshape(1, k, p, -1) for order in zip(*columns))
        mask = torch.ones_like(aligned)[None]
        whole_ab, whole_ba = relation(thumbs_a, thumbs_b, series_a, series_b)
        same = self.pair.same_content(thumbs_a[None], thumbs_b[None], aligned[None], mask, whole_ab[None, 1])
        t = {"tokens_a": tokens_a[None], "tokens_b": tokens_b[None], "measurements_a": measurements_a[None], "measurements_b": measurements_b[None], "phi": phi_ab,
             "timeline_a": timeline_a[None], "timeline_b": timeline_b[None], "aligned": aligned[None], "mask": mask, "cells": cells[None], "same": same, "relation": whole_ab[None], "relation_ba": whole_ba[None]}
        out = self.pair.both(t, phi_ba)
        prefix = torch.cat(self.pair.prefixes(out))
        return out["margin"], out["raw"][0], out["log_sd"], same, out["attributes"][0], out["segments"][0], out["regions"][0], prefix


class DecoderGraph(nn.Module):
    """`decoder.onnx`: a step (or a whole text) with explicit past."""

    def __init__(self, model: VersusQ):
        super().__init__()
        self.decoder = model.decoder

    def forward(self, prefix: Tensor, tokens: Tensor, *past: Tensor):
        pairs = list(zip(past[0::2], past[1::2]))
        h, present = self.decoder.hidden(prefix, tokens, pairs)
        last = h[:, -1]
        margin, log_sd = self.decoder.read_margin(last)
        return (self.decoder.logits(last), margin, log_sd, *(x for pair in present for x in pair))
