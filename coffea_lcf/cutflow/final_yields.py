"""Yields behind the last cut of several cut-flows: of variations, or of regions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coffea_lcf.cutflow.cutflow import Cutflow
from coffea_lcf.cutflow.normalisation import Normalisation
from coffea_lcf.significance import asimov


@dataclass(frozen=True)
class FinalYields:
    """Expected yields behind the last cut.

    Attributes
    ----------
    name
        Of the variation or region.
    signal, background
        Expected events.
    asimov
        Their Asimov significance; 0 without any event, infinite without background.
    """

    name: str
    signal: float
    background: float
    asimov: float

    def to_document(self) -> dict[str, Any]:
        """Return plain JSON values; JSON has no infinity, which is null there."""
        return {**asdict(self), "asimov": self.asimov if math.isfinite(self.asimov) else None}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FinalYields:
        """Return what `to_document` wrote."""
        z = document["asimov"]
        return cls(**{**document, "asimov": math.inf if z is None else z})


def together(yields: Sequence[FinalYields]) -> float:
    """Return the significances added in quadrature: of regions that share no events."""
    return math.hypot(*(one.asimov for one in yields))


def final_yields(
    flows: Mapping[str, Cutflow],
    normalisations: Mapping[str, Normalisation],
    background_uncertainty: float = 0.0,
) -> tuple[FinalYields, ...]:
    """Return the yields of each cut-flow, in the order given.

    The generated Σw is that of the nominal weights: a weight variation changes
    the yield, as a variation of the cross-section does.
    """
    rows = []
    for name, flow in flows.items():
        total = {"signal": 0.0, "background": 0.0}
        for dataset in flow.datasets:
            one = normalisations[dataset]
            total[one.role] += float(flow.sumw(dataset)[-1]) * one.scale
        z = float(asimov(total["signal"], total["background"], background_uncertainty))
        defined = 0.0 if math.isnan(z) else z
        rows.append(FinalYields(name, total["signal"], total["background"], defined))
    return tuple(rows)
