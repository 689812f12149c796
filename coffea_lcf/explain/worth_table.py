"""The worth of observables as tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from coffea_lcf.cutflow.tables.numbers import MISSING, plain
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain import captum
from coffea_lcf.explain.agreement import disagreements, rank_correlation
from coffea_lcf.explain.measures import AREAS, DROPPED, LEARNED, MEASURES, RETRAINED
from coffea_lcf.explain.worth import Names, Worth

LEGEND = """\
learned         importance as the fit of the cuts reports it
no cut          AUC lost when the cut is taken out and the others stay, in percent
mean, permuted  AUC lost when the observable has its mean, or that of other events, in percent
retrained       AUC lost when the predictor learns without the observable, in percent
MAD S, MAD B    mean relative shift of the log-odds of signal and background by the mean
IG, LRP         mean size of integrated gradients, and of propagated relevance, in log-odds
Shapley         mean size of the Shapley values of the score
"""
WITHOUT_CAPTUM = (
    f"Integrated gradients and Shapley values are left out: {captum.INSTALL} brings them.\n"
)


def worth_text(worths: Sequence[Worth], groups: Sequence[Names], width: int = 100) -> str:
    """Return a table a predictor, how far the measures agree, and why they do not.

    Parameters
    ----------
    worths
        As `coffea_lcf.explain.measures.measure` returns them.
    groups
        Correlation groups of the observables.
    width
        Columns of the terminal; long names wrap, numbers never do.
    """
    sentences = disagreements(worths, groups)
    parts = [
        *(_predictor(worth, width) for worth in worths),
        LEGEND if captum.installed() else LEGEND + WITHOUT_CAPTUM,
        _agreement(worths, width),
        *([f"- {sentence}" for sentence in sentences]),
    ]
    return "\n".join(parts) + "\n"


def _predictor(worth: Worth, width: int) -> str:
    rows = [*worth.columns["permuted"]]
    columns = {
        name: [_cell(name, worth.columns.get(name, {}).get(row)) for row in rows]
        for name in MEASURES
    }
    title = f"worth to the {worth.predictor}, of AUC {100 * worth.auc:.2f} %"
    return text_table(title, ("observable", [" + ".join(row) for row in rows]), columns, width)


def _cell(measure: str, value: float | None) -> str:
    if value is None or math.isnan(value):
        return MISSING
    return f"{100 * value:.2f}" if measure in AREAS else plain(value, 3)


def _agreement(worths: Sequence[Worth], width: int) -> str:
    """Return each column's rank correlation with what a cut, or a training without, loses."""
    references = _references(worths)
    rows = [(worth, name) for worth in worths for name in worth.columns]
    columns = {
        title: [_coefficient(worth.singles(name), reference) for worth, name in rows]
        for title, reference in references.items()
    }
    names = [f"{worth.predictor}: {name}" for worth, name in rows]
    title = "how far the measures rank the observables alike (Spearman)"
    return text_table(title, ("", names), columns, width)


def _references(worths: Sequence[Worth]) -> dict[str, Mapping[str, float]]:
    noted: dict[str, Mapping[str, float]] = {
        name: worth.singles(name)
        for worth in worths
        for name in (LEARNED, DROPPED)
        if name in worth.columns
    }
    retrained = {
        f"{worth.predictor} {RETRAINED}": worth.singles(RETRAINED)
        for worth in worths
        if RETRAINED in worth.columns
    }
    return noted | retrained


def _coefficient(first: Mapping[str, float], second: Mapping[str, float]) -> str:
    value = rank_correlation(first, second)
    return MISSING if math.isnan(value) else f"{value:+.2f}"
