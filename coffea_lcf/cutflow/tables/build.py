"""From a cut-flow and the normalisation of its datasets to the rows of its tables."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from coffea_lcf.cutflow.cutflow import ALL_EVENTS, Cutflow
from coffea_lcf.cutflow.normalisation import Normalisation, Role
from coffea_lcf.cutflow.tables.rows import CutflowTable, DatasetRow, DatasetTable, SummaryRow
from coffea_lcf.errors import ConfigError, SelectionError, nearest
from coffea_lcf.selection.selection import Selection
from coffea_lcf.significance import asimov, s_over_sqrt_b

Floats = NDArray[np.float64]


class YieldWarning(UserWarning):
    """A yield that is legal and suspicious: negative, or of a dataset without events."""


def cutflow_table(
    cutflow: Cutflow,
    normalisations: Mapping[str, Normalisation],
    selection: Selection,
    background_uncertainty: float = 0.0,
) -> CutflowTable:
    """Return the rows of `cutflow`.

    Parameters
    ----------
    cutflow
        Yields of `selection`.
    normalisations
        Role and scale of each dataset.
    selection
        The cuts, which give the rows their words.
    background_uncertainty
        Relative uncertainty of B in the Asimov significance.

    Raises
    ------
    SelectionError
        If `cutflow` is not that of `selection`.
    ConfigError
        If a dataset of `cutflow` has no normalisation.

    Warns
    -----
    YieldWarning
        If B is negative after a cut, or a dataset with a normalisation has no cut-flow.
    """
    words = _words(cutflow, selection)
    _check_datasets(cutflow, normalisations)
    ordered = sorted(cutflow.datasets, key=lambda name: normalisations[name].role != "signal")
    datasets = tuple(_dataset_table(cutflow, name, normalisations[name], words) for name in ordered)
    summary = _summary(cutflow, normalisations, words, background_uncertainty)
    return CutflowTable(datasets, summary, background_uncertainty)


def _words(cutflow: Cutflow, selection: Selection) -> tuple[str, ...]:
    """Return ``all events`` and the cuts in words, in the order of `cutflow`."""
    if cutflow.cuts != (ALL_EVENTS, *selection.names):
        msg = (
            f"this cut-flow is not that of the selection:\n"
            f"  cut-flow   {', '.join(cutflow.cuts[1:])}\n"
            f"  selection  {', '.join(selection.names)}"
        )
        raise SelectionError(msg)
    return (ALL_EVENTS, *(str(cut) for cut in selection.cuts))


def _check_datasets(cutflow: Cutflow, normalisations: Mapping[str, Normalisation]) -> None:
    for name in cutflow.datasets:
        if name not in normalisations:
            msg = (
                f"dataset {name!r} is neither signal nor background: it has no normalisation\n"
                f"  nearest  {nearest(name, normalisations)}"
            )
            raise ConfigError(msg)
    for name in sorted(set(normalisations) - set(cutflow.datasets)):
        msg = f"dataset {name!r} is not in the cut-flow: it counts as zero events"
        warnings.warn(msg, YieldWarning, stacklevel=3)


def _dataset_table(
    cutflow: Cutflow, name: str, normalisation: Normalisation, words: tuple[str, ...]
) -> DatasetTable:
    scale = normalisation.scale
    passed, error = cutflow.sumw(name), np.sqrt(cutflow.sumw2(name))
    others = cutflow.sumw(name, "nminusone")
    others_error = np.sqrt(cutflow.sumw2(name, "nminusone"))
    # "all events" has no earlier and no other cuts
    others[0] = others_error[0] = np.nan
    columns = (
        passed,
        error,
        scale * passed,
        scale * error,
        _efficiency(cutflow.sumw(name, "onecut"), passed[0]),
        _efficiency(passed, np.append(np.nan, passed[:-1])),
        _efficiency(passed, passed[0]),
        scale * others,
        scale * others_error,
        _efficiency(passed[-1], others),
    )
    events = cutflow.events(name).tolist()
    numbers = np.stack(columns, axis=1).tolist()
    rows = zip(words, events, numbers, strict=True)
    return DatasetTable(
        name,
        normalisation.role,
        scale,
        tuple(DatasetRow(cut, count, *values) for cut, count, values in rows),
    )


def _summary(
    cutflow: Cutflow,
    normalisations: Mapping[str, Normalisation],
    words: tuple[str, ...],
    background_uncertainty: float,
) -> tuple[SummaryRow, ...]:
    s, s_error = _expected(cutflow, normalisations, "signal", "cumulative")
    b, b_error = _expected(cutflow, normalisations, "background", "cumulative")
    s_others, _ = _expected(cutflow, normalisations, "signal", "nminusone")
    b_others, _ = _expected(cutflow, normalisations, "background", "nminusone")
    s_others[0] = b_others[0] = np.nan
    _warn_of_negative(words, b, b_error)
    columns = (
        s,
        s_error,
        b,
        b_error,
        s_over_sqrt_b(s, b),
        asimov(s, b, background_uncertainty),
        np.where((s < 0) | (b < 0), np.nan, _efficiency(s, s + b)),
        _efficiency(s, s[0]),
        _efficiency(b, b[0]),
        _efficiency(s[-1], s_others),
        _efficiency(b[-1], b_others),
        asimov(s_others, b_others, background_uncertainty),
    )
    numbers = np.stack(columns, axis=1).tolist()
    return tuple(SummaryRow(cut, *row) for cut, row in zip(words, numbers, strict=True))


def _expected(
    cutflow: Cutflow, normalisations: Mapping[str, Normalisation], role: Role, kind: str
) -> tuple[Floats, Floats]:
    """Return the expected events of all datasets of `role`, by cut, and their error."""
    value, variance = np.zeros(len(cutflow.cuts)), np.zeros(len(cutflow.cuts))
    for name in cutflow.datasets:
        if normalisations[name].role == role:
            scale = normalisations[name].scale
            value += scale * cutflow.sumw(name, kind)
            variance += scale**2 * cutflow.sumw2(name, kind)
    return value, np.sqrt(variance)


def _efficiency(passed: Floats, total: Floats | float) -> Floats:
    """Return ``passed / total``, NaN where `total` is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(total) > 0, passed / total, np.nan)


def _warn_of_negative(words: tuple[str, ...], background: Floats, error: Floats) -> None:
    for cut, value, spread in zip(words, background, error, strict=True):
        if value < 0:
            msg = (
                f"the background is negative after {cut!r}: {value:.4g} ± {spread:.2g}; too few "
                f"events with weights of both signs, significances are left out there"
            )
            warnings.warn(msg, YieldWarning, stacklevel=4)
