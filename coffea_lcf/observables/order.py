"""Which observable is computed before which."""

from __future__ import annotations

from collections.abc import Sequence

from coffea_lcf.errors import ConfigError
from coffea_lcf.observables.observable import Observable


def in_order(observables: Sequence[Observable]) -> list[Observable]:
    """Return `observables` with each one behind those that it is computed from.

    Raises
    ------
    ConfigError
        If one of them needs another that is not there, or needs itself.
    """
    ordered = [one for one in observables if not one.inputs]
    waiting = [one for one in observables if one.inputs]
    while waiting:
        ready = {one.name for one in ordered}
        following = [one for one in waiting if ready.issuperset(one.inputs)]
        if not following:
            first = waiting[0]
            missing = next(name for name in first.inputs if name not in ready)
            msg = f"observable {first.name!r} is computed from {missing!r}, which is not among "
            msg += f"the observables\n  list it:  {', '.join(first.inputs)}"
            raise ConfigError(msg)
        ordered += following
        waiting = [one for one in waiting if one not in following]
    return ordered
