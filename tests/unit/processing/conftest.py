from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.datasets.fileset import Dataset
from coffea_lcf.datasets.survey import FileInfo, survey

Survey = Callable[..., tuple[FileInfo, ...]]


@pytest.fixture
def surveyed(tmp_path: Path) -> Survey:
    """Return a function that writes flat branches as dataset ``d`` and surveys the file."""

    def write(**columns: list[float]) -> tuple[FileInfo, ...]:
        arrays = {name: np.array(values, np.float32) for name, values in columns.items()}
        with uproot.recreate(tmp_path / "a.root") as file:
            file.mktree("Events", {name: one.dtype for name, one in arrays.items()}).extend(arrays)
        return survey([Dataset("d", (str(tmp_path / "a.root"),), "Events", "signal")], {})

    return write
