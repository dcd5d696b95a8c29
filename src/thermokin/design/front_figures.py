"""Figures of merit as products of powers of outputs, whose derivatives are known exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from types import MappingProxyType

import numpy as np

from thermokin._typing import FloatArray
from thermokin.linear_response.outputs import Mean, Noise, Output
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.machines.mode import ABSORPTION, ENGINE, REFRIGERATOR, TRANSFORMER
from thermokin.machines.useful_current import useful_weights
from thermokin.model.current import Current, entropy_flow, heat
from thermokin.model.model import Model

__all__ = ["FIGURES", "Part", "figure_parts", "with_temperatures"]

FIGURES: Mapping[str, Callable[[FiguresOfMerit], FloatArray]] = MappingProxyType(
    {
        "efficiency": lambda found: found.efficiency,
        "coefficient of performance": lambda found: found.coefficient_of_performance,
        "share of carnot": lambda found: found.share_of_carnot,
        "useful current": lambda found: found.useful_current,
        "noise of useful current": lambda found: found.noise,
        "uncertainty product": lambda found: found.uncertainty_product,
    }
)
"""Words for what `tk.figures_of_merit` finds, and where it is found."""


@dataclass(frozen=True, eq=False)
class Part:
    """An output to a power, one part of a product.

    Args:
        key: two parts of one key are of one output.
        of: makes the output of a model.
        power: its power.
    """

    key: str
    of: Callable[[Model], Output]
    power: int = 1


def figure_parts(figure: str, found: FiguresOfMerit) -> list[Part]:
    """A figure of merit of one machine as a product, as long as it does what it does and its temperatures stay.

    Args:
        figure: one of `FIGURES`; "share of carnot" less its denominator.
        found: what the machine does at one point.

    Returns:
        The parts; none if the figure is not defined for what it does.
    """
    ones = np.ones(len(found.names))
    hot, cold = (found.temperatures == edge for edge in (found.hot, found.cold))
    useful = useful_weights(found.does, hot, cold).ravel()
    if figure == "useful current":
        return [_heat(found, useful)]
    if figure == "noise of useful current":
        return [_noise(found, useful)]
    if figure == "uncertainty product":
        production = Part("entropy production", lambda model: Mean(entropy_flow(model)))
        return [_noise(found, useful), production, _heat(found, useful, -2)] if useful.any() else []
    quotients = {
        ENGINE: (ones, hot),
        TRANSFORMER: (-1.0 * hot, 1.0 * ~(hot | cold)),
        REFRIGERATOR: (1.0 * cold, -ones),
        ABSORPTION: (1.0 * cold, 1.0 * hot),
    }
    does = str(found.does)
    wanted = {"efficiency": (ENGINE, TRANSFORMER), "coefficient of performance": (REFRIGERATOR, ABSORPTION)}
    if does not in wanted.get(figure, tuple(quotients)):
        return []
    above, below = quotients[does]
    return [_heat(found, above), _heat(found, 1.0 * below, -1)]


def with_temperatures(found: FiguresOfMerit, temperatures: FloatArray) -> FiguresOfMerit:
    """The same machine doing the same between other temperatures, for Carnot's figure alone."""
    moved = replace(found, temperatures=temperatures)
    vars(moved)["does"] = found.does
    return moved


def _heat(found: FiguresOfMerit, weights: FloatArray, power: int = 1) -> Part:
    return Part(f"mean {weights.tolist()}", lambda model: Mean(_weighed(model, found, weights)), power)


def _noise(found: FiguresOfMerit, weights: FloatArray) -> Part:
    return Part(f"noise {weights.tolist()}", lambda model: Noise(_weighed(model, found, weights)))


def _weighed(model: Model, found: FiguresOfMerit, weights: FloatArray) -> Current:
    return reduce(add, (heat(model, name) * float(one) for name, one in zip(found.names, weights, strict=True) if one))
