"""Sizes of files and memory as people write them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from coffea_lcf.errors import ConfigError

UNITS = {
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "kiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}

SIZE = re.compile(rf"(\d+(?:\.\d+)?) ?({'|'.join(UNITS)})")


def parse_size(text: str) -> int:
    """Return the bytes that `text` means, such as ``500 MB`` or ``1.5GiB``.

    Raises
    ------
    ConfigError
        If it is no positive size.
    """
    found = SIZE.fullmatch(text)
    size = round(float(found[1]) * UNITS[found[2]]) if found else 0
    if not size:
        msg = f"{text!r} is not a size: write a number and {', '.join(UNITS)}, as 500 MB"
        raise ConfigError(msg)
    return size


def _checked(text: str) -> str:
    parse_size(text)
    return text


Size = Annotated[str, AfterValidator(_checked)]
"""A text that `parse_size` takes."""
