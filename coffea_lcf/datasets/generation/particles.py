"""Particles as awkward records: one list per event, or flat with an ``event`` column.

Every particle, candidate and parton is a ``Momentum4D`` record of `vector` with the fields pt,
eta, phi, mass (GeV), pdgId and charge. Vectorised code wants them flat; jets want them by event.
"""

from __future__ import annotations

import awkward as ak
import numpy as np
import vector

vector.register_awkward()

FIELDS = ("pt", "eta", "phi", "mass", "pdgId", "charge")


def records(**columns: object) -> ak.Array:
    """Zip columns, pt, eta, phi and mass among them, into four-momentum records."""
    return ak.zip(columns, with_name="Momentum4D")


def flatten(particles: ak.Array) -> ak.Array:
    """Drop the event structure and keep it as the integer column ``event``."""
    event = np.repeat(np.arange(len(particles)), ak.to_numpy(ak.num(particles)))
    return ak.with_field(ak.flatten(particles), event, "event")


def by_event(flat: ak.Array, events: int) -> ak.Array:
    """Undo :func:`flatten`, in falling pt inside each event; the column ``event`` goes."""
    order = np.lexsort((-ak.to_numpy(flat.pt), ak.to_numpy(flat.event)))
    counts = np.bincount(ak.to_numpy(flat.event), minlength=events)
    return ak.unflatten(ak.without_field(flat[order], "event"), counts)
