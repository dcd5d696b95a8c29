"""Operators, states and distances of finite quantum systems: algebra that knows nothing of baths."""
