"""All steps in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coffea_lcf.processing.execution import kept_open
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.cutflow import count_cuts
from coffea_lcf.workflow.fit import fit_cuts
from coffea_lcf.workflow.report import report
from coffea_lcf.workflow.skim import skim
from coffea_lcf.workflow.step import Step
from coffea_lcf.workflow.tabulate import tabulate
from coffea_lcf.workflow.train import train

STEPS: dict[str, Callable[..., Step]] = {
    "train": train,
    "tabulate": tabulate,
    "fit": fit_cuts,
    "cutflow": count_cuts,
    "skim": skim,
    "report": report,
}
"""The steps by the name of their command, in order."""


def run_chain(
    analysis: Analysis, force: bool = False, tell: Callable[[Step], None] | None = None
) -> tuple[Step, ...]:
    """Run every step with one executor; `tell` is called with each one as it ends.

    ``train`` is one of them if an observable is of a network of the configuration.

    Raises
    ------
    LCFError
        From the first step that fails; what the steps before wrote stays.
    """
    done = []
    with kept_open(analysis.executor()) as opening:
        kept = replace(analysis, opening=opening)
        for name, step in STEPS.items():
            if name == "train" and not analysis.config.trained:
                continue
            ended = step(kept, force=force)
            if tell is not None:
                tell(ended)
            done.append(ended)
    return tuple(done)
