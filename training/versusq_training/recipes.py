"""Recipes of degraded copies: which defect, how strong, where, when, and which codec carries it.

A recipe is drawn from a seed alone and can be written to JSON; `filters` turns it into one ffmpeg filter graph. What was
done is the truth that rationales are trained on, so every defect names its attribute (DESIGN 3.2), severity 0..1, share of
time and region. A clean copy is encoded too: a codec's print must not give the label away.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field

ATTRIBUTES = ("sharpness", "noise", "blockiness", "ringing", "banding", "colour", "exposure", "contrast", "flicker",
              "smoothness", "interlacing", "transmission", "framing")

REGIONS = {  # name -> x, y, width, height as shares of the picture
    "whole": (0, 0, 1, 1),
    "left": (0, 0, 0.5, 1), "right": (0.5, 0, 0.5, 1), "top": (0, 0, 1, 0.5), "bottom": (0, 0.5, 1, 0.5),
    "top-left": (0, 0, 0.5, 0.5), "top-right": (0.5, 0, 0.5, 0.5),
    "bottom-left": (0, 0.5, 0.5, 0.5), "bottom-right": (0.5, 0.5, 0.5, 0.5),
    "centre": (0.25, 0.25, 0.5, 0.5),
}

CODECS = ("h264", "hevc", "vp9", "mpeg2", "mpeg4")
CLEAN_QUALITY = {"h264": 17, "hevc": 19, "vp9": 16}
"""Quality settings that leave VMAF above about 97: what carries a defect must not add one."""


@dataclass
class Defect:
    """One thing that was done to the copy."""
    kind: str
    attribute: str
    severity: float
    time: tuple[float, float] = (0.0, 1.0)
    region: str = "whole"


@dataclass
class Recipe:
    """Everything that makes one copy of one source."""
    source: str
    seed: int
    codec: str = "h264"
    quality: int = 17
    defects: list[Defect] = field(default_factory=list)

    @property
    def family(self) -> str:
        return "+".join(d.kind for d in self.defects) or "clean"

    def to_json(self) -> dict:
        return asdict(self) | {"family": self.family}


def codec_arguments(codec: str, quality: int) -> list[str]:
    """Encoder options; `quality` is CRF for h264, hevc and vp9 and the quantiser for mpeg2 and mpeg4."""
    q = str(quality)
    return {
        "h264": ["-c:v", "libx264", "-preset", "veryfast", "-crf", q],
        "hevc": ["-c:v", "libx265", "-preset", "superfast", "-crf", q, "-x265-params", "log-level=none:pools=none:frame-threads=1"],
        "vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-b:v", "0", "-crf", q, "-row-mt", "0"],
        "mpeg2": ["-c:v", "mpeg2video", "-q:v", q, "-g", "15", "-bf", "2"],
        "mpeg4": ["-c:v", "mpeg4", "-q:v", q, "-g", "60"],
    }[codec]


def compression_defects(codec: str, quality: int) -> list[Defect]:
    """What a low-quality encode shows: block codecs block and ring, codecs with strong loop filters smear."""
    start, stop = {"h264": (24, 46), "hevc": (26, 46), "vp9": (36, 63), "mpeg2": (4, 28), "mpeg4": (4, 28)}[codec]
    s = min(1.0, max(0.0, (quality - start) / (stop - start)))
    if s <= 0.02:
        return []
    if codec in ("mpeg2", "mpeg4"):
        return [Defect("compress", "blockiness", s), Defect("compress", "ringing", 0.7 * s), Defect("compress", "sharpness", 0.4 * s)]
    if codec == "h264":
        return [Defect("compress", "blockiness", 0.9 * s), Defect("compress", "sharpness", 0.8 * s), Defect("compress", "ringing", 0.5 * s)]
    return [Defect("compress", "sharpness", s), Defect("compress", "ringing", 0.5 * s), Defect("compress", "blockiness", 0.4 * s)]


SPATIAL = {  # kind -> attribute
    "blur": "sharpness", "boxblur": "sharpness", "downup": "sharpness", "smear": "sharpness", "oversharpen": "ringing",
    "noise": "noise", "banding": "banding", "cast": "colour", "saturation": "colour", "matrix": "colour",
    "exposure": "exposure", "gamma": "exposure", "contrast": "contrast", "range": "contrast", "flicker": "flicker",
    "interlaced": "interlacing", "crop": "framing", "letterbox": "framing",
}
TEMPORAL = {"freeze": "smoothness", "drop": "smoothness", "gap": "smoothness", "halfrate": "smoothness", "order": "smoothness"}
TRANSMISSION = {"damage": "transmission"}
KINDS = {**SPATIAL, **TEMPORAL, **TRANSMISSION}
UNPAIRED = frozenset(("crop", "letterbox", "gap", "order", "halfrate"))
"""Where frame-by-frame comparison with the source means nothing: the recipe alone gives the quality; never combined."""
LOCAL = ("blur", "boxblur", "smear", "oversharpen", "noise", "banding", "cast", "exposure", "flicker", "contrast")


def spatial_filter(kind: str, s: float, r: random.Random, width: int, height: int) -> str:
    """A filter for the whole frame at severity s."""
    k = height / 360
    sign = r.choice((-1, 1))
    if kind == "blur":
        return f"gblur=sigma={(0.55 + 3.2 * s) * k:.2f}"
    if kind == "boxblur":
        return f"avgblur=sizeX={max(1, round((0.6 + 4 * s) * k))}"
    if kind == "downup":
        f = 0.8 - 0.6 * s
        down, up = r.choice(("bicubic", "bilinear", "area", "lanczos")), r.choice(("bicubic", "bilinear", "neighbor", "lanczos"))
        return f"scale={max(16, round(width * f / 2) * 2)}:{max(16, round(height * f / 2) * 2)}:flags={down},scale={width}:{height}:flags={up}"
    if kind == "smear":
        return f"hqdn3d={3 + 22 * s:.1f}"
    if kind == "oversharpen":
        return f"unsharp=5:5:{0.8 + 3.5 * s:.2f}:5:5:0"
    if kind == "noise":
        return f"noise=c0s={round(5 + 38 * s)}:c1s={round(20 * s * r.random())}:c2s={round(20 * s * r.random())}:allf={r.choice(('t', 't+u'))}:all_seed={r.randrange(9999)}"
    if kind == "banding":
        q = round(6 + 26 * s)
        return f"lutyuv=y='trunc(val/{q})*{q}+{q // 2}':u='trunc(val/{max(2, q // 2)})*{max(2, q // 2)}':v='trunc(val/{max(2, q // 2)})*{max(2, q // 2)}'"
    if kind == "cast":
        d, e = (4 + 26 * s) * sign, (4 + 26 * s) * r.uniform(-1, 1)
        return f"lutyuv=u=clip(val+({d:.1f})\\,0\\,255):v=clip(val+({e:.1f})\\,0\\,255)"
    if kind == "saturation":
        return f"hue=s={1 + 0.15 + 1.2 * s:.2f}" if sign > 0 else f"hue=s={1 - 0.15 - 0.8 * s:.2f}"
    if kind == "matrix":
        return r.choice(("colormatrix=bt601:bt709", "colormatrix=bt709:bt601"))
    if kind == "exposure":
        return f"eq=brightness={sign * (0.03 + 0.25 * s):.3f}"
    if kind == "gamma":
        g = 1 + 0.12 + 0.9 * s
        return f"eq=gamma={g if sign > 0 else 1 / g:.3f}"
    if kind == "contrast":
        return f"eq=contrast={1 + 0.1 + 0.6 * s if sign > 0 else 1 - 0.1 - 0.55 * s:.3f}"
    if kind == "range":
        return "lutyuv=y=clip((val-16)*255/219\\,0\\,255)" if sign > 0 else "lutyuv=y=val*219/255+16"
    if kind == "flicker":
        a = 0.012 + 0.085 * s
        return f"eq=brightness='{a:.4f}*(2*mod(n\\,2)-1)':eval=frame" if sign > 0 else f"eq=brightness='{a * 1.6:.4f}*sin(n*{r.uniform(0.9, 2.4):.2f})*cos(n*0.37)':eval=frame"
    if kind == "interlaced":
        return "split[i0][i1];[i1]tpad=start=1:start_mode=clone[i2];[i0][i2]blend=all_expr='if(mod(Y\\,2)\\,A\\,B)':shortest=1"
    if kind == "crop":
        f = 1 - (0.06 + 0.3 * s)
        return f"crop={round(width * f / 2) * 2}:{round(height * f / 2) * 2}:{round(width * (1 - f) * r.random() / 2) * 2}:{round(height * (1 - f) * r.random() / 2) * 2},scale={width}:{height}:flags=bicubic"
    if kind == "letterbox":
        f = 1 - (0.06 + 0.3 * s)
        w, h = (width, round(height * f / 2) * 2) if sign > 0 else (round(width * f / 2) * 2, height)
        return f"scale={w}:{h}:flags=bicubic,pad={width}:{height}:-1:-1"
    raise ValueError(kind)


def temporal_filter(d: Defect, r: random.Random, fps: float, frames: int) -> str:
    """Repeats, drops and reorders frames; `fps=` holds the last picture where one is missing, `gap` leaves a hole in time."""
    first, last = round(d.time[0] * frames), round(d.time[1] * frames)
    if d.kind == "freeze":
        length = max(3, round((0.12 + 0.6 * d.severity) * fps))
        start = r.randrange(max(1, first), max(2, min(frames - length - 1, max(last - length, first + 1))) + 1)
        d.time = (start / frames, min(1.0, (start + length) / frames))
        return f"select='not(between(n\\,{start}\\,{start + length - 1}))',fps={fps:.6f}:start_time=0"
    if d.kind in ("drop", "gap"):
        p = 0.06 + 0.34 * d.severity
        kept = [n for n in range(frames) if n == 0 or not (first <= n < last) or r.random() > p]
        if len(kept) == frames:
            kept.remove(max(1, (first + last) // 2))
        missing = "+".join(f"eq(n\\,{n})" for n in range(frames) if n not in set(kept))
        return f"select='not({missing})'" + (f",fps={fps:.6f}:start_time=0" if d.kind == "drop" else "")
    if d.kind == "halfrate":
        step = 2 if d.severity < 0.5 else 3 if d.severity < 0.8 else 4
        return f"select='not(mod(n\\,{step}))+not(between(n\\,{first}\\,{last}))',fps={fps:.6f}:start_time=0"
    if d.kind == "order":
        return "shuffleframes=" + r.choice(("0 2 1 3", "1 0 2 3 4 5", "0 1 3 2 4 5 6 7", "2 1 0"))
    raise ValueError(d.kind)


def filters(recipe: Recipe, width: int, height: int, fps: float, frames: int) -> str:
    """The filter graph of one recipe (label-free input and output). Fills in the times that the graph fixes."""
    r = random.Random(recipe.seed ^ 0x5EED)
    chain = []
    for n, d in enumerate(x for x in recipe.defects if x.kind not in ("compress", "damage")):
        if d.kind in TEMPORAL:
            chain.append(temporal_filter(d, r, fps, frames))
            continue
        graph = spatial_filter(d.kind, d.severity, r, width, height).replace("[i", f"[i{n}_")
        if d.time != (0.0, 1.0) or d.region != "whole":
            x, y, w, h = REGIONS[d.region]
            box = (round(w * width / 2) * 2, round(h * height / 2) * 2, round(x * width / 2) * 2, round(y * height / 2) * 2)
            seconds = (d.time[0] * frames / fps, d.time[1] * frames / fps)
            graph = (f"split[c{n}][d{n}];[d{n}]{graph},crop={box[0]}:{box[1]}:{box[2]}:{box[3]}[e{n}];"
                     f"[c{n}][e{n}]overlay={box[2]}:{box[3]}:enable='between(t\\,{seconds[0]:.3f}\\,{seconds[1]:.3f})'")
        chain.append(graph)
    return ",".join(chain) or "null"


def draw_defect(r: random.Random, kind: str) -> Defect:
    """A defect with severity, and for those that can be local sometimes a region or a stretch of time."""
    d = Defect(kind, KINDS[kind], round(r.betavariate(1.1, 1.3), 3))
    if kind in LOCAL and r.random() < 0.3:
        d.region = r.choice(list(REGIONS)[1:])
    if (kind in LOCAL or kind in ("drop", "halfrate")) and r.random() < 0.25:
        length = r.uniform(0.25, 0.6)
        start = r.uniform(0, 1 - length)
        d.time = (round(start, 3), round(start + length, 3))
    return d


def clean_codec(r: random.Random) -> tuple[str, int]:
    codec = r.choice(("h264", "h264", "hevc", "vp9"))
    return codec, CLEAN_QUALITY[codec] + r.randrange(0, 4)


def draw_quality(r: random.Random, codec: str) -> int:
    low, high = {"h264": (20, 47), "hevc": (22, 47), "vp9": (30, 63), "mpeg2": (2, 30), "mpeg4": (2, 30)}[codec]
    return r.randint(low, high)


def draw_recipes(source: str, seed: int, copies: int) -> list[Recipe]:
    """`copies` recipes of one source: about a tenth clean, 40 % compression, 40 % one defect, the rest combined."""
    r = random.Random(f"{source}/{seed}")
    kinds = [k for k in KINDS for _ in range(2 if k in ("blur", "noise", "downup", "freeze", "drop", "damage") else 1)]
    r.shuffle(kinds)
    recipes = []
    for n in range(copies):
        recipe = Recipe(source, r.randrange(1 << 30), *clean_codec(r))
        share = (n + 0.5) / copies
        if share < 0.09:
            pass
        elif share < 0.46:
            recipe.codec = r.choice(("h264", "h264", "hevc", "hevc", "vp9", "mpeg2", "mpeg4"))
            recipe.quality = draw_quality(r, recipe.codec)
            recipe.defects = compression_defects(recipe.codec, recipe.quality)
        elif share < 0.86:
            recipe.defects = [draw_defect(r, kinds.pop() if kinds else r.choice(list(KINDS)))]
        else:
            recipe.defects = [draw_defect(r, r.choice([k for k in KINDS if k not in UNPAIRED | {"damage"}]))]
            recipe.codec = r.choice(("h264", "hevc", "mpeg4"))
            recipe.quality = draw_quality(r, recipe.codec)
            recipe.defects += compression_defects(recipe.codec, recipe.quality)
        recipes.append(recipe)
    return recipes


EXTRA_FROM = 900
"""Copies made by `draw_extra` are numbered from here, ten numbers a kind."""


def extra_number(kind: str, n: int) -> int:
    return EXTRA_FROM + 10 * list(KINDS).index(kind) + n


def draw_extra(source: str, seed: int, kind: str, copies: int) -> list[Recipe]:
    """More copies of one defect (at most 10), cleanly encoded: where too few of a kind are in the mix to be learned."""
    r = random.Random(f"{source}/{seed}/{kind}")
    recipes = []
    for n in range(copies):
        defect = Defect(kind, KINDS[kind], round((n + r.random()) / copies, 3))
        recipes.append(Recipe(source, r.randrange(1 << 30), *clean_codec(r), [defect]))
    return recipes
