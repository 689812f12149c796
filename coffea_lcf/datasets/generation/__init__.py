"""Realistic jet samples from PyPI packages alone: Pythia 8, a fast detector and fastjet.

The flow of one batch: `shower` (Pythia events) -> `detector` (candidates) -> `jets` and
`matching` (selected large-R jets) -> `substructure` -> `columns`. A `shard` repeats it until
enough events are kept, `workers` run shards side by side, `merge` and `ntuple` write the file;
`sample` does all of it.
"""

from __future__ import annotations

from coffea_lcf.datasets.generation.processes import PROCESSES, SAMPLES, JetWindow, Process
from coffea_lcf.datasets.generation.sample import GenerationResult, generate

__all__ = ["PROCESSES", "SAMPLES", "GenerationResult", "JetWindow", "Process", "generate"]
