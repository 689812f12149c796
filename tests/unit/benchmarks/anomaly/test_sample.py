from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.anomaly.sample import load

JETS = Path(__file__).parents[4] / "analysis_configs" / "data" / "top_tagging"
EFFORT = {"seeds": 1, "epochs": 3, "batch": 16}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Top jets, and the same under the name of W jets."""
    folder = tmp_path_factory.mktemp("jets")
    for name, source in {"qcd": "qcd", "top": "top", "w": "top"}.items():
        shutil.copy(JETS / f"{source}.root", folder / f"{name}.root")
    return load(folder, 50, 20, **EFFORT)


def test_several_signals_are_also_searched_together(sample):
    assert [search.name for search in sample.searches] == ["top", "W", "any of them"]
    top, w, together = sample.searches
    assert together.signals == (*top.signals, *w.signals)
    assert together.window == (65.0, 210.0)
    assert [len(kind) for kind in together.kinds] == [20, 20, 20]


def test_one_signal_is_searched_alone():
    assert [search.name for search in load(JETS, 50, 20, **EFFORT).searches] == ["top"]


def test_no_jet_is_trained_on_and_searched(sample):
    train, search = (jets.cloud.p4 for jets in (sample.train, sample.searches[0].background))
    assert len(train) == 50
    assert not any(np.array_equal(jet, other) for jet in train for other in search)


def test_a_share_of_the_jets_is_seen_more_often(sample):
    few = sample.first(0.1)
    assert len(few.train) == 5
    assert few.epochs == 30
    assert (few.seeds, few.batch) == (1, 16)
