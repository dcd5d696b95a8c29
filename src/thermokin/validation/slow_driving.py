"""Cases of slow driving: the friction of a qubit, and the length of the erasure of a bit."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.one_bath import qubit
from thermokin.model.model import Model
from thermokin.model.spectrum import Ohmic
from thermokin.slow_driving.friction import friction
from thermokin.slow_driving.shortest_paths import geodesic
from thermokin.slow_driving.slow_drive import slow_drive
from thermokin.validation.case import Case

__all__ = ["slow_driving"]

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
INTEGRAL = "closed integral"


def _bit(gap: Any) -> Model:
    energy = np.asarray(gap)[..., None, None] * np.diag([0.0, 1.0])
    return davies(energy, [Contact(Bath("bath", 1.0), FLIP, Ohmic(1.0))])


def slow_driving() -> list[Case]:
    """What slow driving of a gap costs."""
    found = friction(qubit, {"gap": 1.0, "rate": 1.0, "temperature": 1.0}, ["gap"])
    excited = 1.0 / (exp(1.0) + 1.0)
    closed = float(excited * (1.0 - excited) * np.tanh(0.5))
    erased = geodesic(_bit, {"gap": 1e-3}, {"gap": 12.0})
    whole = slow_drive(_bit, {"gap": (1e-9, 70.0)})
    bath = "qubit on an Ohmic bath at 1"
    return [
        Case("qubit of gap 1 on a flat bath at 1", "friction", closed, float(found.tensor[0, 0]), 1e-12, "closed form"),
        Case(f"{bath}, gap 0.001 to 12", "squared length", 0.8865339565, erased.length**2, 1e-9, INTEGRAL),
        Case(f"{bath}, gap 0.001 to 12", "least excess work", 0.8865339565, erased.drive.action, 1e-9, INTEGRAL),
        Case(f"{bath}, gap 0 to infinity", "squared length", 0.8897137891, whole.length**2, 1e-9, INTEGRAL),
    ]
