from __future__ import annotations

import pickle
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
from coffea_lcf.models.lgae.outputs import LGAEOutput

SMALL = {"slots": 6, "channels": 2, "constituents": 10}
JETS = {
    "pt": ak.Array([[], [50.0, 30.0, 10.0, 5.0], [80.0, 20.0, 7.0], [60.0]]),
    "eta": ak.Array([[], [0.1, 0.3, -0.2, 0.4], [0.0, 0.2, 0.5], [0.2]]),
    "phi": ak.Array([[], [0.0, -0.3, 0.2, 0.1], [1.0, 1.2, 0.7], [2.0]]),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save_model(tmp_path / "lgae.pt", new_network("lgae", SMALL, seed=2))


@pytest.mark.parametrize("output", ["error", "error over mass", "scalar 0", "product 0 1"])
def test_numbers_are_those_of_the_network(path: Path, output: str) -> None:
    found = AnomalyScorer(path, output=output)(**JETS)
    cloud = ParticleCloud.from_jagged(**JETS, size=10)
    model = LGAEOutput(new_network("lgae", SMALL, seed=2), output)
    with torch.no_grad():
        expected = model(torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask)).numpy()
    assert found.dtype == np.float32
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:3], expected[1:3], rtol=1e-5)


def test_a_jet_without_mass_has_no_error(path: Path) -> None:
    assert np.isnan(AnomalyScorer(path)(**JETS)[3])


def test_the_plain_error_is_the_score_of_the_file(path: Path) -> None:
    np.testing.assert_array_equal(AnomalyScorer(path)(**JETS), TaggerScorer(path)(**JETS))


def test_it_travels_as_its_settings(path: Path) -> None:
    scorer = AnomalyScorer(path, output="scalar 0")
    scorer(**JETS)
    assert len(pickle.dumps(scorer)) < 1000
    assert pickle.loads(pickle.dumps(scorer)) == scorer


def test_a_tagger_has_no_outputs(tmp_path: Path) -> None:
    tagger = save_model(tmp_path / "pfn.pt", new_network("pfn"))
    with pytest.raises(ConfigError, match="a PFN has one score, and no output 'error'"):
        AnomalyScorer(tagger)(**JETS)
