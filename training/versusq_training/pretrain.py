"""Pre-trains the learned encoder: `python -m versusq_training.pretrain --data DIR --run DIR --config configs/cpu.yaml`.

It looks at fragments of two copies of one source at the same place and time, and learns which looks better by the teachers' difference, what each
attribute costs at that place, and which defects are there. Most pairs are seen side by side, some each alone (encoder.py). Run in pieces with
`--minutes`; a run that goes on makes the same network as one that was not stopped.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from torch import Tensor, nn

from .config import Config, Pretraining, load_config
from .corpus import VISIBLE_POINTS, Corpus
from .encoder import Encoder, EncoderSize
from .pieces import Meter, Pieces, in_pieces, logger
from .plan import CROP, PLACES
from .recipes import ATTRIBUTES, REGIONS
from .teachers import POINTS_PER_MARGIN
from .train import squash

TIME_ALONE = ("flicker", "smoothness")
"""Attributes that one frame does not show; some move the frames of a copy, too, so that its fragments are no longer aligned."""
SEEN = [n for n, name in enumerate(ATTRIBUTES) if name not in TIME_ALONE]
GRID = 8
"""Windows begin on this grid of pixels: a codec's blocks stay where they are, also in a mirrored window."""
GAIN, SHIFT = 0.15, 20.0
"""Brightness and contrast that both fragments are moved by alike: a share, and codes."""
ATTRIBUTE_WEIGHT, DEFECT_WEIGHT = 1.4, 0.8
"""Of the losses, beside ranking and regression of the margin with 1: attributes and defects are means over what is mostly not there."""
LARGEST = 8.0
"""Margin of an attribute beyond which more has no meaning (as in stage 1)."""


class Readout(nn.Module):
    """What tokens are trained to say, linear in them: the margin and the attributes' points as differences of two, the defects of one."""

    def __init__(self, token: int):
        super().__init__()
        self.score = nn.Linear(token, 1, bias=False)
        self.attributes = nn.Linear(token, len(ATTRIBUTES), bias=False)
        self.defects = nn.Linear(token, len(ATTRIBUTES))


class Pretrained(nn.Module):
    def __init__(self, size: EncoderSize):
        super().__init__()
        self.encoder, self.readout = Encoder(size), Readout(size.token)


def place_points(corpus: Corpus, i: int) -> np.ndarray:
    """Points that each attribute costs copy `i` at each place, [K, P, 13] (a defect of a part of the picture or of the time counts there only)."""
    k = int(corpus.mask[i].sum())
    cells = corpus.cells[i, :k].numpy()
    out = np.zeros((*cells.shape[:2], len(ATTRIBUTES)), np.float32)
    for d, p in zip(corpus.clips[i].defects, corpus.clips[i].points):
        x, y, w, h = REGIONS[d["region"]]
        inside = (cells[..., 0] >= y) & (cells[..., 0] <= y + h) & (cells[..., 1] >= x) & (cells[..., 1] <= x + w)
        time = (cells[..., 2] >= d["time"][0] - 0.04) & (cells[..., 2] <= d["time"][1] + 0.04)
        out[..., ATTRIBUTES.index(d["attribute"])] += np.where(inside & time, p / max(0.35, w * h), 0.0)
    return out


@dataclass
class Fragments:
    """A batch: fragments [B, C, H, W] in codes of both copies of B pairs, margins [B], points [B, C, 13] of each side."""
    a: Tensor
    b: Tensor
    following_a: Tensor | None
    following_b: Tensor | None
    margin: Tensor
    points_a: Tensor
    points_b: Tensor


class Source:
    """Draws aligned fragments of copies of one source. Copies with defects in time are left out of training. All fragments lie on the device that
    they are looked at on (4 GB for 7,000 copies): what a step draws on the CPU is numbers alone."""

    def __init__(self, corpus: Corpus, indices: list[int], device: torch.device = torch.device("cpu")):
        self.corpus, self.device = corpus, device
        still = [i for i in indices if not {d["attribute"] for d in corpus.clips[i].defects} & set(TIME_ALONE)]
        own: dict[str, list[int]] = {}
        for i in still:
            own.setdefault(corpus.clips[i].source, []).append(i)
        self.sources = [v for _, v in sorted(own.items()) if len(v) > 1]
        if not self.sources:
            raise ValueError("no source has two measured copies without a defect in time: make more copies (versusq_training.data)")
        sizes = np.array([len(v) for v in self.sources], float)
        self.share = sizes / sizes.sum()
        drawn = [i for v in self.sources for i in v]
        self.points = {i: place_points(corpus, i) for i in drawn}
        self.crops, self.following = ({i: torch.from_numpy(stored[i]).flatten(0, 1).to(device) for i in drawn} if stored else {} for stored in (corpus.crops, corpus.following))

    def draw(self, s: Pretraining, r: np.random.Generator) -> Fragments:
        c, pairs, at, places = self.corpus, [], [], PLACES
        for n in r.choice(len(self.sources), s.pairs, p=self.share):
            pairs.append(tuple(self.sources[n][int(v)] for v in r.permutation(len(self.sources[n]))[:2]))
            at.append(r.integers(0, places * min(len(c.crops[i]) for i in pairs[-1]), s.fragments))
        corners = r.integers(0, (CROP - s.window) // GRID + 1, (s.pairs, 2)) * GRID
        mirrored, light = r.random((s.pairs, 2)) < 0.5, np.stack([1 + r.uniform(-GAIN, GAIN, s.pairs), r.uniform(-SHIFT, SHIFT, s.pairs)])
        flips, (gain, shift) = (torch.from_numpy(x).to(self.device).view(*shape) for x, shape in ((mirrored, (-1, 2, 1, 1, 1)), (light.astype(np.float32), (2, -1, 1, 1, 1))))
        rows = torch.from_numpy(np.stack(at)).to(self.device)

        def look(stored: dict[int, Tensor], side: int) -> Tensor | None:
            if not stored:
                return None
            x = torch.stack([stored[pair[side]][own, top:top + s.window, left:left + s.window] for pair, own, (top, left) in zip(pairs, rows, corners.tolist())]).float()
            for axis in (0, 1):
                x = torch.where(flips[:, axis], x.flip(axis - 2), x)
            return x * gain + shift
        margin = torch.tensor([c.margin(x, y) for x, y in pairs], device=self.device)
        points = [torch.from_numpy(np.stack([self.points[pair[side]].reshape(-1, len(ATTRIBUTES))[own] for pair, own in zip(pairs, at)])).to(self.device) for side in (0, 1)]
        return Fragments(look(self.crops, 0), look(self.crops, 1), look(self.following, 0), look(self.following, 1), margin, *points)


def tokens(encoder: Encoder, f: Fragments, alone: int) -> tuple[Tensor, Tensor]:
    """Tokens [B, C, token] of both sides; the first `alone` pairs see nothing of each other, but their own next frame where it is known."""
    shape = f.a.shape
    side_by_side = torch.ones(shape[0], 1, 1, 1, device=f.a.device)
    side_by_side[:alone] = 0
    # A fragment beside itself, or before itself, differs by nothing: that is how the network is told that there is no other.
    others = [torch.where(side_by_side > 0, y, x) for x, y in ((f.a, f.b), (f.b, f.a))]
    after = None if f.following_a is None else torch.cat([torch.where(side_by_side > 0, x, y) for x, y in ((f.a, f.following_a), (f.b, f.following_b))]).flatten(0, 1)
    found = encoder(torch.cat([f.a, f.b]).flatten(0, 1), torch.cat(others).flatten(0, 1), after).float()
    return found.view(2, *shape[:2], -1).unbind(0)


def losses(m: Pretrained, f: Fragments, alone: int, cast) -> dict[str, Tensor]:
    with cast():
        a, b = tokens(m.encoder, f, alone)
    readout, scale = m.readout, POINTS_PER_MARGIN
    margin = readout.score(a - b)[..., 0].mean(1)
    p, t = torch.special.ndtr(margin), torch.special.ndtr(2 * f.margin)
    attribute = ((f.points_b - f.points_a) / scale).clamp(-LARGEST, LARGEST)
    defects = torch.stack([readout.defects(a), readout.defects(b)])
    present = (torch.stack([f.points_a, f.points_b]) > VISIBLE_POINTS).float()
    return {"rank": (1 - torch.sqrt(p * t + 1e-6) - torch.sqrt((1 - p) * (1 - t) + 1e-6)).mean(),
            "margin": F.huber_loss(squash(margin), squash(f.margin)),
            "attributes": ATTRIBUTE_WEIGHT * F.huber_loss(readout.attributes(a - b)[..., SEEN], attribute[..., SEEN]),
            "defects": DEFECT_WEIGHT * F.binary_cross_entropy_with_logits(defects[..., SEEN], present[..., SEEN])}


@torch.inference_mode()
def held_out(m: Pretrained, corpus: Corpus, pairs: list[tuple[int, int]], bursts: int, device: torch.device) -> dict[str, float]:
    """Share of right signs over 5 and 2 points and SRCC of the mean score of `bursts` bursts of each pair: side by side, and each clip alone.
    `still`: without pairs in which a copy has a defect in time, which one frame does not show."""
    m.eval()
    truth, still, found = [], [], {"beside": [], "alone": []}
    for x, y in pairs:
        k = min(len(corpus.crops[x]), len(corpus.crops[y]))
        at = np.unique(np.linspace(0, k - 1, bursts).round().astype(int))
        a, b = (torch.from_numpy(corpus.crops[i][at]).flatten(0, 1).to(device).float() for i in (x, y))
        own = [torch.from_numpy(corpus.following[i][at]).flatten(0, 1).to(device).float() if corpus.following else None for i in (x, y)]
        for kind, (ta, tb) in (("beside", m.encoder.beside(a, b)), ("alone", (m.encoder(a, None, own[0]), m.encoder(b, None, own[1])))):
            found[kind].append(float(m.readout.score(ta - tb).mean()))
        truth.append(corpus.margin(x, y) * POINTS_PER_MARGIN)
        still.append(not any(d["attribute"] in TIME_ALONE for i in (x, y) for d in corpus.clips[i].defects))
    m.train()
    y, quiet, result = np.array(truth), np.array(still), {}
    for kind, margins in found.items():
        margin = np.array(margins)
        for name, chosen in (("", np.ones(len(y), bool)), ("still_", quiet)):
            for border in (5, 2):
                at = chosen & (np.abs(y) > border)
                if at.any():
                    result[f"{kind}_{name}sign_over_{border}"] = round(float(np.mean(np.sign(margin[at]) == np.sign(y[at]))), 4)
            if len(set(y[chosen])) > 1 and len(set(margin[chosen])) > 1:
                result[f"{kind}_{name}srcc"] = round(float(spearmanr(y[chosen], margin[chosen])[0]), 4)
    return result


def schedule(step: int, steps: int) -> float:
    """Share of the learning rate: warm-up over the first twentieth, then a cosine to a hundredth."""
    warm = max(1, steps // 20)
    return (step + 1) / warm if step < warm else 0.01 + 0.99 * (1 + np.cos(np.pi * (step - warm) / max(1, steps - warm))) / 2


def pretrain(corpus: Corpus, config: Config, pieces: Pieces, log) -> Pretrained:
    """The whole stage, from where it was left. Raises OutOfTime with everything kept."""
    s, device = config.pretrain, config.torch_device()
    torch.manual_seed(config.seed)
    r = np.random.default_rng(config.seed)
    m = Pretrained(config.encoder).to(device).train()
    source = Source(corpus, corpus.split("train"), device)
    held = corpus.draw_pairs(corpus.split("calibration"), s.held_out_pairs, max(1, s.held_out_pairs // 3), config.seed)
    optimiser = torch.optim.AdamW(m.parameters(), s.rate, weight_decay=s.weight_decay)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: schedule(n, s.steps))
    meter = Meter()
    log(stage="pretrain", parameters=sum(p.numel() for p in m.encoder.parameters()), train_sources=len(source.sources), held_out_pairs=len(held))
    for step in pieces.steps("pretrain", s.steps, modules=[m], optimiser=optimiser, schedule=rate, generators=[r]):
        parts = losses(m, source.draw(s, r), int(s.alone * s.pairs), config.cast)
        loss = sum(parts.values())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)
        optimiser.step()
        rate.step()
        meter.add(**parts)
        if step % 50 == 49:
            log(stage="pretrain", step=step + 1, steps=s.steps, minutes=pieces.minutes(), **meter.read())
        if (step + 1) % s.held_out_every == 0 or step + 1 == s.steps:
            log(stage="pretrain-held-out", step=step + 1, minutes=pieces.minutes(), held_out_sources=len({corpus.clips[a].source for a, _ in held}), **held_out(m, corpus, held, s.held_out_bursts, device))
    return m


def save(m: Pretrained, corpus: Corpus, path: Path) -> None:
    """The encoder as learned.Learned takes it."""
    part = path.with_suffix(".new")
    torch.save({"size": vars(m.encoder.size), "following": bool(corpus.following), "state": {k: v.cpu() for k, v in m.state_dict().items()}}, part)
    part.replace(path)


def main(argv: list[str] | None = None, pieces: Pieces | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints and logs")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--minutes", type=float, help="stop after so many; the same command goes on")
    parser.add_argument("--limit", type=int, help="only the first N copies (a trial)")
    a = parser.parse_args(argv)
    config = load_config(a.config)
    config.prepare()
    a.run.mkdir(parents=True, exist_ok=True)
    corpus, pieces = Corpus(a.data, a.limit, config.shares()), pieces or Pieces(a.run, a.minutes)
    m = pretrain(corpus, config, pieces, logger(a.run))
    save(m, corpus, a.run / "encoder.pt")
    pieces.finished("pretrain")


if __name__ == "__main__":
    in_pieces(main)
