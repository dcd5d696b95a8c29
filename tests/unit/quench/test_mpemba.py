"""The Mpemba finder: the reference permutation, rotations that empty the slowest mode, and what they cannot do."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings

import builders
import oracles
import strategies
import thermokin as tk
from reference_cases import case
from thermokin.quench.mpemba import Mpemba, mpemba
from thermokin.quench.slow_mode import PairRotation, Permutation

FEW = settings(max_examples=15, deadline=None)
MEASURES = [
    tk.distances.RelativeEntropy(),
    tk.distances.Trace(),
    tk.distances.Bures(),
    tk.distances.HilbertSchmidt(),
    tk.distances.WignerYanase(),
]


@pytest.fixture(autouse=True)
def _strong_rates_are_meant() -> Iterator[None]:
    # These models are exact as rate equations; how weak their coupling is does not matter here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def four_levels(temperature: float = 2.0) -> tk.Model:
    p = case("four_level_ohmic").parameters
    return tk.library.levels(p["E"], np.sqrt(p["K"]), 1.0, temperature, spectrum=tk.Ohmic(0.05, 5.0))


def rate_matrix() -> oracles.Array:
    p = case("four_level_ohmic").parameters
    return oracles.thermal_rate_matrix(p["E"], p["K"], lambda w: 0.05 * w * np.exp(-w / 5.0), 2.0)


def divergences_by_matrix_exponential(found: Mpemba, time: float) -> tuple[float, float]:
    """D of the plain and the permuted state from the final one, by a dense exponential of the oracle's rate matrix."""
    energies = case("four_level_ohmic").parameters["E"]
    final, start = oracles.gibbs_populations(energies, 2.0), oracles.gibbs_populations(energies, 0.5)
    states = (start, start[list(found.rearrangement.permutation)])
    plain, prepared = (
        oracles.classical_divergence(oracles.propagate(rate_matrix(), state, time), final) for state in states
    )
    return plain, prepared


def test_the_best_permutation_of_four_levels_is_the_known_one() -> None:
    # Source: formula book, section 6: permutation (2,0,3,1), overlap ratio .0197, D0 .4005 -> .9174, crossing 3.1970.
    found = mpemba(four_levels(), tk.Gibbs(0.5))
    assert found.rearrangement.permutation == (2, 0, 3, 1)
    # Half a unit of the last digit given.
    assert found.overlap_ratio == pytest.approx(0.0197, abs=5e-5)
    assert found.distances == pytest.approx((0.4005, 0.9174), abs=5e-5)
    assert found.crossing == pytest.approx(3.1970, abs=5e-5)
    assert found.starts_farther
    assert found.overtakes
    given_case = case("four_level_ohmic")
    given_case.agrees("slow_overlap2_heat", found.overlaps[0] ** 2)
    given_case.agrees("gap_heat", found.gap)
    given_case.agrees("Sigma_total_heat", found.distances[0])


def test_at_the_crossing_both_states_are_equally_far_by_another_route() -> None:
    found = mpemba(four_levels(), tk.Gibbs(0.5))
    plain, prepared = divergences_by_matrix_exponential(found, found.crossing)
    # Both are known to 1e-13 or so; the root of their ratio is found to 1e-12 of its time.
    assert prepared == pytest.approx(plain, rel=1e-10)
    before, after = (divergences_by_matrix_exponential(found, found.crossing * (1.0 + x)) for x in (-1e-3, 1e-3))
    assert before[1] > before[0]
    assert after[1] < after[0]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@pytest.mark.parametrize("search", [Permutation(), PairRotation()], ids=["permutation", "rotation"])
def test_in_every_measure_the_prepared_state_starts_farther_and_overtakes(search: object, measure: object) -> None:
    model = four_levels()
    found = mpemba(model, tk.Gibbs(0.5), search=search, distance=measure)
    assert found.distances[1] > found.distances[0]
    assert 0.0 < found.crossing < 30.0
    late = np.array([found.crossing * 1.5])
    states = [path.at(late).states[0] for path in (found.plain, found.prepared)]
    final = tk.operators.gibbs(model.hamiltonian, 2.0)
    plain, prepared = (measure.between_states(state, final) for state in states)
    assert prepared < plain


def test_a_rotation_of_two_levels_empties_the_slowest_mode() -> None:
    found = mpemba(four_levels(), tk.Gibbs(0.5), search=PairRotation())
    assert found.overlap_ratio < 1e-14  # one rounding
    # The unitary gives the prepared state, and keeps the spectrum.
    np.testing.assert_allclose(found.unitary @ found.unitary.conj().T, np.eye(4), atol=1e-14)
    start = tk.operators.gibbs(np.diag(case("four_level_ohmic").parameters["E"]), 0.5)
    turned = found.unitary @ start @ found.unitary.conj().T
    np.testing.assert_allclose(found.prepared.at([0.0]).states[0], turned, atol=1e-14)
    # The decay of its distance is that of the second mode or of a coherence, not of the first.
    final, times = oracles.gibbs_populations(case("four_level_ohmic").parameters["E"], 2.0), np.array([100.0, 140.0])
    offset = np.linalg.norm(found.prepared.at(times).deviation / np.sqrt(final), axis=-1)
    slowest, second = oracles.symmetrised_modes(rate_matrix(), final)[0][1:3]
    assert np.log(offset[1] / offset[0]) / 40.0 == pytest.approx(second, rel=1e-2)
    assert second < 1.2 * slowest


def test_the_unitary_is_given_in_the_user_s_basis() -> None:
    data = strategies.CoherentData(*_coherent())
    model = builders.coherent(data)
    found = mpemba(model, tk.Gibbs(0.5), search=PairRotation())
    turned = found.unitary @ tk.operators.gibbs(data.hamiltonian, 0.5) @ found.unitary.conj().T
    np.testing.assert_allclose(found.prepared.at([0.0]).states[0], turned, atol=1e-13)


def _coherent() -> tuple[oracles.Array, tuple[oracles.Array, ...], tuple[strategies.BathData, ...]]:
    random = np.random.default_rng(4)
    basis = np.linalg.qr(random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))[0]
    coupling = random.normal(size=(4, 4))
    hamiltonian = basis @ np.diag([0.0, 0.5, 2.0, 3.0]) @ basis.conj().T
    rotated = basis @ (coupling + coupling.T) @ basis.conj().T
    hermitian = [(x + x.conj().T) / 2 for x in (hamiltonian, rotated)]
    return hermitian[0], (hermitian[1],), (strategies.BathData(2.0, 1e-3),)


@FEW
@given(strategies.thermal_levels(5), strategies.temperatures(0.4, 1.5))
def test_no_permutation_beats_the_one_found_and_each_costs_energy(data: strategies.LevelsData, start: float) -> None:
    assume(data.dimension > 2)
    assume(abs(start - data.bath.temperature) > 0.1)
    found = mpemba(builders.levels(data), tk.Gibbs(start))
    matrix, final = data.rate_matrix(), oracles.gibbs_populations(data.energies, data.bath.temperature)
    slowest = oracles.symmetrised_modes(matrix, final)[1][:, 1] / np.sqrt(final)
    populations = oracles.gibbs_populations(data.energies, start)
    overlaps = [abs(slowest @ populations[list(order)]) for order in permutations(range(data.dimension))]
    assert abs(found.overlaps[1]) == pytest.approx(min(overlaps), rel=1e-6, abs=1e-9)
    # A Gibbs state is passive: any permutation raises its energy, and with it the relative entropy.
    assert found.distances[1] >= found.distances[0] - 1e-14


def test_a_state_that_no_permutation_betters_does_not_overtake_itself() -> None:
    # Its own evolution, written twice, differed in the last digit, and the search between two signs found none.
    model = tk.library.levels([0.0, 1.0, 3.0625], np.ones((3, 3)) - np.eye(3), 7.235e-4, 1.25)
    found = mpemba(model, tk.Gibbs(1.5))
    assert found.rearrangement.permutation == (0, 1, 2)
    assert found.distances[1] == found.distances[0]
    assert not found.starts_farther
    assert found.crossing is None
    np.testing.assert_array_equal(found.prepared.populations, found.plain.populations)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@FEW
@given(strategies.thermal_levels(4), strategies.temperatures(0.2, 5.0))
def test_a_crossing_is_where_the_lead_changes_and_else_there_is_none(
    measure: tk.Distance, data: strategies.LevelsData, start: float
) -> None:
    assume(data.dimension > 2)
    try:
        found = mpemba(builders.levels(data), tk.Gibbs(start), search=None, distance=measure)
    except tk.errors.HypothesisError:  # a degenerate slowest mode
        reject()
    if found.crossing is None:
        return
    assert found.starts_farther
    leads = []
    for time in found.crossing * np.array([0.9, 1.1]):
        plain, prepared = (path.at([time]) for path in (found.plain, found.prepared))
        one, two = (
            measure.between_populations(path.populations, path.populations - path.deviation, difference=path.deviation)[
                0
            ]
            for path in (plain, prepared)
        )
        leads.append(two - one)
    assert leads[0] > 0.0 > leads[1]


@pytest.mark.parametrize("offset", [0.0, 1e-15, 1e-12])
@pytest.mark.parametrize("temperature", [1.0 + 1e-9, 1.3, 0.4])
def test_levels_as_good_as_equal_are_exchanged_without_a_lead(offset: float, temperature: float) -> None:
    # Two levels at nearly one energy: exchanging them is no other state, whatever rounding makes of it.
    coupling = np.ones((4, 4)) - np.eye(4)
    coupling[1, 2] = coupling[2, 1] = 0.0
    coupling[0, 2] = coupling[2, 0] = 0.6
    model = tk.library.levels([0.0, 1.0, 1.0 + offset, 2.3], coupling, 0.01, 1.0)
    found = mpemba(model, tk.Gibbs(temperature))
    if found.crossing is not None:
        assert sorted(found.rearrangement.permutation[1:3]) != [1, 2]


@pytest.mark.parametrize("levels", [9, 40])
def test_many_levels_are_exchanged_until_the_overlap_is_small(levels: int) -> None:
    model = tk.library.random_levels(levels, 1, 1e-3, 2.0)
    found = mpemba(model, tk.Gibbs(0.5))
    assert found.overlap_ratio < 0.05
    assert found.overtakes
    assert sorted(found.rearrangement.permutation) == list(range(levels))


@pytest.mark.slow
def test_exchanges_of_nine_levels_find_what_all_permutations_find() -> None:
    model = tk.library.random_levels(9, 1, 1e-3, 2.0)
    found = mpemba(model, tk.Gibbs(0.5))
    left = tk.modes(model).left[:, 1]
    populations = found.plain.initial.populations
    every = np.array(list(permutations(range(9))))
    assert abs(found.overlaps[1]) == pytest.approx(np.abs(populations[every] @ left).min(), rel=1e-9)


def test_a_qubit_rotated_to_its_final_populations_does_not_overtake() -> None:
    # Its coherence decays at half the rate of its populations.
    found = mpemba(tk.library.qubit(1.0, 0.01, 2.0), tk.Gibbs(0.5), search=PairRotation())
    assert found.overlap_ratio < 1e-12
    assert found.starts_farther
    assert found.crossing is None
    assert not found.overtakes


def test_a_pair_whose_coherence_outlives_the_slowest_mode_is_passed_over() -> None:
    # Of this model's pairs, (0, 2) would go farthest, but its coherence decays at 0.93 of the gap.
    model = tk.library.random_levels(3, 234, 1e-3, 2.0)
    found = mpemba(model, tk.Gibbs(0.3), search=PairRotation())
    decay = found.plain.liouvillian.decay.diagonal
    assert 0.5 * (decay[0] + decay[2]) < found.gap
    assert found.rearrangement.pair == (0, 1)
    assert found.overtakes


def test_nothing_empties_the_slowest_mode_of_a_mixed_state() -> None:
    with pytest.raises(tk.errors.HypothesisError, match="no unitary empties the slowest mode"):
        mpemba(four_levels(), tk.Gibbs(np.inf), search=PairRotation())
    # All permutations of it are itself.
    found = mpemba(four_levels(), tk.Gibbs(np.inf))
    assert found.overlap_ratio == pytest.approx(1.0, rel=1e-12)
    assert found.crossing is None


def test_a_degenerate_slowest_mode_is_refused() -> None:
    coupling = np.zeros((4, 4))
    coupling[0, 1:] = coupling[1:, 0] = 1.0
    model = tk.library.levels([0.0, 1.0, 1.0, 1.0], coupling, 0.01, 1.0)
    with pytest.raises(tk.errors.HypothesisError, match="slowest mode is degenerate"):
        mpemba(model, tk.Gibbs(0.5))


def test_a_start_with_coherences_is_refused() -> None:
    state = np.diag([0.7, 0.3]) + np.array([[0.0, 0.1], [0.1, 0.0]])
    with pytest.raises(tk.errors.HypothesisError, match="needs an initial state without coherences"):
        mpemba(tk.library.qubit(1.0, 0.01, 2.0), state)


def test_populations_that_feel_coherences_are_refused() -> None:
    lowering = np.array([[0.0, 1.0], [0.0, 0.0]])
    bath = tk.Bath("bath", 0.0)
    model = tk.Model(np.array([[0.0, 0.3], [0.3, 1.0]]), [tk.Channel(0.1 * lowering, bath, -1.0)])
    with pytest.raises(tk.errors.HypothesisError, match="needs closed populations"):
        mpemba(model, np.diag([0.2, 0.8]))


def test_a_sweep_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`model` must be one point, got leading axes \(2,\)"):
        mpemba(tk.library.qubit(1.0, 0.01, [1.0, 2.0]), tk.Gibbs(0.5))
    with pytest.raises(ValueError, match=r"`initial` must be one state, got leading axes \(2,\)"):
        mpemba(tk.library.qubit(1.0, 0.01, 2.0), tk.Gibbs([0.5, 1.0]))
