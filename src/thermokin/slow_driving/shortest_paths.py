"""The path and the pace that cost least in slow driving between two points, or between many pairs of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, overload

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_real, shown
from thermokin.slow_driving.changes import Changes
from thermokin.slow_driving.controls import Controls, controls_of
from thermokin.slow_driving.friction import LocalFriction
from thermokin.slow_driving.geodesic import Geodesic
from thermokin.slow_driving.geodesic_equation import Landscape, geodesic_nodes
from thermokin.slow_driving.geodesics import Geodesics, paced
from thermokin.slow_driving.metric_jet import MetricJet, metric_jet
from thermokin.slow_driving.pace import Pace, pace_between
from thermokin.slow_driving.path import Path, coefficients

__all__ = ["geodesic"]

SINGULAR = 1e-9  # of the largest eigenvalue of the metric, in units in which its diagonal is one
IDLE = 1e-14  # of the largest element of the metric times the spans: a control that does nothing


Ends: TypeAlias = Mapping[str, float]
ManyEnds: TypeAlias = Mapping[str, float | FloatArray | Sequence[float]]


@overload
def geodesic(family: Family | Callable[..., Model], start: Ends, end: Ends) -> Geodesic: ...


@overload
def geodesic(family: Family | Callable[..., Model], start: ManyEnds, end: ManyEnds) -> Geodesic | Geodesics: ...


def geodesic(
    family: Family | Callable[..., Model], start: Mapping[str, ArrayLike], end: Mapping[str, ArrayLike]
) -> Geodesic | Geodesics:
    """The path and pace of some controls that cost least in slow driving between two points.

    A geodesic of the metric of `friction`. Of one control the pace alone is free, and its speed is proportional to one
    over the root of the friction; of several a boundary-value problem is solved.

    Args:
        family: the family, or a function that makes a model of the controls; other numbers are settled in it.
        start: the controls at the beginning, by name; arrays (...) of one control ask for many ways at once.
        end: the same controls at the end; arrays that broadcast to those of `start`.

    Returns:
        The geodesic, with `leg` for protocols and `drive` for all that it costs; the `Geodesics` of arrays, whose
        `length` and `at` have their leading axes, and of which `[...]` takes one.

    Raises:
        NotConvergedError: if no smooth geodesic is found.
        DegenerateSteadyStateError: if there is no single steady state to follow.
        ArgumentError: if a control does nothing, the metric is singular, the ends are one point, or a control leaves
            its range.
        TypeError: if an argument is of the wrong type.

    Reference:
        salamon1983, crooks2007, sivak2012, scandi2019.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> path = tk.geodesic(qubit, {"gap": 0.5}, {"gap": 4.0})
        >>> path.at([0.5]).round(3)
        array([[1.942]])
        >>> bool(path.length**2 < path.straight.action)
        True
    """
    first, last = _ends(start, end)
    lead = np.broadcast_shapes(*(value.shape for value in (*first.values(), *last.values())))
    if lead and len(first) > 1:
        raise ArgumentError(
            f"`start` and `end` may be arrays of one control; of several, as {', '.join(map(repr, first))}, a geodesic "
            "is found for one pair of ends at a time.",
            "end",
        )
    begin, finish = (
        np.stack([np.broadcast_to(value, lead).reshape(-1) for value in ends.values()], axis=-1)
        for ends in (first, last)
    )
    controls, _, _ = controls_of(family, dict(zip(first, begin[0].tolist(), strict=True)), list(first))
    still = (begin == finish).all(axis=-1)
    if still.any():
        where = f"; they are one at {np.argwhere(still.reshape(lead))[0].tolist()}" if lead else ""
        raise ArgumentError(f"`end` must be another point than `start`{where}.", "end")
    if len(first) == 1:
        made = _paced(controls, begin[:, 0], finish[:, 0])
        one = controls.names[0]
        if not lead:
            return paced(family, one, made)
        return Geodesics(one, made.first.reshape(lead), made.last.reshape(lead), made, family, controls.units[0])
    return _bent(family, controls, begin[0], finish[0])


def _paced(controls: Controls, first: FloatArray, last: FloatArray) -> Pace:
    """The pace of all ways of one control; what its models assume is told once."""
    seen: list[Assumption] = []

    def friction(values: FloatArray) -> FloatArray:
        changes = Changes.at(controls, values.reshape(-1, 1))
        seen.extend(changes.assumptions)
        found = LocalFriction(changes.remembered()).metric.reshape(*values.shape, 1, 1)
        _require_metric(controls, found, np.ones(1))
        return np.asarray(found[..., 0, 0])

    found = pace_between(friction, controls.names[0], first, last)
    for name in {one.name for one in seen}:
        min((one for one in seen if one.name == name), key=lambda one: one.smallest).warn()
    return found


def _bent(family: Family | Callable[..., Model], controls: Controls, begin: FloatArray, finish: FloatArray) -> Geodesic:
    """The geodesic of several controls."""

    def metric(points: FloatArray) -> FloatArray:
        return LocalFriction(Changes.at(controls, points).remembered()).metric

    _require_metric(controls, metric(np.stack([begin, 0.5 * (begin + finish), finish])), finish - begin)

    def jet(points: FloatArray) -> MetricJet:
        return metric_jet(metric, points, controls.scales(points))

    def rough(points: FloatArray) -> MetricJet:
        return metric_jet(metric, points, controls.scales(points), 1)

    first, last = (dict(zip(controls.names, ends.tolist(), strict=True)) for ends in (begin, finish))
    found = Geodesic(first, last, _path(controls, geodesic_nodes(Landscape(metric, rough, jet), begin, finish)), family)
    found.drive  # noqa: B018 - a path that is not smooth is refused here
    return found


def _ends(
    start: Mapping[str, ArrayLike], end: Mapping[str, ArrayLike]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    found = []
    for name, given in (("start", start), ("end", end)):
        if not isinstance(given, Mapping) or not given:
            raise TypeError(
                f'`{name}` must be a mapping of controls to numbers, as {{"gap": 1.0}}, got {shown(given)}.'
            )
        found.append({control: _numbers(value, f"{name}[{control!r}]", name) for control, value in given.items()})
    if set(start) != set(end):
        raise ArgumentError(
            f"`end` must name the controls of `start`, {', '.join(map(repr, start))}, got {', '.join(map(repr, end))}.",
            "end",
        )
    return found[0], {name: found[1][name] for name in start}


def _numbers(value: object, words: str, name: str) -> FloatArray:
    """One number, or an array of them."""
    if isinstance(value, np.ndarray | list | tuple):
        many = as_real(value, words)
        if many.size:
            return many
    elif isinstance(value, int | float | np.number) and not isinstance(value, bool) and np.isfinite(value):
        return np.asarray(value, dtype=np.float64)
    raise ArgumentError(f"`{words}` must be one finite number, or an array of them, got {shown(value)}.", name)


def _require_metric(controls: Controls, metric: FloatArray, way: FloatArray) -> None:
    """Refuse what is no metric: a control that does nothing, several that do one thing, negative friction."""
    span = np.where(way == 0.0, np.abs(way).max(), np.abs(way))
    scaled = metric * span[:, None] * span
    diagonal = np.diagonal(scaled, axis1=-2, axis2=-1)
    reach = np.abs(scaled).max(axis=-1)  # of what a control does by itself or with others
    idle = (reach <= IDLE * reach.max(axis=-1, keepdims=True)).all(axis=0).reshape(-1, len(controls.names)).any(axis=0)
    if idle.any():
        name = controls.names[int(np.argmax(idle))]
        raise ArgumentError(
            f"`{name}` does nothing: the state does not lag behind it, and every path of it costs the same. Leave it "
            "out of `start` and `end`, and settle it in the family.",
            "start",
        )
    root = np.sqrt(np.maximum(diagonal, 1e-300))
    lowest = np.linalg.eigvalsh(scaled / (root[..., :, None] * root[..., None, :]))[..., 0]
    if (lowest < -SINGULAR).any() or (diagonal < 0.0).any():
        raise ArgumentError(
            "`family` has negative friction between these points: several temperatures, or one that is moved, do work "
            "of their own, and there is no shortest path. Hold one temperature.",
            "family",
        )
    if (lowest < SINGULAR).all():
        raise ArgumentError(
            f"`start` names {len(controls.names)} controls of which fewer move the state: the metric is singular, and "
            "many paths cost the same. Leave out those that others can stand for.",
            "start",
        )


def _path(controls: Controls, values: FloatArray) -> Path:
    series = coefficients(values)

    def of(place: int) -> Callable[[FloatArray], FloatArray]:
        first, last = values[0, place], values[-1, place]

        def value(at: FloatArray) -> FloatArray:
            found = np.asarray(chebyshev.chebval(2.0 * np.asarray(at) - 1.0, series[:, place]))
            return np.where(np.asarray(at) == 0.0, first, np.where(np.asarray(at) == 1.0, last, found))

        return value

    return Path(controls.names, tuple(of(place) for place in range(values.shape[1])))
