"""Slow drives and geodesics, against driven runs, closed forms and another solver of boundary-value problems."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_bvp

import thermokin as tk
from oracles import Array
from thermokin.errors import ValidityWarning

SX, SZ = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
GIBBS_QUBIT = tk.Family(tk.library.qubit, {"rate": 1.0, "temperature": 1.0})
START, END = {"x": 0.2, "z": 1.5}, {"x": 1.0, "z": 1.0}


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def turned_qubit(x: Any, z: Any) -> tk.Model:
    field = 0.5 * np.asarray(x)[..., None, None] * SX + 0.5 * np.asarray(z)[..., None, None] * SZ
    coupling = np.array([[0.3, 1.0], [1.0, -0.3]])
    return tk.davies(field, [tk.Contact(tk.Bath("bath", 1.0), coupling, tk.Ohmic(1.0))])


def bit(gap: Any) -> tk.Model:
    energy = np.asarray(gap)[..., None, None] * np.diag([0.0, 1.0])
    return tk.davies(energy, [tk.Contact(tk.Bath("bath", 1.0), SX, tk.Ohmic(1.0))])


@pytest.fixture(scope="module")
def shortest() -> tk.results.Geodesic:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        return tk.geodesic(turned_qubit, START, END)


def test_erasure_has_the_length_of_the_closed_integral() -> None:
    found = tk.geodesic(bit, {"gap": 1e-3}, {"gap": 12.0})
    assert found.length**2 == pytest.approx(0.8865339565, abs=1e-10)
    assert found.drive.action == pytest.approx(0.8865339565, abs=1e-9)
    assert found.unevenness < 1e-7  # derivatives of a series of 513 terms
    whole = tk.slow_drive(bit, {"gap": (1e-9, 70.0)})
    assert whole.length**2 == pytest.approx(0.8897137891, abs=1e-9)


def test_a_drive_keeps_its_pace_where_friction_falls_by_thirteen_orders() -> None:
    def relaxation(gap: Any) -> Any:
        return gap / np.tanh(gap / 2.0)

    def friction(gap: Any) -> Any:
        return 0.25 / np.cosh(gap / 2.0) ** 2 / relaxation(gap)

    for begin, finish in ((0.01, 30.0), (30.0, 0.01)):
        way = quad(lambda gap: np.sqrt(friction(gap)), begin, finish, epsabs=1e-13, epsrel=1e-13)[0]

        def speed(gap: Any, way: float = way) -> Any:
            return way / np.sqrt(friction(gap))

        def lag(gap: Any, speed: Callable[[Any], Any] = speed) -> Any:
            return -friction(gap) * speed(gap)

        def later(gap: float, speed: Callable[[Any], Any] = speed, lag: Callable[[Any], Any] = lag) -> float:
            slope = lag(gap + 1e-30j).imag / 1e-30  # exact: of a step into the complex plane
            return float(speed(gap) / relaxation(gap) * slope)

        order = quad(later, begin, finish, epsabs=1e-10, epsrel=1e-12)[0] + speed(begin) * lag(begin) / relaxation(
            begin
        )
        found = tk.geodesic(bit, {"gap": begin}, {"gap": finish})
        assert found.length == pytest.approx(abs(way), rel=1e-11)
        assert found.drive.action == pytest.approx(way**2, rel=1e-10)
        free = [np.log1p(np.exp(-gap)) for gap in (begin, finish)]
        assert found.drive.reversible_work == pytest.approx(free[0] - free[1], rel=1e-10)
        assert found.drive.next_order == pytest.approx(order, rel=1e-9)
        assert found.unevenness < 1e-6  # the root of the friction there is 3e-7 of the largest


def test_many_ways_at_once_are_each_of_them() -> None:
    ends, starts = np.array([[0.8, 4.0, 9.0]]), np.array([[0.5], [6.0]])
    every, places = tk.geodesic(GIBBS_QUBIT, {"gap": starts}, {"gap": ends}), np.linspace(0.0, 1.0, 7)
    assert len(every) == 2
    for row in (0, 1):
        for column in (0, 1, 2):
            one = tk.geodesic(GIBBS_QUBIT, {"gap": starts[row, 0]}, {"gap": ends[0, column]})
            assert every.length[row, column] == pytest.approx(one.length, rel=1e-12)
            np.testing.assert_allclose(every.at(places)[row, column], one.at(places)[:, 0], rtol=1e-12)
            np.testing.assert_array_equal(every[row, column].drive.values[[0, -1]], one.drive.values[[0, -1]])
    with pytest.raises(IndexError, match=r"ways of shape \(2, 3\): name one"):
        every[0]
    with pytest.raises(ValueError, match=r"another point than `start`; they are one at \[1\]"):
        tk.geodesic(GIBBS_QUBIT, {"gap": 1.0}, {"gap": [0.5, 1.0]})
    with pytest.raises(ValueError, match="one pair of ends at a time"):
        tk.geodesic(turned_qubit, {"x": 0.2, "z": [0.5, 1.0]}, {"x": 1.0, "z": 2.0})


def test_excess_work_and_variance_tend_to_their_expansions() -> None:
    drive = tk.slow_drive(turned_qubit, {"x": lambda s: 0.2 + np.sin(s), "z": lambda s: 1.5 + 0.3 * np.cos(2.0 * s)})
    left = []
    for tau in (100.0, 200.0):
        work = tk.two_point_work(drive.leg(tau), tk.Gibbs(1.0))
        assert tk.evolve(drive.leg(tau), tk.Gibbs(1.0), [tau]).power_of_drive[0] == pytest.approx(work.mean, rel=1e-8)
        left.append((tau**2 * (work.mean - drive.reversible_work) - tau * drive.action, tau * work.variance))
    # Richardson's step leaves the order beyond the next.
    assert 2.0 * left[1][0] - left[0][0] == pytest.approx(drive.next_order, rel=2e-3)
    assert 2.0 * left[1][1] - left[0][1] == pytest.approx(drive.noise, rel=1e-3)
    assert drive.coherent is not None
    assert drive.coherent > 0.0
    assert drive.coherent == pytest.approx(drive.noise / 2.0 - drive.action, rel=1e-10)


def test_the_reversible_work_is_the_difference_of_free_energies() -> None:
    drive = tk.slow_drive(GIBBS_QUBIT, {"gap": (1.0, 2.0)})
    assert drive.reversible_work == pytest.approx(np.log1p(np.exp(-1.0)) - np.log1p(np.exp(-2.0)), rel=1e-12)
    assert drive.coherent == pytest.approx(0.0, abs=1e-14)


def test_no_pace_changes_a_length_and_no_controls_do() -> None:
    straight = tk.slow_drive(turned_qubit, {"x": (0.2, 1.0), "z": (1.5, 1.0)})
    late = tk.slow_drive(turned_qubit, {"x": lambda s: 0.2 + 0.8 * s**2, "z": lambda s: 1.5 - 0.5 * s**2})
    assert late.length == pytest.approx(straight.length, rel=1e-9)
    assert late.action > straight.action

    def by_polar(size: Any, angle: Any) -> tk.Model:
        return turned_qubit(size * np.sin(angle), size * np.cos(angle))

    def size(s: Array) -> Array:
        return np.hypot(0.2 + 0.8 * s, 1.5 - 0.5 * s)

    def angle(s: Array) -> Array:
        return np.arctan2(0.2 + 0.8 * s, 1.5 - 0.5 * s)

    other = tk.slow_drive(by_polar, {"size": size, "angle": angle})
    assert other.action == pytest.approx(straight.action, rel=1e-9)


def test_a_geodesic_solves_its_boundary_value_problem(shortest: tk.results.Geodesic) -> None:
    def metric(points: Array) -> Array:
        return tk.friction(turned_qubit, {"x": points[:, 0], "z": points[:, 1]}).metric

    def slopes(_: Array, state: Array) -> Array:
        points, speed, step = state[:2].T, state[2:].T, 2e-3
        moves = [sign * step * np.eye(2)[axis] for axis in (0, 1) for sign in (1, -1, 2, -2)]
        every = metric(np.concatenate([points, *(points + move for move in moves)])).reshape(9, -1, 2, 2)
        change = [(8.0 * (every[i] - every[i + 1]) - (every[i + 2] - every[i + 3])) / (12.0 * step) for i in (1, 5)]
        bent = 0.5 * np.einsum("ksij,si,sj->sk", change, speed, speed)
        bent = bent - np.einsum("ksij,sk,sj->si", change, speed, speed)
        return np.vstack([state[2:], np.linalg.solve(every[0], bent[..., None])[..., 0].T])

    begin, finish = np.array(list(START.values())), np.array(list(END.values()))
    places = np.linspace(0.0, 1.0, 17)
    first = shortest.at(places)
    guess = np.vstack([first.T, np.gradient(first, places, axis=0).T])
    solved = solve_bvp(slopes, lambda a, b: np.r_[a[:2] - begin, b[:2] - finish], places, guess, tol=1e-6)
    assert solved.status == 0
    np.testing.assert_allclose(shortest.at(solved.x), solved.y[:2].T, atol=1e-6)  # of the other solver


def test_a_geodesic_goes_at_one_speed_and_beats_its_neighbours(shortest: tk.results.Geodesic) -> None:
    assert shortest.unevenness < 1e-6
    assert shortest.drive.action == pytest.approx(shortest.length**2, rel=1e-10)
    assert shortest.straight.length > shortest.length
    for name in ("x", "z"):
        for size in (0.02, -0.02):

            def bent(s: Array, name: str = name, size: float = size) -> Array:
                place = list(START).index(name)
                return shortest.at(s)[:, place] + size * np.sin(np.pi * s)

            others = {other: lambda s, other=other: shortest.at(s)[:, list(START).index(other)] for other in START}
            assert tk.slow_drive(turned_qubit, {**others, name: bent}).length > shortest.length


def test_paths_say_where_the_models_along_them_are_in_doubt() -> None:
    with pytest.warns(ValidityWarning, match="is 0.001, below 1"):
        drive = tk.slow_drive(bit, {"gap": (1e-3, 2.0)})
    assert drive.validity[0].in_doubt
    with pytest.warns(ValidityWarning, match="secular"):
        tk.geodesic(bit, {"gap": 1e-3}, {"gap": 2.0})


def test_the_optimal_drive_beats_a_straight_one_in_the_engine() -> None:
    path, tau = tk.geodesic(GIBBS_QUBIT, {"gap": 0.5}, {"gap": 6.0}), 200.0
    best, straight = (
        tk.evolve(drive.leg(tau), tk.Gibbs(1.0), [tau]).power_of_drive[0] - path.drive.reversible_work
        for drive in (path, path.straight)
    )
    assert best < straight
    assert tau * best == pytest.approx(path.length**2, rel=0.05)


def test_entropy_stays_above_the_finite_time_landauer_limit() -> None:
    path = tk.geodesic(bit, {"gap": 0.01}, {"gap": 8.0})
    assert path.drive.entropy_action is not None
    least = path.drive.least_entropy([50.0, 500.0])
    assert np.all(least < path.drive.entropy_action / np.array([50.0, 500.0]))
    excited = 1.0 / (1.0 + np.exp(np.array([0.01, 8.0])))
    assert path.drive.moved_probability == pytest.approx(excited[0] - excited[1], rel=1e-10)


def two_sites(gap: Any, hop: Any) -> tk.Model:
    number, lower = np.diag([0.0, 1.0]), np.array([[0.0, 1.0], [0.0, 0.0]])
    moves = np.kron(lower, lower.T) + np.kron(lower.T, lower)
    bare = np.asarray(gap)[..., None, None] * (np.kron(number, np.eye(2)) + np.kron(np.eye(2), number))
    contacts = [
        tk.Contact(tk.Bath("hot", 2.0), np.kron(SX, np.eye(2)), tk.Flat(0.1)),
        tk.Contact(tk.Bath("cold", 0.5), np.kron(np.eye(2), SX), tk.Flat(0.1)),
    ]
    return tk.local(bare + np.asarray(hop)[..., None, None] * moves, contacts, bare)


def test_between_two_temperatures_the_excess_holds_and_a_length_does_not() -> None:
    drive, tau = tk.slow_drive(two_sites, {"gap": (1.0, 1.6), "hop": (0.05, 0.2)}), 400.0
    run = tk.evolve(drive.leg(tau), tk.steady_state(two_sites(1.0, 0.05)).state, [tau])
    excess = tau * (run.power_of_drive[0] - drive.reversible_work)
    assert excess == pytest.approx(drive.action + drive.next_order / tau, rel=1e-3)
    with pytest.raises(ValueError, match="negative friction at s"):
        _ = drive.length
    with pytest.raises(ValueError, match="negative friction between"):
        tk.geodesic(two_sites, {"gap": 1.0, "hop": 0.05}, {"gap": 1.6, "hop": 0.2})


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (
            lambda: tk.geodesic(
                lambda a, b: tk.library.qubit(a + b, 1.0, 1.0), {"a": 0.5, "b": 0.5}, {"a": 1.0, "b": 1.0}
            ),
            ValueError,
            "metric is singular",
        ),
        (
            lambda: tk.geodesic(
                lambda a, b: tk.library.qubit(a + 0.0 * b, 1.0, 1.0), {"a": 0.5, "b": 0.5}, {"a": 1.0, "b": 1.0}
            ),
            ValueError,
            "`b` does nothing",
        ),
        (lambda: tk.geodesic(GIBBS_QUBIT, {"gap": 1.0}, {"gap": 1.0}), ValueError, "another point"),
        (lambda: tk.geodesic(GIBBS_QUBIT, {"gap": 1.0}, {"gpa": 2.0}), ValueError, "controls of `start`"),
        (lambda: tk.geodesic(GIBBS_QUBIT, {"gap": np.inf}, {"gap": 2.0}), ValueError, "one finite number"),
        (
            lambda: tk.slow_drive(GIBBS_QUBIT, {"gap": lambda s: 1.0 + abs(s - 0.3)}),
            tk.errors.NotConvergedError,
            "not smooth",
        ),
        (lambda: tk.slow_drive(GIBBS_QUBIT, {}), ValueError, "at least one control"),
        (lambda: tk.slow_drive(GIBBS_QUBIT, {"gap": "up"}), TypeError, "function of s or two finite"),
        (lambda: tk.slow_drive(GIBBS_QUBIT, {"gap": (1.0, 2.0)}).leg(-1.0), ValueError, "`duration`"),
    ],
)
def test_what_is_no_path_is_refused_in_words(ask: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask()
