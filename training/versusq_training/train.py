"""Supervised training of versusq-mini: `python -m versusq_training.train --data DIR --out ../models/versusq-mini`.

Stage 1 fits tokens, pair model and margins; stage 2 freezes them and teaches the decoder to write claims, prose and the
considered margin; stage 3 (`--grpo-steps`) goes on with Margin-Coupled GRPO (grpo.py). Each keeps a checkpoint and resumes from it, also in its midst
(`--minutes`). Splits are by source group (corpus.py). `--config` sets device, precision, sizes and lengths; `--encoder` adds a pre-trained encoder (pretrain.py).
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import time
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .config import Config, load_config
from .corpus import EXTRA_CLEAN, Corpus, PairMeasurements, measure_pairs, relation_of
from .evaluate import calibrate, claims_on_lossless, evaluate, evaluate_extra, evaluate_ladders, glance_batch, predict
from .export import export
from .grpo import Settings, step as grpo_step
from .learned import Learned
from .measurements import CHROMA
from .model import Dimensions, VersusQ
from .pieces import Meter, Pieces, in_pieces, logger
from .rationale import encode, text, vocabulary

MIN_STEPS = 40
"""Of stage 1, however few the pairs: its schedule needs some."""
CLEAN_PAIRS = 3
"""Pairs of clean copies of each source that are trained on."""
QUIET_SHARE = 0.16
"""Share of a batch of stage 2 that shows no difference: of what is not there nothing must be claimed."""
LOCAL_SHARE = 0.12
"""Share of a batch of stage 2 with a defect in one part of the picture: a text that may always say "the whole picture" does."""
REGION_WEIGHT = 0.4
"""What the margins of places count in stage 1."""
TUNE_RATE = 3e-4
"""Learning rate of stage 1 that goes on from an earlier run (2e-3 from the beginning)."""
EVALUATION_BURSTS = 8
"""Bursts of a pair that calibration and test look at: about as many as the runtime finds in such clips."""
SWAP_WEIGHT = 0.15
"""What the two orders' disagreement costs in stage 1."""
CROSS_SHARE = 0.35
"""Share of pairs of different sources in a batch of stage 1; their labels are softer (sources are not equally clean)."""


class Pairs:
    """Same-source pairs with their measurements, and random cross-source pairs beside them."""

    def __init__(self, corpus: Corpus, pairs: list[tuple[int, int]], measured: PairMeasurements, aligned: bool = True):
        self.corpus, self.pairs, self.measured, self.aligned = corpus, pairs, measured, aligned

    def subset(self, rows: list[int]) -> Pairs:
        return Pairs(self.corpus, [self.pairs[n] for n in rows], self.measured.take(rows), self.aligned)

    def batch(self, picks: list[int], cross: list[tuple[int, int]], generator: np.random.Generator | None = None) -> tuple[dict[str, Tensor], Tensor, list[tuple[int, int]]]:
        """Inputs of `PairModel.both` (without tokens), phi of the other order, and the ordered pairs. Same-source pairs are
        turned at random."""
        c, count = self.corpus, self.measured.bursts.shape[1]
        ordered, phi, phi_ba, bursts, whole = [], [], [], [], []
        for n in picks:
            x, y = self.pairs[n]
            ab, ba, both = self.measured.ab[n], self.measured.ba[n], self.measured.relation[n]
            if generator is not None and generator.random() < 0.5:
                x, y, ab, ba, both = y, x, ba, ab, both.flip(0)
            ordered.append((x, y))
            phi.append(ab)
            phi_ba.append(ba)
            bursts.append(self.measured.bursts[n])
            whole.append(both)
        for x, y in cross:
            k = int(min(c.mask[x].sum(), c.mask[y].sum()))
            at = torch.arange(count) % k if generator is None else torch.from_numpy(np.sort(generator.permutation(k)[:count])) if k >= count else torch.arange(count) % k
            ordered.append((x, y))
            phi.append(torch.zeros_like(self.measured.ab[0]))
            phi_ba.append(torch.zeros_like(self.measured.ab[0]))
            bursts.append(at)
            whole.append(torch.stack(relation_of(c, x, y)))
        a, b = (torch.tensor([p[s] for p in ordered])[:, None] for s in (0, 1))
        at = torch.stack(bursts)
        aligned = torch.full((len(ordered), count), float(self.aligned))
        aligned[len(picks):] = (torch.rand(len(cross), 1) < 0.5).float() if generator is not None else 0.0
        self.at = at
        t = {"measurements_a": c.measurements[a, at], "measurements_b": c.measurements[b, at], "thumbs_a": c.thumbs[a, at], "thumbs_b": c.thumbs[b, at], "cells": c.cells[a, at],
             "timeline_a": c.timeline[a[:, 0]], "timeline_b": c.timeline[b[:, 0]], "aligned": aligned, "mask": torch.ones(len(ordered), count), "phi": torch.stack(phi).float(),
             "relation": torch.stack(whole)[:, 0], "relation_ba": torch.stack(whole)[:, 1]}
        if c.learned_tokens is not None:
            t |= {"learned_a": c.learned_tokens[a, at], "learned_b": c.learned_tokens[b, at]}
        return t, torch.stack(phi_ba).float(), ordered


def measured_pairs(corpus: Corpus, pairs: list[tuple[int, int]], cache: Path, bursts: int, seed: int) -> Pairs:
    """Measures pairs, and takes those that an earlier run measured from its file (by name: copies may have been added since)."""
    def finished(measured: PairMeasurements) -> Pairs:
        beside = corpus.learned is not None and corpus.learned.pair
        return Pairs(corpus, pairs, corpus.learned.beside(corpus, pairs, measured, cache.with_name(f"{cache.stem}-learned.pt")) if beside else measured)
    names = [(corpus.clips[a].name, corpus.clips[b].name) for a, b in pairs]
    known, kept = torch.load(cache, weights_only=False) if cache.exists() else ([], None)
    if kept is not None and known == names:
        return finished(kept)
    at = {name: n for n, name in enumerate(known)} if kept is not None and kept.bursts.shape[1] == bursts else {}
    missing = [n for n, name in enumerate(names) if name not in at]
    made = measure_pairs(corpus, [pairs[n] for n in missing], bursts, seed, cache.stem) if missing else None
    whole = made if kept is None or not at else kept if made is None else kept.joined(made)
    place = {n: len(known) * bool(at) + k for k, n in enumerate(missing)}
    measured = whole.take([place.get(n, at.get(name, -1)) for n, name in enumerate(names)])
    torch.save((names, measured), cache)
    return finished(measured)


def load_pairs(corpus: Corpus, run: Path, split: str) -> Pairs:
    """Pairs of a split as an earlier run measured them (training with the extra copies)."""
    index = {c.name: i for i, c in enumerate(corpus.clips)}
    def kept(name: str) -> Pairs:
        names, measured = torch.load(run / f"pairs-{name}.pt", weights_only=False)
        return Pairs(corpus, [(index[a], index[b]) for a, b in names], measured)
    own = kept(split)
    for name in ("extra", "clean"):
        if split == "train" and (run / f"pairs-{name}.pt").exists():
            more = kept(name)
            own = Pairs(corpus, own.pairs + more.pairs, own.measured.joined(more.measured))
    return own


def truth(corpus: Corpus, ordered: list[tuple[int, int]], cells: Tensor) -> dict[str, Tensor]:
    attribute = torch.tensor(np.stack([(corpus.attribute_points(b) - corpus.attribute_points(a)) / 6 for a, b in ordered])).clamp(-8, 8)
    shares = cells[:, :, 0, 2].numpy()
    return {"margin": torch.tensor([corpus.margin(a, b) for a, b in ordered]), "attributes": attribute,
            "segments": torch.tensor(np.stack([corpus.segment_truth(a, b, s) for (a, b), s in zip(ordered, shares)]), dtype=torch.float32).clamp(-8, 8),
            "regions": torch.tensor(np.stack([corpus.region_truth(a, b, c) for (a, b), c in zip(ordered, cells.numpy())]), dtype=torch.float32).clamp(-8, 8),
            "same": torch.tensor([float(corpus.clips[a].source == corpus.clips[b].source) for a, b in ordered])}


GREY_SHARE = 0.5
"""Share of the noisy copies of a batch of stage 1 that are shown with the colour planes of a clean copy: noise that was made has colour in it, film
grain and many cameras' noise have not, and a network that knows noise by its colour takes the other kind for detail."""


def grey_noise(corpus: Corpus) -> dict[int, int]:
    """Noisy copies, each with a clean copy of its source that is looked at in the same places."""
    found = {}
    for i, clip in enumerate(corpus.clips):
        if "noise" in {d["attribute"] for d in clip.defects}:
            clean = next((k for k in corpus.by_source[clip.source] if corpus.clips[k].family == "clean" and torch.equal(corpus.mask[k], corpus.mask[i])), None)
            if clean is not None:
                found[i] = clean
    return found


def without_colour(corpus: Corpus, t: dict[str, Tensor], ordered: list[tuple[int, int]], at: Tensor, clean: dict[int, int], generator: np.random.Generator) -> None:
    """Gives noisy copies of a batch the colour measurements of their clean copies, at the bursts `at` [B, K]."""
    for n, pair in enumerate(ordered):
        for side, i in zip("ab", pair):
            if i in clean and generator.random() < GREY_SHARE:
                t[f"measurements_{side}"][n, ..., slice(*CHROMA)] = corpus.measurements[clean[i], at[n]][..., slice(*CHROMA)]


def squash(m: Tensor) -> Tensor:
    """Large margins count less: 3 asinh(m / 3) is the identity near 0."""
    return 3 * torch.asinh(m / 3)


def pair_loss(out: dict[str, Tensor], y: dict[str, Tensor]) -> Tensor:
    same = y["same"]
    weight = torch.where(same > 0, 1.0, 0.35)
    error = squash(out["margin"]) - squash(y["margin"])
    margin = (weight * F.huber_loss(error, torch.zeros_like(error), reduction="none", delta=1.0)).mean()
    fidelity_p, fidelity_t = torch.special.ndtr(out["margin"]), torch.special.ndtr(y["margin"] * 2)
    fidelity = (weight * (1 - torch.sqrt(fidelity_p * fidelity_t + 1e-6) - torch.sqrt((1 - fidelity_p) * (1 - fidelity_t) + 1e-6))).mean()
    attributes = (weight[:, None] * F.huber_loss(out["attributes"], y["attributes"], reduction="none", delta=1.0)).mean()
    segments = (same[:, None] * F.huber_loss(out["segments"], y["segments"], reduction="none", delta=1.0)).mean()
    regions = (same[:, None, None] * F.huber_loss(out["regions"], y["regions"], reduction="none", delta=1.0)).mean()
    swap = SWAP_WEIGHT * ((out["raw"][:, 0] + out["raw"][:, 1]) ** 2).clamp(max=9).mean()
    content = F.binary_cross_entropy(out["first"]["same"].clamp(1e-5, 1 - 1e-5), same)
    return margin + fidelity + 1.5 * attributes + 0.15 * segments + REGION_WEIGHT * regions + swap + 0.3 * content


EXTRA_SHARE = 0.24
"""Share of a batch of stage 1 with extra copies, however many there are: rare kinds are to be learned, not to be taken for the usual ones."""
CROSS_POOL = 3000
"""Pairs of different sources that stage 1 draws from: each is laid side by side once."""


CONTENT_SHIFT = 0.5
"""Standard deviations by which training moves the measurements of both clips of a same-source pair alike."""


def other_content(model: VersusQ, t: dict[str, Tensor], pairs: int, draws: torch.Generator) -> None:
    """Moves both clips of each of the first `pairs` by one random step: as if the same was done to another content. Sources are few, and a network that knows
    them by their measurements remembers what was done to them instead of looking."""
    for name, standardise, between in (("measurements", model.pair.standardise, (1, 1)), ("timeline", model.pair.standardise_time, ())):
        size = standardise.scale.numel()
        step = torch.randn(pairs, *between, size, generator=draws) * CONTENT_SHIFT * standardise.scale.cpu()
        for side in "ab":
            key = f"{name}_{side}"
            t[key] = torch.cat([t[key][:pairs] + step, t[key][pairs:]])


def single(out):
    """What a model gave, in single precision: losses are computed in it."""
    return {k: single(v) for k, v in out.items()} if isinstance(out, dict) else out.float()


def train_pair(model: VersusQ, data: Pairs, train: list[int], epochs: int, seed: int, log, lr: float = 2e-3, config: Config = Config(device="cpu"), pieces: Pieces = Pieces(),
               stage: str = "pair") -> None:
    """Stage 1, without the spread."""
    generator, draws = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    batch, clean, device = config.train.batch, grey_noise(data.corpus), config.torch_device()
    several = len({data.corpus.clips[i].source for i in train}) > 1
    cross_count = int(batch * CROSS_SHARE) if several else 0
    corpus = data.corpus
    usual = corpus.usual(train)
    if len({corpus.clips[i].source for i in usual}) < 2:
        usual = train  # pairs of different sources need two
    pool = corpus.cross_pairs(corpus.comparable(usual), CROSS_POOL if several else 0, generator)
    parts = [[n for n, pair in enumerate(data.pairs) if any(map(corpus.is_extra, pair)) == extra] for extra in (False, True)]
    counts = [batch - cross_count, 0] if not parts[1] else [0, batch - cross_count] if not parts[0] else [batch - cross_count - int(EXTRA_SHARE * batch), int(EXTRA_SHARE * batch)]
    steps = max(MIN_STEPS, epochs * len(data.pairs) // (batch - cross_count))
    parameters = [*model.tokenizer.parameters(), *[p for n, p in model.pair.named_parameters() if not n.startswith(("prefix", "spread"))]]
    optimiser = torch.optim.AdamW(parameters, lr, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, lr, total_steps=steps, pct_start=0.1)
    model.train()
    orders: list[list[int]] = [[] for _ in parts]
    meter, started = Meter(), time.time()
    for step in pieces.steps(stage, steps, modules=[model], optimiser=optimiser, schedule=schedule, generators=[generator, draws], orders=orders):
        picks = []
        for order, part, count in zip(orders, parts, counts):
            while len(order) < count:
                order += [part[int(n)] for n in generator.permutation(len(part))]
            picks += [order.pop() for _ in range(count)]
        cross = [pool[int(n)] for n in generator.integers(0, len(pool), cross_count)]
        t, phi_ba, ordered = data.batch(picks, cross, generator)
        without_colour(corpus, t, ordered, data.at, clean, generator)
        other_content(model, t, len(picks), draws)
        with config.cast():
            out = glance_batch(model, t, phi_ba)
        loss = pair_loss(single(out), {k: v.to(device) for k, v in truth(data.corpus, ordered, t["cells"]).items()})
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        meter.add(loss=loss)
        if step % 50 == 49:
            log(stage=stage, step=step + 1, steps=steps, **meter.read(), seconds=time.time() - started)


FOLDS = 3


def out_of_fold(model: VersusQ, data: Pairs, train: list[int], epochs: int, seed: int, log, config: Config = Config(device="cpu"), pieces: Pieces = Pieces()) -> tuple[Tensor, Tensor]:
    """Spread inputs and errors of the training pairs, each predicted by a network that saw neither its source nor its group:
    a network's errors on what it was trained on say nothing of how sure it may be."""
    corpus = data.corpus
    groups = sorted({corpus.clips[i].group for i in train}, key=lambda g: zlib.crc32(g.encode()))
    fold = {g: n % FOLDS for n, g in enumerate(groups)}
    inputs, errors = [], []
    for k in range(min(FOLDS, len(groups))):
        own = copy.deepcopy(model)
        inside = [n for n, (a, _) in enumerate(data.pairs) if fold[corpus.clips[a].group] == k]
        rest = sorted(set(range(len(data.pairs))) - set(inside))
        learn, hold = ([i for i in train if (fold[corpus.clips[i].group] == k) == held] for held in (False, True))
        train_pair(own, data.subset(rest), learn, epochs, seed + k, log, config.train.rate, config, pieces, f"fold-{k + 1}")
        p = predict(own, data.subset(inside), hold, cross=len(inside) // 4, seed=seed)
        inputs.append(torch.tensor(p["spread_inputs"], dtype=torch.float32))
        errors.append(torch.tensor(p["margin"] - p["truth"], dtype=torch.float32))
    return torch.cat(inputs), torch.cat(errors)


def train_spread(model: VersusQ, inputs: Tensor, errors: Tensor, steps: int = 600) -> None:
    """Stage 1, the spread: likelihood of errors that were made on unseen sources."""
    pair, device = model.pair, model.decoder.bias.device
    inputs, errors = inputs.to(device), errors.to(device)
    pair.standardise_spread.fit(inputs)
    optimiser = torch.optim.AdamW(pair.spread.parameters(), 5e-3, weight_decay=0.02)
    for p in pair.spread.parameters():
        p.requires_grad_(True)
    for _ in range(steps):
        log_sd = pair.spread(pair.standardise_spread(inputs))[:, 0]
        loss = (errors ** 2 / (2 * torch.exp(2 * log_sd)) + log_sd).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def train_decoder(model: VersusQ, data: Pairs, train: list[int], steps: int, seed: int, log, config: Config = Config(device="cpu"), pieces: Pieces = Pieces()) -> None:
    """Stage 2: cross entropy on the text, Huber on the considered margin; the glance is frozen."""
    generator, draws, index = np.random.default_rng(seed), torch.Generator().manual_seed(seed), {t: i for i, t in enumerate(vocabulary())}
    pad, margin_id = index["<pad>"], index["<margin>"]
    parameters = [*model.decoder.parameters(), *[p for n, p in model.pair.named_parameters() if n.startswith("prefix")]]
    for p in model.parameters():
        p.requires_grad_(False)
    for p in parameters:
        p.requires_grad_(True)
    rate, device = config.train.decoder_rate, config.torch_device()
    optimiser = torch.optim.AdamW(parameters, rate, weight_decay=0.02, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.08)
    batch, meter, started = config.train.decoder_batch, Meter(), time.time()
    claims = [data.corpus.claims(x, y) for x, y in data.pairs]
    quiet = [n for n, found in enumerate(claims) if not found]
    local = [n for n, found in enumerate(claims) if any(c.region != "whole" for c in found)]
    comparable = data.corpus.comparable(train)
    prefix_length = model.pair.prefix_kind.shape[0]
    for step in pieces.steps("decoder", steps, modules=[model], optimiser=optimiser, schedule=schedule, generators=[generator, draws]):
        model.eval()
        model.decoder.train()
        cross = []
        while len(cross) < batch // 5:
            x, y = (comparable[int(v)] for v in generator.integers(0, len(comparable), 2))
            if generator.random() < 0.12:
                y = x
            elif data.corpus.clips[x].source == data.corpus.clips[y].source:
                continue
            cross.append((x, y))
        special = [own for own, share in ((quiet, QUIET_SHARE), (local, LOCAL_SHARE)) if own for _ in range(int(batch * share))]
        picks = [int(v) for v in generator.integers(0, len(data.pairs), batch - len(cross) - len(special))] + [own[int(generator.integers(0, len(own)))] for own in special]
        t, phi_ba, ordered = data.batch(picks, cross, generator)
        for n, (x, y) in enumerate(ordered):
            if x == y:
                t["measurements_b"][n], t["thumbs_b"][n], t["aligned"][n] = t["measurements_a"][n], t["thumbs_a"][n], 1.0
        other_content(model, t, len(picks), draws)
        with torch.no_grad(), config.cast():
            out = single(glance_batch(model, t, phi_ba))
        texts = []
        for x, y in ordered:
            told, m = data.corpus.claims(x, y), data.corpus.margin(x, y)
            texts.append(encode(text(told, m, data.corpus.clips[x if m > 0 else y].scene), index))
        length = max(map(len, texts))
        tokens = torch.tensor([s + [pad] * (length - len(s)) for s in texts], device=device)
        with config.cast():
            prefix, _ = model.pair.prefixes(out)
            h, _ = model.decoder.hidden(prefix, tokens[:, :-1], model.decoder.empty_past(len(texts)))
            h = h[:, prefix_length:].float()
            logits = model.decoder.logits(h).float()
        language = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=pad)
        at = (tokens[:, :-1] == margin_id).float()
        m, log_sd = model.decoder.read_margin((h * at[..., None]).sum(1))
        y = torch.tensor([data.corpus.margin(a, b) for a, b in ordered], device=device)
        error = squash(m) - squash(y)
        # The spread is taken over from the glance, which learned it from errors on unseen sources.
        regression = F.huber_loss(error, torch.zeros_like(error)) + 0.2 * F.mse_loss(log_sd, out["log_sd"])
        loss = language + 0.5 * regression
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        meter.add(loss=loss, language=language, regression=regression)
        if step % 25 == 24:
            log(stage="decoder", step=step + 1, steps=steps, **meter.read(), seconds=time.time() - started)


def train_grpo(model: VersusQ, data: Pairs, train: list[int], steps: int, settings: Settings, seed: int, log, config: Config = Config(device="cpu"), pieces: Pieces = Pieces()) -> None:
    """Stage 3: Margin-Coupled GRPO of decoder and prefix, from the supervised policy, which stays the reference."""
    generator, draws = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    model.eval()  # dropout would make the policy another one than was sampled
    for p in model.parameters():
        p.requires_grad_(False)
    reference = copy.deepcopy(model.decoder)
    head = list(model.decoder.margin.parameters())
    trunk = [p for n, p in model.decoder.named_parameters() if not n.startswith("margin.")] + [p for n, p in model.pair.named_parameters() if n.startswith("prefix")]
    for p in [*head, *trunk]:
        p.requires_grad_(True)
    optimiser = torch.optim.AdamW([{"params": head, "lr": 3e-4}, {"params": trunk, "lr": 3e-5}], weight_decay=0.0)
    meter, started = Meter(), time.time()
    for number in pieces.steps("grpo", steps, modules=[model], optimiser=optimiser, generators=[generator, draws]):
        picks = [int(v) for v in generator.integers(0, len(data.pairs), config.train.grpo_pairs - 1)]
        x, y = (train[int(v)] for v in generator.integers(0, len(train), 2))
        t, phi_ba, ordered = data.batch(picks, [(x, y)], generator)
        other_content(model, t, len(picks), draws)
        with torch.no_grad(), config.cast():
            out = single(glance_batch(model, t, phi_ba))
        prefixes = model.pair.prefixes(out)
        target = torch.tensor([data.corpus.margin(a, b) for a, b in ordered], device=prefixes[0].device)
        with config.cast():
            loss, report = grpo_step(model.decoder, reference, prefixes, target, [data.corpus.claims(a, b) for a, b in ordered], settings, draws)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*head, *trunk], 1.0)
        optimiser.step()
        meter.add(**report)
        if number % 20 == 19:
            log(stage="grpo", step=number + 1, steps=steps, **meter.read(), seconds=time.time() - started)


def main(argv: list[str] | None = None, pieces: Pieces | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, help="device, precision, sizes and lengths (configs/); an option named here beside it counts more")
    parser.add_argument("--encoder", type=Path, help="encoder.pt of pretrain: its tokens stand where the configuration's `learned` says")
    parser.add_argument("--minutes", type=float, help="stop after so many, also in the midst of a stage; the same command goes on")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="model package to write")
    parser.add_argument("--run", type=Path, help="folder of checkpoints and logs (default DATA/run)")
    parser.add_argument("--pairs-per-video", type=int, default=60)
    parser.add_argument("--pairs-per-photo", type=int, default=20)
    parser.add_argument("--pairs-per-extra", type=int, default=7)
    parser.add_argument("--bursts", type=int, default=4, help="bursts of a training pair that are measured")
    parser.add_argument("--epochs", type=int, default=18)
    parser.add_argument("--decoder-steps", type=int, default=700)
    parser.add_argument("--grpo-steps", type=int, default=0, help="batches of Margin-Coupled GRPO behind the supervised stages; 0: none")
    parser.add_argument("--limit", type=int, help="only the first N copies (a trial)")
    parser.add_argument("--test-pairs", type=int, default=60, help="pairs of a held-out clip that are evaluated")
    parser.add_argument("--shares", type=float, nargs=2, default=(0.2, 0.1), help="shares of sources held out for test and calibration")
    parser.add_argument("--warm-decoder", type=Path, help="checkpoint of an earlier run whose decoder is taken as the start")
    parser.add_argument("--tune", type=Path, help="checkpoint of an earlier run (grpo.pt) that all stages go on from, stage 1 at TUNE_RATE; its folds.pt is taken over")
    parser.add_argument("--cross-pairs", type=int, default=400, help="pairs of different held-out sources that are evaluated")
    parser.add_argument("--folds-only", action="store_true", help="only the errors on unseen sources that the spread is learned from (beside a run that waits for them)")
    parser.add_argument("--wait-for-folds", action="store_true", help="another process makes them")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_known_args(argv)[0].config
    config = load_config(chosen) if chosen else Config(device="cpu")
    if chosen:
        parser.set_defaults(**vars(config.train), shares=config.held_out, threads=config.threads, seed=config.seed)
    a = parser.parse_args(argv)
    config.prepare()
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    random.seed(a.seed)
    run = a.run or a.data / "run"
    run.mkdir(parents=True, exist_ok=True)
    started, log = time.time(), logger(run)
    pieces = pieces or Pieces(run, a.minutes)
    corpus = Corpus(a.data, a.limit, dict(zip(("test", "calibration"), a.shares)))
    splits = {s: corpus.split(s) for s in ("train", "calibration", "test")}
    if len({corpus.clips[i].source for i in splits["train"]}) < 2 or not splits["calibration"] or not splits["test"]:
        parser.error(f"{a.data}: too few sources to split. Training needs at least two, calibration and test one each; add clips or change --shares.")
    log(stage="data", clips=len(corpus.clips), sources=len(corpus.by_source), **{s: len(i) for s, i in splits.items()},
        **{f"{s}_sources": len({corpus.clips[n].source for n in i}) for s, i in splits.items()})
    learned = Learned(a.encoder, config) if a.encoder and config.learned != "none" else None
    corpus.learned = learned
    if learned and learned.token:
        corpus.learned_tokens = learned.clip_tokens(corpus, run / "learned-tokens.pt")
    sets = {}
    for s, (video, photo) in {"train": (a.pairs_per_video, a.pairs_per_photo), "calibration": (a.test_pairs, a.test_pairs // 3), "test": (a.test_pairs, a.test_pairs // 3)}.items():
        sets[s] = measured_pairs(corpus, corpus.draw_pairs(splits[s], video, photo, a.seed), run / f"pairs-{s}.pt", a.bursts if s == "train" else EVALUATION_BURSTS, a.seed)
    for name, pairs in (("extra", corpus.draw_extra_pairs(splits["train"], a.pairs_per_extra, a.seed)), ("clean", corpus.clean_pairs(splits["train"], CLEAN_PAIRS, a.seed))):
        if pairs:
            more, base = measured_pairs(corpus, pairs, run / f"pairs-{name}.pt", a.bursts, a.seed), sets["train"]
            sets["train"] = Pairs(corpus, base.pairs + more.pairs, base.measured.joined(more.measured))
    encoder = {"encoder": learned.size, "learned_token": learned.token, "learned_pair": learned.pair, "following": learned.following} if learned else {}
    model = VersusQ(Dimensions(corpus.measurement_size, corpus.timeline_size, sets["train"].measured.ab.shape[-1], len(vocabulary()), **vars(config.decoder), **encoder))
    if learned:
        model.encoder.load_state_dict(learned.encoder.state_dict())
    log(stage="model", parameters=sum(p.numel() for p in model.parameters()))
    index = torch.tensor(splits["train"])
    real = corpus.measurements[index][corpus.mask[index] > 0]
    model.tokenizer.standardise.fit(real)
    if corpus.learned_tokens is not None:
        model.tokenizer.standardise_learned.fit(corpus.learned_tokens[index][corpus.mask[index] > 0])
    model.pair.standardise.fit(real)
    model.pair.standardise_time.fit(corpus.timeline[index])
    model.pair.standardise_relation.fit(sets["train"].measured.relation)
    model.pair.standardise_pair.fit(torch.cat([sets["train"].measured.ab, sets["train"].measured.ba]).float())
    model.to(config.torch_device())
    untrained, folds = copy.deepcopy(model), run / "folds.pt"
    if a.folds_only:
        torch.save(out_of_fold(untrained, sets["train"], splits["train"], a.epochs, a.seed, log, config, pieces), folds)
        return

    if a.tune:
        model.load_state_dict(torch.load(a.tune, map_location="cpu"))
        folds = folds if folds.exists() else a.tune.parent / "folds.pt"

    def train_glance() -> None:
        train_pair(model, sets["train"], splits["train"], a.epochs, a.seed, log, TUNE_RATE if a.tune else config.train.rate, config, pieces)
        while a.wait_for_folds and not folds.exists():
            time.sleep(5)
        if not folds.exists():
            torch.save(out_of_fold(untrained, sets["train"], splits["train"], a.epochs, a.seed, log, config, pieces), folds)
        train_spread(model, *torch.load(folds))

    for stage, train_stage in (("pair", train_glance),
                               ("decoder", lambda: train_decoder(model, sets["train"], splits["train"], a.decoder_steps, a.seed, log, config, pieces)),
                               ("grpo", lambda: train_grpo(model, sets["train"], splits["train"], a.grpo_steps, Settings(), a.seed, log, config, pieces))):
        if stage == "grpo" and a.grpo_steps == 0:
            continue
        checkpoint = run / f"{stage}.pt"
        if checkpoint.exists():
            model.load_state_dict(torch.load(checkpoint, map_location="cpu"))
        else:
            if stage == "decoder" and a.warm_decoder:
                old = torch.load(a.warm_decoder, map_location="cpu")
                fits = lambda k, v: k.startswith(("decoder.", "pair.prefix")) and k in old and old[k].shape == v.shape
                model.load_state_dict({k: old[k] if fits(k, v) else v for k, v in model.state_dict().items()})
            pieces.between(stage)
            torch.manual_seed(zlib.crc32(f"{a.seed}/{stage}".encode()))  # each stage from a state of its own: one that goes on here knows nothing of those before
            train_stage()
            torch.save({k: v.cpu() for k, v in model.state_dict().items()}, checkpoint)
            for name in (stage, *(f"fold-{k + 1}" for k in range(FOLDS) if stage == "pair")):
                pieces.finished(name)
        if stage == "pair":
            log(stage="evaluate-glance", **evaluate(model, sets["test"], corpus.usual(splits["test"]), considered=False, cross=a.cross_pairs))
    done = run / "results.json"
    if not done.exists():
        calibration = calibrate(model, sets["calibration"], splits["calibration"])
        results = evaluate(model, sets["test"], corpus.usual(splits["test"]), considered=True, calibration=calibration, cross=a.cross_pairs)
        ladders = corpus.ladder_pairs(splits["test"])
        if ladders:
            results |= evaluate_ladders(model, measured_pairs(corpus, ladders, run / "pairs-ladders.pt", EVALUATION_BURSTS, a.seed), splits["test"])
        extra = corpus.draw_extra_pairs(splits["test"], EXTRA_CLEAN, a.seed)
        if extra:
            results |= evaluate_extra(model, measured_pairs(corpus, extra, run / "pairs-test-extra.pt", EVALUATION_BURSTS, a.seed), splits["test"])
        clean = corpus.clean_pairs(splits["test"], CLEAN_PAIRS, a.seed)
        if clean:
            results |= claims_on_lossless(model, measured_pairs(corpus, clean, run / "pairs-test-clean.pt", EVALUATION_BURSTS, a.seed), splits["test"])
        log(stage="evaluate", minutes=(time.time() - started) / 60, **results)
        manifest = {"seed": a.seed, "clips": len(splits["train"]), "sources": len({corpus.clips[n].source for n in splits["train"]}), "pairs": len(sets["train"].pairs), "epochs": a.epochs,
                    "decoderSteps": a.decoder_steps, "grpoSteps": a.grpo_steps, "testSources": len({corpus.clips[n].source for n in splits["test"]}),
                    "minutes": round((time.time() - started) / 60, 1), "torch": torch.__version__, "heldOut": {k: v for k, v in results.items() if isinstance(v, (int, float))}}
        done.write_text(json.dumps({"calibration": calibration, "results": results, "training": manifest}, indent=1))
    known = json.loads(done.read_text())
    export(model.cpu(), a.out, version=a.version, calibration=known["calibration"], training=known["training"])


if __name__ == "__main__":
    in_pieces(main)
