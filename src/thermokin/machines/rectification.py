"""How much better heat flows one way than the other through a system between two baths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.counting.counting import cumulants
from thermokin.model.bath import finite_numbers
from thermokin.model.current import heat
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown

__all__ = ["Rectification", "rectification"]


@dataclass(frozen=True, eq=False)
class Rectification(Result):
    """Heat from the hot bath, with the two temperatures one way and the other.

    Args:
        model: with the first bath hot.
        baths: names of the first and of the second bath.
        forward: heat that flows while the first bath is hot (...) [energy/time].
        forward_error: how far rounding may have moved it (...).
        backward: heat that flows while the second bath is hot (...) [energy/time].
        backward_error: how far rounding may have moved it (...).
    """

    model: Model
    baths: tuple[str, str]
    forward: FloatArray
    forward_error: FloatArray
    backward: FloatArray
    backward_error: FloatArray

    @property
    def factor(self) -> FloatArray:
        """R = |forward - backward| / the larger of them (...): 0 of what conducts both ways alike, 1 of a diode."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.abs(self.forward - self.backward) / self._larger)

    @property
    def factor_error(self) -> FloatArray:
        """How far rounding may have moved the factor, from above (...)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((1.0 + self.factor) * (self.forward_error + self.backward_error) / self._larger)

    @property
    def ratio(self) -> FloatArray:
        """Forward over backward (...); infinite where nothing flows back."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.forward / self.backward)

    @property
    def _larger(self) -> FloatArray:
        return np.maximum(np.abs(self.forward), np.abs(self.backward))


def rectification(
    family: Family | Callable[..., Model],
    hot: ArrayLike,
    cold: ArrayLike,
    *,
    baths: tuple[str, str] = ("left", "right"),
    initial: Initial | None = None,
) -> Rectification:
    """The heats through a system between two temperatures, forward and backward, and its rectification factor.

    Args:
        family: a family, or a function, that makes a model of the temperatures of two baths, which are named as its
            arguments are.
        hot: the higher temperature (...) [energy].
        cold: the lower temperature (...) [energy].
        baths: names of the baths; forward the first is hot.
        initial: says which steady state is meant, where a model keeps more than one.

    Returns:
        Both heats, with their errors (...), and what follows from them.

    Raises:
        ArgumentError: if the hot temperature is nowhere above the cold one, or the family has no such arguments.
        DegenerateSteadyStateError: if a model keeps more than one steady state and `initial` names none.
        NotConvergedError: if rounding leaves too few digits of a heat.
        TypeError: if the family is none.

    Cost:
        Two steady states and two means.

    Reference:
        segal2005, werlang2014.

    Example:
        >>> import thermokin as tk
        >>> diode = tk.Family(tk.library.spin_diode, {"field_left": 2.0, "coupling": 1.0, "rate": 0.001})
        >>> found = tk.rectification(diode, hot=1.0, cold=0.1)
        >>> bool(found.ratio > 1e4)
        True
    """
    if not isinstance(family, Family) and not callable(family):
        raise TypeError(f"`family` must be a Family or a function that makes a Model, got {shown(family)}.")
    made = family if isinstance(family, Family) else Family(family)
    high, low = finite_numbers(hot, "hot"), finite_numbers(cold, "cold")
    if not (high > low).all():
        raise ArgumentError("`hot` must be above `cold`.", "hot")
    one, other = baths
    for name in (one, other):
        if name not in made.parameters:
            raise ArgumentError(f"`baths` must name temperatures of {made!r}, got {name!r}.", "baths")
    heats: list[FloatArray] = []
    models = [made.at({one: first, other: second}) for first, second in ((high, low), (low, high))]
    for model, source in zip(models, (one, other), strict=True):
        found = cumulants(model, heat(model, source), order=1, initial=initial)
        heats += [found.values[..., 0], np.asarray(found.error)[..., 0]]
    return Rectification(models[0], (one, other), *heats)
