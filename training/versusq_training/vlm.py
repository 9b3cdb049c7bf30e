"""Margin-Coupled GRPO of a stock vision-language model: `python -m versusq_training.vlm --model DIR --pairs FILE.jsonl --out DIR`.

Rewards, advantages, coupling and losses are those of `grpo`; this drives them with a model of `transformers` (Qwen3-VL; Qwen2.5-VL and
InternVL by the same classes). Two videos are shown as frames with their times; the policy writes G texts `<think>..</think>
<answer>A|B|tie</answer><margin>`, and a small head reads the margin from the last hidden state behind each. One pair a process and
micro-step, so groups never cross processes; Accelerate spreads the pairs (configs/, VLM.md). Nothing is downloaded, ever.

Every draw is seeded by its place in the run, not by what came before: a run that was stopped and resumed is the run that was not.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.utils import DistributedType
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
from peft import LoraConfig, PeftModel, get_peft_model
from PIL import Image
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import AutoModelForImageTextToText, AutoProcessor, GenerationConfig, StoppingCriteria, StoppingCriteriaList
from transformers.integrations.deepspeed import unset_hf_deepspeed_config

from . import grpo
from .model import mlp
from .vlm_data import FRAMES, PIXELS, Pair, read_pairs, sample_frames

OPENING = "You are an expert of video quality. You see frames of two videos with their times in seconds."
QUESTION = ("Which video looks better, and how large is the difference? Judge what a viewer sees (sharpness, noise, blocks, banding, colour, exposure, flicker, motion), not what is shown. "
            "Reason between <think> and </think> and call the videos Video A and Video B. Then write <answer>A</answer>, <answer>B</answer> or, where no difference can be seen, "
            "<answer>tie</answer>. End with <margin>.")
END = "<margin>"
END_TOKENS = 12
"""The end is looked for in that many tokens at most: spelled letter by letter it has 8."""
LORA_TARGETS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
"""Linear layers of the language model; what sees stays as it was pre-trained."""
HEAD_WIDTH = 64
GRADIENT_NORM = 1.0
KEPT_CHECKPOINTS = 2


class ModelMissing(FileNotFoundError):
    """The model is not on this machine."""


@dataclass(frozen=True)
class Options:
    """What a run is. trunk: what learns beside the head (`head`: nothing, `lora`, `full`); lr, head_lr: of trunk and head; accumulate: pairs of
    a process in one step; limit and the weights of rewards and losses in `grpo`."""
    model: str
    pairs: Path
    out: Path
    steps: int = 1000
    trunk: str = "lora"
    rank: int = 32
    lr: float = 1e-5
    head_lr: float = 1e-4
    accumulate: int = 1
    frames: int = FRAMES
    pixels: int = PIXELS
    checkpointing: bool = True
    save_every: int = 50
    seed: int = 7
    grpo: grpo.Settings = field(default_factory=lambda: grpo.Settings(claims=0.0, limit=256))


def find_model(name: str) -> Path:
    """Folder of a model: a path, or a name in the local Hugging Face cache. Raises ModelMissing, and never asks the network."""
    needs = ("This command downloads nothing. Copy the model's folder (config.json, *.safetensors, tokenizer, preprocessor and chat template files) to this machine "
             "and give its path as --model.")
    folder = Path(name)
    if not folder.is_dir():
        try:
            folder = Path(snapshot_download(name, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError) as error:
            raise ModelMissing(f"{name}: no such folder, and no model of that name in the local cache. {needs}") from error
    if not (folder / "config.json").exists():
        raise ModelMissing(f"{folder}: no config.json, so this is no model folder. {needs}")
    return folder


def load(folder: Path, dtype: torch.dtype) -> nn.Module:
    """The model of a local folder, without any dropout: it would make the policy another one than was sampled."""
    model = AutoModelForImageTextToText.from_pretrained(folder, local_files_only=True, dtype=dtype)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if hasattr(module, "attention_dropout"):
            module.attention_dropout = 0.0
    return model


def messages(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> list[dict]:
    """One turn of a chat with the frames [N, H, W, 3] and times [N] of both videos."""
    content = [{"type": "text", "text": OPENING}]
    for name, (frames, times) in (("A", a), ("B", b)):
        content.append({"type": "text", "text": f"\nVideo {name}:"})
        for frame, t in zip(frames, times):
            content += [{"type": "text", "text": f" {t:.1f} s "}, {"type": "image", "image": Image.fromarray(frame)}]
    return [{"role": "user", "content": [*content, {"type": "text", "text": f"\n{QUESTION}"}]}]


_FORM = re.compile(r"\s*<think>(.+?)</think>\s*<answer>\s*(A|B|tie)\s*</answer>\s*<margin>\s*", re.S)


def parse(text: str) -> tuple[bool, int]:
    """Whether a text has its form, and its choice (1 A, -1 B, else 0)."""
    found = _FORM.fullmatch(text)
    formed = bool(found) and bool(found[1].strip()) and not re.search("</?(think|answer)>", found[1])
    return formed, {"A": 1, "B": -1}.get(found[2], 0) if formed else 0


def mirror(text: str) -> str:
    """The same text for the other order of the videos."""
    return re.sub(r"(\bVideo\s+|<answer>\s*)(A|B)\b", lambda m: m[1] + ("B" if m[2] == "A" else "A"), text)


@dataclass
class Texts:
    """G texts behind one prompt: tokens [G, S], mask [G, S] of those that were drawn, and what they say."""
    tokens: Tensor
    mask: Tensor
    words: list[str]


class Policy(nn.Module):
    """A vision-language model and the head that reads its margin. banned: tokens that no text may hold (pictures, turns of the chat)."""

    def __init__(self, model: nn.Module, banned: list[int], temperature: float):
        super().__init__()
        width = model.config.get_text_config().hidden_size
        self.model, self.banned, self.temperature = model, banned, temperature
        self.head = nn.Sequential(nn.LayerNorm(width), mlp(width, HEAD_WIDTH, 1))

    def bare(self) -> nn.Module:
        return self.model.get_base_model() if isinstance(self.model, PeftModel) else self.model

    def token_log_p(self, h: Tensor, tokens: Tensor) -> Tensor:
        """Log probabilities [S] of tokens [S] from the hidden states [S, D] before them, nats."""
        logits = self.bare().get_output_embeddings()(h).float()
        logits = logits.index_fill(-1, torch.tensor(self.banned, device=h.device), float("-inf")) / self.temperature
        return -nn.functional.cross_entropy(logits, tokens, reduction="none")

    def read(self, prompt: dict[str, Tensor], texts: Texts, language: bool = True) -> tuple[Tensor, Tensor]:
        """Log probabilities of the drawn tokens [G, S] (zeros without `language`, and at pads) and margins [G] behind the last of them. Logits are
        made again in the backward pass, a text at a time: at 150,000 words they would outweigh everything else."""
        count, length = len(texts.tokens), prompt["input_ids"].shape[1]
        inputs = repeat(prompt, count)
        pads = torch.zeros_like(texts.tokens)
        inputs["input_ids"] = torch.cat([inputs["input_ids"], texts.tokens], 1)
        inputs["attention_mask"] = torch.cat([inputs["attention_mask"], texts.mask.to(inputs["attention_mask"])], 1)
        for key in ("mm_token_type_ids", "token_type_ids"):
            if key in inputs:
                inputs[key] = torch.cat([inputs[key], pads.to(inputs[key])], 1)
        h = self.bare().base_model(**inputs, use_cache=False).last_hidden_state[:, length - 1:]
        last = h[torch.arange(count, device=h.device), texts.mask.sum(-1).long()]
        margin = self.head(last.to(self.head[0].weight.dtype))[:, 0].float()
        if not language:
            return torch.zeros_like(texts.mask), margin
        rows = [checkpoint(self.token_log_p, own[:-1], tokens, use_reentrant=False) for own, tokens in zip(h, texts.tokens)]
        return torch.where(texts.mask > 0, torch.stack(rows), 0.0), margin

    def forward(self, first: tuple[dict[str, Tensor], Texts], second: tuple[dict[str, Tensor], Texts]) -> tuple[Tensor, Tensor, Tensor]:
        """Log probabilities [G, S] and margins [G] of the texts, and margins [G] of the mirrored texts in the other order of the videos. Both orders
        in one call: the wrappers of several processes count calls."""
        log_p, margin = self.read(*first)
        return log_p, margin, self.read(*second, language=False)[1]


def repeat(prompt: dict[str, Tensor], count: int) -> dict[str, Tensor]:
    """The inputs of one prompt `count` times, pictures included."""
    return {k: v.repeat(count, *[1] * (v.dim() - 1)) for k, v in prompt.items()}


class Ended(StoppingCriteria):
    """Ends each text at `<margin>`, however the tokenizer spells it, and keeps how long each became."""

    def __init__(self, tokenizer, start: int, count: int):
        self.tokenizer, self.start, self.lengths = tokenizer, start, [0] * count

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs) -> Tensor:
        drawn = input_ids[:, self.start:]
        for n, tail in enumerate(self.tokenizer.batch_decode(drawn[:, -END_TOKENS:], skip_special_tokens=False)):
            if not self.lengths[n] and END in tail:
                self.lengths[n] = drawn.shape[1]
        return torch.tensor([length > 0 for length in self.lengths], device=input_ids.device)


class Writer:
    """Draws texts from a policy and encodes mirrored ones."""

    def __init__(self, processor, model: nn.Module, s: grpo.Settings, synced: bool):
        self.processor, self.tokenizer, self.settings, self.synced = processor, processor.tokenizer, s, synced
        ends = model.generation_config.eos_token_id
        self.ends = [self.tokenizer.eos_token_id] if ends is None else [ends] if isinstance(ends, int) else list(ends)
        self.pad = self.ends[0] if self.tokenizer.pad_token_id is None else self.tokenizer.pad_token_id
        special = {i for i, t in self.tokenizer.added_tokens_decoder.items() if t.special and t.content != END} | set(self.tokenizer.all_special_ids)
        special |= {getattr(model.config, k) for k in ("image_token_id", "video_token_id") if getattr(model.config, k, None) is not None}
        self.banned = sorted(special - set(self.ends) - set(self.tokenizer.convert_tokens_to_ids([END]) if END in self.tokenizer.get_vocab() else []))
        # The model's own defaults (top-k, repetition penalty) would draw from another distribution than the one that is reinforced.
        model.generation_config = GenerationConfig(do_sample=True, temperature=s.temperature, top_k=0, top_p=1.0, max_new_tokens=s.limit, suppress_tokens=self.banned,
                                                   eos_token_id=self.ends, pad_token_id=self.pad)

    def prompt(self, a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray], device: torch.device) -> dict[str, Tensor]:
        """Inputs of one pair as the model takes them, batch of 1."""
        made = self.processor.apply_chat_template(messages(a, b), add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt")
        return {k: v.to(device) for k, v in made.items() if isinstance(v, Tensor)}

    def pack(self, rows: list[list[int]], device: torch.device) -> tuple[Tensor, Tensor]:
        """Tokens and mask [G, S] of rows of different lengths, pads behind."""
        length = max(map(len, rows))
        tokens = torch.tensor([r + [self.pad] * (length - len(r)) for r in rows], device=device)
        return tokens, torch.tensor([[1.0] * len(r) + [0.0] * (length - len(r)) for r in rows], device=device)

    @torch.no_grad()
    def draw(self, policy: Policy, prompt: dict[str, Tensor]) -> Texts:
        """G texts, up to `<margin>`, the end of the turn or the limit."""
        count, start = self.settings.group, prompt["input_ids"].shape[1]
        ended = Ended(self.tokenizer, start, count)
        policy.eval()  # with a cache, and so without checkpointing
        drawn = policy.model.generate(**repeat(prompt, count), stopping_criteria=StoppingCriteriaList([ended]), synced_gpus=self.synced)[:, start:].tolist()
        policy.train()
        rows = []
        for row, length in zip(drawn, ended.lengths):
            stop = next((n + 1 for n, t in enumerate(row) if t in self.ends), len(row))
            rows.append(row[:min(stop, length or len(row))])
        return Texts(*self.pack(rows, prompt["input_ids"].device), [self.tokenizer.decode(r, skip_special_tokens=False) for r in rows])

    def mirrored(self, texts: Texts) -> Texts:
        """The same texts for the other order, as tokens of their own."""
        words = [mirror(w) for w in texts.words]
        rows = [[t for t in self.tokenizer(w, add_special_tokens=False)["input_ids"] if t not in self.banned] for w in words]  # a picture's token, spelled out, would be one
        return Texts(*self.pack(rows, texts.tokens.device), words)


def step(policy: nn.Module, bare: Policy, reference: contextlib.AbstractContextManager[Policy] | None, writer: Writer, prompts: tuple[dict[str, Tensor], dict[str, Tensor]], y: float,
         autocast, s: grpo.Settings) -> tuple[Tensor, dict[str, float]]:
    """Loss of one pair with margin y (METHOD 2; the same as `grpo.step`) and what it is made of. policy: as it was wrapped for several
    processes; bare: itself; reference: gives the policy that stays, or None where the words cannot change."""
    with autocast():
        texts = writer.draw(bare, prompts[0])
    log_p, m, other = policy((prompts[0], texts), (prompts[1], writer.mirrored(texts)))
    kept = log_p.detach()
    if reference is not None:
        with torch.no_grad(), autocast(), reference as still:
            kept, _ = still.read(prompts[0], texts)
    said = [parse(w) for w in texts.words]
    form, choice = (torch.tensor([[float(v[i]) for v in said]], device=m.device) for i in (0, 1))
    target = torch.full((1, 1), y, device=m.device)
    m, other = m[None], other[None]
    reward = grpo.rewards(m, target, form, choice, torch.zeros_like(form), s)
    a = grpo.advantages(reward)
    words = grpo.policy_loss(log_p, log_p.detach(), kept, a.flatten(), texts.mask, s)
    regression = grpo.margin_loss(m, other, target, grpo.coupling(a, s), s)
    report = {"reward": reward.mean(), "form": form.mean(), "error": (m.detach() - target).abs().mean(), "policy": words.detach(), "regression": regression.detach(),
              "disagreement": (m + other).detach().abs().mean(), "divergence": (grpo.k3(log_p.detach(), kept) * texts.mask).sum() / texts.mask.sum(), "length": texts.mask.sum(-1).mean()}
    return words + regression, {k: float(v) for k, v in report.items()}


def pair_at(pairs: list[Pair], index: int, seed: int) -> Pair:
    """The pair at a place of the endless run: every epoch in its own order, turned at random."""
    epoch, at = divmod(index, len(pairs))
    pair = pairs[int(np.random.default_rng([seed, epoch]).permutation(len(pairs))[at])]
    return Pair(pair.b, pair.a, -pair.margin) if np.random.default_rng([seed, epoch, at]).random() < 0.5 else pair


def trainable(policy: nn.Module) -> dict[str, Tensor]:
    """What learns, by name, on the CPU."""
    return {k: p.detach().cpu() for k, p in policy.named_parameters() if p.requires_grad}


def latest(out: Path) -> Path | None:
    """The newest whole checkpoint of a run."""
    found = sorted(p for p in out.glob("checkpoint-*") if p.suffix != ".partial")
    return found[-1] if found else None


class Run:
    """A policy in training, with its checkpoints and its log."""

    def __init__(self, o: Options):
        self.options = o
        folder = find_model(o.model)
        self.pairs = read_pairs(o.pairs)
        self.accelerator = acc = Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(broadcast_buffers=False)])
        acc.gradient_accumulation_steps = o.accumulate  # the launcher's own setting would win over an argument
        self.sharded = acc.distributed_type == DistributedType.DEEPSPEED
        stage = 0
        if self.sharded:
            config = acc.state.deepspeed_plugin.deepspeed_config
            config |= {"train_micro_batch_size_per_gpu": 1, "gradient_accumulation_steps": o.accumulate, "train_batch_size": o.accumulate * acc.num_processes}
            stage = acc.state.deepspeed_plugin.zero_stage
            unset_hf_deepspeed_config()  # else `from_pretrained` spreads the weights before a reference can be copied from them; `prepare` does it
        half = acc.mixed_precision == "bf16"
        # Learning rates of 1e-6 vanish in bf16: weights that learn stay fp32, or have DeepSpeed's fp32 copy.
        dtype = torch.bfloat16 if half and (o.trunk != "full" or self.sharded) else torch.float32
        torch.manual_seed(o.seed)
        self.processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
        model = load(folder, dtype)
        self.writer = Writer(self.processor, model, o.grpo, synced=stage == 3 and acc.num_processes > 1)
        if o.trunk != "full":
            model.requires_grad_(False)
        if o.trunk == "lora":
            model = get_peft_model(model, LoraConfig(r=o.rank, lora_alpha=2 * o.rank, lora_dropout=0.0, target_modules=LORA_TARGETS))
        if o.checkpointing and o.trunk != "head":
            model.activation_checkpointing_enable({"use_reentrant": False})
        self.bare = Policy(model, self.writer.banned, o.grpo.temperature)
        if self.sharded:  # one type for all that is spread; DeepSpeed keeps the fp32 copy
            for p in self.bare.parameters():
                p.data = p.data.to(dtype)
        self.still = None
        if o.trunk == "full" and o.grpo.beta > 0:
            still = copy.deepcopy(model).to(torch.bfloat16 if half else dtype).requires_grad_(False)
            self.still = Policy(still, self.writer.banned, o.grpo.temperature).to(acc.device).eval()
        head = list(self.bare.head.parameters())
        groups = [{"params": head, "lr": o.head_lr}, {"params": [p for p in model.parameters() if p.requires_grad], "lr": o.lr}]
        optimiser = torch.optim.AdamW([g for g in groups if g["params"]], weight_decay=0.0)
        self.policy, self.optimiser = acc.prepare(self.bare, optimiser)
        self.step = 0
        if found := latest(o.out):
            self.restore(found)

    def reference(self) -> contextlib.AbstractContextManager[Policy] | None:
        """The policy as it was at the start."""
        if self.options.trunk == "head" or self.options.grpo.beta == 0:
            return None
        return contextlib.nullcontext(self.still) if self.still is not None else self.without_adapter()

    @contextlib.contextmanager
    def without_adapter(self):
        with self.bare.model.disable_adapter():
            yield self.bare

    def save(self) -> None:
        """A checkpoint, whole or not there; older ones than the last two go."""
        acc, out = self.accelerator, self.options.out
        target = out / f"checkpoint-{self.step:06d}"
        partial = target.with_suffix(".partial")
        if acc.is_main_process:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
        acc.wait_for_everyone()
        if self.sharded:
            acc.save_state(str(partial), exclude_frozen_parameters=True)
        elif acc.is_main_process:
            torch.save({"policy": trainable(self.bare), "optimiser": self.optimiser.state_dict()}, partial / "state.pt")
        acc.wait_for_everyone()
        if acc.is_main_process:
            (partial / "step.json").write_text(json.dumps({"step": self.step, "processes": acc.num_processes}))
            os.replace(partial, target)
            for old in sorted(p for p in out.glob("checkpoint-*") if p.suffix != ".partial")[:-KEPT_CHECKPOINTS]:
                shutil.rmtree(old)
        acc.wait_for_everyone()

    def restore(self, folder: Path) -> None:
        """Goes on from a checkpoint; raises ValueError where it was made by another number of processes, whose run was another one."""
        made = json.loads((folder / "step.json").read_text())
        if made["processes"] != self.accelerator.num_processes:
            raise ValueError(f"{folder} was made by {made['processes']} processes, this run has {self.accelerator.num_processes}: resume with as many, or choose another --out.")
        self.step = made["step"]
        if self.sharded:
            self.accelerator.load_state(str(folder), load_module_strict=False)
            return
        state = torch.load(folder / "state.pt", map_location="cpu")
        own = dict(self.bare.named_parameters())
        if sorted(state["policy"]) != sorted(trainable(self.bare)):
            raise ValueError(f"{folder} holds other parameters than learn in this run: --trunk and --rank must be the same, or choose another --out.")
        with torch.no_grad():
            for k, v in state["policy"].items():
                own[k].copy_(v)
        self.optimiser.load_state_dict(state["optimiser"])

    def log(self, row: dict[str, float] | None = None) -> None:
        """A line of log.jsonl; without a row, takes back the lines behind the checkpoint that the run goes on from."""
        if not self.accelerator.is_main_process:
            return
        path = self.options.out / "log.jsonl"
        if row is None:
            lines = [x for x in path.read_text().splitlines() if json.loads(x)["step"] <= self.step] if path.exists() else []
            path.write_text("".join(x + "\n" for x in lines))
            return
        line = json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in row.items()})
        with path.open("a") as f:
            f.write(line + "\n")
        print(line, flush=True)

    def places(self):
        """(number in the run, last of its step) of the pairs of this process, from the present step to the end."""
        acc, o = self.accelerator, self.options
        for number in range(self.step * o.accumulate, o.steps * o.accumulate):
            yield number * acc.num_processes + acc.process_index, number % o.accumulate == o.accumulate - 1

    def train(self) -> None:
        """All steps that are left, then the export."""
        o, acc = self.options, self.accelerator
        if acc.is_main_process:
            o.out.mkdir(parents=True, exist_ok=True)
            (o.out / "run.json").write_text(json.dumps(asdict(o), default=str, indent=1))
        self.log()
        self.policy.train()

        def fetch(place: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray], float]:
            pair = pair_at(self.pairs, place, o.seed)
            return *(sample_frames(p, o.frames, o.pixels) for p in (pair.a, pair.b)), pair.margin

        places, total, started = list(self.places()), {}, time.time()
        learning = [p for p in self.bare.parameters() if p.requires_grad]
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(fetch, places[0][0]) if places else None
            for n, (place, last) in enumerate(places):
                a, b, y = coming.result()
                coming = ahead.submit(fetch, places[n + 1][0]) if n + 1 < len(places) else None
                prompts = tuple(self.writer.prompt(*order, acc.device) for order in ((a, b), (b, a)))
                torch.manual_seed(o.seed * 1_000_003 + place)
                with acc.accumulate(self.policy):
                    loss, report = step(self.policy, self.bare, self.reference(), self.writer, prompts, y, acc.autocast, o.grpo)
                    acc.backward(loss)
                    if acc.sync_gradients:
                        acc.clip_grad_norm_(learning, GRADIENT_NORM)
                    self.optimiser.step()
                    self.optimiser.zero_grad()
                total = {k: total.get(k, 0.0) + v / o.accumulate for k, v in report.items()}
                if not last:
                    continue
                self.step += 1
                means = acc.reduce(torch.tensor(list(total.values()), dtype=torch.float32, device=acc.device), reduction="mean").tolist()
                self.log({"step": self.step, **dict(zip(total, means)), "pairs": o.accumulate * acc.num_processes, "seconds": round(time.time() - started, 1)})
                total = {}
                if self.step % o.save_every == 0 or self.step == o.steps:
                    self.save()
        self.export()

    def export(self) -> None:
        """`out`/model (whole weights, or the adapter), `out`/head.pt and the processor's files."""
        acc, o = self.accelerator, self.options
        state = acc.get_state_dict(self.policy)
        if not acc.is_main_process:
            return
        if o.trunk != "head":
            own = {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
            self.bare.model.save_pretrained(o.out / "model", state_dict=own)
        torch.save({k.removeprefix("head."): v.cpu() for k, v in state.items() if k.startswith("head.")}, o.out / "head.pt")
        self.processor.save_pretrained(o.out / "model")


def arguments(words: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    d, s = Options("", Path(), Path()), Options("", Path(), Path()).grpo
    parser.add_argument("--model", required=True, help="folder of a vision-language model, or a name in the local cache; never downloaded")
    parser.add_argument("--pairs", type=Path, required=True, help='lines of {"a", "b", "margin"} (vlm_data)')
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, log and result; a run that is there goes on")
    parser.add_argument("--steps", type=int, default=d.steps)
    parser.add_argument("--trunk", choices=("head", "lora", "full"), default=d.trunk, help="what learns beside the head")
    parser.add_argument("--rank", type=int, default=d.rank, help="of LoRA")
    parser.add_argument("--lr", type=float, help=f"of the trunk (default {d.lr:g} for LoRA, 1e-6 for full)")
    parser.add_argument("--head-lr", type=float, default=d.head_lr)
    parser.add_argument("--accumulate", type=int, default=d.accumulate, help="pairs of a process in one step")
    parser.add_argument("--frames", type=int, default=d.frames, help="of a video")
    parser.add_argument("--pixels", type=int, default=d.pixels, help="of a frame at most")
    parser.add_argument("--no-checkpointing", dest="checkpointing", action="store_false", help="keep all activations: faster, needs far more memory")
    parser.add_argument("--save-every", type=int, default=d.save_every, help="steps")
    parser.add_argument("--seed", type=int, default=d.seed)
    parser.add_argument("--group", type=int, default=s.group, help="texts of a pair")
    parser.add_argument("--limit", type=int, default=s.limit, help="tokens of a text at most")
    parser.add_argument("--beta", type=float, default=s.beta, help="weight of the divergence from the policy at the start; 0 needs no reference")
    parser.add_argument("--coupled", type=float, default=s.coupled, help="weight of the margin's regression")
    a = vars(parser.parse_args(words))
    if a["lr"] is None:
        a["lr"] = 1e-6 if a["trunk"] == "full" else d.lr
    settings = grpo.Settings(claims=0.0, **{k: a.pop(k) for k in ("group", "limit", "beta", "coupled")})
    return Options(**a, grpo=settings)


def main() -> None:
    options = arguments()
    try:
        run = Run(options)
    except (ModelMissing, ValueError) as error:
        raise SystemExit(str(error)) from error
    run.train()
    run.accelerator.end_training()


if __name__ == "__main__":
    main()
