"""What cannot be trained, or has nothing to train."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coffea_lcf.config import load_config
from tests.integration.chain import ok, refused, write_config

from .jets import AUTOENCODER, CONFIGS, TAGGER


@pytest.mark.parametrize(
    ("networks", "observable", "message"),
    [
        (
            {"pfn": {"architecture": "pfn", "hyperparameters": {"phis": [3]}}},
            {"network": "pfn"},
            "networks.pfn: pfn has no hyperparameter 'phis'\n  nearest  phi",
        ),
        (
            {"pfn": TAGGER},
            {"network": "pfn", "output": "error"},
            "networks.pfn: a PFN has one score, and no output 'error'",
        ),
        (
            {"pfn": AUTOENCODER},
            {"network": "pfn", "output": "product 2 2"},
            "networks.pfn: the autoencoder has no output 'product 2 2'\n  it has   error, ",
        ),
    ],
)
def test_what_cannot_be_trained_is_told_before_events_are_read(
    document: dict[str, Any],
    tmp_path: Path,
    networks: dict[str, Any],
    observable: dict[str, Any],
    message: str,
) -> None:
    observables = {"score": observable, "jet_mass": None}
    config = write_config(tmp_path / "c.yaml", document, networks=networks, observables=observables)
    assert message in refused("train", config, "-o", tmp_path / "out", "-q")
    assert not (tmp_path / "out" / ".checkpoints").exists()


def test_steps_before_the_training_say_what_is_missing(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "c.yaml", document)
    told = refused("tabulate", config, "-o", tmp_path / "out", "-q")
    assert "no network 'pfn' in" in told
    assert "run  coffea-lcf train  first" in told
    planned = ok("train", config, "-o", tmp_path / "out", "--dry-run").output
    assert "train pfn: 300 jets of at most 6 constituents, 0 MB at the peak" in planned
    assert not (tmp_path / "out").exists()


def test_without_networks_there_is_nothing_to_train(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(
        tmp_path / "c.yaml", document, networks=None, observables=["jet_mass", "tau32"]
    )
    assert "no observable is of a network" in refused("train", config, "-o", tmp_path / "out")
    told = ok("run", config, "-o", tmp_path / "out").output
    assert "train" not in told
    assert not (tmp_path / "out" / "networks").exists()


@pytest.mark.parametrize("name", ["top_tagging", "jet_anomaly"])
def test_configurations_of_networks_can_be_read(name: str) -> None:
    config = load_config(CONFIGS / f"{name}.yaml").config
    assert list(config.trained) == list(config.networks)
