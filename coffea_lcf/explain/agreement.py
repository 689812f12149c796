"""How far measures rank the observables alike, and what correlation explains of the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from coffea_lcf.explain.correlation import spearman
from coffea_lcf.explain.measures import DROPPED, RETRAINED
from coffea_lcf.explain.worth import Column, Names, Worth

NOTICED = 0.002
"""Loss of AUC below which sentences say nothing."""

TAKEN_AWAY = {DROPPED: "cuts taken out", "permuted": "permuted", RETRAINED: "retrained"}
"""Measures that are a loss of AUC of which groups may lose more than their members, in words."""

APART = 2
"""Ranks by which two measures must differ for a sentence."""


def rank_correlation(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return Spearman's coefficient over the observables that both know; NaN of one or none."""
    both = [name for name in first if name in second]
    pairs = np.array([(first[name], second[name]) for name in both], np.float64).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    return float(spearman(pairs)[0, 1]) if len(pairs) > 1 else math.nan


def disagreements(worths: Sequence[Worth], groups: Sequence[Names]) -> list[str]:
    """Return sentences on where measures differ, first those that correlation explains.

    Parameters
    ----------
    worths
        The predictors; those of cuts have the column `DROPPED`.
    groups
        Correlation groups, each observable once.
    """
    several = [names for names in groups if len(names) > 1]
    told = [sentence for worth in worths for sentence in _tight(worth)]
    told += [sentence for names in several for sentence in _on_group(names, worths)]
    grouped = {name for names in several for name in names}
    return told + [sentence for worth in worths for sentence in _on_ranks(worth, grouped)]


def _tight(worth: Worth) -> Iterator[str]:
    """Yield that cuts are so tight that their decision gains without any of them."""
    lost = [*worth.singles(DROPPED).values()] if DROPPED in worth.columns else [0.0]
    if max(lost) <= 0.0 and min(lost) < -NOTICED:
        yield (
            f"The {worth.predictor} are tighter than the best decision is, so that it gains AUC "
            f"without any of them: what they are worth is their loss of Z."
        )


def _on_group(names: Names, worths: Sequence[Worth]) -> Iterator[str]:
    """Yield how the observables `names` stand in for each other."""
    facts = [fact for worth in worths for fact in _covers(names, worth)]
    if facts:
        told = "; ".join(facts)
        yield f"{_listed(names)} say much the same and cover for each other. AUC lost {told}."
    for worth in worths:
        yield from _uncut(names, worth)


def _covers(names: Names, worth: Worth) -> Iterator[str]:
    """Yield, of each way to take observables away, that the group loses more than its members."""
    for measure, words in TAKEN_AWAY.items():
        column = worth.columns.get(measure, {})
        if names not in column:
            continue
        singles = [column.get((name,), 0.0) for name in names]
        if column[names] > max(NOTICED, sum(singles)):
            yield (
                f"by the {worth.predictor}, {words}: without one at most {_percent(max(singles))}, "
                f"without all {_percent(column[names])}"
            )


def _uncut(names: Names, worth: Worth) -> Iterator[str]:
    """Yield which of the group the cuts leave alone because others of it are cut."""
    column: Column = worth.columns.get(DROPPED, {})
    idle = [name for name in names if column.get((name,), math.nan) == 0.0]
    used = [name for name in names if column.get((name,), 0.0) != 0.0]
    if idle and used:
        yield f"The {worth.predictor} need none on {_listed(idle)} beside {_listed(used)}."


def _on_ranks(worth: Worth, grouped: set[str]) -> Iterator[str]:
    """Yield the observables that retraining ranks far below permutation, and why if known."""
    if not {"permuted", RETRAINED} <= worth.columns.keys():
        return
    masked, missed = (worth.singles(name) for name in ("permuted", RETRAINED))
    first, second = _ranks(masked), _ranks(missed)
    for name in missed:
        if second[name] - first[name] < APART or masked[name] < NOTICED:
            continue
        why = (
            "others of its group take over"
            if name in grouped
            else "in no group, so several others must tell it together"
        )
        yield (
            f"{name} is number {first[name]} to the {worth.predictor} when permuted "
            f"({_percent(masked[name])} of AUC) and number {second[name]} when they learn without "
            f"it ({_percent(missed[name])}): {why}."
        )


def _ranks(column: Mapping[str, float]) -> dict[str, int]:
    falling = sorted(column, key=lambda name: -column[name])
    return {name: rank for rank, name in enumerate(falling, start=1)}


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _percent(loss: float) -> str:
    return f"{100 * loss:.2f} %"
