from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.objectives import SOverSqrtB
from coffea_lcf.cuts.soft_cut import Erf, Sigmoid
from coffea_lcf.datasets import toys
from coffea_lcf.errors import FitError
from coffea_lcf.training.cut_network.one_cut import one_cut

OBJECTIVE = SOverSqrtB(10_000, 10_000)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("soft_cut", "slope"), [(Erf(), 1.0), (Sigmoid(), 2.0)], ids=str)
def test_the_polished_cut_is_the_best_and_the_soft_one_is_biased(soft_cut, slope, seed):
    toy = toys.draw("toy_1d", 10_000, seed)

    found = one_cut(toy, OBJECTIVE, soft_cut, slope)

    assert found.polished_score == pytest.approx(_best_of_a_scan(toy), rel=0.005)
    # 3.54 soft and 3.74 hard for the populations
    assert 0.05 < found.polished - found.soft < 0.5
    assert found.soft_score < found.polished_score


def test_one_cut_is_on_one_observable():
    with pytest.raises(FitError, match="one observable is needed, not x1, x2"):
        one_cut(toys.draw("toy_2d", 10), OBJECTIVE, Erf(), 1.0)


def _best_of_a_scan(toy):
    order = np.argsort(-toy["x"])
    signal, background = np.cumsum(toy.label[order]), np.cumsum(~toy.label[order])
    inside = (toy["x"][order] > -2) & (background > 0)
    return (signal[inside] / np.sqrt(background[inside])).max()
