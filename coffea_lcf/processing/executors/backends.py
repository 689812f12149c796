"""The backends by the name that a configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping

from coffea_lcf.config.execution import ExecutorName
from coffea_lcf.processing.executors import dask, local, parsl, taskvine
from coffea_lcf.processing.executors.backend import Backend

BACKENDS: Mapping[ExecutorName, Backend] = {
    "iterative": Backend(local.iterative, local.describe_iterative),
    "futures": Backend(local.futures, local.describe_futures),
    "dask": Backend(dask.connected, dask.describe),
    "parsl": Backend(parsl.local_workers, parsl.describe),
    "taskvine": Backend(taskvine.manager, taskvine.describe),
}
