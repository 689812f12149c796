"""A network that is shrunk after its training, and trained again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from coffea_lcf.inference.scorer import score_cloud
from coffea_lcf.models.file import load_model
from coffea_lcf.training import network
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.training_jets import collect_jets
from tests.integration.chain import columns, lcf, ok, read_json, results, write_config

from .jets import EVENTS, TAGGER, parameters

SHRUNK = {**TAGGER, "shrink": 0.9}
"""So high a threshold that some nodes of a small network are below it."""


def test_the_score_is_that_of_the_network_that_is_left(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "c.yaml", document, networks={"pfn": SHRUNK})
    output = tmp_path / "out"
    told = ok("train", config, "-o", output).output
    ok("tabulate", config, "-o", output, "-q")
    history = read_json(output / "networks" / "pfn.json")
    model, before = load_model(output / "networks" / "pfn.pt"), history["unshrunk"]
    assert history["parameters"] == sum(one.numel() for one in model.parameters())
    assert history["parameters"] < before["parameters"]
    assert model.hyperparameters["phi"] < TAGGER["hyperparameters"]["phi"]
    assert len(history["loss"]) == len(before["loss"]) == 3
    assert history["loss"] != before["loss"]
    shown = {line.split()[0]: line.split() for line in told.splitlines() if line.strip()}
    assert str(history["parameters"]) in shown["pfn"]
    assert str(before["parameters"]) in shown["unshrunk"]
    jets, _ = collect_jets(
        prepare(config, output),
        6,
        {"signal", "background"},
        "again",
        rows={name: np.ones(EVENTS, dtype=bool) for name in ("top", "qcd")},
    )
    found = np.concatenate([columns(output, name)["pfn"] for name in ("top", "qcd")])
    np.testing.assert_allclose(found, score_cloud(model, jets.cloud), rtol=1e-5, atol=1e-6)


def test_the_report_says_what_it_was_before(document: dict[str, Any], tmp_path: Path) -> None:
    config = write_config(tmp_path / "c.yaml", document, networks={"pfn": SHRUNK})
    output = tmp_path / "out"
    ok("run", config, "-o", output, "-q")
    one = results(output, "train")["networks"]["pfn"]
    before = one["unshrunk"]
    page = (output / "report.html").read_text(encoding="utf-8")
    assert f"pfn with {one['parameters']} parameters" in page
    assert (
        f"before its silent nodes were taken out: {before['parameters']} parameters\n"
        f"epoch {before['best_epoch']} of 3 kept: loss {before['loss']:.4g}"
    ) in page


def test_the_first_training_is_that_of_a_network_that_is_not_shrunk(
    document: dict[str, Any], tmp_path: Path
) -> None:
    both = {"pfn": SHRUNK, "whole": TAGGER}
    observables = {**document["observables"], "whole": {"network": "whole"}}
    config = write_config(tmp_path / "c.yaml", document, networks=both, observables=observables)
    ok("train", config, "-o", tmp_path / "out", "-q")
    shrunk, whole = (read_json(tmp_path / "out" / "networks" / f"{name}.json") for name in both)
    assert "unshrunk" not in whole
    assert shrunk["unshrunk"] == {key: whole[key] for key in shrunk["unshrunk"]}


@pytest.mark.parametrize("epoch", [2, 5], ids=["before", "after"])
def test_an_interrupted_shrinking_goes_on(
    document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    config = write_config(tmp_path / "c.yaml", document, networks={"pfn": SHRUNK})
    ok("train", config, "-o", tmp_path / "whole", "-q")
    begun, whole = [], network._epoch

    def interrupted(*arguments: Any) -> None:
        begun.append(None)
        if len(begun) == epoch:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(network, "_epoch", interrupted)
    broken = tmp_path / "broken"
    assert lcf("train", config, "-o", broken, "-q").exit_code != 0
    assert not (broken / "networks").exists()
    begun.clear()
    monkeypatch.setattr(network, "_epoch", lambda *all: (begun.append(None), whole(*all)))
    ok("train", config, "-o", broken, "-q")
    # three epochs each; the one that was interrupted is begun again
    assert len(begun) == 7 - epoch
    assert not (broken / ".checkpoints").exists()
    found, expected = (
        parameters(tmp_path / name / "networks" / "pfn.pt") for name in ("broken", "whole")
    )
    assert torch.equal(found, expected)
