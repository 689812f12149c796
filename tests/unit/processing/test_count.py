from __future__ import annotations

import numpy as np

from coffea_lcf.cutflow import Binning
from coffea_lcf.processing import Chunk
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.selection import Cut, Selection


def chunk(x: list[float], weight: list[float], start: int = 0, path: str = "a.root") -> Chunk:
    columns = {"x": np.array(x, np.float32), "y": np.zeros(len(x), np.float32)}
    stop = start + len(x)
    return Chunk("d", path, "Events", "uuid", start, stop, columns, np.array(weight))


def test_counting_by_hand() -> None:
    action = CountCuts(
        Selection((Cut("x", "right", 1.0), Cut("x", "left", upper=3.0))),
        {"x": Binning(2, 0.0, 4.0)},
    )
    first = action(chunk([0.5, 1.5, 3.5], [1.0, -2.0, 4.0]))
    second = action(chunk([2.5, np.nan], [3.0, 5.0], start=3))
    flow = first["cutflow"] + second["cutflow"]
    chosen = {"dataset": "d", "kind": "cumulative"}
    assert flow.events("d").tolist() == [5, 3, 2]
    assert flow.weighted[chosen].values().tolist() == [11.0, 5.0, 1.0]
    assert flow.weighted[chosen].variances().tolist() == [55.0, 29.0, 13.0]
    histogram = first["observables"]["x"] + second["observables"]["x"]
    after = [histogram[{"dataset": "d", "stage": stage}].values().tolist() for stage in range(3)]
    assert after == [[-1.0, 7.0], [-2.0, 7.0], [-2.0, 3.0]]
