"""Derivatives at levels of one energy, at gaps of one size, and next to them: what is defined, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import response_oracles as exact
import thermokin as tk
from response_oracles import Contact, Number, Steady, derivative, matrix, secular

FIFTY = 1e-34  # of numbers of order one: what differences of fifty digits leave of a derivative that is 0

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # digits, not physics, are tested

Array = np.ndarray[Any, Any]
X, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
ONE, TWO = np.eye(2), np.kron(X, np.eye(2))
WORDS = ["heat from hot", "noise of heat from hot", "covariance of heat from hot and activity", "entropy production"]
AT = {"x": 0.0, "hot": 1.4, "cold": 0.6}


def hermitian(random: np.random.Generator, size: int) -> Array:
    one = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    return (one + one.conj().T) / 2.0


def family(base: Array, change: Array, *touched: Array) -> Callable[..., tk.Model]:
    """H + x V between two Ohmic baths."""

    def build(x: float, hot: float, cold: float) -> tk.Model:
        baths = [
            tk.Contact(tk.Bath("hot", hot), touched[0], tk.Ohmic(0.01)),
            tk.Contact(tk.Bath("cold", cold), touched[1], tk.Ohmic(0.02)),
        ]
        return tk.davies(base + x * change, baths)

    return build


def steady(base: Array, change: Array, hot: Array, cold: Array) -> Callable[[dict[str, Number]], Steady]:
    """The same in 50 digits."""
    first, moved, one, two = (matrix(part) for part in (base, change, hot, cold))

    def at(p: dict[str, Number]) -> Steady:
        hamiltonian = first + p["x"] * moved
        # What a rate at frequency zero needs: T G'(0).
        baths = [
            Contact("hot", one, lambda w: mpmath.mpf(0.01) * w, p["hot"], still=mpmath.mpf(0.01) * p["hot"]),
            Contact("cold", two, lambda w: mpmath.mpf(0.02) * w, p["cold"], still=mpmath.mpf(0.02) * p["cold"]),
        ]
        return Steady(hamiltonian, secular(hamiltonian, baths))

    return at


def check(base: Array, change: Array, hot: Array, cold: Array, within: float = 1e-12) -> None:
    found = tk.response(family(base, change, hot, cold), AT, list(AT), WORDS)
    at = steady(base, change, hot, cold)
    for place, words in enumerate(WORDS):
        for number, name in enumerate(AT):
            right = derivative(lambda p, words=words: at(p).number(words), AT, name)  # type: ignore[misc]
            miss = abs(found.values[place, number] - right)
            assert miss <= within * abs(right) + 1e-15, (words, name, found.values[place, number], right)
            assert miss <= found.error[place, number] + FIFTY


@pytest.mark.parametrize("seed", range(3))
def test_a_generic_system_of_complex_matrices(seed: int) -> None:
    random = np.random.default_rng(seed)
    check(*(hermitian(random, 3) for _ in range(4)))


@pytest.mark.parametrize("split", [1e-2, 1e-4, 1e-6, 1e-8])
def test_levels_that_lie_close_keep_their_digits(split: float) -> None:
    random = np.random.default_rng(7)
    base = np.diag([0.0, 1.0, 1.0 + split]).astype(complex)
    hot, cold = hermitian(random, 3), hermitian(random, 3)
    for operator in (hot, cold):
        np.fill_diagonal(operator, 0.0)
    check(base, hermitian(random, 3), hot, cold)


def test_equal_gaps_that_a_parameter_parts_are_no_trouble() -> None:
    random = np.random.default_rng(3)
    hot, cold = hermitian(random, 3), hermitian(random, 3)
    for operator in (hot, cold):
        np.fill_diagonal(operator, 0.0)
    check(np.diag([0.0, 1.0, 2.0]), np.diag([0.3, -0.2, 0.5]), hot, cold)


def collective() -> tuple[Array, Array, Array]:
    """Two equal qubits on collective baths, whose coherence is coupled to populations."""
    spin = np.kron(Z, ONE) + np.kron(ONE, Z)
    return -0.5 * spin, np.kron(X, ONE) + 0.7 * np.kron(ONE, X), np.kron(X, ONE) - 0.3 * np.kron(ONE, X)


@pytest.mark.parametrize("along", ["Z1 + Z2", "X1 + X2", "Z1 Z2"])
def test_a_coherence_inside_a_level_that_stays_one(along: str) -> None:
    base, hot, cold = collective()
    change = {
        "Z1 + Z2": np.kron(Z, ONE) + np.kron(ONE, Z),
        "X1 + X2": np.kron(X, ONE) + np.kron(ONE, X),
        "Z1 Z2": np.kron(Z, Z),
    }[along]
    check(base, change, hot, cold)


def test_a_level_that_is_split_while_its_coherence_is_coupled_is_refused_by_name() -> None:
    base, hot, cold = collective()
    with pytest.raises(
        ValueError, match="'x', which splits degenerate levels whose coherence is coupled to populations"
    ):
        tk.response(family(base, np.kron(Z, ONE), hot, cold), AT, ["x"], WORDS)
    found = tk.response(family(base, np.kron(Z, ONE), hot, cold), AT, ["hot", "cold"], WORDS)
    assert np.isfinite(found.values).all()


def test_a_level_whose_states_are_mixed_is_refused_by_name() -> None:
    base, hot, cold = collective()
    hop = np.zeros((4, 4))
    hop[1, 2] = hop[2, 1] = 1.0
    with pytest.raises(ValueError, match="'x', which mixes levels 1 and 2 of one energy"):
        tk.response(family(base, hop, hot, cold), AT, ["x"], WORDS)


def test_a_level_may_be_split_where_no_jump_sees_its_coherence() -> None:
    base = -0.5 * (np.kron(Z, ONE) + np.kron(ONE, Z))
    check(base, np.kron(Z, ONE), np.kron(X, ONE), np.kron(ONE, X))


def test_elements_that_jumps_gain_count_where_coherences_do() -> None:
    # Qubits that hop, each at its own bath, in the local generator; x lets the hot bath touch the second one as well.
    bare = -0.5 * (np.kron(Z, ONE) + np.kron(ONE, Z))
    hop = np.zeros((4, 4), dtype=complex)
    hop[1, 2], hop[2, 1] = 0.03j + 0.01, -0.03j + 0.01

    def build(x: float, hot: float, cold: float) -> tk.Model:
        touched = np.kron(X, ONE) + x * np.kron(ONE, X)
        baths = [
            tk.Contact(tk.Bath("hot", hot), touched, tk.Flat(0.01)),
            tk.Contact(tk.Bath("cold", cold), np.kron(ONE, X), tk.Flat(0.02)),
        ]
        return tk.local(bare + hop, baths, bare)

    def number(p: dict[str, Number], words: str) -> Number:
        touched = matrix(np.kron(X, ONE)) + p["x"] * matrix(np.kron(ONE, X))
        baths = [
            Contact("hot", touched, lambda _: mpmath.mpf(0.01), p["hot"]),
            Contact("cold", matrix(np.kron(ONE, X)), lambda _: mpmath.mpf(0.02), p["cold"]),
        ]
        return Steady(matrix(bare + hop), secular(matrix(bare), baths)).number(words)

    found = tk.response(build, AT, ["x"], WORDS)
    for place, words in enumerate(WORDS):
        right = derivative(lambda p, words=words: number(p, words), AT, "x")  # type: ignore[misc]
        assert abs(right) > 1e-6  # it is no zero
        np.testing.assert_allclose(found.values[place, 0], right, rtol=1e-12, atol=0)
    assert exact.SAME < exact.STEP  # what parts by a step is apart


@pytest.mark.parametrize("split", [1e-2, 1e-5, 1e-8])
def test_the_error_covers_what_close_levels_lose_where_they_are_not_given_as_eigenstates(split: float) -> None:
    random = np.random.default_rng(11)
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3)))
    base = turn @ np.diag([0.0, 1.0, 1.0 + split]) @ turn.conj().T
    base = (base + base.conj().T) / 2.0
    change, hot, cold = (hermitian(random, 3) for _ in range(3))
    found, at = tk.response(family(base, change, hot, cold), AT, ["x", "hot"], WORDS), steady(base, change, hot, cold)
    for place, words in enumerate(WORDS[:2]):
        for number, name in enumerate(["x", "hot"]):
            right = derivative(lambda p, words=words: at(p).number(words), AT, name)  # type: ignore[misc]
            miss = abs(found.values[place, number] - right)
            assert miss <= found.error[place, number]
            assert found.error[place, number] <= 1e-10 / split * abs(right)
