"""Whatever goes wrong on the way: told by file, range and reason, and the rest is kept."""

from __future__ import annotations

import functools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.processing.isolation import Isolation

from .chain import (
    FLAT_CUTS,
    cause,
    columns,
    files_in,
    flat_document,
    lcf,
    ok,
    read_json,
    refused,
    results,
    skim_files,
    unfinished,
    write_config,
)
from .counting import lcf_process, noted, order, write_processor
from .rootfiles import flat_columns, write_root

EVENTS, BASKET = 300, 100


def write_baskets(path: Path, kind: str) -> Path:
    """Write 300 events in three baskets a branch; each chunk of 100 has its own first ``x``."""
    content = flat_columns(kind, EVENTS)
    content["x"] = np.round(content["x"])  # a basket that does not shrink is stored as it is
    content["x"][::BASKET] = [1, 2, 3] if kind == "signal" else [4, 5, 6]
    with uproot.recreate(path) as file:
        tree = file.mktree("Events", {name: values.dtype for name, values in content.items()})
        for start in range(0, EVENTS, BASKET):
            tree.extend({name: one[start : start + BASKET] for name, one in content.items()})
    return path


def flip_basket(path: Path, branch: str, number: int) -> None:
    """Invert some bytes in the middle of one basket."""
    with uproot.open(path) as file:
        seek = int(file[f"Events/{branch}"].member("fBasketSeek")[number])
        size = int(file[f"Events/{branch}"].member("fBasketBytes")[number])
    content = bytearray(path.read_bytes())
    middle = slice(seek + size // 2, seek + size // 2 + 20)
    content[middle] = bytes(255 - byte for byte in content[middle])
    path.write_bytes(content)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait milliseconds and not seconds before a retry."""
    monkeypatch.setattr(
        "coffea_lcf.workflow.analysis.Isolation", functools.partial(Isolation, pause=0.01)
    )


@pytest.fixture
def signal(tmp_path: Path) -> Path:
    return write_baskets(tmp_path / "signal.root", "signal")


@pytest.fixture
def config(tmp_path: Path, signal: Path) -> Path:
    """Return a configuration of six chunks whose processor takes orders."""
    document = flat_document([signal], [write_baskets(tmp_path / "background.root", "background")])
    return write_config(
        tmp_path / "flat.yaml",
        document,
        processor=write_processor(tmp_path),
        observables=["x", "y"],
        execution={"chunksize": BASKET},
    )


def incomplete(*arguments: object) -> str:
    """Return the message of ``coffea-lcf``, which must fail with exit status 1."""
    result = lcf(*arguments)
    assert result.exit_code == 1, (result.output, result.exception)
    assert "Traceback" not in result.output
    return result.stderr


def test_damaged_basket_is_told_and_nothing_is_written(
    config: Path, signal: Path, output: Path
) -> None:
    flip_basket(signal, "x", 1)
    message = incomplete("run", config, "-o", output, "-q")
    lines = message.split("\n")
    assert lines[0] == (
        "IncompleteError: 1 of 6 chunks could not be processed, nothing was written"
    )
    assert lines[1] == "  signal: 200 of 300 events, 2 of 3 chunks processed"
    assert lines[2] == "  background: 300 of 300 events, 3 of 3 chunks processed"
    assert lines[3].startswith(f"  {signal}[100:200]: FilesetError: branch x cannot be read: ")
    assert "or go without them:  --allow-missing" in message
    assert [name for name in files_in(output) if name.endswith((".parquet", ".json"))] == []


def test_result_without_a_damaged_chunk_and_then_with_it(
    config: Path, signal: Path, output: Path, tmp_path: Path
) -> None:
    whole = signal.read_bytes()
    flip_basket(signal, "x", 1)
    options = (config, "-o", output)
    result = lcf("tabulate", *options, "--allow-missing")
    assert result.exit_code == 3, result.output
    assert "signal: 200 of 300 events, 2 of 3 chunks processed" in result.stdout
    assert "INCOMPLETE: the yields of signal lack 100 of 300 events (33.33%)" in result.stdout
    kept = np.r_[0:100, 200:300]
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"][kept]
    )
    [lacking, _] = results(output, "tabulate")["completeness"]
    assert not lacking["complete"]
    assert lacking["failures"][0].startswith(f"{signal}[100:200]: FilesetError: ")

    FLAT_CUTS.save(output / "selection.json")
    assert lcf("cutflow", *options, "-q", "--allow-missing").exit_code == 3
    assert lcf("skim", *options, "-q", "--allow-missing").exit_code == 3
    flow = load_cutflow(output / "cutflow.json").cutflow
    assert [flow.events(name)[0] for name in ("signal", "background")] == [200, 300]
    assert len(skim_files(output, "signal")) == 2

    signal.write_bytes(whole)
    noted(tmp_path)
    ok("tabulate", *options, "-q")
    assert noted(tmp_path) == [2]
    assert len(columns(output, "signal")["x"]) == 300
    ok("cutflow", *options, "-q")
    assert load_cutflow(output / "cutflow.json").cutflow.events("signal")[0] == 300
    assert not (output / ".checkpoints" / "tabulate").exists()


def test_dataset_without_any_chunk_is_never_allowed(
    config: Path, signal: Path, output: Path
) -> None:
    for number in range(3):
        flip_basket(signal, "x", number)
    message = incomplete("tabulate", config, "-o", output, "-q", "--allow-missing")
    assert "signal: 0 of 300 events, 0 of 3 chunks processed" in message


@pytest.mark.parametrize("damage", ["truncated", "not ROOT", "gone", "another tree"])
def test_file_that_cannot_be_opened_may_miss(
    tmp_path: Path, config: Path, signal: Path, output: Path, damage: str
) -> None:
    broken = write_baskets(tmp_path / "second.root", "signal")
    background = tmp_path / "background.root"
    if damage == "truncated":
        broken.write_bytes(broken.read_bytes()[:3000])
    elif damage == "not ROOT":
        broken.write_text("a letter")
    elif damage == "another tree":
        write_root(broken, flat_columns("signal"), tree="Other")
    files: list[Any] = [signal, broken]
    if damage == "gone":
        # a local path that is not there is a slip of the pen; an address may come back
        files = [signal, "http://127.0.0.1:1/gone.root"]
    write_config(config, flat_document(files, [background]))
    refused("tabulate", config, "-o", output, "-q")
    result = lcf("tabulate", config, "-o", output, "-q", "--allow-missing")
    assert result.exit_code == 3, result.output
    assert "signal: 300 of 300 events, 1 of 1 chunks processed" in result.stdout
    assert f"{files[1]}: " in result.stdout
    [entry, _] = results(output, "tabulate")["completeness"]
    assert (entry["files"], len(entry["failures"]), entry["complete"]) == (2, 1, False)


def test_branch_that_a_later_file_lacks(
    tmp_path: Path, config: Path, signal: Path, output: Path
) -> None:
    content = flat_columns("signal")
    del content["y"]
    other = write_root(tmp_path / "other.root", content)
    write_config(config, flat_document([signal, other], [tmp_path / "background.root"]))
    message = refused("tabulate", config, "-o", output, "-q")
    assert cause(message) == "MissingBranchError: y is not in tree 'Events'"
    assert str(other) in message


@pytest.mark.parametrize("kind", [np.float64, np.int32, np.uint8])
def test_branches_of_other_types_in_other_files(
    tmp_path: Path, config: Path, signal: Path, output: Path, kind: type
) -> None:
    content = flat_columns("signal", 50)
    content["x"] = np.arange(50).astype(kind)
    other = write_root(tmp_path / "other.root", content)
    write_config(config, flat_document([signal, other], [tmp_path / "background.root"]))
    ok("tabulate", config, "-o", output, "-q")
    assert columns(output, "signal")["x"][-50:].tolist() == list(range(50))
    FLAT_CUTS.save(output / "selection.json")
    ok("skim", config, "-o", output, "-q")
    with uproot.open(skim_files(output, "signal")[-1]) as skim:
        assert set(skim["Events"].keys()) == set(content)


@pytest.mark.parametrize("executor", ["iterative", "futures"])
def test_error_that_passes_costs_nothing(
    tmp_path: Path, config: Path, output: Path, executor: str
) -> None:
    order(tmp_path, "break", 2, times=2)
    ok("tabulate", config, "-o", output, "-q", "--executor", executor)
    assert sorted(noted(tmp_path)) == [1, 2, 2, 2, 3, 4, 5, 6]
    assert len(columns(output, "signal")["x"]) == 300


def test_error_that_stays_is_told_after_the_retries(
    tmp_path: Path, config: Path, signal: Path, output: Path
) -> None:
    order(tmp_path, "break", 2, times=9)
    message = incomplete("tabulate", config, "-o", output, "-q")
    assert f"{signal}[100:200]: OSError: [Errno 5] the network is gone" in message
    assert noted(tmp_path) == [1, 2, 2, 2, 2, 3, 4, 5, 6]


def limited(bytes_a_file: int) -> Callable[[], None]:
    """Return what gives a new process a disk on which no file grows beyond a size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))


@pytest.mark.parametrize("step", ["tabulate", "skim"])
def test_full_disk(tmp_path: Path, output: Path, step: str) -> None:
    paths = [
        write_root(tmp_path / f"{kind}.root", flat_columns(kind, 20_000))
        for kind in ("signal", "background")
    ]
    config = write_config(tmp_path / "flat.yaml", flat_document(paths[:1], paths[1:]))
    if step == "skim":
        ok("tabulate", config, "-o", output, "-q")
        FLAT_CUTS.save(output / "selection.json")
    done = lcf_process(step, config, "-o", output, "-q", preexec_fn=limited(50_000))
    assert done.returncode == 2, done.stderr
    assert "OutputError: cannot write " in done.stderr
    assert "File too large" in done.stderr
    assert unfinished(output) == []
    assert not (output / "skims" / "fileset.json").exists()
    assert not (output / "observables" / "manifest.json").exists() or step == "skim"
    ok(step, config, "-o", output, "-q")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_may_not_be_written(config: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    message = refused("tabulate", config, "-o", locked / "out", "-q")
    assert cause(message).startswith(f"OutputError: cannot write {locked / 'out'}")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return a cluster of two processes, which gives a chunk up when it killed two workers."""
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as running,
    ):
        yield running


def test_killed_worker_is_replaced(
    tmp_path: Path, config: Path, output: Path, cluster: Any
) -> None:
    order(tmp_path, "kill", 2)
    options = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
    ok("tabulate", config, "-o", output, "-q", *options)
    assert noted(tmp_path).count(2) == 2
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"]
    )


def test_chunk_that_kills_every_worker_is_named(
    tmp_path: Path, config: Path, signal: Path, output: Path, cluster: Any
) -> None:
    order(tmp_path, "kill", 2, times=9)
    options = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
    message = incomplete("tabulate", config, "-o", output, "-q", *options)
    assert "KilledWorker" in cause(message)
    assert f"{signal}[100:200]" in message
    assert not (output / "run.json").exists()
    (tmp_path / "order").unlink(missing_ok=True)
    noted(tmp_path)
    ok("tabulate", config, "-o", output, "-q")
    assert 2 in noted(tmp_path)
    assert len(columns(output, "signal")["x"]) == 300


@contextmanager
def scheduler_and_worker(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a Dask scheduler and one worker as processes; give address and process id."""
    address = folder / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    scheduler += ["--port", "0", "--scheduler-file", str(address), "--host", "127.0.0.1"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--no-dashboard"]
    worker += ["--nthreads", "1", "--scheduler-file", str(address), "--death-timeout", "20"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    with subprocess.Popen(scheduler, **quiet) as one, subprocess.Popen(worker, **quiet) as two:
        try:
            while not address.exists():
                time.sleep(0.1)
            yield read_json(address)["address"], one.pid
        finally:
            one.kill()
            two.kill()


def test_scheduler_that_dies(tmp_path: Path, config: Path, output: Path) -> None:
    pytest.importorskip("distributed")
    with scheduler_and_worker(tmp_path) as (address, pid):
        order(tmp_path, pid, 3)
        options = ("--executor", "dask", "--scheduler", address)
        message = incomplete("tabulate", config, "-o", output, "-q", *options)
    assert cause(message).startswith("IncompleteError: the run broke off, nothing was written: ")
    assert "of 6 chunks are kept; the same command goes on with the other" in message
    noted(tmp_path)
    ok("tabulate", config, "-o", output, "-q")
    assert len(noted(tmp_path)) < 6
    np.testing.assert_array_equal(
        columns(output, "signal")["y"], flat_columns("signal", EVENTS)["y"]
    )
