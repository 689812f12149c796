"""W jets against QCD jets: the paper's table with ours beside it.

    python -m benchmarks.w_vs_qcd
    python -m benchmarks.w_vs_qcd my_config.yaml --window
    python -m benchmarks.w_vs_qcd --hepjets test_no_pile_5000000.h5

The first two run the jets of a configuration, by default the Pythia sample of the repository;
half of the jets are held out. With the public file of arXiv:1603.09349 the jets are the paper's.
A network or trees at 0.5 and a cut flow stand at different signal efficiencies: the last column
is the background efficiency at that of the joint cuts on the same observables.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import coffea_lcf as lcf
from coffea_lcf.baselines import baseline, roc
from coffea_lcf.datasets import hepjets
from coffea_lcf.explain import prune
from coffea_lcf.significance import s_over_sqrt_b
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import tabulate
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.samples import all_events

T = TypeVar("T")

CONFIG = Path("analysis_configs/w_vs_qcd.yaml")
NAMES = {
    "M": "trimmed_mass",
    "C2_b1": "trimmed_C2_b1",
    "C2_b2": "trimmed_C2_b2",
    "D2_b1": "trimmed_D2_b1",
    "D2_b2": "trimmed_D2_b2",
    "tau21": "tau21",
}
"""The paper's observables and those of the processor."""

SETS = {
    "all six": tuple(NAMES),
    "M, D2 β1, D2 β2": ("M", "D2_b1", "D2_b2"),
    "M, C2 β2, D2 β2, τ21": ("M", "C2_b2", "D2_b2", "tau21"),
}
SIGNAL, BACKGROUND = 3e6 * 0.7644, 3e6 * 1.806e5
"""Expected events before any cut: luminosity times cross-section of the paper."""

PAPER = {
    "all six": {
        "parallel": (0.6966, 5.651),
        "sequential": (0.8599, 6.143),
        "boosted trees": (0.8753, 6.484),
        "network": (0.8794, 6.811),
    },
    "M, D2 β1, D2 β2": {
        "parallel": (0.8099, 6.588),
        "sequential": (0.8568, 5.902),
        "boosted trees": (0.8669, 6.250),
        "network": (0.8692, 6.314),
    },
    "M, C2 β2, D2 β2, τ21": {
        "parallel": (0.7463, 5.762),
        "sequential": (0.8547, 5.895),
        "boosted trees": (0.8665, 6.155),
        "network": (0.8679, 6.271),
    },
}
"""Accuracy and Z of arXiv:2503.22498 by set and contender, on the jets of the public file."""


@dataclass(frozen=True)
class Row:
    """One contender on the held-out jets."""

    contender: str
    passed: NDArray[np.bool_]
    seconds: float
    scores: NDArray[np.float64] | None = None


def samples(config: Path) -> tuple[ObservableTable, ObservableTable]:
    """Return training and test jets of a configuration, half each, under the paper's names."""
    with tempfile.TemporaryDirectory() as folder:
        analysis = prepare(config, Path(folder), progress=False)
        tabulate.tabulate(analysis)
        jets = all_events(analysis)
    jets = replace(
        jets,
        columns={paper: jets[own] for paper, own in NAMES.items()},
        units=hepjets.UNITS,
        weight=np.ones(len(jets)),
    )
    return jets.split(0.5, 42)


def contenders(
    train: ObservableTable, test: ObservableTable, network: str, seed: int
) -> Iterator[Row]:
    """Yield cuts of each strategy, then trees and a network that were fitted on `train`."""
    for strategy in ("parallel", "sequential", "joint"):
        result, seconds = _timed(lambda s=strategy: lcf.fit(train, s, seed=seed, repeats=1))
        yield Row(strategy, result.selection.mask(test), seconds)
    for title, name in (("boosted trees", "trees"), ("network", network)):
        scorer, seconds = _timed(lambda n=name: baseline(n).fit(train, seed))
        scores = scorer(test)
        yield Row(title, scores > 0.0, seconds, scores)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def table(title: str, rows: list[Row], test: ObservableTable) -> Table:
    """Return the figures of `rows`, the paper's in brackets where it has the same set."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("contender")
    for head in ("accuracy (paper)", "Z (paper)", "ε_s", "ε_b", "ε_b at ε_s of joint", "CPU s"):
        shown.add_column(head, justify="right")
    joint = next(row for row in rows if row.contender == "joint")
    target = _efficiency(joint.passed, test, signal=True)
    for row in rows:
        signal, background = (_efficiency(row.passed, test, signal=s) for s in (True, False))
        significance = float(s_over_sqrt_b(SIGNAL * signal, BACKGROUND * background))
        accuracy = float(np.mean(row.passed == test.label))
        paper = PAPER.get(title, {}).get(row.contender)
        beside = [f" ({value:.4g})" for value in paper] if paper else ["", ""]
        there = background if row is joint else np.nan
        if row.scores is not None:
            there = float(roc(row.scores, test).background_at(target))
        shown.add_row(
            row.contender,
            f"{accuracy:.4f}{beside[0]}",
            f"{significance:.3f}{beside[1]}",
            f"{signal:.4f}",
            f"{background:.4f}",
            "-" if np.isnan(there) else f"{there:.4f}",
            f"{row.seconds:.1f}",
        )
    return shown


def _efficiency(passed: NDArray[np.bool_], test: ObservableTable, *, signal: bool) -> float:
    return float(np.mean(passed[test.label == signal]))


def pruned(train: ObservableTable) -> tuple[str, ...]:
    """Return the observables that are left when the joint cuts are pruned on half of `train`."""
    fit, judge = train.split(0.5, 1)
    path = prune(lambda jets: lcf.fit(jets, "joint", repeats=1).selection, fit, judge)
    return tuple(path.observables)


@click.command()
@click.argument("config", type=click.Path(exists=True, path_type=Path), default=CONFIG)
@click.option("--hepjets", "public", type=click.Path(path_type=Path), help="The public h5 file.")
@click.option("--window", is_flag=True, help="Keep 5-95 % of each observable, as the paper does.")
@click.option("--network", type=click.Choice(["mlp", "paper-mlp"]), default="mlp")
@click.option("--seed", default=0)
def main(config: Path, public: Path | None, window: bool, network: str, seed: int) -> None:
    """Print the table of each set of observables."""
    console = Console(width=120)
    train, test = hepjets.paper_halves(hepjets.read(public)) if public else samples(config)
    if window and not public:
        train, test = hepjets.windowed(train), hepjets.windowed(test)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    console.print(f"{len(train)} training and {len(test)} test jets on {machine}")
    sets = {**SETS, "pruned by ours": pruned(train)}
    for title, names in sets.items():
        rows = list(contenders(train.only(names), test.only(names), network, seed))
        console.print(f"{title}: {', '.join(names)}")
        console.print(table(title, rows, test))


if __name__ == "__main__":
    main()
