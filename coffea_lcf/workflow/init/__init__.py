"""A new analysis: the folder that a run needs, written for files of signal and background."""
