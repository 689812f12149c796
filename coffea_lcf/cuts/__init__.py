"""Differentiable cuts: soft while they learn, hard when they are done."""
