"""Configurations of a whole training (configs/cpu.yaml, configs/gpu.yaml): one YAML file, checked when it is read. An unknown key, a wrong type or an
impossible value ends with a sentence that names file and key."""

from __future__ import annotations

import dataclasses
import typing
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
import yaml

from .corpus import SHARES
from .encoder import EncoderSize
from .plan import CROP
from .recipes import EXTRA_NUMBERS


class ConfigError(ValueError):
    """A configuration that cannot be used; says which file, which key and why."""


@dataclass(frozen=True)
class DecoderSize:
    """The decoder's width, layers and heads (model.Dimensions)."""
    model: int = 160
    layers: int = 3
    heads: int = 5


@dataclass(frozen=True)
class Pretraining:
    """Of the encoder. A batch: `pairs` of copies, `fragments` windows of `window` pixels of each; `alone`: share of pairs that do not see each other.
    held_out_*: pairs of a clip (a third of them of a photograph), bursts of a pair, steps between two looks."""
    steps: int = 4000
    pairs: int = 24
    fragments: int = 4
    window: int = 64
    rate: float = 0.002
    weight_decay: float = 0.05
    alone: float = 0.25
    held_out_pairs: int = 24
    held_out_bursts: int = 2
    held_out_every: int = 500


@dataclass(frozen=True)
class Training:
    """Stages 1 to 3: options of versusq_training.train, there with their meaning."""
    pairs_per_video: int = 60
    pairs_per_photo: int = 20
    pairs_per_extra: int = 7
    bursts: int = 4
    epochs: int = 18
    batch: int = 96
    rate: float = 0.002
    decoder_steps: int = 700
    decoder_batch: int = 32
    decoder_rate: float = 0.001
    grpo_steps: int = 150
    grpo_pairs: int = 8
    test_pairs: int = 60
    cross_pairs: int = 400


@dataclass(frozen=True)
class Synthesis:
    """Copies that `run --synthesise` makes: of each clip, of each photograph, ladders of each, and extras as [kind, copies]. `following`: the next frame of
    every fragment is kept as well."""
    mix: int = 32
    photo_mix: int = 14
    ladders: int = 2
    photo_limit: int = 100
    extras: tuple[tuple[str, int], ...] = ()
    following: bool = False


@dataclass(frozen=True)
class Config:
    """device: auto takes a GPU where there is one. autocast: bf16 for the networks' forward passes. learned: where the encoder's tokens go (beside
    the pair measurements, beside the clip's tokens, both, nowhere). held_out: shares of sources for test and calibration."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    autocast: Literal["none", "bf16"] = "none"
    threads: int = 0
    seed: int = 7
    learned: Literal["none", "pair", "token", "both"] = "pair"
    held_out: tuple[float, ...] = tuple(SHARES.values())
    encoder: EncoderSize = field(default_factory=EncoderSize)
    decoder: DecoderSize = field(default_factory=DecoderSize)
    pretrain: Pretraining = field(default_factory=Pretraining)
    train: Training = field(default_factory=Training)
    synthesise: Synthesis = field(default_factory=Synthesis)

    def torch_device(self) -> torch.device:
        name = ("cuda" if torch.cuda.is_available() else "cpu") if self.device == "auto" else self.device
        if name == "cuda" and not torch.cuda.is_available():
            raise ConfigError("device is cuda, but torch finds no GPU here. Use a machine with one, or a configuration with device: cpu (configs/cpu.yaml).")
        return torch.device(name)

    def cast(self) -> AbstractContextManager:
        """Context of a forward pass; losses stay outside, in single precision."""
        return torch.autocast(self.torch_device().type, torch.bfloat16, enabled=self.autocast == "bf16")

    def prepare(self) -> None:
        if self.threads:
            torch.set_num_threads(self.threads)
        if self.torch_device().type == "cuda":
            torch.set_float32_matmul_precision("high")

    def shares(self) -> dict[str, float]:
        return dict(zip(("test", "calibration"), self.held_out))


_NAMES = {int: "a whole number", float: "a number (2.0e-3, not 2e-3)", str: "a text", bool: "true or false"}


def _read(kind: Any, value: Any, key: str, file: str) -> Any:
    """`value` as `kind`, a dataclass, Literal, tuple or plain type."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)

    def refuse(wanted: str) -> typing.NoReturn:
        raise ConfigError(f"{file}: {key or 'the file'} must be {wanted}, but it is {value!r}.")
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            refuse("a table of keys")
        hints = typing.get_type_hints(kind)
        known = {f.name for f in dataclasses.fields(kind)}
        for name in value:
            if name not in known:
                raise ConfigError(f"{file}: {f'{key}.' if key else ''}{name} is no key. Known here: {', '.join(sorted(known))}.")
        return kind(**{name: _read(hints[name], v, f"{key}.{name}" if key else name, file) for name, v in value.items()})
    if origin is Literal:
        return value if value in arguments and isinstance(value, str) else refuse(f"one of {', '.join(map(str, arguments))}")
    if origin is tuple:
        if not isinstance(value, list):
            refuse("a list")
        if arguments[-1] is ...:
            return tuple(_read(arguments[0], v, f"{key}[{n}]", file) for n, v in enumerate(value))
        if len(value) != len(arguments):
            refuse(f"a list of {len(arguments)}")
        return tuple(_read(t, v, f"{key}[{n}]", file) for n, (t, v) in enumerate(zip(arguments, value)))
    right = isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))
    return kind(value) if right else refuse(_NAMES[kind])


def _check(c: Config, file: str) -> None:
    """Values that no training can begin with."""
    stride = 4 * 2 ** (len(c.encoder.widths) - 1)
    zero = {"grpo_steps", "pairs_per_extra", "cross_pairs", "weight_decay", "alone", "ladders", "photo_mix", "mix", "photo_limit"}
    rules = [(c.encoder.widths and len(c.encoder.widths) == len(c.encoder.blocks), "encoder.blocks must have as many entries as encoder.widths"),
             (c.pretrain.window % max(stride, 8) == 0 and 0 < c.pretrain.window <= CROP, f"pretrain.window must be a multiple of {max(stride, 8)} up to {CROP}"),
             (0 <= c.pretrain.alone <= 1, "pretrain.alone must be a share from 0 to 1"),
             (c.decoder.heads > 0 and c.decoder.model % c.decoder.heads == 0, "decoder.model must be a multiple of decoder.heads"),
             (len(c.held_out) == 2 and all(0 < s < 0.5 for s in c.held_out), "held_out must be two shares between 0 and 0.5: test and calibration"),
             (all(kind in EXTRA_NUMBERS and 0 < n <= 10 for kind, n in c.synthesise.extras), f"synthesise.extras takes [kind, 1 to 10]; kinds: {', '.join(EXTRA_NUMBERS)}")]
    rules += [(v > 0 or (v == 0 and name in zero), f"{part}.{name} must be above 0") for part in ("pretrain", "train", "decoder", "synthesise")
              for name, v in vars(getattr(c, part)).items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    for right, rule in rules:
        if not right:
            raise ConfigError(f"{file}: {rule}.")


def load_config(path: Path) -> Config:
    """Reads and checks a configuration; what it leaves out has the defaults above."""
    try:
        value = yaml.safe_load(path.read_text())
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file. configs/cpu.yaml and configs/gpu.yaml are ready to use.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error
    config = _read(Config, {} if value is None else value, "", str(path))
    _check(config, str(path))
    return config
