"""The exceptions and warnings of this package."""

from thermokin._errors import (
    DegenerateSteadyStateError,
    HypothesisError,
    LostPointsWarning,
    NotConvergedError,
    StudyError,
    ThermokinError,
    UnphysicalStateError,
    UnreachableDistanceError,
    ValidityWarning,
)

__all__ = [
    "DegenerateSteadyStateError",
    "HypothesisError",
    "LostPointsWarning",
    "NotConvergedError",
    "StudyError",
    "ThermokinError",
    "UnphysicalStateError",
    "UnreachableDistanceError",
    "ValidityWarning",
]
