"""Held-out evaluation: signs, rank correlation, calibration, claims. Sources of the test split were never trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor

from .model import VersusQ, write_tokens
from .rationale import vocabulary
from .recipes import CODECS, KINDS

BORDERS = (2.0, 5.0, 10.0)
CLEAN_AGAINST = {"temporal": ("smoothness",), "colour": ("colour",), "range": ("contrast",), "banding": ("banding",), "interlacing": ("interlacing",)}
"""Kinds of defect, by attribute, whose clean copy must win; `range` counts the wrong range alone."""
VISIBLE_DEFECT = 6
"""Points from which on a defect must cost its copy the comparison with a clean one."""
NEGLIGIBLE = 0.5
"""A margin below this is no difference."""


def glance_batch(model: VersusQ, t: dict[str, Tensor], phi_ba: Tensor) -> dict[str, Tensor]:
    """Tokens, same-content probability, both orders."""
    device = model.decoder.bias.device
    t, phi_ba = {k: v.to(device) for k, v in t.items()}, phi_ba.to(device)
    t["tokens_a"], t["tokens_b"] = (model.tokenizer(t[f"measurements_{s}"], t.pop(f"learned_{s}", None)) for s in "ab")
    t["same"] = model.pair.same_content(t.pop("thumbs_a"), t.pop("thumbs_b"), t["aligned"], t["mask"], t["relation"][:, 1])
    return model.pair.both(t, phi_ba)


@torch.inference_mode()
def write(model: VersusQ, prefix: Tensor, other: Tensor, limit: int = 120) -> tuple[list[list[str]], Tensor, Tensor]:
    """Greedy texts [B], considered margins and log spreads, antisymmetrised over the mirrored text as the runtime does it."""
    words = vocabulary()
    index = {t: i for i, t in enumerate(words)}
    device = prefix.device
    tokens = write_tokens(model.decoder, prefix, words, "<margin>", limit)
    mirror = {index["<a>"]: index["<b>"], index["<better:a>"]: index["<better:b>"]}
    mirror |= {v: k for k, v in mirror.items()}
    texts, margins, spreads = [], [], []
    for n in range(len(prefix)):
        ids = [int(x) for x in tokens[n] if int(x) != index["<pad>"]]
        if ids[-1] != index["<margin>"]:
            ids.append(index["<margin>"])
        pair = []
        for p, sequence in ((prefix, ids), (other, [mirror.get(i, i) for i in ids])):
            h, _ = model.decoder.hidden(p[n:n + 1], torch.tensor([sequence], device=device), model.decoder.empty_past(1))
            pair.append(model.decoder.read_margin(h[0, -1]))
        margins.append((pair[0][0] - pair[1][0]) / 2)
        spreads.append((pair[0][1] + pair[1][1]) / 2)
        texts.append([words[i] for i in ids])
    return texts, torch.stack(margins), torch.stack(spreads)


@torch.inference_mode()
def predict(model: VersusQ, data, indices: Sequence[int], cross: int = 0, considered: bool = False, seed: int = 3) -> dict[str, np.ndarray]:
    """Predictions of all same-source pairs of `data`, then of `cross` random pairs of different sources."""
    model.eval()
    generator = np.random.default_rng(seed)
    several = len({data.corpus.clips[i].source for i in indices}) > 1
    others = data.corpus.cross_pairs(indices, cross if several else 0, generator)
    out: dict[str, list] = {k: [] for k in ("truth", "margin", "log_sd", "raw", "considered", "considered_log_sd", "same", "attributes", "spread_inputs", "text", "pair")}
    step = 64
    jobs = [(list(range(i, min(i + step, len(data.pairs)))), []) for i in range(0, len(data.pairs), step)] + [([], others[i:i + step]) for i in range(0, len(others), step)]
    for picks, crosses in jobs:
        t, phi_ba, ordered = data.batch(picks, crosses)
        g = glance_batch(model, t, phi_ba)
        out["truth"] += [data.corpus.margin(a, b) for a, b in ordered]
        out["margin"] += g["margin"].tolist()
        out["log_sd"] += g["log_sd"].tolist()
        out["raw"] += g["raw"].tolist()
        out["same"] += g["first"]["same"].tolist()
        out["attributes"] += g["attributes"].tolist()
        out["spread_inputs"] += g["spread_inputs"].tolist()
        out["pair"] += ordered
        if considered:
            texts, m, s = write(model, *model.pair.prefixes(g))
            out["text"] += texts
            out["considered"] += m.tolist()
            out["considered_log_sd"] += s.tolist()
    return {k: np.array(v, dtype=object) if k in ("text", "pair") else np.array(v) for k, v in out.items()}


def _sd(log_sd: np.ndarray, raw: np.ndarray | None, c: dict[str, float]) -> np.ndarray:
    swap = 0 if raw is None else (raw.sum(1) / 2) ** 2
    return np.sqrt(c["floor"] ** 2 + (c["scale"] * np.exp(log_sd)) ** 2 + swap)


def _phi(z: np.ndarray) -> np.ndarray:
    return np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z])


def calibrate(model: VersusQ, data, indices: list[int]) -> dict[str, dict[str, float]]:
    """Scale of the spread so that 95 % intervals cover 95 % of the calibration sources' margins, and the share of it that gives probabilities of the
    sign the least calibration error there: errors of size are often on the right side."""
    p = predict(model, data, indices, considered=True)
    result = {}
    for name, margin, log_sd in (("glance", p["margin"], p["log_sd"]), ("considered", p["considered"], p["considered_log_sd"])):
        error = np.abs(margin - p["truth"])
        scale = 0.3
        while scale < 8 and np.mean(error <= 1.96 * _sd(log_sd, p["raw"], {"floor": 0.15, "scale": scale})) < 0.95:
            scale *= 1.03
        result[name] = {"scale": round(scale, 3), "floor": 0.15}
        z = margin / _sd(log_sd, p["raw"], result[name])
        result[name]["probability"] = min((0.2 + 0.02 * n for n in range(60)), key=lambda share: calibration_error(_phi(z / share), p["truth"]))
    return result


def evaluate(model: VersusQ, data, indices: list[int], considered: bool, calibration: dict | None = None, cross: int = 400) -> dict[str, float]:
    """Figures of all same-source pairs of `data` and of `cross` random pairs of different sources."""
    p = predict(model, data, indices, cross=cross, considered=considered)
    n, result = len(data.pairs), {}
    for kind, margin in (("glance", p["margin"]), *((("considered", p["considered"]),) if considered else ())):
        for scope, part in (("same", slice(0, n)), ("cross", slice(n, None))):
            y, m = p["truth"][part], margin[part]
            if len(y) == 0:
                continue
            result[f"{kind}_{scope}_srcc"] = round(float(spearmanr(y, m)[0]), 4)
            for border in BORDERS:
                chosen = np.abs(y) * 6 > border
                result[f"{kind}_{scope}_sign_over_{border:g}"] = round(float(np.mean(np.sign(m[chosen]) == np.sign(y[chosen]))), 4)
        if calibration:
            log_sd = p["log_sd"] if kind == "glance" else p["considered_log_sd"]
            sd = _sd(log_sd, p["raw"], calibration[kind])[:n]
            error = margin[:n] - p["truth"][:n]
            result[f"{kind}_coverage95"] = round(float(np.mean(np.abs(error) <= 1.96 * sd)), 4)
            result[f"{kind}_mean_sd"] = round(float(sd.mean()), 3)
            probability = _phi(margin[:n] / (sd * calibration[kind].get("probability", 1.0)))
            result[f"{kind}_ece"] = round(calibration_error(probability, p["truth"][:n]), 4)
    result["swap_disagreement"] = round(float(np.abs(p["raw"][:n].sum(1) / 2).mean()), 4)
    result["same_content_right"] = round(float(np.mean(np.concatenate([p["same"][:n] > 0.5, p["same"][n:] <= 0.5]))), 4)
    corpus = data.corpus
    result |= clean_wins(p, corpus, n, considered) | second_guessing(p, corpus, n, considered)
    if considered:
        result |= claims_report(p, corpus, n) | claims_on_itself(model, data, indices)
    return result


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al., AAAI 2015) of "A is better" [N] over both orders of each pair: pairs are drawn with the cleaner copy
    in front more often than not, which no reader's pair is, and which a model that is the same in both orders cannot know."""
    chosen = truth != 0
    said = np.concatenate([probability[chosen], 1 - probability[chosen]])
    won = np.concatenate([truth[chosen] > 0, truth[chosen] < 0]).astype(float)
    at = np.minimum((said * bins).astype(int), bins - 1)
    return float(sum((at == k).mean() * abs(said[at == k].mean() - won[at == k].mean()) for k in range(bins) if (at == k).any()))


def evaluate_extra(model: VersusQ, data, indices: Sequence[int]) -> dict[str, float]:
    """Clean copies against extra copies of one defect each (`data` holds `Corpus.draw_extra_pairs`): enough of each kind to say something."""
    p = predict(model, data, indices, considered=True)
    return {f"extra_{k}": v for k, v in clean_wins(p, data.corpus, len(data.pairs), True).items()}


def clean_wins(p: dict[str, np.ndarray], corpus, n: int, considered: bool) -> dict[str, float]:
    """Share of pairs in which the clean copy wins over one with a visible defect: for each kind with its number, and for groups of kinds."""
    families: dict[str, list[bool]] = {}
    for (a, b), m in zip(p["pair"][:n], (p["considered"] if considered else p["margin"])[:n]):
        for x, z, sign in ((a, b, 1), (b, a, -1)):
            shown = corpus.clips[z]
            if corpus.clips[x].family == "clean" and len(shown.defects) == 1 and shown.points[0] >= VISIBLE_DEFECT:
                families.setdefault(shown.family, []).append(sign * m > 0)
    return {"clean_preferred": {k: [round(float(np.mean(v)), 3), len(v)] for k, v in sorted(families.items())}} | against_clean(families)


def against_clean(families: dict[str, list[bool]]) -> dict[str, float]:
    """Share of pairs in which the clean copy wins, for groups of kinds that have any, and their number."""
    found = {}
    for name, attributes in CLEAN_AGAINST.items():
        own = [v for kind, values in families.items() if KINDS.get(kind) in attributes and (name != "range" or kind == "range") for v in values]
        if own:
            found |= {f"clean_wins_{name}": round(float(np.mean(own)), 4), f"clean_wins_{name}_pairs": len(own)}
    return found


def second_guessing(p: dict[str, np.ndarray], corpus, n: int, considered: bool) -> dict[str, float]:
    """Clean copies of one source in different codecs: share of margins below NEGLIGIBLE. A codec's print must not decide."""
    margin = p["considered"] if considered else p["margin"]
    own = [abs(float(m)) < NEGLIGIBLE for (a, b), m, y in zip(p["pair"][:n], margin[:n], p["truth"][:n])
           if corpus.clips[a].family == corpus.clips[b].family == "clean" and corpus.clips[a].codec != corpus.clips[b].codec and abs(y) < NEGLIGIBLE]
    return {"clean_codecs_negligible": round(float(np.mean(own)), 4), "clean_codecs_pairs": len(own)} if own else {}


def macro_f1(true: Sequence[str], said: Sequence[str]) -> float:
    """Mean over the classes that occur in `true` of the F1 of each."""
    scores = []
    for c in sorted(set(true)):
        hit = sum(t == c == s for t, s in zip(true, said))
        scores.append(2 * hit / (true.count(c) + list(said).count(c)))
    return float(np.mean(scores)) if scores else math.nan


def distinct_2(texts: Sequence[Sequence[str]]) -> float:
    """Different pairs of neighbouring words over all of them (Li et al., 2016)."""
    pairs = [pair for t in texts for pair in zip(t, t[1:])]
    return len(set(pairs)) / max(1, len(pairs))


def self_bleu(texts: Sequence[Sequence[str]], order: int = 4) -> float:
    """Mean over the texts of BLEU against all others (Zhu et al., Texygen, 2018), without brevity penalty: 1 where all are alike."""
    grams = lambda t, k: [tuple(t[i:i + k]) for i in range(len(t) - k + 1)]
    scores = []
    for k in range(1, order + 1):
        counts: dict[tuple, int] = {}
        for t in texts:
            for g in set(grams(t, k)):
                counts[g] = counts.get(g, 0) + 1
        scores.append([np.mean([counts[g] > 1 for g in grams(t, k)]) if len(t) >= k else 0.0 for t in texts])
    return float(np.mean(np.exp(np.mean(np.log(np.maximum(np.array(scores), 1e-9)), 0)))) if texts else math.nan


LADDER_LEVELS = 6
"""A ladder counts from so many levels on."""


def ladder_srcc(ladders: Sequence[str], truth: np.ndarray, margin: np.ndarray) -> dict[str, float]:
    """Median SRCC of predicted and true margins of a ladder's best step over its other steps: of codecs and of all. `ladders` names each pair's
    ("SOURCE/codec" or "SOURCE/kind"); the best step itself is a level, with margin 0."""
    found: dict[str, float] = {}
    for name in dict.fromkeys(ladders):
        own = np.array([n == name for n in ladders])
        if own.sum() + 1 >= LADDER_LEVELS:
            found[name] = float(spearmanr(np.append(truth[own], 0), np.append(margin[own], 0))[0])
    coded = [v for k, v in found.items() if k.rsplit("/", 1)[1] in CODECS]
    median = lambda values: round(float(np.median(values)), 4)
    return ({"ladders_srcc": median(list(found.values())), "ladders": len(found)} if found else {}) | ({"ladders_codec_srcc": median(coded), "ladders_codec": len(coded)} if coded else {})


def evaluate_ladders(model: VersusQ, data, indices: Sequence[int]) -> dict[str, float]:
    """Figures of the glance along ladders; `data` holds `Corpus.ladder_pairs`."""
    p = predict(model, data, indices)
    return ladder_srcc([data.corpus.clips[a].ladder for a, _ in data.pairs], p["truth"], p["margin"])


@torch.inference_mode()
def claims_on_itself(model: VersusQ, data, indices: Sequence[int]) -> dict[str, float]:
    """Share of clips that, shown twice, get a text without a claim."""
    model.eval()
    quiet = []
    for i in range(0, len(indices), 64):
        t, phi_ba, _ = data.batch([], [(k, k) for k in indices[i:i + 64]])
        t["aligned"] = torch.ones_like(t["aligned"])
        texts, _, _ = write(model, *model.pair.prefixes(glance_batch(model, t, phi_ba)))
        quiet += ["<claim>" not in text for text in texts]
    return {"claims_none_on_itself": round(float(np.mean(quiet)), 4)}


@torch.inference_mode()
def claims_on_lossless(model: VersusQ, data, indices: Sequence[int]) -> dict[str, float]:
    """Share of pairs of visually lossless copies of one source (`data` holds `Corpus.clean_pairs`; NEGLIGIBLE or less apart) whose text makes no claim."""
    p = predict(model, data, indices, considered=True)
    quiet = ["<claim>" not in list(text) for text, truth in zip(p["text"], p["truth"]) if abs(truth) < NEGLIGIBLE]
    return {"claims_none_on_lossless": round(float(np.mean(quiet)), 4) if quiet else math.nan, "claims_none_on_lossless_pairs": len(quiet)}


def claims_report(p: dict[str, np.ndarray], corpus, n: int) -> dict[str, float]:
    """Do the words tell the truth? Main claim against the costliest true defect, sign against verdict, claims on ties."""
    main, side, choice, ties, kinds = [], [], [], [], []
    for (a, b), words, m in zip(p["pair"][:n], p["text"][:n], p["considered"][:n]):
        true = corpus.claims(a, b)
        claimed = [(words[i + 1][1:-1], words[i + 2][1:-1]) for i, w in enumerate(words) if w == "<claim>" and i + 2 < len(words)]
        if true and true[0].points > 6:
            main.append(bool(claimed) and claimed[0][1] == true[0].attribute)
            side.append(bool(claimed) and claimed[0][0] == true[0].worse)
            kinds.append((true[0].attribute, claimed[0][1] if claimed else "none"))
        better = next((w for w in words if w.startswith("<better")), "")
        if abs(m) > 0.5:
            choice.append((better == "<better:a>") == (m > 0) and better != "<better:tie>")
        if not true and abs(corpus.margin(a, b)) < 0.3:
            ties.append(not claimed)
    mean = lambda v: round(float(np.mean(v)), 4) if v else float("nan")
    return {"claims_main_attribute": mean(main), "claims_main_side": mean(side), "claims_choice_agrees_with_sign": mean(choice), "claims_none_on_ties": mean(ties), "claims_pairs": len(main),
            "claims_macro_f1": round(macro_f1(*map(list, zip(*kinds))), 4) if kinds else math.nan} | wording(p["text"][:n])


SAMPLE = 400
"""Texts that the variety of wording is measured on: it falls with their number."""


def wording(texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """Variety of the prose (without claims and specials) of the first SAMPLE texts."""
    prose = []
    for words in texts[:SAMPLE]:
        words = list(words)
        if "<prose>" in words:
            prose.append([w for w in words[words.index("<prose>") + 1:] if not w.startswith(("<better", "<margin", "<eos"))])
    return {"wording_distinct_2": round(distinct_2(prose), 4), "wording_self_bleu": round(self_bleu(prose), 4)}
