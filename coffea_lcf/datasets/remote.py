"""Whether the software for remote addresses is there."""

from __future__ import annotations

import fsspec

from coffea_lcf.errors import MissingExtraError

EXTRAS = {"root": "pip install 'coffea-lcf[xrootd]'"}
"""What installs the client of a scheme; for others fsspec knows."""


def check_client(address: str) -> None:
    """Raise `MissingExtraError` if the client for a remote `address` is not installed.

    A local path needs none, and one whose scheme nobody knows is left to the reader.
    """
    scheme, separator, _ = address.partition("://")
    if not separator:
        return
    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        msg = (
            f"no client for {scheme}:// is installed\n"
            f"  needed by  {address}\n"
            f"  install    {EXTRAS.get(scheme, error)}"
        )
        raise MissingExtraError(msg) from error
    except ValueError:
        return
