"""Small ROOT files with chosen content."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import uproot

Arrays = Mapping[str, Any]


def write_root(
    path: Path,
    columns: Arrays,
    collections: Mapping[str, Arrays] | None = None,
    *,
    sumw: float | None = None,
    tree: str = "Events",
    separator: str = "_",
) -> Path:
    """Write flat `columns`, jagged `collections` and, with `sumw`, a ``Runs`` tree."""
    arrays = {name: ak.Array(values) for name, values in columns.items()}
    for name, fields in (collections or {}).items():
        arrays[name] = ak.zip({field: ak.Array(values) for field, values in fields.items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    with uproot.recreate(path) as file:
        target = file.mktree(
            tree,
            {name: array.type.content for name, array in arrays.items()},
            counter_name=lambda name: f"n{name}",
            field_name=lambda outer, inner: f"{outer}{separator}{inner}" if outer else inner,
        )
        if any(len(array) for array in arrays.values()):
            target.extend(arrays)
        if sumw is not None:
            runs = {"genEventSumw": np.array([sumw]), "genEventCount": np.array([1000])}
            file.mktree("Runs", {name: array.dtype for name, array in runs.items()}).extend(runs)
    return path


def twin(path: Path) -> Path:
    """Return a file with the same content as `path` that is another one: with its own uuid."""
    with uproot.open(path) as file:
        identity = file.file.uuid.bytes
    copy = path.with_name(f"twin_{path.name}")
    copy.write_bytes(path.read_bytes().replace(identity, uuid.uuid4().bytes))
    return copy


def event_ids(events: int) -> dict[str, np.ndarray]:
    """Return the identifiers that NanoAOD events have."""
    return {
        "run": np.ones(events, np.uint32),
        "luminosityBlock": np.ones(events, np.uint32),
        "event": np.arange(events, dtype=np.uint64),
    }


def flat_columns(kind: str, events: int = 300, seed: int = 0) -> dict[str, np.ndarray]:
    """Return ``x`` (a peak in signal, a fall in background), ``y`` and a weight ``w`` ≥ -0.5."""
    rng = np.random.default_rng([seed, kind == "signal"])
    x = rng.normal(80.0, 5.0, events) if kind == "signal" else rng.exponential(60.0, events)
    return {
        **event_ids(events),
        "x": x.astype(np.float32),
        "y": rng.normal(0.3 if kind == "signal" else 0.6, 0.1, events).astype(np.float32),
        "w": rng.choice([-0.5, 0.0, 1.0, 1.5], events, p=[0.1, 0.1, 0.5, 0.3]).astype(np.float32),
    }
