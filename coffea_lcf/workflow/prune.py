"""A study: how few observables do as well."""

from __future__ import annotations

from typing import Any

from coffea_lcf.explain import prune as prune_table
from coffea_lcf.explain import pruning_text
from coffea_lcf.workflow import samples, tabulate
from coffea_lcf.workflow.analysis import Analysis
from coffea_lcf.workflow.learning import fit_table
from coffea_lcf.workflow.state import key
from coffea_lcf.workflow.step import Step, perform
from coffea_lcf.writing import write_text

SELECTION, TABLE = "pruned_selection.json", "pruning.txt"


def prune(analysis: Analysis, force: bool = False) -> Step:
    """Leave out observables one by one while the held-out accuracy stays.

    Raises
    ------
    LCFError
        If there is no table yet, or a fit cannot be done.
    """
    identity = key(
        tabulate.table_identity(analysis),
        analysis.loaded.digest("fit", "preselection", "regions", "luminosity", "cutflow"),
    )
    outputs = [SELECTION, TABLE]
    return perform(analysis, "prune", identity, lambda _: outputs, lambda: _work(analysis), force)


def _work(analysis: Analysis) -> dict[str, Any]:
    training, test = samples.study_samples(analysis)
    path = prune_table(
        lambda table: fit_table(analysis, table).selection,
        training,
        test,
        keep=tuple(name for name in training.names if name not in analysis.config.fitted),
    )
    path.selection.save(analysis.output / SELECTION)
    text = pruning_text(path)
    write_text(analysis.output / TABLE, text)
    return {"text": text}
