"""Recipes of degraded copies: which defect, how strong, where, when, and which codec carries it.

A recipe is drawn from a seed alone and can be written to JSON; `filters` turns it into one ffmpeg filter graph. What was
done is the truth that rationales are trained on, so every defect names its attribute (DESIGN 3.2), severity 0..1, share of
time and region. A clean copy is encoded too: a codec's print must not give the label away. Film grain and shallow focus are
content, not faults: `draw_look` gives them to a source, and its copies are judged against the source that has them.

Numbers of a source's copies: 0-299 `draw_recipes`, 300-699 `draw_mix`, 700-899 `draw_ladders`, from 900 `draw_extra`. What a seed
gave once it gives for ever: folders of copies are resumed by number.
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

CODECS = ("h264", "hevc", "vp9", "mpeg2", "mpeg4", "av1")
CLEAN_QUALITY = {"h264": 17, "hevc": 19, "vp9": 16, "av1": 12}
"""Quality settings that leave VMAF above about 97: what carries a defect must not add one."""


@dataclass
class Defect:
    """One thing that was done to the copy."""
    kind: str
    attribute: str
    severity: float
    time: tuple[float, float] = (0.0, 1.0)
    region: str = "whole"
    held: list[int] | None = None
    """Frames of the copy that only repeat the one before, where the graph fixes them: the truth of a cadence."""


@dataclass
class Recipe:
    """Everything that makes one copy of one source."""
    source: str
    seed: int
    codec: str = "h264"
    quality: int = 17
    defects: list[Defect] = field(default_factory=list)
    bits_per_pixel: float | None = None
    """Starved copies: the encoder gets this rate instead of a quality."""
    first: dict | None = None
    """Second generation: {"codec", "quality"} of the encode that this one is made from."""
    ladder: str | None = None
    """Copies of one ladder differ in one thing only; `step` counts from the best."""
    step: int | None = None

    @property
    def family(self) -> str:
        return "+".join(d.kind for d in self.defects) or "clean"

    def to_json(self) -> dict:
        """Fields that are None are left out: a recipe reads as it did before there were more of them."""
        record = {k: v for k, v in asdict(self).items() if v is not None}
        record["defects"] = [{k: v for k, v in d.items() if v is not None} for d in record["defects"]]
        return record | {"family": self.family}


def codec_arguments(codec: str, quality: int) -> list[str]:
    """Encoder options; `quality` is CRF for h264, hevc, vp9 and av1 and the quantiser for mpeg2 and mpeg4."""
    q = str(quality)
    return {
        "h264": ["-c:v", "libx264", "-preset", "veryfast", "-crf", q],
        "hevc": ["-c:v", "libx265", "-preset", "superfast", "-crf", q, "-x265-params", "log-level=none:pools=none:frame-threads=1"],
        "vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-b:v", "0", "-crf", q, "-row-mt", "0"],
        "mpeg2": ["-c:v", "mpeg2video", "-q:v", q, "-g", "15", "-bf", "2"],
        "mpeg4": ["-c:v", "mpeg4", "-q:v", q, "-g", "60"],
        "av1": ["-c:v", "libsvtav1", "-preset", "9", "-crf", q, "-svtav1-params", "lp=1"],
    }[codec]


STARVED_BITS = {"h264": (0.12, 0.008), "hevc": (0.08, 0.005), "vp9": (0.08, 0.005), "av1": (0.06, 0.004), "mpeg2": (0.35, 0.05), "mpeg4": (0.25, 0.03)}
"""Bits per pixel at severity 0 and 1: from "enough for easy scenes" to what the encoder can hardly write."""


def starved_arguments(codec: str, bits_per_second: float) -> list[str]:
    """Encoder options at a bit rate; all but AV1 (variable rate only) with a buffer of half a second, so that motion starves."""
    options = codec_arguments(codec, 0)
    at = options.index("-crf" if "-crf" in options else "-q:v")
    del options[at:at + 2]
    if "-b:v" in options:
        at = options.index("-b:v")
        del options[at:at + 2]
    rate = str(max(8000, round(bits_per_second)))
    return [*options, "-b:v", rate] + ([] if codec == "av1" else ["-maxrate", rate, "-bufsize", str(int(rate) // 2)])


def encoder_arguments(recipe: Recipe, width: int, height: int, fps: float) -> list[str]:
    """Encoder options of a recipe at its picture size and rate."""
    if recipe.bits_per_pixel is not None:
        return starved_arguments(recipe.codec, recipe.bits_per_pixel * width * height * fps)
    return codec_arguments(recipe.codec, recipe.quality)


def compression_severity(codec: str, quality: int) -> float:
    start, stop = {"h264": (24, 46), "hevc": (26, 46), "vp9": (36, 63), "mpeg2": (4, 28), "mpeg4": (4, 28), "av1": (30, 63)}[codec]
    return min(1.0, max(0.0, (quality - start) / (stop - start)))


def compression_defects(codec: str, quality: int) -> list[Defect]:
    """What a low-quality encode shows: block codecs block and ring, codecs with strong loop filters smear."""
    s = compression_severity(codec, quality)
    return [] if s <= 0.02 else encoder_defects("compress", codec, s)


def encoder_defects(kind: str, codec: str, s: float) -> list[Defect]:
    """The shares in which a codec's faults show at severity s."""
    if codec in ("mpeg2", "mpeg4"):
        return [Defect(kind, "blockiness", s), Defect(kind, "ringing", 0.7 * s), Defect(kind, "sharpness", 0.4 * s)]
    if codec == "h264":
        return [Defect(kind, "blockiness", 0.9 * s), Defect(kind, "sharpness", 0.8 * s), Defect(kind, "ringing", 0.5 * s)]
    return [Defect(kind, "sharpness", s), Defect(kind, "ringing", 0.5 * s), Defect(kind, "blockiness", 0.4 * s)]


SPATIAL = {  # kind -> attribute
    "blur": "sharpness", "boxblur": "sharpness", "downup": "sharpness", "smear": "sharpness", "oversharpen": "ringing",
    "noise": "noise", "banding": "banding", "cast": "colour", "saturation": "colour", "matrix": "colour",
    "exposure": "exposure", "gamma": "exposure", "contrast": "contrast", "range": "contrast", "flicker": "flicker",
    "interlaced": "interlacing", "crop": "framing", "letterbox": "framing",
}
TEMPORAL = {"freeze": "smoothness", "drop": "smoothness", "gap": "smoothness", "halfrate": "smoothness", "order": "smoothness"}
TRANSMISSION = {"damage": "transmission"}
FIRST_KINDS = {**SPATIAL, **TEMPORAL, **TRANSMISSION}
"""What `draw_recipes` draws from, in this order; later kinds stand behind."""
SPATIAL |= {"motionblur": "sharpness", "lensblur": "sharpness", "sensornoise": "noise", "chromanoise": "noise", "deinterlace": "interlacing",
            "ghost": "smoothness", "shake": "smoothness", "stretch": "framing"}
TIMED = {"cadence": "smoothness", "judder": "smoothness", "stutter": "smoothness", "rebuffer": "transmission"}
"""Temporal kinds whose `held` frames or time stamps say what was done: teachers.timing measures them."""
TEMPORAL |= TIMED
CODED = {"starve": "blockiness", "second": "blockiness", "blocking": "blockiness", "ringing": "ringing"}
"""Made by an encoder, not by a filter: starved of bits, an encode of an encode, MPEG-4 without loop filter, JPEG 2000."""
KINDS = FIRST_KINDS | SPATIAL | TEMPORAL | CODED
UNPAIRED = frozenset(("crop", "letterbox", "gap", "order", "halfrate", "shake", "stretch", "rebuffer"))
"""Where frame-by-frame comparison with the source means nothing: the recipe alone gives the quality; never combined."""
LOCAL = ("blur", "boxblur", "smear", "oversharpen", "noise", "banding", "cast", "exposure", "flicker", "contrast",
         "motionblur", "lensblur", "sensornoise", "chromanoise", "blocking", "ringing")


def disc(radius: float) -> str:
    """A lens out of focus: a 7x7 kernel of a disc with soft edge (radius at most 3.5 px), as `convolution` takes it."""
    weights = [round(100 * min(1.0, max(0.0, radius + 0.5 - (x * x + y * y) ** 0.5))) for y in range(-3, 4) for x in range(-3, 4)]
    matrix = " ".join(map(str, weights))
    return "convolution=" + ":".join(f"{n}m='{matrix}':{n}rdiv={1 / sum(weights):.8f}" for n in range(3))


def grain(strength: float, chroma: float, seed: int, weight: str, size: float) -> str:
    """Noise of a sensor or of film: as strong as `weight` (0..255 of luma `val`) says, grains `size` px wide, new in every frame."""
    return (f"split=3[ia][ib][im];[ib]lutyuv=y=128:u=128:v=128,noise=c0s={round(strength)}:c1s={round(chroma)}:c2s={round(chroma)}:allf=t:all_seed={seed},gblur=sigma={size:.2f}[ig];"
            f"[ia]split[ic][id];[id][ig]blend=all_mode=grainmerge[in];[im]lutyuv=y='{weight}':u=200:v=200[iw];[ic][in][iw]maskedmerge")


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
    if kind == "motionblur":
        return f"dblur=angle={r.uniform(0, 360):.1f}:radius={(0.35 + 2.2 * s) * k:.2f}"
    if kind == "lensblur":
        return disc(min(3.5, (0.9 + 2.4 * s) * k))
    if kind == "sensornoise":  # shot and read noise after the transfer curve: strongest in the dark
        return grain(12 + 60 * s, (12 + 60 * s) * r.uniform(0.2, 0.7), r.randrange(9999), "255*pow(max(0\\,1-val/280)\\,1.4)", r.choice((0.4, 0.6)))
    if kind == "chromanoise":
        return f"noise=c1s={round(8 + 50 * s)}:c2s={round(8 + 50 * s)}:c1f=t:c2f=t:c1_seed={r.randrange(9999)}:c2_seed={r.randrange(9999)}"
    if kind == "deinterlace":
        field = f"scale={width}:{height}:flags=bilinear"
        if s < 0.34:  # one field, doubled
            return f"field=type=top,{field}"
        if s < 0.67:  # bob: fields in turns, so that the picture hops
            return f"split[ia][ib];[ia]field=type=top,{field}[it];[ib]field=type=bottom,{field}[io];[it][io]blend=all_expr='if(mod(N\\,2)\\,A\\,B)'"
        return ("split[ia][ib];[ib]tpad=start=1:start_mode=clone[ic];[ia][ic]blend=all_expr='if(mod(Y\\,2)\\,A\\,B)':shortest=1,"
                "yadif=mode=send_frame:parity=bff:deint=all")  # fields of two moments, deinterlaced in the wrong order
    if kind == "ghost":
        return f"tmix=frames=2:weights='{0.08 + 0.92 * s / 0.6:.3f} 1'" if s < 0.6 else f"tmix=frames={3 if s < 0.85 else 4}:weights='{' '.join(['1'] * (3 if s < 0.85 else 4))}'"
    if kind == "shake":
        a = max(2, round((2 + 10 * s) * k / 2) * 2)
        x, y = (f"{a}+{a}*({r.uniform(0.5, 0.7):.2f}*sin(n*{r.uniform(1.2, 2.4):.2f})+0.3*sin(n*{r.uniform(0.3, 0.7):.2f}))" for _ in "xy")
        return f"crop={width - 2 * a}:{height - 2 * a}:x='{x}':y='{y}',scale={width}:{height}:flags=bicubic"
    if kind == "stretch":
        f = 1.05 + 0.35 * s
        w, h = (round(width * f / 2) * 2, height) if sign > 0 else (width, round(height * f / 2) * 2)
        return f"scale={w}:{h}:flags=bicubic,crop={width}:{height}"
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
    if d.kind == "judder":  # every picture is there, at the wrong moment: two- or three-frame beat, at most 0.85 of a frame off
        share = 0.1 + 0.75 * d.severity
        d.held = []
        return f"setpts='PTS+{share:.3f}*mod(N\\,{r.choice((2, 2, 3))})/{r.choice((1, 1, 2))}/{fps:.6f}/TB*between(N\\,{first}\\,{last})'"
    if d.kind == "rebuffer":  # the picture stands, then goes on where it was: the copy gets longer
        length, start = max(3, round((0.2 + 1.2 * d.severity) * fps)), r.randrange(1 + frames // 5, max(frames // 5 + 2, frames * 4 // 5))
        d.held = list(range(start, start + length))  # `loop` counts from 1: picture start - 1 stands
        d.time = (round((start - 1) / (frames + length), 4), round((start + length) / (frames + length), 4))
        return f"loop=loop={length}:size=1:start={start}"
    if d.kind == "cadence":  # film in a faster stream: 24 in 30 repeats a picture in five, 24 in 60 shows them 3 and 2 times
        new = (0, 1, 2, 3) if d.severity < 0.4 else (0, 2, 3) if d.severity < 0.7 else (0, 3)
        d.held = [n for n in range(max(1, first), last) if n % 5 not in new]
    elif d.kind == "stutter":  # bursts of short stops with a few moving frames between
        d.held, n, length = [], max(1, first + r.randrange(4)), 1 + round(5 * d.severity)
        while n < last:
            d.held += range(n, min(n + length + r.randrange(2), frames))
            n += length + r.randrange(2, 5)
        d.held = sorted(set(d.held))
    else:
        raise ValueError(d.kind)
    repeats = "+".join(f"eq(n\\,{n})" for n in d.held) or "0"
    return f"select='not({repeats})',fps={fps:.6f}:start_time=0"


def filters(recipe: Recipe, width: int, height: int, fps: float, frames: int) -> str:
    """The filter graph of one recipe (label-free input and output). Fills in the times that the graph fixes."""
    r = random.Random(recipe.seed ^ 0x5EED)
    chain = []
    for n, d in enumerate(x for x in recipe.defects if x.kind not in ("compress", "damage") and x.kind not in CODED):
        if d.kind in TEMPORAL:  # exact times of what the graph does go into the defect
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
    if (kind in LOCAL or kind in ("drop", "halfrate", "cadence", "judder", "stutter")) and r.random() < 0.25:
        length = r.uniform(0.25, 0.6)
        start = r.uniform(0, 1 - length)
        d.time = (round(start, 3), round(start + length, 3))
    return d


def clean_codec(r: random.Random) -> tuple[str, int]:
    codec = r.choice(("h264", "h264", "hevc", "vp9"))
    return codec, CLEAN_QUALITY[codec] + r.randrange(0, 4)


def draw_quality(r: random.Random, codec: str) -> int:
    low, high = {"h264": (20, 47), "hevc": (22, 47), "vp9": (30, 63), "mpeg2": (2, 30), "mpeg4": (2, 30), "av1": (24, 63)}[codec]
    return r.randint(low, high)


def draw_recipes(source: str, seed: int, copies: int) -> list[Recipe]:
    """`copies` recipes of one source: about a tenth clean, 40 % compression, 40 % one defect, the rest combined."""
    r = random.Random(f"{source}/{seed}")
    kinds = [k for k in FIRST_KINDS for _ in range(2 if k in ("blur", "noise", "downup", "freeze", "drop", "damage") else 1)]
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
            recipe.defects = [draw_defect(r, kinds.pop() if kinds else r.choice(list(FIRST_KINDS)))]
        else:
            recipe.defects = [draw_defect(r, r.choice([k for k in FIRST_KINDS if k not in UNPAIRED | {"damage"}]))]
            recipe.codec = r.choice(("h264", "hevc", "mpeg4"))
            recipe.quality = draw_quality(r, recipe.codec)
            recipe.defects += compression_defects(recipe.codec, recipe.quality)
        recipes.append(recipe)
    return recipes


MIX_FROM, LADDERS_FROM, EXTRA_FROM = 300, 700, 900
"""Where the numbers of `draw_mix`, `draw_ladders` (20 a ladder) and `draw_extra` (10 a kind) begin."""
LADDER_NUMBERS = 20
EXTRA_NUMBERS = {
    "blur": 900, "boxblur": 910, "downup": 920, "smear": 930, "oversharpen": 940, "noise": 950, "banding": 960, "cast": 970, "saturation": 980,
    "matrix": 990, "exposure": 1000, "gamma": 1010, "contrast": 1020, "range": 1030, "flicker": 1040, "interlaced": 1050, "crop": 1060, "letterbox": 1070,
    "freeze": 1080, "drop": 1090, "gap": 1100, "halfrate": 1110, "order": 1120, "damage": 1130,
    "motionblur": 1140, "lensblur": 1150, "sensornoise": 1160, "chromanoise": 1170, "deinterlace": 1180, "ghost": 1190, "shake": 1200, "stretch": 1210,
    "cadence": 1220, "judder": 1230, "stutter": 1240, "rebuffer": 1250, "starve": 1260, "second": 1270, "blocking": 1280, "ringing": 1290,
}
"""First number of each kind's extra copies: a new kind gets the next ten, none ever moves."""


def extra_number(kind: str, n: int) -> int:
    return EXTRA_NUMBERS[kind] + n


def draw_extra(source: str, seed: int, kind: str, copies: int) -> list[Recipe]:
    """More copies of one defect (at most 10), cleanly encoded: where too few of a kind are in the mix to be learned."""
    r = random.Random(f"{source}/{seed}/{kind}")
    recipes = []
    for n in range(copies):
        defect = Defect(kind, KINDS[kind], round((n + r.random()) / copies, 3))
        recipe = Recipe(source, r.randrange(1 << 30), *clean_codec(r), [defect])
        recipes.append(fill_in(recipe, r) if kind in CODED else recipe)
    return recipes


STARVABLE = ("h264", "hevc", "vp9", "av1", "mpeg2", "mpeg4")


def fill_in(recipe: Recipe, r: random.Random) -> Recipe:
    """Fills in what a defect that an encoder makes needs: a rate, or a generation before this one."""
    d = recipe.defects[0]
    if d.kind == "starve":
        recipe.codec = r.choice(STARVABLE)
        most, least = STARVED_BITS[recipe.codec]
        recipe.bits_per_pixel = round(most * (least / most) ** d.severity, 5)
        recipe.defects[:1] = encoder_defects("starve", recipe.codec, d.severity)
    elif d.kind == "second":  # a poor copy, encoded again: both leave their print
        codec = r.choice(CODECS)
        low, high = {"h264": (24, 42), "hevc": (26, 42), "vp9": (36, 60), "av1": (32, 60), "mpeg2": (4, 24), "mpeg4": (4, 24)}[codec]
        recipe.first = {"codec": codec, "quality": round(low + (high - low) * d.severity)}
        recipe.codec = r.choice(("h264", "hevc", "vp9", "av1"))
        low, high = {"h264": (20, 34), "hevc": (22, 34), "vp9": (28, 48), "av1": (24, 48)}[recipe.codec]
        recipe.quality = round(low + (high - low) * d.severity * r.uniform(0.4, 1))
        shown = {}
        for x in (*encoder_defects("second", codec, 0.1 + 0.8 * d.severity), *compression_defects(recipe.codec, recipe.quality)):
            shown[x.attribute] = round(1 - (1 - shown.get(x.attribute, 0.0)) * (1 - x.severity), 4)
        recipe.defects[:1] = [Defect("second", attribute, s) for attribute, s in shown.items()]
    return recipe


def clean_mix_codec(r: random.Random) -> tuple[str, int]:
    codec = r.choice(("h264", "h264", "hevc", "vp9", "av1"))
    return codec, CLEAN_QUALITY[codec] + r.randrange(0, 4)


SHARES_OF_MIX = (("clean", 0.09), ("compress", 0.28), ("starve", 0.06), ("second", 0.06), ("single", 0.31), ("two", 0.12), ("three", 0.08))
"""What the copies of `draw_mix` are; for 5 % pristine and composed families see METHOD 5."""


def draw_mix(source: str, seed: int, copies: int) -> list[Recipe]:
    """`copies` recipes of one source from all kinds and codecs, in the shares of SHARES_OF_MIX; numbered from MIX_FROM."""
    r = random.Random(f"{source}/{seed}/mix")
    kinds = [k for k in KINDS if k not in ("starve", "second")]
    r.shuffle(kinds)
    plan = [name for name, share in SHARES_OF_MIX for _ in range(round(share * copies))]
    plan = (["clean"] + [x for x in plan if x != "clean"] if "clean" not in plan else plan)[:copies]
    plan += ["single"] * (copies - len(plan))
    return [_draw_one(source, what, kinds, r) for what in plan]


def _draw_one(source: str, what: str, kinds: list[str], r: random.Random) -> Recipe:
    recipe = Recipe(source, r.randrange(1 << 30), *clean_mix_codec(r))
    if what == "compress":
        recipe.codec = r.choice(("h264", "h264", "hevc", "hevc", "vp9", "av1", "av1", "mpeg2", "mpeg4"))
        recipe.quality = draw_quality(r, recipe.codec)
        recipe.defects = compression_defects(recipe.codec, recipe.quality)
    elif what in ("starve", "second"):
        recipe.defects = [Defect(what, KINDS[what], round(r.random(), 3))]
        fill_in(recipe, r)
    elif what == "single":
        kind = kinds.pop() if kinds else r.choice([k for k in KINDS if k not in ("starve", "second")])
        recipe.defects = [draw_defect(r, kind)]
    elif what in ("two", "three"):
        recipe.defects = draw_combination(r, 1 + (what == "three"))
        recipe.codec = r.choice(("h264", "hevc", "av1") + (() if any(d.kind == "judder" for d in recipe.defects) else ("mpeg4",)))
        recipe.quality = draw_quality(r, recipe.codec)
        recipe.defects += compression_defects(recipe.codec, recipe.quality)
    return recipe


def draw_combination(r: random.Random, count: int) -> list[Defect]:
    """Defects of `count` different attributes that can be told from each other frame by frame; at most one of the time line."""
    found: list[Defect] = []
    while len(found) < count:
        taken = {d.attribute for d in found}
        kind = r.choice([k for k in KINDS if k not in UNPAIRED | {"damage", "starve", "second"} and KINDS[k] not in taken])
        found.append(draw_defect(r, kind))
    return found


LADDER_STEPS = 7
LADDER_QUALITY = {"h264": (18, 48), "hevc": (20, 48), "vp9": (24, 63), "av1": (20, 63), "mpeg2": (2, 30), "mpeg4": (2, 30)}
LADDER_KINDS = ("blur", "boxblur", "downup", "smear", "oversharpen", "noise", "banding", "cast", "saturation", "exposure", "gamma", "contrast", "flicker", "motionblur",
                "lensblur", "sensornoise", "chromanoise", "ghost", "cadence", "judder", "blocking", "ringing", "crop", "letterbox", "stretch", "shake")
"""Kinds whose one seed gives the same defect at every severity, only stronger."""


def draw_ladders(source: str, seed: int, ladders: int, steps: int = LADDER_STEPS) -> list[list[Recipe]]:
    """Ladders of one source (at most 10, of at most 20 steps), best step first. The first runs through the quality of one codec, the others
    through the severity of one kind (`downup` is the resolution ladder and comes second), all else alike."""
    r = random.Random(f"{source}/{seed}/ladders")
    codec = r.choice(tuple(LADDER_QUALITY))
    kinds = ["downup", *r.sample([k for k in LADDER_KINDS if k != "downup"], max(0, ladders - 2))][: max(0, ladders - 1)]
    low, high = LADDER_QUALITY[codec]
    made = []
    for kind in (None, *kinds)[:ladders]:
        one, own, carrier = r.randrange(1 << 30), [], clean_mix_codec(r)
        for step in range(steps):
            share = step / max(1, steps - 1)
            recipe = Recipe(source, one, *carrier, ladder=f"{source}/{kind or codec}", step=step)
            if kind is None:
                recipe.codec, recipe.quality = codec, round(low + (high - low) * share)
                recipe.defects = compression_defects(codec, recipe.quality)
            else:
                recipe.defects = [Defect(kind, KINDS[kind], round(0.02 + 0.96 * share, 3))]
            own.append(recipe)
        made.append(own)
    return made


def ladder_number(ladder: int, step: int) -> int:
    return LADDERS_FROM + LADDER_NUMBERS * ladder + step


LOOKS = {"clip": (("", 0.8), ("grain", 0.12), ("focus", 0.08)), "photo": (("", 0.3), ("zoom", 0.3), ("parallax", 0.3), ("grain", 0.05), ("focus", 0.05))}
"""What is content: film grain, shallow focus, and for photographs other camera moves than pan and shake. Look -> share of sources."""


MORE_LOOKS = {"clip": ("soft", "film"), "photo": ("soft", "film", "native")}
"""Looks that are made when asked for, so that older folders stay what they are: a picture that is soft to its pixels, as most of what is larger than what
it was shot with or was scaled on its way; the same under grain; and the pixels of a photograph as they are. Cuts that were scaled down are sharper
than what people compare."""


def draw_look(source: str, seed: int, kind: str) -> str:
    names, shares = zip(*LOOKS[kind])
    return random.Random(f"{source}/{seed}/look").choices(names, shares)[0]


def draw_more_look(source: str, seed: int, kind: str) -> str:
    return random.Random(f"{source}/{seed}/more looks").choice(MORE_LOOKS[kind])


def look_filter(look: str, r: random.Random, width: int, height: int) -> str:
    """A filter that gives a clean source a look of its own."""
    if look == "grain":  # film: strongest in the middle tones
        return grain(r.uniform(8, 24), r.uniform(0, 6), r.randrange(9999), "40+215*(1-pow((val-118)/128\\,2))", r.uniform(0.5, 0.8)).replace("[i", "[l")
    if look == "focus":  # sharp within an ellipse, soft around it
        x, y, size = r.uniform(0.3, 0.7), r.uniform(0.3, 0.7), r.uniform(0.16, 0.3)
        mask = f"clip(255*2.2*(hypot((X/W-{x:.3f})*1.6\\,Y/H-{y:.3f})-{size:.3f})\\,0\\,255)"
        return (f"split[la][lb];[lb]gblur=sigma={height / 360 * r.uniform(2.5, 6):.2f}[ls];nullsrc=s={width}x{height}:d=0.04:r=25,format=yuv420p,"
                f"geq=lum='{mask}':cb='{mask}':cr='{mask}'[lm];[la][ls][lm]maskedmerge")
    if look in ("soft", "film"):
        share = r.uniform(0.45, 0.85)
        down, up = r.choice(("bicubic", "area", "lanczos")), r.choice(("bicubic", "bilinear", "lanczos"))
        soft = f"scale={max(16, round(width * share / 2) * 2)}:{max(16, round(height * share / 2) * 2)}:flags={down},scale={width}:{height}:flags={up}"
        return soft if look == "soft" else f"{soft},{look_filter('grain', r, width, height)}"
    raise ValueError(look)
