"""The ffmpeg of imageio-ffmpeg (it holds libvmaf), run one thread a job so that jobs scale with cores."""

from __future__ import annotations

import functools
import re
import subprocess
import tempfile
from pathlib import Path

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


def said(*arguments: str) -> str:
    """Runs ffmpeg and gives all that it says on stderr, where it says what files and frames are like."""
    return subprocess.run([FFMPEG, "-nostdin", "-y", *arguments], capture_output=True, text=True, errors="replace", timeout=600.0).stderr


def frame_times(path: str) -> list[float]:
    """Presentation times of the decoded frames, in seconds. Errors: ToolError when there are not two."""
    words = said("-threads", "1", "-i", path, "-map", "0:v:0", "-vf", "showinfo=checksum=0", "-fps_mode", "passthrough", "-f", "null", "-")
    times = [float(t) for t in re.findall(r"showinfo.*? pts_time:\s*([-\d.]+)", words)]
    if len(times) < 2:
        raise ToolError(f"{path}: {len(times)} frames\n{words[-300:]}")
    return times


ENCODERS = {"h264": ("libx264", r"x264 - (core \d+)"), "hevc": ("libx265", r"x265 (\(build \d+\) - [\w.+-]+)"), "vp9": ("libvpx-vp9", r"libvpx-vp9 @ [^]]*\] (v[\w.-]+)"),
            "av1": ("libsvtav1", r"SVT-AV1 Encoder Lib (v[\w.-]+)"), "mpeg2": ("mpeg2video", r"(Lavc[\d.]+)"), "mpeg4": ("mpeg4", r"(Lavc[\d.]+)")}
"""Codec -> encoder and how its version reads in what it writes or says."""


@functools.cache
def tool_versions(codec: str) -> dict[str, str]:
    """Versions of ffmpeg and of the codec's encoder, read from a made frame: what a copy cannot be made again without."""
    encoder, pattern = ENCODERS[codec]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "frame.mkv"
        words = said("-v", "verbose", "-f", "lavfi", "-i", "color=s=128x128:r=25:d=0.04", "-c:v", encoder, str(made))
        found = re.search(pattern, words) or re.search(pattern, made.read_bytes().decode("latin-1") if made.exists() else "")
    version = re.search(r"ffmpeg version (\S+)", words)
    return {"ffmpeg": version[1] if version else "unknown", "encoder": f"{encoder} {found[1] if found else 'unknown'}"}


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
