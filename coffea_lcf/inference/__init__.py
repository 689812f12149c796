"""Trained networks in use: from constituents or observables to one number an event."""

from coffea_lcf.inference.anomaly import AnomalyScorer
from coffea_lcf.inference.observables import ObservablesScorer, inputs_of
from coffea_lcf.inference.scorer import TaggerScorer, score_cloud

__all__ = ["AnomalyScorer", "ObservablesScorer", "TaggerScorer", "inputs_of", "score_cloud"]
