"""What a configuration may say about the fit and its study of stability."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from coffea_lcf.config.cut import CutSection
from coffea_lcf.config.section import Finite, Fraction, Positive, Section
from coffea_lcf.selection import Case


class ObjectiveSection(Section):
    """What joint cuts are best for; yields come from cross-sections and luminosity."""

    kind: Literal["accuracy", "s_over_sqrt_b", "asimov", "punzi", "background_rejection"]
    """The share of events classified correctly, S/√B, the expected significance, Punzi's figure
    of merit, or the least background at given signal efficiencies."""
    signal_efficiency: list[Annotated[float, Field(gt=0, lt=1)]] = []
    """Working points of ``background_rejection``; the first makes selection.json."""
    minimum_background: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Background events below which a tighter cut earns nothing. These are expected events, Σw
    times cross-section and luminosity, and not simulated ones: where a simulated event stands for
    1000 expected ones, 50 simulated events are 50 000 here."""
    sigmas: Positive = 5.0
    """Standard deviations of the discovery that ``punzi`` is best for."""
    systematics: bool = False
    """Take off a significance what the systematic variations can cost it."""

    @model_validator(mode="after")
    def _complete(self) -> ObjectiveSection:
        if (self.kind == "background_rejection") != bool(self.signal_efficiency):
            msg = "signal_efficiency is what background_rejection needs, and no other kind takes"
            raise ValueError(msg)
        if self.systematics and self.kind in ("accuracy", "background_rejection"):
            msg = f"systematics have a say in a significance, not in {self.kind}"
            raise ValueError(msg)
        return self


class FitSection(Section):
    """How the cuts are learned; see `coffea_lcf.fit`."""

    strategy: Literal["parallel", "sequential", "joint", "reference"] = "sequential"
    """``parallel``: every cut learns from all events. ``sequential``: from those that pass the
    cuts before it. ``joint``: all cuts from the final decision. ``reference``: as the program of
    arXiv:2503.22498, to compare with."""
    preset: Literal["default", "gradient", "paper"] = "default"
    """How parallel and sequential cuts are optimised: by Newton steps to the minimum, by Adam with
    early stopping, or by the 200 epochs of Adam of arXiv:2503.22498."""
    objective: ObjectiveSection = ObjectiveSection(kind="accuracy")
    """Of the joint strategy."""
    directions: dict[str, Case | None] = {}
    """Case of the cut on an observable, for the joint strategy; null for no cut."""
    centers: dict[str, Finite] = {}
    """In the unit of the observable; found from the signal if not given."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Score at which the neurons of parallel and sequential cuts put their boundaries; a higher
    one makes every cut tighter. Joint cuts have their objective instead."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Of everything random: which events are held out or monitor, bootstraps, starts, rivals."""
    repeats: Annotated[int, Field(ge=1)] | None = None
    """Fits of bootstrapped events, or random starts of Adam, whose spread is reported; without it
    5, and 1 of ``paper``."""
    validation_fraction: Fraction = 0.2
    """Share of the training events that monitors the training of parallel and sequential cuts."""
    test_fraction: Fraction = 0.25
    """Share of all events that the fit never sees, for honest figures."""
    learn_from: Literal["events", "histograms"] = "events"
    """``histograms``: the workers fill 4096 bins an observable for parallel cuts, and of more
    than `in_memory` events only so many are stored, evenly spread, to start on and to judge by."""
    in_memory: Annotated[int, Field(ge=1)] = 10_000_000
    """Most events that are held in memory. Of more, parallel and sequential cuts (of the default
    preset) are learned from all, batch by batch; whatever else is learned or measured then
    comes from one event in so many, weighing as much more."""
    regions: Literal["shared", "separate"] = "shared"
    """Boundaries of the regions: the same in all, or learned for each."""
    class_prior: Literal["sample", "equal", "events"] = "equal"
    """``equal`` weighs signal and background alike, ``sample`` by their expected yields,
    ``events`` by their numbers of events."""
    rounding: Fraction = 0.0
    """Share of signal, and of background, that may end on the other side of a learned boundary for
    it to be written with fewer digits: with 0.002 a 57.7433 becomes 58. 0 keeps all digits."""
    device: str = "auto"
    """Where the cuts learn: ``cpu``, ``cuda``, ``cuda:1``; ``auto`` takes a GPU if there is one."""

    @model_validator(mode="after")
    def _learnable(self) -> FitSection:
        if self.learn_from == "histograms" and self.strategy != "parallel":
            msg = f"strategy {self.strategy!r} masks events: learn_from: histograms "
            msg += "is for the parallel strategy"
            raise ValueError(msg)
        if self.learn_from == "histograms" and self.preset != "default":
            msg = f"preset {self.preset!r} goes over events: learn_from: histograms "
            msg += "is for the preset 'default'"
            raise ValueError(msg)
        if self.strategy != "joint" and self.objective != ObjectiveSection(kind="accuracy"):
            msg = f"strategy {self.strategy!r} learns by the loss of its neurons: an objective "
            msg += f"such as {self.objective.kind!r} is for strategy: joint"
            raise ValueError(msg)
        return self


class TradeoffSection(Section):
    """How the study ``tradeoff`` is made."""

    budgets: list[Annotated[float, Field(gt=0, lt=1)]] = [0.5, 0.3, 0.2, 0.1, 0.05, 0.02]
    """Shares of the background that a skim may keep."""
    figure: Literal["auc", "rejection_30", "rejection_50", "asimov"] = "rejection_50"
    """What is drawn, and may not fall for a smaller skim to be proposed: the area under the ROC
    curve, 1/ε_b at a signal efficiency of 30 or 50 %, or the expected significance."""
    reference: list[CutSection] = []
    """Cuts made by hand, to compare with at their own size."""


class StabilitySection(Section):
    """How the study ``stability`` is made."""

    replicas: Annotated[int, Field(ge=2, le=10_000)] = 48
    """Bootstraps of the events."""
    folds: Annotated[int, Field(ge=2, le=100)] = 5
    """Parts of the events, each left out once."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.68
    """Share of the bootstraps inside an interval."""
