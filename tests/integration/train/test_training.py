"""Networks are trained once, in the chain or alone, and go on where they were interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from coffea_lcf.models.file import load_metadata
from coffea_lcf.training import network
from tests.integration.chain import columns, lcf, ok, read_json, results, write_config

from .jets import TAGGER, parameters


def test_the_chain_trains_scores_and_cuts(document: dict[str, Any], tmp_path: Path) -> None:
    config, output = write_config(tmp_path / "c.yaml", document), tmp_path / "out"
    told = ok("run", config, "-o", output).output
    assert told.index("train  done") < told.index("tabulate  done") < told.index("fit  done")
    one = results(output, "train")["networks"]["pfn"]
    # a quarter is held out, of the others a tenth only chooses the epoch
    assert (one["jets"], one["validation_jets"]) == (202, 22)
    assert {path.name for path in (output / "networks").iterdir()} == {
        f"pfn.{ending}" for ending in ("pt", "json", "svg")
    }
    history = read_json(output / "networks" / "pfn.json")
    assert len(history["loss"]) == len(history["validation_loss"]) == 3
    assert load_metadata(output / "networks" / "pfn.pt")["identity"] == history["identity"]
    assert np.isfinite(columns(output, "top")["pfn"]).all()
    assert "pfn" in (output / "selection.json").read_text()
    report = (output / "report.html").read_text()
    assert "Network pfn" in report
    assert f"epoch {one['best_epoch']} of 3 kept" in report
    again = ok("run", config, "-o", output).output
    assert again.count("up to date") == 6


def test_only_what_changed_is_trained_anew(document: dict[str, Any], tmp_path: Path) -> None:
    output = tmp_path / "out"
    both = {"pfn": TAGGER, "other": {**TAGGER, "seed": 2}}
    observables = {**document["observables"], "other": {"network": "other"}}
    config = write_config(tmp_path / "c.yaml", document, networks=both, observables=observables)
    ok("train", config, "-o", output, "-q")
    ok("tabulate", config, "-o", output, "-q")
    files = {name: output / "networks" / f"{name}.pt" for name in both}
    before = {name: path.read_bytes() for name, path in files.items()}
    scores = columns(output, "top")
    changed = {**both, "other": {**TAGGER, "seed": 3}}
    config = write_config(tmp_path / "c.yaml", document, networks=changed, observables=observables)
    assert "up to date" not in ok("train", config, "-o", output).output
    assert files["pfn"].read_bytes() == before["pfn"]
    assert files["other"].read_bytes() != before["other"]
    assert "up to date" not in ok("tabulate", config, "-o", output).output
    found = columns(output, "top")
    np.testing.assert_array_equal(found["pfn"], scores["pfn"])
    assert not np.array_equal(found["other"], scores["other"])
    # where it is trained does not make it another one
    assert "up to date" in ok("train", config, "-o", output, "--device", "cpu").output


def test_a_network_is_the_same_however_the_events_are_read(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "c.yaml", document)
    ok("train", config, "-o", tmp_path / "one", "-q")
    more = ("--executor", "futures", "--workers", "2", "--chunksize", "37")
    ok("train", config, "-o", tmp_path / "two", "-q", *more)
    one, two = (parameters(tmp_path / name / "networks" / "pfn.pt") for name in ("one", "two"))
    assert torch.equal(one, two)


def test_an_interrupted_training_goes_on(
    document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(tmp_path / "c.yaml", document)
    ok("train", config, "-o", tmp_path / "whole", "-q")
    epochs = []

    def epoch(*arguments: Any) -> None:
        if epochs == [1]:
            raise KeyboardInterrupt
        epochs.append(len(epochs) + 1)
        whole(*arguments)

    whole = network._epoch
    monkeypatch.setattr(network, "_epoch", epoch)
    broken = tmp_path / "broken"
    assert lcf("train", config, "-o", broken, "-q").exit_code != 0
    assert not (broken / "networks").exists()
    (checkpoint,) = (broken / ".checkpoints" / "train").glob("pfn-*.pt")
    monkeypatch.setattr(network, "_epoch", lambda *all: (epochs.append(0), whole(*all)))
    ok("train", config, "-o", broken, "-q")
    # one epoch before, two afterwards
    assert epochs == [1, 0, 0]
    assert not checkpoint.exists()
    found, expected = (
        parameters(tmp_path / name / "networks" / "pfn.pt") for name in ("broken", "whole")
    )
    assert torch.equal(found, expected)
