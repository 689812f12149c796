from __future__ import annotations

import json
import pickle

import pytest

from coffea_lcf.errors import OutputError, SelectionError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.selection.serialize import from_document, to_document

SELECTION = Selection(
    (
        Cut("pt", "right", lower=250.0, unit="GeV", fixed=True),
        Cut("mass", "middle", 60.1, 98.3, "GeV", 0.62, 0.01, 1.2, 2.3),
        Cut("tau21", "edge", 0.1, 0.7, importance=0.38),
    ),
    unused=("eta",),
    threshold=0.4,
    provenance={"seed": 1, "files": ["a.root"]},
)


def _document(**changes):
    return {**to_document(SELECTION), **changes}


def _with_cut(**changes):
    first, *others = to_document(SELECTION)["cuts"]
    return _document(cuts=[{**first, **changes}, *others])


def test_the_document_is_versioned_and_ordered():
    document = to_document(SELECTION)
    assert (document["format"], document["version"]) == ("coffea-lcf/selection", 1)
    assert [cut["order"] for cut in document["cuts"]] == [1, 2, 3]
    assert document["cuts"][0] == {
        "order": 1,
        "observable": "pt",
        "case": "right",
        "lower": 250.0,
        "upper": None,
        "unit": "GeV",
        "importance": None,
        "importance_spread": None,
        "lower_spread": None,
        "upper_spread": None,
        "fixed": True,
    }


def test_a_file_reads_back_as_the_same_selection(tmp_path):
    path = SELECTION.save(tmp_path / "new" / "selection.json")
    assert Selection.load(path) == SELECTION


def test_cuts_are_applied_by_their_order_not_by_their_place():
    document = _document(cuts=to_document(SELECTION)["cuts"][::-1])
    assert from_document(document) == SELECTION


def test_what_may_be_left_out():
    entry = {"order": 1, "observable": "x", "case": "left", "lower": None, "upper": 1}
    document = {"format": "coffea-lcf/selection", "version": 1, "threshold": 0.5, "cuts": [entry]}
    assert from_document(document) == Selection((Cut("x", "left", upper=1.0),))


def test_a_newer_version_asks_for_an_upgrade(tmp_path):
    path = tmp_path / "selection.json"
    path.write_text(json.dumps(_document(version=2, unheard_of=True)))
    with pytest.raises(SelectionError, match=r"selection\.json has schema version 2, newer than 1"):
        Selection.load(path)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (_document(version=0), "version"),
        (_document(version="1"), "version: .*valid integer .got '1'"),
        (_document(version=True), "version: .*valid integer"),
        (_document(format="other"), "format: .*coffea-lcf/selection"),
        (_document(executable="rm"), "executable: Extra inputs are not permitted"),
        (_document(threshold=2.0), "threshold = 2.0 is not between 0 and 1"),
        (_document(threshold="0.5"), "threshold: .*valid number"),
        (_document(cuts="x > 1"), r"cuts: .*valid list \(got 'x > 1'\)"),
        (_with_cut(colour="red"), "cuts.0.colour: Extra inputs are not permitted"),
        (_with_cut(case="centre"), "cuts.0.case: .*'left', 'right', 'middle' or 'edge'"),
        (_with_cut(lower="250"), r"cuts.0.lower: .*valid number \(got '250'\)"),
        (_with_cut(lower=float("nan")), "cuts.0.lower: .*finite number"),
        (_with_cut(lower=10**400), "cuts.0.lower"),
        (_with_cut(upper=300.0), "cut on 'pt': case 'right' takes no upper"),
        (_with_cut(observable=""), "cuts.0.observable"),
        (_with_cut(importance=float("inf")), "cuts.0.importance: .*finite number"),
        ([1], "top level: .*valid dictionary"),
        (None, "top level"),
    ],
)
def test_what_is_not_a_selection_is_refused_with_its_place(document, message):
    with pytest.raises(SelectionError, match=message):
        from_document(document, "my.json")


@pytest.mark.parametrize("missing", ["format", "version", "threshold", "cuts"])
def test_what_must_be_there(missing):
    document = _document()
    del document[missing]
    with pytest.raises(SelectionError, match=f"my.json is not a selection: {missing}: .*required"):
        from_document(document, "my.json")


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(SELECTION),
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"version": ' + b"9" * 5000 + b"}",
    ],
    ids=["pickle", "empty", "truncated", "deep", "not utf-8", "long number"],
)
def test_files_that_are_not_json(tmp_path, content):
    path = tmp_path / "selection.json"
    path.write_bytes(content)
    with pytest.raises(SelectionError, match=r"selection\.json is not a selection: not valid JSON"):
        Selection.load(path)


def test_nan_in_a_file_is_refused(tmp_path):
    path = tmp_path / "selection.json"
    path.write_text(json.dumps(_with_cut(lower=float("nan"))))
    with pytest.raises(SelectionError, match="NaN is no JSON"):
        Selection.load(path)


def test_nan_in_the_provenance_of_a_file_is_refused(tmp_path):
    path = tmp_path / "selection.json"
    path.write_text(json.dumps(_document(provenance={"loss": float("nan")})))
    with pytest.raises(SelectionError, match="selection"):
        Selection.load(path)


def test_a_missing_file_and_a_folder_are_reported(tmp_path):
    with pytest.raises(SelectionError, match=r"cannot read the selection .*x\.json: No such file"):
        Selection.load(tmp_path / "x.json")
    with pytest.raises(SelectionError, match="cannot read the selection"):
        Selection.load(tmp_path)


def test_a_selection_cannot_be_saved_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        SELECTION.save(tmp_path / "file" / "selection.json")


@pytest.mark.parametrize("entry", [float("nan"), object()])
def test_provenance_that_is_not_json_cannot_be_saved(tmp_path, entry):
    with pytest.raises(SelectionError, match="provenance"):
        SELECTION.with_provenance(entry=entry).save(tmp_path / "selection.json")
    assert list(tmp_path.iterdir()) == []
