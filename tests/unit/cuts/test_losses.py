from __future__ import annotations

import math

import pytest
import torch

from coffea_lcf.cuts.losses import CLIP, masked_bce, masked_bce_slope


def _oracle(logits, label, weight, gate=None):
    """Return the loss of one repeat event by event, as it is written in the paper."""
    events, observables = len(logits), len(logits[0])
    total = 0.0
    for i in range(observables):
        for n in range(events):
            p = 1.0 / (1.0 + math.exp(-logits[n][i]))
            p = min(max(p, CLIP), 1.0 - CLIP)
            entropy = -math.log(p) if label[n] else -math.log(1.0 - p)
            mask = 1.0 if gate is None else gate[n][i]
            total += weight[n][i] * mask * entropy / events
    return total / (2 * observables)


@pytest.fixture
def events():
    random = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 20, 3, generator=random, dtype=torch.float64) * 3
    label = (torch.rand(20, 1, generator=random) < 0.5).double()
    weight = torch.rand(20, 3, generator=random, dtype=torch.float64) * 2 - 0.3
    gate = torch.rand(2, 20, 3, generator=random) < 0.6
    return logits, label, weight, gate


def test_the_loss_by_hand():
    # one signal event at p = 1/2 for one of two observables, the other masked
    loss = masked_bce(
        torch.zeros(1, 1, 2), torch.ones(1, 1), torch.ones(1, 1), torch.tensor([[[1.0, 0.0]]])
    )
    assert loss.tolist() == pytest.approx([math.log(2) / 4])


@pytest.mark.parametrize("gated", [False, True])
def test_the_loss_is_the_sum_over_events(events, gated):
    logits, label, weight, gate = events
    loss = masked_bce(logits, label, weight, gate if gated else None)
    for repeat in range(2):
        mask = gate[repeat].double().tolist() if gated else None
        expected = _oracle(logits[repeat].tolist(), label[:, 0].tolist(), weight.tolist(), mask)
        assert float(loss[repeat]) == pytest.approx(expected, rel=1e-9)


def test_masked_events_count_in_the_denominator(events):
    logits, label, weight, _ = events
    half = torch.zeros(2, 20, 3)
    half[:, :10] = 1.0
    first = masked_bce(logits[:, :10], label[:10], weight[:10])
    assert torch.allclose(masked_bce(logits, label, weight, half), first / 2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scores_are_clipped(dtype):
    largest = -math.log(CLIP) / 2
    for logit, label in ((-1e4, 1.0), (1e4, 0.0)):
        loss = masked_bce(
            torch.full((1, 1, 1), logit, dtype=dtype),
            torch.full((1, 1), label, dtype=dtype),
            torch.ones(1, 1, dtype=dtype),
        )
        assert float(loss) == pytest.approx(largest, rel=1e-5)


def test_the_clip_ends_the_gradient():
    logits = torch.tensor([[[16.0], [16.2]]], requires_grad=True)
    masked_bce(logits, torch.zeros(2, 1), torch.ones(2, 1)).sum().backward()
    inside, outside = logits.grad.flatten().tolist()
    assert inside > 0
    assert outside == 0


def test_weights_of_replicas(events):
    logits, label, weight, _ = events
    replicas = torch.stack((weight, 3 * weight))
    loss = masked_bce(logits[:1].expand(2, -1, -1), label, replicas)
    assert float(loss[1]) == pytest.approx(3 * float(loss[0]))


@pytest.mark.parametrize("gated", [False, True])
def test_the_slope_is_the_derivative_by_each_logit(events, gated):
    logits, label, weight, gate = events
    # some scores beyond the clip, where the derivative ends
    logits = (4 * logits).requires_grad_()
    chosen = gate if gated else None
    masked_bce(logits, label, weight, chosen).sum().backward()
    assert (logits.grad == 0).any()
    assert torch.allclose(masked_bce_slope(logits.detach(), label, weight, chosen), logits.grad)


def test_the_slope_leaves_its_inputs_alone(events):
    logits, label, weight, gate = events
    before = [part.clone() for part in events]
    masked_bce_slope(logits, label, weight, gate)
    assert all(torch.equal(part, old) for part, old in zip(events, before, strict=True))
