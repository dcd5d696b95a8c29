"""Derivatives in one of several steady states: the same system written inside its subspace, in 50 digits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from response_oracles import Contact, Jump, Matrix, Number, Steady, derivative, matrix, secular

Array = np.ndarray[Any, Any]
FIFTY = 1e-34  # of numbers of order one: what differences of fifty digits leave of a derivative that is 0
X = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
OUTPUTS = {
    "activity": "activity",
    "noise of activity": "noise of activity",
    "c": lambda model: tk.current(model, np.linspace(-1.0, 2.0, model.table.size)),
    "noise of c": lambda model: tk.outputs.Noise(tk.current(model, np.linspace(-1.0, 2.0, model.table.size))),
    "covariance of c and activity": lambda model: tk.outputs.Covariance(
        tk.current(model, np.linspace(-1.0, 2.0, model.table.size)), tk.activity(model)
    ),
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def compare(
    found: tk.results.Response, steady: Callable[[dict[str, Number]], Steady], at: dict[str, float], operator: Matrix
) -> None:
    """All derivatives, and those of a mean value that a mapping calls "mean", with differences of fifty digits."""
    for place, name in enumerate(found.parameters):
        for number, output in enumerate(found.outputs):
            true = derivative(
                lambda p, output=output: (  # type: ignore[misc]
                    steady(p).expectation(operator) if output == "mean" else steady(p).number(output)
                ),
                at,
                name,
            )
            miss = abs(found.values[number, place] - true)
            assert miss <= found.error[number, place] + FIFTY, (output, name, miss)
            assert miss <= 1e-11 * abs(true) + 1e-14, (output, name, miss, true)


def counted(number: int, count: int) -> dict[str, Number]:
    return {"activity": mpmath.mpf(1), "c": mpmath.mpf(float(np.linspace(-1.0, 2.0, count)[number]))}


LINKS = ((0, 1, "a"), (1, 0, "b"), (1, 2, "0.3"), (2, 0, "c"), (0, 2, "0.7"), (3, 4, "c"), (4, 3, "a"), (0, 5, "a"),
         (3, 5, "c"))  # fmt: skip


def classes(a: float, b: float, c: float) -> tk.Model:
    """Two closed classes, and a level that leads to both."""
    numbers = {"a": a, "b": b, "c": c}
    rates = np.zeros((6, 6))
    for row, column, name in LINKS:
        rates[row, column] = numbers[name] if name in numbers else float(name)
    return tk.rates(rates)


@pytest.mark.parametrize(("levels", "start"), [((0, 1, 2), 1), ((3, 4), 3)])
def test_a_closed_class_answers_as_it_does_alone(levels: tuple[int, ...], start: int) -> None:
    at = {"a": 0.5, "b": 0.8, "c": 1.2}
    reads = np.diag(np.arange(6.0) ** 2)
    table = classes(**at).table
    order = [(int(table.row[e]), int(table.column[e])) for e in np.argsort(table.channel)]

    def steady(p: dict[str, Number]) -> Steady:
        jumps = []
        for row, column, name in LINKS:
            if row in levels and column in levels:
                out = mpmath.zeros(len(levels))
                strength = p[name] if name in p else mpmath.mpf(float(name))
                out[levels.index(row), levels.index(column)] = mp.sqrt(strength)
                jumps.append(Jump(out, counted(order.index((row, column)), len(order))))
        return Steady(mpmath.zeros(len(levels)), jumps)

    populations = np.zeros(6)
    populations[start] = 1.0
    outputs = {**OUTPUTS, "mean": lambda _: tk.outputs.Expectation(reads)}
    found = tk.response(classes, at, list(at), outputs, initial=tk.Populations(populations))
    compare(found, steady, at, matrix(np.diag(np.array(levels) ** 2.0)))
    assert found.state.shape == (3, 6, 6)
    outside = [level for level in range(6) if level not in levels]
    assert np.abs(found.state[:, outside][:, :, outside]).max() == 0.0
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="the model keeps apart the levels 0, 1, 2; 3, 4"):
        tk.response(classes, at, ["a"], ["activity"])
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="ends in a mixture of several steady states"):
        tk.response(classes, at, ["a"], ["activity"], initial=tk.Populations([0, 0, 0, 0, 0, 1]))
    swept = tk.response(classes, {**at, "b": [0.8, 0.9]}, ["b"], ["activity"], initial=tk.Populations(populations))
    np.testing.assert_allclose(swept.values[0, 0, 0], found.of("activity", "b"), rtol=1e-13)


def driven(w: float, g: float) -> tuple[list[Array], list[list[Array]]]:
    """Hamiltonians and jumps of two systems that share their channels."""
    hamiltonians = [w * X, 0.3 * X + np.diag([0.0, 1.0]) * w]
    return hamiltonians, [[np.sqrt(g) * LOWER, 0.4 * LOWER], [0.2 * LOWER.T, g * LOWER.T]]


def both(w: float, g: float) -> tk.Model:
    hamiltonians, jumps = driven(w, g)

    def joined(one: Array, two: Array) -> Array:
        return np.block([[one, np.zeros((2, 2))], [np.zeros((2, 2)), two]])

    return tk.Model(joined(*hamiltonians), [tk.Channel(joined(*pair), None) for pair in jumps])


@pytest.mark.parametrize("which", [0, 1])
def test_a_sector_with_coherences_answers_as_it_does_alone(which: int) -> None:
    at = {"w": 0.6, "g": 0.9}
    reads = np.kron(np.eye(2), X) + np.diag([0.0, 1.0, 2.0, 3.0])

    def steady(p: dict[str, Number]) -> Steady:
        w, g = p["w"], p["g"]
        one, two = matrix(X), matrix(LOWER)
        hamiltonian = w * one if which == 0 else mpmath.mpf(0.3) * one + w * matrix(np.diag([0.0, 1.0]))
        first = mp.sqrt(g) if which == 0 else mpmath.mpf(0.4)
        second = mpmath.mpf(0.2) if which == 0 else g
        return Steady(hamiltonian, [Jump(first * two, counted(0, 2)), Jump(second * two.T, counted(1, 2))])

    start = np.zeros(4)
    start[2 * which] = 1.0
    outputs = {**OUTPUTS, "mean": lambda _: tk.outputs.Expectation(reads)}
    found = tk.response(both, at, list(at), outputs, initial=tk.Ket(start))
    here = slice(2 * which, 2 * which + 2)
    compare(found, steady, at, matrix(reads[here, here]))


SPIN = np.kron(LOWER, np.eye(2)) + np.kron(np.eye(2), LOWER)
DRIVE = np.kron(X, np.eye(2)) + np.kron(np.eye(2), X)


def pair(w: float, g: float, n: float, x: float = 0.0) -> tk.Model:
    """Two spins that are driven and damped together, so that the singlet is kept apart; x tells them apart."""
    hamiltonian = w * DRIVE + x * np.kron(np.diag([1.0, -1.0]), np.eye(2))
    return tk.Model(hamiltonian, [tk.Channel(np.sqrt(g) * SPIN, None), tk.Channel(np.sqrt(g * n) * SPIN.T, None)])


def test_a_subspace_that_no_level_shows_answers_as_it_does_alone() -> None:
    at = {"w": 0.6, "g": 0.9, "n": 0.3}
    root = np.sqrt(0.5)
    triplet = np.array([[1.0, 0.0, 0.0], [0.0, root, 0.0], [0.0, root, 0.0], [0.0, 0.0, 1.0]])
    reads = np.kron(X, X) + np.diag([0.0, 1.0, 1.0, 3.0])

    def steady(p: dict[str, Number]) -> Steady:
        lower = mpmath.matrix([[0, mp.sqrt(2), 0], [0, 0, mp.sqrt(2)], [0, 0, 0]])
        first, second = mp.sqrt(p["g"]), mp.sqrt(p["g"] * p["n"])
        jumps = [Jump(first * lower, counted(0, 2)), Jump(second * lower.T, counted(1, 2))]
        return Steady(p["w"] * (lower + lower.T), jumps)

    outputs = {**OUTPUTS, "mean": lambda _: tk.outputs.Expectation(reads)}
    found = tk.response(pair, at, list(at), outputs, initial=tk.Ket([1.0, 0.0, 0.0, 0.0]))
    compare(found, steady, at, matrix(triplet.T @ reads @ triplet))
    assert found.numbers[-1] > 0.1
    traces = np.einsum("pij,ji->p", found.state, reads).real
    np.testing.assert_allclose(traces, found.values[-1], rtol=1e-10, atol=1e-13)
    # Its modes are those of all of the model.
    gap = tk.response(pair, at, ["g"], ["gap"], initial=tk.Ket([1.0, 0.0, 0.0, 0.0])).numbers[0]
    assert gap == pytest.approx(float(tk.modes(pair(**at)).gap), rel=1e-10)


def network(x: float, hot: float, pace: float) -> tk.Model:
    """Levels of which a bath links the lower two and the upper two, and x more."""
    coupling = np.zeros((4, 4))
    coupling[0, 1] = coupling[1, 0] = 1.0
    coupling[2, 3] = coupling[3, 2] = 0.8
    coupling[1, 2] = coupling[2, 1] = x
    contacts = [
        tk.Contact(tk.Bath("hot", hot), coupling, tk.Flat(pace)),
        tk.Contact(tk.Bath("cold", 0.6), coupling, tk.Ohmic(0.02)),
    ]
    return tk.davies(np.diag([0.0, 1.0, 2.3, 3.6]), contacts)


def test_a_class_between_baths_answers_as_it_does_alone() -> None:
    at = {"x": 0.0, "hot": 1.4, "pace": 0.02}
    words = ["heat from hot", "noise of heat from hot", "entropy production", "activity"]

    def steady(p: dict[str, Number]) -> Steady:
        hamiltonian, coupling = matrix(np.diag([2.3, 3.6])), mpmath.mpf(0.8) * matrix(X)
        baths = [
            Contact("hot", coupling, lambda _: p["pace"], p["hot"]),
            Contact("cold", coupling, lambda w: mpmath.mpf(0.02) * w, mpmath.mpf(0.6)),
        ]
        return Steady(hamiltonian, secular(hamiltonian, baths))

    start = tk.Populations([0.0, 0.0, 1.0, 0.0])
    found = tk.response(network, at, ["hot", "pace"], words, initial=start)
    compare(found, steady, at, matrix(X))
    with pytest.raises(
        ValueError, match="'x', which turns the subspace in which `initial` ends, or joins it to others"
    ):
        tk.response(network, at, ["x"], words, initial=start)


def test_what_breaks_the_symmetry_is_refused_by_name() -> None:
    at = {"w": 0.6, "g": 0.9, "n": 0.3, "x": 0.0}
    with pytest.raises(
        ValueError, match="'x', which turns the subspace in which `initial` ends, or joins it to others"
    ):
        tk.response(pair, at, ["w", "x"], ["activity"], initial=tk.Ket([1.0, 0.0, 0.0, 0.0]))

    def turned(x: float, w: float) -> tk.Model:
        # All of the model in a basis that turns with x: what is conserved turns with it, and the start does not.
        model, angle = pair(w, 0.9, 0.3), x
        turn = np.eye(4)
        turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        jumps = [turn @ model.table.jump(number) @ turn.T for number in range(2)]
        return tk.Model(turn @ model.generator.dense @ turn.T, [tk.Channel(jump, None) for jump in jumps])

    for parameters, error in ((["w"], None), (["x"], "'x', which turns the subspace in which `initial` ends")):
        given = {"x": 0.3, "w": 0.6}
        start = tk.Ket([1.0, 0.0, 0.0, 0.0])
        if error is None:
            assert np.isfinite(
                tk.response(turned, given, parameters, ["noise of activity"], initial=start).values
            ).all()
            continue
        with pytest.raises(ValueError, match=error):
            tk.response(turned, given, parameters, ["activity"], initial=start)

    def hopping(x: float, w: float) -> tk.Model:
        model = both(w, 0.9)
        hamiltonian = model.generator.dense + x * np.eye(4)[::-1]
        return tk.Model(hamiltonian, [tk.Channel(model.table.jump(number), None) for number in range(2)])

    with pytest.raises(
        ValueError, match="'x', which turns the subspace in which `initial` ends, or joins it to others"
    ):
        tk.response(hopping, {"x": 0.0, "w": 0.6}, ["x"], ["activity"], initial=tk.Ket([1.0, 0.0, 0.0, 0.0]))


def test_a_start_changes_nothing_where_there_is_one_steady_state() -> None:
    maser, at = tk.Family(tk.library.three_level_maser, {"cold": 1.0}), {"drive": 0.05, "hot": 5.0}
    words = ["heat from hot", "noise of heat from hot", "gap"]
    alone = tk.response(maser, at, list(at), words)
    started = tk.response(maser, at, list(at), words, initial=tk.Ket([1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(alone.values, started.values)
