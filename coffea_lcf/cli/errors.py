"""How errors and warnings look on the command line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import click

from coffea_lcf.errors import IncompleteError, LCFError

FAILED = 1
WRONG_INPUT = 2
INCOMPLETE = 3


def guarded(work: Callable[[], int | None], debug: bool) -> None:
    """Do `work`; turn an error of ours into a message and an exit status.

    Input that cannot be used ends with status 2, work that failed on the way
    with 1, and otherwise the status is what `work` returns: `INCOMPLETE` for results
    that lack events. With `debug` the traceback is shown.
    """
    warnings.showwarning = _show_warning
    try:
        status = work()
    except LCFError as error:
        if debug:
            raise
        click.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(FAILED if isinstance(error, IncompleteError) else WRONG_INPUT)
    except KeyboardInterrupt:
        click.echo("interrupted: finished steps are kept, run the same command again", err=True)
        sys.exit(130)
    if status:
        sys.exit(status)


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    if issubclass(category, DeprecationWarning):
        return
    click.echo(f"{category.__name__}: {message}", err=True)
