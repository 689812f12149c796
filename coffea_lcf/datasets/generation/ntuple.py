"""The types and rounding of the columns of a sample, and the ROOT file they end in.

The layout follows NanoAOD with the constituents of jets as in PFNano: one counter per
collection, FatJetPFCands joins PFCands to FatJet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import numpy.typing as npt
import uproot

MANTISSA_BITS = 12
ANGLE_STEPS = 8192

INTEGER_TYPES = {
    "run": np.uint32,
    "luminosityBlock": np.uint32,
    "event": np.uint64,
    "charge": np.int8,
    "matchedId": np.int16,
    "nMatchedPartons": np.int16,
    "jetIdx": np.int16,
    "pFCandsIdx": np.int16,
    "genPartIdxMother": np.int16,
}
"""Types of the integer columns by field; the others are int32."""

COMPRESSION = uproot.LZMA(9)


def round_mantissa(values: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Round to 12 bits of mantissa, halves away from zero: to 1.2e-4 of the value.

    The bits that become zero are what a compressor saves; decimal rounding leaves none.
    """
    dropped = 23 - MANTISSA_BITS
    raw = np.asarray(values, dtype=np.float32).view(np.uint32)
    half, mask = np.uint32(1 << (dropped - 1)), np.uint32((0xFFFFFFFF << dropped) & 0xFFFFFFFF)
    return ((raw + half) & mask).view(np.float32)


def round_angle(values: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Round to multiples of 1/8192; phi may pass pi by 1e-5."""
    steps = np.round(np.asarray(values, dtype=np.float64) * ANGLE_STEPS)
    return (steps / ANGLE_STEPS).astype(np.float32)


def storable(columns: ak.Array) -> ak.Array:
    """Give every field of a (nested) record array the type and rounding it has in the file."""

    def convert(layout: Any, lateral_context: dict[str, str], **_: object) -> Any:
        if layout.is_record:
            contents = [
                ak.transform(convert, content, lateral_context={"field": field}, highlevel=False)
                for field, content in zip(layout.fields, layout.contents, strict=True)
            ]
            return ak.contents.RecordArray(contents, layout.fields, length=len(layout))
        if layout.is_numpy:
            return ak.contents.NumpyArray(_leaf(layout.data, lateral_context["field"]))
        return None

    return ak.transform(convert, ak.to_packed(columns), lateral_context={"field": ""})


def _leaf(values: npt.NDArray[Any], field: str) -> npt.NDArray[Any]:
    if field in INTEGER_TYPES or values.dtype.kind in "iu":
        return values.astype(INTEGER_TYPES.get(field, np.int32))
    if field.rsplit("_", 1)[-1] in ("eta", "phi"):
        return round_angle(values)
    return round_mantissa(values)


def write_ntuple(
    path: Path, parts: Iterable[ak.Array], runs: dict[str, Any], metadata: dict[str, Any]
) -> None:
    """Write the trees Events and Runs and the JSON string metadata.

    Parameters
    ----------
    path
        The ROOT file to create.
    parts
        Event records of :func:`storable`, each one a basket of every branch.
    runs
        The single row of the tree Runs.
    metadata
        Whatever describes the sample.

    Notes
    -----
    The trees are made by name: assigning a dict to ``file["Events"]`` makes an RNTuple.
    """
    with uproot.recreate(path, compression=COMPRESSION) as file:
        tree = None
        for part in parts:
            arrays = {name: part[name] for name in part.fields}
            if tree is None:
                types = {name: array.type.content for name, array in arrays.items()}
                tree = file.mktree("Events", types, counter_name=lambda name: f"n{name}")
            tree.extend(arrays)
        row = {name: np.atleast_1d(value) for name, value in runs.items()}
        file.mktree("Runs", {name: column.dtype for name, column in row.items()}).extend(row)
        file["metadata"] = json.dumps(metadata)
