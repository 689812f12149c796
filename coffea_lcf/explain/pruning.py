"""Fewer observables at the same quality, found by refits on fewer and fewer of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from coffea_lcf.errors import ConfigError, nearest
from coffea_lcf.explain.metrics import Metric, accuracy
from coffea_lcf.selection import Selection
from coffea_lcf.table import ObservableTable


@dataclass(frozen=True)
class PruningStep:
    """One refit without one more observable.

    Attributes
    ----------
    observable
        The one that was left out.
    before, after
        Metric on the held-out events with it and without it.
    accepted
        Whether the fall was within the tolerance, so that it stays out.
    selection
        The cuts of the refit.
    """

    observable: str
    before: float
    after: float
    accepted: bool
    selection: Selection


@dataclass(frozen=True)
class PruningPath:
    """How the observables were pruned.

    Attributes
    ----------
    offered
        All observables, in the order of the table.
    full
        The selection learned from all of them.
    start
        Its metric on the held-out events.
    steps
        The refits in order, those that were not accepted too.
    metric
        In words.
    """

    offered: tuple[str, ...]
    full: Selection
    start: float
    steps: tuple[PruningStep, ...]
    metric: str = "accuracy"

    @property
    def accepted(self) -> tuple[PruningStep, ...]:
        """The steps that took an observable away."""
        return tuple(step for step in self.steps if step.accepted)

    @property
    def observables(self) -> tuple[str, ...]:
        """Those that are left, in the order of the table."""
        gone = {step.observable for step in self.accepted}
        return tuple(name for name in self.offered if name not in gone)

    @property
    def selection(self) -> Selection:
        """The selection learned from the observables that are left."""
        return self.accepted[-1].selection if self.accepted else self.full

    @property
    def end(self) -> float:
        """Metric of `selection` on the held-out events."""
        return self.accepted[-1].after if self.accepted else self.start


def prune(
    refit: Callable[[ObservableTable], Selection],
    table: ObservableTable,
    held_out: ObservableTable,
    *,
    metric: Metric = accuracy,
    tolerance: float = 0.002,
    keep: tuple[str, ...] = (),
) -> PruningPath:
    """Leave out observables, the least harmful first, while the metric holds.

    The harm is what the metric loses on `table` when only the cut is taken out,
    so that an observable without a cut goes first. The refit without it decides,
    by the metric on `held_out`: an observable goes if the total fall since the
    fit with all of them stays within the tolerance, otherwise the next one is
    tried. It ends when none can go, after at most F(F+1)/2 fits.

    The held-out events choose between selections, and the metric on them is
    slightly too good: quote the final figure from events that took no part.

    Parameters
    ----------
    refit
        Learns a selection from a table with some of the observables.
    table
        Events to learn from.
    held_out
        Other events to judge by.
    metric
        `accuracy`, `balanced_accuracy`, ``significance(yields)`` or any function
        of a selection and events.
    tolerance
        Greatest total fall of the metric, in its own unit; zero or more.
    keep
        Observables that are never left out.

    Raises
    ------
    ConfigError
        If `tolerance` is negative or `keep` names an observable that is not there.
    """
    if not tolerance >= 0.0:
        msg = f"tolerance = {tolerance!r}: the metric may fall by zero or more"
        raise ConfigError(msg)
    for name in keep:
        if name not in table.names:
            msg = f"keep names {name!r}, not in the table\n  nearest  {nearest(name, table.names)}"
            raise ConfigError(msg)
    full = refit(table)
    path = PruningPath(table.names, full, metric(full, held_out), (), _in_words(metric))
    while True:
        tried = _round(path, refit, table, held_out, metric, tolerance, keep)
        path = replace(path, steps=path.steps + tried)
        if not (tried and tried[-1].accepted):
            return path


def _in_words(metric: Metric) -> str:
    return getattr(metric, "__name__", "metric").replace("_", " ")


def _round(
    path: PruningPath,
    refit: Callable[[ObservableTable], Selection],
    table: ObservableTable,
    held_out: ObservableTable,
    metric: Metric,
    tolerance: float,
    keep: tuple[str, ...],
) -> tuple[PruningStep, ...]:
    """Return the refits without one more observable, up to the first that is accepted."""
    steps: list[PruningStep] = []
    left = path.observables
    for name in _least_harmful_first(path.selection, table, metric, left):
        if name in keep or len(left) == 1:
            continue
        selection = refit(table.only(tuple(other for other in left if other != name)))
        after = metric(selection, held_out)
        accepted = path.start - after <= tolerance
        steps.append(PruningStep(name, path.end, after, accepted, selection))
        if accepted:
            break
    return tuple(steps)


def _least_harmful_first(
    selection: Selection, table: ObservableTable, metric: Metric, names: tuple[str, ...]
) -> list[str]:
    def left_without(name: str) -> float:
        cuts = tuple(cut for cut in selection.cuts if cut.observable != name)
        return metric(replace(selection, cuts=cuts), table)

    return sorted(names, key=left_without, reverse=True)
