from __future__ import annotations

import json

import numpy as np

from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut, Selection

RESULT = FitResult(
    selection=Selection((Cut("mass", "right", lower=60.0, unit="GeV", importance=1.0),)),
    importance={"mass": 1.0},
    importance_spread={"mass": 0.0},
    history={"step": np.array([1.0, 2.0]), "loss": np.array([[0.7], [0.5]])},
    repeats=(),
    metrics={"accuracy": 0.85, "signal_efficiency": 0.9, "background_efficiency": 0.2},
    settings={"seed": 1},
)


def test_a_result_prints_its_cuts_and_figures():
    assert str(RESULT) == (
        "Selection of 1 cut\n"
        "  1. mass > 60 GeV   importance 1.000\n"
        "  accuracy 0.8500, signal efficiency 0.9000, background efficiency 0.2000"
    )


def test_the_document_is_json():
    document = json.loads(json.dumps(RESULT.to_document(), allow_nan=False))
    assert document["history"] == {"step": [1.0, 2.0], "loss": [[0.7], [0.5]]}
    assert document["importance"] == {"mass": 1.0}
    assert document["settings"] == {"seed": 1}


def test_one_working_point_is_one_selection():
    assert RESULT.selections == (RESULT.selection,)
