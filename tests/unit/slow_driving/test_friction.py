"""Friction tensors: closed forms, the integral of a correlation function, laws, and what has no friction."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import ValidityWarning
from thermokin.linear_response.regression import Regression
from thermokin.model.parameter import Gap, Rate

SX, SZ = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
GIBBS_QUBIT = tk.Family(tk.library.qubit, {"rate": 1.0, "temperature": 1.0})


@pytest.fixture(autouse=True)
def _strong_coupling() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        yield


def turned_qubit(x: Any, z: Any) -> tk.Model:
    field = 0.5 * np.asarray(x)[..., None, None] * SX + 0.5 * np.asarray(z)[..., None, None] * SZ
    coupling = np.array([[0.3, 1.0], [1.0, -0.3]])
    return tk.davies(field, [tk.Contact(tk.Bath("bath", 1.0), coupling, tk.Ohmic(0.1))])


def one_at_a_time(x: float, z: float) -> tk.Model:
    return turned_qubit(float(x), float(z))


def test_two_levels_have_the_friction_of_their_closed_form() -> None:
    gaps = np.array([1e-3, 0.3, 1.0, 7.0, 20.0])
    found = tk.friction(GIBBS_QUBIT, {"gap": gaps})
    excited = 1.0 / (np.exp(gaps) + 1.0)
    np.testing.assert_allclose(
        found.tensor[:, 0, 0], excited * (1.0 - excited) * np.tanh(gaps / 2.0), rtol=1e-11
    )  # p(1 - p)/(T rate), the rate of relaxation g coth(w/2T)
    assert found.tensor[2, 0, 0] == pytest.approx(0.0908577, abs=5e-8)
    np.testing.assert_allclose(found.fluctuation, 2.0 * found.metric, rtol=1e-11)


def test_the_friction_is_the_integral_of_a_correlation_over_time() -> None:
    at = {"x": 0.7, "z": 1.1}
    found = tk.friction(turned_qubit, at)
    model = turned_qubit(**at)
    rest = tk.steady_state(model)
    forces = 0.5 * np.stack([SX, SZ])
    step = 1e-4
    for place, name in enumerate(at):
        beside = [tk.steady_state(turned_qubit(**{**at, name: at[name] + s * step})).state for s in (1, -1, 2, -2)]
        moved = (8.0 * (beside[0] - beside[1]) - (beside[2] - beside[3])) / (12.0 * step)
        source = model.to_frame(moved)
        for force in (0, 1):
            reading = model.to_frame(forces[force].astype(complex))
            zero = np.zeros((2, 2))
            flow = Regression(rest, source, zero, np.abs(source), reading)
            # -int_0^inf tr(F exp(Lt) d rho) dt by panels of Gauss on the motion, no inverse anywhere
            nodes, weights = np.polynomial.legendre.leggauss(24)
            edges = np.linspace(0.0, 400.0, 201)
            times = (edges[:-1, None] + 0.5 * np.diff(edges)[:, None] * (1.0 + nodes)).ravel()
            values = flow.over_time(times)[0].real
            integral = -(values.reshape(200, 24) @ weights * 1.0).sum()
            assert found.tensor[force, place] == pytest.approx(integral, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_metrics_and_their_coherent_parts_are_positive(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = rng.normal(size=(4, 3, 3))
    first, second, base, coupling = parts + parts.transpose(0, 2, 1)

    def family(a: float, b: float) -> tk.Model:
        contact = tk.Contact(tk.Bath("bath", 1.3), coupling, tk.Ohmic(0.05))
        return tk.davies(base + a * first + b * second, [contact])

    found = tk.friction(family, {"a": 0.3, "b": -0.2})
    assert np.linalg.eigvalsh(found.metric)[0] > 0.0
    assert found.coherent is not None
    assert np.linalg.eigvalsh(found.coherent)[0] > -1e-12 * np.abs(found.metric).max()
    assert found.entropy_metric is not None
    np.testing.assert_allclose(found.entropy_metric, found.metric / 1.3, rtol=1e-9)


def test_functions_of_one_number_and_of_arrays_have_one_friction() -> None:
    at = {"x": np.array([[0.2], [0.9]]), "z": np.array([0.5, 1.0, 1.5])}
    many, single = tk.friction(turned_qubit, at), tk.friction(one_at_a_time, at)
    assert many.tensor.shape == (2, 3, 2, 2)
    np.testing.assert_allclose(many.tensor, single.tensor, rtol=1e-10)
    data = many.to_xarray()
    assert data["tensor"].dims == ("x", "z", "force", "control")
    np.testing.assert_array_equal(data["x"], at["x"][:, 0])
    alone = tk.friction(turned_qubit, {"x": 0.9, "z": 1.5})
    np.testing.assert_allclose(many.tensor[1, 2], alone.tensor, rtol=1e-10)


def three_levels(a: Any, b: Any, temperature: Any = 0.6, turn: Any = None) -> tk.Model:
    a, b, temperature = np.broadcast_arrays(a, b, temperature)
    energy = np.stack([0.0 * a, a, a + np.sin(b)], axis=-1)[..., None] * np.eye(3)
    coupling = np.array([[0.0, 1.0, 0.4], [1.0, 0.0, 0.7], [0.4, 0.7, 0.0]])
    basis = np.eye(3) if turn is None else turn
    contact = tk.Contact(tk.Bath("bath", temperature), basis @ coupling @ basis.conj().T, tk.Ohmic(0.01))
    return tk.davies(basis @ energy @ basis.conj().T, [contact])


def test_levels_that_move_have_the_friction_of_their_matrices_in_any_basis() -> None:
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)) + 1j * np.diag([1.0, 2.0, 3.0]))[0]
    at = {"a": np.array([0.7, 0.9]), "b": 0.4, "temperature": np.array([0.6, 0.8])}
    plain = tk.friction(three_levels, at)
    turned = tk.friction(lambda a, b, temperature: three_levels(a, b, temperature, turn), at)
    for one, other in ((plain.tensor, turned.tensor), (plain.fluctuation, turned.fluctuation)):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9 * float(np.abs(other).max()))
    assert plain.entropy_metric is not None
    assert turned.entropy_metric is not None
    np.testing.assert_allclose(plain.entropy_metric, turned.entropy_metric, rtol=1e-9)


def test_gaps_that_meet_at_one_point_leave_the_others_together() -> None:
    made = []

    def counted(a: Any, b: Any) -> tk.Model:
        made.append(np.shape(a))
        return three_levels(a, b)

    b = np.concatenate([np.linspace(0.2, 0.6, 40), [np.pi / 2.0]])  # sin b = a = 1 at the last
    found = tk.friction(counted, {"a": 1.0, "b": b}, ["a"])
    assert len(made) < 120  # one by one they are 164
    alone = tk.friction(three_levels, {"a": 1.0, "b": float(b[-1])}, ["a"])
    np.testing.assert_allclose(found.tensor[-1], alone.tensor, rtol=1e-10)


def test_rates_that_a_function_mixes_up_over_a_sweep_are_found_one_by_one() -> None:
    def mixed(gap: Gap, rate: Rate) -> tk.Model:
        return tk.library.qubit(gap, float(np.mean(rate)), 1.0)

    at = {"gap": np.array([1.0, 1.5]), "rate": np.array([0.01, 0.02])}
    found = tk.friction(mixed, at, ["gap"])
    expected = tk.friction(tk.library.qubit, {**at, "temperature": 1.0}, ["gap"])
    np.testing.assert_allclose(found.tensor, expected.tensor, rtol=1e-10)


def test_a_row_of_numbers_may_vary_beside_the_controls() -> None:
    energies = np.array([[0.0, 1.0, 2.5], [0.0, 0.7, 1.9]])
    coupling = np.ones((3, 3)) - np.eye(3)
    rest = tk.Family(tk.library.levels, {"coupling": coupling, "rate": 0.01})
    found = tk.friction(rest, {"energies": energies, "temperature": 0.8}, ["temperature"])
    alone = [tk.friction(rest, {"energies": row, "temperature": 0.8}, ["temperature"]) for row in energies]
    assert found.entropy_metric is not None
    np.testing.assert_allclose(found.entropy_metric, [one.entropy_metric for one in alone], rtol=1e-10)


def test_states_that_are_no_gibbs_states_have_friction_too() -> None:
    def alike(gap: Any) -> tk.Model:
        energy = np.asarray(gap)[..., None, None] * np.diag([0.0, 1.0])
        contacts = [tk.Contact(tk.Bath(name, t), SX, tk.Flat(0.1)) for name, t in (("hot", 2.0), ("cold", 0.5))]
        return tk.davies(energy, contacts)

    found = tk.friction(alike, {"gap": 1.2})
    up, down = (0.1 * sum(1.0 / np.expm1(1.2 / t) + one for t in (2.0, 0.5)) for one in (0.0, 1.0))
    slope = 1e-4
    shares = []
    for gap in (1.2 + slope, 1.2 - slope):
        n = [1.0 / np.expm1(gap / t) for t in (2.0, 0.5)]
        shares.append(sum(n) / (2.0 * sum(n) + 2.0))
    assert found.tensor[0, 0] == pytest.approx(-(shares[0] - shares[1]) / (2.0 * slope) / (up + down), rel=1e-7)
    assert found.temperature is None
    assert found.coherent is None
    assert found.entropy_metric is None


def test_a_temperature_that_moves_has_no_force_and_produces_entropy() -> None:
    found = tk.friction(tk.library.qubit, {"gap": 1.0, "rate": 0.1, "temperature": 0.7}, ["gap", "temperature"])
    assert np.all(found.tensor[1] == 0.0)
    assert found.entropy_metric is not None
    p = 1.0 / (np.exp(1.0 / 0.7) + 1.0)
    change = np.array([1.0 / 0.7, -1.0 / 0.7**2])  # of gap/T, all that the state depends on
    expected = p * (1.0 - p) * np.tanh(0.5 / 0.7) / 0.1 * np.outer(change, change)
    np.testing.assert_allclose(found.entropy_metric, expected, rtol=1e-10)


def test_a_control_that_does_nothing_has_no_friction() -> None:
    found = tk.friction(lambda gap, idle: tk.library.qubit(gap + 0.0 * idle, 1.0, 1.0), {"gap": 1.0, "idle": 2.0})
    np.testing.assert_array_equal(found.tensor[1], 0.0)
    np.testing.assert_array_equal(found.tensor[:, 1], 0.0)


def split_space(gap: float) -> tk.Model:
    contact = tk.Contact(tk.Bath("bath", 1.0), np.pad(SX, (0, 1)), tk.Flat(0.01))
    return tk.davies(np.diag([0.0, gap, 2.5]), [contact])


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: tk.friction(split_space, {"gap": 1.0}), tk.errors.DegenerateSteadyStateError, "not unique"),
        (lambda: tk.friction(GIBBS_QUBIT, {"gap": 0.0}), ValueError, "`gap`"),
        (lambda: tk.friction(GIBBS_QUBIT, {"gap": 1.0}, ["gpa"]), ValueError, "gpa"),
        (lambda: tk.friction(GIBBS_QUBIT, [1.0]), TypeError, "mapping of names"),  # type: ignore[arg-type]
        (lambda: tk.friction(lambda w: w, {"w": 1.0}), TypeError, "must make a Model"),
        (lambda: tk.friction(GIBBS_QUBIT, {"gap": np.nan}), ValueError, "finite"),
    ],
)
def test_what_has_no_friction_is_refused_in_words(
    ask: Callable[[], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ask()
