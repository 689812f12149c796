"""Stability as tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from coffea_lcf.cutflow.tables.numbers import MISSING, percent, plus_minus
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain.stability import BoundaryInterval, Fold, Stability


def stability_text(found: Stability, parts: Sequence[Fold], width: int = 100) -> str:
    """Return boundaries over the bootstraps, how alike these decide, and the folds.

    Parameters
    ----------
    found
        What `coffea_lcf.explain.stability` returns.
    parts
        What `coffea_lcf.explain.folds` returns; nothing is said of none.
    width
        Columns of the terminal.
    """
    agreement = plus_minus(100 * found.agreement, 100 * found.agreement_spread)
    lines = [
        _boundaries(found, width),
        f"stability  {agreement} % of the decisions are those of a fit to other events",
    ]
    often = {name: share for name, share in found.others.items() if share > 0}
    if often:
        said = ", ".join(f"{name} ({percent(share)} %)" for name, share in often.items())
        lines.append(f"cut on by some repeats only: {said}")
    return "\n".join([*lines, *([""] if parts else []), *_folds(parts, width)]) + "\n"


def agreement_text(agreement: Mapping[str, float]) -> str:
    """Return in words how alike the repeats of a fit decide.

    Parameters
    ----------
    agreement
        ``repeats``, ``agreement`` and ``agreement_spread``, as ``fit.json`` holds them.
    """
    share = plus_minus(100 * agreement["agreement"], 100 * agreement["agreement_spread"])
    return f"{agreement['repeats']:.0f} repeats of the fit decide {share} % of the events alike"


def _boundaries(found: Stability, width: int) -> str:
    columns = {
        "value": [f"{one.value:.6g}" for one in found.boundaries],
        f"{100 * found.level:g} % interval": [_interval(one) for one in found.boundaries],
        "in repeats %": [percent(found.shares[one.observable]) for one in found.boundaries],
    }
    names = [
        f"{one.observable} {one.side}" + (f" [{one.unit}]" if one.unit else "")
        for one in found.boundaries
    ]
    title = f"boundaries over {found.replicas} repeats of the fit"
    return text_table(title, ("boundary", names), columns, width)


def _interval(one: BoundaryInterval) -> str:
    return MISSING if math.isnan(one.low) else f"{one.low:.6g} to {one.high:.6g}"


def _folds(parts: Sequence[Fold], width: int) -> list[str]:
    if not parts:
        return []
    columns = {
        title: [percent(part.figures[figure]) for part in parts]
        for title, figure in (
            ("accuracy %", "accuracy"),
            ("ε_s %", "signal_efficiency"),
            ("ε_b %", "background_efficiency"),
        )
    }
    cuts = [
        ", ".join(str(cut) for cut in part.selection.cuts if not cut.fixed) or "no cuts"
        for part in parts
    ]
    accuracies = np.array([part.figures["accuracy"] for part in parts])
    mean = plus_minus(100 * float(accuracies.mean()), 100 * float(accuracies.std(ddof=1)))
    title = f"{len(parts)} folds, each judged on the events it has not seen"
    return [
        text_table(title, ("cuts", cuts), columns, width),
        f"accuracy  {mean} % (mean and spread of the folds)",
    ]
