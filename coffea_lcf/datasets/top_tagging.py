"""Reader of the public top-tagging reference jets of arXiv:1902.09914.

References
----------
Kasieczka, Plehn, Thompson and Russell, "Top quark tagging reference dataset", Zenodo 2603256;
Butter et al., "The machine learning landscape of top taggers", arXiv:1902.09914.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.datasets.hdf5 import opened, stored
from coffea_lcf.errors import FilesetError, TableError

TABLE = "table/table"
"""Where pandas puts the rows of a frame that was written in its table format."""

STORED = 200
"""Constituents of a jet in the file: (E, px, py, pz) in GeV, zero where there is none."""

LAYOUT = {"values_block_0": (4 * STORED + 4,), "values_block_1": (2,)}
"""E_0, PX_0 ... PZ_199 and the four-momentum of the true top; ttv and is_signal_new."""


def read(
    path: str | Path, start: int = 0, stop: int | None = None, size: int = STORED
) -> tuple[ParticleCloud, NDArray[np.bool_]]:
    """Read jets of ``train.h5``, ``val.h5`` or ``test.h5``.

    Parameters
    ----------
    path
        The file.
    start, stop
        Range of jets; all by default, which of ``train.h5`` are 1.2 million and 4 GB.
    size
        The hardest constituents to keep, at most 200; the file has them in falling pt.

    Returns
    -------
    jets : ParticleCloud
        float32, shape ``(B, size, 4)``.
    label : numpy.ndarray
        True for top jets, bool, shape ``(B,)``.

    Raises
    ------
    MissingExtraError
        If h5py is not installed.
    FilesetError
        If the file is missing, no HDF5 file, or has other content.
    TableError
        If `size` is not between 1 and 200.
    """
    if not 1 <= size <= STORED:
        msg = f"size = {size}: a jet of the reference set has 1 to {STORED} constituents"
        raise TableError(msg)
    with opened(path, "the public jets of arXiv:1902.09914") as file:
        table = _table(file)
        values = table.fields("values_block_0")[start:stop]
        flags = table.fields("values_block_1")[start:stop]
    p4 = values[:, : 4 * size].reshape(-1, size, 4).astype(np.float32)
    return ParticleCloud(p4, p4[..., 0] > 0), flags[:, 1] == 1


def _table(file: Any) -> Any:
    """Return the rows of an open file, checked but not yet read."""
    table = stored(file, TABLE)
    for name, shape in LAYOUT.items():
        found = table.dtype[name].shape if name in (table.dtype.names or ()) else None
        if found != shape:
            msg = f"{TABLE} in {file.filename} has {table.dtype.names or table.dtype}, where "
            msg += f"{name} must have {shape[0]} columns: take train.h5, val.h5 or test.h5 of "
            msg += "Zenodo 2603256"
            raise FilesetError(msg)
    return table
