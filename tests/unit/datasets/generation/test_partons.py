from __future__ import annotations

import awkward as ak
import numpy as np

from coffea_lcf.datasets.generation.partons import hard_process


def record(*rows: tuple) -> ak.Array:
    """A batch of one event from (id, status, mother1, px, py, pz, e)."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    integers = {name: [columns[i]] for i, name in enumerate(("id", "status", "mother1"))}
    momentum = {name: [columns[i]] for i, name in enumerate(("px", "py", "pz", "e"), start=3)}
    return ak.zip({"prt": ak.zip({**integers, "p": ak.zip(momentum)})}, depth_limit=1)


TOP_DECAY = record(
    (90, -11, 0, 0, 0, 0, 0),
    (2212, -12, 0, 0, 0, 7, 7),
    (2212, -12, 0, 0, 0, -7, 7),
    (21, -21, 1, 0, 0, 5, 5),
    (21, -21, 2, 0, 0, -5, 5),
    (6, -22, 3, 9, 0, 0, 9),  # before initial-state radiation
    (6, -44, 5, 8, 0, 0, 8),
    (6, -62, 6, 6, 0, 1, 9),
    (24, -22, 7, 5, 0, 1, 7),
    (5, 23, 7, 1, 0, 0, 1),
    (24, -52, 8, 4, 0, 1, 6),
    (-1, 23, 10, 2, 1, 0, 3),
    (2, -23, 10, 2, -1, 1, 3),
    (2, -51, 12, 1, -1, 1, 2),
)


def test_resonances_and_partons_of_a_top_decay() -> None:
    hard = hard_process(TOP_DECAY)[0]
    assert hard.pdgId.to_list() == [6, 24, 5, -1, 2]
    assert hard.status.to_list() == [22, 22, 23, 23, 23]
    assert hard.genPartIdxMother.to_list() == [-1, 0, 0, 1, 1]
    assert hard.root.to_list() == [-1, 0, 0, 0, 0]


def test_a_resonance_has_the_momentum_of_its_decay_partons() -> None:
    hard = hard_process(TOP_DECAY)[0]
    np.testing.assert_allclose(hard.pt[:2].to_numpy(), [5.0, 4.0])
    np.testing.assert_allclose(hard.mass[0], np.sqrt(7**2 - 5**2 - 1**2))
    np.testing.assert_allclose(hard.mass[1], np.sqrt(6**2 - 4**2 - 1**2))


def test_partons_of_qcd_have_no_mother() -> None:
    event = record(
        (90, -11, 0, 0, 0, 0, 0),
        (2212, -12, 0, 0, 0, 7, 7),
        (2212, -12, 0, 0, 0, -7, 7),
        (21, -21, 1, 0, 0, 5, 5),
        (1, -21, 2, 0, 0, -5, 5),
        (21, -23, 3, 5, 0, 0, 5),
        (1, 23, 3, -5, 0, 0, 5),
        (21, 33, 3, 1, 0, 0, 1),  # of another interaction
    )
    hard = hard_process(event)[0]
    assert hard.pdgId.to_list() == [21, 1]
    assert hard.genPartIdxMother.to_list() == [-1, -1]
    assert hard.root.to_list() == [-1, -1]


def test_indices_are_local_to_each_event() -> None:
    hard = hard_process(ak.concatenate([TOP_DECAY, TOP_DECAY]))
    assert hard.genPartIdxMother[0].to_list() == hard.genPartIdxMother[1].to_list()
