"""Which events networks learn from: never those that the cuts are judged on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.workflow.analysis import Analysis, prepare
from coffea_lcf.workflow.samples import training_and_test
from coffea_lcf.workflow.training_jets import collect_jets, training_rows
from tests.integration.chain import columns, lcf, ok, results, write_config
from tests.integration.faults.baskets import flip_basket

from .jets import BASKET, EVENTS, write_jets


def constituents(path: Path) -> np.ndarray:
    """Return the leading constituent's pt of each event."""
    with uproot.open(path) as file:
        pt = file["Events"]["PFCands_pt"].array()
    return ak.to_numpy(ak.max(pt, axis=1))


@pytest.mark.parametrize("apart", [False, True], ids=["by share", "by dataset"])
@pytest.mark.parametrize("labels", [{"signal", "background"}, {"background"}])
def test_the_network_never_sees_what_the_cuts_are_judged_on(
    document: dict[str, Any], tmp_path: Path, apart: bool, labels: set[str]
) -> None:
    if apart:
        document["datasets"] = with_test_datasets(document["datasets"], tmp_path)
    config = write_config(tmp_path / "c.yaml", document)
    ok("train", config, "-o", tmp_path / "out", "-q")
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    analysis = prepare(config, tmp_path / "out")
    training, test = training_and_test(analysis)
    seen = in_training_rows(analysis)
    assert sorted(seen) == sorted(named(training))
    assert not set(seen) & set(named(test))
    collected, _ = collect_jets(analysis, 1, labels, "test")
    hardest = np.hypot(*collected.cloud.p4[:, 0, 1:3].T)
    expected = [
        constituents(Path(path))[rows]
        for (name, rows) in training_rows(analysis).items()
        for path in document["datasets"][name]["files"]
        if document["datasets"][name]["label"] in labels
    ]
    np.testing.assert_allclose(hardest, np.concatenate(expected), rtol=1e-6)


@pytest.mark.filterwarnings("default::coffea_lcf.workflow.normalisation.NormalisationWarning")
def test_a_chunk_that_is_lost_takes_no_other_jet_with_it(
    document: dict[str, Any], tmp_path: Path
) -> None:
    document["datasets"] = with_test_datasets(document["datasets"], tmp_path)
    whole = document["datasets"]["top"]["files"][0]
    damaged = Path(shutil.copy(whole, tmp_path / "damaged.root"))
    for branch in ("FatJetPFCands_jetIdx", "FatJet_mass"):
        flip_basket(damaged, branch, 1)
    document["datasets"]["top"]["files"] = [str(damaged)]
    document["networks"]["columns"] = {
        "architecture": "multibody",
        "observables": ["jet_mass"],
        "hyperparameters": {"hidden": [4]},
        "recipe": {"epochs": 1},
    }
    document["observables"]["columns"] = {"network": "columns"}
    execution = {"chunksize": BASKET, "allow_missing": True, "retries": 0}
    config = write_config(tmp_path / "c.yaml", document, execution=execution)
    assert lcf("train", config, "-o", tmp_path / "out", "-q").exit_code == 3
    assert learned_from(tmp_path / "out") == [2 * EVENTS - BASKET] * 2

    collected, _ = collect_jets(prepare(config, tmp_path / "out"), 1, {"signal"}, "test")
    hardest = np.hypot(*collected.cloud.p4[:, 0, 1:3].T)
    expected = np.delete(constituents(damaged), slice(BASKET, 2 * BASKET))
    np.testing.assert_allclose(hardest, expected, rtol=1e-6)

    # once it is there, they learn from it too
    shutil.copy(whole, damaged)
    ok("train", config, "-o", tmp_path / "out", "-q")
    assert learned_from(tmp_path / "out") == [2 * EVENTS] * 2


def learned_from(output: Path) -> list[int]:
    """Return how many jets each network has seen."""
    networks = results(output, "train")["networks"].values()
    return [one["jets"] + one["validation_jets"] for one in networks]


def test_cuts_learn_from_other_events_than_networks(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "c.yaml", document, network_fraction=0.5)
    ok("train", config, "-o", tmp_path / "out", "-q")
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    assert results(tmp_path / "out", "train")["networks"]["pfn"]["jets"] == 100
    analysis = prepare(config, tmp_path / "out")
    jets = [named(one) for one in training_and_test(analysis)]
    uses = [set(in_training_rows(analysis)), *map(set, jets)]
    assert [len(one) for one in uses] == [112, 112, 76]
    assert len(set.union(*uses)) == 2 * EVENTS


def test_events_without_a_row_of_their_own_are_never_held_out(
    document: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "c.yaml", document)
    ok("train", config, "-o", tmp_path / "all", "-q")
    ok("tabulate", config, "-o", tmp_path / "all", "-q")
    fit = {"strategy": "parallel", "learn_from": "histograms", "in_memory": 100}
    config = write_config(tmp_path / "c.yaml", document, fit=fit)
    ok("train", config, "-o", tmp_path / "some", "-q")
    ok("tabulate", config, "-o", tmp_path / "some", "-q")
    some = prepare(config, tmp_path / "some")
    tables = {name: named(columns(tmp_path / "all", name)) for name in document["datasets"]}
    rows = training_rows(some)
    seen = {tables[name][row] for name, kept in rows.items() for row in np.flatnonzero(kept)}
    unseen = set(named(training_and_test(some)[1]))
    # of 150 events of each label 50 have a row, and of these 12 are held out
    assert len(unseen) == 24
    assert seen == {jet for table in tables.values() for jet in table} - unseen


def with_test_datasets(datasets: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return `datasets` to train, and others to test."""
    sections: dict[str, Any] = {}
    for name, section in datasets.items():
        path = folder / f"{name}_test.root"
        write_jets(path, name, start=EVENTS)
        sections[name] = {**section, "sample": "train"}
        sections[f"{name}_test"] = {**section, "files": [str(path)], "sample": "test"}
    return sections


def named(jets: Any) -> list[tuple[float, float]]:
    """Return two observables of each jet, which no other jet has both of."""
    return list(zip(jets["jet_mass"].tolist(), jets["tau32"].tolist(), strict=True))


def in_training_rows(analysis: Analysis) -> list[tuple[float, float]]:
    """Return the jets in the rows that networks learn from."""
    tables = {name: named(columns(analysis.output, name)) for name in analysis.config.datasets}
    rows = training_rows(analysis)
    assert all(len(set(table)) == len(table) == EVENTS for table in tables.values())
    return [tables[name][row] for name, kept in rows.items() for row in np.flatnonzero(kept)]
