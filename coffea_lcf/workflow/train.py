"""Step before the first: train the networks whose scores are observables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.completeness import Report
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import NETWORKS, Analysis, digest_of
from coffea_lcf.workflow.network import WRITTEN, most_constituents, train_network, untrained
from coffea_lcf.workflow.network_history import summary
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, is_complete, perform
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
    histories = {} if force else _written(analysis, identities)
    lesson = _lessons(analysis, models, key(dict(identities)))
    for name, identity in identities.items():
        if name in histories and is_complete(histories[name]):
            continue
        events, came = lesson(name)
        # of the same part of the input it is the same network
        if name not in histories or histories[name]["completeness"] != came:
            whole = key(identity, came)
            histories[name] = train_network(analysis, name, models[name], events, whole, came)
    lacking = [one for one in histories.values() if not is_complete(one)]
    return {
        "networks": {name: summary(histories[name]) for name in identities},
        "completeness": [*lacking, *histories.values()][0]["completeness"],
    }


def _lessons(
    analysis: Analysis, models: Mapping[str, Network], identity: str
) -> Callable[[str], tuple[Lesson, list[dict[str, Any]]]]:
    """Return what gives the network of a name what it learns from, and how complete that is.

    Events are read when they are asked for, and once: for all `models`, so that chunks that
    are kept serve whichever is still to be trained.
    """
    from coffea_lcf.models.multibody import MultiBody

    sections = analysis.config.trained

    @cache
    def jets() -> tuple[TrainingJets, Report]:
        everything = any(one.train_on == "all" for one in sections.values())
        labels = {"signal", "background"} if everything else {"background"}
        return collect_jets(analysis, most_constituents(models.values()), labels, identity)

    @cache
    def columns() -> tuple[ObservableTable, Report]:
        names = {name for one in sections.values() for name in one.observables}
        return collect_columns(analysis, names, key(identity, "columns"))

    def lesson(name: str) -> tuple[Lesson, list[dict[str, Any]]]:
        model, section = models[name], sections[name]
        if isinstance(model, MultiBody):
            table, report = columns()
            own: Lesson = of_columns(section, table)
        else:
            found, report = jets()
            own = of_jets(section, found.leading(model.constituents))
        return own, [one.to_document() for one in report]

    return lesson


def _written(analysis: Analysis, identities: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the histories of the networks that were trained before, on what came of the input."""
    found = {}
    for name, identity in identities.items():
        path = analysis.network_file(name)
        try:
            history = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # none yet, or cut short: it is trained
        whole = key(identity, history.get("completeness"))
        if history.get("identity") == whole and path.is_file():
            found[name] = history
    return found
