"""Pythia events as arrays: the stable particles and the neutrinos of each event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.extras import require
from coffea_lcf.datasets.generation.particles import records
from coffea_lcf.datasets.generation.processes import COMMON, Process
from coffea_lcf.errors import ConfigError, IncompleteError

BATCH = 250
"""Events per call of Pythia. Part of what a seed means: the detector draws once per batch."""

NEUTRINOS = (12, 14, 16)

MILLIBARN = 1e9
"""One millibarn in picobarn."""


def start(process: Process, seed: int) -> Any:
    """Return an initialised ``pythia8mc.Pythia``.

    Raises
    ------
    MissingExtraError
        pythia8mc is not installed.
    ConfigError
        Pythia refuses a setting, or cannot start with all of them.
    """
    pythia = require("pythia8mc").Pythia("", False)
    for setting in (*COMMON, f"Random:seed = {seed}", *process.settings):
        if not pythia.readString(setting):
            msg = f"Pythia refuses the setting {setting!r} of process {process.name!r}"
            raise ConfigError(msg)
    if not pythia.init():
        msg = f"Pythia cannot start with the settings of process {process.name!r}"
        raise ConfigError(msg)
    return pythia


def batches(pythia: Any) -> Iterator[ak.Array]:
    """Yield batches of events without end; events that Pythia gives up on are skipped.

    Raises
    ------
    IncompleteError
        Pythia delivers no event any more.
    """
    while True:
        events = pythia.nextBatch(BATCH)
        if len(events) == 0:
            msg = f"Pythia delivered none of {BATCH} events; its own messages say why"
            raise IncompleteError(msg)
        yield events


def cross_section_pb(pythia: Any) -> float:
    """Return the cross section of the process in its pt-hat window, decays included, in pb."""
    return float(pythia.infoPython().sigmaGen()) * MILLIBARN


def stable_particles(events: ak.Array, pythia: Any) -> ak.Array:
    """Return the stable particles with pt > 0 of each event, neutrinos among them.

    Pythia emits an occasional photon of zero momentum. It has no direction, and one such
    particle would crash the jet finder, which takes no numbers that are not finite.
    """
    momentum = events.prt.p
    moving = (momentum.px != 0) | (momentum.py != 0)
    final = events.prt[(events.prt.status > 0) & moving]
    pt = np.hypot(final.p.px, final.p.py)
    return records(
        pt=pt,
        eta=np.arcsinh(final.p.pz / pt),
        phi=np.arctan2(final.p.py, final.p.px),
        mass=final.m,
        pdgId=final.id,
        charge=_charge(final.id, pythia),
    )


def is_neutrino(particles: ak.Array) -> ak.Array:
    """Return the mask of the particles that no detector sees."""
    pdg_id = abs(particles.pdgId)
    return (pdg_id == NEUTRINOS[0]) | (pdg_id == NEUTRINOS[1]) | (pdg_id == NEUTRINOS[2])


def _charge(pdg_id: ak.Array, pythia: Any) -> ak.Array:
    kinds, kind = np.unique(ak.to_numpy(ak.flatten(pdg_id)), return_inverse=True)
    charges = [round(pythia.particleData.charge(int(code))) for code in kinds]
    return ak.unflatten(np.array(charges, dtype=np.int8)[kind], ak.num(pdg_id))
