from __future__ import annotations

import correctionlib
import numpy as np
import pytest

from coffea_lcf.errors import OutputError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.correction import save_correction, to_correction_set

SELECTION = Selection(
    (
        Cut("mass", "middle", 60.5, 98.0, "GeV"),
        Cut("tau21", "edge", 0.25, 0.75),
        Cut("mass", "left", upper=90.0, unit="GeV"),
    )
)


def _evaluator(selection):
    document = to_correction_set(selection).model_dump_json(exclude_unset=True)
    return correctionlib.CorrectionSet.from_string(document)


def test_the_compound_correction_is_the_mask():
    mass = np.array([80.0, 95.0, 80.0, 60.5, np.nan])
    tau21 = np.array([0.1, 0.1, 0.5, 0.1, 0.1])
    compound = _evaluator(SELECTION).compound["selection"]
    assert [variable.name for variable in compound.inputs] == ["mass", "tau21"]
    assert compound.evaluate(mass, tau21).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_each_cut_is_a_correction_of_its_own():
    corrections = _evaluator(SELECTION)
    assert set(corrections) == {"cut_mass", "cut_tau21", "cut_mass_2"}
    assert corrections["cut_mass"].description == "60.5 < mass < 98 GeV"
    assert corrections["cut_mass_2"].evaluate(95.0) == 0.0
    assert corrections["cut_tau21"].evaluate(0.8) == 1.0


def test_a_selection_without_cuts_passes_everything():
    assert _evaluator(Selection(())).compound["selection"].evaluate() == 1.0


def test_the_file_can_be_read_by_correctionlib(tmp_path):
    path = save_correction(SELECTION, tmp_path / "selection.correction.json")
    compound = correctionlib.CorrectionSet.from_file(str(path)).compound["selection"]
    assert compound.evaluate(80.0, 0.1) == 1.0


def test_it_cannot_be_written_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        save_correction(SELECTION, tmp_path / "file" / "a.json")
