"""The optional packages of event generation, imported when they are first needed."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from coffea_lcf.errors import MissingExtraError

PACKAGES = ("pythia8mc", "fastjet")


def require(package: str) -> ModuleType:
    """Import one package of the ``generate`` extra.

    Raises
    ------
    MissingExtraError
        The package is not installed; the message names the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise _missing(package) from error


def versions() -> dict[str, str]:
    """Return the installed versions of the packages; other versions make other events.

    Raises
    ------
    MissingExtraError
        One of them is not installed.
    """
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError as error:
            raise _missing(package) from error
    return found


def _missing(package: str) -> MissingExtraError:
    return MissingExtraError(
        f"package {package!r} is not installed\n"
        f"  needed by  event generation\n"
        f"  install    pip install 'coffea-lcf[generate]'"
    )
