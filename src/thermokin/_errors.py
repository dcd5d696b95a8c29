"""The failures that a caller can tell apart: few classes, each carrying its data and ending with what to try.

Every class survives pickling with its data, so that a failure in a worker process arrives whole.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

PACKAGE = __name__.partition(".")[0]


class ThermokinError(Exception):
    """Base of the failures that are no plain bad argument (those are ValueError or TypeError)."""


class ArgumentError(ValueError):
    """An argument that cannot be, named apart from the words that say so.

    Attributes:
        argument: its name, as `gap` or `contacts[1].operator`.
    """

    def __init__(self, message: str, argument: str) -> None:
        super().__init__(message, argument)
        self.argument = argument

    def __str__(self) -> str:
        return str(self.args[0])


class DegenerateSteadyStateError(ThermokinError):
    """The model keeps more than one steady state, so "the" steady state is not defined.

    Attributes:
        sectors: the groups of basis states that the dynamics never leaves, one tuple of indices each.
    """

    def __init__(self, message: str, sectors: Iterable[Iterable[int]] = ()) -> None:
        self.sectors: tuple[tuple[int, ...], ...] = tuple(tuple(sector) for sector in sectors)
        super().__init__(message, self.sectors)

    def __str__(self) -> str:
        return str(self.args[0])


class NotConvergedError(ThermokinError):
    """A numerical method stopped short of its tolerance.

    Attributes:
        residual: what was left, in the unit that the message names.
        remedy: what to try next; it ends the message.
    """

    def __init__(self, message: str, residual: float, remedy: str) -> None:
        super().__init__(message, residual, remedy)
        self.residual = residual
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.args[0]} {self.remedy}"


class UnphysicalStateError(ThermokinError):
    """A density matrix or a set of populations that no system can be in came out of a calculation."""


class HypothesisError(ThermokinError):
    """A theorem was asked for where its hypotheses are not met."""


class UnreachableDistanceError(ThermokinError, ValueError):
    """No partner state lies at the distance asked for.

    Attributes:
        largest: the largest distance that can be reached, in the distance's own unit.
    """

    def __init__(self, message: str, largest: float) -> None:
        super().__init__(message, largest)
        self.largest = largest

    def __str__(self) -> str:
        return str(self.args[0])


class StudyError(ThermokinError):
    """A study file has problems; all of them are carried at once.

    Attributes:
        problems: one complete line for each problem, in the order of the file.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class SweepError(ThermokinError):
    """A sweep cannot begin or go on; what its store holds stays, and the message says how to resume."""


class ValidityWarning(UserWarning):
    """A model's own assumptions are in doubt; the model's `validity` field keeps the figure."""


class LostPointsWarning(UserWarning):
    """Some points of a sweep have a number that doubles cannot hold, or no one steady state; they alone are NaN.

    Attributes:
        points: the positions of those points, one tuple of indices each.
    """

    def __init__(self, message: str, points: Iterable[Iterable[int]] = ()) -> None:
        self.points: tuple[tuple[int, ...], ...] = tuple(tuple(point) for point in points)
        super().__init__(message, self.points)

    def __str__(self) -> str:
        return str(self.args[0])


def users_level() -> int:
    """How far up the stack, seen from the function that asks, the first caller outside this package stands.

    Returns:
        The `stacklevel` of a warning that the asking function gives.
    """
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    return level


def out_of_reach(
    what: str,
    why: str = "what passes between some levels is smaller than doubles hold",
    remedy: str = "Leave out the rates that are too slow to matter.",
) -> NotConvergedError:
    """The error for what doubles cannot reach.

    Args:
        what: the number asked for, with its verb.
        why: the reason, without a full stop.
        remedy: what to try next, a sentence.

    Returns:
        The error, to be raised.
    """
    return NotConvergedError(f"{what} out of reach: {why}.", float("inf"), remedy)
