"""The regions: their yields side by side, then the cut-flow of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coffea_lcf.cutflow.final_yields import FinalYields, together
from coffea_lcf.cutflow.tables import CutflowTable
from coffea_lcf.cutflow.tables.numbers import plain
from coffea_lcf.report import html
from coffea_lcf.report.content import Section
from coffea_lcf.report.yields import summary_table


def regions(
    yields: Sequence[FinalYields],
    tables: Mapping[str, CutflowTable],
    background_uncertainty: float,
) -> Section:
    """Return the section of the regions."""
    rows = [
        (one.name, plain(one.signal), plain(one.background), plain(one.asimov, 3)) for one in yields
    ]
    words = html.paragraph(
        f"Together Z is {plain(together(yields), 3)}: added in quadrature, which holds for regions "
        "that share no events and uncertainties that are not correlated.",
        "An event on the boundary of two regions is in neither.",
        "The skim is of the inclusive selection, whatever the region.",
    )
    flows = "".join(
        html.heading(name) + summary_table(table, background_uncertainty)
        for name, table in tables.items()
    )
    return Section("Regions", html.table(["Region", "S", "B", "Z"], rows) + words + flows)
