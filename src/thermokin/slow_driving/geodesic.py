"""Geodesics: the path and the pace that cost least in slow driving between two points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.polynomial import chebyshev

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.cycles.leg import Leg
from thermokin.model.assumption import Assumption
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.operators.as_numbers import shown
from thermokin.slow_driving.changes import Changes
from thermokin.slow_driving.controls import Controls, controls_of
from thermokin.slow_driving.friction import LocalFriction
from thermokin.slow_driving.geodesic_equation import Landscape, geodesic_nodes
from thermokin.slow_driving.metric_jet import MetricJet, metric_jet
from thermokin.slow_driving.path import Path, coefficients, nodes
from thermokin.slow_driving.slow_drive import SlowDrive, along

__all__ = ["Geodesic", "geodesic"]

SINGULAR = 1e-9  # of the largest eigenvalue of the metric, in units in which its diagonal is one
IDLE = 1e-14  # of the largest element of the metric times the spans: a control that does nothing
PANELS = (48, 96, 192, 384, 768)
RESOLVED = 1e-12
ROUNDS = 60
STILL = 4e-15  # of the way, over two: a step of Newton's method that is rounding


@dataclass(frozen=True, eq=False)
class Geodesic(Result):
    """The shortest path between two points at constant thermodynamic speed: the slow drive that costs least.

    Args:
        start: the controls at the beginning.
        end: and at the end.
        path: the controls as functions of s, the share of the length.
        family: the family.
        known_length: where it came out with the path; that of the drive if None.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> path = tk.geodesic(qubit, {"gap": 1.0}, {"gap": 2.0})
        >>> bool(path.drive.action <= path.straight.action)
        True
    """

    start: Mapping[str, float]
    end: Mapping[str, float]
    path: Path = field(repr=False)
    family: Family | Callable[..., Model] = field(repr=False)
    known_length: float | None = field(default=None, repr=False)

    @cached_property
    def drive(self) -> SlowDrive:
        """The drive along it, with all that it costs.

        Raises:
            NotConvergedError: if its pace is not smooth.
        """
        return along(self.family, self.path)

    @property
    def places(self) -> FloatArray:
        """Places s (k,) between 0 and 1 at which `values` are given."""
        return self.drive.places

    @property
    def values(self) -> FloatArray:
        """The controls along it (k, n)."""
        return self.drive.values

    @property
    def length(self) -> float:
        """The thermodynamic length [(energy time)^(1/2)]; no drive between the ends has tau W_excess < length^2."""
        return self.drive.length if self.known_length is None else self.known_length

    @property
    def unevenness(self) -> float:
        """How far its speed varies along it, relative to the length: 0 but for rounding."""
        speed = np.sqrt(np.maximum(self.drive.density, 0.0))
        return float(np.ptp(speed) / speed.max())

    @cached_property
    def straight(self) -> SlowDrive:
        """The drive that takes every control straight from one end to the other, for comparison."""
        ends = {name: (self.start[name], self.end[name]) for name in self.start}
        functions = tuple(lambda at, two=two: two[0] * (1.0 - at) + two[1] * at for two in ends.values())
        return along(self.family, Path(tuple(ends), functions))

    def at(self, places: FloatArray) -> FloatArray:
        """The controls at places of the path.

        Args:
            places: s (k,) between 0 and 1.

        Returns:
            (k, n).
        """
        return self.path.values(places)

    def leg(self, duration: float, *, name: str = "") -> Leg:
        """The optimal slow drive that takes a time, for protocols.

        Args:
            duration: tau [time], > 0.
            name: of the leg.

        Returns:
            The leg.
        """
        return self.drive.leg(duration, name=name)


def geodesic(family: Family | Callable[..., Model], start: Mapping[str, float], end: Mapping[str, float]) -> Geodesic:
    """The path and pace of some controls that cost least in slow driving between two points.

    A geodesic of the metric of `friction`. Of one control the pace alone is free, and its speed is proportional to one
    over the root of the friction; of several a boundary-value problem is solved.

    Args:
        family: the family, or a function that makes a model of the controls; other numbers are settled in it.
        start: the controls at the beginning, by name.
        end: the same controls at the end.

    Returns:
        The geodesic, with `leg` for protocols and `drive` for all that it costs.

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
    controls, values, _ = controls_of(family, start, list(start))
    begin, finish = values[0], np.array([last[name] for name in controls.names])
    if np.array_equal(begin, finish):
        raise ArgumentError("`end` must be another point than `start`.", "end")

    seen: list[Assumption] = []

    def metric(points: FloatArray) -> FloatArray:
        changes = Changes.at(controls, points)
        seen[:] = [*seen, *changes.assumptions] if begin.size == 1 else []
        return LocalFriction(changes.remembered()).metric

    if begin.size == 1:
        path, length = _pace(metric, controls, float(begin[0]), float(finish[0]))
        for name in {one.name for one in seen}:
            min((one for one in seen if one.name == name), key=lambda one: one.smallest).warn()
        return Geodesic(first, last, path, family, length)
    _require_metric(controls, metric(np.stack([begin, 0.5 * (begin + finish), finish])), finish - begin)

    def jet(points: FloatArray) -> MetricJet:
        return metric_jet(metric, points, controls.scales(points))

    def rough(points: FloatArray) -> MetricJet:
        return metric_jet(metric, points, controls.scales(points), 1)

    found = Geodesic(first, last, _path(controls, geodesic_nodes(Landscape(metric, rough, jet), begin, finish)), family)
    found.drive  # noqa: B018 - a path that is not smooth is refused here
    return found


def _ends(start: Mapping[str, float], end: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    for name, given in (("start", start), ("end", end)):
        if not isinstance(given, Mapping) or not given:
            raise TypeError(
                f'`{name}` must be a mapping of controls to numbers, as {{"gap": 1.0}}, got {shown(given)}.'
            )
        for control, value in given.items():
            if not isinstance(value, int | float | np.number) or isinstance(value, bool) or not np.isfinite(value):
                raise ArgumentError(f"`{name}[{control!r}]` must be one finite number, got {shown(value)}.", name)
    if set(start) != set(end):
        raise ArgumentError(
            f"`end` must name the controls of `start`, {', '.join(map(repr, start))}, got {', '.join(map(repr, end))}.",
            "end",
        )
    return {name: float(start[name]) for name in start}, {name: float(end[name]) for name in start}


def _require_metric(controls: Controls, metric: FloatArray, way: FloatArray) -> None:
    """Refuse what is no metric: a control that does nothing, several that do one thing, negative friction."""
    span = np.where(way == 0.0, np.abs(way).max(), np.abs(way))
    scaled = metric * span[:, None] * span
    diagonal = np.diagonal(scaled, axis1=-2, axis2=-1)
    reach = np.abs(scaled).max(axis=-1)  # of what a control does by itself or with others
    idle = (reach <= IDLE * reach.max(axis=-1, keepdims=True)).all(axis=0)
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


def _pace(
    metric: Callable[[FloatArray], FloatArray], controls: Controls, first: float, last: float
) -> tuple[Path, float]:
    """The pace of one control: s is the share of the length, whose inverse is found by Newton's method; and that."""
    found = np.empty((0, 1, 1))
    for count in PANELS:
        points = (first + (last - first) * nodes(count))[:, None]
        if found.size:  # every other point is known
            every = np.empty((count + 1, 1, 1))
            every[::2], every[1::2] = found, metric(points[1::2])
            found = every
        else:
            found = metric(points)
        _require_metric(controls, found, np.array([last - first]))
        root = np.sqrt(np.maximum(found[:, 0, 0], 0.0))
        series = coefficients(root)
        tail = float(np.abs(series[-max(2, count // 8) :]).max() / root.max())
        if tail <= RESOLVED:
            break
    if tail > 1e-8:
        raise NotConvergedError(
            f"the friction of {controls.names[0]!r} is not smooth between the ends;",
            tail,
            "cut the way where it jumps, or choose a control in which it varies less, such as a logarithm.",
        )
    total = 0.5 * chebyshev.chebint(series)  # by the place between the ends, 0 to 1
    low, high = chebyshev.chebval(-1.0, total), chebyshev.chebval(1.0, total)
    length, table = high - low, chebyshev.chebval(np.linspace(-1.0, 1.0, 4 * count + 1), total)

    def value(at: FloatArray) -> FloatArray:
        wanted = low + np.asarray(at, dtype=np.float64) * length
        x = np.interp(wanted, table, np.linspace(-1.0, 1.0, 4 * count + 1))
        width = 2.0 / (4 * count)
        below, above = np.maximum(x - width, -1.0), np.minimum(x + width, 1.0)
        for _ in range(ROUNDS):
            miss = chebyshev.chebval(x, total) - wanted
            slope = 0.5 * chebyshev.chebval(x, series)
            below, above = np.where(miss < 0.0, x, below), np.where(miss > 0.0, x, above)
            trial = x - miss / np.maximum(slope, 1e-300)
            trial = np.where((trial >= below) & (trial <= above), trial, 0.5 * (below + above))
            moved, x = float(np.abs(trial - x).max()), trial
            if moved <= STILL:
                break
        found = first + (last - first) * 0.5 * (1.0 + x)
        return np.where(np.asarray(at) == 0.0, first, np.where(np.asarray(at) == 1.0, last, found))

    return Path(controls.names, (value,)), float(abs(last - first) * length)
