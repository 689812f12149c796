from __future__ import annotations

from typing import ClassVar

import awkward as ak
import cloudpickle
import numpy as np
import pytest

from coffea_lcf.errors import ConfigError, ObservableError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.processor import collect
from coffea_lcf.processing.variations import scaled


class Two(ObservableProcessor):
    catalogue = (Observable("sum", ("a", "b"), lambda a, b: a + b), Observable("a", ("a",)))


class Events(dict):
    fields = ("a", "b")
    metadata: ClassVar = {"filename": "a.root", "dataset": "d"}

    def __len__(self) -> int:
        return 2


EVENTS = Events(a=ak.Array([1.0, 2.0]), b=ak.Array([0.1, 1e300]))


def test_names_come_from_the_catalogue_and_objects_as_they_are() -> None:
    own = Observable("b", ("b",), unit="GeV")
    processor = Two(["sum", own])
    assert processor.observables == (Two.catalogue[0], own)


def test_needed_branches_by_observable_and_each_once() -> None:
    processor = Two(["sum", "a"], weight="w")
    assert processor.needed_branches() == {"sum": ("a", "b"), "a": ("a",)}
    assert processor.branches_to_read() == ["a", "b", "w"]


def test_columns_are_rounded_to_float32_once() -> None:
    columns = Two(["a", Observable("tenth", ("b",))]).columns(EVENTS)
    assert columns["tenth"].dtype == np.float32
    assert columns["tenth"][0] == np.float32(0.1)


@pytest.mark.filterwarnings("ignore:overflow")
def test_value_beyond_float32_is_not_finite() -> None:
    column = Two(["sum"]).columns(EVENTS)["sum"]
    assert np.isfinite(column).tolist() == [True, False]


def test_unknown_observable() -> None:
    with pytest.raises(ConfigError) as caught:
        Two(["smu"])
    assert str(caught.value) == (
        "observable 'smu' is not known to Two\n"
        "  nearest  sum\n"
        "  or read a branch as it is: smu: {branch: NAME}"
    )


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (
            lambda a: np.stack([a.to_numpy(), a.to_numpy()], 1),
            "column 'pair' has shape (2, 2), but one number per event is needed: (N,)",
        ),
        (
            lambda a: a[a > 1],
            "1 rows for 2 events, and each needs its own: "
            "give NaN, or no constituents, to an event without the object",
        ),
    ],
)
def test_observable_of_another_shape_is_located(function, told) -> None:
    with pytest.raises(ObservableError) as caught:
        Two([Observable("pair", ("a",), function)]).columns(EVENTS)
    assert str(caught.value) == (
        f"observable 'pair' failed: TableError: {told}\n  in file    a.root, dataset 'd'"
    )


def test_weight_of_another_shape_is_located() -> None:
    class Jagged(Two):
        def read(self, events, name):
            return ak.Array([[1.0], []])

    message = (
        r"^weight 'w' failed: TableError: column 'w' .*\n.*\n  in file    a\.root, dataset 'd'$"
    )
    with pytest.raises(ObservableError, match=message):
        Jagged([], weight="w").weights(EVENTS)


def test_pickle_is_small() -> None:
    assert len(cloudpickle.dumps(Two(["sum", "a"], weight="w"))) < 50_000


def test_default_action_keeps_the_chunk_under_its_dataset() -> None:
    class OneChunk:
        dataset = "d"

    chunk = OneChunk()
    assert collect(chunk) == {"d": [chunk]}


def double(a: np.ndarray) -> np.ndarray:
    return 2 * a


LEARNED = Observable("learned", (), lambda a, doubled: a + doubled, inputs=("a", "doubled"))
DOUBLED = Observable("doubled", (), double, inputs=("a",))


def test_observables_of_observables_come_after_what_they_need_and_in_their_place() -> None:
    processor = Two([LEARNED, DOUBLED, "a"])
    columns = processor.columns(EVENTS)
    assert {name: column.tolist() for name, column in columns.items()} == {
        "learned": [3.0, 6.0],
        "doubled": [2.0, 4.0],
        "a": [1.0, 2.0],
    }
    assert list(columns) == ["learned", "doubled", "a"]
    assert processor.needed_branches() == {"learned": (), "doubled": (), "a": ("a",)}


def test_they_see_rounded_columns_and_those_of_a_variation() -> None:
    tenth = Observable("a", ("b",))
    assert Two([tenth, DOUBLED]).columns(EVENTS)["doubled"][0] == 2 * np.float32(0.1)
    processor = Two(["a", DOUBLED])
    processor.observables = (scaled(processor.observables[0], 3.0), DOUBLED)
    assert processor.columns(EVENTS)["doubled"].tolist() == [6.0, 12.0]


@pytest.mark.parametrize(
    ("observables", "message"),
    [
        (
            ["a", LEARNED],
            "'learned' is computed from 'doubled', which is not among the observables",
        ),
        ([Observable("self", (), double, inputs=("self",))], "'self' is computed from 'self'"),
    ],
)
def test_what_they_need_has_to_be_there(observables, message) -> None:
    with pytest.raises(ConfigError, match=message):
        Two(observables)
