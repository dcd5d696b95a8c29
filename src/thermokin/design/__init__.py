"""Families of models over many parameters: sweeps of all of them, and fronts of those that are best."""

from thermokin.design.front import front
from thermokin.design.front_result import Front

__all__ = ["Front", "front"]
