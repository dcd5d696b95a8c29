"""Numbers beside arrows of a map stand on nothing that is drawn, where there is room."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.report.free_room import FreeRoom, printed_half

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def test_the_first_free_place_is_taken_else_that_which_meets_least() -> None:
    room, half = FreeRoom(), printed_half("0.0123")
    room.take(np.zeros(2), (3.0, 3.0))
    room.take_line(np.array([0.0, 10.0]), np.array([40.0, 10.0]), 0.5, owner=7)
    places = [np.zeros(2), np.array([20.0, 10.0]), np.array([20.0, 20.0]), np.array([30.0, 30.0])]
    assert room.first_free(places, half, owner=0) == 2
    assert room.first_free(places, half, owner=7) == 1
    assert room.first_free(places[:2], half, owner=0) == 1


def test_a_bath_within_a_lattice_and_chords_leave_numbers_readable() -> None:
    wide = 4
    hamiltonian = np.eye(wide * wide)
    for site in range(wide * wide):
        for other in [site + 1] * (site % wide < wide - 1) + [site + wide] * (site + wide < wide * wide):
            hamiltonian[site, other] = hamiltonian[other, site] = 0.1 if other == site + 1 else 0.08
    baths = [("hot", 2.0, 0), ("cold", 0.3, wide * wide - 1), ("middle", 1.0, 5)]
    contacts = [tk.gaussian.SiteContact(tk.Bath(name, heat), site, tk.Flat(0.05)) for name, heat, site in baths]
    figure, axes = tk.bond_currents(tk.gaussian.bosons(hamiltonian, contacts)).plot()
    figure.canvas.draw()
    boxes = [one.get_window_extent() for one in axes.ravel()[0].texts]
    sheet = figure.bbox
    met = [(j, k) for k, other in enumerate(boxes) for j, one in enumerate(boxes[:k]) if one.overlaps(other)]
    assert not met
    assert all(sheet.x0 <= one.x0 and one.x1 <= sheet.x1 and sheet.y0 <= one.y0 and one.y1 <= sheet.y1 for one in boxes)


def test_numbers_of_dotted_arrows_stay_on_the_sheet() -> None:
    ring = np.eye(6, dtype=complex)
    for site in range(6):
        ring[site, (site + 1) % 6] += 0.3 * np.exp(0.25j)
        ring[(site + 1) % 6, site] += 0.3 * np.exp(-0.25j)
    contacts = [
        tk.gaussian.NormalModeContact(tk.Bath(name, heat), site, tk.Flat(0.002))
        for name, heat, site in (("hot", 0.5, 0), ("cold", 0.4, 2))
    ]
    figure, axes = tk.bond_currents(tk.gaussian.bosons(ring, contacts), quantity="particles").plot()
    figure.canvas.draw()
    sheet = figure.bbox
    for text in axes.ravel()[0].texts:
        box = text.get_window_extent()
        assert sheet.x0 <= box.x0
        assert box.x1 <= sheet.x1
        assert sheet.y0 <= box.y0
        assert box.y1 <= sheet.y1
