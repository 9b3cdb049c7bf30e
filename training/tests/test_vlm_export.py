"""A tiny Qwen3-VL exported as a package: ONNX says what training reads, and an export that does not is refused."""

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("transformers", reason="transformers is not installed (training/requirements.txt)")
pytest.importorskip("peft", reason="peft is not installed (training/requirements.txt)")
pytest.importorskip("torchvision", reason="torchvision is not installed (training/requirements.txt); the processor of Qwen3-VL needs it")

import onnxruntime  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

import test_vlm  # noqa: E402
import tiny_vlm  # noqa: E402
from versusq_training import vlm, vlm_answer, vlm_export, vlm_graphs  # noqa: E402
from versusq_training.export import COLOUR  # noqa: E402

FIXTURE = Path(__file__).parents[2] / "test" / "fixtures" / "tiny-vlm"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that has learned a little: its margins differ from pair to pair."""
    return tiny_vlm.make_run(tmp_path_factory.mktemp("vlm"), steps=9)


@pytest.fixture(scope="module")
def package(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("package")
    vlm_export.main(["--run", str(run), "--out", str(out), "--external-above", "1000"])
    return out


def session(package, graph):
    return onnxruntime.InferenceSession(str(package / f"{graph}.onnx"), providers=["CPUExecutionProvider"])


def test_the_package_lists_every_file_with_its_hash_weights_beside_the_graphs_too(package):
    manifest = json.loads((package / "model.json").read_text())
    assert manifest["kind"] == "vlm" and manifest["schema"] == "versusq.model/1"
    assert {p.name for p in package.iterdir()} == {*manifest["files"], "model.json", "MODEL_CARD.md"}
    assert {"vision.onnx.data", "language.onnx.data"} <= set(manifest["files"])
    for name, file in manifest["files"].items():
        data = (package / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file["sha256"] and len(data) == file["bytes"], name
    assert manifest["margin"]["calibrated"].startswith("error of the last 9 training steps")


def test_onnx_reads_the_margins_of_an_answer_that_training_reads_in_one_pass_and_step_by_step(run, package):
    """Nothing of the exporter: the files alone on one side, the library's model and processor on the other."""
    manifest, golden = (json.loads((package / n).read_text()) for n in ("model.json", "golden.json"))
    tokenizer = Tokenizer.from_file(str(package / "tokenizer.json"))
    vision, language = session(package, "vision"), session(package, "language")
    d, p = manifest["dimensions"], manifest["prompt"]
    trained = vlm_export.read_run(run)
    draws = np.random.default_rng(4)
    rows, columns, side, frames = 3, 2, manifest["input"]["square"], manifest["input"]["frames"]
    y = [draws.integers(40, 200, (rows, side, columns, side), dtype=np.uint8) for _ in range(2 * frames)]
    grey = np.full((rows, side // 2, columns, side // 2), 128, np.uint8)
    outs = [vision.run(None, {"y": one, "u": grey, "v": grey, "colour": np.array(COLOUR, np.float32)}) for one in y]
    names = [o.name for o in vision.get_outputs()][:-1]
    seen = {n: np.concatenate([o[i] for o in outs]) for i, n in enumerate(names)}
    times = (np.arange(frames) + 0.5) * 3.0 / frames
    text = vlm_answer.filled(p["text"], (times, times)).replace(p["image"], p["image"] * rows * columns)
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    answer = golden["answers"][0]["tokens"]
    positions, at = vlm_answer.positions_of(tokens, p["imageToken"], rows, columns)
    empty = {f"past_{x}_{i}": np.zeros((1, d["heads"], 0, d["head"]), np.float32) for i in range(d["layers"]) for x in ("key", "value")}

    def feed(own, places, past):
        got = dict(zip([o.name for o in language.get_outputs()], language.run(None, {"tokens": np.array([own]), "positions": places, **seen, **past})))
        return got, {n: got[n.replace("past", "present")] for n in past}
    following = np.arange(at, at + len(answer))[None].repeat(3, 0)
    whole, _ = feed([*tokens, *answer], np.concatenate([positions.numpy(), following], 1), empty)
    step, past = feed(tokens, positions.numpy(), empty)
    for n, token in enumerate(answer):
        step, past = feed([token], following[:, n:n + 1], past)

    grey_rgb = [np.repeat((np.clip((one.reshape(rows * side, columns * side).astype(np.float64) - 16) * 255 / 219, 0, 255))[..., None], 3, -1) for one in y]
    pictures = np.stack([np.round(x).astype(np.uint8) for x in grey_rgb])
    prompt = trained.writer.prompt((pictures[:frames], times), (pictures[frames:], times), torch.device("cpu"))
    assert prompt["input_ids"][0].tolist() == tokens
    with torch.no_grad():
        margin = float(trained.policy.read(prompt, vlm.Texts(torch.tensor([answer]), torch.ones(1, len(answer)), [""]), language=False)[1])
        inputs = {k: v for k, v in prompt.items()}
        inputs["input_ids"] = torch.cat([prompt["input_ids"], torch.tensor([answer])], 1)
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        inputs["mm_token_type_ids"] = torch.nn.functional.pad(prompt["mm_token_type_ids"], (0, len(answer)))
        logits = trained.policy.model(**inputs).logits[0, -1].numpy()
    assert abs(float(whole["margin"][0]) - float(step["margin"][0])) < 1e-4
    assert np.allclose(whole["logits"], step["logits"], atol=1e-3)
    assert abs(float(step["margin"][0]) - margin) < 0.02 + 0.02 * abs(margin)  # the processor gets pixels rounded to 8 bits
    assert np.abs(step["logits"][0] - logits).max() < 0.03 * np.abs(logits).max()


@pytest.mark.parametrize("what, broken, message", [
    ("patches", lambda graph: setattr(graph, "patches", lambda x, r, c, own=graph.patches: own(x.flip(1), r, c)), "pixels differ from the processor's"),
    ("positions", lambda graph: graph.inv_freq.zero_(), "the library's model"),
])
def test_an_export_that_sees_or_reads_otherwise_than_training_is_refused(run, tmp_path, monkeypatch, what, broken, message):
    def graphs_of(*given, own=vlm_graphs.graphs_of):
        made = own(*given)
        broken(made[0 if what == "patches" else 1])
        return made
    monkeypatch.setattr(vlm_export, "graphs_of", graphs_of)
    with pytest.raises(SystemExit, match=message):
        vlm_export.main(["--run", str(run), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out" / "model.json").exists()


def test_outputs_of_another_value_or_shape_are_named():
    expected = {"margin": torch.tensor([1.0])}
    vlm_export.compare("language", {"margin": np.array([1.001])}, expected)
    for wrong in (np.array([1.01]), np.array([1.0, 1.0]), np.array([np.nan])):
        with pytest.raises(vlm_export.ExportError, match="language.margin"):
            vlm_export.compare("language", {"margin": wrong}, expected)


def test_other_families_and_unfinished_runs_are_refused_by_name(tmp_path):
    test_vlm.make_model(tmp_path / "other", test_vlm.make_qwen2_5)
    model = vlm.load(tmp_path / "other", torch.float32)
    with pytest.raises(vlm_graphs.UnsupportedFamily, match="Qwen2_5_VL.*made from Qwen3-VL alone"):
        vlm_graphs.graphs_of(model, torch.nn.Identity(), [0.5] * 3, [0.5] * 3)
    with pytest.raises(SystemExit, match="no finished run"):
        vlm_export.main(["--run", str(tmp_path), "--out", str(tmp_path / "out")])


def test_positions_spread_over_a_frame_and_count_on_from_its_longer_side():
    positions, after = vlm_answer.positions_of([5, 9, 9, 9, 9, 9, 9, 5], 9, 2, 3)
    assert positions.tolist() == [[0, 1, 1, 1, 1, 1, 1, 4], [0, 1, 1, 1, 2, 2, 2, 4], [0, 1, 2, 3, 1, 2, 3, 4]] and after == 5


def test_the_fixture_of_the_typescript_tests_is_small_and_whole():
    manifest = json.loads((FIXTURE / "model.json").read_text())
    assert sum(p.stat().st_size for p in FIXTURE.iterdir()) < 1.5e6
    for name, file in manifest["files"].items():
        assert hashlib.sha256((FIXTURE / name).read_bytes()).hexdigest() == file["sha256"], name


def test_an_adapter_is_merged_into_what_is_exported(run, tmp_path):
    trained = vlm.Run(vlm.Options(model=str(run / "model"), pairs=run.parent / "pairs.jsonl", out=tmp_path / "lora", steps=0, trunk="lora", rank=2, frames=tiny_vlm.FRAMES,
                                  pixels=tiny_vlm.PIXELS, checkpointing=False))
    a, b = tiny_vlm.shown(180, 1), tiny_vlm.shown(60, 2)
    prompt = trained.writer.prompt(a, b, torch.device("cpu"))
    words = trained.writer.tokenizer("A looks better", add_special_tokens=False)["input_ids"]  # any but the ids of pictures
    texts = vlm.Texts(*trained.writer.pack([words], torch.device("cpu")), [""])
    with torch.no_grad():
        before = trained.bare.read(prompt, texts)
        for name, p in trained.bare.named_parameters():
            if ".lora_B." in name:
                p.normal_(0, 0.2)
        (trained.options.out).mkdir()
        (trained.options.out / "run.json").write_text(json.dumps(dataclasses.asdict(trained.options), default=str))
        trained.export()
        exported = vlm_export.read_run(tmp_path / "lora")
        adapted, merged = trained.bare.read(prompt, texts), exported.policy.read(prompt, texts)
    assert not torch.allclose(before[1], adapted[1], atol=1e-3)
    assert torch.allclose(adapted[1], merged[1], atol=1e-4) and torch.allclose(adapted[0], merged[0], atol=1e-3)
