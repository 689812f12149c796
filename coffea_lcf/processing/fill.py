"""The action that fills the histograms which parallel cuts are learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coffea_lcf.bins import filled
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.processing.shards import stored_rows
from coffea_lcf.selection import Selection


@dataclass(frozen=True)
class FillBins:
    """Sums of weights in 4096 bins an observable, of the events that no table holds.

    Parameters
    ----------
    bins
        Center and scale by observable, see `coffea_lcf.bins`. Events that are not finite in
        all of them take no part, as in any fit.
    before
        The fixed cuts, which only events that pass take part.
    stored
        Of so many events one is in the table, where the cuts start and are judged.
    """

    bins: Mapping[str, tuple[float, float]]
    before: Selection
    stored: int

    def __call__(self, chunk: Chunk) -> dict[str, Any]:
        """Return ``events`` and ``sums``, ``(F, 4096)``, by dataset: they add across chunks."""
        rows = self.before.mask(chunk.columns)
        rows[stored_rows(chunk.start, self.stored)] = False
        for name in self.bins:
            rows &= np.isfinite(chunk.columns[name])
        weight = chunk.weight[rows]
        sums = [filled(chunk.columns[name][rows], weight, *own) for name, own in self.bins.items()]
        return {
            "events": {chunk.dataset: len(weight)},
            "sums": {chunk.dataset: np.array(sums)},
        }
