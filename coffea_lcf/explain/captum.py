"""The optional library of attribution methods."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from coffea_lcf.errors import MissingExtraError

INSTALL = "pip install 'coffea-lcf[explain]'"


def installed() -> bool:
    """Tell whether captum can be imported."""
    return find_spec("captum") is not None


def attribution(method: str) -> Any:
    """Return the class `method` of ``captum.attr``.

    Raises
    ------
    MissingExtraError
        Saying what to install.
    """
    try:
        return getattr(import_module("captum.attr"), method)
    except ImportError as error:
        msg = f"{method} is of captum, which cannot be imported: {error}\n  install it:  {INSTALL}"
        raise MissingExtraError(msg) from error
