from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.bins import BINS
from coffea_lcf.training import settle as settle_module
from coffea_lcf.training.histograms import Bins, as_events, hidden_variance, positions
from coffea_lcf.training.settle import Column, settle

UNIT = Bins(center=10.0, scale=2.0)


def _column(x, label, weight):
    return Column(*(torch.tensor(part, dtype=torch.float32) for part in (x, label, weight)))


def test_half_of_the_bins_are_within_the_scale():
    # u = d / (|d| + s) is ±1/2 at one scale: 2048 ± 1023.5 steps
    x = torch.tensor([10.0, 12.0, 8.0, 9.999, 1e30, -1e30])
    assert UNIT.index(x).tolist() == [2048, 3071, 1024, 2046, 4095, 1]


@given(st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=2, max_size=50))
def test_all_numbers_have_a_bin_in_their_order(values):
    x = torch.tensor(sorted(values), dtype=torch.float32)
    index = UNIT.index(x)
    assert index.min() >= 0
    assert index.max() < BINS
    assert (index.diff() >= 0).all()


def test_the_middle_of_a_bin_is_in_it():
    middles = UNIT.middles()
    assert torch.isfinite(middles).all()
    inner = torch.arange(2, BINS - 1)
    assert torch.equal(UNIT.index(middles)[inner], inner)


def test_the_width_of_a_bin_is_the_distance_of_its_neighbours():
    middles = UNIT.middles()[[2047, 2048, 3071, 3072]]
    widths = UNIT.widths(middles)
    assert widths.tolist() == pytest.approx([2 / 2047, 2 / 2047, 8 / 2047, 8 / 2047], rel=2e-3)
    assert float(middles[3] - middles[2]) == pytest.approx(float(widths[2]), rel=2e-3)


def test_bins_are_around_half_of_the_events_off_the_center():
    x = torch.tensor([5.0, 5.0, 5.0, 5.0, 4.0, 7.0, 1e6])
    assert Bins.around(5.0, x) == Bins(5.0, 2.0)
    assert Bins.around(5.0, x[:4]) == Bins(5.0, 1.0)


def test_a_histogram_holds_the_weights_of_each_class(monkeypatch):
    monkeypatch.setitem(settle_module.CHUNK, "cpu", 2)
    column = _column([12.0, 12.0, 12.0, 8.0, 10.0], [0, 1, 1, 1, 0], [1.0, 2.0, 4.0, -8.0, 0.5])
    sums = UNIT.fill(column)
    found = {(int(of), int(at)): float(sums[of, at]) for of, at in sums.nonzero()}
    assert found == {(0, 3071): 1.0, (1, 3071): 6.0, (1, 1024): -8.0, (0, 2048): 0.5}


def test_a_bin_is_where_its_events_are_or_in_its_middle():
    sample = torch.tensor([10.0, 12.0004, 12.0008])
    assert len(set(UNIT.index(sample).tolist())) == 2
    places = positions(UNIT, sample)
    assert places[2048] == 10.0
    assert float(places[3071]) == pytest.approx(12.0006, abs=1e-6)
    assert float(places[1024]) == pytest.approx(float(UNIT.middles()[1024]))


def test_events_on_the_center_stay_there_if_they_are_most_of_their_bin():
    sample = torch.tensor([10.0, 10.0, 10.0004])
    assert len(set(UNIT.index(sample).tolist())) == 1
    assert positions(UNIT, sample)[2048] == 10.0
    assert float(positions(UNIT, sample[1:])[2048]) == pytest.approx(10.0002, abs=1e-6)


def test_whole_numbers_hide_nothing_and_others_what_is_uniform_in_a_bin():
    assert not hidden_variance(UNIT, torch.arange(20.0).repeat(50)).any()
    sample = 10.0 + 0.1 * torch.rand(400_000, generator=torch.Generator().manual_seed(1))
    expected = float((UNIT.widths(sample).double() ** 2 / 12).mean())
    assert float(hidden_variance(UNIT, sample).mean()) == pytest.approx(expected, rel=0.05)
    assert float(hidden_variance(UNIT, sample[:1])) == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("name", ["peak", "shift", "noise"])
def test_a_cut_settles_on_a_histogram_as_on_the_events(two_classes, prepared, name):
    table = two_classes.only((name,))
    x = torch.from_numpy(table[name])
    weight = np.random.default_rng(1).gamma(2.0, size=len(table))
    column = _column(table[name], table.label, weight)
    ends = []
    for binned in (False, True):
        cuts, _ = prepared(table)
        cuts.set_effective(torch.zeros(1, 2, 1, 2))
        bins = Bins.around(float(cuts.centers), x)
        rows = as_events(bins.fill(column), positions(bins, x[::4])) if binned else column
        # the second time from the minimum: to more digits
        settle(cuts, rows)
        settle(cuts, rows)
        ends.append(cuts.effective())
    assert torch.allclose(*ends, atol=1e-3)
