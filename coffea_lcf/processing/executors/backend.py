"""What each kind of executor offers: opening it, and saying what would be opened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.errors import MissingExtraError


@dataclass(frozen=True)
class Backend:
    """One place where processors can run.

    Attributes
    ----------
    open
        Gives the coffea executor for the length of a ``with`` block, and stops after
        it what it started.
    describe
        Says in a few lines what `open` would start; starts and submits nothing.
    """

    open: Callable[[ExecutionSection], AbstractContextManager[Any]]
    describe: Callable[[ExecutionSection], str]


def required(module: str, executor: str, install: str) -> Any:
    """Return the module that an executor needs.

    Raises
    ------
    MissingExtraError
        Saying what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        msg = f"the executor {executor!r} needs {module}, which cannot be imported: {error}\n"
        msg += f"  install it:  {install}"
        raise MissingExtraError(msg) from error
