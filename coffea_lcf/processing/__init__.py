"""Processors, and the steps that run them over a fileset."""

from coffea_lcf.processing.processor import Chunk, ObservableProcessor, collect

__all__ = ["Chunk", "ObservableProcessor", "collect"]
