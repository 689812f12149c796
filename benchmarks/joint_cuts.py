"""Joint cuts beside other optimisers of rectangular cuts, scored on the known population.

    python -m benchmarks.joint_cuts
    python -m benchmarks.joint_cuts --tools joint --observables 40 --events 20000
    python -m benchmarks.joint_cuts --tools joint cabin --events 20000 --seeds 1 --markdown

xOpt is the background efficiency over that of the best rectangle at the same signal
efficiency, both of the population: 1 is optimal. The miss is the signal efficiency reached
in the population less the one asked for. CPU seconds are those of the fit, all working
points together.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.joint_sets import Population, five, gaussians
from benchmarks.joint_tools import TOOLS, Tool

POINTS = (0.3, 0.5, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Figures:
    """Figures of one tool on one set: R seeds, W working points.

    Attributes
    ----------
    miss, above_best
        Signal efficiency reached less asked, and xOpt, shape (R, W).
    seconds
        CPU seconds of each fit, shape (R,).
    """

    miss: NDArray[np.float64]
    above_best: NDArray[np.float64]
    seconds: NDArray[np.float64]


def measured(tool: Tool, population: Population, events: int, seeds: int) -> Figures:
    """Return the figures of a tool."""
    miss, above, seconds = [], [], []
    for seed in range(seeds):
        x, label = population.draw(events, seed + 1)
        start = time.process_time()
        boxes = tool(x, label, POINTS, seed)
        seconds.append(time.process_time() - start)
        reached = [population.efficiencies(box) for box in boxes]
        miss.append([signal - point for (signal, _), point in zip(reached, POINTS, strict=True)])
        above.append([background / population.best(signal) for signal, background in reached])
    return Figures(np.array(miss), np.array(above), np.array(seconds))


def rows(name: str, figures: Figures) -> list[list[str]]:
    """Return what the table says of a tool: a row of xOpt and one of misses."""
    seconds = f"{np.median(figures.seconds):.3g}"
    spread = [f"{np.median(one):.3f} ({one.max():.3f})" for one in figures.above_best.T]
    missed = [f"{np.median(one):+.4f} ({np.abs(one).max():.4f})" for one in figures.miss.T]
    return [[name, "xOpt", *spread, seconds], ["", "miss", *missed, ""]]


def show(title: str, content: Sequence[Sequence[str]], *, markdown: bool) -> None:
    """Print a table, for a terminal or a document."""
    header = ["tool", "median (worst)", *(f"{point:g}" for point in POINTS), "CPU s"]
    if markdown:
        lines = [header, ["---"] * len(header), *content]
        print(f"\n{title}\n", *("| " + " | ".join(line) + " |" for line in lines), sep="\n")
        return
    table = Table(*header, title=title, title_justify="left")
    for row in content:
        table.add_row(*row)
    Console(width=120).print(table)


def processor() -> str:
    """Return the name of this machine's processor."""
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def main() -> None:
    """Print the figures of each tool on each set."""
    parser = argparse.ArgumentParser(description="Joint cuts beside other optimisers")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=["joint", "peeling", "cma"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--events", type=int, default=200_000, help="both classes together")
    parser.add_argument(
        "--observables", type=int, nargs="+", default=[5], help="5, or a number of Gaussians"
    )
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    sets: dict[str, Population] = {}
    for observables in options.observables:
        if observables == 5:
            sets["five independent"] = five(correlated=False)
            sets["five correlated"] = five(correlated=True)
        else:
            sets[f"{observables} Gaussians"] = gaussians(observables)
    for name, population in sets.items():
        content = []
        for tool in options.tools:
            content += rows(tool, measured(TOOLS[tool], population, options.events, options.seeds))
        title = f"{name}, {options.events} events, {options.seeds} seeds, {processor()}"
        show(title, content, markdown=options.markdown)


if __name__ == "__main__":
    main()
