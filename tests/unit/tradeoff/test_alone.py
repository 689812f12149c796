from __future__ import annotations

import pytest

from coffea_lcf.datasets import toys
from coffea_lcf.evaluation import evaluate
from coffea_lcf.tradeoff.alone import cuts_alone
from coffea_lcf.training.cut_network.budget import Constraint


@pytest.fixture(scope="module")
def toy():
    return toys.draw("toy_2d", 10_000, 0)


def test_cuts_alone_have_the_size_of_their_budgets(toy):
    constraints = [Constraint(False, efficiency) for efficiency in (0.25, 0.1)]

    found = [evaluate(cuts, toy) for cuts in cuts_alone(toy, constraints, {}, 0)]

    assert [one["background_efficiency"] for one in found] == pytest.approx([0.25, 0.1], rel=2e-3)
    # a window on both observables; the population's best keeps 0.9989 and 0.918
    assert found[0]["signal_efficiency"] > 0.995
    assert found[1]["signal_efficiency"] > 0.90


def test_cuts_alone_keep_the_signal_of_a_floor(toy):
    (cuts,) = cuts_alone(toy, [Constraint(True, 0.95)], {}, 0)

    found = evaluate(cuts, toy)
    assert found["signal_efficiency"] == pytest.approx(0.95, abs=2e-4)
    assert found["background_efficiency"] < 0.14
