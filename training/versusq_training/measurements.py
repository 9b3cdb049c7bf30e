"""Classical measurements as torch modules, so that they live inside the ONNX graphs (DESIGN 3.4).

`burst_measurements` looks at native crops of one burst: natural-scene statistics (MSCN, Mittal et al., BRISQUE, TIP 2012),
gradients, detail energies, blocking phase, ringing beside edges, banding steps, noise floor, temporal differences, combing,
exposure and colour. `pair_measurements` compares aligned crops of two clips. `Timeline` sums up all frames in time.
All values are roughly of order 1 and are standardised by the model afterwards.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .plan import CROP, PLACES, WHOLE

SCALES = 3
_TAPS = [math.exp(-0.5 * (i / (7 / 6)) ** 2) for i in range(-3, 4)]


def _band(size: int) -> Tensor:
    """[size - 6, size]: the 7-tap Gaussian as a banded matrix. Two matrix products beat a one-channel convolution everywhere."""
    band = torch.zeros(size - 6, size)
    for i, tap in enumerate(_TAPS):
        band[torch.arange(size - 6), torch.arange(size - 6) + i] = tap / sum(_TAPS)
    return band


_BANDS = {CROP >> scale: _band(CROP >> scale) for scale in range(SCALES)}
"""Made before anything is traced: an export would keep its own stand-ins."""


def gaussian(x: Tensor) -> Tensor:
    """7-tap Gaussian, sigma 7/6, valid region only: [N, H, W] -> [N, H-6, W-6]."""
    return _BANDS[int(x.shape[1])] @ x @ _BANDS[int(x.shape[2])].T


def inner(x: Tensor) -> Tensor:
    return x[:, 3:-3, 3:-3]


def half(x: Tensor) -> Tensor:
    return F.avg_pool2d(x[:, None], 2)[:, 0]


def blocks(x: Tensor, size: int) -> Tensor:
    """Means of size x size blocks, flattened: [N, H, W] -> [N, blocks]."""
    return F.avg_pool2d(x[:, None], size).flatten(1)


def levels(x: Tensor, shares: tuple[float, ...]) -> list[Tensor]:
    """Order statistics of the last dimension at the given shares, one [N] tensor each."""
    ordered = torch.sort(x, dim=-1).values
    count = x.shape[-1]
    return [ordered[..., min(count - 1, int(s * count))] for s in shares]


def mean(x: Tensor) -> Tensor:
    return x.flatten(1).mean(1)


def log(x: Tensor, floor: float = 0.01) -> Tensor:
    return torch.log(torch.clamp(x, min=0) + floor)


def _texture(y: Tensor) -> list[Tensor]:
    """Statistics of one scale."""
    mu = gaussian(y)
    deviation = torch.sqrt(torch.clamp(gaussian(y * y) - mu * mu, min=0) + 1e-6)
    detail = inner(y) - mu
    m = detail / (deviation + 1)
    squares = m * m
    power = mean(squares) + 1e-4
    out = [mean(m.abs()) ** 2 / power, log(power), torch.log(mean(squares * squares) / power ** 2 + 0.1)]
    spread = blocks(deviation, 8)
    out += [log(mean(deviation)), *[log(v, 0.1) for v in levels(spread, (0.1, 0.5, 0.9))]]
    for p in (m[:, :, 1:] * m[:, :, :-1], m[:, 1:] * m[:, :-1], m[:, 1:, 1:] * m[:, :-1, :-1]):
        out += [mean(p) / power, mean(p.abs()) / power]
    gx, gy = (y[:, :, 1:] - y[:, :, :-1]).abs(), (y[:, 1:] - y[:, :-1]).abs()
    for g in (gx, gy):
        out += [log(mean(g)), torch.log(mean(g * g) / (mean(g) ** 2 + 0.05) + 0.1), mean(torch.sigmoid((0.6 - g) / 0.15))]
    energy = detail * detail
    by_block = blocks(energy, 8)
    out += [log(mean(energy)), torch.log(mean(energy * energy) / (mean(energy) ** 2 + 1e-2) + 0.1), *[log(v) for v in levels(by_block, (0.1, 0.5, 0.9))]]
    return out


def _phase(y: Tensor, axis: int) -> list[Tensor]:
    """Blocking: mean curvature across the columns (or rows) of the 8- and 16-pixel grids against the other phases."""
    if axis == 1:
        y = y.transpose(1, 2)
    step = (y[:, :, 1:] - y[:, :, :-1]).abs()
    curve = torch.clamp(step[:, :, 1:-1] - 0.5 * (step[:, :, :-2] + step[:, :, 2:]), min=0)  # boundary between columns i+1 and i+2
    profile = F.pad(curve.mean(1), (1, 2))                                                       # index i: boundary after column i
    phases = profile.reshape(-1, CROP // 8, 8).mean(1)
    other = phases[:, :7].mean(1) + 0.05
    double = profile.reshape(-1, CROP // 16, 16).mean(1)
    return [torch.log(phases[:, 7] / other + 0.1), torch.log(phases.amax(1) / (phases.mean(1) + 0.05) + 0.1),
            torch.log((double[:, 15] + 0.05) / (double[:, 7] + 0.05)), log(phases[:, 7] - phases[:, :7].mean(1), 0.02)]


def _dilate(x: Tensor) -> Tensor:
    """Maximum over 9 neighbours along the last dimension (values >= 0), by doubling."""
    x = F.pad(x, (4, 4))
    for shift in (1, 2, 4, 1):
        x = torch.maximum(x[:, :, :-shift], x[:, :, shift:])
    return x


def _ringing(y: Tensor) -> list[Tensor]:
    """Detail in the quiet neighbourhood of strong edges, and beside quiet places without one."""
    detail = inner(y) - gaussian(y)
    gradient = inner(F.pad((y[:, 1:, 1:] - y[:, :-1, :-1]).abs() + (y[:, 1:, :-1] - y[:, :-1, 1:]).abs(), (0, 1, 0, 1)))
    strong = _dilate(_dilate(gradient).transpose(1, 2)).transpose(1, 2)
    near = torch.sigmoid((strong - 50) / 8) * torch.sigmoid((10 - gradient) / 2)
    far = torch.sigmoid((14 - strong) / 3)
    e = detail * detail
    return [log(mean(near * e) / (mean(near) + 0.01), 0.02), log(mean(far * e) / (mean(far) + 0.01), 0.005), mean(near), mean(far)]


def _banding(y: Tensor) -> list[Tensor]:
    """Steps between flat stretches: |dy| of 1.5 to 12 codes with nothing on either side."""
    g = (y[:, :, 1:] - y[:, :, :-1]).abs()
    flat = torch.sigmoid((0.6 - g) / 0.15)
    step = torch.sigmoid((g - 1.5) / 0.3) * torch.sigmoid((13 - g) / 2)
    alone = step[:, :, 3:-3] * flat[:, :, 2:-4] * flat[:, :, 4:-2] * flat[:, :, 1:-5] * flat[:, :, 5:-1]
    wide = torch.sigmoid((0.6 - (y[:, :, 4:] - y[:, :, :-4]).abs()) / 0.15)
    small = torch.sigmoid((1.4 - g) / 0.2) * (1 - flat)
    return [log(mean(alone), 0.002), mean(wide), log(mean(small), 0.01), log(mean(alone) / (mean(small) + 0.003), 0.02)]


def burst_measurements(y: Tensor, cb: Tensor, cr: Tensor, thumb: Tensor) -> Tensor:
    """y [P, 4, C, C] canonical luma 0..255; cb, cr [P, C/2, C/2] of the first frame; thumb [18, 32] of the whole frame
    -> [P, MEASUREMENTS]."""
    first = y[:, 0]
    out: list[Tensor] = []
    scale = first
    for s in range(SCALES):
        out += _texture(scale)
        if s + 1 < SCALES:
            scale = half(scale)
    out += _phase(first, 0) + _phase(first, 1) + _ringing(first) + _banding(first)
    floor = []
    energies = []
    for t in range(3):
        d = y[:, t + 1] - y[:, t]
        squares = d * d
        energies.append(log(mean(squares)))
        if t == 0:
            high = inner(d) - gaussian(d)
            by_block = blocks(high * high, 8)
            floor = [log(v, 0.02) for v in levels(by_block, (0.1, 0.5))] + [log(mean(high * high)), mean(torch.sigmoid((0.6 - d.abs()) / 0.15)),
                                                                              log(mean(d.abs())), torch.log(mean(squares * squares) / (mean(squares) ** 2 + 1) + 0.1)]
    e = torch.stack(energies, -1)
    out += floor + [e.mean(-1), e.amax(-1) - e.amin(-1), e.amin(-1), log(mean((y[:, 2] - y[:, 0]) ** 2)) - e[..., 0]]
    odd = (first[:, 1:-1] - 0.5 * (first[:, :-2] + first[:, 2:])) ** 2
    even = (first[:, 2:] - first[:, :-2]) ** 2
    comb = blocks(odd, 14) / (blocks(even, 14) + 8)
    out += [torch.log(mean(odd) / (mean(even) + 2) + 0.02), torch.log(comb.amax(1) + 0.05)]
    luma = blocks(first, 8)
    frame_means = y.flatten(2).mean(2)
    out += [mean(first) / 64, first.flatten(1).std(1) / 32, *[v / 64 for v in levels(luma, (0.05, 0.5, 0.95))],
            mean(torch.sigmoid((6 - first) / 2)), mean(torch.sigmoid((first - 249) / 2)),
            log((frame_means[:, 1:] - frame_means[:, :-1]).abs().amax(1), 0.05), log((frame_means[:, 1] - 0.5 * (frame_means[:, 0] + frame_means[:, 2])).abs(), 0.05)]
    chroma = torch.sqrt(cb * cb + cr * cr + 1e-3)
    small = [half(cb), half(cr)]
    out += [mean(cb) / 16, mean(cr) / 16, mean(chroma) / 16, cb.flatten(1).std(1) / 8, cr.flatten(1).std(1) / 8, levels(blocks(chroma, 8), (0.9,))[0] / 16,
            log(mean((inner(cb) - gaussian(cb)) ** 2)), log(mean((inner(cr) - gaussian(cr)) ** 2)), log(mean((inner(small[0]) - gaussian(small[0])) ** 2 + (inner(small[1]) - gaussian(small[1])) ** 2))]
    edges = torch.stack([thumb[0].mean(), thumb[-1].mean(), thumb[:, 0].mean(), thumb[:, -1].mean(), thumb[1].std(), thumb[:, 1].std(), thumb.mean(), thumb.std(), thumb.flatten().amin(0), thumb.flatten().amax(0)]) / 64
    out += list(edges[:, None].expand(-1, y.shape[0]))
    return torch.stack(out, -1)


THUMB = (18, 32)


class Fragments(nn.Module):
    """Planes of one burst, [4, 218, 512] and [4, 109, 256] (plan.FRAGMENTS) -> canonical luma crops, chroma crops and the thumb."""

    def forward(self, y: Tensor, u: Tensor, v: Tensor, colour: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        def cut(plane: Tensor, size: int) -> Tensor:
            return plane[:, :size].reshape(-1, size, PLACES, size).permute(2, 0, 1, 3).float()
        yy, uu, vv = cut(y, CROP), cut(u, CROP // 2), cut(v, CROP // 2)
        twice = torch.eye(CROP // 2).repeat_interleave(2, 0)
        chroma = twice @ (colour[0, 1] * uu + colour[0, 2] * vv) @ twice.T
        canonical = torch.clamp(colour[0, 0] * yy + chroma + colour[0, 3], 0, 255)
        small = F.avg_pool2d(yy[:, 0][:, None], 2)[:, 0]
        cb = colour[1, 0] * small + colour[1, 1] * uu[:, 0] + colour[1, 2] * vv[:, 0] + colour[1, 3]
        cr = colour[2, 0] * small + colour[2, 1] * uu[:, 0] + colour[2, 2] * vv[:, 0] + colour[2, 3]
        whole = y[0, CROP:, :WHOLE[0]].float()
        thumb = F.avg_pool2d(whole[None, None], WHOLE[1] // THUMB[0])[0, 0]
        thumb = torch.clamp(colour[0, 0] * thumb + colour[0, 3] + 128 * (colour[0, 1] + colour[0, 2]), 0, 255)
        return canonical, cb, cr, thumb


BINS = 8
SERIES = 4


class Timeline(nn.Module):
    """Low-resolution luma of all frames -> series [N, 4] and a summary of freezes, drops, judder, order and flicker.

    METHOD section 6; everything is soft, so that one threshold does not decide. Frames whose `valid` is 0 have no known predecessor.
    """

    def forward(self, luma: Tensor, valid: Tensor, times: Tensor, colour: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.clamp(colour[0, 0] * luma.float() + colour[0, 3] + 128 * (colour[0, 1] + colour[0, 2]), 0, 255)
        n = x.shape[0]
        previous = torch.clamp(torch.arange(n) - 1, min=0)
        before = torch.clamp(torch.arange(n) - 2, min=0)
        following = torch.clamp(torch.arange(n) + 1, max=n - 1)
        ok = valid * (torch.arange(n) > 0)
        ok2 = ok * ok[previous]
        difference = (x - x[previous]).abs()
        cell = F.avg_pool2d(difference[:, None], (9, 10)).flatten(1)
        d = difference.mean((1, 2)) * ok
        peak = cell.amax(1) * ok
        d2 = (x - x[before]).abs().mean((1, 2)) * ok2
        means = F.avg_pool2d(x[:, None], (9, 10)).flatten(1)
        brightness = means.mean(1)
        ok3 = ok * ok[following] * (torch.arange(n) < n - 1)
        residual = (brightness - 0.5 * (brightness[previous] + brightness[following])) * ok3
        block_residual = (means - 0.5 * (means[previous] + means[following])) * ok3[:, None]
        series = torch.stack([d, peak, brightness, residual], 1)

        count = ok.sum() + 1e-3
        average = lambda v, w=ok, c=count: (v * w).sum() / c
        smooth = lambda v: F.avg_pool1d(F.pad(v[None, None], (3, 3), mode="constant"), 7, stride=1)[0, 0]
        around = smooth(d) / (smooth(ok) + 1e-3)
        repeat = torch.sigmoid((0.25 * around - d) / (0.05 * around + 0.02)) * torch.sigmoid((around - 0.25) / 0.08) * ok
        still = torch.sigmoid((0.12 - d) / 0.03) * ok
        moving = torch.sigmoid((average(d) - 0.3) / 0.1)
        longest = [F.avg_pool1d(F.pad(still[None, None], (w - 1, w - 1)), w, stride=1).flatten().amax(0) * moving for w in (2, 4, 8, 16)]
        gap = (times - times[previous]) * ok
        typical = torch.sort(torch.where(ok > 0, gap, gap.sum() / count)).values[n // 2] + 1e-4
        hole = torch.clamp(gap / typical - 1.4, 0, 6)
        spike = torch.clamp(d / (around + 0.1), 0, 4) * ok
        jump = torch.clamp(peak - 0.5 * (peak[previous] + peak[following]), 0, 60) * ok3
        back = torch.sigmoid((0.75 * d - d2) / (0.1 * d + 0.03)) * torch.sigmoid((d - 0.3) / 0.1) * ok2
        alternate = -(residual * residual[previous])
        lagged = []
        for k in (2, 3, 4, 5):
            shifted = torch.clamp(torch.arange(n) - k, min=0)
            lagged.append(average(repeat * repeat[shifted]) / (average(repeat) + 0.02))
        gradient = ((x[:, :, 1:] - x[:, :, :-1]).abs().mean((1, 2)) + (x[:, 1:] - x[:, :-1]).abs().mean((1, 2)))
        pumping = (gradient - 0.5 * (gradient[previous] + gradient[following])).abs() / (gradient + 0.5) * ok3
        local = torch.sqrt((block_residual ** 2).sum(0) / count + 1e-6)
        summary = [log(average(d), 0.05), log(average(d2) / (average(d) + 0.05), 0.05), average(repeat), *longest, average(hole), torch.clamp(gap / typical, 0, 8).flatten().amax(0),
                   torch.clamp(gap, 0, 2).flatten().amax(0), torch.log(typical), spike.flatten().amax(0), torch.sqrt(average((spike - average(spike)) ** 2) + 1e-6), log(average(jump), 0.05),
                   average(back), *lagged, log(torch.sqrt(average(residual ** 2) + 1e-6), 0.02), average(alternate) / (average(residual ** 2) + 0.02),
                   log(local.flatten().amax(0), 0.02), log(local.mean(), 0.02), average(brightness) / 64, torch.sqrt(average((brightness - average(brightness)) ** 2) + 1e-6) / 16,
                   log(average(gradient), 0.1), log(average(pumping), 0.002), log(torch.sqrt(average((d - average(d)) ** 2) + 1e-6), 0.05)]
        share = (times - times[0]) / (times[n - 1] - times[0] + 1e-3) * BINS
        weight = torch.clamp(1 - (share[None] - (torch.arange(BINS, dtype=torch.float32)[:, None] + 0.5)).abs(), min=0) * ok
        total = weight.sum(1) + 1e-3
        pool = lambda v: (weight * v).sum(1) / total
        bins = [log(pool(d), 0.05), pool(repeat), pool(still) * moving, pool(hole), log(torch.sqrt(pool(residual ** 2) + 1e-6), 0.02), pool(back), log(pool(jump), 0.05)]
        return series, torch.cat([torch.stack(summary), torch.stack(bins, 1).flatten()])


BIN_WIDTH = 7
"""Values an eighth of the clip at the end of the time line summary."""


def _side_by_side(ea: Tensor, eb: Tensor, c: Tensor) -> list[Tensor]:
    """Detail energies of A and B and what they share, by block [N, blocks] -> statistics for the order (A, B)."""
    ratio = torch.log(ea + 0.5) - torch.log(eb + 0.5)
    ga, gb = c / (ea + 0.5), c / (eb + 0.5)
    ra, rb = torch.clamp(ea - c * c / (eb + 0.5), min=0), torch.clamp(eb - c * c / (ea + 0.5), min=0)
    residual = torch.log(ra + 0.05) - torch.log(rb + 0.05)
    cc = c / torch.sqrt((ea + 0.5) * (eb + 0.5))
    out = [ratio.mean(1), *levels(ratio, (0.05, 0.25, 0.5, 0.75, 0.95)), ga.mean(1), gb.mean(1), log(ra.mean(1), 0.05), log(rb.mean(1), 0.05),
           *levels(residual, (0.1, 0.5, 0.9)), cc.mean(1), *levels(cc, (0.1, 0.9))]
    activity = torch.maximum(ea, eb)
    low, high = (v[:, None] for v in levels(activity, (0.33, 0.66)))
    for w in (torch.sigmoid((low - activity) / (0.1 * low + 0.05)), torch.sigmoid((activity - high) / (0.1 * high + 0.05))):
        n = w.sum(1) + 0.5
        out += [log((w * ra).sum(1) / n, 0.05) - log((w * rb).sum(1) / n, 0.05), (w * ratio).sum(1) / n]
    return out


def pair_measurements(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Aligned luma crops of two clips, [N, C, C] each -> [N, PAIR] for the order (a, b), and for (b, a). Whatever looks at pixels
    is computed once for both orders."""
    ab: list[Tensor] = []
    ba: list[Tensor] = []
    xa, xb = a, b
    for s in range(SCALES):
        la, lb = inner(xa) - gaussian(xa), inner(xb) - gaussian(xb)
        size = 16 if s == 0 else 8
        ea, eb, c = blocks(la * la, size), blocks(lb * lb, size), blocks(la * lb, size)
        ab += _side_by_side(ea, eb, c)
        ba += _side_by_side(eb, ea, c)
        if s == 0:
            e = a - b
            ei = inner(e) - gaussian(e)
            power = torch.sqrt(mean(ei * ei) + 0.01)
            shift, difference = mean(e) / 8, log(mean(e * e))
            on_a, on_b = mean(ei * la) / (power * torch.sqrt(mean(la * la) + 0.01)), mean(ei * lb) / (power * torch.sqrt(mean(lb * lb) + 0.01))
            sa, sb = a.flatten(1).std(1), b.flatten(1).std(1)
            contrast = sa / (sb + 1) - sb / (sa + 1)
            pa, pb, pe = _phase(a, 0) + _phase(a, 1), _phase(b, 0) + _phase(b, 1), _phase(e, 0) + _phase(e, 1)
            na, nb = _ringing(a), _ringing(b)
            grid = [pe[0], pe[4], pe[3], pe[7]]
            ab += [difference, shift, on_a, on_b, contrast, pa[0] - pb[0], pa[4] - pb[4], *grid, na[0] - nb[0], na[1] - nb[1]]
            ba += [difference, -shift, -on_b, -on_a, -contrast, pb[0] - pa[0], pb[4] - pa[4], *grid, nb[0] - na[0], nb[1] - na[1]]
        if s + 1 < SCALES:
            xa, xb = half(xa), half(xb)
    return torch.stack(ab, -1), torch.stack(ba, -1)
