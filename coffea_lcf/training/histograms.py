"""Histograms that cuts learn from as they do from their events, in no time."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from coffea_lcf.bins import BINS, HALF, REACH, u_of
from coffea_lcf.training.settle import Column


@dataclass(frozen=True)
class Bins:
    """The bins of one observable, see `coffea_lcf.bins`.

    Parameters
    ----------
    center
        The edge between the bins of the lower and of the upper neuron.
    scale
        Distance s from the center within which half of the bins are, positive.
    """

    center: float
    scale: float

    @classmethod
    def around(cls, center: float, x: Tensor) -> Bins:
        """Return bins of which half lie where half of the events `x`, ``(n,)``, do."""
        distance = (x - center).abs()
        away = distance[distance > 0]
        return cls(center, float(away.median()) if len(away) else 1.0)

    def index(self, x: Tensor) -> Tensor:
        """Return the number of the bin of each of the events `x`, finite, ``(n,)``."""
        u: Tensor = u_of(x, self.center, self.scale)
        return (u * REACH + HALF).long()

    def widths(self, x: Tensor) -> Tensor:
        """Return the width of the bin of each of the events `x`, ``(n,)``."""
        return ((x - self.center).abs() + self.scale) ** 2 / (REACH * self.scale)

    def middles(self) -> Tensor:
        """Return the middle of each bin in u as a value of the observable, ``(4096,)``."""
        u = (torch.arange(BINS) + (0.5 - HALF)) / REACH
        # nothing is beyond the outermost of them, which would be infinitely far
        u = u.clamp(-1.0 + 0.5 / REACH, 1.0 - 0.5 / REACH)
        return self.center + self.scale * u / (1.0 - u.abs())

    def fill(self, column: Column) -> Tensor:
        """Return the sums of weights of background and signal in each bin, ``(2, 4096)``."""
        sums = torch.zeros(2 * BINS, dtype=torch.float64, device=column.x.device)
        half = torch.tensor(float(HALF))
        for x, label, weight, memory in column.chunks(temporaries=2):
            place = torch.add(half, self._u(x, memory), alpha=REACH, out=memory[1])
            # 16 bits count fastest
            place = place.add_(label, alpha=BINS).to(torch.int16)
            sums += torch.bincount(place, weight, minlength=len(sums))
        return sums.view(2, BINS)

    def _u(self, x: Tensor, memory: Tensor) -> Tensor:
        """Return u of the events `x`, ``(n,)``, within `memory`, ``(2, n)``."""
        u = torch.sub(x, self.center, out=memory[0])
        size = torch.abs(u, out=memory[1]).add_(self.scale)
        return torch.div(u, size, out=u)


def positions(bins: Bins, sample: Tensor) -> Tensor:
    """Return where the events of each bin are, ``(4096,)``: their mean in a sample ``(n,)``.

    Whole numbers so stay whole, and many events at the center stay there. A bin without
    events of the sample gets its middle.
    """
    index = bins.index(sample)
    number = torch.bincount(index, minlength=BINS)
    mean = torch.bincount(index, sample.double() - bins.center, minlength=BINS) / number
    mean = torch.where(number > 0, mean, bins.middles().to(mean) - bins.center)
    if 2 * torch.count_nonzero(sample == bins.center) > number[HALF]:
        # an event on the center is of neither neuron, and must not be of that above it
        mean[HALF] = 0.0
    return mean + bins.center


def hidden_variance(bins: Bins, sample: Tensor) -> Tensor:
    """Return the square distance of each event of a sample, ``(n,)``, to the mean of its bin.

    Events alone in their bin are taken as uniform within it; what others take off by
    having moved the mean themselves is made up for.
    """
    index = bins.index(sample)
    number = torch.bincount(index, minlength=BINS)[index]
    distance = sample.double() - positions(bins, sample)[index]
    several = distance**2 * number / (number - 1).clamp_min(1)
    return torch.where(number > 1, several, bins.widths(sample) ** 2 / 12)


def as_events(sums: Tensor, places: Tensor) -> Column:
    """Return bins as events: sums of weights ``(2, 4096)`` of both classes at `places`."""
    label = torch.arange(2, device=sums.device).repeat_interleave(BINS)
    return Column(places.repeat(2).float(), label.float(), sums.flatten().float())
