from __future__ import annotations

import math

import numpy as np
import pytest

from coffea_lcf.errors import ConfigError
from coffea_lcf.explain import Fold, folds, stability, stability_text
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable


def table(weight: list[float] | None = None) -> ObservableTable:
    """Signal at x = 0, 1, 2, 3 and background at x = 2, 3, 4, 5; y is the row."""
    x = [0, 1, 2, 3, 2, 3, 4, 5]
    return ObservableTable.from_arrays(
        {"x": x, "y": np.arange(8)}, [1, 1, 1, 1, 0, 0, 0, 0], weight, {"x": "GeV"}
    )


def below(upper: float, **more: object) -> Selection:
    return Selection((Cut("x", "left", upper=upper, unit="GeV", **more),))  # type: ignore[arg-type]


def test_intervals_are_quantiles_of_the_replicas() -> None:
    replicas = [below(upper) for upper in (2.0, 2.25, 2.5, 2.75, 3.0)]
    found = stability(below(2.5), replicas, table(), level=0.5)
    (boundary,) = found.boundaries
    assert (boundary.observable, boundary.side, boundary.unit) == ("x", "upper", "GeV")
    assert (boundary.value, boundary.low, boundary.high) == (2.5, 2.25, 2.75)
    assert boundary.replicas == (2.0, 2.25, 2.5, 2.75, 3.0)
    assert found.replicas == 5
    assert found.shares == {"x": 1.0}
    assert found.others == {"y": 0.0}


def test_replicas_of_another_case_count_as_missing() -> None:
    other = Selection((Cut("x", "right", lower=1.0), Cut("y", "left", upper=3.0)))
    found = stability(below(2.5), [below(2.0), other], table())
    assert found.shares == {"x": 0.5}
    assert found.others == {"y": 0.5}
    assert found.boundaries[0].replicas == (2.0,)


def test_a_boundary_that_no_replica_has_has_no_interval() -> None:
    found = stability(below(2.5), [Selection(()), Selection(())], table())
    assert math.isnan(found.boundaries[0].low)
    assert math.isnan(found.boundaries[0].high)
    assert "0.00" in stability_text(found, ())


def test_agreement_weighs_classes_alike_and_events_by_their_weight() -> None:
    # x < 2.5 against x < 1.5: one of four signal and one of four background events differ
    found = stability(below(2.5), [below(2.5), below(1.5)], table())
    assert found.agreement == pytest.approx((1.0 + 0.75) / 2)
    assert found.agreement_spread == pytest.approx(np.std([1.0, 0.75], ddof=1))
    # the signal event at 2 now has half of the weight of its class
    heavy = table([1, 1, 3, 1, 1, 1, 1, 1])
    found = stability(below(2.5), [below(1.5), below(1.5)], heavy)
    assert found.agreement == pytest.approx((0.5 + 0.75) / 2)


def test_fixed_cuts_have_no_interval_and_their_losses_do_not_count() -> None:
    fixed = Cut("y", "right", lower=0.5, fixed=True)
    nominal = Selection((fixed, *below(2.5).cuts))
    found = stability(nominal, [below(2.5), below(0.5)], table())
    assert [one.observable for one in found.boundaries] == ["x"]
    # of the three signal events with y > 0.5, those at x = 1 and 2 differ; one background event
    assert found.agreement == pytest.approx((1.0 + (1 / 3 + 3 / 4) / 2) / 2)


@pytest.mark.parametrize(("count", "level"), [(1, 0.68), (2, 0.0), (2, 1.0)])
def test_too_few_replicas_and_impossible_levels_are_refused(count: int, level: float) -> None:
    with pytest.raises(ConfigError, match=r"replicas|level"):
        stability(below(2.5), [below(2.0)] * count, table(), level)


def test_each_fold_is_judged_on_what_it_has_not_seen() -> None:
    seen: list[set[float]] = []

    def refit(kept: ObservableTable) -> Selection:
        seen.append(set(kept["y"].tolist()))
        return below(2.5)

    parts = folds(table(), refit, 2, seed=3)
    assert len(parts) == 2
    assert seen[0] | seen[1] == set(range(8))
    assert not seen[0] & seen[1]
    assert all(part.figures["events"] == 4 for part in parts)
    # the cut decides 6 of the 8 events right
    assert sum(4 * part.figures["accuracy"] for part in parts) == pytest.approx(6)


@pytest.mark.parametrize("count", [1, 5])
def test_numbers_of_folds_that_cannot_be_are_refused(count: int) -> None:
    with pytest.raises(ConfigError, match=f"{count} folds: from 2 to .* 4"):
        folds(table(), lambda kept: below(2.5), count)


def test_text_tells_intervals_stability_and_folds() -> None:
    found = stability(below(2.5), [below(2.0), below(3.0)], table())
    parts = [
        Fold(below(2.5), {"accuracy": a, "signal_efficiency": 0.9, "background_efficiency": 0.2})
        for a in (0.8, 0.9)
    ]
    text = stability_text(found, parts)
    assert "boundaries over 2 repeats" in text
    assert "x upper [GeV]" in text
    assert "2.16 to 2.84" in text
    assert "2 folds" in text
    assert "accuracy  85.0 ± 7.1 %" in text
