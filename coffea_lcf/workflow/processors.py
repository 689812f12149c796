"""The processor that a configuration describes, as it is and for each systematic variation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from coffea_lcf.config import LoadedConfig
from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.config.observables import BranchSection, ObservableSection, VariationSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.load import load_processor
from coffea_lcf.processing.processor import Action
from coffea_lcf.processing.variations import scaled

NetworkFile = Callable[[str], Path]
"""Where a network of the configuration is, or will be once it is trained."""


def configured_processor(
    loaded: LoadedConfig, network_file: NetworkFile, action: Action
) -> ObservableProcessor:
    """Return the processor of a configuration with its observables.

    Parameters
    ----------
    loaded
        The configuration.
    network_file
        Where its networks are.
    action
        What the processor does on each chunk.

    Raises
    ------
    ConfigError
        If the processor cannot be loaded or does not take the options, or a model file is missing.
    """
    section = loaded.config.processor
    kind = ObservableProcessor
    options = {}
    if section is not None:
        kind = load_processor((loaded.folder / section.file).resolve(), section.name)
        options = section.options
    observables = [
        _observable(loaded, network_file, kind, name, one)
        for name, one in loaded.config.observables.items()
    ]
    try:
        return kind(observables, weight=loaded.config.weight, action=action, **options)
    except TypeError as error:
        msg = f"{loaded.path.name}: processor.options: {error}"
        raise ConfigError(msg) from error


def varied_processor(
    processor: ObservableProcessor, section: VariationSection
) -> ObservableProcessor:
    """Return `processor`, which changes, with the observables and weight of a variation."""
    changed = []
    for observable in processor.observables:
        instead = section.observables.get(observable.name)
        if isinstance(instead, BranchSection):
            observable = Observable(observable.name, (instead.branch,), unit=observable.unit)
        elif instead is not None:
            observable = replace(processor.known(instead), name=observable.name)
        factor = section.scale.get(observable.name)
        changed.append(observable if factor is None else scaled(observable, factor))
    processor.observables = tuple(changed)
    processor.weight = section.weight or processor.weight
    return processor


def model_files(loaded: LoadedConfig, network_file: NetworkFile) -> list[Path]:
    """Return the files of the networks that the observables of a configuration are of.

    Raises
    ------
    ConfigError
        If one that the configuration does not train is missing.
    """
    return [
        _model(loaded, network_file, one)
        for one in loaded.config.observables.values()
        if one is not None and one.branch is None
    ]


def _observable(
    loaded: LoadedConfig,
    network_file: NetworkFile,
    kind: type[ObservableProcessor],
    name: str,
    section: ObservableSection | None,
) -> str | Observable:
    if section is None:
        return name
    if section.branch is not None:
        return Observable(name, (section.branch,), unit=section.unit)
    path = _model(loaded, network_file, section)
    own = loaded.config.networks.get(section.network or "")
    return replace(_learned(kind, name, section, path, own), unit=section.unit)


def _learned(
    kind: type[ObservableProcessor],
    name: str,
    section: ObservableSection,
    path: Path,
    own: NetworkSection | None,
) -> Observable:
    # torch is imported by those who evaluate a network, and by nobody else
    from coffea_lcf.inference import AnomalyScorer, ObservablesScorer, TaggerScorer, inputs_of

    if section.output is not None:
        return kind.scored(name, AnomalyScorer(path, section.device, output=section.output))
    # the file of the configuration's own network can be missing as yet
    inputs = inputs_of(path) if own is None else tuple(own.observables)
    if inputs:
        scorer = ObservablesScorer(path, section.device)
        return Observable(name, (), scorer, description="learned", inputs=inputs)
    return kind.scored(name, TaggerScorer(path, section.device))


def _model(loaded: LoadedConfig, network_file: NetworkFile, section: ObservableSection) -> Path:
    """Return the model file of an observable; of a network it can be missing as yet."""
    if section.network is not None:
        return network_file(section.network)
    path = (loaded.folder / str(section.model)).resolve()
    if not path.is_file():
        msg = f"{loaded.path.name}: there is no model file {path}"
        raise ConfigError(msg)
    return path
