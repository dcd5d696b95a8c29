"""The ways the package has of moving populations, as one list: laws that hold for all of them run over it."""

from __future__ import annotations

from dataclasses import replace

import thermokin as tk
from oracles import Array
from thermokin.motion.initial import Initial
from thermokin.motion.population_engines import ENGINES as EVERY

# Those that serve any number of levels, at one point of a sweep.
ENGINES = [name for name in EVERY if name != "closed form"]


def evolved(engine: str, model: tk.Model, initial: Initial, times: Array) -> tk.results.Evolution:
    """The evolution of a model with closed populations, its populations moved by the named engine."""
    evolution = tk.evolve(model, initial, times)
    motion, start = evolution.motion, evolution.initial.populations
    assert motion is not None
    populations, deviation = motion.path(start, evolution.times, engine=engine)
    return replace(evolution, populations=populations, known_deviation=deviation)
