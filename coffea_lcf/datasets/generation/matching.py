"""Which partons of the hard process lie inside which jet."""

from __future__ import annotations

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.partons import OUTGOING, RESONANCE


def match(jets: ak.Array, hard: ak.Array, radius: float, resonance: int) -> ak.Array:
    """Add matchedId and nMatchedPartons to the jets of each event.

    With a resonance, nMatchedPartons is the largest number of partons of one such particle
    within `radius` of the jet, and matchedId its PDG code where all of them are, else 0. Without,
    they are the number of hard partons within `radius` and the |pdgId| of the nearest, 0 if none.

    Parameters
    ----------
    jets, hard
        Jets and the hard process (see `partons`) of each event.
    radius
        Largest distance in (eta, phi).
    resonance
        PDG code without sign; 0 for QCD.
    """
    partons = hard[hard.status == OUTGOING]
    distance = jets[:, :, None].deltaR(partons[:, None, :])
    if resonance:
        count, matched = _decay_inside(distance < radius, partons, hard, resonance)
    else:
        count, matched = _nearest_parton(distance, partons, radius)
    jets = ak.with_field(jets, ak.values_astype(matched, np.int16), "matchedId")
    return ak.with_field(jets, ak.values_astype(count, np.int16), "nMatchedPartons")


def _decay_inside(
    inside: ak.Array, partons: ak.Array, hard: ak.Array, resonance: int
) -> tuple[ak.Array, ak.Array]:
    roots = ak.local_index(hard)[(hard.status == RESONANCE) & (abs(hard.pdgId) == resonance)]
    of_root = partons.root[:, None, :] == roots[:, :, None]
    # axes: event, jet, resonance, parton
    counts = ak.sum(inside[:, :, None, :] & of_root[:, None, :, :], axis=3)
    decays = ak.sum(of_root, axis=2)[:, None, :]
    merged = ak.any((counts == decays) & (decays > 0), axis=2)
    return ak.fill_none(ak.max(counts, axis=2), 0), ak.where(merged, resonance, 0)


def _nearest_parton(
    distance: ak.Array, partons: ak.Array, radius: float
) -> tuple[ak.Array, ak.Array]:
    code = ak.broadcast_arrays(abs(partons.pdgId)[:, None, :], distance)[0]
    nearest = ak.firsts(code[ak.argmin(distance, axis=2, keepdims=True)], axis=2)
    count = ak.sum(distance < radius, axis=2)
    return count, ak.where(count > 0, ak.fill_none(nearest, 0), 0)
