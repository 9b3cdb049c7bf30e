"""Learned encoder: native-resolution fragments of luma -> learned tokens (DESIGN 4). One network, two uses.

Alone, a fragment gives the token of its place, which stands beside the token of its measurements and needs nothing of another clip.
Beside the aligned fragment of another clip, the network sees the difference of the two as well, and both clips' tokens
join the pair measurements of that place. Either way it looks at one side at a time, so that what is read from tokens as r(A) - r(B) is antisymmetric by construction.

No normalisation layers: how large a response is, is what tells quality, and statistics over few sources hurt (DESIGN 4).
Convolutions, GELU and sums only, so that ONNX Runtime's CPU and WebGPU providers run it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

CHANNELS = 4
"""Of the input: the fragment's brightness, its detail, its difference to the other clip's, its difference to its next frame."""
STEP = 4.0
"""Codes at which the scale of detail and differences turns from linear to logarithmic: small ones decide, large ones must not."""
AROUND = 5
"""Pixels of the mean that is taken away for the detail: brightness is a hundred times what tells quality, and drowns it in a small network."""


@dataclass(frozen=True)
class EncoderSize:
    """Channels and residual blocks of each stage (strides 4, 8, 16, ...), and the width of a token. As it stands: 0.25 M parameters, for a CPU."""
    widths: tuple[int, ...] = (32, 64, 128)
    blocks: tuple[int, ...] = (1, 1, 2)
    token: int = 24


class Residual(nn.Module):
    """x + gain * (depthwise 3x3, pointwise, GELU, pointwise). The gain starts small: depth costs nothing at the beginning (Touvron et al., CaiT, ICCV 2021)."""

    def __init__(self, width: int):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, groups=width), nn.Conv2d(width, 2 * width, 1), nn.GELU(), nn.Conv2d(2 * width, width, 1))
        self.gain = nn.Parameter(torch.full((1, width, 1, 1), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gain * self.body(x)


def statistics(x: Tensor) -> Tensor:
    """Mean and standard deviation over places of a map: [N, C, H, W] -> [N, 2 C]."""
    mean = x.mean((2, 3), keepdim=True)
    return torch.cat([mean[..., 0, 0], torch.sqrt(((x - mean) ** 2).mean((2, 3)) + 1e-4)], 1)


class Encoder(nn.Module):
    """Fragments of luma in codes 0-255, [N, H, W] with H and W multiples of 4 x 2^(stages - 1) -> tokens [N, size.token]."""

    def __init__(self, size: EncoderSize = EncoderSize()):
        super().__init__()
        self.size = size
        self.enter = nn.ModuleList([nn.Conv2d(CHANNELS, size.widths[0], 6, stride=4, padding=1), *(nn.Conv2d(a, b, 2, stride=2) for a, b in zip(size.widths, size.widths[1:]))])
        self.stages = nn.ModuleList(nn.Sequential(*(Residual(width) for _ in range(count))) for width, count in zip(size.widths, size.blocks))
        self.token = nn.Sequential(nn.Linear(2 * sum(size.widths), 4 * size.token), nn.GELU(), nn.Linear(4 * size.token, size.token))

    def forward(self, own: Tensor, other: Tensor | None = None, following: Tensor | None = None) -> Tensor:
        """`other`: the aligned fragment of the clip it is compared with; `following`: the next frame of its own."""
        nothing = torch.zeros_like(own)
        around = nn.functional.avg_pool2d(own[:, None], AROUND, 1, AROUND // 2, count_include_pad=False)[:, 0]
        x = torch.stack([own / 64 - 2, *(nothing if y is None else torch.asinh((own - y) / STEP) for y in (around, other, following))], 1)
        pooled = []
        for enter, stage in zip(self.enter, self.stages):
            x = stage(nn.functional.gelu(enter(x)))
            pooled.append(statistics(x))
        return self.token(torch.cat(pooled, 1))

    def beside(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens of aligned fragments of two clips, each in the light of the other."""
        tokens = self(torch.cat([a, b]), torch.cat([b, a]))
        count = a.shape[0]  # len() would be a constant in an exported graph
        return tokens[:count], tokens[count:]

    def pair_columns(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What aligned fragments add to the pair measurements, for (a, b) and for (b, a): what tells them apart and what they share, [N, 2 x token]."""
        first, second = self.beside(a, b)
        return torch.cat([first - second, first + second], 1), torch.cat([second - first, first + second], 1)
