"""What the stages of the pointwise mode share: going on where one was stopped, and rehearsal of the pair mode, which must not get worse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import grpo
from .evaluate import glance_batch
from .model import Decoder, VersusQ
from .point_model import logits_of
from .rationale import vocabulary
from .train import Pairs, squash

KEEP_EVERY = 20
"""Steps between two states that are kept."""
SAMPLED = 64
"""Pairs whose texts are drawn at once."""


class Progress:
    """A stage's state in a file: a stage that was stopped goes on as if it had not been. `parts` have state_dict and load_state_dict."""

    def __init__(self, path: Path, numbers: np.random.Generator, texts: torch.Generator, **parts):
        self.path, self.numbers, self.texts, self.parts = path, numbers, texts, parts

    def begin(self) -> int:
        """Steps that are done; everything is put where they left it."""
        if not self.path.exists():
            return 0
        state = torch.load(self.path, weights_only=False)
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self.numbers.bit_generator.state = state["numbers"]
        self.texts.set_state(state["texts"])
        torch.set_rng_state(state["dropout"])
        return state["step"]

    def keep(self, step: int) -> None:
        part = self.path.with_suffix(".tmp")
        torch.save({"step": step, "parts": {n: p.state_dict() for n, p in self.parts.items()}, "numbers": self.numbers.bit_generator.state, "texts": self.texts.get_state(),
                    "dropout": torch.get_rng_state()}, part)
        part.rename(self.path)


class Rehearsal:
    """The pair mode as it was, on pairs it was trained on: prefixes of both orders, texts that its policy draws. Learning without forgetting (Li and
    Hoiem, 2018): the new decoder is held to the old one's next-token distributions and margins there, not to the labels, which
    would undo what reinforcement brought.

    The pair model is frozen, so its prefixes are made once."""

    def __init__(self, teacher: VersusQ, data: Pairs, count: int, seed: int):
        numbers, texts = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        self.teacher = teacher.decoder.requires_grad_(False).eval()
        rows = [int(n) for n in numbers.permutation(len(data.pairs))[:count]]
        prefixes, drawn = [], []
        with torch.no_grad():
            for n in range(0, len(rows), SAMPLED):
                t, phi_ba, _ = data.batch(rows[n:n + SAMPLED], [], numbers)
                prefix, _ = teacher.pair.prefixes(glance_batch(teacher, t, phi_ba))
                prefixes.append(prefix)
                drawn.append(grpo.sample(self.teacher, prefix, grpo.Settings(), texts).tokens)
        length = max(t.shape[1] for t in drawn)
        self.pad = vocabulary().index("<pad>")
        self.prefix, self.tokens = torch.cat(prefixes), torch.cat([F.pad(t, (0, length - t.shape[1]), value=self.pad) for t in drawn])

    def loss(self, decoder: Decoder, count: int, numbers: np.random.Generator) -> Tensor:
        """Divergence (nats a token) of `count` texts from the old decoder, and the squared change of margin and log spread behind them."""
        at = torch.from_numpy(numbers.integers(0, len(self.tokens), count))
        tokens, prefix = self.tokens[at], self.prefix[at]
        tokens = tokens[:, :int((tokens != self.pad).sum(1).max())]
        with torch.no_grad():
            before, old = logits_of(self.teacher, prefix, tokens)
        after, new = logits_of(decoder, prefix, tokens)
        size, mask = before.shape[-1], (tokens[:, 1:] != self.pad).float()
        p, q = torch.log_softmax(before, -1), torch.log_softmax(after[..., :size], -1)
        divergence = ((p.exp() * (p - q)).sum(-1) * mask).sum() / mask.sum()
        last = (tokens != self.pad).sum(1) - 1
        at = torch.arange(len(tokens))
        (m, spread), (m_old, spread_old) = decoder.read_margin(new[at, last]), self.teacher.read_margin(old[at, last])
        return divergence + F.mse_loss(squash(m), squash(m_old)) + F.mse_loss(spread, spread_old)
