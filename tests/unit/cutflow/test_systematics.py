from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cutflow import Normalisation, count
from coffea_lcf.cutflow.final_yields import FinalYields, final_yields
from coffea_lcf.cutflow.systematics import spread
from coffea_lcf.significance import asimov


def test_yields_are_scaled_and_summed_by_role():
    def flow(kept):
        total = count("s", {"x": np.arange(10) < kept}, np.full(10, 2.0))
        return total + count("b", {"x": np.arange(10) < 5}, np.ones(10))

    normalisations = {
        "s": Normalisation("signal", sumw=20.0, cross_section=1.0, luminosity=10.0),
        "b": Normalisation("background", sumw=10.0),
    }
    nominal, up = final_yields({"nominal": flow(5), "a_up": flow(6)}, normalisations, 0.1)
    assert nominal == FinalYields("nominal", 5.0, 5.0, pytest.approx(float(asimov(5, 5, 0.1))))
    assert (up.name, up.signal, up.background) == ("a_up", 6.0, 5.0)


def test_spread_takes_the_larger_side_and_adds_in_quadrature():
    nominal = FinalYields("nominal", 1.0, 1.0, 2.0)
    varied = tuple(
        FinalYields(name, 1.0, 1.0, z)
        for name, z in (("a_up", 2.3), ("a_down", 1.9), ("b_up", 2.4))
    )
    assert spread(nominal, varied) == pytest.approx(0.5)
    assert spread(nominal, ()) == 0.0
