from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cloudpickle
import pytest

from coffea_lcf.cutflow import Binning
from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.count import CountCuts
from coffea_lcf.processing.load import load_processor, processors_in, sources
from coffea_lcf.selection import Cut, Selection

SOURCE = """
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor

FACTOR = {factor}

def scaled(values):
    return FACTOR * values

class Base(ObservableProcessor):
    catalogue = (Observable("x", ("x",), scaled),)

class Mine(Base):
    pass

class NotAProcessor:
    pass
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(SOURCE.format(factor=2))
    return tmp_path / "mine.py"


def test_processors_of_the_file_and_none_that_it_imports(path: Path) -> None:
    assert [kind.__name__ for kind in processors_in(path)] == ["Base", "Mine"]


def test_class_by_name(path: Path) -> None:
    assert load_processor(path, "Mine").catalogue[0].function(3) == 6


def test_files_of_the_same_name_do_not_mix(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "mine.py"
    other.parent.mkdir()
    other.write_text(SOURCE.format(factor=5))
    first, second = load_processor(path, "Mine"), load_processor(other, "Mine")
    assert (first.catalogue[0].function(1), second.catalogue[0].function(1)) == (2, 5)


def test_edited_file_is_loaded_anew(path: Path) -> None:
    load_processor(path, "Mine")
    path.write_text(SOURCE.format(factor=7000))
    assert load_processor(path, "Mine").catalogue[0].function(1) == 7000


def test_travels_by_value_to_a_process_that_has_no_such_file(path: Path, tmp_path: Path) -> None:
    pickled = tmp_path / "processor.pkl"
    pickled.write_bytes(cloudpickle.dumps(load_processor(path, "Mine")(["x"])))
    path.unlink()
    program = (
        "import pickle, sys; one = pickle.load(open(sys.argv[1], 'rb')); "
        "assert one.observables[0].function(3) == 6"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(pickled)], cwd=Path(__file__).parents[3], check=True
    )
    assert pickled.stat().st_size < 50_000


def test_neighbours_travel_by_value_and_do_not_mix(tmp_path: Path) -> None:
    pickles = {}
    for factor in (2, 5):
        folder = tmp_path / str(factor)
        folder.mkdir()
        (folder / "mine.py").write_text(
            "import near\n" + SOURCE.format(factor=0).replace("FACTOR *", "near.FACTOR *")
        )
        (folder / "near.py").write_text(f"FACTOR = {factor}\n")
        assert sources(folder / "mine.py") == (folder / "mine.py", folder / "near.py")
        pickles[factor] = cloudpickle.dumps(load_processor(folder / "mine.py", "Mine")(["x"]))
    assert "near" not in sys.modules
    for factor, pickled in pickles.items():
        assert cloudpickle.loads(pickled).observables[0].function(3) == 3 * factor


def test_processor_of_the_repository_is_small_with_its_action() -> None:
    path = Path(__file__).parents[3] / "processors" / "jets.py"
    selection = Selection((Cut("tau21", "left", upper=0.5),))
    action = CountCuts(selection, {"tau21": Binning(50, 0.0, 1.0)})
    one = load_processor(path, "LargeRJets")(["trimmed_mass", "tau21"], action=action)
    assert len(cloudpickle.dumps(one)) < 50_000


def test_unknown_class(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_processor(path, "Mien")
    assert str(caught.value) == (f"processor.class: no processor 'Mien' in {path}\n  nearest  Mine")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"processor\.file: no such file: .*none\.py"):
        processors_in(tmp_path / "none.py")


def test_no_python_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(ConfigError, match=r"mine\.txt is not a Python file"):
        processors_in(tmp_path / "mine.txt")


def test_file_that_raises(path: Path) -> None:
    path.write_text("1 / 0")
    with pytest.raises(ConfigError, match="cannot be imported: ZeroDivisionError: division by"):
        processors_in(path)
