"""What a fit returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.selection import Selection


@dataclass(frozen=True)
class FitResult:
    """The outcome of `coffea_lcf.fit`.

    Attributes
    ----------
    selection
        The learned hard cuts, after the fixed ones.
    importance, importance_spread
        Learned importance by observable, in [0, 1] and summing to 1, and its
        standard deviation over repeats. Only the product of slope and importance
        enters the loss: read it beside the N-1 column of the cut-flow.
    history
        ``step`` ``(E,)``, ``loss`` ``(E, R)`` and, with validation events,
        ``val_loss`` ``(E, R)``.
    repeats
        The selection of each repeat.
    metrics
        Figures on the validation events, or on the training events if there
        are none; see `coffea_lcf.evaluation.evaluate`.
    settings
        Strategy, seed, recipe and device, as plain JSON values.
    selections
        The selections of all working points, in the order asked for; the first is
        `selection`.
    """

    selection: Selection
    importance: Mapping[str, float]
    importance_spread: Mapping[str, float]
    history: Mapping[str, NDArray[np.float64]]
    repeats: tuple[Selection, ...]
    metrics: Mapping[str, float]
    settings: Mapping[str, Any]
    selections: tuple[Selection, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "selections", self.selections or (self.selection,))

    def to_document(self) -> dict[str, Any]:
        """Return the result without its selections as plain JSON values."""
        return {
            "importance": dict(self.importance),
            "importance_spread": dict(self.importance_spread),
            "history": {name: values.tolist() for name, values in self.history.items()},
            "metrics": {name: one for name, one in self.metrics.items() if math.isfinite(one)},
            "settings": dict(self.settings),
        }

    def __str__(self) -> str:
        """Return the selection and its figures."""
        figures = ", ".join(
            f"{name.replace('_', ' ')} {self.metrics[name]:.4f}"
            for name in ("accuracy", "signal_efficiency", "background_efficiency")
        )
        return f"{self.selection}\n  {figures}"
