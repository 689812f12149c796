from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import uproot

from coffea_lcf.config import load_config
from coffea_lcf.datasets import mock
from coffea_lcf.datasets.mock import CENTERS, OBSERVABLES, MockSet, draw, write
from coffea_lcf.errors import ConfigError, OutputError

CONFIGS = Path(__file__).parents[3] / "analysis_configs"


@pytest.fixture(scope="module")
def mock1() -> MockSet:
    """The paper's mock1, all of its events."""
    return draw("mock1")


def together(drawn: MockSet, name: str, signal: bool) -> np.ndarray:
    """Return an observable of one class, from both halves."""
    halves = (drawn.train, drawn.test)
    return np.concatenate([half[name][half.label == signal] for half in halves])


def test_the_split_is_the_papers(mock1: MockSet) -> None:
    assert (mock1.test.label.sum(), (~mock1.test.label).sum()) == (49_857, 50_143)
    assert (mock1.train.label.sum(), (~mock1.train.label).sum()) == (50_143, 49_857)


def test_events_are_drawn_in_the_papers_order(mock1: MockSet) -> None:
    """Signal before background, observables by number, the left peak before the right."""
    random = np.random.RandomState(42)
    x1 = [random.normal(mean, 2, 100_000) for mean in (-2, 2)]
    x2 = [random.normal(mean, 2, 100_000) for mean in (2, -2)]
    x3 = [random.normal(0, 2, 100_000), *(random.normal(mean, 2, 50_000) for mean in (-5, 5))]
    for name, signal, expected in (
        ("x1", True, x1[0]),
        ("x2", False, x2[1]),
        ("x3", True, x3[0]),
        ("x3", False, np.concatenate(x3[1:])),
    ):
        found = np.sort(together(mock1, name, signal))
        assert np.array_equal(found, np.sort(expected.astype(np.float32))), (name, signal)


def test_correlated_observables_follow_x1() -> None:
    drawn = draw("mock4", events=20_000)
    for name, slope in (("x9", 0.9), ("x10", 0.7)):
        for signal in (True, False):
            rest = together(drawn, name, signal) - slope * together(drawn, "x1", signal)
            assert rest.mean() == pytest.approx(0.0, abs=0.03)
            assert rest.std() == pytest.approx(1.0, abs=0.03)


def test_mock6_is_mock5_in_another_order() -> None:
    fifth, sixth = draw("mock5", events=100), draw("mock6", events=100)
    assert sixth.train.names == ("x1", "x2", "x7", "x3", "x5", "x4", "x9")
    for name in fifth.train:
        assert np.array_equal(fifth.train[name], sixth.train[name])


@pytest.mark.parametrize("name", OBSERVABLES)
def test_every_set_has_its_observables_and_centers(name: str) -> None:
    drawn = draw(name, events=10)
    assert drawn.train.names == drawn.test.names == OBSERVABLES[name]
    assert drawn.centers == {one: CENTERS[one] for one in OBSERVABLES[name]}
    assert len(drawn.train) == len(drawn.test) == 10
    assert drawn.train[OBSERVABLES[name][0]].dtype == np.float32


def test_a_seed_is_a_sample() -> None:
    first, again, other = (draw("mock2", events=10, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.train["x5"], again.train["x5"])
    assert not np.array_equal(first.train["x5"], other.train["x5"])


def test_an_unknown_set_names_the_known() -> None:
    with pytest.raises(ConfigError, match=r"unknown mock set 'mok1'\n  nearest    mock1"):
        draw("mok1")


@pytest.mark.parametrize("events", [0, -2, 7])
def test_events_are_even(events: int) -> None:
    with pytest.raises(ConfigError, match=f"events = {events}: an even number is needed"):
        draw("mock1", events=events)


def test_files_hold_the_events(tmp_path: Path) -> None:
    drawn = draw("mock4", events=50)
    paths = write("mock4", tmp_path / "new", events=50)
    assert [path.name for path in paths] == [
        "signal_train.root",
        "background_train.root",
        "signal_test.root",
        "background_test.root",
    ]
    for path, half, label in zip(
        paths, [drawn.train] * 2 + [drawn.test] * 2, [True, False] * 2, strict=True
    ):
        with uproot.open(path) as file:
            assert file.classname_of("Events") == "TTree"
            arrays = file["Events"].arrays(library="np")
        assert list(arrays) == ["x1", "x9", "x10"]
        for name, values in arrays.items():
            assert values.dtype == np.float32
            assert np.array_equal(values, half[name][half.label == label])
    assert {path.name for path in (tmp_path / "new").iterdir()} == {path.name for path in paths}


def test_a_set_too_small_for_a_class_in_each_half_is_still_written(tmp_path: Path) -> None:
    events = 0
    for path in write("mock3", tmp_path, events=2):
        with uproot.open(path) as file:
            events += file["Events"].num_entries
    assert events == 4


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*signal_train\.root"):
        write("mock1", tmp_path / "file", events=10)


@pytest.mark.parametrize("name", OBSERVABLES)
def test_the_configuration_of_a_set_is_the_papers(name: str) -> None:
    config = load_config(CONFIGS / f"{name}.yaml").config
    assert config.name == name
    assert config.observable_names == OBSERVABLES[name]
    assert config.fit.centers == {one: CENTERS[one] for one in OBSERVABLES[name]}
    assert config.fit.preset == "paper"
    assert {key: section.files for key, section in config.datasets.items()} == {
        key: [f"data/{name}/{key}.root"] for key in _names()
    }
    for key, section in config.datasets.items():
        assert key == f"{section.label}_{section.sample}"


def _names() -> Iterator[str]:
    for role in ("signal", "background"):
        yield from (f"{role}_{sample}" for sample in ("train", "test"))


def test_the_tables_speak_of_the_same_observables() -> None:
    used = {name for names in OBSERVABLES.values() for name in names}
    assert used == set(CENTERS) == {*mock.PEAKS, *mock.CORRELATED}
