from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cutflow import KINDS, Cutflow, count

NAMES = ("mass", "pt", "eta")


@st.composite
def chunks(draw, lowest: int = -8):
    """Draw masks and weights; whole numbers, so that sums are exact in any order."""
    rows = draw(st.integers(min_value=0, max_value=20))
    column = st.lists(st.booleans(), min_size=rows, max_size=rows)
    masks = {name: np.array(draw(column), dtype=bool) for name in NAMES}
    weight = draw(st.lists(st.integers(lowest, 8), min_size=rows, max_size=rows))
    return masks, np.array(weight, dtype=float)


def _yields(flow: Cutflow, dataset: str) -> list:
    return [
        part(dataset, kind).tolist()
        for kind in KINDS
        for part in (flow.events, flow.sumw, flow.sumw2)
    ]


@given(chunks(), chunks())
def test_the_sum_of_two_is_the_cutflow_of_both(first, second):
    together = (
        {name: np.concatenate([first[0][name], second[0][name]]) for name in NAMES},
        np.concatenate([first[1], second[1]]),
    )
    total = count("w", *first) + count("w", *second)
    assert _yields(total, "w") == _yields(count("w", *together), "w")


@given(chunks(), chunks())
def test_adding_commutes_also_for_other_datasets(first, second):
    one, other = count("w", *first), count("qcd", *second)
    for dataset in ("w", "qcd"):
        assert _yields(one + other, dataset) == _yields(other + one, dataset)


@given(chunks(lowest=0))
def test_yields_never_rise_when_no_weight_is_negative(chunk):
    flow = count("w", *chunk)
    for part in (flow.events, flow.sumw, flow.sumw2):
        assert (np.diff(part("w", "cumulative")) <= 0).all()
        # a cut alone keeps more than after others; without a cut more remains than with it
        assert (part("w", "onecut") >= part("w", "cumulative")).all()
        assert (part("w", "nminusone")[1:] >= part("w", "cumulative")[-1]).all()


@given(chunks())
def test_the_last_bin_is_the_mask(chunk):
    masks, weight = chunk
    passed = np.logical_and.reduce(list(masks.values()))
    flow = count("w", masks, weight)
    assert flow.events("w")[-1] == passed.sum()
    assert flow.sumw("w")[-1] == weight[passed].sum()
    assert flow.sumw2("w")[-1] == (weight[passed] ** 2).sum()
