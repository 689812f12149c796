"""Networks that are trained by the chain, and cut on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import torch
import uproot
import yaml

from coffea_lcf.config import load_config
from coffea_lcf.models.file import load_metadata, load_model
from coffea_lcf.training import network
from coffea_lcf.workflow.analysis import Analysis, prepare
from coffea_lcf.workflow.samples import training_and_test
from coffea_lcf.workflow.training_jets import collect_jets, training_rows

from .chain import DATA, REPOSITORY, columns, lcf, ok, read_json, refused, results, write_config

EVENTS = 150
CONFIGS = REPOSITORY / "analysis_configs"
COLLECTIONS = {
    "FatJet": ("pt", "eta", "phi", "mass", "tau2", "tau3"),
    "FatJetPFCands": ("jetIdx", "pFCandsIdx"),
    "PFCands": ("pt", "eta", "phi", "mass"),
}
TAGGER = {
    "architecture": "pfn",
    "hyperparameters": {"phi": [8, 4], "f": [8], "constituents": 6},
    "recipe": {"epochs": 3, "batch_size": 40},
}
AUTOENCODER = {
    "architecture": "lgae",
    "hyperparameters": {
        "slots": 5, "channels": 2, "encoder_layers": 1, "decoder_layers": 1, "constituents": 8,
    },
    "recipe": {"epochs": 2},
}  # fmt: skip


@pytest.fixture(scope="module")
def jets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the first jets of the sample: top.root and qcd.root."""
    folder = tmp_path_factory.mktemp("jets")
    for name in ("top", "qcd"):
        write_jets(folder / f"{name}.root", name, start=0)
    return folder


def write_jets(path: Path, name: str, start: int) -> None:
    """Write some of the jets of the sample to `path`."""
    names = [f"{kind}_{one}" for kind, own in COLLECTIONS.items() for one in own]
    with uproot.open(DATA / "top_tagging" / f"{name}.root") as file:
        events = file["Events"].arrays(names, entry_start=start, entry_stop=start + EVENTS)
    content = {
        kind: ak.zip({one: events[f"{kind}_{one}"] for one in own})
        for kind, own in COLLECTIONS.items()
    }
    with uproot.recreate(path) as file:
        file.mktree("Events", {kind: one.type.content for kind, one in content.items()})
        file["Events"].extend(content)


@pytest.fixture
def document(jets: Path) -> dict[str, Any]:
    """Return the configuration of top tagging for a few jets and a small network."""
    loaded: dict[str, Any] = yaml.safe_load((CONFIGS / "top_tagging.yaml").read_text())
    datasets = {
        name: {"files": [str(jets / f"{name}.root")], "label": label}
        for name, label in (("top", "signal"), ("qcd", "background"))
    }
    return {
        **loaded,
        "processor": {"file": str(REPOSITORY / "processors" / "jets.py"), "class": "LargeRJets"},
        "weight": None,
        "datasets": datasets,
        "networks": {"pfn": TAGGER},
        "observables": {"pfn": {"network": "pfn"}, "jet_mass": None, "tau32": None},
        "fit": {"repeats": 1},
        "skim": {"columns": ["FatJet_*"]},
        "execution": {"chunksize": 64},
    }


def parameters(path: Path) -> torch.Tensor:
    return torch.cat([one.flatten() for one in load_model(path).parameters()])


def constituents(path: Path) -> np.ndarray:
    """Return the leading constituent's pt of each event."""
    with uproot.open(path) as file:
        pt = file["Events"]["PFCands_pt"].array()
    return ak.to_numpy(ak.max(pt, axis=1))


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
    collected = collect_jets(analysis, 1, labels, "test")
    hardest = np.hypot(*collected.cloud.p4[:, 0, 1:3].T)
    expected = [
        constituents(Path(path))[rows]
        for (name, rows) in training_rows(analysis).items()
        for path in document["datasets"][name]["files"]
        if document["datasets"][name]["label"] in labels
    ]
    np.testing.assert_allclose(hardest, np.concatenate(expected), rtol=1e-6)


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


def test_an_autoencoder_learns_from_background_alone(
    document: dict[str, Any], tmp_path: Path
) -> None:
    observables = {
        "anomaly": {"network": "lgae", "output": "error", "unit": "GeV²"},
        "relative": {"network": "lgae", "output": "error over mass"},
        "latent": {"network": "lgae", "output": "product 0 1"},
        "jet_mass": None,
    }
    networks = {"lgae": AUTOENCODER}
    config = write_config(tmp_path / "c.yaml", document, networks=networks, observables=observables)
    output = tmp_path / "out"
    ok("train", config, "-o", output, "-q")
    one = results(output, "train")["networks"]["lgae"]
    assert (one["jets"], one["validation_jets"]) == (101, 11)
    ok("tabulate", config, "-o", output, "-q")
    found = columns(output, "qcd")
    assert np.isfinite(found["latent"]).all()
    # the second is the first over the squared mass of the constituents that are encoded
    assert (found["anomaly"] > found["relative"]).all()
    ok("fit", config, "-o", output, "-q")


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
