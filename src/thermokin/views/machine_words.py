"""What a machine does in one sentence, with its numbers and their units."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from thermokin._typing import BoolArray
from thermokin.machines.figures_of_merit import FiguresOfMerit
from thermokin.machines.mode import (
    ABSORPTION,
    ACCELERATOR,
    CONDUCTOR,
    ENGINE,
    HEATER,
    NOTHING,
    REFRIGERATOR,
    TRANSFORMER,
)
from thermokin.report.page import shortened

__all__ = ["headline", "sentence"]

DIGITS = 3
UNIT = "energy/time"


def _number(value: object) -> str:
    return shortened(abs(float(np.asarray(value))), DIGITS)


def _with_temperature(found: FiguresOfMerit, where: BoolArray) -> str:
    """The baths that are meant, with the temperature that they share."""
    names = " and ".join(name for name, meant in zip(found.names, where, strict=True) if meant)
    several = found.temperatures[where]
    alike = f" (T = {shortened(float(several[0]), DIGITS)})" if several.size and (several == several[0]).all() else ""
    return f"{names}{alike}"


def _hot(found: FiguresOfMerit) -> str:
    return _with_temperature(found, found.temperatures == found.hot)


def _cold(found: FiguresOfMerit) -> str:
    return _with_temperature(found, found.temperatures == found.cold)


def _between(found: FiguresOfMerit) -> str:
    return _with_temperature(found, (found.temperatures != found.hot) & (found.temperatures != found.cold))


def _merit(found: FiguresOfMerit) -> str:
    """The figure of merit and its share of what the second law allows."""
    efficiency = float(found.efficiency)
    name = "coefficient of performance" if np.isnan(efficiency) else "efficiency"
    value = float(found.coefficient_of_performance) if np.isnan(efficiency) else efficiency
    share = float(found.share_of_carnot)
    beside = f", {shortened(100.0 * share, DIGITS)} % of Carnot's {_number(found.carnot)}" if share < np.inf else ""
    return f"{name} {shortened(value, DIGITS)}{beside}"


def _drawn(found: FiguresOfMerit) -> str:
    """The baths that give heat, and how much."""
    giving = found.heats > 0.0
    return f"{_number(found.heats[giving].sum())} {UNIT} of heat from {_with_temperature(found, giving)}"


SENTENCES: Mapping[str, Callable[[FiguresOfMerit], str]] = {
    ENGINE: lambda found: (
        f"delivers {_number(found.power)} {UNIT} of work from {_number(found.heat_from_hot)} of heat drawn from "
        f"{_hot(found)}; {_merit(found)}"
    ),
    REFRIGERATOR: lambda found: (
        f"draws {_number(found.heat_from_cold)} {UNIT} of heat from {_cold(found)} for {_number(found.power)} of "
        f"work; {_merit(found)}"
    ),
    ABSORPTION: lambda found: (
        f"draws {_number(found.heat_from_cold)} {UNIT} of heat from {_cold(found)} for {_number(found.heat_from_hot)} "
        f"from {_hot(found)}; {_merit(found)}"
    ),
    TRANSFORMER: lambda found: (
        f"lifts {_number(found.heat_from_hot)} {UNIT} of heat to {_hot(found)}, drawn from {_between(found)}; "
        f"{_merit(found)}"
    ),
    ACCELERATOR: lambda found: (
        f"takes {_number(found.power)} {UNIT} of work and lets {_number(found.heat_from_hot)} of heat through from "
        f"{_hot(found)} to {_cold(found)}"
    ),
    HEATER: lambda found: f"turns {_number(found.power)} {UNIT} of work into heat",
    CONDUCTOR: lambda found: f"lets {_drawn(found)} through without work",
    NOTHING: lambda _: "no heat flows and no work is done",
}
NAMED = {NOTHING: "At rest", ENGINE: "An engine", ACCELERATOR: "An accelerator", ABSORPTION: f"An {ABSORPTION}"}


def sentence(found: FiguresOfMerit) -> str:
    """What a machine does.

    Args:
        found: its figures of merit, of one point.

    Returns:
        One sentence.
    """
    word = str(found.does)
    if word not in SENTENCES:
        work = float(found.power)
        done = "delivers" if work > 0.0 else "takes"
        worked = f"{done} {_number(work)} {UNIT} of work and " if work else ""
        said = f"A machine of several kinds at once: {worked}draws {_drawn(found)}"
    else:
        said = f"{NAMED.get(word, f'A {word}')}: {SENTENCES[word](found)}"
    return f"{said}; entropy production {_number(found.entropy_production)} nats/time."


def headline(found: FiguresOfMerit) -> str:
    """The name of what a machine does, and how well.

    Args:
        found: its figures of merit, of one point.

    Returns:
        A few words.
    """
    word = str(found.does)
    name = {NOTHING: "At rest"}.get(word, f"{word[:1].upper()}{word[1:]}")
    return name if np.isnan(found.carnot) else f"{name}: {_merit(found)}"
