"""The learned cuts in each region: the same in all, or its own."""

from __future__ import annotations

from collections.abc import Mapping

from coffea_lcf.config.cut import cuts_of
from coffea_lcf.errors import FitError, LCFError
from coffea_lcf.selection import Cut, Selection
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.learning import fit_table, with_fewer_digits


def region_cuts(analysis: Analysis, units: Mapping[str, str]) -> dict[str, tuple[Cut, ...]]:
    """Return the cuts that define each region, by name."""
    return {name: cuts_of(cuts, units) for name, cuts in analysis.config.regions.items()}


def region_selections(
    analysis: Analysis, table: ObservableTable, shared: Selection
) -> dict[str, Selection]:
    """Return the selection of each region.

    Parameters
    ----------
    analysis
        The configuration, which says whether the regions share their boundaries.
    table
        Training events.
    shared
        What was learned from the events of all regions.

    Raises
    ------
    FitError
        If the events of a region cannot be fitted, with its name.
    """
    cuts = region_cuts(analysis, table.units)
    if analysis.config.fit.regions == "shared":
        return {name: shared.within(own) for name, own in cuts.items()}
    return {name: _learned(analysis, table, name, own) for name, own in cuts.items()}


def _learned(
    analysis: Analysis, table: ObservableTable, name: str, cuts: tuple[Cut, ...]
) -> Selection:
    try:
        return with_fewer_digits(analysis, fit_table(analysis, table, within=cuts).selection, table)
    except LCFError as error:
        msg = f"region {name!r}: {error}"
        raise FitError(msg) from error
