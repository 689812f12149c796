from __future__ import annotations

import numpy as np

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


def test_every_contender_has_a_row_and_the_proposal_its_cuts() -> None:
    table = ObservableTable.from_arrays({"mass": [1.0, 2.0]}, [1, 0])
    constraint = BackgroundFraction(0.1).constraint(table)
    curve = Tradeoff(
        (Point(constraint, contender(20.0, 0.1), contender(19.0, 0.098)),),
        contender(21.0, 1.0),
        Knee(0, "because"),
    )
    text = tradeoff_text(curve, width=160)
    rows = [line.split("  ")[0].strip() for line in text.splitlines()]
    assert "no skim" in rows
    assert f"{constraint}, joint" in text
    assert "cuts alone" in text
    assert "20.0 ± 1.4" in text
    assert "proposed  because\n  mass > 60 GeV" in text
