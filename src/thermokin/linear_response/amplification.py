"""How much one bath's heat moves with another's, as a transistor's does: the ratio of two exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.linear_response.family_parameters import family_of
from thermokin.linear_response.response import Response, response
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial

__all__ = ["Amplification", "amplification"]


@dataclass(frozen=True, eq=False)
class Amplification(Result):
    """The derivatives of two heats by the temperature of the bath that steers, and their ratio.

    Args:
        response: of the two heats, the steered one first, to the temperature of the control.
        control: name of the bath that steers.
        steered: name of the bath whose heat is steered.
    """

    response: Response
    control: str
    steered: str

    @property
    def of_steered(self) -> FloatArray:
        """D heat from the steered bath / d temperature of the control (...) [1/time]."""
        return np.asarray(self.response.values[..., 0, 0])

    @property
    def of_control(self) -> FloatArray:
        """D heat from the control / d its temperature (...) [1/time]."""
        return np.asarray(self.response.values[..., 1, 0])

    @property
    def factor(self) -> FloatArray:
        """D J_steered / d J_control (...); infinite where the control's heat stands still."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.of_steered / self.of_control)

    @property
    def factor_error(self) -> FloatArray:
        """How far the errors of the two derivatives may move the factor, from above as a rule (...)."""
        steered, control = (self.response.error[..., place, 0] for place in (0, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((steered + np.abs(self.factor) * control) / np.abs(self.of_control))


def amplification(
    family: Family | Callable[..., Model],
    at: Mapping[str, Any],
    *,
    control: str = "middle",
    steered: str = "right",
    initial: Initial | None = None,
) -> Amplification:
    """The amplification factor of a heat transistor, d heat from one bath / d heat from another that steers it.

    Args:
        family: a family, or a function, that makes a model of named numbers, the temperatures of its baths among them.
        at: its numbers by name; arrays are a sweep.
        control: name of the bath that steers, and of its temperature.
        steered: name of the bath whose heat is steered.
        initial: says which steady state is meant, where a model keeps more than one.

    Returns:
        The factor (...), of what two derivatives, and its error.

    Raises:
        DegenerateSteadyStateError: as `response`.
        NotConvergedError: as `response`.
        ValueError: if a bath or a temperature has no such name, or as `response`.
        TypeError: as `response`.

    Cost:
        That of `response` with two outputs and one parameter.

    Reference:
        joulain2016.

    Example:
        >>> import thermokin as tk
        >>> device = tk.Family(tk.library.thermal_transistor, {"coupling": 1.0, "left": 0.2, "right": 0.02})
        >>> round(float(tk.amplification(device, {"middle": 0.1}).factor), 2)
        151.89
    """
    outputs = [f"heat from {name}" for name in (steered, control)]
    found = response(family_of(family), at, [control], outputs, initial=initial)
    return Amplification(found, control, steered)
