"""The score of a network as an observable: evaluated in the processor, cut on by the cut flow."""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import torch
import uproot

import coffea_lcf as lcf
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.inference import score_cloud
from coffea_lcf.models.file import load_model, save_model
from coffea_lcf.models.pfn import PFN

from .chain import columns, jet_document, ok, refused, write_config


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an untrained network that knows the scales of its inputs."""
    torch.manual_seed(1)
    network = PFN()
    document = jet_document()
    (path,) = document["datasets"]["ww"]["files"]
    cloud = leading_constituents(Path(path))
    network.standardise(torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask))
    return save_model(tmp_path_factory.mktemp("models") / "pfn.pt", network)


def leading_constituents(path: Path) -> ParticleCloud:
    """Return the constituents of the leading jet of each event, event by event."""
    with uproot.open(path) as file:
        events = file["Events"].arrays(
            ["FatJet_pt", "FatJetPFCands_jetIdx", "FatJetPFCands_pFCandsIdx"]
            + [f"PFCands_{name}" for name in ("pt", "eta", "phi", "mass")]
        )
    rows = []
    for event in events:
        leading = int(np.argmax(event["FatJet_pt"])) if len(event["FatJet_pt"]) else -1
        mine = event["FatJetPFCands_pFCandsIdx"][event["FatJetPFCands_jetIdx"] == leading]
        rows.append([event[f"PFCands_{name}"][mine] for name in ("pt", "eta", "phi", "mass")])
    jagged = [ak.Array([row[at] for row in rows]) for at in range(4)]
    return ParticleCloud.from_jagged(*jagged, size=PFN().constituents)


def test_the_score_is_a_column_like_any_other(model: Path, tmp_path: Path) -> None:
    document = jet_document()
    names = ["trimmed_mass", "tau21"]
    observables = {**dict.fromkeys(names), "pfn": {"model": str(model)}}
    config = write_config(tmp_path / "jets.yaml", document, observables=observables)
    output = tmp_path / "out"
    ok("tabulate", config, "-o", output, "-q", "--chunksize", "700")
    (path,) = document["datasets"]["ww"]["files"]
    expected = score_cloud(load_model(model), leading_constituents(Path(path)))
    found = columns(output, "ww")["pfn"]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    ok("fit", config, "-o", output, "-q")
    selection = lcf.Selection.load(output / "selection.json")
    assert "pfn" in (*selection.observables, *selection.unused)
    # another network under the same name makes the columns anew
    torch.manual_seed(2)
    save_model(model, PFN())
    assert "up to date" not in ok("tabulate", config, "-o", output).output


def test_a_model_file_that_is_missing_is_named(tmp_path: Path) -> None:
    observables = {"pfn": {"model": "nowhere.pt"}, "tau21": None}
    config = write_config(tmp_path / "jets.yaml", jet_document(), observables=observables)
    told = refused("tabulate", config, "-o", tmp_path / "out")
    assert "there is no model file" in told
    assert "nowhere.pt" in told


def test_a_processor_without_constituents_says_so(
    flat: dict[str, object], model: Path, tmp_path: Path
) -> None:
    observables = {"pfn": {"model": str(model)}}
    config = write_config(tmp_path / "flat.yaml", flat, observables=observables)
    told = refused("tabulate", config, "-o", tmp_path / "out")
    assert "ObservableProcessor knows no constituents" in told
