from __future__ import annotations

import os
import pickle
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import torch

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import ConfigError, FilesetError
from coffea_lcf.inference import TaggerScorer, score_cloud, scorer
from coffea_lcf.models.file import save_model
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from tests.unit.models.taggers import BUILDERS, SLOTS, tagger

JETS = 70


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    return save_model(tmp_path / "net.pt", tagger("pfin-sum", torch.float32))


def constituents(seed: int = 0) -> dict[str, ak.Array]:
    """Return jets of none to twenty constituents, the first and the last without."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 21, JETS)
    counts[[0, -1]] = 0
    ranges = {"pt": (1, 100), "eta": (-0.4, 0.4), "phi": (-0.4, 0.4), "mass": (0, 1)}
    return {
        name: ak.unflatten(rng.uniform(*limits, counts.sum()), counts)
        for name, limits in ranges.items()
    }


@pytest.mark.parametrize("name", BUILDERS)
def test_scores_are_those_of_the_network(tmp_path: Path, name):
    model = tagger(name, torch.float32)
    scores = TaggerScorer(save_model(tmp_path / "net.pt", model))(**constituents())
    cloud = ParticleCloud.from_jagged(**constituents(), size=SLOTS)
    with torch.no_grad():
        expected = model(torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask)).numpy()
    assert scores.shape == (JETS,)
    assert scores.dtype == np.float32
    assert np.isnan(scores[[0, -1]]).all()
    np.testing.assert_allclose(scores[1:-1], expected[1:-1], rtol=1e-4, atol=1e-5)


def test_a_network_of_doubles_scores_too(tmp_path: Path):
    scores = TaggerScorer(save_model(tmp_path / "net.pt", tagger("pfn")))(**constituents())
    assert scores.dtype == np.float32
    assert np.isfinite(scores[1:-1]).all()


def test_a_jet_with_a_constituent_that_is_no_number_fails_every_cut(model_file: Path):
    arrays = constituents()
    scores = TaggerScorer(model_file)(**arrays)
    flat = ak.to_numpy(ak.flatten(arrays["pt"]))
    flat[0] = np.inf
    arrays["pt"] = ak.unflatten(flat, ak.num(arrays["eta"]))
    broken = TaggerScorer(model_file)(**arrays)
    assert np.isnan(broken[1])
    np.testing.assert_allclose(broken[2:-1], scores[2:-1], rtol=1e-4, atol=1e-5)


def test_no_jets(model_file: Path):
    arrays = {name: values[:0] for name, values in constituents().items()}
    assert TaggerScorer(model_file)(**arrays).shape == (0,)


def test_chunks_do_not_show(model_file: Path, monkeypatch: pytest.MonkeyPatch):
    whole = TaggerScorer(model_file)(**constituents())
    monkeypatch.setitem(scorer.JETS, "cpu", 7)
    np.testing.assert_allclose(TaggerScorer(model_file)(**constituents()), whole, rtol=1e-5)


def test_the_file_is_read_once_until_it_changes(model_file: Path):
    first = TaggerScorer(model_file)
    assert first.network() is TaggerScorer(str(model_file)).network()
    before = first(**constituents())
    save_model(model_file, tagger("pfn", torch.float32))
    os.utime(model_file, ns=(1, 1))
    assert not np.allclose(first(**constituents())[1:-1], before[1:-1])


def test_it_pickles_as_its_settings(model_file: Path):
    original = TaggerScorer(model_file)
    original(**constituents())
    frozen = pickle.dumps(original)
    assert len(frozen) < 1000
    assert pickle.loads(frozen).network() is original.network()


def test_the_threads_of_torch_are_given_back(model_file: Path, monkeypatch: pytest.MonkeyPatch):
    used = []
    model = TaggerScorer(model_file).network()
    handle = model.register_forward_hook(lambda *_: used.append(torch.get_num_threads()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        TaggerScorer(model_file)(**constituents())
        assert (set(used), torch.get_num_threads()) == ({1}, 2)
    finally:
        handle.remove()
        torch.set_num_threads(before)


def test_unusable_files(tmp_path: Path):
    with pytest.raises(FilesetError, match="does not exist"):
        TaggerScorer(tmp_path / "none.pt")(**constituents())
    path = save_model(tmp_path / "net.pt", MultiBody(["mass"]))
    with pytest.raises(ConfigError, match="holds a MultiBody, which does not look at constituents"):
        TaggerScorer(path)(**constituents())


@pytest.mark.gpu
def test_a_gpu_gives_the_same_scores(model_file: Path):
    cpu, gpu = (TaggerScorer(model_file, device)(**constituents()) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(gpu, cpu, rtol=1e-3, atol=1e-4)


def test_score_cloud_takes_any_tagger():
    cloud = ParticleCloud.from_jagged(**constituents(), size=5, dtype=np.float64)
    scores = score_cloud(tagger("pfn"), cloud)
    assert scores.dtype == np.float32
    assert np.isnan(scores).sum() == 2


def test_a_scorer_is_the_function_of_an_observable(model_file: Path):
    branches = tuple(f"PFCands_{name}" for name in constituents())
    observable = Observable("pfin", branches, TaggerScorer(model_file))
    processor = pickle.loads(pickle.dumps(ObservableProcessor([observable])))
    events = ak.Array(dict(zip(branches, constituents().values(), strict=True)))
    column = processor.columns(events)["pfin"]
    np.testing.assert_array_equal(column, TaggerScorer(model_file)(**constituents()))
