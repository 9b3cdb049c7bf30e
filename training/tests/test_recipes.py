"""Recipes and the copies that they make: every kind is a real graph, follows from its seed, and keeps what it did as truth."""

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from versusq_training import data
from versusq_training.recipes import (ATTRIBUTES, CODED, CODECS, EXTRA_FROM, EXTRA_NUMBERS, FIRST_KINDS, KINDS, LADDER_STEPS, LADDERS_FROM, LOCAL, LOOKS, MIX_FROM,
                                      REGIONS, TIMED, Defect, Recipe, codec_arguments, draw_extra, draw_ladders, draw_look, draw_mix, draw_more_look, draw_recipes, extra_number, fill_in, filters,
                                      ladder_number)
from versusq_training.tools import ENCODERS, ffmpeg, frame_times, read_planes, tool_versions

WIDTH, HEIGHT, FPS, FRAMES = 192, 112, 25.0, 20


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("base") / "scene.mkv"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25", "-vf", "noise=c0s=3:allf=t:all_seed=3,format=yuv420p", "-frames:v", str(FRAMES), *data.LOSSLESS, str(path))
    return path


@pytest.fixture(scope="module")
def clean(base) -> Path:
    return make(Recipe("scene", 5), base, base.with_name("clean.mkv"))


def recipe_of(kind: str, severity: float = 0.6, seed: int = 5, **where) -> Recipe:
    recipe = Recipe("scene", seed, "h264", 17, [Defect(kind, KINDS[kind], severity, **where)])
    return fill_in(recipe, random.Random(seed)) if kind in CODED else recipe


def make(recipe: Recipe, base: Path, target: Path) -> Path:
    data.make_copy(recipe, base, target, WIDTH, HEIGHT, FPS, FRAMES)
    return target


def luma(path: Path) -> np.ndarray:
    return read_planes(str(path), WIDTH, HEIGHT)[0]


def digest(value) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def test_what_was_drawn_before_there_were_more_kinds_is_drawn_again():
    recipes = [r for source in ("cups", "aarhus-sunset", "x") for r in draw_recipes(source, 7, 24)]
    assert digest([r.to_json() for r in recipes]) == "de26c48497a3f634"
    assert digest([filters(r, 640, 360, 29.97, 72) for r in recipes]) == "f08a6e0f5d646be9"
    assert digest([r.to_json() for r in recipes]) == "068c0a3092d084aa", "times that the graph fixes"
    extra = [r for kind in FIRST_KINDS for r in draw_extra("cups", 7, kind, 4)]
    assert digest([r.to_json() for r in extra]) == "d6179487824b0ea3"
    assert [extra_number(k, 0) for k in FIRST_KINDS] == list(range(900, 1140, 10))


def test_numbers_never_meet():
    assert sorted(EXTRA_NUMBERS) == sorted(KINDS) and sorted(EXTRA_NUMBERS.values()) == list(range(EXTRA_FROM, EXTRA_FROM + 10 * len(KINDS), 10))
    assert MIX_FROM < LADDERS_FROM <= ladder_number(0, 0) < ladder_number(9, 19) < EXTRA_FROM


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_makes_a_copy_that_differs_and_its_truth_is_valid(kind, base, clean, tmp_path):
    recipe = recipe_of(kind)
    copy = make(recipe, base, tmp_path / "copy.mkv")
    assert list(tmp_path.iterdir()) == [copy], "nothing is left beside the copy"
    planes, reference = (read_planes(str(p), WIDTH, HEIGHT) for p in (copy, clean))
    times, usual = frame_times(str(copy)), frame_times(str(clean))
    assert all(b > a for a, b in zip(times, times[1:]))
    n, y = min(len(times), len(usual)), planes[0]
    moved = len(times) != len(usual) or max(abs(a - b) for a, b in zip(times, usual)) > 0.003
    assert moved or max(np.abs(a[:n].astype(int) - b[:n]).mean() for a, b in zip(planes, reference)) > 0.3
    for d in recipe.defects:
        assert d.attribute in ATTRIBUTES and d.region in REGIONS and 0 <= d.severity <= 1 and 0 <= d.time[0] < d.time[1] <= 1
        assert (d.held is not None) == (d.kind in TIMED) and all(0 < h < len(y) for h in d.held or ())
        for h in d.held or ():
            assert np.abs(y[h].astype(int) - y[h - 1]).mean() < 1.0, f"frame {h} repeats the one before"
    assert json.loads(json.dumps(recipe.to_json()))["family"] == recipe.family


def test_the_same_recipe_makes_the_same_frames_and_another_seed_makes_others(base, tmp_path):
    for kind in ("sensornoise", "stutter", "starve", "blocking"):
        first, again, other = (luma(make(recipe_of(kind, seed=s), base, tmp_path / f"{kind}-{n}.mkv")) for n, s in enumerate((5, 5, 6)))
        assert np.array_equal(first, again), kind
        assert kind in ("blocking", "starve") or first.shape != other.shape or not np.array_equal(first, other), kind


@pytest.mark.parametrize("kind", ("lensblur", "sensornoise", "blocking"))
def test_a_local_defect_stays_where_and_while_it_is_said_to_be(kind, base, clean, tmp_path):
    assert kind in LOCAL
    y = luma(make(recipe_of(kind, 0.9, region="left", time=(0.5, 1.0)), base, tmp_path / "copy.mkv")).astype(int)
    change = np.abs(y - luma(clean))
    half = WIDTH // 2
    inside = change[FRAMES // 2 + 1:, :, : half - 8].mean()
    assert inside > 2 and inside > 4 * change[FRAMES // 2 + 1:, :, half + 8:].mean() and inside > 4 * change[: FRAMES // 2 - 1].mean()


def test_every_codec_has_arguments_versions_and_carries_a_starved_copy(base, tmp_path):
    for codec in CODECS:
        assert "unknown" not in str(tool_versions(codec)) and ENCODERS[codec][0] in codec_arguments(codec, 20)
        sizes = [make(Recipe("scene", 5, codec, bits_per_pixel=b), base, tmp_path / f"{codec}{b}.mkv").stat().st_size for b in (0.5, 0.03)]
        assert sizes[0] > sizes[1]


def test_a_mix_holds_all_sorts_and_a_ladder_changes_one_thing():
    recipes = [r for n in range(30) for r in draw_mix(f"clip{n}", 7, 32)]
    assert json.dumps([r.to_json() for r in draw_mix("clip0", 7, 32)]) == json.dumps([r.to_json() for r in recipes[:32]])
    assert {d.kind for r in recipes for d in r.defects} == {*KINDS, "compress"} and {r.codec for r in recipes} == set(CODECS)
    assert all(sum(r.family == "clean" for r in recipes[n:n + 32]) >= 1 for n in range(0, len(recipes), 32))
    kinds = [{d.kind for d in r.defects} for r in recipes]
    assert max(map(len, kinds)) == 3 and any(r.first for r in recipes) and any(r.bits_per_pixel for r in recipes)
    assert any(d.region != "whole" for r in recipes for d in r.defects) and any(d.time != (0.0, 1.0) for r in recipes for d in r.defects)
    for own in draw_ladders("clip0", 7, 4):
        assert len(own) == LADDER_STEPS >= 6 and len({r.ladder for r in own}) == 1 and len({r.seed for r in own}) == 1 and [r.step for r in own] == list(range(LADDER_STEPS))
        strengths = [(r.quality, max((d.severity for d in r.defects), default=0)) for r in own]
        assert strengths == sorted(strengths) and strengths[0] < strengths[-1]


def test_combinations_of_two_and_three_make_copies_whose_frames_stay_paired(base, tmp_path):
    mixed = [r for n in range(10) for r in draw_mix(f"clip{n}", 7, 32) if len({d.kind for d in r.defects}) == 3]
    assert len(mixed) >= 10
    for n, recipe in enumerate(mixed[:6]):
        assert len({d.attribute for d in recipe.defects if d.kind != "compress"}) == 2
        assert FRAMES - 3 <= len(frame_times(str(make(recipe, base, tmp_path / f"{n}.mkv")))) <= FRAMES, recipe.family


def test_looks_are_content_of_a_source_and_photographs_move(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "PHOTO_SECONDS", 0.4)
    assert {draw_look(f"x{n}", 7, kind) for n in range(200) for kind in LOOKS} == {"", "grain", "focus", "zoom", "parallax"}
    assert {draw_more_look(f"x{n}", 7, kind) for n in range(50) for kind in LOOKS} == {"soft", "film", "native"}
    photo = tmp_path / "photo.png"
    ffmpeg("-f", "lavfi", "-i", "mandelbrot=size=640x480", "-frames:v", "1", str(photo))
    detail = {}
    for look in ("", "zoom", "parallax", "grain", "focus", "soft", "film", "native"):
        job = data.Job(photo, "photo/x", look)
        target = tmp_path / f"{job.id}.mkv"
        data.make_base(job, target, 7)
        width, height, fps, frames = data.facts(target)
        y = read_planes(str(target), width, height)[0].astype(int)
        assert (fps, frames) == (25.0, 10) and np.abs(y[9] - y[0]).mean() > 1, look
        detail[look] = np.abs(np.diff(y, axis=-1)).mean()
    assert detail["soft"] < detail[""] and detail["native"] <= detail[""] and detail["film"] > detail["soft"]


def test_synthesis_resumes_makes_nothing_twice_and_stops_at_its_limit(tmp_path):
    sources, out = tmp_path / "sources", tmp_path / "data"
    sources.mkdir()
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=256x144:rate=25:d=0.6", "-pix_fmt", "yuv420p", str(sources / "scene.mp4"))
    def run(*more: str) -> str:
        command = [sys.executable, "-m", "versusq_training.data", "--sources", str(sources), "--out", str(out), "--jobs", "1", *more]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout
    assert "3 copies not made" in run("--mix", "3", "--limit-gb", "0")
    assert "3 copies in" in run("--mix", "3")
    rows = {p: p.read_bytes() for p in (out / "rows").iterdir()}
    for copy in (out / "copies").iterdir():
        copy.unlink()  # as extract --drop-copies does
    (out / "rows" / sorted(p.name for p in rows)[0]).unlink()
    run("--mix", "3")
    assert len(list((out / "copies").iterdir())) == 1, "only the copy without a row is made again"
    assert {p: p.read_bytes() for p in (out / "rows").iterdir()} == rows
    run("--mix", "3", "--remake")
    assert len(list((out / "copies").iterdir())) == 3 and {p: p.read_bytes() for p in (out / "rows").iterdir()} == rows
    row = json.loads(next(iter(rows.values())))
    assert set(row["tools"]) == {"ffmpeg", "encoder"} and row["recipe"]["seed"] >= 0 and len((out / "manifest.jsonl").read_text().splitlines()) == 3
