"""Dask: the same numbers as in this process, and workers that stay light."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.processing.executors.dask import connected

from .chain import (
    FLAT_CUTS,
    cause,
    columns,
    flat_document,
    lcf,
    ok,
    read_json,
    refused,
    skim_files,
    write_config,
)
from .rootfiles import flat_columns, write_root

distributed = pytest.importorskip("distributed")

MINE = """
from neighbour import FACTOR
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor

class Mine(ObservableProcessor):
    catalogue = (
        Observable("x", ("x",), lambda x: x * FACTOR), Observable("y", ("y",)),
    )
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return two worker processes that do not see the folder of the configuration."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as running:
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Return three signal and two background files of different length."""
    folder = tmp_path_factory.mktemp("files")
    signal, background = (
        [
            write_root(folder / f"{kind}{seed}.root", flat_columns(kind, 200 + 150 * seed, seed))
            for seed in range(count)
        ]
        for kind, count in (("signal", 3), ("background", 2))
    )
    return signal, background


def processed(config: Path, output: Path, *options: object) -> Path:
    """Tabulate, cut and skim with fixed cuts; return `output`."""
    ok("tabulate", config, "-o", output, "-q", *options)
    FLAT_CUTS.save(output / "selection.json")
    for step in ("cutflow", "skim"):
        ok(step, config, "-o", output, "-q", *options)
    return output


@pytest.fixture(scope="module")
def reference(files: tuple[list[Path], list[Path]], tmp_path_factory: Any) -> Path:
    """Return the output of one chunk a file in this process."""
    folder = tmp_path_factory.mktemp("reference")
    config = write_config(folder / "flat.yaml", flat_document(*files))
    return processed(config, folder / "out")


def assert_same(output: Path, reference: Path) -> None:
    """Assert equal counts, sums to 1e-12, rows, and events of the skims."""
    one, other = (load_cutflow(path / "cutflow.json") for path in (output, reference))
    for dataset in other.cutflow.datasets:
        for kind in ("onecut", "cumulative", "nminusone"):
            np.testing.assert_array_equal(
                one.cutflow.events(dataset, kind), other.cutflow.events(dataset, kind)
            )
            for sums in ("sumw", "sumw2"):
                np.testing.assert_allclose(
                    getattr(one.cutflow, sums)(dataset, kind),
                    getattr(other.cutflow, sums)(dataset, kind),
                    rtol=1e-12,
                )
        for name, values in columns(reference, dataset).items():
            np.testing.assert_array_equal(columns(output, dataset)[name], values)
    one_skim, other_skim = (
        read_json(path / "skims" / "fileset.json") for path in (output, reference)
    )
    for dataset, entry in other_skim.items():
        assert one_skim[dataset]["metadata"]["nevents"] == entry["metadata"]["nevents"]


@pytest.mark.parametrize("chunksize", [70, 1000])
@pytest.mark.parametrize("aligned", [False, True])
def test_dask_gives_what_this_process_gives(
    cluster: Any, files: Any, reference: Path, tmp_path: Path, chunksize: int, aligned: bool
) -> None:
    execution = {
        "executor": "dask",
        "scheduler": cluster.scheduler_address,
        "chunksize": chunksize,
        "align_clusters": aligned,
    }
    config = write_config(tmp_path / "flat.yaml", flat_document(*files), execution=execution)
    output = processed(config, tmp_path / "out")
    assert_same(output, reference)
    expected = 5 if aligned or chunksize == 1000 else 3 + 5 + 8 + 3 + 5
    entries = read_json(output / "run.json")["steps"]["cutflow"]["result"]["completeness"]
    assert sum(entry["chunks_processed"] for entry in entries) == expected
    assert len(skim_files(output, "signal")) + len(skim_files(output, "background")) == expected
    assert not (output / ".checkpoints").exists()


@pytest.mark.parametrize("executor", ["iterative", "futures"])
@pytest.mark.parametrize("chunksize", [70, 1000])
def test_other_executors_give_the_same(
    files: Any, reference: Path, tmp_path: Path, executor: str, chunksize: int
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat_document(*files))
    options = ("--executor", executor, "--chunksize", chunksize)
    assert_same(processed(config, tmp_path / "out", *options), reference)


def test_processor_and_its_neighbour_travel_and_torch_stays_at_home(
    cluster: Any, files: Any, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "neighbour.py").write_text("FACTOR = 2.0\n")
    config = write_config(
        tmp_path / "flat.yaml",
        flat_document(*files),
        processor={"file": "mine.py", "class": "Mine"},
        observables=["x", "y"],
        execution={"executor": "dask", "scheduler": cluster.scheduler_address},
    )
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    expected = 2.0 * flat_columns("signal", 200, 0)["x"]
    np.testing.assert_array_equal(columns(tmp_path / "out", "signal")["x"][:200], expected)
    with distributed.Client(cluster) as client:
        loaded = client.run(lambda: sorted(set(sys.modules) & {"torch", "coffea_lcf", "sklearn"}))
    assert list(loaded.values()) == [["coffea_lcf"]] * 2


@pytest.mark.slow
def test_cluster_of_its_own(files: Any, reference: Path, tmp_path: Path) -> None:
    config = write_config(tmp_path / "flat.yaml", flat_document(*files))
    options = ("--executor", "dask", "--workers", 2, "--chunksize", 100)
    assert_same(processed(config, tmp_path / "out", *options), reference)


def test_local_workers_keep_the_memory_of_a_chunk_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "OMP_NUM_THREADS")
    for name in names:  # Dask leaves in this process what it set for an earlier cluster
        monkeypatch.delenv(name, raising=False)
    with connected(ExecutionSection(executor="dask", workers=1)) as executor:
        [found] = executor.client.run(lambda: [os.environ.get(name) for name in names]).values()
    assert found == ["134217728", "33554432", "1"]


def test_no_scheduler_there(files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coffea_lcf.processing.executors.dask.CONNECT", "0.5s")
    config = write_config(tmp_path / "flat.yaml", flat_document(*files))
    options = ("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    message = refused("tabulate", config, "-o", tmp_path / "out", "-q", *options)
    assert cause(message).startswith(
        "ConfigError: execution.scheduler: no Dask scheduler answers at tcp://127.0.0.1:9"
    )


CONDOR = {
    "class": "HTCondorCluster",
    "options": {"cores": 1, "memory": "2 GB", "disk": "1 GB"},
    "adapt": {"minimum": 1, "maximum": 50},
}


def test_dry_run_shows_the_job_and_submits_nothing(files: Any, tmp_path: Path) -> None:
    pytest.importorskip("dask_jobqueue")
    section = {"executor": "dask", "cluster": CONDOR, "chunksize": 100}
    config = write_config(tmp_path / "flat.yaml", flat_document(*files), execution=section)
    screen = ok("run", config, "-o", tmp_path / "out", "--dry-run").stdout
    assert "HTCondorCluster" in screen
    assert "1 to 50 workers" in screen
    assert "RequestMemory" in screen
    assert "export MALLOC_TRIM_THRESHOLD_=134217728" in screen
    rows = {line.split()[0]: line.split()[1:4] for line in screen.split("\n") if line.strip()}
    assert rows["signal"] == ["3", "11", "1050"]
    assert rows["background"] == ["2", "6", "550"]
    assert "nothing was started, submitted or written" in screen
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class": "HTCondor"}, "'HTCondor' is no cluster of dask_jobqueue"),
        ({"options": {"cors": 1}}, "execution.cluster.options: HTCondorCluster does not take them"),
        ({"class": "no_such_site.Cluster"}, "no_such_site cannot be imported"),
    ],
)
def test_cluster_that_cannot_be_made(
    files: Any, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    pytest.importorskip("dask_jobqueue")
    section = {"executor": "dask", "cluster": {**CONDOR, **change}}
    config = write_config(tmp_path / "flat.yaml", flat_document(*files), execution=section)
    assert message in refused("tabulate", config, "-o", tmp_path / "out", "--dry-run")


@pytest.mark.parametrize(
    ("executor", "module", "install"),
    [("parsl", "parsl", "pip install parsl"), ("taskvine", "ndcctools", "conda install")],
)
def test_executor_that_is_not_installed(
    files: Any, tmp_path: Path, monkeypatch: Any, executor: str, module: str, install: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    config = write_config(tmp_path / "flat.yaml", flat_document(*files))
    result = lcf("tabulate", config, "-o", tmp_path / "out", "-q", "--executor", executor)
    assert result.exit_code == 2
    assert f"MissingExtraError: the executor {executor!r} needs {module}" in result.stderr
    assert install in result.stderr
