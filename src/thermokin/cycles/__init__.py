"""Driving: legs, protocols, limit cycles, and what they exchange and fluctuate."""

from thermokin.cycles.driven_evolution import DrivenEvolution

__all__ = ["DrivenEvolution"]
