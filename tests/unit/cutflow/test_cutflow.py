from __future__ import annotations

import itertools

import numpy as np
import pytest

from coffea_lcf.cutflow import ALL_EVENTS, KINDS, count, empty
from coffea_lcf.errors import SelectionError

MASKS = {
    "mass": np.array([1, 1, 1, 0, 0, 1], bool),
    "pt": np.array([1, 1, 0, 1, 0, 0], bool),
    "eta": np.array([1, 0, 1, 1, 1, 0], bool),
}
WEIGHT = np.array([1.0, 2.0, -0.5, 4.0, 8.0, 16.0])


@pytest.fixture
def flow():
    return count("w", MASKS, WEIGHT)


def test_axes(flow):
    assert flow.cuts == (ALL_EVENTS, "mass", "pt", "eta")
    assert flow.datasets == ("w",)
    for histogram in (flow.weighted, flow.raw):
        assert histogram.axes.name == ("dataset", "cut", "kind")
        assert tuple(histogram.axes["kind"]) == KINDS


# events 0 to 5 pass (mass pt eta): 111, 110, 101, 011, 001, 100
@pytest.mark.parametrize(
    ("kind", "events", "sumw", "sumw2"),
    [
        ("onecut", [6, 4, 3, 4], [30.5, 18.5, 7.0, 12.5], [341.25, 261.25, 21.0, 81.25]),
        ("cumulative", [6, 4, 2, 1], [30.5, 18.5, 3.0, 1.0], [341.25, 261.25, 5.0, 1.0]),
        ("nminusone", [6, 2, 2, 2], [30.5, 5.0, 0.5, 3.0], [341.25, 17.0, 1.25, 5.0]),
    ],
)
def test_yields_by_hand(flow, kind, events, sumw, sumw2):
    assert flow.events("w", kind).tolist() == events
    assert flow.events("w", kind).dtype == np.int64
    assert flow.sumw("w", kind) == pytest.approx(sumw)
    assert flow.sumw2("w", kind) == pytest.approx(sumw2)


def test_events_are_whole_numbers_whatever_the_weights(flow):
    view = flow.raw.view()
    assert np.issubdtype(view.dtype, np.integer)


@pytest.mark.parametrize("seed", range(3))
def test_every_kind_by_brute_force(seed):
    random = np.random.default_rng(seed)
    masks = {f"c{i}": random.random(200) < 0.7 for i in range(5)}
    weight = random.normal(1.0, 1.0, 200)
    flow = count("w", masks, weight)
    for i, name in enumerate(masks, start=1):
        others = [mask for other, mask in masks.items() if other != name]
        kept = {
            "onecut": masks[name],
            "cumulative": np.logical_and.reduce(list(masks.values())[:i]),
            "nminusone": np.logical_and.reduce(others),
        }
        for kind, keep in kept.items():
            assert flow.events("w", kind)[i] == keep.sum()
            assert flow.sumw("w", kind)[i] == pytest.approx(weight[keep].sum())
            assert flow.sumw2("w", kind)[i] == pytest.approx((weight[keep] ** 2).sum())


def test_one_cut_is_alone_in_every_kind():
    flow = count("w", {"mass": MASKS["mass"]}, WEIGHT)
    assert flow.events("w", "nminusone").tolist() == [6, 6]
    assert flow.events("w", "onecut").tolist() == flow.events("w").tolist() == [6, 4]


def test_no_cuts_and_no_events():
    assert count("w", {}, WEIGHT).sumw("w").tolist() == [30.5]
    nothing = count("w", {"mass": np.zeros(0, bool)}, np.zeros(0))
    assert nothing.events("w").tolist() == [0, 0]
    assert empty("w", ("mass",)).sumw2("w", "nminusone").tolist() == [0.0, 0.0]


def test_chunks_add_up_in_any_order(flow):
    chunks = [
        count("w", {name: mask[rows] for name, mask in MASKS.items()}, WEIGHT[rows])
        for rows in (slice(0, 1), slice(1, 4), slice(4, 6))
    ]
    for first, second, third in itertools.permutations(chunks):
        total = first + second + third
        for kind in KINDS:
            assert total.events("w", kind).tolist() == flow.events("w", kind).tolist()
            assert total.sumw("w", kind) == pytest.approx(flow.sumw("w", kind))
            assert total.sumw2("w", kind) == pytest.approx(flow.sumw2("w", kind))


def test_datasets_stand_beside_each_other(flow):
    other = count("qcd", MASKS, 2 * WEIGHT)
    for total in (flow + other, other + flow):
        assert total.datasets == ("qcd", "w")
        assert total.sumw("w").tolist() == flow.sumw("w").tolist()
        assert total.sumw("qcd").tolist() == (2 * flow.sumw("w")).tolist()
        assert total.sumw2("qcd").tolist() == (4 * flow.sumw2("w")).tolist()
        assert total.events("qcd").tolist() == flow.events("w").tolist()


def test_the_sum_leaves_its_parts_alone(flow):
    before = flow.sumw("w").copy()
    flow + flow
    assert flow.sumw("w").tolist() == before.tolist()


def test_other_cuts_do_not_add(flow):
    with pytest.raises(SelectionError, match=r"different cuts cannot be added: .*'eta'.* and "):
        flow + count("w", {"mass": MASKS["mass"]}, WEIGHT)
    with pytest.raises(TypeError):
        flow + 1
