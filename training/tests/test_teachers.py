"""Teachers: one scale that falls along a ladder, charges time for what time shows, and finds every score."""

import pytest

from versusq_training import sanity
from versusq_training.recipes import KINDS, TIMED, Defect, Recipe
from versusq_training.teachers import MOST_DECIBELS, measure, quality, rate_loss, stall_loss, timing
from versusq_training.tools import ffmpeg

SCORES = {"vmaf", "neg", "vmaf_mean", "cambi", "delta_e", "xpsnr", "ssim", "psnr_hvs"}
OLD = {"vmaf": 80.0, "neg": 78.0, "vmaf_mean": 81.0, "cambi": 1.0, "delta_e": 2.0}
"""Scores as rows from before XPSNR, SSIM and PSNR-HVS have them."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("clip") / "reference.mkv"
    ffmpeg("-f", "lavfi", "-i", "mandelbrot=size=256x144:rate=25", "-vf", "noise=c0s=3:allf=t:all_seed=1,format=yuv420p", "-frames:v", "20", "-c:v", "libx264", "-qp", "0", str(path))
    return str(path)


@pytest.fixture(scope="module")
def ladder(reference, tmp_path_factory) -> list[dict]:
    folder, scores = tmp_path_factory.mktemp("ladder"), []
    for crf in (14, 26, 34, 44):
        ffmpeg("-i", reference, "-c:v", "libx264", "-crf", str(crf), str(folder / f"{crf}.mp4"))
        scores.append(measure(str(folder / f"{crf}.mp4"), reference))
    return scores


def test_every_score_is_there_and_falls_along_a_ladder(ladder):
    assert all(set(m) == SCORES for m in ladder)
    for name in ("vmaf", "neg", "xpsnr", "ssim", "psnr_hvs"):
        values = [m[name] for m in ladder]
        assert values == sorted(values, reverse=True) and len(set(values)) == 4, name
    q = [quality(Recipe("x", 0), m, 0, 20, 25) for m in ladder]
    assert q == sorted(q, reverse=True) and q[0] - q[-1] > 20


def test_a_clip_itself_is_near_100(reference, ladder):
    itself = measure(reference, reference)
    assert quality(Recipe("x", 0), itself, itself["cambi"], 20, 25) > 97 < quality(Recipe("x", 0), ladder[0], 0, 20, 25) + 4
    assert itself["xpsnr"] == itself["psnr_hvs"] == MOST_DECIBELS and itself["ssim"] > 0.9999 and itself["delta_e"] == 0


def test_repeated_frames_are_charged_as_time_not_as_pictures(reference, tmp_path):
    held = [4, 9, 14, 19]
    copy = str(tmp_path / "held.mp4")
    ffmpeg("-i", reference, "-vf", "select='not(eq(mod(n,5),4))',fps=25:start_time=0", "-c:v", "libx264", "-crf", "14", "-frames:v", "20", copy)
    assert measure(copy, reference, colour=False, held=held)["vmaf"] > measure(copy, reference, colour=False)["vmaf"]
    seen = timing(copy, [4, 9, 14])
    assert seen["rate"] < 24 and seen["unevenness"] > 0.2 and seen["longest"] == pytest.approx(0.04, abs=0.002)


def test_what_time_costs_grows_with_the_fault():
    assert rate_loss(1) == 0 and rate_loss(0.8) < rate_loss(0.5) < rate_loss(0.25) < 100 == pytest.approx(rate_loss(0))
    assert 5 <= stall_loss(0.1) < stall_loss(0.5) < stall_loss(2) < 27


@pytest.mark.parametrize("kind", KINDS)
def test_a_worse_fault_never_scores_better_and_rows_from_before_stay_valid(kind):
    if kind in TIMED:
        slight, strong = {"rate": 24, "unevenness": 0.2, "longest": 0.1}, {"rate": 12, "unevenness": 0.8, "longest": 1.0}
    else:
        slight = strong = None
    low, high = (quality(Recipe("x", 0, defects=[Defect(kind, KINDS[kind], s)]), OLD, 0.2, 60, 25, t) for s, t in ((0.1, slight), (0.9, strong)))
    assert 0 <= high <= low <= 79


def test_a_measure_of_the_whole_picture_is_charged_once():
    one, two = [Defect("cast", "colour", 0.5)], [Defect("cast", "colour", 0.5), Defect("gamma", "exposure", 0.5)]
    assert quality(Recipe("x", 0, defects=one), OLD, 0, 60, 25) == quality(Recipe("x", 0, defects=two), OLD, 0, 60, 25)


def test_sanity_finds_a_ladder_that_runs_the_wrong_way():
    def row(step: int, q: float) -> dict:
        scores = dict.fromkeys(SCORES, q)
        recipe = Recipe("a", 0, "h264", 18 + step, [Defect("compress", "blockiness", 0.1 * step)], ladder="a/h264", step=step)
        return {"source": "a", "quality": q, "scores": scores, "recipe": recipe.to_json()}
    good, bad = [[row(n, q) for n, q in enumerate(values)] for values in ((95, 90, 80, 60), (60, 80, 90, 95))]
    assert sanity.ladders(good)["a/h264"] == (1.0, pytest.approx(1.0), 35, 4)
    assert sanity.report(good)[1] == [] and "a/h264" in sanity.report(bad)[1][0]
