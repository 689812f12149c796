from __future__ import annotations

import pytest
import torch

from coffea_lcf.cuts.harden import harden
from coffea_lcf.cuts.losses import masked_bce
from coffea_lcf.cuts.strategies import Parallel, Sequential
from coffea_lcf.training import data as data_module
from coffea_lcf.training.monitor import Monitor, hard_error, mean_loss
from coffea_lcf.training.newton import Newton


def _monitor(cuts, val_losses, patience=None, notify=None):
    values = iter(val_losses)
    errors = []

    def losses():
        current = next(values)
        errors.append(None if current is None else round(sum(current) / len(current), 9))
        return torch.tensor([0.5, 0.7]), None if current is None else torch.tensor(current)

    return Monitor(cuts, losses, lambda: errors[-1], patience, notify)


def test_the_hard_error_is_the_share_of_misjudged_events(two_classes, prepared):
    cuts, data = prepared(two_classes)
    Newton().train(cuts, data, Sequential(), 0.5, torch.Generator(), lambda step: False)
    passes = harden(cuts).passes(data.x).all(-1)[0]
    wrong = (passes != (data.label > 0)).float().mean()
    assert hard_error(cuts, data, 0.5) == pytest.approx(float(wrong), abs=1e-6)


@pytest.fixture
def cuts(two_classes, prepared):
    return prepared(two_classes, repeats=2)[0]


def _set_step(cuts, step):
    with torch.no_grad():
        cuts.offset.fill_(float(step))


@pytest.mark.parametrize("strategy", [Parallel(), Sequential()])
def test_the_mean_loss_is_that_of_one_batch_of_all(two_classes, prepared, strategy, monkeypatch):
    cuts, data = prepared(two_classes, repeats=2)
    batch = data.batch(slice(None))
    gate = strategy.gate(cuts, batch.x, 0.5)
    whole = masked_bce(cuts(batch.z, batch.above), batch.label, batch.weight, gate)
    # several chunks, the last one smaller
    monkeypatch.setattr(data_module.TrainingData.chunks, "__defaults__", (1500,))
    assert torch.allclose(mean_loss(cuts, data, strategy, 0.5).float(), whole, rtol=1e-5)


def test_training_goes_on_while_the_loss_falls(cuts):
    monitor = _monitor(cuts, [[0.9, 0.9], [0.8, 0.8], [0.7, 0.7]], patience=1)
    assert [monitor.record(step) for step in (1, 2, 3)] == [False, False, False]


def test_training_stops_after_patience_and_the_best_state_returns(cuts):
    monitor = _monitor(cuts, [[0.5, 0.9], [0.2, 0.4], [0.3, 0.5], [0.3, 0.3]], patience=2)
    stops = []
    for step in (1, 2, 3, 4):
        _set_step(cuts, step)
        stops.append(monitor.record(step))
    # the mean over the repeats: 0.7, 0.3, 0.4, 0.3; a tie is no improvement
    assert stops == [False, False, False, True]
    monitor.restore()
    assert (cuts.offset == 2.0).all()


def test_without_patience_the_last_state_stays(cuts):
    monitor = _monitor(cuts, [[0.1, 0.1], [0.9, 0.9]])
    for step in (1, 2):
        _set_step(cuts, step)
        assert not monitor.record(step)
    monitor.restore()
    assert (cuts.offset == 2.0).all()


def test_the_history_has_a_row_per_record(cuts):
    monitor = _monitor(cuts, [[0.9, 0.8], [0.7, 0.6]])
    for step in (1, 2):
        monitor.record(step)
    history = monitor.history()
    assert history["step"].tolist() == [1.0, 2.0]
    assert history["loss"].shape == history["val_loss"].shape == (2, 2)
    assert history["val_loss"].ravel().tolist() == pytest.approx([0.9, 0.8, 0.7, 0.6])


def test_without_validation_there_is_no_validation_loss(cuts):
    monitor = _monitor(cuts, [None], patience=1)
    assert not monitor.record(1)
    assert set(monitor.history()) == {"step", "loss"}


def test_progress_is_told(cuts):
    steps = []
    monitor = _monitor(cuts, [None, None], notify=steps.append)
    for step in (1, 2):
        monitor.record(step)
    assert steps == [1, 2]
