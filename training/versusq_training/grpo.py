"""Margin-Coupled GRPO: `train` runs it as its third stage.

For one pair the policy writes G texts (claims, prose, choice, `<margin>`); each is rewarded for its form, for the margin that is
read behind it, and for the truth of its claims. Texts are reinforced relative to their group (GRPO, Shao et al., 2024), and
the margin's regression is weighted by the same advantages, so that words and number are learned together (the coupling of VersusQ,
arXiv 2605.21130, whose rewards are not published; this formulation is ours). The bell-shaped reward is that of VQAThinker
(arXiv 2508.06051).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .model import Decoder, drawn, write_tokens
from .rationale import Claim, vocabulary
from .recipes import ATTRIBUTES, REGIONS

EMPTY_SPREAD = 1e-6
"""A group whose rewards differ less than this teaches nothing."""


@dataclass(frozen=True)
class Settings:
    """group: texts of a pair. Weights of the rewards; bell: width of the bell-shaped reward, margin units; link: scale of the
    preference probability; tau, floor: coupling; clip, beta, coupled, swap: of the loss."""
    group: int = 8
    form: float = 0.2
    fidelity: float = 1.0
    bell_weight: float = 1.0
    bell: float = 1.0
    agree: float = 0.3
    claims: float = 0.5
    link: float = 1.0
    tau: float = 1.0
    floor: float = 0.25
    clip: float = 0.2
    beta: float = 0.04
    coupled: float = 1.0
    swap: float = 0.1
    temperature: float = 1.0
    limit: int = 110


def fidelity(m: Tensor, y: Tensor, link: float) -> Tensor:
    """Agreement of two preference probabilities Phi(m / link), Phi(y / link): 1 where they are equal (Tsai et al., FRank, 2007)."""
    p, q = torch.special.ndtr(m / link), torch.special.ndtr(y / link)
    return torch.sqrt(p * q) + torch.sqrt((1 - p) * (1 - q))


def claim_f1(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> float:
    """F1 of (worse side, attribute) claims; nothing claimed where nothing is to be seen is right."""
    if not found and not true:
        return 1.0
    return 2 * len(found & true) / (len(found) + len(true))


def rewards(m: Tensor, y: Tensor, form: Tensor, choice: Tensor, f1: Tensor, s: Settings) -> Tensor:
    """[B, G] from margins m, the target y [B, 1], well-formedness 0/1, choice (-1 b, 0 tie or none, 1 a) and claims' F1."""
    m = m.detach()
    said = torch.where(m.abs() < 0.5, torch.zeros_like(m), torch.sign(m))
    return (s.form * form + s.fidelity * fidelity(m, y, s.link) + s.bell_weight * torch.exp(-(m - y) ** 2 / (2 * s.bell ** 2))
            + s.agree * (choice == said).float() + s.claims * f1)


def advantages(reward: Tensor) -> Tensor:
    """Rewards relative to their group [B, G]; zero where the group does not differ."""
    spread = reward.std(-1, keepdim=True, unbiased=False)
    a = (reward - reward.mean(-1, keepdim=True)) / (spread + 1e-4)
    return torch.where(spread < EMPTY_SPREAD, torch.zeros_like(a), a)


def coupling(advantage: Tensor, s: Settings) -> Tensor:
    """Weights of the regression [B, G], mean 1 in each group: what reasoned well counts more, and all keep the floor."""
    return (s.floor + (1 - s.floor) * torch.softmax(advantage / s.tau, -1) * advantage.shape[-1]).detach()


def policy_loss(log_p: Tensor, old: Tensor, reference: Tensor, advantage: Tensor, mask: Tensor, s: Settings) -> Tensor:
    """Clipped policy gradient and k3 penalty (Schulman, 2020), each text's mean over its own tokens. log_p, old, reference, mask [N, S]; advantage [N]."""
    ratio = torch.exp(log_p - old)
    gain = torch.minimum(ratio * advantage[:, None], ratio.clamp(1 - s.clip, 1 + s.clip) * advantage[:, None])
    per_token = -gain + s.beta * k3(log_p, reference)
    return ((per_token * mask).sum(-1) / mask.sum(-1).clamp(min=1)).mean()


def k3(log_p: Tensor, reference: Tensor) -> Tensor:
    """An estimate of the divergence from the reference policy that is never negative."""
    difference = reference - log_p
    return torch.exp(difference) - difference - 1


def margin_loss(m: Tensor, mirrored: Tensor, y: Tensor, weight: Tensor, s: Settings) -> Tensor:
    """Coupled Huber regression of m [B, G] to y [B, 1], and the penalty on the two orders' disagreement."""
    regression = (weight * F.huber_loss(m, y.expand_as(m), reduction="none")).mean()
    return s.coupled * regression + s.swap * ((m + mirrored) ** 2).clamp(max=100).mean()


class Rollouts:
    """Texts drawn from a decoder: tokens [N, S] from `<bos>` on, mask [N, S - 1] of the tokens that were drawn."""

    def __init__(self, tokens: Tensor, pad: int):
        self.tokens = tokens
        self.mask = (tokens[:, 1:] != pad).float()


def sample(decoder: Decoder, prefix: Tensor, s: Settings, generator: torch.Generator) -> Rollouts:
    """One text for each row of prefix [N, PREFIX, MODEL], up to `<margin>` or the limit. Drawn within the decoder's own distribution."""
    words = vocabulary()
    return Rollouts(write_tokens(decoder, prefix, words, "<margin>", s.limit, drawn(generator, s.temperature)), words.index("<pad>"))


def read(decoder: Decoder, prefix: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Log probabilities of the tokens [N, S - 1]; margin and log spread [N] behind each text; whether it came to `<margin>` [N]."""
    words = vocabulary()
    pad, end = words.index("<pad>"), words.index("<margin>")
    h, _ = decoder.hidden(prefix, tokens, decoder.empty_past(len(tokens)))
    h = h[:, prefix.shape[1]:]
    log_p = torch.log_softmax(decoder.logits(h[:, :-1]).float(), -1).gather(-1, tokens[:, 1:, None])[..., 0]
    last = (tokens != pad).sum(-1) - 1
    rows = torch.arange(len(tokens), device=tokens.device)
    m, log_sd = decoder.read_margin(h[rows, last])
    return log_p, m.float(), log_sd.float(), tokens[rows, last] == end


def mirror(tokens: Tensor) -> Tensor:
    """The same texts for the other order of the clips."""
    words = vocabulary()
    table = torch.arange(len(words))
    for one, other in (("<a>", "<b>"), ("<better:a>", "<better:b>")):
        i, j = words.index(one), words.index(other)
        table[i], table[j] = j, i
    return table.to(tokens.device)[tokens]


_CLAIM = rf"<claim> <([ab])> <({'|'.join(ATTRIBUTES)})> <s[1-5]> <t[0-8]> <t[0-8]> <r:(?:{'|'.join(REGIONS)})>"
_TEXT = re.compile(rf"<bos>((?: {_CLAIM})*) <prose>(?: (?:▁\w+|[.,]|<[ab]>|<at[0-8]>))+ <better:(a|b|tie)> <margin>")


def parse(tokens: list[str]) -> tuple[bool, set[tuple[str, str]], int]:
    """Whether a text has its form (docs/model-package.md), its claims as (side, attribute), its choice (1 a, -1 b, else 0)."""
    written = " ".join(tokens)
    found = _TEXT.fullmatch(written)
    claims = set(re.findall(_CLAIM, written))
    return found is not None, claims, {"a": 1, "b": -1}.get(found.group(found.lastindex), 0) if found else 0


def judge(rolled: Rollouts, margins: Tensor, y: Tensor, truths: list[list[Claim]], s: Settings) -> tuple[Tensor, dict[str, float]]:
    """Rewards [B, G] of B x G texts, and what they are made of on average."""
    words = vocabulary()
    form, choice, f1 = [], [], []
    for n, row in enumerate(rolled.tokens.tolist()):
        formed, claims, chosen = parse([words[i] for i in row if words[i] != "<pad>"])
        form.append(float(formed))
        choice.append(float(chosen))
        f1.append(claim_f1(claims, {(c.worse, c.attribute) for c in truths[n // s.group]}))
    form, choice, f1 = (torch.tensor(v, device=margins.device).view(-1, s.group) for v in (form, choice, f1))
    reward = rewards(margins.view(-1, s.group), y, form, choice, f1, s)
    return reward, {"reward": float(reward.mean()), "form": float(form.mean()), "f1": float(f1.mean())}


def step(decoder: Decoder, reference: Decoder, prefixes: tuple[Tensor, Tensor], y: Tensor, truths: list[list[Claim]], s: Settings, generator: torch.Generator) -> tuple[Tensor, dict[str, float]]:
    """Loss of one batch of B pairs: prefixes [B, PREFIX, MODEL] of both orders, margins y [B]. Texts are used once, so the old policy is
    the present one."""
    first, second = (p.repeat_interleave(s.group, 0) for p in prefixes)
    y = y[:, None]
    rolled = sample(decoder, first.detach(), s, generator)
    log_p, m, _, _ = read(decoder, first, rolled.tokens)
    with torch.no_grad():
        reference_p, _, _, _ = read(reference, first, rolled.tokens)
    _, mirrored, _, _ = read(decoder, second, mirror(rolled.tokens))
    reward, report = judge(rolled, m, y, truths, s)
    a = advantages(reward)
    m, mirrored = m.view(-1, s.group), mirrored.view(-1, s.group)
    policy = policy_loss(log_p, log_p.detach(), reference_p, a.flatten(), rolled.mask, s)
    regression = margin_loss(m, mirrored, y, coupling(a, s), s)
    report |= {"error": float((m.detach() - y).abs().mean()), "policy": float(policy.detach()), "regression": float(regression.detach()),
               "divergence": float((k3(log_p.detach(), reference_p) * rolled.mask).sum() / rolled.mask.sum())}
    return policy + regression, report
