from __future__ import annotations

import pytest

from coffea_lcf.datasets import remote
from coffea_lcf.datasets.remote import check_client
from coffea_lcf.datasets.survey import open_root
from coffea_lcf.errors import FilesetError, MissingExtraError


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the clients, whatever is installed here."""

    def missing(scheme: str) -> None:
        if scheme not in ("root", "s3"):
            message = f"Protocol not known: {scheme}"
            raise ValueError(message)
        message = f"Install the client of {scheme}"
        raise ImportError(message)

    monkeypatch.setattr(remote.fsspec, "get_filesystem_class", missing)


def test_xrootd_names_our_extra() -> None:
    with pytest.raises(MissingExtraError) as caught:
        check_client("root://host//store/a.root")
    assert str(caught.value) == (
        "no client for root:// is installed\n"
        "  needed by  root://host//store/a.root\n"
        "  install    pip install 'coffea-lcf[xrootd]'"
    )


def test_other_schemes_say_what_fsspec_says() -> None:
    with pytest.raises(MissingExtraError, match="install    Install the client of s3"):
        check_client("s3://bucket/a.root")


@pytest.mark.parametrize("path", ["/data/a.root", "a.root", "nonsense://a.root"])
def test_what_needs_no_client(path: str) -> None:
    check_client(path)


def test_files_are_opened_after_the_check() -> None:
    with pytest.raises(MissingExtraError), open_root("root://host//a.root", "w"):
        pass
    with (
        pytest.raises(FilesetError, match="cannot open nonsense://a"),
        open_root("nonsense://a.root", "w"),
    ):
        pass
