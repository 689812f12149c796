"""Input files: which ones, what is in them, and how to generate some."""
