"""The trade-off curve as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from coffea_lcf.cutflow.tables.numbers import aligned, percent, plain, plus_minus
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.tradeoff.measured import Measured
from coffea_lcf.tradeoff.result import Tradeoff

TITLES = {
    "auc": "AUC",
    "rejection_50": "1/ε_b at ε_s 50 %",
    "rejection_30": "1/ε_b at ε_s 30 %",
    "asimov": "Z",
}


class OnDisk(Protocol):
    """What a skim is as files."""

    @property
    def events(self) -> float:
        """Stored events that pass."""

    @property
    def bytes(self) -> float:
        """Size of the columns that it keeps."""

    @property
    def seconds(self) -> float:
        """Time to read them."""


def tradeoff_text(
    curve: Tradeoff, sizes: Mapping[str, OnDisk] | None = None, width: int = 160
) -> str:
    """Return size and physics of each contender, and the proposal.

    Parameters
    ----------
    curve
        What `coffea_lcf.tradeoff.tradeoff` returns.
    sizes
        What each of `curve.contenders` is on disk; without them expected events are shown.
    width
        Columns of the terminal.
    """
    rows = curve.contenders
    columns = {
        **_sizes(curve, sizes),
        "ε_s %": [percent(one.signal_efficiency) for one in rows.values()],
        "ε_b %": [percent(one.background_efficiency) for one in rows.values()],
        **{
            title: aligned([_figure(one.physics[name]) for one in rows.values()])
            for name, title in TITLES.items()
        },
    }
    title = "physics of a network behind a skim, on events that neither has seen"
    table = text_table(title, ("skim", list(rows)), columns, width)
    proposed = curve.points[curve.knee.index].joint.fit.selection
    cuts = "\n".join(f"  {cut}" for cut in proposed.cuts)
    return f"{table}\nproposed  {curve.knee.reason}\n{cuts}\n"


def _sizes(curve: Tradeoff, sizes: Mapping[str, OnDisk] | None) -> dict[str, list[str]]:
    if sizes is None:
        return {"events": [plain(one.events, 6) for one in curve.contenders.values()]}
    stored = [sizes[name] for name in curve.contenders]
    return {
        "events": [f"{one.events:.0f}" for one in stored],
        "MB": [f"{one.bytes / 1e6:.2f}" for one in stored],
        "read s": [f"{one.seconds:.3f}" for one in stored],
    }


def _figure(measured: Measured) -> str:
    return plus_minus(measured.value, measured.error)
