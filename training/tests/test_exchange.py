"""The region exchange test: boxes, pixels, and what is told of them."""

from pathlib import Path

import numpy as np
import pytest

from versusq_training.exchange import Case, elsewhere, exchange, named_place, overlap, summary
from versusq_training.recipes import REGIONS
from versusq_training.tools import ffmpeg, read_planes


def test_overlap_is_one_of_a_box_with_itself_and_zero_of_halves():
    assert overlap(REGIONS["left"], REGIONS["left"]) == 1
    assert overlap(REGIONS["left"], REGIONS["right"]) == 0
    assert overlap(REGIONS["top-left"], REGIONS["left"]) == pytest.approx(0.5)


@pytest.mark.parametrize("name", [n for n in REGIONS if n != "whole"])
def test_the_control_has_the_size_of_the_claim_lies_inside_and_mostly_elsewhere(name):
    x, y, w, h = elsewhere(REGIONS[name])
    assert (w, h) == REGIONS[name][2:] and 0 <= x <= 1 - w and 0 <= y <= 1 - h
    assert overlap((x, y, w, h), REGIONS[name]) <= 0.15


def test_only_the_box_is_exchanged(tmp_path: Path):
    def grey(name: str, level: int) -> Path:
        ffmpeg("-f", "lavfi", "-i", f"color=c=0x{level:02x}{level:02x}{level:02x}:size=64x32:rate=25:d=0.2", "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p", str(tmp_path / name))
        return tmp_path / name
    case = Case(grey("clean.mkv", 200), grey("copy.mkv", 40), REGIONS["right"])
    exchange(case, REGIONS["right"], 64, 32, tmp_path / "out.mkv")
    y = read_planes(str(tmp_path / "out.mkv"), 64, 32)[0].astype(int)
    assert len(y) == 5 and np.ptp(y[:, :, :32]) == 0 and np.ptp(y[:, :, 32:]) == 0
    assert (y[0, 0, 40] > 150) and (y[0, 0, 10] < 80)


def claim(worse: str, box: tuple | None) -> dict:
    return {"worse": worse, "region": None if box is None else dict(zip(("x", "y", "w", "h"), box))}


def test_the_place_named_is_that_of_the_first_claim_against_the_copy_that_names_one():
    assert named_place({"claims": [claim("a", (0, 0, 0.5, 1)), claim("b", None), claim("b", (0, 0, 1, 1)), claim("b", (0.5, 0, 0.5, 1))]}) == (0.5, 0, 0.5, 1)
    assert named_place({"claims": [claim("a", (0, 0, 0.5, 1))]}) is None


def test_the_summary_tells_repair_from_control():
    cases = [Case(Path("c"), Path("d"), REGIONS["left"], REGIONS["left"], 3.0), Case(Path("c"), Path("d"), REGIONS["left"], REGIONS["right"], 2.0)]
    told = summary(cases, repaired=[0.2, 1.9], control=[2.8, 0.1], true=[0.2, 0.1])
    assert told["placesRight"] == 0.5 and told["repairedBelowControl"] == 0.5
    assert told["margin"] == 2.5 and told["repaired"] == pytest.approx(1.05)
