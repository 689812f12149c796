from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from coffea_lcf.explain.network.latent import LatentCorrelation, latent, latent_correlation
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import tagger


@pytest.mark.parametrize("name", ["pfn", "pfin-sum", "pfin-cat"])
def test_coefficients_are_those_of_scipy(name):
    model, jets = tagger(name), labelled_jets(300)
    nodes = latent(model, jets)
    mass = nodes @ np.linspace(-1, 1, nodes.shape[1])
    found = latent_correlation(model, jets, {"mass": mass, "one": np.arange(300.0)})
    assert found.spearman.shape == (nodes.shape[1], 2)
    for node in np.flatnonzero(nodes.std(0) > 0):
        assert found.pearson[node, 0] == pytest.approx(pearsonr(nodes[:, node], mass)[0])
        assert found.spearman[node, 0] == pytest.approx(spearmanr(nodes[:, node], mass)[0])


def test_the_best_node_has_the_greatest_size():
    matrix = np.array([[0.1, np.nan], [-0.9, 0.2], [0.5, np.nan]])
    found = LatentCorrelation(("mass", "tau32"), matrix, matrix)
    assert found.best() == {"mass": (1, -0.9), "tau32": (1, 0.2)}
