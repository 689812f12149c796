from __future__ import annotations

import numpy as np

from coffea_lcf import plotting
from coffea_lcf.explain.network.activation import LayerActivity


def test_worth_is_shown_as_share_of_the_best() -> None:
    predictors = {
        "cuts": {"learned": {"a": 0.5, "b": 0.25}},
        "network": {"mean": {"a": -0.1, "b": 0.2}, "IG": {"a": 0.0}},
    }
    figure = plotting.worth(["a", "b"], predictors)
    cuts, network = figure.axes[:2]
    assert (cuts.get_title("left"), network.get_title("left")) == ("cuts", "network")
    assert [text.get_text() for text in cuts.texts] == ["100", "50"]
    # a loss below zero is none; what nobody measured stays empty
    assert [text.get_text() for text in network.texts] == ["0", "100"]
    assert [text.get_text() for text in network.get_xticklabels()] == ["mean", "IG"]


def test_activation_sorts_nodes_alike_in_all_panels() -> None:
    layer = LayerActivity("phi.0", np.array([0.1, 1.0, 0.5]), np.array([0.1, 0.2, 1.0]))
    other = LayerActivity("f.0", np.array([1.0]), np.array([1.0]))
    figure = plotting.activation([layer, other], threshold=0.2)
    rows = [axes.images[0].get_array() for axes in figure.axes[:3]]
    np.testing.assert_allclose(rows[0][0], [1.0, 0.5, 0.1])
    np.testing.assert_allclose(rows[1][0], [0.2, 1.0, 0.1])
    np.testing.assert_allclose(rows[2][0], [0.8, 0.5, 0.0])
    assert np.ma.getmaskarray(np.ma.masked_invalid(rows[0]))[1].tolist() == [False, True, True]
    lines = [one.get_segments()[0][0][0] for one in figure.axes[0].collections]
    assert lines == [1.5, 0.5]


def test_constituents_and_pairs_are_numbered_from_one() -> None:
    figure = plotting.constituents({(0,): 0.02, (1,): 0.01}, {(0, 1): 0.005})
    bars, triangle = figure.axes[:2]
    assert [bar.get_height() for bar in bars.patches] == [2.0, 1.0]
    assert [text.get_text() for text in bars.get_xticklabels()] == ["1", "2"]
    assert [(text.get_position(), text.get_text()) for text in triangle.texts] == [((0, 1), "0.50")]
    assert len(plotting.constituents({(0,): 0.02}).axes) == 1


def test_shapley_values_stand_beside_the_losses_class_by_class() -> None:
    shapley = {"signal": {(0,): 0.4, (1,): 0.3}, "background": {(0,): 0.2, (1,): 0.1}}
    figure = plotting.constituents({(0,): 0.02, (1,): 0.01}, None, shapley)
    _, values = figure.axes
    background, signal = values.containers
    assert [bar.get_height() for bar in background] == [0.2, 0.1]
    assert [bar.get_height() for bar in signal] == [0.4, 0.3]
    assert [text.get_text() for text in values.get_legend().get_texts()] == ["background", "signal"]
    assert len(plotting.constituents({(0,): 0.02}, {(0, 1): 0.01}, shapley).axes) == 4


def test_latent_nodes_are_ordered_by_the_first_observable() -> None:
    matrix = np.array([[0.1, 1.0], [np.nan, np.nan], [0.9, -1.0]])
    (axes, _) = plotting.latent(["mass", "tau32"], matrix).axes
    drawn = axes.images[0].get_array()
    np.testing.assert_allclose(drawn[:, :2], [[0.9, 0.1], [-1.0, 1.0]])
    assert np.isnan(np.ma.filled(drawn, np.nan)[:, 2]).all()
