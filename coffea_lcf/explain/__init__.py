"""What the observables are worth: to a cut flow, to a scorer, and to a fit without them."""

from coffea_lcf.explain.agreement import disagreements, rank_correlation
from coffea_lcf.explain.correlation import correlation_groups, spearman
from coffea_lcf.explain.cutflow import cuts_as_predictor, explain_selection
from coffea_lcf.explain.dropping import CutLoss, Yields, loss_without
from coffea_lcf.explain.explanation import Explanation, GroupRow, ObservableRow
from coffea_lcf.explain.masking import AucLoss, MeanMask, PermutationMask, auc_loss, decision
from coffea_lcf.explain.measures import measure
from coffea_lcf.explain.metrics import accuracy, balanced_accuracy, significance
from coffea_lcf.explain.pruning import PruningPath, PruningStep, prune
from coffea_lcf.explain.relevance import Relevance, mad_relevance
from coffea_lcf.explain.retraining import retrained_without
from coffea_lcf.explain.shapley import shapley_values
from coffea_lcf.explain.stability import BoundaryInterval, Fold, Stability, folds, stability
from coffea_lcf.explain.stability_table import agreement_text, stability_text
from coffea_lcf.explain.terminal import explanation_text, pruning_text
from coffea_lcf.explain.worth import Predictor, Sample, Worth
from coffea_lcf.explain.worth_table import worth_text

__all__ = [
    "AucLoss",
    "BoundaryInterval",
    "CutLoss",
    "Explanation",
    "Fold",
    "GroupRow",
    "MeanMask",
    "ObservableRow",
    "PermutationMask",
    "Predictor",
    "PruningPath",
    "PruningStep",
    "Relevance",
    "Sample",
    "Stability",
    "Worth",
    "Yields",
    "accuracy",
    "agreement_text",
    "auc_loss",
    "balanced_accuracy",
    "correlation_groups",
    "cuts_as_predictor",
    "decision",
    "disagreements",
    "explain_selection",
    "explanation_text",
    "folds",
    "loss_without",
    "mad_relevance",
    "measure",
    "prune",
    "pruning_text",
    "rank_correlation",
    "retrained_without",
    "shapley_values",
    "significance",
    "spearman",
    "stability",
    "stability_text",
    "worth_text",
]
