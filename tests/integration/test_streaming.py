"""More events than `fit.in_memory`: all of them are learned from, few are held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coffea_lcf.selection import Selection
from coffea_lcf.table import concatenate
from coffea_lcf.workflow.analysis import Analysis, prepare
from coffea_lcf.workflow.fit import fit_cuts
from coffea_lcf.workflow.samples import all_events, training_and_test, training_batches
from coffea_lcf.workflow.tabulate import tabulate

from .chain import flat_document, ok, results, write_config
from .rootfiles import flat_columns, write_root

EVENTS = 6000
THIRD = {"fit": {"in_memory": 2 * EVENTS // 3, "seed": 4}, "execution": {"chunksize": 700}}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    files = {
        kind: [write_root(folder / f"{kind}.root", flat_columns(kind, EVENTS, 1))]
        for kind in ("signal", "background")
    }
    document = flat_document(files["signal"], files["background"])
    return write_config(folder / "flat.yaml", document, **THIRD)


@pytest.fixture(scope="module")
def analysis(config: Path) -> Analysis:
    found = prepare(config, config.parent / "out")
    tabulate(found)
    return found


def test_test_events_are_in_no_batch_and_the_same_as_of_a_whole_table(analysis: Analysis) -> None:
    whole = analysis.with_overrides(fit={"in_memory": 2 * EVENTS})
    training, test = training_and_test(whole)
    streamed = concatenate(list(training_batches(analysis)()))
    np.testing.assert_array_equal(streamed["x"], training["x"])
    np.testing.assert_array_equal(streamed.weight, training.weight)
    thin_training, thin_test = training_and_test(analysis)
    assert len(thin_training) + len(thin_test) == 2 * EVENTS // 3
    assert set(thin_test["x"]) < set(test["x"])
    assert set(thin_training["x"]) < set(training["x"])


def test_a_thinned_table_has_the_yields_of_the_whole(analysis: Analysis) -> None:
    whole = all_events(analysis.with_overrides(fit={"in_memory": 2 * EVENTS}))
    thinned = all_events(analysis)
    assert len(thinned) == len(whole) // 3
    assert thinned.weight.sum() == pytest.approx(whole.weight.sum(), rel=0.05)


@pytest.mark.parametrize("strategy", ["parallel", "sequential"])
def test_cuts_of_batches_are_those_of_the_table(analysis: Analysis, strategy: str) -> None:
    streamed = analysis.with_overrides(fit={"strategy": strategy, "validation_fraction": 0.0})
    whole = streamed.with_overrides(fit={"in_memory": 2 * EVENTS})
    fit_cuts(whole, force=True)
    expected = Selection.load(analysis.output / "selection.json")
    result = fit_cuts(streamed, force=True).result
    found = Selection.load(analysis.output / "selection.json")
    assert found.provenance["fit"]["sample"] > 0
    assert "sample" not in expected.provenance["fit"]
    assert found.provenance["fit"]["events"] == expected.provenance["fit"]["events"]
    assert result["thinning"] == 3
    assert [cut.observable for cut in found.cuts] == [cut.observable for cut in expected.cuts]
    for ours, other in zip(found.cuts, expected.cuts, strict=True):
        for side in ("lower", "upper"):
            value, exact = getattr(ours, side), getattr(other, side)
            assert (value is None) == (exact is None)
            if value is not None:
                assert abs(value - exact) < 0.5 * getattr(other, f"{side}_spread")


def test_the_chain_says_what_it_did(config: Path, tmp_path: Path) -> None:
    screen = ok("run", config, "-o", tmp_path / "out").stdout
    assert "(one of 3, see fit.in_memory)" in screen
    assert results(tmp_path / "out", "fit")["thinning"] == 3
