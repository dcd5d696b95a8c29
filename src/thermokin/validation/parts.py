"""Cases of correlated parts: Werner states, three qubits in two classes, two oscillators on a spring."""

from __future__ import annotations

import numpy as np

from thermokin.gaussian.bosons import bosons
from thermokin.gaussian.contacts import NormalModeContact
from thermokin.gaussian.gaussian_state import steady_state
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Flat
from thermokin.parts.part_correlations import part_correlations
from thermokin.validation.case import Case

__all__ = ["oscillators_on_a_spring", "two_and_three_qubits"]

WITHIN = 1e-12


def two_and_three_qubits() -> list[Case]:
    """States whose entanglement is known in closed form."""
    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
    werner = part_correlations(0.8 * np.outer(singlet, singlet) + 0.05 * np.eye(4), (2, 2))
    w = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]) / np.sqrt(3.0)
    three = part_correlations(np.outer(w, w), (2, 2, 2))
    p = np.array([0.85, 0.05, 0.05, 0.05])
    shared = 2.0 * np.log(2.0) + float((p * np.log(p)).sum())
    name, source = "Werner state of weight 0.8", "closed form"
    return [
        Case(name, "concurrence", 0.7, float(werner.concurrence[0]), WITHIN, "closed form; Wootters 1998"),
        Case(name, "negativity", 0.35, float(werner.negativity[0]), WITHIN, "closed form; Vidal, Werner 2002"),
        Case(name, "mutual information", shared, float(werner.mutual_information[0]), WITHIN, source),
        Case(
            "W state of three qubits", "concurrence of a pair", 2.0 / 3.0, float(three.concurrence[0]), WITHIN, source
        ),
    ]


def oscillators_on_a_spring() -> list[Case]:
    """Two oscillators of frequency 1 on a spring, in the Gibbs state of both."""
    baths = [NormalModeContact(Bath(str(site), 0.05), site, Flat(0.02)) for site in (0, 1)]
    spring = np.array([[0.0, 0.3], [0.3, 0.0]])
    found = part_correlations(steady_state(bosons(np.eye(2) + spring, baths, pairing=spring)))
    fast, slow = np.sqrt(1.6), np.sqrt(0.4)
    spread = np.tanh(fast / 0.1) * np.tanh(slow / 0.1)
    expected = 0.5 * float(np.log(spread * fast / slow))
    system = "oscillators 1, 1 on a spring of 0.3, T = 0.05"
    ours = float(found.logarithmic_negativity[0])
    return [Case(system, "logarithmic negativity", expected, ours, 1e-10, "closed form, normal modes")]
