from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coffea_lcf.errors import SelectionError
from coffea_lcf.selection import Selection
from coffea_lcf.selection.serialize import from_document, to_document
from tests.properties.test_selection_agreement import selections

numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def full_selections(draw) -> Selection:
    cuts = tuple(
        replace(
            cut,
            unit=draw(st.text()),
            importance=draw(maybe),
            importance_spread=draw(maybe),
            lower_spread=draw(maybe),
            upper_spread=draw(maybe),
            fixed=draw(st.booleans()),
        )
        for cut in draw(selections).cuts
    )
    return Selection(
        cuts,
        unused=tuple(draw(st.lists(st.text(), max_size=2))),
        threshold=draw(st.floats(0.01, 0.99)),
        provenance=draw(st.dictionaries(st.text(), json_values, max_size=3)),
    )


@given(full_selections())
def test_a_file_keeps_everything(selection):
    with tempfile.TemporaryDirectory() as folder:
        assert Selection.load(selection.save(Path(folder) / "selection.json")) == selection


def _read(document) -> Selection | SelectionError:
    try:
        return from_document(document, "my.json")
    except SelectionError as error:
        return error


@given(full_selections(), st.data())
def test_whatever_stands_in_a_document_is_a_selection_or_an_error_that_says_so(selection, data):
    document = json.loads(json.dumps(to_document(selection)))
    target = (
        document
        if not document["cuts"]
        else data.draw(st.sampled_from([document, document["cuts"][0]]))
    )
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(json_values)
    outcome = _read(document)
    assert isinstance(outcome, Selection) or str(outcome).startswith("my.json")
