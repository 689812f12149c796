"""Files that are damaged, gone or of another kind: told by file, range and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot

from coffea_lcf.cutflow.files import load_cutflow
from tests.integration.chain import (
    FLAT_CUTS,
    cause,
    columns,
    flat_document,
    incomplete,
    lcf,
    ok,
    read_json,
    refused,
    results,
    skim_files,
    write_config,
)
from tests.integration.counting import noted
from tests.integration.rootfiles import flat_columns, write_root

from .baskets import EVENTS, flip_basket, write_baskets


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
    # but for the finished chunks, which the next run needs
    assert [path.name for path in output.iterdir()] == [".checkpoints"]


def test_result_without_a_damaged_chunk_and_then_with_it(
    config: Path, signal: Path, output: Path, tmp_path: Path
) -> None:
    whole = signal.read_bytes()
    flip_basket(signal, "x", 1)
    options = (config, "-o", output)
    result = lcf("tabulate", *options, "--allow-missing")
    assert result.exit_code == 3, result.output
    assert "signal: 200 of 300 events, 2 of 3 chunks processed" in result.stdout
    assert "INCOMPLETE: signal lacks 100 of 300 events (33.33%)" in result.stdout
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


def test_fit_of_a_part_is_made_again_with_the_rest(
    config: Path, signal: Path, output: Path
) -> None:
    whole = signal.read_bytes()
    flip_basket(signal, "x", 1)
    options = (config, "-o", output, "-q")
    assert lcf("tabulate", *options, "--allow-missing").exit_code == 3
    ok("fit", *options)
    of_part = read_json(output / "fit.json")
    ok("fit", *options)
    assert read_json(output / "fit.json") == of_part

    signal.write_bytes(whole)
    ok("tabulate", *options)
    ok("fit", *options)
    seen = [one["test"]["events"] for one in (of_part, read_json(output / "fit.json"))]
    assert seen == [125, 150]


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
