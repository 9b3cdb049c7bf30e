"""The pointwise mode: its language, its prefix, its rewards at work, and that the pair mode stays what it was."""

import copy
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from versusq_training import point_report, point_stage, pointwise, thinker
from versusq_training.corpus import Clip, Corpus
from versusq_training.extract import measure_clip
from versusq_training.model import Dimensions, VersusQ, drawn, write_tokens
from versusq_training.point_model import from_pair
from versusq_training.point_text import OWN_CLAUSES, own_claims, point_text, point_vocabulary, read_text, score_of
from versusq_training.point_views import PerturbedClips, clip_batch, small_frames, timeline_of
from versusq_training.rationale import Claim, Scene, encode, vocabulary
from versusq_training.recipes import ATTRIBUTES
from versusq_training.tools import ffmpeg

WORDS = point_vocabulary()
INDEX = {t: i for i, t in enumerate(WORDS)}
CALM = Scene(False, False, False)
SILENT = lambda **row: None


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Networks of this size lose more to threads than they win."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny_model(seed=0):
    torch.manual_seed(seed)
    return VersusQ(Dimensions(128, 84, 7, len(vocabulary()), token=8, model=32, layers=1, heads=2)).eval()


def tiny_corpus(sources=4, defects=False):
    """Clips whose measurements show their quality; two of a source."""
    corpus, g = Corpus.__new__(Corpus), torch.Generator().manual_seed(3)
    n = 2 * sources
    quality = [20 + 75 * k / (n - 1) for k in range(n)]
    corpus.measurement_size, corpus.timeline_size = 128, 84
    corpus.measurements = 0.1 * torch.randn(n, 12, 4, 128, generator=g) + torch.tensor(quality)[:, None, None, None] / 25 - 2
    corpus.cells, corpus.timeline = torch.rand(n, 12, 4, 3, generator=g), 0.1 * torch.randn(n, 84, generator=g)
    corpus.mask = torch.zeros(n, 12)
    corpus.mask[:, :5] = 1
    found = [{"attribute": "blockiness", "severity": 0.6, "time": (0.0, 1.0), "region": "whole", "kind": "compress"}] if defects else []
    corpus.clips = [Clip(f"s{k % sources}-00{k}", f"{k}.mp4", f"s{k % sources}", f"s{k % sources}", "clip", "compress" if defects else "clean", "h264", q, found, CALM, [95.0 - q] * len(found)) for k, q in enumerate(quality)]
    corpus.by_source = {f"s{k}": [k, k + sources] for k in range(sources)}
    return corpus


class NoRehearsal:
    """Stands in where the pair mode is not asked for."""
    def loss(self, decoder, count, numbers):
        return torch.zeros(())


def words_of(written):
    return [WORDS[i] for i in encode(written, INDEX)]


def test_the_pair_modes_token_ids_are_what_they_were():
    known = vocabulary()
    assert WORDS[:len(known)] == known and len(set(WORDS)) == len(WORDS) > len(known)


def test_the_pair_mode_of_an_untrained_pointwise_model_is_the_pair_model_to_the_bit():
    model = tiny_model()
    other = from_pair(model).pair_mode()
    assert all(torch.equal(v, other.state_dict()[k]) for k, v in model.state_dict().items())


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_claim_can_be_said_of_one_clip_and_is_read_back_with_the_score(attribute):
    assert OWN_CLAUSES[attribute]
    for severity in range(1, 6):
        for number in (1, 2.345, 4.996):
            words = words_of(point_text([Claim("a", attribute, severity, 2, 5, "left"), Claim("a", "noise", 2, 0, 8, "whole")], number, CALM))
            score, claimed = read_text(words)
            assert abs(score - number) < 0.0051 and claimed == {attribute, "noise"} and "<b>" not in words


def test_a_clip_without_a_defect_gets_a_text_without_a_claim():
    score, claimed = read_text(words_of(point_text([], 5.0, CALM)))
    assert score == 5 and not claimed


def test_the_teachers_scale_ends_where_the_scores_do():
    assert score_of(0) == 1 and score_of(100) == 5 and score_of(50) == 3


@pytest.mark.parametrize("harm", [
    lambda w: [x for x in w if x != "<score>"], lambda w: w[:-1], lambda w: [*w, "<eos>"], lambda w: [x if x != "<a>" else "<b>" for x in w],
    lambda w: [x if x != "<3>" else "<0>" for x in w], lambda w: [x if x != "<3>" else "<5>" for x in w], lambda w: [x for x in w if x != "<prose>"],
    lambda w: w[:-4] + w[-2:], lambda w: [*w[:3], *w[4:]]])
def test_texts_of_another_form_have_no_score(harm):
    words = words_of(point_text([Claim("a", "noise", 2, 0, 8, "whole")], 3.25, CALM))
    assert read_text(words)[0] == 3.25
    assert math.isnan(read_text(harm(words))[0])


def test_own_claims_name_what_costs_most_first_and_leave_out_what_is_not_seen():
    corpus = tiny_corpus(defects=True)
    corpus.clips[0].defects.append({"attribute": "noise", "severity": 0.3, "time": (0.5, 1.0), "region": "left"})
    corpus.clips[0].points = [10.0, 30.0]
    assert [(c.attribute, c.worse, c.region, c.first, c.last) for c in own_claims(corpus, 0)] == [("noise", "a", "left", 4, 8), ("blockiness", "a", "whole", 0, 8)]
    corpus.clips[0].points = [1.0, 1.9]
    assert own_claims(corpus, 0) == []


def test_a_clips_prefix_depends_neither_on_its_batch_nor_on_what_is_behind_its_last_burst():
    corpus, model = tiny_corpus(), from_pair(tiny_model()).eval()
    with torch.no_grad():
        together, alone = model.prefix_of(clip_batch(corpus, [2, 0, 5])), model.prefix_of(clip_batch(corpus, [0]))
        corpus.measurements[0, 5:], corpus.cells[0, 5:] = 50.0, 0.5
        padded = model.prefix_of(clip_batch(corpus, [0]))
    assert torch.allclose(together[1], alone[0], atol=1e-5) and torch.allclose(padded, alone, atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-3)


def test_training_looks_at_some_bursts_of_a_clip_that_it_has():
    corpus = tiny_corpus()
    corpus.measurements[:, 5:] = 99.0
    t = clip_batch(corpus, [0, 1, 2], np.random.default_rng(1))
    assert t["measurements"].shape[1] == 4 and (t["mask"] == 1).all() and (t["measurements"] < 99).all()


def test_the_text_teaches_prefix_and_decoder_and_leaves_the_pair_model_alone():
    corpus, model = tiny_corpus(), from_pair(tiny_model())
    truth = pointwise.Truth(corpus)
    pointwise.only(model, [*model.point.writing(), *model.decoder.parameters()])
    language, number = pointwise.text_loss(model.eval(), model.prefix_of(clip_batch(corpus, [0, 1])), truth.texts([0, 1]))
    (language + number).backward()
    assert all(p.grad is not None and float(p.grad.abs().max()) > 0 for p in model.point.writing())
    assert float(model.decoder.embed.weight.grad[INDEX["<score>"]].abs().max()) > 0
    assert all(p.grad is None for p in [*model.base.pair.parameters(), *model.base.tokenizer.parameters(), *model.point.reading()])


@pytest.fixture(scope="module")
def policy(one_thread, tmp_path_factory):
    """A supervised policy of the tiny corpus that writes well-formed texts, with its truth: where reinforcement begins."""
    corpus, folder = tiny_corpus(), tmp_path_factory.mktemp("policy")
    model, truth, clips = from_pair(tiny_model()), pointwise.Truth(corpus), list(range(len(corpus.clips)))
    pointwise.train_readout(model, truth, clips, 60, 1, folder / "a", SILENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pointwise, "WRITING_RATES", (1e-2, 6e-3))  # this decoder was never trained before
        pointwise.train_writing(model, truth, clips, NoRehearsal(), 110, 1, folder / "b", SILENT)
    return model, truth, clips


def expected(model, truth, clips, settings):
    """Mean reward of 16 texts a clip, drawn by one seed."""
    with torch.no_grad():
        prefix = model.eval().prefix_of(clip_batch(truth.corpus, clips)).repeat_interleave(16, 0)
        scores, _ = pointwise.scores_of(write_tokens(model.decoder, prefix, WORDS, "<eos>", 60, drawn(torch.Generator().manual_seed(5))))
    return float(thinker.rewards(scores.view(len(clips), 16), truth.score[clips], settings).mean())


def test_reinforcement_raises_the_expected_reward(policy, tmp_path):
    model, truth, clips = policy
    settings, reached = thinker.Settings(bonus=0.0, group=8, beta=0.0), {}
    for rate in (0.0, 2e-3):
        own = copy.deepcopy(model)
        pointwise.reinforce(own, truth, clips, None, NoRehearsal(), 15, settings, rate, 1, tmp_path / f"{rate}", SILENT)
        reached[rate] = expected(own, truth, clips, settings)
    assert reached[2e-3] > reached[0.0] + 0.1, reached


def stops(after):
    """A log that ends the process when a state was kept."""
    seen = []
    def log(**row):
        seen.append(row)
        if len(seen) == after + 1:
            raise KeyboardInterrupt
    return log


def same(one, other):
    return all(torch.equal(v, other.state_dict()[k]) for k, v in one.state_dict().items())


@pytest.mark.parametrize("name", ["writing", "grpo"])
def test_a_stage_that_was_stopped_goes_on_as_if_it_had_not_been(name, policy, tmp_path, monkeypatch):
    monkeypatch.setattr(pointwise, "KEEP_EVERY", 2)
    monkeypatch.setattr(pointwise, "LOG_EVERY", 2)
    start, truth, clips = policy
    perturbed = SimpleNamespace(batch=lambda indices, kinds: clip_batch(truth.corpus, indices), kinds=lambda i, n: ["reversed"])
    def run(file, log, seed):
        torch.manual_seed(seed)
        model = copy.deepcopy(start)
        if name == "writing":
            pointwise.train_writing(model, truth, clips, NoRehearsal(), 6, 1, tmp_path / file, log)
        else:
            pointwise.reinforce(model, truth, clips, perturbed, NoRehearsal(), 6, thinker.Settings(), 1e-3, 1, tmp_path / file, log)
        return model
    whole = run("whole", SILENT, 4)
    with pytest.raises(KeyboardInterrupt):
        run("part", stops(1), 4)
    assert not same(start, whole) and same(run("part", SILENT, 99), whole)


def test_rehearsal_costs_nothing_until_the_pair_mode_changes():
    teacher, model = tiny_model(), from_pair(tiny_model())
    held = point_stage.Rehearsal.__new__(point_stage.Rehearsal)
    held.teacher, held.pad = teacher.decoder, INDEX["<pad>"]
    g = torch.Generator().manual_seed(1)
    held.prefix, held.tokens = torch.randn(6, 21, 32, generator=g), torch.randint(1, 600, (6, 12), generator=g)
    held.tokens[:3, 8:] = held.pad
    assert float(held.loss(model.decoder, 6, np.random.default_rng(1)).detach()) == pytest.approx(0, abs=1e-6)
    with torch.no_grad():
        model.decoder.embed.weight[len(vocabulary()):] += 5  # new words are not the pair mode's concern
    assert float(held.loss(model.decoder, 6, np.random.default_rng(1)).detach()) == pytest.approx(0, abs=1e-6)
    with torch.no_grad():
        model.decoder.norm.weight += 0.2
    assert float(held.loss(model.decoder, 6, np.random.default_rng(1)).detach()) > 1e-4


def test_a_perturbed_look_has_the_time_line_of_perturbed_frames_and_other_bursts(tmp_path):
    copies = tmp_path / "copies"
    copies.mkdir()
    corpus = tiny_corpus(2)
    for k in range(4):
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=352x240:rate=25", "-t", "1", "-c:v", "libx264", "-crf", "30", "-pix_fmt", "yuv420p", str(copies / f"{k}.mp4"))
    own = measure_clip(str(copies / "0.mp4"), 352, 240)["summary"]
    assert np.allclose(timeline_of(*small_frames(copies / "0.mp4")).numpy(), own, atol=1e-4)
    corpus.timeline[:] = torch.from_numpy(own)
    (copies / "3.mp4").unlink()
    perturbed = PerturbedClips(corpus, copies, tmp_path / "kept.pt", 7)
    perturbed.measure([0, 1, 2, 3], 1, SILENT)
    assert [perturbed.has(i) for i in range(4)] == [True, True, True, False]
    before, kinds = corpus.measurements.clone(), [perturbed.kinds(i, 1)[0] for i in range(3)]
    t, plain = perturbed.batch([0, 1, 2], kinds), clip_batch(corpus, [0, 1, 2])
    assert torch.equal(corpus.measurements, before) and torch.equal(t["cells"][..., 2], plain["cells"][..., 2])
    for n in range(3):
        assert not torch.equal(t["timeline"][n], plain["timeline"][n]) and not torch.equal(t["measurements"][n], plain["measurements"][n])
    again = PerturbedClips(corpus, copies, tmp_path / "kept.pt", 7)
    (copies / "0.mp4").unlink()
    again.measure([0], 1, SILENT)
    assert again.has(0) and torch.equal(again.batch([0], kinds[:1])["timeline"], perturbed.batch([0], kinds[:1])["timeline"])


def test_scores_are_recovered_from_margins_up_to_their_mean():
    score = np.array([3.0, -1.0, 0.5, 2.0])
    pairs = [(0, 1), (1, 2), (2, 3), (0, 3), (0, 9)]
    margin = np.array([score[a] - score[b] if b < 4 else 50.0 for a, b in pairs])
    found = point_report.scores_from_margins(pairs, margin, np.array([1, 2, 1, 0.5, 1.0]), [0, 1, 2, 3])
    assert np.allclose(found, score - score.mean(), atol=1e-3)


def test_a_tie_is_no_right_sign_and_small_differences_do_not_count():
    truth, pairs = np.array([10.0, 20.0, 22.0]), np.array([(0, 1), (1, 2), (0, 2)])
    assert point_report.signs(truth, np.array([1.0, 2.0, 1.5]), pairs) == 1
    assert point_report.signs(truth, np.array([2.0, 2.0, 2.5]), pairs) == 0.5
