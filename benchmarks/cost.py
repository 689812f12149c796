"""What a fit costs, with the rival beside it in the same run.

    python -m benchmarks.cost
    python -m benchmarks.cost --only large --events 1000000

``paper``: the paper's recipe against the authors' program. ``default``: Newton against the
paper's recipe, at the same cuts. ``large``: a fit of very many events against reading them.
All times are CPU seconds of one thread.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import torch
from rich.console import Console
from rich.table import Table

import coffea_lcf as lcf
from benchmarks import large
from coffea_lcf.datasets.mock import OBSERVABLES, MockSet, draw
from coffea_lcf.result import FitResult

AUTHORS = {"parallel": 26.0, "sequential": 280.0}
"""CPU seconds of the authors' program (Keras on JAX) for one fit of mock1, 200 epochs, batches of
512, on 2 cores. The program accompanies arXiv:2503.22498; it was run once and is not run here."""

STRATEGIES = ("parallel", "sequential")


@dataclass(frozen=True)
class Figure:
    """A cost and what it is held against.

    Attributes
    ----------
    ours, rival
        In `unit`.
    limit
        Largest ``ours / rival`` that was aimed at.
    """

    name: str
    ours: float
    rival: float
    limit: float
    unit: str = "CPU s"

    @property
    def ratio(self) -> float:
        """Ours over the rival's."""
        return self.ours / self.rival


def machine() -> str:
    """Return the processor's name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def fitted(mock: MockSet, strategy: str, preset: str) -> tuple[FitResult, float]:
    """Return a fit and its CPU seconds."""
    start = time.process_time()
    result = lcf.fit(mock.train, strategy, preset=preset, centers=mock.centers, device="cpu")
    return result, time.process_time() - start


def paper() -> Iterator[Figure]:
    """Yield the paper's recipe against the authors' program: as fast, in sequence ten times."""
    mock = draw("mock1")
    for strategy, limit in (("parallel", 1.0), ("sequential", 0.1)):
        _, seconds = fitted(mock, strategy, "paper")
        name = f"mock1 {strategy}, paper's recipe : authors' program"
        yield Figure(name, seconds, AUTHORS[strategy], limit)


def default() -> Iterator[Figure]:
    """Yield Newton against the paper's recipe: a twentieth; all mock sets within 30 seconds."""
    mock = draw("mock1")
    for strategy in STRATEGIES:
        slow, slow_seconds = fitted(mock, strategy, "paper")
        fast, fast_seconds = fitted(mock, strategy, "default")
        print(f"{strategy}, paper's recipe: {slow}\n{strategy}, default: {fast}\n")
        yield Figure(
            f"mock1 {strategy}, default : paper's recipe", fast_seconds, slow_seconds, 0.05
        )
    mocks = [draw(name) for name in OBSERVABLES]
    seconds = sum(fitted(mock, one, "default")[1] for mock in mocks for one in STRATEGIES)
    yield Figure("six mock sets, both strategies, default : limit", seconds, 30.0, 1.0)


def as_table(figures: list[Figure]) -> Table:
    """Return the figures as a table, missed ones in red."""
    table = Table("ours : rival", "ours", "rival", "", "ratio", "aim", title=machine())
    for one in figures:
        table.add_row(
            one.name,
            f"{one.ours:.3g}",
            f"{one.rival:.3g}",
            one.unit,
            f"{one.ratio:.3g}",
            f"<= {one.limit:g}",
            style=None if one.ratio <= one.limit else "red",
        )
    return table


@click.command()
@click.option("--only", multiple=True, type=click.Choice(["paper", "default", "large"]))
@click.option("--events", type=click.IntRange(min=1000), default=10_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--exact/--no-exact", default=True, help="Compare with all events at every step.")
def main(only: tuple[str, ...], events: int, rounds: int, exact: bool) -> None:
    """Print what fits cost."""
    torch.set_num_threads(1)
    # the first optimiser imports half of torch: keep that out of the first fit
    torch.optim.Adam([torch.zeros(1)], fused=True)
    runs: dict[str, Callable[[], Iterable[Figure]]] = {
        "paper": paper,
        "default": default,
        "large": lambda: (Figure(*row) for row in large.figures(events, rounds, exact=exact)),
    }
    for name, run in runs.items():
        if not only or name in only:
            Console().print(as_table(list(run())))


if __name__ == "__main__":
    main()
