from __future__ import annotations

import weakref
from functools import partial

import numpy as np
import pytest
import torch

import coffea_lcf as lcf
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.training import refine as refine_module
from coffea_lcf.training.histograms import Bins
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.prepare import DroppedEventsWarning
from coffea_lcf.training.stream_bins import CoarseBinsWarning
from coffea_lcf.training.streaming import fit_stream

EVENTS = 30_000
WHOLE = lcf.Recipe(Newton(whole=EVENTS, tolerance=1e-8))
"""Newton steps over all events at once, without bins."""


@pytest.fixture(scope="module")
def many() -> lcf.ObservableTable:
    """Weighted events, some negative: a window, a shift, an edge and nothing to cut on."""
    random = np.random.default_rng(11)
    label = random.random(EVENTS) < 0.35
    side = np.where(random.random(EVENTS) < 0.5, -2.5, 2.5)
    weight = random.gamma(4.0, size=EVENTS) * np.where(random.random(EVENTS) < 0.1, -1.0, 1.0)
    return lcf.ObservableTable.from_arrays(
        {
            "window": random.normal(np.where(label, 0.0, side), 1.2),
            "shift": random.normal(np.where(label, 3.0, 5.0), 2.0),
            "edge": 100 * random.normal(np.where(label, side, 0.0), 1.5),
            "noise": random.normal(size=EVENTS),
        },
        label,
        weight,
        units={"edge": "GeV"},
    )


def _batches(table, rows=7000):
    for start in range(0, len(table), rows):
        yield table.select(slice(start, start + rows))


def _sides(selection):
    for cut in selection.cuts:
        for side in ("lower", "upper"):
            if getattr(cut, side) is not None:
                yield cut.observable, getattr(cut, side), getattr(cut, f"{side}_spread")


@pytest.mark.parametrize("strategy", ["parallel", "sequential"])
@pytest.mark.parametrize("prior", ["sample", "equal", "events"])
def test_a_stream_has_the_cuts_of_its_events_at_once(many, strategy, prior):
    batches = partial(_batches, many)
    ours = fit_stream(batches, strategy, class_prior=prior, sample=8192)
    centers = ours.settings["centers"]
    whole = lcf.fit(many, strategy, preset=WHOLE, class_prior=prior, centers=centers)
    assert [cut.case for cut in ours.selection.cuts] == ["middle", "left", "edge"]
    assert ours.selection.unused == whole.selection.unused == ("noise",)
    pairs = zip(_sides(ours.selection), _sides(whole.selection), strict=True)
    for (name, value, spread), (other, exact, _) in pairs:
        assert name == other
        # cuts settle to a part of their statistical error
        assert abs(value - exact) < 0.2 * spread
    assert ours.importance == pytest.approx(whole.importance, abs=0.01)
    assert ours.metrics == pytest.approx(evaluate(ours.selection, many), rel=1e-12)
    assert ours.selection.cuts[2].unit == "GeV"


def test_boundaries_of_histograms_are_those_of_events_to_a_bin(many):
    # all events are in the sample, so that nothing but the bins differs
    ours = fit_stream(partial(_batches, many), "parallel", sample=2 * EVENTS)
    centers = ours.settings["centers"]
    events = lcf.fit(many, "parallel", preset=WHOLE, centers=centers)
    assert centers == events.settings["centers"]
    pairs = list(zip(_sides(ours.selection), _sides(events.selection), strict=True))
    assert len(pairs) == 5
    for (name, value, _), (_, exact, _) in pairs:
        bins = Bins.around(centers[name], torch.from_numpy(many[name]))
        assert abs(value - exact) < float(bins.widths(torch.tensor([exact]))[0])


def test_fixed_cuts_come_first(many):
    fixed = (lcf.Cut("shift", "left", upper=4.0, fixed=True),)
    ours = fit_stream(partial(_batches, many), fixed=fixed, sample=2 * EVENTS)
    whole = lcf.fit(many, fixed=fixed, preset=WHOLE, centers=ours.settings["centers"])
    assert ours.selection.cuts[0] == fixed[0]
    assert [cut.observable for cut in ours.selection.cuts] == ["shift", "window", "edge"]
    assert ours.settings["events"] == whole.settings["events"] < EVENTS
    pairs = zip(_sides(ours.selection), _sides(whole.selection), strict=True)
    for (name, value, spread), (other, exact, _) in list(pairs)[1:]:
        assert name == other
        assert abs(value - exact) < 0.2 * spread
    assert ours.metrics == pytest.approx(whole.metrics, rel=0.01)


@pytest.mark.parametrize("strategy", ["parallel", "sequential"])
def test_no_batch_is_held_while_the_next_is_made(many, strategy):
    passes = []

    def batches():
        passes.append(0)
        last = None
        for start in range(0, EVENTS, 7000):
            assert last is None or last() is None
            passes[-1] += 1
            columns = {name: np.array(many[name][start : start + 7000]) for name in many.names}
            last = weakref.ref(columns["shift"])
            rows = slice(start, start + 7000)
            made = [lcf.ObservableTable(columns, many.label[rows], many.weight[rows])]
            del columns
            yield made.pop()

    fit_stream(batches, strategy, sample=4096)
    # census, histograms, what the cuts tell, figures
    assert passes == [5] * (1 + (1 if strategy == "parallel" else 4) + 1 + 1)


def test_batches_of_one_class_and_in_another_order_tell_the_same(many):
    ours = fit_stream(partial(_batches, many), sample=2 * EVENTS)
    by_class = [many.select(~many.label), many.select(many.label)]
    other = fit_stream(lambda: iter(by_class), sample=2 * EVENTS)
    for (_, value, spread), (_, same, _) in zip(
        _sides(ours.selection), _sides(other.selection), strict=True
    ):
        assert abs(value - same) < 0.01 * spread


def test_events_that_are_not_finite_are_left_out_with_one_warning(many):
    bad = many["shift"].copy()
    bad[:50] = np.nan
    columns = {**many.columns, "shift": bad}
    table = lcf.ObservableTable(columns, many.label, many.weight)
    with pytest.warns(DroppedEventsWarning, match="50 of 30000 events have NaN") as caught:
        ours = fit_stream(partial(_batches, table), sample=4096)
    assert len(caught) == 1
    assert ours.metrics["events"] == EVENTS - 50


def test_bins_that_hide_too_much_are_warned_of(many, monkeypatch):
    monkeypatch.setattr(refine_module, "UNRESOLVED", 1e-9)
    table = many.only(("shift",))
    with pytest.warns(CoarseBinsWarning, match="the cut on 'shift' is too steep for 4096 bins"):
        fit_stream(partial(_batches, table), "parallel", sample=4096)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"strategy": "joint"}, "strategy 'joint' is not one of parallel, sequential"),
        ({"threshold": 1.0}, "threshold = 1.0 is not between 0 and 1"),
        ({"seed": -1}, "seed = -1: seeds are zero or more"),
        ({"sample": 1}, "sample = 1: a sample needs an event of each class"),
        ({"centers": {"widow": 0.0}}, "nearest  window"),
    ],
)
def test_settings_that_cannot_be_are_refused(many, arguments, message):
    with pytest.raises(FitError, match=message):
        fit_stream(partial(_batches, many), **arguments)
