"""Published races to equilibrium: hot starts that overtake, partners at one distance, a trapped particle."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from thermokin._typing import FloatArray
from thermokin.exact import OscillatorQuench
from thermokin.model.library import levels, qubit
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Ohmic
from thermokin.model.statistics import SpinBath
from thermokin.motion.evolution import evolve
from thermokin.motion.modes import modes
from thermokin.motion.starts import Gibbs
from thermokin.quench.comparison import compare
from thermokin.quench.protocol import equidistant
from thermokin.validation.case import Case, table_row

__all__ = ["hot_starts_that_overtake", "partners_at_one_distance", "trapped_particle"]


def _gibbs(energies: FloatArray, temperature: float) -> FloatArray:
    weights = np.exp(-energies / temperature)
    return np.asarray(weights / weights.sum())


def _of_barriers() -> list[Case]:
    """Three states on a bath at 0.1, whose rates are those of barriers; started at 1.3 and 0.42."""
    energies, cold, hot = np.array([0.0, 0.1, 0.7]), 0.42, 1.3
    barriers = np.array([[0.0, 1.5, 0.8], [1.5, 0.0, 1.2], [0.8, 1.2, 0.0]])
    model = rates(np.exp(-(barriers - energies) / 0.1) * (1.0 - np.eye(3)))
    found, rest = modes(model), _gibbs(energies, 0.1)
    one, other = (found.overlaps(_gibbs(energies, warmth))[int(found.slowest)].real for warmth in (hot, cold))

    def lead(time: float) -> float:
        states = [evolve(model, _gibbs(energies, warmth), [time]).populations[0] for warmth in (hot, cold)]
        return float(np.subtract(*((state * np.log(state / rest)).sum() for state in states)))

    return table_row(
        "three states of Arrhenius rates at 0.1, from 1.3 and 0.42",
        "lu2017, eigenvectors",
        {
            "slow rate": ("2.35674033138e-05", found.gap),
            "overlap with the slow mode, hot over warm": ("0.793156898248", one / other),
            "time at which the hot start is nearer": ("8.43172423", brentq(lead, 4.0, 20.0, xtol=1e-12)),
        },
    )


def hot_starts_that_overtake() -> list[Case]:
    """Systems of three levels whose hotter start relaxes faster.

    Returns:
        The cases.

    Reference:
        lu2017.
    """
    coupling = np.zeros((3, 3))
    for (one, other), squared in {(0, 1): 0.117, (0, 2): 91.8, (1, 2): 0.665}.items():
        coupling[one, other] = coupling[other, one] = np.sqrt(squared)
    model = levels([0.0, 0.287, 2.474], coupling, temperature=0.645, spectrum=Ohmic(1.0))
    found = modes(model)
    hot, warm = (abs(found.overlaps(Gibbs(warmth))[int(found.slowest)]) for warmth in (3.25, 0.972))
    return _of_barriers() + table_row(
        "three Ohmic levels of unequal couplings at 0.645, from 3.25 and 0.972",
        "case of arXiv:2603.04567; eigenvectors",
        {"overlap with the slow mode, hot over warm": ("0.00599554363", hot / warm)},
    )


def partners_at_one_distance() -> list[Case]:
    """A qubit that heats and cools to 1 from temperatures at one relative entropy from it."""

    def family(temperature: FloatArray) -> Model:
        return qubit(gap=1.0, rate=1.0, temperature=temperature, statistics=SpinBath())

    race = compare(equidistant(family, target=1.0, cold=0.5), [0.0, 1.0])
    left = [float(side.distances["relative entropy"][1]) for side in (race.heating, race.cooling)]
    return table_row(
        "qubit to 1 from 0.5 and its partner, after one relaxation time",
        "arXiv:2102.07429, closed form",
        {
            "partner": ("4.12816132778", race.pair.temperatures["hot"]),
            "relative entropy left, heating": ("0.00809680624968", left[0]),
            "relative entropy left, cooling": ("0.00960747574036", left[1]),
        },
    )


def trapped_particle() -> list[Case]:
    """A particle in a harmonic trap between 1 and 10, as the classical limit of an oscillator."""
    quench = OscillatorQuench(1e-10, 1.0, 1.0, 10.0)  # frequency, rate and both temperatures
    whole = float(quench.total_length)
    ways = [float(way.length([1.0])[0]) / whole for way in (quench, quench.reversed())]
    return table_row(
        "trapped particle between 1 and 10",
        "arXiv:2302.09061, quadrature",
        {
            "length": ("1.628173534", whole / np.sqrt(2.0)),  # position alone, without momentum
            "completion of heating at 0.5": ("0.8253667166", ways[0]),
            "completion of cooling at 0.5": ("0.3654305432", ways[1]),
        },
    )
