"""Exact and published results held against this package."""
