"""Errors of reading: tried again, and told if they stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.chain import columns, incomplete, ok
from tests.integration.counting import noted, order


@pytest.mark.parametrize("executor", ["iterative", "futures", "dask"])
def test_error_that_passes_costs_nothing(
    tmp_path: Path, config: Path, output: Path, executor: str
) -> None:
    order(tmp_path, "break", 2, times=2)
    ok("tabulate", config, "-o", output, "-q", "--executor", executor)
    assert sorted(noted(tmp_path)) == [1, 2, 2, 2, 3, 4, 5, 6]
    assert len(columns(output, "signal")["x"]) == 300


def test_error_that_stays_is_told_after_the_retries(
    tmp_path: Path, config: Path, signal: Path, output: Path
) -> None:
    order(tmp_path, "break", 2, times=9)
    message = incomplete("tabulate", config, "-o", output, "-q")
    assert f"{signal}[100:200]: OSError: [Errno 5] the network is gone" in message
    assert noted(tmp_path) == [1, 2, 2, 2, 2, 3, 4, 5, 6]
