"""Machines looked at over many parameters: sweeps of families of models, whole."""
