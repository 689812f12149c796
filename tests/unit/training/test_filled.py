from __future__ import annotations

import numpy as np
import pytest
import torch

import coffea_lcf as lcf
from coffea_lcf.bins import filled
from coffea_lcf.errors import FitError
from coffea_lcf.training.filled import fit_histograms, plan_histograms
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.settle import Column

EVENTS = 60_000
WHOLE = lcf.Recipe(Newton(whole=EVENTS, tolerance=1e-8))
"""Newton steps over all events at once, without bins."""


@pytest.fixture(scope="module")
def many():
    """Weighted events, some negative: a window, a shift and nothing to cut on."""
    random = np.random.default_rng(5)
    label = random.random(EVENTS) < 0.35
    side = np.where(random.random(EVENTS) < 0.5, -2.5, 2.5)
    weight = random.gamma(4.0, size=EVENTS) * np.where(random.random(EVENTS) < 0.1, -1.0, 1.0)
    columns = {
        "window": random.normal(np.where(label, 0.0, side), 1.2),
        "shift": random.normal(np.where(label, 3.0, 5.0), 2.0),
        "noise": random.normal(size=EVENTS),
    }
    return lcf.ObservableTable.from_arrays(columns, label, weight, units={"shift": "GeV"})


def _sums(table, plan):
    """Fill as the workers do, class by class."""
    return {
        name: np.array(
            [
                filled(table[name][rows], table.weight[rows], bins.center, bins.scale)
                for rows in (~table.label, table.label)
            ]
        )
        for name, bins in plan.bins.items()
    }


def _events(table):
    return int((~table.label).sum()), int(table.label.sum())


def test_the_workers_fill_as_the_fit_does(many):
    plan = plan_histograms(many)
    label, weight = (torch.from_numpy(x).float() for x in (many.label, many.weight))
    for name, sums in _sums(many, plan).items():
        ours = plan.bins[name].fill(Column(torch.from_numpy(many[name]), label, weight))
        same = np.isclose(sums, ours.numpy(), rtol=1e-5, atol=1e-3)
        # but for a few events that rounding moves over an edge
        assert np.mean(~same) < 0.005
        np.testing.assert_allclose(
            sums.cumsum(axis=1)[:, 1::512], ours.numpy().cumsum(axis=1)[:, 1::512], atol=10.0
        )


@pytest.mark.parametrize("prior", ["sample", "equal", "events"])
def test_cuts_of_histograms_are_those_of_the_events(many, prior):
    stored, rest = many.select(slice(0, None, 3)), np.arange(EVENTS) % 3 != 0
    others = many.select(rest)
    plan = plan_histograms(stored)
    ours = fit_histograms(plan, _sums(others, plan), _events(others), class_prior=prior)
    centers = ours.settings["centers"]
    exact = lcf.fit(
        others, "parallel", preset=WHOLE, class_prior=prior,
        centers=centers,
    )  # fmt: skip
    assert [cut.observable for cut in ours.selection.cuts] == ["window", "shift"]
    assert ours.selection.unused == ("noise",)
    assert ours.settings["events"] == len(others)
    for cut, other in zip(ours.selection.cuts, exact.selection.cuts, strict=True):
        assert cut.case == other.case
        for side in ("lower", "upper"):
            value, best = getattr(cut, side), getattr(other, side)
            if value is not None:
                bins = plan.bins[cut.observable]
                assert abs(value - best) < float(bins.widths(torch.tensor([best]))[0])
                spread = getattr(other, f"{side}_spread")
                assert 0.2 * spread < getattr(cut, f"{side}_spread") < 5 * spread


def test_fixed_cuts_and_units(many):
    fixed = (lcf.Cut("noise", "right", lower=0.0, fixed=True),)
    plan = plan_histograms(many, fixed=fixed)
    assert list(plan.bins) == ["window", "shift"]
    assert (plan.table["shift"] != many["shift"][: len(plan.table)]).any()
    passed = many.select(many["noise"] >= 0.0)
    ours = fit_histograms(plan, _sums(passed, plan), _events(passed))
    assert ours.selection.cuts[0] == fixed[0]
    assert [cut.unit for cut in ours.selection.cuts] == ["", "", "GeV"]


def test_histograms_that_are_not_those_of_the_plan(many):
    plan = plan_histograms(many)
    sums = _sums(many, plan)
    with pytest.raises(FitError, match=r"histograms of \['shift', 'window'\], and the plan is of"):
        fit_histograms(plan, {name: sums[name] for name in ("window", "shift")}, (1, 1))
    with pytest.raises(FitError, match=r"histogram of 'noise' of shape \(4096,\)"):
        fit_histograms(plan, {**sums, "noise": sums["noise"][0]}, (1, 1))
