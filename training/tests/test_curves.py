"""Curves of a log, also of one that was resumed."""

import json
import xml.etree.ElementTree as ET

from versusq_training.curves import draw, read


def test_a_resumed_run_is_one_curve_and_the_drawing_is_well_formed(tmp_path):
    rows = [{"stage": "data", "clips": 3}, *({"stage": "pair", "step": s, "steps": 30, "loss": 3 - s / 10} for s in (10, 20)),
            *({"stage": "pair", "step": s, "steps": 30, "loss": 2 - s / 30} for s in (20, 30)), {"stage": "grpo", "step": 20, "reward": 1.0, "error": 1.2}]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(r) + "\n" for r in rows))
    curves = read(log)
    assert curves["pair", "loss"] == [(10, 2.0), (20, 2 - 20 / 30), (30, 1.0)]
    assert set(curves) == {("pair", "loss"), ("grpo", "reward"), ("grpo", "error")}
    drawing = ET.fromstring(draw(curves))
    assert len(drawing.findall("{*}polyline")) == 3
