from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import torch

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.errors import ConfigError
from coffea_lcf.inference import AnomalyScorer, TaggerScorer
from coffea_lcf.models.build import new_network
from coffea_lcf.models.file import save_model
from coffea_lcf.models.lgae.autoencoder import LorentzAutoencoder
from coffea_lcf.models.lgae.outputs import LGAEOutputs
from coffea_lcf.observables import Observable
from coffea_lcf.processing.processor import ObservableProcessor

SMALL = {"slots": 6, "channels": 2, "constituents": 10}
JETS = {
    "pt": ak.Array([[], [50.0, 30.0, 10.0, 5.0], [80.0, 20.0, 7.0], [60.0]]),
    "eta": ak.Array([[], [0.1, 0.3, -0.2, 0.4], [0.0, 0.2, 0.5], [0.2]]),
    "phi": ak.Array([[], [0.0, -0.3, 0.2, 0.1], [1.0, 1.2, 0.7], [2.0]]),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save_model(tmp_path / "lgae.pt", new_network("lgae", SMALL, seed=2))


@pytest.mark.parametrize("output", ["error", "transverse error", "scalar 0", "product 0 1"])
def test_numbers_are_those_of_the_network(path: Path, output: str) -> None:
    found = AnomalyScorer(path, output=output)(**JETS)
    cloud = ParticleCloud.from_jagged(**JETS, size=10)
    outputs = LGAEOutputs(new_network("lgae", SMALL, seed=2))
    with torch.no_grad():
        numbers = outputs(torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask)).numpy()
    expected = numbers[:, outputs.names.index(output)]
    assert found.dtype == np.float32
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:3], expected[1:3], rtol=1e-5)


def test_a_jet_without_mass_has_no_error(path: Path) -> None:
    assert np.isnan(AnomalyScorer(path)(**JETS)[3])


def test_the_plain_error_is_the_score_of_the_file(path: Path) -> None:
    np.testing.assert_array_equal(AnomalyScorer(path)(**JETS), TaggerScorer(path)(**JETS))


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of jets of each evaluation."""
    found: list[int] = []
    forward = LorentzAutoencoder.encode_and_decode

    def counted(self: LorentzAutoencoder, p4: torch.Tensor, mask: torch.Tensor) -> object:
        found.append(len(p4))
        return forward(self, p4, mask)

    monkeypatch.setattr(LorentzAutoencoder, "encode_and_decode", counted)
    return found


def test_all_outputs_of_the_same_jets_are_one_evaluation(path: Path, evaluated: list[int]) -> None:
    for output in ("error", "scalar 0", "product 0 1"):
        # each observable reads arrays of its own, and may come from another process
        again = pickle.loads(pickle.dumps((AnomalyScorer(path, output=output), JETS)))
        again[0](**again[1])
    assert evaluated == [3]


def test_observables_of_one_network_evaluate_it_once_a_chunk(
    path: Path, evaluated: list[int]
) -> None:
    outputs = {"error": "error", "latent": "scalar 0"}
    observables = [
        Observable(name, tuple(JETS), AnomalyScorer(path, output=one))
        for name, one in outputs.items()
    ]
    processor = pickle.loads(pickle.dumps(ObservableProcessor(observables)))
    found = processor.columns(ak.zip(JETS, depth_limit=1))
    assert evaluated == [3]
    for name, one in outputs.items():
        np.testing.assert_array_equal(found[name], AnomalyScorer(path, output=one)(**JETS))


def test_other_jets_and_other_networks_are_evaluated(path: Path, evaluated: list[int]) -> None:
    scorer = AnomalyScorer(path)
    expected = scorer(**JETS)
    fewer = {name: values[:2] for name, values in JETS.items()}
    np.testing.assert_array_equal(scorer(**fewer), expected[:2])
    save_model(path.with_name("other.pt"), new_network("lgae", SMALL, seed=3))
    assert AnomalyScorer(path.with_name("other.pt"))(**fewer)[1] != expected[1]
    np.testing.assert_array_equal(scorer(**fewer), expected[:2])
    assert evaluated == [3, 1, 1]


def test_threads_do_not_disturb_each_other(path: Path) -> None:
    jets = [{name: values[:last] for name, values in JETS.items()} for last in (2, 3, 4)] * 20
    expected = AnomalyScorer(path)(**JETS)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda own: AnomalyScorer(path)(**own), jets))
    for own, scores in zip(jets, found, strict=True):
        np.testing.assert_array_equal(scores, expected[: len(own["pt"])])


def test_who_changes_the_scores_changes_them_for_nobody_else(path: Path) -> None:
    first = AnomalyScorer(path)(**JETS)
    expected = first.copy()
    first[:] = 0.0
    np.testing.assert_array_equal(AnomalyScorer(path)(**JETS), expected)


def test_it_travels_as_its_settings(path: Path) -> None:
    scorer = AnomalyScorer(path, output="scalar 0")
    scorer(**JETS)
    assert len(pickle.dumps(scorer)) < 1000
    assert pickle.loads(pickle.dumps(scorer)) == scorer


def test_a_tagger_has_no_outputs(tmp_path: Path) -> None:
    tagger = save_model(tmp_path / "pfn.pt", new_network("pfn"))
    with pytest.raises(ConfigError, match="a PFN has one score, and no output 'error'"):
        AnomalyScorer(tagger)(**JETS)
