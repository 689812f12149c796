"""What systematic variations do to the yields behind the last cut."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from coffea_lcf.cutflow.cutflow import Cutflow
from coffea_lcf.cutflow.normalisation import Normalisation
from coffea_lcf.significance import asimov


@dataclass(frozen=True)
class VariedYields:
    """Expected yields behind the last cut.

    Attributes
    ----------
    variation
        Name of the variation.
    signal, background
        Expected events.
    asimov
        Their Asimov significance; 0 where it is not defined, without any event.
    """

    variation: str
    signal: float
    background: float
    asimov: float


def varied_yields(
    variations: Mapping[str, Cutflow],
    normalisations: Mapping[str, Normalisation],
    background_uncertainty: float = 0.0,
) -> tuple[VariedYields, ...]:
    """Return the yields of each variation, in the order given.

    The generated Σw is that of the nominal weights: a weight variation changes
    the yield, as a variation of the cross-section does.
    """
    rows = []
    for name, flow in variations.items():
        total = {"signal": 0.0, "background": 0.0}
        for dataset in flow.datasets:
            one = normalisations[dataset]
            total[one.role] += float(flow.sumw(dataset)[-1]) * one.scale
        z = float(asimov(total["signal"], total["background"], background_uncertainty))
        defined = 0.0 if math.isnan(z) else z
        rows.append(VariedYields(name, total["signal"], total["background"], defined))
    return tuple(rows)


def spread(nominal: VariedYields, varied: tuple[VariedYields, ...]) -> float:
    """Return the spread of Z: the larger shift of each systematic, added in quadrature.

    Variations ``NAME_up`` and ``NAME_down`` belong to one systematic.
    """
    largest: dict[str, float] = {}
    for one in varied:
        systematic = one.variation.removesuffix("_up").removesuffix("_down")
        shift = abs(one.asimov - nominal.asimov)
        largest[systematic] = max(largest.get(systematic, 0.0), shift)
    return math.hypot(*largest.values())
