"""What systematic variations do to the significance."""

from __future__ import annotations

import math

from coffea_lcf.cutflow.final_yields import FinalYields


def spread(nominal: FinalYields, varied: tuple[FinalYields, ...]) -> float:
    """Return the spread of Z: the larger shift of each systematic, added in quadrature.

    Variations ``NAME_up`` and ``NAME_down`` belong to one systematic. Of a significance without
    limit there is none: NaN.
    """
    if not math.isfinite(nominal.asimov):
        return math.nan
    largest: dict[str, float] = {}
    for one in varied:
        systematic, _, _ = one.name.rpartition("_")
        shift = abs(one.asimov - nominal.asimov)
        largest[systematic] = max(largest.get(systematic, 0.0), shift)
    return math.hypot(*largest.values())
