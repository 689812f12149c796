"""The same numbers whatever runs the chunks, and however they are cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coffea_lcf.cutflow.files import CutflowFile, load_cutflow

from .chain import (
    FLAT_CUTS,
    JET_CUTS,
    columns,
    jet_document,
    ok,
    skim_files,
    with_selection,
    write_config,
)


def same_histograms(one: CutflowFile, other: CutflowFile) -> None:
    """Assert that all histograms are equal, bin by bin, dataset by dataset."""
    for dataset in one.cutflow.datasets:
        chosen = {"dataset": dataset}
        assert one.cutflow.raw[chosen] == other.cutflow.raw[chosen]
        assert one.cutflow.weighted[chosen] == other.cutflow.weighted[chosen]
        for name, histogram in one.observables.items():
            assert histogram[chosen] == other.observables[name][chosen]
    assert one.cutflow.datasets == other.cutflow.datasets
    assert set(one.observables) == set(other.observables)


@pytest.fixture(scope="module")
def iterative(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of fixed cuts on the sample, six chunks in this process."""
    folder = tmp_path_factory.mktemp("iterative")
    config = write_config(folder / "jets.yaml", jet_document())
    return with_selection(config, folder / "output", JET_CUTS, "cutflow", "skim")


@pytest.fixture(scope="module")
def futures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same from two processes, with a processor that is given by path."""
    folder = tmp_path_factory.mktemp("futures")
    config = write_config(folder / "jets.yaml", jet_document())
    output = folder / "output"
    options = ("-o", output, "-q", "--executor", "futures", "--workers", 2)
    ok("tabulate", config, *options)
    JET_CUTS.save(output / "selection.json")
    ok("cutflow", config, *options)
    ok("skim", config, *options)
    return output


def test_futures_give_identical_histograms(iterative: Path, futures: Path) -> None:
    same_histograms(*(load_cutflow(path / "cutflow.json") for path in (iterative, futures)))


@pytest.mark.parametrize("dataset", ["ww", "qcd"])
def test_futures_give_the_same_table_row_by_row(
    iterative: Path, futures: Path, dataset: str
) -> None:
    one, other = (columns(path, dataset) for path in (iterative, futures))
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name])


def test_futures_write_the_same_skims(iterative: Path, futures: Path) -> None:
    for dataset in ("ww", "qcd"):
        one, other = (
            [(path.name, path.stat().st_size) for path in skim_files(output, dataset)]
            for output in (iterative, futures)
        )
        assert one == other
        assert len(one) == 3


@pytest.mark.parametrize("chunksize", [37, 299, 300, 100_000])
def test_any_chunksize_gives_the_same_counts(flat: dict, tmp_path: Path, chunksize: int) -> None:
    flows = []
    for size in (150, chunksize):
        config = write_config(tmp_path / "flat.yaml", flat, execution={"chunksize": size})
        output = with_selection(config, tmp_path / str(size), FLAT_CUTS, "cutflow")
        flows.append(load_cutflow(output / "cutflow.json").cutflow)
    one, other = flows
    for dataset in one.datasets:
        assert one.raw[{"dataset": dataset}] == other.raw[{"dataset": dataset}]
        for part in ("value", "variance"):
            np.testing.assert_allclose(
                one.weighted[{"dataset": dataset}].view()[part],
                other.weighted[{"dataset": dataset}].view()[part],
                rtol=1e-12,
                atol=1e-12,
            )
