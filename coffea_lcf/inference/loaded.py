"""Networks of model files, opened on first use and once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import nn

from coffea_lcf.models.file import load_model

KEPT = 31 * 2**20
"""Bytes just below the largest block that glibc can be taught to keep."""


@dataclass(frozen=True)
class FileScorer:
    """What every score of a network has in common: a model file, opened once a process.

    It pickles as its settings, so that it travels to workers; the file must be where they
    can read it. Written anew, the file is read anew.

    Parameters
    ----------
    path
        A model file, see `coffea_lcf.models.file`.
    device
        ``cpu``, ``cuda``, ``cuda:N`` or ``auto``.
    threads
        Threads of the CPU while it scores: one, because executors have a worker a core.
    """

    path: str | Path
    device: str = "cpu"
    threads: int = 1


def network_in(path: str | Path, device: str) -> nn.Module:
    """Return the network in a model file, in single precision on `device`, ready to score.

    A file that was written anew is read anew.

    Raises
    ------
    FilesetError, ConfigError
        If the file is missing or holds no network of ours.
    """
    file = Path(path)
    return _network(file, file.stat().st_mtime_ns if file.exists() else 0, device)


@contextmanager
def few_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads of the CPU within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@lru_cache(maxsize=8)
def _network(path: Path, changed: int, device: str) -> nn.Module:  # noqa: ARG001
    """Return the network in a file; a file that `changed` since is another one to the cache."""
    from coffea_lcf.training.device import resolve_device

    model = load_model(path)
    for module in model.modules():
        # this copy is never trained nor explained, and half its time would be new memory
        if isinstance(module, nn.ReLU):
            module.inplace = True
    # glibc hands freed blocks back to the system, page by page and for each chunk of events,
    # until it has freed one that is as large: a fifth of the time of a tagger
    torch.empty(KEPT, dtype=torch.uint8)
    return model.float().requires_grad_(False).to(resolve_device(device))
