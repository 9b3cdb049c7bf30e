"""Makes degraded copies of clean clips and photographs, with teachers' scores: `python -m versusq_training.data`.

Everything follows from the seed; a copy that has its row is not made nor measured again, so a run can be stopped and resumed at any time, and
copies may be deleted once they are measured (`extract --drop-copies`). What to make: `--mix` and `--ladders` (both if nothing is named),
`--copies` (the first mix, as folders from before have it), `--extra`.
Output folder: base/ID.mkv (clean, cut), copies/ID-NNN.{mp4,mkv}, rows/ID-NNN.json, manifest.jsonl (recipe, scores, size, tool versions).
ID is the source's name, and +LOOK where it has a look of its own (recipes.draw_look).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from .recipes import (EXTRA_NUMBERS, KINDS, LADDERS_FROM, MIX_FROM, REGIONS, TIMED, UNPAIRED, Defect, Recipe, codec_arguments, draw_extra, draw_ladders, draw_look, draw_mix,
                      draw_more_look, draw_recipes, encoder_arguments, extra_number, filters, ladder_number, look_filter)
from .teachers import measure, quality, timing
from .tools import FFMPEG, ToolError, ffmpeg, tool_versions

SECONDS = 2.4
PHOTO_SECONDS = 2.0
PHOTO_FPS = 25
CLIPS = (".mp4", ".mkv", ".mov", ".webm", ".avi", ".y4m", ".m4v")
PHOTOS = (".webp", ".jpg", ".png", ".jpeg")
MIX, PHOTO_MIX, LADDERS = 32, 14, 2
"""Copies of a clip and of a photograph, and ladders of either, when nothing is named."""


@dataclass
class Job:
    """One source and what is made of it."""
    source: Path
    group: str
    look: str = ""
    copies: int = 0
    mix: int = 0
    ladders: int = 0

    @property
    def kind(self) -> str:
        return "clip" if self.source.suffix.lower() in CLIPS else "photo"

    @property
    def id(self) -> str:
        return self.source.stem + (f"+{self.look}" if self.look else "")


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


LOSSLESS = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p", "-an", "-threads", "1"]


def make_base(job: Job, target: Path, seed: int) -> None:
    """A clean, short, lossless cut: clips at most 540 lines, photographs with a camera move over native pixels."""
    source, r = job.source, random.Random(f"{job.source.stem}/{seed}/base")
    part = target.with_suffix(".part.mkv")
    if job.kind == "clip":
        limit = r.choice((360, 360, 360, 432))
        ffmpeg("-i", str(source), "-t", str(SECONDS), "-vf", f"scale=w=-2:h='trunc(min({limit}\\,ih)/2)*2':flags=lanczos,setsar=1",
               "-fps_mode", "passthrough", *LOSSLESS, str(part))
    else:
        width, height = r.choice(((640, 360), (640, 360), (576, 324), (480, 360)))
        move = photo_move(job.look, r, width, height)
        ffmpeg("-loop", "1", "-framerate", str(PHOTO_FPS), "-t", str(PHOTO_SECONDS), "-i", str(source), "-vf", f"{move},format=yuv420p,setsar=1", *LOSSLESS, str(part))
    if job.look in ("grain", "focus", "soft", "film"):
        plain = part.rename(target.with_suffix(".plain.mkv"))
        width, height, *_ = facts(plain)
        ffmpeg("-threads", "1", "-i", str(plain), "-vf", look_filter(job.look, random.Random(f"{job.id}/{seed}"), width, height), "-fps_mode", "passthrough", *LOSSLESS, str(part))
        plain.unlink()
    part.rename(target)


def photo_move(look: str, r: random.Random, width: int, height: int) -> str:
    """A filter that moves a camera over a photograph: zoom in or out, ground-plane parallax (near rows pass faster), else pan with some shake; over the
    photograph as small as it may be, or for `native` over its own pixels."""
    if look in ("zoom", "parallax"):
        share = f"(in/{PHOTO_SECONDS * PHOTO_FPS:.0f})"
        wide, high = round(width * 1.5), round(height * 1.5)
        if look == "zoom":
            x, y, first, last = r.uniform(0.2, 0.8), r.uniform(0.2, 0.8), *r.sample((r.uniform(0, 0.06), r.uniform(0.12, 0.3)), 2)
            cut = f"({first:.4f}+({last - first:.4f})*{share})"
            left, right, top, bottom = f"W*{cut}*{x:.3f}", f"W*(1-{cut}*{1 - x:.3f})", f"H*{cut}*{y:.3f}", f"H*(1-{cut}*{1 - y:.3f})"
            corners = (left, top, right, top, left, bottom, right, bottom)
        else:
            far, near = r.uniform(0.01, 0.06), r.uniform(0.1, 0.22)
            a, b = ((share, f"(1-{share})")[:: r.choice((-1, 1))])
            corners = (f"W*{far:.4f}*{a}", "0", f"W*(1-{far:.4f}*{b})", "0", f"W*{near:.4f}*{a}", "H", f"W*(1-{near:.4f}*{b})", "H")
        at = ":".join(f"{name}='{value}'" for name, value in zip(("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3"), corners))
        return (f"scale={wide}:{high}:force_original_aspect_ratio=increase:flags=lanczos,crop={wide}:{high},format=yuv444p,"
                f"perspective={at}:interpolation=cubic:sense=source:eval=frame,scale={width}:{height}:flags=area")
    path = r.uniform(0.25, 1.0) * r.choice((-1, 1)) * (0.5 if look == "native" else 1)
    start = 0.5 - path / 2
    shake = r.choice((0, 0, 0.6, 1.5))
    x = f"(iw-ow)*clip({start:.3f}+{path:.3f}*t/{PHOTO_SECONDS}\\,0\\,1)+{shake}*2*sin(7*t)"
    y = f"(ih-oh)*clip({r.random():.3f}+{r.uniform(-0.4, 0.4):.3f}*t\\,0\\,1)+{shake}*2*cos(5*t)"
    least = f"w='max(iw\\,{width + 64})':h='max(ih\\,{height + 48})'" if look == "native" else f"{width + 64}:{height + 48}"
    return (f"scale={least}:force_original_aspect_ratio=increase:flags=lanczos,format=yuv444p,"
            f"crop={width}:{height}:x='{x}':y='{y}':exact=1")


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
    """Runs the recipe: encoders that make a defect first, then the filters, then bitstream damage or a generation before, then the carrier."""
    graph = filters(recipe, width, height, fps, frames)
    encode = [*encoder_arguments(recipe, width, height, fps), "-threads", "1", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an"]
    if any(d.kind == "judder" for d in recipe.defects):
        encode += ["-enc_time_base", "filter"]  # else times are rounded to the frame rate
    damage = [d for d in recipe.defects if d.kind == "damage"]
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        part, source = Path(folder) / target.name, base
        for n, d in enumerate(d for d in recipe.defects if d.kind in ("blocking", "ringing")):
            source = poor_encode(d, source, Path(folder) / f"poor{n}.mkv", width, height, fps, frames)
        if damage:
            broken = Path(folder) / "broken.ts"
            amount = round(60000 * (1 - damage[0].severity) ** 2 + 3000)
            ffmpeg("-threads", "1", "-i", str(source), "-vf", graph, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "30", "-slices", "4",
                   "-threads", "1", "-bsf:v", f"noise=amount='if(key*lt(n,2),0,{amount})'", "-f", "mpegts", str(broken))
            ffmpeg("-threads", "1", "-err_detect", "ignore_err", "-i", str(broken), "-vf", f"fps={fps:.6f}:start_time=0,scale={width}:{height}", *encode, str(part))
        elif recipe.first:
            before = Path(folder) / "first.mkv"
            ffmpeg("-threads", "1", "-i", str(source), "-vf", graph, *codec_arguments(recipe.first["codec"], recipe.first["quality"]), "-threads", "1",
                   "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an", str(before))
            ffmpeg("-threads", "1", "-i", str(before), *encode, str(part))
        else:
            ffmpeg("-threads", "1", "-i", str(source), "-vf", graph, *encode, str(part))
        part.rename(target)


def poor_encode(d: Defect, source: Path, target: Path, width: int, height: int, fps: float, frames: int) -> Path:
    """Blocks of MPEG-4 (key frames only, no loop filter) or rings of JPEG 2000's wavelets, where and while the defect says; kept without loss."""
    poor = target.with_name("encoded-" + target.name)
    if d.kind == "blocking":
        encode = ["-c:v", "mpeg4", "-g", "1", "-q:v", str(round(5 + 26 * d.severity))]
    else:
        encode = ["-c:v", "jpeg2000", "-q:v", str(round(25 * 32 ** d.severity))]
    ffmpeg("-threads", "1", "-i", str(source), *encode, "-threads", "1", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an", str(poor))
    if d.time == (0.0, 1.0) and d.region == "whole":
        return poor
    x, y, w, h = REGIONS[d.region]
    box = [round(v / 2) * 2 for v in (w * width, h * height, x * width, y * height)]
    ffmpeg("-threads", "1", "-i", str(source), "-threads", "1", "-i", str(poor), "-filter_complex",
           f"[1:v]crop={box[0]}:{box[1]}:{box[2]}:{box[3]}[e];[0:v][e]overlay={box[2]}:{box[3]}:enable='between(t\\,{d.time[0] * frames / fps:.3f}\\,{d.time[1] * frames / fps:.3f})'",
           "-fps_mode", "passthrough", *LOSSLESS, str(target))
    return target


def recipes_of(job: Job, seed: int, extra: tuple[str, int] | None) -> list[tuple[int, Recipe]]:
    """All recipes of a source with their numbers."""
    if extra:
        return [(extra_number(extra[0], n), r) for n, r in enumerate(draw_extra(job.id, seed, *extra))]
    ladders = draw_ladders(job.id, seed, job.ladders)
    return [*enumerate(draw_recipes(job.id, seed, job.copies)), *enumerate(draw_mix(job.id, seed, job.mix), MIX_FROM),
            *((ladder_number(n, r.step), r) for n, own in enumerate(ladders) for r in own)]


def folder_bytes(out: Path) -> int:
    """Bytes of clean cuts and copies; files that vanish meanwhile (`extract --drop-copies`) count nothing."""
    total = 0
    for folder in ("base", "copies"):
        with os.scandir(out / folder) as entries:
            for entry in entries:
                try:
                    total += entry.stat().st_size
                except FileNotFoundError:
                    pass
    return total


def one_source(job: Job, out: Path, seed: int, extra: tuple[str, int] | None = None, limit: float | None = None, remake: bool = False) -> tuple[list[dict], int]:
    """All copies of one source: manifest rows, and how many were left because the folder has `limit` bytes. A copy that fails is reported in
    its row and left out. `remake`: copies that were dropped and have no features any more are made again from their recipe; rows stay."""
    wanted = [(out / "rows" / f"{job.id}-{n:03d}.json", r) for n, r in recipes_of(job, seed, extra)]
    rows = [json.loads(record.read_text()) for record, _ in wanted if record.exists()]
    gone = {r["name"]: r for r in rows if "error" not in r and not (out / "copies" / r["file"]).exists() and not (out / "features" / f"{r['name']}.npz").exists()}
    left = [(record, r) for record, r in wanted if not record.exists() or (remake and record.stem in gone)]
    base = out / "base" / f"{job.id}.mkv"
    for n, (record, recipe) in enumerate(left):
        if limit is not None and folder_bytes(out) >= limit:
            return rows, len(left) - n
        if not base.exists():
            make_base(job, base, seed)
        if record.stem in gone:
            make_copy(recipe, base, out / "copies" / gone[record.stem]["file"], *base_facts(base)[:4])
            continue
        rows.append(one_copy(job, recipe, record, base, out))
        record.write_text(json.dumps(rows[-1]))
    return rows, 0


def one_copy(job: Job, recipe: Recipe, record: Path, base: Path, out: Path) -> dict:
    """Makes and measures one copy; gives its row."""
    width, height, fps, frames, cambi = base_facts(base)
    target = out / "copies" / f"{record.stem}.{'mkv' if recipe.codec in ('vp9', 'mpeg2', 'mpeg4') else 'mp4'}"
    try:
        make_copy(recipe, base, target, width, height, fps, frames)
        kinds = {d.kind for d in recipe.defects}
        held = next((d.held for d in recipe.defects if d.kind in TIMED), None)
        scores = None if kinds & UNPAIRED else measure(str(target), str(base), held=held or ())
        timed = None if held is None else timing(str(target), held)
        row = {"name": record.stem, "file": target.name, "source": job.id, "group": job.group, "kind": job.kind,
               "recipe": recipe.to_json(), "scores": scores, "quality": round(quality(recipe, scores, cambi, frames, fps, timed), 3),
               "width": width, "height": height, "fps": fps, "frames": frames, "bytes": target.stat().st_size, "tools": tool_versions(recipe.codec)}
        return row | ({"timing": timed} if timed else {})
    except (ToolError, subprocess.TimeoutExpired) as error:
        return {"name": record.stem, "source": job.id, "error": str(error)[-300:]}


def find_jobs(sources: Path, photos: Path | None, seed: int, copies: int, photo_copies: int, photo_limit: int, mix: int, photo_mix: int, ladders: int,
              more_looks: bool = False) -> list[Job]:
    """What to make of each clip and photograph. A source with a look of its own is another source (of the same group) to all but the first mix;
    `more_looks` draws from MORE_LOOKS."""
    table, jobs = groups(sources), []
    named = [(p, table.get(p.stem, p.stem), copies, mix) for p in sorted(sources.iterdir()) if p.suffix.lower() in CLIPS]
    if photos:
        found = sorted(p for p in photos.iterdir() if p.suffix.lower() in PHOTOS)
        random.Random(seed).shuffle(found)
        named += [(p, f"photo/{p.stem}", photo_copies, photo_mix) for p in found[:photo_limit]]
    for path, group, first, mixed in named:
        plain = Job(path, group)
        look = (draw_more_look if more_looks else draw_look)(path.stem, seed, plain.kind)
        jobs += [Job(path, group, copies=first)] if look and first else []
        jobs.append(Job(path, group, look, 0 if look else first, mixed, ladders))
    ids = [j.id for j in jobs]
    if len(set(ids)) < len(ids):
        sys.exit(f"two sources have one name: {', '.join(sorted({i for i in ids if ids.count(i) > 1})[:5])}; rename one")
    return jobs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help=f"folder of clean clips ({', '.join(CLIPS)}), SOURCES.csv optional")
    parser.add_argument("--photos", type=Path, help=f"folder of photographs ({', '.join(PHOTOS)})")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mix", type=int, help=f"copies of all kinds, of each clip ({MIX} when nothing is named)")
    parser.add_argument("--photo-mix", type=int, default=PHOTO_MIX, help="the same, of each photograph")
    parser.add_argument("--ladders", type=int, help=f"ladders of each source ({LADDERS} when nothing is named; at most 10)")
    parser.add_argument("--copies", type=int, help="copies of the first mix, of each clip")
    parser.add_argument("--photo-copies", type=int, default=10, help="the same, of each photograph")
    parser.add_argument("--photo-limit", type=int, default=100)
    parser.add_argument("--extra", nargs=2, metavar=("KIND", "N"), help=f"only N more copies of one kind, of sources that have copies: {', '.join(KINDS)}")
    parser.add_argument("--more-looks", action="store_true", help="give every source one of the looks soft, film, native instead of what it has")
    parser.add_argument("--split", choices=("train", "calibration", "test"), help="only sources of groups that OUT/splits.json has in this split")
    parser.add_argument("--limit-gb", type=float, help="stop when clean cuts and copies take this much; measure (`extract --drop-copies`) and run again")
    parser.add_argument("--remake", action="store_true", help="also make dropped copies again that have no features (to measure them anew); rows and scores stay")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    a = parser.parse_args()
    nothing = a.mix is a.ladders is a.copies is a.extra is None
    mix, ladders, copies = (MIX, LADDERS, 0) if nothing else (a.mix or 0, a.ladders or 0, a.copies or 0)
    if copies > MIX_FROM or mix > LADDERS_FROM - MIX_FROM or ladders > 10:
        parser.error(f"at most {MIX_FROM} --copies, {LADDERS_FROM - MIX_FROM} --mix, 10 --ladders: more have no numbers")
    if a.extra and (a.extra[0] not in EXTRA_NUMBERS or not 0 < int(a.extra[1]) <= 10):
        parser.error("--extra takes a kind and 1 to 10")
    for folder in ("base", "copies", "rows"):
        (a.out / folder).mkdir(parents=True, exist_ok=True)
    jobs = find_jobs(a.sources, a.photos, a.seed, copies, a.photo_copies if copies else 0, a.photo_limit, mix, a.photo_mix if mix else 0, ladders, a.more_looks)
    if a.split:
        splits = json.loads((a.out / "splits.json").read_text())
        jobs = [j for j in jobs if splits.get(j.group) == a.split]
    if a.extra:  # extra copies are compared with the others of their source
        plain = [Job(j.source, j.group) for j in jobs if j.look]
        jobs = [j for j in [*jobs, *plain] if any((a.out / "rows" / f"{j.id}-{n:03d}.json").exists() for n in (0, MIX_FROM))]
    random.Random(a.seed).shuffle(jobs)
    done, left, extra = 0, 0, (a.extra[0], int(a.extra[1])) if a.extra else None
    with ProcessPoolExecutor(a.jobs) as pool:
        waiting = {pool.submit(one_source, j, a.out, a.seed, extra, None if a.limit_gb is None else a.limit_gb * 1e9, a.remake): j for j in jobs}
        for future in as_completed(waiting):
            done += 1
            try:
                rows, unmade = future.result()
                failed, left = [r for r in rows if "error" in r], left + unmade
                print(f"{done}/{len(jobs)} {waiting[future].id}: {len(rows) - len(failed)} copies, {len(failed)} failed {failed[0]['error'][-160:] if failed else ''}", flush=True)
            except ToolError as error:
                print(f"{done}/{len(jobs)} {waiting[future].id}: {error}", flush=True)
    rows = [json.loads(p.read_text()) for p in sorted((a.out / "rows").glob("*.json"))]
    (a.out / "manifest.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows if "error" not in r))
    print(f"{sum('error' not in r for r in rows)} copies in {a.out}")
    if left:
        print(f"{left} copies not made: the folder has reached {a.limit_gb:g} GB. Run extract --drop-copies, then this again.")


if __name__ == "__main__":
    main()
