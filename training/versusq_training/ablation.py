"""What each part is worth on held-out sources: `python -m versusq_training.ablation --data DATA --run DATA/run --out results/ablation.json`.

Every system gives margins for the same pairs: what anyone could do without a model (the larger file wins; ffmpeg's blurdetect and
blockdetect), signal measurements with a linear model, the pair network without aligned samples, the glance, and the considered margin
after each stage of training that left a checkpoint. Differences to the first of them come with a bootstrap over sources, paired.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr

from .corpus import Corpus
from .evaluate import predict
from .grpo import Settings
from .model import Dimensions, VersusQ
from .rationale import vocabulary
from .tools import said
from .train import Pairs, load_pairs, train_grpo, train_pair

BORDER = 5.0
"""Points that the teachers must differ by where a sign is counted."""
DRAWS = 2000
RIDGE = 30.0


def larger_file(corpus: Corpus, data: Path) -> np.ndarray:
    """log bytes of each copy."""
    return np.array([np.log((data / "copies" / c.file).stat().st_size) for c in corpus.clips])


def detector(corpus: Corpus, data: Path, name: str, indices: list[int]) -> np.ndarray:
    """Minus the mean of ffmpeg's blurdetect or blockdetect over a copy; NaN where it is not asked for or says nothing."""
    out = np.full(len(corpus.clips), np.nan)
    for i in indices:
        words = said("-threads", "1", "-i", str(data / "copies" / corpus.clips[i].file), "-vf", f"{name},metadata=print:key=lavfi.{name[:-6]}", "-f", "null", "-")
        found = [float(v) for v in re.findall(rf"{name[:-6]}=([\d.]+)", words)]
        out[i] = -np.mean(found) if found else np.nan
    return out


def pooled(corpus: Corpus) -> np.ndarray:
    """Mean and standard deviation of each clip's measurements over places, and its time line: [clips, features], standardised."""
    rows = []
    for i in range(len(corpus.clips)):
        m = corpus.measurements[i][corpus.mask[i] > 0].reshape(-1, corpus.measurement_size)
        rows.append(torch.cat([m.mean(0), m.std(0), corpus.timeline[i]]))
    x = torch.stack(rows)
    return torch.clamp((x - x.mean(0)) / (x.std(0) + 1e-3), -5, 5).double().numpy()


def linear(x: np.ndarray, train: list[tuple[int, int]], y: np.ndarray, test: list[tuple[int, int]]) -> np.ndarray:
    """Ridge regression of the margin on differences of measurements: antisymmetric, for it has no constant."""
    difference = lambda pairs: np.stack([x[a] - x[b] for a, b in pairs])
    d = difference(train)
    w = np.linalg.solve(d.T @ d + RIDGE * np.eye(d.shape[1]), d.T @ y)
    return difference(test) @ w


def figures(truth: np.ndarray, margin: np.ndarray) -> dict[str, float]:
    chosen = np.abs(truth) * 6 > BORDER
    return {"sign": float(np.mean(np.sign(margin[chosen]) == np.sign(truth[chosen]))), "srcc": float(spearmanr(truth, margin)[0])}


def bootstrap(truth: np.ndarray, margins: dict[str, np.ndarray], sources: list[str], against: str, draws: int = DRAWS, seed: int = 5) -> dict[str, dict]:
    """Figures of each system, 95 % intervals over sources, and intervals of the difference to `against` on the same draws."""
    names = sorted(set(sources))
    rows = {s: np.flatnonzero(np.array(sources) == s) for s in names}
    generator = np.random.default_rng(seed)
    drawn: dict[str, list[dict[str, float]]] = {k: [] for k in margins}
    for _ in range(draws):
        at = np.concatenate([rows[names[n]] for n in generator.integers(0, len(names), len(names))])
        for k, m in margins.items():
            drawn[k].append(figures(truth[at], m[at]))
    result = {}
    for k, m in margins.items():
        result[k] = {name: round(v, 4) for name, v in figures(truth, m).items()}
        for name in ("sign", "srcc"):
            own, base = (np.array([d[name] for d in drawn[which]]) for which in (k, against))
            result[k][f"{name}_interval"] = [round(float(v), 4) for v in np.quantile(own, (0.025, 0.975))]
            result[k][f"{name}_difference"] = [round(float(v), 4) for v in np.quantile(own - base, (0.025, 0.975))]
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder that `train` kept its checkpoints in")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=14, help="of networks that are trained for the comparison")
    parser.add_argument("--grpo-steps", type=int, default=100, help="batches of plain GRPO, as many as the run had of the coupled one; 0: left out")
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    torch.set_num_threads(1)
    corpus = Corpus(a.data)
    splits = {s: corpus.split(s) for s in ("train", "test")}
    train, test = (load_pairs(corpus, a.run, s) for s in ("train", "test"))
    truth = np.array([corpus.margin(x, y) for x, y in test.pairs])
    by_clip: Callable[[np.ndarray], np.ndarray] = lambda v: np.nan_to_num(np.array([v[x] - v[y] for x, y in test.pairs]))
    margins = {"larger file": by_clip(larger_file(corpus, a.data))}
    for name in ("blurdetect", "blockdetect"):
        margins[name] = by_clip(detector(corpus, a.data, name, sorted({i for p in test.pairs for i in p})))
    margins["measurements, linear"] = linear(pooled(corpus), train.pairs, np.array([corpus.margin(x, y) for x, y in train.pairs]), test.pairs)

    def model_of(stage: str) -> VersusQ:
        weights = torch.load(a.run / f"{stage}.pt")
        model = VersusQ(Dimensions(corpus.measurement_size, corpus.timeline_size, train.measured.ab.shape[-1], len(vocabulary())))
        model.load_state_dict(weights)
        return model.eval()

    log = lambda **row: print(json.dumps(row), flush=True)
    blind = model_of("pair")
    for layer in blind.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    unaligned = lambda pairs: Pairs(corpus, pairs.pairs, pairs.measured, aligned=False)
    train_pair(blind, unaligned(train), splits["train"], a.epochs, a.seed, log)
    margins["network without aligned samples"] = predict(blind, unaligned(test), splits["test"])["margin"]
    margins["glance (margin regression)"] = predict(model_of("pair"), test, splits["test"])["margin"]
    stages = [("supervised reasoning", "decoder"), ("with Margin-Coupled GRPO", "grpo")]
    for name, stage in stages:
        if (a.run / f"{stage}.pt").exists():
            margins[f"considered, {name}"] = predict(model_of(stage), test, splits["test"], considered=True)["considered"]
    if a.grpo_steps and (a.run / "decoder.pt").exists():
        plain = copy.deepcopy(model_of("decoder"))
        train_grpo(plain, train, splits["train"], a.grpo_steps, Settings(floor=1.0), a.seed, log)
        margins["considered, with plain GRPO"] = predict(plain, test, splits["test"], considered=True)["considered"]
    result = bootstrap(truth, margins, [corpus.clips[x].source for x, _ in test.pairs], "glance (margin regression)")
    a.out.parent.mkdir(parents=True, exist_ok=True)
    a.out.write_text(json.dumps({"pairs": len(truth), "sources": len({corpus.clips[x].source for x, _ in test.pairs}), "border": BORDER, "systems": result}, indent=1) + "\n")
    print("| system | sign > 5 points | SRCC | difference of sign to the glance |\n|---|---|---|---|")
    for name, r in result.items():
        print(f"| {name} | {r['sign']:.3f} ({r['sign_interval'][0]:.3f} to {r['sign_interval'][1]:.3f}) | {r['srcc']:.3f} | {r['sign_difference'][0]:+.3f} to {r['sign_difference'][1]:+.3f} |")


if __name__ == "__main__":
    main()
