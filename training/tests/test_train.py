"""How stages draw what they learn from."""

from types import SimpleNamespace

import numpy as np

from versusq_training.train import by_main_defect


def test_rare_main_defects_are_drawn_more_often_than_their_number_and_less_than_evenly():
    kinds = ["sharpness"] * 16 + ["colour"] * 4 + [None] * 1
    corpus = SimpleNamespace(claims=lambda x, y: [SimpleNamespace(attribute=kinds[x])] if kinds[x] else [])
    weights = by_main_defect(SimpleNamespace(corpus=corpus, pairs=[(n, n) for n in range(len(kinds))]))
    share = lambda kind: weights[[k == kind for k in kinds]].sum()
    assert np.isclose(weights.sum(), 1)
    assert np.isclose(share("sharpness") / share("colour"), 2), "16 against 4: twice, not four times"
    assert np.isclose(share("colour") / share(None), 2)
