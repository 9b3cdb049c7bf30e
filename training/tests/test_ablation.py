"""The comparison of systems: what it counts, and that its intervals are paired by source."""

import numpy as np

from versusq_training.ablation import bootstrap, figures, linear


def made(seed=0, sources=20, each=12):
    r = np.random.default_rng(seed)
    return r.normal(0, 2, sources * each), [f"s{n // each}" for n in range(sources * each)], r


def test_signs_are_counted_only_where_the_teachers_differ_visibly():
    truth = np.array([3.0, -3.0, 0.1, -0.1])
    assert figures(truth, np.array([1.0, -1.0, -1.0, 1.0]))["sign"] == 1.0
    assert figures(truth, -truth)["sign"] == 0.0


def test_a_better_system_differs_beyond_its_interval_and_an_equal_one_does_not():
    truth, sources, r = made()
    good, bad = truth + r.normal(0, 0.5, len(truth)), r.normal(0, 1, len(truth))
    result = bootstrap(truth, {"good": good, "same": good * 2, "bad": bad}, sources, "good", draws=200)
    assert result["same"]["sign_difference"] == [0, 0] and result["same"]["srcc_difference"] == [0, 0]
    assert result["bad"]["sign_difference"][1] < 0 and result["bad"]["srcc_difference"][1] < 0
    low, high = result["good"]["sign_interval"]
    assert low <= result["good"]["sign"] <= high
    assert result == bootstrap(truth, {"good": good, "same": good * 2, "bad": bad}, sources, "good", draws=200), "same seed, same figures"


def test_the_linear_model_finds_what_is_linear_and_turns_with_the_order():
    r = np.random.default_rng(1)
    x, w = r.normal(size=(60, 8)), r.normal(size=8)
    pairs = [(int(a), int(b)) for a, b in r.integers(0, 60, (300, 2))]
    y = np.array([(x[a] - x[b]) @ w for a, b in pairs])
    found = linear(x, pairs, y, pairs)
    assert np.corrcoef(found, y)[0, 1] > 0.999
    assert np.allclose(linear(x, pairs, y, [(b, a) for a, b in pairs]), -found)
