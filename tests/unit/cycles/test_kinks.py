"""Drives and rates that bend where nothing names it: they are found, and cut there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import ValidityWarning
from thermokin.numerics.chebyshev_pieces import chebyshev_pieces
from thermokin.numerics.kinks import kinks

Z, X = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
BATH = tk.Contact(tk.Bath("bath", 0.5), X, tk.Ohmic(0.01))
DOWN = np.array([[0.0, 1.0], [0.0, 0.0]])
START = np.array([[0.2, 0.1], [0.1, 0.8]])


@pytest.fixture(autouse=True)
def _fast_drives() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


@pytest.mark.parametrize("place", [0.013, 0.37, 0.5, 0.61, 0.9])
@pytest.mark.parametrize("baths", [[BATH], []])
def test_a_drive_that_bends_is_the_two_legs_that_meet_there(place: float, baths: list[tk.Contact]) -> None:
    duration = 3.0
    bend = place * duration

    def driven(away: object) -> tk.Model:
        hamiltonian = Z + 0.5 * np.abs(np.asarray(away))[..., None, None] * (X + Z)
        return tk.davies(hamiltonian, baths) if baths else tk.Model(hamiltonian, [])

    whole = tk.evolve(tk.Leg(duration, lambda t: driven(t - bend)), START, [duration])
    legs = [tk.Leg(bend, lambda t: driven(bend - t)), tk.Leg(duration - bend, driven)]
    parts = tk.evolve(tk.Protocol(legs), START, [duration])
    np.testing.assert_allclose(whole.states, parts.states, atol=1e-11)
    np.testing.assert_allclose(whole.work_on_counted, parts.work_on_counted, atol=1e-11)
    np.testing.assert_allclose(whole.first_law, 0.0, atol=1e-11)


@pytest.mark.parametrize("jumps", [False, True])
@pytest.mark.parametrize("place", [0.37])
def test_rates_that_bend_or_jump_are_integrated_in_closed_form(place: float, *, jumps: bool) -> None:
    def strength(t: float) -> float:
        return 0.3 + (0.5 * (t > place) if jumps else abs(t - place))

    def model(t: float) -> tk.Model:
        return tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.sqrt(strength(t)) * DOWN, bath=None)])

    left = tk.evolve(tk.Leg(1.0, model), np.diag([0.0, 1.0]), [1.0]).states[0, 1, 1].real
    extra = 0.5 * (1.0 - place) if jumps else 0.5 * (place**2 + (1.0 - place) ** 2)
    assert left == pytest.approx(np.exp(-0.3 - extra), abs=2e-11)


def test_runs_of_a_drive_that_bends_wait_as_its_propagator_says() -> None:
    """Survival of the upper state under a rate |t - c|: exp(-integral), on which jump times are uniform."""

    def model(t: float) -> tk.Model:
        gap = 1.0 + abs(t - 1.1)
        return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath("cold", 0.0), X, tk.Ohmic(0.5))])

    runs = tk.unravel(tk.Leg(3.0, model), np.diag([0.0, 1.0]), [3.0], trajectories=4000, seed=5)
    t = runs.jump_times
    lost = 0.5 * (t + 0.5 * (1.21 + (t - 1.1) * np.abs(t - 1.1)))
    whole = 1.0 - np.exp(-0.5 * (3.0 + 0.5 * (1.21 + 1.9**2)))
    ladder = np.sort(-np.expm1(-lost)) / whole
    steps = np.arange(ladder.size + 1) / ladder.size
    distance = max(np.abs(ladder - steps[1:]).max(), np.abs(ladder - steps[:-1]).max())
    assert distance * np.sqrt(ladder.size) < 1.63  # Kolmogorov's 1 %


def test_a_bend_is_placed_to_rounding_and_a_smooth_function_has_none() -> None:
    edges = np.array([0.0, 1.0])
    found = kinks(chebyshev_pieces(lambda t: np.abs(t - 0.3)[:, None], edges))
    assert np.abs(found - 0.3).min() < 1e-15
    assert kinks(chebyshev_pieces(lambda t: np.exp(-(((t - 0.3) / 1e-3) ** 2))[:, None], edges)).size == 0
