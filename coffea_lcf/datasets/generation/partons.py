"""The hard process of each event: resonances, their decay partons, and who contains whom.

Pythia keeps every copy of a particle. The copy with |status| 22 of a W or top has the momentum
before initial-state radiation, so a resonance is given here the summed momentum of the partons
it decays to (|status| 23).
"""

from __future__ import annotations

import awkward as ak
import numpy as np
import numpy.typing as npt

from coffea_lcf.datasets.generation.particles import records

Integers = npt.NDArray[np.int64]

INCOMING, RESONANCE, OUTGOING = 21, 22, 23
BEAM = 12


def hard_process(events: ak.Array) -> ak.Array:
    """Return resonances and outgoing partons of the hard process.

    Returns
    -------
    ak.Array
        Per event, in the order of the event record: pt, eta, phi, mass (GeV), pdgId, status
        (22 resonance, 23 parton), genPartIdxMother (the resonance it comes from) and root (the
        first resonance of that line); both are indices into the same list, -1 where there is
        none.
    """
    record = events.prt
    first = _starts(ak.to_numpy(ak.num(record)))
    flat = ak.flatten(record)
    status = np.abs(ak.to_numpy(flat.status))
    row = np.flatnonzero((status == RESONANCE) | (status == OUTGOING))
    event = np.searchsorted(first, row, side="right") - 1
    position = np.full(len(status) + 1, -1)
    position[row] = np.arange(len(row))
    mother = position[_resonance_above(row, first[event], ak.to_numpy(flat.mother1), status)]
    root = _root(mother)
    p4 = np.stack([ak.to_numpy(flat.p[axis])[row] for axis in ("px", "py", "pz", "e")], axis=1)
    p4 = _sum_decays(p4, mother, status[row] == OUTGOING)
    counts = np.bincount(event, minlength=len(events))
    offset = _starts(counts)[event]
    local = {
        name: np.where(index < 0, -1, index - offset)
        for name, index in (("genPartIdxMother", mother), ("root", root))
    }
    return ak.unflatten(
        records(**_cylindrical(p4), pdgId=ak.to_numpy(flat.id)[row], status=status[row], **local),
        counts,
    )


def _starts(counts: Integers) -> Integers:
    return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)


def _resonance_above(
    row: Integers, first: Integers, mother1: Integers, status: Integers
) -> Integers:
    """Climb over the copies of a particle to the resonance it comes from; the last row if none."""
    none = len(status)
    current = first + mother1[row]
    while True:
        copy = ~np.isin(status[current], (BEAM, INCOMING, RESONANCE)) & (mother1[current] > 0)
        if not copy.any():
            return np.where(status[current] == RESONANCE, current, none)
        current[copy] = (first + mother1[current])[copy]


def _root(mother: Integers) -> Integers:
    root = mother.copy()
    while (higher := (root >= 0) & (mother[root] >= 0)).any():
        root[higher] = mother[root[higher]]
    return root


def _sum_decays(
    p4: npt.NDArray[np.float64], mother: Integers, outgoing: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    total = np.where(outgoing[:, None], p4, 0.0)
    above = np.where(outgoing, mother, -1)
    while (above >= 0).any():
        np.add.at(total, above[above >= 0], p4[above >= 0])
        above = np.where(above >= 0, mother[above], -1)
    return total


def _cylindrical(p4: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    px, py, pz, energy = p4.T
    pt = np.hypot(px, py)
    mass2 = energy**2 - pt**2 - pz**2
    return {
        "pt": pt,
        "eta": np.arcsinh(pz / np.maximum(pt, 1e-9)),
        "phi": np.arctan2(py, px),
        "mass": np.sqrt(np.maximum(mass2, 0.0)),
    }
