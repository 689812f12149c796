from __future__ import annotations

import json

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


def test_without_background_the_significance_has_no_limit_and_can_be_written_down():
    flow = count("s", {"x": np.ones(3, bool)}, np.ones(3))
    flow += count("b", {"x": np.zeros(3, bool)}, np.ones(3))
    roles = {"s": Normalisation("signal", sumw=3.0), "b": Normalisation("background", sumw=3.0)}
    (found,) = final_yields({"nominal": flow}, roles)
    assert found == FinalYields("nominal", 3.0, 0.0, np.inf)
    assert FinalYields.from_document(json.loads(json.dumps(found.to_document()))) == found
    assert np.isnan(spread(found, (FinalYields("x_up", 3.0, 1.0, 2.0),)))


def test_spread_takes_the_larger_side_and_adds_in_quadrature():
    nominal = FinalYields("nominal", 1.0, 1.0, 2.0)
    varied = tuple(
        FinalYields(name, 1.0, 1.0, z)
        for name, z in (("a_up", 2.3), ("a_down", 1.9), ("b_up", 2.4))
    )
    assert spread(nominal, varied) == pytest.approx(0.5)
    assert spread(nominal, ()) == 0.0


def test_a_systematic_may_be_called_as_the_side_of_another():
    nominal = FinalYields("nominal", 1.0, 1.0, 2.0)
    varied = tuple(
        FinalYields(name, 1.0, 1.0, z) for name, z in (("x_up", 2.3), ("x_down_up", 2.4))
    )
    assert spread(nominal, varied) == pytest.approx(0.5)
