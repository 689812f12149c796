"""Where tables and plots of a benchmark go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from rich.console import Console, RenderableType

from coffea_lcf.plotting.style import page_style


@dataclass(frozen=True)
class Output:
    """A terminal for tables, and a folder for plots or None to draw none."""

    console: Console
    plots: Path | None

    def show(self, table: RenderableType) -> None:
        """Print `table`."""
        self.console.print(table)

    def draw(self, name: str, figure: Figure) -> None:
        """Write `figure` to ``<name>.svg`` and ``<name>.png`` in the folder."""
        if self.plots is None:
            return
        self.plots.mkdir(parents=True, exist_ok=True)
        with page_style():
            for kind in ("svg", "png"):
                figure.savefig(self.plots / f"{name}.{kind}", dpi=120)
