from __future__ import annotations

import json
from dataclasses import replace

import pytest

from coffea_lcf.datasets import toys
from coffea_lcf.errors import FitError
from coffea_lcf.evaluation import evaluate
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.tradeoff import tradeoff
from coffea_lcf.training.cut_network import BackgroundFraction, SignalEfficiency, SkimRecipe
from tests.unit.training.cut_network.clouds import jets, tagger

HAND = Selection((Cut("x1", "right", lower=0.0), Cut("x2", "right", lower=0.5)))
SHORT = replace(SkimRecipe(), network=replace(SkimRecipe().network, epochs=16))


@pytest.fixture(scope="module")
def toy():
    return toys.draw("toy_2d", 5_000, 0)


@pytest.fixture(scope="module")
def curve(toy):
    budgets = [BackgroundFraction(fraction) for fraction in (0.05, 0.25)]
    test = toys.draw("toy_2d", 20_000, 1)
    return tradeoff(toy, test, budgets, recipe=SHORT, bootstraps=40, reference=HAND)


def test_the_curve_runs_from_loose_to_tight_with_the_size_of_the_hand_cuts(curve, toy):
    by_hand = evaluate(HAND, toy)["background_efficiency"]
    assert [str(point.constraint) for point in curve.points] == [
        "at most 25 % of the background",
        f"at most {100 * by_hand:.4g} % of the background",
        "at most 5 % of the background",
    ]
    for point, size in zip(curve.points, (0.25, by_hand, 0.05), strict=True):
        for one in point.contenders.values():
            assert one.background_efficiency == pytest.approx(size, rel=0.12)


def test_cuts_made_by_hand_are_compared_at_their_own_size(curve):
    loose, middle, tight = curve.points
    assert loose.reference is None
    assert tight.reference is None
    assert middle.reference.fit.selection.cuts == HAND.cuts
    assert list(curve.contenders)[3:6] == [
        f"{middle.constraint}, {made}" for made in ("joint", "cuts alone", "hand cuts")
    ]
    # one-sided cuts lose signal that the windows of the others keep
    difference = middle.joint.physics["auc"].minus(middle.reference.physics["auc"])
    assert difference.value > 3.0 * difference.error
    told = curve.to_document()["points"][1]
    assert told["joint_minus_reference"]["auc"]["value"] == pytest.approx(difference.value)
    assert told["reference"]["cuts"] == ["x1 > 0", "x2 > 0.5"]


def test_a_floor_of_signal_compares_hand_cuts_at_their_signal_efficiency(toy):
    tiny = replace(SHORT, network=replace(SHORT.network, epochs=2))
    curve = tradeoff(toy, toy, [SignalEfficiency(0.9)], recipe=tiny, bootstraps=2, reference=HAND)
    kept = evaluate(HAND, toy)["signal_efficiency"]
    assert [point.constraint.efficiency for point in curve.points] == [kept, 0.9]


def test_networks_of_a_curve_can_see_constituents():
    (table, cloud), (test, seen) = jets(1000), jets(2000, seed=1)
    tiny = replace(SHORT, network=replace(SHORT.network, epochs=6, batch_size=128))

    curve = tradeoff(
        table,
        test,
        [BackgroundFraction(0.3)],
        network=tagger(),
        constituents=cloud,
        test_constituents=seen,
        recipe=tiny,
        bootstraps=2,
    )

    for one in curve.contenders.values():
        assert one.physics["auc"].value > 0.75
        assert one.fit.scorer(test, seen).shape == (2000,)
    (point,) = curve.points
    assert point.joint.background_efficiency == pytest.approx(0.3, abs=0.05)
    # constituents tell less than the observable, which no skim leaves unseen
    assert point.joint.physics["auc"].value > curve.no_skim.physics["auc"].value


def test_joint_is_no_worse_than_cuts_alone_at_equal_size(curve):
    for point in curve.points:
        for figure in ("auc", "rejection_50"):
            difference = point.joint.physics[figure].minus(point.alone.physics[figure])
            assert difference.value > -3.0 * difference.error


def test_a_tight_skim_costs_physics_and_the_knee_says_so(curve):
    loose, _, tight = (point.joint.physics["auc"] for point in curve.points)

    assert tight.value < loose.value < curve.no_skim.physics["auc"].value + 0.01
    assert curve.proposed is curve.points[curve.knee.index].joint.fit
    assert "% of the background" in curve.knee.reason


def test_the_document_is_plain_numbers(curve):
    document = json.loads(json.dumps(curve.to_document()))

    point = document["points"][0]
    assert point["budget"] == "at most 25 % of the background"
    assert set(point["joint"]["auc"]) == {"value", "error", "low", "high"}
    assert point["joint_minus_alone"]["auc"]["value"] == pytest.approx(
        point["joint"]["auc"]["value"] - point["alone"]["auc"]["value"]
    )


@pytest.mark.parametrize(("lower", "kept"), [(-1e3, "all"), (1e3, "none")])
def test_hand_cuts_that_do_nothing_or_everything_are_an_error(toy, lower, kept):
    cuts = Selection((Cut("x1", "right", lower=lower),))
    with pytest.raises(FitError, match=f"the reference keeps {kept} of the background"):
        tradeoff(toy, toy, [BackgroundFraction(0.1)], reference=cuts)


@pytest.mark.parametrize(
    ("budgets", "figure", "message"),
    [
        ([], "auc", "budgets: none\n  a curve needs one or more"),
        (
            [BackgroundFraction(0.1), SignalEfficiency(0.9)],
            "auc",
            "budgets: at most 10 % of the background, at least 90 % of the signal",
        ),
        ([BackgroundFraction(0.1)], "speed", "figure 'speed' is not one of auc, rejection_30"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_an_error(toy, budgets, figure, message):
    with pytest.raises(FitError, match=message):
        tradeoff(toy, toy, budgets, figure=figure)
