"""Teachers: one quality on a 0-100 scale for a copy, from full-reference measures and from what was done to its time line.

VMAF and VMAF NEG carry compression, blur and scaling; they hardly see added noise (it leaves their detail measures whole),
colour, banding, flicker and time, so those come from CIEDE2000, CAMBI, time stamps and the recipe. XPSNR, SSIM and PSNR-HVS are kept beside
them as witnesses (`sanity`). One unit of margin is 6 points (DESIGN 3.1). Weights, reasons and sources: training/TEACHERS.md.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .recipes import Recipe
from .tools import ToolError, ffmpeg, frame_times

POINTS_PER_MARGIN = 6.0
POOL_LOW = 0.25
"""Weight of the worst tenth of frames in the pooled score: viewers judge a clip by its bad moments."""


SUBSAMPLE = 3
"""Every third frame is measured (odd, so that two-frame flicker does not alias)."""
PAIRED = "[0:v]settb=AVTB,setpts=N[d];[1:v]settb=AVTB,setpts=N[r];"


CAMBI_SIDE = 216
"""libvmaf leaves CAMBI out, without an error, where both sides are smaller (found by trial)."""
MOST_DECIBELS = 60.0
"""XPSNR and PSNR-HVS end here: beyond it (identical frames: infinite) nothing is to be seen."""


def _frames(copy: str, reference: str, graph: str) -> tuple[dict[int, dict], str]:
    """libvmaf's features of the measured frames by frame number, and what `xpsnr` wrote if the graph names a file STATS."""
    with tempfile.TemporaryDirectory() as folder:
        log, stats = Path(folder) / "vmaf.json", Path(folder) / "xpsnr.log"
        ffmpeg("-threads", "1", "-i", copy, "-threads", "1", "-i", reference, "-lavfi",
               f"{PAIRED}{graph.replace('STATS', str(stats))}:n_subsample={SUBSAMPLE}:n_threads=1:log_fmt=json:log_path={log}:shortest=1:repeatlast=0", "-f", "null", "-")
        measured = {f["frameNum"]: f["metrics"] for f in json.loads(log.read_text())["frames"]}
        if "cambi" in graph and not all("cambi" in m for m in measured.values()):
            raise ToolError(f"{reference}: too small for CAMBI, which wants a side of {CAMBI_SIDE} pixels or more")
        return measured, stats.read_text() if stats.exists() else ""


def _decibels(value: float | None) -> float:
    return MOST_DECIBELS if value is None else min(MOST_DECIBELS, value)  # null: no difference


def measure(copy: str, reference: str, colour: bool = True, held: Sequence[int] = ()) -> dict[str, float]:
    """Pools libvmaf's features of a copy of equal size against its reference, paired by frame index.

    Frames in `held` only repeat an earlier picture: they are left out where others are measured, since `timing` charges them.

    CIEDE2000 is measured on frames of a quarter of the size: colour is seen coarsely, and it costs ten times VMAF otherwise.
    vmaf, neg, vmaf_mean 0..100; cambi 0..24, low is good; delta_e in CIEDE2000 units; xpsnr (luma, every frame) and psnr_hvs in dB; ssim 0..1.
    """
    def moving(measured: dict[int, object]) -> list:
        return [v for n, v in measured.items() if n not in held] or list(measured.values())

    features, stats = _frames(copy, reference, "[r]split[r1][r2];[d][r1]xpsnr=stats_file=STATS:shortest=1:repeatlast=0[dx];[dx][r2]libvmaf="
                            "model='version=vmaf_v0.6.1\\:name=vmaf|version=vmaf_v0.6.1neg\\:name=neg':feature='name=cambi|name=psnr_hvs|name=float_ssim'")
    frames = moving(features)
    xpsnr = moving({n: _decibels(float(y)) for n, y in enumerate(re.findall(r"XPSNR y:\s*([\d.]+|inf)", stats))})

    def mean(name: str) -> float:
        return sum(_decibels(f[name]) if name == "psnr_hvs" else f[name] for f in frames) / len(frames)

    def pooled(name: str) -> float:
        values = sorted(f[name] for f in frames)
        low = values[: max(1, len(values) // 10)]
        return (1 - POOL_LOW) * sum(values) / len(values) + POOL_LOW * sum(low) / len(low)
    scores = {"vmaf": pooled("vmaf"), "neg": pooled("neg"), "vmaf_mean": mean("vmaf"), "cambi": mean("cambi"), "delta_e": 0.0,
              "xpsnr": sum(xpsnr) / len(xpsnr), "ssim": mean("float_ssim"), "psnr_hvs": mean("psnr_hvs")}
    if colour:
        small, _ = _frames(copy, reference, "[d]scale=trunc(iw/8)*2:trunc(ih/8)*2:flags=area[ds];[r]scale=trunc(iw/8)*2:trunc(ih/8)*2:flags=area[rs];"
                        "[ds][rs]libvmaf=model='version=vmaf_v0.6.1':feature='name=ciede'")
        values = [0.0 if f["ciede2000"] is None else 10 ** ((45 - f["ciede2000"]) / 20) for f in moving(small)]  # null: no difference
        scores["delta_e"] = sum(values) / len(values)
    return scores


def timing(copy: str, held: list[int]) -> dict[str, float]:
    """What the time stamps of a copy say of its pictures, those in `held` only repeat the one before.

    rate: new pictures a second; unevenness: standard deviation of the times they are shown over their mean; longest: the longest, in
    seconds, beyond the usual one. All from presentation times of decoded frames.
    """
    times = frame_times(copy)
    shown = [t for n, t in enumerate(times) if n not in set(held)]
    step = statistics.median(b - a for a, b in zip(times, times[1:]))
    steps = [b - a for a, b in zip(shown, [*shown[1:], times[-1] + step])]
    mean = statistics.fmean(steps)
    return {"rate": 1 / mean, "unevenness": statistics.pstdev(steps) / mean, "longest": max(0.0, max(steps) - step)}


RATE_DECAY, RATE_POWER = 3.0, 0.63
"""Loss by frame rate has the inverted exponential form of Q-STAR (Ou et al. 2014); the constants are ours, for content of middling motion."""
UNEVEN_POINTS = 14.0
"""Points for a standard deviation of display times as large as their mean."""


def rate_loss(share: float) -> float:
    """Points lost where only `share` of the pictures is new: 0 at 1, about 10 at a half, 100 at 0."""
    return 100 * (1 - (1 - math.exp(-RATE_DECAY * min(1.0, share) ** RATE_POWER)) / (1 - math.exp(-RATE_DECAY)))


def stall_loss(seconds: float) -> float:
    """Points lost by one stop of the picture: most of them at once, then ever less."""
    return 5 + 22 * (1 - math.exp(-2.5 * seconds))


KIND_POINTS = {"chromanoise": (2, 15), "ghost": (2, 6), "shake": (4, 26), "stretch": (3, 30), "deinterlace": (2, 24)}
"""Kind -> points at severity 0 and what severity 1 adds, beside what VMAF sees (nothing of `shake` and `stretch`, luma alone of the rest)."""


def quality(recipe: Recipe, m: dict[str, float] | None, cambi_reference: float, frames: int, fps: float, timed: dict[str, float] | None = None) -> float:
    """The teachers' quality 0..100. `m` is None where a pixelwise comparison means nothing (framing, frame order, gaps); `timed` is what
    `timing` says of copies with a kind in recipes.TIMED. A measure of the whole picture is charged once, however many defects it shows."""
    q = 100.0 if m is None else min(100.0, 0.5 * m["vmaf"] + 0.5 * m["neg"])
    charged = set()
    for d in recipe.defects:
        s, span = d.severity, d.time[1] - d.time[0]
        if d.attribute in ("colour", "exposure", "contrast") and m:
            q -= 0.0 if "delta_e" in charged else 3.2 * max(0.0, m["delta_e"] - 0.8)
            charged.add("delta_e")
        elif d.attribute == "banding" and m:
            q -= 2.0 * max(0.0, m["cambi"] - cambi_reference) + 4 * s
        elif d.kind in KIND_POINTS:
            q -= (KIND_POINTS[d.kind][0] + KIND_POINTS[d.kind][1] * s) * math.sqrt(span)
        elif d.attribute == "noise":
            q -= (3 + 24 * s) * math.sqrt(span)
        elif d.attribute == "flicker":
            q -= (3 + 38 * s) * math.sqrt(span)
        elif d.attribute == "interlacing":
            q -= 8
        elif d.kind == "freeze":
            q -= stall_loss(span * frames / fps)
        elif d.kind == "rebuffer":
            q -= stall_loss(timed["longest"])
        elif d.kind in ("cadence", "judder", "stutter"):
            q -= rate_loss(timed["rate"] / fps) + UNEVEN_POINTS * timed["unevenness"]
        elif d.kind in ("drop", "gap", "halfrate"):
            q -= (4 + 26 * s) * math.sqrt(span)
        elif d.kind == "order":
            q -= 24
        elif d.kind in ("crop", "letterbox"):
            q -= 4 + 34 * s
        elif d.kind == "damage":
            q -= 4
    return max(0.0, q)
