"""The commands of the chain, and of the studies that follow it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coffea_lcf.cli.errors import guarded

if TYPE_CHECKING:
    from coffea_lcf.workflow.analysis import Analysis

HELP = {
    "tabulate": "Compute the observables of every event and write them as Parquet.",
    "fit": "Learn the cuts from the observables: writes selection.json.",
    "cutflow": "Count every event after each cut: JSON, ROOT, CSV, LaTeX and the screen.",
    "skim": "Write the events that pass, with a fileset of the written files.",
    "report": "Write report.html: cuts, plots, tables, provenance in one file.",
    "compare": "Compare the cuts with boosted trees and a network at equal signal efficiency.",
    "explain": "Measure what each observable is worth, beside its learned importance.",
    "prune": "Find how few observables do as well as all of them.",
    "stability": "Fit bootstraps and folds of the events: an interval for each boundary.",
}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all steps share."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option("--quiet", "-q", is_flag=True, help="No progress bars, no tables."),
        click.option("--force", is_flag=True, help="Run even if the result is up to date."),
        click.option("--device", help="Where to train: auto, cpu, cuda.  [default: as configured]"),
        click.option("--chunksize", type=click.IntRange(min=1), help="Most events of a chunk."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes of futures."),
        click.option("--executor", type=click.Choice(["iterative", "futures"]),
                     help="Where the processors run.  [default: as configured]"),
        click.option("--output", "-o", type=click.Path(path_type=Path),
                     help="Folder of the results.  [default: output/NAME]"),
        click.argument("config", type=click.Path(path_type=Path)),
    ):  # fmt: skip
        command = option(command)
    return command


def _prepared(config: Path, output: Path | None, quiet: bool, **overrides: Any) -> Analysis:
    """Return the analysis with the options of the command line in place of the file's."""
    from coffea_lcf.workflow.analysis import prepare

    analysis = prepare(config, output, progress=not quiet)
    device = overrides.pop("device")
    given = {name: value for name, value in overrides.items() if value is not None}
    return analysis.with_overrides(execution=given, fit={"device": device} if device else {})


@click.command(help="Run the whole chain of CONFIG: tabulate, fit, cutflow, skim, report.")
@_options
def run(config: Path, force: bool, quiet: bool, debug: bool, **options: Any) -> None:
    """Run all steps, telling about each as it ends."""

    def work() -> None:
        from coffea_lcf.cli.screens import Screens
        from coffea_lcf.workflow.chain import run_chain

        analysis = _prepared(config, quiet=quiet, **options)
        run_chain(analysis, force, Screens(analysis, quiet).show)

    guarded(work, debug)


def step_commands() -> list[click.Command]:
    """Return one command a step of the chain and a study."""
    return [_step_command(name) for name in HELP]


def _step_command(name: str) -> click.Command:
    def command(config: Path, force: bool, quiet: bool, debug: bool, **options: Any) -> None:
        def work() -> None:
            from coffea_lcf.cli.screens import Screens
            from coffea_lcf.workflow.chain import STEPS
            from coffea_lcf.workflow.studies import STUDIES

            analysis = _prepared(config, quiet=quiet, **options)
            step = STEPS[name] if name in STEPS else STUDIES[name].run
            Screens(analysis, quiet).show(step(analysis, force=force))

        guarded(work, debug)

    return click.command(name, help=HELP[name])(_options(command))
