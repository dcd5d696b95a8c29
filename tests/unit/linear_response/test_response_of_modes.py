"""Derivatives of eigenvalues and modes of relaxation against differences of whole superoperators in 50 digits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import mpmath
import numpy as np
import pytest
from mpmath import mp

import thermokin as tk
from relaxation_oracles import Generator, branch_slopes, generator_of, mode_slopes
from response_library import CASES, Case, flattened
from response_oracles import DIGITS, Jump, Matrix, Number, matrix

Array = np.ndarray[Any, Any]
FIFTY = 1e-30  # of numbers of order one: what differences of fifty digits leave of a derivative that is 0
X, Y, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, -1j], [1j, 0.0]]), np.diag([1.0, -1.0])


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def compare(
    found: tk.results.Response, number: int, generator: Generator, at: dict[str, float], *, whole: bool
) -> None:
    """Every derivative of a mode with the same of fifty digits."""
    mode = found.mode(number, whole=whole)
    assert np.linalg.norm(mode.right) == pytest.approx(1.0, rel=1e-13)
    assert np.vdot(mode.left, mode.right) == pytest.approx(1.0, rel=1e-12)
    of = " of the generator" if whole else ""
    words = (f"decay rate of mode {number}{of}", f"frequency of mode {number}{of}")
    for place, name in enumerate(found.parameters):
        value, right, left = mode_slopes(generator, at, name, complex(mode.value), mode.right, mode.left)
        for own, true, error in (
            (mode.value_change[place], value, mode.value_error[place]),
            (mode.right_change[place], right, mode.right_error[place]),
            (mode.left_change[place], left, mode.left_error[place]),
        ):
            miss, size = np.abs(own - true), np.abs(true).max()
            assert (miss <= error + FIFTY).all(), (name, miss.max(), np.max(error))
            unit = 1.0 / (abs(at[name]) or 1.0)  # what a mode moves in all when a parameter doubles, if it moves
            assert (miss <= 1e-10 * size + 1e-12 * unit).all(), (name, miss.max(), size)
            assert np.max(error) <= 1e-8 * size + 1e-10 * unit, (name, np.max(error), size)
        sign = 1.0 if mode.value.imag >= 0.0 else -1.0
        for word, true in zip(words, (-value.real, sign * value.imag if mode.value.imag else 0.0), strict=True):
            miss = abs(found.of(word, name) - true)
            assert miss <= found.error[found.outputs.index(word), place] + FIFTY, (word, name, miss)


def asked(family: Any, at: dict[str, Any], names: list[str], numbers: list[int], *, whole: bool) -> tk.results.Response:
    of = " of the generator" if whole else ""
    words = [f"{what} of mode {number}{of}" for number in numbers for what in ("decay rate", "frequency")]
    return tk.response(family, at, names, [*words, "gap", "gap of the generator"])


MODES = {
    "maser": ([1, 2, 3], False), "maser, lower pair": ([1, 2], False), "coupled qubits": ([1, 2], False),
    "levels": ([1, 2], False), "oscillator": ([1, 3], False), "fermionic level": ([1], False),
    "XXZ chain": ([1, 4], False), "Ising chain": ([1, 2], False),
}  # fmt: skip


def rebuilt(case: Case, *, turned: bool = False) -> Generator:
    """The superoperator; turned where its levels stand the other way round, as spins up first."""
    made: dict[tuple[Number, ...], Matrix] = {}  # every mode asks at the same places

    def at(p: dict[str, Number]) -> Matrix:
        key = tuple(p.values())
        if key not in made:
            found = case.steady(p).generator
            size = found.rows
            back = range(size)[::-1]
            made[key] = matrix([[found[i, j] for j in back] for i in back]) if turned else found
        return made[key]

    return at


@pytest.mark.parametrize("name", sorted(MODES))
def test_modes_of_library_models_move_as_differences_of_fifty_digits_do(name: str) -> None:
    case, (numbers, whole) = CASES[name], MODES[name]
    names = list(case.at)
    found = asked(case.family, dict(case.at), names, numbers, whole=whole)
    at = {key: float(one) for key, one in flattened(dict(case.at)).items()}
    generator = rebuilt(case, turned="chain" in name)
    for number in numbers:
        compare(found, number, generator, at, whole=whole)


WHOLE = {"maser": [1, 4, 6], "coupled qubits": [1, 3, 7], "levels": [2, 5], "oscillator": [1]}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_coherences_that_populations_never_feed_have_modes_of_the_whole_generator(name: str) -> None:
    case, at = CASES[name], {key: float(one) for key, one in flattened(dict(CASES[name].at)).items()}
    names = [one for one in at if one in ("drive", "hot", "coupling", "gaps[0]", "rate", "temperature", "energies[1]")]
    found = asked(case.family, dict(case.at), names, WHOLE[name], whole=True)
    generator = rebuilt(case)
    for number in WHOLE[name]:
        compare(found, number, generator, at, whole=True)


def complex_matrix(random: np.random.Generator, size: int) -> Array:
    return random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))


def drawn(seed: int, size: int, kept: Array | None = None) -> tuple[Any, Generator]:
    """H + sin(x) V with two jumps that move with x^2, and the same in 50 digits; `kept` says what is there at x = 0."""
    random = np.random.default_rng(seed)
    base, change = (one + one.conj().T for one in (complex_matrix(random, size) for _ in range(2)))
    jumps = [(complex_matrix(random, size), complex_matrix(random, size)) for _ in range(2)]
    base = base if kept is None else base * kept

    def build(x: float) -> tk.Model:
        return tk.Model(base + np.sin(x) * change, [tk.Channel(one + x * x * more, None) for one, more in jumps])

    def generator(p: dict[str, Number]) -> Matrix:
        x = p["x"]
        moved = [Jump(matrix(one) + x**2 * matrix(more)) for one, more in jumps]
        return generator_of(matrix(base) + mp.sin(x) * matrix(change), moved)

    return build, generator


@pytest.mark.parametrize("seed", range(3))
def test_any_hamiltonian_and_any_jumps(seed: int) -> None:
    build, generator = drawn(seed, 3)
    found = asked(build, {"x": 0.6}, ["x"], [1, 2, 5], whole=seed == 2)
    for number in (1, 2, 5):
        compare(found, number, generator, {"x": 0.6}, whole=seed == 2)


def ladder(energies: Array, drive: Array) -> tuple[Any, Generator]:
    """Three levels that lose and gain by single jumps, and a drive x of all of them: it wakes coherences at x = 0."""
    places = ((0, 1, 0.8), (1, 2, 0.5), (1, 0, 0.3), (2, 0, 0.2))

    def jump(row: int, column: int, size: float) -> Array:
        out = np.zeros((3, 3))
        out[row, column] = size
        return out

    def build(x: float, loss: float) -> tk.Model:
        jumps = [
            jump(row, column, size * loss if place == 0 else size) for place, (row, column, size) in enumerate(places)
        ]
        return tk.Model(np.diag(energies) + x * drive, [tk.Channel(one, None) for one in jumps])

    def generator(p: dict[str, Number]) -> Matrix:
        jumps = [
            Jump(matrix(jump(row, column, size)) * (p["loss"] if place == 0 else 1))
            for place, (row, column, size) in enumerate(places)
        ]
        return generator_of(matrix(np.diag(energies)) + p["x"] * matrix(drive), jumps)

    return build, generator


@pytest.mark.parametrize("whole", [False, True])
def test_a_mode_gains_the_coherences_that_a_parameter_wakes(*, whole: bool) -> None:
    drive = np.array([[0.0, 0.7 - 0.2j, 0.1], [0.7 + 0.2j, 0.0, 0.4j], [0.1, -0.4j, 0.0]])
    build, generator = ladder(np.array([0.0, 1.0, 2.3]), drive)
    at = {"x": 0.0, "loss": 1.1}
    found = asked(build, at, ["x", "loss"], [1, 2], whole=whole)
    for number in (1, 2):
        compare(found, number, generator, at, whole=whole)
    mode = found.mode(1, whole=whole)
    populations = np.diagonal(mode.right)
    assert np.abs(mode.right_change[0]).max() > 0.05  # it is no zero
    if not whole:
        assert np.abs(mode.right - np.diag(populations)).max() == 0.0


def test_a_mode_of_a_real_eigenvalue_is_hermitian_and_a_pair_is_told_by_its_sign() -> None:
    build, _ = drawn(3, 3)
    found = asked(build, {"x": 0.6}, ["x"], [1, 2], whole=False)
    values = [complex(found.mode(number).value) for number in range(1, 9)]
    real = [number for number, value in enumerate(values, 1) if value.imag == 0.0]
    pairs = [number for number, value in enumerate(values, 1) if value.imag > 0.0]
    assert real
    for number in real:
        mode = found.mode(number)
        np.testing.assert_allclose(mode.right, mode.right.conj().T, rtol=0, atol=1e-13)
        np.testing.assert_allclose(mode.right_change[0], mode.right_change[0].conj().T, rtol=0, atol=1e-12)
    assert pairs
    for number in pairs:  # the other of the pair comes next, and is the adjoint
        one, other = found.mode(number), found.mode(number + 1)
        assert complex(other.value) == pytest.approx(complex(one.value).conjugate(), rel=1e-12)
        overlap = np.vdot(one.right.conj().T, other.right)
        assert abs(overlap) == pytest.approx(1.0, rel=1e-12)
        np.testing.assert_allclose(
            other.right_change[0],
            overlap * one.right_change[0].conj().T,
            rtol=0,
            atol=1e-11 * np.abs(one.right_change).max(),
        )


def network(x: float) -> tk.Model:
    """All pairs of four levels at one pace, and x parts them."""
    rates = np.ones((4, 4)) + x * np.array([[0, 1, 0, 0], [0, 0, 2, 0], [0.5, 0, 0, 0], [0, 3, 0, 0]])
    return tk.rates(rates - np.diag(np.diagonal(rates)))


def test_modes_of_one_eigenvalue_part_into_the_branches_of_fifty_digits() -> None:
    def generator(p: dict[str, Number]) -> Matrix:
        jumps = []
        extra = {(0, 1): 1, (1, 2): 2, (2, 0): mpmath.mpf("0.5"), (3, 1): 3}
        for i in range(4):
            for j in range(4):
                if i != j:
                    out = mpmath.zeros(4)
                    out[i, j] = mp.sqrt(1 + p["x"] * extra.get((i, j), 0))
                    jumps.append(Jump(out))
        return generator_of(mpmath.zeros(4), jumps)

    words = [f"decay rate of mode {number}" for number in (1, 2, 3)]
    words += [f"frequency of mode {number}" for number in (1, 2, 3)]
    found = tk.response(network, {"x": 0.0}, ["x"], words)
    np.testing.assert_allclose(found.numbers, [4.0, 4.0, 4.0, 0.0, 0.0, 0.0], rtol=1e-13, atol=1e-13)
    with mp.workdps(DIGITS):
        step = mpmath.mpf(10) ** -15
        rates = mpmath.zeros(4)
        whole = generator({"x": step})
        for i in range(4):
            for j in range(4):
                rates[i, j] = whole[5 * i, 5 * j]
        slopes = [complex((value + 4) / step) for value in mp.eig(rates, left=False, right=False) if abs(value) > 1]
    slopes.sort(key=lambda one: (-one.real, -one.imag))
    np.testing.assert_allclose(found.values[:3, 0], [-one.real for one in slopes], rtol=1e-12, atol=0)
    np.testing.assert_allclose(found.values[3:, 0], [abs(one.imag) for one in slopes], rtol=1e-11, atol=1e-13)
    with pytest.raises(
        ValueError,
        match=r"gap, which is the decay rate of 3 modes at this point as far as double precision tells, and 'x' parts",
    ):
        tk.response(network, {"x": 0.0}, ["x"], ["gap"])
    with pytest.raises(ValueError, match=r"mode 1 is one of 3 of the eigenvalue -4"):
        found.mode(1)


def test_a_gap_of_several_modes_has_a_derivative_where_no_parameter_parts_them() -> None:
    ring = np.ones((3, 3)) - np.eye(3)
    found = tk.response(lambda k: tk.rates(k * ring), {"k": 1.3}, ["k"], ["gap", "decay rate of mode 2"])
    np.testing.assert_allclose(found.values[:, 0], 3.0, rtol=1e-13, atol=0)


def test_two_equal_qubits_part_into_branches_with_coherences() -> None:
    # Both relax alike; the exchange x joins what decays alike, in populations and coherences: -1 -> +- 2 i x.
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(lower, np.eye(2)), np.kron(np.eye(2), lower)
    hop = one.T @ two + two.T @ one

    def build(x: float) -> tk.Model:
        return tk.Model(x * hop, [tk.Channel(one, None), tk.Channel(two, None)])

    def generator(p: dict[str, Number]) -> Matrix:
        return generator_of(p["x"] * matrix(hop), [Jump(matrix(one)), Jump(matrix(two))])

    words = [
        f"{what} of mode {number} of the generator" for what in ("decay rate", "frequency") for number in range(1, 16)
    ]
    found = tk.response(build, {"x": 0.0}, ["x"], words)
    assert found.numbers[:15] == pytest.approx([0.5] * 4 + [1.0] * 6 + [1.5] * 4 + [2.0], abs=1e-12)
    for numbers, value in ((range(1, 5), -0.5), (range(5, 11), -1.0), (range(11, 15), -1.5)):
        true = branch_slopes(generator, {"x": 0.0}, "x", value)
        own = [found.values[number + 14, 0] for number in numbers]
        np.testing.assert_allclose(sorted(own), sorted(abs(one.imag) for one in true), rtol=0, atol=1e-9)
        rates = [found.values[number - 1, 0] for number in numbers]
        np.testing.assert_allclose(sorted(rates), sorted(-one.real for one in true), rtol=0, atol=1e-9)
    with pytest.raises(ValueError, match=r"'x', which mixes a mode of the eigenvalue -1.* ask for the modes"):
        tk.response(build, {"x": 0.0}, ["x"], ["decay rate of mode 1"])


def test_a_mode_that_meets_a_coherence_of_its_own_eigenvalue() -> None:
    # Populations and coherences of a qubit decay alike; x turns one into the other: -1 -> -1 +- 2 i x, and -1.
    def build(x: float) -> tk.Model:
        return tk.Model(x * X, [tk.Channel(np.diag([1.0], 1), None), tk.Channel(0.5 * Z, None)])

    with pytest.raises(ValueError, match="'x', which mixes a mode of the eigenvalue -1"):
        tk.response(build, {"x": 0.0}, ["x"], ["gap"])
    found = tk.response(build, {"x": 0.0}, ["x"], [f"frequency of mode {k} of the generator" for k in (1, 2, 3)])
    np.testing.assert_allclose(found.values[:, 0], [2.0, 0.0, 2.0], rtol=0, atol=1e-13)
    alone = tk.response(build, {"x": 0.0}, ["x"], ["activity"])
    with pytest.raises(ValueError, match="'x', which mixes a mode of the eigenvalue -1"):
        alone.mode(1)


def test_modes_that_coalesce_are_refused_by_name() -> None:
    # A qubit in its own field, damped at 2 gamma in two of three directions: modes meet at twice the field = gamma / 2.
    def build(field: float) -> tk.Model:
        up, down = 0.1 * np.diag([1.0], -1), 0.1 * np.diag([1.0], 1)
        jumps = [np.sqrt(0.5) * Z, down, up]
        return tk.Model(field * X, [tk.Channel(jump, None) for jump in jumps])

    with pytest.raises(ValueError, match=r"coalesce at this point .an exceptional point."):
        tk.response(build, {"field": 0.2475}, ["field"], ["decay rate of mode 2"])
    near = tk.response(build, {"field": 0.2475 + 1e-6}, ["field"], ["decay rate of mode 2", "frequency of mode 2"])
    # Beside it the frequency is sqrt(4 f^2 - 4 f0^2).
    f, f0 = 0.2475 + 1e-6, 0.2475
    np.testing.assert_allclose(
        near.of("frequency of mode 2", "field"), 4.0 * f / np.sqrt(4.0 * (f * f - f0 * f0)), rtol=1e-6
    )
    assert abs(near.of("frequency of mode 2", "field") * 1e-6) < 1.0
    assert near.error[1, 0] > 1e-13 * abs(near.values[1, 0])


@pytest.mark.parametrize("slow", [1e-3, 1e-8, 1e-14])
def test_slow_modes_of_populations_keep_their_digits(slow: float) -> None:
    def build(weak: float, strong: float) -> tk.Model:
        rates = np.array([[0.0, 2.0 * strong, weak, 0.0], [strong, 0.0, 0.0, 0.0],
                          [0.5 * weak, 0.0, 0.0, 3.0], [0.0, 0.0, 1.0, 0.0]])  # fmt: skip
        return tk.rates(rates)

    at = {"weak": slow, "strong": 1.3}
    found = tk.response(build, at, list(at), ["gap"])
    with mp.workdps(60):
        right = []
        for name in at:
            ends = []
            for sign in (1, -1):
                p = {key: mpmath.mpf(one) for key, one in at.items()}
                p[name] += sign * p[name] * mpmath.mpf(10) ** -15
                w, s = p["weak"], p["strong"]
                rates = mpmath.matrix(
                    [[-s - w / 2, 2 * s, w, 0], [s, -2 * s, 0, 0], [w / 2, 0, -w - 1, 3], [0, 0, 1, -3]]
                )
                values = sorted(mp.eig(rates, left=False, right=False), key=abs)
                ends.append(mp.re(values[1]))
            right.append(float(-(ends[0] - ends[1]) / (2 * mpmath.mpf(at[name]) * mpmath.mpf(10) ** -15)))
    np.testing.assert_allclose(found.values[0, 0], right[0], rtol=1e-12, atol=0)
    assert (np.abs(found.values[0] - right) <= found.error[0] + 1e-25).all()


def test_what_modes_are_refused() -> None:
    maser, at = tk.Family(tk.library.three_level_maser, {"cold": 1.0}), {"drive": 0.05, "hot": 5.0}

    def refused(match: str, words: str, family: Any = maser, at: Any = at, names: Any = ("drive",)) -> None:
        with pytest.raises(ValueError, match=match):
            tk.response(family, at, list(names), [words])

    refused(
        "hold the decay rate of mode 0, but mode 0 does not decay: those that do are numbered from 1",
        "decay rate of mode 0",
    )
    refused("hold the frequency of mode 5, but there are 5 modes, numbered from 0", "frequency of mode 5")
    refused("must count one of heat", "decay")
    with pytest.raises(ValueError, match=r"must have a `number` from 0, got -1"):
        tk.response(maser, at, ["drive"], {"x": lambda _: tk.outputs.DecayRate(-1)})
    found = tk.response(maser, at, ["drive"], ["gap"])
    with pytest.raises(ValueError, match=r"`number` must be a whole number from 0, got 1\.5"):
        found.mode(1.5)
    with pytest.raises(ValueError, match="mode 0 does not decay"):
        found.mode(0)

    def oscillator(bend: float) -> tk.Model:
        lower = np.diag(np.sqrt(np.arange(1.0, 4.0)), 1)
        number = lower.T @ lower
        bath = tk.Contact(tk.Bath("bath", 1.0), lower + lower.T, tk.Flat(0.01))
        return tk.davies(number + bend * number @ number, [bath])

    # Its rungs are one jump; bent they are three, and coherences no longer feed one another.
    split = "'bend', which splits equal gaps whose coherences feed one another"
    refused(split, "gap of the generator", oscillator, {"bend": 0.0}, ("bend",))
    tk.response(oscillator, {"bend": 0.0}, ["bend"], ["gap"])

    def shifted(gap: float) -> tk.Model:
        bath = tk.Contact(tk.Bath("bath", 1.0), X, tk.Ohmic(0.01, 5.0))
        return tk.davies(np.diag([0.0, gap]), [bath], lamb_shift=tk.LambShift())

    refused(
        "Lamb shift, which turns the coherences of its modes", "gap of the generator", shifted, {"gap": 1.0}, ("gap",)
    )
    tk.response(shifted, {"gap": 1.0}, ["gap"], ["gap"])


def test_modes_along_a_sweep_and_how_they_look() -> None:
    maser = tk.Family(tk.library.three_level_maser, {"cold": 1.0})
    found = tk.response(maser, {"drive": [0.05, 0.1], "hot": 5.0}, ["drive", "hot"], ["decay rate of mode 3"])
    mode = found.mode(3)
    assert mode.value.shape == (2,)
    assert mode.right_change.shape == mode.left_error.shape == (2, 2, 3, 3)
    alone = tk.response(maser, {"drive": 0.1, "hot": 5.0}, ["drive", "hot"], ["gap"]).mode(3)
    np.testing.assert_array_equal(mode.right_change[1], alone.right_change)
    np.testing.assert_allclose(-mode.value_change.real, found.values[:, 0], rtol=1e-12, atol=1e-16)
    assert str(mode).splitlines()[0] == "Response of mode 3 to 2 parameters"
    data = mode.to_xarray()
    assert data.decay_rate_change.dims == ("drive", "parameter")
    np.testing.assert_array_equal(data.drive, [0.05, 0.1])
    np.testing.assert_array_equal(data.right_change_imaginary, mode.right_change.imag)
    np.testing.assert_array_equal(data.decay_rate_change_error, mode.value_error)
    figure, axes = alone.plot()
    assert len(axes.ravel()[0].patches) == 4
    assert "decay_rate" in str(alone)
    plt.close(figure)
