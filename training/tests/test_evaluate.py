"""Figures of the evaluation on answers that are known."""

import math
from types import SimpleNamespace

import numpy as np

from versusq_training.evaluate import against_clean, calibration_error, distinct_2, ladder_srcc, macro_f1, second_guessing, self_bleu, wording


def test_macro_f1_counts_every_kind_alike():
    assert macro_f1(["noise", "colour"], ["noise", "colour"]) == 1.0
    true = ["noise"] * 98 + ["colour"] * 2
    assert math.isclose(macro_f1(true, ["noise"] * 100), 98 / 99 / 2), "a rare kind that is never named halves it"
    assert macro_f1(["noise"], ["none"]) == 0.0
    assert math.isnan(macro_f1([], []))


def test_variety_of_wording():
    alike, different = [["a", "b", "c", "d", "e"]] * 6, [[f"{n}{k}" for k in range(5)] for n in range(6)]
    assert distinct_2(alike) == 4 / 24 and distinct_2(different) == 1.0
    assert self_bleu(alike) > 0.999 and self_bleu(different) < 1e-6
    said = ["<bos>", "<claim>", "<a>", "<prose>", "soft", "edges", "<better:b>", "<margin>", "<eos>"]
    assert wording([said, said])["wording_distinct_2"] == 0.5


def test_calibration_error_does_not_depend_on_which_clip_stands_in_front():
    said, truth = np.array([0.95, 0.95, 0.65, 0.65]), np.array([3.0, 2.0, 1.0, -1.0])
    turned = np.array([1, -1, -1, 1])
    assert math.isclose(calibration_error(said, truth), calibration_error(np.where(turned > 0, said, 1 - said), truth * turned))
    assert math.isclose(calibration_error(said, truth), 0.5 * 0.05 + 0.5 * 0.15)
    assert calibration_error(np.array([0.5, 0.5]), np.array([1.0, 4.0])) == 0.0, "half and half is right for pairs in either order"
    assert math.isclose(calibration_error(np.array([0.9]), np.array([-1.0])), 0.9)


def test_clean_copies_are_counted_by_group_of_kinds():
    found = against_clean({"freeze": [True, True], "drop": [False, True], "range": [True], "contrast": [False], "cast": [True, False]})
    assert {k: v for k, v in found.items() if not k.endswith("_pairs")} == {"clean_wins_temporal": 0.75, "clean_wins_colour": 0.5, "clean_wins_range": 1.0}
    assert found["clean_wins_temporal_pairs"] == 4


def test_second_guessing_looks_at_clean_copies_of_different_codecs_only():
    clip = lambda family, codec: SimpleNamespace(family=family, codec=codec)
    corpus = SimpleNamespace(clips=[clip("clean", "h264"), clip("clean", "hevc"), clip("clean", "h264"), clip("blur", "hevc")])
    p = {"pair": [(0, 1), (1, 2), (0, 2), (0, 3)], "margin": np.array([0.1, 2.0, 0.0, 3.0]), "truth": np.array([0.0, 0.1, 0.0, 3.0])}
    assert second_guessing(p, corpus, 4, considered=False) == {"clean_codecs_negligible": 0.5, "clean_codecs_pairs": 2}


def test_ladders_are_ranked_each_for_itself_and_short_ones_left_out():
    steps = np.arange(1.0, 7.0)
    names = ["x/h264"] * 6 + ["x/blur"] * 6 + ["y/hevc"] * 3
    truth = np.concatenate([steps, steps, steps[:3]])
    margin = np.concatenate([steps * 0.1, -steps, steps[:3]])
    assert ladder_srcc(names, truth, margin) == {"ladders_srcc": 0.0, "ladders": 2, "ladders_codec_srcc": 1.0, "ladders_codec": 1}
    assert ladder_srcc([], np.array([]), np.array([])) == {}
