"""The ffmpeg of imageio-ffmpeg (it holds libvmaf), run one thread a job so that jobs scale with cores."""

from __future__ import annotations

import subprocess

import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


class ToolError(RuntimeError):
    """ffmpeg ended with an error; the message holds the end of what it said."""


def ffmpeg(*arguments: str, timeout: float = 600.0) -> None:
    """Runs ffmpeg quietly; raises ToolError with its last words."""
    command = [FFMPEG, "-v", "error", "-nostdin", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise ToolError(f"{' '.join(command)}\n{done.stderr[-800:]}")


def read_planes(path: str, width: int, height: int, filters: str = "null") -> list[np.ndarray]:
    """Decodes all frames as yuv420p: y (N, H, W), u and v (N, ceil(H/2), ceil(W/2)), uint8."""
    command = [FFMPEG, "-v", "error", "-nostdin", "-threads", "1", "-i", path, "-map", "0:v:0", "-vf", filters,
               "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    done = subprocess.run(command, capture_output=True, timeout=600)
    if done.returncode != 0:
        raise ToolError(f"{path}: {done.stderr[-400:].decode(errors='replace')}")
    return split_planes(np.frombuffer(done.stdout, np.uint8), width, height)


def split_planes(raw: np.ndarray, width: int, height: int) -> list[np.ndarray]:
    """Cuts raw yuv420p bytes into y, u, v arrays of whole frames."""
    chroma_height, chroma_width = (height + 1) // 2, (width + 1) // 2
    luma, chroma = height * width, chroma_height * chroma_width
    frames = len(raw) // (luma + 2 * chroma)
    raw = raw[: frames * (luma + 2 * chroma)].reshape(frames, -1)
    return [
        raw[:, :luma].reshape(frames, height, width),
        raw[:, luma:luma + chroma].reshape(frames, chroma_height, chroma_width),
        raw[:, luma + chroma:].reshape(frames, chroma_height, chroma_width),
    ]
