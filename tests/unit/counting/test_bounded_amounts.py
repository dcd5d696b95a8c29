"""Amounts that are the change of a number that each level has: late, they saturate, and keep their digits."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from thermokin._typing import FloatArray

pytestmark = pytest.mark.filterwarnings(
    "ignore::thermokin.errors.ValidityWarning"
)  # gaps of any two levels may be near

TIMES = np.array([0.5, 50.0, 1e5, 1e9, 1e13])


def machine(seed: int) -> tuple[tk.Model, FloatArray, list[tk.Current]]:
    """Levels between two baths; heat from one, from both, and the change of a number of no meaning."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 5))
    # Multiples of 2^-8, whose differences double precision holds.
    energies = np.cumsum(np.round(rng.uniform(0.2, 1.5, size) * 256.0) / 256.0)
    contacts = []
    for name, temperature, rate in zip(
        "hc", 10.0 ** rng.uniform(-0.3, 0.5, 2), 10.0 ** rng.uniform(-2, 0, 2), strict=True
    ):
        touched = rng.normal(size=(size, size))
        touched = touched + touched.T
        np.fill_diagonal(touched, 0.0)
        contacts.append(tk.Contact(tk.Bath(name, temperature), touched, tk.Flat(rate)))
    model = tk.davies(np.diag(energies), contacts)
    numbers = np.round(rng.normal(size=size) * 256.0) / 256.0
    counted = np.zeros(model.table.size)
    counted[model.table.channel] = numbers[model.table.row] - numbers[model.table.column]
    hot, cold = tk.heat(model, "h"), tk.heat(model, "c")
    return model, rng.dirichlet(np.ones(size)), [hot, hot + cold, tk.Current("number", counted, model)]


def exact(model: tk.Model, start: FloatArray, currents: list[tk.Current], time: float) -> mp.matrix:
    """The covariances by one exponential of p, the p_a and all <N_a N_b>."""
    table, size, count = model.table, model.dimension, len(currents)
    pairs = [(a, b) for a in range(count) for b in range(a + 1)]
    system = mp.zeros(size * (count + 1) + len(pairs))
    for entry in range(table.entries):
        rate = mp.mpf(float(table.amplitude[entry])) ** 2
        row, column, channel = (int(part[entry]) for part in (table.row, table.column, table.channel))
        weights = [mp.mpf(float(current.weights[channel])) for current in currents]
        for part in range(count + 1):
            system[part * size + row, part * size + column] += rate
            system[part * size + column, part * size + column] -= rate
        for a, weight in enumerate(weights):
            system[(a + 1) * size + row, column] += weight * rate
        for number, (a, b) in enumerate(pairs):
            last = size * (count + 1) + number
            system[last, column] += weights[a] * weights[b] * rate
            system[last, (a + 1) * size + column] += weights[b] * rate
            system[last, (b + 1) * size + column] += weights[a] * rate
    first = mp.zeros(system.rows, 1)
    for level in range(size):
        first[level] = mp.mpf(float(start[level])) / mp.fsum(map(mp.mpf, map(float, start)))
    last_state = mp.expm(system * mp.mpf(time), method="taylor") * first
    means = [mp.fsum(last_state[(a + 1) * size + level] for level in range(size)) for a in range(count)]
    found = mp.zeros(count)
    for number, (a, b) in enumerate(pairs):
        found[a, b] = found[b, a] = last_state[size * (count + 1) + number] - means[a] * means[b]
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("time", TIMES)
def test_covariances_with_bounded_amounts_keep_their_digits_however_late(seed: int, time: float) -> None:
    """90-digit reference. The heat from one bath grows; that from both is the change of the energy."""
    model, start, currents = machine(seed)
    made = tk.integrated_covariance(model, currents, tk.Populations(start), [time])
    found, stated = np.asarray(made)[0], made.error[0]
    with mp.workdps(90):
        right = exact(model, start, currents, float(time))
        miss = np.array([[abs(float(mp.mpf(float(found[a, b])) - right[a, b])) for b in range(3)] for a in range(3)])
        size = np.array([[abs(float(right[a, b])) for b in range(3)] for a in range(3)])
    assert (miss <= stated).all()
    bounded = np.ix_([1, 2], [1, 2])
    deviation = np.sqrt(np.diag(size))
    assert (miss[bounded] <= 1e-14 * np.outer(deviation, deviation)[bounded]).all()
    if time > 1e4:
        np.testing.assert_allclose(miss[0, 1:], 0.0, atol=1e-13 * float(size[1:, 1:].max() + size[0, 1:].max()))


@pytest.mark.parametrize("seed", range(4))
def test_cumulants_of_a_bounded_amount_are_those_of_the_number_at_rest_and_at_the_start(seed: int) -> None:
    """Both are independent in the end: kappa_n = kappa_n(rest) + (-1)^n kappa_n(start)."""
    model, start, currents = machine(seed)
    numbers = np.zeros(model.dimension)
    table, counted = model.table, currents[2].weights
    for entry in range(table.entries):
        if table.column[entry] == 0:
            numbers[table.row[entry]] = counted[table.channel[entry]]
    rest = tk.steady_state(model).populations
    expected = []
    for populations, sign in ((rest, 1.0), (start, -1.0)):
        mean = (populations * numbers).sum()
        central = [(populations * (numbers - mean) ** power).sum() for power in (2, 3, 4)]
        expected.append(sign ** np.arange(1, 5) * [mean, central[0], central[1], central[2] - 3.0 * central[0] ** 2])
    made = tk.integrated_cumulants(model, currents[2], tk.Populations(start), [1e6, 1e12], order=4)
    for found, stated in zip(np.asarray(made), made.error, strict=True):
        np.testing.assert_allclose(found, expected[0] + expected[1], atol=1e-13)
        assert (stated < 1e-11).all()


def test_a_sweep_of_bounded_amounts_is_its_points() -> None:
    energies = np.array([0.0, 0.75, 1.5])
    touched = np.ones((3, 3)) - np.eye(3)

    def covariances(temperature: FloatArray) -> FloatArray:
        baths = [tk.Bath("h", temperature), tk.Bath("c", 0.5)]
        model = tk.davies(np.diag(energies), [tk.Contact(bath, touched, tk.Flat(0.1)) for bath in baths])
        hot, cold = tk.heat(model, "h"), tk.heat(model, "c")
        return np.asarray(tk.integrated_covariance(model, [hot, hot + cold], tk.Gibbs(1.0), [0.3, 1e4, 1e9]))

    temperatures = np.array([0.5, 1.0, 3.0])
    together = covariances(temperatures)
    for number, temperature in enumerate(temperatures):
        np.testing.assert_allclose(together[number], covariances(temperature), rtol=1e-9)
