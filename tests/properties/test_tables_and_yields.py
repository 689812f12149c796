from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.significance import asimov
from coffea_lcf.table import ObservableTable, concatenate

floats = st.floats(width=32, allow_nan=True, allow_infinity=True)


@st.composite
def tables(draw, min_rows: int = 1) -> ObservableTable:
    rows = draw(st.integers(min_rows, 30))
    column = st.lists(floats, min_size=rows, max_size=rows)
    return ObservableTable.from_arrays(
        {"x": draw(column), "y": draw(column)},
        draw(st.lists(st.booleans(), min_size=rows, max_size=rows)),
        draw(st.lists(st.floats(-10, 10), min_size=rows, max_size=rows)),
    )


def _rows(table: ObservableTable) -> list[bytes]:
    parts = (table.matrix(), table.label[:, None], table.weight[:, None])
    return sorted(b"".join(part[n].tobytes() for part in parts) for n in range(len(table)))


@given(tables(), st.floats(0.01, 0.99), st.integers(0, 100))
def test_a_split_keeps_every_row_once(table, fraction, seed):
    first, second = table.split(fraction, seed)
    assert _rows(concatenate([first, second])) == _rows(table)
    for chosen, whole in ((second.label, table.label), (~second.label, ~table.label)):
        assert chosen.sum() == round(fraction * whole.sum())


@given(tables())
def test_finite_rows_are_those_without_nan_or_infinity(table):
    assert np.array_equal(table.finite(), np.isfinite(table.matrix()).all(1))


@given(st.floats(1e-3, 1e3), st.floats(1e-2, 1e6), st.just(0.0) | st.floats(1e-6, 1.0))
def test_a_significance_grows_with_the_signal_and_falls_with_its_uncertainty(s, b, relative):
    z = float(asimov(s, b, relative))
    assert 0.0 <= z <= float(asimov(s, b)) * (1 + 1e-6) + 1e-9
    assert float(asimov(2 * s, b, relative)) >= z
