"""Systematic variations: the same events seen by several processors in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from coffea.processor import ProcessorABC

from coffea_lcf.observables import Observable
from coffea_lcf.processing.processor import ObservableProcessor


@dataclass(frozen=True)
class Scaled:
    """A function of branches, times a factor."""

    function: Callable[..., Any]
    factor: float

    def __call__(self, *arrays: Any) -> Any:
        """Return the function of `arrays` times the factor."""
        return self.function(*arrays) * self.factor


def scaled(observable: Observable, factor: float) -> Observable:
    """Return `observable` with its values times `factor`, under the same name."""
    return replace(observable, function=Scaled(observable.function, factor))


class VariedProcessor(ProcessorABC):  # type: ignore[misc]
    """Run one processor a variation on each chunk.

    Branches are read once: coffea's virtual arrays keep what a chunk has read.

    Parameters
    ----------
    processors
        Processor by name of the variation.
    """

    def __init__(self, processors: Mapping[str, ObservableProcessor]) -> None:
        self.processors = dict(processors)

    def branches_to_read(self) -> list[str]:
        """Return all branches that any variation reads, each once."""
        return sorted({one for p in self.processors.values() for one in p.branches_to_read()})

    def process(self, events: Any) -> dict[str, Any]:
        """Return the output of each processor by the name of its variation."""
        return {name: one.process(events) for name, one in self.processors.items()}

    def postprocess(self, accumulator: dict[str, Any]) -> dict[str, Any]:
        """Return `accumulator`: nothing is left to do in the client."""
        return accumulator
