"""Cases of driving: ramps and erasure in a bath, levels that cross, and the fast limit of a two-level engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thermokin._typing import FloatArray
from thermokin.cycles.driven_evolution import DrivenEvolution
from thermokin.cycles.leg import Leg
from thermokin.cycles.limit_cycle import limit_cycle
from thermokin.cycles.protocol import Protocol
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.spectrum import Flat, Ohmic
from thermokin.model.statistics import SpinBath
from thermokin.motion.evolution import evolve
from thermokin.motion.starts import Gibbs
from thermokin.validation.case import Case

__all__ = ["erasure", "levels_that_cross", "ramp_in_a_bath", "two_level_engine"]

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
WITHIN = 1e-9
INTEGRALS, STEPS = "closed integrals, 25 digits", "independent integration to 1e-12"


def _run(duration: float, energies: Callable[[FloatArray], list[Any]], contact: Contact, start: Any) -> DrivenEvolution:
    def model(times: float) -> Any:
        now = np.asarray(times, dtype=np.float64)
        levels = np.stack(np.broadcast_arrays(*(energy + 0.0 * now for energy in energies(now))), axis=-1)
        return davies(levels[..., None] * np.eye(levels.shape[-1]), [contact])

    found: DrivenEvolution = evolve(Protocol([Leg(duration, model)]), start, [duration])
    return found


def ramp_in_a_bath() -> list[Case]:
    """A qubit whose gap doubles in contact with a bath."""
    bath = Contact(Bath("bath", 0.8), FLIP, Flat(0.1))
    run = _run(10.0, lambda t: [0.0, 1.0 + t / 10.0], bath, Gibbs(0.8))
    system = "qubit, gap 1 to 2 in time 10, bath at 0.8"
    numbers = {
        "work": (0.1924798798526924, run.work_on_counted[0]),
        "heat from the bath": (-0.1142012768636413, run.heat["bath"][0]),
        "entropy production": (0.036004353987780735, run.entropy_production[0]),
    }
    return [Case(system, name, known, float(ours), WITHIN, INTEGRALS) for name, (known, ours) in numbers.items()]


def erasure() -> list[Case]:
    """A bit that is erased by a growing gap: Landauer's heat, and what speed adds."""
    bath = Contact(Bath("bath", 1.0), FLIP, Ohmic(0.5))
    run = _run(20.0, lambda t: [0.0, 0.1 + 9.9 * t / 20.0], bath, np.eye(2) / 2.0)
    system = "qubit, gap 0.1 to 10 in time 20, bath at 1"
    numbers = {
        "heat to the bath": (0.8917176454475324, -run.heat["bath"][0]),
        "work": (0.8422221297293606, run.work_on_counted[0]),
        "entropy production": (0.19912007699070478, run.entropy_production[0]),
    }
    return [Case(system, name, known, float(ours), WITHIN, STEPS) for name, (known, ours) in numbers.items()]


def levels_that_cross() -> list[Case]:
    """Three levels of which two cross."""
    coupling = np.array([[0.0, 1.0, 0.7], [1.0, 0.0, 0.5], [0.7, 0.5, 0.0]])
    bath = Contact(Bath("bath", 0.6), coupling, Ohmic(0.1))
    run = _run(10.0, lambda t: [0.0, 1.0, 1.6 - 0.12 * t], bath, Gibbs(0.6))
    system = "three levels, two of which cross at time 5"
    numbers = {
        "population of the second": (0.13928135345379963, run.states[-1, 1, 1].real),
        "heat from the bath": (0.03739132436156205, run.heat["bath"][-1]),
        "work": (-0.0900620001294012, run.work_on_counted[-1]),
    }
    return [Case(system, name, known, float(ours), WITHIN, STEPS) for name, (known, ours) in numbers.items()]


def two_level_engine() -> list[Case]:
    """The power of a two-level engine in the limit of fast strokes.

    Returns:
        The case.

    Reference:
        erdman2022.
    """
    high, low = 2.03273980964, 1.43037645954

    def stroke(step: float, gap: float, name: str, temperature: float) -> Leg:
        bath = Bath(name, temperature, statistics=SpinBath())
        return Leg(step, davies(np.diag([0.0, gap]), [Contact(bath, FLIP, Flat(1.0))]))

    def power(step: float) -> float:
        legs = [stroke(step, high, "hot", 1.0), stroke(step, low, "cold", 0.5)]
        return float(limit_cycle(Protocol(legs, quench=True)).power)

    ours = (4.0 * power(0.01) - power(0.02)) / 3.0  # even in the duration of a stroke
    system = "two-level engine between 1 and 0.5, fast strokes"
    return [Case(system, "largest power", 0.00928843384544, ours, 3e-9, "closed form; Erdman, Noe 2022")]
