"""Fitting learnable cuts to a table."""
