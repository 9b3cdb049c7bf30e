"""From a made clip to a model package that onnxruntime runs: small, but every station is the real one."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from versusq_training.recipes import KINDS, Defect, Recipe, draw_recipes, filters
from versusq_training.teachers import measure, quality
from versusq_training.tools import ffmpeg

SIZE = (352, 240)


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for n in range(4):
        ffmpeg("-f", "lavfi", "-i", f"mandelbrot=size={SIZE[0]}x{SIZE[1]}:rate=25:start_scale={2.5 - n * 0.5}", "-vf", f"noise=c0s={2 + n}:allf=t,eq=gamma={1 + 0.2 * n}",
               "-t", "1.2", "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p", str(folder / f"scene{n}.mp4"))
    return folder


def test_every_kind_of_defect_is_a_graph_that_ffmpeg_takes(sources, tmp_path):
    for n, kind in enumerate(k for k in KINDS if k != "damage"):
        recipe = Recipe("scene0", n, defects=[Defect(kind, KINDS[kind], 0.6, (0.2, 0.7) if kind in ("blur", "noise") else (0.0, 1.0), "left" if kind in ("blur", "noise") else "whole")])
        out = tmp_path / f"{kind}.mkv"
        ffmpeg("-i", str(sources / "scene0.mp4"), "-vf", filters(recipe, *SIZE, 25, 30), "-c:v", "libx264", "-preset", "ultrafast", "-fps_mode", "passthrough", str(out))
        assert out.stat().st_size > 1000, kind


def test_recipes_follow_from_the_seed_and_differ_between_seeds():
    first, again, other = (json.dumps([r.to_json() for r in draw_recipes("x", s, 12)]) for s in (7, 7, 8))
    assert first == again != other


def test_teachers_fall_along_a_ladder_and_give_a_clip_itself_the_best(sources, tmp_path):
    reference = str(sources / "scene1.mp4")
    scores = []
    for crf in (18, 30, 40, 50):
        out = str(tmp_path / f"{crf}.mp4")
        ffmpeg("-i", reference, "-c:v", "libx264", "-crf", str(crf), out)
        scores.append(quality(Recipe("scene1", 0), measure(out, reference), 0, 30, 25))
    itself = quality(Recipe("scene1", 0), measure(reference, reference), 0, 30, 25)
    assert itself > scores[0] > scores[1] > scores[2] > scores[3]


def test_synthesis_extraction_training_and_export_make_a_package(sources, tmp_path):
    data, package = tmp_path / "data", tmp_path / "package"
    def run(module: str, *arguments: str) -> str:
        done = subprocess.run([sys.executable, "-m", f"versusq_training.{module}", *arguments], capture_output=True, text=True, cwd=Path(__file__).parents[1])
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout
    run("data", "--sources", str(sources), "--out", str(data), "--copies", "6", "--ladders", "1", "--jobs", "2")
    run("extract", "--data", str(data), "--next-frames")
    with np.load(next((data / "features").glob("*.npz"))) as features:
        assert features["following"].shape == features["crops"].shape and (features["following"] != features["crops"]).any()
    out = run("train", "--data", str(data), "--out", str(package), "--pairs-per-video", "8", "--test-pairs", "6", "--bursts", "2", "--epochs", "3", "--decoder-steps", "20", "--cross-pairs", "4", "--shares", "0.25", "0.25")
    assert "ONNX equals torch" in out
    results = json.loads((data / "run" / "results.json").read_text())["results"]
    assert results["ladders"] >= 1 and -1 <= results["ladders_srcc"] <= 1
    model = json.loads((package / "model.json").read_text())
    assert model["schema"] == "versusq.model/1" and len(model["attributes"]) == 13
    assert sum(f["bytes"] for f in model["files"].values()) < 25e6
    assert run("extract", "--data", str(data)) == "", "a second run measures nothing again"
