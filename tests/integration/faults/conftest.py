from __future__ import annotations

import functools
from pathlib import Path

import pytest

from coffea_lcf.processing.isolation import Isolation
from tests.integration.chain import flat_document, write_config
from tests.integration.counting import write_processor

from .baskets import BASKET, write_baskets


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait milliseconds and not seconds before a retry."""
    monkeypatch.setattr(
        "coffea_lcf.workflow.analysis.Isolation", functools.partial(Isolation, pause=0.01)
    )


@pytest.fixture
def signal(tmp_path: Path) -> Path:
    return write_baskets(tmp_path / "signal.root", "signal")


@pytest.fixture
def config(tmp_path: Path, signal: Path) -> Path:
    """Return a configuration of six chunks whose processor takes orders."""
    document = flat_document([signal], [write_baskets(tmp_path / "background.root", "background")])
    return write_config(
        tmp_path / "flat.yaml",
        document,
        processor=write_processor(tmp_path),
        observables=["x", "y"],
        execution={"chunksize": BASKET},
    )
