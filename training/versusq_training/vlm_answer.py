"""Prompt and answer of a package of kind `vlm`: what model.json says of them, and the reference that golden.json's answers come from.

The runtime does the same in TypeScript (src/engine/model/vlm/): the prompt's text with the times of the frames, positions of three axes, a greedy
text that always has the form `<think>..</think><answer>A|B|tie</answer><margin>`, and the margin read behind it in both orders.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from .vlm import END, Policy, Texts, Writer, messages, mirror
from .vlm_graphs import LanguageGraph

THINK, THOUGHT = "<think>", "</think>"


@dataclass(frozen=True)
class Form:
    """How an answer is written. open: tokens it begins with; stop: the text that ends the reasoning; ask: tokens between that text and the choice;
    choices: tokens of each; end: tokens behind the choice; banned: tokens no reasoning may hold; words: only tokens below this number are words;
    maxTokens: of the whole answer."""
    open: list[int]
    stop: str
    stopTokens: list[int]
    ask: list[int]
    choices: dict[str, list[int]]
    end: list[int]
    banned: list[int]
    words: int
    maxTokens: int

    def budget(self) -> int:
        """Tokens that reasoning may have."""
        return self.maxTokens - sum(map(len, (self.open, self.stopTokens, self.ask, self.end))) - max(map(len, self.choices.values()))


def form_of(writer: Writer, limit: int) -> Form:
    """The form in the tokens of a tokenizer. Raises ValueError where the limit leaves no room to reason, or choices begin alike."""
    def ids(text: str) -> list[int]:
        return writer.tokenizer(text, add_special_tokens=False)["input_ids"]
    marks = [i[0] for i in map(ids, (THINK, "<answer>", "</answer>", END)) if len(i) == 1]
    form = Form(open=ids(THINK), stop=THOUGHT, stopTokens=ids(THOUGHT), ask=ids("<answer>"), end=ids(f"</answer>{END}"),
                choices={"a": ids("A"), "b": ids("B"), "tie": ids("tie")},
                banned=sorted({*writer.banned, *writer.ends, *marks}), words=len(writer.tokenizer), maxTokens=limit)
    if len({c[0] for c in form.choices.values()}) < 3:
        raise ValueError("The tokenizer spells two of A, B and tie with the same first token: the choice could not be read.")
    if form.budget() < 1:
        raise ValueError(f"An answer of {limit} tokens leaves none for reasoning: train with a longer --limit.")
    return form


def prompt_text(writer: Writer, frames: int, image: str) -> str:
    """The prompt with `{a0}`, `{b0}` .. for the times of the frames (seconds, one digit) and the image token once a frame."""
    blank, times = np.zeros((frames, 32, 32, 3), np.uint8), np.zeros(frames)
    chat = messages((blank, times), (blank, times))
    labels = iter([f"{side}{n}" for side in "ab" for n in range(frames)])
    for part in chat[0]["content"]:
        if part.get("text") == " 0.0 s ":
            part["text"] = f" {{{next(labels)}}} s "
    text = writer.processor.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    if text.count(image) != 2 * frames or any(f"{{{s}{n}}}" not in text for s in "ab" for n in range(frames)):
        raise ValueError("The model's chat template does not show every frame once with its time before it.")
    return text


def filled(text: str, times: tuple[np.ndarray, np.ndarray]) -> str:
    """The prompt's text with the times of both videos, seconds."""
    for side, own in zip("ab", times):
        for n, t in enumerate(own):
            text = text.replace(f"{{{side}{n}}}", f"{t:.1f}")
    return text


def positions_of(tokens: list[int], image: int, rows: int, columns: int) -> tuple[Tensor, int]:
    """Positions [3, S] of a prompt (text counts on; a frame stands at one time, in rows and columns) and the position of what follows."""
    at, out, n = 0, [], 0
    while n < len(tokens):
        if tokens[n] != image:
            out.append((at, at, at))
            at, n = at + 1, n + 1
            continue
        out += [(at, at + r, at + c) for r in range(rows) for c in range(columns)]
        at, n = at + max(rows, columns), n + rows * columns
    return torch.tensor(out).T, at


@dataclass
class Seen:
    """Both videos as the vision graph gave them, in the order of the prompt: visual [V, D], deepstack each [V, D]; and their times."""
    visual: Tensor
    deepstack: tuple[Tensor, ...]
    times: tuple[np.ndarray, np.ndarray]
    rows: int
    columns: int

    def turned(self) -> Seen:
        """The same in the other order."""
        swap = lambda t: torch.cat(t.chunk(2)[::-1])
        return Seen(swap(self.visual), tuple(map(swap, self.deepstack)), self.times[::-1], self.rows, self.columns)


class Reference:
    """Greedy answers of the graphs in torch."""

    def __init__(self, language: LanguageGraph, writer: Writer, form: Form, prompt: str, image: str):
        self.language, self.tokenizer, self.form, self.prompt, self.image = language, writer.tokenizer, form, prompt, image

    def tokens(self, seen: Seen) -> list[int]:
        text = filled(self.prompt, seen.times).replace(self.image, self.image * (seen.rows * seen.columns))
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    @torch.no_grad()
    def run(self, seen: Seen, tokens: list[int], positions: Tensor, past: tuple[Tensor, ...] | None) -> tuple[Tensor, float, tuple[Tensor, ...]]:
        own = self.language.layers[0].self_attn
        heads = own.k_proj.out_features // self.language.width
        past = past or tuple(torch.zeros(1, heads, 0, self.language.width) for _ in range(2 * len(self.language.layers)))
        logits, margin, *present = self.language(torch.tensor([tokens]), seen.visual, seen.deepstack, positions, past)
        return logits[0], float(margin), tuple(present)

    def write(self, seen: Seen) -> tuple[list[int], float]:
        """Tokens of the answer and the margin behind it."""
        form = self.form
        prompt = self.tokens(seen)
        positions, at = positions_of(prompt, self.language.image, seen.rows, seen.columns)
        answer: list[int] = []
        past, logits, margin = None, None, 0.0

        def take(tokens: list[int]) -> None:
            nonlocal past, logits, margin, at
            own = torch.arange(at, at + len(tokens)).expand(3, -1)
            first = past is None
            logits, margin, past = self.run(seen, [*prompt, *tokens] if first else tokens, torch.cat([positions, own], 1) if first else own, past)
            answer.extend(tokens)
            at += len(tokens)

        take(form.open)
        closed = False
        for _ in range(form.budget()):
            logits[form.banned] = float("-inf")
            take([int(logits[:form.words].argmax())])
            closed = form.stop in self.tokenizer.decode(answer, skip_special_tokens=False)
            if closed:
                break
        take([*([] if closed else form.stopTokens), *form.ask])
        choice = max(form.choices.values(), key=lambda ids: float(logits[ids[0]]))
        take([*choice, *form.end])
        return answer, margin

    def answer(self, seen: Seen) -> dict:
        """What is written of the pair, and its margins in both orders: behind the text, and behind the mirrored text in the other order."""
        tokens, margin = self.write(seen)
        text = self.tokenizer.decode(tokens, skip_special_tokens=False)
        other = [t for t in self.tokenizer(mirror(text), add_special_tokens=False)["input_ids"] if t not in self.form.banned or t in self.marks()]
        back = seen.turned()
        prompt = self.tokens(back)
        positions, at = positions_of(prompt, self.language.image, back.rows, back.columns)
        _, mirrored, _ = self.run(back, prompt + other, torch.cat([positions, torch.arange(at, at + len(other)).expand(3, -1)], 1), None)
        return {"text": text, "tokens": tokens, "mirrored": other, "orders": [margin, mirrored]}

    def marks(self) -> set[int]:
        """Tokens of the form itself, which reasoning may not hold but an answer does."""
        return {*self.form.open, *self.form.stopTokens, *self.form.ask, *self.form.end}


@torch.no_grad()
def library_margins(policy: Policy, prompts: tuple[dict[str, Tensor], dict[str, Tensor]], tokens: list[int], mirrored: list[int]) -> tuple[float, float]:
    """The margins of an answer as training reads them."""
    read = lambda prompt, own: float(policy.read(prompt, Texts(torch.tensor([own]), torch.ones(1, len(own)), [""]), language=False)[1])
    return read(prompts[0], tokens), read(prompts[1], mirrored)


def as_json(form: Form) -> dict:
    return asdict(form)
