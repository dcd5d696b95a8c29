"""Distributions of exchanged amounts: closed forms, tilted generators, samples, gaps without common measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import builders
import counting_oracles as counting
import oracles
import reference_cases
import systems
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from thermokin.counting.lattice_probabilities import lattice_probabilities
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.initial import initial_state

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

ROUNDING = 1e-14  # of probabilities, each the sum of at most some hundred exponentials
ENERGIES = np.array([0.0, 1.0, 1.7, 3.0])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
START = np.array([[0.6, 0.1 - 0.2j], [0.1 + 0.2j, 0.4]])
DRIVE = np.array([[0.0, 0.4], [0.4, 0.3]])
JUMPS = [LOWER, 0.6 * LOWER.T, 0.5 * np.diag([1.0, -1.0])]
ROOT = np.sqrt(2.0)


def driven_qubit() -> tk.Model:
    return tk.Model(DRIVE, [tk.Channel(jump, None) for jump in JUMPS])


def probability(found: tk.results.Distribution, amount: float) -> Any:
    """The probability listed for an amount, 0 if it is not listed."""
    near = np.abs(found.values - amount) < 1e-9
    return found.probabilities[..., near].sum(axis=-1)


@pytest.mark.parametrize("name", NAMES)
def test_a_distribution_has_the_cumulants_of_its_amount(name: str) -> None:
    model = example(name)
    start = random_density_matrix(model.dimension)
    times = [0.0, 20.0, 200.0]
    for current in (tk.heat(model), tk.heat(model, model.baths[0].name), tk.activity(model)):
        found = tk.distribution(model, current, start, times)
        expected = tk.integrated_cumulants(model, current, start, times, order=4)
        # The farthest amounts carry 1e-15 of rounding each; their fourth powers weigh it.
        reach = np.abs(found.values).max() ** np.arange(1, 5)
        assert (np.abs(found.cumulants(order=4) - expected) <= 1e-13 * reach + 1e-9 * np.abs(expected)).all()
        np.testing.assert_allclose(found.mean, expected[:, 0], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.variance, expected[:, 1], rtol=1e-8, atol=1e-11)
        assert found.defect.max() < ROUNDING
        assert found.probabilities.min() > -ROUNDING
        assert found.beyond.max() < 1e-12
        assert (np.diff(found.values) > 0.0).all()
        np.testing.assert_allclose(found.probabilities[0], np.where(found.values == 0.0, 1.0, 0.0), atol=ROUNDING)


@pytest.mark.parametrize("ends", [(0.5, 2.0), (2.0, 0.5), (0.0, 1.0)])
def test_the_heat_of_a_qubit_takes_its_three_values(ends: tuple[float, float]) -> None:
    quench = systems.TwoStateQuench(1.3, 0.8, *ends)
    model = builders.two_state(quench)
    found = tk.distribution(model, tk.heat(model), builders.initial(quench), [0.05, 0.4, 9.0])
    np.testing.assert_allclose(found.values, [-1.3, 0.0, 1.3], rtol=1e-15)
    for index, time in enumerate(found.times):
        expected = [float(quench.heat_probability(time, k)) for k in (-1, 0, 1)]
        np.testing.assert_allclose(found.probabilities[index], expected, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", ["oscillator_heating", "oscillator_cooling"])
def test_the_heat_of_an_oscillator_has_the_probabilities_of_the_reference_case(name: str) -> None:
    reference = reference_cases.case(name)
    given = reference.parameters
    model = tk.library.oscillator(90, given["w"], given["g"], given["T_f"])
    found = tk.distribution(model, tk.heat(model), tk.Gibbs(given["T_i"]), time=7.0)
    for key, quanta in (("P0_t7", 0), ("Pp1_t7", 1), ("Pm1_t7", -1)):
        reference.agrees(key, float(probability(found, quanta * given["w"])))


def test_the_heat_of_an_oscillator_has_its_two_sided_law() -> None:
    model = tk.library.oscillator(90, 1.0, 1.0, 0.9)
    found = tk.distribution(model, tk.heat(model), tk.Gibbs(0.4), [0.3, 4.0])
    closed = tk.exact.OscillatorQuench(1.0, 1.0, 0.4, 0.9).heat_distribution([0.3, 4.0], 12)
    for place, value in enumerate(closed.values):
        np.testing.assert_allclose(probability(found, value), closed.probabilities[:, place], rtol=1e-9, atol=1e-15)


def test_the_two_ways_to_the_heat_of_one_bath_agree() -> None:
    """Pairs of levels, and a counting field on every jump."""
    model = tk.library.levels(ENERGIES, rate=0.2, temperature=0.8)
    times = np.array([0.0, 0.3, 5.0])
    pairs = tk.distribution(model, tk.heat(model), tk.Gibbs(2.0), times)
    weights = tk.heat(model).weights
    fields = lattice_probabilities(Liouvillian(model), initial_state(model, tk.Gibbs(2.0)), weights, times)
    seen = 0.0
    for value, found in zip(pairs.values, pairs.probabilities.T, strict=True):
        near = np.abs(fields.values - value) < 1e-9
        np.testing.assert_allclose(fields.probabilities[:, near].sum(axis=-1), found, atol=ROUNDING)
        seen = seen + found
    np.testing.assert_allclose(seen, 1.0, atol=ROUNDING)


def test_the_exchange_theorem_holds_for_counted_jumps_at_every_time() -> None:
    """P(Q) = exp[(1/T_i - 1/T_f) Q] P(-Q) from a Gibbs start, by counting fields, which know nothing of levels."""
    model = tk.library.levels([0.0, 1.0, 2.0, 3.5], rate=0.2, temperature=0.8)
    weights, start = tk.heat(model).weights, initial_state(model, tk.Gibbs(2.0))
    found = lattice_probabilities(Liouvillian(model), start, weights, np.array([0.1, 1.0, 30.0]))
    inside = np.abs(found.values) < 3.6
    values, forward = found.values[inside], found.probabilities[:, inside]
    np.testing.assert_allclose(values, -values[::-1], atol=1e-12)
    factor = np.exp((1.0 / 2.0 - 1.0 / 0.8) * values)
    np.testing.assert_allclose(forward, factor * forward[:, ::-1], rtol=1e-10, atol=10.0 * ROUNDING)


@pytest.mark.parametrize("weights", [[1, 0, 0], [1, -1, 0], [2, -1, 3], [0, 0, 1]])
def test_jumps_of_a_driven_qubit_are_those_of_its_tilted_generator(weights: list[int]) -> None:
    """Populations and coherences are coupled, and the start has coherence."""
    model, times = driven_qubit(), [0.4, 3.0, 9.0]
    found = tk.distribution(model, tk.Current("counts", np.array(weights, float), model), START, times)
    tilted = counting.tilted_liouvillian(DRIVE, [oracles.Jump(jump) for jump in JUMPS], [float(w) for w in weights])
    for index, time in enumerate(times):
        expected = counting.lattice_distribution(tilted, oracles.vec(np.eye(2)), oracles.vec(START), time, 150)
        for value, p in zip(found.values, found.probabilities[index], strict=True):
            assert p == pytest.approx(expected[150 + round(float(value))], abs=ROUNDING)


def test_a_qubit_between_two_baths_counts_the_heat_of_one() -> None:
    system = systems.TwoBathQubit(2.5, (2.0, 0.5), (0.3, 0.7))
    model = builders.two_bath_qubit(system)
    times = [1.0, 8.0]
    found = tk.distribution(model, tk.heat(model, "hot"), tk.Gibbs(1.0), times)
    (down_hot, up_hot), (down_cold, up_cold) = (
        systems.rates(2.5, rate, temperature) for rate, temperature in ((0.3, 2.0), (0.7, 0.5))
    )
    down, up = float(down_hot + down_cold), float(up_hot + up_cold)

    def tilted(x: complex) -> Array:
        lowered = float(down_hot) * np.exp(-x) + float(down_cold)
        raised = float(up_hot) * np.exp(x) + float(up_cold)
        return np.array([[-up, lowered], [raised, -down]])

    start = oracles.gibbs_populations(np.array([0.0, 2.5]), 1.0)
    for index, time in enumerate(times):
        expected = counting.lattice_distribution(tilted, np.ones(2), start, time, 60)
        for value, p in zip(found.values, found.probabilities[index], strict=True):
            assert p == pytest.approx(expected[60 + round(float(value) / 2.5)], abs=ROUNDING)


def test_photons_from_a_coherent_steady_state_are_poissonian_at_every_time() -> None:
    """A driven cavity stays in its coherent state under loss, so that its photons leave independently."""
    size, loss, drive = 10, 0.4, 0.1
    down = tk.operators.destroy(size)
    model = tk.Model(drive * (down + down.conj().T), [tk.Channel(np.sqrt(loss) * down, None)])
    amplitude = -2j * drive / loss
    ket = amplitude ** np.arange(size) / np.sqrt(np.cumprod([1.0, *range(1, size)]))
    start = np.outer(ket, ket.conj()) / (np.abs(ket) ** 2).sum()
    times = np.array([0.5, 3.0, 20.0])
    found = tk.distribution(model, tk.activity(model), start, times)
    mean = loss * abs(amplitude) ** 2 * times
    poisson = [np.exp(-mean)]
    for number in range(1, found.values.size):
        poisson.append(poisson[-1] * mean / number)
    assert found.values[0] == 0.0
    # Ten levels hold all but 1e-13 of |0.5>; its amplitude at the cut is 1e-6 and acts at most once on the photons.
    np.testing.assert_allclose(found.probabilities, np.stack(poisson, axis=-1), atol=1e-8)


class TestIncommensurateGaps:
    """Three levels at 0, 1 and 1 + sqrt 2, between two baths; the heat of one is counted."""

    rates = np.array([[0.0, 0.9, 0.6], [0.5, 0.0, 0.8], [0.2, 0.3, 0.0]])
    energies = np.array([0.0, 1.0, 1.0 + ROOT])

    def model(self) -> tuple[tk.Model, tk.Current, Array]:
        made, weights = [], []
        matrix = self.rates - np.diag(self.rates.sum(axis=0))
        for to, away in np.argwhere(self.rates > 0.0):
            jump = np.zeros((3, 3))
            jump[to, away] = np.sqrt(self.rates[to, away])
            gap = float(self.energies[to] - self.energies[away])
            made.append(tk.Channel(jump, None, gap))
            # The transition from 0 to the top goes by a bath that is not counted.
            weights.append(0.0 if {int(to), int(away)} == {0, 2} else gap)
        model = tk.Model(np.diag(self.energies), made)
        return model, tk.Current("heat", np.array(weights), model), matrix

    def test_amounts_are_counted_in_quanta_of_each_gap(self) -> None:
        model, current, matrix = self.model()
        start = np.array([0.5, 0.3, 0.2])
        found = tk.distribution(model, current, tk.Populations(start), time=2.0)
        ones, roots = np.zeros((3, 3)), np.zeros((3, 3))
        ones[1, 0], ones[0, 1], roots[2, 1], roots[1, 2] = 1.0, -1.0, 1.0, -1.0
        expected = counting.plane_distribution(matrix, ones, roots, start, 2.0, 14)
        listed = {(n, m): p for (n, m), p in expected.items() if p > 1e-12}
        assert len(listed) > 25
        for (n, m), p in listed.items():
            assert probability(found, n + m * ROOT) == pytest.approx(p, abs=1e-13)
        assert found.probabilities.sum() == pytest.approx(1.0, abs=ROUNDING)
        assert found.beyond < 1e-13

    def test_sampled_paths_have_these_amounts(self) -> None:
        model, current, matrix = self.model()
        gaps = np.subtract.outer(self.energies, self.energies)
        gaps[2, 0] = gaps[0, 2] = 0.0
        start = np.array([0.5, 0.3, 0.2])
        amounts = counting.gillespie(matrix, gaps, start, 2.0, 4000, 8)[1]
        found = tk.distribution(model, current, tk.Populations(start), time=2.0)
        for value in found.values[found.probabilities > 0.02]:
            p = float(probability(found, value))
            share = float((np.abs(amounts - value) < 1e-9).mean())
            assert abs(share - p) < 5.0 * np.sqrt(p * (1.0 - p) / 4000)

    def test_a_bin_holds_the_amounts_between_its_edges(self) -> None:
        model, current, _ = self.model()
        exact = tk.distribution(model, current, tk.Gibbs(1.0), [0.5, 2.0])
        binned = tk.distribution(model, current, tk.Gibbs(1.0), [0.5, 2.0], width=0.5)
        np.testing.assert_allclose(np.diff(binned.values), 0.5, rtol=1e-12)
        for centre, found in zip(binned.values, binned.probabilities.T, strict=True):
            inside = (exact.values >= centre - 0.25) & (exact.values < centre + 0.25)
            np.testing.assert_allclose(found, exact.probabilities[:, inside].sum(axis=-1), atol=ROUNDING)
        np.testing.assert_allclose(binned.probabilities.sum(axis=-1), 1.0, atol=ROUNDING)


def test_an_amount_on_an_edge_belongs_to_the_bin_above() -> None:
    model = tk.library.qubit(1.0, 0.02, 0.8)
    exact = tk.distribution(model, tk.heat(model), tk.Gibbs(2.0), time=30.0)
    binned = tk.distribution(model, tk.heat(model), tk.Gibbs(2.0), time=30.0, width=2.0)
    np.testing.assert_array_equal(binned.values, [0.0, 2.0])
    np.testing.assert_allclose(
        binned.probabilities, [exact.probabilities[:2].sum(), exact.probabilities[2]], rtol=1e-15
    )


def test_a_sweep_is_counted_point_by_point() -> None:
    temperatures, starts = np.array([[0.8], [1.2]]), np.array([0.4, 2.0, 0.0])
    times = np.array([0.0, 5.0, 60.0])
    model = tk.library.coupled_qubits([1.0, 1.3], 0.2, 0.002, temperatures, 0.7)
    for name, bath in (("heat", "hot"), ("heat", None), ("activity", None)):
        found = tk.distribution(model, getattr(tk, name)(model, bath), tk.Gibbs(starts), times)
        assert found.probabilities.shape == (2, 3, 3, found.values.shape[-1])
        for row, column in [(0, 0), (1, 2)]:
            alone = tk.library.coupled_qubits([1.0, 1.3], 0.2, 0.002, float(temperatures[row, 0]), 0.7)
            start = tk.Gibbs(float(starts[column]))
            one = tk.distribution(alone, getattr(tk, name)(alone, bath), start, times)
            listed = found.values if found.values.ndim == 1 else found.values[row, 0]
            for value, p in zip(one.values, one.probabilities.T, strict=True):
                near = np.abs(listed - value) < 1e-9
                np.testing.assert_allclose(found.probabilities[row, column][:, near].sum(axis=-1), p, atol=ROUNDING)


def test_a_sweep_whose_jumps_vary_along_one_of_its_axes_is_counted_point_by_point() -> None:
    drives, hot = np.array([0.01, 0.02, 0.05]), np.array([4.0, 6.0])
    sweep = tk.library.three_level_maser(drive=drives[:, None], hot=hot)
    together = tk.distribution(sweep, tk.heat(sweep, "hot"), tk.Gibbs(1.0), [5.0, 10.0])
    for one, drive in enumerate(drives):
        for two, temperature in enumerate(hot):
            alone = tk.library.three_level_maser(drive=drive, hot=temperature)
            single = tk.distribution(alone, tk.heat(alone, "hot"), tk.Gibbs(1.0), [5.0, 10.0])
            found = dict(zip(together.values.tolist(), together.probabilities[one, two].T.tolist(), strict=True))
            for value, chances in zip(single.values.tolist(), single.probabilities.T.tolist(), strict=True):
                np.testing.assert_allclose(found[value], chances, rtol=0.0, atol=1e-12)  # rounding of exponentials


def test_a_sweep_of_gaps_has_values_of_its_own_at_each_point() -> None:
    gaps = np.array([0.5, 1.0])
    model = tk.library.qubit(gaps, 0.02, 0.8)
    found = tk.distribution(model, tk.heat(model), tk.Gibbs(2.0), time=[10.0])
    np.testing.assert_allclose(found.values, gaps[:, None] * np.array([-1.0, 0.0, 1.0]), atol=1e-15)
    expected = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(2.0), [10.0], order=3)
    np.testing.assert_allclose(found.cumulants(order=3), expected, rtol=1e-11)
    jumps = tk.Current("up", np.where(tk.heat(model).weights > 0.0, gaps[:, None], 0.0), model)
    counted = tk.distribution(model, jumps, tk.Gibbs(2.0), time=[10.0])
    expected = tk.integrated_cumulants(model, jumps, tk.Gibbs(2.0), [10.0], order=3)
    np.testing.assert_allclose(counted.cumulants(order=3), expected, rtol=1e-10)
    binned = tk.distribution(model, jumps, tk.Gibbs(2.0), time=[10.0], width=1.0)
    assert binned.values.ndim == 1
    # Half quanta on an edge go up: 0 alone, then 1/2 and 1, then 3/2 and 2, ...
    halves, whole = counted.probabilities[:, 0, :]
    for place in range(1, 4):
        both = halves[2 * place - 1] + halves[2 * place]
        np.testing.assert_allclose(binned.probabilities[:, 0, place], [both, whole[place]], atol=ROUNDING)


def test_times_with_leading_axes_are_a_sweep_of_clocks() -> None:
    model = driven_qubit()
    clocks = np.array([[0.5, 2.0], [1.0, 7.0]])
    found = tk.distribution(model, tk.activity(model), START, clocks)
    assert found.probabilities.shape[:2] == (2, 2)
    for row in range(2):
        one = tk.distribution(model, tk.activity(model), START, clocks[row])
        shared = one.values.size
        np.testing.assert_allclose(found.probabilities[row, :, :shared], one.probabilities, atol=ROUNDING)


def test_one_time_has_no_axis_of_times() -> None:
    model = driven_qubit()
    one = tk.distribution(model, tk.activity(model), START, time=3.0)
    grid = tk.distribution(model, tk.activity(model), START, time=[3.0])
    assert one.probabilities.shape == one.values.shape
    assert one.defect.shape == one.beyond.shape == one.mean.shape == ()
    np.testing.assert_array_equal(one.probabilities, grid.probabilities[0])
    np.testing.assert_array_equal(one.cumulants(order=3), grid.cumulants(order=3)[0])
    assert one.quantity == "activity"


def test_a_start_in_two_sectors_counts_in_both() -> None:
    """Two driven qubits side by side as one model of four levels: which of them it is never changes."""
    weak, strong = 0.3, 1.1
    drive = np.zeros((4, 4))
    drive[:2, :2], drive[2:, 2:] = DRIVE, 2.0 * DRIVE
    jumps = [np.zeros((4, 4)), np.zeros((4, 4))]
    jumps[0][:2, :2], jumps[1][2:, 2:] = weak * LOWER, strong * LOWER
    model = tk.Model(drive, [tk.Channel(jump, None) for jump in jumps])
    start = np.zeros((4, 4), complex)
    start[:2, :2], start[2:, 2:] = 0.4 * START, 0.6 * START
    times = [1.0, 6.0]
    both = tk.distribution(model, tk.activity(model), start, times)
    covariances = tk.integrated_covariance(model, [tk.activity(model)], start, times)
    expected = np.zeros((2, 200))
    for share, motion, amplitude in ((0.4, DRIVE, weak), (0.6, 2.0 * DRIVE, strong)):
        alone = tk.Model(motion, [tk.Channel(amplitude * LOWER, None)])
        part = tk.distribution(alone, tk.activity(alone), START, times)
        expected[:, part.values.astype(int)] += share * part.probabilities
    np.testing.assert_allclose(both.probabilities, expected[:, both.values.astype(int)], atol=ROUNDING)
    np.testing.assert_allclose(covariances[:, 0, 0], both.variance, rtol=1e-10)
    assert expected[:, both.values.size :].max() < ROUNDING


def test_what_a_window_leaves_out_is_accounted_for() -> None:
    model = driven_qubit()
    whole = tk.distribution(model, tk.activity(model), START, time=6.0)
    part = tk.distribution(model, tk.activity(model), START, time=6.0, window=(2.0, 5.0))
    np.testing.assert_array_equal(part.values, [2.0, 3.0, 4.0, 5.0])
    np.testing.assert_array_equal(part.probabilities, whole.probabilities[2:6])
    assert part.probabilities.sum() + part.beyond == pytest.approx(1.0, abs=ROUNDING)
    assert part.defect == whole.defect


def test_nothing_is_exchanged_by_channels_that_weigh_nothing() -> None:
    model = driven_qubit()
    found = tk.distribution(model, tk.Current("none", np.zeros(3), model), START, [1.0, 2.0])
    np.testing.assert_array_equal(found.values, [0.0])
    np.testing.assert_array_equal(found.probabilities, np.ones((2, 1)))


def test_late_distributions_keep_their_sum_as_their_defect_says() -> None:
    """Two hundred thousand jumps: what squaring a propagator twenty times loses is said."""
    model = driven_qubit()
    found = tk.distribution(model, tk.activity(model), START, time=3e5)
    assert found.defect < 1e-8
    assert found.values.size < 2e4
    np.testing.assert_allclose(found.probabilities.sum(), 1.0, atol=float(found.defect) * (1.0 + 1e-6) + ROUNDING)
    mean, variance = tk.integrated_cumulants(model, tk.activity(model), START, [3e5])[0]
    assert found.mean / found.probabilities.sum() == pytest.approx(mean, rel=1e-9)
    assert found.variance == pytest.approx(variance, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"time": -1.0}, ValueError, "`times` must be finite and >= 0"),
        ({"time": [2.0, 1.0]}, ValueError, "strictly ascending"),
        ({"time": 1.0, "width": 0.0}, ValueError, "`width` must be positive"),
        ({"time": 1.0, "width": 1e-9}, ValueError, r"`width` cuts the amounts .* bins, .* more than 67108864; take it"),
        (
            {"time": 1.0, "width": 1e-30},
            ValueError,
            r"`width` cuts the amounts .* bins, .* more than 67108864; take it",
        ),
        ({"time": 1.0, "window": (0.2, 0.7)}, ValueError, "`window` holds no amount"),
        ({"time": "soon"}, TypeError, "`time`"),
    ],
)
def test_what_cannot_be_listed_is_refused(arguments: dict[str, Any], error: Any, message: str) -> None:
    model = driven_qubit()
    with pytest.raises(error, match=message):
        tk.distribution(model, tk.activity(model), START, **arguments)


def test_currents_without_a_distribution_are_refused() -> None:
    model, other = tk.library.qubit(1.0, 0.01, 0.0), driven_qubit()
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.distribution(model, tk.activity(other), tk.Gibbs(1.0), 1.0)
    with pytest.raises(ValueError, match="infinite weights"):
        tk.distribution(model, tk.entropy_flow(model), tk.Gibbs(1.0), 1.0)
    with pytest.raises(TypeError, match="`current` must be a Current"):
        tk.distribution(model, "heat", tk.Gibbs(1.0), 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`order` must be >= 1"):
        tk.distribution(model, tk.activity(model), tk.Gibbs(1.0), 1.0).cumulants(order=0)


def test_an_amount_of_too_many_values_is_refused_before_any_work() -> None:
    model = driven_qubit()
    many = np.linspace(1.0, 2000.0, 6)[:, None] * np.ones(40) + np.arange(40)
    current = tk.Current("three", np.array([1.0, ROOT, np.pi]), model)
    with pytest.raises(ValueError, match="ask for fewer times or points"):
        tk.distribution(model, current, START, many)


def test_counts_at_times_that_no_double_follows_are_refused() -> None:
    still = tk.Model(np.array([[0.0, 0.25], [0.25, 0.0]]), [tk.Channel(np.zeros((2, 2)), None)])
    with pytest.raises(tk.errors.NotConvergedError, match="no window of counts could be bounded"):
        tk.distribution(still, tk.activity(still), np.diag([0.5, 0.5]), 1e60)
