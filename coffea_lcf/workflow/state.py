"""Which steps are finished for which input: the file ``run.json``."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import coffea_lcf
from coffea_lcf.errors import OutputError
from coffea_lcf.writing import write_json

NAME = "run.json"
PACKAGES = ("coffea", "awkward", "uproot", "hist", "torch", "numpy")


def read_state(output: Path) -> dict[str, Any]:
    """Return the content of ``run.json`` in `output`; empty before the first step.

    Raises
    ------
    OutputError
        If the file is there and is no JSON.
    """
    path = output / NAME
    if not path.exists():
        return {}
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path} is damaged: {error}\n  remove it to run every step again"
        raise OutputError(msg) from error
    return state


def key(*parts: Any) -> str:
    """Return a hash of plain JSON values: the identity of a step's input."""
    text = json.dumps([coffea_lcf.__version__, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def finished(output: Path, step: str, identity: str) -> Mapping[str, Any] | None:
    """Return the entry of `step` if it ended on the same input with its files still there."""
    entry = read_state(output).get("steps", {}).get(step)
    if entry is None or entry["key"] != identity:
        return None
    if not all((output / name).exists() for name in entry["outputs"]):
        return None
    return dict(entry)


def record(
    output: Path, step: str, identity: str, outputs: list[str], result: Mapping[str, Any]
) -> dict[str, Any]:
    """Write that `step` ended with `outputs` (relative to `output`) and return its entry."""
    entry = {
        "key": identity,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "outputs": outputs,
        "result": dict(result),
    }
    with _alone(output):
        state = read_state(output)
        state.setdefault("steps", {})[step] = entry
        state["versions"] = versions()
        write_json(output / NAME, state)
    return entry


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Keep other steps, which may end at the same time, from writing until the block ends."""
    folder = os.open(output, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: as good as it gets
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)  # which unlocks it


def versions() -> dict[str, str]:
    """Return the versions of Python, this package and what it stands on."""
    found = {"python": platform.python_version(), "coffea-lcf": coffea_lcf.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
