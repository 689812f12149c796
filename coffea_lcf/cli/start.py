"""The commands for a first look: inspect and init."""

from __future__ import annotations

from pathlib import Path

import click

from coffea_lcf.cli.errors import guarded


@click.command()
@click.argument("file")
@click.option(
    "--tree", help="Tree to look into.  [default: Events, or the one with the most entries]"
)
@click.option(
    "--processor",
    "processor_files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Python file of processors, which says what can be computed from the branches.  "
    "[default: processors/*.py, or those that come with coffea-lcf]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def inspect(file: str, tree: str | None, processor_files: tuple[Path, ...], debug: bool) -> None:
    """Show trees, branches and entries of FILE, and which observables can be computed."""

    def work() -> None:
        from coffea_lcf.cli.inspection import show
        from coffea_lcf.processing.supplied import supplied
        from coffea_lcf.workflow.inspect import inspect_file

        mine = processor_files or tuple(sorted(Path("processors").glob("*.py")))
        known = mine or tuple(sorted(supplied().glob("*.py")))
        show(inspect_file(file, tree, known))

    guarded(work, debug)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--signal",
    "-s",
    required=True,
    multiple=True,
    metavar="[NAME=]GLOB",
    help="Files of a signal; a glob in quotes.  Each --signal is a dataset.",
)
@click.option(
    "--background",
    "-b",
    required=True,
    multiple=True,
    metavar="[NAME=]GLOB",
    help="Files of a background, likewise.",
)
@click.option("--tree", help="Tree to read.  [default: Events, or the one with the most entries]")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def init(
    folder: Path,
    signal: tuple[str, ...],
    background: tuple[str, ...],
    tree: str | None,
    debug: bool,
) -> None:
    """Write FOLDER, a new analysis: configuration, fileset, processor and scripts.

    The configuration proposes the observables that separate the first events
    best; FOLDER is ready to run, and to be pushed to a repository of your own.

    \b
      coffea-lcf init my_analysis --signal 'ww/*.root' --background qcd='jets/*.root'
    """

    def work() -> None:
        from coffea_lcf.workflow.init.repository import CONFIG, write_repository

        new = write_repository(folder, signal, background, tree)
        for one in new.samples:
            files = "1 file" if len(one.files) == 1 else f"{len(one.files)} files"
            click.echo(f"{one.label} {one.name}: {files}")
        cuts = ", ".join(one.observable.name for one in new.proposed)
        click.echo(f"{new.folder}: {', '.join(new.files)}")
        click.echo(f"{len(new.proposed)} of {new.offered} observables are proposed: {cuts}")
        click.echo(
            f"look through {new.folder / CONFIG}, then  coffea-lcf run {new.folder / CONFIG}"
        )

    guarded(work, debug)
