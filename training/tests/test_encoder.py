"""The learned encoder: antisymmetry, what it may see, export, and models without one."""

import copy

import onnx
import onnxruntime
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from versusq_training.encoder import Encoder, EncoderSize
from versusq_training.export import _export_one, _golden, golden_input, golden_specs, mulberry32
from versusq_training.measurements import RELATION, Timeline, burst_measurements, detail_of, pair_measurements
from versusq_training.model import Dimensions, EncoderGraph, PairGraph, VersusQ
from versusq_training.rationale import vocabulary

SMALL = EncoderSize((8, 12), (1, 1), 6)


def fragments(n: int = 3, side: int = 64, seed: int = 1) -> torch.Tensor:
    return (torch.rand(n, side, side, generator=torch.Generator().manual_seed(seed)) * 255).round()


def encoder(size: EncoderSize = SMALL) -> Encoder:
    torch.manual_seed(0)
    return Encoder(size).eval()


def dimensions(**more) -> Dimensions:
    crop = torch.zeros(4, 4, 128, 128)
    measurements = burst_measurements(crop, crop[:, 0, :64, :64], crop[:, 0, :64, :64], torch.zeros(18, 32)).shape[-1]
    summary = Timeline()(torch.zeros(4, 90, 160, dtype=torch.uint8), torch.ones(4), torch.arange(4.0), torch.eye(3, 4))[1].shape[-1]
    pair = pair_measurements(*[detail_of(crop[:1, 0])] * 2)[0].shape[-1]
    return Dimensions(measurements, summary, pair + (2 * SMALL.token if more.get("learned_pair") else 0), len(vocabulary()), model=32, layers=1, heads=2, **more)


def test_sizes_are_those_that_the_configurations_promise():
    count = lambda size: sum(p.numel() for p in Encoder(size).parameters())
    assert 0.2e6 < count(EncoderSize()) < 0.4e6
    assert 2e6 < count(EncoderSize((64, 128, 320), (2, 3, 4), 32)) < 4e6


def test_columns_of_the_other_order_are_turned_in_what_differs_and_alike_in_what_is_shared():
    e, a, b = encoder(), fragments(seed=1), fragments(seed=2)
    ab, ba = e.pair_columns(a, b)
    swapped, _ = e.pair_columns(b, a)
    width = SMALL.token
    assert torch.equal(ab[:, :width], -ba[:, :width]) and torch.equal(ab[:, width:], ba[:, width:])
    assert torch.allclose(ba, swapped, atol=1e-5)
    same, _ = e.pair_columns(a, a)
    assert torch.allclose(same[:, :width], torch.zeros_like(same[:, :width]), atol=1e-6)  # places in a batch may differ in the last bits


def test_a_fragment_beside_itself_is_a_fragment_alone_and_the_other_and_the_next_frame_are_seen():
    e, a, b = encoder(), fragments(seed=1), fragments(seed=2)
    alone = e(a)
    assert torch.equal(alone, e(a, a, a))
    assert not torch.allclose(alone, e(a, b)) and not torch.allclose(e(a, b), e(a, None, b))


def test_a_model_without_an_encoder_has_the_weights_it_always_had():
    plain = VersusQ(dimensions())
    assert plain.encoder is None and plain.dimensions.tokens == plain.dimensions.token
    assert not [k for k in plain.state_dict() if "encoder" in k or "learned" in k]
    assert plain.state_dict()["pair.place.0.weight"].shape[1] == plain.dimensions.measurements + plain.dimensions.pair + 2 * 64 + 1
    with_one = VersusQ(dimensions(encoder=SMALL, learned_token=True, learned_pair=True))
    assert with_one.dimensions.tokens == 64 + 6
    assert set(plain.state_dict()) < set(with_one.state_dict())
    assert not any(p.requires_grad for p in with_one.encoder.parameters()), "it was trained before"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A small model with both uses of the encoder, and the folder of its encoder and pair graphs. The export itself raises where ONNX and torch disagree."""
    torch.manual_seed(0)
    d = dimensions(encoder=SMALL, learned_token=True, learned_pair=True, following=True)
    model, folder = VersusQ(d).eval(), tmp_path_factory.mktemp("graphs")
    for name, graph in (("encoder", EncoderGraph(model)), ("pair", PairGraph(model))):
        _export_one(name, graph, d, folder)
    return model, folder


@pytest.mark.parametrize("name, graph", [("encoder", EncoderGraph), ("pair", PairGraph)])
def test_graphs_with_learned_parts_equal_torch_and_hold_only_what_every_provider_runs(exported, name, graph):
    model, folder = exported
    case = _golden(name, graph(model), model.dimensions, folder, 5)  # raises where they disagree
    assert case["outputs"]["tokens" if name == "encoder" else "margin"]["dims"] == ([4, model.dimensions.tokens] if name == "encoder" else [1])
    nodes = onnx.load(str(folder / f"{name}.onnx")).graph.node
    learned = [n.op_type for n in nodes if n.op_type == "Conv"]
    assert len(learned) == 2 + 3 * 2, "two entries, and three convolutions in each of two blocks"
    assert not {"BatchNormalization", "Loop", "If", "Scan"} & {n.op_type for n in nodes}


def test_the_learned_columns_reach_the_margin_of_the_pair_graph(exported):
    model, folder = exported
    random = mulberry32(5)
    inputs = {n: golden_input(kind, dims, random, model.dimensions.vocabulary) for n, (dims, kind) in golden_specs(model.dimensions)["pair"].items()}
    inputs = {n: a[:5] if len(a) == 7 else a for n, a in inputs.items()}  # exported with seven bursts; a runtime brings what it has
    inputs["thumbs_b"] = inputs["thumbs_a"]  # the same content: else what is aligned does not count
    in_graph = float(onnxruntime.InferenceSession(str(folder / "pair.onnx"), providers=["CPUExecutionProvider"]).run(["margin"], inputs)[0][0])
    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed.encoder.token[-1].weight.mul_(100)
        margin, other = (float(PairGraph(m)(*(torch.from_numpy(a) for a in inputs.values()))[0]) for m in (model, changed))
    assert abs(in_graph - margin) < 2e-3 < abs(margin - other)


def test_everything_that_is_trained_stays_on_the_device_of_the_model():
    """No GPU is needed: fake tensors know their device and refuse an operation on two."""
    from versusq_training import grpo
    from versusq_training.evaluate import glance_batch
    from versusq_training.pretrain import Pretrained, losses, Fragments
    from versusq_training.config import Config
    from versusq_training.train import pair_loss, single, train_spread
    with FakeTensorMode(allow_non_fake_inputs=True):
        gpu = torch.device("cuda:0")
        d = dimensions(encoder=SMALL, learned_token=True, learned_pair=True)
        with gpu:
            model, pretrained = VersusQ(d), Pretrained(SMALL)
        b, k, p = 2, 3, 4
        r = torch.rand
        t = {f"{name}_{side}": r(b, *shape) for side in "ab" for name, shape in (("measurements", (k, p, d.measurements)), ("thumbs", (k, 18, 32)), ("timeline", (d.timeline,)), ("learned", (k, p, 6)))}
        t |= {"phi": r(b, k, p, d.pair), "aligned": torch.ones(b, k), "mask": torch.ones(b, k), "cells": r(b, k, p, 3), "relation": r(b, RELATION), "relation_ba": r(b, RELATION)}
        out = single(glance_batch(model, t, r(b, k, p, d.pair)))
        assert out["margin"].device.type == "cuda"
        truth = {"margin": r(b), "attributes": r(b, 13), "segments": r(b, k), "regions": r(b, k, p), "same": torch.ones(b)}
        assert pair_loss(out, {name: v.to(gpu) for name, v in truth.items()}).device.type == "cuda"
        prefix, other = (x.repeat_interleave(2, 0) for x in model.pair.prefixes(out))
        tokens = torch.ones(4, 7, dtype=torch.long, device=gpu)
        h, _ = model.decoder.hidden(prefix, tokens, model.decoder.empty_past(4))
        assert model.decoder.logits(h).device.type == "cuda"
        log_p, m, _, _ = grpo.read(model.decoder, other, grpo.mirror(tokens))
        assert log_p.device.type == m.device.type == "cuda"
        f = Fragments(*(x.to(gpu) for x in (r(b, 2, 64, 64), r(b, 2, 64, 64), r(b, 2, 64, 64), r(b, 2, 64, 64), r(b), r(b, 2, 13), r(b, 2, 13))))
        parts = losses(pretrained, f, 1, Config(device="cpu").cast)
        assert {v.device.type for v in parts.values()} == {"cuda"}
