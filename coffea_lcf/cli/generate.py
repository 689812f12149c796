"""The command that makes events."""

from __future__ import annotations

from pathlib import Path

import click

from coffea_lcf.cli.errors import guarded

EVENTS, MOCK_EVENTS = 10_000, 100_000


@click.command()
@click.argument("process")
@click.option(
    "--events",
    "--jets",
    "-n",
    type=click.IntRange(min=1),
    help="Events to store; of each class for samples of several.  "
    "[default: 10000, mock sets 100000]",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    help="The ROOT file to write; the folder for samples of several classes.",
)
@click.option("--seed", type=int, help="First seed.  [default: the one of the process]")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes side by side; the events do not depend on it.",
)
@click.option(
    "--constituents/--no-constituents",
    default=True,
    show_default=True,
    help="Store the constituents of the jets too.",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def generate(
    process: str,
    events: int | None,
    output: Path,
    seed: int | None,
    workers: int,
    constituents: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Generate events of PROCESS as ROOT ntuples.

    \b
    PROCESS is one of
      lcf_ww, lcf_qcd    W jets and QCD jets as in the Learnable Cut Flow paper
      full_ww, full_qcd  the same with initial-state radiation and multiple interactions
      top_tt, top_qcd    top jets and QCD jets of 550-650 GeV
      tag_top, tag_qcd, tag_w, tag_z      one such jet an event, at particle level
      net_g, net_q, net_t, net_w, net_z   jets of 1 TeV at particle level
      top_tagging        tag_top and tag_qcd, one file each
      mock1 ... mock6    the mock sets of the Learnable Cut Flow paper, event by event
      toy_1d, toy_2d     toys of a cut and a network trained together

    Jets come from Pythia 8 and fastjet:  pip install 'coffea-lcf[generate]'.
    """

    def mock() -> None:
        from coffea_lcf.datasets.mock import write

        chosen = {} if seed is None else {"seed": seed}
        for path in write(process, output, events or MOCK_EVENTS, **chosen):
            click.echo(path)

    def toys() -> None:
        from coffea_lcf.datasets.toys import write

        for path in write(process, output, events or EVENTS, seed or 0):
            click.echo(path)

    def jets() -> None:
        from coffea_lcf.datasets.generation import SAMPLES
        from coffea_lcf.datasets.generation import generate as generate_events

        files = {output / f"{name}.root": one for name, one in SAMPLES.get(process, {}).items()}
        for path, one in (files or {output: process}).items():
            result = generate_events(
                one,
                events or EVENTS,
                path,
                seed=seed,
                workers=workers,
                constituents=constituents,
                progress=not quiet,
            )
            click.echo(
                f"{result.path}: {result.events} events of {result.generated} generated, "
                f"cross-section {result.cross_section_pb:.5g} pb"
            )

    kinds = {"mock": mock, "toy_": toys}
    guarded(kinds.get(process[:4], jets), debug)
