"""A whole training with one command: `python -m versusq_training.run --config configs/gpu.yaml --data DATA --run RUN --minutes 10`.

Stations: (with `--synthesise CLIPS`) copies and their measurements, pre-training of the encoder, stages 1 to 3, evaluation, export to RUN/package.
What is done stays done; with `--minutes` a piece ends in the midst of a station with exit status 75, and the same command goes on.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from . import pretrain, train
from .config import Config, ConfigError, load_config
from .pieces import OutOfTime, Pieces, in_pieces, logger

FEWEST_SECONDS = 5.0
"""A program is not started for less."""


def together(commands: Sequence[Sequence[str]], pieces: Pieces, what: str) -> None:
    """Runs programs side by side. They keep what they have finished; where the piece ends they are ended, with all that they started."""
    if pieces.left() < FEWEST_SECONDS:
        raise OutOfTime(f"{what}: not begun")
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    try:
        for process in running:
            process.wait(None if pieces.deadline is None else max(0.1, pieces.left()))
    except subprocess.TimeoutExpired:
        raise OutOfTime(f"{what}: part of it done") from None
    finally:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
    failed = next((p for p in running if p.returncode != 0), None)
    if failed:
        raise RuntimeError(f"{what} failed with status {failed.returncode}: {' '.join(map(str, failed.args))}")


def synthesise(config: Config, clips: Path, photos: Path | None, data: Path, jobs: int, pieces: Pieces) -> None:
    """Copies of the mix, ladders and extras, then their measurements; each copy is deleted when it is measured. Goes on where it stopped."""
    s, python = config.synthesise, [sys.executable, "-m"]
    made = data / "synthesised.txt"
    stations = [("mix", ["--mix", str(s.mix), "--photo-mix", str(s.photo_mix), "--ladders", str(s.ladders)]), *((f"extra {kind}", ["--extra", kind, str(n)]) for kind, n in s.extras)]
    done = made.read_text().splitlines() if made.exists() else []
    data.mkdir(parents=True, exist_ok=True)
    for name, options in stations:
        if name not in done:
            together([[*python, "versusq_training.data", "--sources", str(clips), *(("--photos", str(photos), "--photo-limit", str(s.photo_limit)) if photos else ()),
                       "--out", str(data), "--seed", str(config.seed), "--jobs", str(jobs), *options]], pieces, f"synthesis, {name}")
            done.append(name)
            made.write_text("\n".join(done) + "\n")
    together([[*python, "versusq_training.extract", "--data", str(data), "--shard", f"{n}/{jobs}", "--drop-copies", *(["--next-frames"] if s.following else [])] for n in range(jobs)],
             pieces, "measuring")


def main(argv: list[str] | None = None, pieces: Pieces | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of measured copies (data, extract); made where --synthesise is named")
    parser.add_argument("--run", type=Path, required=True, help="checkpoints, log.jsonl, results.json and the package")
    parser.add_argument("--minutes", type=float, help="stop after so many (exit status 75); the same command goes on")
    parser.add_argument("--synthesise", type=Path, metavar="CLIPS", help="folder of clean clips that copies are made of first")
    parser.add_argument("--photos", type=Path, help="the same, of photographs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, help="processes of the synthesis (all cores)")
    parser.add_argument("--version", default="0.1.0", help="of the package")
    a = parser.parse_args(argv)
    try:
        config = load_config(a.config)
        config.torch_device()
    except ConfigError as error:
        parser.error(str(error))
    if a.photos and not a.synthesise:
        parser.error("--photos belongs to --synthesise CLIPS")
    a.run.mkdir(parents=True, exist_ok=True)
    pieces, log = pieces or Pieces(a.run, a.minutes), logger(a.run)
    if a.synthesise:
        synthesise(config, a.synthesise, a.photos, a.data, a.jobs, pieces)
    if not (a.data / "rows").is_dir():
        parser.error(f"{a.data}: no copies are here. Make them with --synthesise CLIPS, or name the folder that versusq_training.data wrote.")
    common, encoder = ["--config", str(a.config), "--data", str(a.data), "--run", str(a.run)], a.run / "encoder.pt"
    if config.learned != "none" and not encoder.exists():
        pieces.between("pretrain")
        pretrain.main(common, pieces)
    pieces.between("train")
    train.main([*common, "--out", str(a.run / "package"), "--version", a.version, *(["--encoder", str(encoder)] if config.learned != "none" else [])], pieces)
    log(stage="run", finished=True)


if __name__ == "__main__":
    in_pieces(main)
