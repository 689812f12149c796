from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from coffea_lcf.datasets.generation import extras
from coffea_lcf.errors import MissingExtraError


def test_a_missing_package_names_the_command_that_installs_it() -> None:
    expected = (
        r"package 'no_such_package' is not installed\n.*\n.*pip install 'coffea-lcf\[generate\]'"
    )
    with pytest.raises(MissingExtraError, match=expected):
        extras.require("no_such_package")


def test_a_missing_package_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(extras, "version", absent)
    with pytest.raises(MissingExtraError, match="'pythia8mc' is not installed"):
        extras.versions()


def test_an_installed_package_is_imported() -> None:
    assert extras.require("json").loads("1") == 1
