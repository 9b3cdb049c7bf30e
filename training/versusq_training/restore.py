"""Makes a checkpoint of a shipped model package, so that a training can go on from it: `python -m versusq_training.restore --package DIR --out FILE.pt`
(then `train --tune FILE.pt`, `pointwise --from FILE.pt`).

A package holds graphs, and an export renames, transposes and folds weights. Which constant of a graph holds which weight is found with a network of random
weights: it is exported by the same code, and each of its constants is looked up by value. The weights are then checked: their own export must answer the
golden inputs as the package does.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .export import OUTPUTS, _export_one, golden_input, golden_specs, mulberry32
from .measurements import detail_of, pair_measurements
from .model import DecoderGraph, Dimensions, EncoderGraph, PairGraph, VersusQ
from .plan import CROP

GRAPHS: dict[str, type[nn.Module]] = {"encoder": EncoderGraph, "pair": PairGraph, "decoder": DecoderGraph}
"""Those with weights."""
TOLERANCE = 2e-4


class RestoreError(ValueError):
    """A package that cannot be read back; says which and why."""


@dataclass(frozen=True)
class Place:
    """Where a weight of the network lies: a constant of a graph, as it is or transposed."""
    graph: str
    constant: str
    transposed: bool


def constants(path: Path) -> dict[str, np.ndarray]:
    """All constants of a graph by name."""
    graph = onnx.load(str(path)).graph
    return {i.name: numpy_helper.to_array(i) for i in graph.initializer}


def scatter(model: VersusQ) -> None:
    """Random values, unlike each other, in every weight."""
    g = torch.Generator().manual_seed(5)
    for value in model.state_dict().values():
        value.copy_(torch.rand(value.shape, generator=g) + 0.5)


def places(d: Dimensions) -> dict[str, Place]:
    """Weight name -> where an export puts it."""
    model = VersusQ(d)
    scatter(model)
    found: dict[str, Place] = {}
    with tempfile.TemporaryDirectory() as folder:
        for graph, kind in GRAPHS.items():
            _export_one(graph, kind(model), d, Path(folder))
        held = {graph: constants(Path(folder) / f"{graph}.onnx") for graph in GRAPHS}
    for name, value in model.state_dict().items():
        wanted = value.numpy()
        for graph, arrays in held.items():
            for constant, array in arrays.items():
                for transposed in (False, True):
                    if transposed and array.ndim != 2:
                        continue
                    seen = array.T if transposed else array
                    if seen.size == wanted.size and np.array_equal(seen.reshape(wanted.shape) if seen.ndim != 2 or wanted.ndim != 2 else seen, wanted):
                        found.setdefault(name, Place(graph, constant, transposed))
    return found


def restore(package: Path, at: dict[str, Place] | None = None) -> VersusQ:
    """The network of a package of kind `mini` without a learned encoder; `at`: its places, where they are known. Raises RestoreError where a weight is not in its graphs or the result answers otherwise."""
    about = json.loads((package / "model.json").read_text())
    if about.get("kind") != "mini":
        raise RestoreError(f"{package}: its kind is {about.get('kind')!r}; only packages of kind 'mini' are read back.")
    told = about["dimensions"]
    flat = detail_of(torch.zeros(1, CROP, CROP))
    d = Dimensions(told["measurements"], told["timeline"], pair_measurements(flat, flat)[0].shape[-1], told["vocabulary"], told["token"], told["model"], told["layers"], told["heads"])
    held = {graph: constants(package / f"{graph}.onnx") for graph in GRAPHS}
    model = VersusQ(d)
    at = at or places(d)
    state: dict[str, Tensor] = {}
    for name, value in model.state_dict().items():
        place = at.get(name)
        array = None if place is None else held[place.graph].get(place.constant)
        if place is None or array is None or array.size != value.numel():
            raise RestoreError(f"{package}: the weight {name} is not found in its graphs. Use the code that exported it.")
        state[name] = torch.from_numpy(np.array(array.T if place.transposed else array)).reshape(value.shape)
    model.load_state_dict(state)
    check(model.eval(), package)
    return model


def check(model: VersusQ, package: Path) -> None:
    """Raises where the network and the package's graphs answer the golden inputs differently."""
    d = model.dimensions
    for graph, kind in GRAPHS.items():
        random = mulberry32(23)
        inputs = {n: golden_input(kind_of, dims, random, d.vocabulary) for n, (dims, kind_of) in golden_specs(d)[graph].items()}
        session = onnxruntime.InferenceSession(str(package / f"{graph}.onnx"), providers=["CPUExecutionProvider"])
        got = dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))
        with torch.no_grad():
            expected = kind(model).eval()(*(torch.from_numpy(a) for a in inputs.values()))
        for name, value in zip(OUTPUTS[graph], expected):
            if value.dtype == torch.uint8:
                continue
            apart = float(np.abs(got[name] - value.numpy()).max())
            if apart > TOLERANCE * max(1.0, float(value.abs().max())):
                raise RestoreError(f"{package}: {graph}.{name} differs by {apart:.2g} from what the restored weights give. Use the code that exported it.")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="folder of a model package of kind mini")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    a = parser.parse_args(argv)
    try:
        model = restore(a.package)
    except (RestoreError, OSError) as error:
        parser.error(str(error))
    a.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), a.out)
    print(f"{a.out}: {sum(v.numel() for v in model.state_dict().values()) / 1e6:.2f} M weights, answers as {a.package} does")


if __name__ == "__main__":
    main()
