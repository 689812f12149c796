from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from coffea_lcf.cuts.strategies import Parallel, Sequential
from coffea_lcf.table import ObservableTable
from coffea_lcf.training.information import information
from coffea_lcf.training.newton import Newton


def _train(cuts, data, strategy):
    Newton().train(cuts, data, strategy, 0.5, torch.Generator(), lambda step: False)
    Newton().finish(cuts, data, strategy, 0.5)
    return cuts, data


def _entropy(label, p):
    return float(-(label * p.log() + (1 - label) * (1 - p).log()).sum())


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()], ids=lambda one: one.name)
def test_the_share_is_the_entropy_that_the_score_takes_away(two_classes, prepared, strategy):
    cuts, data = _train(*prepared(two_classes), strategy)
    batch = data.batch(slice(None))
    gate = strategy.gate(cuts, batch.x, 0.5)
    gains = []
    for i in range(3):
        rows = torch.ones(data.rows, dtype=torch.bool) if gate is None else gate[0, :, i]
        label = batch.label[rows, 0].double()
        score = torch.sigmoid(cuts(batch.z, batch.above))[0, rows, i].double().detach()
        gains.append(_entropy(label, label.mean()) - _entropy(label, score))
    expected = np.array(gains) / sum(gains)
    found = information(cuts, data, strategy, 0.5)[0].tolist()
    assert found == pytest.approx(expected, abs=1e-4)


def test_shares_sum_to_one_and_noise_has_none(two_classes, prepared):
    share = information(*_train(*prepared(two_classes), Parallel()), Parallel(), 0.5)
    assert share.sum(-1).tolist() == pytest.approx([1.0])
    assert (share >= 0).all()
    assert share[0, 2] < 0.002


def test_newton_leaves_the_shares_as_importance(two_classes, prepared):
    cuts, data = _train(*prepared(two_classes), Parallel())
    share = information(cuts, data, Parallel(), 0.5)
    assert torch.allclose(cuts.importance().double(), share, atol=1e-4)


def test_a_later_copy_of_an_observable_tells_less(two_classes, prepared):
    shift = two_classes["shift"]
    copies = ObservableTable.from_arrays({"first": shift, "copy": shift}, two_classes.label)
    cuts, data = prepared(copies)
    _train(cuts, data, Parallel())
    assert cuts.importance()[0].tolist() == pytest.approx([0.5, 0.5], abs=1e-4)
    _train(cuts, data, Sequential())
    first, copy = cuts.importance()[0].tolist()
    assert first > 4 * copy


def test_nothing_to_tell_gives_no_shares(prepared):
    # an observable that is the same in both classes
    table = ObservableTable.from_arrays({"x": [0.0, 0.0, 1.0, 1.0]}, [0, 1, 0, 1])
    cuts, data = prepared(table)
    cuts.set_effective(torch.zeros(1, 2, 1, 2))
    share = information(cuts, data, Parallel(), 0.5)
    assert math.isfinite(float(share))
    assert 0 <= float(share) <= 1e-6
