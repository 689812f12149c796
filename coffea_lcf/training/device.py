"""Where tensors live."""

from __future__ import annotations

import re

import torch

from coffea_lcf.errors import FitError


def resolve_device(name: str) -> torch.device:
    """Return the device called `name`; ``auto`` takes a GPU if there is one.

    Raises
    ------
    FitError
        If there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if re.fullmatch(r"cpu|cuda(:\d+)?", name) is None:
        msg = f"device {name!r} is not one of auto, cpu, cuda, cuda:N"
        raise FitError(msg)
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        msg = f"device {name!r}: torch sees no CUDA device here; use cpu or auto"
        raise FitError(msg)
    return device
