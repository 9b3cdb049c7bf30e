"""The two graphs of a package of kind `vlm` (docs/model-package.md), as torch modules over the weights of a fine-tuned Qwen3-VL.

`VisionGraph` takes the colour planes of one frame, `LanguageGraph` tokens, what was seen, positions and the past. They are written out here
instead of traced from transformers: caches, masks and ragged batches of the library do not export, and nothing of them is needed for one
prompt at a time. `vlm_export` checks both against the library's own forward pass.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import Qwen3VLForConditionalGeneration

from .measurements import THUMB

KR, KB = 0.2126, 0.0722
"""Luma weights of BT.709: the colour space that `colour` brings code values to."""


class UnsupportedFamily(ValueError):
    """The model is of a family that has no graphs here."""


def rotate_half(x: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat([-b, a], -1)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of x [..., D]; cos and sin are repeated for both halves of D."""
    return x * cos + rotate_half(x) * sin


def shares(length: Tensor, count: int) -> Tensor:
    """Weights [count, n] of area averages over n samples; length: 0 .. n-1."""
    step = (length[-1:] + 1) / count
    start = torch.arange(count, dtype=torch.float32)[:, None] * step
    return (torch.minimum(start + step, length[None] + 1) - torch.maximum(start, length[None])).clamp(min=0) / step


class VisionGraph(nn.Module):
    """`vision.onnx`: one frame as planes in squares of M pixels (M = patch x merge): y [R, M, C, M], u and v [R, M/2, C, M/2] uint8, colour
    [3, 4] -> visual [R*C, WIDTH], deepstack_i [R*C, WIDTH] for each i, thumb [18, 32] (luma, 0..255).

    A plane of R*M lines of C*M samples lies in memory as [R, M, C, M] does, so both sizes may vary without any division in the graph."""

    def __init__(self, model: Qwen3VLForConditionalGeneration, mean: list[float], std: list[float]):
        super().__init__()
        tower = model.model.visual
        if tower.interpolation_mode != "bilinear" or not tower.interpolation_align_corners:
            raise UnsupportedFamily("Its position grid is resampled in a way that vlm_graphs.py does not know.")
        self.merge, self.patch, self.side = tower.spatial_merge_size, tower.patch_size, tower.num_grid_per_side
        self.heads = tower.blocks[0].attn.num_heads
        self.blocks, self.merger, self.deepstack, self.at = tower.blocks, tower.merger, tower.deepstack_merger_list, list(tower.deepstack_visual_indexes)
        weight = tower.patch_embed.proj.weight.float().sum(2)  # a still picture is the same frame in every step of a patch's time
        self.weight, self.bias = nn.Parameter(weight.flatten(1)), nn.Parameter(tower.patch_embed.proj.bias.float())
        self.grid = nn.Parameter(tower.pos_embed.weight.float())
        self.register_buffer("inv_freq", tower.rotary_pos_emb.inv_freq.float().clone())
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])

    def picture(self, y: Tensor, u: Tensor, v: Tensor, colour: Tensor) -> tuple[Tensor, Tensor]:
        """Planes -> R'G'B' [3, H, W] in 0..1, and luma [H, W] in 0..255."""
        r, m, c, _ = y.shape
        luma = y.reshape(1, r * m, c * m).float()
        chroma = torch.stack([u.reshape(r * (m // 2), c * (m // 2)), v.reshape(r * (m // 2), c * (m // 2))])[None].float()
        chroma = F.interpolate(chroma, scale_factor=2.0, mode="bilinear", align_corners=False)[0]
        codes = torch.cat([luma, chroma, torch.ones_like(luma)])
        bright, cb, cr = torch.einsum("ij,jhw->ihw", colour, codes).unbind(0)
        red, blue = bright + 2 * (1 - KR) * cr, bright + 2 * (1 - KB) * cb
        green = (bright - KR * red - KB * blue) / (1 - KR - KB)
        return torch.stack([red, green, blue]).clamp(0, 255) / 255, bright

    def patches(self, rgb: Tensor, rows: int, columns: int) -> Tensor:
        """Normalised pixels [N, 3 * P * P] of R'G'B' in 0..1, in the order of the model's patches: by square, then inside the square."""
        x = (rgb - self.mean) / self.std
        x = x.reshape(3, rows, self.merge, self.patch, columns, self.merge, self.patch)
        return x.permute(1, 4, 2, 5, 0, 3, 6).reshape(rows * columns * self.merge**2, 3 * self.patch**2)

    def places(self, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Row and column [N] of every patch."""
        inside = torch.arange(self.merge)
        row = torch.arange(rows)[:, None, None, None] * self.merge + inside[:, None]
        column = torch.arange(columns)[:, None, None] * self.merge + inside
        shape = (rows, columns, self.merge, self.merge)
        return row.expand(shape).flatten(), column.expand(shape).flatten()

    def learned(self, row: Tensor, column: Tensor) -> Tensor:
        """The learned grid of positions, resampled to the picture's (corners on corners, bilinear) [N, D]."""
        def taps(at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            where = at.float() * (self.side - 1) / at[-1:].float()
            low = where.floor().clamp(0, self.side - 1)
            return low.long(), (low.long() + 1).clamp(max=self.side - 1), (where - low)[:, None]
        (r0, r1, fr), (c0, c1, fc) = taps(row), taps(column)
        at = lambda r, c: self.grid[r * self.side + c]
        return (1 - fr) * ((1 - fc) * at(r0, c0) + fc * at(r0, c1)) + fr * ((1 - fc) * at(r1, c0) + fc * at(r1, c1))

    def forward(self, y: Tensor, u: Tensor, v: Tensor, colour: Tensor) -> tuple[Tensor, ...]:
        rows, columns = y.shape[0], y.shape[2]
        rgb, luma = self.picture(y, u, v, colour)
        row, column = self.places(rows, columns)
        x = F.linear(self.patches(rgb, rows, columns), self.weight, self.bias) + self.learned(row, column)
        angles = torch.cat([row[:, None] * self.inv_freq, column[:, None] * self.inv_freq], -1)
        cos, sin = (torch.cat([t, t], -1)[:, None] for t in (angles.cos(), angles.sin()))
        deep = []
        for number, block in enumerate(self.blocks):
            q, k, value = block.attn.qkv(block.norm1(x)).reshape(x.shape[0], 3, self.heads, -1).unbind(1)
            q, k = rotated(q, cos, sin).transpose(0, 1), rotated(k, cos, sin).transpose(0, 1)
            weights = torch.softmax(q @ k.transpose(1, 2) * q.shape[-1] ** -0.5, -1)
            x = x + block.attn.proj((weights @ value.transpose(0, 1)).transpose(0, 1).flatten(1))
            x = x + block.mlp(block.norm2(x))
            if number in self.at:
                deep.append(self.deepstack[self.at.index(number)](x))
        line = lambda n: torch.arange(n, dtype=torch.float32)
        thumb = shares(line(luma.shape[0]), THUMB[0]) @ luma @ shares(line(luma.shape[1]), THUMB[1]).T
        return self.merger(x), *deep, thumb


class LanguageGraph(nn.Module):
    """`language.onnx`: tokens [1, S]; visual [V, WIDTH] and deepstack_i [V, WIDTH], rows in the order of the image tokens in `tokens` (at least
    one row, read only where such a token stands); positions [3, S] (time, row, column); past_key_i, past_value_i [1, HEADS, T, HEAD] ->
    logits [1, VOCABULARY] and margin [1] behind the last token, present_key_i, present_value_i."""

    def __init__(self, model: Qwen3VLForConditionalGeneration, head: nn.Module):
        super().__init__()
        text = model.model.language_model
        config = model.config.get_text_config()
        if text.rotary_emb.rope_type != "default" or not (config.rope_parameters or {}).get("mrope_interleaved", True):
            raise UnsupportedFamily(f"Its rotary embedding ({text.rotary_emb.rope_type}) is none that vlm_graphs.py knows.")
        self.image = model.config.image_token_id
        self.embed, self.layers, self.norm, self.words, self.head = text.embed_tokens, text.layers, text.norm, model.get_output_embeddings(), head
        self.groups, self.width = config.num_attention_heads // config.num_key_value_heads, text.layers[0].self_attn.head_dim
        axes = torch.zeros(len(text.rotary_emb.inv_freq), dtype=torch.long)
        for axis in (1, 2):  # row and column take turns with time, as far as their sections go
            axes[axis:text.rotary_emb.mrope_section[axis] * 3:3] = axis
        self.register_buffer("axes", axes)
        self.register_buffer("inv_freq", text.rotary_emb.inv_freq.float().clone())

    def forward(self, tokens: Tensor, visual: Tensor, deepstack: tuple[Tensor, ...], positions: Tensor, past: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        length, before = tokens.shape[1], past[0].shape[2]
        seen = tokens[0] == self.image
        place = (seen.long().cumsum(0) - 1).clamp(min=0)
        seen = seen[:, None]
        at = torch.minimum(place, torch.ones_like(place) * (visual.shape[0] - 1))
        x = torch.where(seen, visual[at], self.embed(tokens[0]))
        angles = positions[self.axes].T.float() * self.inv_freq
        cos, sin = (torch.cat([t, t], -1) for t in (angles.cos(), angles.sin()))
        hidden = torch.arange(before + length)[None] > torch.arange(length)[:, None] + before
        present = []
        for number, layer in enumerate(self.layers):
            own = layer.self_attn
            h = layer.input_layernorm(x)
            q = own.q_norm(own.q_proj(h).reshape(length, -1, self.width)).transpose(0, 1)
            k = own.k_norm(own.k_proj(h).reshape(length, -1, self.width)).transpose(0, 1)
            v = own.v_proj(h).reshape(length, -1, self.width).transpose(0, 1)
            q, k = rotated(q, cos, sin), rotated(k, cos, sin)
            k, v = torch.cat([past[2 * number][0], k], 1), torch.cat([past[2 * number + 1][0], v], 1)
            present += [k[None], v[None]]
            grouped = q.reshape(-1, self.groups, length, self.width)
            scores = (grouped @ k[:, None].transpose(2, 3) * self.width**-0.5).masked_fill(hidden, float("-inf"))
            mixed = torch.softmax(scores, -1) @ v[:, None]
            x = x + own.o_proj(mixed.reshape(-1, length, self.width).transpose(0, 1).flatten(1))
            x = x + layer.mlp(layer.post_attention_layernorm(x))
            if number < len(deepstack):
                x = x + torch.where(seen, deepstack[number][at], 0.0)
        last = self.norm(x)[-1:]
        return self.words(last), self.head(last)[:, 0], *present


def graphs_of(model: nn.Module, head: nn.Module, mean: list[float], std: list[float]) -> tuple[VisionGraph, LanguageGraph]:
    """Both graphs in float32. Raises UnsupportedFamily for all but Qwen3-VL."""
    if not isinstance(model, Qwen3VLForConditionalGeneration):
        family = f"{type(model).__name__} ({model.config.model_type})"
        raise UnsupportedFamily(f"{family} cannot be exported: packages of kind vlm are made from Qwen3-VL alone (vlm_graphs.py).")
    model, head = model.float().eval(), head.float().eval()
    return VisionGraph(model, mean, std).eval(), LanguageGraph(model, head).eval()
