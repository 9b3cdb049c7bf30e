"""Classical measurements as torch modules, so that they live inside the ONNX graphs (DESIGN 3.4).

`burst_measurements` looks at native crops of one burst: natural-scene statistics (MSCN, Mittal et al., BRISQUE, TIP 2012),
gradients, detail energies, blocking phase, ringing beside edges, banding steps, noise floor, temporal differences, combing,
exposure and colour. `pair_measurements` compares aligned crops of two clips. `Timeline` sums up all frames in time.
All values are roughly of order 1 and are standardised by the model afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    """Means of size x size blocks, flattened: [N, H, W] -> [N, 1, blocks]."""
    return F.avg_pool2d(x[:, None], size).flatten(2)


def levels(x: Tensor, shares: tuple[float, ...]) -> Tensor:
    """Order statistics of the last dimension at the given shares: [.., n] -> [.., shares]."""
    count = x.shape[-1]
    ordered = torch.sort(x, dim=-1).values
    return ordered.index_select(-1, torch.tensor([min(count - 1, int(s * count)) for s in shares]))


def mean(x: Tensor) -> Tensor:
    """[N, H, W] -> [N, 1, 1]."""
    return x.mean((1, 2), keepdim=True)


def deviation(x: Tensor) -> Tensor:
    """Standard deviation of each picture: [N, H, W] -> [N, 1, 1]."""
    return x.std((1, 2), keepdim=True)


def log(x: Tensor, floor: float = 0.01) -> Tensor:
    return torch.log(torch.clamp(x, min=0) + floor)


class Columns:
    """Collects measurements [N, 1, k] and scales all of them at once at the end: a graph of few nodes opens and runs faster."""

    def __init__(self) -> None:
        self.parts: list[Tensor] = []
        self.floors: list[float | None] = []
        self.scales: list[float] = []

    def raw(self, x: Tensor, scale: float = 1) -> None:
        """As it is, divided by `scale`."""
        self._add(x, None, scale)

    def log(self, x: Tensor, floor: float = 0.01) -> None:
        """log(max(x, 0) + floor)."""
        self._add(x, floor, 1)

    def _add(self, x: Tensor, floor: float | None, scale: float) -> None:
        width = x.shape[-1]
        self.parts.append(x)
        self.floors += [floor] * width
        self.scales += [scale] * width

    def done(self) -> Tensor:
        """[N, columns]."""
        x = torch.cat(self.parts, -1)[:, 0]
        logged = torch.tensor([f is not None for f in self.floors])
        floors = torch.tensor([1.0 if f is None else f for f in self.floors])
        return torch.where(logged, torch.log(torch.clamp(x, min=0) + floors), x / torch.tensor(self.scales))


def _steps(y: Tensor) -> tuple[Tensor, Tensor]:
    """Sizes of the steps between columns and between rows."""
    return (y[:, :, 1:] - y[:, :, :-1]).abs(), (y[:, 1:] - y[:, :-1]).abs()


def _texture(y: Tensor, steps: tuple[Tensor, Tensor], out: Columns) -> Tensor:
    """Statistics of one scale; gives the detail (what the Gaussian takes away)."""
    mu = gaussian(y)
    spread = torch.sqrt(torch.clamp(gaussian(y * y) - mu * mu, min=0) + 1e-6)
    detail = inner(y) - mu
    m = detail / (spread + 1)
    squares = m * m
    power = mean(squares) + 1e-4
    out.raw(mean(m.abs()) ** 2 / power)
    out.log(power)
    out.log(mean(squares * squares) / power ** 2, 0.1)
    out.log(mean(spread))
    out.log(levels(blocks(spread, 8), (0.1, 0.5, 0.9)), 0.1)
    for p in (m[:, :, 1:] * m[:, :, :-1], m[:, 1:] * m[:, :-1], m[:, 1:, 1:] * m[:, :-1, :-1]):
        out.raw(torch.cat([mean(p), mean(p.abs())], -1) / power)
    for g in steps:
        g_mean = mean(g)
        out.log(g_mean)
        out.log(mean(g * g) / (g_mean ** 2 + 0.05), 0.1)
        out.raw(mean(torch.sigmoid((0.6 - g) / 0.15)))
    energy = detail * detail
    energy_mean = mean(energy)
    out.log(energy_mean)
    out.log(mean(energy * energy) / (energy_mean ** 2 + 1e-2), 0.1)
    out.log(levels(blocks(energy, 8), (0.1, 0.5, 0.9)))
    return detail


def _curvature(step: Tensor, axis: int) -> Tensor:
    """Mean curvature of the steps between columns (axis 2) or rows (axis 1) -> [N, C], at i the border behind i."""
    part = lambda first: step.narrow(axis, first, CROP - 3)
    curve = torch.clamp(part(1) - 0.5 * (part(0) + part(2)), min=0)
    return F.pad(curve.mean(3 - axis), (1, 2))


def _phase(*pictures: tuple[Tensor, Tensor]) -> Tensor:
    """Blocking: curvature at the borders of the 8- and 16-pixel grids against the other phases, of columns and then of rows;
    steps of P pictures -> [P, N, 8]."""
    profile = torch.cat([_curvature(step, axis) for steps in pictures for step, axis in zip(steps, (2, 1))])
    phases = profile.reshape(-1, CROP // 8, 8).mean(1)
    other = phases[:, :7].mean(1, keepdim=True)
    double = profile.reshape(-1, CROP // 16, 16).mean(1) + 0.05
    eighth = phases[:, 7:]
    raw = torch.cat([eighth / (other + 0.05) + 0.1, phases.amax(1, keepdim=True) / (phases.mean(1, keepdim=True) + 0.05) + 0.1,
                     double[:, 15:] / double[:, 7:8], torch.clamp(eighth - other, min=0) + 0.02], -1)
    return torch.log(raw).reshape(len(pictures), 2, -1, 4).transpose(1, 2).flatten(2)


def _dilate(x: Tensor) -> Tensor:
    """Maximum over 9 x 9 neighbours (values >= 0)."""
    rows = F.max_pool2d(x[:, None], (1, 9), stride=1, padding=(0, 4))
    return F.max_pool2d(rows, (9, 1), stride=1, padding=(4, 0))[:, 0]


def _ringing(y: Tensor, detail: Tensor) -> Tensor:
    """Detail in the quiet neighbourhood of strong edges, and beside quiet places without one: [N, C, C] -> [N, 4]."""
    gradient = inner(F.pad((y[:, 1:, 1:] - y[:, :-1, :-1]).abs() + (y[:, 1:, :-1] - y[:, :-1, 1:]).abs(), (0, 1, 0, 1)))
    strong = _dilate(gradient)
    near = torch.sigmoid((strong - 50) / 8) * torch.sigmoid((10 - gradient) / 2)
    far = torch.sigmoid((14 - strong) / 3)
    e = detail * detail
    near_mean, far_mean = mean(near), mean(far)
    return torch.cat([log(mean(near * e) / (near_mean + 0.01), 0.02), log(mean(far * e) / (far_mean + 0.01), 0.005), near_mean, far_mean], -1)[:, 0]


def _banding(y: Tensor, g: Tensor, out: Columns) -> None:
    """Steps `g` between flat stretches: |dy| of 1.5 to 12 codes with nothing on either side."""
    flat = torch.sigmoid((0.6 - g) / 0.15)
    step = torch.sigmoid((g - 1.5) / 0.3) * torch.sigmoid((13 - g) / 2)
    alone = mean(step[:, :, 3:-3] * flat[:, :, 2:-4] * flat[:, :, 4:-2] * flat[:, :, 1:-5] * flat[:, :, 5:-1])
    wide = torch.sigmoid((0.6 - (y[:, :, 4:] - y[:, :, :-4]).abs()) / 0.15)
    small = mean(torch.sigmoid((1.4 - g) / 0.2) * (1 - flat))
    out.log(alone, 0.002)
    out.raw(mean(wide))
    out.log(small, 0.01)
    out.log(alone / (small + 0.003), 0.02)


def _motion(y: Tensor, out: Columns) -> None:
    """Differences of the frames of a burst: noise floor, energy, what comes back after two frames. y [P, 4, C, C]."""
    d = y[:, 1:] - y[:, :-1]
    squares = d * d
    e = log(squares.mean((2, 3)))[:, None]
    first, square = d[:, 0], squares[:, 0]
    high = inner(first) - gaussian(first)
    high = high * high
    out.log(levels(blocks(high, 8), (0.1, 0.5)), 0.02)
    out.log(mean(high))
    size = first.abs()
    out.raw(mean(torch.sigmoid((0.6 - size) / 0.15)))
    out.log(mean(size))
    out.log(mean(square * square) / (mean(square) ** 2 + 1), 0.1)
    least = e.amin(-1, keepdim=True)
    out.raw(torch.cat([e.mean(-1, keepdim=True), e.amax(-1, keepdim=True) - least, least, log(mean((y[:, 2] - y[:, 0]) ** 2)) - e[..., :1]], -1))


def burst_measurements(y: Tensor, cb: Tensor, cr: Tensor, thumb: Tensor) -> Tensor:
    """y [P, 4, C, C] canonical luma 0..255; cb, cr [P, C/2, C/2] of the first frame; thumb [18, 32] of the whole frame
    -> [P, MEASUREMENTS]."""
    first = y[:, 0]
    out = Columns()
    steps = _steps(first)
    detail = _texture(first, steps, out)
    scale = first
    for _ in range(1, SCALES):
        scale = half(scale)
        _texture(scale, _steps(scale), out)
    out.raw(torch.cat([_phase(steps)[0], _ringing(first, detail)], -1)[:, None])
    _banding(first, steps[0], out)
    _motion(y, out)
    odd = (first[:, 1:-1] - 0.5 * (first[:, :-2] + first[:, 2:])) ** 2
    even = (first[:, 2:] - first[:, :-2]) ** 2
    comb = blocks(odd, 14) / (blocks(even, 14) + 8)
    out.log(mean(odd) / (mean(even) + 2), 0.02)
    out.log(comb.amax(-1, keepdim=True), 0.05)
    means = y.mean((2, 3))
    out.raw(mean(first), 64)
    out.raw(deviation(first), 32)
    out.raw(levels(blocks(first, 8), (0.05, 0.5, 0.95)), 64)
    out.raw(mean(torch.sigmoid((6 - first) / 2)))
    out.raw(mean(torch.sigmoid((first - 249) / 2)))
    out.log((means[:, 1:] - means[:, :-1]).abs().amax(1)[:, None, None], 0.05)
    out.log((means[:, 1:2] - 0.5 * (means[:, :1] + means[:, 2:3])).abs()[:, None], 0.05)
    p = cb.shape[0]
    both = torch.cat([cb, cr])
    chroma = torch.sqrt(cb * cb + cr * cr + 1e-3)
    small = half(both)
    fine, coarse = mean((inner(both) - gaussian(both)) ** 2), (inner(small) - gaussian(small)) ** 2
    both_mean, both_deviation = mean(both), deviation(both)
    out.raw(torch.cat([both_mean[:p], both_mean[p:], mean(chroma)], -1), 16)
    out.raw(torch.cat([both_deviation[:p], both_deviation[p:]], -1), 8)
    out.raw(levels(blocks(chroma, 8), (0.9,)), 16)
    out.log(torch.cat([fine[:p], fine[p:], mean(coarse[:p] + coarse[p:])], -1))
    edges = torch.stack([thumb[0].mean(), thumb[-1].mean(), thumb[:, 0].mean(), thumb[:, -1].mean(), thumb[1].std(), thumb[:, 1].std(), thumb.mean(), thumb.std(), thumb.flatten().amin(0), thumb.flatten().amax(0)])
    out.raw(edges[None, None].expand(p, -1, -1), 64)
    return out.done()


THUMB = (18, 32)


class Fragments(nn.Module):
    """Planes of one burst, [4, 218, 512] and [4, 109, 256] (plan.FRAGMENTS) -> canonical luma crops, chroma crops and the thumb."""

    def forward(self, y: Tensor, u: Tensor, v: Tensor, colour: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        def cut(plane: Tensor, size: int) -> Tensor:
            return plane[:, :size].reshape(-1, size, PLACES, size).permute(2, 0, 1, 3).float()
        yy, uu, vv = cut(y, CROP), cut(u, CROP // 2), cut(v, CROP // 2)
        chroma = colour[0, 1] * uu + colour[0, 2] * vv
        chroma = chroma @ torch.eye(CROP // 2).repeat_interleave(2, 1)  # each column twice
        chroma = torch.stack([chroma, chroma], 3).reshape(yy.shape)     # each row twice
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


def _mean_step(x: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Mean of |difference| of neighbours along the kernel's axis, [N]: |a - b| = 2 max(a, b) - a - b needs one copy instead of four."""
    larger = F.max_pool2d(x[:, None], kernel, stride=1)[:, 0].mean((1, 2))
    ends = (lambda i: x[:, :, i]) if kernel[1] == 2 else (lambda i: x[:, i])
    size = x.shape[2] if kernel[1] == 2 else x.shape[1]
    both = 2 * size * x.mean((1, 2)) - ends(0).mean(1) - ends(-1).mean(1)
    return 2 * larger - both / (size - 1)


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
        d = cell.mean(1) * ok
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
        gradient = _mean_step(x, (1, 2)) + _mean_step(x, (2, 1))
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


def _side_by_side(ea: Tensor, eb: Tensor, c: Tensor) -> Tensor:
    """Detail energies of A and B and what they share, by block [N, blocks] -> statistics for the order (A, B), [N, 23]."""
    ratio = torch.log(ea + 0.5) - torch.log(eb + 0.5)
    ga, gb = c / (ea + 0.5), c / (eb + 0.5)
    ra, rb = torch.clamp(ea - c * c / (eb + 0.5), min=0), torch.clamp(eb - c * c / (ea + 0.5), min=0)
    residual = torch.log(ra + 0.05) - torch.log(rb + 0.05)
    cc = c / torch.sqrt((ea + 0.5) * (eb + 0.5))
    average = lambda x: x.mean(1, keepdim=True)
    out = [average(ratio), levels(ratio, (0.05, 0.25, 0.5, 0.75, 0.95)), average(ga), average(gb), log(torch.cat([average(ra), average(rb)], -1), 0.05),
           levels(residual, (0.1, 0.5, 0.9)), average(cc), levels(cc, (0.1, 0.9))]
    activity = torch.maximum(ea, eb)
    bounds = levels(activity, (0.33, 0.66))
    low, high = bounds[:, :1], bounds[:, 1:]
    for w in (torch.sigmoid((low - activity) / (0.1 * low + 0.05)), torch.sigmoid((activity - high) / (0.1 * high + 0.05))):
        n = w.sum(1, keepdim=True) + 0.5
        weighted = lambda x: (w * x).sum(1, keepdim=True) / n
        out += [log(weighted(ra), 0.05) - log(weighted(rb), 0.05), weighted(ratio)]
    return torch.cat(out, -1)


def _block(scale: int) -> int:
    return 16 if scale == 0 else 8


_OWN = 8 + 2 + 1
_DETAIL_SIDES = [(CROP >> s) - 6 for s in range(SCALES)]
_ENERGY_SIDES = [side // _block(s) for s, side in enumerate(_DETAIL_SIDES)]
DETAIL = sum(n * n for n in (*_DETAIL_SIDES, *_ENERGY_SIDES)) + _OWN


@dataclass
class Detail:
    """What aligned crops [N, C, C] of one clip bring to every comparison: measured once a clip, however many pairs it is in."""
    picture: Tensor
    details: list[Tensor]
    """What the Gaussian takes away, by scale."""
    energies: list[Tensor]
    """Means of its square by block, by scale: [N, blocks]."""
    phase: Tensor
    ringing: Tensor
    spread: Tensor
    """Standard deviation of the picture, [N, 1]."""

    def take(self, at: Tensor) -> Detail:
        """The crops at `at`."""
        return Detail(self.picture[at], [x[at] for x in self.details], [x[at] for x in self.energies], self.phase[at], self.ringing[at], self.spread[at])

    def packed(self) -> Tensor:
        """All but the picture as one row a crop: [N, DETAIL]."""
        return torch.cat([x.flatten(1) for x in (*self.details, *self.energies, self.phase, self.ringing, self.spread)], 1)

    @staticmethod
    def unpacked(picture: Tensor, packed: Tensor) -> Detail:
        details, energies, phase, ringing, spread = [], [], *packed[:, -_OWN:].split([8, 2, 1], 1)
        parts = packed[:, :-_OWN].split([*(n * n for n in _DETAIL_SIDES), *(n * n for n in _ENERGY_SIDES)], 1)
        for part, n in zip(parts, _DETAIL_SIDES):
            details.append(part.reshape(-1, n, n))
        return Detail(picture, details, list(parts[SCALES:]), phase, ringing, spread)



def detail_of(a: Tensor) -> Detail:
    """Luma crops [N, C, C] of one clip."""
    details, energies, scaled = [], [], a
    for s in range(SCALES):
        details.append(inner(scaled) - gaussian(scaled))
        energies.append(blocks(details[-1] * details[-1], _block(s))[:, 0])
        if s + 1 < SCALES:
            scaled = half(scaled)
    return Detail(a, details, energies, _phase(_steps(a))[0], _ringing(a, details[0])[:, :2], deviation(a)[:, 0])


def _pixelwise(a: Detail, b: Detail) -> tuple[Tensor, Tensor]:
    """What looks at the difference of the pictures, for (a, b) and for (b, a)."""
    e = a.picture - b.picture
    ei = a.details[0] - b.details[0]  # the Gaussian is linear
    power = torch.sqrt(mean(ei * ei) + 0.01)
    on_a, on_b = (mean(ei * d) / (power * torch.sqrt(mean(d * d) + 0.01)) for d in (a.details[0], b.details[0]))
    contrast = a.spread / (b.spread + 1) - b.spread / (a.spread + 1)
    own, grid = a.phase - b.phase, _phase(_steps(e))[0].index_select(-1, torch.tensor([0, 4, 3, 7]))
    rings = a.ringing - b.ringing
    difference, shift, on_a, on_b = log(mean(e * e))[:, 0], mean(e)[:, 0] / 8, on_a[:, 0], on_b[:, 0]
    turns = torch.cat([contrast, own[:, 0:1], own[:, 4:5]], -1)
    return (torch.cat([difference, shift, on_a, on_b, turns, grid, rings], -1),
            torch.cat([difference, -shift, -on_b, -on_a, -turns, grid, -rings], -1))


def pair_measurements(a: Detail, b: Detail) -> tuple[Tensor, Tensor]:
    """Aligned crops of two clips -> [N, PAIR] for the order (a, b), and for (b, a). Whatever looks at pixels is computed once for both orders."""
    n = a.picture.shape[0]
    orders: tuple[list[Tensor], list[Tensor]] = ([], [])
    for s in range(SCALES):
        ea, eb, c = a.energies[s], b.energies[s], blocks(a.details[s] * b.details[s], _block(s))[:, 0]
        sides = _side_by_side(torch.cat([ea, eb]), torch.cat([eb, ea]), torch.cat([c, c]))
        found = [(sides[:n], sides[n:])] + ([_pixelwise(a, b)] if s == 0 else [])
        for values in found:
            for order, value in zip(orders, values):
                order.append(value)
    ab, ba = orders
    return torch.cat(ab, -1), torch.cat(ba, -1)


ZOOMS = (0.95, 0.9, 0.84, 0.76, 0.67)
"""Sides of the windows of one picture that are looked for in the other, as shares of its own."""
PLACES_OF_WINDOW = 5
"""Places of a window along each axis."""
THUMB_STEP = 3
"""Framing is looked at in every third burst: it does not change within a clip."""


def _windows(size: int) -> Tensor:
    """[ZOOMS, PLACES_OF_WINDOW, size, size]: matrices that stretch a window of a line of `size` pixels to the whole line."""
    out = torch.zeros(len(ZOOMS), PLACES_OF_WINDOW, size, size)
    for z, zoom in enumerate(ZOOMS):
        for p in range(PLACES_OF_WINDOW):
            start = (1 - zoom) * p / (PLACES_OF_WINDOW - 1)
            at = torch.clamp((start + zoom * (torch.arange(size) + 0.5) / size) * size - 0.5, 0, size - 1)
            low = at.floor().long().clamp(max=size - 2)
            out[z, p, torch.arange(size), low] = 1 - (at - low)
            out[z, p, torch.arange(size), low + 1] += at - low
    return out


_ROWS, _COLUMNS = _windows(THUMB[0]), _windows(THUMB[1])


def _unit(x: Tensor) -> Tensor:
    """Pictures as vectors of length about 1 and mean 0: [.., 18, 32] -> [.., 576]."""
    x = x.flatten(-2)
    x = x - x.mean(-1, keepdim=True)
    return x / (x.norm(dim=-1, keepdim=True) + 1.0)


def _found_in(part: Tensor, whole: Tensor) -> Tensor:
    """How well each zoom of `whole` shows `part` (correlation at the best place), [ZOOMS]; both [K, 18, 32]."""
    rows = _ROWS @ whole[:, None, None]                                      # [K, Z, place, 18, 32]
    views = rows[:, :, :, None] @ _COLUMNS.transpose(-1, -2)[None, :, None]  # [K, Z, place, place, 18, 32]
    return (_unit(views) * _unit(part)[:, None, None, None]).sum(-1).mean(0).amax((-2, -1))


def framing(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Does one clip show a part of what the other shows? Thumbs [K, 18, 32] of the same times -> [FRAMING] for (a, b) and (b, a)."""
    a, b = a[::THUMB_STEP], b[::THUMB_STEP]
    alike = (_unit(a) * _unit(b)).sum(-1).mean()
    less_b, less_a = _found_in(b, a), _found_in(a, b)
    lost = 1 - torch.tensor(ZOOMS)
    def side(found: Tensor) -> Tensor:
        share = torch.softmax(40 * torch.cat([alike[None], found]), 0)
        return torch.stack([torch.clamp(found.amax(0) - alike, -0.2, 0.5) * 5, (share[1:] * lost).sum() * 5])
    sides = side(less_a), side(less_b)
    best = torch.maximum(alike, torch.maximum(less_a.amax(0), less_b.amax(0)))
    head = torch.stack([alike, best])
    return torch.cat([head, sides[0], sides[1], sides[0] - sides[1]]), torch.cat([head, sides[1], sides[0], sides[1] - sides[0]])


FRAMING = 8
SERIES_SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def _beside(a: Tensor, b: Tensor) -> Tensor:
    difference = torch.log((a[:, 0] + 0.3) / (b[:, 0] + 0.3))
    peak = torch.log((a[:, 1] + 1) / (b[:, 1] + 1))
    flicker = torch.clamp(a[:, 3].abs() - b[:, 3].abs(), -8, 8)
    light = torch.clamp(a[:, 2] - b[:, 2], -40, 40)
    columns = torch.stack([difference, peak, flicker], 1)
    ordered = torch.sort(columns, dim=0).values
    at = (torch.tensor(SERIES_SHARES) * (a.shape[0] - 1)).to(torch.int64)
    picked = ordered.index_select(0, at).T.flatten()
    spread = torch.sqrt(((light - light.mean()) ** 2).mean() + 1e-4)
    return torch.cat([picked, columns.mean(0), torch.stack([light.mean() / 8, spread / 4])])


def series_beside(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Time lines of two clips side by side: series [N, 4] of the same moments -> [SERIES_BESIDE] for (a, b) and (b, a). What one has
    more of than the other while both show the same (spikes of damage, stops, flicker) is its fault."""
    return _beside(a, b), _beside(b, a)


SERIES_BESIDE = 3 * len(SERIES_SHARES) + 3 + 2
RELATION = FRAMING + SERIES_BESIDE


def relation(thumbs_a: Tensor, thumbs_b: Tensor, series_a: Tensor, series_b: Tensor) -> tuple[Tensor, Tensor]:
    """What can be said of two clips as wholes: [RELATION] for (a, b) and for (b, a)."""
    ab, ba = zip(framing(thumbs_a, thumbs_b), series_beside(series_a, series_b))
    return torch.cat(ab), torch.cat(ba)


CHROMA = (109, 118)
"""Columns of `burst_measurements` that are read from the colour planes alone."""
EXTREMES = (100, 118)
"""Columns of `burst_measurements` whose least and largest value over a clip tell something: exposure and colour."""
