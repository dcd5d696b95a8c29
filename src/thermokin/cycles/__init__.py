"""Driving: legs, protocols of legs, limit cycles, and what they exchange and fluctuate."""
