from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.cutflow.groups import all_but_one, cumulative, groups


def test_groups_by_hand() -> None:
    masks = {
        "a": np.array([True, False, True, False, True, False]),
        "b": np.array([True, True, False, False, True, True]),
        "c": np.array([True, True, True, True, False, False]),
    }
    # all, only a, only b, a and b, only c, a and c: 3 cuts, so alone they lie 4 further on
    assert groups(masks, 6).tolist() == [3, 4, 5, 0, 6, 0]


def test_without_cuts_all_events_are_in_one_group() -> None:
    assert groups({}, 3).tolist() == [0, 0, 0]
    assert cumulative(0).tolist() == [[True]]
    assert all_but_one(0).shape == (0, 1)


@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=1), st.integers(1, 4))
def test_groups_tell_what_the_masks_tell(events: list[tuple[bool, ...]], cuts: int) -> None:
    passed = np.array(events)[:, :cuts].T
    group = groups(dict(enumerate(passed)), len(events))  # type: ignore[arg-type]
    for first in range(cuts + 1):
        np.testing.assert_array_equal(cumulative(cuts)[first][group], passed[:first].all(axis=0))
    for cut in range(cuts):
        others = np.delete(passed, cut, axis=0).all(axis=0)
        np.testing.assert_array_equal(all_but_one(cuts)[cut][group], others)
