"""One network of a configuration: made, trained, and written with its history."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis, checkpoint_folder
from coffea_lcf.workflow.progress import epochs_bar
from coffea_lcf.workflow.training_jets import STEP
from coffea_lcf.writing import write_json, write_text

if TYPE_CHECKING:
    from coffea_lcf.models.tagger import Tagger
    from coffea_lcf.training.network_state import NetworkHistory
    from coffea_lcf.training.on_jets import TrainingJets

WRITTEN = (".pt", ".json", ".svg")
"""What is kept of a network: itself, the history of its training, and that as a picture."""


def untrained(analysis: Analysis, name: str) -> Tagger:
    """Return the network `name` before its training.

    Raises
    ------
    ConfigError
        If there can be no such network, or an observable asks for what it does not have.
    """
    from coffea_lcf.inference.anomaly import output_of
    from coffea_lcf.models.build import new_network

    section = analysis.config.networks[name]
    try:
        model = new_network(section.architecture, section.hyperparameters, section.seed)
        for one in analysis.config.observables.values():
            if one is not None and one.network == name and one.output is not None:
                output_of(model, one.output)
    except ConfigError as error:
        msg = f"{analysis.loaded.path.name}: networks.{name}: {error}"
        raise ConfigError(msg) from error
    return model


def train_network(
    analysis: Analysis, name: str, model: Tagger, jets: TrainingJets, identity: str
) -> dict[str, Any]:
    """Train the network `name`, write it, and return its history.

    Parameters
    ----------
    analysis
        The configuration.
    name
        Of the network.
    model
        The network itself, which changes.
    jets
        The jets of the training events.
    identity
        Hash of what the network depends on; a training of the same that was interrupted
        goes on.

    Raises
    ------
    LCFError
        If it cannot be trained, or written.
    """
    from coffea_lcf.models.file import save_model
    from coffea_lcf.training.device import resolve_device
    from coffea_lcf.training.network_recipe import NetworkRecipe
    from coffea_lcf.training.on_jets import train_on_jets

    section = analysis.config.networks[name]
    recipe = NetworkRecipe(**section.recipe.model_dump())
    own = _of(section, jets.leading(model.constituents))
    learned, unseen = own.split(section.validation_fraction, section.seed)
    start = time.process_time()
    with epochs_bar(f"training {name}", recipe.epochs, analysis.progress) as progress:
        history = train_on_jets(
            model.to(resolve_device(section.device)),
            learned,
            unseen,
            recipe,
            seed=section.seed,
            checkpoint=checkpoint_folder(analysis.output, STEP) / f"{name}-{identity}.pt",
            progress=lambda so_far: progress(len(so_far.loss)),
        )
    document = {
        "identity": identity,
        "architecture": section.architecture,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "jets": len(learned),
        "validation_jets": 0 if unseen is None else len(unseen),
        "cpu_seconds": round(time.process_time() - start, 1),
        "best_epoch": history.best_epoch,
        "loss": history.loss,
        "validation_loss": history.held_out,
    }
    path = analysis.network_file(name)
    save_model(path, model, document)
    write_text(path.with_suffix(".svg"), _picture(history))
    # last, because it tells that the network is finished
    write_json(path.with_suffix(".json"), document)
    return document


def summary(history: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a network: the losses of the epoch that was kept."""
    kept = history["best_epoch"] - 1
    validation = history["validation_loss"]
    return {
        **history,
        "epochs": len(history["loss"]),
        "loss": history["loss"][kept],
        "validation_loss": validation[kept] if validation else None,
    }


def told(one: Mapping[str, Any]) -> str:
    """Return the `summary` of a network as text."""
    validation = one["validation_loss"]
    unseen = "" if validation is None else f", {validation:.4g} on {one['validation_jets']} others"
    return (
        f"{one['architecture']} with {one['parameters']} parameters, {one['cpu_seconds']} CPU s\n"
        f"epoch {one['best_epoch']} of {one['epochs']} kept: "
        f"loss {one['loss']:.4g} on {one['jets']} jets{unseen}\n"
    )


def _of(section: NetworkSection, jets: TrainingJets) -> TrainingJets:
    """Return the jets that a network learns from, those of both labels weighing alike.

    Those without constituents, or with momenta that are not finite, are left out.
    """
    rows = jets.cloud.usable()
    if section.train_on == "background":
        return jets.select(rows & ~jets.label)
    own = jets if rows.all() else jets.select(rows)
    return replace(own, weight=ObservableTable({}, own.label, own.weight).balanced().weight)


def _picture(history: NetworkHistory) -> str:
    """Return the losses of the epochs as SVG."""
    from coffea_lcf import plotting

    loss, validation = np.array([history.loss]).T, np.array([history.held_out]).T
    figure = plotting.history(
        np.arange(1.0, len(loss) + 1), loss, validation if len(validation) else None
    )
    figure.axes[0].set_xlabel("epoch")
    return plotting.to_svg(figure)
