"""A network on observables, trained before there is a table of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coffea_lcf.inference import ObservablesScorer
from coffea_lcf.models.file import load_model
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.samples import training_and_test
from coffea_lcf.workflow.training_columns import collect_columns
from tests.integration.chain import columns, ok, read_json, refused, results, write_config

from .jets import EVENTS, TAGGER

TAKEN = ["tau32", "jet_mass"]
MULTIBODY = {
    "architecture": "multibody",
    "observables": TAKEN,
    "hyperparameters": {"hidden": [8, 4], "dropout": [0.1]},
    "recipe": {"epochs": 2, "batch_size": 40},
}


@pytest.fixture
def learned(document: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration with the score of a network on two observables beside them."""
    observables = {"score": {"network": "mlp"}, "jet_mass": None, "tau32": None}
    return {**document, "networks": {"mlp": MULTIBODY}, "observables": observables}


def test_the_score_is_that_of_the_observables_beside_it(
    learned: dict[str, Any], tmp_path: Path
) -> None:
    config, output = write_config(tmp_path / "c.yaml", learned), tmp_path / "out"
    assert f"train mlp: {2 * EVENTS} events" in ok("train", config, "--dry-run").output
    ok("run", config, "-o", output, "-q")
    one = results(output, "train")["networks"]["mlp"]
    assert (one["architecture"], one["jets"], one["validation_jets"]) == ("multibody", 202, 22)
    path = output / "networks" / "mlp.pt"
    assert load_model(path).hyperparameters["observables"] == TAKEN
    found = columns(output, "top")
    expected = ObservablesScorer(path)(*(found[name] for name in TAKEN))
    np.testing.assert_allclose(found["score"], expected, rtol=1e-5, atol=1e-6)
    assert np.isfinite(found["score"]).all()
    assert "Network mlp" in (output / "report.html").read_text(encoding="utf-8")


def test_it_learns_from_the_rows_of_the_table_that_are_not_held_out(
    learned: dict[str, Any], tmp_path: Path
) -> None:
    config, output = write_config(tmp_path / "c.yaml", learned), tmp_path / "out"
    ok("train", config, "-o", output, "-q")
    ok("tabulate", config, "-o", output, "-q")
    analysis = prepare(config, output)
    training, _ = training_and_test(analysis)
    found, _ = collect_columns(analysis, TAKEN, "again")
    np.testing.assert_array_equal(found.label, training.label)
    for name in TAKEN:
        np.testing.assert_array_equal(found[name], training[name])
    np.testing.assert_allclose(found.weight, training.weight)


def test_networks_of_both_kinds_are_trained_together_and_shrunk(
    learned: dict[str, Any], tmp_path: Path
) -> None:
    networks = {"pfn": TAGGER, "mlp": {**MULTIBODY, "shrink": 0.9}}
    observables = {**learned["observables"], "pfn": {"network": "pfn"}}
    config = write_config(tmp_path / "c.yaml", learned, networks=networks, observables=observables)
    told = ok("train", config, "-o", tmp_path / "out", "--dry-run").output
    assert f"train pfn, mlp: {2 * EVENTS} jets of at most 6 constituents" in told
    ok("train", config, "-o", tmp_path / "out", "-q")
    histories = {
        name: read_json(tmp_path / "out" / "networks" / f"{name}.json") for name in networks
    }
    assert [one["jets"] for one in histories.values()] == [202, 202]
    assert histories["mlp"]["parameters"] < histories["mlp"]["unshrunk"]["parameters"]


def test_branches_of_a_flat_tree_will_do_and_another_branch_is_another_input(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    output, file = tmp_path / "out", tmp_path / "out" / "networks" / "mlp.pt"
    networks = {"mlp": {**MULTIBODY, "observables": ["x", "y"]}}
    observables = {**flat["observables"], "score": {"network": "mlp"}}
    config = write_config(tmp_path / "c.yaml", flat, networks=networks, observables=observables)
    ok("train", config, "-o", output, "-q")
    before = file.read_bytes()
    more = {**observables, "z": {"branch": "x"}}
    config = write_config(tmp_path / "c.yaml", flat, networks=networks, observables=more)
    assert "up to date" in ok("train", config, "-o", output, "-q").output
    other = {**observables, "x": {"branch": "y"}}
    config = write_config(tmp_path / "c.yaml", flat, networks=networks, observables=other)
    ok("train", config, "-o", output, "-q")
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (
            {"observables": ["tau32", "mass"]},
            "networks.mlp.observables: 'mass' is not among the observables",
        ),
        (
            {"observables": ["tau32", "score"]},
            "networks.mlp.observables: 'score' is the score of a network",
        ),
        (
            {"hyperparameters": {"widths": [3]}},
            "networks.mlp: multibody has no hyperparameter 'widths'",
        ),
    ],
)
def test_what_it_cannot_take(
    learned: dict[str, Any], tmp_path: Path, network: dict[str, Any], message: str
) -> None:
    networks = {"mlp": {**MULTIBODY, **network}}
    config = write_config(tmp_path / "c.yaml", learned, networks=networks)
    assert message in refused("train", config, "-o", tmp_path / "out", "-q")


def test_it_has_one_score(learned: dict[str, Any], tmp_path: Path) -> None:
    observables = {**learned["observables"], "score": {"network": "mlp", "output": "error"}}
    config = write_config(tmp_path / "c.yaml", learned, observables=observables)
    told = refused("train", config, "-o", tmp_path / "out", "-q")
    assert "networks.mlp: a MultiBody has one score, and no output 'error'" in told
