"""Trained networks in use: from the constituents of jets to one number a jet."""

from coffea_lcf.inference.scorer import TaggerScorer, score_cloud

__all__ = ["TaggerScorer", "score_cloud"]
