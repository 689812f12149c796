"""An untrained network by name, from hyperparameters that a file gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import signature
from typing import Any, TypeVar

import torch

from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.models.architectures import ARCHITECTURES
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.tagger import Tagger

ON_CONSTITUENTS: Mapping[str, type[Tagger]] = {
    name: kind for name, kind in ARCHITECTURES.items() if issubclass(kind, Tagger)
}
"""The architectures that take nothing but the constituents of a jet."""

Network = TypeVar("Network", Tagger, MultiBody)


def new_network(
    architecture: str, hyperparameters: Mapping[str, Any] | None = None, seed: int = 0
) -> Tagger:
    """Return an untrained network on constituents; torch's own random state is left as it was.

    Parameters
    ----------
    architecture
        A name in `ON_CONSTITUENTS`.
    hyperparameters
        Arguments of its class; the others keep their defaults.
    seed
        Determines the start of the parameters.

    Raises
    ------
    ConfigError
        For an unknown architecture or hyperparameter, and a value that makes no network.
    """
    if architecture not in ON_CONSTITUENTS:
        msg = f"there is no architecture {architecture!r}\n"
        msg += f"  nearest  {nearest(architecture, ON_CONSTITUENTS)}"
        raise ConfigError(msg)
    kind = ON_CONSTITUENTS[architecture]
    # where a class has a random state of its own, it asks for the seed
    own = {"seed": seed} if "seed" in signature(kind).parameters else {}
    return _new(architecture, partial(kind, **own), hyperparameters or {}, seed)


def new_multibody(
    observables: Sequence[str], hyperparameters: Mapping[str, Any] | None = None, seed: int = 0
) -> MultiBody:
    """Return an untrained network on `observables`; parameters and errors as `new_network`."""
    kind = partial(MultiBody, observables)
    return _new("multibody", kind, hyperparameters or {}, seed)


def _new(
    architecture: str, kind: Callable[..., Network], given: Mapping[str, Any], seed: int
) -> Network:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        defaults = {k: v for k, v in kind().hyperparameters.items() if k != "observables"}
        for name, value in given.items():
            _check(architecture, name, value, defaults)
        torch.manual_seed(seed)
        try:
            return kind(**given)
        except (TypeError, ValueError, RuntimeError) as error:
            msg = f"{dict(given)} make no network {architecture!r}: {error}"
            raise ConfigError(msg) from error


def _check(architecture: str, name: str, value: Any, defaults: Mapping[str, Any]) -> None:
    if name not in defaults:
        msg = f"{architecture} has no hyperparameter {name!r}\n"
        msg += f"  nearest  {nearest(name, defaults)}"
        raise ConfigError(msg)
    if not _like(value, defaults[name]):
        msg = f"hyperparameter {name} of {architecture}: {value!r} is not like its default "
        msg += f"{defaults[name]!r}"
        raise ConfigError(msg)


def _like(value: Any, default: Any) -> bool:
    """Tell whether `value` is of the kind of `default`, and a count at least 1."""
    if isinstance(default, list):
        return isinstance(value, list) and bool(value) and all(_like(v, default[0]) for v in value)
    if isinstance(value, bool) or isinstance(default, str):
        return type(value) is type(default)
    if isinstance(default, int):
        return isinstance(value, int) and value >= 1
    return isinstance(value, int | float)
