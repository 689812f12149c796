from __future__ import annotations

import hist
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import _pylab_helpers
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch

from coffea_lcf import plotting
from coffea_lcf.plotting import style
from coffea_lcf.plotting.boundary import kept_regions
from coffea_lcf.selection import Cut

INF = float("inf")
MIDDLE = Cut("mass", "middle", 60.5, 98.0, "GeV", lower_spread=1.5)


def _histogram(values: list[float], scale: float = 1.0) -> hist.Hist:
    """Return bins of 50 GeV from 0 to 200 with those contents, each of one event."""
    histogram = hist.Hist(hist.axis.Regular(4, 0, 200, name="x"), storage=hist.storage.Weight())
    histogram.fill(x=[25.0, 75.0, 125.0, 175.0], weight=np.array(values) * scale)
    return histogram


SIGNAL = _histogram([1.0, 6.0, 3.0, 0.0])
BACKGROUND = _histogram([4.0, 3.0, 2.0, 1.0])


def _axes(figure: Figure) -> Axes:
    return figure.axes[0]


def _curves(axes: Axes) -> dict[str, np.ndarray]:
    steps = (patch for patch in axes.patches if isinstance(patch, StepPatch))
    return {step.get_label(): step.get_data().values for step in steps}


def _texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def _spans(axes: Axes, color: str) -> list[tuple[float, float]]:
    spans = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    chosen = [span for span in spans if to_hex(span.get_facecolor()).upper() == color]
    return [(span.get_x(), span.get_x() + span.get_width()) for span in chosen]


def test_shapes_have_unit_area():
    curves = _curves(_axes(plotting.shapes(SIGNAL, BACKGROUND)))
    np.testing.assert_allclose(curves["signal"], [0.1, 0.6, 0.3, 0.0])
    np.testing.assert_allclose(curves["background"], [0.4, 0.3, 0.2, 0.1])


def test_yields_are_as_given():
    curves = _curves(_axes(plotting.yields(SIGNAL, BACKGROUND)))
    np.testing.assert_allclose(curves["signal"], [1.0, 6.0, 3.0, 0.0])


def test_labels_stand_on_the_figure():
    figure = plotting.yields(SIGNAL, BACKGROUND, xlabel="mass [GeV]", title="all events")
    axes = _axes(figure)
    assert axes.get_xlabel() == "mass [GeV]"
    assert axes.get_ylabel() == "events / bin"
    assert axes.get_title(loc="left") == "all events"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["background", "signal"]


def test_boundaries_and_kept_region_are_at_the_cut():
    axes = _axes(plotting.shapes(SIGNAL, BACKGROUND, cut=MIDDLE))
    assert [line.get_xdata()[0] for line in axes.lines] == [60.5, 98.0]
    assert _texts(axes) == ["60.5 GeV", "98 GeV"]
    assert _spans(axes, style.KEPT) == [(60.5, 98.0)]
    assert _spans(axes, style.MUTED) == [(59.0, 62.0)]
    assert axes.get_xlim() == (0.0, 200.0)


def test_edge_cut_keeps_both_sides():
    cut = Cut("mass", "edge", 50.0, 150.0)
    axes = _axes(plotting.shapes(SIGNAL, BACKGROUND, cut=cut))
    assert _spans(axes, style.KEPT) == [(0.0, 50.0), (150.0, 200.0)]


@pytest.mark.parametrize(
    ("cut", "regions"),
    [
        (Cut("x", "left", upper=2.0), [(-INF, 2.0)]),
        (Cut("x", "right", lower=1.0), [(1.0, INF)]),
        (Cut("x", "middle", 1.0, 2.0), [(1.0, 2.0)]),
        (Cut("x", "edge", 1.0, 2.0), [(-INF, 1.0), (2.0, INF)]),
    ],
)
def test_kept_regions(cut, regions):
    assert kept_regions(cut) == regions


def test_boundary_off_the_axis_is_written_and_not_drawn():
    cut = Cut("mass", "middle", -10.0, 1500.0, "GeV")
    axes = _axes(plotting.shapes(SIGNAL, BACKGROUND, cut=cut))
    assert len(axes.lines) == 0
    assert _texts(axes) == ["-10 GeV (off axis)", "1500 GeV (off axis)"]
    assert _spans(axes, style.KEPT) == [(0.0, 200.0)]


@pytest.mark.parametrize(
    ("signal", "background", "scale"),
    [
        (SIGNAL, BACKGROUND, "linear"),
        (SIGNAL, _histogram([4.0, 3.0, 2.0, 1.0], 1e4), "log"),
        (SIGNAL, _histogram([1e6, 1e3, 10.0, 1.0]), "log"),
        (_histogram([0.0, 0.0, 0.0, 0.0]), _histogram([0.0, 0.0, 0.0, 0.0]), "linear"),
        (SIGNAL, _histogram([5.0, -1.0, 2.0, 1.0]), "linear"),
    ],
)
def test_scale_is_logarithmic_where_rates_fall(signal, background, scale):
    axes = _axes(plotting.yields(signal, background, cut=MIDDLE))
    assert axes.get_yscale() == scale
    top = max(signal.values().max(), background.values().max())
    assert axes.get_ylim()[1] > top


def test_negative_bins_are_visible():
    axes = _axes(plotting.yields(SIGNAL, _histogram([5.0, -2.0, 2.0, 1.0])))
    assert axes.get_ylim()[0] < -2.0


def test_shape_of_nothing_and_of_negative_sum_is_left_alone():
    nothing, negative = _histogram([0.0] * 4), _histogram([1.0, -5.0, 1.0, 1.0])
    curves = _curves(_axes(plotting.shapes(nothing, negative)))
    np.testing.assert_array_equal(curves["signal"], 0.0)
    np.testing.assert_array_equal(curves["background"], [1.0, -5.0, 1.0, 1.0])


def test_importance_has_the_greatest_on_top_with_its_spread():
    axes = _axes(plotting.importance({"a": 0.2, "b": 0.7, "c": 0.1}, {"b": 0.05, "a": 0.02}))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["c", "a", "b"]
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.2, 0.7]
    assert _texts(axes) == ["0.100", "0.200", "0.700"]
    segments = axes.collections[0].get_segments()
    np.testing.assert_allclose(
        [segment[:, 0] for segment in segments], [[0.18, 0.22], [0.65, 0.75]]
    )
    assert axes.lines[-1].get_xdata()[0] == pytest.approx(1 / 3)


def test_importance_without_spread_says_nothing_about_it():
    axes = _axes(plotting.importance({"a": 0.5, "b": 0.5}, {}))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["equal share"]


def test_history_draws_repeats_mean_and_lowest_validation_loss():
    step = np.array([0.0, 10.0, 20.0])
    loss = np.array([[3.0, 5.0], [2.0, 2.0], [1.0, np.nan]])
    axes = _axes(plotting.history(step, loss, loss + np.array([[0.0], [0.0], [5.0]])))
    lines = axes.lines
    assert len(lines) == 2 * (2 + 1) + 1
    np.testing.assert_array_equal(lines[2].get_ydata(), [4.0, 2.0, np.nan])
    np.testing.assert_array_equal(lines[-1].get_xdata(), [10.0, 10.0])
    np.testing.assert_array_equal(lines[-1].get_ydata(), [2.0, 2.0])
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["training, mean of 2", "validation, mean of 2", "lowest validation loss"]


@pytest.mark.parametrize("val_loss", [None, np.full((2, 1), np.nan)])
def test_history_without_validation(val_loss):
    axes = _axes(plotting.history(np.arange(2.0), np.array([[2.0], [1.0]]), val_loss))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training"]


def test_efficiencies_are_steps_with_the_background_in_decades():
    cuts = ["all events", "mass > 60", "tau21 < 0.5"]
    figure = plotting.efficiencies(cuts, [1.0, 0.9, 0.7], [1.0, 1e-2, np.nan])
    upper, lower = figure.axes
    np.testing.assert_array_equal(upper.patches[0].get_data().values, [1.0, 0.9, 0.7])
    assert (upper.get_yscale(), lower.get_yscale()) == ("linear", "log")
    assert _texts(upper) == ["1", "0.9", "0.7"]
    assert _texts(lower) == ["1", "0.01"]
    assert [label.get_text() for label in lower.get_xticklabels()] == cuts


def test_efficiencies_of_a_background_that_is_gone():
    lower = plotting.efficiencies(["all events"], [1.0], [np.nan]).axes[1]
    assert lower.get_yscale() == "linear"


def test_correlation_has_a_matrix_a_class():
    matrix = np.array([[1.0, -0.5], [-0.5, 1.0]])
    figure = plotting.correlation(["a", "b"], {"signal": matrix, "background": -matrix})
    first, second, bar = figure.axes
    assert first.get_title(loc="left") == "signal"
    assert _texts(first) == ["1.00", "-0.50", "-0.50", "1.00"]
    np.testing.assert_array_equal(second.images[0].get_array(), -matrix)
    assert second.images[0].get_clim() == (-1.0, 1.0)
    assert bar.get_ylabel() == "correlation"


def test_many_observables_have_colours_and_no_numbers():
    names = [f"x{order}" for order in range(13)]
    figure = plotting.correlation(names, {"signal": np.eye(13)})
    assert _texts(_axes(figure)) == []


def test_nothing_is_left_behind():
    settings = [name for name in mpl.rcParams if name != "backend"]  # chosen when first read
    before = {name: mpl.rcParams[name] for name in settings}
    plotting.to_svg(plotting.shapes(SIGNAL, BACKGROUND, cut=MIDDLE))
    assert {name: mpl.rcParams[name] for name in settings} == before
    assert _pylab_helpers.Gcf.figs == {}


def test_svg_is_the_same_on_every_run():
    first, second = (plotting.to_svg(plotting.shapes(SIGNAL, BACKGROUND)) for _ in range(2))
    assert first == second
    assert first.startswith("<?xml")
    assert "<dc:date>" not in first
