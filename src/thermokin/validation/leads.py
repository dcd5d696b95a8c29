"""Cases of leads and masers: closed forms of what the right operator of a contact gives, and published numbers."""

from __future__ import annotations

import numpy as np

from thermokin.counting.counting import cumulants
from thermokin.exact.qubit import QubitQuench
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import entropy_flow, heat, particles
from thermokin.model.davies import davies
from thermokin.model.library import qubit, three_level_maser
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Gibbs
from thermokin.motion.steady_state import steady_state
from thermokin.operators.fermions import annihilators
from thermokin.operators.particle_number import annihilation_part
from thermokin.thermo.ledger import ledger
from thermokin.validation.case import Case

__all__ = ["heat_of_a_pair", "level_on_leads", "masers_of_either_pair", "quantum_of_a_lead"]

EXACT = 1e-9  # relative deviation allowed of a closed form
WARMTH, RATE, LEVEL = 0.2, 0.01, 0.3
HOT, COLD = (2500.0, 0.1, 5.0), (1000.0, 2.0, 0.027)  # gap, rate and quanta of the baths of the maser


def _dot(potentials: dict[str, float]) -> Model:
    """A level on leads whose coupling is split off c + c^+."""
    (level,) = annihilators(1)
    occupied = level.T @ level
    removing = annihilation_part(level + level.T, occupied)
    leads = [Bath(name, WARMTH, potential, Fermi()) for name, potential in potentials.items()]
    contacts = [Contact(lead, removing, Flat(RATE)) for lead in leads]
    return davies(LEVEL * occupied, contacts, number_operator=occupied)


def level_on_leads() -> list[Case]:
    """The occupation of a level on a lead and the current between two."""

    def filled(potential: float) -> float:
        return float(1.0 / (np.exp((LEVEL - potential) / WARMTH) + 1.0))

    alone, between = _dot({"lead": 0.5}), _dot({"left": 1.0, "right": -1.0})
    occupation = float(steady_state(alone).populations[1])
    current = float(particles(between, "left").mean(steady_state(between)))
    expected = 0.5 * RATE * (filled(1.0) - filled(-1.0))
    system, source = "level at 0.3 on leads at temperature 0.2", "closed form, Fermi functions"
    return [
        Case(system, "occupation, chemical potential 0.5", filled(0.5), occupation, EXACT, source),
        Case(system, "current, chemical potentials 1 and -1", expected, current, EXACT, source),
    ]


def quantum_of_a_lead() -> list[Case]:
    """The relaxation rate of a qubit whose quantum is a particle of a lead: the rate of the spectrum."""
    rate, system = 0.1, "qubit of gap 1 on a Fermi bath at 0.5"
    model = qubit(1.0, rate, 0.5, statistics=Fermi())
    closed = QubitQuench(1.0, rate, 2.0, 0.5, statistics=Fermi())
    source = "closed form, f + (1 - f) = 1"
    relaxing = float(model.table.strength.sum())
    return [
        Case(system, "relaxation rate, library", rate, relaxing, EXACT, source),
        Case(system, "relaxation rate, closed form", rate, float(closed.relaxation_rate), EXACT, source),
    ]


def masers_of_either_pair() -> list[Case]:
    """Cycles of the three-level maser, their noise and uncertainty product, by which pair is driven.

    Returns:
        The cases.

    Reference:
        kalaee2021.
    """

    def cycles(drive: float, pair: str) -> tuple[float, float, float]:
        hot, cold = (gap / np.log1p(1.0 / quanta) for gap, _, quanta in (HOT, COLD))
        numbers = {"gap_hot": HOT[0], "gap_cold": COLD[0], "rate_hot": HOT[1], "rate_cold": COLD[1]}
        model = three_level_maser(drive, hot, cold, **numbers, driven_pair="lower" if pair == "lower" else "upper")
        mean, noise = cumulants(model, (1.0 / HOT[0]) * heat(model, "hot"), order=2).values
        produced = float(entropy_flow(model).mean(steady_state(model)))
        return float(mean), float(noise), float(noise * produced / mean**2)

    system = "three-level maser, rates 0.1 and 2, quanta 5 and 0.027"
    found = cycles(0.15, "lower")
    exact = "kalaee2021, closed form"
    return [
        Case(system, "cycles per time, lower pair driven at 0.15", 0.0792548131579, found[0], EXACT, exact),
        Case(system, "noise, lower pair driven at 0.15", 0.0384806936424, found[1], EXACT, exact),
        Case(system, "uncertainty product, lower pair driven at 0.15", 1.67811216282, found[2], EXACT, exact),
        Case(
            system,
            "smallest uncertainty product, upper pair driven",
            2.37507458858,
            cycles(0.893564986101, "upper")[2],
            1e-7,
            "generator and pseudo-inverse, minimum over drives",
        ),
    ]


BY_HAND = 1e-12  # relative deviation allowed of a closed form
WARM = 2.0


def heat_of_a_pair() -> list[Case]:
    """Heat that a two-level system of gap 1 gives up to a bath, down to where the absorption underflows."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    found = []
    for ratio in (2.0, 800.0, 1300.0):
        bath, absorbed = Bath("bath", 1.0 / ratio), float(np.exp(-ratio))
        pair = [Channel(0.1 * lower, bath, -1.0), Channel(0.1 * np.sqrt(absorbed) * lower.T, bath, 1.0)]
        model = Model(np.diag([0.0, 1.0]), pair)
        heat = ledger(model, evolve(model, Gibbs(WARM), [1e5])).heat["bath"][-1]
        expected = absorbed / (1.0 + absorbed) - 1.0 / (1.0 + np.exp(1.0 / WARM))
        system = f"pair written by hand, gap over temperature {ratio:g}"
        found.append(Case(system, "heat from Gibbs at 2", expected, float(heat), BY_HAND, "closed form, Gibbs states"))
    return found
