"""Training in pieces of so many minutes: what is kept between them, and the log. A stage that was stopped and goes on makes the same network, on the
same device, as one that was not: weights, optimiser, schedule and all random states are kept."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

KEPT_EVERY = 120.0
"""Seconds between checkpoints of a stage: a machine that goes away takes no more than that."""


class OutOfTime(Exception):
    """The piece's minutes are over; everything is kept."""


class Pieces:
    """Steps of stages that end at a deadline. `run` None: nothing is kept and nothing ends (trials, tests)."""

    def __init__(self, run: Path | None = None, minutes: float | None = None, clock: Callable[[], float] = time.monotonic):
        self.run, self.clock, self.started = run, clock, clock()
        self.deadline = None if minutes is None else self.started + 60 * minutes
        self.before = 0.0

    def minutes(self) -> float:
        """Of the present stage, in all pieces so far."""
        return self.before + (self.clock() - self.started) / 60

    def left(self) -> float:
        """Seconds of this piece."""
        return float("inf") if self.deadline is None else self.deadline - self.clock()

    def path(self, stage: str) -> Path:
        assert self.run is not None
        return self.run / f"{stage}.part.pt"

    def steps(self, stage: str, total: int, *, modules: list[nn.Module], optimiser: torch.optim.Optimizer, schedule: Any = None,
              generators: list[np.random.Generator | torch.Generator] = [], orders: list[list] = []) -> Iterator[int]:
        """Numbers of the steps that are left. The state is put back before the first and kept behind the last; `orders` are lists that
        change on the way. Raises OutOfTime between two steps."""
        if self.run is None:
            yield from range(total)
            return
        held = {"modules": modules, "optimiser": [optimiser], "schedule": [] if schedule is None else [schedule]}
        first, path, self.before, self.started = 0, self.path(stage), 0.0, self.clock()
        if path.exists():
            kept = torch.load(path, weights_only=False, map_location="cpu")
            for name, things in held.items():
                for thing, state in zip(things, kept[name], strict=True):
                    thing.load_state_dict(state)
            for generator, state in zip(generators, kept["generators"], strict=True):
                if isinstance(generator, torch.Generator):
                    generator.set_state(state)
                else:
                    generator.bit_generator.state = state
            for order, values in zip(orders, kept["orders"], strict=True):
                order[:] = values
            torch.set_rng_state(kept["random"])
            if torch.cuda.is_available() and kept["cuda"]:
                torch.cuda.set_rng_state_all(kept["cuda"])
            first, self.before = kept["step"], kept["minutes"]

        def keep(step: int) -> None:
            state: dict[str, Any] = {name: [x.state_dict() for x in things] for name, things in held.items()}
            state |= {"generators": [g.get_state() if isinstance(g, torch.Generator) else g.bit_generator.state for g in generators], "orders": [list(o) for o in orders],
                      "random": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [], "step": step, "minutes": self.minutes()}
            part = path.with_suffix(".new")
            torch.save(state, part)
            part.replace(path)

        last = self.clock()
        for step in range(first, total):
            yield step
            now = self.clock()
            over = self.deadline is not None and now >= self.deadline
            if over or step + 1 == total or now - last >= KEPT_EVERY:
                keep(step + 1)
                last = now
            if over and step + 1 < total:
                raise OutOfTime(f"{stage}: {step + 1} of {total} steps done")

    def between(self, stage: str) -> None:
        """Ends the piece where its time is over before a stage begins."""
        if self.deadline is not None and self.clock() >= self.deadline:
            raise OutOfTime(f"{stage}: not begun")

    def finished(self, stage: str) -> None:
        """The stage has its own checkpoint now."""
        if self.run is not None:
            self.path(stage).unlink(missing_ok=True)


AGAIN = 75
"""Exit status of a piece whose time is over (EX_TEMPFAIL of sysexits.h): the same command goes on."""


def in_pieces(command: Callable[[], None]) -> None:
    """Runs a command line; where its piece ends, says so and exits with AGAIN."""
    try:
        command()
    except OutOfTime as stopped:
        print(f"{stopped}. The same command goes on from here.", file=sys.stderr)
        sys.exit(AGAIN)


class Meter:
    """Means of figures since they were last read, summed on the device they were made on: reading a number waits for a GPU."""

    def __init__(self) -> None:
        self.total: dict[str, Tensor | float] = {}
        self.count = 0

    def add(self, **figures: Tensor | float) -> None:
        self.count += 1
        for name, value in figures.items():
            self.total[name] = self.total.get(name, 0.0) + (value.detach() if isinstance(value, Tensor) else value)

    def read(self) -> dict[str, float]:
        means = {name: float(value) / max(1, self.count) for name, value in self.total.items()}
        self.total, self.count = {}, 0
        return means


def logger(run: Path) -> Callable[..., None]:
    """Writes one row of a run's log.jsonl, and prints it."""
    def log(**row: Any) -> None:
        line = json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
        with (run / "log.jsonl").open("a") as f:
            f.write(line + "\n")
        print(line, flush=True)
    return log
