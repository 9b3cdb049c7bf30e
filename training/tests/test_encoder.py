"""The learned encoder: antisymmetry, what it may see, export, and models without one."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from versusq_training.encoder import Encoder, EncoderSize
from versusq_training.export import _export_one, _golden
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
    assert torch.equal(same[:, :width], torch.zeros_like(same[:, :width]))


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


@pytest.mark.parametrize("following", [False, True])
def test_encoder_and_pair_graphs_with_learned_parts_export_and_equal_torch(tmp_path, following):
    torch.manual_seed(0)
    d = dimensions(encoder=SMALL, learned_token=True, learned_pair=True, following=following)
    model = VersusQ(d).eval()
    for seed, (name, graph) in enumerate({"encoder": EncoderGraph(model), **({} if following else {"pair": PairGraph(model)})}.items()):
        _export_one(name, graph, d, tmp_path)
        case = _golden(name, graph, d, tmp_path, seed)  # raises where ONNX and torch disagree
        if name == "encoder":
            assert case["outputs"]["tokens"]["dims"] == [4, d.tokens]
    operators = {n.op_type for n in __import__("onnx").load(str(tmp_path / "encoder.onnx")).graph.node}
    assert "Conv" in operators and not {"BatchNormalization", "Loop", "If", "Scan"} & operators


def test_the_learned_part_of_the_pair_graph_reaches_the_margin(tmp_path):
    torch.manual_seed(0)
    d = dimensions(encoder=SMALL, learned_pair=True)
    model = VersusQ(d).eval()
    _export_one("pair", PairGraph(model), d, tmp_path)
    from versusq_training.export import golden_input, golden_specs, mulberry32
    random = mulberry32(5)
    inputs = {n: golden_input(kind, dims, random, d.vocabulary) for n, (dims, kind) in golden_specs(d)["pair"].items()}
    margins = []
    for scale in (1.0, 3.0):
        with torch.no_grad():
            model.encoder.token[-1].weight.mul_(scale)
            margins.append(float(PairGraph(model)(*(torch.from_numpy(a) for a in inputs.values()))[0]))
    onnx_margin = onnxruntime.InferenceSession(str(tmp_path / "pair.onnx"), providers=["CPUExecutionProvider"]).run(["margin"], inputs)[0]
    assert margins[0] != margins[1]
    assert np.allclose(onnx_margin, margins[0], atol=2e-3)


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
        model = VersusQ(d).to(gpu)
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
        parts = losses(Pretrained(SMALL).to(gpu), f, 1, Config(device="cpu").cast)
        assert {v.device.type for v in parts.values()} == {"cuda"}
