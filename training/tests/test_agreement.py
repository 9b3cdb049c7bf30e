"""What the runtime and this code must agree on by their numbers alone."""

import numpy as np

from versusq_training.agreement import BT601, BT709, luma_weights, to_bt709
from versusq_training.extract import BT709_LIMITED, nearest
from versusq_training.tools import ffmpeg


def test_bt709_codes_keep_their_place_and_bt601_white_and_grey_too():
    assert np.allclose(to_bt709(BT709), BT709_LIMITED.numpy(), atol=1e-3)
    for y in (16, 120, 235):
        assert np.allclose(to_bt709(BT601) @ [y, 128, 128, 1], [(y - 16) * 255 / 219, 0, 0], atol=1e-3)
    red = [81.5, 90.2, 240]  # pure red in limited BT.601
    assert np.allclose(to_bt709(BT601) @ [*red, 1], [0.2126 * 255, -0.2126 / (2 * (1 - 0.0722)) * 255, 127.5], atol=0.7)


def test_of_two_equally_near_frames_the_earlier_is_taken():
    times = (np.arange(50) / 25).astype(np.float32)
    assert [nearest(times, t) for t in (0.0, 0.25, 0.5, 0.75, 1.5, 9.0)] == [0, 6, 12, 19, 37, 49]


def test_the_matrix_is_read_from_the_file_and_guessed_by_lines_without_it(tmp_path):
    def clip(name: str, *more: str) -> str:
        path = str(tmp_path / name)
        ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x144:rate=10:duration=0.3", "-pix_fmt", "yuv420p", "-c:v", "libx264", *more, path)
        return path
    tagged = clip("tagged.mp4", "-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-color_range", "tv")
    assert luma_weights(tagged, 144) == BT709
    assert luma_weights(clip("untagged.mp4"), 144) == BT601
    assert luma_weights(str(tmp_path / "untagged.mp4"), 1080) in (BT601, BT709)
