from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coffea.processor import IterativeExecutor

from coffea_lcf.errors import (
    IncompleteError,
    MissingBranchError,
    NonFiniteError,
    ObservableError,
    TableError,
)
from coffea_lcf.observables import Observable
from coffea_lcf.processing import Chunk, ObservableProcessor
from coffea_lcf.processing.execution import Execution
from coffea_lcf.processing.run import run

from .conftest import Survey

X = Observable("x", ("x",))


def execution(chunksize: int = 2, schema: str = "BaseSchema") -> Execution:
    return Execution(lambda: nullcontext(IterativeExecutor()), chunksize, schema)


def test_chunks_hold_columns_weights_and_where_they_are_from(surveyed: Survey) -> None:
    infos = surveyed(x=[1, 2, 3], w=[0.5, -1, 0])
    out, [report] = run(infos, ObservableProcessor([X], weight="w"), execution())
    first, second = out["d"]
    assert first.columns["x"].tolist() == [1.0]
    assert second.columns["x"].tolist() == [2.0, 3.0]
    assert second.columns["x"].dtype == np.float32
    assert (first.weight.tolist(), second.weight.tolist()) == ([0.5], [-1.0, 0.0])
    assert second.weight.dtype == np.float64
    assert (second.start, second.stop, second.uuid) == (1, 3, infos[0].uuid)
    assert (second.filename, second.treename) == (infos[0].path, "Events")
    assert report.complete


def test_without_weight_every_event_counts_one(surveyed: Survey) -> None:
    out, _ = run(surveyed(x=[1, 2, 3]), ObservableProcessor([X]), execution(10))
    assert out["d"][0].weight.tolist() == [1.0, 1.0, 1.0]


def test_missing_branch_is_located(surveyed: Survey) -> None:
    infos = surveyed(x=[1], xx=[2])
    with pytest.raises(MissingBranchError) as caught:
        run(infos, ObservableProcessor([Observable("ratio", ("x", "y"))]), execution())
    assert str(caught.value).split("\n")[:3] == [
        "y is not among the branches",
        "  needed by  observable 'ratio'",
        f"  in file    {infos[0].path}, dataset 'd'",
    ]


def test_weight_that_is_not_finite_is_located(surveyed: Survey) -> None:
    infos = surveyed(x=[1, 2, 3, 4], w=[1, 1, 1, np.nan])
    with pytest.raises(NonFiniteError, match=r"1 weights w are not finite, .* nan at entry 3\n"):
        run(infos, ObservableProcessor([X], weight="w"), execution())


def test_own_errors_are_not_tried_again(surveyed: Survey, tmp_path: Path) -> None:
    calls = tmp_path / "calls"

    def refuse(chunk: Chunk) -> dict[str, Any]:
        with calls.open("a") as file:
            file.write("called ")
        msg = "on purpose"
        raise TableError(msg)

    with pytest.raises(TableError, match="on purpose"):
        run(surveyed(x=[1]), ObservableProcessor([X], action=refuse), execution())
    assert calls.read_text() == "called "


@pytest.mark.filterwarnings("ignore:Performed attempt")
def test_other_errors_name_the_file(surveyed: Survey) -> None:
    def broken(values: Any) -> Any:
        return 1 / 0

    infos = surveyed(x=[1])
    with pytest.raises(ObservableError) as caught:
        run(infos, ObservableProcessor([Observable("x", ("x",), broken)]), execution())
    assert "observable 'x' failed: ZeroDivisionError: division by zero" in str(caught.value)
    assert infos[0].path in str(caught.value)


def test_missing_chunks_are_an_error(surveyed: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from coffea_lcf.processing import run as running

    class Forgetful(running.processor.Runner):
        def run(self, items: Any, *args: Any, **options: Any) -> Any:
            return super().run(items[:1], *args, **options)

    monkeypatch.setattr(running.processor, "Runner", Forgetful)
    with pytest.raises(IncompleteError) as caught:
        run(surveyed(x=[1, 2, 3]), ObservableProcessor([X]), execution())
    assert "1 of 2 chunks could not be processed, nothing was written" in str(caught.value)
    assert "d: 1 of 3 events, 1 of 2 chunks processed" in str(caught.value)
    assert "[1:3]: it is missing from the result, nobody said why" in str(caught.value)
