"""A study: what each observable is worth, measured."""

from __future__ import annotations

import json
from typing import Any

from coffea_lcf.baselines import baseline
from coffea_lcf.explain import Yields, explain_selection, explanation_text
from coffea_lcf.selection.serialize import to_document
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import FIT, load_selection
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_text

TABLE = "explanation.txt"
MASKED = "histogram-trees"
"""The baseline whose inputs are masked: a hard cut would keep all events or none."""


def explain(analysis: Analysis, force: bool = False) -> Step:
    """Measure what each observable is worth, beside its learned importance.

    Raises
    ------
    LCFError
        If there is no table or no selection yet.
    """
    selection = to_document(load_selection(analysis))
    sections = analysis.loaded.digest("fit", "cutflow", "luminosity")
    identity = key(tabulate.identity(analysis), sections, selection)
    return perform(analysis, "explain", identity, lambda _: [TABLE], lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    training, test = samples.study_samples(analysis)
    events = samples.all_events(analysis)
    signal = float(events.weight[events.label].sum())
    background = float(events.weight[~events.label].sum())
    explanation = explain_selection(
        load_selection(analysis),
        test,
        scorer=baseline(MASKED).fit(training, analysis.config.fit.seed),
        yields=Yields(signal, background, analysis.config.cutflow.background_uncertainty),
        seed=analysis.config.fit.seed,
        **_learned(analysis),
    )
    text = explanation_text(explanation)
    write_text(analysis.output / TABLE, text)
    return {"text": text}


def _learned(analysis: Analysis) -> dict[str, Any]:
    path = analysis.output / FIT
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {name: document[name] for name in ("importance", "importance_spread")}
