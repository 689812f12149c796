"""A working point of the fit, or a point of the study ``tradeoff``, put to use."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from coffea_lcf.errors import ConfigError
from coffea_lcf.selection import Selection
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.fit import SELECTION, fingerprint, fit_cuts
from coffea_lcf.workflow.step import Step
from coffea_lcf.workflow.tradeoff import tradeoff
from coffea_lcf.writing import write_text, written_beside

KNEE = "knee"
"""The word for the point that the study proposes."""

NETWORK, SNIPPET = "tradeoff_network.pt", "tradeoff_network.yaml"
BEFORE = {"fit": "selection_before_choice.json", "tradeoff": "selection_before_tradeoff.json"}
"""By the command that offers the points, where a selection that is none of them is kept."""

NEAR = 5e-3
"""Relative distance at which a number means a point."""


def choose_working_point(analysis: Analysis, efficiency: str) -> Step:
    """Put a working point of the fit where ``cutflow``, ``skim`` and ``report`` look.

    The selection that lay there is kept beside, unless it is a working point itself.

    Parameters
    ----------
    analysis
        The fit is made if it is not there.
    efficiency
        Signal efficiency that was asked for, in ``fit.objective.signal_efficiency``.

    Raises
    ------
    ConfigError
        If the fit has no such working point, or only one.
    LCFError
        As `coffea_lcf.workflow.fit.fit_cuts`.
    """
    points = fit_cuts(analysis).result["points"]
    if not points:
        msg = f"--choose {efficiency}: this fit has a single selection; several come from\n"
        msg += "  fit: {strategy: joint, objective: {kind: background_rejection, "
        msg += "signal_efficiency: [0.5, 0.7]}}"
        raise ConfigError(msg)
    asked = analysis.config.fit.objective.signal_efficiency
    point = points[_nearest(efficiency, asked, "the fit has the working points")]
    chosen = Selection.load(analysis.output / point["file"])
    replaced = _kept_beside(analysis, "fit", [one["file"] for one in points], chosen)
    chosen.save(analysis.output / SELECTION)
    text = f"chosen  {point['file']}\n{chosen}\n\n{SELECTION}: the cuts of this working point"
    return Step("choose", {"text": f"{text}{replaced}\n"}, skipped=False)


def choose(analysis: Analysis, budget: str = KNEE) -> Step:
    """Put the skim of a budget where ``cutflow`` and ``skim`` look, and the network beside it.

    The selection that lay there is kept beside, unless it came from the study, too.

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
    shares = [one["share"] for one in points]
    known = f"the study has {KNEE!r} and the budgets"
    point = points[study["knee"] if budget == KNEE else _nearest(budget, shares, known)]
    chosen = Selection.load(analysis.output / point["selection"])
    replaced = _kept_beside(analysis, "tradeoff", [one["selection"] for one in points], chosen)
    chosen.save(analysis.output / SELECTION)
    with written_beside(analysis.output / NETWORK) as part:
        shutil.copyfile(analysis.output / point["network"], part)
    # relative to the configuration, as every path in it
    model = os.path.relpath(analysis.output / NETWORK, analysis.loaded.folder)
    snippet = f"  {Path(NETWORK).stem}: {{model: {model}}}\n"
    write_text(analysis.output / SNIPPET, f"observables:\n{snippet}")
    text = f"chosen  {point['budget']}\n{chosen}\n\n{SELECTION}: the cuts of this skim{replaced}\n"
    text += f"{NETWORK}: the network behind it; among the observables of a configuration, beside "
    text += f"those that it looks at, its score is  ({SNIPPET})\n{snippet}"
    return Step("choose", {"text": text, "budget": point["budget"]}, skipped=False)


def _nearest(text: str, numbers: Sequence[float], known: str) -> int:
    """Return which of `numbers` is meant by `text`; `ConfigError` with all of them if none is."""
    for order, number in enumerate(numbers):
        if _is_number(text) and math.isclose(float(text), number, rel_tol=NEAR):
            return order
    msg = f"--choose {text}: {known} {', '.join(f'{number:.4g}' for number in numbers)}"
    raise ConfigError(msg)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _kept_beside(analysis: Analysis, command: str, files: Sequence[str], chosen: Selection) -> str:
    """Keep the selection that is replaced if it is in none of `files`, and tell where it is."""
    path = analysis.output / SELECTION
    if not path.exists():
        return ""
    before = fingerprint(Selection.load(path))
    if before == fingerprint(chosen):
        return ", as before"
    for file in files:
        if before == fingerprint(Selection.load(analysis.output / file)):
            return f", in place of those of {file}"
    Selection.load(path).save(analysis.output / BEFORE[command])
    return f", in place of others, which are kept in {BEFORE[command]}"


CHOICES: dict[str, Callable[[Analysis, str], Step]] = {
    "fit": choose_working_point,
    "tradeoff": choose,
}
"""What ``--choose`` takes, by the command that makes the points."""
