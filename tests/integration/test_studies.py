"""Studies of a finished fit, and systematic variations, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import coffea_lcf as lcf
from coffea_lcf.cutflow.files import load_cutflow
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.samples import study_samples

from .chain import FLAT_CUTS, columns, ok, refused, with_selection, write_config
from .rootfiles import flat_columns, twin, write_root


@pytest.fixture(scope="module")
def fitted(flat: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("fitted")
    config = write_config(folder / "flat.yaml", flat, weight=None, tradeoff={"budgets": [0.5]})
    for step in ("tabulate", "fit", "cutflow"):
        ok(step, config, "-o", folder / "out", "-q")
    return config, folder / "out"


@pytest.mark.parametrize(
    ("study", "files", "words"),
    [
        ("compare", ["comparison.txt", "comparison.svg"], ["boosted trees", "network"]),
        (
            "explain",
            ["explanation.txt", "explanation.svg", "explanation.json"],
            ["learned", "network"],
        ),
        ("prune", ["pruned_selection.json", "pruning.txt"], ["accuracy from"]),
        (
            "stability",
            ["stability.txt", "stability.svg", "stability.json"],
            ["boundaries over 48 repeats", "stability ", "5 folds"],
        ),
        (
            "tradeoff",
            ["tradeoff.txt", "tradeoff.svg", "tradeoff.json", "tradeoff/point_1.pt"],
            ["no skim", "cuts alone", "proposed"],
        ),
    ],
)
def test_study_tells_writes_and_is_skipped_when_done(
    fitted: tuple[Path, Path], study: str, files: list[str], words: list[str]
) -> None:
    config, output = fitted
    told = ok(study, config, "-o", output).output
    assert all(word in told for word in words)
    assert all((output / name).stat().st_size > 50 for name in files)
    assert "up to date, skipped" in ok(study, config, "-o", output).output
    ok("report", config, "-o", output, "-q", "--force")
    page = (output / "report.html").read_text(encoding="utf-8")
    assert all(word in page for word in words)


def test_what_observables_are_worth_is_told_in_a_summary(fitted: tuple[Path, Path]) -> None:
    config, output = fitted
    told = ok("explain", config, "-o", output).output.splitlines()
    assert len(told) <= 30
    (row,) = [line.split() for line in told if line.startswith(" x ")]
    document = json.loads((output / "explanation.json").read_text(encoding="utf-8"))
    lost = {
        one["predictor"]: next(
            entry["value"] for entry in one["columns"]["retrained"] if entry["observables"] == ["x"]
        )
        for one in document["worth"]
    }
    assert row[2:] == [f"{100 * lost[name]:.2f}" for name in ("cuts", "trees", "network")]
    assert "permuted" in (output / "explanation.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("prior", "signal_share"), [("equal", 0.5), ("events", 0.75), ("sample", 0.5)]
)
def test_studies_weigh_the_classes_as_the_fit_does(
    flat: dict[str, Any], tmp_path: Path, prior: str, signal_share: float
) -> None:
    # three times as many signal events, which are expected as often as the background
    files = {
        kind: [str(write_root(tmp_path / f"{kind}.root", flat_columns(kind, events), sumw=1.0))]
        for kind, events in (("signal", 900), ("background", 300))
    }
    datasets = {
        kind: {**flat["datasets"][kind], "files": own, "cross_section": 1.0, "sumw": events}
        for (kind, own), events in zip(files.items(), (900.0, 300.0), strict=True)
    }
    config = write_config(
        tmp_path / "c.yaml",
        flat,
        datasets=datasets,
        weight=None,
        luminosity=1.0,
        fit={"class_prior": prior},
    )
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    for sample in study_samples(prepare(config, tmp_path / "out")):
        signal, background = sample.sumw()
        assert signal / (signal + background) == pytest.approx(signal_share, abs=0.03)


def test_pruned_selection_is_a_selection(fitted: tuple[Path, Path]) -> None:
    config, output = fitted
    ok("prune", config, "-o", output, "-q")
    pruned = lcf.Selection.load(output / "pruned_selection.json")
    assert 1 <= len(pruned.cuts) <= 2


def _shifted(scale: float) -> dict[str, Any]:
    return {"up": {"scale": {"x": scale}}, "down": {"scale": {"x": 1.0 / scale}}}


def test_variations_count_what_shifted_columns_give(flat: dict[str, Any], tmp_path: Path) -> None:
    systematics = {"shift": _shifted(1.1), "other": {"up": {"observables": {"x": {"branch": "y"}}}}}
    config = write_config(tmp_path / "flat.yaml", flat, systematics=systematics, weight=None)
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "cutflow")
    state = json.loads((output / "run.json").read_text())["steps"]["cutflow"]["result"]
    yields = {one["name"]: one for one in state["variations"]}
    assert list(yields) == ["nominal", "shift_up", "shift_down", "other_up"]
    plain = columns(output, "signal")
    for name, scale in (("nominal", 1.0), ("shift_up", 1.1), ("shift_down", 1.0 / 1.1)):
        moved = {**plain, "x": (plain["x"].astype(float) * scale).astype("float32")}
        assert yields[name]["signal"] == FLAT_CUTS.mask(moved).sum()
    assert yields["other_up"]["signal"] == 0
    nominal = load_cutflow(output / "cutflow.json").cutflow
    assert nominal.events("signal")[-1] == yields["nominal"]["signal"]


def test_varied_weight_changes_sums_and_not_the_nominal(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    systematics = {"pileup": {"up": {"weight": "y"}}}
    config = write_config(tmp_path / "flat.yaml", flat, systematics=systematics)
    output = with_selection(config, tmp_path / "out", FLAT_CUTS, "cutflow")
    state = json.loads((output / "run.json").read_text())["steps"]["cutflow"]["result"]
    nominal, varied = state["variations"]
    plain = columns(output, "signal")
    kept = FLAT_CUTS.mask(plain)
    assert varied["signal"] == pytest.approx(plain["y"][kept].sum(dtype=float), rel=1e-6)
    assert nominal["signal"] != varied["signal"]


def test_unknown_observable_of_a_variation_is_named(flat: dict[str, Any], tmp_path: Path) -> None:
    from .chain import lcf as run_lcf

    systematics = {"shift": {"up": {"scale": {"z": 1.1}}}}
    config = write_config(tmp_path / "flat.yaml", flat, systematics=systematics)
    result = run_lcf("tabulate", config, "-o", tmp_path / "out", "-q")
    assert result.exit_code == 2
    assert "systematics.shift_up: 'z' is not among the observables (x, y)" in result.stderr


def test_test_samples_are_held_out(flat: dict[str, Any], tmp_path: Path) -> None:
    datasets = {}
    for name, section in flat["datasets"].items():
        (path,) = section["files"]
        other = str(twin(Path(path)))
        datasets[f"{name}_train"] = {**section, "sample": "train"}
        datasets[f"{name}_test"] = {**section, "files": [other], "sample": "test"}
    config = write_config(tmp_path / "flat.yaml", flat, datasets=datasets, weight=None)
    ok("tabulate", config, "-o", tmp_path / "out", "-q")
    ok("fit", config, "-o", tmp_path / "out", "-q")
    document = json.loads((tmp_path / "out" / "fit.json").read_text())
    assert document["test"]["events"] == 600
    assert document["settings"]["events"] == 480


@pytest.mark.parametrize(
    "objective",
    [
        {"kind": "accuracy"},
        {"kind": "s_over_sqrt_b", "minimum_background": 5.0},
        {"kind": "asimov"},
        {"kind": "punzi", "sigmas": 3.0},
        {"kind": "background_rejection", "signal_efficiency": [0.8, 0.5]},
    ],
)
def test_joint_cuts_of_each_objective(
    flat: dict[str, Any], tmp_path: Path, objective: dict[str, Any]
) -> None:
    fit = {"strategy": "joint", "objective": objective, "repeats": 1}
    config = write_config(tmp_path / "flat.yaml", flat, fit=fit, weight=None)
    output = tmp_path / "out"
    for step in ("tabulate", "fit", "cutflow", "report"):
        ok(step, config, "-o", output, "-q")
    assert lcf.Selection.load(output / "selection.json").cuts
    points = sorted(path.name for path in (output / "selections").glob("*.json"))
    several = ["point_1.json", "point_2.json"]
    assert points == (several if "signal_efficiency" in objective else [])


def test_working_points_are_told_compared_and_belong_to_the_fit(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    objective = {"kind": "background_rejection", "signal_efficiency": [0.8, 0.5]}
    fit = {"strategy": "joint", "objective": objective, "repeats": 1}
    config = write_config(tmp_path / "flat.yaml", flat, fit=fit, weight=None)
    output = tmp_path / "out"
    ok("tabulate", config, "-o", output, "-q")
    told = ok("fit", config, "-o", output).output
    rows = [line.split() for line in told.splitlines() if "selections/point_" in line]
    assert [row[:2] for row in rows] == [
        ["selections/point_1.json", "0.8"],
        ["selections/point_2.json", "0.5"],
    ]
    assert "a tighter point has the cuts of the looser ones too" in told
    looser, tighter = (
        lcf.Selection.load(output / "selections" / f"point_{order}.json") for order in (1, 2)
    )
    data = columns(output, "signal")
    kept_looser, kept_tighter = looser.mask(data), tighter.mask(data)
    assert 0 < kept_tighter.sum() < kept_looser.sum()
    assert not (kept_tighter & ~kept_looser).any()
    told = ok("compare", config, "-o", output).output
    assert "cuts 1, at its" in told
    assert "cuts 2, at its" in told
    # points of a fit do not stand beside a selection that was put in its place
    tighter.save(output / "selection.json")
    assert "cuts, at its" in ok("compare", config, "-o", output).output


@pytest.fixture(scope="module")
def with_points(flat: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a configuration whose fit has the working points 0.8 and 0.5, in ``out``."""
    objective = {"kind": "background_rejection", "signal_efficiency": [0.8, 0.5]}
    fit = {"strategy": "joint", "objective": objective, "repeats": 1}
    folder = tmp_path_factory.mktemp("points")
    config = write_config(folder / "flat.yaml", flat, fit=fit, weight=None)
    for step in ("tabulate", "fit"):
        ok(step, config, "-o", folder / "out", "-q")
    return config


def test_another_working_point_is_put_to_use_and_back(with_points: Path) -> None:
    output = with_points.parent / "out"
    first, second = (f"selections/point_{order}.json" for order in (1, 2))
    told = ok("fit", with_points, "-o", output, "--choose", "0.5").output
    assert f"chosen  {second}" in told
    assert f"selection.json: the cuts of this working point, in place of those of {first}" in told
    assert lcf.Selection.load(output / "selection.json") == lcf.Selection.load(output / second)
    ok("cutflow", with_points, "-o", output, "-q")
    flow = load_cutflow(output / "cutflow.json").cutflow
    kept = lcf.Selection.load(output / second).mask(columns(output, "signal")).sum()
    assert flow.events("signal")[-1] == kept
    # the fit is not done again, and the point stays
    told = ok("fit", with_points, "-o", output).output
    assert "up to date" in told
    assert "was changed after the fit" in told
    assert second in told
    told = ok("fit", with_points, "-o", output, "--choose", "0.80").output
    assert f"in place of those of {second}" in told
    assert lcf.Selection.load(output / "selection.json") == lcf.Selection.load(output / first)


def test_cuts_of_my_own_are_kept_beside_a_chosen_point(with_points: Path, tmp_path: Path) -> None:
    output = shutil.copytree(with_points.parent / "out", tmp_path / "out")
    FLAT_CUTS.save(output / "selection.json")
    told = ok("fit", with_points, "-o", output, "--choose", "0.5").output
    assert "in place of others, which are kept in selection_before_choice.json" in told
    assert lcf.Selection.load(output / "selection_before_choice.json").cuts == FLAT_CUTS.cuts


def test_a_working_point_that_was_not_asked_for_is_an_error(with_points: Path) -> None:
    output = with_points.parent / "out"
    for wrong in ("0.6", "best"):
        told = refused("fit", with_points, "-o", output, "-q", "--choose", wrong)
        assert f"--choose {wrong}: the fit has the working points 0.8, 0.5" in told


def test_a_fit_of_one_selection_has_nothing_to_choose_from(fitted: tuple[Path, Path]) -> None:
    config, output = fitted
    told = refused("fit", config, "-o", output, "-q", "--choose", "0.5")
    assert "--choose 0.5: this fit has a single selection; several come from" in told
    assert "kind: background_rejection, signal_efficiency: [0.5, 0.7]" in told


def test_fit_and_report_tell_how_alike_its_repeats_decide(
    flat: dict[str, Any], tmp_path: Path
) -> None:
    config = write_config(tmp_path / "flat.yaml", flat, fit={"repeats": 4}, weight=None)
    output = tmp_path / "out"
    ok("tabulate", config, "-o", output, "-q")
    told = ok("fit", config, "-o", output).output
    assert "stability: 4 repeats of the fit decide" in told
    share = json.loads((output / "fit.json").read_text())["stability"]["agreement"]
    assert 0.8 < share <= 1.0
    ok("cutflow", config, "-o", output, "-q")
    ok("report", config, "-o", output, "-q")
    assert "Stability: 4 repeats" in (output / "report.html").read_text(encoding="utf-8")
