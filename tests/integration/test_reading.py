"""Which branches are read, and that they are the branches and not Lorentz properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot
from coffea import processor
from coffea.nanoevents import NanoEventsFactory

from coffea_lcf.processing import run as running
from coffea_lcf.processing.schemas import SCHEMAS

from .chain import DATA, columns, jet_document, ok, write_config

PATH = DATA / "ww_constituents.root"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the set in which coffea notes the columns that it read."""
    noted: set[str] = set()

    class Noting(processor.Runner):
        def run(self, *arguments: Any, **options: Any) -> Any:
            raw = super().run(*arguments, **options)
            columns = raw["metrics"]["columns"]
            # a jagged branch is read as its data and its offsets
            noted.update(name.removesuffix("-data").removesuffix("-offsets") for name in columns)
            return raw

    monkeypatch.setattr(
        running.processor, "Runner", lambda **options: Noting(savemetrics=True, **options)
    )
    return noted


@pytest.mark.parametrize(
    ("schema", "counters"), [("BaseSchema", set()), ("NanoAODSchema", {"nFatJet"})]
)
def test_only_needed_branches_are_read(
    read: set[str], tmp_path: Path, schema: str, counters: set[str]
) -> None:
    document = {**jet_document(), "schema": schema, "observables": ["tau21", "trimmed_mass"]}
    ok("tabulate", write_config(tmp_path / "jets.yaml", document), "-o", tmp_path / "out", "-q")
    needed = {"FatJet_pt", "FatJet_tau1", "FatJet_tau2", "FatJet_trimMass", "genWeight"}
    assert needed <= read
    assert read - needed <= counters


def test_event_observables_read_no_other_jet_branch(read: set[str], tmp_path: Path) -> None:
    document = {**jet_document(), "observables": ["met"], "schema": "BaseSchema"}
    ok("tabulate", write_config(tmp_path / "jets.yaml", document), "-o", tmp_path / "out", "-q")
    assert read <= {"MET_pt", "FatJet_pt", "genWeight"}


@pytest.mark.filterwarnings("ignore:Missing cross-reference")
def test_tau21_is_the_ratio_of_the_branches_and_not_of_lorentz_properties(tmp_path: Path) -> None:
    config = write_config(tmp_path / "jets.yaml", {**jet_document(), "observables": ["tau21"]})
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    table = columns(tmp_path / "out", "ww")["tau21"]
    arrays = uproot.open(PATH)["Events"].arrays(["FatJet_pt", "FatJet_tau1", "FatJet_tau2"])
    best = ak.argmax(arrays["FatJet_pt"], axis=1, keepdims=True)
    ratio = ak.firsts((arrays["FatJet_tau2"] / arrays["FatJet_tau1"])[best]).to_numpy()
    np.testing.assert_allclose(table, ratio, rtol=1e-6)

    schema = SCHEMAS["NanoAODSchema"]
    jets = NanoEventsFactory.from_root({PATH: "Events"}, schemaclass=schema).events().FatJet
    # the trap itself: coffea gives mass² by attribute
    np.testing.assert_allclose(
        ak.flatten(jets.tau2).to_numpy(), ak.flatten(jets["mass"]).to_numpy() ** 2, rtol=1e-2
    )
    assert not np.allclose(table, ak.firsts((jets.tau2 / jets["tau1"])[best]).to_numpy())
