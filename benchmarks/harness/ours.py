"""The work of the benchmarks in this package's words."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import thermokin as tk
from harness.boundary_driven import BoundaryDriven
from harness.rate_equation import Levels
from thermokin.counting.integrated_cumulants import exchanged

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Thermalization:
    """What is asked of a relaxing system.

    Args:
        evolution: it comes from.
        populations: (t, N).
        entropy_production_rate: (t,).
        heat_mean: (t,).
        heat_variance: (t,).
    """

    evolution: tk.results.Evolution
    populations: Array
    entropy_production_rate: Array
    heat_mean: Array
    heat_variance: Array


def model_of(system: Levels) -> tk.Model:
    """The model of some levels.

    Levels this dense relax faster than they turn, which the package rightly remarks; speed is all that is asked here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.library.levels(system.energies, system.coupling, system.rate, system.temperature)


def thermalization(model: tk.Model, start: float, times: Array) -> Thermalization:
    """Populations, entropy production rate, mean and variance of heat after a quench from a temperature.

    Args:
        model: on its bath.
        start: initial temperature.
        times: (t,).

    Returns:
        All of it.
    """
    evolution = tk.evolve(model, tk.Gibbs(start), times)
    rate = tk.ledger(model, evolution).entropy_production_rate
    heat = exchanged(evolution, tk.heat(model))
    return Thermalization(evolution, evolution.populations, rate, heat.mean, heat.variance)


def open_model(system: BoundaryDriven) -> tk.Model:
    """The model of a system between two reservoirs.

    Args:
        system: the system.

    Returns:
        Its jumps as channels of no bath: only what they count matters.
    """
    return tk.Model(system.hamiltonian, [tk.Channel(jump, None) for jump in system.jumps])
