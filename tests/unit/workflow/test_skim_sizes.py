from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import uproot
import yaml

from coffea_lcf.selection import Cut, Selection
from coffea_lcf.skimming.size import SAMPLE
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.skim_sizes import skim_sizes


@pytest.mark.parametrize("align", [False, True])
def test_sizes_of_a_sample_count_for_all_events(tmp_path: Path, align: bool) -> None:
    events = 3 * SAMPLE
    x = np.arange(events, dtype=np.float32) % 4
    with uproot.recreate(tmp_path / "a.root") as file:
        file.mktree("Events", {"x": "float32"}).extend({"x": x})
    document = {
        "name": "mine",
        "datasets": {"d": {"files": "a.root", "label": "signal"}},
        "observables": {"x": {"branch": "x"}},
        "execution": {"align_clusters": align},
    }
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(document))
    half = Selection((Cut("x", "right", lower=1.5),))
    sizes = skim_sizes(prepare(tmp_path / "c.yaml", tmp_path / "out"), {"half": half})
    assert sizes["half"].events == events / 2
