"""How a skim and its network are trained."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from coffea_lcf.errors import FitError
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.recipe import Prior


@dataclass(frozen=True)
class SkimRecipe:
    """Settings of a joint training.

    Parameters
    ----------
    network
        Steps of the whole training, as of the network alone.
    joint_share
        Share of the epochs in which cuts and network move together; in the others the cuts
        are hard and the network learns from what passes. In (0, 1).
    slope
        Steepness of the soft cuts at the start and at the end of the joint epochs, in
        inverse widths of an observable; it grows geometrically.
    stiffness, rate
        Of the budget's augmented Lagrangian.
    validation_fraction
        Share of the events, of each class, kept out of all steps, in (0, 1).
    class_prior
        As for `coffea_lcf.training.recipe.Recipe`.

    Raises
    ------
    FitError
        For a number out of its range.
    """

    network: NetworkRecipe = field(
        default_factory=lambda: NetworkRecipe(
            learning_rate=3e-3, batch_size=1024, epochs=80, clip_norm=None
        )
    )
    joint_share: float = 0.5
    slope: tuple[float, float] = (8.0, 60.0)
    stiffness: float = 0.1
    rate: float = 0.001
    validation_fraction: float = 0.2
    class_prior: Prior = "equal"

    def __post_init__(self) -> None:
        for name in ("joint_share", "validation_fraction"):
            share = getattr(self, name)
            if not 0.0 < share < 1.0:
                msg = f"{name} = {share} is not between 0 and 1"
                raise FitError(msg)
        for name, size in (
            ("slope", self.slope[0]),
            ("slope", self.slope[1]),
            ("stiffness", self.stiffness),
            ("rate", self.rate),
        ):
            if not (math.isfinite(size) and size > 0):
                msg = f"{name} of {size} is not a positive number"
                raise FitError(msg)

    @property
    def joint_epochs(self) -> int:
        """Epochs in which cuts and network move together, at least one."""
        return max(round(self.joint_share * self.network.epochs), 1)

    def slope_after(self, epochs: int) -> float:
        """Return the steepness after so many joint epochs."""
        first, last = self.slope
        done = min(epochs / max(self.joint_epochs - 1, 1), 1.0)
        return float(first * (last / first) ** done)
