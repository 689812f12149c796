"""How a configuration spells a cut."""

from __future__ import annotations

from pydantic import model_validator

from coffea_lcf.config.section import Finite, Section
from coffea_lcf.selection import Case, Cut


class CutSection(Section):
    """A cut that the user fixes."""

    observable: str
    case: Case
    lower: Finite | None = None
    upper: Finite | None = None

    def cut(self, unit: str = "") -> Cut:
        """Return the cut."""
        return Cut(self.observable, self.case, self.lower, self.upper, unit, fixed=True)

    @model_validator(mode="after")
    def _possible(self) -> CutSection:
        self.cut()
        return self
