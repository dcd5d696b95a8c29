"""Quantities of a family over the cube of its numbers: values in bulk, exact gradients at single points."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thermokin._errors import ThermokinError
from thermokin._typing import FloatArray
from thermokin.design.front_figures import Part, figure_parts, with_temperatures
from thermokin.design.front_quantities import Quantity, evaluated
from thermokin.design.front_ranges import Ranges
from thermokin.linear_response.response import response
from thermokin.machines.figures_of_merit import FiguresOfMerit

__all__ = ["FAILURES", "FrontProblem"]

FAILURES = (ValueError, ThermokinError, ArithmeticError, np.linalg.LinAlgError)
BLOCK = 1024  # points at once
STEP = 1e-3  # of a side of the cube, over which temperatures are looked at; four points are exact to its fourth power


@dataclass(frozen=True, eq=False)
class FrontProblem:
    """What is to be made small, and what is to be at most 0, over the cube.

    Args:
        ranges: the numbers and their cube.
        objectives: what is wanted large or small (o,).
        signs: -1 where it is wanted large (o,).
        limited: what must stay within limits (c,).
        limits: which column of `limited` is at most (1) or at least (-1) which number: (column, sign, number).
        initial: says which steady state is meant.
        failures: how often each reason kept a point from being calculated.
    """

    ranges: Ranges
    objectives: tuple[Quantity, ...]
    signs: FloatArray
    limited: tuple[Quantity, ...]
    limits: tuple[tuple[int, float, float], ...]
    initial: Any = None
    failures: Counter[str] = field(default_factory=Counter)

    def values(self, cube: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Objectives and constraints at many points.

        Args:
            cube: points (n, p).

        Returns:
            What is to be small (n, o), and what is to be at most 0 (n, c); NaN where a point has no such number.
        """
        blocks = [self._block(cube[start : start + BLOCK]) for start in range(0, len(cube), BLOCK)]
        return self._split(np.concatenate(blocks))

    def _split(self, numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
        count = len(self.objectives)
        columns = [
            sign * (numbers[..., count + place] - limit) / (abs(limit) or 1.0) for place, sign, limit in self.limits
        ]
        limited = np.stack(columns, axis=-1) if columns else np.zeros((*numbers.shape[:-1], 0))
        return numbers[..., :count] * self.signs, limited

    def _block(self, cube: FloatArray) -> FloatArray:
        """Quantities (n, q) at once; where some point cannot be, of both halves apart."""
        wanted = self.objectives + self.limited
        try:
            found, _ = evaluated(self.ranges.family.at(self.ranges.given(cube)), wanted, self.initial)
            return np.broadcast_to(found, (len(cube), len(wanted)))
        except FAILURES as error:
            if len(cube) == 1:
                self.failures[str(error).splitlines()[0]] += 1
                return np.full((1, len(wanted)), np.nan)
            half = len(cube) // 2
            return np.concatenate([self._block(cube[:half]), self._block(cube[half:])])

    def merits(self, cube: FloatArray) -> tuple[FloatArray, FiguresOfMerit | None]:
        """Quantities (..., q), and figures of merit, at points (..., p) that can be calculated."""
        model = self.ranges.family.at(self.ranges.given(cube))
        return evaluated(model, self.objectives + self.limited, self.initial)

    def gradients(self, point: FloatArray, does: FiguresOfMerit | None) -> tuple[FloatArray, ...]:
        """Objectives and constraints at one point with their exact derivatives.

        Args:
            point: of the cube (p,).
            does: what the machine does, which it must go on to do; None without baths.

        Returns:
            As `values` (o,) and (c,), and their derivatives by the sides of the cube (o, p) and (c, p).

        Raises:
            ValueError: as `tk.response`, or if a quantity is not defined here.
            ThermokinError: as `tk.response`.
        """
        products, outputs = self._products(does)
        at = self.ranges.given(point)
        found = response(self.ranges.family, at, self.ranges.names, outputs, initial=self.initial)
        places = {key: number for number, key in enumerate(outputs)}
        numbers, slopes = [], []
        for (parts, carnot), quantity in zip(products, self.objectives + self.limited, strict=True):
            value, slope = 1.0, np.zeros(len(self.ranges.names))
            for part in parts:
                one, along = found.numbers[places[part.key]], found.values[places[part.key]]
                slope = slope * one**part.power + value * part.power * one ** (part.power - 1) * along
                value *= one**part.power
            slope = slope * self.ranges.slopes(point)
            if carnot and does is not None:
                limit, log_slope = self._carnot(point, does)
                value, slope = (value / limit**carnot), (slope - carnot * value * log_slope) / limit**carnot
            if not np.isfinite([value, *slope]).all():
                raise ValueError(f'"{quantity.words}" or its derivative is not finite here.')
            numbers.append(value)
            slopes.append(slope)
        values, derivatives = np.array(numbers), np.array(slopes)
        objectives, limited = self._split(values)
        by_side = [
            sign * derivatives[len(self.objectives) + place] / (abs(limit) or 1.0) for place, sign, limit in self.limits
        ]
        return objectives, limited, derivatives[: len(self.objectives)] * self.signs[:, None], _rows(by_side, point)

    def _products(self, does: FiguresOfMerit | None) -> tuple[list[tuple[list[Part], int]], dict[str, Any]]:
        """Each quantity as parts and a power of Carnot's figure, and all outputs by their keys."""
        found: list[tuple[list[Part], int]] = []
        for quantity in self.objectives + self.limited:
            parts: list[Part] = []
            carnot = 0
            for factor in quantity.factors:
                if factor.wanted is not None:
                    parts.append(Part(factor.words, factor.wanted.of, factor.power))
                    continue
                own = [] if does is None else figure_parts(factor.words, does)
                if not own:
                    raise ValueError(f'"{factor.words}" is not defined for what the machine does here.')
                parts += [Part(one.key, one.of, one.power * factor.power) for one in own]
                carnot += factor.power * (factor.words == "share of carnot")
            found.append((parts, carnot))
        return found, {part.key: part.of for parts, _ in found for part in parts}

    def _carnot(self, point: FloatArray, does: FiguresOfMerit) -> tuple[float, FloatArray]:
        """Carnot's figure, and the derivatives of its logarithm by the sides of the cube, of temperatures alone."""
        found = float(self._carnot_at(point, does))
        slopes = []
        for place, side in enumerate(np.eye(len(point))):
            # Five points inside the cube, and the derivative at the point of the polynomial through them.
            middle = np.clip(point[place], 2.0 * STEP, 1.0 - 2.0 * STEP) - point[place]
            nodes = middle / STEP + np.arange(-2.0, 3.0)
            near = [np.log(float(self._carnot_at(point + one * STEP * side, does))) for one in nodes]
            slopes.append(np.polyfit(nodes, near, 4)[-2] / STEP)
        return found, np.array(slopes)

    def _carnot_at(self, point: FloatArray, does: FiguresOfMerit) -> FloatArray:
        baths = self.ranges.family.at(self.ranges.given(point)).baths
        temperatures = np.array([float(bath.temperature) for bath in baths])
        return with_temperatures(does, temperatures).carnot


def _rows(rows: list[FloatArray], point: FloatArray) -> FloatArray:
    return np.array(rows) if rows else np.zeros((0, len(point)))
