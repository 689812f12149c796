"""A study: how small a skim may be before the network behind it loses physics."""

from __future__ import annotations

from itertools import count
from typing import Any

from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.progress import steps_bar
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json, write_text

TABLE, PLOT, NUMBERS = "tradeoff.txt", "tradeoff.svg", "tradeoff.json"
PROPOSED = "tradeoff_selection.json"
FIGURE = "rejection_50"


def tradeoff(analysis: Analysis, force: bool = False) -> Step:
    """Train cuts and a network together for each budget, and compare them at equal size.

    Raises
    ------
    LCFError
        If there is no table yet, or a training cannot be done.
    """
    sections = ("fit", "tradeoff", "luminosity", "cutflow")
    identity = key(tabulate.identity(analysis), analysis.loaded.digest(*sections))
    outputs = [TABLE, PLOT, NUMBERS, PROPOSED]
    return perform(
        analysis, "tradeoff", identity, lambda _: outputs, lambda: _work(analysis), force
    )


def _work(analysis: Analysis) -> dict[str, Any]:
    from coffea_lcf import plotting
    from coffea_lcf.tradeoff import Contender, tradeoff_text
    from coffea_lcf.tradeoff import tradeoff as trained
    from coffea_lcf.training.cut_network import BackgroundFraction

    training, test = samples.study_samples(analysis)
    budgets = [BackgroundFraction(share) for share in analysis.config.tradeoff.budgets]
    with steps_bar("training", analysis.progress) as progress:
        steps = count(1)
        curve = trained(
            training.select(training.finite()),
            test,
            budgets,
            figure=FIGURE,
            seed=analysis.config.fit.seed,
            device=analysis.config.fit.device,
            progress=None if progress is None else lambda _: progress(next(steps)),
        )

    def drawn(one: Contender) -> plotting.SizeAndPhysics:
        measured = one.physics[FIGURE]
        return plotting.SizeAndPhysics(one.background_efficiency, measured.value, *measured.band)

    curves = {
        "trained together": [drawn(point.joint) for point in curve.points],
        "cuts alone, then a network": [drawn(point.alone) for point in curve.points],
    }
    size = curve.points[curve.knee.index].joint.background_efficiency
    figure = plotting.sizes(curves, drawn(curve.no_skim), size)
    text = tradeoff_text(curve)
    write_text(analysis.output / TABLE, text)
    write_text(analysis.output / PLOT, plotting.to_svg(figure))
    write_json(analysis.output / NUMBERS, curve.to_document())
    curve.proposed.selection.save(analysis.output / PROPOSED)
    return {"text": text, "proposed": curve.knee.reason}
