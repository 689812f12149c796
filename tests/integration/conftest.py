from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .chain import flat_document
from .rootfiles import flat_columns, write_root


@pytest.fixture(scope="session")
def flat(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the configuration of two flat files with a ``Runs`` tree."""
    folder = tmp_path_factory.mktemp("flat")
    paths = {
        kind: write_root(folder / f"{kind}.root", flat_columns(kind), sumw=500.0)
        for kind in ("signal", "background")
    }
    return flat_document([paths["signal"]], [paths["background"]])


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def background(flat: dict) -> Path:
    return Path(flat["datasets"]["background"]["files"][0])
