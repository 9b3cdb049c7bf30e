"""Teachers: one quality on a 0-100 scale for a copy, from full-reference measures and from what was done to its time line.

VMAF and VMAF NEG carry compression, blur and scaling; they hardly see added noise (it leaves their detail measures whole),
colour, banding, flicker and time, so those come from CIEDE2000, CAMBI and the recipe. One unit of margin is 6 points (DESIGN 3.1). Sources: Li et al., VMAF (2016) and
NEG (2020); Sharma et al., CIEDE2000 (2005); Tandon et al., CAMBI (2021).
"""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

from .recipes import Recipe
from .tools import ffmpeg

POINTS_PER_MARGIN = 6.0
POOL_LOW = 0.25
"""Weight of the worst tenth of frames in the pooled score: viewers judge a clip by its bad moments."""


SUBSAMPLE = 3
"""Every third frame is measured (odd, so that two-frame flicker does not alias)."""
PAIRED = "[0:v]settb=AVTB,setpts=N[d];[1:v]settb=AVTB,setpts=N[r];"


def _frames(copy: str, reference: str, graph: str) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        log = str(Path(folder) / "vmaf.json")
        ffmpeg("-threads", "1", "-i", copy, "-threads", "1", "-i", reference, "-lavfi",
               f"{PAIRED}{graph}:n_subsample={SUBSAMPLE}:n_threads=1:log_fmt=json:log_path={log}:shortest=1:repeatlast=0", "-f", "null", "-")
        return [f["metrics"] for f in json.loads(Path(log).read_text())["frames"]]


def measure(copy: str, reference: str, colour: bool = True) -> dict[str, float]:
    """Pools libvmaf's features of a copy of equal size against its reference, paired by frame index.

    CIEDE2000 is measured on frames of a quarter of the size: colour is seen coarsely, and it costs ten times VMAF otherwise.
    """
    frames = _frames(copy, reference, "[d][r]libvmaf=model='version=vmaf_v0.6.1\\:name=vmaf|version=vmaf_v0.6.1neg\\:name=neg':feature='name=cambi'")
    def pooled(name: str) -> float:
        values = sorted(f[name] for f in frames)
        low = values[: max(1, len(values) // 10)]
        return (1 - POOL_LOW) * sum(values) / len(values) + POOL_LOW * sum(low) / len(low)
    scores = {"vmaf": pooled("vmaf"), "neg": pooled("neg"), "vmaf_mean": sum(f["vmaf"] for f in frames) / len(frames),
              "cambi": sum(f["cambi"] for f in frames) / len(frames), "delta_e": 0.0}
    if colour:
        small = _frames(copy, reference, "[d]scale=trunc(iw/8)*2:trunc(ih/8)*2:flags=area[ds];[r]scale=trunc(iw/8)*2:trunc(ih/8)*2:flags=area[rs];"
                        "[ds][rs]libvmaf=model='version=vmaf_v0.6.1':feature='name=ciede'")
        values = [0.0 if f["ciede2000"] is None else 10 ** ((45 - f["ciede2000"]) / 20) for f in small]  # null: no difference
        scores["delta_e"] = sum(values) / len(values)
    return scores


def quality(recipe: Recipe, m: dict[str, float] | None, cambi_reference: float, frames: int, fps: float) -> float:
    """The teachers' quality 0..100. `m` is None where a pixelwise comparison means nothing (framing, frame order, gaps)."""
    q = 100.0 if m is None else min(100.0, 0.5 * m["vmaf"] + 0.5 * m["neg"])
    for d in recipe.defects:
        s, span = d.severity, d.time[1] - d.time[0]
        if d.attribute in ("colour", "exposure", "contrast") and m:
            q -= 3.2 * max(0.0, m["delta_e"] - 0.8)
        elif d.attribute == "banding" and m:
            q -= 2.0 * max(0.0, m["cambi"] - cambi_reference) + 4 * s
        elif d.attribute == "noise":
            q -= (3 + 24 * s) * math.sqrt(span)
        elif d.attribute == "flicker":
            q -= (3 + 38 * s) * math.sqrt(span)
        elif d.attribute == "interlacing":
            q -= 8
        elif d.kind == "freeze":
            q -= 5 + 22 * (1 - math.exp(-2.5 * span * frames / fps))
        elif d.kind in ("drop", "gap", "halfrate"):
            q -= (4 + 26 * s) * math.sqrt(span)
        elif d.kind == "order":
            q -= 24
        elif d.kind in ("crop", "letterbox"):
            q -= 4 + 34 * s
        elif d.kind == "damage":
            q -= 4
    return max(0.0, q)
