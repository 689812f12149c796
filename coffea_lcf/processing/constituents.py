"""The constituents that a network is trained on, collected from all events in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypedDict

import numpy as np
from coffea.processor import ProcessorABC
from numpy.typing import NDArray

from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.processing.faults import check_rows, located
from coffea_lcf.processing.pieces import in_event_order
from coffea_lcf.processing.processor import ObservableProcessor


class Part(TypedDict):
    """The jets of a chunk: plain values, so that a finished chunk can be kept."""

    filename: str
    start: int
    p4: NDArray[np.float32]
    mask: NDArray[np.bool_]
    weight: NDArray[np.float64]


class ConstituentProcessor(ProcessorABC):  # type: ignore[misc]
    """Collect the leading constituents of the jet that `processor` would have scored.

    One row an event, empty without a jet. An event takes ``17 size`` bytes, here and
    on its way to whoever trains.

    Parameters
    ----------
    processor
        Chooses the jet and the weight; its observables are not computed.
    size
        Most constituents of a jet, the hardest.
    """

    def __init__(self, processor: ObservableProcessor, size: int) -> None:
        self.processor = processor
        to_cloud = partial(ParticleCloud.from_jagged, size=size)
        self.processor.observables = (processor.scored("constituents", to_cloud),)

    def branches_to_read(self) -> list[str]:
        """Return all branches that a chunk reads, each once."""
        return self.processor.branches_to_read()

    def process(self, events: Any) -> dict[str, list[Part]]:
        """Return the jets of the chunk `events` in a list under its dataset: lists add.

        Raises
        ------
        LCFError
            For events that cannot be used, as `ObservableProcessor.process`.
        """
        (constituents,) = self.processor.observables
        with located("choice of constituents", events):
            cloud = constituents.function(*self.processor.reader(events)(constituents))
            check_rows(cloud, events)
        part = Part(
            filename=events.metadata["filename"],
            start=events.metadata["entrystart"],
            p4=cloud.p4,
            mask=cloud.mask,
            weight=self.processor.weights(events),
        )
        return {events.metadata["dataset"]: [part]}

    def postprocess(self, accumulator: dict[str, Any]) -> dict[str, Any]:
        """Return `accumulator`: nothing is left to do in the client."""
        return accumulator


def in_file_order(
    parts: Sequence[Part], files: Sequence[str]
) -> tuple[ParticleCloud, NDArray[np.float64]]:
    """Return jets and weights of the chunks `parts` in the order of `files` and entries.

    That is the order of the rows that `coffea_lcf.processing.tabulate` writes.
    """
    ordered = in_event_order(parts, files, lambda part: (part["filename"], part["start"]))
    p4, mask, weight = (
        np.concatenate([part[name] for part in ordered]) for name in ("p4", "mask", "weight")
    )
    return ParticleCloud(p4, mask), weight
