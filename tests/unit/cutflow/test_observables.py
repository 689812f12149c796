from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cutflow import Binning, fill

COLUMNS = {
    "mass": np.array([5.0, 15.0, 15.0, np.nan, -1.0, 99.0], np.float32),
    "pt": np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.inf], np.float32),
}
MASKS = {
    "mass": np.array([1, 1, 1, 0, 1, 1], bool),
    "pt": np.array([1, 1, 0, 1, 0, 1], bool),
}
WEIGHT = np.array([1.0, 2.0, -0.5, 8.0, 16.0, 32.0])
BINNINGS = {"mass": Binning(2, 0.0, 20.0)}


@pytest.fixture
def histogram():
    return fill("w", COLUMNS, MASKS, WEIGHT, BINNINGS)["mass"]


@pytest.mark.parametrize(
    ("stage", "values", "variances"),
    [
        # underflow, two bins, overflow; the NaN is in none
        ("all events", [16.0, 1.0, 1.5, 32.0], [256.0, 1.0, 4.25, 1024.0]),
        ("mass", [16.0, 1.0, 1.5, 32.0], [256.0, 1.0, 4.25, 1024.0]),
        ("pt", [0.0, 1.0, 2.0, 32.0], [0.0, 1.0, 4.0, 1024.0]),
        # the cut on pt alone: events 0, 1, 3 (the NaN) and 5
        ("all but mass", [0.0, 1.0, 2.0, 32.0], [0.0, 1.0, 4.0, 1024.0]),
    ],
)
def test_stages_by_hand(histogram, stage, values, variances):
    one = histogram[{"dataset": "w", "stage": stage}]
    assert one.values(flow=True).tolist() == values
    assert one.variances(flow=True).tolist() == variances


def test_what_all_other_cuts_leave_belongs_to_the_cuts_on_the_observable():
    masks = {
        "mass": np.array([1, 1, 0, 1], bool),
        "mass_2": np.array([1, 0, 0, 1], bool),
        "pt": np.array([1, 1, 1, 0], bool),
    }
    columns = {"mass": np.array([0.5, 1.5, 2.5, 3.5]), "pt": np.array([0.5, 1.5, 2.5, 3.5])}
    own = {"mass": "mass", "mass_2": "mass", "pt": "pt"}
    binnings = {name: Binning(4, 0.0, 4.0) for name in columns}
    filled = fill("w", columns, masks, np.ones(4), binnings, own)
    stages = ["all events", "mass", "mass_2", "pt"]
    assert list(filled["mass"].axes["stage"]) == [*stages, "all but mass", "all but mass_2"]
    assert list(filled["pt"].axes["stage"]) == [*stages, "all but pt"]
    for observable, stage, events in (
        ("mass", "all but mass", [1, 0, 0, 0]),
        ("mass", "all but mass_2", [1, 1, 0, 0]),
        ("pt", "all but pt", [1, 0, 0, 1]),
    ):
        one = filled[observable][{"dataset": "w", "stage": stage}]
        assert one.values().tolist() == events


def test_axes(histogram):
    assert histogram.axes.name == ("dataset", "stage", "x")
    assert histogram.axes["x"].label == "mass"
    assert histogram.axes["x"].edges.tolist() == [0.0, 10.0, 20.0]


def test_only_the_observables_with_bins_are_filled():
    assert set(fill("w", COLUMNS, MASKS, WEIGHT, BINNINGS)) == {"mass"}


def test_infinity_is_beyond_the_last_bin():
    histogram = fill("w", COLUMNS, {}, WEIGHT, {"pt": Binning(1, 0.0, 10.0)})["pt"]
    assert histogram[{"dataset": "w", "stage": "all events"}].values(flow=True)[-1] == 32.0


def test_chunks_and_datasets_add(histogram):
    parts = []
    for rows in (slice(0, 2), slice(2, 6)):
        columns, masks = (
            {name: values[rows] for name, values in source.items()} for source in (COLUMNS, MASKS)
        )
        parts.append(fill("w", columns, masks, WEIGHT[rows], BINNINGS)["mass"])
    other = fill("qcd", COLUMNS, MASKS, WEIGHT, BINNINGS)["mass"]
    total = parts[1] + other + parts[0]
    for dataset in ("w", "qcd"):
        assert np.array_equal(
            total[{"dataset": dataset}].view(flow=True), histogram[{"dataset": "w"}].view(flow=True)
        )


def test_a_chunk_without_events_has_all_stages():
    none = {name: values[:0] for name, values in COLUMNS.items()}
    masks = {name: values[:0] for name, values in MASKS.items()}
    histogram = fill("w", none, masks, WEIGHT[:0], BINNINGS)["mass"]
    assert list(histogram.axes["stage"]) == ["all events", "mass", "pt", "all but mass"]
    assert histogram.sum(flow=True).value == 0.0
