from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.tradeoff import Contender, Knee, Measured, Point, Tradeoff, tradeoff_text
from coffea_lcf.training.cut_network import BackgroundFraction


class Fit:
    selection = Selection((Cut("mass", "right", lower=60.0, unit="GeV"),))


def contender(value: float, background: float) -> Contender:
    measured = Measured(value, np.array([value - 1.0, value + 1.0]))
    names = ("auc", "rejection_30", "rejection_50", "asimov")
    return Contender(Fit(), 1234.0, 0.9, background, dict.fromkeys(names, measured))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Size:
    events: float
    bytes: float
    seconds: float


TABLE = ObservableTable.from_arrays({"mass": [1.0, 2.0]}, [1, 0])
CONSTRAINT = BackgroundFraction(0.1).constraint(TABLE)


@pytest.fixture
def curve() -> Tradeoff:
    both = contender(20.0, 0.1), contender(19.0, 0.098)
    return Tradeoff((Point(CONSTRAINT, *both),), contender(21.0, 1.0), Knee(0, "because"))


def test_every_contender_has_a_row_and_the_proposal_its_cuts(curve: Tradeoff) -> None:
    text = tradeoff_text(curve, width=160)
    rows = [line.split("  ")[0].strip() for line in text.splitlines()]
    assert "no skim" in rows
    assert f"{CONSTRAINT}, joint" in text
    assert "cuts alone" in text
    assert "20.0 ± 1.4" in text
    assert "proposed  because\n  mass > 60 GeV" in text
    assert "1234" in text


def test_sizes_on_disk_stand_in_front_of_the_physics(curve: Tradeoff) -> None:
    sizes = {
        name: Size(9.0 * rank, 2.5e6 * rank, 0.25) for rank, name in enumerate(curve.contenders)
    }
    text = tradeoff_text(curve, sizes, width=160)
    (alone,) = [line for line in text.splitlines() if "cuts alone" in line]
    assert alone.split("cuts alone")[1].split()[:3] == ["18", "5.00", "0.250"]
    assert "1234" not in text


def test_hand_cuts_have_a_row_of_their_own(curve: Tradeoff) -> None:
    (point,) = curve.points
    three = Point(CONSTRAINT, point.joint, point.alone, contender(15.0, 0.1))
    text = tradeoff_text(Tradeoff((three,), curve.no_skim, curve.knee))
    assert f"{CONSTRAINT}, hand cuts" in text
    assert "15.0 ± 1.4" in text
