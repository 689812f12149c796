from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import coffea_lcf as lcf
from coffea_lcf.cuts.strategies import Parallel, Sequential
from coffea_lcf.training.adam import Adam
from coffea_lcf.training.newton import Newton
from coffea_lcf.training.prepare import DroppedEventsWarning

FAST = lcf.Recipe(Adam(learning_rate=0.05, batch_size=500, epochs=20))


def _boundaries(selection):
    return [(cut.observable, cut.case, cut.lower, cut.upper) for cut in selection.cuts]


@pytest.mark.parametrize("strategy", ["parallel", "sequential"])
def test_arrays_in_cuts_out(two_classes, strategy):
    result = lcf.fit(two_classes, strategy, seed=1)
    peak, shift = result.selection.cuts
    assert (peak.observable, peak.case) == ("peak", "middle")
    assert -4 < peak.lower < -2
    assert 2 < peak.upper < 4
    assert (shift.observable, shift.case) == ("shift", "left")
    assert result.selection.unused == ("noise",)
    assert sum(result.importance.values()) == pytest.approx(1.0)
    assert result.importance["noise"] < 0.01
    assert result.metrics["accuracy"] > 0.8


def test_names_and_objects_of_a_strategy_are_the_same(two_classes):
    for name, strategy in (("parallel", Parallel()), ("sequential", Sequential())):
        assert lcf.fit(two_classes, name).selection == lcf.fit(two_classes, strategy).selection


@pytest.mark.parametrize("preset", ["default", FAST], ids=["newton", "adam"])
def test_parallel_equals_sequential_for_one_observable(two_classes, preset):
    table = two_classes.only(("peak",))
    parallel, sequential = (
        lcf.fit(table, strategy, preset=preset, seed=3) for strategy in ("parallel", "sequential")
    )
    assert parallel.selection.cuts == sequential.selection.cuts
    assert np.array_equal(parallel.history["loss"], sequential.history["loss"])


def test_a_cut_after_an_edge_still_learns():
    """The reference masks every event behind an edge cut."""
    random = np.random.default_rng(8)
    label = np.arange(4000) % 2 == 0
    sides = np.where(random.random(4000) < 0.5, -5.0, 5.0)
    table = lcf.ObservableTable.from_arrays(
        {
            "sides": random.normal(np.where(label, sides, 0.0), 2.0),
            "shift": random.normal(np.where(label, 1.0, -1.0), 1.0),
        },
        label,
    )
    sides_cut, shift_cut = lcf.fit(table, "sequential").selection.cuts
    assert sides_cut.case == "edge"
    assert shift_cut.case == "right"
    # after the first cut most events are signal: softer than the midpoint 0
    assert -1.5 < shift_cut.lower < 0.0
    assert shift_cut.importance > 0.1


@pytest.mark.parametrize("preset", ["default", FAST, "gradient"], ids=["newton", "adam", "preset"])
def test_fits_follow_their_seed_alone(two_classes, preset):
    def fit(seed):
        return lcf.fit(two_classes, preset=preset, seed=seed, repeats=2)

    torch.manual_seed(0)
    first = fit(4)
    torch.manual_seed(1)
    state = torch.get_rng_state()
    second, other = fit(4), fit(5)
    assert first.selection == second.selection
    assert np.array_equal(first.history["loss"], second.history["loss"])
    assert not np.array_equal(first.history["loss"], other.history["loss"])
    assert torch.equal(torch.get_rng_state(), state)


def test_repeats_give_the_spread(two_classes):
    result = lcf.fit(two_classes, repeats=8, seed=2)
    assert len(result.repeats) == 8
    assert result.history["loss"].shape[1] == 8
    peak = result.selection.cuts[0]
    lowers = [repeat.cuts[0].lower for repeat in result.repeats]
    assert peak.lower == lowers[0]
    assert peak.lower_spread == pytest.approx(np.std(lowers, ddof=1))
    assert 0 < peak.lower_spread < 0.5
    assert 0 < result.importance_spread["peak"] < 0.1


def test_the_first_repeat_of_newton_is_the_fit_of_the_events(two_classes):
    one = lcf.fit(two_classes, repeats=1)
    many = lcf.fit(two_classes, repeats=4, seed=9)
    assert _boundaries(one.selection) == _boundaries(many.selection)
    assert set(one.importance_spread.values()) == {0.0}
    assert one.selection.cuts[0].lower_spread is None


def test_adam_gives_the_repeat_with_the_lowest_loss(two_classes):
    recipe = lcf.Recipe(Adam(learning_rate=0.02, batch_size=1000, epochs=20), repeats=4)
    result = lcf.fit(two_classes, preset=recipe, seed=1)
    best = int(result.history["loss"][-1].argmin())
    importance = {cut.observable: cut.importance for cut in result.repeats[best].cuts}
    assert importance
    for name, value in importance.items():
        assert result.importance[name] == pytest.approx(value)


def test_the_threshold_moves_the_cut(two_classes):
    uppers = [
        lcf.fit(two_classes.only(("shift",)), threshold=threshold).selection.cuts[0].upper
        for threshold in (0.3, 0.5, 0.8)
    ]
    assert uppers[0] > uppers[1] > uppers[2]
    result = lcf.fit(two_classes, threshold=0.8)
    assert result.selection.threshold == 0.8


def test_given_centers_are_used_and_told(two_classes):
    result = lcf.fit(two_classes, centers={"peak": 1.25})
    assert result.settings["centers"]["peak"] == 1.25
    assert set(result.settings["centers"]) == set(two_classes.names)


def test_fixed_cuts_come_first_and_their_events_go(two_classes):
    fixed = lcf.Cut("shift", "left", upper=0.0, fixed=True)
    result = lcf.fit(two_classes, fixed=[fixed])
    assert result.selection.cuts[0] == fixed
    assert "shift" not in result.importance
    assert result.settings["events"] == np.count_nonzero(two_classes["shift"] < 0)
    kept = two_classes.select(two_classes["shift"] < 0).only(("peak", "noise"))
    assert _boundaries(result.selection)[1:] == _boundaries(lcf.fit(kept).selection)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_events_that_are_not_finite_are_told_and_left_out(two_classes, bad):
    columns = {name: column.copy() for name, column in two_classes.columns.items()}
    columns["noise"][:100] = bad
    broken = lcf.ObservableTable.from_arrays(columns, two_classes.label)
    with pytest.warns(DroppedEventsWarning, match=r"100 of 4000 events .*\(noise: 100\)") as told:
        result = lcf.fit(broken)
    assert told[0].filename == __file__
    expected = lcf.fit(two_classes.select(np.arange(100, 4000)))
    assert _boundaries(result.selection) == _boundaries(expected.selection)


def test_validation_events_are_held_out(two_classes):
    result = lcf.fit(two_classes, validation_fraction=0.25)
    assert result.settings["events"] == 3000
    assert result.metrics["events"] == 1000
    assert result.history["val_loss"].shape == result.history["loss"].shape
    assert "val_loss" not in lcf.fit(two_classes).history


def test_early_stopping_ends_a_long_training(two_classes):
    recipe = lcf.Recipe(Adam(0.05, 500, epochs=500), 1, validation_fraction=0.3, patience=3)
    history = lcf.fit(two_classes, preset=recipe).history
    assert len(history["step"]) < 400
    assert len(history["step"]) > 4


def test_early_stopping_of_newton_keeps_the_importance(two_classes):
    recipe = lcf.Recipe(Newton(), repeats=1, validation_fraction=0.3, patience=3)
    importance = lcf.fit(two_classes, preset=recipe).importance
    assert importance["noise"] < 0.02
    assert sum(importance.values()) == pytest.approx(1.0)


def test_progress_and_history_agree(two_classes):
    steps = []
    result = lcf.fit(two_classes, progress=steps.append)
    assert steps == result.history["step"].tolist()
    assert steps[-1] == len(steps) - 1


def test_provenance_and_settings_are_json(two_classes):
    result = lcf.fit(two_classes, "parallel", seed=6, device="cpu")
    settings = json.loads(json.dumps(result.selection.provenance["fit"], allow_nan=False))
    assert settings == result.settings
    assert (settings["strategy"], settings["seed"], settings["device"]) == ("parallel", 6, "cpu")
    assert settings["recipe"]["optimiser"]["name"] == "newton"


def test_the_result_can_be_saved(two_classes, tmp_path):
    selection = lcf.fit(two_classes).selection
    assert lcf.Selection.load(selection.save(tmp_path / "selection.json")) == selection
