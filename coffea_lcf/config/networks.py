"""What a configuration may say about the networks that it trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, model_validator

from coffea_lcf.config.section import Fraction, Name, Positive, Section

Count = Annotated[int, Field(ge=1)]

AUTOENCODERS = ("lgae",)
"""Architectures that learn to reconstruct jets and need no labels."""

ON_OBSERVABLES = ("multibody",)
"""Architectures that take observables of an event instead of the constituents of a jet."""

AUTOENCODER: Mapping[str, Any] = {
    "train_on": "background",
    "recipe": {"learning_rate": 2e-3, "batch_size": 32, "epochs": 5},
}
"""Defaults of autoencoders that differ from those of taggers."""


class RecipeSection(Section):
    """How a network is trained; see `coffea_lcf.training.network_recipe.NetworkRecipe`."""

    learning_rate: Positive = 4e-3
    """Greatest step of Adam; of autoencoders 2e-3."""
    batch_size: Count = 128
    """Jets between two steps; of autoencoders 32."""
    epochs: Count = 8
    """How often every jet is seen; of autoencoders 5."""
    schedule: Literal["constant", "one-cycle"] = "one-cycle"
    """``one-cycle`` warms the learning rate up and lets it fall to nothing."""
    clip_norm: Positive | None = 1.0
    """Longest gradient; longer ones are shortened to it. Without it they stay."""
    patience: Count | None = None
    """Epochs without a lower loss of the validation jets after which training stops."""


class NetworkSection(Section):
    """A network on the constituents of jets or on observables, trained by the step ``train``.

    It never learns from events that are held out: figures on these are honest. The others
    the cuts learn from too, unless a ``network_fraction`` keeps them apart. A score is better
    on events that the network has seen, so that cuts placed on them pass less of others, and
    a cut flow over all events counts them; datasets marked ``sample: train`` and
    ``sample: test`` can be looked at one by one. The preselection makes no difference.

    The jets are held in memory in float32: ``34 constituents`` bytes each while they are put
    together, a gigabyte for a million jets of 30 constituents.
    """

    architecture: Literal["pfn", "pfin", "topodnn", "multibody", "lgae"]
    """On constituents, all but ``multibody``, which takes observables."""
    observables: list[Name] = []
    """What a ``multibody`` takes, in order; each must be an observable of the configuration too,
    of the processor or a branch."""
    hyperparameters: dict[str, JsonValue] = {}
    """Arguments of its class; the rest is as published."""
    train_on: Literal["all", "background"] = "all"
    """Labels of the jets it learns from; ``background`` for autoencoders if not given."""
    validation_fraction: Fraction = 0.1
    """Share of the training jets that only choose the epoch whose network is kept."""
    recipe: RecipeSection = RecipeSection()
    """How it is trained."""
    shrink: Annotated[float, Field(gt=0, le=1)] | None = None
    """Relative activity below which nodes are taken out of the trained network, which is then
    trained again; arXiv:2210.04371 takes 0.2. Without it all are kept."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    """Of its first parameters, the order of the jets and those that choose the epoch."""
    device: str = "auto"
    """Where it is trained; an observable says for itself where it is evaluated."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any) -> Any:
        """Fill in what autoencoders have other defaults for."""
        if not isinstance(value, Mapping) or value.get("architecture") not in AUTOENCODERS:
            return value
        recipe = value.get("recipe", {})
        if not isinstance(recipe, Mapping):
            return value
        return {**AUTOENCODER, **value, "recipe": {**AUTOENCODER["recipe"], **recipe}}

    @model_validator(mode="after")
    def _both_labels(self) -> NetworkSection:
        if self.train_on == "background" and self.architecture not in AUTOENCODERS:
            msg = f"{self.architecture} learns to tell signal from background: it needs both, and "
            msg += f"only {', '.join(AUTOENCODERS)} can be trained on background alone"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _fed(self) -> NetworkSection:
        takes = self.architecture in ON_OBSERVABLES
        if takes and not self.observables:
            msg = f"a {self.architecture} takes observables: say which,  observables: [NAME, ...]"
            raise ValueError(msg)
        if self.observables and not takes:
            msg = f"{self.architecture} looks at constituents and takes no observables: that does "
            msg += ", ".join(ON_OBSERVABLES)
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _shrinkable(self) -> NetworkSection:
        if self.shrink is not None and self.architecture in AUTOENCODERS:
            msg = f"shrink = {self.shrink:g}: silent are nodes of a tagger that work for neither "
            msg += f"signal nor background, and {self.architecture} is an autoencoder"
            raise ValueError(msg)
        return self
