"""The ways the package has of moving populations, as one list: laws that hold for all of them run over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import thermokin as tk
from oracles import Array
from thermokin.motion.initial import Initial
from thermokin.motion.population_engines import (
    Chebyshev,
    Engine,
    Spectral,
    Stepping,
    Uniformised,
)
from thermokin.motion.population_motion import PopulationMotion

# Each serves any number of levels, at one point of a sweep.
ENGINES: dict[str, Callable[[PopulationMotion], Engine]] = {
    "stepping": Stepping,
    "spectral": Spectral,
    "Chebyshev": Chebyshev,
    "uniformised": Uniformised,
}


def evolved(engine: str, model: tk.Model, initial: Initial, times: Array) -> tk.results.Evolution:
    """The evolution of a model with closed populations, its populations moved by the named engine."""
    evolution = tk.evolve(model, initial, times)
    motion, start = evolution.motion, evolution.initial.populations
    assert motion is not None
    final = motion.limit.of(start[..., None])[..., 0]
    populations, deviation = ENGINES[engine](motion).path(start, start - final, evolution.times)
    return replace(evolution, populations=populations, deviation=deviation)
