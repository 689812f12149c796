"""One network of a configuration: made, trained, and written with its history."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.workflow.analysis import Analysis, checkpoint_folder
from coffea_lcf.workflow.network_history import UNSHRUNK, picture, training_document
from coffea_lcf.workflow.progress import epochs_bar
from coffea_lcf.workflow.training_jets import STEP
from coffea_lcf.writing import write_json, write_text

if TYPE_CHECKING:
    from torch import nn

    from coffea_lcf.models.multibody import MultiBody
    from coffea_lcf.models.tagger import Tagger
    from coffea_lcf.training.network_recipe import NetworkRecipe
    from coffea_lcf.training.network_state import NetworkHistory
    from coffea_lcf.training.on_columns import TrainingColumns
    from coffea_lcf.training.on_jets import Options, TrainingJets

    Network: TypeAlias = Tagger | MultiBody
    Lesson: TypeAlias = TrainingJets | TrainingColumns

WRITTEN = (".pt", ".json", ".svg")
"""What is kept of a network: itself, the history of its training, and that as a picture."""


def untrained(analysis: Analysis, name: str) -> Network:
    """Return the network `name` before its training.

    Raises
    ------
    ConfigError
        If there can be no such network, or an observable asks for what it does not have.
    """
    from coffea_lcf.inference.anomaly import output_of
    from coffea_lcf.models.build import new_multibody, new_network

    section = analysis.config.networks[name]
    settings = (section.hyperparameters, section.seed)
    model: Network
    try:
        if section.observables:
            model = new_multibody(section.observables, *settings)
        else:
            model = new_network(section.architecture, *settings)
        for one in analysis.config.observables.values():
            if one is not None and one.network == name and one.output is not None:
                output_of(model, one.output)
    except ConfigError as error:
        msg = f"{analysis.loaded.path.name}: networks.{name}: {error}"
        raise ConfigError(msg) from error
    return model


def most_constituents(models: Iterable[Network]) -> int:
    """Return of how many constituents one of `models` takes most; 0 if they take observables."""
    from coffea_lcf.models.tagger import Tagger

    return max((one.constituents for one in models if isinstance(one, Tagger)), default=0)


def train_network(
    analysis: Analysis,
    name: str,
    model: Network,
    events: Lesson,
    identity: str,
    completeness: Sequence[Mapping[str, Any]],
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
    events
        What it learns from.
    identity
        Hash of what the network depends on; a training of the same that was interrupted
        goes on.
    completeness
        What of the input is among `events`.

    Raises
    ------
    LCFError
        If it cannot be trained, or written.
    """
    from coffea_lcf.models.file import save_model
    from coffea_lcf.training.device import resolve_device

    section = analysis.config.networks[name]
    learned, unseen = events.split(section.validation_fraction, section.seed)
    start = time.process_time()
    model = model.to(resolve_device(section.device))
    trained, losses = _trained(analysis, name, model, (learned, unseen), identity)
    document = {
        "identity": identity,
        "completeness": completeness,
        "architecture": section.architecture,
        "jets": len(learned),
        "validation_jets": 0 if unseen is None else len(unseen),
        "cpu_seconds": round(time.process_time() - start, 1),
        **losses,
    }
    path = analysis.network_file(name)
    save_model(path, trained, document)
    write_text(path.with_suffix(".svg"), picture(document))
    # last, because it tells that the network is finished
    write_json(path.with_suffix(".json"), document)
    return document


def _trained(
    analysis: Analysis,
    name: str,
    model: nn.Module,
    events: tuple[Lesson, Lesson | None],
    identity: str,
) -> tuple[nn.Module, dict[str, Any]]:
    """Return the network that is kept, and the losses of its trainings."""
    from coffea_lcf.training.network_recipe import NetworkRecipe
    from coffea_lcf.training.on_columns import train_on_columns
    from coffea_lcf.training.on_jets import train_on_jets

    section = analysis.config.networks[name]
    recipe = NetworkRecipe(**section.recipe.model_dump())
    train: Callable[..., NetworkHistory] = (
        train_on_columns if section.observables else train_on_jets
    )
    with _shown(analysis, section, f"training {name}", f"{name}-{identity}") as options:
        losses = training_document(model, train(model, *events, recipe, **options))
    if section.shrink is None:
        return model, losses
    title = f"training {name} without silent nodes"
    with _shown(analysis, section, title, f"{name}-{identity}-shrunk") as options:
        smaller, history = _shrunk(model, *events, recipe, section.shrink, options)
    return smaller, {**training_document(smaller, history), UNSHRUNK: losses}


def _shrunk(
    model: nn.Module,
    learned: Lesson,
    unseen: Lesson | None,
    recipe: NetworkRecipe,
    threshold: float,
    options: Options,
) -> tuple[nn.Module, NetworkHistory]:
    from coffea_lcf.explain.network.shrinking import shrink_and_retrain

    device = next(model.parameters()).device
    others = None if unseen is None else unseen.labelled(device)
    return shrink_and_retrain(
        model, learned.labelled(device), recipe, threshold=threshold, held_out=others, **options
    )


@contextmanager
def _shown(
    analysis: Analysis, section: NetworkSection, title: str, checkpoint: str
) -> Iterator[Options]:
    """Yield the options of a training that goes on if it is interrupted, under a bar."""
    with epochs_bar(title, section.recipe.epochs, analysis.progress) as progress:
        yield {
            "seed": section.seed,
            "checkpoint": checkpoint_folder(analysis.output, STEP) / f"{checkpoint}.pt",
            "progress": lambda so_far: progress(len(so_far.loss)),
        }
