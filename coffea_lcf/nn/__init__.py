"""Functions of tensors and small modules that models are made of; no model and no training."""
