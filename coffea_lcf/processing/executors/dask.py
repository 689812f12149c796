"""Dask workers: of this machine, of a scheduler that runs, or jobs of a batch system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.errors import ConfigError
from coffea_lcf.processing.executors import jobqueue
from coffea_lcf.processing.executors.backend import required
from coffea_lcf.processing.executors.memory import ALLOCATION
from coffea_lcf.processing.executors.survivors import Survivors

CONNECT = "10s"
"""Patience with a scheduler that does not answer."""

_INSTALL = "pip install 'coffea-lcf[dask]'"
_SETTINGS = {
    **{f"distributed.nanny.pre-spawn-environ.{name}": one for name, one in ALLOCATION.items()},
    # a worker that died and is not back after 15 seconds, Dask's default, would never come
    # back: too soon for one that imports coffea on a busy machine
    "distributed.deploy.lost-worker-timeout": "1 hour",
}


@contextmanager
def connected(section: ExecutionSection) -> Iterator[Survivors]:
    """Yield the executor of a cluster, which is closed at the end if it was started here.

    Raises
    ------
    ConfigError
        If no scheduler answers at the address, or the cluster cannot be made.
    MissingExtraError
        If dask is not installed.
    """
    distributed = _distributed()
    config = required("dask", "dask", _INSTALL).config
    if section.scheduler is not None:
        with _client(distributed, section.scheduler) as client:
            yield Survivors(client=client)
    elif section.cluster is not None:
        with config.set(_SETTINGS), jobqueue.cluster(section.cluster) as cluster:
            jobqueue.submit(cluster, section.cluster, section.workers)
            with distributed.Client(cluster) as client:
                yield Survivors(client=client)
    else:
        with (
            config.set(_SETTINGS),
            distributed.LocalCluster(**_local(section)) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield Survivors(client=client)


def describe(section: ExecutionSection) -> str:
    """Return the cluster that would be used, with the job script of a batch system."""
    _distributed()
    if section.scheduler is not None:
        return f"DaskExecutor: the scheduler that runs at {section.scheduler}"
    if section.cluster is not None:
        return jobqueue.describe(section.cluster, section.workers)
    options = ", ".join(f"{name}={value!r}" for name, value in _local(section).items())
    return f"DaskExecutor: LocalCluster({options})"


def _local(section: ExecutionSection) -> dict[str, Any]:
    return {
        "n_workers": section.workers,
        # coffea's processors hold the GIL; a second thread would only need memory
        "threads_per_worker": 1,
        "processes": True,
        "memory_limit": section.memory or "auto",
        "dashboard_address": None,
    }


def _client(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT)
    except (OSError, ValueError) as error:
        msg = f"execution.scheduler: no Dask scheduler answers at {address}: {error}"
        raise ConfigError(msg) from error


def _distributed() -> Any:
    return required("distributed", "dask", _INSTALL)
