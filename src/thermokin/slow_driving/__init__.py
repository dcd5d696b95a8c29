"""Slow driving: friction, the length of a path of controls, geodesics, and what speed costs to first and next order."""
