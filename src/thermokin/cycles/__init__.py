"""Driving: legs, protocols, limit cycles, and what they exchange and fluctuate."""

from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.cycles.driven_trajectories import DrivenTrajectories

__all__ = ["DrivenEvolution", "DrivenTrajectories"]
