from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch

from coffea_lcf.baselines.roc import roc
from coffea_lcf.cuts.soft_cut import Erf, Sigmoid, StraightThrough
from coffea_lcf.datasets import toys
from coffea_lcf.errors import ConfigError, FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.cut_network import (
    BackgroundEvents,
    BackgroundFraction,
    SignalEfficiency,
    SkimRecipe,
    fit_skim,
)
from coffea_lcf.training.cut_network.fit import NoBudgetWarning

SHORT = replace(SkimRecipe(), network=replace(SkimRecipe().network, epochs=20))
TINY = replace(SkimRecipe(), network=replace(SkimRecipe().network, epochs=2))


@pytest.fixture(scope="module")
def toy():
    return toys.draw("toy_2d", 10_000, 0)


@pytest.fixture(scope="module")
def unseen():
    return toys.draw("toy_2d", 100_000, 99)


@pytest.mark.parametrize("soft_cut", [Sigmoid(), Erf(), StraightThrough()], ids=str)
def test_the_toy_of_the_paper_keeps_its_signal_at_a_quarter_of_the_background(
    toy, unseen, soft_cut
):
    fit = fit_skim(toy, BackgroundFraction(0.25), soft_cut=soft_cut, recipe=SHORT)

    kept = evaluate(fit.selection, unseen)
    assert fit.figures["background_efficiency"] == pytest.approx(0.25, rel=1e-3)
    # 2 500 of the events given decide where 0.25 is: 1.7 %
    assert kept["background_efficiency"] == pytest.approx(0.25, rel=0.05)
    assert kept["signal_efficiency"] >= 0.985
    assert float(roc(fit.scorer(unseen), unseen).background_at(0.97)) <= 0.12


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_budget_is_met_on_unseen_events(unseen, seed):
    fit = fit_skim(
        toys.draw("toy_2d", 100_000, seed), BackgroundFraction(0.25), recipe=SHORT, seed=seed
    )

    kept = evaluate(fit.selection, unseen)
    assert kept["background_efficiency"] == pytest.approx(0.25, rel=0.02)


def test_without_a_budget_the_cuts_open_and_a_budget_holds_them(toy):
    # shallow slopes, as in the paper, so that a network sees what a cut takes away
    shallow = replace(SHORT, slope=(2.0, 4.0))
    with pytest.warns(NoBudgetWarning, match="no budget: .* the cuts will open"):
        free = fit_skim(toy, recipe=shallow)
    held = fit_skim(toy, BackgroundFraction(0.2), recipe=shallow)

    assert free.history["background_efficiency"][-1] > free.history["background_efficiency"][0]
    assert free.figures["background_efficiency"] > 0.35
    assert free.multiplier == 0.0
    assert held.figures["background_efficiency"] == pytest.approx(0.2, rel=1e-3)
    assert held.multiplier > 0.0


def test_a_floor_of_signal_leaves_little_background(toy):
    fit = fit_skim(toy, SignalEfficiency(0.95), recipe=SHORT)

    assert fit.figures["signal_efficiency"] == pytest.approx(0.95, abs=2e-4)
    assert fit.figures["background_efficiency"] < 0.19


def test_weights_decide_what_a_budget_means(toy):
    weight = np.where(toy["x1"] < 0, 5.0, 1.0)
    weighted = replace(toy, weight=weight)
    before = weight[~toy.label].sum()

    fit = fit_skim(weighted, BackgroundEvents(0.1 * before), recipe=SHORT)

    kept = fit.selection.mask(weighted) & ~toy.label
    assert weight[kept].sum() == pytest.approx(0.1 * before, rel=5e-3)
    assert fit.figures["events"] == pytest.approx(weight[fit.selection.mask(weighted)].sum())


def test_the_same_seed_gives_the_same_skim_and_scores(toy):
    first, again = (fit_skim(toy, BackgroundFraction(0.3), recipe=TINY, seed=4) for _ in range(2))

    assert first.selection == again.selection
    np.testing.assert_array_equal(first.scorer(toy), again.scorer(toy))


def test_scores_are_missing_exactly_where_the_skim_or_an_input_fails(toy):
    fit = fit_skim(toy, BackgroundFraction(0.3), recipe=TINY)
    holes = replace(toy, columns={**toy.columns, "x2": toy["x2"].copy()})
    holes.columns["x2"][:10] = np.nan

    scores = fit.scorer(holes)

    assert np.isnan(scores).tolist() == (~fit.selection.mask(holes)).tolist()


def test_any_module_can_be_the_network_and_stays_as_it_was(toy):
    network = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    before = {name: value.clone() for name, value in network.state_dict().items()}

    fit = fit_skim(toy, BackgroundFraction(0.3), network=network, recipe=TINY)

    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert isinstance(fit.scorer.model.network[1], torch.nn.Tanh)


def test_directions_are_kept(toy):
    given = {"x1": "right", "x2": None}

    fit = fit_skim(toy, BackgroundFraction(0.4), recipe=TINY, directions=given)

    assert [(cut.observable, cut.case) for cut in fit.selection.cuts] == [("x1", "right")]
    assert fit.selection.unused == ("x2",)


def test_a_network_behind_given_cuts_leaves_them_as_they_are(toy):
    selection = Selection((Cut("x1", "right", lower=0.5),))

    fit = fit_skim(toy, selection, recipe=TINY)

    assert fit.selection.cuts == selection.cuts
    assert fit.settings["budget"] is None
    assert set(fit.history) == {"network_loss", "network_held_out"}
    assert len(fit.history["network_loss"]) == 2


def test_a_fit_can_start_from_a_looser_one(toy):
    looser = fit_skim(toy, BackgroundFraction(0.3), recipe=SHORT)

    tighter = fit_skim(toy, BackgroundFraction(0.2), recipe=TINY, start=looser)

    assert tighter.figures["background_efficiency"] == pytest.approx(0.2, rel=1e-2)
    assert tighter.history["network_held_out"][0] < 0.4


def test_the_document_is_plain(toy):
    import json

    fit = fit_skim(toy, BackgroundFraction(0.3), recipe=TINY)
    document = json.loads(json.dumps(fit.to_document()))

    assert document["settings"]["budget"] == {"kind": "BackgroundFraction", "fraction": 0.3}
    assert set(document["history"]) == {
        "loss",
        "slope",
        "multiplier",
        "signal_efficiency",
        "background_efficiency",
        "network_loss",
        "network_held_out",
    }


def test_an_unknown_direction_is_named(toy):
    with pytest.raises(FitError, match=r"direction given for 'x3', not in the table\n  nearest  x"):
        fit_skim(toy, BackgroundFraction(0.3), recipe=TINY, directions={"x3": "left"})


def test_a_missing_class_is_named():
    table = ObservableTable.from_arrays({"x": [1.0, 2.0]}, [1, 1])

    with pytest.raises(FitError, match="no background among the 2 usable events"):
        fit_skim(table, BackgroundFraction(0.3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"joint_share": 1.0}, "joint_share = 1.0 is not between 0 and 1"),
        ({"slope": (8.0, 0.0)}, "slope of 0.0 is not a positive number"),
        ({"stiffness": float("nan")}, "stiffness of nan is not a positive number"),
    ],
)
def test_settings_out_of_range_are_errors(change, message):
    with pytest.raises(FitError, match=message):
        replace(SkimRecipe(), **change)


def test_the_slope_grows_geometrically():
    recipe = replace(SHORT, joint_share=0.25, slope=(2.0, 32.0))

    assert [recipe.slope_after(epoch) for epoch in range(6)] == pytest.approx(
        [2.0, 4.0, 8.0, 16.0, 32.0, 32.0]
    )


def test_a_fit_warns_of_nothing_else(toy):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_skim(toy, BackgroundFraction(0.3), recipe=TINY)


def test_cuts_of_a_rival_are_kept_where_nothing_better_is_found(toy):
    # so short a training finds nothing that beats the window around the signal
    window = (Cut("x1", "middle", -0.35, 3.35), Cut("x2", "middle", 0.15, 3.85))
    share = evaluate(Selection(window), toy)["background_efficiency"]
    rival = fit_skim(toy, Selection(window), recipe=SHORT)

    alone = fit_skim(toy, BackgroundFraction(share), recipe=TINY)
    helped = fit_skim(toy, BackgroundFraction(share), recipe=TINY, rivals=[rival])

    assert helped.history["network_held_out"].min() < alone.history["network_held_out"].min()
    assert helped.figures["background_efficiency"] == pytest.approx(share, rel=1e-2)
    assert helped.figures["signal_efficiency"] >= alone.figures["signal_efficiency"]


def test_the_network_alone_gives_the_same_log_odds(toy):
    fit = fit_skim(toy, BackgroundFraction(0.3), recipe=TINY)
    model = fit.scorer.to_model()
    passing = fit.selection.mask(toy)

    with torch.no_grad():
        found = model(torch.from_numpy(toy.matrix())).numpy()
    assert model.observables == ("x1", "x2")
    np.testing.assert_allclose(found[passing], fit.scorer(toy)[passing], rtol=1e-5, atol=1e-6)


def test_a_network_of_another_kind_cannot_be_written(toy):
    network = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    fit = fit_skim(toy, Selection(()), network=network, recipe=TINY)

    with pytest.raises(ConfigError, match="a Sequential behind a skim cannot be written: only"):
        fit.scorer.to_model()
