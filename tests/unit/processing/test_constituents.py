from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.errors import ConfigError, ObservableError
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.constituents import ConstituentProcessor, Part, in_file_order

NAMES = ("p_pt", "p_eta", "p_phi")
EVENTS = {
    "p_pt": [[3.0, 4.0, 5.0], [], [2.0]],
    "p_eta": [[0.0, 0.0, 0.0], [], [0.0]],
    "p_phi": [[0.0, 0.0, 0.0], [], [0.0]],
    "w": [1.0, -2.0, 3.0],
}
METADATA = {"dataset": "top", "filename": "a.root", "entrystart": 5}


class Flat(ObservableProcessor):
    """A processor whose jet is the whole event."""

    @classmethod
    def scored(cls, name: str, scorer: Callable[..., Any]) -> Observable:
        return Observable(name, NAMES, scorer)

    def read(self, events: Any, name: str) -> Any:
        return events.columns[name]


def chunk() -> Any:
    columns = {name: ak.Array(values) for name, values in EVENTS.items()}

    class Events(SimpleNamespace):
        def __len__(self) -> int:
            return 3

    return Events(columns=columns, metadata=METADATA)


def test_the_hardest_constituents_of_every_event() -> None:
    output = ConstituentProcessor(Flat([], weight="w"), size=2).process(chunk())
    ((part,),) = output.values()
    assert list(output) == ["top"]
    assert (part["filename"], part["start"]) == ("a.root", 5)
    assert part["p4"].dtype == np.float32
    assert part["p4"][..., 0].tolist() == [[5.0, 4.0], [0.0, 0.0], [2.0, 0.0]]
    assert part["mask"].tolist() == [[True, True], [False, False], [True, False]]
    assert part["weight"].tolist() == [1.0, -2.0, 3.0]


def test_it_reads_constituents_and_weight_alone() -> None:
    processor = ConstituentProcessor(Flat([Observable("x", ("x",))], weight="w"), size=2)
    assert processor.branches_to_read() == [*sorted(NAMES), "w"]


def test_a_processor_without_constituents_says_so() -> None:
    with pytest.raises(ConfigError, match="ObservableProcessor knows no constituents"):
        ConstituentProcessor(ObservableProcessor([]), size=2)


def test_too_few_constituents_are_located() -> None:
    class First(Flat):
        def read(self, events: Any, name: str) -> Any:
            return super().read(events, name)[:2]

    message = (
        "^choice of constituents failed: TableError: 2 rows for 3 events.*"
        r"\n  in file    a\.root, dataset 'top'$"
    )
    with pytest.raises(ObservableError, match=message):
        ConstituentProcessor(First([]), size=2).process(chunk())


def part(filename: str, start: int, *energies: float) -> Part:
    p4 = np.zeros((len(energies), 1, 4), np.float32)
    p4[:, 0, 0] = energies
    mask = np.ones((len(energies), 1), bool)
    return Part(filename=filename, start=start, p4=p4, mask=mask, weight=np.array(energies))


def test_rows_come_in_the_order_of_files_and_entries() -> None:
    parts = [part("b", 0, 4.0), part("a", 2, 3.0), part("a", 0, 1.0, 2.0)]
    cloud, weight = in_file_order(parts, ["a", "b"])
    assert cloud.p4[:, 0, 0].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert weight.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert in_file_order(parts, ["b", "a"])[1].tolist() == [4.0, 1.0, 2.0, 3.0]
