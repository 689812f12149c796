"""One file for one trained network: what it is, its parameters and its input scales."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from coffea_lcf.errors import ConfigError, FilesetError
from coffea_lcf.models.architectures import ARCHITECTURES
from coffea_lcf.writing import written_beside

FORMAT, VERSION = "coffea-lcf network", 1
ENTRIES = ("architecture", "hyperparameters", "metadata", "state")


def save_model(
    path: str | Path, model: nn.Module, metadata: Mapping[str, Any] | None = None
) -> Path:
    """Write `model` to `path`, beside and renamed; return the path.

    Parameters
    ----------
    path
        The file, by custom ``.pt``.
    model
        A network of `ARCHITECTURES`, on any device.
    metadata
        JSON values about its training, for people.

    Raises
    ------
    ConfigError
        If the class of `model` is not among the architectures.
    OutputError
        If the file cannot be written.
    """
    names = [name for name, kind in ARCHITECTURES.items() if type(model) is kind]
    if not names:
        msg = f"a {type(model).__name__} cannot be written: it is not one of {_architectures()}"
        raise ConfigError(msg)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "architecture": names[0],
        "hyperparameters": json.dumps(model.hyperparameters),
        "metadata": json.dumps(dict(metadata or {})),
        "state": {name: value.cpu() for name, value in model.state_dict().items()},
    }
    with written_beside(path) as part:
        torch.save(document, part)
    return Path(path)


def load_model(path: str | Path) -> nn.Module:
    """Return the network in `path`, on the CPU and in evaluation mode.

    Nothing of the file is executed.

    Raises
    ------
    FilesetError
        If the file is missing, or is not a model file of this version.
    ConfigError
        If its architecture is not known, or its parameters do not fit it.
    """
    document = _document(Path(path))
    name = document["architecture"]
    if name not in ARCHITECTURES:
        msg = f"{path} holds a network {name!r}, which is not one of {_architectures()}"
        raise ConfigError(msg)
    state = document["state"]
    try:
        model = ARCHITECTURES[name](**json.loads(document["hyperparameters"]))
        model.to(next((value.dtype for value in state.values()), torch.float32))
        model.load_state_dict(state)
    except (TypeError, ValueError, RuntimeError) as error:
        msg = f"the parameters in {path} do not make a network {name!r}: {error}"
        raise ConfigError(msg) from error
    return model.eval()


def load_metadata(path: str | Path) -> dict[str, Any]:
    """Return what `save_model` was told about the training; errors as for `load_model`."""
    metadata: dict[str, Any] = json.loads(_document(Path(path))["metadata"])
    return metadata


def _document(path: Path) -> dict[str, Any]:
    if not path.is_file():
        msg = f"{path} does not exist: a model file is written by save_model"
        raise FilesetError(msg)
    try:
        document = torch.load(path, map_location="cpu", weights_only=True)
    # an archive that is cut short, another kind of file and one with code fail in as many ways
    except Exception as error:
        msg = f"{path} is not a model file: {str(error).splitlines()[0]}"
        raise FilesetError(msg) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        msg = f"{path} is not a model file: it does not say {FORMAT!r}"
        raise FilesetError(msg)
    if document.get("version") != VERSION:
        msg = f"{path} is a model file of version {document.get('version')}, this is {VERSION}\n"
        msg += "  read it with the release of coffea-lcf that wrote it"
        raise FilesetError(msg)
    missing = [entry for entry in ENTRIES if entry not in document]
    if missing:
        msg = f"{path} is a model file without {', '.join(missing)}: save the network again"
        raise FilesetError(msg)
    return document


def _architectures() -> str:
    return ", ".join(ARCHITECTURES)
