from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from torch import nn

from coffea_lcf.errors import ConfigError, FilesetError
from coffea_lcf.models.architectures import ARCHITECTURES
from coffea_lcf.models.file import load_metadata, load_model, save_model
from coffea_lcf.models.multibody import MultiBody
from tests.unit.models.taggers import BUILDERS, jets, tagger


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", BUILDERS)
def test_the_same_network_comes_back(tmp_path: Path, name, dtype):
    model = tagger(name, dtype)
    path = save_model(tmp_path / "folder" / "net.pt", model, {"auc": 0.98})
    back = load_model(path)
    assert type(back) is type(model)
    assert not back.training
    assert back.hyperparameters == model.hyperparameters
    assert torch.equal(back(*jets(20, dtype)), model(*jets(20, dtype)))
    assert load_metadata(path) == {"auc": 0.98}


def test_multibody_keeps_its_observables(tmp_path: Path):
    path = save_model(tmp_path / "net.pt", MultiBody(["mass", "tau21"], hidden=(4,)))
    assert load_model(path).observables == ("mass", "tau21")


def test_every_architecture_is_its_hyperparameters():
    for kind in ARCHITECTURES.values():
        model = kind(["a"]) if kind is MultiBody else kind()
        assert kind(**model.hyperparameters).hyperparameters == model.hyperparameters


def test_only_known_networks_are_written(tmp_path: Path):
    with pytest.raises(ConfigError, match="a Linear cannot be written: it is not one of pfn, pfin"):
        save_model(tmp_path / "net.pt", nn.Linear(1, 1))
    assert not list(tmp_path.iterdir())


class Evil:
    def __reduce__(self):
        return os.mkdir, ("executed",)


def test_nothing_of_the_file_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"format": "coffea-lcf network", "version": 1, "x": Evil()}, tmp_path / "net.pt")
    with pytest.raises(FilesetError, match=r"net\.pt is not a model file: "):
        load_model(tmp_path / "net.pt")
    (tmp_path / "net.pkl").write_bytes(pickle.dumps(Evil(), protocol=2))
    with pytest.raises(FilesetError, match=r"net\.pkl is not a model file: "):
        load_model(tmp_path / "net.pkl")
    assert not (tmp_path / "executed").exists()


def test_files_that_are_no_model(tmp_path: Path):
    path = tmp_path / "net.pt"
    with pytest.raises(FilesetError, match="does not exist: a model file is written by save_model"):
        load_model(path)
    torch.save({"weight": torch.ones(1)}, path)
    with pytest.raises(FilesetError, match="it does not say 'coffea-lcf network'"):
        load_model(path)
    save_model(path, tagger("pfn"))
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(FilesetError, match="is not a model file: "):
        load_model(path)


@pytest.fixture
def document(tmp_path: Path):
    return torch.load(save_model(tmp_path / "net.pt", tagger("pfn")), weights_only=True)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"version": 2}, FilesetError, "is a model file of version 2, this is 1\n  read it with"),
        ({"state": {}}, ConfigError, r"do not make a network 'pfn': .*\n.*Missing key"),
        ({"architecture": "pnet"}, ConfigError, "holds a network 'pnet', which is not one of pfn,"),
        ({"hyperparameters": "{"}, ConfigError, "do not make a network 'pfn'"),
        ({"hyperparameters": '{"depth": 3}'}, ConfigError, "unexpected keyword argument 'depth'"),
        ({"hyperparameters": '{"phi": [4]}'}, ConfigError, "do not make a network 'pfn'"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, document, change, error, message):
    torch.save({**document, **change}, tmp_path / "other.pt")
    with pytest.raises(error, match=message):
        load_model(tmp_path / "other.pt")


def test_a_file_that_lacks_an_entry(tmp_path: Path, document):
    del document["state"]
    torch.save(document, tmp_path / "other.pt")
    with pytest.raises(FilesetError, match="is a model file without state: save the network again"):
        load_model(tmp_path / "other.pt")
