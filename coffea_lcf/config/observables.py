"""What a configuration may say about observables, and about how they vary."""

from __future__ import annotations

from pathlib import Path

from pydantic import model_validator

from coffea_lcf.config.section import Name, Positive, Section


class BranchSection(Section):
    """An observable that is a branch of the tree, one number an event."""

    branch: str
    """One number an event."""
    unit: str = ""
    """For tables and plots; nothing is converted."""


class ObservableSection(Section):
    """An observable that is not one of the processor's: a branch, or what a network makes."""

    branch: str | None = None
    """One number an event."""
    model: Path | None = None
    """Model file, relative to the configuration: the score of a network on the constituents of
    the leading jet, or on other observables that are listed. See `coffea_lcf.models.file`."""
    network: str | None = None
    """Name of a network of this configuration, for its score."""
    output: str | None = None
    """Which number of an autoencoder; see `coffea_lcf.inference.anomaly`."""
    unit: str = ""
    """For tables and plots; nothing is converted."""
    device: str = "cpu"
    """Where the network is evaluated."""

    @model_validator(mode="after")
    def _either(self) -> ObservableSection:
        given = [one for one in (self.branch, self.model, self.network) if one is not None]
        if len(given) != 1:
            msg = (
                f"an observable needs a branch, a model or a network, and has {len(given)} of them"
            )
            raise ValueError(msg)
        if self.branch is not None and self.output is not None:
            msg = "output is said of a model or a network, and this is a branch"
            raise ValueError(msg)
        return self


class VariationSection(Section):
    """What one systematic variation changes."""

    weight: str | None = None
    """Branch of the weight, instead of the nominal one."""
    scale: dict[Name, Positive] = {}
    """Factor on the values of an observable."""
    observables: dict[Name, Name | BranchSection] = {}
    """Another observable or branch in place of an observable."""

    @model_validator(mode="after")
    def _something(self) -> VariationSection:
        if self.weight is None and not self.scale and not self.observables:
            msg = "a variation needs a weight, a scale or observables"
            raise ValueError(msg)
        return self


class SystematicSection(Section):
    """A systematic uncertainty."""

    up: VariationSection
    """One standard deviation up."""
    down: VariationSection | None = None
    """One standard deviation down; without it the shift of ``up`` counts for both sides."""
