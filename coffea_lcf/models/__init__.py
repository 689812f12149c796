"""Networks on the constituents of jets."""
