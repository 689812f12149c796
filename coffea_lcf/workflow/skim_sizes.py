"""What skims would be on disk, before any of them is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from coffea_lcf.processing.chunks import equal_parts
from coffea_lcf.processing.executors import BACKENDS
from coffea_lcf.processing.run import run
from coffea_lcf.selection import Selection
from coffea_lcf.skimming.size import SAMPLE, MeasureSkims, SkimSize, sampled
from coffea_lcf.workflow.analysis import Analysis


def skim_sizes(analysis: Analysis, selections: Mapping[str, Selection]) -> dict[str, SkimSize]:
    """Return what the skim of each selection would be, with the columns of the configuration.

    Some events of each dataset are skimmed, written and read back here, and counted for all
    of it.

    Raises
    ------
    LCFError
        If the events cannot be read.
    """
    section = analysis.config.skim
    action = MeasureSkims(
        selections,
        tuple(section.columns),
        tuple(analysis.processor().branches_to_read()),
        section.format,
        section.compression,
    )
    here = partial(BACKENDS["iterative"].open, analysis.config.execution)
    usual = analysis.execution("tradeoff", "")
    execution = replace(
        usual,
        opening=here,
        chunksize=SAMPLE,
        # the clusters of a file end behind the sample, which is one chunk
        splitting=equal_parts,
        checkpoints=None,
        lost=(),
        progress=False,
    )
    infos = sampled(analysis.files)
    measured, _ = run(infos, analysis.processor(action), execution)
    totals = {name: SkimSize(0.0, 0.0, 0.0) for name in selections}
    for info in infos:
        whole = sum(one.entries for one in analysis.files if one.dataset == info.dataset)
        for name, size in measured[info.dataset].items():
            totals[name] += size * (whole / info.entries)
    return totals
