"""The command line: one command a step."""

from coffea_lcf.cli.main import main

__all__ = ["main"]
