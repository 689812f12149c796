"""Layers that commute with Lorentz transformations, on scalars and four-vectors."""
