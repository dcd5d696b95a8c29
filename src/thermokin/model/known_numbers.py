"""The numbers that a model was made from, by name: what varies along the axes of a sweep."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.parameter import numbers_of

if TYPE_CHECKING:
    from thermokin.model.model import Model

__all__ = ["Known", "knows_parameters", "with_parameters"]

P = ParamSpec("P")


@dataclass(frozen=True, eq=False)
class Known:
    """A number of a model, or one for each point of a sweep.

    Args:
        numbers: (...).
        unit: in words; empty where it is not known.
    """

    numbers: FloatArray
    unit: str = ""


def with_parameters(model: Model, parameters: Mapping[str, Known]) -> Model:
    """The same model, which knows the numbers it was made from: axes of a sweep are named after them.

    Args:
        model: the model.
        parameters: its numbers by name, with their units.

    Returns:
        The model.
    """
    made = copy(model)
    object.__setattr__(made, "parameters", dict(parameters))
    return made


def knows_parameters(build: Callable[P, Model]) -> Callable[P, Model]:
    """Let a builder of models note in each of them what it was made from.

    It notes what its annotations say to be one number, or one for each point of a sweep, with the unit there: `Gap`,
    `Rate`, `Temperature`, ... of `thermokin.model.parameter`.

    Args:
        build: makes a model.

    Returns:
        The same builder, whose models have `parameters`.

    Raises:
        TypeError: if no argument is annotated so.
    """
    signature = inspect.signature(build)
    units = {name: one.unit for name, one in numbers_of(build).items()}
    if not units:
        raise TypeError(
            f"`{build.__name__}` must have annotations that say which arguments are numbers, such as `gap: Gap` or "
            "`rate: Rate` of `thermokin.model.parameter`, got none."
        )

    @wraps(build)
    def built(*arguments: P.args, **keywords: P.kwargs) -> Model:
        model = build(*arguments, **keywords)
        given = signature.bind(*arguments, **keywords)
        given.apply_defaults()
        numbers = {name: _numbers(value) for name, value in given.arguments.items() if name in units}
        known = {name: Known(found, units[name]) for name, found in numbers.items() if found is not None}
        return with_parameters(model, known)

    return built


def _numbers(value: object) -> FloatArray | None:
    """An argument as numbers; None where another argument makes it idle, and it is none."""
    try:
        with np.errstate(over="ignore"):  # long doubles may be infinite as doubles
            return None if value is None else np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
