"""What a configuration may say about where and how the processors run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from coffea_lcf.config.section import Section

ExecutorName = Literal["iterative", "futures", "dask", "parsl", "taskvine"]
Count = Annotated[int, Field(ge=1)]


class AdaptSection(Section):
    """Between how many workers a cluster may grow and shrink with the work there is."""

    minimum: Annotated[int, Field(ge=0)] = 0
    """Workers that are kept though there is nothing to do."""
    maximum: Count
    """Workers that are asked for at most."""

    @model_validator(mode="after")
    def _ordered(self) -> AdaptSection:
        if self.minimum > self.maximum:
            msg = f"minimum = {self.minimum} is above maximum = {self.maximum}"
            raise ValueError(msg)
        return self


class ClusterSection(Section):
    """A batch system that runs Dask workers as jobs."""

    name: str = Field(alias="class", pattern=r"^([A-Za-z_]\w*\.)*[A-Za-z_]\w*$")
    """Class of dask_jobqueue, or ``module.Class`` of a site's own package."""
    options: dict[str, Any] = {}
    """Arguments of the class: what one job asks for."""
    adapt: AdaptSection | None = None
    """Instead of a fixed number of jobs, `ExecutionSection.workers`."""


class ExecutionSection(Section):
    """Where and how the processors run."""

    executor: ExecutorName = "iterative"
    """``iterative`` is this process, ``futures`` several of them on this machine; ``dask``,
    ``parsl`` and ``taskvine`` are clusters, and ``dask`` alone is one on this machine. With a
    `scheduler` or a `cluster` it is ``dask`` if nothing else is said."""
    workers: Count = 2
    """Processes of futures, parsl and a local Dask cluster, jobs of a batch system."""
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?([kMGT]i?)?B$")] | None = None
    """Of one worker of a local Dask cluster, such as ``2GB``; Dask shares the machine out if not
    given."""
    scheduler: Annotated[str, Field(pattern=r"^[a-z]+://.+$")] | None = None
    """Address of a Dask scheduler that runs already, such as ``tcp://10.0.0.1:8786``."""
    cluster: ClusterSection | None = None
    """Dask workers in a batch system."""
    options: dict[str, Any] = {}
    """Further arguments of coffea's parsl or taskvine executor."""
    chunksize: Count = 100_000
    """Most events that a worker holds at once. Smaller ones need less memory and spread over more
    workers; the results are the same."""
    align_clusters: bool = False
    """End chunks only where the baskets of all branches end."""
    retries: Annotated[int, Field(ge=0, le=20)] = 3
    """How often a chunk is read again after an error that may pass."""
    checkpoints: bool = True
    """Keep finished chunks in the output folder until the step ends."""
    allow_missing: bool = False
    """Write results without the chunks that cannot be read."""

    @model_validator(mode="before")
    @classmethod
    def _of_dask(cls, value: Any) -> Any:
        """Take a scheduler or a cluster for the wish to use it."""
        if isinstance(value, Mapping) and {"scheduler", "cluster"} & value.keys():
            return {"executor": "dask", **value}
        return value

    @model_validator(mode="after")
    def _one_place(self) -> ExecutionSection:
        if self.scheduler is not None and self.cluster is not None:
            msg = "a running scheduler or a cluster to start, not both"
            raise ValueError(msg)
        return self
