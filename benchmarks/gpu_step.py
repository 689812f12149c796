"""A Newton step over very many events on a GPU, against the bandwidth of its memory.

    python -m benchmarks.gpu_step
    python -m benchmarks.gpu_step --device cpu --events 1000000

A step of all cuts on the events themselves reads each observable with label and weight once
and does so little with them that memory decides: ``needed`` counts these bytes, ``moved`` those
that the kernels of the step read and write one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import click
import torch
from torch import Tensor

from coffea_lcf.cuts.learnable_cut import LearnableCuts
from coffea_lcf.cuts.strategies import Parallel
from coffea_lcf.training.columns import Columns
from coffea_lcf.training.refine import refine
from coffea_lcf.training.settle import Column, settle

OBSERVABLES = 8

NEEDED = 12
"""Bytes of an event and observable: x, label and weight."""

MOVED = 200
"""Bytes that the kernels of `coffea_lcf.training.settle` move for an event and observable:
difference 8, four functions 32, their sum 20, sigmoid 8, p(1 - p) 12, size and product of the
weight 20, residual 24, three sums of products 60, product with the difference 12, and 4 for the
parts of a chunk that are read anew."""

AIM = 0.5


def drawn(events: int, device: torch.device) -> Columns:
    """Return `events` of eight shifted normals, made on `device`."""
    random = torch.Generator(device).manual_seed(1)
    label = torch.empty(events, device=device).bernoulli_(0.5, generator=random)
    observables = []
    for i in range(OBSERVABLES):
        x = torch.empty(events, device=device).normal_(generator=random)
        observables.append(x.sub_(label, alpha=0.3 * (i + 1)))
    return Columns(tuple(observables), label, torch.ones_like(label))


def seconds(work: Callable[[], object], device: torch.device, rounds: int = 5) -> float:
    """Return the least wall seconds of `work`, after a first run that does not count."""
    spent = []
    for _ in range(rounds + 1):
        _wait(device)
        start = time.perf_counter()
        work()
        _wait(device)
        spent.append(time.perf_counter() - start)
    return min(spent[1:])


def bandwidth(device: torch.device, size: int) -> float:
    """Return bytes a second of a copy of `size` float32: each is read and written."""
    source = torch.ones(size, device=device)
    target = torch.empty_like(source)
    return 8 * size / seconds(lambda: target.copy_(source), device)


def settled(events: Columns) -> LearnableCuts:
    """Return the cuts at the minimum on `events`, from where `settle` takes one step."""
    zero, one = (torch.full((OBSERVABLES,), value) for value in (0.0, 1.0))
    cuts = LearnableCuts(zero, one, zero, 1, torch.Generator()).to(events.label.device)
    start: Tensor = torch.zeros(1, 2, OBSERVABLES, 2, device=events.label.device)
    cuts.set_effective(start)
    refine(cuts, events, Parallel(), 0.5)
    return cuts


def step_all(cuts: LearnableCuts, events: Columns) -> None:
    """Take one Newton step of each cut on all events."""
    for i, x in enumerate(events.observables):
        settle(cuts.nominal(slice(i, i + 1)), Column(x, events.label, events.weight))


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@click.command()
@click.option("--device", "name", default="cuda", show_default=True)
@click.option("--events", type=click.IntRange(min=1000), default=100_000_000, show_default=True)
def main(name: str, events: int) -> None:
    """Print what share of the memory's bandwidth a step uses."""
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        print("skipped: torch sees no CUDA device here; --device cpu --events 1000000 runs")
        return
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    columns = drawn(events, device)
    cuts = settled(columns)
    step = seconds(lambda: step_all(cuts, columns), device)
    copy = bandwidth(device, events)
    print(f"{card}: {events} events x {OBSERVABLES}, a step takes {step:.4g} s")
    print(f"copy    {copy / 1e9:8.1f} GB/s")
    for label, size in (("needed", NEEDED), ("moved", MOVED)):
        rate = size * events * OBSERVABLES / step
        print(f"{label:7} {rate / 1e9:8.1f} GB/s, {rate / copy:.0%} of the copy")
    print(f"aim: moved >= {AIM:.0%}")


if __name__ == "__main__":
    main()
