from __future__ import annotations

import numpy as np

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
