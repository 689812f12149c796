from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from coffea_lcf.baselines import MLP, HistogramBoosting, roc
from coffea_lcf.explain import (
    MeanMask,
    Predictor,
    Sample,
    auc_loss,
    captum,
    correlation_groups,
    cuts_as_predictor,
    explain_selection,
    mad_relevance,
    measure,
    worth_text,
)
from coffea_lcf.explain.measures import MEASURES, mean_size

SMALL = MLP(hidden=(16,), batch_size=128, epochs=20)


@pytest.fixture(scope="module")
def sample(twins):
    training, test = twins.table.split(0.5, 0)
    return Sample.of(training, test, correlation_groups(test), events=1000, seed=1)


@pytest.fixture(scope="module")
def predictors(twins, sample):
    network, trees = SMALL.fit(sample.training), HistogramBoosting(trees=20)
    return (
        cuts_as_predictor(twins.selection, explain_selection(twins.selection, sample.test)),
        Predictor("trees", trees.fit(sample.training), trees.fit, log_odds=True),
        Predictor("network", network, SMALL.fit, 2, log_odds=True, network=network),
    )


@pytest.fixture(scope="module")
def worths(predictors, sample):
    return [measure(one, sample) for one in predictors]


def test_the_sample_takes_finite_events_and_groups_of_two_and_more(twins):
    mass = twins.table["mass"].copy()
    mass[:3990] = np.nan
    table = replace(twins.table, columns={**twins.table.columns, "mass": mass})
    groups = (("mass", "twin"), ("shape",), ("noise",))
    sample = Sample.of(table, table, groups, events=400)
    assert len(sample.events) == 10
    assert sample.taken[:2] == (("mass",), ("twin",))
    assert sample.taken[-1] == ("mass", "twin")
    assert len(sample.taken) == 5


def test_the_sample_of_many_events_is_drawn_by_its_seed(twins):
    one, same, other = (
        Sample.of(twins.table, twins.table, (), events=50, most=100, seed=seed)
        for seed in (1, 1, 2)
    )
    assert (len(one.training), len(one.test), len(one.events)) == (100, 100, 50)
    np.testing.assert_array_equal(one.test["mass"], same.test["mass"])
    assert not np.array_equal(one.test["mass"], other.test["mass"])
    assert set(one.events["mass"]) <= set(one.test["mass"])


@pytest.mark.skipif(not captum.installed(), reason="captum is not installed")
def test_each_predictor_has_the_columns_that_make_sense(worths):
    cuts, trees, network = (set(worth.columns) for worth in worths)
    assert cuts == {"learned", "no cut", "mean", "permuted", "Shapley"}
    assert trees == {"mean", "permuted", "MAD S", "MAD B", "Shapley", "retrained"}
    assert network == trees | {"IG", "LRP"}


def test_columns_are_those_of_their_functions(predictors, sample, worths):
    _, trees, _ = worths
    scorer = predictors[1].scorer
    masked = auc_loss(scorer, sample.test, sample.taken, MeanMask())
    assert trees.columns["mean"] == {names: loss.value for names, loss in masked.items()}
    relevance = mad_relevance(scorer, sample.events, sample.taken)
    assert trees.columns["MAD B"] == {names: one.background for names, one in relevance.items()}
    assert trees.auc == roc(scorer(sample.test), sample.test).auc


@pytest.mark.parametrize("name", ["no cut", "mean", "permuted", "MAD S", "MAD B", "IG", "LRP"])
def test_noise_is_below_a_tenth_of_the_leader_and_below_what_tells(worths, name):
    for worth in worths:
        column = worth.columns.get(name)
        # so few trees have learned some of the noise, which ratios to small log-odds show
        if column is not None and (worth.predictor, name[:3]) != ("trees", "MAD"):
            assert abs(column[("noise",)]) <= 0.1 * max(column.values())
            assert worth.predictor == "cuts" or column[("noise",)] < column[("shape",)]


def test_twins_are_missed_together_in_every_predictor(worths):
    for worth in worths[1:]:
        column = worth.columns["retrained"]
        assert column[("mass", "twin")] > 5 * max(column[("mass",)], column[("twin",)])


def test_a_group_has_the_size_of_the_sum_of_its_parts(sample):
    parts = np.tile([[1.0, -3.0, 0.5]], (len(sample.events), 1))
    assert mean_size(parts, ("mass", "twin", "shape"), sample) == {
        ("mass",): 1.0, ("twin",): 3.0, ("shape",): 0.5, ("noise",): 0.0, ("mass", "twin"): 2.0,
    }  # fmt: skip


def test_an_observable_that_a_network_never_saw_is_worth_nothing_to_it(sample):
    """Pitfall: a fixed observable has no scale, so that networks are learned without it."""
    network = SMALL.fit(sample.training.only(("twin", "shape", "mass")))
    predictor = Predictor("network", network, log_odds=True, network=network)
    for name in ("LRP", "mean", "MAD S", *(["IG", "Shapley"] if captum.installed() else [])):
        column = MEASURES[name](predictor, sample)
        assert column[("noise",)] == 0.0
        assert column[("mass", "twin")] > 0.0


def test_what_a_fit_needs_is_not_left_out(sample):
    seen = []

    def fit(table, _):
        seen.append(set(table.names))
        return lambda other: other["mass"].astype(np.float64)

    predictor = Predictor("cuts", fit(sample.training, 0), fit, needed=frozenset({"mass"}))
    column = MEASURES["retrained"](predictor, sample)
    assert set(column) == {("twin",), ("shape",), ("noise",)}
    assert all("mass" in names for names in seen)


def test_without_captum_its_columns_are_left_out_and_one_line_says_so(
    predictors, sample, monkeypatch
):
    monkeypatch.setattr(captum, "installed", lambda: False)
    worths = [measure(one, sample) for one in predictors[1:]]
    assert all({"IG", "Shapley"}.isdisjoint(worth.columns) for worth in worths)
    assert "LRP" in worths[1].columns
    lines = [line for line in worth_text(worths, sample.groups).splitlines() if "pip" in line]
    assert lines == [
        "Integrated gradients and Shapley values are left out: "
        "pip install 'coffea-lcf[explain]' brings them."
    ]


def test_explaining_leaves_the_network_as_it_was(predictors, sample):
    """Pitfall: parameters, modes, gradients and hooks."""
    network = predictors[2].network.network
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    slopes = [one.grad.clone() for one in network.parameters()]
    scores = predictors[2].scorer(sample.test)
    for name in ("IG", "LRP", "Shapley", "MAD S"):
        MEASURES[name](predictors[2], sample)
    assert all(layer.training for layer in network.modules())
    assert all(bool((before[name] == value).all()) for name, value in network.state_dict().items())
    assert all(one.requires_grad for one in network.parameters())
    for one, slope in zip(network.parameters(), slopes, strict=True):
        assert torch.equal(one.grad, slope)
    assert not any(layer._forward_hooks for layer in network.modules())
    np.testing.assert_array_equal(predictors[2].scorer(sample.test), scores)
    network.eval()
