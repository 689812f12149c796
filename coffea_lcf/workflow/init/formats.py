"""How files of a known kind are read: which schema, which of the supplied processors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.processing.load import load_processor
from coffea_lcf.processing.supplied import supplied


@dataclass(frozen=True)
class Format:
    """How one kind of file is read.

    Attributes
    ----------
    marks
        Branches that tell a file of this kind.
    schema
        coffea's schema.
    file, kind
        Supplied processor file and its class; empty for branches alone.
    options
        Arguments of the class.
    nanoaod
        Whether branches are named ``COLLECTION_field``, with energies in GeV, as in NanoAOD.
    """

    marks: frozenset[str] = frozenset()
    schema: str = "BaseSchema"
    file: str = ""
    kind: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    nanoaod: bool = False

    @property
    def source(self) -> Path:
        """The supplied file of the processor."""
        return supplied() / self.file

    def processor(self) -> type[ObservableProcessor]:
        """Return the class of the processor."""
        return load_processor(self.source, self.kind) if self.kind else ObservableProcessor

    def made(self, observables: Sequence[Observable]) -> ObservableProcessor:
        """Return a processor that computes `observables`."""
        options: dict[str, Any] = dict(self.options)
        return self.processor()(observables, **options)


def _four_vectors(collection: str) -> frozenset[str]:
    """Return what NanoAODSchema wants of a collection whose objects are chosen."""
    fields = ("pt", "eta", "phi", "mass")
    return frozenset({f"n{collection}", *(f"{collection}_{one}" for one in fields)})


FORMATS = (
    Format(
        marks=frozenset({"AnalysisLargeRJetsAuxDyn.pt"}),
        schema="PHYSLITESchema",
        file="jets.py",
        kind="LargeRJets",
        options={"layout": "physlite"},
    ),
    Format(
        marks=_four_vectors("FatJet"),
        schema="NanoAODSchema",
        file="jets.py",
        kind="LargeRJets",
        nanoaod=True,
    ),
    Format(
        marks=_four_vectors("Jet"),
        schema="NanoAODSchema",
        file="objects.py",
        kind="LeadingObjects",
        nanoaod=True,
    ),
    Format(),
)


def formats_of(branches: Collection[str]) -> tuple[Format, ...]:
    """Return how files with `branches` can be read; the last one takes any flat tree."""
    return tuple(one for one in FORMATS if one.marks.issubset(branches))
