"""The action that counts events after each cut and histograms the observables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coffea_lcf.cutflow import Binning, count, fill
from coffea_lcf.processing.processor import Chunk
from coffea_lcf.selection import Selection


@dataclass(frozen=True)
class CountCuts:
    """Cut-flow and observable histograms of a chunk.

    Parameters
    ----------
    selection
        The cuts.
    binnings
        Bins of the observables to histogram.
    """

    selection: Selection
    binnings: Mapping[str, Binning]

    def __call__(self, chunk: Chunk) -> dict[str, Any]:
        """Return ``cutflow`` and ``observables``, which add across chunks."""
        masks = self.selection.masks(chunk.columns)
        cuts = zip(self.selection.names, self.selection.cuts, strict=True)
        own = {label: cut.observable for label, cut in cuts}
        return {
            "cutflow": count(chunk.dataset, masks, chunk.weight),
            "observables": fill(
                chunk.dataset, chunk.columns, masks, chunk.weight, self.binnings, own
            ),
        }
