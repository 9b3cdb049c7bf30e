"""Plain cases that a reviewer must never see judged wrong: `python -m versusq_training.plain make|score`.

make: from sources that were held out of training, clips and pairs.csv (a, b, better, case) for `versusq compare --pairs`. The better clip
stands in a or b by turns. score: reads the JSON lines that the command printed and counts right signs by case.
Cases: CRF 20 against CRF 40; clean against blurred, noisy, dropped frames; native against half size scaled up.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path

from .corpus import Corpus
from .data import facts
from .tools import ffmpeg

CASES = ("crf", "blur", "noise", "drop", "upscaled")


def _encode(source: Path, target: Path, filters: str = "null", crf: int = 18) -> None:
    if not target.exists():
        part = target.with_name("part-" + target.name)
        ffmpeg("-i", str(source), "-vf", filters, "-c:v", "libx264", "-preset", "medium", "-crf", str(crf), "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-an", str(part))
        part.rename(target)


def make_pairs(sources: list[Path], out: Path, seed: int) -> list[dict[str, str]]:
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for n, source in enumerate(sources):
        width, height, fps, frames = facts(source)
        r = random.Random(f"{source.stem}/{seed}")
        dropped = "+".join(f"eq(n\\,{k})" for k in range(2, frames) if r.random() < 0.3)
        strength = height / 360
        def clip(name: str) -> Path:
            return out / f"{source.stem}-{name}.mp4"
        _encode(source, clip("crf20"), crf=20)
        _encode(source, clip("crf40"), crf=40)
        _encode(source, clip("clean"))
        _encode(source, clip("blur"), f"gblur=sigma={1.8 * strength:.2f}")
        _encode(source, clip("noise"), "noise=c0s=22:allf=t+u")
        _encode(source, clip("drop"), f"select='not({dropped})',fps={fps:.6f}:start_time=0")
        _encode(source, clip("upscaled"), f"scale=trunc(iw/4)*2:trunc(ih/4)*2:flags=bicubic,scale={width}:{height}:flags=bicubic")
        for k, case in enumerate(CASES):
            good, bad = (clip("crf20"), clip("crf40")) if case == "crf" else (clip("clean"), clip(case))
            a, b = (good, bad) if (n + k) % 2 == 0 else (bad, good)
            rows.append({"a": str(a), "b": str(b), "better": "a" if a == good else "b", "case": case})
    with (out / "pairs.csv").open("w", newline="") as f:
        writer = csv.DictWriter(f, ["a", "b", "better", "case"])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def score(pairs: Path, results: Path) -> dict[str, tuple[int, int]]:
    """Case -> (right, all); a failed pair is wrong."""
    table: dict[str, tuple[int, int]] = {}
    rows = list(csv.DictReader(pairs.open()))
    for row, line in zip(rows, results.read_text().splitlines(), strict=True):
        result = json.loads(line)
        right = "error" not in result and (result["margin"] > 0) == (row["better"] == "a") and result["margin"] != 0
        done = table.get(row["case"], (0, 0))
        table[row["case"]] = (done[0] + right, done[1] + 1)
        if not right:
            print("wrong:", row["case"], Path(row["a"]).name, Path(row["b"]).name, "better", row["better"], "margin", result.get("margin", result.get("error")))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "score"))
    parser.add_argument("--data", type=Path, help="make: the data folder that was trained on; its held-out groups are used")
    parser.add_argument("--count", type=int, default=20, help="make: sources, clips first, then photographs with a camera move")
    parser.add_argument("--out", type=Path, required=True, help="folder of clips and pairs.csv")
    parser.add_argument("--results", type=Path, help="score: JSON lines of `versusq compare --pairs pairs.csv --json`")
    parser.add_argument("--seed", type=int, default=7)
    a = parser.parse_args()
    if a.what == "make":
        corpus = Corpus(a.data)
        held = sorted({(corpus.clips[i].kind, corpus.clips[i].source) for i in corpus.split("test")})
        rows = make_pairs([a.data / "base" / f"{source}.mkv" for _, source in held[: a.count]], a.out, a.seed)
        print(f"{len(rows)} pairs in {a.out / 'pairs.csv'}")
    else:
        table = score(a.out / "pairs.csv", a.results)
        for case, (right, n) in table.items():
            print(f"{case}: {right}/{n}")
        print(f"all: {sum(r for r, _ in table.values())}/{sum(n for _, n in table.values())}")


if __name__ == "__main__":
    main()
