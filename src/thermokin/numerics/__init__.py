"""Algorithms on arrays of numbers: nothing here names a model, a bath or a state."""
