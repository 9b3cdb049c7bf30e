"""The sample plan (docs/model-package.md, version 2): where a model looks. The same numbers as src/engine/media/plan.ts."""

from __future__ import annotations

import math

PLAN_VERSION = 2
CROP = 128
PLACES = 4
FRAMES_PER_BURST = 4
MAX_BURSTS = 12
MIN_STEP = 0.25
TIMELINE_SIZE = (160, 90)
WHOLE = (160, 90)
"""The whole frame of a burst, small (width, height)."""
FRAGMENTS = (PLACES * CROP, CROP + WHOLE[1])
"""One frame as the encoder takes it (width, height): its fragments in a row, the whole frame below the first of them."""


def burst_times(duration: float, fps: float) -> list[float]:
    """Seconds after the first frame at which bursts begin; nested grids, at most 12, each burst whole inside the clip."""
    step = max(MIN_STEP, 2.0 ** math.ceil(math.log2(duration / MAX_BURSTS)))
    last = duration - FRAMES_PER_BURST / fps
    times = [k * step for k in range(MAX_BURSTS) if k * step <= last + 1e-6]
    return times or [0.0]


def layout(time: float) -> int:
    """Sum of the base-4 digits of the time in quarters of a second, modulo 4."""
    n, total = math.floor(time / MIN_STEP + 0.5), 0
    while n:
        total, n = total + n % 4, n // 4
    return total % 4


def _origin(centre: float, size: int) -> int:
    start = min(max(math.floor(centre + 0.5) - CROP // 2, 0), size - CROP)
    return start // 16 * 16 if size >= CROP + 16 or size == CROP else start // 2 * 2


def places(time: float, width: int, height: int) -> list[tuple[int, int]]:
    """(row, column) of the crops of the burst at `time` seconds after the first frame."""
    shift = layout(time)
    cells = [(row, (2 * row + row // 2 + shift) % 4) for row in range(PLACES)]
    return [(_origin((r + 0.5) * height / 4, height), _origin((c + 0.5) * width / 4, width)) for r, c in cells]


def cell_centres(at: list[tuple[int, int]], width: int, height: int) -> list[tuple[float, float]]:
    """Centres of the crops as shares of the picture (row, column)."""
    return [((r + CROP / 2) / height, (c + CROP / 2) / width) for r, c in at]
