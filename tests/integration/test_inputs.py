"""Inputs of other shapes: weights of either sign, no jets, no ``Runs``, PHYSLITE, RNTuple."""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.selection import Cut, Selection

from .chain import (
    FLAT_CUTS,
    PROCESSOR,
    columns,
    flat_document,
    ok,
    read_json,
    results,
    skim_files,
    sum_over_runs,
    with_selection,
    write_config,
)
from .rootfiles import event_ids, flat_columns, twin, write_root


def test_weights_of_either_sign_are_summed_as_they_are(tmp_path: Path) -> None:
    content = {
        "x": np.array([70.0, 80.0, 90.0, 10.0], np.float32),
        "y": np.array([0.1, 0.9, 0.2, 0.1], np.float32),
        "w": np.array([2.0, -1.0, 0.0, -4.0]),
    }
    signal = write_root(tmp_path / "s.root", content)
    background = write_root(tmp_path / "b.root", flat_columns("background"))
    config = write_config(tmp_path / "flat.yaml", flat_document([signal], [background]))
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "cutflow", "skim")
    flow = load_cutflow(output / "cutflow.json").cutflow
    chosen = {"dataset": "signal", "kind": "cumulative"}
    assert flow.events("signal").tolist() == [4, 3, 2]
    assert flow.weighted[chosen].values().tolist() == [-3.0, 1.0, 2.0]
    assert flow.weighted[chosen].variances().tolist() == [21.0, 5.0, 4.0]
    [skim] = [one for one in results(output, "skim")["skims"] if one["dataset"] == "signal"]
    assert (skim["sumw_before"], skim["sumw_after"]) == (-3.0, 2.0)


def test_files_without_runs_are_normalised_to_their_events(tmp_path: Path) -> None:
    paths = [
        write_root(tmp_path / f"{kind}.root", flat_columns(kind))
        for kind in ("signal", "background")
    ]
    document = flat_document(paths[:1], paths[1:])
    document["datasets"]["signal"]["cross_section"] = 2.0
    document["datasets"]["background"]["cross_section"] = 1.0
    config = write_config(tmp_path / "flat.yaml", document, luminosity=10.0)
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "cutflow", "skim")
    stored = float(columns(output, "signal")["weight"].sum())
    normalisation = load_cutflow(output / "cutflow.json").normalisations["signal"]
    assert normalisation.sumw == stored
    assert normalisation.scale == pytest.approx(20.0 / stored)
    assert sum_over_runs(skim_files(output, "signal")) == pytest.approx(stored)


@pytest.fixture(scope="module")
def with_empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output for a signal of two files, of which one holds no event."""
    folder = tmp_path_factory.mktemp("empty")
    full = write_root(folder / "full.root", flat_columns("signal"), sumw=500.0)
    empty = write_root(folder / "empty.root", flat_columns("signal", events=0), sumw=70.0)
    background = write_root(folder / "b.root", flat_columns("background"), sumw=500.0)
    config = write_config(folder / "flat.yaml", flat_document([full, empty], [background]))
    return with_selection(config, folder / "out", FLAT_CUTS, "cutflow", "skim")


def test_sum_of_weights_of_a_file_without_events_counts(with_empty_file: Path) -> None:
    counts = load_cutflow(with_empty_file / "cutflow.json")
    assert counts.normalisations["signal"].sumw == 570.0
    assert counts.cutflow.events("signal")[0] == 300
    metadata = read_json(with_empty_file / "skims" / "fileset.json")["signal"]["metadata"]
    assert metadata["sumw"] == 570.0


def test_runs_of_a_file_without_events_are_in_the_skims(with_empty_file: Path) -> None:
    assert sum_over_runs(skim_files(with_empty_file, "signal")) == 570.0


def jets(events: int) -> dict[str, ak.Array]:
    """Return 0 to 3 jets an event, not sorted by pT."""
    rng = np.random.default_rng(3)
    counts = np.arange(events) % 4

    def draw(low: float, high: float) -> ak.Array:
        flat = rng.uniform(low, high, counts.sum()).astype(np.float32)
        return ak.unflatten(flat, counts)

    return {
        "pt": draw(200, 900),
        "eta": draw(-2, 2),
        "phi": draw(-3, 3),
        "mass": draw(0, 200),
        "tau1": draw(0.1, 1),
        "tau2": draw(0.1, 1),
    }


def leading(collection: dict[str, ak.Array]) -> dict[str, np.ndarray]:
    """Return pT, mass and τ21 of the jet with the highest pT, by a plain loop; NaN without."""
    rows = []
    for pt, mass, tau1, tau2 in zip(
        *(collection[name].to_list() for name in ("pt", "mass", "tau1", "tau2")), strict=True
    ):
        if not pt:
            rows.append((np.nan,) * 3)
            continue
        best = pt.index(max(pt))
        rows.append((pt[best], mass[best], tau2[best] / tau1[best]))
    return dict(zip(("jet_pt", "jet_mass", "tau21"), np.array(rows, np.float32).T, strict=True))


JET_SELECTION = Selection(
    (Cut("jet_pt", "right", 300.0, unit="GeV"), Cut("tau21", "left", upper=1.0))
)


@pytest.mark.parametrize("schema", ["BaseSchema", "NanoAODSchema"])
def test_leading_jet_of_unsorted_jets_and_of_none(tmp_path: Path, schema: str) -> None:
    collection = jets(101)
    path = write_root(tmp_path / "a.root", event_ids(101), {"FatJet": collection})
    document = {
        "name": "jets",
        "schema": schema,
        "processor": PROCESSOR,
        "datasets": {
            "s": {"files": [str(path)], "label": "signal"},
            "b": {"files": [str(twin(path))], "label": "background"},
        },
        "observables": ["jet_pt", "jet_mass", "tau21", "n_fatjets", "fatjet_ht"],
        "execution": {"chunksize": 40},
    }
    config = write_config(tmp_path / "jets.yaml", document)
    output = with_selection(config, tmp_path / "out", JET_SELECTION, "cutflow", "skim")
    table, expected = columns(output, "s"), leading(collection)
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values, rtol=1e-6)
    assert table["n_fatjets"].tolist() == ak.num(collection["pt"]).to_list()
    assert table["fatjet_ht"].tolist()[:1] == [0.0]
    assert results(output, "tabulate")["datasets"]["s"]["nonfinite"]["jet_pt"] == 26
    with np.errstate(invalid="ignore"):
        passed = (expected["jet_pt"] > 300) & (expected["tau21"] < 1)
    skimmed = ak.concatenate(
        [uproot.open(file)["Events/event"].array() for file in skim_files(output, "s")]
    )
    assert skimmed.to_list() == np.flatnonzero(passed).tolist()


@pytest.mark.parametrize("schema", ["BaseSchema", "PHYSLITESchema"])
def test_physlite(tmp_path: Path, schema: str) -> None:
    collection = jets(60)
    stored = {
        "pt": collection["pt"] * 1000,
        "eta": collection["eta"],
        "phi": collection["phi"],
        "m": collection["mass"] * 1000,
        "Tau1_wta": collection["tau1"],
        "Tau2_wta": collection["tau2"],
    }
    name = "AnalysisLargeRJetsAuxDyn"
    path = write_root(
        tmp_path / "DAOD_PHYSLITE.root",
        {},
        {name: stored},
        tree="CollectionTree",
        separator=".",
    )
    document = {
        "name": "physlite",
        "tree": "CollectionTree",
        "schema": schema,
        "processor": {**PROCESSOR, "options": {"layout": "physlite"}},
        "datasets": {
            "s": {"files": [str(path)], "label": "signal"},
            "b": {"files": [str(twin(path))], "label": "background"},
        },
        "observables": ["jet_pt", "jet_mass", "tau21"],
    }
    config = write_config(tmp_path / "physlite.yaml", document)
    output = with_selection(config, tmp_path / "out", JET_SELECTION, "cutflow", "skim")
    for observable, values in leading(collection).items():
        np.testing.assert_allclose(columns(output, "s")[observable], values, rtol=1e-6)
    [skim] = skim_files(output, "s")
    with uproot.open(skim) as file:
        kept = file["CollectionTree"].arrays(library="ak")
    mask = JET_SELECTION.mask(columns(output, "s"))
    assert kept[f"{name}.pt"].to_list() == stored["pt"][mask].to_list()


def test_jagged_branches_that_share_a_counter_without_a_common_prefix(tmp_path: Path) -> None:
    content = flat_columns("signal", events=40)
    collection = {name: jets(40)[name] for name in ("pt", "eta")}
    signal = write_root(tmp_path / "s.root", content, {"jet": collection}, separator="")
    background = write_root(tmp_path / "b.root", flat_columns("background"))
    config = write_config(tmp_path / "flat.yaml", flat_document([signal], [background]))
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    mask = FLAT_CUTS.mask(columns(output, "signal"))
    with uproot.open(skim_files(output, "signal")[0]) as file:
        assert sorted(file["Events"].keys()).count("njet") == 1
        kept = file["Events"].arrays(["jetpt", "jeteta"])
    assert kept["jetpt"].to_list() == collection["pt"][mask].to_list()
    assert kept["jeteta"].to_list() == collection["eta"][mask].to_list()


def rntuple_skims(tmp_path: Path, schema: str) -> Path:
    """Return a configuration that reads RNTuple skims of jets."""
    path = write_root(tmp_path / "a.root", event_ids(101), {"FatJet": jets(101)}, sumw=500.0)
    document = {
        "name": "jets",
        "schema": "NanoAODSchema",
        "processor": PROCESSOR,
        "datasets": {
            "s": {"files": [str(path)], "label": "signal"},
            "b": {"files": [str(twin(path))], "label": "background"},
        },
        "observables": ["jet_pt", "jet_mass", "tau21"],
        "skim": {"format": "rntuple"},
        "execution": {"chunksize": 40},
    }
    config = write_config(tmp_path / "first.yaml", document)
    output = with_selection(config, tmp_path / "first", JET_SELECTION, "skim")
    datasets = {
        name: {**section, "files": [f"{output}/skims/{name}/*.root"]}
        for name, section in document["datasets"].items()
    }
    again = {**document, "datasets": datasets, "schema": schema, "skim": {}}
    return write_config(tmp_path / "second.yaml", again)


def test_rntuple_skims_hold_each_event_once(tmp_path: Path) -> None:
    rntuple_skims(tmp_path, "BaseSchema")
    skims = results(tmp_path / "first", "skim")["skims"]
    for skim in skims:
        with uproot.open(skim["file"]) as file:
            assert file.classnames(cycle=False)["Events"] == "ROOT::RNTuple"
            assert file["Events"].num_entries == skim["events"]
    assert sum(skim["events"] for skim in skims) > 0
    assert sum_over_runs(skim_files(tmp_path / "first", "s")) == 500.0


@pytest.mark.parametrize("schema", ["BaseSchema", "NanoAODSchema"])
def test_rntuple_skims_are_inputs_that_select_themselves(tmp_path: Path, schema: str) -> None:
    config = rntuple_skims(tmp_path, schema)
    output = with_selection(config, tmp_path / "second", JET_SELECTION, "cutflow", "skim")
    expected = int(JET_SELECTION.mask(columns(tmp_path / "first", "s")).sum())
    flow = load_cutflow(output / "cutflow.json")
    assert flow.cutflow.events("s").tolist() == [expected] * 3
    assert flow.normalisations["s"].sumw == 500.0


def test_tree_of_another_name_per_dataset(tmp_path: Path) -> None:
    signal = write_root(tmp_path / "s.root", flat_columns("signal"), tree="nominal")
    background = write_root(tmp_path / "b.root", flat_columns("background"))
    document = flat_document([signal], [background])
    document["datasets"]["signal"]["tree"] = "nominal"
    config = write_config(tmp_path / "flat.yaml", document)
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "skim")
    listed = read_json(output / "skims" / "fileset.json")
    assert set(listed["signal"]["files"].values()) == {"nominal"}
    assert set(listed["background"]["files"].values()) == {"Events"}
    assert uproot.open(skim_files(output, "signal")[0])["nominal"].num_entries > 0


def test_preselection_comes_first_and_is_not_learned(flat: dict, tmp_path: Path) -> None:
    cut = {"observable": "x", "case": "middle", "lower": 50.0, "upper": 110.0}
    config = write_config(tmp_path / "flat.yaml", flat, preselection=[cut])
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    ok("fit", config, "-o", tmp_path / "out", "-q")
    first, second = Selection.load(tmp_path / "out" / "selection.json").cuts
    assert first == Cut("x", "middle", 50.0, 110.0, "GeV", fixed=True)
    assert (second.observable, second.case, second.fixed) == ("y", "left", False)
