import torch

from versusq_training.measurements import RELATION, framing, series_beside
from versusq_training.model import Dimensions, VersusQ
from versusq_training.rationale import vocabulary


def small():
    torch.manual_seed(0)
    return VersusQ(Dimensions(12, 84, 7, len(vocabulary()), token=8, model=32, layers=2, heads=2)).eval()


def pair(b=2, k=3, p=4, seed=1):
    g = torch.Generator().manual_seed(seed)
    r = lambda *s: torch.randn(*s, generator=g)
    t = {"tokens_a": r(b, k, p, 8), "tokens_b": r(b, k, p, 8), "measurements_a": r(b, k, p, 12), "measurements_b": r(b, k, p, 12), "phi": r(b, k, p, 7), "timeline_a": r(b, 84), "timeline_b": r(b, 84),
         "aligned": torch.ones(b, k), "mask": torch.ones(b, k), "cells": torch.rand(b, k, p, 3, generator=g), "same": torch.ones(b),
         "relation": r(b, RELATION), "relation_ba": r(b, RELATION)}
    return t, r(b, k, p, 7)


def test_margin_turns_its_sign_with_the_order():
    model = small()
    t, phi_ba = pair()
    swapped = dict(t)
    for x, y in (("tokens_a", "tokens_b"), ("measurements_a", "measurements_b"), ("timeline_a", "timeline_b"), ("relation", "relation_ba")):
        swapped[x], swapped[y] = t[y], t[x]
    swapped["phi"] = phi_ba
    forward, back = model.pair.both(t, phi_ba), model.pair.both(swapped, t["phi"])
    for key in ("margin", "attributes", "segments", "regions"):
        assert torch.allclose(forward[key], -back[key], atol=1e-5), key
    assert torch.allclose(forward["log_sd"], back["log_sd"], atol=1e-5)


def test_a_clip_against_itself_has_margin_zero():
    model = small()
    t, _ = pair()
    for x, y in (("tokens_a", "tokens_b"), ("measurements_a", "measurements_b"), ("timeline_a", "timeline_b"), ("relation", "relation_ba")):
        t[y] = t[x]
    assert torch.equal(model.pair.both(t, t["phi"])["margin"], torch.zeros(2))


def test_decoding_step_by_step_equals_the_whole_text():
    model = small()
    prefix, tokens = torch.randn(1, 21, 32), torch.randint(0, 40, (1, 9))
    whole, _ = model.decoder.hidden(prefix, tokens, model.decoder.empty_past(1))
    h, past = model.decoder.hidden(prefix, tokens[:, :1], model.decoder.empty_past(1))
    for i in range(1, 9):
        h, past = model.decoder.hidden(prefix[:, :0], tokens[:, i:i + 1], past)
    assert torch.allclose(h[:, -1], whole[:, -1], atol=1e-4)


def test_later_tokens_do_not_change_earlier_ones():
    model = small()
    prefix, tokens = torch.randn(1, 21, 32), torch.randint(0, 40, (1, 9))
    a, _ = model.decoder.hidden(prefix, tokens, model.decoder.empty_past(1))
    tokens[0, -1] += 1
    b, _ = model.decoder.hidden(prefix, tokens, model.decoder.empty_past(1))
    assert torch.equal(a[:, :-1], b[:, :-1])
