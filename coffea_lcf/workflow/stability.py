"""A study: the same fit on other events, drawn with replacement or divided."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from coffea_lcf.explain import folds, stability_text
from coffea_lcf.explain import stability as compare_replicas
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.learning import fit_table
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_json, write_text

TABLE, PLOT, NUMBERS = "stability.txt", "stability.svg", "stability.json"


def stability(analysis: Analysis, force: bool = False) -> Step:
    """Fit again on bootstraps of the events, and without one part of them at a time.

    Raises
    ------
    LCFError
        If there is no table yet, or a fit cannot be done.
    """
    sections = ("fit", "preselection", "regions", "luminosity", "cutflow", "stability")
    identity = key(tabulate.table_identity(analysis), analysis.loaded.digest(*sections))
    outputs = [TABLE, PLOT, NUMBERS]
    return perform(
        analysis, "stability", identity, lambda _: outputs, lambda: _work(analysis), force
    )


def _work(analysis: Analysis) -> dict[str, Any]:
    from coffea_lcf import plotting

    section, seed = analysis.config.stability, analysis.config.fit.seed
    training, test = samples.study_samples(analysis)
    result = fit_table(analysis, training, repeats=section.replicas)
    found = compare_replicas(result.selection, result.repeats, test, section.level)
    parts = folds(
        training,
        lambda table: fit_table(analysis, table, repeats=1).selection,
        section.folds,
        seed,
    )
    text = stability_text(found, parts)
    write_text(analysis.output / TABLE, text)
    write_text(analysis.output / PLOT, plotting.to_svg(plotting.boundaries(found.boundaries)))
    document = {
        "agreement": found.agreement,
        "agreement_spread": found.agreement_spread,
        "boundaries": [asdict(one) for one in found.boundaries],
        "folds": [dict(part.figures) for part in parts],
    }
    write_json(analysis.output / NUMBERS, document)
    return {"text": text, "agreement": found.agreement}
