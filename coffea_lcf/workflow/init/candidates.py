"""How well each observable that files offer tells signal from background."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from coffea.nanoevents import NanoEventsFactory
from numpy.typing import NDArray

from coffea_lcf.datasets.companions import with_companions
from coffea_lcf.errors import FilesetError
from coffea_lcf.observables import Observable
from coffea_lcf.processing.schemas import SCHEMAS
from coffea_lcf.workflow.init.formats import Format, formats_of
from coffea_lcf.workflow.init.offered import offered, shared
from coffea_lcf.workflow.init.samples import Sample
from coffea_lcf.workflow.init.separation import separation
from coffea_lcf.workflow.inspect import Inspection

MOST_ENTRIES = 10_000
"""Events of each dataset that the candidates are compared on."""

MOSTLY = 0.5
"""Share of signal events in which an observable has to exist to be proposed."""

Columns = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Candidate:
    """An observable that could be cut.

    Attributes
    ----------
    observable
        Name, unit and what it is.
    branch
        The branch that it is, empty for one of the processor's.
    separation
        0 if signal and background look the same in it, 1 if they do not overlap.
    defined
        Share of signal events that have a value.
    """

    observable: Observable
    branch: str
    separation: float
    defined: float


def candidates(
    samples: Sequence[Sample], first: Sequence[Inspection]
) -> tuple[Format, list[Candidate]]:
    """Return how to read the files, and what varies in them, the best separated first.

    Of the processors that know the files, the one with the most observables that exist in most
    signal events is taken.

    Parameters
    ----------
    samples
        Datasets of both labels.
    first
        What is in the first file of each dataset, whose first events are looked at.

    Raises
    ------
    FilesetError
        If nothing that could be cut is in all of the files, or nothing varies.
    """
    ways = [(layout, _ranked(samples, first, layout)) for layout in formats_of(shared(first))]
    layout, found = max(ways, key=lambda way: sum(one.defined >= MOSTLY for one in way[1]))
    if not found:
        raise FilesetError(_nothing(first[0]))
    return layout, found


def _ranked(
    samples: Sequence[Sample], first: Sequence[Inspection], layout: Format
) -> list[Candidate]:
    known, flat = offered(first, layout)
    columns = [_columns(one, (*known, *flat), layout) for one in first]
    signal, background = (
        _joined([read for one, read in zip(samples, columns, strict=True) if one.label == label])
        for label in ("signal", "background")
    )
    found = [
        Candidate(
            one,
            one.branches[0] if one in flat else "",
            separation(signal[one.name], background[one.name]),
            float(np.mean(np.isfinite(signal[one.name]))),
        )
        for one in (*known, *flat)
        if _varies(np.concatenate([signal[one.name], background[one.name]]))
    ]
    return sorted(found, key=lambda one: (one.defined < MOSTLY, -one.separation))


def _columns(found: Inspection, wanted: Sequence[Observable], layout: Format) -> Columns:
    """Return the observables in the first events of a file, each ``(N,)``."""
    processor = layout.made(wanted)
    read = with_companions(processor.branches_to_read(), tuple(found.branches))
    with warnings.catch_warnings():
        # coffea says so of every file with photons
        warnings.filterwarnings("ignore", "Branch Photon_", RuntimeWarning)
        events = NanoEventsFactory.from_root(
            {found.path: found.tree},
            schemaclass=SCHEMAS[layout.schema],
            entry_stop=MOST_ENTRIES,
            metadata={"filename": found.path, "dataset": "init"},
            iteritems_options={"filter_name": list(read)},
        ).events()
    return processor.columns(events)


def _joined(columns: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}


def _varies(values: NDArray[np.float32]) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and bool(finite.min() < finite.max())


def _nothing(found: Inspection) -> str:
    return (
        f"tree {found.tree!r} of {found.path}: no branch with one number an event varies, and no "
        "supplied processor knows its collections\n"
        "  another tree:  --tree NAME\n"
        "  or write a processor for it, a class with a catalogue of observables"
    )
