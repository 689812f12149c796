from __future__ import annotations

import numpy as np
import pytest

from benchmarks.anomaly.output import Output
from benchmarks.anomaly.plots import against, deviations, distributions, profiles, roc_curves


def test_a_panel_has_a_curve_for_each_score_and_chance():
    points = np.array([0.0, 1.0]), np.array([0.5, 1.0])
    curves = {"a": points, "b": points}
    figure = roc_curves({"top": curves, "W": curves, "Z": curves}, dashed=["b"])
    assert [axes.get_title("left") for axes in figure.axes] == ["top", "W", "Z"]
    line, dashed, chance = figure.axes[0].lines
    assert line.get_ydata().tolist() == [0.5, 1.0]
    assert (line.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert chance.get_xdata() == pytest.approx(chance.get_ydata())
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]


def test_a_point_is_the_mean_and_its_bar_reaches_the_outermost_runs():
    axes = against({"all": [[0.5, 0.7], [0.8, 0.8]]}, [10, 100], xlabel="x", ylabel="y").axes[0]
    (bars,) = axes.containers
    assert bars.lines[0].get_ydata() == pytest.approx([0.6, 0.8])
    low, high = bars.lines[1]
    assert low.get_ydata() == pytest.approx([0.5, 0.8])
    assert high.get_ydata() == pytest.approx([0.7, 0.8])


def test_errors_beyond_the_limit_are_in_the_outer_bins():
    axes = distributions({"a": {"mass": np.array([-9.0, 0.5, 0.5, 7.0])}}, {"mass": 1.0}).axes[0]
    shares = axes.patches[0].get_data().values
    assert shares[[0, 45, -1]].tolist() == [0.25, 0.5, 0.25]
    assert shares.sum() == 1.0


def test_a_deviation_goes_from_the_median_to_the_largest():
    axes = deviations({"ours": {1.5: (1e-12, 3e-12), 10.0: (1e-10, 1e-10)}}).axes[0]
    (bars,) = axes.containers
    assert bars.lines[0].get_xdata().tolist() == [1.5, 10.0]
    low, high = bars.lines[1]
    assert low.get_ydata() == pytest.approx([1e-12, 1e-10], rel=1e-9)
    assert high.get_ydata() == pytest.approx([3e-12, 1e-10], rel=1e-9)


def test_a_profile_has_the_medians_of_bins_with_enough_jets():
    x = np.repeat([5.0, 15.0, 25.0], [22, 22, 19])
    values = np.concatenate([np.arange(22.0), np.full(22, 7.0), np.ones(19)])
    values[:2] = np.nan
    edges = np.array([0.0, 10.0, 20.0, 30.0])
    axes = profiles({("error", "mass"): (edges, {"QCD": (x, values)})}, columns=1).axes[0]
    (line,) = axes.lines
    assert line.get_xdata().tolist() == [5.0, 15.0]
    assert line.get_ydata().tolist() == [11.5, 7.0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("mass", "median error")


def test_plots_are_written_only_into_a_folder(tmp_path):
    figure = deviations({"ours": {1.5: (1e-12, 3e-12)}})
    Output(None, None).draw("none", figure)
    Output(None, tmp_path / "new").draw("symmetry", figure)
    assert (tmp_path / "new" / "symmetry.svg").read_text().startswith("<?xml")
    assert (tmp_path / "new" / "symmetry.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "none.svg").exists()
