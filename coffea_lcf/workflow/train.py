"""Step before the first: train the networks whose scores are observables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.workflow.analysis import NETWORKS, Analysis, digest_of
from coffea_lcf.workflow.network import WRITTEN, summary, train_network, untrained
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.workflow.tabulate import storing
from coffea_lcf.workflow.training_jets import STEP, collect_jets

SECTIONS = ("datasets", "processor", "schema", "tree", "weight", "network_fraction")


def train(analysis: Analysis, force: bool = False) -> Step:
    """Train the networks that observables use, each once for the same input.

    The events that the cuts are judged on are left out, see
    `coffea_lcf.workflow.training_jets.training_rows`. A training that was interrupted goes
    on after its last epoch.

    Raises
    ------
    LCFError
        If no observable uses a network, a network cannot be made or trained, or an input or
        output fails.
    """
    networks = analysis.config.trained
    if not networks:
        msg = f"{analysis.loaded.path.name}: no observable is of a network of this file\n"
        msg += "  say  networks: {NAME: {architecture: pfin}}  and  "
        msg += "observables: {NAME: {network: NAME}}"
        raise ConfigError(msg)
    identities = {name: _identity(analysis, one) for name, one in networks.items()}
    outputs = [f"{NETWORKS}/{name}{ending}" for name in networks for ending in WRITTEN]
    return perform(
        analysis,
        STEP,
        key(identities),
        lambda _: outputs,
        lambda: _work(analysis, identities, force),
        force,
    )


def _identity(analysis: Analysis, section: NetworkSection) -> str:
    """Return the hash of what a network depends on; not of the device it is trained on."""
    files = [(info.path, info.uuid, info.entries) for info in analysis.files]
    own = section.model_dump(mode="json", exclude={"device"})
    fit, code = analysis.config.fit, digest_of(analysis.sources())
    split = (fit.test_fraction, fit.seed, storing(analysis))
    return key(own, analysis.loaded.digest(*SECTIONS), code, files, split)


def _work(analysis: Analysis, identities: Mapping[str, str], force: bool) -> dict[str, Any]:
    models = {name: untrained(analysis, name) for name in identities}
    finished = {} if force else _finished(analysis, identities)
    if len(finished) < len(models):
        sections = analysis.config.trained.values()
        everything = any(one.train_on == "all" for one in sections)
        # of all networks, so that chunks that are kept serve whichever is still to be trained
        jets = collect_jets(
            analysis,
            max(model.constituents for model in models.values()),
            {"signal", "background"} if everything else {"background"},
            key(dict(identities)),
        )
    for name, identity in identities.items():
        if name not in finished:
            finished[name] = train_network(analysis, name, models[name], jets, identity)
    return {"networks": {name: summary(finished[name]) for name in identities}}


def _finished(analysis: Analysis, identities: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the histories of the networks that were trained before on the same input."""
    found = {}
    for name, identity in identities.items():
        path = analysis.network_file(name)
        try:
            history = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # none yet, or cut short: it is trained
        if history.get("identity") == identity and path.is_file():
            found[name] = history
    return found
