"""A selection as coffea's PackedSelection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coffea_lcf.columns import Columns
from coffea_lcf.errors import SelectionError
from coffea_lcf.selection.selection import Selection

if TYPE_CHECKING:
    from coffea.analysis_tools import PackedSelection

MOST_CUTS = 64


def to_packed_selection(selection: Selection, columns: Columns) -> PackedSelection:
    """Return a PackedSelection with one entry a cut, named by `Selection.names`.

    Raises
    ------
    MissingBranchError, TableError
        As `Selection.masks`.
    SelectionError
        For more than 64 cuts, which coffea's bits cannot hold.
    """
    from coffea.analysis_tools import PackedSelection

    if len(selection.cuts) > MOST_CUTS:
        msg = f"{len(selection.cuts)} cuts do not fit into a PackedSelection of {MOST_CUTS} bits"
        raise SelectionError(msg)
    packed = PackedSelection(dtype="uint32" if len(selection.cuts) <= MOST_CUTS // 2 else "uint64")
    for name, mask in selection.masks(columns).items():
        packed.add(name, mask)
    return packed
