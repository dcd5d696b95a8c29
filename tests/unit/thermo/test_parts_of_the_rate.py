"""The parts of the entropy production rate where the whole is infinite, and where some points have none."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

RING = np.array([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def stationary(rates: np.ndarray) -> np.ndarray:
    generator = rates - np.diag(rates.sum(axis=0))
    generator[-1] = 1.0
    return np.linalg.solve(generator, np.eye(len(rates))[-1])


@pytest.mark.filterwarnings("error")
def test_the_adiabatic_part_is_finite_from_a_start_without_full_rank() -> None:
    """By hand: sum_ij W_ij p_j (ln W_ij/W_ji - ln pi_i/pi_j), from level 0 alone."""
    model = tk.rates(RING)
    found = tk.ledger(model, tk.evolve(model, tk.Populations([1.0, 0.0, 0.0]), [0.0, 1e-6]))
    rest = stationary(RING.copy())
    expected = sum(RING[i, 0] * (np.log(RING[i, 0] / RING[0, i]) - np.log(rest[i] / rest[0])) for i in (1, 2))
    assert found.adiabatic[0] == pytest.approx(expected, rel=1e-12)
    assert found.adiabatic[1] == pytest.approx(expected, rel=1e-4)
    assert found.nonadiabatic[0] == np.inf


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("tunnelling", [0.0, 0.3])
def test_the_adiabatic_part_of_two_baths_is_finite_from_the_ground_state(tunnelling: float) -> None:
    """The limit from later times, where the whole rate less the non-adiabatic part is finite."""
    hamiltonian = np.diag([0.0, 1.0, 1.0 + 0.7]) + tunnelling * (np.eye(3, k=1) + np.eye(3, k=-1))
    channels = []
    for name, temperature, upper in (("hot", 2.0, 2), ("cold", 0.5, 1)):
        bath, gap = tk.Bath(name, temperature), float(np.diag([0.0, 1.0, 1.7])[upper, upper])
        jump = np.zeros((3, 3))
        jump[0, upper] = 0.4
        channels += [tk.Channel(jump, bath, -gap), tk.Channel(np.exp(-0.5 * gap / temperature) * jump.T, bath, gap)]
    bath, jump = tk.Bath("hot", 2.0), np.zeros((3, 3))
    jump[1, 2] = 0.3
    channels += [tk.Channel(jump, bath, -0.7), tk.Channel(np.exp(-0.5 * 0.7 / 2.0) * jump.T, bath, 0.7)]
    model = tk.Model(hamiltonian, channels, energy_operator=np.diag([0.0, 1.0, 1.7]))
    found = tk.ledger(model, tk.evolve(model, np.diag([1.0, 0.0, 0.0]), [0.0, 1e-5, 1.0]))
    assert np.isfinite(found.adiabatic).all()
    later = found.entropy_production_rate[1:] - found.nonadiabatic[1:]
    np.testing.assert_allclose(found.adiabatic[1:], later, rtol=1e-7, atol=1e-9)
    assert found.adiabatic[0] == pytest.approx(found.adiabatic[1], rel=1e-3)


def test_a_one_way_link_leaves_the_part_of_coherences_finite() -> None:
    """-d/dt [S(diag rho) - S(rho)] of pure loss, by differences of entropies at nearby times."""
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.3 * LOWER, None)])
    start = np.array([[0.5, 0.2 + 0.1j], [0.2 - 0.1j, 0.5]])
    found = tk.ledger(model, tk.evolve(model, start, [0.0, 1.0]))
    assert np.isinf(found.entropy_production_rate).all()
    step = 1e-4
    for place, time in enumerate((step, 1.0)):
        near = tk.ledger(model, tk.evolve(model, start, [time - step, time + step]))
        excess = np.array([float(-(p * np.log(p)).sum()) for p in near.evolution.populations]) - near.entropy
        assert found.coherence_part[place] == pytest.approx(-np.diff(excess)[0] / (2 * step), rel=1e-3)


def test_a_pure_state_of_all_levels_loses_coherence_infinitely_fast_at_first() -> None:
    model = tk.library.qubit(1.0, 0.01, 1.0)
    ket = np.array([0.6, 0.8])
    found = tk.ledger(model, tk.evolve(model, np.outer(ket, ket), [0.0, 1.0]))
    assert found.coherence_part[0] == np.inf
    assert np.isfinite(found.coherence_part[1])


def test_points_without_a_steady_state_of_full_rank_are_named_and_leave_their_neighbours() -> None:
    sweep = np.array([[[0.0, 1.0], [0.3, 0.0]], [[0.0, 1.0], [0.0, 0.0]]])
    model = tk.rates(sweep)
    found = tk.ledger(model, tk.evolve(model, tk.Populations([0.5, 0.5]), [0.0, 1.0]))
    with pytest.warns(tk.errors.LostPointsWarning, match="lacks full rank at 1 of 2 points") as caught:
        parts = found.nonadiabatic
    assert caught[0].message.points == ((1,),)  # type: ignore[union-attr]
    assert np.isnan(parts[1]).all()
    alone = tk.rates(sweep[0])
    expected = tk.ledger(alone, tk.evolve(alone, tk.Populations([0.5, 0.5]), [0.0, 1.0])).nonadiabatic
    np.testing.assert_allclose(parts[0], expected, rtol=1e-14)
