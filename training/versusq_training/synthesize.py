"""Makes degraded copies of clean clips and photographs, with teachers' scores: `python -m versusq_training.synthesize`.

Everything follows from the seed; a copy that is there is not made again, so a run can be stopped and resumed at any time.
Output folder: base/ID.mkv (clean, cut), copies/ID-NNN.{mp4,mkv}, manifest.jsonl (recipe, scores, size, tool versions).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import subprocess
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from .recipes import KINDS, UNPAIRED, Recipe, codec_arguments, draw_extra, draw_recipes, extra_number, filters
from .teachers import measure, quality
from .tools import FFMPEG, ToolError, ffmpeg

SECONDS = 2.4
PHOTO_SECONDS = 2.0
PHOTO_FPS = 25


def groups(sources: Path) -> dict[str, str]:
    """Clip id -> group; clips of one film, repository or set belong in one split."""
    table = {}
    if (sources / "SOURCES.csv").exists():
        for row in csv.DictReader((sources / "SOURCES.csv").open()):
            name = Path(row["file"]).stem
            origin = row.get("origin_repository", "")
            prefix = name.split("_")[0]
            shared = {"bbb": "bbb", "sintel": "sintel", "steamboat": "steamboat", "screen": "screen", "godot": "screen",
                      "hikers": "hikers", "selfie": "cyclists", "hill": "cyclists", "halo": "halo", "uav": "uav"}.get(prefix)
            toys = "toys" if name in ("crystal", "rabbit_toy", "elf_toy", "monster_toy") else None
            apollo = "apollo" if name in ("saturn_v", "launch_water") else None
            table[name] = shared or toys or apollo or f"{origin}/{name}"
    return table


def make_base(source: Path, target: Path, seed: int) -> None:
    """A clean, short, lossless cut: clips at most 540 lines, photographs with a camera move over native pixels."""
    r = random.Random(f"{source.stem}/{seed}/base")
    part = target.with_suffix(".part.mkv")
    lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p", "-an", "-threads", "1"]
    if source.suffix == ".mp4":
        limit = r.choice((360, 360, 360, 432))
        ffmpeg("-i", str(source), "-t", str(SECONDS), "-vf", f"scale=w=-2:h='trunc(min({limit}\\,ih)/2)*2':flags=lanczos,setsar=1",
               "-fps_mode", "passthrough", *lossless, str(part))
    else:
        width, height = r.choice(((640, 360), (640, 360), (576, 324), (480, 360)))
        path = r.uniform(0.25, 1.0) * r.choice((-1, 1))
        start = 0.5 - path / 2
        shake = r.choice((0, 0, 0.6, 1.5))
        x = f"(iw-ow)*clip({start:.3f}+{path:.3f}*t/{PHOTO_SECONDS}\\,0\\,1)+{shake}*2*sin(7*t)"
        y = f"(ih-oh)*clip({r.random():.3f}+{r.uniform(-0.4, 0.4):.3f}*t\\,0\\,1)+{shake}*2*cos(5*t)"
        ffmpeg("-loop", "1", "-framerate", str(PHOTO_FPS), "-t", str(PHOTO_SECONDS), "-i", str(source), "-vf",
               f"scale={width + 64}:{height + 48}:force_original_aspect_ratio=increase:flags=lanczos,format=yuv444p,"
               f"crop={width}:{height}:x='{x}':y='{y}':exact=1,format=yuv420p,setsar=1", *lossless, str(part))
    part.rename(target)


def facts(path: Path) -> tuple[int, int, float, int]:
    """Width, height, frame rate and number of frames, read from what ffmpeg says while it decodes."""
    done = subprocess.run([FFMPEG, "-nostdin", "-threads", "1", "-i", str(path), "-map", "0:v:0", "-f", "null", "-"], capture_output=True, text=True)
    size = re.search(r"Video:.*?(\d{2,5})x(\d{2,5})", done.stderr)
    rate = re.search(r"([\d.]+) fps", done.stderr)
    count = re.findall(r"frame=\s*(\d+)", done.stderr)
    if not (size and rate and count):
        raise ToolError(f"{path}: not readable\n{done.stderr[-300:]}")
    return int(size[1]), int(size[2]), float(rate[1]), int(count[-1])


def base_facts(base: Path) -> tuple[int, int, float, int, float]:
    """Facts of a clean cut and its CAMBI, kept beside it: a run that goes on asks for them again."""
    kept = base.with_suffix(".json")
    if not kept.exists():
        kept.write_text(json.dumps([*facts(base), measure(str(base), str(base), colour=False)["cambi"]]))
    return tuple(json.loads(kept.read_text()))


def make_copy(recipe: Recipe, base: Path, target: Path, width: int, height: int, fps: float, frames: int) -> None:
    graph = filters(recipe, width, height, fps, frames)
    encode = [*codec_arguments(recipe.codec, recipe.quality), "-threads", "1", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an"]
    part = target.with_name("part-" + target.name)
    damage = [d for d in recipe.defects if d.kind == "damage"]
    if not damage:
        ffmpeg("-threads", "1", "-i", str(base), "-vf", graph, *encode, str(part))
    else:
        broken = target.with_name("broken-" + target.stem + ".ts")
        amount = round(60000 * (1 - damage[0].severity) ** 2 + 3000)
        ffmpeg("-threads", "1", "-i", str(base), "-vf", graph, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "30", "-slices", "4",
               "-threads", "1", "-bsf:v", f"noise=amount='if(key*lt(n,2),0,{amount})'", "-f", "mpegts", str(broken))
        ffmpeg("-threads", "1", "-err_detect", "ignore_err", "-i", str(broken), "-vf", f"fps={fps:.6f}:start_time=0,scale={width}:{height}", *encode, str(part))
        broken.unlink()
    part.rename(target)


def one_source(source: Path, out: Path, group: str, copies: int, seed: int, extra: tuple[str, int] | None = None) -> list[dict]:
    """All copies of one source; returns manifest rows. A copy that fails is reported in its row and left out."""
    base = out / "base" / f"{source.stem}.mkv"
    if not base.exists():
        make_base(source, base, seed)
    width, height, fps, frames, cambi = base_facts(base)
    rows = []
    recipes = list(enumerate(draw_recipes(source.stem, seed, copies))) if extra is None else [(extra_number(extra[0], n), r) for n, r in enumerate(draw_extra(source.stem, seed, *extra))]
    for n, recipe in recipes:
        name = f"{source.stem}-{n:03d}"
        record = out / "rows" / f"{name}.json"
        if record.exists():
            rows.append(json.loads(record.read_text()))
            continue
        target = out / "copies" / f"{name}.{'mkv' if recipe.codec in ('vp9', 'mpeg2', 'mpeg4') else 'mp4'}"
        try:
            make_copy(recipe, base, target, width, height, fps, frames)
            kinds = {d.kind for d in recipe.defects}
            skip = kinds & UNPAIRED
            scores = None if skip else measure(str(target), str(base))
            row = {"name": name, "file": target.name, "source": source.stem, "group": group, "kind": "clip" if source.suffix == ".mp4" else "photo",
                   "recipe": recipe.to_json(), "scores": scores, "quality": round(quality(recipe, scores, cambi, frames, fps), 3),
                   "width": width, "height": height, "fps": fps, "frames": frames, "bytes": target.stat().st_size}
        except (ToolError, subprocess.TimeoutExpired) as error:
            row = {"name": name, "source": source.stem, "error": str(error)[-300:]}
        record.write_text(json.dumps(row))
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="folder of clean clips (*.mp4), SOURCES.csv optional")
    parser.add_argument("--photos", type=Path, help="folder of photographs (*.webp, *.jpg, *.png)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=24)
    parser.add_argument("--photo-copies", type=int, default=10)
    parser.add_argument("--photo-limit", type=int, default=100)
    parser.add_argument("--extra", nargs=2, metavar=("KIND", "N"), help=f"only N more copies of one kind, of sources that have copies: {', '.join(KINDS)}")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    a = parser.parse_args()
    for folder in ("base", "copies", "rows"):
        (a.out / folder).mkdir(parents=True, exist_ok=True)
    table = groups(a.sources)
    jobs = [(p, table.get(p.stem, p.stem), a.copies) for p in sorted(a.sources.glob("*.mp4"))]
    if a.photos:
        photos = sorted(p for p in a.photos.iterdir() if p.suffix in (".webp", ".jpg", ".png"))
        random.Random(a.seed).shuffle(photos)
        jobs += [(p, f"photo/{p.stem}", a.photo_copies) for p in photos[: a.photo_limit]]
    if a.extra:  # extra copies are compared with the others of their source
        jobs = [(p, group, n) for p, group, n in jobs if (a.out / "rows" / f"{p.stem}-000.json").exists()]
    random.Random(a.seed).shuffle(jobs)
    done, extra = 0, (a.extra[0], int(a.extra[1])) if a.extra else None
    with ProcessPoolExecutor(a.jobs) as pool:
        waiting = {pool.submit(one_source, p, a.out, g, n, a.seed, extra): p for p, g, n in jobs}
        for future in as_completed(waiting):
            done += 1
            try:
                rows = future.result()
                failed = [r for r in rows if "error" in r]
                print(f"{done}/{len(jobs)} {waiting[future].stem}: {len(rows) - len(failed)} copies, {len(failed)} failed {failed[0]['error'][-160:] if failed else ''}", flush=True)
            except ToolError as error:
                print(f"{done}/{len(jobs)} {waiting[future].stem}: {error}", flush=True)
    rows = [json.loads(p.read_text()) for p in sorted((a.out / "rows").glob("*.json"))]
    (a.out / "manifest.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows if "error" not in r))
    print(f"{sum('error' not in r for r in rows)} copies in {a.out}")


if __name__ == "__main__":
    main()
