"""The tabs of the explorer: the questions that a system can be asked, each with tables that suit its time scales."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thermokin._errors import ThermokinError
from thermokin.model.model import Model
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.motion.modes import modes
from thermokin.study.any_system import AnySystem
from thermokin.study.system import statistics_of

__all__ = ["TABS", "Tab", "idle_numbers"]

_MOST_LEVELS = 24  # up to which the slowest mode is looked for to choose times
_MOST_PARAMETERS = 6
_TIME = Parameter("time", above=0.0, words="last time")
_COLD = Parameter("energy", above=0.0, role="temperature", words="lower temperature")
_HOT = Parameter("energy", above=0.0, role="temperature", words="higher temperature")
_FREQUENCY = Parameter("1/time", above=0.0, words="last frequency")
_AMOUNT_TIME = Parameter("time", above=0.0, words="time")


@dataclass(frozen=True, eq=False)
class Tab:
    """A question on the page.

    Args:
        name: of the question.
        title: on the page.
        tables: its tables for a system.
        numbers: those of its tables that can be moved, by their places.
        kind: of the system that it is asked of.
    """

    name: str
    title: str
    tables: Callable[[AnySystem], dict[str, Any]]
    numbers: Mapping[str, Parameter] = field(default_factory=dict)
    kind: str = "model"


def idle_numbers(system: AnySystem) -> frozenset[str]:
    """Potentials of baths that exchange no particles, which can be nothing but 0."""
    found = []
    for place, name, bath in system.bath_tables:
        if statistics_of(system.table, bath) != "fermi":
            found.append(".".join([*(["baths", name] if place[0] == "baths" else ["bath"]), "chemical_potential"]))
    found += [
        f"leads.{one.name}.chemical_potential" for one in getattr(system, "leads", ()) if one.statistics == "bose"
    ]
    return frozenset(found)


def _rounded(number: float) -> float:
    return float(f"{number:.2g}")


def _slowest(system: Any) -> float:
    """The decay rate of the slowest mode; a hundredth where it is not known."""
    model: Model = system.model
    if model.dimension > _MOST_LEVELS:
        return 0.01
    try:
        gap = float(modes(model).gap)
    except (ThermokinError, ValueError, ArithmeticError):
        return 0.01
    return gap if np.isfinite(gap) and gap > 0.0 else 0.01


def _currents(system: Any) -> list[str]:
    """The currents of every bath: particles of one that has them, else heat; jumps where there is no bath."""
    model: Model = system.model
    if not model.baths:
        return ["activity"]
    carries = {
        bath: bool(np.any(model.table.particles[..., model.table.bath == place])) for place, bath in _placed(model)
    }
    return [f"{'particles' if carries[bath] else 'heat'} from {bath}" for _, bath in _placed(model)][:12]


def _placed(model: Model) -> list[tuple[int, str]]:
    return [(place, bath.name) for place, bath in enumerate(model.baths)]


def _quench(system: Any) -> dict[str, Any]:
    warmth = [float(np.max(bath.temperature)) for bath in system.model.baths]
    cold, hot = min(warmth, default=0.5), max(warmth, default=2.0)
    cold, hot = (cold, hot) if 0.0 < cold < hot else (0.5, 2.0)
    times = {"stop": _rounded(5.0 / _slowest(system)), "points": 201}
    return {"quench": {"kind": "reciprocal", "cold": cold, "hot": hot, "times": times}}


def _counting(system: Any) -> dict[str, Any]:
    return {"counting": {"currents": _currents(system), "order": 3}}


def _bounds(system: Any) -> dict[str, Any]:
    return {"bounds": {"currents": _currents(system)[:1]}}


def _spectrum(system: Any) -> dict[str, Any]:
    return {"spectrum": {"currents": _currents(system)[:1], "stop": _rounded(10.0 * _slowest(system)), "points": 161}}


def _distribution(system: Any) -> dict[str, Any]:
    return {"distribution": {"currents": _currents(system)[:1], "times": [_rounded(3.0 / _slowest(system))]}}


def _response(system: Any) -> dict[str, Any]:
    idle = idle_numbers(system)
    moving = [name for name, one in system.family.parameters.items() if _moves(one) and name not in idle]
    first = _currents(system)[0]
    produced = ["entropy production"] if system.model.baths else []
    return {"response": {"parameters": moving[:_MOST_PARAMETERS], "outputs": [first, f"noise of {first}", *produced]}}


def _moves(one: Parameter) -> bool:
    """Whether a number may be moved to both sides."""
    if one.default is REQUIRED or (one.role != "number" and one.role != "temperature") or one.levels or one.step:
        return False
    return bool(max(one.above, one.least) < one.default < one.most)


def _transport(system: Any) -> dict[str, Any]:
    carried = "particles" if all(lead.statistics == "fermi" for lead in system.leads) else "heat"
    return {"transport": {"currents": [f"{carried} from {lead.name}" for lead in system.leads][:12]}}


TABS: Sequence[Tab] = (
    Tab("machine", "Machine", lambda system: {"machine": {}}),
    Tab("counting", "Currents and noise", _counting),
    Tab("bounds", "Bounds", _bounds),
    Tab("spectrum", "Spectrum", _spectrum, {"spectrum.stop": _FREQUENCY}),
    Tab("distribution", "Distribution", _distribution, {"distribution.times[0]": _AMOUNT_TIME}),
    Tab("response", "Response", _response),
    Tab(
        "quench", "Heating and cooling", _quench, {"quench.cold": _COLD, "quench.hot": _HOT, "quench.times.stop": _TIME}
    ),
    Tab("transport", "Transport", _transport, kind="junction"),
    Tab("bounds", "Bounds", lambda system: {**_transport(system), "bounds": {}}, kind="junction"),
    Tab("cycle", "Limit cycle", lambda system: {"cycle": {}}, kind="cycle"),
)
"""In the order of the page."""
