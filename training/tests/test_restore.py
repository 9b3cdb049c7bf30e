"""A package read back is the network that it was exported from."""

import json

import pytest
import torch

from versusq_training.export import export
from versusq_training.model import Dimensions, VersusQ
from versusq_training.rationale import vocabulary
from versusq_training.restore import RestoreError, places, restore, scatter


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    from test_encoder import dimensions
    d = dimensions()
    model = VersusQ(Dimensions(d.measurements, d.timeline, d.pair, len(vocabulary()), token=8, model=32, layers=1, heads=2))
    scatter(model)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            value.sub_(0.0 if name.endswith("scale") else 1.0).mul_(1.0 if name.endswith("scale") else 0.2)
    folder = tmp_path_factory.mktemp("package")
    export(model, folder, version="0.0.1", calibration={}, training={})
    return model, folder, places(model.dimensions)  # once: each look exports every graph


def test_every_weight_of_a_package_comes_back(shipped):
    model, folder, at = shipped
    back = restore(folder, at).state_dict()
    assert back.keys() == model.state_dict().keys()
    for name, value in model.state_dict().items():
        assert torch.equal(back[name], value), name


def test_a_package_of_another_kind_or_other_graphs_is_refused_by_name(shipped, tmp_path):
    _, folder, at = shipped
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    about = json.loads((folder / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(about | {"kind": "vlm"}))
    with pytest.raises(RestoreError, match="its kind is 'vlm'"):
        restore(tmp_path)
    (tmp_path / "model.json").write_text(json.dumps(about))
    (tmp_path / "pair.onnx").write_bytes((folder / "encoder.onnx").read_bytes())
    with pytest.raises(RestoreError, match="the weight pair.* is not found"):
        restore(tmp_path, at)
