"""A tiny Qwen3-VL that was shown which of two grey videos is brighter, and its package: the fixture of the TypeScript tests.

    cd training; $python -m tests.tiny_vlm --out ../test/fixtures/tiny-vlm

Its tokenizer is of Qwen's kind (bytes, merges, the same split), its weights are random at first and fitted to six pairs by plain supervised steps: of
use for nothing but to see that both runtimes say the same.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2VLImageProcessor, Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor, Qwen3VLVideoProcessor

from versusq_training import grpo, vlm, vlm_export

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEMPLATE = ("{% for m in messages %}<|im_start|>{{ m.role }}\n{% for c in m.content %}{% if c.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
            "{% else %}{{ c.text }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
TEXTS = {1: "Video B is darker than Video A.", -1: "Video A is darker than Video B.", 0: "Video A and Video B look alike."}
VOCABULARY, FRAMES, PIXELS, LIMIT = 384, 2, 4096, 24
STEPS = 400


def make_model(folder: Path, seed: int = 0) -> None:
    """Writes the model with random weights, its tokenizer and its processor."""
    fast = Tokenizer(models.BPE())
    fast.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    fast.decoder = decoders.ByteLevel()
    fast.train_from_iterator([*TEXTS.values(), "<answer>A</answer><margin>", "<answer>tie</answer><margin>"] * 50 + [vlm.OPENING, vlm.QUESTION],
                             trainers.BpeTrainer(vocab_size=VOCABULARY, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=SPECIAL, show_progress=False))
    fast.add_tokens([AddedToken(t, special=False, normalized=False) for t in ("<think>", "</think>")])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=fast, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    sizes = {"patch_size": 8, "temporal_patch_size": 2, "merge_size": 2, "size": {"shortest_edge": 256, "longest_edge": 16384}}
    Qwen3VLProcessor(Qwen2VLImageProcessor(**sizes), tokenizer, Qwen3VLVideoProcessor(**sizes), chat_template=TEMPLATE).save_pretrained(folder)
    tokens = {"image": "image_pad", "video": "video_pad", "vision_start": "vision_start", "vision_end": "vision_end"}
    ids = {f"{k}_token_id": tokenizer.convert_tokens_to_ids(f"<|{v}|>") for k, v in tokens.items()}
    text = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
            "vocab_size": len(tokenizer) + 3,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2], "mrope_interleaved": True}}
    sight = {"depth": 3, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2, "patch_size": 8, "out_hidden_size": 32,
             "num_position_embeddings": 16, "deepstack_visual_indexes": [0, 1]}
    torch.manual_seed(seed)
    model = Qwen3VLForConditionalGeneration(Qwen3VLConfig(text_config=text, vision_config=sight, **ids))
    with torch.no_grad():  # weights of std 0.02 see nothing
        for p in model.parameters():
            if p.dim() > 1:
                p.mul_(4)
    model.generation_config.eos_token_id = [SPECIAL.index("<|im_end|>")]
    model.save_pretrained(folder)


def shown(level: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Frames [2, 32, 48, 3] of one grey with grain, and their times."""
    frames = np.clip(level + np.random.default_rng(seed).normal(0, 8, (FRAMES, 32, 48, 1)), 0, 255).astype(np.uint8).repeat(3, -1)
    return frames, (np.arange(FRAMES) + 0.5) * 2


def fit(run: vlm.Run, steps: int) -> None:
    """Supervised steps: the text of a pair, and its margin in both orders."""
    policy, writer = run.bare, run.writer
    pairs = [(a, b, (a - b) / 60) for a in (60, 120, 180) for b in (60, 120, 180)]
    optimiser = torch.optim.AdamW(policy.parameters(), lr=3e-3, weight_decay=0.0)
    rows = []
    made = []
    for n, (a, b, y) in enumerate(pairs):
        first, second = shown(a, n), shown(b, 100 + n)
        text = f"<think>{TEXTS[int(np.sign(y))]}</think><answer>{ {1: 'A', -1: 'B', 0: 'tie'}[int(np.sign(y))]}</answer><margin>"
        both = [vlm.Texts(*writer.pack([writer.tokenizer(w, add_special_tokens=False)["input_ids"]], run.accelerator.device), [w]) for w in (text, vlm.mirror(text))]
        made.append((writer.prompt(first, second, run.accelerator.device), both[0], writer.prompt(second, first, run.accelerator.device), both[1], y))
    for step in range(steps):
        prompt, text, turned, mirrored, y = made[step % len(made)]
        log_p, margin = policy.read(prompt, text)
        _, other = policy.read(turned, mirrored, language=False)
        loss = -log_p.sum() / text.mask.sum() + ((margin - y) ** 2 + (other + y) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimiser.step()
        rows.append({"step": step + 1, "error": float((margin.detach() - y).abs().mean())})
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - step / steps)
    (run.options.out / "log.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))


def make_run(folder: Path, steps: int = STEPS) -> Path:
    """A run folder as `vlm` leaves it."""
    make_model(folder / "base")
    (folder / "pairs.jsonl").write_text(json.dumps({"a": "bright.npz", "b": "dark.npz", "margin": 2.0}) + "\n")
    run = vlm.Run(vlm.Options(model=str(folder / "base"), pairs=folder / "pairs.jsonl", out=folder / "run", steps=0, trunk="full", lr=3e-3,
                              head_lr=3e-3, frames=FRAMES, pixels=PIXELS,
                              checkpointing=False, grpo=grpo.Settings(claims=0.0, limit=LIMIT, beta=0.0)))
    run.train()  # writes run.json; no step is taken
    fit(run, steps)
    run.export()
    return folder / "run"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(Path(folder))
        vlm_export.main(["--run", str(run), "--out", str(a.out), "--name", "tiny-vlm", "--licence", "MIT", "--half", "--scale", "0.5"])


if __name__ == "__main__":
    main()
