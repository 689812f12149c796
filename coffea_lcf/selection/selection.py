"""An ordered list of hard cuts: what a fit returns and everything downstream uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.columns import Columns, flat_column, known_names
from coffea_lcf.errors import SelectionError, TableError
from coffea_lcf.selection.cut import Cut

if TYPE_CHECKING:
    from coffea.analysis_tools import PackedSelection


@dataclass(frozen=True)
class Selection:
    """An ordered AND of cuts.

    Parameters
    ----------
    cuts
        The cuts in the order in which they are applied.
    unused
        Observables that were offered to the fit and got no cut.
    threshold
        Score above which the soft cuts counted as passed, in (0, 1).
    provenance
        How the selection came about (strategy, seed, versions, input); plain
        JSON values.
    """

    cuts: tuple[Cut, ...]
    unused: tuple[str, ...] = ()
    threshold: float = 0.5
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cuts", tuple(self.cuts))
        object.__setattr__(self, "unused", tuple(self.unused))
        wrong = [cut for cut in self.cuts if not isinstance(cut, Cut)]
        if wrong:
            msg = f"a selection is made of Cut objects, not {wrong[0]!r}"
            raise SelectionError(msg)
        if not 0.0 < self.threshold < 1.0:
            msg = f"threshold = {self.threshold!r} is not between 0 and 1"
            raise SelectionError(msg)

    @property
    def observables(self) -> tuple[str, ...]:
        """The observables that are cut, each once, in the order of their first cut."""
        return tuple(dict.fromkeys(cut.observable for cut in self.cuts))

    @property
    def names(self) -> tuple[str, ...]:
        """One label a cut: its observable, numbered from the second cut on the same one.

        Labels hold no boundary, so that cut-flows of different fits can be added.
        """
        taken = set(self.observables)
        labels: list[str] = []
        for cut in self.cuts:
            label, number = cut.observable, 1
            while label in labels or (number > 1 and label in taken):
                number += 1
                label = f"{cut.observable}_{number}"
            labels.append(label)
        return tuple(labels)

    def masks(self, columns: Columns) -> dict[str, NDArray[np.bool_]]:
        """Return the mask of each cut on its own, by label, each of shape ``(N,)``.

        Parameters
        ----------
        columns
            Arrays by observable: a mapping, an awkward record array, a table.

        Raises
        ------
        MissingBranchError
            If an observable is not among the columns.
        TableError
            If a column is not one number per event or lengths differ.
        """
        flat = {name: flat_column(columns, name) for name in self.observables}
        lengths = {name: len(column) for name, column in flat.items()}
        if len(set(lengths.values())) > 1:
            msg = f"columns of different lengths: {lengths}"
            raise TableError(msg)
        pairs = zip(self.names, self.cuts, strict=True)
        return {name: cut.mask(flat[cut.observable]) for name, cut in pairs}

    def mask(self, columns: Columns) -> NDArray[np.bool_]:
        """Return which events pass all cuts, shape ``(N,)``; a NaN fails its cut.

        A selection without cuts keeps everything.

        Raises
        ------
        MissingBranchError, TableError
            As `masks`.
        """
        masks = self.masks(columns)
        if masks:
            return np.asarray(np.logical_and.reduce(list(masks.values())))
        names = known_names(columns)
        return np.ones(len(columns[names[0]]) if names else 0, dtype=np.bool_)

    def within(self, cuts: Sequence[Cut]) -> Selection:
        """Return a copy with `cuts` in front, for instance those of a region."""
        return replace(self, cuts=(*cuts, *self.cuts))

    def with_provenance(self, **entries: Any) -> Selection:
        """Return a copy with `entries` added to the provenance."""
        return replace(self, provenance={**self.provenance, **entries})

    def save(self, path: str | Path) -> Path:
        """Write the selection as JSON to `path` and return the path.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        from coffea_lcf.selection.serialize import save

        return save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Selection:
        """Read a selection from the JSON file `path`; nothing in it is executed.

        Raises
        ------
        SelectionError
            If the file is not a selection, or one of a newer schema version.
        """
        from coffea_lcf.selection.serialize import load

        return load(path)

    def to_expression(self, dialect: Literal["root", "python"] = "root") -> str:
        """Return the selection as one string.

        ``root`` is for RDataFrame and TTree, ``python`` for ``uproot`` cuts,
        awkward and numexpr.
        """
        from coffea_lcf.selection.expressions import to_expression

        return to_expression(self, dialect)

    def to_packed_selection(self, columns: Columns) -> PackedSelection:
        """Return a ``coffea.analysis_tools.PackedSelection`` with one entry a cut."""
        from coffea_lcf.selection.packed import to_packed_selection

        return to_packed_selection(self, columns)

    def __str__(self) -> str:
        """Return the cuts as a readable numbered list."""
        width = max((len(str(cut)) for cut in self.cuts), default=0)
        count = len(self.cuts)
        lines = [f"Selection of {count} cut{'' if count == 1 else 's'}"]
        for order, cut in enumerate(self.cuts, start=1):
            lines.append(f"  {order}. {cut!s:<{width}}{_remark(cut)}".rstrip())
        if self.unused:
            lines.append(f"  no cut on {', '.join(self.unused)}")
        return "\n".join(lines)


def _remark(cut: Cut) -> str:
    if cut.fixed:
        return "   fixed"
    if cut.importance is None:
        return ""
    spread = "" if cut.importance_spread is None else f" ± {cut.importance_spread:.3f}"
    return f"   importance {cut.importance:.3f}{spread}"
