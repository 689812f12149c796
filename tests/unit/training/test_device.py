from __future__ import annotations

import pytest
import torch

from coffea_lcf.errors import FitError
from coffea_lcf.training.device import resolve_device


def test_the_cpu_is_always_there():
    assert resolve_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(("available", "kind"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_a_gpu_if_there_is_one(monkeypatch, available, kind):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert resolve_device("auto").type == kind


def test_an_unknown_device_is_refused():
    with pytest.raises(FitError, match="device 'tpuu' is not one of auto, cpu, cuda, cuda:N"):
        resolve_device("tpuu")


def test_a_gpu_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(FitError, match="'cuda:1': torch sees no CUDA device here; use cpu or auto"):
        resolve_device("cuda:1")


def test_devices_that_cannot_hold_events_are_refused():
    with pytest.raises(FitError, match="device 'meta' is not one of auto, cpu, cuda, cuda:N"):
        resolve_device("meta")
