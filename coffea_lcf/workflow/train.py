"""Step before the first: train the networks whose scores are observables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import NETWORKS, Analysis, digest_of
from coffea_lcf.workflow.network import WRITTEN, most_constituents, train_network, untrained
from coffea_lcf.workflow.network_history import summary
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.workflow.tabulate import storing
from coffea_lcf.workflow.training_columns import collect_columns, of_columns
from coffea_lcf.workflow.training_jets import STEP, collect_jets, of_jets

if TYPE_CHECKING:
    from coffea_lcf.training.on_jets import TrainingJets
    from coffea_lcf.workflow.network import Lesson, Network

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
    # a branch can be given another name
    taken = {name: str(analysis.config.observables[name]) for name in section.observables}
    return key(own, analysis.loaded.digest(*SECTIONS), code, files, split, taken)


def _work(analysis: Analysis, identities: Mapping[str, str], force: bool) -> dict[str, Any]:
    models = {name: untrained(analysis, name) for name in identities}
    finished = {} if force else _finished(analysis, identities)
    lesson = _lessons(analysis, models, key(dict(identities)))
    for name, identity in identities.items():
        if name not in finished:
            finished[name] = train_network(analysis, name, models[name], lesson(name), identity)
    return {"networks": {name: summary(finished[name]) for name in identities}}


def _lessons(
    analysis: Analysis, models: Mapping[str, Network], identity: str
) -> Callable[[str], Lesson]:
    """Return what gives the network of a name what it learns from.

    Events are read when they are asked for, and once: for all `models`, so that chunks that
    are kept serve whichever is still to be trained.
    """
    from coffea_lcf.models.multibody import MultiBody

    sections = analysis.config.trained

    @cache
    def jets() -> TrainingJets:
        everything = any(one.train_on == "all" for one in sections.values())
        labels = {"signal", "background"} if everything else {"background"}
        return collect_jets(analysis, most_constituents(models.values()), labels, identity)

    @cache
    def columns() -> ObservableTable:
        names = {name for one in sections.values() for name in one.observables}
        return collect_columns(analysis, names, key(identity, "columns"))

    def lesson(name: str) -> Lesson:
        model = models[name]
        if isinstance(model, MultiBody):
            return of_columns(sections[name], columns())
        return of_jets(sections[name], jets().leading(model.constituents))

    return lesson


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
