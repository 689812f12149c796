"""How a configuration spells a cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import model_validator

from coffea_lcf.config.section import Finite, Section
from coffea_lcf.selection import Case, Cut


class CutSection(Section):
    """A cut that the user fixes."""

    observable: str
    """One of the observables of the configuration."""
    case: Case
    """``left`` keeps x < upper, ``right`` x > lower, ``middle`` lower < x < upper, and ``edge``
    x < lower or x > upper. All are strict: an event on a boundary fails."""
    lower: Finite | None = None
    """In the unit of the observable; of ``right``, ``middle`` and ``edge``."""
    upper: Finite | None = None
    """In the unit of the observable; of ``left``, ``middle`` and ``edge``."""

    def cut(self, unit: str = "") -> Cut:
        """Return the cut."""
        return Cut(self.observable, self.case, self.lower, self.upper, unit, fixed=True)

    @model_validator(mode="after")
    def _possible(self) -> CutSection:
        self.cut()
        return self


def cuts_of(sections: Iterable[CutSection], units: Mapping[str, str]) -> tuple[Cut, ...]:
    """Return the cuts of `sections`, with the `units` of their observables where they have one."""
    return tuple(one.cut(units.get(one.observable, "")) for one in sections)
