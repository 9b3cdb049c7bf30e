import math

import numpy as np
import pytest
import torch

from versusq_training import thinker
from versusq_training.thinker import KINDS, Settings

S = Settings()
NAN = float("nan")


def drawn(seed=0, videos=4, group=6):
    g = torch.Generator().manual_seed(seed)
    truth = 1 + 4 * torch.rand(videos, generator=g, dtype=torch.float64)
    return truth[:, None] + 0.4 * torch.randn(videos, group, generator=g, dtype=torch.float64), truth


def test_the_bell_has_its_published_values():
    score = torch.tensor([3.0, 3.5, 2.5, 4.0, 5.0, NAN])
    expected = [1.0, math.exp(-0.5), math.exp(-0.5), math.exp(-2), math.exp(-8), 0.0]
    assert torch.allclose(thinker.bell(score, torch.tensor(3.0)), torch.tensor(expected))


def test_the_bell_is_steepest_one_width_away_and_flat_at_the_truth():
    x = torch.linspace(0, 2, 201, dtype=torch.float64, requires_grad=True)
    slope, = torch.autograd.grad(thinker.bell(x, torch.tensor(0.0)).sum(), x)
    x = x.detach()
    assert float(slope[0]) == 0 and abs(float(x[slope.argmin()]) - thinker.BELL) < 0.011


def test_the_ranking_reward_equals_its_definition_written_out():
    score, truth = drawn()
    written = torch.zeros_like(score)
    for i in range(4):
        for k in range(6):
            for z in (z for z in range(4) if z != i):
                spread = math.sqrt(float(score[i].var(unbiased=False) + score[z].var(unbiased=False)) + thinker.VARIANCE_FLOOR)
                p = 0.5 * (1 + math.erf(float(score[i, k] - score[z].mean()) / spread / math.sqrt(2)))
                g = 1.0 if truth[i] > truth[z] else 0.0
                written[i, k] += (math.sqrt(p * g) + math.sqrt((1 - p) * (1 - g))) / 3
    assert torch.allclose(thinker.ranking(score, truth), written, atol=1e-6)


def test_ranking_ignores_where_the_scale_begins_its_unit_and_the_order_of_videos():
    score, truth = drawn(1)
    r = thinker.ranking(score, truth)
    assert torch.allclose(thinker.ranking(score + 7, truth), r)
    assert torch.allclose(thinker.ranking(10 * score, 3 * truth - 2), r, atol=1e-4)
    turn = torch.tensor([2, 0, 3, 1])
    assert torch.allclose(thinker.ranking(score[turn], truth[turn]), r[turn])
    assert torch.allclose(thinker.ranking(-score, -truth), r)


def test_equal_videos_are_rewarded_alike_on_either_side_and_most_where_they_are_scored_alike():
    score = torch.tensor([[2.5, 3.0, 3.5], [2.5, 3.0, 3.5]])
    r = thinker.ranking(score, torch.tensor([3.0, 3.0]))
    assert torch.allclose(r[0], r[1]) and torch.allclose(r, r.flip(1))
    assert torch.allclose(r[:, 1], torch.ones(2)) and float(r[0, 0]) < 1


def test_a_higher_score_is_never_worse_for_the_better_video():
    truth, others = torch.tensor([4.0, 2.0]), torch.tensor([2.0, 2.2, 1.8, 2.0])
    own = torch.linspace(1, 5, 9)
    r = torch.stack([thinker.ranking(torch.stack([torch.cat([v[None], torch.tensor([3.0, 3.1, 2.9])]), others]), truth)[0, 0] for v in own])
    assert bool((r[1:] >= r[:-1] - 0.02).all()) and float(r[-1] - r[0]) > 0.5
    fixed = torch.linspace(1, 5, 9)[None].repeat(2, 1)
    inside = thinker.ranking(fixed, truth)
    assert bool((inside[0].diff() > 0).all()) and bool((inside[1].diff() < 0).all())


def test_one_video_alone_cannot_be_ranked():
    with pytest.raises(ValueError, match="two videos"):
        thinker.ranking(torch.ones(1, 4), torch.ones(1))


def test_rollouts_without_a_score_earn_nothing_and_disturb_no_other():
    score, truth = drawn(2)
    holed = torch.cat([score, torch.full((4, 2), NAN)], 1)
    assert torch.allclose(thinker.ranking(holed, truth)[:, :6], thinker.ranking(score, truth))
    assert torch.equal(thinker.rewards(holed, truth, S)[:, 6:], torch.zeros(4, 2, dtype=torch.float64))
    silent = score.clone()
    silent[3] = NAN
    assert torch.allclose(thinker.ranking(silent, truth)[:3], thinker.ranking(score[:3], truth[:3]))
    assert not thinker.rewards(silent, truth, S, perturbed=silent).isnan().any()


@pytest.mark.parametrize("text, score", [
    ("<think>soft and noisy</think><answer>2.5</answer>", 2.5), (" <think>a\nb</think>\n<answer> 5 </answer>\n", 5.0),
    ("<think></think><answer>2.5</answer>", None), ("<think>x</think><answer>7</answer>", None), ("<answer>3</answer>", None),
    ("<think>x</think><answer>good</answer>", None), ("<think>x</think><answer>3</answer> and more", None), ("<think>x<think>y</think><answer>3</answer>", None)])
def test_a_score_is_read_from_its_form_alone(text, score):
    read = thinker.read_score(text)
    assert math.isnan(read) if score is None else read == score
    assert float(thinker.form(torch.tensor(read))) == (score is not None)


def test_gradients_of_both_rewards_equal_finite_differences_and_the_total_carries_none():
    score, truth = drawn(3, videos=3, group=4)
    score.requires_grad_(True)
    assert torch.autograd.gradcheck(lambda x: thinker.bell(x, truth[:, None]), score)
    assert torch.autograd.gradcheck(lambda x: thinker.ranking(x, truth), score, atol=1e-5)
    assert not thinker.rewards(score, truth, S, perturbed=score).requires_grad


def test_the_slope_stays_finite_where_preferences_are_certain():
    score = torch.tensor([[1.0, 1.0], [5.0, 5.0]], requires_grad=True)
    slope, = torch.autograd.grad(thinker.ranking(score, torch.tensor([2.0, 4.0])).sum(), score)
    assert bool(slope.isfinite().all())


def test_the_loss_is_that_of_grpo_with_advantages_of_each_group():
    reward = torch.tensor([[1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 2.0, 2.0]])
    log_p = torch.randn(8, 3, generator=torch.Generator().manual_seed(1)).requires_grad_(True)
    slope, = torch.autograd.grad(thinker.loss(log_p, log_p.detach(), reward, torch.ones(8, 3), S), log_p)
    a = (reward - reward.mean(-1, keepdim=True)) / (reward.std(-1, keepdim=True, unbiased=False) + 1e-4)
    assert torch.allclose(slope.sum(1), -a.flatten() / 8, atol=1e-6)
    assert torch.equal(slope[4:], torch.zeros(4, 3))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [2, 3, 8, 13])
def test_perturbed_frames_keep_their_shape_and_not_their_order(kind, count):
    frames = np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 3), np.uint8)
    before = frames.copy()
    for seed in range(8):
        out = thinker.perturb_frames(frames, kind, np.random.default_rng(seed))
        assert out.shape == frames.shape and out.dtype == frames.dtype and np.array_equal(frames, before)
        assert not np.array_equal(out, frames)
        assert np.array_equal(out, thinker.perturb_frames(frames, kind, np.random.default_rng(seed)))
        shown = out[:, 0, 0, 0]
        if kind in ("shuffled", "locally shuffled", "reversed"):
            assert sorted(shown) == list(range(1, count + 1))
        if kind == "locally shuffled":
            assert np.array_equal((shown - 1) // thinker.WINDOW, np.arange(count) // thinker.WINDOW)
        if kind == "duplicated":
            assert len(set(shown)) < count and 0 not in shown
        if kind == "blacked out":
            assert 0 in shown and set(shown) - {0} == set(shown[shown > 0]) and np.array_equal(shown[shown > 0], np.arange(1, count + 1)[shown > 0])


def test_an_unknown_perturbation_is_named():
    with pytest.raises(ValueError, match="sideways.*reversed"):
        thinker.perturbation("sideways", 4, np.random.default_rng(0))


@pytest.mark.parametrize("kind", KINDS)
def test_bursts_are_perturbed_together_and_time_stays(kind):
    k, m = 6, thinker.black_measurements().shape[1]
    at = np.arange(1, k + 1, dtype=np.float32)
    clip = {"measurements": at[:, None, None] * np.ones((1, 4, m), np.float32), "crops": at[:, None, None, None].astype(np.uint8) * np.ones((1, 4, 8, 8), np.uint8),
            "thumbs": at[:, None, None] * np.ones((1, 18, 32), np.float32), "cells": np.stack([np.full((k, 4), 0.5), at[:, None] * np.ones((1, 4)), at[:, None] / k * np.ones((1, 4))], -1), "times": at / 4}
    out = thinker.perturb_bursts(clip, kind, np.random.default_rng(3))
    assert {n: v.shape for n, v in out.items()} == {n: v.shape for n, v in clip.items()}
    assert np.array_equal(out["times"], clip["times"]) and np.array_equal(out["cells"][..., 2], clip["cells"][..., 2])
    shown = out["crops"][:, 0, 0, 0]
    assert not np.array_equal(shown, at) and np.array_equal(shown, out["thumbs"][:, 0, 0])
    dark = shown == 0
    assert dark.any() == (kind == "blacked out") and np.array_equal(out["measurements"][~dark, 0, 0], shown[~dark])
    assert np.isfinite(out["measurements"]).all() and all(np.array_equal(v, thinker.black_measurements()) for v in out["measurements"][dark])
    with pytest.raises(ValueError, match="summary"):
        thinker.perturb_bursts(clip | {"summary": at}, kind, np.random.default_rng(3))


def test_the_bonus_goes_to_rollouts_that_do_well_where_the_true_order_does_at_least_as_well():
    true = torch.tensor([[0.95, 0.5], [0.95, 0.5], [0.95, 0.5]])
    perturbed = torch.tensor([[0.1, 0.1], [0.95, 0.5], [1.0, 1.0]])
    assert torch.allclose(thinker.consistency(true, perturbed, 0.9, 0.3), torch.tensor([[0.3, 0], [0.3, 0], [0.0, 0]]))


def test_a_perturbed_order_that_does_worse_raises_the_total_by_the_bonus_of_each_part():
    truth = torch.tensor([2.0, 4.0])
    score = torch.tensor([[2.0, 2.1, 3.5, NAN], [4.0, 3.9, 2.5, 4.0]])
    plain = thinker.rewards(score, truth, S)
    gain = thinker.rewards(score, truth, S, perturbed=truth.flip(0)[:, None].repeat(1, 4)) - plain
    rank = thinker.ranking(score, truth)
    expected = 0.3 * (thinker.bell(score, truth[:, None]) > 0.9).float() + 0.3 * (rank > 0.5).float()
    assert torch.allclose(gain, expected, atol=1e-6) and abs(float(gain[0, 0]) - 0.6) < 1e-6 and float(gain[0, 3]) == 0
    better = thinker.rewards(score, truth, S, perturbed=truth[:, None] + torch.tensor([[0.0, 0.01]]))
    assert torch.allclose(better, plain)


LEVELS = torch.arange(1, 5.01, 0.1)


def bandit(s=S, steps=150, seed=0):
    """Five videos; a text is a form token (in 2 of 3 it is broken at first) and one of 41 scores. Gives expected scores and share of good form."""
    draws, truth = torch.Generator().manual_seed(seed), torch.tensor([1.4, 2.1, 3.0, 3.7, 4.6])
    forms, scores = torch.zeros(5, 3, requires_grad=True), torch.zeros(5, len(LEVELS), requires_grad=True)
    optimiser = torch.optim.Adam([forms, scores], 0.1)
    group = 24
    for _ in range(steps):
        p = [torch.log_softmax(x, -1) for x in (forms, scores)]
        picks = [torch.multinomial(x.exp(), group, replacement=True, generator=draws) for x in p]
        log_p = torch.stack([x.gather(1, at) for x, at in zip(p, picks)], -1).flatten(0, 1)
        written = torch.where(picks[0] == 0, LEVELS[picks[1]], NAN)
        reference = torch.tensor([math.log(1 / 3), math.log(1 / len(LEVELS))]).expand_as(log_p)
        value = thinker.loss(log_p, reference, thinker.rewards(written, truth, s), torch.ones_like(log_p), s)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
    return (torch.softmax(scores, -1) @ LEVELS).detach(), truth, float(torch.softmax(forms.detach(), -1)[:, 0].mean())


def test_the_three_rewards_together_find_scores_order_and_form_and_repeat_with_their_seed():
    found, truth, formed = bandit()
    assert float((found - truth).abs().max()) < 0.15 and bool((found.diff() > 0).all()) and formed > 0.9
    again, _, _ = bandit()
    assert torch.equal(found, again) and not torch.equal(found, bandit(seed=1)[0])


def test_ranking_alone_finds_the_order_but_not_the_scale():
    found, truth, _ = bandit(Settings(regression=0.0))
    order = torch.corrcoef(torch.stack([found, truth]))[0, 1]
    assert float(order) > 0.8 and float((found - truth).abs().max()) > 0.15
