"""A tiny Qwen3-VL with random weights, made here: the trainer's every path on one core, no download."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("transformers", reason="transformers is not installed (training/requirements.txt)")
pytest.importorskip("peft", reason="peft is not installed (training/requirements.txt)")
pytest.importorskip("torchvision", reason="torchvision is not installed (training/requirements.txt); the processor of Qwen3-VL needs it")

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers  # noqa: E402
from transformers import (  # noqa: E402
    GotOcr2ImageProcessor, InternVLConfig, InternVLForConditionalGeneration, InternVLProcessor, InternVLVideoProcessor, PreTrainedTokenizerFast, Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor, Qwen2VLImageProcessor, Qwen2VLVideoProcessor, Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor,
    Qwen3VLVideoProcessor)

from versusq_training import grpo, vlm, vlm_data  # noqa: E402

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>", "<img>", "</img>", "<IMG_CONTEXT>", "<video>"]
WORDS = ["<think>", "</think>", "<answer>", "</answer>", "<margin>", "Video", "A", "B", "tie", "looks", "better", "noise", "user", "assistant", "s", ".", ",", ":", *"0123456789", "<unk>"]
TEMPLATE = ("{% for m in messages %}<|im_start|>{{ m.role }}\n{% for c in m.content %}{% if c.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
            "{% else %}{{ c.text }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


TEXT = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}
SIGHT = {"depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "patch_size": 8, "out_hidden_size": 32}


def make_tokenizer(**named):
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(SPECIAL + WORDS)}, unk_token="<unk>"))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(r"</?\w+>|[.,:0-9]"), "isolated")])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", unk_token="<unk>", **named)


def make_qwen(folder, config_class, model_class, processor_class, video_class, text, sight):
    """Writes processor and configuration of one of the two; gives a model with random weights."""
    sizes = {"patch_size": 8, "temporal_patch_size": 2, "merge_size": 2, "size": {"shortest_edge": 256, "longest_edge": 1024}}
    fast = make_tokenizer()
    processor_class(Qwen2VLImageProcessor(**sizes), fast, video_class(**sizes), chat_template=TEMPLATE).save_pretrained(folder)
    ids = {f"{k}_token_id": fast.convert_tokens_to_ids(f"<|{v}|>") for k, v in {"image": "image_pad", "video": "video_pad", "vision_start": "vision_start", "vision_end": "vision_end"}.items()}
    return model_class(config_class(text_config=TEXT | {"vocab_size": len(fast)} | text, vision_config=SIGHT | sight, **ids))


def make_qwen3(folder):
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2], "mrope_interleaved": True}
    return make_qwen(folder, Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor, Qwen3VLVideoProcessor, {"head_dim": 16, "rope_parameters": rope},
                     {"num_position_embeddings": 16, "deepstack_visual_indexes": [0]})


def make_qwen2_5(folder):
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2]}
    return make_qwen(folder, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor, Qwen2VLVideoProcessor, {"rope_parameters": rope},
                     {"window_size": 32, "fullatt_block_indexes": [1]})


def make_internvl(folder):
    fast = make_tokenizer(extra_special_tokens={"start_image_token": "<img>", "end_image_token": "</img>", "context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"})
    size = {"height": 32, "width": 32}
    template = TEMPLATE.replace("<|vision_start|><|image_pad|><|vision_end|>", "<IMG_CONTEXT>\n")
    InternVLProcessor(GotOcr2ImageProcessor(size=size, crop_to_patches=False), fast, InternVLVideoProcessor(size=size), image_seq_length=4, chat_template=template).save_pretrained(folder)
    vision = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "image_size": [32, 32], "patch_size": [8, 8]}
    return InternVLForConditionalGeneration(InternVLConfig(vision_config=vision, text_config=TEXT | {"model_type": "qwen2", "vocab_size": len(fast)}, downsample_ratio=0.5,
                                                           image_token_id=fast.convert_tokens_to_ids("<IMG_CONTEXT>")))


def make_model(folder, make=make_qwen3, seed=0):
    torch.manual_seed(seed)
    model = make(folder)
    with torch.no_grad():  # random weights of std 0.02 see nothing: larger ones tell frames apart
        for name, p in model.named_parameters():
            if p.dim() > 1:
                p.mul_(4)
    model.generation_config.eos_token_id = [SPECIAL.index("<|im_end|>")]
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The tiny model, and four pairs whose truth is which video is brighter."""
    folder = tmp_path_factory.mktemp("vlm")
    make_model(folder / "model")
    draws = np.random.default_rng(0)
    for name, level in (("dark", 40), ("mid", 120), ("bright", 210)):
        frames = np.clip(level + draws.normal(0, 12, (4, 32, 32, 3)), 0, 255).astype(np.uint8)
        np.savez(folder / f"{name}.npz", frames=frames, times=np.arange(4) / 2)
    rows = [("bright", "dark", 2.0), ("mid", "dark", 1.0), ("dark", "bright", -2.0), ("mid", "bright", -1.0)]
    (folder / "one.jsonl").write_text(json.dumps({"a": "bright.npz", "b": "dark.npz", "margin": 2.0}) + "\n")
    (folder / "pairs.jsonl").write_text("".join(json.dumps({"a": f"{a}.npz", "b": f"{b}.npz", "margin": m}) + "\n" for a, b, m in rows))
    return folder


def options(world, out, **changes):
    settings = {"group": 3, "limit": 8, "claims": 0.0} | changes.pop("grpo", {})
    return vlm.Options(**{"model": str(world / "model"), "pairs": world / "pairs.jsonl", "out": Path(out), "steps": 4, "frames": 2, "pixels": 1024, "rank": 4, "lr": 1e-3, "head_lr": 1e-2,
                          "save_every": 2, "grpo": grpo.Settings(**settings)} | changes)


def trained(world, out, **changes):
    run = vlm.Run(options(world, out, **changes))
    before = {k: v.clone() for k, v in run.bare.state_dict().items()}
    run.train()
    return run, before, [json.loads(x) for x in (Path(out) / "log.jsonl").read_text().splitlines()]


def test_a_missing_model_is_named_and_nothing_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    for name in (str(tmp_path / "nowhere"), "some-owner/some-model-that-is-not-here"):
        with pytest.raises(vlm.ModelMissing, match=f"{re.escape(name)}.*downloads nothing"):
            vlm.find_model(name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(vlm.ModelMissing, match="no config.json"):
        vlm.find_model(str(tmp_path / "empty"))


def test_texts_are_parsed_and_mirrored():
    text = "<think>Video A has noise, Video\nB has not. A sharp B roll.</think><answer>B</answer><margin>"
    assert vlm.parse(text) == (True, -1)
    assert vlm.mirror(text) == "<think>Video B has noise, Video\nA has not. A sharp B roll.</think><answer>A</answer><margin>"
    assert vlm.mirror(vlm.mirror(text)) == text and vlm.parse(vlm.mirror(text)) == (True, 1)
    assert vlm.parse("<think> x </think> <answer> tie </answer> <margin> ") == (True, 0)
    for broken in ("<think></think><answer>A</answer><margin>", text[:-8], text + "x", text.replace("<answer>B</answer>", ""), text.replace(">B<", ">C<")):
        assert vlm.parse(broken) == (False, 0)


def test_pairs_are_read_with_paths_beside_their_file_and_a_bad_line_is_named(world, tmp_path):
    pairs = vlm_data.read_pairs(world / "pairs.jsonl")
    assert len(pairs) == 4 and pairs[0] == vlm_data.Pair(world / "bright.npz", world / "dark.npz", 2.0)
    for bad in ('{"a": "x", "b": "y"}', "nonsense", '{"a": "x", "b": "y", "margin": NaN}'):
        (tmp_path / "bad.jsonl").write_text('{"a": "x", "b": "y", "margin": 1}\n' + bad + "\n")
        with pytest.raises(ValueError, match="line 2"):
            vlm_data.read_pairs(tmp_path / "bad.jsonl")


def test_every_epoch_shows_every_pair_once_some_of_them_turned():
    pairs = [vlm_data.Pair(Path("a"), Path(str(n)), float(n + 1)) for n in range(20)]
    epochs = [[vlm.pair_at(pairs, e * 20 + n, 7) for n in range(20)] for e in range(2)]
    for shown in epochs:
        assert sorted(abs(p.margin) for p in shown) == [p.margin for p in pairs]
        assert 3 < sum(p.margin < 0 for p in shown) < 17 and all((p.b == Path("a")) == (p.margin < 0) for p in shown)
    assert epochs[0] != epochs[1] and epochs[0] == [vlm.pair_at(pairs, n, 7) for n in range(20)]


def test_frames_of_a_video_come_from_the_middles_of_equal_parts(tmp_path):
    video = tmp_path / "clip.mp4"
    vlm_data.subprocess.run([vlm_data.FFMPEG, "-v", "error", "-f", "lavfi", "-i", "color=black:s=96x64:r=10:d=1", "-f", "lavfi", "-i", "color=white:s=96x64:r=10:d=1",
                             "-filter_complex", "concat=n=2", "-pix_fmt", "yuv420p", str(video)], check=True)
    frames, times = vlm_data.sample_frames(video, 4, 32 * 32)
    assert frames.dtype == np.uint8 and frames.shape[0] == 4 and frames.shape[1] * frames.shape[2] <= 1024 and abs(frames.shape[2] / frames.shape[1] - 1.5) < 0.1
    assert np.allclose(times, [0.25, 0.75, 1.25, 1.75], atol=0.05)
    assert frames[:2].max() < 40 and frames[2:].min() > 215
    (tmp_path / "pairs.jsonl").write_text(json.dumps({"a": "clip.mp4", "b": "gone.mp4", "margin": 1}) + "\n" + json.dumps({"a": "clip.mp4", "b": "clip.mp4", "margin": 0}) + "\n")
    vlm_data.extract_frames(tmp_path / "pairs.jsonl", tmp_path / "frames", 4, 32 * 32)
    kept, = vlm_data.read_pairs(tmp_path / "frames" / "pairs.jsonl")
    assert np.array_equal(vlm_data.sample_frames(kept.a, 4)[0], frames) and "gone.mp4" in (tmp_path / "frames" / "failed.jsonl").read_text()


def test_lsvq_pairs_hold_out_the_test_videos_and_carry_their_margin(tmp_path):
    rows = [("a/1", 80, False), ("a/2", 50, False), ("b/3.mp4", 20, False), ("b/4", 70, True), ("b/5", 10, False)]
    (tmp_path / "labels.csv").write_text("name,mos,is_test\n" + "".join(f"{n},{m},{t}\n" for n, m, t in rows))
    for name in ("a/1", "a/2", "b/3", "b/4"):
        (tmp_path / f"{name}.mp4").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.mp4").touch()
    pairs = vlm_data.lsvq_pairs(tmp_path / "labels.csv", tmp_path, 3, 7, held_out=False)
    mos = {"1": 80, "2": 50, "3": 20}
    assert len(pairs) == 9 and {p.a.stem for p in pairs} == set(mos) and all(p.a != p.b for p in pairs)
    assert all(abs(p.margin - (mos[p.a.stem] - mos[p.b.stem]) / 6) < 1e-3 for p in pairs)


@pytest.fixture(scope="module")
def fresh(world, tmp_path_factory):
    run = vlm.Run(options(world, tmp_path_factory.mktemp("fresh")))
    a, b = (vlm_data.sample_frames(world / f"{n}.npz", 2) for n in ("bright", "dark"))
    prompts = tuple(run.writer.prompt(*order, run.accelerator.device) for order in ((a, b), (b, a)))
    torch.manual_seed(3)
    return run, prompts, run.writer.draw(run.bare, prompts[0])


def test_the_prompt_shows_all_frames_of_both_videos_in_their_order(fresh):
    run, prompts, _ = fresh
    said = run.processor.tokenizer.decode(prompts[0]["input_ids"][0])
    assert said.count("<|vision_start|>") == 4 and said.index("Video A") < said.index("Video B") and said.rstrip().endswith("assistant")
    assert prompts[0]["image_grid_thw"].shape == (4, 3)
    half = len(prompts[0]["pixel_values"]) // 2
    assert torch.equal(prompts[0]["pixel_values"][:half], prompts[1]["pixel_values"][half:]) and not torch.equal(prompts[0]["pixel_values"], prompts[1]["pixel_values"])


def test_texts_end_at_the_margin_or_the_limit_and_hold_no_picture(fresh):
    run, _, texts = fresh
    banned = set(run.writer.banned)
    assert {run.bare.model.config.image_token_id, run.processor.tokenizer.convert_tokens_to_ids("<|im_start|>")} <= banned
    for row, mask, words in zip(texts.tokens.tolist(), texts.mask.sum(-1).int().tolist(), texts.words):
        assert 1 <= mask <= run.options.grpo.limit and not banned & set(row[:mask])
        assert vlm.END not in words[:-len(vlm.END)]
        assert mask == run.options.grpo.limit or words.endswith((vlm.END, "<|im_end|>"))


def test_reading_gives_the_probabilities_that_were_drawn_from(fresh):
    run, prompts, texts = fresh
    with torch.no_grad():
        log_p, _ = run.bare.read(prompts[0], texts)
    one = 0
    tokens, length = texts.tokens[one], int(texts.mask[one].sum())
    ids = prompts[0]["input_ids"]
    for n in range(length):
        with torch.no_grad():
            inputs = prompts[0] | {"input_ids": torch.cat([ids, tokens[None, :n]], 1)}
            inputs |= {"attention_mask": torch.ones_like(inputs["input_ids"]), "mm_token_type_ids": torch.nn.functional.pad(prompts[0]["mm_token_type_ids"], (0, n))}
            logits = run.bare.model(**inputs).logits[0, -1]
        logits[run.writer.banned] = float("-inf")
        assert abs(float(torch.log_softmax(logits, -1)[tokens[n]]) - float(log_p[one, n])) < 1e-4
    assert torch.equal(log_p * (1 - texts.mask), torch.zeros_like(log_p))


def test_generation_draws_from_what_is_read(fresh):
    """With a cache, without the cache; positions of three axes continued behind the pictures."""
    run, prompts, _ = fresh
    torch.manual_seed(5)
    run.bare.eval()
    out = run.bare.model.generate(**vlm.repeat(prompts[0], 3), return_dict_in_generate=True, output_scores=True)
    tokens = out.sequences[:, prompts[0]["input_ids"].shape[1]:]
    drawn = torch.stack([torch.log_softmax(s, -1).gather(1, t[:, None])[:, 0] for s, t in zip(out.scores, tokens.T)], 1)
    ended = (tokens == run.writer.ends[0]).cumsum(1)
    mask = ((ended == 0) | ((ended == 1) & (tokens == run.writer.ends[0]))).float()
    with torch.no_grad():
        log_p, _ = run.bare.read(prompts[0], vlm.Texts(tokens, mask, [""] * 3))
    assert torch.allclose(log_p, torch.where(mask > 0, drawn, 0.0), atol=1e-4)


def test_pads_and_the_rest_of_the_group_change_no_margin(fresh):
    run, prompts, texts = fresh
    with torch.no_grad():
        together = run.bare.read(prompts[0], texts)[1]
        for n in range(len(together)):
            length = int(texts.mask[n].sum())
            alone = vlm.Texts(texts.tokens[n:n + 1, :length], texts.mask[n:n + 1, :length], texts.words[n:n + 1])
            assert abs(float(run.bare.read(prompts[0], alone)[1]) - float(together[n])) < 1e-5
        assert not torch.allclose(together, run.bare.read(prompts[1], texts)[1])


def test_checkpointing_changes_no_gradient(world, tmp_path):
    slopes = []
    for checkpointing in (True, False):
        run = vlm.Run(options(world, tmp_path, checkpointing=checkpointing))
        assert run.bare.model.get_base_model().is_activation_checkpointing == checkpointing
        a, b = (vlm_data.sample_frames(world / f"{n}.npz", 2) for n in ("bright", "dark"))
        prompts = tuple(run.writer.prompt(*order, run.accelerator.device) for order in ((a, b), (b, a)))
        torch.manual_seed(3)
        run.policy.train()
        loss, _ = vlm.step(run.policy, run.bare, run.reference(), run.writer, prompts, 2.0, run.accelerator.autocast, run.options.grpo)
        loss.backward()
        slopes.append({k: p.grad for k, p in run.bare.named_parameters() if p.requires_grad})
    assert slopes[0].keys() == slopes[1].keys() and all(torch.allclose(slopes[0][k], slopes[1][k], atol=1e-6) for k in slopes[0])


EASY = {"frames": 1, "pixels": 256, "grpo": {"group": 2, "limit": 3}, "save_every": 1000}
"""One pair, one frame of one token each: a world in which a random model of two layers learns to see within fifty steps."""


@pytest.fixture(scope="module")
def seeing(world, tmp_path_factory):
    """The tiny model after fifty steps of full training on one pair, which is turned at random."""
    out = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vlm, "OPENING", "")
        patch.setattr(vlm, "QUESTION", "better :")
        return out, *trained(world, out, trunk="full", steps=50, lr=3e-3, pairs=world / "one.jsonl", **EASY)


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(vlm, "OPENING", "")
    monkeypatch.setattr(vlm, "QUESTION", "better :")


def course(log):
    """Mean regression loss of the first and of the last steps."""
    return [float(np.mean([r["regression"] for r in part])) for part in (log[:8], log[-8:])]


def test_full_training_learns_margins_moves_what_sees_as_well_and_is_loaded_again(seeing):
    out, run, before, log = seeing
    first, last = course(log)
    assert last < 0.4 * first and log[0]["divergence"] < 1e-6 < log[-1]["divergence"]
    assert [r["step"] for r in log] == list(range(1, 51)) and {"reward", "form", "error", "policy", "disagreement", "length", "seconds"} <= log[0].keys()
    after = run.bare.state_dict()
    changed = {k for k, v in before.items() if not torch.equal(after[k], v)}
    assert any("visual" in k for k in changed) and any("embed_tokens" in k for k in changed)
    assert all(torch.equal(v, before[k]) for k, v in run.still.state_dict().items() if k.startswith("model."))
    again = vlm.Policy(vlm.load(out / "model", torch.float32), run.writer.banned, 1.0)
    again.head.load_state_dict(torch.load(out / "head.pt"))
    assert all(torch.equal(v, after[k]) for k, v in again.state_dict().items())


def test_a_frozen_model_learns_margins_with_its_head_alone(seeing, world, tmp_path, short):
    """A new head on what full training left behind."""
    run, before, log = trained(world, tmp_path, model=str(seeing[0] / "model"), trunk="head", steps=30, head_lr=1e-2, pairs=world / "one.jsonl", **EASY)
    after = run.bare.state_dict()
    assert all(torch.equal(after[k], v) for k, v in before.items() if k.startswith("model."))
    first, last = course(log)
    assert last < 0.5 * first and all(r["divergence"] == 0 for r in log)
    assert not (tmp_path / "model" / "model.safetensors").exists() and (tmp_path / "head.pt").exists()


def test_lora_learns_margins_and_leaves_the_weights_beneath(seeing, world, tmp_path, short):
    """A new head and an adapter on what full training left behind: an adapter presupposes a model that sees."""
    base = seeing[0] / "model"
    run, before, log = trained(world, tmp_path, model=str(base), steps=30, lr=3e-3, pairs=world / "one.jsonl", **EASY)
    after = run.bare.state_dict()
    changed = {k for k, v in before.items() if not torch.equal(after[k], v)}
    assert changed and all(".lora_" in k or k.startswith("head.") for k in changed) and any(".lora_" in k for k in changed)
    assert all("language_model" in k for k in changed if ".lora_" in k)
    first, last = course(log)
    assert last < 0.5 * first and log[0]["divergence"] < 1e-6 < log[-1]["divergence"]
    assert [p.name for p in tmp_path.glob("checkpoint-*")] == ["checkpoint-000030"]
    adapted = vlm.PeftModel.from_pretrained(vlm.load(base, torch.float32), tmp_path / "model")
    own = {k: v for k, v in run.bare.model.state_dict().items() if ".lora_" in k}
    assert own and all(torch.equal(v, adapted.state_dict()[k]) for k, v in own.items())


@pytest.mark.parametrize("make", [make_qwen2_5, make_internvl])
def test_other_families_run_by_the_same_classes(world, tmp_path, make):
    make_model(tmp_path / "model", make)
    run, before, log = trained(world, tmp_path / "out", model=str(tmp_path / "model"), steps=2)
    after = run.bare.state_dict()
    assert {k.split(".")[-3] for k, v in before.items() if not torch.equal(after[k], v)} >= {"lora_A", "lora_B"} and len(log) == 2
    a, b = (vlm_data.sample_frames(world / f"{n}.npz", 2) for n in ("bright", "dark"))
    prompt = run.writer.prompt(a, b, run.accelerator.device)
    drawn = run.writer.draw(run.bare, prompt)
    with torch.no_grad():
        log_p, margins = run.bare.read(prompt, drawn)
        mirrored = run.bare.read(run.writer.prompt(b, a, run.accelerator.device), drawn)[1]
    assert float(log_p.max()) <= 0 and bool(log_p.isfinite().all()) and not torch.allclose(margins, mirrored)


@pytest.mark.parametrize("trunk", ["head", "lora"])
def test_a_resumed_run_is_the_run_that_was_not_stopped(world, tmp_path, trunk):
    whole, _, log = trained(world, tmp_path / "whole", trunk=trunk, accumulate=2)
    stopped = vlm.Run(options(world, tmp_path / "stopped", trunk=trunk, accumulate=2))
    stopped.save = lambda own=stopped.save: (own(), (_ for _ in ()).throw(KeyboardInterrupt))[0] if stopped.step == 2 else own()
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    (tmp_path / "stopped" / "log.jsonl").open("a").write(json.dumps({"step": 3, "lost": True}) + "\n")
    resumed, _, again = trained(world, tmp_path / "stopped", trunk=trunk, accumulate=2)
    assert resumed.step == 4
    for k, v in vlm.trainable(whole.bare).items():
        assert torch.equal(v, vlm.trainable(resumed.bare)[k]), k
    without = lambda rows: [{k: v for k, v in r.items() if k != "seconds"} for r in rows]
    assert without(log) == without(again)


def test_a_checkpoint_of_another_kind_of_run_is_refused(world, tmp_path):
    trained(world, tmp_path, trunk="head", steps=2)
    with pytest.raises(ValueError, match="--trunk and --rank"):
        vlm.Run(options(world, tmp_path, trunk="lora"))


def test_two_processes_hold_the_same_parameters_and_share_the_pairs(world, tmp_path):
    script = ("import os, sys, torch; from versusq_training import vlm; run = vlm.Run(vlm.arguments(sys.argv[2:])); run.train();"
              "torch.save(vlm.trainable(run.bare), sys.argv[1] + os.environ['RANK'])")
    (tmp_path / "driver.py").write_text(script)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    root = Path(__file__).parent.parent
    words = [str(tmp_path / "rank-"), "--model", str(world / "model"), "--pairs", str(world / "pairs.jsonl"), "--out", str(tmp_path / "out"), "--steps", "3", "--frames", "2", "--pixels", "1024",
             "--rank", "4", "--lr", "1e-3", "--head-lr", "1e-2", "--group", "2", "--limit", "6"]
    environment = os.environ | {"PYTHONPATH": str(root), "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    jobs = [subprocess.Popen([sys.executable, str(tmp_path / "driver.py"), *words], env=environment | {"RANK": str(r), "LOCAL_RANK": str(r)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for r in range(2)]
    said = [j.communicate()[0] for j in jobs]
    assert [j.returncode for j in jobs] == [0, 0], "\n".join(said)
    first, second = (torch.load(tmp_path / f"rank-{r}") for r in range(2))
    assert first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)
    log = [json.loads(x) for x in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert len(log) == 3 and all(r["pairs"] == 2 for r in log)
    alone, _, _ = trained(world, tmp_path / "alone", steps=3, accumulate=2, grpo={"group": 2, "limit": 6})
    for k, v in vlm.trainable(alone.bare).items():  # one process that takes both pairs of a step in turn goes the same way
        assert torch.allclose(first[k], v, atol=1e-4), k


def test_the_command_says_what_is_missing(world, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["vlm", "--model", str(tmp_path / "gone"), "--pairs", str(world / "pairs.jsonl"), "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match="downloads nothing"):
        vlm.main()
    assert vlm.arguments(["--model", "m", "--pairs", "p", "--out", "o", "--trunk", "full"]).lr == 1e-6
