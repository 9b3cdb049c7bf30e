"""Writes MODEL_CARD.md of a package from what training and the plain pairs measured:
`python -m versusq_training.card --package ../models/versusq-mini --run DATA/run --plain PLAIN --results results.jsonl`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .plain import score

CARD = """# versusq-mini {version}

Pairwise video quality: two clips in, a signed margin with its spread, attributes, segments and a written reason out. The
licence of the weights is MIT.

**Made for** comparing encodes, processing and transmission of the same content. **Not made for** judging user-generated
content across scenes, taste, content, sound, or anything finer than about one just-noticeable difference. No figure here is
from a public data set of human scores; none is claimed.

## What it is

{size:.1f} MB, five ONNX graphs (docs/model-package.md). Classical measurements of native 128-pixel crops and of the whole time line, an
antisymmetric pair network over their differences and over aligned crops, a Siamese part for different contents, and a decoder of
{layers} layers (width {model}, vocabulary {vocabulary}) that writes claims, prose and the considered margin. There is no learned pixel encoder yet.

## Data

{sources} training sources (short clean clips, and photographs with a synthetic camera move), {clips} degraded copies of them by
`python -m versusq_training.data` (codecs over their quality range, single defects, combinations; recipe and seed of each copy kept; more
copies of rare kinds by `--extra`), {pairs} pairs of one source plus random pairs of different ones. Copies
are at most 432 lines and 2.4 s. Sources of one origin are in one split. The clips are not part of this repository.

**Labels** are computed, not human: VMAF 0.6.1 and NEG (mean and worst tenth), CIEDE2000 for colour, exposure and contrast, CAMBI for banding, and
penalties from the recipe for noise, flicker, freezes, drops, order, interlacing and framing (`teachers.py`). One unit of margin is 6 points of
that scale. What the teachers get wrong, the model learns.

## Training

`python -m versusq_training.train` after `data` and `extract` (training/README.md), on two CPU cores, {minutes} minutes: glance {epochs} epochs,
its spread from errors on sources that a network of three folds had not seen, decoder {decoderSteps} steps, Margin-Coupled GRPO {grpoSteps} batches of 8 pairs x 8 texts.
torch {torch}, seed {seed}. {remarks}

## Held-out figures

{testSources} test sources, none of them, nor a copy, in training. `train` prints them and keeps them in `results.json`.

| measure | glance | considered |
|---|---|---|
{figures}

- 100 plain held-out pairs (20 sources; `python -m versusq_training.plain`, through the `versusq` command): {plain}.
- Same content told from different content: {same_content_right:.3f}. Disagreement of the two orders before antisymmetrisation, mean: {swap_disagreement:.3f}.
- Words: the first claim names the costliest true defect in {claims_main_attribute:.2f} and its side in {claims_main_side:.2f} of {claims_pairs} pairs; the choice in
  the text agrees with the margin's sign in {claims_choice_agrees_with_sign:.3f}; no claim on pairs of equal points in {claims_none_on_ties:.2f}, on
  two visually lossless copies in {claims_none_on_lossless:.3f} of {claims_none_on_lossless_pairs}, on a clip against itself in {claims_none_on_itself:.3f}. Main defect, macro F1 over kinds: {claims_macro_f1:.2f}. Wording of 400 texts: distinct-2 {wording_distinct_2:.3f}, self-BLEU {wording_self_bleu:.3f}.

{ladders_line}Clean copy preferred to a copy with one defect that costs 6 points or more (considered margin):

| defect | preferred | pairs |
|---|---|---|
{families}

## Where it fails

- Brightness, contrast, range, colour and framing changes have no right direction without knowing the original; the model guesses from
  what pictures usually look like, and is near chance on some of them. They make the intervals of such pairs wide.
- It has seen few sources ({sources}) for a task where content varies without end: on its training sources it is nearly always right.
- Fine grain that belongs to the scene and grain that was added differ by degree only; a soft, grainy source is its hardest case.
"""

FIGURES = (
    ("sign right, same source, teachers over 5 points apart", "same_sign_over_5"), ("the same, over 2 points", "same_sign_over_2"),
    ("SRCC of margin and teacher difference, same source", "same_srcc"), ("sign right, different sources, over 10 points", "cross_sign_over_10"),
    ("SRCC, different sources", "cross_srcc"), ("95 % interval covers (same source)", "coverage95"),
    ("mean standard deviation, margin units", "mean_sd"), ("expected calibration error of probabilityABetter", "ece"),
)


def card(manifest: dict, results: dict, plain: dict[str, tuple[int, int]], remarks: str) -> str:
    right, pairs = (sum(v[i] for v in plain.values()) for i in (0, 1))
    by_case = "; ".join(f"{case} {r} of {n}" for case, (r, n) in plain.items())
    return CARD.format(
        **results, **manifest["training"], **manifest["dimensions"], version=manifest["version"], remarks=remarks,
        size=sum(f["bytes"] for f in manifest["files"].values()) / 1e6,
        figures="\n".join(f"| {words} | {results[f'glance_{key}']:.3f} | {results[f'considered_{key}']:.3f} |" for words, key in FIGURES),
        families="\n".join(f"| {kind} | {share:.2f} | {count} |" for kind, (share, count) in (results["clean_preferred"] | results.get("extra_clean_preferred", {})).items()),
        ladders_line=f"Along {results['ladders']} ladders of held-out sources (7 steps of one codec or kind), median SRCC {results['ladders_srcc']:.3f}.\n\n" if "ladders" in results else "",
        plain=f"{right} of {pairs} right ({by_case})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder that `train` kept results.json in")
    parser.add_argument("--plain", type=Path, required=True, help="folder of `plain make`")
    parser.add_argument("--results", type=Path, required=True, help="JSON lines of the plain pairs")
    parser.add_argument("--remarks", default="", help="what else to say of the training")
    a = parser.parse_args()
    results = json.loads((a.run / "results.json").read_text())["results"]
    manifest = json.loads((a.package / "model.json").read_text())
    (a.package / "MODEL_CARD.md").write_text(card(manifest, results, score(a.plain / "pairs.csv", a.results), a.remarks).rstrip() + "\n")


if __name__ == "__main__":
    main()
