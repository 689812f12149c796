"""From the study to the skim, and the network behind it at work on the skimmed files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.baselines.roc import roc
from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.samples import study_samples

from .chain import columns, jet_document, ok, read_json, refused, write_config

OBSERVABLES = ["trimmed_mass", "tau21", "trimmed_C2_b1"]
HAND = [{"observable": "trimmed_mass", "case": "middle", "lower": 60.0, "upper": 100.0}]
LABELS = ("ww", "qcd")


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a configuration and its output, where the skim of a budget was chosen and made."""
    folder = tmp_path_factory.mktemp("tradeoff")
    config = write_config(
        folder / "jets.yaml",
        jet_document(),
        observables=OBSERVABLES,
        fit={"repeats": 1},
        tradeoff={"budgets": [0.5, 0.2], "reference": HAND, "figure": "auc"},
    )
    output = folder / "out"
    for step in ("tabulate", "fit", "tradeoff"):
        ok(step, config, "-o", output, "-q")
    ok("tradeoff", config, "-o", output, "--choose", "0.2")
    for step in ("cutflow", "skim", "report"):
        ok(step, config, "-o", output, "-q")
    return config, output


@pytest.fixture(scope="module")
def behind(chosen: tuple[Path, Path]) -> Path:
    """Return the configuration of an analysis of the skims, with the network as observable."""
    _, output = chosen
    document = jet_document()
    datasets = {
        name: {**document["datasets"][name], "files": sorted(listed["files"])}
        for name, listed in read_json(output / "skims" / "fileset.json").items()
    }
    # not in the order in which they have to be computed
    observables = {
        "net": {"model": str(output / "tradeoff_network.pt")},
        **dict.fromkeys(OBSERVABLES),
    }
    path = output.parent / "behind.yaml"
    return write_config(path, document, datasets=datasets, observables=observables)


def test_the_chosen_skim_is_that_of_its_point_and_the_old_cuts_are_kept(
    chosen: tuple[Path, Path],
) -> None:
    config, output = chosen
    points = {one["budget"]: one for one in _points(output)}
    (tight,) = [one for name, one in points.items() if "20 %" in name]
    selection = lcf.Selection.load(output / "selection.json")
    assert selection == lcf.Selection.load(output / tight["selection"])
    assert selection.provenance["config"] == "jets"
    before = lcf.Selection.load(output / "selection_before_tradeoff.json")
    assert before.provenance["fit"]["strategy"] == "sequential"
    # choosing once more keeps the cuts of the fit, not those of the other budget
    told = ok("tradeoff", config, "-o", output, "--choose", "0.5").output
    assert "up to date" in told
    assert "the cuts of this skim, in place of those of tradeoff/point_2.json\n" in told
    told = ok("tradeoff", config, "-o", output, "--choose", "0.2").output
    assert lcf.Selection.load(output / "selection_before_tradeoff.json") == before
    assert "tradeoff_network: {model: out/tradeoff_network.pt}" in told


def _points(output: Path) -> list[dict]:
    return list(read_json(output / "run.json")["steps"]["tradeoff"]["result"]["points"])


def test_the_curve_tells_how_many_events_the_cutflow_of_the_skim_counts(
    chosen: tuple[Path, Path],
) -> None:
    _, output = chosen
    sizes = read_json(output / "tradeoff.json")["on_disk"]
    told = sizes["at most 20 % of the background, joint"]
    flow = load_cutflow(output / "cutflow.json").cutflow
    assert told["events"] == sum(flow.events(name)[-1] for name in LABELS)
    skims = read_json(output / "run.json")["steps"]["skim"]["result"]["skims"]
    # the chunks of the skim are smaller, and each file has its own header
    assert told["bytes"] == pytest.approx(sum(one["bytes"] for one in skims), rel=0.5)
    assert 0.0 < told["seconds"] < 5.0
    assert sizes["no skim"]["bytes"] > told["bytes"]
    assert any("hand cuts" in name for name in sizes)


@pytest.mark.parametrize("executor", ["iterative", "dask"])
def test_the_network_on_the_skim_gives_the_numbers_of_the_curve(
    chosen: tuple[Path, Path], behind: Path, tmp_path: Path, executor: str
) -> None:
    config, output = chosen
    options = ["--executor", executor, "--workers", "1"]
    ok("tabulate", behind, "-o", tmp_path, "-q", *options)
    _, test = study_samples(prepare(config, output))
    scores = np.full(len(test), np.nan)
    for name in LABELS:
        found = columns(tmp_path, name)
        of_row = dict(zip(_rows(found), found["net"].astype(float), strict=True))
        mine = test.label == (name == "ww")
        scores[mine] = [of_row.get(row, np.nan) for row in _rows(test.select(mine))]
    point = next(
        one for one in read_json(output / "tradeoff.json")["points"] if "20 %" in one["budget"]
    )
    assert roc(scores, test).auc == pytest.approx(point["joint"]["auc"]["value"], abs=0.002)
    assert (
        np.isfinite(scores).sum() == lcf.Selection.load(output / "selection.json").mask(test).sum()
    )


def _rows(table: object) -> list[bytes]:
    return [row.tobytes() for row in np.stack([table[name] for name in OBSERVABLES], axis=1)]  # type: ignore[index]


def test_the_network_is_cut_on_like_any_observable(behind: Path, tmp_path: Path) -> None:
    ok("tabulate", behind, "-o", tmp_path, "-q")
    selection = lcf.Selection((lcf.Cut("net", "right", lower=0.5),))
    selection.save(tmp_path / "selection.json")
    for step in ("cutflow", "skim"):
        ok(step, behind, "-o", tmp_path, "-q")
    flow = load_cutflow(tmp_path / "cutflow.json").cutflow
    for name in LABELS:
        passing = int((columns(tmp_path, name)["net"] > 0.5).sum())
        assert flow.events(name).tolist()[-1] == passing
    assert "all sums agree" in ok("skim", behind, "-o", tmp_path, "-q", "--check").output


def test_a_network_without_its_inputs_is_an_error(behind: Path, tmp_path: Path) -> None:
    import yaml

    document = yaml.safe_load(behind.read_text())
    del document["observables"]["tau21"]
    config = write_config(tmp_path / "lacking.yaml", document)
    told = refused("tabulate", config, "-o", tmp_path / "out")
    assert "observable 'net' is computed from 'tau21', which is not among the observables" in told
    assert "list it:  trimmed_mass, tau21, trimmed_C2_b1" in told


def test_a_budget_that_was_not_tried_is_an_error(chosen: tuple[Path, Path]) -> None:
    config, output = chosen
    told = refused("tradeoff", config, "-o", output, "-q", "--choose", "0.3")
    assert "--choose 0.3: the study has 'knee' and the budgets 0.5, 0.2, " in told


def test_the_cuts_of_the_preselection_come_first_in_every_skim(flat: dict, tmp_path: Path) -> None:
    preselection = [{"observable": "y", "case": "left", "upper": 0.6}]
    config = write_config(
        tmp_path / "flat.yaml",
        flat,
        weight=None,
        preselection=preselection,
        tradeoff={"budgets": [0.3]},
    )
    output = tmp_path / "out"
    ok("tabulate", config, "-o", output, "-q")
    # without a fit: nothing is there that would have to be kept
    told = ok("tradeoff", config, "-o", output, "--choose").output
    assert "selection.json: the cuts of this skim\n" in told
    first, *others = lcf.Selection.load(output / "selection.json").cuts
    assert str(first) == "y < 0.6"
    assert first.fixed
    # the network sees the observable, and no further cut is made on it
    assert {cut.observable for cut in others} == {"x"}
    ok("cutflow", config, "-o", output, "-q")
    flow = load_cutflow(output / "cutflow.json").cutflow
    sizes = read_json(output / "tradeoff.json")["on_disk"]
    told_events = sizes["at most 30 % of the background, joint"]["events"]
    assert told_events == sum(flow.events(name)[-1] for name in ("signal", "background"))
    assert sizes["no skim"]["events"] == sum(flow.events(name)[1] for name in flow.datasets)


def test_hand_cuts_on_what_is_no_observable_are_an_error(flat: dict, tmp_path: Path) -> None:
    cut = {"observable": "z", "case": "left", "upper": 0.6}
    config = write_config(tmp_path / "flat.yaml", flat, tradeoff={"reference": [cut]})
    told = refused("tradeoff", config, "-o", tmp_path / "out", "-q")
    assert "tradeoff.reference: 'z' is not among the observables (x, y)" in told
