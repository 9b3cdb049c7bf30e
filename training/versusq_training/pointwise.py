"""Training of the pointwise mode: `python -m versusq_training.pointwise --data DIR --from RUN/grpo.pt --run DIR2`.

Starts from a trained pair model (train.py). Stage 1 fits the read-out of one clip, stage 2 teaches the decoder to write claims, prose and score,
stage 3 goes on with GRPO under VQAThinker's rewards (thinker.py) from that supervised policy, which stays the reference. Pair
model and tokens stay frozen; the decoder is shared, and rehearses the pair mode in every step (point_stage.py). Each stage keeps its state
and resumes from it. Splits are the pair model's own.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import grpo, thinker
from .corpus import Corpus
from .grpo import claim_f1
from .model import Dimensions, VersusQ, drawn, write_tokens
from .point_model import Pointwise, from_pair, log_probability, logits_of
from .point_stage import KEEP_EVERY, Progress, Rehearsal
from .point_text import DIGITS, own_claims, point_text, point_vocabulary, read_text, score_of
from .point_views import PerturbedClips, clip_batch, spread_over_sources
from .rationale import encode, vocabulary
from .recipes import ATTRIBUTES
from .teachers import POINTS_PER_MARGIN
from .train import load_pairs

WRITING_RATES = (1e-3, 4e-4)
"""Learning rates of stage 2: of what is new, and of the decoder that the pair mode has trained."""
REHEARSED_AT_ONCE = 12
NUMBER_WEIGHT = 1.0
"""Of the cross entropy of the score's digits beside that of all words: three tokens of some fifty would hardly count."""
SHIFT = 0.3
"""Standard deviations by which stage 1 moves a clip's measurements: sources are few, and a network that knows them remembers their copies."""
VIDEOS = 8
"""Clips of one batch of stage 3, two of a source: ranking within a content and across."""
PERTURBED_EACH = 2
"""Clips of each source that stage 3 draws from; their perturbed time lines are measured beforehand."""
LIMIT = 110
"""Tokens of a text at most."""
LOG_EVERY = 20
REWARDS = {"bell": thinker.Settings(ranking=0.0, bonus=0.0), "bell+ranking": thinker.Settings(bonus=0.0), "bell+ranking+temporal": thinker.Settings()}
"""Rewards beside that of form; the last is VQAThinker's whole."""
FULL = "bell+ranking+temporal"


class Truth:
    """Scores, costs and training texts of a corpus' clips."""

    def __init__(self, corpus: Corpus):
        self.corpus, words = corpus, point_vocabulary()
        self.index = {t: i for i, t in enumerate(words)}
        self.score = torch.tensor([score_of(c.quality) for c in corpus.clips])
        self.costs = torch.tensor(np.stack([corpus.attribute_points(i) for i in range(len(corpus.clips))])) / POINTS_PER_MARGIN

    def texts(self, indices: list[int]) -> Tensor:
        """Training texts [B, S], padded."""
        written = [encode(point_text(own_claims(self.corpus, i), float(self.score[i]), self.corpus.clips[i].scene), self.index) for i in indices]
        length = max(map(len, written))
        return torch.tensor([ids + [self.index["<pad>"]] * (length - len(ids)) for ids in written])


def only(model: Pointwise, parameters: list[torch.nn.Parameter]) -> None:
    """Freezes everything but `parameters`."""
    model.requires_grad_(False)
    for p in parameters:
        p.requires_grad_(True)


def train_readout(model: Pointwise, truth: Truth, train: list[int], steps: int, seed: int, kept: Path, log) -> None:
    """Stage 1: Huber regression of score and attribute costs from the clip alone, without text."""
    numbers, noise, batch = np.random.default_rng(seed), torch.Generator().manual_seed(seed), 64
    parameters = model.point.reading()
    only(model, parameters)
    optimiser = torch.optim.AdamW(parameters, 1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, total_steps=steps, pct_start=0.1)
    progress = Progress(kept, numbers, noise, model=model, optimiser=optimiser, schedule=schedule)
    running, started, first = 0.0, time.time(), progress.begin()
    model.train()
    for step in range(first, steps):
        indices = [train[int(n)] for n in numbers.integers(0, len(train), batch)]
        t = clip_batch(truth.corpus, indices, numbers)
        pair = model.base.pair
        t["measurements"] = t["measurements"] + SHIFT * torch.randn(batch, 1, 1, t["measurements"].shape[-1], generator=noise) * pair.standardise.scale
        t["timeline"] = t["timeline"] + SHIFT * torch.randn(t["timeline"].shape, generator=noise) * pair.standardise_time.scale
        out = model.point(model.base, t)
        loss = F.huber_loss(out["score"], truth.score[indices], delta=0.5) + 0.3 * F.huber_loss(out["attributes"], truth.costs[indices])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        running += loss.item()
        if (step + 1) % (5 * KEEP_EVERY) == 0:
            log(stage="read-out", step=step + 1, steps=steps, loss=running / (5 * KEEP_EVERY), seconds=time.time() - started)
            running = 0.0
            progress.keep(step + 1)


def text_loss(model: Pointwise, prefix: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Cross entropy of whole texts [B, S], nats a token: of all tokens, and of the score's digits."""
    words = point_vocabulary()
    logits, _ = logits_of(model.decoder, prefix, tokens)
    target = tokens[:, 1:]
    each = F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none").view_as(target)
    real = (target != words.index("<pad>")).float()
    digit = ((target >= words.index(DIGITS[0])) & (target <= words.index(DIGITS[-1]))).float()
    return (each * real).sum() / real.sum(), (each * digit).sum() / digit.sum()


def train_writing(model: Pointwise, truth: Truth, train: list[int], rehearsal: Rehearsal, steps: int, seed: int, kept: Path, log) -> None:
    """Stage 2: cross entropy of the texts, with rehearsal of the pair mode; the read-out is frozen."""
    numbers, texts, batch = np.random.default_rng(seed), torch.Generator().manual_seed(seed), 32
    writing, decoder = model.point.writing(), list(model.decoder.parameters())
    only(model, [*writing, *decoder])
    optimiser = torch.optim.AdamW([{"params": writing, "lr": WRITING_RATES[0]}, {"params": decoder, "lr": WRITING_RATES[1]}], weight_decay=0.02, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, list(WRITING_RATES), total_steps=steps, pct_start=0.08)
    progress = Progress(kept, numbers, texts, model=model, optimiser=optimiser, schedule=schedule)
    total, started, first = np.zeros(3), time.time(), progress.begin()
    for step in range(first, steps):
        model.eval()
        model.decoder.train()
        indices = [train[int(n)] for n in numbers.integers(0, len(train), batch)]
        prefix = model.prefix_of(clip_batch(truth.corpus, indices, numbers))
        language, number = text_loss(model, prefix, truth.texts(indices))
        held = rehearsal.loss(model.decoder, REHEARSED_AT_ONCE, numbers)
        optimiser.zero_grad()
        (language + NUMBER_WEIGHT * number + held).backward()
        torch.nn.utils.clip_grad_norm_([*writing, *decoder], 1.0)
        optimiser.step()
        schedule.step()
        total += (language.item(), number.item(), held.item())
        if (step + 1) % KEEP_EVERY == 0:
            log(stage="writing", step=step + 1, steps=steps, **dict(zip(("language", "number", "rehearsal"), total / KEEP_EVERY)), seconds=time.time() - started)
            total[:] = 0
            progress.keep(step + 1)


def batch_of(by_source: list[list[int]], numbers: np.random.Generator) -> list[int]:
    """VIDEOS clips, two of a source."""
    sources = numbers.permutation(len(by_source))[:VIDEOS // 2]
    return [by_source[int(s)][int(k)] for s in sources for k in numbers.permutation(len(by_source[int(s)]))[:2]]


def scores_of(tokens: Tensor) -> tuple[Tensor, list[set[str]]]:
    """Scores [N] of texts [N, S], NaN where a text has not its form, and the attributes that each claims."""
    words = point_vocabulary()
    found = [read_text([words[i] for i in row if words[i] != "<pad>"]) for row in tokens.tolist()]
    return torch.tensor([s for s, _ in found]), [c for _, c in found]


def reinforcement(model: Pointwise, reference: Pointwise, t: dict[str, Tensor], truth: Tensor, s: thinker.Settings, texts: torch.Generator,
                  perturbed: dict[str, Tensor] | None) -> tuple[Tensor, dict[str, float], list[set[str]]]:
    """Loss of one batch of B clips `t` with scores `truth` [B], what it is made of, and the claims of its B x G texts; perturbed: the same clips perturbed."""
    look = model.point(model.base, t)  # the read-out is frozen and the same in model and reference
    prefix = model.point.prefix(look).repeat_interleave(s.group, 0)
    seen = prefix.detach()
    if perturbed is not None:
        with torch.no_grad():
            seen = torch.cat([seen, model.prefix_of(perturbed).repeat_interleave(s.group, 0)])
    tokens = write_tokens(model.decoder, seen, point_vocabulary(), "<eos>", LIMIT, drawn(texts))
    scores, claimed = scores_of(tokens)
    own, n = tokens[:len(prefix)], len(truth)
    scores, second = scores[:len(prefix)].view(n, s.group), scores[len(prefix):].view(n, s.group) if perturbed is not None else None
    reward = thinker.rewards(scores, truth, s, second)
    log_p = log_probability(model.decoder, prefix, own)
    with torch.no_grad():
        before = log_probability(reference.decoder, reference.point.prefix(look).repeat_interleave(s.group, 0), own)
    mask = (own[:, 1:] != point_vocabulary().index("<pad>")).float()
    mean, variance = thinker.moments(scores)
    report = {"reward": reward.mean(), "form": thinker.form(scores).mean(), "bell": thinker.bell(scores, truth[:, None]).mean(), "ranking": thinker.ranking(scores, truth).mean(),
              "error": (mean - truth).abs().nanmean(), "spread": variance.sqrt().nanmean(), "divergence": (grpo.k3(log_p.detach(), before) * mask).sum() / mask.sum()}
    if second is not None:
        report |= {"bell_perturbed": thinker.bell(second, truth[:, None]).mean(), "lower_when_perturbed": (second.nanmean(1) < mean).float().mean()}
    return thinker.loss(log_p, before, reward, mask, s), {k: float(v) for k, v in report.items()}, claimed[:len(prefix)]


def reinforce(model: Pointwise, truth: Truth, pool: list[int], perturbed: PerturbedClips, rehearsal: Rehearsal, steps: int, s: thinker.Settings, rate: float, seed: int, kept: Path, log) -> None:
    """Stage 3. Without dropout: it would make the policy another one than was sampled."""
    numbers, texts = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    corpus, sources = truth.corpus, {}
    for i in pool:
        sources.setdefault(corpus.clips[i].source, []).append(i)
    by_source = [own for own in sources.values() if len(own) > 1]
    model.eval()
    reference = copy.deepcopy(model).requires_grad_(False)
    parameters = [*model.point.writing(), *model.decoder.parameters()]
    only(model, parameters)
    optimiser = torch.optim.AdamW(parameters, rate, weight_decay=0.0)
    progress = Progress(kept, numbers, texts, model=model, optimiser=optimiser)
    total, started, first = {}, time.time(), progress.begin()
    for step in range(first, steps):
        indices = batch_of(by_source, numbers)
        second = perturbed.batch(indices, [perturbed.kinds(i, 1)[0] for i in indices]) if s.bonus else None
        loss, report, claimed = reinforcement(model, reference, clip_batch(corpus, indices), truth.score[indices], s, texts, second)
        truths = [{c.attribute for c in own_claims(corpus, i)} for i in indices for _ in range(s.group)]
        held = rehearsal.loss(model.decoder, REHEARSED_AT_ONCE, numbers)
        optimiser.zero_grad()
        (loss + held).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        report |= {"f1": float(np.mean([claim_f1(c, t) for c, t in zip(claimed, truths)])), "rehearsal": float(held.detach())}
        total = {k: total.get(k, 0.0) + v for k, v in report.items()}
        if (step + 1) % LOG_EVERY == 0:
            log(stage="grpo", step=step + 1, steps=steps, **{k: v / LOG_EVERY for k, v in total.items()}, seconds=time.time() - started)
            total = {}
            progress.keep(step + 1)


def trained_pair_model(corpus: Corpus, checkpoint: Path, pair_size: int) -> VersusQ:
    """The pair model of a checkpoint of train.py; raises RuntimeError where it was trained on other measurements."""
    model = VersusQ(Dimensions(corpus.measurement_size, corpus.timeline_size, pair_size, len(vocabulary())))
    model.load_state_dict(torch.load(checkpoint))
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, required=True, help="checkpoint of a trained pair model (RUN/grpo.pt)")
    parser.add_argument("--pairs", type=Path, help="folder with pairs-train.pt of that run (default: the checkpoint's own)")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoints and logs")
    parser.add_argument("--readout-steps", type=int, default=1500)
    parser.add_argument("--writing-steps", type=int, default=500)
    parser.add_argument("--grpo-steps", type=int, default=120)
    parser.add_argument("--group", type=int, default=8, help="texts of a clip in stage 3")
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate of stage 3")
    parser.add_argument("--rewards", nargs="+", choices=list(REWARDS), default=[FULL], help="one training of stage 3 for each, all from the same policy")
    parser.add_argument("--rehearsed", type=int, default=1024, help="pairs that the pair mode rehearses on")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    pairs = a.pairs or a.start.parent
    if not (pairs / "pairs-train.pt").exists():
        parser.error(f"{pairs}: no pairs-train.pt. The pair mode is rehearsed on measured pairs; name the folder of a run of versusq_training.train with --pairs.")
    torch.manual_seed(a.seed)
    a.run.mkdir(parents=True, exist_ok=True)

    def log(**row) -> None:
        row = {k: round(float(v), 4) if isinstance(v, float) else v for k, v in row.items()}
        with (a.run / "log.jsonl").open("a") as f:
            f.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)

    corpus = Corpus(a.data)
    corpus.crops = []  # of no use here, and most of the memory
    train, truth = corpus.split("train"), Truth(corpus)
    data = load_pairs(corpus, pairs, "train")
    teacher = trained_pair_model(corpus, a.start, data.measured.ab.shape[-1])
    model = from_pair(teacher)
    log(stage="model", parameters=sum(p.numel() for p in model.parameters()), new=sum(p.numel() for p in model.point.parameters()), clips=len(train))

    def stage(name: str, run) -> None:
        """Runs a stage unless its checkpoint is there."""
        done, kept = a.run / f"{name}.pt", a.run / f"{name}.part.pt"
        if not done.exists():
            run(kept)
            torch.save(model.state_dict(), done)
            kept.unlink(missing_ok=True)
        model.load_state_dict(torch.load(done))

    stage("readout", lambda kept: train_readout(model, truth, train, a.readout_steps, a.seed, kept, log))
    rehearsal = Rehearsal(teacher, data, a.rehearsed, a.seed)
    stage("sft", lambda kept: train_writing(model, truth, train, rehearsal, a.writing_steps, a.seed, kept, log))
    if not a.grpo_steps:
        return
    perturbed = PerturbedClips(corpus, a.data / "copies", a.run / "perturbed.pt", a.seed)
    pool = spread_over_sources(corpus, corpus.usual(train), PERTURBED_EACH)
    perturbed.measure(pool, 1, log)
    pool = [i for i in pool if perturbed.has(i)]
    for name in a.rewards:
        model.load_state_dict(torch.load(a.run / "sft.pt"))
        settings = thinker.Settings(**vars(REWARDS[name]) | {"group": a.group})
        stage(f"grpo-{name}", lambda kept: reinforce(model, truth, pool, perturbed, rehearsal, a.grpo_steps, settings, a.rate, a.seed, kept, lambda **row: log(**row | {"rewards": name})))


if __name__ == "__main__":
    main()
