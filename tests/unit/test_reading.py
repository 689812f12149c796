from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from coffea_lcf import reading
from coffea_lcf.reading import parse_json, read_json


def test_plain_values() -> None:
    assert parse_json('{"a": [1, -2.5e3, null, true, "ü"]}') == {"a": [1, -2500.0, None, True, "ü"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": NaN}', "NaN is no JSON"),
        ('{"a": -Infinity}', "-Infinity is no JSON"),
        ('{"a": 1e400}', "the number 1e400 is too large"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' is written twice"),
        ('"\\ud800"', "half a letter"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "Exceeds the limit"),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_json(text)


def test_files_plain_and_compressed(tmp_path: Path) -> None:
    for name, content in (("a.json", b'{"a": 1}'), ("a.json.gz", gzip.compress(b'{"a": 1}'))):
        (tmp_path / name).write_bytes(content)
        assert read_json(tmp_path / name) == {"a": 1}


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b"{}" * 50, mtime=0)[:-9], b"\x1f\x8b\x08"]
)
def test_broken_gzip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json.gz").write_bytes(content)
    with pytest.raises(ValueError, match="no intact gzip file"):
        read_json(tmp_path / "a.json.gz")


def test_gzip_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1 << 20)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b" " * (2 << 20)))
    with pytest.raises(ValueError, match="unpacks to more than 1 MB"):
        read_json(tmp_path / "a.json.gz")


def test_no_text_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\x80\x04")
    with pytest.raises(ValueError, match="utf-8"):
        read_json(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "b.json")
