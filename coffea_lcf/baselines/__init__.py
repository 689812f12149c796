"""What a cut flow is measured against: boosted trees and a network on the same table.

Nothing here imports torch or scikit-learn before a baseline is fitted.
"""

from coffea_lcf.baselines.compare import Comparison, compare
from coffea_lcf.baselines.mlp import MLP
from coffea_lcf.baselines.presets import BASELINES, baseline
from coffea_lcf.baselines.roc import Roc, roc
from coffea_lcf.baselines.scorer import Baseline, Scorer
from coffea_lcf.baselines.terminal import comparison_text
from coffea_lcf.baselines.trees import GradientBoosting, HistogramBoosting
from coffea_lcf.baselines.working_point import WorkingPoint, working_point

__all__ = [
    "BASELINES",
    "MLP",
    "Baseline",
    "Comparison",
    "GradientBoosting",
    "HistogramBoosting",
    "Roc",
    "Scorer",
    "WorkingPoint",
    "baseline",
    "compare",
    "comparison_text",
    "roc",
    "working_point",
]
