"""How a fit is run: the optimiser and what surrounds it, as named presets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from coffea_lcf.errors import FitError
from coffea_lcf.training.adam import Adam
from coffea_lcf.training.newton import Newton

Prior = Literal["sample", "equal", "events"]


@dataclass(frozen=True)
class Recipe:
    """Settings of a fit.

    Parameters
    ----------
    optimiser
        `Newton` or `Adam`.
    repeats
        Fits beside each other whose spread is reported. Newton has one minimum,
        so its repeats are Poisson bootstraps of the events and the first is
        nominal; Adam's are random starts and the one with the lowest loss counts.
    validation_fraction
        Share of the events kept out of the training to monitor and stop it;
        0 for none.
    patience
        Records (epochs of Adam, steps of Newton) without a lower error of the hard
        cuts on the validation events, after which training stops; None to go to the end.
    class_prior
        ``sample`` weighs signal and background as they come; ``equal`` scales
        both to the same sum, for samples whose sizes mean nothing; ``events`` to
        their numbers of events.
    min_significance
        A cut that treats signal and background alike within this many standard
        deviations is dropped as one without information; 0 keeps all.
    """

    optimiser: Newton | Adam = field(default_factory=Newton)
    repeats: int = 5
    validation_fraction: float = 0.0
    patience: int | None = None
    class_prior: Prior = "sample"
    min_significance: float = 3.0

    def __post_init__(self) -> None:
        if self.class_prior not in get_args(Prior):
            msg = f"class_prior {self.class_prior!r} is not one of {', '.join(get_args(Prior))}"
            raise FitError(msg)
        if self.repeats < 1:
            msg = f"repeats = {self.repeats}: a fit needs at least one"
            raise FitError(msg)
        if not 0.0 <= self.validation_fraction < 1.0:
            msg = f"validation_fraction = {self.validation_fraction} is not in [0, 1)"
            raise FitError(msg)


PRESETS = {
    "default": Recipe(),
    "gradient": Recipe(
        Adam(learning_rate=2e-2, batch_size=512, epochs=200),
        validation_fraction=0.2,
        patience=30,
    ),
    "paper": Recipe(Adam(), repeats=1, min_significance=0.0),
}
"""``default``: Newton. ``gradient``: Adam with early stopping. ``paper``: arXiv:2503.22498."""


def preset(name: str) -> Recipe:
    """Return the recipe called `name`; `FitError` with the known names if there is none."""
    if name not in PRESETS:
        msg = f"preset {name!r} is not one of {', '.join(PRESETS)}"
        raise FitError(msg)
    return PRESETS[name]
