"""Gap, overlaps and the mode that carries the asymmetry, against eigenvectors written out by hand."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import oracles
import systems
import thermokin as tk
from oracles import Array
from thermokin.quench.spectral_account import SpectralAccount
from thermokin.views.comparison_page import _modes

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

ENERGIES = np.array([0.0, 1.0, 1.7, 3.0])
COUPLING = np.array([[0.0, 1.0, 0.4, 0.2], [1.0, 0.0, 0.7, 0.5], [0.4, 0.7, 0.0, 0.9], [0.2, 0.5, 0.9, 0.0]])
ENDS = (0.5, 2.0)


def family(temperature: Any) -> tk.Model:
    return tk.library.levels(ENERGIES, COUPLING, 1.0, temperature)


def matrix(temperature: float) -> Array:
    return oracles.thermal_rate_matrix(ENERGIES, COUPLING**2, lambda w: 1.0, temperature)


@functools.cache
def account() -> SpectralAccount:
    return tk.compare(tk.reciprocal(family, *ENDS), [0.0, 1.0]).spectral


SIDES = ((0.5, 2.0), (2.0, 0.5))  # start and bath of heating and of cooling


def test_gaps_and_overlaps_are_those_of_the_symmetrised_rate_matrix() -> None:
    for index, (start, bath) in enumerate(SIDES):
        final, first = (oracles.gibbs_populations(ENERGIES, t) for t in (bath, start))
        # An eigendecomposition of a four by four matrix.
        assert float(account().gaps[index]) == pytest.approx(oracles.spectral_gap(matrix(bath), final), rel=1e-12)
        squared = oracles.slow_overlap_squared(matrix(bath), final, first)
        assert float(account().slow_overlaps[index]) ** 2 == pytest.approx(squared, rel=1e-10)
        values, right = np.linalg.eig(matrix(bath))
        order = np.argsort(-values.real)
        left = np.linalg.inv(right[:, order])
        invariant = abs(left[1] @ first) * np.abs(right[:, order][:, 1]).sum()
        assert float(account().slow_trace_overlaps[index]) == pytest.approx(invariant, rel=1e-9)


def test_the_squared_overlaps_add_up_to_the_chi_square_distance() -> None:
    comparison = tk.compare(tk.reciprocal(family, *ENDS), [0.0])
    for side, (start, bath) in zip((comparison.heating, comparison.cooling), SIDES, strict=True):
        overlaps = side.modes.overlaps(tk.Gibbs(start))
        final, first = (oracles.gibbs_populations(ENERGIES, t) for t in (bath, start))
        assert float((overlaps[1:] ** 2).sum()) == pytest.approx(float(((first - final) ** 2 / final).sum()), rel=1e-11)


def test_the_first_rate_is_shared_among_modes_and_one_carries_the_asymmetry() -> None:
    shares = []
    for index, (start, bath) in enumerate(SIDES):
        final, first = (oracles.gibbs_populations(ENERGIES, t) for t in (bath, start))
        values, vectors = oracles.symmetrised_modes(matrix(bath), final)
        overlap = vectors.T @ ((first - final) / np.sqrt(final))
        right = np.sqrt(final)[:, None] * vectors
        force = np.log(first) - np.log(final)
        expected = -(values * overlap * (right.T @ force))[1:]
        shares.append(expected)
        np.testing.assert_allclose(account().initial_mode_rates[index], expected, rtol=1e-9, atol=1e-14)
        total = oracles.rate_entropy_production(matrix(bath), first)
        assert float(account().initial_mode_rates[index].sum()) == pytest.approx(total, rel=1e-11)
    assert account().carrier == 1 + np.argmax(np.abs(shares[0] - shares[1]))


def test_a_qubit_has_one_mode_that_carries_everything() -> None:
    found = tk.compare(tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), *ENDS), [0.0]).spectral
    assert found.carrier == 1
    heating = systems.TwoStateQuench()
    for gap, rates, quench in zip(found.gaps, found.initial_mode_rates, (heating, heating.reversed()), strict=True):
        assert float(gap) == pytest.approx(quench.relaxation, rel=1e-14)
        assert float(rates[0]) == pytest.approx(float(quench.entropy_production_rate(0.0)), rel=1e-12)


def test_every_point_of_a_sweep_has_its_own_account() -> None:
    cold, hot = np.array([0.5, 0.7]), np.array([2.0, 1.5])
    swept = tk.compare(tk.reciprocal(family, cold, hot), [0.0]).spectral
    assert swept.carrier.shape == (2,)
    for index in range(2):
        alone = tk.compare(tk.reciprocal(family, cold[index], hot[index]), [0.0]).spectral
        for name in ("gaps", "slow_overlaps", "slow_trace_overlaps", "initial_mode_rates"):
            for one, two in zip(getattr(swept, name), getattr(alone, name), strict=True):
                np.testing.assert_allclose(one[index], two, rtol=1e-9, atol=1e-14, err_msg=name)
        assert swept.carrier[index] == alone.carrier


def test_the_modes_of_two_baths_resolve_no_entropy_production() -> None:
    contacts = [tk.Contact(tk.Bath(n, t), COUPLING, tk.Ohmic(0.01)) for n, t in (("cold", 0.5), ("hot", 1.5))]
    model = tk.davies(np.diag(ENERGIES), contacts)
    one, two = (tk.Quench(n, model, tk.Gibbs(t)) for n, t in (("a", 0.5), ("b", 2.0)))
    found = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0]).spectral
    assert float(found.gaps[0]) == float(found.gaps[1]) > 0.0
    message = "modes resolve the entropy production of populations that relax to one equilibrium"
    with pytest.raises(tk.errors.HypothesisError, match=message):
        _ = found.carrier
    with pytest.raises(tk.errors.HypothesisError, match=message):
        _ = found.initial_mode_rates


def test_a_coherent_start_has_the_gap_of_all_that_it_fills() -> None:
    """A qubit's coherence decays at half the rate of its populations: that is then the slowest mode."""
    model = tk.library.qubit(1.0, 0.01, 0.8)
    states = [np.array([[0.7, 0.2], [0.2, 0.3]]), np.diag([0.2, 0.8])]
    one, two = (tk.Quench(n, model, state) for n, state in zip(("a", "b"), states, strict=True))
    found = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0]).spectral
    relaxation = 0.01 / np.tanh(0.5 / 0.8)
    assert float(found.gaps[0]) == pytest.approx(0.5 * relaxation, rel=1e-12)
    assert float(found.gaps[1]) == pytest.approx(relaxation, rel=1e-12)
    # |c| ||R||_1 of |0><1|: the element itself.
    assert float(found.slow_trace_overlaps[0]) == pytest.approx(0.2, rel=1e-10)


def test_levels_kept_apart_have_a_slowest_mode_that_is_not_the_second() -> None:
    """Two pairs of levels that no jump links: two modes last, and the slower pair sets the pace."""
    coupling = np.zeros((4, 4))
    coupling[0, 2] = coupling[2, 0] = coupling[1, 3] = coupling[3, 1] = 1.0
    energies = np.array([0.0, 0.3, 1.0, 1.7])
    found = tk.compare(
        tk.reciprocal(lambda t: tk.library.levels(energies, coupling, 0.01, t), *ENDS), [0.0, 1.0]
    ).spectral
    for index, (start, bath) in enumerate(SIDES):
        # Each pair is a qubit of rate g coth(w/2T); the wider gap is the slower one.
        assert float(found.gaps[index]) == pytest.approx(0.01 / np.tanh(1.4 / (2 * bath)), rel=1e-10)
        first = oracles.gibbs_populations(energies, start)
        share = first[1] + first[3]
        excited = share * oracles.gibbs_populations(energies[[1, 3]], bath)[1]
        # |c| ||R||_1 of a pair: twice what has to move from one level to the other.
        assert float(found.slow_trace_overlaps[index]) == pytest.approx(2 * abs(first[3] - excited), rel=1e-10)


def two_like_levels(temperature: Any) -> tk.Model:
    """Levels 1 and 2 alike above 0: their difference decays at the rate g down, their sum at g (1 + 2 exp(-1/T))."""
    return tk.library.levels([0.0, 1.0, 1.0], [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]], 1.0, temperature)


def test_a_gap_of_a_mode_that_neither_quench_populates_is_said_to_be_one() -> None:
    comparison = tk.compare(tk.reciprocal(two_like_levels, *ENDS), [0.0, 1.0])
    assert max(float(overlap) for overlap in comparison.spectral.slow_overlaps) < 1e-14
    assert not any(comparison.spectral.slow_populated)
    assert comparison.verdict("gap").about == (
        "decay rate of the slowest mode, of which heating and cooling hold no more than rounding"
    )
    assert "heating and cooling hold no more than rounding, so that the gap does not tell" in str(_modes(comparison))


def test_a_gap_of_a_mode_that_one_quench_populates_names_the_other() -> None:
    model = two_like_levels(1.0)
    one, two = tk.Quench("one", model, tk.Populations([0.5, 0.3, 0.2])), tk.Quench("two", model, tk.Gibbs(2.0))
    comparison = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0, 1.0])
    assert [bool(held) for held in comparison.spectral.slow_populated] == [True, False]
    assert comparison.verdict("gap").about.endswith("of which two holds no more than rounding")


def test_a_gap_of_a_mode_that_both_populate_needs_no_word() -> None:
    comparison = tk.compare(tk.reciprocal(family, *ENDS), [0.0, 1.0])
    assert all(comparison.spectral.slow_populated)
    assert comparison.verdict("gap").about == ""


def test_at_each_point_of_a_sweep_it_is_known_whether_the_slowest_mode_is_populated() -> None:
    rows = np.array([[0.5, 0.3, 0.2], [0.5, 0.25, 0.25], [0.4, 0.6, 0.0]])
    sweep = two_like_levels(np.ones(3))
    one, two = tk.Quench("one", sweep, tk.Populations(rows)), tk.Quench("two", sweep, tk.Gibbs(2.0))
    comparison = tk.compare(tk.QuenchPair(one, two, "by hand", {}), [0.0, 1.0])
    assert list(comparison.spectral.slow_populated[0]) == [True, False, True]
    assert not comparison.spectral.slow_populated[1].any()
    assert comparison.verdict("gap").about == ""
