"""Commands in the processes of ``torchrun``: they learn together, the first one writes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import redirect_stdout

from coffea_lcf.errors import ConfigError
from coffea_lcf.writing import nothing_written


def together(command: str, perform: Callable[[], int | None]) -> int | None:
    """Return what `perform` does in one process, or in all of them for a single result.

    Raises
    ------
    ConfigError
        If several processes were started for a `command` that is not ``fit``.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count < 2:
        return perform()
    if command != "fit":
        msg = f"{command!r} was started in {count} processes (WORLD_SIZE), and only 'fit' is "
        msg += "divided among them: start it without torchrun"
        raise ConfigError(msg)
    from coffea_lcf.training.distributed import started

    with started() as number:
        if number == 0:
            return perform()
        with nothing_written(), redirect_stdout(io.StringIO()):
            return perform()
