from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.cuts.joint.box import BoxCuts, Events
from coffea_lcf.cuts.joint.systematics import lower_edge, withstand
from coffea_lcf.cuts.objectives import Asimov

NAN = np.float32(np.nan)


def events(seed: int = 0, size: int = 20_000) -> Events:
    """Signal at 1 and background at -1 along x, and again along y."""
    rng = np.random.default_rng(seed)
    label = np.arange(size) % 2
    x = rng.normal(2.0 * label[:, None] - 1.0, 1.0, (size, 2)).astype(np.float32)
    return Events(x, label, np.ones(size))


def right(*lower: float) -> BoxCuts:
    cuts = np.array(lower, np.float32)
    return BoxCuts(("right",) * len(lower), cuts, np.full(len(lower), NAN))


def test_lower_edge_takes_the_larger_shift_of_each_in_quadrature() -> None:
    scores = np.array([[10.0, 5.0], [7.0, 5.0], [11.0, 4.0], [14.0, 5.0]])
    # first uncertainty: shifts 3 and 1, second: 4
    np.testing.assert_allclose(lower_edge(scores, [2, 1]), [10.0 - 5.0, 5.0 - 1.0])
    np.testing.assert_allclose(lower_edge(scores[:1], []), scores[0])


def brute_force(samples: list[Events], score, grid: np.ndarray) -> float:
    """Return the best lower edge of two right cuts on a grid."""
    best = -np.inf
    for first in grid:
        for second in grid:
            z = []
            for one in samples:
                passed = (one.x[:, 0] > first) & (one.x[:, 1] > second)
                share = [
                    one.weight[passed & (one.label == of)].sum() / samples[0].total(of)
                    for of in (1, 0)
                ]
                z.append(score(*share))
            best = max(best, float(lower_edge(np.array(z)[:, None], [len(z) - 1])[0]))
    return best


def test_boundaries_are_as_good_as_the_best_of_a_grid() -> None:
    nominal = events()
    shifted = Events(nominal.x + np.float32([0.5, 0.0]), nominal.label, nominal.weight)
    score = Asimov(100.0, 1e4, minimum_background=30.0).score
    found = withstand(nominal, [[shifted]], right(0.0, 0.0), score)
    grid = np.linspace(-1.0, 3.0, 40)
    assert found.objective >= brute_force([nominal, shifted], score, grid) * 0.98
    # its figures are those of its cuts
    passed = found.passes(nominal.x)
    assert found.signal_efficiency == pytest.approx(passed[nominal.label == 1].mean())
    assert found.background_efficiency == pytest.approx(passed[nominal.label == 0].mean())


def test_cuts_move_away_from_the_observable_that_is_badly_known() -> None:
    nominal = events(1)
    scaled = Events(nominal.x * np.float32([1.0, 1.5]), nominal.label, nominal.weight)
    score = Asimov(100.0, 1e4, minimum_background=30.0).score
    blind = withstand(nominal, [], right(0.0, 0.0), score)
    wary = withstand(nominal, [[scaled]], blind, score)
    assert wary.objective <= blind.objective
    assert wary.lower[1] < blind.lower[1] - 0.1


def test_a_weight_that_only_scales_the_background_counts() -> None:
    nominal = events(2)
    heavier = Events(nominal.x, nominal.label, np.where(nominal.label == 0, 2.0, 1.0))
    score = Asimov(100.0, 1e4, minimum_background=30.0).score
    box = right(1.0, 1.0)
    same = withstand(nominal, [[nominal]], box, score)
    varied = withstand(nominal, [[heavier]], box, score)
    assert varied.objective < 0.9 * same.objective


@pytest.mark.parametrize("case", ["left", "right", "middle", "edge"])
def test_each_case_counts_what_its_cut_keeps(case: str) -> None:
    nominal = events(3)
    lower, upper = np.float32([-0.5, NAN]), np.float32([0.8, NAN])
    if case == "left":
        lower[0] = NAN
    if case == "right":
        upper[0] = NAN
    box = BoxCuts((case, None), lower, upper)  # type: ignore[arg-type]
    found = withstand(nominal, [], box, lambda s, b: np.asarray(s) - np.asarray(b))
    passed = found.passes(nominal.x)
    share = [passed[nominal.label == of].mean() for of in (1, 0)]
    assert found.objective == pytest.approx(share[0] - share[1])
    start = box.passes(nominal.x)
    assert found.objective >= (
        start[nominal.label == 1].mean() - start[nominal.label == 0].mean() - 1e-12
    )
