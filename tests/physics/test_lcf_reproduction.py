"""The published figures of Learnable Cut Flow on its mock sets, arXiv:2503.22498."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import coffea_lcf as lcf
from benchmarks.lcf_figures import Figure, compared, measured, published
from benchmarks.lcf_reproduction import OTHER_SAMPLES, compare
from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import ReferenceSequential, Sequential
from coffea_lcf.datasets.mock import OBSERVABLES, MockSet, draw, write
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.fit import fit_cuts, load_selection
from coffea_lcf.workflow.tabulate import tabulate

CONFIGS = Path(__file__).parents[2] / "analysis_configs"
SAME_EVENTS = [name for name in OBSERVABLES if name not in OTHER_SAMPLES]


def lost(figures: list[Figure]) -> list[str]:
    """Return the figures out of bounds for no known reason."""
    return [
        f"{one.quantity}: {one.ours_text} for {one.paper_text}"
        for one in figures
        if one.agrees is False and not one.remark
    ]


def judged(figures: list[Figure]) -> int:
    """Return how many figures are compared without an excuse."""
    return sum(one.agrees is not None and not one.remark for one in figures)


@pytest.mark.parametrize(
    ("strategy", "name", "expected"),
    [
        *zip(["parallel"] * 5, SAME_EVENTS, [9, 7, 1, 7, 12], strict=True),
        *zip(["sequential"] * 5, SAME_EVENTS, [4, 7, 5, 5, 4], strict=True),
    ],
)
def test_the_default_recipe_finds_the_published_cuts(
    strategy: str, name: str, expected: int
) -> None:
    figures, _ = compare(name, strategy, "default", seeds=1)
    assert lost(figures) == []
    assert judged(figures) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "strategy", "expected"),
    [("mock1", "parallel", 13), ("mock1", "sequential", 14), ("mock4", "reference", 10)],
)
def test_the_papers_recipe_finds_the_published_figures(
    name: str, strategy: str, expected: int
) -> None:
    figures, seconds = compare(name, strategy, "paper", seeds=1)
    assert lost(figures) == []
    assert judged(figures) == expected
    assert seconds < 120


@pytest.mark.slow
def test_the_gate_of_the_reference_moves_the_third_cut_of_mock4() -> None:
    """An event passes a left cut here by the cut, there by both of its neurons."""
    boundary = {
        strategy: next(
            one
            for one in compare("mock4", strategy, "paper", seeds=1)[0]
            if one.quantity == "x10 upper"
        )
        for strategy in ("sequential", "reference")
    }
    assert boundary["reference"].agrees
    assert boundary["sequential"].pull < -5


def test_the_published_mock6_is_another_sample() -> None:
    """Its test half has other numbers of events than that of the recipe."""
    for strategy in ("parallel", "sequential"):
        for name, background in (("mock5", 50_143), ("mock6", 49_868)):
            paper = published(name, strategy)
            true_negatives = paper["accuracy"][0] * 100_000 - paper["TP"][0]
            assert true_negatives + paper["FP"][0] == pytest.approx(background, abs=6)


def test_published_figures_by_quantity() -> None:
    paper = published("mock1", "sequential")
    assert paper["x4 lower"] == (-0.4132, 0.0083)
    assert paper["x2 importance"] == (0.1685, 0.0092)
    assert paper["significance"] == (7.789, 0.043)
    assert "x1 lower" not in paper


def test_measured_figures_by_hand() -> None:
    label = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    x = np.where(label == 1, -1.0, 1.0)
    x[[3, 9]] = [2.0, -2.0]
    table = lcf.ObservableTable.from_arrays({"x1": x}, label)
    selection = lcf.Selection((lcf.Cut("x1", "left", upper=0.5),))
    found = measured(selection, {"x1": 1.0}, MockSet("mock", table, table))
    # 3 of 4 signal events and 1 of 6 background events pass
    assert found == {
        "x1 upper": 0.5,
        "x1 importance": 1.0,
        "TP": 3,
        "FP": 1,
        "accuracy": 0.8,
        "significance": pytest.approx(0.75 * 3e6 / np.sqrt(3e12 / 6)),
    }


def test_pulls_by_hand() -> None:
    ours = [{"a": 1.0, "b importance": 2.0}, {"a": 3.0}]
    paper = {"a": (1.0, 0.5), "b importance": (2.0, 0.0), "c": (1.0, 0.1), "d": (1.0, None)}
    a, b, c, d = compared(ours, paper, {"importance": "why"})
    assert (a.pull, a.agrees, a.pull_text) == (2.0, True, "+2.0")
    assert (b.agrees, b.pull_text, b.remark) == (None, "sd 0", "why")
    assert (c.agrees, c.ours_text) == (None, "no cut")
    assert (d.agrees, d.paper_text) == (None, "1")
    # the sample adds its own spread: sd 1.41 of 1 and 3
    a, *_ = compared(ours, paper, {}, other_samples=True)
    assert a.pull == pytest.approx(1.0 / np.hypot(0.5, np.sqrt(2.0)))


@pytest.fixture
def cuts() -> LearnableCuts:
    """Cuts with center 0: above -1 and below 1, then below 2 (lower neuron: 1), then an edge."""
    one = torch.ones(4)
    cuts = LearnableCuts(0 * one, one, 0 * one, 1, torch.Generator())
    lower = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, 1.0)]
    upper = [(-1.0, 1.0), (-1.0, 2.0), (1.0, -1.0), (1.0, 1.0)]
    cuts.set_effective(torch.tensor([[lower, upper]]))
    return cuts


def test_the_reference_asks_both_neurons(cuts: LearnableCuts) -> None:
    x = torch.tensor([[0.0, 0.0, 3.0, 0.0], [0.0, 1.5, 3.0, 0.0], [3.0, 0.0, 3.0, 0.0]])
    by_case = Sequential().gate(cuts, x, 0.5)[0].int().tolist()
    by_neurons = ReferenceSequential().gate(cuts, x, 0.5)[0].int().tolist()
    # the middle cut alike, the left cut only below its lower neuron, nothing past the edge
    assert by_case == [[1, 1, 1, 1], [1, 1, 1, 1], [1, 0, 0, 0]]
    assert by_neurons == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]


def test_the_configuration_of_a_set_runs(tmp_path: Path) -> None:
    """The paper's training through files, a tree and a table; few events, so no figures."""
    shutil.copy(CONFIGS / "mock4.yaml", tmp_path)
    write("mock4", tmp_path / "data" / "mock4", events=1000)
    analysis = prepare(tmp_path / "mock4.yaml", tmp_path / "output")
    tabulate(analysis)
    result = fit_cuts(analysis).result
    assert result["test"]["events"] == len(draw("mock4", events=1000).test)
    assert {*load_selection(analysis).observables, *result["unused"]} == set(OBSERVABLES["mock4"])
