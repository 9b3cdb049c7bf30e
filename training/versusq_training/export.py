"""Writes a model package (docs/model-package.md): graphs, tokenizer, golden vectors, model.json. Checks ONNX against torch."""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from . import plan
from .measurements import DETAIL, SERIES, THUMB
from .model import MAX_LENGTH, PREFIX, DecoderGraph, DetailGraph, Dimensions, EncoderGraph, PairGraph, TimelineGraph, VersusQ
from .rationale import SPECIAL, build_tokenizer
from .recipes import ATTRIBUTES

OPSET = 20
GOLDEN_VALUES = 512
"""A golden output holds at most about this many values; larger ones are sampled."""
COLOUR = [[255 / 219, 0.0, 0.0, -16 * 255 / 219], [0.0, 255 / 224, 0.0, -128 * 255 / 224], [0.0, 0.0, 255 / 224, -128 * 255 / 224]]


def mulberry32(seed: int):
    """The generator that golden inputs are drawn from (the same in TypeScript): numbers in [0, 1)."""
    state = seed & 0xFFFFFFFF
    def imul(a: int, b: int) -> int:
        return (a * b) & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = imul(state ^ (state >> 15), state | 1)
        t = (t ^ ((t + imul(t ^ (t >> 7), t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        yield ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296


def golden_input(kind: str, dims: list[int], random, vocabulary: int) -> np.ndarray:
    n = int(np.prod(dims))
    if kind == "u8":
        return np.array([int(next(random) * 256) for _ in range(n)], np.uint8).reshape(dims)
    if kind == "unit":
        return np.array([next(random) for _ in range(n)], np.float32).reshape(dims)
    if kind == "signed":
        return np.array([2 * next(random) - 1 for _ in range(n)], np.float32).reshape(dims)
    if kind == "token":
        return np.array([int(next(random) * vocabulary) for _ in range(n)], np.int64).reshape(dims)
    return {"one": lambda: np.ones(dims, np.float32), "zero": lambda: np.zeros(dims, np.float32), "ramp": lambda: (np.arange(n) / n).astype(np.float32).reshape(dims),
            "colour": lambda: np.array(COLOUR, np.float32)}[kind]()


def golden_specs(d: Dimensions) -> dict[str, dict[str, tuple[list[int], str]]]:
    k, p, c = 7, plan.PLACES, plan.CROP  # every third burst is looked at for framing: fewer would make a size of 1, which an export takes for fixed
    width, height = plan.FRAGMENTS
    past = {f"past_{x}_{i}": ([1, d.heads, 5, d.model // d.heads], "signed") for i in range(d.layers) for x in ("key", "value")}
    return {
        "encoder": {"y": ([4, height, width], "u8"), "u": ([4, height // 2, width // 2], "u8"), "v": ([4, height // 2, width // 2], "u8"), "colour": ([3, 4], "colour")},
        "timeline": {"luma": ([24, 90, 160], "u8"), "valid": ([24], "one"), "times": ([24], "ramp"), "colour": ([3, 4], "colour")},
        "detail": {"crops": ([k, p, c, c], "u8")},
        "pair": {"tokens_a": ([k, p, d.tokens], "signed"), "tokens_b": ([k, p, d.tokens], "signed"), "measurements_a": ([k, p, d.measurements], "signed"), "measurements_b": ([k, p, d.measurements], "signed"),
                 "crops_a": ([k, p, c, c], "u8"), "crops_b": ([k, p, c, c], "u8"), "detail_a": ([k, p, DETAIL], "unit"), "detail_b": ([k, p, DETAIL], "unit"), "thumbs_a": ([k, *THUMB], "unit"), "thumbs_b": ([k, *THUMB], "unit"),
                 "timeline_a": ([d.timeline], "signed"), "timeline_b": ([d.timeline], "signed"), "series_a": ([40, SERIES], "unit"), "series_b": ([40, SERIES], "unit"), "aligned": ([k], "one"), "cells": ([k, p, 3], "unit")},
        "decoder": {"prefix": ([1, PREFIX, d.model], "signed"), "tokens": ([1, 7], "token"), **past},
    }


OUTPUTS = {
    "encoder": ["tokens", "measurements", "crops", "thumb"], "timeline": ["series", "summary"],
    "detail": ["detail"], "pair": ["margin", "raw", "log_sd", "same_content", "attributes", "segments", "regions", "prefix"], "decoder": ["logits", "margin", "log_sd"],
}


def _export_one(name: str, module: torch.nn.Module, d: Dimensions, folder: Path) -> None:
    spec = golden_specs(d)[name]
    random = mulberry32(1)
    inputs = tuple(torch.from_numpy(golden_input(kind, dims, random, d.vocabulary)) for dims, kind in spec.values())
    dim = torch.export.Dim
    auto = dim.AUTO
    shapes = {
        "timeline": ({0: auto}, {0: auto}, {0: auto}, {}),
        "detail": ({0: auto},),
        "pair": tuple({0: auto} if n not in ("timeline_a", "timeline_b") else {} for n in spec),
    }.get(name)
    outputs = list(OUTPUTS[name])
    if name == "decoder":
        outputs += [f"present_{x}_{i}" for i in range(d.layers) for x in ("key", "value")]
        shapes = ({1: auto}, {1: auto}, tuple({2: auto} for _ in range(2 * d.layers)))
    path = folder / f"{name}.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(module.eval(), inputs, input_names=list(spec), output_names=outputs, dynamic_shapes=shapes, opset_version=OPSET, dynamo=True, verbose=False)
    program.save(str(path), external_data=False)
    graph = onnx.load(str(path))
    graph.graph.doc_string = f"VersusQ {name}, see docs/model-package.md"
    for node in graph.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in list(graph.graph.value_info) + list(graph.graph.output) + list(graph.graph.input):
        del value.metadata_props[:]
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    onnx.save(graph, str(path))


def _golden(name: str, module: torch.nn.Module, d: Dimensions, folder: Path, seed: int) -> dict:
    spec = golden_specs(d)[name]
    random = mulberry32(seed)
    arrays = {n: golden_input(kind, dims, random, d.vocabulary) for n, (dims, kind) in spec.items()}
    session = onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    got = dict(zip([o.name for o in session.get_outputs()], session.run(None, arrays)))
    with torch.no_grad():
        expected = module.eval()(*(torch.from_numpy(a) for a in arrays.values()))
    outputs = {}
    for n, value in zip(OUTPUTS[name], expected):
        value = value.numpy()
        tolerance = 1.01 if value.dtype == np.uint8 else float(max(2e-3, 2e-3 * np.abs(value).max()))
        worst = float(np.abs(got[n].astype(np.float64) - value).max())
        if worst > tolerance:
            raise RuntimeError(f"{name}.{n}: ONNX differs from torch by {worst}")
        flat = value.reshape(-1)
        sample = max(1, -(-flat.size // GOLDEN_VALUES))
        outputs[n] = {"dims": list(value.shape), "sample": sample, "values": [round(float(x), 6) for x in flat[::sample]], "tolerance": tolerance}
    return {"graph": name, "seed": seed, "inputs": {n: {"dims": dims, "kind": kind, "type": str(arrays[n].dtype)} for n, (dims, kind) in spec.items()}, "outputs": outputs}


def export(model: VersusQ, folder: Path, *, version: str, calibration: dict, training: dict, name: str = "versusq-mini") -> None:
    """Writes the package; raises where ONNX and torch disagree."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    d = model.dimensions
    model.eval()
    modules = {"encoder": EncoderGraph(model), "timeline": TimelineGraph(), "detail": DetailGraph(), "pair": PairGraph(model), "decoder": DecoderGraph(model)}
    for graph, module in modules.items():
        _export_one(graph, module, d, folder)
    cases = [_golden(graph, module, d, folder, 11 + i) for i, (graph, module) in enumerate(modules.items())]
    plans = [{"time": t, "width": w, "height": h, "places": plan.places(t, w, h)} for w, h in ((640, 360), (1920, 1080), (144, 144), (360, 480), (321, 241)) for t in (0.0, 0.25, 1.0, 1.75, 6.0, 1024.0)]
    times = [{"duration": t, "fps": f, "times": plan.burst_times(t, f)} for t, f in ((10.0, 30), (9.6, 30), (2.6, 25), (1.0, 24), (0.3, 30), (7200.0, 30), (3.0, 25))]
    (folder / "golden.json").write_text(json.dumps({"schema": "versusq.golden/1", "cases": cases, "plan": {"places": plans, "times": times}}) + "\n")
    build_tokenizer().save(str(folder / "tokenizer.json"))
    files = {}
    for file in (*(f"{graph}.onnx" for graph in modules), "tokenizer.json", "golden.json"):
        data = (folder / file).read_bytes()
        files[file] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / "model.json").write_text(json.dumps({
        "schema": "versusq.model/1", "name": name, "version": version, "kind": "mini", "licence": "MIT", "files": files,
        "input": {"planVersion": plan.PLAN_VERSION, "crop": plan.CROP, "places": plan.PLACES, "framesPerBurst": plan.FRAMES_PER_BURST, "maxBursts": plan.MAX_BURSTS,
                  "timeline": {"width": plan.TIMELINE_SIZE[0], "height": plan.TIMELINE_SIZE[1]}, "thumb": list(THUMB), "series": SERIES},
        "dimensions": {"token": d.tokens, "detail": DETAIL, "measurements": d.measurements, "timeline": d.timeline, "prefix": PREFIX, "model": d.model, "layers": d.layers, "heads": d.heads,
                       "vocabulary": d.vocabulary, "maxLength": MAX_LENGTH},
        "margin": {"unit": "6 points of the teachers' 0-100 scale, about one just-noticeable difference", "calibration": calibration},
        "attributes": list(ATTRIBUTES), "specialTokens": len(SPECIAL), "generation": {"maxTokens": 200}, "training": training,
    }, indent=1) + "\n")
    total = sum(f["bytes"] for f in files.values())
    print(f"{folder}: {total / 1e6:.1f} MB, ONNX equals torch")
