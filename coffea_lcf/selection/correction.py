"""A selection as a correctionlib CorrectionSet: 1.0 for events that pass, else 0.0."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from coffea_lcf.selection.cut import Cut
from coffea_lcf.selection.selection import Selection
from coffea_lcf.writing import write_text, written_beside

if TYPE_CHECKING:
    from correctionlib.schemav2 import Correction, CorrectionSet

FINAL = "selection"


def to_correction_set(selection: Selection) -> CorrectionSet:
    """Return a CorrectionSet whose compound correction ``selection`` is the mask.

    One formula a cut, multiplied by a compound correction: formulas compare
    strictly and give 0 for NaN, as the mask does (a binning would include its
    lower edge and raise on NaN), and a single formula takes four variables only.
    Evaluate with ``cset.compound["selection"].evaluate(*observables)`` in the
    order of ``Selection.observables``.
    """
    from correctionlib import schemav2

    named = zip(selection.names, selection.cuts, strict=True)
    corrections = [_correction(name, cut) for name, cut in named] or [_everything()]
    compound = schemav2.CompoundCorrection(
        name=FINAL,
        description=str(selection),
        inputs=[schemav2.Variable(name=name, type="real") for name in selection.observables],
        output=schemav2.Variable(name="passes", type="real"),
        inputs_update=[],
        input_op="*",
        output_op="*",
        stack=[correction.name for correction in corrections],
    )
    return schemav2.CorrectionSet(
        schema_version=2, corrections=corrections, compound_corrections=[compound]
    )


def _everything() -> Correction:
    """Return the correction of a selection without cuts: a product of nothing would be 0."""
    from correctionlib import schemav2

    output = schemav2.Variable(name="passes", type="real")
    return schemav2.Correction(name="no_cut", version=1, inputs=[], output=output, data=1.0)


def _correction(name: str, cut: Cut) -> Correction:
    from correctionlib import schemav2

    return schemav2.Correction(
        name=f"cut_{name}",
        description=str(cut),
        version=1,
        inputs=[schemav2.Variable(name=cut.observable, type="real", description=cut.unit)],
        output=schemav2.Variable(name="passes", type="real"),
        data=schemav2.Formula(
            nodetype="formula",
            expression=_formula(cut),
            parser="TFormula",
            variables=[cut.observable],
        ),
    )


def _formula(cut: Cut) -> str:
    if cut.case == "edge":
        return f"(x<{_literal(cut.lower)})+(x>{_literal(cut.upper)})"
    lower = [] if cut.lower is None else [f"(x>{_literal(cut.lower)})"]
    upper = [] if cut.upper is None else [f"(x<{_literal(cut.upper)})"]
    return "*".join(lower + upper)


def _literal(boundary: float | None) -> str:
    """Return the boundary with all its digits; the parser of TFormula refuses ``1e+16``."""
    return repr(boundary).replace("e+", "e")


def save_correction(selection: Selection, path: str | Path) -> Path:
    """Write `selection` as correctionlib JSON to `path`, packed if it ends in ``.gz``."""
    text = to_correction_set(selection).model_dump_json(exclude_unset=True)
    if Path(path).suffix != ".gz":
        return write_text(path, text)
    with written_beside(path) as part:
        part.write_bytes(gzip.compress(text.encode(), mtime=0))
    return Path(path)
