"""ONNX files of a package of kind `vlm`: a torch module as a graph, its weights as float16 or in a file beside it, and whether it says what torch says."""

from __future__ import annotations

import logging
import math
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from .export import OPSET, mulberry32

TOLERANCE = 2e-3
"""ONNX against torch, relative to the largest value of an output."""


class ExportError(RuntimeError):
    """What was written is not what was trained."""


def planes(draw: dict, rows: int, columns: int, side: int) -> list[np.ndarray]:
    """Colour planes y, u, v of a made-up frame: luma `level` and grain of `grain` from `seed`, chroma 128 (the same in TypeScript's tests)."""
    random = mulberry32(draw["seed"])
    count = rows * columns * side * side
    y = np.array([min(255, max(0, math.floor(draw["level"] + draw["grain"] * (2 * next(random) - 1)))) for _ in range(count)], np.uint8)
    half = np.full((rows, side // 2, columns, side // 2), 128, np.uint8)
    return [y.reshape(rows, side, columns, side), half, half]


def export_graph(module: torch.nn.Module, inputs: tuple, names: list[str], outputs: list[str], shapes: tuple, path: Path, half: bool, external_above: int) -> None:
    """Writes one graph; half: weights are kept as float16 and widened when the graph is opened."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(module.eval(), inputs, input_names=names, output_names=outputs, dynamic_shapes=shapes, opset_version=OPSET, dynamo=True,
                                    verbose=False)
    graph = program.model_proto
    for node in graph.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*graph.graph.value_info, *graph.graph.output, *graph.graph.input]:
        del value.metadata_props[:]
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    graph.graph.doc_string = f"VersusQ {path.stem}, see docs/model-package.md"
    if half:
        halve(graph)
    data = path.with_suffix(".onnx.data")
    data.unlink(missing_ok=True)
    size = sum(len(t.raw_data) for t in graph.graph.initializer)
    onnx.save(graph, str(path), save_as_external_data=size > external_above, location=data.name, size_threshold=1024)


def halve(graph: onnx.ModelProto) -> None:
    """float32 initialisers -> float16 with a Cast back; what is small (norms, biases, tables of positions) stays as it is."""
    casts = []
    for tensor in graph.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        name = tensor.name
        values = numpy_helper.to_array(tensor)
        if np.abs(values).max(initial=0) > np.finfo(np.float16).max:
            continue
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT, name=f"{name}_widen"))
    nodes = list(graph.graph.node)
    del graph.graph.node[:]
    graph.graph.node.extend([*casts, *nodes])


def rounded_to_half(module: torch.nn.Module) -> None:
    """What `halve` does to a graph, to the torch module: the two are compared afterwards."""
    with torch.no_grad():
        for p in module.parameters():
            if p.dim() >= 2:
                p.copy_(p.half().float())


def compare(name: str, got: dict[str, np.ndarray], expected: dict[str, Tensor], tolerance: float = TOLERANCE) -> None:
    """Raises ExportError where an output differs by more than its tolerance."""
    for output, value in expected.items():
        want, have = value.detach().numpy(), got[output]
        if have.shape != want.shape:
            raise ExportError(f"{name}.{output}: shape {have.shape}, torch gives {want.shape}")
        worst, allowed = float(np.abs(have.astype(np.float64) - want).max(initial=0)), max(tolerance, tolerance * float(np.abs(want).max(initial=0)))
        if not worst <= allowed:
            raise ExportError(f"{name}.{output}: ONNX differs from torch by {worst:.3g} (allowed {allowed:.3g})")
