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
                  "{w} has lost detail {how} {at}", "{w} is {how} less sharp than {o} {at}", "textures are {how} washed out in {w} {at}",
                  "{o} resolves fine lines {at} that {w} {how} blurs", "small details suffer {how} in {w} {at}", "{w} looks {how} out of focus beside {o} {at}",
                  "small structures melt together {how} in {w} {at}"),
    "noise": ("{w} shows {much} noise {at}", "{much} grain dances over {w} {at}", "{w} is {how} noisier than {o} {at}", "{much} noise covers {w} {at} where {o} stays clean",
              "flat areas of {w} crawl {how} {at}", "{w} carries {much} speckle {at} that {o} does not have", "the picture of {w} is {how} restless {at}"),
    "blockiness": ("{w} breaks {how} into blocks {at}", "block edges stand out {how} in {w} {at}", "{w} shows {much} blocking {at}", "{much} block structure is laid over {w} {at}",
                   "{w} is {how} blocky {at} where {o} stays whole", "the grid of the encoder shows {how} in {w} {at}", "{w} falls {how} apart into squares {at}",
                   "{w} looks {how} starved of bits {at}"),
    "ringing": ("edges in {w} ring {how} {at}", "{w} shows {much} halos beside edges {at}", "{much} ripples follow the edges of {w} {at}", "outlines in {w} carry {much} ringing {at}",
                "{w} draws {much} ghost lines along contours {at}", "hard edges are {how} overshot in {w} {at}"),
    "banding": ("smooth tones in {w} break {how} into steps {at}", "{w} shows {much} banding {at}", "gradients in {w} fall {how} into bands {at}", "{much} contour lines cross the smooth parts of {w} {at}",
                "{o} keeps soft transitions {at} that turn {how} into stairs in {w}"),
    "colour": ("the colours of {w} are {how} off {at}", "{w} has a {much} colour error {at}", "colours in {w} differ {how} from {o} {at}", "{w} shows {much} false colour {at}",
               "{w} does not hold the hues of {o} {at}, and it shows {how}"),
    "exposure": ("the brightness of {w} is {how} wrong {at}", "{w} has a {much} exposure error {at}", "{w} is exposed {how} worse than {o} {at}", "the light in {w} is {how} off {at}",
                 "{o} holds its mid tones {at} where {w} is {how} misplaced"),
    "contrast": ("the contrast of {w} is {how} off {at}", "{w} has a {much} contrast error {at}", "blacks and whites of {w} sit {how} wrong {at}", "the tonal range of {w} is {how} distorted {at}",
                 "{w} maps dark and light {how} differently from {o} {at}"),
    "flicker": ("{w} flickers {how} {at}", "the brightness of {w} pulses {how} {at}", "{w} shows {much} flicker {at}", "{much} flicker disturbs {w} {at} while {o} is steady",
                "frames of {w} jump {how} in brightness {at}"),
    "smoothness": ("motion in {w} is {how} broken {at}", "{w} stutters {how} {at}", "{w} drops or holds frames {how} {at}", "motion in {w} {how} stops and jumps {at} while {o} runs on",
                   "{w} moves {how} less smoothly than {o} {at}", "the cadence of {w} is {how} uneven {at}", "{o} glides {at} where {w} {how} hitches"),
    "interlacing": ("moving edges in {w} are {how} combed {at}", "{w} shows {much} combing {at}", "lines of two fields tear apart {how} in {w} {at}", "{w} mixes two fields {how} {at}"),
    "transmission": ("the stream of {w} is {how} damaged {at}", "{w} shows {much} damage from lost data {at}", "torn and misplaced picture parts disturb {w} {how} {at}",
                     "data lost on the way leaves {much} errors in {w} {at}"),
    "framing": ("the framing of {w} is {how} changed", "{w} cuts or shrinks the picture {how}", "{w} does not show the whole picture as {o} does", "{o} shows {how} more of the scene as it was shot than {w}"),
}
SCENE_TAILS = {
    ("sharpness", "busy"): (", most of all in the busy texture", ", and texture suffers most"), ("sharpness", "moving"): (", also where things move",),
    ("noise", "dark"): (", most visible in the dark parts",), ("noise", "calm"): (", most visible on the calm surfaces",), ("blockiness", "moving"): (", worst where things move",),
    ("blockiness", "calm"): (", easy to see on the calm surfaces",), ("banding", "dark"): (", most of all in the dark tones",), ("flicker", "calm"): (", plain to see in a quiet scene",),
    ("smoothness", "moving"): (", hard to miss with this much motion",), ("smoothness", "calm"): (", though little moves here",), ("transmission", "moving"): (", and motion drags the damage along",),
}
LINKS = ("Also, ", "Besides, ", "In addition, ", "Then ", "On top, ", "What is more, ", "Less weighty, ")
TIES = ("<a> and <b> look the same", "no difference between <a> and <b> can be seen", "nothing sets <a> and <b> apart", "<a> and <b> match in every part that was looked at",
        "side by side <a> and <b> cannot be told apart", "<a> and <b> hold up equally well")
CLOSE = ("the difference is too small to matter", "neither side wins", "the choice is open", "it hardly tips the choice", "that is too little to decide")
VERDICTS = {1: ("{o} looks slightly better", "{o} is ahead by a little", "a small advantage for {o}", "{o} has a slight edge", "{o} comes out just in front"),
            2: ("{o} looks noticeably better", "{o} is noticeably ahead", "{o} holds up noticeably better", "the choice is {o}, by a margin one notices", "{o} keeps noticeably more of what was shot"),
            3: ("{o} looks clearly better", "{o} is clearly the better one", "{o} clearly holds up better", "{o} is the one to keep", "{o} is clearly the sounder one"),
            4: ("{o} looks much better", "{o} is by far the better one", "{o} is better beyond doubt", "there is no contest, {o} is far better", "{w} falls far behind {o}")}


def _pick(options: tuple[str, ...], *key: object) -> str:
    """One of the options. The key holds few things that were said just before (attribute, severity, place): a wording that hangs on everything
    at once would be noise to a greedy decoder, which then says the commonest always."""
    return options[zlib.crc32(repr(key).encode()) % len(options)]


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
    return text if text.startswith("<") else text[0].upper() + text[1:]


def _when(claim: Claim) -> str:
    key = (claim.first, claim.last, claim.attribute)
    if claim.first == 0 and claim.last == BINS:
        return _pick(("", "", "from start to end", "throughout"), claim.attribute, claim.severity)
    if claim.last - claim.first == 1 or claim.last - claim.first == 2 and claim.attribute == "smoothness":
        return _pick((f"around <at{claim.first}>", f"at <at{claim.first}>", f"near <at{claim.first}>"), *key)
    if claim.last == BINS:
        return _pick((f"from <at{claim.first}> on", f"after <at{claim.first}>"), *key)
    if claim.first == 0:
        return _pick((f"until <at{claim.last}>", f"up to <at{claim.last}>"), *key)
    return _pick((f"from <at{claim.first}> to <at{claim.last}>", f"between <at{claim.first}> and <at{claim.last}>"), *key)


def sentences(claims: list[Claim], scene: Scene, clauses: dict[str, tuple[str, ...]] = CLAUSES) -> list[str]:
    """One sentence a claim, without the verdict; clauses: what can be said of each attribute."""
    parts = []
    for n, c in enumerate(claims):
        w, o = f"<{c.worse}>", "<b>" if c.worse == "a" else "<a>"
        place = "" if c.region == "whole" and c.attribute in WITHOUT_PLACE else _pick(WHERE[c.region], c.region, c.severity, c.attribute)
        at = " ".join(x for x in (place, _when(c)) if x)
        clause = _pick(clauses[c.attribute], c.attribute, c.severity, n, c.region == "whole", len(claims)).format(w=w, o=o, how=HOW[c.severity - 1], much=HOW_MUCH[c.severity - 1], at=at)
        if n == 0:
            traits = [t for t, on in (("dark", scene.dark), ("busy", scene.busy), ("moving", scene.moving), ("calm", not scene.busy and not scene.moving)) if on and (c.attribute, t) in SCENE_TAILS]
            if traits:
                clause += _pick(SCENE_TAILS[(c.attribute, traits[0])], c.attribute, c.severity)
        elif _pick(("link", "plain"), n, c.attribute, c.severity) == "link":
            clause = _pick(LINKS, n, c.attribute, claims[n - 1].attribute) + clause
        parts.append(_sentence(clause) + ".")
    return parts


def prose(claims: list[Claim], margin: float, scene: Scene) -> str:
    """Sentences for the claims, then the verdict. Equal claims, margin word and scene give equal words."""
    size = abs(margin)
    step = 0 if size < 0.5 else 1 if size < 1 else 2 if size < 2 else 3 if size < 4 else 4
    parts = sentences(claims, scene)
    first = (claims[0].attribute, claims[0].severity) if claims else ()
    if step == 0:
        parts.append(_sentence(_pick(CLOSE if claims else TIES, first, scene)) + ".")
    else:
        w, o = ("<b>", "<a>") if margin > 0 else ("<a>", "<b>")
        opening = _pick(("So ", "Overall ", "In all, ", "", "Taken together, "), step, first)
        parts.append(_sentence(opening + _pick(VERDICTS[step], step, first, len(claims)).format(o=o, w=w)) + ".")
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
    sources += [*HOW, *HOW_MUCH, *LINKS, *TIES, *CLOSE, *[v for group in VERDICTS.values() for v in group], "So Overall In all, Taken together, from start to end throughout around at near on after until up to between and from"]
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
