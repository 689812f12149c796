"""The learnable cuts: two logistic neurons an observable, scaled by a learned importance."""

from __future__ import annotations

import torch
from torch import Tensor, nn

START = 1.2247
"""Slopes and offsets start uniform in ±START, as in the reference."""

SMALLEST = 1e-6
"""Smallest importance that is set."""


class LearnableCuts(nn.Module):
    r"""Soft cuts on F observables, for R repeats side by side.

    With ``u = s_i (x_i − mean_i) / scale_i`` and ``s = softmax(theta)`` the lower
    and the upper neuron of observable i score an event with

    .. math:: p^{L,U}_i = \sigma(w^{L,U}_i u_i + b^{L,U}_i) .

    The lower neuron looks at events below the center of the observable, the
    upper one at those above, so that one logit an event and observable is all
    that a step computes.

    Parameters
    ----------
    mean, scale, centers
        Shape ``(F,)``, in the units of the observables; ``scale`` positive.
    repeats
        Number R of independent random starts that are trained together.
    generator
        Source of the starting values, on the CPU.

    References
    ----------
    Li and Sun, "Learnable cut flow for high energy physics", arXiv:2503.22498.
    """

    mean: Tensor
    scale: Tensor
    centers: Tensor

    def __init__(
        self, mean: Tensor, scale: Tensor, centers: Tensor, repeats: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        shape = (repeats, 2, len(mean))
        self.slope = nn.Parameter((torch.rand(shape, generator=generator) * 2 - 1) * START)
        self.offset = nn.Parameter((torch.rand(shape, generator=generator) * 2 - 1) * START)
        self.theta = nn.Parameter(torch.ones(repeats, len(mean)))
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.register_buffer("centers", centers)

    def importance(self) -> Tensor:
        """Return the learned importance, shape ``(R, F)``; sums to 1 over observables."""
        return torch.softmax(self.theta, dim=-1)

    def standardised(self, x: Tensor) -> Tensor:
        """Return ``(x − mean) / scale``, shape ``(N, F)``."""
        return (x - self.mean) / self.scale

    def forward(self, z: Tensor, above: Tensor) -> Tensor:
        """Return the logit of each event's own neuron.

        Parameters
        ----------
        z
            Standardised observables, shape ``(N, F)``.
        above
            Whether the event is above the center, bool, shape ``(N, F)``.

        Returns
        -------
        Tensor
            Shape ``(R, N, F)``.
        """
        slope = self.slope * self.importance().unsqueeze(1)
        w = torch.where(above, slope[:, 1:], slope[:, :1])
        b = torch.where(above, self.offset[:, 1:], self.offset[:, :1])
        return torch.addcmul(b, w, z)

    @torch.no_grad()
    def effective(self) -> Tensor:
        """Return slopes ``w s`` and offsets as they act, float64, shape ``(R, 2, F, 2)``."""
        slope = self.slope.double() * self.importance().double().unsqueeze(1)
        return torch.stack((slope, self.offset.double()), -1)

    @torch.no_grad()
    def nominal(self, observables: slice = slice(None)) -> LearnableCuts:
        """Return a copy of the first repeat's cuts on `observables`, which act alike."""
        mean, scale, centers = (part[observables] for part in (self.mean, self.scale, self.centers))
        cuts = LearnableCuts(mean, scale, centers, 1, torch.Generator()).to(mean.device)
        cuts.set_effective(self.effective()[:1, :, observables])
        return cuts

    @torch.no_grad()
    def set_effective(self, effective: Tensor) -> None:
        """Set effective slopes ``w s`` and offsets, shape ``(R, 2, F, 2)``, as they act."""
        slope, offset = effective.to(self.slope.dtype).unbind(-1)
        self.slope.copy_(slope / self.importance().unsqueeze(1))
        self.offset.copy_(offset)

    @torch.no_grad()
    def set_importance(self, importance: Tensor) -> None:
        """Set the importance to shares, shape ``(R, F)``, without changing any score."""
        effective = self.slope * self.importance().unsqueeze(1)
        # a share of exactly zero would have no logarithm
        self.theta.copy_(importance.clamp_min(SMALLEST).log())
        self.slope.copy_(effective / self.importance().unsqueeze(1))
