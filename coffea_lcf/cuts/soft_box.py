"""A box of soft cuts: two boundaries an observable, all of which an event has to pass."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from coffea_lcf.cuts.soft_cut import SoftCut
from coffea_lcf.selection import Case, Cut, Selection

GAIN = 15.0
"""Scales of an observable per unit of a parameter: boundaries must travel further in a step
of the optimiser than the parameters of a network."""


class SoftBox(nn.Module):
    """The product of one soft cut on each of F observables.

    Parameters
    ----------
    cases
        Case by observable: ``middle`` for two boundaries (either may end up outside of
        the data, which makes a one-sided cut), ``left``, ``right``, ``edge``, or None for
        no cut.
    lower, upper
        Where the boundaries start, in the units of the observables, shape ``(F,)``.
    scale
        Typical width of each observable, positive, shape ``(F,)``; the slope counts in
        its inverse.
    soft_cut
        The step at each boundary.
    slope
        Steepness at the start, in 1/`scale`.
    """

    origin: Tensor
    scale: Tensor
    closed: Tensor
    outside: Tensor
    slope: Tensor

    def __init__(
        self,
        cases: Sequence[Case | None],
        lower: Tensor,
        upper: Tensor,
        scale: Tensor,
        soft_cut: SoftCut,
        slope: float = 3.0,
    ) -> None:
        super().__init__()
        self.soft_cut = soft_cut
        self.moved = nn.Parameter(torch.zeros(2, len(cases), dtype=scale.dtype))
        closed = [
            [case in ("right", "middle", "edge") for case in cases],
            [case in ("left", "middle", "edge") for case in cases],
        ]
        self.register_buffer("origin", torch.stack((lower, upper)))
        self.register_buffer("scale", scale)
        self.register_buffer("closed", torch.tensor(closed))
        self.register_buffer("outside", torch.tensor([case == "edge" for case in cases]))
        self.register_buffer("slope", torch.tensor(slope, dtype=scale.dtype))

    def boundaries(self) -> Tensor:
        """Return the lower and upper boundaries, infinite where open, shape ``(2, F)``."""
        infinity = torch.tensor([[-torch.inf], [torch.inf]]).to(self.origin)
        found = self.origin + GAIN * self.scale * self.moved
        return torch.where(self.closed, found, infinity)

    def margins(self, x: Tensor) -> Tensor:
        """Return by how many scales events ``(N, F)`` pass each boundary, ``(N, 2, F)``."""
        lower, upper = self.boundaries()
        sign = torch.where(self.outside, -1.0, 1.0) / self.scale
        return torch.stack(((x - lower) * sign, (upper - x) * sign), 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return how far events ``(N, F)`` pass, in [0, 1], shape ``(N,)``."""
        above, below = self.soft_cut(self.margins(x), self.slope).unbind(1)
        both = above * below
        # outside of an interval is the one or the other side of it
        return torch.where(self.outside, above + below - both, both).prod(1)

    @torch.no_grad()
    def hard(self, x: Tensor) -> Tensor:
        """Return which events ``(N, F)`` pass the hard cuts, bool, shape ``(N,)``."""
        above, below = (self.margins(x) > 0).unbind(1)
        return torch.where(self.outside, above | below, above & below).all(1)

    @torch.no_grad()
    def selection(self, names: Sequence[str], units: Sequence[str]) -> Selection:
        """Return the hard cuts on observables of these names and units.

        Raises
        ------
        SelectionError
            If the boundaries of an observable have crossed.
        """
        lowers, uppers = self.boundaries().tolist()
        cuts, unused = [], []
        for index, (name, unit) in enumerate(zip(names, units, strict=True)):
            lower, upper = (
                value if closed else None
                for value, closed in zip(
                    (lowers[index], uppers[index]), self.closed[:, index].tolist(), strict=True
                )
            )
            case = _case(lower, upper, bool(self.outside[index]))
            if case is None:
                unused.append(name)
            else:
                cuts.append(Cut(name, case, lower=lower, upper=upper, unit=unit))
        return Selection(tuple(cuts), tuple(unused))


def _case(lower: float | None, upper: float | None, outside: bool) -> Case | None:
    if outside:
        return "edge"
    if lower is not None and upper is not None:
        return "middle"
    if lower is not None:
        return "right"
    return "left" if upper is not None else None
