"""Modes far slower than the fastest: values to their own digits, and as many that last as there are closed parts."""

from __future__ import annotations

import numpy as np
import pytest

import slow_machines as machines
import thermokin as tk
from oracles import Array
from thermokin.numerics import slow_modes as module
from thermokin.numerics.slow_modes import slow_modes

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

DIGITS = 2e-12  # an eigensolver's own for modes of 1e-4 of the fastest; slower ones keep more
FOUR = np.array([0.0, 1.0, 1.7, 3.0])


def four_levels(link: float, temperature: float = 1.0) -> tk.Model:
    coupling = np.zeros((4, 4))
    coupling[0, 1] = coupling[1, 0] = coupling[2, 3] = coupling[3, 2] = 1.0
    coupling[1, 2] = coupling[2, 1] = link
    return tk.library.levels(FOUR, coupling, 0.01, temperature)


def chain(link: float) -> Array:
    return np.array([[0, 0.3, 0, 0], [0.7, 0, link, 0], [0, 0.3 * link, 0, 0.2], [0, 0, 0.9, 0]])


@pytest.mark.parametrize(("link", "gap"), [(1e-5, 3.9746474293831422e-12), (1e-6, 3.9746474558059316e-14),
                                           (1e-8, 3.9746474560728022e-18)])  # fmt: skip
def test_the_gap_of_two_linked_ladders_is_that_of_eighty_digits(link: float, gap: float) -> None:
    """Reference: inverse iteration on the path of 160 levels in 80 digits, on the same rates."""
    np.testing.assert_allclose(tk.modes(machines.ladders(link)).gap, gap, rtol=1e-13)


@pytest.mark.parametrize(("link", "gap"), [(1e-7, 1.8263021469e-16), (1e-10, 1.8263021469e-22)])
def test_the_gap_of_four_levels_is_that_of_their_weak_link(link: float, gap: float) -> None:
    np.testing.assert_allclose(tk.modes(four_levels(link)).gap, gap, rtol=1e-10)


@pytest.mark.parametrize("link", [1e-13, 1e-16, 1e-30])
def test_the_gap_of_a_chain_of_two_pairs_is_the_sum_of_what_crosses(link: float) -> None:
    """Closed form: each pair at rest within, (7, 3) and (2, 9): .7 x .3 link one way, 2/11 link the other."""
    np.testing.assert_allclose(tk.modes(tk.rates(chain(link))).gap, link * (0.21 + 2.0 / 11.0), rtol=1e-12)


def test_the_verdict_on_gaps_reads_the_slow_link() -> None:
    def family(temperature: float) -> tk.Model:
        return four_levels(1e-7, temperature)

    race = tk.compare(tk.reciprocal(family, 0.5, 2.0), np.linspace(0.0, 300.0, 5))
    # Both proportional to the link squared: what 1e-3 gives, scaled; corrections are of the order of 1e-6.
    for gap, temperature in zip(race.spectral.gaps, (2.0, 0.5), strict=True):
        wide = float(tk.modes(four_levels(1e-3, temperature)).gap)
        np.testing.assert_allclose(gap, wide * 1e-8, rtol=1e-5)
    overlaps = race.spectral.slow_overlaps
    assert all(np.isfinite(overlaps[side]) for side in (0, 1))


@pytest.mark.parametrize("seed", range(10))
def test_values_of_reversible_parts_keep_their_digits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = machines.grouped_levels(rng, int(rng.integers(4, 10)), int(rng.integers(2, 5)), 40.0)
    found = tk.modes(model)
    motion = tk.evolve(model, np.eye(model.dimension)[0], [1.0]).motion
    assert motion is not None
    expected = machines.exact_values(np.asarray(motion.rates)).real
    np.testing.assert_allclose(found.values[1:], expected[1:], rtol=DIGITS)
    overlap = found.left.T @ found.right
    np.testing.assert_allclose(overlap, np.eye(model.dimension), atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_values_of_parts_that_turn_keep_their_digits(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    rates = machines.grouped_rates(rng, int(rng.integers(4, 9)), int(rng.integers(2, 4)), 40.0)
    found = tk.modes(tk.rates(rates))
    expected = machines.exact_values(rates)
    np.testing.assert_allclose(np.sort(found.values.real), np.sort(expected.real), rtol=1e-9, atol=1e-90)
    np.testing.assert_allclose(found.left.conj().T @ found.right, np.eye(len(rates)), atol=1e-10)
    np.testing.assert_allclose(found.gap, -expected[1].real, rtol=1e-11)


def test_as_many_modes_last_as_there_are_parts_that_nothing_leaves() -> None:
    """Two closed pairs, one level that drains into both slowly; within one pair the exchange is slower still."""
    rates = np.zeros((5, 5))
    rates[0, 1], rates[1, 0] = 3e-25, 1e-25
    rates[2, 3], rates[3, 2] = 1.0, 2.0
    rates[0, 4], rates[2, 4] = 2e-18, 1e-18
    found = tk.modes(tk.rates(rates))
    np.testing.assert_array_equal(found.values[:2], 0.0)
    np.testing.assert_allclose(found.values[2:].real, [-4e-25, -3e-18, -3.0], rtol=1e-13)
    np.testing.assert_allclose(found.gap, 4e-25, rtol=1e-13)
    np.testing.assert_allclose(found.left.conj().T @ found.right, np.eye(5), atol=1e-12)
    still = tk.modes(tk.rates(np.zeros((3, 3))))
    np.testing.assert_array_equal(still.gap, 0.0)


def test_points_of_a_sweep_have_the_modes_they_have_alone() -> None:
    links = 10.0 ** -np.array([0.0, 2.0, 6.0, 9.0, 15.0])
    coupling = np.zeros((5, 4, 4))
    coupling[:, 0, 1] = coupling[:, 1, 0] = coupling[:, 2, 3] = coupling[:, 3, 2] = 1.0
    coupling[:, 1, 2] = coupling[:, 2, 1] = links
    sweep = tk.modes(tk.library.levels(FOUR, coupling, 0.01, 1.0))
    for number, link in enumerate(links):
        alone = tk.modes(four_levels(link))
        np.testing.assert_allclose(sweep.values[number], alone.values, rtol=1e-12)
        np.testing.assert_allclose(sweep.gap[number], alone.gap, rtol=1e-12)
    turning = np.stack([machines.grouped_rates(np.random.default_rng(seed), 5, 2, 30.0) for seed in range(4)])
    together = tk.modes(tk.rates(turning))
    for number, rates in enumerate(turning):
        np.testing.assert_allclose(together.gap[number], tk.modes(tk.rates(rates)).gap, rtol=1e-11)


def test_clusters_of_slow_modes_thirty_decades_apart_are_found_one_after_the_other() -> None:
    """Eight levels in a row, each link a thousand times to a million times weaker than the one before."""
    links = 10.0 ** -np.array([0.0, 3.0, 7.0, 12.0, 18.0, 24.0, 30.0])
    rates, level = np.zeros((8, 8)), np.arange(7)
    rates[level + 1, level], rates[level, level + 1] = links, 2.0 * links
    found, expected = tk.modes(tk.rates(rates)), machines.exact_values(rates).real
    np.testing.assert_allclose(found.values.real[1:], expected[1:], rtol=DIGITS)


def test_slow_modes_whose_exchange_underflows_are_refused() -> None:
    """The one way from level 1 to level 0 is over level 2, by 1e-200 of the odds at a rate of 1e-200: below doubles."""
    rates = np.array([[0.0, 0.0, 1e-200], [0.0, 0.0, 1.0], [1e-200, 1e-200, 0.0]])
    with pytest.raises(tk.errors.NotConvergedError, match="slow modes are out of reach"):
        slow_modes(rates, np.sqrt([0.5, 0.5, 1e-200]), np.array([[0.8], [-0.6], [0.0]]))
    # The whole process is in reach: level 0 empties over level 2, and hardly anything comes back.
    np.testing.assert_allclose(tk.modes(tk.rates(rates)).gap, 1e-200, rtol=1e-12)
    np.testing.assert_allclose(tk.steady_state(tk.rates(rates)).populations, [1e-200, 1.0, 1e-200], rtol=1e-12)


@pytest.mark.parametrize("round_trip", [0.0, 1e-15], ids=["detailed balance", "one way round"])
def test_modes_that_no_number_of_inverses_tells_apart_are_refused(
    monkeypatch: pytest.MonkeyPatch, round_trip: float
) -> None:
    """Clusters many decades apart, and one inverse allowed."""
    monkeypatch.setattr(module, "ROUNDS", 1)
    rates, level = np.zeros((4, 4)), np.arange(3)
    rates[level + 1, level], rates[level, level + 1] = [1.0, 1e-7, 1e-14], [2.0, 2e-7, 2e-14]
    rates[0, 3] = round_trip
    with pytest.raises(
        tk.errors.NotConvergedError, match="slow modes are out of reach: 1 shifted inverses did not tell"
    ):
        tk.modes(tk.rates(rates))
