"""What the systematic variations do to the yields behind the last cut."""

from __future__ import annotations

from collections.abc import Sequence

from coffea_lcf.cutflow.final_yields import FinalYields
from coffea_lcf.cutflow.systematics import spread
from coffea_lcf.cutflow.tables.numbers import plain
from coffea_lcf.report import html
from coffea_lcf.report.content import Section


def systematics(yields: Sequence[FinalYields]) -> Section:
    """Return the section of the varied yields; the first of `yields` is nominal."""
    nominal, *varied = yields
    rows = [
        (
            one.name,
            plain(one.signal),
            _shift(one.signal, nominal.signal),
            plain(one.background),
            _shift(one.background, nominal.background),
            plain(one.asimov, 3),
        )
        for one in yields
    ]
    words = html.paragraph(
        f"Z after all cuts is {plain(nominal.asimov, 3)} ± "
        f"{plain(spread(nominal, tuple(varied)), 2)} (systematic): the larger shift of each "
        "uncertainty, added in quadrature."
    )
    table = html.table(["Variation", "S", "change %", "B", "change %", "Z"], rows)
    return Section("Systematics", words + table)


def _shift(value: float, nominal: float) -> str:
    return f"{100.0 * (value / nominal - 1.0):+.2f}" if nominal else "-"
