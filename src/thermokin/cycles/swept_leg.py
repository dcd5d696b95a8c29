"""Legs and protocols of a sweep, taken apart into points, and what is found at points put together again."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import FloatArray
from thermokin.cycles.drive import Drive
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_real, shown

__all__ = [
    "PointBuild",
    "SweptModelError",
    "added",
    "common_shape",
    "first_shape",
    "over_points",
    "point_of",
    "swept_durations",
]

R = TypeVar("R")
SHARED = ("tolerance", "counted", "times")  # the same at all points
KEPT = 8  # models of many times at all points


class SweptModelError(Exception):
    """A function makes a sweep of models.

    Attributes:
        shape: its leading axes.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.shape = shape


def swept_durations(duration: object) -> FloatArray:
    """Durations of a leg at the points of a sweep.

    Args:
        duration: as given.

    Returns:
        (...) [time].

    Raises:
        ArgumentError: if one is not positive and finite.
    """
    found = as_real(duration, "duration")
    if not (np.isfinite(found) & (found > 0.0)).all() or not found.size:
        raise ArgumentError(f"`duration` of a leg must be > 0 and finite, got {shown(duration)}.", "duration")
    return found


def common_shape(shapes: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Leading axes of a sweep.

    Args:
        shapes: of its parts, by name.

    Returns:
        The axes.

    Raises:
        ArgumentError: if they do not broadcast.
    """
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        words = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape)
        raise ArgumentError(f"leading axes do not broadcast: {words}.", next(iter(shapes))) from None


def first_shape(build: Callable[[Any], Any]) -> tuple[int, ...]:
    """Leading axes of what a function makes of time 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        model = build(0.0)
    return model.batch_shape if isinstance(model, Model) else ()


def point_of(model: Model, shape: tuple[int, ...], point: int) -> Model:
    """The model at a point of a sweep.

    Args:
        model: with the leading axes of the sweep, or some of them.
        shape: of the sweep.
        point: its number in the flattened axes.

    Returns:
        The model without leading axes.
    """
    if not model.batch_shape:
        return model
    return ChosenPoints(shape, np.asarray(point)).model(model)


class PointBuild:
    """A function from time to a sweep of models, at one of its points.

    Args:
        build: from the times of all points (...), or from one time, to models with the leading axes of the sweep.
        durations: of the leg at each point (...) [time].
        point: its number in the flattened axes.
        known: of models of many times, shared by all points.
    """

    def __init__(self, build: Callable[[Any], Any], durations: FloatArray, point: int, known: dict[bytes, Any]) -> None:
        self._build, self._durations, self._point, self._known = build, durations, point, known

    def __call__(self, times: Any) -> Any:
        """The model of one time, or of many along one leading axis.

        Args:
            times: () or (k,) of this point's leg [time].

        Returns:
            The model.
        """
        shape, moments = self._durations.shape, np.asarray(times, dtype=np.float64)
        # At the same share of its leg each point is asked for together, and remembered for the others.
        share = moments / self._durations.reshape(-1)[self._point]
        asked = times if not moments.ndim else share.reshape(-1, *[1] * len(shape)) * self._durations
        key = np.asarray(asked).tobytes()
        if key not in self._known:
            while len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = self._build(asked)
        model = self._known[key]
        if not isinstance(model, Model):
            return model
        if not moments.ndim:
            return point_of(model, shape, self._point)
        places = self._point + np.arange(moments.size) * self._durations.size
        return ChosenPoints((moments.size, *shape), places).model(model)


def leg_points(
    make: Callable[[float, Any], Any], duration: object, swept: tuple[int, ...], model: Any
) -> tuple[NDArray[Any], FloatArray]:
    """A leg for each point of a sweep.

    Args:
        make: from a duration and a model to a leg.
        duration: as given.
        swept: leading axes of the model; of a function, if they are known already.
        model: as given to the leg.

    Returns:
        The legs (...) and their durations (...) [time].
    """
    given = swept_durations(duration)
    function = not isinstance(model, Model | Drive)
    axes = first_shape(model) if function and not swept else swept
    shape = common_shape({"duration": given.shape, "model": axes})
    durations: FloatArray = np.broadcast_to(given, shape)
    known: dict[bytes, Any] = {}
    points = np.empty(shape, dtype=object)
    for point in range(durations.size):
        here = model
        if function:
            here = PointBuild(model, durations, point, known)
        elif isinstance(model, Model):
            here = point_of(model, shape, point)
        points.reshape(-1)[point] = make(float(durations.reshape(-1)[point]), here)
    return points, durations


def added(values: FloatArray) -> float:
    """The sum over the legs (..., legs): a number, or an array with the leading axes of a sweep."""
    total = values.sum(axis=-1)
    return total if total.ndim else float(total)


def over_points(protocol: Any, answer: Callable[[Any], R]) -> R:
    """What a verb finds at every point of a swept protocol, as one result with the leading axes of the sweep.

    Args:
        protocol: with leading axes.
        answer: what it finds for the protocol of one point.

    Returns:
        The result.
    """
    found: R = _together([answer(one) for one in protocol.points.reshape(-1)], protocol)
    return found


def _together(results: list[Any], protocol: Any) -> Any:
    """Results of one kind, field by field."""
    first = results[0]
    made = {field.name: [getattr(one, field.name) for one in results] for field in fields(first)}
    return type(first)(**{name: _stacked(name, values, protocol) for name, values in made.items()})


def _stacked(name: str, values: list[Any], protocol: Any) -> Any:
    first = values[0]
    if name == "protocol":
        return protocol
    if name in SHARED or first is None:
        return first
    if isinstance(first, Mapping):
        return {key: _stacked(key, [one[key] for one in values], protocol) for key in first}
    if isinstance(first, tuple):
        return tuple(dict.fromkeys(line for one in values for line in one))
    if is_dataclass(first):
        return _together(values, protocol)
    found: NDArray[Any] = np.stack([np.asarray(one) for one in values])
    return found.reshape(*protocol.batch_shape, *found.shape[1:])
