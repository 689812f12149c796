"""The rows of the cut-flow tables: per dataset, and signal against background."""

from __future__ import annotations

from dataclasses import dataclass

from coffea_lcf.cutflow.normalisation import Role


@dataclass(frozen=True)
class DatasetRow:
    """One dataset after one cut; efficiencies are NaN where there is nothing to divide by.

    Attributes
    ----------
    cut
        The cut in words.
    events
        Raw events that pass this and all earlier cuts.
    sumw, sumw_error
        Their Σw and √Σw².
    expected, expected_error
        The same times the scale of the dataset: expected events.
    alone
        Efficiency of this cut on all events.
    step
        Efficiency of this cut on what the earlier ones left.
    total
        Efficiency of this and all earlier cuts.
    nminusone, nminusone_error
        Expected events that pass all the *other* cuts.
    nminusone_efficiency
        Efficiency of this cut on those: what it still does when all others are applied.
    """

    cut: str
    events: int
    sumw: float
    sumw_error: float
    expected: float
    expected_error: float
    alone: float
    step: float
    total: float
    nminusone: float
    nminusone_error: float
    nminusone_efficiency: float


@dataclass(frozen=True)
class DatasetTable:
    """The rows of one dataset, ``all events`` first."""

    dataset: str
    role: Role
    scale: float
    rows: tuple[DatasetRow, ...]


@dataclass(frozen=True)
class SummaryRow:
    """Signal S and background B after one cut, in expected events.

    Attributes
    ----------
    s_over_sqrt_b, asimov
        Significances; infinite for B = 0, NaN for negative yields.
    purity
        S/(S + B); NaN for negative yields.
    signal_efficiency, background_efficiency
        Of this and all earlier cuts.
    signal_nminusone, background_nminusone
        Efficiency of this cut on what all the *other* cuts leave.
    asimov_without
        Asimov significance of all the other cuts: what is left without this one.
    """

    cut: str
    signal: float
    signal_error: float
    background: float
    background_error: float
    s_over_sqrt_b: float
    asimov: float
    purity: float
    signal_efficiency: float
    background_efficiency: float
    signal_nminusone: float
    background_nminusone: float
    asimov_without: float


@dataclass(frozen=True)
class CutflowTable:
    """The cut-flow as numbers: a table a dataset, signal first, and their summary."""

    datasets: tuple[DatasetTable, ...]
    summary: tuple[SummaryRow, ...]
    background_uncertainty: float
