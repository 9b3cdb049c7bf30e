"""The language of reasons: claims as structured tokens, prose that says the same in varied words, and the tokenizer.

This writes the *training* texts, from what was done to the copies; at run time nothing of it is used, the decoder writes.
Wording varies with the claims and with what the picture is like (dark, busy, moving), never at random for equal input, so
that a greedy decoder can learn it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from .recipes import ATTRIBUTES, REGIONS

BINS = 8
SEVERITIES = 5
SEVERITY_POINTS = (4.0, 9.0, 18.0, 32.0)
"""Borders between severity 1..5, in points of the teachers' scale."""
MAX_CLAIMS = 3
SPECIAL = ["<pad>", "<bos>", "<eos>", "<claim>", "<prose>", "<margin>", "<a>", "<b>", "<better:a>", "<better:b>", "<better:tie>",
           *[f"<{a}>" for a in ATTRIBUTES], *[f"<s{n}>" for n in range(1, SEVERITIES + 1)], *[f"<t{n}>" for n in range(BINS + 1)],
           *[f"<at{n}>" for n in range(BINS + 1)], *[f"<r:{r}>" for r in REGIONS]]


@dataclass(frozen=True)
class Claim:
    """worse: "a" or "b"; severity 1..5; time bins [first, last) of eighths; region by name; points: how much it costs."""
    worse: str
    attribute: str
    severity: int
    first: int
    last: int
    region: str
    points: float = 0.0

    def tokens(self) -> list[str]:
        return ["<claim>", f"<{self.worse}>", f"<{self.attribute}>", f"<s{self.severity}>", f"<t{self.first}>", f"<t{self.last}>", f"<r:{self.region}>"]


@dataclass(frozen=True)
class Scene:
    """What the better clip's picture is like, from its measurements."""
    dark: bool
    busy: bool
    moving: bool


def severity_level(points: float) -> int:
    return 1 + sum(points >= border for border in SEVERITY_POINTS)


WHERE = {"whole": ("", "", "across the picture", "all over the picture"), "left": ("in the left half", "on the left"), "right": ("in the right half", "on the right"),
         "top": ("in the upper half", "at the top"), "bottom": ("in the lower half", "at the bottom"), "top-left": ("at the upper left",), "top-right": ("at the upper right",),
         "bottom-left": ("at the lower left",), "bottom-right": ("at the lower right",), "centre": ("in the centre", "in the middle of the picture")}
WITHOUT_PLACE = ("flicker", "smoothness")
"""What happens to whole pictures: "across the picture" says nothing of these."""
HOW = ("slightly", "visibly", "clearly", "strongly", "very strongly")
HOW_MUCH = ("a little", "some", "clear", "strong", "heavy")

# {w} the worse clip, {o} the other, {how} adverb, {much} adjective, {at} place and time
CLAUSES: dict[str, tuple[str, ...]] = {
    "sharpness": ("{w} is {how} softer {at}, so edges lose their bite", "{w} looks {how} blurred {at}", "fine detail that {o} keeps is smeared {how} in {w} {at}",
                  "{w} has lost detail {how} {at}", "{w} is {how} less sharp than {o} {at}", "textures are {how} washed out in {w} {at}"),
    "noise": ("{w} shows {much} noise {at}", "{much} grain dances over {w} {at}", "{w} is {how} noisier than {o} {at}", "{much} noise covers {w} {at} where {o} stays clean"),
    "blockiness": ("{w} breaks {how} into blocks {at}", "block edges stand out {how} in {w} {at}", "{w} shows {much} blocking {at}", "{much} block structure is laid over {w} {at}",
                   "{w} is {how} blocky {at} where {o} stays whole"),
    "ringing": ("edges in {w} ring {how} {at}", "{w} shows {much} halos beside edges {at}", "{much} ripples follow the edges of {w} {at}", "outlines in {w} carry {much} ringing {at}"),
    "banding": ("smooth tones in {w} break {how} into steps {at}", "{w} shows {much} banding {at}", "gradients in {w} fall {how} into bands {at}", "{much} contour lines cross the smooth parts of {w} {at}"),
    "colour": ("the colours of {w} are {how} off {at}", "{w} has a {much} colour error {at}", "colours in {w} differ {how} from {o} {at}", "{w} shows {much} false colour {at}"),
    "exposure": ("the brightness of {w} is {how} wrong {at}", "{w} has a {much} exposure error {at}", "{w} is exposed {how} worse than {o} {at}", "the light in {w} is {how} off {at}"),
    "contrast": ("the contrast of {w} is {how} off {at}", "{w} has a {much} contrast error {at}", "blacks and whites of {w} sit {how} wrong {at}", "the tonal range of {w} is {how} distorted {at}"),
    "flicker": ("{w} flickers {how} {at}", "the brightness of {w} pulses {how} {at}", "{w} shows {much} flicker {at}", "{much} flicker disturbs {w} {at} while {o} is steady"),
    "smoothness": ("motion in {w} is {how} broken {at}", "{w} stutters {how} {at}", "{w} drops or holds frames {how} {at}", "motion in {w} {how} stops and jumps {at} while {o} runs on",
                   "{w} moves {how} less smoothly than {o} {at}"),
    "interlacing": ("moving edges in {w} are {how} combed {at}", "{w} shows {much} combing {at}", "lines of two fields tear apart {how} in {w} {at}"),
    "transmission": ("the stream of {w} is {how} damaged {at}", "{w} shows {much} damage from lost data {at}", "torn and misplaced picture parts disturb {w} {how} {at}"),
    "framing": ("the framing of {w} is {how} changed", "{w} cuts or shrinks the picture {how}", "{w} does not show the whole picture as {o} does"),
}
SCENE_TAILS = {
    ("sharpness", "busy"): (", most of all in the busy texture", ", and texture suffers most"), ("sharpness", "moving"): (", also where things move",),
    ("noise", "dark"): (", most visible in the dark parts",), ("noise", "calm"): (", most visible on the calm surfaces",), ("blockiness", "moving"): (", worst where things move",),
    ("blockiness", "calm"): (", easy to see on the calm surfaces",), ("banding", "dark"): (", most of all in the dark tones",), ("flicker", "calm"): (", plain to see in a quiet scene",),
    ("smoothness", "moving"): (", hard to miss with this much motion",), ("smoothness", "calm"): (", though little moves here",), ("transmission", "moving"): (", and motion drags the damage along",),
}
LINKS = ("Also, ", "Besides, ", "In addition, ", "Then ", "On top, ")
TIES = ("<a> and <b> look the same", "no difference between <a> and <b> can be seen", "nothing sets <a> and <b> apart", "<a> and <b> match in every part that was looked at")
CLOSE = ("the difference is too small to matter", "neither side wins", "the choice is open")
VERDICTS = {1: ("{o} looks slightly better", "{o} is ahead by a little", "a small advantage for {o}"), 2: ("{o} looks noticeably better", "{o} is noticeably ahead", "{o} holds up noticeably better"),
            3: ("{o} looks clearly better", "{o} is clearly the better one", "{o} clearly holds up better"), 4: ("{o} looks much better", "{o} is by far the better one", "{o} wins by a wide margin")}


def _pick(options: tuple[str, ...], *key: object) -> str:
    return options[zlib.crc32(repr(key).encode()) % len(options)]


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
    return text if text.startswith("<") else text[0].upper() + text[1:]


def _when(claim: Claim, key: object) -> str:
    if claim.first == 0 and claim.last == BINS:
        return _pick(("", "", "from start to end", "throughout"), key, "when")
    if claim.last - claim.first == 1 or claim.last - claim.first == 2 and claim.attribute == "smoothness":
        return _pick((f"around <at{claim.first}>", f"at <at{claim.first}>", f"near <at{claim.first}>"), key, "when")
    if claim.last == BINS:
        return _pick((f"from <at{claim.first}> on", f"after <at{claim.first}>"), key, "when")
    if claim.first == 0:
        return _pick((f"until <at{claim.last}>", f"up to <at{claim.last}>"), key, "when")
    return _pick((f"from <at{claim.first}> to <at{claim.last}>", f"between <at{claim.first}> and <at{claim.last}>"), key, "when")


def prose(claims: list[Claim], margin: float, scene: Scene) -> str:
    """Sentences for the claims, then the verdict. Equal claims, margin word and scene give equal words."""
    key = tuple((c.attribute, c.severity, c.first, c.last, c.region) for c in claims)
    size = abs(margin)
    step = 0 if size < 0.5 else 1 if size < 1 else 2 if size < 2 else 3 if size < 4 else 4
    parts = []
    for n, c in enumerate(claims):
        w, o = f"<{c.worse}>", "<b>" if c.worse == "a" else "<a>"
        place = "" if c.region == "whole" and c.attribute in WITHOUT_PLACE else _pick(WHERE[c.region], key, n, "where")
        at = " ".join(x for x in (place, _when(c, (key, n))) if x)
        clause = _pick(CLAUSES[c.attribute], key, n, scene).format(w=w, o=o, how=HOW[c.severity - 1], much=HOW_MUCH[c.severity - 1], at=at)
        if n == 0:
            traits = [t for t, on in (("dark", scene.dark), ("busy", scene.busy), ("moving", scene.moving), ("calm", not scene.busy and not scene.moving)) if on and (c.attribute, t) in SCENE_TAILS]
            if traits:
                clause += _pick(SCENE_TAILS[(c.attribute, traits[0])], key, "tail")
        elif _pick(("link", "plain"), key, n, "link") == "link":
            clause = _pick(LINKS, key, n, "which") + clause
        parts.append(_sentence(clause) + ".")
    if step == 0:
        parts.append(_sentence(_pick(CLOSE if claims else TIES, key, "tie", scene)) + ".")
    else:
        o = "<a>" if margin > 0 else "<b>"
        opening = _pick(("So ", "Overall ", "In all, ", ""), key, "so", step)
        parts.append(_sentence(opening + _pick(VERDICTS[step], key, "verdict", scene).format(o=o)) + ".")
    return " ".join(parts)


def text(claims: list[Claim], margin: float, scene: Scene) -> str:
    """The whole training text, `<bos>` to `<eos>`."""
    better = "<better:tie>" if abs(margin) < 0.5 else "<better:a>" if margin > 0 else "<better:b>"
    return " ".join(["<bos>", *[t for c in claims for t in c.tokens()], "<prose>", prose(claims, margin, scene), better, "<margin>", "<eos>"])


PATTERN = r"<[a-z0-9:\-]+>|[A-Za-z]+|[.,]"


def vocabulary() -> list[str]:
    """Every word the texts can hold; a leading "▁" marks a space before the word."""
    words: set[str] = set()
    sources = [c for group in CLAUSES.values() for c in group] + [t for group in SCENE_TAILS.values() for t in group] + [w for group in WHERE.values() for w in group]
    sources += [*HOW, *HOW_MUCH, *LINKS, *TIES, *CLOSE, *[v for group in VERDICTS.values() for v in group], "So Overall In all, from start to end throughout around at near on after until up to between and from"]
    for s in sources:
        for word in re.findall(r"[A-Za-z]+", re.sub(r"\{\w+\}|<\w+>", " ", s)):
            words |= {word, word[0].upper() + word[1:]}
    return [*SPECIAL, ".", ",", *[f"▁{w}" for w in sorted(words)]]


def build_tokenizer() -> Tokenizer:
    """A Hugging Face tokenizer of whole words: `tokenizer.json` of the model package."""
    vocab = {t: i for i, t in enumerate(vocabulary())}
    tokenizer = Tokenizer(models.WordLevel(vocab, unk_token="<pad>"))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"[.,]"), "isolated"), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(r"^[A-Za-z]+$"), "isolated"),
        pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def encode(written: str, index: dict[str, int]) -> list[int]:
    """Token ids of a training text; raises KeyError on a word outside the vocabulary."""
    return [index[t if t[0] in "<.," else f"▁{t}"] for t in re.findall(PATTERN, written)]
