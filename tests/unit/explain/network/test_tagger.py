from __future__ import annotations

import numpy as np
import pytest

from coffea_lcf.explain import captum
from coffea_lcf.explain.network.lrp import lrp
from coffea_lcf.explain.network.tagger import (
    TaggerExplanation,
    explain_tagger,
    feature_relevance,
)
from coffea_lcf.explain.network.tagger_text import tagger_text
from tests.unit.explain.network.jets import labelled_jets
from tests.unit.models.taggers import tagger

MASS = {"mass": np.linspace(0.0, 1.0, 40)}


@pytest.fixture(scope="module")
def explained() -> dict[str, TaggerExplanation]:
    return {
        name: explain_tagger(tagger(name), labelled_jets(40), MASS)
        for name in ("pfn", "pfin-sum", "topodnn")
    }


def test_each_tagger_is_asked_what_makes_sense(explained):
    pfn, pfin, topodnn = explained.values()
    assert list(pfn.constituents) == [(rank,) for rank in range(10)]
    assert len(pfin.pairs) == 10
    assert not pfn.pairs
    assert (topodnn.latent, topodnn.relevance) == (None, {})
    assert pfn.latent is not None


def test_shares_of_relevance_sum_to_one(explained):
    pfn, pfin = explained["pfn"].relevance["LRP"], explained["pfin-sum"].relevance["LRP"]
    assert list(pfn) == ["pt share", "η", "φ"]
    assert list(pfin)[3:] == ["ln Δ", "ln kT", "ln z", "ln m²"]
    for found in (explained["pfn"], explained["pfin-sum"]):
        for shares in found.relevance.values():
            assert sum(shares.values()) == pytest.approx(1.0)
            assert min(shares.values()) > 0


def test_captum_adds_integrated_gradients_and_shapley_values(explained, monkeypatch):
    assert ("IG" in explained["pfn"].relevance) == captum.installed()
    for found in explained.values():
        assert (found.shapley is not None) == captum.installed()
    monkeypatch.setattr(captum, "installed", lambda: False)
    without = explain_tagger(tagger("pfn"), labelled_jets(40))
    assert set(without.relevance) == {"LRP"}
    assert without.shapley is None
    assert "Shapley" not in tagger_text("pfn", without)
    assert without.latent is None


def test_shares_are_those_of_all_jets_at_once():
    model, jets = tagger("pfn"), labelled_jets(300)
    (parts,) = lrp(model, *jets.inputs)
    sizes = parts.abs().sum((0, 1))
    expected = (sizes / sizes.sum()).tolist()
    assert list(feature_relevance(model, jets, lrp).values()) == pytest.approx(expected)


@pytest.mark.skipif(not captum.installed(), reason="captum is not installed")
def test_shapley_values_stand_beside_the_losses(explained):
    found, text = explained["topodnn"], tagger_text("topodnn", explained["topodnn"])
    last = found.constituents[(9,)]
    cells = (
        last.signal,
        last.background,
        found.shapley.signal[(9,)],
        found.shapley.background[(9,)],
    )
    rows = [line.split() for line in text.splitlines()]
    assert ["10", f"{100 * last.auc:.2f}", *(f"{cell:.3f}" for cell in cells)] in rows
    assert "mean size in log-odds of 40 jets, where the hardest 10 join the others" in text


@pytest.mark.skipif(not captum.installed(), reason="captum is not installed")
def test_few_jets_of_both_labels_are_enough_for_shapley_values(monkeypatch):
    monkeypatch.setattr("coffea_lcf.explain.network.tagger.JOINED", 10)
    found = explain_tagger(tagger("topodnn"), labelled_jets(40)).shapley
    assert found.jets == 10
    # labels come in turn: every fourth jet would be signal
    assert min(found.signal[(0,)], found.background[(0,)]) > 0.0


def test_words_count_constituents_from_one(explained):
    text = tagger_text("pfin", explained["pfin-sum"])
    assert "pfin: without a constituent" in text
    rows = [line.split() for line in text.splitlines()]
    loss = explained["pfin-sum"].pairs[(0, 1)]
    assert ["1", "+", "2", f"{100 * loss.auc:.2f}", f"{loss.signal:.3f}",
            f"{loss.background:.3f}"] in rows  # fmt: skip
    assert "mass " in text
    assert "latent" not in tagger_text("topodnn", explained["topodnn"])
