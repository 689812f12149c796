"""Baselines by name."""

from __future__ import annotations

from coffea_lcf.baselines.mlp import MLP, PAPER_MLP
from coffea_lcf.baselines.scorer import Baseline
from coffea_lcf.baselines.trees import GradientBoosting, HistogramBoosting
from coffea_lcf.errors import ConfigError

BASELINES: dict[str, Baseline] = {
    "trees": GradientBoosting(),
    "histogram-trees": HistogramBoosting(),
    "mlp": MLP(),
    "paper-mlp": PAPER_MLP,
}
"""``trees`` and ``paper-mlp`` are those of arXiv:2503.22498, the others are quicker."""


def baseline(name: str) -> Baseline:
    """Return the baseline called `name`; `ConfigError` with the known names if there is none."""
    if name not in BASELINES:
        msg = f"baseline {name!r} is not one of {', '.join(BASELINES)}"
        raise ConfigError(msg)
    return BASELINES[name]
