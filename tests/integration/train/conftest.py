from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.chain import PROCESSOR

from .jets import CONFIGS, TAGGER, write_jets


@pytest.fixture(scope="package")
def jets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the first jets of the sample: top.root and qcd.root."""
    folder = tmp_path_factory.mktemp("jets")
    for name in ("top", "qcd"):
        write_jets(folder / f"{name}.root", name, start=0)
    return folder


@pytest.fixture
def document(jets: Path) -> dict[str, Any]:
    """Return the configuration of top tagging for a few jets and a small network."""
    loaded: dict[str, Any] = yaml.safe_load((CONFIGS / "top_tagging.yaml").read_text())
    datasets = {
        name: {"files": [str(jets / f"{name}.root")], "label": label}
        for name, label in (("top", "signal"), ("qcd", "background"))
    }
    return {
        **loaded,
        "processor": PROCESSOR,
        "weight": None,
        "datasets": datasets,
        "networks": {"pfn": TAGGER},
        "observables": {"pfn": {"network": "pfn"}, "jet_mass": None, "tau32": None},
        "fit": {"repeats": 1},
        "skim": {"columns": ["FatJet_*"]},
        "execution": {"chunksize": 64},
    }
