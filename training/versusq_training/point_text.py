"""The language of the pointwise mode: what is wrong with ONE clip, in the claims and the prose of the pair mode (rationale.py), then its score.

    <bos> <claim> <a> <blockiness> <s3> <t0> <t8> <r:whole> <prose> <a> breaks clearly into blocks ... . <score> <2> . <8> <7> <eos>

The clip is always `<a>`. Scores are on the scale of ITU-T P.910's category rating, 1 (bad) to 5 (excellent), to which the teachers' 0-100 are
mapped linearly. Words that the pair mode has not are behind its vocabulary, so that its token ids stay what they were.
"""

from __future__ import annotations

import functools
import re

import numpy as np

from .corpus import VISIBLE_POINTS, Corpus
from .rationale import CLAUSES, MAX_CLAIMS, Claim, Scene, sentences, severity_level, vocabulary
from .recipes import ATTRIBUTES, REGIONS
from .thinker import HIGHEST, LOWEST, read_score

SCORE = "<score>"
DIGITS = tuple(f"<{n}>" for n in range(10))
POINTS_PER_SCORE = 100 / (HIGHEST - LOWEST)
"""Points of the teachers' 0-100 scale that are one point of the score: 25, about four just-noticeable differences."""
OWN_CLAUSES = {attribute: tuple(c for c in options if "{o}" not in c) for attribute, options in CLAUSES.items()}
"""What can be said of a clip without another beside it."""
VERDICTS = {1: ("The quality of <a> is bad.", "All in all <a> is bad."), 2: ("The quality of <a> is poor.", "All in all <a> is poor."), 3: ("The quality of <a> is fair.", "All in all <a> is fair."),
            4: ("The quality of <a> is good.", "All in all <a> is good."), 5: ("The quality of <a> is excellent.", "All in all <a> is excellent.")}
"""The five categories of ITU-T P.910."""
CLEAN = {True: "Nothing in <a> disturbs.", False: "No single defect stands out in <a>."}
"""Of a clip without claims: whether it is excellent as well."""


@functools.cache
def point_vocabulary() -> list[str]:
    """The pair mode's vocabulary, then what the pointwise mode adds to it."""
    known = vocabulary()
    said = " ".join([*(v for options in VERDICTS.values() for v in options), *CLEAN.values()])
    words = sorted({f"▁{w}" for w in re.findall(r"(?<![<\w])[A-Za-z]+(?![>\w])", said)} - set(known))
    return [*known, SCORE, *DIGITS, *words]


def score_of(quality: float) -> float:
    """Score 1 to 5 of a quality on the teachers' 0-100 scale."""
    return LOWEST + quality / POINTS_PER_SCORE


def own_claims(corpus: Corpus, i: int) -> list[Claim]:
    """What a viewer could say of clip `i` alone: the attributes that visibly cost quality, the costliest first. The cost is that against the best
    clean copy of its source (corpus.Clip.points), as nobody knows another."""
    clip, points = corpus.clips[i], corpus.attribute_points(i)
    found = []
    for n in np.flatnonzero(points >= VISIBLE_POINTS):
        defect = max((d for d in clip.defects if d["attribute"] == ATTRIBUTES[n]), key=lambda d: d["severity"])
        first = min(int(defect["time"][0] * 8 + 0.25), 7)
        last = min(8, max(first + 1, round(defect["time"][1] * 8 + 0.25)))
        found.append(Claim("a", ATTRIBUTES[n], severity_level(float(points[n])), first, last, defect["region"], float(points[n])))
    found.sort(key=lambda c: -c.points)
    return [c for c in found if c.points > 0.2 * found[0].points][:MAX_CLAIMS]


def point_text(claims: list[Claim], score: float, scene: Scene) -> str:
    """The whole training text, `<bos>` to `<eos>`, with the score in two decimals. Equal claims, score and scene give equal words."""
    level = min(5, max(1, round(score)))
    said = sentences(claims, scene, OWN_CLAUSES) if claims else [CLEAN[level == 5]]
    verdict = VERDICTS[level][len(claims) % 2]
    number = f"{min(HIGHEST, max(LOWEST, score)):.2f}"
    digits = [f"<{c}>" if c != "." else c for c in number]
    return " ".join(["<bos>", *[t for c in claims for t in c.tokens()], "<prose>", *said, verdict, SCORE, *digits, "<eos>"])


_CLAIM = rf"<claim> <a> <({'|'.join(ATTRIBUTES)})> <s[1-5]> <t[0-8]> <t[0-8]> <r:(?:{'|'.join(REGIONS)})>"
_TEXT = re.compile(rf"<bos>(?P<reason>(?: {_CLAIM})* <prose>(?: (?:▁\w+|[.,]|<a>|<at[0-8]>))+) {SCORE} <(?P<number>[0-9]> \. <[0-9]> <[0-9])> <eos>")


def read_text(tokens: list[str]) -> tuple[float, set[str]]:
    """Score (NaN where the text has not its form, or the number is off the scale) and the attributes claimed. The form is VQAThinker's: reason,
    then answer; it is `thinker.read_score` that reads it."""
    written = " ".join(tokens)
    claimed = set(re.findall(_CLAIM, written))
    found = _TEXT.fullmatch(written)
    if not found:
        return float("nan"), claimed
    number = re.sub("[^0-9.]", "", found["number"])
    return read_score(f"<think>{found['reason']}</think><answer>{number}</answer>"), claimed
