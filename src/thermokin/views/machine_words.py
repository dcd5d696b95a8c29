"""What a machine does in one sentence, with its numbers and their units."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.lab_units.asked import in_asked_units, unit_shown
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
from thermokin.views.in_units import noted

__all__ = ["headline", "sentence"]

DIGITS = 3
UNIT = "energy/time"


def _number(value: object) -> str:
    return shortened(abs(float(np.asarray(value))), DIGITS)


def _flow(value: FloatArray) -> str:
    return _number(in_asked_units(value, UNIT))


def _flow_said(value: FloatArray) -> str:
    """A flow with its unit."""
    return f"{_flow(value)} {unit_shown(UNIT)}"


def _temperature(value: FloatArray) -> str:
    return f"{_number(in_asked_units(value, 'temperature'))}{noted('temperature')}"


def _with_temperature(found: FiguresOfMerit, where: BoolArray) -> str:
    """The baths that are meant, with the temperature that they share."""
    names = " and ".join(name for name, meant in zip(found.names, where, strict=True) if meant)
    several = found.temperatures[where]
    alike = f" (T = {_temperature(several[0])})" if several.size and (several == several[0]).all() else ""
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
    return f"{_flow_said(found.heats[giving].sum())} of heat from {_with_temperature(found, giving)}"


SENTENCES: Mapping[str, Callable[[FiguresOfMerit], str]] = {
    ENGINE: lambda found: (
        f"delivers {_flow_said(found.power)} of work from {_flow(found.heat_from_hot)} of heat drawn from "
        f"{_hot(found)}; {_merit(found)}"
    ),
    REFRIGERATOR: lambda found: (
        f"draws {_flow_said(found.heat_from_cold)} of heat from {_cold(found)} for {_flow(found.power)} of "
        f"work; {_merit(found)}"
    ),
    ABSORPTION: lambda found: (
        f"draws {_flow_said(found.heat_from_cold)} of heat from {_cold(found)} for {_flow(found.heat_from_hot)} "
        f"from {_hot(found)}; {_merit(found)}"
    ),
    TRANSFORMER: lambda found: (
        f"lifts {_flow_said(found.heat_from_hot)} of heat to {_hot(found)}, drawn from {_between(found)}; "
        f"{_merit(found)}"
    ),
    ACCELERATOR: lambda found: (
        f"takes {_flow_said(found.power)} of work and lets {_flow(found.heat_from_hot)} of heat through from "
        f"{_hot(found)} to {_cold(found)}"
    ),
    HEATER: lambda found: f"turns {_flow_said(found.power)} of work into heat",
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
        done = "delivers" if found.power > 0.0 else "takes"
        worked = f"{done} {_flow_said(found.power)} of work and " if found.power else ""
        said = f"A machine of several kinds at once: {worked}draws {_drawn(found)}"
    else:
        said = f"{NAMED.get(word, f'A {word}')}: {SENTENCES[word](found)}"
    produced = _number(in_asked_units(found.entropy_production, "nats/time"))
    return f"{said}; entropy production {produced} {unit_shown('nats/time')}."


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
