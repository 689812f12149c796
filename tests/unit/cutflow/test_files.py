from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow import Binning, Normalisation, count, fill
from coffea_lcf.cutflow.files import load_cutflow, save_cutflow, save_root
from coffea_lcf.errors import NonFiniteError, OutputError, SelectionError

ROLES = {
    "w": Normalisation("signal", 10.0, 2.0, 10.0),
    "qcd/ht 500": Normalisation("background", 3),
}
MASKS = {"mass": np.array([True, True, False]), "mass_2": np.array([True, False, False])}
WEIGHT = np.array([1.0, 0.1, -0.5])
COLUMNS = {"mass": np.array([80.0, 500.0, np.nan], np.float32)}


def _made(dataset: str) -> tuple:
    histograms = fill(dataset, COLUMNS, MASKS, WEIGHT, {"mass": Binning(4, 0.0, 200.0)})
    return count(dataset, MASKS, WEIGHT), histograms


@pytest.fixture
def made() -> tuple:
    (flow, histograms), (other, others) = _made("w"), _made("qcd/ht 500")
    return flow + other, {"mass": histograms["mass"] + others["mass"]}


def test_json_round_trip_is_exact(tmp_path, made):
    flow, observables = made
    path = save_cutflow(tmp_path / "cutflow.json", flow, observables, ROLES)
    read = load_cutflow(path)
    assert read.cutflow.weighted == flow.weighted
    assert read.cutflow.raw == flow.raw
    assert read.observables == observables
    assert read.normalisations == ROLES
    assert read.cutflow.events("w").dtype == np.int64


def test_what_was_read_can_be_added_and_filled_on(tmp_path, made):
    flow, observables = made
    read = load_cutflow(save_cutflow(tmp_path / "cutflow.json", flow, observables, ROLES))
    more = read.cutflow + _made("ttbar")[0]
    assert more.datasets == ("qcd/ht 500", "ttbar", "w")
    assert more.sumw("w").tolist() == flow.sumw("w").tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"cutflow\.json is not a cut-flow: not valid JSON"),
        ("[]", r"its format is None, not 'coffea-lcf/cutflow'"),
        ('{"format": "coffea-lcf/selection"}', r"its format is 'coffea-lcf/selection'"),
        (
            '{"format": "coffea-lcf/cutflow", "version": 2}',
            r"version 2, newer than 1(.|\n)*upgrade",
        ),
        ('{"format": "coffea-lcf/cutflow", "version": 1}', r"damaged cut-flow: KeyError"),
        ('{"uhi_schema": 99}', r"is not a cut-flow"),
    ],
)
def test_other_files_are_refused(tmp_path, text, message):
    path = tmp_path / "cutflow.json"
    path.write_text(text)
    with pytest.raises(SelectionError, match=message):
        load_cutflow(path)


@pytest.mark.parametrize(
    "damage", [{"weighted": 5}, {"observables": []}, {"normalisations": {"w": {"role": "data"}}}]
)
def test_damage_is_named(tmp_path, made, damage):
    path = save_cutflow(tmp_path / "cutflow.json", *made, ROLES)
    path.write_text(json.dumps({**json.loads(path.read_text()), **damage}))
    with pytest.raises(SelectionError, match=r"cutflow\.json is a damaged cut-flow"):
        load_cutflow(path)


def test_missing_file(tmp_path):
    with pytest.raises(
        SelectionError, match=r"cannot read the cut-flow .*none\.json: No such file"
    ):
        load_cutflow(tmp_path / "none.json")


def test_nan_is_refused_and_leaves_nothing(tmp_path, made):
    flow, observables = made
    roles = {"w": replace(ROLES["w"], cross_section=float("nan"))}
    with pytest.raises(NonFiniteError, match="holds NaN or infinite numbers"):
        save_cutflow(tmp_path / "cutflow.json", flow, observables, roles)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file(tmp_path, made):
    (tmp_path / "results").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*cutflow\.root"):
        save_root(tmp_path / "results" / "cutflow.root", *made)


def test_every_dataset_of_a_configuration_has_its_own_root_histograms(tmp_path, made):
    flow = _made("a+b")[0] + _made("a_b")[0] + _made("a.b")[0]
    with uproot.open(save_root(tmp_path / "cutflow.root", flow, {})) as file:
        assert sorted(file["cutflow"].keys(recursive=False, cycle=False)) == ["a+b", "a.b", "a_b"]


def test_root_histograms(tmp_path, made):
    flow, _ = made
    with uproot.open(save_root(tmp_path / "cutflow.root", *made)) as file:
        cumulative = file["cutflow/w/cumulative"]
        assert cumulative.classname == "TH1D"
        assert cumulative.axis().labels() == ["all events", "mass", "mass_2"]
        np.testing.assert_array_equal(cumulative.values(), flow.sumw("w"))
        np.testing.assert_allclose(cumulative.variances(), flow.sumw2("w"), rtol=1e-15)
        for kind in ("onecut", "cumulative", "nminusone"):
            events = file[f"cutflow/w/{kind}_events"]
            np.testing.assert_array_equal(events.values(), flow.events("w", kind))
        after = file["observables/w/mass/mass"]
        # 80 GeV is in the second bin, 500 GeV beyond the last
        np.testing.assert_allclose(after.values(flow=True), [0, 0, 1.0, 0, 0, 0.1])
        np.testing.assert_allclose(after.variances(flow=True), [0, 0, 1.0, 0, 0, 0.01])


def test_root_names_hold_no_slash_and_no_blank(tmp_path, made):
    with uproot.open(save_root(tmp_path / "cutflow.root", *made)) as file:
        assert set(file.keys(recursive=False, cycle=False)) == {"cutflow", "observables"}
        assert set(file["cutflow"].keys(recursive=False, cycle=False)) == {"w", "qcd_ht_500"}
        assert "observables/qcd_ht_500/mass/all_events" in file


def test_root_leaves_out_datasets_that_an_observable_has_not(tmp_path, made):
    flow, _ = made
    only_w = {"mass": _made("w")[1]["mass"]}
    with uproot.open(save_root(tmp_path / "cutflow.root", flow, only_w)) as file:
        assert file["observables"].keys(recursive=False, cycle=False) == ["w"]
