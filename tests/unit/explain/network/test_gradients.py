from __future__ import annotations

import pytest
import torch

from coffea_lcf.errors import MissingExtraError
from coffea_lcf.explain import captum
from coffea_lcf.explain.network.features import features, with_features
from coffea_lcf.explain.network.gradients import integrated_gradients
from coffea_lcf.models.multibody import MultiBody
from tests.unit.models.taggers import jets, tagger

needs_captum = pytest.mark.skipif(not captum.installed(), reason="captum is not installed")


@needs_captum
@pytest.mark.parametrize("name", ["pfn", "pfin-sum"])
def test_gradients_are_complete(name):
    """X1: they sum to the log-odds less those at the mean, within 3 % of the greatest."""
    model, (p4, mask) = tagger(name), jets(100)
    parts = integrated_gradients(model, p4, mask)
    zero = [torch.zeros_like(value) for value in features(model, p4, mask)]
    with torch.no_grad():
        full, start = model(p4, mask), with_features(model, zero, p4, mask)
    off = (sum(part.flatten(1).sum(1) for part in parts) - (full - start)).abs().max()
    assert off < 3e-2 * full.abs().max()
    assert (parts[0][~mask] == 0).all()


@needs_captum
def test_a_linear_network_gives_weight_times_distance():
    model = MultiBody(["a", "b"], hidden=(), dropout=()).double()
    x = torch.tensor([[1.0, 5.0], [3.0, 1.0]]).double()
    model.standardise(x)
    (parts,) = integrated_gradients(model, x, steps=2)
    expected = model.layers[0].weight * (x - x.mean(0)) / x.std(0)
    torch.testing.assert_close(parts, expected.detach())


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "captum.attr", None)
    with pytest.raises(MissingExtraError, match="IntegratedGradients is of captum"):
        integrated_gradients(tagger("pfn"), *jets(2))
