"""VQAThinker's rewards (arXiv 2508.06051) for policies that write a score of ONE video: bell-shaped regression, ranking within the batch,
form, and consistency in time; with them the group-relative loss, which is that of `grpo`.

Scores are on the scale 1 (bad) to 5 (excellent). A batch holds B videos with G rollouts each: scores [B, G], truth [B]. A rollout whose
text holds no score has NaN; it earns nothing and is left out of its video's mean and variance. Where the paper leaves a number open we
took it from the authors' public code (clh124/VQAThinker) and say so beside it.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from . import grpo
from .measurements import burst_measurements
from .plan import CROP, FRAMES_PER_BURST, PLACES

LOWEST, HIGHEST = 1.0, 5.0
"""Ends of the scale."""
BELL = 0.5
"""Width of the bell-shaped reward, points of the scale (METHOD 1)."""
VARIANCE_FLOOR = 1e-6
"""Added to the variance of a comparison: two groups that each agree in all rollouts would divide by nothing."""
EDGE = 1e-7
"""Preference probabilities stay this far from 0 and 1: the root has no slope there."""
KINDS = ("shuffled", "locally shuffled", "reversed", "duplicated", "blacked out")
"""How the order in time is perturbed."""
WINDOW = 4
"""Frames of a window that a local shuffle mixes (ours)."""
BLACK_SHARE = 0.5
"""Share of frames that are blacked out (ours)."""


@dataclass(frozen=True)
class Settings:
    """Weights of the rewards; bonus: what a rollout gains for consistency in time, where its ranking reward is over `ranks_well` and where its
    regression reward is over `regresses_well` (both thresholds: public code); group, clip, beta: of the loss (METHOD 1)."""
    form: float = 1.0
    regression: float = 1.0
    ranking: float = 1.0
    bonus: float = 0.3
    ranks_well: float = 0.5
    regresses_well: float = 0.9
    group: int = 4
    clip: float = 0.2
    beta: float = 0.04


def bell(score: Tensor, truth: Tensor, width: float = BELL) -> Tensor:
    """Regression reward 0..1 of any shape: steep far from the truth, flat near it; 0 where there is no score (NaN)."""
    return torch.nan_to_num(torch.exp(-(score - truth) ** 2 / (2 * width ** 2)), nan=0.0)


def moments(score: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance [B] (points, points squared) over the rollouts [B, G] that have a score; NaN where none has."""
    mean = score.nanmean(-1)
    return mean, ((score - mean[:, None]) ** 2).nanmean(-1)


def preference(truth: Tensor) -> Tensor:
    """g [B, B] from truth [B]: 1 where the row's video is better than the column's, 0.5 where they are equal, else 0."""
    return (torch.sign(truth[:, None] - truth[None]) + 1) / 2


def ranking(score: Tensor, truth: Tensor) -> Tensor:
    """Thurstone fidelity reward 0..1, [B, G]: rollout k of video i against every other video z of the batch,
    p = Phi((s_ik - mean_z) / sqrt(var_i + var_z)), R = mean over z of sqrt(p g) + sqrt((1 - p)(1 - g)).

    Raises ValueError on a single video: there is nothing to rank it against."""
    if len(score) < 2:
        raise ValueError("A ranking reward needs at least two videos in the batch.")
    mean, variance = moments(score)
    spread = torch.sqrt(variance[:, None] + variance[None] + VARIANCE_FLOOR)
    p = torch.special.ndtr((score[:, :, None] - mean[None, None]) / spread[:, None]).clamp(EDGE, 1 - EDGE)
    g = preference(truth).to(p)[:, None]
    agreement = torch.sqrt(p) * torch.sqrt(g) + torch.sqrt(1 - p) * torch.sqrt(1 - g)
    counted = ~torch.isnan(p) & ~torch.eye(len(score), dtype=torch.bool, device=score.device)[:, None]
    return torch.where(counted, agreement, 0.0).sum(-1) / counted.sum(-1).clamp(min=1)


_FORM = re.compile(r"\s*<think>(.+?)</think>\s*<answer>\s*([0-9]+(?:\.[0-9]+)?)\s*</answer>\s*", re.S)


def read_score(text: str) -> float:
    """The score of a text `<think>..</think><answer>NUMBER</answer>`, 1 to 5; NaN where the text has another form."""
    found = _FORM.fullmatch(text)
    if not found or not found[1].strip() or re.search("</?(think|answer)>", found[1]):
        return float("nan")
    value = float(found[2])
    return value if LOWEST <= value <= HIGHEST else float("nan")


def form(score: Tensor) -> Tensor:
    """Format reward 0 or 1 from what `read_score` gave, any shape."""
    return (~torch.isnan(score)).to(score)


def consistency(true: Tensor, perturbed: Tensor, well: float, bonus: float) -> Tensor:
    """Bonus [B, G] for one reward of rollouts on the true order [B, G] and on the perturbed one [B, any]: where the true order does at
    least as well on a video's average, each of its rollouts above `well` gets it."""
    holds = true.mean(-1, keepdim=True) >= perturbed.mean(-1, keepdim=True)
    return bonus * (holds & (true > well)).to(true)


def rewards(score: Tensor, truth: Tensor, s: Settings, perturbed: Tensor | None = None) -> Tensor:
    """[B, G] from scores [B, G] and truth [B], without gradient; perturbed: scores [B, any] of a second set of rollouts that saw a perturbed
    order. Ranking and regression earn their bonus apart, as in the public code."""
    score = score.detach()
    regression, rank = bell(score, truth[:, None]), ranking(score, truth)
    if perturbed is not None:
        perturbed = perturbed.detach()
        regression = regression + consistency(regression, bell(perturbed, truth[:, None]), s.regresses_well, s.bonus)
        rank = rank + consistency(rank, ranking(perturbed, truth), s.ranks_well, s.bonus)
    return s.form * form(score) + s.regression * regression + s.ranking * rank


def loss(log_p: Tensor, reference: Tensor, reward: Tensor, mask: Tensor, s: Settings) -> Tensor:
    """Group-relative loss of texts that are used once: log_p, reference, mask [B * G, S] (nats, nats, 0/1), reward [B, G]; advantages are
    (R - mean) / (std + 1e-4) in each group."""
    own = grpo.Settings(group=s.group, clip=s.clip, beta=s.beta)
    return grpo.policy_loss(log_p, log_p.detach(), reference, grpo.advantages(reward).flatten(), mask, own)


def _mixed(count: int, generator: np.random.Generator) -> np.ndarray:
    """A random order of `count` that is never the true one."""
    order = generator.permutation(count)
    return np.roll(order, 1) if np.array_equal(order, np.arange(count)) else order


def perturbation(kind: str, count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What stands at each of `count` places in time: index of the frame that is shown [count], and whether it is black [count]. Of one
    frame only the blackout changes anything. Raises ValueError on a kind that is not in KINDS."""
    order, black = np.arange(count), np.zeros(count, bool)
    if kind == "shuffled":
        order = _mixed(count, generator)
    elif kind == "locally shuffled":
        order = np.concatenate([first + _mixed(min(WINDOW, count - first), generator) for first in range(0, count, WINDOW)])
    elif kind == "reversed":
        order = order[::-1].copy()
    elif kind == "duplicated":
        first = int(generator.integers(0, max(1, count // 2)))
        order[first:first + (count + 1) // 2 + 1] = first
    elif kind == "blacked out":
        black[generator.permutation(count)[:max(1, round(BLACK_SHARE * count))]] = True
    else:
        raise ValueError(f"{kind!r} is no temporal perturbation; there are {', '.join(KINDS)}.")
    return order, black


def perturb_frames(frames: np.ndarray, kind: str, generator: np.random.Generator) -> np.ndarray:
    """Frames [N, ...] (RGB or luma codes) in a perturbed order, the same shape and type; the input is left as it is."""
    order, black = perturbation(kind, len(frames), generator)
    out = frames[order]
    out[black] = 0
    return out


BURST_ARRAYS = ("measurements", "crops", "thumbs", "cells", "times")


@functools.cache
def black_measurements() -> np.ndarray:
    """Measurements of a black burst [PLACES, MEASUREMENTS]."""
    luma, chroma = torch.zeros(PLACES, FRAMES_PER_BURST, CROP, CROP), torch.zeros(PLACES, CROP // 2, CROP // 2)
    with torch.inference_mode():
        return burst_measurements(luma, chroma, chroma, torch.zeros(18, 32)).numpy()


def perturb_bursts(clip: dict[str, np.ndarray], kind: str, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """A clip's arrays by burst (extract.measure_clip: measurements [K, P, M], crops, thumbs, cells, times) in a perturbed order. Times, and
    with them the share of time in `cells`, belong to the place and stay. Frames inside a burst keep their order.

    Raises ValueError on other arrays: the time line is measured over all frames and would tell the true order; measure it on
    `perturb_frames`."""
    if other := sorted(set(clip) - set(BURST_ARRAYS)):
        raise ValueError(f"{', '.join(other)}: not by burst; measure the perturbed frames instead.")
    order, black = perturbation(kind, len(clip["measurements"]), generator)
    out = {k: v.copy() if k == "times" else v[order] for k, v in clip.items()}
    for k in ("crops", "thumbs"):
        if k in out:
            out[k][black] = 0
    if black.any():
        out["measurements"][black] = black_measurements()
    if "cells" in out:
        out["cells"][..., 2] = clip["cells"][..., 2]
    return out
