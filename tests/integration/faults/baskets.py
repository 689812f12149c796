"""Files of three chunks each, and damage to one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import uproot

from tests.integration.rootfiles import flat_columns

EVENTS, BASKET = 300, 100


def write_baskets(path: Path, kind: str) -> Path:
    """Write 300 events in three baskets a branch; each chunk of 100 has its own first ``x``."""
    content = flat_columns(kind, EVENTS)
    content["x"] = np.round(content["x"])  # a basket that does not shrink is stored as it is
    content["x"][::BASKET] = [1, 2, 3] if kind == "signal" else [4, 5, 6]
    with uproot.recreate(path) as file:
        tree = file.mktree("Events", {name: values.dtype for name, values in content.items()})
        for start in range(0, EVENTS, BASKET):
            tree.extend({name: one[start : start + BASKET] for name, one in content.items()})
    return path


def flip_basket(path: Path, branch: str, number: int) -> None:
    """Invert some bytes in the middle of one basket."""
    with uproot.open(path) as file:
        seek = int(file[f"Events/{branch}"].member("fBasketSeek")[number])
        size = int(file[f"Events/{branch}"].member("fBasketBytes")[number])
    content = bytearray(path.read_bytes())
    middle = slice(seek + size // 2, seek + size // 2 + 20)
    content[middle] = bytes(255 - byte for byte in content[middle])
    path.write_bytes(content)
