"""Steady states, motion and modes of a model."""
