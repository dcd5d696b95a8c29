"""The exceptions and warnings of this package."""

from thermokin._errors import (
    ArgumentError,
    DegenerateSteadyStateError,
    HypothesisError,
    LostPointsWarning,
    NotConvergedError,
    StudyError,
    SweepError,
    ThermokinError,
    UnphysicalStateError,
    UnreachableDistanceError,
    ValidityWarning,
)

__all__ = [
    "ArgumentError",
    "DegenerateSteadyStateError",
    "HypothesisError",
    "LostPointsWarning",
    "NotConvergedError",
    "StudyError",
    "SweepError",
    "ThermokinError",
    "UnphysicalStateError",
    "UnreachableDistanceError",
    "ValidityWarning",
]
