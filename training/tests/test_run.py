"""The whole training with one command, in pieces; and configurations that cannot be used."""

from pathlib import Path

import pytest
import torch
from tiny import Clock, write_config, write_corpus

from versusq_training import run, train
from versusq_training.config import Config, ConfigError, load_config
from versusq_training.pieces import OutOfTime, Pieces

CONFIGS = Path(__file__).parents[1] / "configs"


@pytest.mark.parametrize("name", ["cpu.yaml", "gpu.yaml"])
def test_the_configurations_that_are_shipped_are_sound(name):
    config = load_config(CONFIGS / name)
    assert config != Config()
    if name == "gpu.yaml":
        assert (config.device, config.autocast, config.decoder.model, config.decoder.layers) == ("cuda", "bf16", 256, 6)


@pytest.mark.parametrize("text, sentence", [
    ("devise: cpu", "devise is no key"),
    ("pretrain: { step: 4 }", "pretrain.step is no key"),
    ("train: { epochs: many }", "train.epochs must be a whole number, but it is 'many'"),
    ("train: { epochs: true }", "train.epochs must be a whole number"),
    ("train: { epochs: 0 }", "train.epochs must be above 0"),
    ("pretrain: { rate: 2e-3 }", "pretrain.rate must be a number"),
    ("device: tpu", "device must be one of auto, cpu, cuda, but it is 'tpu'"),
    ("encoder: { widths: 64 }", "encoder.widths must be a list"),
    ("encoder: { widths: [64, 32] }", "encoder.blocks must have as many entries"),
    ("pretrain: { window: 60 }", "pretrain.window must be a multiple of"),
    ("decoder: { model: 256, heads: 5 }", "decoder.model must be a multiple of decoder.heads"),
    ("synthesise: { extras: [[nonsense, 2]] }", "synthesise.extras takes"),
    ("synthesise: { extras: [[noise, two]] }", "synthesise.extras[0][1] must be a whole number"),
    ("train", "the file must be a table of keys"),
    ("a: [", "not YAML"),
])
def test_a_configuration_that_cannot_be_used_says_file_and_key(tmp_path, text, sentence):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value).startswith(str(path)) and sentence in str(error.value)


def test_a_missing_file_and_a_missing_gpu_are_told_with_the_remedy(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="there is no such file.*configs/cpu.yaml"):
        load_config(tmp_path / "none.yaml")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="torch finds no GPU here"):
        Config(device="cuda").torch_device()
    assert Config(device="auto").torch_device().type == "cpu"


def test_a_training_in_pieces_makes_the_same_networks_as_one_that_was_not_stopped(tmp_path, monkeypatch):
    torch.set_num_threads(1)  # sums in the same order
    data = write_corpus(tmp_path / "data")
    config = write_config(tmp_path)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    arguments = lambda folder: ["--config", str(config), "--data", str(data), "--run", str(folder)]
    exported = []
    monkeypatch.setattr(train, "export", lambda model, folder, **more: exported.append((model, folder, more)))  # test_pipeline.py, test_encoder.py: the graphs
    run.main(arguments(whole))
    stops = []
    while True:
        pieces = Pieces(parts, 60 / 60, Clock())
        try:
            run.main(arguments(parts), pieces)
            break
        except OutOfTime as stopped:
            stops.append(str(stopped))
            assert len(stops) < 40, "a piece must come on"
    inside = {s.split(":")[0] for s in stops if "steps done" in s}
    assert len(stops) >= 2 and inside, stops
    for name in ("encoder", "pair", "decoder", "grpo"):
        one, other = (torch.load(folder / f"{name}.pt", weights_only=True) for folder in (whole, parts))
        one, other = (x.get("state", x) for x in (one, other))
        assert one.keys() == other.keys()
        for key in one:
            assert torch.equal(one[key], other[key]), f"{name}: {key}; stopped at {stops}"
    assert any(k.startswith("encoder.") for k in torch.load(parts / "grpo.pt", weights_only=True))
    assert not list(parts.glob("*.part.pt")), "a finished stage leaves its checkpoint only"
    assert (parts / "results.json").exists() and [folder for _, folder, _ in exported] == [whole / "package", parts / "package"]
    model, _, more = exported[-1]
    assert model.dimensions.learned_pair and model.dimensions.learned_token and model.dimensions.model == 32 and "glance" in more["calibration"]
    assert all(torch.equal(v, other[k]) for k, v in model.state_dict().items()), "what is exported is the last stage"


def test_a_data_folder_without_copies_is_refused_with_what_to_do(tmp_path, capsys):
    with pytest.raises(SystemExit):
        run.main(["--config", str(write_config(tmp_path)), "--data", str(tmp_path / "none"), "--run", str(tmp_path / "run")])
    assert "--synthesise" in capsys.readouterr().err


def test_programs_end_with_their_piece_and_a_failure_is_told(tmp_path):
    import sys
    import time
    began = time.monotonic()
    with pytest.raises(OutOfTime, match="measuring: part of it done"):
        run.together([[sys.executable, "-c", "import time; time.sleep(600)"]] * 2, Pieces(tmp_path, 6 / 60), "measuring")
    assert time.monotonic() - began < 300
    with pytest.raises(OutOfTime, match="not begun"):
        run.together([["true"]], Pieces(tmp_path, 1 / 60), "measuring")
    with pytest.raises(RuntimeError, match="measuring failed with status 3"):
        run.together([["sh", "-c", "exit 3"]], Pieces(tmp_path), "measuring")
