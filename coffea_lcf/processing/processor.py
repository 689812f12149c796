"""The coffea processor of every step: events to columns, then one action a chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import awkward as ak
import numpy as np
from coffea.processor import ProcessorABC
from numpy.typing import NDArray

from coffea_lcf.columns import to_flat
from coffea_lcf.errors import ConfigError, FilesetError, NonFiniteError, nearest
from coffea_lcf.observables import Observable, in_order, read_branch
from coffea_lcf.processing.faults import check_rows, located, place


@dataclass(frozen=True)
class Chunk:
    """What a step sees of some entries of one file.

    Attributes
    ----------
    dataset, filename, treename, uuid
        Where the entries come from.
    start, stop
        Entry range in the file.
    columns
        float32 observables, each ``(N,)``.
    weight
        float64 event weights, ``(N,)``.
    """

    dataset: str
    filename: str
    treename: str
    uuid: str
    start: int
    stop: int
    columns: Mapping[str, NDArray[np.float32]]
    weight: NDArray[np.float64]


Action = Callable[[Chunk], dict[str, Any]]


def collect(chunk: Chunk) -> dict[str, Any]:
    """Return the chunk in a list under its dataset: lists of chunks add."""
    return {chunk.dataset: [chunk]}


class ObservableProcessor(ProcessorABC):  # type: ignore[misc]
    """Compute observables, one row an event, and hand them to an action.

    Used as it is for flat trees, whose observables are branches; physics
    processors derive from it, list what they know in `catalogue`, and override
    `reader` where objects have to be chosen first.

    Parameters
    ----------
    observables
        Names from the catalogue, or `Observable` objects.
    weight
        Branch of the event weight; None weighs every event 1.
    action
        What to do with each chunk; `collect` by default.

    Raises
    ------
    ConfigError
        For an observable that the catalogue does not hold, or one of observables that are
        not there.
    """

    catalogue: ClassVar[tuple[Observable, ...]] = ()

    def __init__(
        self,
        observables: Sequence[str | Observable],
        *,
        weight: str | None = None,
        action: Action = collect,
    ) -> None:
        self.observables = tuple(self.known(entry) for entry in observables)
        in_order(self.observables)
        self.weight = weight
        self.action = action

    def known(self, entry: str | Observable) -> Observable:
        """Return the observable of the catalogue, or `entry` itself if it is one already.

        Raises
        ------
        ConfigError
            Naming the nearest observables.
        """
        if isinstance(entry, Observable):
            return entry
        known = {observable.name: observable for observable in self.catalogue}
        if entry not in known:
            msg = (
                f"observable {entry!r} is not known to {type(self).__name__}\n"
                f"  nearest  {nearest(entry, known)}\n"
                f"  or read a branch as it is: {entry}: {{branch: NAME}}"
            )
            raise ConfigError(msg)
        return known[entry]

    @classmethod
    def scored(cls, name: str, scorer: Callable[..., Any]) -> Observable:
        """Return the observable that `scorer` makes of constituents; override to choose them.

        Raises
        ------
        ConfigError
            This processor knows no constituents.
        """
        msg = (
            f"observable {name!r}: {cls.__name__} knows no constituents for a network\n"
            "  choose a processor with a method  scored, such as LargeRJets of processors/jets.py"
        )
        raise ConfigError(msg)

    def branch(self, name: str) -> str:
        """Return the branch in the file that stands for `name`; override to rename."""
        return name

    def needed_branches(self) -> dict[str, tuple[str, ...]]:
        """Return the branches in the file that each observable reads."""
        return {
            observable.name: tuple(self.branch(name) for name in observable.branches)
            for observable in self.observables
        }

    def branches_to_read(self) -> list[str]:
        """Return all branches in the file that a chunk reads, each once."""
        needed = [branch for branches in self.needed_branches().values() for branch in branches]
        return sorted({*needed, *([self.weight] if self.weight else [])})

    def reader(self, events: Any) -> Callable[[Observable], list[Any]]:
        """Return what gives an observable the arrays that its function takes.

        Override it to choose objects, once for all observables of the chunk.
        """
        return lambda observable: [self.read(events, name) for name in observable.branches]

    def read(self, events: Any, name: str) -> Any:
        """Return the array of branch `name`, read now.

        Raises
        ------
        MissingBranchError
            If there is no such branch.
        OSError
            If reading fails in a way that may pass.
        FilesetError
            If the file is damaged where the branch is stored.
        """
        branch = self.branch(name)
        array = read_branch(events, branch)
        try:
            # at once: later, a damaged file would look like a fault of the observable
            return ak.materialize(array)
        except OSError:
            raise
        except Exception as error:  # uproot raises whatever the bytes lead it to
            msg = f"branch {branch} cannot be read: {type(error).__name__}: {error}\n"
            msg += f"  in file    {events.metadata['filename']}, the file is damaged"
            raise FilesetError(msg) from error

    def columns(self, events: Any) -> dict[str, NDArray[np.float32]]:
        """Return the observables as float32 columns, each ``(N,)``.

        Raises
        ------
        MissingBranchError, ObservableError
            Naming observable, file and dataset; the latter too for a column that is not one
            number an event.
        """
        computed: dict[str, NDArray[np.float32]] = {}
        arrays: Callable[[Observable], list[Any]] | None = None
        for observable in in_order(self.observables):
            with located(f"observable {observable.name!r}", events):
                arrays = arrays or self.reader(events)
                inputs = (computed[name] for name in observable.inputs)
                values = observable.function(*arrays(observable), *inputs)
                column = to_flat(observable.name, values)
                check_rows(column, events)
            computed[observable.name] = _rounded(column)
        return {observable.name: computed[observable.name] for observable in self.observables}

    def weights(self, events: Any) -> NDArray[np.float64]:
        """Return the event weights, ``(N,)``.

        Raises
        ------
        NonFiniteError
            If a weight is NaN or infinite.
        ObservableError
            If the branch is not one number an event.
        """
        if self.weight is None:
            return np.ones(len(events))
        with located(f"weight {self.weight!r}", events):
            weight = to_flat(self.weight, self.read(events, self.weight)).astype(np.float64)
        bad = np.flatnonzero(~np.isfinite(weight))
        if len(bad):
            entry = events.metadata["entrystart"] + int(bad[0])
            msg = (
                f"{len(bad)} weights {self.weight} are not finite, the first is "
                f"{weight[bad[0]]} at entry {entry}\n{place(events)}"
            )
            raise NonFiniteError(msg)
        return np.asarray(weight)

    def process(self, events: Any) -> dict[str, Any]:
        """Return what the action makes of the chunk `events`.

        Raises
        ------
        LCFError
            For events that cannot be used; see `columns` and `weights`.
        """
        metadata = events.metadata
        chunk = Chunk(
            dataset=metadata["dataset"],
            filename=metadata["filename"],
            treename=metadata["treename"],
            uuid=metadata["fileuuid"],
            start=metadata["entrystart"],
            stop=metadata["entrystop"],
            columns=self.columns(events),
            weight=self.weights(events),
        )
        return self.action(chunk)

    def postprocess(self, accumulator: dict[str, Any]) -> dict[str, Any]:
        """Return `accumulator`: nothing is left to do in the client."""
        return accumulator


def _rounded(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return float32 values, infinite ones as NaN, which fails every cut.

    This is the one rounding: table, cut-flow and skim all cut the same numbers.
    """
    with np.errstate(over="ignore"):
        rounded = values.astype(np.float32)
    rounded[~np.isfinite(rounded)] = np.nan
    return rounded
