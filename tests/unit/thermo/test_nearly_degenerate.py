"""Two qubits a per cent apart: what they have produced lies within its error, whatever they start from and how late."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from thermokin._typing import ComplexArray, FloatArray

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # so near, secular is in doubt

LOWER, UP, ONE = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([0.0, 1.0]), np.eye(2)
X = LOWER + LOWER.T
FIRST, SECOND = np.kron(X, ONE), np.kron(ONE, X)
EXCHANGE = np.kron(LOWER, LOWER.T) + np.kron(LOWER.T, LOWER)
DIGITS = 50

Contacts = list[tuple[float, FloatArray, float]]


class Exact:
    """The generator of two qubits at Bose baths with flat rates, and the entropy that it produces, at 50 digits."""

    def __init__(self, hamiltonian: FloatArray, bare: FloatArray, contacts: Contacts) -> None:
        self.size = len(hamiltonian)
        self.energies, self.frame = mp.eighe(mp.matrix(bare.tolist()))
        turned = self.frame.H * mp.matrix(hamiltonian.tolist()) * self.frame
        self.generator = mp.zeros(self.size**2 + 1)
        jumps = [jump for contact in contacts for jump in self.jumps(*contact)]
        between = -mp.mpc(0, 1) * turned - sum((one.H * one for one, _ in jumps), mp.zeros(self.size)) / 2
        for place in range(self.size**2):
            state = mp.zeros(self.size)
            state[place // self.size, place % self.size] = 1
            moved = between * state + state * between.H
            given = mp.mpf(0)
            for one, entropy in jumps:
                landed = one * state * one.H
                moved += landed
                given += entropy * sum(landed[i, i] for i in range(self.size))
            for other in range(self.size**2):
                self.generator[other, place] = moved[other // self.size, other % self.size]
            self.generator[self.size**2, place] = given

    def jumps(self, temperature: float, operator: FloatArray, rate: float) -> list[tuple[mp.matrix, mp.mpf]]:
        """The jumps of one contact, each with the entropy it puts into its bath."""
        touched = self.frame.H * mp.matrix(operator.tolist()) * self.frame
        found: list[tuple[mp.mpf, mp.matrix]] = []
        for i in range(self.size):
            for j in range(self.size):
                gap = self.energies[j] - self.energies[i]
                if gap < mp.mpf(10) ** -9 or abs(touched[i, j]) < mp.mpf(10) ** -40:
                    continue
                alike = next((jump for other, jump in found if abs(other - gap) < mp.mpf(10) ** -10), None)
                if alike is None:
                    alike = mp.zeros(self.size)
                    found.append((gap, alike))
                alike[i, j] = touched[i, j]
        every = []
        for gap, jump in found:
            filled = 1 / mp.expm1(gap / mp.mpf(temperature))
            every.append((jump * mp.sqrt(mp.mpf(rate) * (filled + 1)), gap / mp.mpf(temperature)))
            every.append((jump.H * mp.sqrt(mp.mpf(rate) * filled), -gap / mp.mpf(temperature)))
        return every

    def start(self, given: tk.Ket | tk.Gibbs | ComplexArray) -> mp.matrix:
        """The initial state between eigenstates."""
        if isinstance(given, tk.Gibbs):
            weights = [mp.exp(-energy / mp.mpf(float(given.temperature))) for energy in self.energies]
            return mp.diag([weight / sum(weights) for weight in weights])
        matrix = np.outer(given.vector, given.vector.conj()) if isinstance(given, tk.Ket) else given
        if isinstance(given, tk.Ket):
            ket = self.frame.H * mp.matrix(given.vector.tolist())
            state = ket * ket.H
        else:
            state = self.frame.H * mp.matrix(matrix.tolist()) * self.frame
        return state / sum(state[i, i] for i in range(self.size))

    def entropy(self, state: mp.matrix) -> mp.mpf:
        """-tr rho ln rho."""
        values = mp.eighe((state + state.H) / 2, eigvals_only=True)
        return -sum(value * mp.log(value) for value in values if value > mp.mpf(10) ** (10 - DIGITS))

    def produced(self, given: tk.Ket | tk.Gibbs | ComplexArray, time: float) -> mp.mpf:
        """What has been produced until then."""
        first, count = self.start(given), self.size**2
        vector = mp.matrix([first[place // self.size, place % self.size] for place in range(count)] + [0])
        last = mp.expm(self.generator * mp.mpf(time), method="taylor") * vector
        state = mp.matrix(self.size)
        for place in range(count):
            state[place // self.size, place % self.size] = last[place]
        return mp.re(self.entropy(state) - self.entropy(first) + last[count])


def pair(
    kind: str, apart: float, link: float, temperatures: tuple[float, float], rates: tuple[float, float]
) -> tuple[tk.Model, Callable[[], Exact]]:
    bare = np.kron(UP, ONE) + (1.0 + apart) * np.kron(ONE, UP)
    joined = bare + link * EXCHANGE
    operators = (FIRST + 0.5 * SECOND, FIRST - SECOND) if kind == "collective" else (FIRST, SECOND)
    listed = list(zip(temperatures, operators, rates, strict=True))
    contacts = [
        tk.Contact(tk.Bath(name, temperature), operator, tk.Flat(rate))
        for name, (temperature, operator, rate) in zip("ab", listed, strict=True)
    ]
    if kind == "local":
        return tk.local(joined, contacts, bare), lambda: Exact(joined, bare, listed)
    whole = bare if kind == "collective" else joined
    return tk.davies(whole, contacts), lambda: Exact(whole, whole, listed)


def ket(seed: int) -> tk.Ket:
    rng = np.random.default_rng(seed)
    vector = rng.normal(size=4) + 1j * rng.normal(size=4)
    return tk.Ket(vector / np.linalg.norm(vector))


BRIGHT = tk.Ket(np.array([0.0, 1.0, np.exp(0.7j), 0.0]) / np.sqrt(2.0))
CASES = {
    "slow dissipation beside the link": ("local", 0.0032, 0.1, (0.47, 0.77), (0.027, 1.2e-4), tk.Gibbs(0.4), 4.8e5),
    "a current between unlike rates": ("local", 0.012, 0.0079, (2.9, 0.24), (0.026, 2.6e-4), tk.Gibbs(0.3), 3.8e4),
    "a rare start under modes": ("joined", 0.0167, 5.5e-4, (0.2256, 0.2256), (0.098, 1.6e-4), ket(23), 85.0),
    "a pure state at once": ("joined", 0.0125, 4.5e-4, (3.27, 3.27), (3.2e-4, 0.0239), ket(5), 3.9e-9),
    "two near Gibbs states": ("collective", 0.0278, 0.0, (4.63, 4.63), (8.7e-4, 1.05e-3), tk.Gibbs(2.7386), 2.2e4),
}


@pytest.mark.parametrize("case", CASES)
def test_what_two_nearly_equal_qubits_have_produced_lies_within_its_error(case: str) -> None:
    kind, apart, link, temperatures, rates, start, time = CASES[case]
    model, made = pair(kind, apart, link, temperatures, rates)
    # So many steps are not taken one by one.
    found = tk.ledger(model, tk.evolve(model, start, [*(np.array([1e-3, 0.01, 0.05, 0.3]) * time), time]))
    with mp.workdps(DIGITS):
        miss = abs(float(mp.mpf(float(found.entropy_production[-1])) - made().produced(start, time)))
    assert miss <= found.entropy_production_error[-1]
    assert found.entropy_production_error[-1] <= 1e-12 * max(float(found.entropy_production[-1]), 0.2)


@pytest.mark.parametrize("seed", range(8))
def test_random_nearly_equal_qubits_state_no_error_below_their_own(seed: int) -> None:
    """50-digit reference; 0.1 to 3 per cent apart, rates and links over three decades, times over twelve."""
    rng = np.random.default_rng(seed)
    warm, cold = 10.0 ** rng.uniform(-0.7, 0.7, 2)
    rates = 10.0 ** rng.uniform(-4.0, -1.0, 2)
    apart, link = 10.0 ** rng.uniform(-3.0, -1.5), 10.0 ** rng.uniform(-4.0, -1.0)
    kind = ("collective", "joined", "local")[seed % 3]
    model, made = pair(kind, apart, link, (warm, warm if seed % 2 else cold), (rates[0], rates[1]))
    start = (ket(seed), tk.Gibbs(10.0 ** rng.uniform(-0.7, 0.7)), BRIGHT)[rng.integers(3)]
    times = np.sort(10.0 ** rng.uniform(-7.0, 5.0, 5))
    found = tk.ledger(model, tk.evolve(model, start, times))
    with mp.workdps(DIGITS):
        exact = made()
        right = [exact.produced(start, float(time)) for time in times]
        miss = [abs(float(mp.mpf(float(one)) - two)) for one, two in zip(found.entropy_production, right, strict=True)]
    assert (np.array(miss) <= found.entropy_production_error).all()
