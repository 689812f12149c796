"""A point of the study ``tradeoff``, taken for the skim and the analysis behind it."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coffea_lcf.errors import ConfigError
from coffea_lcf.selection import Selection
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import SELECTION, fingerprint
from coffea_lcf.workflow.step import Step
from coffea_lcf.workflow.tradeoff import tradeoff
from coffea_lcf.writing import write_text, written_beside

KNEE = "knee"
"""The word for the point that the study proposes."""

NETWORK, SNIPPET = "tradeoff_network.pt", "tradeoff_network.yaml"
BEFORE = "selection_before_tradeoff.json"
NEAR = 5e-3
"""Relative distance at which a number means a budget."""


def choose(analysis: Analysis, budget: str = KNEE) -> Step:
    """Put the skim of a budget where ``cutflow`` and ``skim`` look, and the network beside it.

    The selection that lay there is kept as `BEFORE`, unless it came from the study, too.

    Parameters
    ----------
    analysis
        The study is made if it is not there.
    budget
        `KNEE`, or the share of the background, as the study gives it.

    Raises
    ------
    ConfigError
        If the study has no such budget.
    LCFError
        As `coffea_lcf.workflow.tradeoff.tradeoff`.
    """
    study = tradeoff(analysis).result
    points = study["points"]
    point = points[study["knee"]] if budget == KNEE else _point(points, budget)
    chosen = Selection.load(analysis.output / point["selection"])
    replaced = _kept_beside(analysis, points, chosen)
    chosen.save(analysis.output / SELECTION)
    with written_beside(analysis.output / NETWORK) as part:
        shutil.copyfile(analysis.output / point["network"], part)
    # relative to the configuration, as every path in it
    model = os.path.relpath(analysis.output / NETWORK, analysis.loaded.folder)
    snippet = f"  {Path(NETWORK).stem}: {{model: {model}}}\n"
    write_text(analysis.output / SNIPPET, f"observables:\n{snippet}")
    text = f"chosen  {point['budget']}\n{chosen}\n\n{SELECTION}: {replaced}\n"
    text += f"{NETWORK}: the network behind it; among the observables of a configuration, beside "
    text += f"those that it looks at, its score is  ({SNIPPET})\n{snippet}"
    return Step("choose", {"text": text, "budget": point["budget"]}, skipped=False)


def _point(points: Sequence[Mapping[str, Any]], budget: str) -> Mapping[str, Any]:
    for point in points:
        if _is_number(budget) and math.isclose(float(budget), point["share"], rel_tol=NEAR):
            return point
    known = ", ".join(f"{point['share']:.4g}" for point in points)
    msg = f"--choose {budget}: the study has the budgets {known} and {KNEE!r}"
    raise ConfigError(msg)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kept_beside(analysis: Analysis, points: Sequence[Mapping[str, Any]], chosen: Selection) -> str:
    """Keep the selection that is replaced, and tell where it is."""
    path = analysis.output / SELECTION
    if not path.exists():
        return "the cuts of this skim"
    before = Selection.load(path)
    ours = [fingerprint(Selection.load(analysis.output / one["selection"])) for one in points]
    if fingerprint(before) == fingerprint(chosen):
        return "the cuts of this skim, as before"
    if fingerprint(before) in ours:
        return "the cuts of this skim, in place of those of another budget"
    before.save(analysis.output / BEFORE)
    return f"the cuts of this skim, in place of the fit's, which are kept in {BEFORE}"
