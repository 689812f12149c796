"""What the observables are worth: to a cut flow, to a scorer, and to a fit without them."""

from coffea_lcf.explain.correlation import correlation_groups, spearman
from coffea_lcf.explain.cutflow import explain_selection
from coffea_lcf.explain.dropping import CutLoss, Yields, loss_without
from coffea_lcf.explain.explanation import Agreement, Explanation, GroupRow, ObservableRow
from coffea_lcf.explain.masking import AucLoss, MeanMask, PermutationMask, auc_loss, decision
from coffea_lcf.explain.metrics import accuracy, balanced_accuracy, significance
from coffea_lcf.explain.pruning import PruningPath, PruningStep, prune
from coffea_lcf.explain.stability import BoundaryInterval, Fold, Stability, folds, stability
from coffea_lcf.explain.stability_table import agreement_text, stability_text
from coffea_lcf.explain.terminal import explanation_text, pruning_text

__all__ = [
    "Agreement",
    "AucLoss",
    "BoundaryInterval",
    "CutLoss",
    "Explanation",
    "Fold",
    "GroupRow",
    "MeanMask",
    "ObservableRow",
    "PermutationMask",
    "PruningPath",
    "PruningStep",
    "Stability",
    "Yields",
    "accuracy",
    "agreement_text",
    "auc_loss",
    "balanced_accuracy",
    "correlation_groups",
    "decision",
    "explain_selection",
    "explanation_text",
    "folds",
    "loss_without",
    "prune",
    "pruning_text",
    "significance",
    "spearman",
    "stability",
    "stability_text",
]
