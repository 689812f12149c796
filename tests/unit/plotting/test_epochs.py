from __future__ import annotations

import numpy as np

from coffea_lcf import plotting


def test_trainings_follow_each_other_and_have_a_best_epoch_each() -> None:
    first = ("40 parameters", [3.0, 2.0, 1.0], [3.0, 1.5, 1.6])
    figure = plotting.epochs([first, ("10 parameters", [2.0, 1.0], [1.9, 1.8])])
    (axes,) = figure.axes
    loss, validation, best, later, _, later_best, boundary = axes.lines
    np.testing.assert_array_equal(loss.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(later.get_xydata(), [[4, 2.0], [5, 1.0]])
    np.testing.assert_array_equal(validation.get_ydata(), [3.0, 1.5, 1.6])
    np.testing.assert_array_equal(best.get_xydata(), [[2, 1.5]])
    np.testing.assert_array_equal(later_best.get_xydata(), [[5, 1.8]])
    np.testing.assert_array_equal(boundary.get_xdata(), [3.5, 3.5])
    assert [text.get_text() for text in axes.texts] == ["40 parameters", "10 parameters"]
    names = ["training", "validation", "lowest validation loss"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == names


def test_one_training_needs_no_name_and_may_be_without_validation() -> None:
    (axes,) = plotting.epochs([("40 parameters", [3.0, 2.0], [])]).axes
    assert len(axes.lines) == 1
    assert not axes.texts
