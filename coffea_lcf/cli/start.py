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
    "[default: processors/*.py]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def inspect(file: str, tree: str | None, processor_files: tuple[Path, ...], debug: bool) -> None:
    """Show trees, branches and entries of FILE, and which observables can be computed."""

    def work() -> None:
        from coffea_lcf.cli.inspection import show
        from coffea_lcf.workflow.inspect import inspect_file

        known = processor_files or tuple(sorted(Path("processors").glob("*.py")))
        show(inspect_file(file, tree, known))

    guarded(work, debug)


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--from", "file", required=True, help="A ROOT file like those to analyse.")
@click.option("--force", is_flag=True, help="Replace CONFIG if it is there.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def init(config: Path, file: str, force: bool, debug: bool) -> None:
    """Write CONFIG, a commented configuration for files like the one given by --from."""

    def work() -> None:
        from coffea_lcf.workflow.template import write_template

        written = write_template(config, file, force)
        click.echo(f"{written}: edit the files and labels, then  coffea-lcf run {written}")

    guarded(work, debug)
