"""A study: the cuts beside boosted trees and a network, at equal signal efficiency."""

from __future__ import annotations

from typing import Any

from coffea_lcf.baselines import baseline, comparison_text, roc, working_point
from coffea_lcf.baselines import compare as compare_at_equal_efficiency
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import fingerprint, load_points, load_selection
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_text

RIVALS = {"boosted trees": "trees", "network": "mlp"}
TABLE, PLOT = "comparison.txt", "comparison.svg"


def compare(analysis: Analysis, force: bool = False) -> Step:
    """Train the baselines on the events of the fit and compare them on the held-out ones.

    Raises
    ------
    LCFError
        If there is no table or no selection yet.
    """
    points = [to_document(selection) for selection in load_points(analysis)]
    identity = key(
        tabulate.table_identity(analysis), analysis.loaded.digest("fit", "luminosity"), points
    )
    return perform(
        analysis, "compare", identity, lambda _: [TABLE, PLOT], lambda: _work(analysis), force
    )


def _work(analysis: Analysis) -> dict[str, Any]:
    from coffea_lcf import plotting

    points = load_points(analysis)
    training, test = samples.study_samples(analysis)
    scorers = {
        title: baseline(name).fit(training, analysis.config.fit.seed)
        for title, name in RIVALS.items()
    }
    names = [f"cuts {order}" for order in range(1, len(points) + 1)] if points[1:] else ["cuts"]
    selections = dict(zip(names, points, strict=True))
    text = comparison_text(compare_at_equal_efficiency(selections, scorers, test))
    curves = {title: roc(scorer(test), test) for title, scorer in scorers.items()}
    figure = plotting.roc(
        curves, {"cuts": [working_point(point.mask(test), test) for point in points]}
    )
    write_text(analysis.output / TABLE, text)
    write_text(analysis.output / PLOT, plotting.to_svg(figure))
    return {
        "selection": fingerprint(load_selection(analysis)),
        "text": text,
        "auc": {title: curve.auc for title, curve in curves.items()},
    }
