"""Pre-training of the encoder: what it draws, what it learns, and that a stop changes nothing."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tiny import Clock, write_config, write_corpus

from versusq_training.config import load_config
from versusq_training.corpus import Corpus
from versusq_training.encoder import EncoderSize
from versusq_training.learned import Learned
from versusq_training.pieces import OutOfTime, Pieces
from versusq_training.pretrain import Fragments, Pretrained, Source, losses, place_points, pretrain, save, schedule
from versusq_training.recipes import ATTRIBUTES


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("tiny") / "data")


def stub(same: bool) -> SimpleNamespace:
    """Three copies of one source; `same`: all show the same pixels. The third has a defect in time."""
    r = np.random.default_rng(1)
    crops = [r.integers(0, 256, (2, 4, 128, 128)).astype(np.uint8) for _ in range(3)]
    clip = lambda *d: SimpleNamespace(source="x", defects=[{"attribute": a, "region": region, "time": time} for a, region, time in d], points=[12.0] * len(d))
    cells = torch.tensor([[[0.2, 0.2, 0.1], [0.2, 0.8, 0.1], [0.8, 0.2, 0.1], [0.8, 0.8, 0.1]], [[0.2, 0.2, 0.9], [0.2, 0.8, 0.9], [0.8, 0.2, 0.9], [0.8, 0.8, 0.9]]])
    return SimpleNamespace(clips=[clip(), clip(("noise", "left", (0.5, 1.0))), clip(("smoothness", "whole", (0.0, 1.0)))], crops=[crops[0]] * 3 if same else crops, following=[],
                           mask=torch.ones(3, 2), cells=cells.expand(3, -1, -1, -1), margin=lambda a, b: float(b - a))


def test_a_defect_counts_at_the_places_and_times_where_it_is():
    points = place_points(stub(True), 1)[..., ATTRIBUTES.index("noise")]
    assert (points[0] == 0).all(), "before it begins"
    assert (points[1, [0, 2]] > 0).all() and (points[1, [1, 3]] == 0).all(), "left of the middle only"


def test_both_fragments_of_a_pair_are_cut_turned_and_lit_alike(data):
    settings = load_config(write_config(data)).pretrain
    source = Source(stub(True), [0, 1, 2])
    assert source.sources == [[0, 1]], "copies with defects in time have no aligned fragments"
    drawn = [source.draw(settings, np.random.default_rng(n)) for n in range(4)]
    assert all(torch.equal(f.a, f.b) for f in drawn)
    assert drawn[0].a.shape == (settings.pairs, settings.fragments, settings.window, settings.window)
    assert len({float(f.a.mean()) for f in drawn}) == 4
    assert set(drawn[0].margin.tolist()) <= {1.0, -1.0}
    different = Source(stub(False), [0, 1, 2]).draw(settings, np.random.default_rng(1))
    assert not torch.equal(different.a, different.b)


def test_the_loss_of_a_pair_does_not_depend_on_its_order():
    torch.manual_seed(1)
    m, r = Pretrained(EncoderSize((8, 12), (1, 1), 6)), torch.rand
    f = Fragments(r(3, 2, 32, 32) * 255, r(3, 2, 32, 32) * 255, None, None, torch.tensor([1.0, -2.0, 0.5]), r(3, 2, 13) * 9, r(3, 2, 13) * 9)
    turned = Fragments(f.b, f.a, None, None, -f.margin, f.points_b, f.points_a)
    cast = lambda: torch.autocast("cpu", enabled=False)
    for (name, one), other in zip(losses(m, f, 1, cast).items(), losses(m, turned, 1, cast).values()):
        assert torch.allclose(one, other, atol=1e-5), name


def test_the_rate_rises_then_falls_to_a_hundredth():
    rates = [schedule(n, 1000) for n in range(1000)]
    assert rates[0] < 0.05 and max(rates) == 1 and abs(rates[-1] - 0.01) < 1e-3
    assert rates.index(max(rates)) < 60 and rates[60:] == sorted(rates[60:], reverse=True)


@pytest.mark.parametrize("sign", [1, -1])
def test_it_learns_which_of_two_fragments_is_better_on_sources_it_has_not_seen(data, tmp_path, sign, monkeypatch):
    """Also where the blurred copy is said to be the better one: nothing in the network knows blur beforehand."""
    path = write_config(tmp_path)
    settings = "pretrain: { steps: 40, pairs: 8, fragments: 2, window: 32, held_out_pairs: 6, held_out_bursts: 1, held_out_every: 40, rate: 0.01 }"
    path.write_text("\n".join(settings if line.startswith("pretrain") else line for line in path.read_text().splitlines()))
    config, rows = load_config(path), []
    corpus = Corpus(data, None, config.shares())
    monkeypatch.setattr(corpus, "margin", lambda a, b: sign * Corpus.margin(corpus, a, b))
    pretrain(corpus, config, Pieces(), lambda **row: rows.append(row))
    assert rows[-1]["stage"] == "pretrain-held-out" and rows[-1]["held_out_sources"] == 2
    assert rows[-1]["beside_sign_over_5"] == 1.0 and rows[-1]["beside_srcc"] > 0.7


@pytest.mark.parametrize("autocast", ["none", "bf16"])
def test_a_run_that_was_stopped_and_goes_on_makes_the_same_network(data, tmp_path, autocast):
    config = load_config(write_config(tmp_path, more=f"autocast: {autocast}\n"))
    corpus, quiet = Corpus(data, None, config.shares()), lambda **row: None
    whole = pretrain(corpus, config, Pieces(), quiet)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with pytest.raises(OutOfTime, match="pretrain: [1-5] of 6 steps done"):
        pretrain(corpus, config, Pieces(tmp_path / "a", 0.1, Clock()), quiet)
    torch.rand(5)  # another process has another random state
    resumed = pretrain(corpus, config, Pieces(tmp_path / "a"), quiet)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_tokens_of_clips_and_columns_of_pairs_are_computed_once(data, tmp_path, monkeypatch):
    from versusq_training.corpus import measure_pairs
    config = load_config(write_config(tmp_path))
    corpus = Corpus(data, None, config.shares())
    torch.manual_seed(0)
    m = Pretrained(config.encoder).eval()
    save(m, corpus, tmp_path / "encoder.pt")
    learned = Learned(tmp_path / "encoder.pt", config)
    assert learned.following and learned.pair and learned.token
    tokens = learned.clip_tokens(corpus, tmp_path / "tokens.pt")
    crop, after = (torch.from_numpy(x[0][:1, 1]).float() for x in (corpus.crops, corpus.following))
    assert torch.allclose(tokens[0, 0, 1], m.encoder(crop, None, after)[0], atol=5e-3)
    assert (tokens[:, 3:] == 0).all(), "bursts that a copy has not"
    pairs = [(0, 1), (2, 0)]
    measured = measure_pairs(corpus, pairs, 2, 7)
    wider = learned.beside(corpus, pairs, measured, tmp_path / "columns.pt")
    width = measured.ab.shape[-1]
    assert wider.ab.shape[-1] == width + 2 * config.encoder.token and torch.equal(wider.ab[..., :width], measured.ab)
    at = int(measured.bursts[1, 0])
    expected = m.encoder.pair_columns(*(torch.from_numpy(corpus.crops[i][at]).float() for i in pairs[1]))
    for got, wanted in zip((wider.ab, wider.ba), expected):
        assert torch.allclose(got[1, 0, :, width:].float(), wanted, atol=5e-3)
    monkeypatch.setattr(learned, "encoder", None)  # a second look must not need it
    assert torch.equal(learned.clip_tokens(corpus, tmp_path / "tokens.pt"), tokens)
    assert torch.equal(learned.beside(corpus, pairs, measured, tmp_path / "columns.pt").ab, wider.ab)
