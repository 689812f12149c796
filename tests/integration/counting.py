"""A processor that notes every chunk, and breaks or kills on command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

SOURCE = '''
import os
import signal
from pathlib import Path

from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor

FOLDER = Path({folder!r})


def noted(x):
    """Note the chunk by its first value; do what the file ``order`` says, once."""
    with (FOLDER / "chunks").open("a") as file:
        file.write(f"{{x[0]}}\\n")
    order = FOLDER / "order"
    if order.exists():
        what, first, times = order.read_text().split()
        if float(first) == float(x[0]):
            left = int(times) - 1
            order.write_text(f"{{what}} {{first}} {{left}}") if left else order.unlink()
            if what == "break":
                raise OSError(5, "the network is gone")
            if what == "interrupt":
                raise KeyboardInterrupt
            if what == "exit":
                os._exit(7)
            os.kill(os.getpid() if what == "kill" else int(what), signal.SIGKILL)
    return x


class Noting(ObservableProcessor):
    catalogue = (Observable("x", ("x",), noted, unit="GeV"), Observable("y", ("y",)))
'''


def write_processor(folder: Path) -> dict[str, str]:
    """Write the processor into `folder` and return its section of a configuration."""
    path = folder / "noting.py"
    path.write_text(SOURCE.format(folder=str(folder)), encoding="utf-8")
    return {"file": str(path), "class": "Noting"}


def order(folder: Path, what: object, first: float, times: int = 1) -> None:
    """Have the chunk whose first ``x`` is `first` ``break``, ``interrupt``, ``exit``,
    ``kill`` itself or kill the process of an id."""
    (folder / "order").write_text(f"{what} {first} {times}")


def noted(folder: Path) -> list[float]:
    """Return the first ``x`` of each chunk that was processed, and forget them."""
    path = folder / "chunks"
    values = [float(line) for line in path.read_text().split()] if path.exists() else []
    path.unlink(missing_ok=True)
    return values


def lcf_process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``coffea-lcf`` as a process of its own."""
    program = "from coffea_lcf.cli import main; main()"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def was_killed(done: subprocess.CompletedProcess[str]) -> bool:
    """Tell whether a process ended by SIGKILL."""
    return os.name == "posix" and done.returncode == -signal.SIGKILL
