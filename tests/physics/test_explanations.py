"""What explanations must do on top and QCD jets, on the few jets of the repository.

The figures on 24 000 jets are those of ``python -m benchmarks.explanations``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import explanations as study
from benchmarks.jets import Jets, load
from benchmarks.taggers import CONTENDERS, train
from coffea_lcf.explain import captum
from coffea_lcf.training.tagger import labelled

JETS = Path(__file__).parents[2] / "analysis_configs" / "data" / "top_tagging"
SEED = 0

pytestmark = pytest.mark.skipif(not captum.installed(), reason="captum is not installed")


@pytest.fixture(scope="module")
def jets() -> tuple[Jets, Jets, Jets]:
    """Return 1400 + 1400 jets to learn from, 100 + 100 that choose the epoch, 500 + 500 others."""
    torch.set_num_threads(1)
    sample = load(JETS, 2000, study.CONSTITUENTS, further=lambda _: {})
    orders = np.random.default_rng(SEED).permuted([range(2000), range(2000, 4000)], axis=1)
    parts = (orders[:, :1400], orders[:, 1400:1500], orders[:, 1500:])
    return tuple(sample.select(part.ravel()) for part in parts)


@pytest.fixture(scope="module")
def tables(jets):
    return study.observables(jets[0], SEED), study.observables(jets[2], SEED + 1)


@pytest.fixture(scope="module")
def worths(tables):
    return study.worths(*tables, SEED)


def missed(figures) -> list[str]:
    """Return what is not met; MAD relevance, a mean of ratios, needs more jets than these."""
    return [
        f"{one.name}: {one.value:.4g} for {one.target}"
        for one in figures
        if not one.met and "MAD" not in one.name
    ]


def test_x1_relevance_is_conserved(jets):
    judged = labelled(jets[2].cloud, jets[2].observables.label)
    assert missed(study.conservation(judged, SEED)) == []


def test_x2_noise_is_no_leader(worths, jets):
    assert missed(study.null_observables(*worths, len(jets[2].cloud))) == []


def test_x3_twins_share_their_credit(tables):
    assert missed(study.twins(*tables, SEED)) == []


def test_x4_what_cuts_need_leads(worths):
    assert missed(study.leaders(*worths)) == []


def test_x5_silent_nodes_are_not_missed(jets):
    training, held_out, judged = (labelled(one.cloud, one.observables.label) for one in jets)
    model = train(CONTENDERS["pfn"], jets[0], jets[1], SEED)
    change, *_, before, after = study.shrinking(model, training, held_out, judged, SEED)
    # of few jets the area itself is known to 0.005
    assert change.value < 0.01
    assert after.value < 0.6 * before.value
