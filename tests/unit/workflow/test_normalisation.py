from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from coffea_lcf.datasets.survey import FileInfo
from coffea_lcf.processing.completeness import Completeness
from coffea_lcf.workflow.normalisation import NormalisationWarning, generated_sumw

INFOS = tuple(
    FileInfo("d", path, "T", "u", 10, ("x",), sumw, None) for path, sumw in (("a", 40.0), ("b", 60))
)
ANALYSIS: Any = SimpleNamespace(datasets=[SimpleNamespace(name="d", sumw=None)], files=INFOS)


def report(processed: int) -> tuple[Completeness, ...]:
    """Return that of the file ``a`` only so many of 10 events were processed, of ``b`` all."""
    return (Completeness("d", 2, 4, 3, 20, 10 + processed, processed_of_lacking={"a": processed}),)


@pytest.mark.parametrize(
    ("processed", "sumw", "told"),
    [
        (0, 60, "Σw = 60 of 100 in the Runs trees, without that of lost events"),
        (
            5,
            80,
            "Σw = 80 of 100 in the Runs trees, without that of lost events; of 1 files some events "
            "are lost, whose Σw is shared out by number, "
            "as if those that are lost weighed like the others",
        ),
    ],
)
def test_what_is_lost_leaves_the_sum_of_the_runs(processed: int, sumw: float, told: str) -> None:
    with pytest.warns(NormalisationWarning) as caught:
        assert generated_sumw(ANALYSIS, "d", 0.0, report(processed)) == sumw
    assert [str(one.message) for one in caught] == [f"dataset 'd': normalised to {told}"]
