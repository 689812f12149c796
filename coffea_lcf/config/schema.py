"""What a configuration file may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from coffea_lcf.selection import Case, Cut

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")]


class Section(BaseModel):
    """Base of all sections: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProcessorSection(Section):
    """The processor that computes the observables."""

    file: Path
    """Python file, relative to the configuration."""
    name: str = Field(alias="class")
    """Class in the file."""
    options: dict[str, Any] = {}
    """Further arguments of the class."""


class DatasetSection(Section):
    """Files of one physics process."""

    files: list[str] = Field(min_length=1)
    """Paths or globs, relative to the configuration; xrootd addresses as they are."""
    label: Literal["signal", "background"]
    cross_section: Positive | None = None
    """In pb, with filter efficiency; without it Σw counts as it is."""
    sample: Literal["all", "train", "test"] = "all"
    """``train`` and ``test`` keep samples apart that were split beforehand: the fit sees only the
    one, its held-out figures come only from the other. ``all`` is split by `fit.test_fraction`."""
    tree: str | None = None
    """Overrides the common tree."""


class BranchSection(Section):
    """An observable that is a branch of the tree, one number an event."""

    branch: str
    unit: str = ""


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
    down: VariationSection | None = None


class ObjectiveSection(Section):
    """What joint cuts are best for; yields come from cross-sections and luminosity."""

    kind: Literal["accuracy", "s_over_sqrt_b", "asimov", "punzi", "background_rejection"]
    signal_efficiency: list[Annotated[float, Field(gt=0, lt=1)]] = []
    """Working points of ``background_rejection``; the first makes selection.json."""
    minimum_background: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Expected background events below which a tighter cut earns nothing."""
    sigmas: Positive = 5.0
    """Of ``punzi``."""

    @model_validator(mode="after")
    def _complete(self) -> ObjectiveSection:
        if (self.kind == "background_rejection") != bool(self.signal_efficiency):
            msg = "signal_efficiency is what background_rejection needs, and no other kind takes"
            raise ValueError(msg)
        return self


class FitSection(Section):
    """How the cuts are learned; see `coffea_lcf.fit`."""

    strategy: Literal["parallel", "sequential", "joint", "reference"] = "sequential"
    preset: Literal["default", "gradient", "paper"] = "default"
    objective: ObjectiveSection = ObjectiveSection(kind="accuracy")
    """Of the joint strategy."""
    directions: dict[str, Case | None] = {}
    """Case of the cut on an observable, for the joint strategy; null for no cut."""
    centers: dict[str, Finite] = {}
    """In the unit of the observable; found from the signal if not given."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    repeats: Annotated[int, Field(ge=1)] | None = None
    validation_fraction: Fraction = 0.2
    """Share of the training events that monitors the training."""
    test_fraction: Fraction = 0.25
    """Share of all events that the fit never sees, for honest figures."""
    class_prior: Literal["sample", "equal", "events"] = "equal"
    """``equal`` weighs signal and background alike, ``sample`` by their expected yields,
    ``events`` by their numbers of events."""
    device: str = "auto"


class StabilitySection(Section):
    """How the study ``stability`` is made."""

    replicas: Annotated[int, Field(ge=2, le=10_000)] = 48
    """Bootstraps of the events."""
    folds: Annotated[int, Field(ge=2, le=100)] = 5
    """Parts of the events, each left out once."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.68
    """Share of the bootstraps inside an interval."""


class CutflowSection(Section):
    """What the cut-flow tables and histograms show."""

    background_uncertainty: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Relative, for the Asimov significance."""
    bins: Annotated[int, Field(ge=1, le=10_000)] = 50


class SkimSection(Section):
    """Which columns the skims keep, and how they are written."""

    columns: list[str] = ["*"]
    """Branch names with wildcards; a leading ``-`` drops."""
    format: Literal["ttree", "rntuple"] = "ttree"
    compression: Literal["zstd", "lz4", "zlib", "lzma", "none"] = "zstd"


class ExecutionSection(Section):
    """Where the processors run."""

    executor: Literal["iterative", "futures"] = "iterative"
    workers: Annotated[int, Field(ge=1)] = 2
    chunksize: Annotated[int, Field(ge=1)] = 100_000


class Config(Section):
    """A whole analysis."""

    name: FileName
    description: str = ""
    datasets: dict[FileName, DatasetSection] = Field(min_length=1)
    observables: dict[Name, BranchSection | None] = Field(min_length=1)
    """Names that the processor knows; with a section, branches. A list of names will do."""
    processor: ProcessorSection | None = None
    """None reads branches only."""
    schema_name: Literal[
        "BaseSchema",
        "NanoAODSchema",
        "PFNanoAODSchema",
        "PHYSLITESchema",
        "DelphesSchema",
        "TreeMakerSchema",
    ] = Field(default="BaseSchema", alias="schema")
    tree: str = "Events"
    weight: str | None = None
    """Branch of the event weight; None weighs every event 1."""
    luminosity: Positive = 1.0
    """In pb⁻¹."""
    preselection: list[CutSection] = []
    """Fixed cuts that come first; the fit sees only events that pass."""
    fit: FitSection = FitSection()
    stability: StabilitySection = StabilitySection()
    systematics: dict[Name, SystematicSection] = {}
    """The cut-flow is made for each variation too."""
    cutflow: CutflowSection = CutflowSection()
    skim: SkimSection = SkimSection()
    execution: ExecutionSection = ExecutionSection()

    @field_validator("observables", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Take a list of names for a mapping without sections."""
        if not isinstance(value, list):
            return value
        twice = [name for name in value if value.count(name) > 1]
        if twice:
            msg = f"{twice[0]!r} is listed twice"
            raise ValueError(msg)
        wrong = [name for name in value if not isinstance(name, str)]
        if wrong:
            msg = f"{wrong[0]!r} is not the name of an observable"
            raise ValueError(msg)
        return dict.fromkeys(value)

    @model_validator(mode="after")
    def _normalised_alike(self) -> Config:
        without = [name for name, one in self.datasets.items() if one.cross_section is None]
        if without and len(without) < len(self.datasets):
            msg = f"datasets: {without[0]!r} has no cross_section and others have: "
            msg += "give it to all, or to none"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        names = self.observable_names
        for place, used in (
            ("fit.centers", list(self.fit.centers)),
            ("fit.directions", list(self.fit.directions)),
            ("preselection", [cut.observable for cut in self.preselection]),
            *(
                (f"systematics.{name}", [*variation.scale, *variation.observables])
                for name, variation in self.variations.items()
            ),
        ):
            unknown = [name for name in used if name not in names]
            if unknown:
                msg = f"{place}: {unknown[0]!r} is not among the observables ({', '.join(names)})"
                raise ValueError(msg)
        return self

    @property
    def observable_names(self) -> tuple[str, ...]:
        """The observables, in order."""
        return tuple(self.observables)

    @property
    def variations(self) -> dict[str, VariationSection]:
        """The variations of all systematics, as ``NAME_up`` and ``NAME_down``."""
        both = {
            f"{name}_{side}": getattr(systematic, side)
            for name, systematic in self.systematics.items()
            for side in ("up", "down")
        }
        return {name: one for name, one in both.items() if one is not None}

    @property
    def fitted(self) -> tuple[str, ...]:
        """The observables that get a learned cut: all but those of the preselection."""
        given = {cut.observable for cut in self.preselection}
        return tuple(name for name in self.observable_names if name not in given)
