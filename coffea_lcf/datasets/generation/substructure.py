"""Substructure observables of jets, all computed by fastjet and its contributed packages.

N-subjettiness: arXiv:1011.2268, energy correlators C2: arXiv:1305.0007, D2: arXiv:1409.6298,
N2: arXiv:1609.07483, soft drop: arXiv:1402.2657, trimming: arXiv:0912.1342.
"""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt

from coffea_lcf.datasets.generation.jets import cluster_sequence
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.errors import ConfigError

Floats = npt.NDArray[np.float64]

WHOLE_JET = 10.0
"""A radius at which the Cambridge-Aachen algorithm makes one jet of all constituents."""

# fastjet takes an unknown name silently for its default measure or axes
MEASURE, AXES = "NormalizedMeasure", "OnePass_WTA_KT_Axes"

SOFT_DROP_CUT = 0.1


def substructure(
    constituents: ak.Array, radius: float, trim_radius: float, trim_fraction: float
) -> dict[str, Floats]:
    """Compute every substructure column of a list of jets.

    Parameters
    ----------
    constituents
        Four-momentum records, one list of at least one constituent per jet.
    radius
        Radius of the jets, the normalisation of N-subjettiness and of soft drop.
    trim_radius, trim_fraction
        See `trim`.

    Returns
    -------
    dict
        Columns (n_jets,): msoftdrop, trimPt and trimMass in GeV; tau1-4, C2 and D2 (beta = 1, 2)
        of all constituents; tau1-2, C2 and D2 of the trimmed jet; n2b1 of the soft-drop jet. For
        fewer than three constituents C2 and D2 are 0, and n2b1 is -1 as in NanoAOD.
    """
    whole = _whole_jet(constituents)
    groomed_mass, groomed = soft_drop(whole, radius)
    trimmed = trim(constituents, trim_radius, trim_fraction)
    trimmed_sum = _sum(trimmed)
    trimmed_whole = _whole_jet(trimmed)
    correlators = {**_correlators(whole), **_trimmed_names(_correlators(trimmed_whole))}
    return {
        "msoftdrop": groomed_mass,
        **_subjettinesses(whole, radius, 4),
        **correlators,
        "n2b1": np.where(
            ak.to_numpy(ak.num(groomed)) > 2, correlator(_whole_jet(groomed), "n2", 1.0), -1.0
        ),
        "trimPt": ak.to_numpy(trimmed_sum.pt),
        "trimMass": np.maximum(ak.to_numpy(trimmed_sum.mass), 0.0),
        **_trimmed_names(_subjettinesses(trimmed_whole, radius, 2)),
    }


def soft_drop(whole: Any, radius: float) -> tuple[Floats, ak.Array]:
    """Groom with soft drop (beta = 0, z > 0.1); return the mass in GeV and what is left."""
    groomed = whole.exclusive_jets_softdrop_grooming(
        njets=1, beta=0.0, symmetry_cut=SOFT_DROP_CUT, R0=radius
    )
    left = ak.with_name(groomed.constituents, "Momentum4D")
    return np.maximum(ak.to_numpy(groomed.msoftdrop), 0.0), left


def trim(constituents: ak.Array, trim_radius: float, trim_fraction: float) -> ak.Array:
    """Keep the constituents of the kT subjets above `trim_fraction` of the pt of the jet.

    At least the hardest subjet stays, so that no jet becomes empty.
    """
    sequence = cluster_sequence(constituents, "kt", trim_radius)
    subjet_pt = sequence.inclusive_jets().pt
    hardest = ak.max(subjet_pt, axis=1, mask_identity=False)
    threshold = np.minimum(trim_fraction * _sum(constituents).pt, hardest)
    kept = sequence.constituent_index()[subjet_pt >= threshold]
    return constituents[ak.sort(ak.flatten(kept, axis=2), axis=1)]


def correlator(whole: Any, name: str, beta: float) -> Floats:
    """Return the energy correlator ``c2``, ``d2`` or ``n2`` of each jet; 0 where it is 0/0.

    Raises
    ------
    ConfigError
        Another name: fastjet would not raise, it would kill the interpreter.
    """
    if name not in ("c2", "d2", "n2"):
        msg = f"energy correlator {name!r} is none of c2, d2, n2"
        raise ConfigError(msg)
    values = whole.exclusive_jets_energy_correlator(njets=1, beta=beta, func=name)
    return np.asarray(np.nan_to_num(ak.to_numpy(values), posinf=0.0, neginf=0.0))


def _whole_jet(constituents: ak.Array) -> Any:
    return cluster_sequence(constituents, "cambridge", WHOLE_JET)


def _sum(constituents: ak.Array) -> ak.Array:
    components = {
        "px": constituents.px, "py": constituents.py, "pz": constituents.pz, "E": constituents.E
    }  # fmt: skip
    return records(**{name: ak.sum(values, axis=1) for name, values in components.items()})


def _subjettinesses(whole: Any, radius: float, count: int) -> dict[str, Floats]:
    numbers = list(range(1, count + 1))
    tau = whole.njettiness(
        measure_definition=MEASURE, axes_definition=AXES, njets=numbers, beta=1.0, R0=radius
    )
    return {f"tau{n}": column for n, column in zip(numbers, ak.to_numpy(tau).T, strict=True)}


def _correlators(whole: Any) -> dict[str, Floats]:
    return {
        f"{name.upper()}b{beta}": correlator(whole, name, float(beta))
        for name in ("c2", "d2")
        for beta in (1, 2)
    }


def _trimmed_names(columns: dict[str, Floats]) -> dict[str, Floats]:
    return {f"trim{name[0].upper()}{name[1:]}": values for name, values in columns.items()}
