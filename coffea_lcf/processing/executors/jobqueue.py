"""Clusters of ``dask_jobqueue``: Dask workers as jobs of HTCondor, Slurm and others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from coffea_lcf.config.execution import ClusterSection
from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.processing.executors.backend import required
from coffea_lcf.processing.executors.memory import ALLOCATION


def cluster(section: ClusterSection) -> Any:
    """Return the cluster that the configuration describes; no job is submitted yet.

    Raises
    ------
    ConfigError
        If there is no such class, or it does not take the options.
    MissingExtraError
        If ``dask_jobqueue`` is not installed.
    """
    kind = _kind(section.name)
    exports = [f"export {name}={value}" for name, value in ALLOCATION.items()]
    try:
        # what the user exports comes after, and wins
        prologue = [*exports, *section.options.get("job_script_prologue", [])]
        return kind(**{**section.options, "job_script_prologue": prologue})
    except (TypeError, ValueError) as error:
        msg = f"execution.cluster.options: {section.name} does not take them: {error}"
        raise ConfigError(msg) from error


def submit(cluster: Any, section: ClusterSection, workers: int) -> None:
    """Submit the jobs of `workers` workers, or let their number follow the work."""
    if section.adapt is None:
        cluster.scale(workers)
    else:
        cluster.adapt(minimum=section.adapt.minimum, maximum=section.adapt.maximum)


def describe(section: ClusterSection, workers: int) -> str:
    """Return the cluster, its number of workers and the script of one job."""
    with cluster(section) as made:
        number = f"{workers} workers"
        if section.adapt is not None:
            number = f"{section.adapt.minimum} to {section.adapt.maximum} workers"
        return f"DaskExecutor: {made!r}, {number}\nscript of one job:\n{made.job_script()}"


def _kind(name: str) -> Any:
    """Return the class `name` of ``dask_jobqueue`` or, with a dot, of another package."""
    jobqueue = required("dask_jobqueue", "dask", "pip install dask-jobqueue")
    place, _, kind = name.rpartition(".")
    base = jobqueue.core.JobQueueCluster
    module = jobqueue if not place else _site(place)
    known = [key for key, one in vars(module).items() if _is_cluster(one, base)]
    if kind not in known:
        msg = f"execution.cluster.class: {name!r} is no cluster of dask_jobqueue\n"
        msg += f"  nearest  {nearest(kind, known)}"
        raise ConfigError(msg)
    return getattr(module, kind)


def _is_cluster(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base) and value is not base


def _site(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        msg = f"execution.cluster.class: {module} cannot be imported: {error}"
        raise ConfigError(msg) from error
