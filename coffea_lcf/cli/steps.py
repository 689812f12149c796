"""The commands of the chain, and of the studies that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coffea_lcf.cli.errors import INCOMPLETE, guarded
from coffea_lcf.cli.execution import READERS, execution_options, show_plan
from coffea_lcf.cli.together import together

if TYPE_CHECKING:
    from coffea_lcf.workflow.analysis import Analysis
    from coffea_lcf.workflow.step import Step

HELP = {
    "train": "Train the networks of the configuration whose scores are observables.",
    "tabulate": "Compute the observables of every event and write them as Parquet.",
    "fit": "Learn the cuts from the observables: writes selection.json.",
    "cutflow": "Count every event after each cut: JSON, ROOT, CSV, LaTeX and the screen.",
    "skim": "Write the events that pass, with a fileset of the written files.",
    "report": "Write report.html: cuts, plots, tables, provenance in one file.",
    "compare": "Compare the cuts with boosted trees and a network at equal signal efficiency.",
    "explain": "Measure what each observable is worth, beside its learned importance.",
    "prune": "Find how few observables do as well as all of them.",
    "stability": "Fit bootstraps and folds of the events: an interval for each boundary.",
    "tradeoff": "Train skims and a network behind them for several budgets; propose one.",
}
CHOICES = {
    "fit": click.option(
        "--choose", metavar="EFFICIENCY",
        help="Take the working point of this signal efficiency for selection.json.",
    ),
    "tradeoff": click.option(
        "--choose", is_flag=False, flag_value="knee", metavar="[BUDGET]",
        help="Take the skim of a budget, the proposed one by default, for selection.json, and "
        "write the network behind it.",
    ),
}  # fmt: skip
"""How the point of a command that makes several is taken."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all steps share."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option("--quiet", "-q", is_flag=True, help="No progress bars, no tables."),
        click.option("--force", is_flag=True, help="Run even if the result is up to date."),
        click.option("--device", help="Where to train: auto, cpu, cuda.  [default: as configured]"),
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
    if device is None:
        return analysis.with_overrides(execution=given)
    networks = {
        name: {**one.model_dump(mode="json"), "device": device}
        for name, one in analysis.config.networks.items()
    }
    return analysis.with_overrides(execution=given, fit={"device": device}, networks=networks)


Work = Callable[["Analysis", bool, Callable[["Step"], None]], Iterable["Step"]]
"""Does steps on an analysis, by force or not, and tells of each."""


def _performed(work: Work, config: Path, **options: Any) -> int | None:
    """Do `work`, or print its plan, and return the exit status."""
    from coffea_lcf.cli.screens import Screens
    from coffea_lcf.workflow.plan import plan

    force, dry_run = options.pop("force"), options.pop("dry_run", False)
    analysis = _prepared(config, **options)
    if dry_run:
        show_plan(plan(analysis))
        return None
    steps = list(work(analysis, force, Screens(analysis, options["quiet"]).show))
    return None if all(step.complete for step in steps) else INCOMPLETE


@click.command(help="Run the whole chain of CONFIG: train, tabulate, fit, cutflow, skim, report.")
@_options
@execution_options
def run(config: Path, debug: bool, **options: Any) -> None:
    """Run all steps, telling about each as it ends."""

    def work(analysis: Analysis, force: bool, tell: Callable[[Step], None]) -> Iterable[Step]:
        from coffea_lcf.workflow.chain import run_chain

        return run_chain(analysis, force, tell)

    guarded(lambda: together("run", lambda: _performed(work, config, **options)), debug)


def step_commands() -> list[click.Command]:
    """Return one command a step of the chain and a study."""
    return [_step_command(name) for name in HELP]


def _step_command(name: str) -> click.Command:
    def command(config: Path, debug: bool, choose: str | None = None, **options: Any) -> None:
        def work(analysis: Analysis, force: bool, tell: Callable[[Step], None]) -> Iterable[Step]:
            for step in _steps(name, analysis, force, choose):
                tell(step)
                yield step

        guarded(lambda: together(name, lambda: _performed(work, config, **options)), debug)

    if name == "skim":
        command = _or_check(command)
    if name in CHOICES:
        command = CHOICES[name](command)
    if name in READERS:
        command = execution_options(command)
    return click.command(name, help=HELP[name])(_options(command))


def _steps(name: str, analysis: Analysis, force: bool, choose: str | None) -> Iterable[Step]:
    """Do the step or study `name`, and take a point of it if one is chosen."""
    from coffea_lcf.workflow.chain import STEPS
    from coffea_lcf.workflow.choose import CHOICES as TAKEN
    from coffea_lcf.workflow.studies import STUDIES

    do = STEPS[name] if name in STEPS else STUDIES[name].run
    yield do(analysis, force=force)
    if choose is not None:
        yield TAKEN[name](analysis, choose)


def _or_check(command: Callable[..., None]) -> Callable[..., None]:
    """Let ``--check`` read the finished skims again instead of writing them."""

    def either(config: Path, debug: bool, check: bool, **options: Any) -> None:
        if not check:
            command(config=config, debug=debug, **options)
            return
        guarded(lambda: _checked(config, **options), debug)

    flag = click.option("--check", is_flag=True, help="Read the finished skims again and compare.")
    return flag(either)


def _checked(config: Path, **options: Any) -> None:
    from coffea_lcf.workflow.skim import check

    del options["force"], options["dry_run"]
    found = check(_prepared(config, **options))
    click.echo(f"{found.files} skims with {found.events} events: all pass again, all sums agree")
