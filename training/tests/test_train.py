"""What stage 1 shows beside what was made."""

from types import SimpleNamespace

import numpy as np
import torch

from versusq_training import train
from versusq_training.measurements import CHROMA


def corpus():
    clip = lambda source, family, *attributes: SimpleNamespace(source=source, family=family, defects=[{"attribute": a} for a in attributes])
    clips = [clip("x", "clean"), clip("x", "noise", "noise"), clip("x", "blur", "sharpness"), clip("y", "noise", "noise")]
    measurements = torch.arange(4.0)[:, None, None, None].expand(4, 12, 4, 128).clone()
    return SimpleNamespace(clips=clips, by_source={"x": [0, 1, 2], "y": [3]}, mask=torch.ones(4, 12), measurements=measurements)


def test_noisy_copies_lose_their_colour_and_nothing_else_does(monkeypatch):
    monkeypatch.setattr(train, "GREY_SHARE", 1.0)
    c = corpus()
    clean = train.grey_noise(c)
    assert clean == {1: 0}, "noise alone, and only where a clean copy shows the same places"
    ordered, at = [(1, 2), (0, 3)], torch.zeros(2, 4, dtype=torch.long)
    t = {f"measurements_{side}": c.measurements[[p[n] for p in ordered]][:, :4].clone() for n, side in enumerate("ab")}
    train.without_colour(c, t, ordered, at, clean, np.random.default_rng(1))
    noisy, chroma = t["measurements_a"][0], slice(*CHROMA)
    assert (noisy[..., chroma] == 0).all() and (noisy[..., :CHROMA[0]] == 1).all() and (noisy[..., CHROMA[1]:] == 1).all()
    assert (t["measurements_b"][0] == 2).all() and (t["measurements_a"][1] == 0).all() and (t["measurements_b"][1] == 3).all()
