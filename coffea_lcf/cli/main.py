"""The group of commands; each loads, validates and calls one workflow function."""

from __future__ import annotations

import click

from coffea_lcf import __version__
from coffea_lcf.cli.generate import generate
from coffea_lcf.cli.start import init, inspect
from coffea_lcf.cli.steps import run, step_commands


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="coffea-lcf")
def main() -> None:
    """Learn selection cuts from ROOT ntuples.

    \b
    Start here:
      coffea-lcf inspect FILE.root          what is in a file, what can be computed
      coffea-lcf init NEW -s GLOB -b GLOB   a folder ready to run, for signal and background
      coffea-lcf run NEW/analysis.yaml      the whole chain: cuts, tables, skims, report

    The chain is tabulate, fit, cutflow, skim, report, and before them train
    where networks are configured; each is a command of its own, reads what the
    step before wrote, and is skipped when nothing changed.
    Studies of a finished fit: compare, explain, prune, stability, tradeoff.
    """


for command in (run, *step_commands(), inspect, init, generate):
    main.add_command(command)
