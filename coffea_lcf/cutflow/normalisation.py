"""What turns the weighted sums of a dataset into expected events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["signal", "background"]


@dataclass(frozen=True)
class Normalisation:
    """How a dataset enters S and B.

    Parameters
    ----------
    role
        ``signal`` or ``background``.
    sumw
        Σw of the generated events, before any skim.
    cross_section
        In pb, with filter efficiency and branching ratios; None counts Σw as it is.
    luminosity
        In pb⁻¹.
    """

    role: Role
    sumw: float
    cross_section: float | None = None
    luminosity: float = 1.0

    @property
    def scale(self) -> float:
        """Expected events per unit of weight: ``cross_section * luminosity / sumw``."""
        if self.cross_section is None:
            return 1.0
        return self.cross_section * self.luminosity / self.sumw
