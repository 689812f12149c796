"""The trade-off curve as a table for the terminal."""

from __future__ import annotations

from coffea_lcf.baselines.terminal import text_table
from coffea_lcf.cutflow.tables.numbers import aligned, percent, plain, plus_minus
from coffea_lcf.tradeoff.curve import Tradeoff
from coffea_lcf.tradeoff.measured import Measured
from coffea_lcf.tradeoff.physics import Contender

TITLES = {
    "auc": "AUC",
    "rejection_50": "1/ε_b at ε_s 50 %",
    "rejection_30": "1/ε_b at ε_s 30 %",
    "asimov": "Z",
}


def tradeoff_text(curve: Tradeoff, width: int = 120) -> str:
    """Return size and physics of each budget, joint and alone, and the proposal.

    Parameters
    ----------
    curve
        What `coffea_lcf.tradeoff.tradeoff` returns.
    width
        Columns of the terminal.
    """
    rows: list[tuple[str, Contender]] = [("no skim", curve.no_skim)]
    for point in curve.points:
        rows += [
            (f"{point.constraint}, joint", point.joint),
            (f"{point.constraint}, cuts alone", point.alone),
        ]
    columns = {
        "events": [plain(one.events, 6) for _, one in rows],
        "ε_s %": [percent(one.signal_efficiency) for _, one in rows],
        "ε_b %": [percent(one.background_efficiency) for _, one in rows],
        **{
            title: aligned([_figure(one.physics[name]) for _, one in rows])
            for name, title in TITLES.items()
        },
    }
    title = "physics of a network behind a skim, on events that neither has seen"
    table = text_table(title, ("skim", [name for name, _ in rows]), columns, width)
    proposed = curve.points[curve.knee.index].joint.fit.selection
    cuts = "\n".join(f"  {cut}" for cut in proposed.cuts)
    return f"{table}\nproposed  {curve.knee.reason}\n{cuts}\n"


def _figure(measured: Measured) -> str:
    return plus_minus(measured.value, measured.error)
