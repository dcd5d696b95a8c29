"""Motion under strong coupling, where it is known exactly: a qubit that dephases by a damped mode."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk

SPIN = tk.operators.pauli()
TIMES, COUPLING, MODE, TEMPERATURE = np.array([0.5, 3.0, 10.0, 20.0]), 0.2, 1.3, 0.5


def independent_bosons(width: float, time: float) -> float:
    """exp(-4 int dw J(w) coth(w/2T) (1 - cos wt) / w^2), the coherence left of a start beside a bath at rest."""
    spectrum = tk.Brownian(COUPLING, MODE, width)

    def part(w: float) -> float:
        density = float(spectrum(np.array([w]))[0]) / (2.0 * np.pi)
        return 4.0 * density / np.tanh(0.5 * w / TEMPERATURE) * (1.0 - np.cos(w * time)) / w**2

    edges = [1e-9, 0.1, 0.5, *(MODE + k * width for k in (-10, -1, 0, 1, 10)), 3.0, 10.0, 60.0]
    return float(np.exp(-sum(quad(part, *pair, limit=400)[0] for pair in pairwise(edges))))


def test_a_qubit_dephases_as_by_independent_bosons_up_to_the_width() -> None:
    off = []
    for width in (0.01, 0.0025):
        contact = tk.Contact(tk.Bath("bath", TEMPERATURE), SPIN.z, tk.Brownian(COUPLING, MODE, width))
        found = tk.reaction_coordinate(0.5 * SPIN.z, [contact], levels=14)
        moved = tk.evolve(found.model, found.start(np.full((2, 2), 0.5)), TIMES)
        coherence = 2.0 * np.abs(found.reduced(moved.states)[:, 0, 1])
        exact = np.array([independent_bosons(width, time) for time in TIMES])
        off.append(float(np.abs(coherence - exact).max()))
    assert off[1] == pytest.approx(off[0] / 4.0, rel=0.1)
    assert off[1] < 3e-4
