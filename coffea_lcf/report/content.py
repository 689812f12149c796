"""What a report tells: plain results, nothing computed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import hist

from coffea_lcf.cutflow import Cutflow, Normalisation
from coffea_lcf.cutflow.tables import CutflowTable, cutflow_table
from coffea_lcf.selection import Selection


@dataclass(frozen=True)
class Section:
    """A part of the page: a title, plain text, and a body that is HTML already."""

    title: str
    body: str


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything that a report shows.

    Parameters
    ----------
    title, description
        Plain text.
    created
        Date and time in ISO 8601.
    selection
        The cuts.
    fit
        ``strategy``, ``seed``, ``importance`` and ``importance_spread`` (number by
        observable), ``history`` (``step`` of shape ``(E,)``, ``loss`` and ``val_loss``
        of shape ``(E, R)`` for R repeats), ``metrics``, ``stability`` and ``settings``;
        whatever is missing is left out of the page.
    cutflow
        Yields of `selection`.
    observables
        Histograms by observable with axes ``dataset``, ``stage`` and ``x``.
    normalisations
        Role and scale by dataset.
    background_uncertainty
        Relative uncertainty of the background in the Asimov significance.
    units
        Unit by observable.
    completeness
        One mapping a dataset: ``dataset``, ``files``, ``chunks_expected``,
        ``chunks_processed``, ``events_expected``, ``events_processed`` and
        ``failures``, a list of messages.
    skims
        One mapping a file: ``dataset``, ``file``, ``events``, ``bytes``,
        ``sumw_before`` and ``sumw_after``.
    provenance
        How to get the same again; nested plain values.
    extra
        Further sections, shown after the cut-flow.
    """

    title: str
    description: str
    created: str
    selection: Selection
    fit: Mapping[str, Any]
    cutflow: Cutflow
    observables: Mapping[str, hist.Hist]
    normalisations: Mapping[str, Normalisation]
    background_uncertainty: float = 0.0
    units: Mapping[str, str] = field(default_factory=dict)
    completeness: Sequence[Mapping[str, Any]] = ()
    skims: Sequence[Mapping[str, Any]] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    extra: tuple[Section, ...] = ()

    @cached_property
    def table(self) -> CutflowTable:
        """The rows of the cut-flow, made once for all sections."""
        return cutflow_table(
            self.cutflow, self.normalisations, self.selection, self.background_uncertainty
        )

    def label(self, observable: str) -> str:
        """Return the name of `observable` with its unit in brackets."""
        unit = self.units.get(observable, "")
        return f"{observable} [{unit}]" if unit else observable
