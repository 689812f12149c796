from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from coffea_lcf.errors import ConfigError
from coffea_lcf.inference import ObservablesScorer, TaggerScorer, inputs_of, loaded, observables
from coffea_lcf.models.file import save_model
from coffea_lcf.models.multibody import MultiBody
from tests.unit.models.taggers import tagger

NAMES = ("mass", "tau21")


@pytest.fixture
def network() -> MultiBody:
    torch.manual_seed(1)
    model = MultiBody(NAMES, hidden=(8, 4), dropout=())
    model.standardise(torch.tensor([[80.0, 0.3], [40.0, 0.7]]))
    return model.eval()


@pytest.fixture
def path(tmp_path: Path, network: MultiBody) -> Path:
    return save_model(tmp_path / "net.pt", network)


def columns(events: int = 50) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.uniform(20, 120, events).astype("f4"), rng.uniform(0, 1, events).astype("f4")]


def test_scores_are_those_of_the_network(path: Path, network: MultiBody) -> None:
    values = columns()
    scores = ObservablesScorer(path)(*values)
    with torch.no_grad():
        expected = network(torch.from_numpy(np.stack(values, 1))).numpy()
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_an_event_without_an_observable_fails_every_cut(path: Path) -> None:
    mass, tau21 = columns()
    mass[3], tau21[7] = np.nan, np.inf
    scores = ObservablesScorer(path)(mass, tau21)
    assert np.flatnonzero(np.isnan(scores)).tolist() == [3, 7]


def test_many_events_are_scored_in_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = ObservablesScorer(path)(*columns())
    monkeypatch.setattr(observables, "ROWS", 7)
    np.testing.assert_allclose(ObservablesScorer(path)(*columns()), expected, rtol=1e-6)


def test_no_events_have_no_scores(path: Path) -> None:
    assert ObservablesScorer(path)(*columns(0)).shape == (0,)


def test_it_travels_without_its_network(path: Path) -> None:
    scorer = ObservablesScorer(path)
    scorer(*columns())
    assert len(pickle.dumps(scorer)) < 400


def test_a_worker_reads_the_file_once_and_anew_if_it_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    real = loaded.load_model
    monkeypatch.setattr(loaded, "load_model", lambda one: (read.append(one), real(one))[1])
    scorer = ObservablesScorer(path)
    first = scorer(*columns())
    scorer(*columns())
    assert len(read) == 1
    torch.manual_seed(2)
    save_model(path, MultiBody(NAMES, hidden=(8, 4), dropout=()))
    assert (scorer(*columns()) != first).all()
    assert len(read) == 2


def test_one_thread_scores_and_the_others_are_given_back(path: Path) -> None:
    used: list[int] = []
    handle = loaded.network_in(path, "cpu").register_forward_hook(
        lambda *_: used.append(torch.get_num_threads())
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        ObservablesScorer(path)(*columns())
        assert (used, torch.get_num_threads()) == ([1], 2)
    finally:
        handle.remove()
        torch.set_num_threads(before)


def test_a_file_tells_what_its_network_looks_at(path: Path, tmp_path: Path) -> None:
    constituents = save_model(tmp_path / "pfn.pt", tagger("pfn"))
    assert inputs_of(path) == NAMES
    assert inputs_of(constituents) == ()
    with pytest.raises(ConfigError, match="holds a PFN, which does not look at observables"):
        ObservablesScorer(constituents)(*columns())
    with pytest.raises(ConfigError, match="holds a MultiBody, which does not look at constituents"):
        TaggerScorer(path).network()
