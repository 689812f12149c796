"""What each step says on the screen when it ends."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from coffea_lcf.cli.execution import show_completeness
from coffea_lcf.cli.explanation import summary
from coffea_lcf.cutflow.final_yields import FinalYields, together
from coffea_lcf.cutflow.systematics import spread
from coffea_lcf.cutflow.tables import rich_table
from coffea_lcf.cutflow.tables.numbers import percent, plain
from coffea_lcf.explain import agreement_text
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.cutflow import counted_table
from coffea_lcf.workflow.explain import NUMBERS
from coffea_lcf.workflow.fit import fingerprint, load_selection
from coffea_lcf.workflow.network_history import UNSHRUNK
from coffea_lcf.workflow.step import Step

WIDTH = 100
"""Columns that a cut-flow table needs; narrower screens scroll or wrap by themselves."""

IMPORTANCE = (
    "  importance: the share of what the cuts learn; what is lost without one is N-1 of cutflow"
)
"""Beside the number that is most often read for more than it says."""

NESTED = "  a tighter point has the cuts of the looser ones too, also where these no longer matter"
REGIONS = (
    "  an event on the boundary of two regions is in neither; the skim is of the cuts above, in all"
)


@dataclass(frozen=True)
class Screens:
    """Tells about the steps of one analysis.

    Parameters
    ----------
    analysis
        Where the results are.
    quiet
        Say one line a step only.
    """

    analysis: Analysis
    quiet: bool = False

    def show(self, step: Step) -> None:
        """Print what `step` did."""
        console = Console(highlight=False, soft_wrap=True)
        state = "up to date, skipped (--force runs it again)" if step.skipped else "done"
        console.rule(f"[bold]{step.name}[/bold]  {state}", align="left", style="dim")
        if not self.quiet:
            getattr(self, f"_{step.name}")(console, step.result)
        if not (self.quiet and step.complete):
            show_completeness(console, step.result.get("completeness", ()))

    def _train(self, console: Console, result: Mapping[str, Any]) -> None:
        table = Table("network", "architecture", box=None)
        for title in ("jets", "CPU s", "parameters", "epoch", "loss", "validation"):
            table.add_column(title, justify="right")
        for name, one in result["networks"].items():
            told = (one["architecture"], f"{one['jets']}", f"{one['cpu_seconds']:.0f}")
            table.add_row(name, *told, *_training(one))
            if UNSHRUNK in one:
                table.add_row(" unshrunk", "", "", "", *_training(one[UNSHRUNK]))
        console.print(table)

    def _tabulate(self, console: Console, result: Mapping[str, Any]) -> None:
        table = Table("dataset", "label", box=None)
        for title in ("events", "Σw stored", "Σw generated", "not finite"):
            table.add_column(title, justify="right")
        for name, entry in result["datasets"].items():
            lost = ", ".join(f"{key} {count}" for key, count in entry["nonfinite"].items() if count)
            table.add_row(
                name,
                entry["label"],
                f"{entry['events']}",
                f"{entry['sumw']:.6g}",
                f"{entry['generated_sumw']:.6g}",
                lost or "-",
            )
        console.print(table)

    def _fit(self, console: Console, result: Mapping[str, Any]) -> None:
        selection = load_selection(self.analysis)
        console.print(str(selection), markup=False)
        if any(cut.importance is not None for cut in selection.cuts):
            console.print(IMPORTANCE)
        if fingerprint(selection) == result["selection"]:
            self._figures(console, result)
        else:
            console.print("  selection.json was changed after the fit: its figures are not known")
        if result["points"]:
            asked = self.analysis.config.fit.objective.signal_efficiency
            console.print(_points(result["points"], asked))
            console.print(NESTED)

    def _figures(self, console: Console, result: Mapping[str, Any]) -> None:
        figures, every = result["test"], result["thinning"]
        thinned = f" (one of {every}, see fit.in_memory)" if every > 1 else ""
        console.print(
            f"  on {figures['events']:.0f} {'held-out' if result['held_out'] else 'training'} "
            f"events{thinned}: accuracy {figures['accuracy']:.4f}, "
            f"signal efficiency {figures['signal_efficiency']:.4f}, "
            f"background efficiency {figures['background_efficiency']:.4f}"
        )
        if result["stability"]:
            console.print(f"  stability: {agreement_text(result['stability'])}")

    def _cutflow(self, console: Console, result: Mapping[str, Any]) -> None:
        console.print(
            rich_table(counted_table(self.analysis), max(console.width, WIDTH)), markup=False
        )
        self._regions(console, [FinalYields.from_document(one) for one in result["regions"]])
        self._variations(console, [FinalYields.from_document(one) for one in result["variations"]])

    def _regions(self, console: Console, yields: list[FinalYields]) -> None:
        if yields:
            console.print(_yields("region", yields))
            console.print(f"  together Z = {plain(together(yields))}")
            console.print(REGIONS)

    def _variations(self, console: Console, yields: list[FinalYields]) -> None:
        if len(yields) == 1:
            return
        console.print(_yields("variation", yields))
        shift = spread(yields[0], tuple(yields[1:]))
        console.print(f"  Z = {plain(yields[0].asimov)} ± {plain(shift, 2)} (systematic)")

    def _skim(self, console: Console, result: Mapping[str, Any]) -> None:
        table = Table("dataset", box=None)
        for title in ("files", "events", "MB", "Σw before", "Σw after"):
            table.add_column(title, justify="right")
        for name in dict.fromkeys(skim["dataset"] for skim in result["skims"]):
            own = [skim for skim in result["skims"] if skim["dataset"] == name]
            total = {
                key: sum(skim[key] for skim in own)
                for key in ("events", "bytes", "sumw_before", "sumw_after")
            }
            table.add_row(
                name,
                f"{len(own)}",
                f"{total['events']}",
                f"{total['bytes'] / 1e6:.2f}",
                f"{total['sumw_before']:.6g}",
                f"{total['sumw_after']:.6g}",
            )
        console.print(table)

    def _compare(self, console: Console, result: Mapping[str, Any]) -> None:
        console.print(result["text"], markup=False)

    def _explain(self, console: Console, _: Mapping[str, Any]) -> None:
        document = json.loads((self.analysis.output / NUMBERS).read_text(encoding="utf-8"))
        console.print(summary(document), markup=False)

    _prune = _stability = _tradeoff = _choose = _compare

    def _report(self, console: Console, result: Mapping[str, Any]) -> None:
        console.print(f"  {result['path']}  ({result['bytes'] / 1e6:.2f} MB)", markup=False)


def _training(one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the size of a network and how its training ended, as cells of a table."""
    validation = one["validation_loss"]
    return (
        f"{one['parameters']}",
        f"{one['best_epoch']} of {one['epochs']}",
        f"{one['loss']:.4g}",
        "-" if validation is None else f"{validation:.4g}",
    )


def _yields(title: str, yields: list[FinalYields]) -> Table:
    """Return yields behind the last cut as a table."""
    table = Table(title, box=None)
    for head in ("S", "B", "Z"):
        table.add_column(head, justify="right")
    for one in yields:
        table.add_row(one.name, f"{one.signal:.6g}", f"{one.background:.6g}", plain(one.asimov))
    return table


def _points(points: list[dict[str, Any]], asked: list[float]) -> Table:
    """Return the working points of a fit as a table, with what takes each of them."""
    table = Table("working point", box=None)
    for title in ("--choose", "ε_s %", "ε_b %", "1/ε_b"):
        table.add_column(title, justify="right")
    for point, efficiency in zip(points, asked, strict=True):
        signal, background = point["signal_efficiency"], point["background_efficiency"]
        table.add_row(
            point["file"],
            f"{efficiency:g}",
            percent(signal),
            percent(background),
            plain(1.0 / background if background else math.inf),
        )
    return table
