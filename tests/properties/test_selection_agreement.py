"""The mask, every export and a file read back select the same events, one by one."""

from __future__ import annotations

import math
import re

import awkward as ak
import correctionlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.selection import CASES, Cut, Selection
from coffea_lcf.selection.correction import to_correction_set
from coffea_lcf.selection.expressions import to_python
from coffea_lcf.selection.serialize import from_document, to_document

OBSERVABLES = ("mass", "tau21", "n2")
boundaries = st.floats(width=32, allow_nan=False, allow_infinity=False)
values = st.floats(width=32, allow_nan=True, allow_infinity=True)


@st.composite
def cuts(draw) -> Cut:
    case = draw(st.sampled_from(CASES))
    low, high = sorted(draw(st.lists(boundaries, min_size=2, max_size=2, unique=True)))
    return Cut(
        draw(st.sampled_from(OBSERVABLES)),
        case,
        lower=None if case == "left" else low,
        upper=None if case == "right" else high,
    )


selections = st.lists(cuts(), min_size=1, max_size=5).map(lambda cuts: Selection(tuple(cuts)))


@st.composite
def selections_and_columns(draw, dtype=np.float32):
    """Draw cuts and columns that hold what is hard: boundaries and their neighbours."""
    selection = draw(selections)
    edges = [
        boundary
        for cut in selection.cuts
        for boundary in (cut.lower, cut.upper)
        if boundary is not None
    ]
    with np.errstate(over="ignore"):
        near = [
            float(neighbour)
            for edge in edges
            for neighbour in (
                dtype(edge),
                np.nextafter(dtype(edge), dtype(np.inf)),
                np.nextafter(dtype(edge), dtype(-np.inf)),
            )
        ]
    hard = st.sampled_from([*near, math.nan, math.inf, -math.inf, -0.0])
    rows = draw(st.integers(min_value=1, max_value=30))
    column = st.lists(hard | values, min_size=rows, max_size=rows)
    return selection, {name: np.array(draw(column), dtype) for name in OBSERVABLES}


def _by_words(selection: Selection, columns) -> list[bool]:
    """Return the mask, event by event, in plain Python."""

    def passes(cut: Cut, x: float) -> bool:
        if cut.case == "left":
            return x < cut.upper
        if cut.case == "right":
            return x > cut.lower
        if cut.case == "middle":
            return cut.lower < x < cut.upper
        return x < cut.lower or x > cut.upper

    rows = len(columns[OBSERVABLES[0]])
    return [
        all(passes(cut, float(columns[cut.observable][n])) for cut in selection.cuts)
        for n in range(rows)
    ]


def _as_root_reads_it(expression: str, columns) -> np.ndarray:
    """Evaluate a ROOT expression as C++ does: every branch promoted to double."""
    python = expression.replace("&&", "&").replace("||", "|")
    assert not re.search(r"[^\w\s.<>()&|+-]", python)
    doubles = {name: column.astype(np.float64) for name, column in columns.items()}
    return eval(python, {"__builtins__": {}}, doubles)


def _correction(selection: Selection, columns) -> np.ndarray:
    document = to_correction_set(selection).model_dump_json(exclude_unset=True)
    compound = correctionlib.CorrectionSet.from_string(document).compound["selection"]
    return compound.evaluate(*(columns[name].astype(float) for name in selection.observables))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_all_exports_agree_with_the_mask_event_by_event(data, dtype):
    selection, columns = data.draw(selections_and_columns(dtype))
    expected = _by_words(selection, columns)
    namespace: dict = {}
    exec(to_python(selection), namespace)
    arguments = [columns[name] for name in selection.observables]
    found = {
        "mask": selection.mask(columns),
        "mask of awkward": selection.mask(ak.Array(columns)),
        "PackedSelection": selection.to_packed_selection(columns).all(),
        "python": eval(selection.to_expression("python"), {"__builtins__": {}}, columns),
        "python function": namespace["passes"](*arguments),
        "root": _as_root_reads_it(selection.to_expression("root"), columns),
        "correctionlib": _correction(selection, columns) == 1.0,
        "file": from_document(to_document(selection)).mask(columns),
    }
    for name, mask in found.items():
        assert mask.tolist() == expected, name


@given(selections_and_columns())
def test_nan_fails_and_the_single_masks_make_the_whole(drawn):
    selection, columns = drawn
    mask, masks = selection.mask(columns), selection.masks(columns)
    assert list(masks) == list(selection.names)
    assert np.array_equal(mask, np.logical_and.reduce(list(masks.values())))
    for name in selection.observables:
        assert not mask[np.isnan(columns[name])].any()


@given(selections_and_columns(), st.randoms(use_true_random=False))
def test_the_order_of_the_cuts_does_not_matter(drawn, random):
    selection, columns = drawn
    shuffled = Selection(tuple(random.sample(selection.cuts, len(selection.cuts))))
    assert np.array_equal(selection.mask(columns), shuffled.mask(columns))


@given(selections_and_columns(np.float32))
def test_a_float32_column_is_cut_as_its_double(drawn):
    selection, columns = drawn
    doubles = {name: column.astype(np.float64) for name, column in columns.items()}
    assert np.array_equal(selection.mask(columns), selection.mask(doubles))
