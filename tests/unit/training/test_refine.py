from __future__ import annotations

import numpy as np
import pytest
import torch

import coffea_lcf as lcf
from coffea_lcf.bins import BINS
from coffea_lcf.cuts.strategies import Parallel, ReferenceSequential, Sequential
from coffea_lcf.training import prepare
from coffea_lcf.training import refine as refine_module
from coffea_lcf.training import settle as settle_module
from coffea_lcf.training.columns import columns
from coffea_lcf.training.information import information
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.refine import refine

STRATEGIES = [Parallel(), Sequential(), ReferenceSequential()]
CPU = torch.device("cpu")
SAMPLED = lcf.Recipe(Newton(whole=8192, start=1024))
WHOLE = lcf.Recipe(Newton(whole=60_000))


@pytest.fixture(scope="module")
def many() -> lcf.ObservableTable:
    """60 000 weighted events of which a third is signal: a window, a shift and an edge."""
    random = np.random.default_rng(7)
    label = random.random(60_000) < 0.35
    side = np.where(random.random(60_000) < 0.5, -2.5, 2.5)
    return lcf.ObservableTable.from_arrays(
        {
            "window": random.normal(np.where(label, 0.0, side), 1.2),
            "shift": random.normal(np.where(label, 3.0, 5.0), 2.0),
            "edge": 100 * random.normal(np.where(label, side, 0.0), 1.5),
        },
        label,
        random.gamma(4.0, size=60_000),
    )


def _events(table):
    return columns(table, prepare.class_scales(table, "sample"), 1.0, CPU)


def _sides(selection):
    for cut in selection.cuts:
        for side in ("lower", "upper"):
            if getattr(cut, side) is not None:
                yield getattr(cut, side), getattr(cut, f"{side}_spread")


@pytest.mark.parametrize(
    ("strategy", "prior"),
    [("parallel", "sample"), ("sequential", "equal"), ("reference", "events")],
)
def test_a_fit_that_starts_on_a_sample_ends_where_all_events_do(many, strategy, prior):
    sampled = lcf.fit(many, strategy, preset=SAMPLED, class_prior=prior)
    centers = sampled.settings["centers"]
    whole = lcf.fit(many, strategy, preset=WHOLE, class_prior=prior, centers=centers)
    assert [cut.case for cut in sampled.selection.cuts] == ["middle", "left", "edge"]
    assert [cut.case for cut in whole.selection.cuts] == ["middle", "left", "edge"]
    pairs = zip(_sides(sampled.selection), _sides(whole.selection), strict=True)
    for (value, spread), (exact, _) in pairs:
        assert abs(value - exact) < 0.1 * spread
    assert whole.importance == pytest.approx(sampled.importance, abs=0.03)


def test_the_spread_is_that_of_all_events(many):
    spreads = []
    for recipe in (SAMPLED, WHOLE):
        fit = lcf.fit(many.select(slice(16_000)), "parallel", preset=recipe, repeats=60)
        spreads.append([spread for _, spread in _sides(fit.selection)])
    # two estimates from 60 repeats, each good to a tenth
    assert spreads[0] == pytest.approx(spreads[1], rel=0.45)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: one.name)
def test_the_minimum_of_newton_is_not_left(two_classes, prepared, strategy):
    cuts, data = prepared(two_classes)
    Newton(tolerance=1e-8).train(cuts, data, strategy, 0.5, torch.Generator(), lambda step: False)
    before = cuts.effective()
    refine(cuts, _events(two_classes), strategy, 0.5)
    # a hundredth of the statistical error, which bins add
    assert torch.allclose(cuts.effective(), before, atol=1e-3)


@pytest.mark.parametrize("strategy", STRATEGIES[:2], ids=lambda one: one.name)
def test_a_far_start_takes_more_steps_to_the_same_minimum(two_classes, prepared, strategy):
    cuts, data = prepared(two_classes)
    far, _ = prepared(two_classes)
    Newton().train(cuts, data, strategy, 0.5, torch.Generator(), lambda step: False)
    far.set_effective(torch.zeros(1, 2, 3, 2))
    # settled to a tenth of a statistical error, then to the square of that
    for allowed in (0.15, 0.01):
        refine(far, _events(two_classes), strategy, 0.5)
        assert torch.allclose(far.effective(), cuts.effective(), atol=allowed)


@pytest.mark.parametrize("strategy", STRATEGIES[:2], ids=lambda one: one.name)
def test_the_size_of_a_chunk_does_not_matter(two_classes, prepared, strategy, monkeypatch):
    ends = []
    for size in (4000, 999, 64):
        monkeypatch.setitem(settle_module.CHUNK, "cpu", size)
        cuts, _ = prepared(two_classes)
        cuts.set_effective(torch.zeros(1, 2, 3, 2))
        refine(cuts, _events(two_classes), strategy, 0.5)
        ends.append(cuts.effective())
    assert torch.allclose(ends[1], ends[0], atol=1e-4)
    assert torch.allclose(ends[2], ends[0], atol=1e-4)


def test_repeats_keep_their_distance_to_the_first(two_classes, prepared):
    cuts, _ = prepared(two_classes, repeats=3)
    before = cuts.effective()
    refine(cuts, _events(two_classes), Parallel(), 0.5)
    after = cuts.effective()
    assert not torch.allclose(after[0], before[0], atol=0.1)
    assert torch.allclose(after - after[:1], before - before[:1], atol=1e-4)


def test_an_event_on_a_center_counts_for_no_neuron(two_classes, prepared):
    peak = two_classes["peak"].copy()
    peak[::3] = 1.0
    table = lcf.ObservableTable.from_arrays({"peak": peak}, two_classes.label)
    without = table.select(peak != 1.0)
    ends = []
    for events in (table, without):
        cuts, _ = prepared(table)
        cuts.centers.fill_(1.0)
        cuts.set_effective(torch.zeros(1, 2, 1, 2))
        refine(cuts, _events(events), Parallel(), 0.5)
        ends.append(cuts.effective())
    assert torch.allclose(ends[0], ends[1], atol=5e-3)


def test_the_events_are_left_as_they_were(two_classes, prepared):
    cuts, _ = prepared(two_classes)
    events = _events(two_classes)
    before = [part.clone() for part in (*events.observables, events.label, events.weight)]
    refine(cuts, events, Sequential(), 0.5)
    after = (*events.observables, events.label, events.weight)
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_the_importance_is_that_of_all_events_with_the_spread_of_the_repeats(two_classes, prepared):
    cuts, data = prepared(two_classes, repeats=2)
    Newton().train(cuts, data, Parallel(), 0.5, torch.Generator(), lambda step: False)
    expected = information(cuts, data, Parallel(), 0.5)[0].float()
    cuts.set_importance(torch.tensor([[0.4, 0.5, 0.1], [0.41, 0.49, 0.1]]))
    effective = cuts.effective()
    refine(cuts, _events(two_classes), Parallel(), 0.5)
    first, second = cuts.importance()
    assert torch.allclose(first, expected, atol=1e-3)
    assert (second - first).tolist()[:2] == pytest.approx([0.01, -0.01], abs=1e-4)
    assert torch.allclose(cuts.effective(), effective, atol=1e-3)


def _one_observable(x, label):
    return lcf.ObservableTable.from_arrays({"x": x}, label)


def test_whole_numbers_do_not_move_within_their_bins(prepared):
    random = np.random.default_rng(3)
    label = random.random(40_000) < 0.5
    table = _one_observable(random.poisson(np.where(label, 300, 260)), label)
    cuts, data = prepared(table)
    Newton(tolerance=1e-8).train(cuts, data, Parallel(), 0.5, torch.Generator(), lambda step: False)
    exact = cuts.effective()
    refine(cuts, _events(table), Parallel(), 0.5)
    assert torch.allclose(cuts.effective(), exact, atol=1e-4)


def test_bins_that_hide_too_much_are_not_used(two_classes, prepared, monkeypatch):
    cuts, data = prepared(two_classes)
    Newton(tolerance=1e-8).train(cuts, data, Parallel(), 0.5, torch.Generator(), lambda step: False)
    settled = []
    monkeypatch.setattr(refine_module, "settle", lambda one, column: settled.append(column))
    refine(cuts, _events(two_classes), Parallel(), 0.5)
    assert [len(column.x) for column in settled] == [2 * BINS] * 3
    monkeypatch.setattr(refine_module, "UNRESOLVED", -1.0)
    refine(cuts, _events(two_classes), Parallel(), 0.5)
    for column, name in zip(settled[3:], two_classes.names, strict=True):
        assert torch.equal(column.x, torch.from_numpy(two_classes[name]))
