"""Writes a run of `vlm` as a model package of kind `vlm` (docs/model-package.md): `python -m versusq_training.vlm_export --run RUN --out PACKAGE`.

Checks on the way, each with an error that says what differs: pixels against the model's own processor, prompt and positions against the library's,
graphs against the library's forward pass (prompt and decoding steps), ONNX against torch. Qwen3-VL only; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from peft import PeftModel
from torch import Tensor
from transformers import AutoProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from . import grpo, plan
from .export import COLOUR, golden_input, mulberry32
from .measurements import SERIES, THUMB
from .model import TimelineGraph
from .vlm import ModelMissing, Policy, Writer, find_model, load
from .vlm_answer import Form, Reference, Seen, as_json, form_of, library_margins, positions_of, prompt_text
from .vlm_graphs import UnsupportedFamily, graphs_of
from .vlm_onnx import TOLERANCE, ExportError, compare, export_graph, planes, rounded_to_half

EXTERNAL_ABOVE = 1 << 30
"""Weights of a graph above so many bytes lie in a file of their own: a protobuf holds 2 GB at most."""
GOLDEN_VALUES = 256
LIBRARY_TOLERANCE = 5e-3
"""Graphs against the library's forward pass: margins and logits relative to the largest."""
CALIBRATION_STEPS = 100
MEAN_TO_SD = math.sqrt(math.pi / 2)
"""Standard deviation of a normal distribution whose mean absolute error is 1."""
MADE_UP = [(({"seed": 100, "level": 190, "grain": 12}, {"seed": 200, "level": 60, "grain": 12}), 4.0),
           (({"seed": 300, "level": 70, "grain": 40}, {"seed": 400, "level": 80, "grain": 4}), 2.5),
           (({"seed": 500, "level": 120, "grain": 8}, {"seed": 600, "level": 122, "grain": 8}), 90.1)]
"""Pairs of clips (grey with grain) and their length in seconds: what golden.json's answers are about."""


@dataclass
class Trained:
    """A finished run: the policy with adapters merged, its writer, and how it was trained."""
    policy: Policy
    writer: Writer
    run: dict
    folder: Path


def read_run(folder: Path) -> Trained:
    """A run of `vlm` as it ended. Raises ModelMissing or FileNotFoundError (no run, or it has not ended)."""
    if not (folder / "run.json").exists() or not (folder / "head.pt").exists():
        raise FileNotFoundError(f"{folder}: no finished run of versusq_training.vlm (run.json and head.pt are looked for); let the run end, then export it.")
    run = json.loads((folder / "run.json").read_text())
    trunk = run["trunk"]
    base = folder / "model" if trunk == "full" else find_model(run["model"])
    model = load(base, torch.float32)
    if trunk == "lora":
        model = PeftModel.from_pretrained(model, folder / "model").merge_and_unload()
    processor = AutoProcessor.from_pretrained(folder / "model", local_files_only=True)
    settings = grpo.Settings(**run["grpo"])
    writer = Writer(processor, model, settings, synced=False)
    policy = Policy(model, writer.banned, settings.temperature).eval()
    policy.head.load_state_dict(torch.load(folder / "head.pt", map_location="cpu"))
    return Trained(policy, writer, run, folder)


def calibration_of(folder: Path, scale: float | None) -> tuple[dict, str]:
    """Spread of the margin, and where it comes from: given (from held-out pairs), else the error of the last training steps, which is no held-out one."""
    if scale is not None:
        return {"scale": scale, "floor": 0.0}, "given at export"
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()][-CALIBRATION_STEPS:]
    error = sum(r["error"] for r in rows) / max(1, len(rows))
    return {"scale": round(error * MEAN_TO_SD, 4), "floor": 0.0}, f"error of the last {len(rows)} training steps, on training pairs: too small for unseen ones"


class Package:
    """A package on its way into its folder."""

    def __init__(self, trained: Trained, out: Path, half: bool, external_above: int):
        self.trained, self.out, self.half, self.external_above = trained, out, half, external_above
        processor = trained.writer.processor
        pictures = processor.image_processor
        self.model = trained.policy.model
        self.vision, self.language = graphs_of(self.model, trained.policy.head, list(pictures.image_mean), list(pictures.image_std))
        if half:
            for module in (self.vision, self.language):
                rounded_to_half(module)
        self.deep = len(self.vision.deepstack)
        self.layers, self.width = len(self.language.layers), self.model.config.get_text_config().hidden_size
        self.head_width = self.language.width
        self.heads = self.language.layers[0].self_attn.k_proj.out_features // self.head_width
        self.side = self.vision.patch * self.vision.merge
        self.image = trained.writer.tokenizer.convert_ids_to_tokens(self.language.image)
        self.frames, self.pixels = int(trained.run["frames"]), int(trained.run["pixels"])
        self.least = int(pictures.size["shortest_edge"])
        self.form: Form = form_of(trained.writer, int(trained.run["grpo"]["limit"]))
        self.prompt = prompt_text(trained.writer, self.frames, self.image)
        self.reference = Reference(self.language, trained.writer, self.form, self.prompt, self.image)
        self.sessions: dict[str, onnxruntime.InferenceSession] = {}
        self.rows, self.columns = self.example()

    def example(self) -> tuple[int, int]:
        """A picture of unequal sides that the processor leaves as it is, in squares."""
        columns = next(c for c in range(3, 4096) if c * (c - 1) * self.side**2 >= self.least)
        rows = columns - 1
        size = rows * self.side, columns * self.side
        if smart_resize(*size, factor=self.side, min_pixels=self.least, max_pixels=max(self.pixels, self.least)) != size:
            raise ExportError(f"The run was trained with pictures of {self.pixels} pixels, and the model's processor makes at least {self.least} of the smallest: train with more --pixels.")
        return rows, columns

    def past_names(self, what: str) -> list[str]:
        return [f"{what}_{x}_{i}" for i in range(self.layers) for x in ("key", "value")]

    def inputs(self, graph: str) -> dict[str, tuple[list[int], str] | np.ndarray]:
        """Golden inputs of a graph by name: dims and kind, or the values themselves."""
        r, c, s = self.rows, self.columns, self.side
        if graph == "vision":
            return {"y": ([r, s, c, s], "u8"), "u": ([r, s // 2, c, s // 2], "u8"), "v": ([r, s // 2, c, s // 2], "u8"), "colour": ([3, 4], "colour")}
        if graph == "timeline":
            return {"luma": ([24, 90, 160], "u8"), "valid": ([24], "one"), "times": ([24], "ramp"), "colour": ([3, 4], "colour")}
        tokens = [self.form.open[0], self.language.image, self.language.image, self.form.ask[0], self.form.end[-1]]
        positions = np.array([[7, 8, 8, 10, 11], [7, 8, 8, 10, 11], [7, 8, 9, 10, 11]])
        seen = {n: ([2, self.width], "signed") for n in ("visual", *(f"deepstack_{i}" for i in range(self.deep)))}
        past = {n: ([1, self.heads, 7, self.head_width], "signed") for n in self.past_names("past")}
        return {"tokens": np.array([tokens]), **seen, "positions": positions, **past}

    def drawn(self, graph: str, seed: int) -> dict[str, np.ndarray]:
        random = mulberry32(seed)
        return {n: v.astype(np.int64) if isinstance(v, np.ndarray) else golden_input(v[1], v[0], random, 0) for n, v in self.inputs(graph).items()}

    def outputs(self, graph: str) -> list[str]:
        return {"vision": ["visual", *(f"deepstack_{i}" for i in range(self.deep)), "thumb"], "timeline": ["series", "summary"],
                "language": ["logits", "margin", *self.past_names("present")]}[graph]

    def torch_of(self, graph: str, feeds: dict[str, np.ndarray]) -> dict[str, Tensor]:
        """What the torch module gives for named inputs."""
        with torch.no_grad():
            return dict(zip(self.outputs(graph), self.module(graph)(*self.arguments(graph, {n: torch.from_numpy(a) for n, a in feeds.items()}))))

    def module(self, graph: str) -> torch.nn.Module:
        return {"vision": self.vision, "language": self.language, "timeline": TimelineGraph().eval()}[graph]

    def arguments(self, graph: str, named: dict) -> tuple:
        if graph != "language":
            return tuple(named.values())
        deepstack, past = (tuple(named[n] for n in names) for names in ([f"deepstack_{i}" for i in range(self.deep)], self.past_names("past")))
        return named["tokens"], named["visual"], deepstack, named["positions"], past

    def write_graphs(self) -> None:
        auto = torch.export.Dim.AUTO
        shapes = {"vision": ({0: auto, 2: auto}, {0: auto, 2: auto}, {0: auto, 2: auto}, {}), "timeline": ({0: auto}, {0: auto}, {0: auto}, {}),
                  "language": ({1: auto}, {0: auto}, tuple({0: auto} for _ in range(self.deep)), {1: auto}, tuple({2: auto} for _ in range(2 * self.layers)))}
        for graph in shapes:
            feeds = self.drawn(graph, 1)
            named = {n: torch.from_numpy(a) for n, a in feeds.items()}
            path = self.out / f"{graph}.onnx"
            half = self.half and graph != "timeline"
            export_graph(self.module(graph), self.arguments(graph, named), list(feeds), self.outputs(graph), shapes[graph], path, half, self.external_above)
            self.sessions[graph] = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def run(self, graph: str, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return dict(zip(self.outputs(graph), self.sessions[graph].run(self.outputs(graph), feeds)))

    def golden(self, graph: str, seed: int) -> dict:
        feeds = self.drawn(graph, seed)
        expected = self.torch_of(graph, feeds)
        compare(graph, self.run(graph, feeds), expected)
        outputs = {}
        for name, value in expected.items():
            if name.startswith("present"):
                continue  # the next step's answers would be wrong
            flat = value.numpy().reshape(-1)
            sample = max(1, -(-flat.size // GOLDEN_VALUES))
            tolerance = max(TOLERANCE, TOLERANCE * float(np.abs(flat).max()))
            outputs[name] = {"dims": list(value.shape), "sample": sample, "values": [round(float(x), 6) for x in flat[::sample]], "tolerance": tolerance}
        given = {n: {"values": s.reshape(-1).tolist()} if isinstance(s, np.ndarray) else {"kind": s[1]} for n, s in self.inputs(graph).items()}
        inputs = {n: {"dims": list(a.shape), "type": str(a.dtype), **given[n]} for n, a in feeds.items()}
        return {"graph": graph, "seed": seed, "inputs": inputs, "outputs": outputs}

    def shown(self, drawing: dict) -> list[list[np.ndarray]]:
        """Planes of the frames of one made-up clip."""
        return [planes({**drawing, "seed": drawing["seed"] + n}, self.rows, self.columns, self.side) for n in range(self.frames)]

    def seen(self, clips: tuple[dict, dict], duration: float) -> Seen:
        """Both clips through the vision graph, in torch."""
        colour = np.array(COLOUR, np.float32)
        outs = [self.torch_of("vision", {"y": y, "u": u, "v": v, "colour": colour}) for clip in clips for y, u, v in self.shown(clip)]
        joined = lambda name: torch.cat([o[name] for o in outs])
        times = (np.arange(self.frames) + 0.5) * duration / self.frames
        return Seen(joined("visual"), tuple(joined(f"deepstack_{i}") for i in range(self.deep)), (times, times), self.rows, self.columns)

    def answer(self, clips: tuple[dict, dict], seen: Seen, duration: float) -> dict:
        """A made-up pair for golden.json: the reference's answer, checked against the library's forward pass."""
        said = self.reference.answer(seen)
        prompts = tuple(self.library_prompt(order, seen) for order in (clips, clips[::-1]))
        for order, prompt, own in zip((seen, seen.turned()), prompts, ("A B", "B A")):
            self.check_prompt(order, prompt, own)
        margins = library_margins(self.trained.policy, prompts, said["tokens"], said["mirrored"])
        if max(abs(x - y) for x, y in zip(margins, said["orders"])) > LIBRARY_TOLERANCE * max(1, *map(abs, margins)):
            raise ExportError(f"The language graph reads the margins {said['orders']}, the library's model {margins}")
        return {"a": clips[0], "b": clips[1], "rows": self.rows, "columns": self.columns, "duration": duration, "text": said["text"], "tokens": said["tokens"],
                "orders": [round(x, 6) for x in said["orders"]]}

    def library_prompt(self, clips: tuple[dict, dict], seen: Seen) -> dict[str, Tensor]:
        """The prompt as training makes it, with the graph's own pixels (not rounded to 8 bits), after checking that they are the processor's."""
        colour = torch.tensor(COLOUR)
        rgb = [self.vision.picture(*(torch.from_numpy(p) for p in frame), colour)[0] for clip in clips for frame in self.shown(clip)]
        pictures = np.stack([(x * 255).round().byte().permute(1, 2, 0).numpy() for x in rgb])
        half = len(pictures) // 2
        prompt = self.trained.writer.prompt((pictures[:half], seen.times[0]), (pictures[half:], seen.times[1]), torch.device("cpu"))
        own = torch.cat([self.vision.patches(x, self.rows, self.columns) for x in rgb])
        steps = self.model.config.vision_config.temporal_patch_size
        own = own.reshape(len(own), 3, 1, -1).expand(-1, -1, steps, -1).flatten(1)
        worst = float((own - prompt["pixel_values"]).abs().max()) if own.shape == prompt["pixel_values"].shape else math.inf
        if worst > 0.51 / 255 / float(self.vision.std.min()) + 1e-4:
            raise ExportError(f"The graph's pixels differ from the processor's by {worst:.3g}: its normalisation or the order of its patches is another one")
        return prompt | {"pixel_values": own}

    def check_prompt(self, seen: Seen, prompt: dict[str, Tensor], order: str) -> None:
        tokens = self.reference.tokens(seen)
        if tokens != prompt["input_ids"][0].tolist():
            raise ExportError(f"Order {order}: the prompt's text gives other tokens than the processor")
        positions, after = positions_of(tokens, self.language.image, self.rows, self.columns)
        wanted, delta = self.model.model.get_rope_index(prompt["input_ids"], prompt["mm_token_type_ids"], image_grid_thw=prompt["image_grid_thw"])
        if not torch.equal(positions, wanted[:, 0]) or after != len(tokens) + int(delta.flatten()[0]):
            raise ExportError(f"Order {order}: positions are not those of the library")

    def check_steps(self, seen: Seen, answer: list[int]) -> None:
        """ONNX against torch: the prompt with the first token, then every other token with the cache."""
        prompt = self.reference.tokens(seen)
        positions, at = positions_of(prompt, self.language.image, self.rows, self.columns)
        past = {n: np.zeros((1, self.heads, 0, self.head_width), np.float32) for n in self.past_names("past")}
        for number, token in enumerate(answer):
            own = np.full((3, 1), at + number)
            tokens = [*prompt, token] if number == 0 else [token]
            places = np.concatenate([positions.numpy(), own], 1) if number == 0 else own
            deepstack = {f"deepstack_{i}": d.numpy() for i, d in enumerate(seen.deepstack)}
            feeds = {"tokens": np.array([tokens]), "visual": seen.visual.numpy(), **deepstack, "positions": places, **past}
            got = self.run("language", feeds)
            compare(f"language (token {number})", got, self.torch_of("language", feeds))
            past = {n: got[n.replace("past", "present")] for n in past}

    def write(self, name: str, version: str, licence: str, scale: float | None) -> None:
        """All files; raises ExportError where a check fails."""
        self.out.mkdir(parents=True, exist_ok=True)
        calibration, source = calibration_of(self.trained.folder, scale)
        answers = [self.answer(pair, self.seen(pair, duration), duration) for pair, duration in MADE_UP]
        self.write_graphs()
        for (pair, duration), said in zip(MADE_UP, answers):
            self.check_steps(self.seen(pair, duration), said["tokens"])
        cases = [self.golden(graph, 11 + i) for i, graph in enumerate(("vision", "timeline", "language"))]
        (self.out / "golden.json").write_text(json.dumps({"schema": "versusq.golden/1", "cases": cases, "answers": answers}) + "\n")
        self.trained.writer.tokenizer.backend_tokenizer.save(str(self.out / "tokenizer.json"))
        manifest = self.manifest(name, version, licence, calibration, source)
        (self.out / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")
        (self.out / "MODEL_CARD.md").write_text(card(manifest))

    def manifest(self, name: str, version: str, licence: str, calibration: dict, source: str) -> dict:
        files = {}
        for path in sorted(p for p in self.out.iterdir() if p.name.endswith((".onnx", ".onnx.data")) or p.name in ("tokenizer.json", "golden.json")):
            with path.open("rb") as f:
                files[path.name] = {"sha256": hashlib.file_digest(f, "sha256").hexdigest(), "bytes": path.stat().st_size}
        run = self.trained.run
        training = {k: run[k] for k in ("trunk", "rank", "lr", "head_lr", "steps", "accumulate", "seed", "grpo")}
        return {
            "schema": "versusq.model/1", "name": name, "version": version, "kind": "vlm", "family": self.model.config.model_type, "licence": licence, "files": files,
            "input": {"frames": self.frames, "pixels": self.pixels, "leastPixels": min(self.least, self.pixels), "square": self.side,
                      "thumb": list(THUMB), "series": SERIES,
                      "timeline": {"width": plan.TIMELINE_SIZE[0], "height": plan.TIMELINE_SIZE[1]}},
            "dimensions": {"width": self.width, "deepstack": self.deep, "layers": self.layers, "heads": self.heads, "head": self.head_width,
                           "vocabulary": self.language.words.out_features},
            "prompt": {"text": self.prompt, "image": self.image, "imageToken": self.language.image}, "answer": as_json(self.form),
            "margin": {"unit": "6 points of a 0-100 scale, about one just-noticeable difference", "calibration": {"considered": calibration}, "calibrated": source},
            "training": {"base": Path(run["model"]).name, "pairs": Path(run["pairs"]).name, **training},
        }


def card(manifest: dict) -> str:
    """MODEL_CARD.md: what is known of the model, and that nothing more is."""
    t, i = manifest["training"], manifest["input"]
    size = sum(f["bytes"] for f in manifest["files"].values()) / 1e6
    return f"""# {manifest['name']} {manifest['version']}

A vision-language model ({manifest['family']}, from {t['base']}) that compares the quality of two videos, trained with Margin-Coupled GRPO
(`training/VLM.md`) and exported for VersusQ's runtime (kind `vlm`, docs/model-package.md). {size:.1f} MB, licence {manifest['licence']}.

- Looks at {i['frames']} frames of each video, at most {i['pixels']} pixels each. It sees nothing that moves between them.
- Writes its reasons, then reads the margin behind them, in both orders of the videos; there is no margin at a glance.
- Trained on {t['pairs']}: {t['trunk']}, {t['steps']} steps of {t['accumulate']} pairs a process, seed {t['seed']}.
- Spread of the margin: {manifest['margin']['calibrated']}.

Held-out figures: none are made by the export. Measure the package with `versusq bench` before its margins are relied upon.
"""


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="--out of a finished run of versusq_training.vlm")
    parser.add_argument("--out", type=Path, required=True, help="folder of the package")
    parser.add_argument("--name", default="versusq-vlm")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--licence", default="the base model's", help="SPDX name; that of the base model binds")
    parser.add_argument("--scale", type=float, help="standard deviation of the margin's error on held-out pairs, margin units")
    parser.add_argument("--half", action="store_true", help="keep weights as float16 (half the size; they are widened when the package is opened)")
    parser.add_argument("--external-above", type=int, default=EXTERNAL_ABOVE, help="weights of a graph above so many bytes lie in a file of their own")
    a = parser.parse_args(words)
    try:
        Package(read_run(a.run), a.out, a.half, a.external_above).write(a.name, a.version, a.licence, a.scale)
    except (ModelMissing, FileNotFoundError, UnsupportedFamily, ExportError, ValueError) as error:
        raise SystemExit(str(error)) from error
    total = sum(p.stat().st_size for p in a.out.iterdir())
    print(f"{a.out}: {total / 1e6:.2f} MB; ONNX equals torch, torch equals the library")


if __name__ == "__main__":
    main()
