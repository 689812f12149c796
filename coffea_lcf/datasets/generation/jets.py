"""Anti-kT jets of a batch of events, with the candidates inside each jet."""

from __future__ import annotations

from typing import Any

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.extras import require
from coffea_lcf.datasets.generation.processes import JetWindow
from coffea_lcf.errors import NonFiniteError


def cluster_sequence(particles: ak.Array, algorithm: str, radius: float) -> Any:
    """Return the fastjet cluster sequence of each list of particles.

    Parameters
    ----------
    particles
        Four-momentum records, one list per event or per jet.
    algorithm
        ``antikt``, ``kt`` or ``cambridge``.
    radius
        Radius parameter.

    Raises
    ------
    MissingExtraError
        fastjet is not installed.
    NonFiniteError
        A momentum is not finite: fastjet would not raise, it would kill the interpreter.
    """
    fastjet = require("fastjet")
    cartesian = ak.zip(
        {"px": particles.px, "py": particles.py, "pz": particles.pz, "E": particles.E},
        with_name="Momentum4D",
    )
    for component in ak.fields(cartesian):
        finite = np.isfinite(ak.to_numpy(ak.flatten(cartesian[component])))
        if not finite.all():
            msg = (
                f"{np.count_nonzero(~finite)} of {len(finite)} particles have a {component} that "
                f"is not finite\n  where      jet finding ({algorithm}, R = {radius})"
            )
            raise NonFiniteError(msg)
    definition = fastjet.JetDefinition(getattr(fastjet, f"{algorithm}_algorithm"), radius)
    return fastjet.ClusterSequence(ak.to_packed(cartesian), definition)


def find_jets(candidates: ak.Array, radius: float, min_pt: float) -> ak.Array:
    """Cluster the candidates of each event into anti-kT jets above `min_pt` (GeV).

    Returns
    -------
    ak.Array
        Jets in falling pt with the fields pt, eta, phi, mass and constituents, the indices of
        their candidates in the event.
    """
    sequence = cluster_sequence(candidates, "antikt", radius)
    found = sequence.inclusive_jets(min_pt)
    jets = ak.zip(
        {
            "pt": found.pt,
            "eta": found.eta,
            "phi": found.phi,
            "mass": np.maximum(found.mass, 0.0),
            "constituents": sequence.constituent_index(min_pt),
        },
        with_name="Momentum4D",
        depth_limit=2,
    )
    return jets[ak.argsort(jets.pt, axis=1, ascending=False, stable=True)]


def in_window(jets: ak.Array, window: JetWindow) -> ak.Array:
    """Return the mask of the jets inside `window`; they need the field nMatchedPartons."""
    low, high = window.pt
    return (
        (jets.pt > low)
        & (jets.pt < high)
        & (abs(jets.eta) < window.abs_eta)
        & (jets.nMatchedPartons >= window.min_partons)
    )


def constituents(candidates: ak.Array, jets: ak.Array) -> ak.Array:
    """Return the candidates of each jet in falling pt, one list per jet of the whole batch."""
    per_event = candidates[ak.flatten(jets.constituents, axis=2)]
    sizes = ak.flatten(ak.num(jets.constituents, axis=2))
    per_jet = ak.unflatten(ak.flatten(per_event), sizes)
    return per_jet[ak.argsort(per_jet.pt, axis=1, ascending=False, stable=True)]
