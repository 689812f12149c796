"""Files from elsewhere, mutated: what they cannot mean is said in one message, at once."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coffea_lcf.config import load_config
from coffea_lcf.config.fileset import read_fileset
from coffea_lcf.datasets.fileset import resolve_datasets
from coffea_lcf.errors import LCFError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.serialize import to_document

from .chain import lcf, ok, refused, write_config

LONGEST = 20.0
"""Seconds that the worst file may take on a busy machine."""

SNIPPETS = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "1e400", "-1e-400", "9" * 400, "0x" + "f" * 5000, "NaN", ".inf", "null", "~", "true", "{}",
        "[]", '""', "[" * 2000, "{a: " * 500, "../../x", "/", "\0", "\\u0000", "\\ud800", "\ud800",
        "ünï\u202e", "!!python/object/apply:os.system [true]", "!!binary aGk=", "!!set {a}",
        "!!timestamp 2020-01-01", "2020-01-01", "&a [*a, *a]", "<<: *a", "@", "@list.txt", "~x/",
        "*", "a.txt", "root://", "://", "}", "]", ",", ":", "\n", "\t", "'", '"', "#", "- ",
        "? ", "| ", "---\n", "fileset: f.json\n", "options: {a: !!binary /w==}", "x" * 3000,
    )
)  # fmt: skip
"""What parsers and readers of paths have stumbled over."""


def mutations(original: bytes) -> st.SearchStrategy[bytes]:
    """Return copies of `original` with bytes turned, cut out, doubled and put in."""
    place = st.integers(0, len(original))
    edit = st.tuples(
        place,
        st.integers(0, 40),
        st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=3), st.just(None)),
    )
    return st.lists(edit, min_size=1, max_size=4).map(lambda edits: _edited(original, edits))


def _edited(content: bytes, edits: list[tuple[int, int, bytes | None]]) -> bytes:
    for start, length, put in edits:
        cut = content[start : start + length]
        content = content[:start] + (cut * 2 if put is None else put) + content[start + length :]
    return content


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


VALUES = (
    None, True, 0, -1, 10**400, 2**63, 1e308, -1e-320, "", " ", "x" * 3000, "../../x", "/", ".",
    "a\0b", "\n", "\u202e", "{}", "%s%n", "$HOME", "~nobody/x", "@", "@.", "@/", "a.txt", "**",
    "root://", "file:///etc/passwd", "nan", "1e400", "True", [], {}, [[]], [None], ["a", "a"],
    [0], {"a": {}}, {"": ""}, {"../x": 1}, nested(300), {"a" * 500: nested(20)}, [1.5] * 500,
)  # fmt: skip
"""What a value may not be, or may be and still surprise."""


def paths(document: Any) -> list[tuple[Any, ...]]:
    """Return the way to each value in `document`."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    found: list[tuple[Any, ...]] = []
    for key, value in items:
        found.append((key,))
        if isinstance(value, dict | list):
            found += [(key, *rest) for rest in paths(value)]
    return found


def replaced(document: Any) -> st.SearchStrategy[Any]:
    """Return copies of `document` with one value or key replaced, or left out."""
    change = st.tuples(
        st.sampled_from(paths(document)),
        st.sampled_from(["value", "key", "drop", "add"]),
        st.sampled_from(VALUES),
    )
    return change.map(lambda change: _with(document, *change))


def _with(document: Any, path: tuple[Any, ...], what: str, value: Any) -> Any:
    changed = json.loads(json.dumps(document))
    place = changed
    for key in path[:-1]:
        place = place[key]
    if what == "value":
        place[path[-1]] = value
    elif what == "drop" or isinstance(place, list):
        del place[path[-1]]
    elif what == "key":
        place[str(value)[:3000]] = place.pop(path[-1])
    else:
        place[str(value)[:3000]] = value
    return changed


def clean(load: Callable[[Path], Any], path: Path, content: bytes) -> None:
    """Load `content`, which succeeds or fails by an error of ours, soon and in words."""
    path.write_bytes(content)
    start = time.monotonic()
    try:
        load(path)
    except LCFError as error:
        message = str(error)
        assert message.strip()
        assert len(message) < 5000
        message.encode("utf-8")
    assert time.monotonic() - start < LONGEST


def mutated(document: Any, dumps: Callable[[Any], str]) -> st.SearchStrategy[bytes]:
    """Return the text of `document` with other bytes, or that of another document."""
    return st.one_of(
        mutations(dumps(document).encode()),
        replaced(document).map(lambda one: dumps(one).encode()),
    )


SELECTION = Selection(
    (Cut("x", "middle", 65.0, 95.0, "GeV", importance=0.5), Cut("y", "left", upper=0.5)),
    unused=("z",),
    provenance={"config": "flat", "nested": {"a": [1, 2.5, None]}},
)
CONFIG = {
    "name": "flat",
    "weight": "w",
    "datasets": {
        "signal": {"files": ["s*.root", "@s.txt"], "label": "signal", "cross_section": 2.0},
        "qcd": {"files": ["b.root"], "label": "background", "cross_section": 7e3},
    },
    "observables": {"x": {"branch": "x", "unit": "GeV"}, "y": {"branch": "y"}},
    "processor": {"file": "jets.py", "class": "Jets", "options": {"radius": 0.8}},
    "preselection": [{"observable": "x", "case": "right", "lower": 1.0}],
    "systematics": {"scale": {"up": {"scale": {"x": 1.1}}, "down": {"scale": {"x": 0.9}}}},
    "fit": {"seed": 3, "centers": {"y": 1.5}},
    "execution": {"executor": "futures", "chunksize": 1000},
}
FILESET = {
    "signal": {
        "files": {
            "/d/a.root": {
                "object_path": "Events",
                "steps": [[0, 40], [40, 100]],
                "num_entries": 100,
                "uuid": "9d9a817e-e681-11f1-96ba-02fc00000001",
            }
        },
        "metadata": {"label": "signal", "xsec": "88.29", "isMC": "True"},
    },
    "qcd": {"files": ["b.root"], "metadata": {"label": "background", "sumw": 1e6}},
}

few = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def load_and_resolve(path: Path) -> None:
    loaded = load_config(path)
    loaded.digest()
    resolve_datasets(loaded)


def load_named(path: Path) -> None:
    """Load the configuration beside `path`, whose fileset it is."""
    document = {"name": "n", "observables": ["x"], "fileset": path.name}
    path.with_suffix(".yaml").write_text(yaml.safe_dump(document))
    read_fileset(path)
    load_and_resolve(path.with_suffix(".yaml"))


def load_and_save(path: Path) -> None:
    Selection.load(path).save(path.with_suffix(".again.json"))


@few
@given(content=mutated(to_document(SELECTION), json.dumps))
def test_selections(tmp_path: Path, content: bytes) -> None:
    clean(load_and_save, tmp_path / "selection.json", content)


@few
@given(content=mutated(CONFIG, yaml.safe_dump))
def test_configurations(tmp_path: Path, content: bytes) -> None:
    clean(load_and_resolve, tmp_path / "config.yaml", content)


@few
@given(content=mutated(FILESET, json.dumps))
def test_filesets(tmp_path: Path, content: bytes) -> None:
    clean(load_named, tmp_path / "fileset.json", content)


@few
@example(content=b"../../x\0# files\n")
@example(content=b"/**\n")
@example(content=b"/*/../*/../*/../*/../*/../*/../x\n")
@given(content=mutations(b"# files\na.root\n../x/*.root\nroot://host//store/a.root\n"))
def test_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    # the disk of the machine may be large; what a glob may look into has an end
    monkeypatch.setattr("coffea_lcf.datasets.wildcards.MOST", 1000)
    datasets = {"d": {"files": "@list.txt", "label": "signal"}}
    document = {"name": "n", "observables": ["x"], "datasets": datasets}
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(document))
    clean(lambda _: load_and_resolve(tmp_path / "c.yaml"), tmp_path / "list.txt", content)


DATASETS = "datasets: {s: {files: a.root, label: signal}}\nobservables: [x]\n"
BOMB = "\n".join(
    ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pickle.dumps({"name": "n"}), "is not valid YAML"),
        (b"name: !!python/object/apply:os.system ['touch owned']", "could not determine"),
        (BOMB.encode(), "aliases stand for more than"),
        (b"[" * 100_000, "is not valid YAML"),
        (b"a: &a [*a]", "an alias contains itself"),
        (b"name: n\nname: m\n" + DATASETS.encode(), "'name' is written twice"),
        (b"name: n\nluminosity: 1.0e+400\n" + DATASETS.encode(), "luminosity"),
        (b"name: ../../x\n" + DATASETS.encode(), "name: String should match pattern"),
        (b"name: n\nobservables: [x]\ndatasets: {../../x: {files: a, label: signal}}", "../../x"),
        (b"name: n\nfileset: c.yaml\nobservables: [x]", "is no fileset"),
        (b"name: n\nfileset: .\nobservables: [x]", "cannot read the fileset"),
        (b"\xff\xfe\x00", "is not valid YAML"),
    ],
)
def test_hostile_configurations_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_bytes(content)
    result = lcf("run", "c.yaml", "-o", "out")
    assert result.exit_code == 2, (result.output, result.exception)
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pickle.dumps(SELECTION.names), "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": 1, "format": 2}', "the key 'format' is written twice"),
        (
            json.dumps(to_document(SELECTION)).replace("65.0", "1e400").encode(),
            "1e400 is too large",
        ),
        (
            json.dumps(to_document(SELECTION)).replace("65.0", "1e39").encode(),
            "not a finite float32",
        ),
        (b"{}", "is not a selection"),
        (b"", "not valid JSON"),
    ],
)
def test_hostile_selections_on_the_command_line(
    tmp_path: Path, flat: dict, output: Path, content: bytes, said: str
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat)
    ok("tabulate", config, "-o", output, "-q")
    (output / "selection.json").write_bytes(content)
    message = refused("cutflow", config, "-o", output, "-q")
    assert message.startswith("SelectionError: ")
    assert said in message
