"""What a configuration file may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, field_validator, model_validator

from coffea_lcf.config.cut import CutSection
from coffea_lcf.config.execution import ExecutionSection
from coffea_lcf.config.fit import FitSection, StabilitySection, TradeoffSection
from coffea_lcf.config.networks import NetworkSection
from coffea_lcf.config.observables import ObservableSection, SystematicSection, VariationSection
from coffea_lcf.config.section import FileName, Fraction, Name, Positive, Section
from coffea_lcf.config.size import Size
from coffea_lcf.errors import nearest


def _listed(value: Any) -> Any:
    """Take a single text for a list of it."""
    return [value] if isinstance(value, str) else value


class ProcessorSection(Section):
    """The processor that computes the observables."""

    file: Path
    """Python file, relative to the configuration."""
    name: str = Field(alias="class")
    """Class in the file."""
    options: dict[str, JsonValue] = {}
    """Further arguments of the class."""


class DatasetSection(Section):
    """Files of one physics process."""

    files: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
    """Paths or globs, relative to the configuration; xrootd addresses as they are; ``@list`` or
    ``list.txt`` for a text file with one of them a line. One alone needs no list."""
    label: Literal["signal", "background"]
    """What the fit learns to tell apart."""
    cross_section: Positive | None = None
    """In pb, with filter efficiency; without it Σw counts as it is."""
    sumw: Positive | None = None
    """Σw before any skim, where the files do not tell it in a ``Runs`` tree."""
    sample: Literal["all", "train", "test"] = "all"
    """``train`` and ``test`` keep samples apart that were split beforehand: the fit sees only the
    one, its held-out figures come only from the other. ``all`` is split by `fit.test_fraction`."""
    tree: str | None = None
    """Overrides the common tree."""


class CutflowSection(Section):
    """What the cut-flow tables and histograms show."""

    background_uncertainty: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Relative, for the Asimov significance."""
    bins: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Of the histogram of each observable behind each cut."""


class SkimSection(Section):
    """Which columns the skims keep, and how they are written."""

    columns: list[str] = ["*"]
    """Branch names with wildcards; a leading ``-`` drops."""
    format: Literal["ttree", "rntuple"] = "ttree"
    """How ROOT stores the events."""
    compression: Literal["zstd", "lz4", "zlib", "lzma", "none"] = "zstd"
    """``lzma`` makes the smallest files, ``lz4`` the fastest to read."""
    merge: Size | None = None
    """Merge the skims of chunks into files of at most this size, such as ``500 MB``."""


class Config(Section):
    """A whole analysis."""

    name: FileName
    """Of the analysis; results go into ``output/NAME`` if no other folder is said."""
    description: str = ""
    """A sentence for the report."""
    fileset: str | None = None
    """JSON file with datasets, of coffea, PocketCoffea or our skims; `load_config` reads it."""
    datasets: dict[FileName, DatasetSection] = Field(min_length=1)
    """With a fileset: what it does not say of its datasets, by name; only those are used."""
    check_duplicates: bool = False
    """Look for events that a dataset holds twice, by run, luminosity block and event number."""
    observables: dict[Name, ObservableSection | None] = Field(min_length=1)
    """Names that the processor knows; with a section, branches or scores of a network. A
    list of names will do."""
    networks: dict[FileName, NetworkSection] = {}
    """Networks to train; those that no observable uses are left alone."""
    network_fraction: Fraction = 0.0
    """Share of the training events that networks alone learn from, so that the cuts are placed on
    scores of events that these have not seen; 0 gives networks and cuts the same events."""
    processor: ProcessorSection | None = None
    """Without one the observables are branches."""
    schema_name: Literal[
        "BaseSchema",
        "NanoAODSchema",
        "PFNanoAODSchema",
        "PHYSLITESchema",
        "DelphesSchema",
        "TreeMakerSchema",
    ] = Field(default="BaseSchema", alias="schema")
    """The schema of coffea by which the processor sees the events; ``BaseSchema`` is plain
    branches."""
    tree: str = "Events"
    """Tree of the events in the files."""
    weight: str | None = None
    """Branch of the event weight; without it every event weighs 1."""
    luminosity: Positive = 1.0
    """In pb⁻¹."""
    preselection: list[CutSection] = []
    """Fixed cuts that come first; the fit sees only events that pass."""
    regions: dict[FileName, Annotated[list[CutSection], Field(min_length=1)]] = {}
    """By name the cuts that define a region, on observables that get no learned cut."""
    fit: FitSection = FitSection()
    """How the cuts are learned."""
    stability: StabilitySection = StabilitySection()
    """How the study of the boundaries is made."""
    tradeoff: TradeoffSection = TradeoffSection()
    """How the study of skim sizes is made."""
    systematics: dict[Name, SystematicSection] = {}
    """The cut-flow is made for each variation too."""
    cutflow: CutflowSection = CutflowSection()
    """What tables and histograms show."""
    skim: SkimSection = SkimSection()
    """What the skims keep."""
    execution: ExecutionSection = ExecutionSection()
    """Where the processors run."""

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
            ("tradeoff.reference", [cut.observable for cut in self.tradeoff.reference]),
            *(
                (f"networks.{name}.observables", network.observables)
                for name, network in self.networks.items()
            ),
            *(
                (f"regions.{name}", [cut.observable for cut in cuts])
                for name, cuts in self.regions.items()
            ),
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

    @model_validator(mode="after")
    def _files_apart(self) -> Config:
        for name in self.regions:
            if f"{name}_cutflow" in self.regions:
                msg = f"regions: {name}_cutflow.json is the file of two regions, the selection of "
                msg += f"{name + '_cutflow'!r} and the cut-flow of {name!r}: rename one"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _trainable(self) -> Config:
        for name, section in self.observables.items():
            used = None if section is None else section.network
            if used is not None and used not in self.networks:
                msg = f"observables.{name}.network: there is no network {used!r}\n"
                msg += f"  nearest: {nearest(used, self.networks)}"
                raise ValueError(msg)
        for name, network in self.networks.items():
            scores = [one for one in network.observables if self._is_score(one)]
            if scores:
                msg = f"networks.{name}.observables: {scores[0]!r} is the score of a network; "
                msg += "take observables of the processor or branches"
                raise ValueError(msg)
        kept_apart = any(one.sample != "all" for one in self.datasets.values())
        if self.trained and self.execution.allow_missing and not kept_apart:
            msg = "execution.allow_missing: with networks to train, held-out events are told by "
            msg += "their numbers, so that none may miss\n"
            msg += "  mark datasets  sample: train  and  sample: test, or mend the files"
            raise ValueError(msg)
        if self.trained and self.network_fraction and self.fit.learn_from == "histograms":
            msg = "network_fraction: histograms are filled with all events, those of the networks "
            msg += "too; use  fit.learn_from: events"
            raise ValueError(msg)
        return self

    def _is_score(self, observable: str) -> bool:
        section = self.observables[observable]
        return section is not None and section.branch is None

    @property
    def trained(self) -> dict[str, NetworkSection]:
        """The networks that observables use, by name."""
        used = {one.network for one in self.observables.values() if one is not None}
        return {name: one for name, one in self.networks.items() if name in used}

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
        """The observables that get a learned cut: all but those of preselection and regions."""
        given = {
            cut.observable for cuts in (self.preselection, *self.regions.values()) for cut in cuts
        }
        return tuple(name for name in self.observable_names if name not in given)
