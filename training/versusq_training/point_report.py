"""What the pointwise mode is worth on held-out sources: `python -m versusq_training.point_report --data DIR --from RUN/grpo.pt --run DIR2 --out results/pointwise.json`.

Scores of the held-out copies of the usual mix by every policy that left a checkpoint in DIR2, beside what needs no policy: size of the file, a linear model
of the same measurements, the read-out without text, and scores that weighted least squares recovers from the pair mode's margins. Then what
a perturbed order in time does to the scores, and the pair mode before and after. Intervals: bootstrap over sources, paired.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import lsqr
from scipy.stats import pearsonr, spearmanr

from .ablation import BORDER, RIDGE, pooled
from .corpus import Corpus
from .evaluate import predict
from .model import VersusQ, write_tokens
from .point_model import MIDDLE, Pointwise, from_pair
from .point_views import PerturbedClips, clip_batch, spread_over_sources
from .pointwise import LIMIT, REWARDS, Truth, scores_of, trained_pair_model
from .grpo import claim_f1
from .point_text import own_claims, point_vocabulary
from .teachers import POINTS_PER_MARGIN
from .train import Pairs, load_pairs

BATCH = 64
DRAWS = 1000
LEAST_COPIES = 5
"""Copies of a source from which on its own rank correlation counts."""
CROSS_EACH = 2
"""Pairs with other sources that each clip gets for scores from margins."""
PERTURBED_EACH = 4
"""Clips of each held-out source that are perturbed."""
REFERENCE = "written, supervised"
"""The system that differences are to."""


@torch.inference_mode()
def written_scores(model: Pointwise, batches: list[dict[str, torch.Tensor]]) -> tuple[np.ndarray, list[set[str]]]:
    """Greedy scores of clips, NaN where a text has not its form, and the attributes claimed."""
    model.eval()
    scores, claims = [], []
    for t in batches:
        s, c = scores_of(write_tokens(model.decoder, model.prefix_of(t), point_vocabulary(), "<eos>", LIMIT))
        scores += s.tolist()
        claims += c
    return np.array(scores), claims


@torch.inference_mode()
def read_out(model: Pointwise, batches: list[dict[str, torch.Tensor]]) -> np.ndarray:
    """Scores without text."""
    model.eval()
    return np.concatenate([model.point(model.base, t)["score"].numpy() for t in batches])


def scores_from_margins(pairs: list[tuple[int, int]], margin: np.ndarray, sd: np.ndarray, clips: list[int]) -> np.ndarray:
    """Least squares on the graph of comparisons (HodgeRank, Jiang et al., 2011), weighted by the margins' spreads: scores of `clips`, in margin
    units, mean 0."""
    place = {i: n for n, i in enumerate(clips)}
    used = [n for n, (a, b) in enumerate(pairs) if a in place and b in place]
    weight = 1 / sd[used]
    rows = np.repeat(np.arange(len(used)), 2)
    columns = np.array([place[i] for n in used for i in pairs[n]])
    incidence = coo_matrix((np.stack([weight, -weight], 1).ravel(), (rows, columns)), shape=(len(used), len(clips))).tocsr()
    found = lsqr(incidence, weight * margin[used], damp=1e-4)[0]
    return found - found.mean()


def figures(truth: np.ndarray, score: np.ndarray, sources: np.ndarray) -> dict[str, float]:
    """SRCC, PLCC (raw), mean SRCC within a source, and the mean error in points of the score where the scale is the truth's."""
    within = [spearmanr(truth[own], score[own])[0] for own in (sources == s for s in np.unique(sources)) if own.sum() >= LEAST_COPIES and np.ptp(score[own]) > 0]
    return {"srcc": float(spearmanr(truth, score)[0]), "plcc": float(pearsonr(truth, score)[0]), "within": float(np.nanmean(within)) if within else float("nan")}


def signs(truth: np.ndarray, score: np.ndarray, pairs: np.ndarray) -> float:
    """Share of right signs of score differences over pairs [N, 2] whose truths (teachers' points) differ by more than BORDER; a tie is wrong."""
    y, m = (v[pairs[:, 0]] - v[pairs[:, 1]] for v in (truth, score))
    chosen = np.abs(y) > BORDER
    return float(np.mean(np.sign(m[chosen]) == np.sign(y[chosen])))


def bootstrap(truth: np.ndarray, systems: dict[str, np.ndarray], sources: np.ndarray, draws: int = DRAWS, seed: int = 5) -> dict[str, dict]:
    """Figures of each system, 95 % intervals over sources, and of the SRCC's difference to REFERENCE (where there is one) on the same draws."""
    rows = {s: np.flatnonzero(sources == s) for s in np.unique(sources)}
    generator = np.random.default_rng(seed)
    names = list(rows)
    drawn = {k: [] for k in systems}
    for _ in range(draws):
        at = np.concatenate([rows[names[int(n)]] for n in generator.integers(0, len(names), len(names))])
        for k, v in systems.items():
            drawn[k].append((spearmanr(truth[at], v[at])[0], pearsonr(truth[at], v[at])[0]))
    interval = lambda v: [round(float(x), 4) for x in np.nanpercentile(v, (2.5, 97.5))]
    result = {}
    for k, v in systems.items():
        d = np.array(drawn[k])
        result[k] = {n: round(x, 4) for n, x in figures(truth, v, sources).items()} | {"srcc_interval": interval(d[:, 0]), "plcc_interval": interval(d[:, 1])}
        if REFERENCE in systems:
            result[k]["srcc_difference"] = interval(d[:, 0] - np.array(drawn[REFERENCE])[:, 0])
    return result


def consistency(model: Pointwise, perturbed: PerturbedClips, clips: list[int], truth: np.ndarray) -> dict[str, object]:
    """What a perturbed order does to greedy scores: share of clips whose score drops, the mean change, and the same by kind."""
    kinds = [perturbed.kinds(i, 1)[0] for i in clips]
    parts = [slice(n, n + BATCH) for n in range(0, len(clips), BATCH)]
    own, _ = written_scores(model, [clip_batch(perturbed.corpus, clips[p]) for p in parts])
    other, _ = written_scores(model, [perturbed.batch(clips[p], kinds[p]) for p in parts])
    both = ~np.isnan(own) & ~np.isnan(other)
    change = (other - own)[both]
    by_kind = {k: change[[kind == k for kind, ok in zip(kinds, both) if ok]] for k in sorted(set(kinds))}
    return {"clips": int(both.sum()), "lower": round(float((change < 0).mean()), 4), "higher": round(float((change > 0).mean()), 4), "change": round(float(change.mean()), 4),
            "nearer_to_truth": round(float((np.abs(own - truth) <= np.abs(other - truth))[both].mean()), 4),
            "by_kind": {k: [round(float((v < 0).mean()), 3), round(float(v.mean()), 3), len(v)] for k, v in by_kind.items()}}


def every(data: Pairs, count: int) -> Pairs:
    """At most `count` of the pairs, evenly taken."""
    return data.subset([int(n) for n in np.unique(np.linspace(0, len(data.pairs) - 1, min(count, len(data.pairs))).astype(int))])


def pair_mode(before: VersusQ, after: VersusQ, data: Pairs, indices: list[int]) -> dict[str, object]:
    """Considered margins of the same pairs before and after: signs over BORDER points, SRCC, what changed."""
    p, q = (predict(m, data, indices, considered=True) for m in (before, after))
    chosen = np.abs(p["truth"]) * POINTS_PER_MARGIN > BORDER
    right = [np.sign(x["considered"]) == np.sign(p["truth"]) for x in (p, q)]
    return {"pairs": len(data.pairs), "over_border": int(chosen.sum()), "sign": [round(float(r[chosen].mean()), 4) for r in right], "lost": int((right[0] & ~right[1] & chosen).sum()),
            "won": int((~right[0] & right[1] & chosen).sum()), "srcc": [round(float(spearmanr(p["truth"], x["considered"])[0]), 4) for x in (p, q)],
            "change": round(float(np.abs(p["considered"] - q["considered"]).mean()), 4), "same_text": round(float(np.mean([list(a) == list(b) for a, b in zip(p["text"], q["text"])])), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, required=True, help="the pair model that the pointwise run started from")
    parser.add_argument("--pairs", type=Path, help="folder with pairs-test.pt (default: the checkpoint's own)")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pair-mode", type=int, default=1720, help="held-out pairs that the pair mode is compared on before and after")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    corpus = Corpus(a.data)
    corpus.crops = []
    data, truth, train = load_pairs(corpus, a.pairs or a.start.parent, "test"), Truth(corpus), corpus.split("train")
    clips = corpus.usual(corpus.split("test"))
    teacher = trained_pair_model(corpus, a.start, data.measured.ab.shape[-1])
    model = from_pair(teacher)
    batches = [clip_batch(corpus, clips[n:n + BATCH]) for n in range(0, len(clips), BATCH)]
    y, sources = truth.score[clips].numpy(), np.array([corpus.clips[i].source for i in clips])
    policies = [(REFERENCE, a.run / "sft.pt"), *((f"written, {name}", a.run / f"grpo-{name}.pt") for name in REWARDS)]
    policies = [(name, path) for name, path in policies if path.exists()]
    if not (a.run / "readout.pt").exists():
        parser.error(f"{a.run}: no readout.pt. Train the pointwise mode first (versusq_training.pointwise).")

    x = pooled(corpus)
    x = np.concatenate([x, np.ones((len(x), 1))], 1)
    weights = np.linalg.solve(x[train].T @ x[train] + RIDGE * np.eye(x.shape[1]), x[train].T @ truth.score[train].numpy())
    p = predict(teacher, data, clips, cross=CROSS_EACH * len(clips))
    sizes = np.log([(a.data / "copies" / corpus.clips[i].file).stat().st_size for i in clips])
    systems = {"larger file": sizes, "measurements, linear": x[clips] @ weights,
               "pair mode, scores from margins": scores_from_margins([tuple(q) for q in p["pair"]], p["margin"], np.exp(p["log_sd"]), clips)}
    model.load_state_dict(torch.load(a.run / "readout.pt"))
    systems["read-out without text"] = read_out(model, batches)
    perturbed = PerturbedClips(corpus, a.data / "copies", a.run / "perturbed.pt", a.seed)
    shown = spread_over_sources(corpus, clips, PERTURBED_EACH)
    if policies:
        perturbed.measure(shown, 1, lambda **row: print(json.dumps(row), flush=True))
    shown = [i for i in shown if perturbed.has(i)]
    said, steady = {}, {}
    for name, path in policies:
        model.load_state_dict(torch.load(path))
        scores, claims = written_scores(model, batches)
        true = [{c.attribute for c in own_claims(corpus, i)} for i in clips]
        said[name] = {"form": round(float(np.mean(~np.isnan(scores))), 4), "claims_f1": round(float(np.mean([claim_f1(c, t) for c, t in zip(claims, true)])), 4),
                      "error": round(float(np.nanmean(np.abs(scores - y))), 4), "values": len(np.unique(scores[~np.isnan(scores)]))}
        systems[name] = np.nan_to_num(scores, nan=MIDDLE)
        steady[name] = consistency(model, perturbed, shown, truth.score[shown].numpy())
        print(json.dumps({name: said[name] | {"consistency": steady[name]}}), flush=True)
    result = bootstrap(y, systems, sources)
    place = {i: n for n, i in enumerate(clips)}
    inside = np.array([(place[i], place[k]) for i, k in data.pairs if i in place and k in place])
    for name, score in systems.items():
        result[name] |= {"sign": round(signs(100 / 4 * (y - 1), score, inside), 4)} | said.get(name, {})
    report = {"clips": len(clips), "sources": len(set(sources)), "mean_error_of_the_mean": round(float(np.abs(y - truth.score[train].mean().item()).mean()), 4),
              "systems": result, "consistency": steady}
    if a.pair_mode and policies:
        report["pair_mode"] = pair_mode(teacher, model.pair_mode(), every(data, a.pair_mode), clips) | {"after": policies[-1][0]}
    a.out.parent.mkdir(parents=True, exist_ok=True)
    a.out.write_text(json.dumps(report, indent=1) + "\n")
    print("| system | SRCC | PLCC | within a source | sign > 5 points |\n|---|---|---|---|---|")
    for name, r in result.items():
        print(f"| {name} | {r['srcc']:.3f} ({r['srcc_interval'][0]:.3f} to {r['srcc_interval'][1]:.3f}) | {r['plcc']:.3f} | {r['within']:.3f} | {r['sign']:.3f} |")


if __name__ == "__main__":
    main()
