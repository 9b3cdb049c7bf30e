"""A measured corpus small enough for a test: pictures of textured noise, and blurred copies of them, measured by the real code; no video is made."""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from versusq_training.measurements import Timeline, burst_measurements
from versusq_training.plan import CROP, PLACES

BURSTS = 3
TINY = """
device: cpu
learned: {learned}
held_out: [0.25, 0.25]
encoder: {{ widths: [8, 12], blocks: [1, 1], token: 6 }}
decoder: {{ model: 32, layers: 1, heads: 2 }}
pretrain: {{ steps: 6, pairs: 4, fragments: 2, window: 32, held_out_pairs: 2, held_out_bursts: 1, held_out_every: 3 }}
train: {{ pairs_per_video: 6, pairs_per_photo: 6, pairs_per_extra: 2, bursts: 2, epochs: 1, batch: 12, decoder_steps: 4, decoder_batch: 8, grpo_steps: 2, grpo_pairs: 2, test_pairs: 4, cross_pairs: 4 }}
"""


def write_corpus(folder: Path, sources: int = 8, copies: int = 3) -> Path:
    """`sources` textures, each with `copies` copies of which every one is more blurred than the one before. Split 4, 2, 2 with the shares of TINY."""
    for name in ("rows", "features"):
        (folder / name).mkdir(parents=True)
    g = torch.Generator().manual_seed(3)
    for s in range(sources):
        texture = (torch.randn(BURSTS, PLACES, 4, CROP + 8, CROP + 8, generator=g) * (16 + 2 * s) + 90 + 8 * s).clamp(0, 255)
        series, summary = Timeline()(torch.full((20, 90, 160), 90 + s, dtype=torch.uint8), torch.ones(20), torch.arange(20) / 25, torch.eye(3, 4))
        for n in range(copies):
            crops = texture.flatten(0, 2)[:, None]
            for _ in range(n):
                crops = F.avg_pool2d(crops, 3, 1)
            at = (crops.shape[-1] - CROP) // 2
            crops = crops[:, 0, at:at + CROP, at:at + CROP].reshape(BURSTS, PLACES, 4, CROP, CROP)
            chroma = torch.zeros(PLACES, CROP // 2, CROP // 2)
            thumbs = F.adaptive_avg_pool2d(crops[:, 0, :1], (18, 32))[:, 0]
            cells = torch.rand(PLACES, 2, generator=torch.Generator().manual_seed(1))
            name = f"s{s}-{300 + n:03d}"
            np.savez(folder / "features" / f"{name}.npz", crops=crops[:, :, 0].round().to(torch.uint8).numpy(), following=crops[:, :, 1].round().to(torch.uint8).numpy(),
                     measurements=torch.stack([burst_measurements(c, chroma, chroma, t) for c, t in zip(crops, thumbs)]).numpy(),
                     thumbs=thumbs.numpy(), summary=summary.numpy(), series=series.numpy(), times=np.arange(BURSTS, dtype=np.float32),
                     cells=np.stack([np.concatenate([cells.numpy(), np.full((PLACES, 1), k / BURSTS, np.float32)], 1) for k in range(BURSTS)]))
            defects = [{"kind": "blur", "attribute": "sharpness", "severity": n / 4, "time": [0, 1], "region": "whole"}] if n else []
            row = {"name": name, "file": f"{name}.mp4", "source": f"s{s}", "group": f"s{s}", "kind": "clip", "quality": 96 - 22.0 * n, "width": 640, "height": 360, "fps": 25, "frames": 20,
                   "recipe": {"family": "blur" if n else "clean", "codec": "h264", "defects": defects}}
            (folder / "rows" / f"{name}.json").write_text(json.dumps(row))
    return folder


def write_config(folder: Path, learned: str = "both", more: str = "") -> Path:
    path = folder / "tiny.yaml"
    path.write_text(TINY.format(learned=learned) + more)
    return path


class Clock:
    """Stands in for time.monotonic: each look at it takes a second."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now
