from __future__ import annotations

import numpy as np

from coffea_lcf import plotting
from coffea_lcf.explain import BoundaryInterval


def test_a_row_a_boundary_with_band_value_and_every_replica() -> None:
    replicas = (1.0, 1.1, 1.2)
    one = BoundaryInterval("mass", "lower", "GeV", 1.15, 1.02, 1.18, replicas)
    two = BoundaryInterval("tau21", "upper", "", 0.4, 0.39, 0.41, (0.38, 0.4))
    figure = plotting.boundaries([one, two])
    first, second = figure.axes
    assert first.get_ylabel() == "mass [GeV]\nlower"
    assert second.get_ylabel() == "tau21\nupper"
    ticks, value = first.lines
    np.testing.assert_allclose(ticks.get_xdata(), replicas)
    np.testing.assert_allclose(value.get_xdata(), 1.15)
    low, high = first.get_xlim()
    assert low < 1.0
    assert high > 1.2


def test_no_boundaries_draw_an_empty_figure() -> None:
    assert "no learned boundaries" in plotting.boundaries([]).axes[0].texts[0].get_text()
