"""Processes that learn together: each sums over its part of the events, all make the same step.

A fit on several processes is that on one: all know all events, draw the same starts and
bootstraps, and only the sums over the events are divided. Started by ``torchrun``:

.. code-block:: python

    with distributed.started():
        result = lcf.fit(table)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor

from coffea_lcf.errors import FitError


@contextmanager
def started() -> Iterator[int]:
    """Join the other processes of ``torchrun`` for as long as the context lasts.

    Each process of a node takes a GPU of its own where there are enough, and they
    speak by NCCL about what is there; about all else by gloo.

    Yields
    ------
    int
        The number of this process, from zero. Zero where there is but one.

    Raises
    ------
    FitError
        If the variables of the environment that ``torchrun`` sets are not complete.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield 0
        return
    missing = [name for name in ("RANK", "MASTER_ADDR", "MASTER_PORT") if not os.environ.get(name)]
    if missing:
        msg = f"WORLD_SIZE is {os.environ['WORLD_SIZE']}, but {', '.join(missing)} is not set: "
        msg += "start the processes with torchrun, or unset WORLD_SIZE"
        raise FitError(msg)
    dist.init_process_group(_backend())
    try:
        yield dist.get_rank()
    finally:
        dist.destroy_process_group()


def _backend() -> str:
    """Choose the GPU of this process, and return what the processes speak by."""
    gpus = torch.cuda.device_count()
    if gpus:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")) % gpus)
    # NCCL wants a GPU for each process
    enough = gpus >= int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return "cpu:gloo,cuda:nccl" if enough else "gloo"


def processes() -> int:
    """Return how many processes learn together: 1 outside of `started`."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def own_rows(rows: int) -> slice:
    """Return which of `rows` events this process sums over: as many as any other does."""
    if processes() == 1:
        return slice(0, rows)
    rank, count = dist.get_rank(), processes()
    return slice(rows * rank // count, rows * (rank + 1) // count)


def summed(part: Tensor) -> Tensor:
    """Return the sum of `part` over the processes, in its precision; `part` itself of one."""
    if processes() == 1:
        return part
    total = part.clone()
    dist.all_reduce(total)
    return total


def counted(rows: int) -> int:
    """Return the sum of `rows` over the processes."""
    return int(summed(torch.tensor(rows)))


def agreed(value: Tensor) -> Tensor:
    """Return the `value` of the first process.

    Equal sums can round differently on another kind of processor, and processes that
    stop after other numbers of steps would wait for each other.
    """
    if processes() == 1:
        return value
    first = value.contiguous().clone()
    dist.broadcast(first, src=0)
    return first


def check_alike(**figures: float) -> None:
    """Raise `FitError` in every process if one of the `figures` is not the same in all."""
    if processes() == 1:
        return
    values = torch.tensor(list(figures.values()), dtype=torch.float64)
    least, most = values.clone(), values.clone()
    dist.all_reduce(least, dist.ReduceOp.MIN)
    dist.all_reduce(most, dist.ReduceOp.MAX)
    for name, low, high in zip(figures, least.tolist(), most.tolist(), strict=True):
        if low != high:
            msg = f"the processes have other events: {name} from {low:.10g} to {high:.10g}\n"
            msg += "  give all of them the whole table, they divide it themselves"
            raise FitError(msg)
