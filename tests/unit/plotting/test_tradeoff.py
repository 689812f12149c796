from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf import plotting


def test_skims_are_points_with_bars_and_the_proposal_a_line() -> None:
    skims = [
        plotting.SizeAndPhysics(0.5, 80.0, 70.0, 95.0),
        plotting.SizeAndPhysics(0.1, 75.0, 66.0, 80.0),
    ]
    no_skim = plotting.SizeAndPhysics(1.0, 82.0, 75.0, 90.0)
    figure = plotting.sizes({"together": skims, "alone": skims}, no_skim, proposed=0.1)
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    together, alone = axes.containers
    np.testing.assert_allclose(together.lines[0].get_xdata(), [50.0, 10.0])
    np.testing.assert_allclose(together.lines[0].get_ydata(), [80.0, 75.0])
    # beside those of the first, not on top of them
    assert alone.lines[0].get_xdata()[0] > 50.0
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert set(labels) == {"no skim", "proposed", "together", "alone"}


def test_bars_without_an_end_leave_the_picture_and_not_the_others() -> None:
    skims = [
        plotting.SizeAndPhysics(0.5, 500.0, 230.0, np.inf),
        plotting.SizeAndPhysics(0.1, 400.0, 300.0, 510.0),
    ]
    no_skim = plotting.SizeAndPhysics(1.0, 250.0, 200.0, np.inf)
    (axes,) = plotting.sizes({"together": skims}, no_skim).axes
    assert axes.get_ylim()[1] == pytest.approx(1.1 * 510.0)
    (bars,) = axes.containers[0].lines[2]
    ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
    assert ends == [[230.0, 1020.0], [300.0, 510.0]]
