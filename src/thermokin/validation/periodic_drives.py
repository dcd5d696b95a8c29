"""Cases of Floquet states: a rotating field and a shaken gap, solved in closed form."""

from __future__ import annotations

import numpy as np

from thermokin.cycles.drive import Drive
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Ohmic
from thermokin.operators.spins import pauli
from thermokin.periodic.floquet import floquet
from thermokin.validation.case import Case

__all__ = ["rotating_field", "shaken_gap"]

FREQUENCY, STRENGTH, TEMPERATURE = 1.3, 1e-3, 0.6
PERIOD = 2.0 * np.pi / FREQUENCY
CLOSED = "closed form, 30 digits"
WITHIN = 1e-9
QUASI, POWER = 0.5, -4.1149012580673308e-4
SHAKEN_POPULATION, SHAKEN_POWER = 0.17702481372048452, -1.4498328758489007e-4


def rotating_field() -> list[Case]:
    """A qubit of gap 1 in a field .4 that rotates."""
    x, y, z = pauli().x, pauli().y, pauli().z
    field = [[0.2 * x, lambda t: np.cos(FREQUENCY * t)], [0.2 * y, lambda t: np.sin(FREQUENCY * t)]]
    contact = Contact(Bath("bath", TEMPERATURE), x, Ohmic(STRENGTH))
    found = floquet(Drive([0.5 * z, *field]), [contact], PERIOD)
    system = "qubit, gap 1, rotating field .4 at 1.3, Ohmic bath at .6"
    apart = float(np.ptp(np.sort(np.remainder(found.quasienergies, FREQUENCY))))
    numbers = {
        "difference of quasi-energies": (QUASI, apart),
        "power delivered": (POWER, float(found.power)),
        "entropy production": (-POWER / TEMPERATURE, float(found.entropy_production)),
    }
    return [Case(system, name, *pair, WITHIN, CLOSED) for name, pair in numbers.items()]


def shaken_gap() -> list[Case]:
    """A qubit whose gap 1 swings by .9."""
    z = pauli().z
    contact = Contact(Bath("bath", TEMPERATURE), pauli().x, Ohmic(STRENGTH))
    found = floquet(Drive([0.5 * z, [0.45 * z, lambda t: np.cos(FREQUENCY * t)]]), [contact], PERIOD)
    system = "qubit, gap 1 + .9 cos 1.3 t, Ohmic bath at .6"
    numbers = {
        "population of the upper mode": (SHAKEN_POPULATION, float(found.populations[1])),
        "power delivered": (SHAKEN_POWER, float(found.power)),
    }
    return [Case(system, name, *pair, WITHIN, "sums of Bessel functions, 30 digits") for name, pair in numbers.items()]
