"""Cuts from all stored events, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from coffea_lcf.result import FitResult
from coffea_lcf.selection import Cut
from coffea_lcf.table import ObservableTable
from coffea_lcf.workflow import samples
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.progress import steps_bar


def fit_batches(analysis: Analysis, names: tuple[str, ...], fixed: Sequence[Cut]) -> FitResult:
    """Return the fit of all training events.

    Parameters
    ----------
    analysis
        The configuration.
    names
        Observables to cut on and those of `fixed`.
    fixed
        Cuts that come first.
    """
    from coffea_lcf.training.streaming import fit_stream

    section = analysis.config.fit
    batches = samples.training_batches(analysis)
    with steps_bar("learning", analysis.progress) as progress:
        step, tell = count(1), progress or (lambda _: None)

        def needed(batch: ObservableTable) -> ObservableTable:
            tell(next(step))
            return batch.only(names)

        return fit_stream(
            lambda: map(needed, batches()),
            section.strategy,
            centers={name: c for name, c in section.centers.items() if name in names},
            fixed=fixed,
            threshold=section.threshold,
            seed=section.seed,
            repeats=section.repeats,
            class_prior=section.class_prior,
        )
