from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from coffea_lcf.config.schema import SkimSection
from coffea_lcf.config.size import Size, parse_size
from coffea_lcf.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500 MB", 500_000_000),
        ("1.5GiB", 1_610_612_736),
        ("2 kB", 2000),
        ("1 TB", 10**12),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size
    assert TypeAdapter(Size).validate_python(text) == text


@pytest.mark.parametrize("text", ["", "500", "MB", "0 MB", "-1 MB", "1e9 kB", "0.0001 kB", "1 mb"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ConfigError, match=f"^{text!r} is not a size: write a number"):
        parse_size(text)


@pytest.mark.parametrize("merge", ["1.2.3 MB", "0 MB"])
def test_size_of_merged_skims_is_refused_with_the_configuration(merge: str) -> None:
    with pytest.raises(ValidationError, match=f"{merge!r} is not a size: write a number"):
        SkimSection(merge=merge)
