import numpy as np
import torch
import torch.nn.functional as F

from versusq_training import measurements as M
from versusq_training.extract import BT709_LIMITED


def crops(n=3, seed=0):
    g = torch.Generator().manual_seed(seed)
    return F.interpolate(torch.rand(n, 1, 32, 32, generator=g) * 255, 128, mode="bicubic").clamp(0, 255)[:, 0]


def test_gaussian_equals_the_convolution_it_stands_for():
    x = crops()
    taps = torch.tensor(M._TAPS) / sum(M._TAPS)
    expected = F.conv2d(F.conv2d(x[:, None], taps.view(1, 1, 7, 1)), taps.view(1, 1, 1, 7))[:, 0]
    assert torch.allclose(M.gaussian(x), expected, atol=1e-3)


def test_flat_black_and_white_pictures_give_finite_measurements():
    for level in (0.0, 255.0):
        y = torch.full((4, 4, 128, 128), level)
        m = M.burst_measurements(y, torch.zeros(4, 64, 64), torch.zeros(4, 64, 64), torch.full((18, 32), level))
        assert torch.isfinite(m).all()
        assert all(torch.isfinite(m).all() for m in M.pair_measurements(M.detail_of(y[:, 0]), M.detail_of(crops(4))))


def test_columns_of_colour_are_those_that_colour_changes():
    y, thumb = crops(4)[:, None].repeat(1, 4, 1, 1), torch.rand(18, 32) * 255
    grey, noisy = (M.burst_measurements(y, cb, -cb, thumb) for cb in (torch.zeros(4, 64, 64), 20 * torch.randn(4, 64, 64)))
    changed = (grey != noisy).any(0).nonzero().flatten().tolist()
    assert changed == list(range(*M.CHROMA))


def test_phase_sees_a_block_grid_and_only_there():
    blocky = F.interpolate(torch.rand(2, 1, 16, 16) * 255, 128, mode="nearest")[:, 0]
    shifted = torch.roll(blocky, 3, 2)
    grid, random, moved = M._phase(*(M._steps(y) for y in (blocky, crops(2), shifted)))[..., 0]
    assert (grid > random + 1).all()
    assert (grid > moved + 1).all()


def test_framing_sees_which_picture_shows_a_part_of_the_other():
    wide = F.interpolate(torch.rand(6, 1, 9, 16) * 200, (18, 32), mode="bicubic")[:, 0]
    part = F.interpolate(wide[:, None, 2:16, 3:28], (18, 32), mode="bilinear")[:, 0]
    alike, best, a_gain, a_lost, b_gain, b_lost, gain, lost = M.framing(wide, part)[0].tolist()
    assert best > 0.9 > alike and b_gain > a_gain and b_lost > a_lost and gain < 0 and lost < 0
    forward, back = M.framing(wide, part)
    assert torch.equal(forward[:2], back[:2]) and torch.allclose(forward[6:], -back[6:])
    assert torch.allclose(M.framing(wide, wide)[0][6:], torch.zeros(2)), "of a picture and itself neither is a part"
    assert torch.isfinite(torch.cat(M.framing(torch.zeros(1, 18, 32), torch.zeros(1, 18, 32)))).all()


def test_time_lines_side_by_side_show_whose_spike_it_is():
    clean = torch.stack([torch.full((40,), 3.0), torch.full((40,), 9.0), torch.full((40,), 100.0), torch.zeros(40)], 1)
    hurt = clean.clone()
    hurt[20] = torch.tensor([9.0, 60.0, 100.0, 0.0])
    ab, ba = M.series_beside(clean, hurt)
    peak = slice(len(M.SERIES_SHARES), 2 * len(M.SERIES_SHARES))
    assert ab[peak].min() < -1.5 and ba[peak].max() > 1.5 and ab.shape == (M.SERIES_BESIDE,)
    nothing = M.series_beside(torch.zeros(1, 4), torch.zeros(1, 4))[0]
    assert torch.equal(nothing[:-1], torch.zeros(M.SERIES_BESIDE - 1)), "one empty row says nothing"


def test_equal_crops_have_no_sided_difference():
    x = crops()
    forward, back = M.pair_measurements(M.detail_of(x), M.detail_of(x))
    assert torch.allclose(forward, back, atol=1e-5)
    assert forward[:, 0].abs().max() < 1e-5


def test_the_second_answer_is_the_first_of_the_other_order():
    a, b = crops(seed=1), crops(seed=1) + torch.randn(3, 128, 128) * 6
    a, b = M.detail_of(a), M.detail_of(b)
    (ab, ba), (ba_first, ab_second) = M.pair_measurements(a, b), M.pair_measurements(b, a)
    assert torch.allclose(ba, ba_first, atol=1e-3) and torch.allclose(ab, ab_second, atol=1e-3)
    assert torch.allclose(ab[:, 0], -ba[:, 0], atol=1e-4)


def moving(n=48, seed=0):
    g = np.random.default_rng(seed)
    wide = np.kron(g.random((10, 60)), np.ones((9, 8))) * 200 + 20
    wide = np.stack([np.roll(wide, 0, 1)[:, :] for _ in range(1)])[0]
    return np.stack([wide[:, 2 * i:2 * i + 160] for i in range(n)]).astype(np.uint8)


def summary(luma, times=None):
    n = len(luma)
    times = np.arange(n) / 25 if times is None else times
    return M.Timeline()(torch.from_numpy(luma), torch.ones(n), torch.tensor(times, dtype=torch.float32), BT709_LIMITED)[1]


def test_time_line_sees_repeats_gaps_flicker_and_wrong_order():
    clean = moving()
    base = summary(clean)
    held = clean.copy()
    held[10:22] = clean[10]
    assert summary(held)[5] > base[5] + 0.3, "a freeze lengthens the still run"
    every = clean.copy()
    every[1::2] = every[0::2]
    assert summary(every)[2] > base[2] + 0.3, "repeated frames"
    assert summary(every)[15] > base[15] + 0.3, "repeats with period 2"
    kept = [i for i in range(48) if i not in (20, 21, 22)]
    assert summary(clean[kept], np.array(kept) / 25)[8] > 3, "a hole in time of four frames"
    flicker = (clean.astype(np.int16) + 8 * (np.arange(48) % 2)[:, None, None]).clip(0, 255).astype(np.uint8)
    assert summary(flicker)[19] > base[19] + 1, "flicker"
    order = clean[[i ^ 1 for i in range(48)]]
    assert summary(order)[14] > base[14] + 0.1, "frames that go back"
