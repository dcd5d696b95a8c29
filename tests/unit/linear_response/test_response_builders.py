"""Derivatives through every way in which a parameter enters a builder, against differences of fourth order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # digits, not physics, are tested

Array = np.ndarray[Any, Any]
Build = Callable[..., tk.Model]
RANDOM = np.random.default_rng(5)
LEVELS = np.diag([0.0, 1.0, 2.3])
X, Z, ONE = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
COLD = tk.Bath("b", 1.2)
CASES: dict[str, tuple[Build, dict[str, float]]] = {}


def hermitian() -> Array:
    one = RANDOM.normal(size=(3, 3))
    return (one + one.T) / 2.0


A, B, C = hermitian(), hermitian(), hermitian()


def case(**at: float) -> Callable[[Build], Build]:
    def named(build: Build) -> Build:
        CASES[build.__name__.replace("_", " ")] = build, at
        return build

    return named


@case(x=0.2, warm=1.0, rate=0.02)
def a_bath_at_temperature_zero(x: float, warm: float, rate: float) -> tk.Model:
    baths = [tk.Contact(tk.Bath("a", 0.0), A, tk.Ohmic(rate)), tk.Contact(tk.Bath("b", warm), B, tk.Ohmic(0.01))]
    return tk.davies(LEVELS + x * C, baths)


@case(x=0.2, a=0.6)
def one_bath_by_two_contacts(x: float, a: float) -> tk.Model:
    bath = tk.Bath("a", a)
    baths = [
        tk.Contact(bath, A, tk.Ohmic(0.01)),
        tk.Contact(bath, C, tk.Drude(0.01, 3.0)),
        tk.Contact(COLD, B, tk.Ohmic(0.01)),
    ]
    return tk.davies(LEVELS + x * C, baths)


@case(x=0.2, a=0.6)
def a_lamb_shift_that_moves_no_population(x: float, a: float) -> tk.Model:
    baths = [tk.Contact(tk.Bath("a", a), A, tk.Drude(0.01, 3.0)), tk.Contact(COLD, B, tk.Drude(0.01, 5.0))]
    return tk.davies(LEVELS + x * C, baths, lamb_shift=tk.LambShift())


@case(x=0.2, y=0.3)
def couplings_that_turn_and_bend(x: float, y: float) -> tk.Model:
    turned = A + y * 1j * np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 2.0], [0.0, -2.0, 0.0]])
    baths = [tk.Contact(tk.Bath("a", 0.7), turned, tk.Ohmic(0.01)), tk.Contact(COLD, B * np.cos(y), tk.Ohmic(0.01))]
    return tk.davies(LEVELS + x * C, baths)


@case(g=0.05, w=1.0, t=2.0, z=0.4)
def a_local_generator_with_dephasing(g: float, w: float, t: float, z: float) -> tk.Model:
    excited = np.diag([0.0, 1.0])
    bare = w * np.kron(excited, ONE) + 1.1 * np.kron(ONE, excited)
    touched = np.kron(X, ONE) + z * np.kron(Z, ONE)
    baths = [tk.Contact(tk.Bath("a", t), touched, tk.Ohmic(0.01)), tk.Contact(COLD, np.kron(ONE, X), tk.Ohmic(0.01))]
    return tk.local(bare + g * np.kron(X, X), baths, bare)


@case(g=0.05, w=1.0, angle=0.5)
def a_local_generator_whose_frame_turns(g: float, w: float, angle: float) -> tk.Model:
    axis = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
    bare = -0.5 * w * np.kron(axis, ONE) - 0.55 * np.kron(ONE, Z)
    ends = [np.kron(X, ONE), np.kron(ONE, X)]
    baths = [tk.Contact(bath, end, tk.Ohmic(0.01)) for bath, end in zip((tk.Bath("a", 2.0), COLD), ends, strict=True)]
    return tk.local(bare + g * np.kron(X, X), baths, bare)


@case(e=0.5, g=0.03, mu=0.2, t=0.8)
def local_leads(e: float, g: float, mu: float, t: float) -> tk.Model:
    one, two = tk.operators.annihilators(2)
    first, second = one.conj().T @ one, two.conj().T @ two
    bare = e * first + 0.4 * second
    whole = bare + g * (one.conj().T @ two + two.conj().T @ one) + 0.3 * first @ second
    leads = [
        tk.Contact(tk.Bath("a", t, mu, tk.Fermi()), one, tk.Flat(0.01)),
        tk.Contact(tk.Bath("b", 0.5, -0.3, tk.Fermi()), two, tk.Flat(0.02)),
    ]
    return tk.local(whole, leads, bare, number_operator=first + second)


@case(phase=0.7, t=0.5)
def a_phase_beside_spin_baths(phase: float, t: float) -> tk.Model:
    turn = np.exp(1j * phase)
    hamiltonian = LEVELS + 0.2 * np.array([[0.0, turn, 0.0], [turn.conjugate(), 0.0, 0.5], [0.0, 0.5, 0.0]])
    baths = [tk.Bath("a", t, statistics=tk.SpinBath()), tk.Bath("b", 1.2, statistics=tk.SpinBath())]
    return tk.davies(
        hamiltonian, [tk.Contact(bath, part, tk.Flat(0.01)) for bath, part in zip(baths, (A, B), strict=True)]
    )


@case(x=0.2, t=0.6)
def a_table_for_a_spectrum(x: float, t: float) -> tk.Model:
    grid = np.linspace(0.0, 6.0, 40)
    table = tk.Tabulated(grid, 0.01 * grid * np.exp(-grid / 3.0))
    return tk.davies(LEVELS + x * C, [tk.Contact(tk.Bath("a", t), A, table), tk.Contact(COLD, B, tk.Ohmic(0.01))])


@case(x=0.2, t=0.6)
def sparse_matrices(x: float, t: float) -> tk.Model:
    baths = [tk.Contact(tk.Bath("a", t), sp.csr_array(A), tk.Ohmic(0.01)), tk.Contact(COLD, B, tk.Ohmic(0.01))]
    return tk.davies(sp.csr_array(LEVELS + x * C), baths)


@case(rate=0.3, gap=1.2, t=0.7)
def channels_written_by_hand(rate: float, gap: float, t: float) -> tk.Model:
    filled = 1.0 / np.expm1(gap / t)
    lower = np.diag([1.0, np.sqrt(2.0)], 1)
    bath = tk.Bath("a", t)
    down = tk.Channel(np.sqrt(rate * (filled + 1.0)) * lower, bath, -gap)
    up = tk.Channel(np.sqrt(rate * filled) * lower.T, bath, gap)
    drive = 0.1 * (lower + lower.T)
    energy = gap * np.diag([0.0, 1.0, 2.0])
    return tk.Model(drive, [down, up, tk.Channel(0.2 * lower, None)], energy_operator=energy)


@pytest.mark.parametrize("name", CASES)
def test_a_parameter_enters_in_many_ways(name: str) -> None:
    build, at = CASES[name]
    found = tk.response(build, at, list(at), ["heat from a", "noise of heat from a", "activity", "gap"])

    def numbers(values: dict[str, float]) -> Array:
        model = build(**values)
        counting = tk.Counting(model)
        heat = counting.cumulants(tk.heat(model, "a"))
        return np.array([*heat.values, counting.cumulants(tk.activity(model), order=1)[0], tk.modes(model).gap])

    for place, parameter in enumerate(at):
        step = 1e-3 * max(abs(at[parameter]), 0.05)
        ends = [numbers({**at, parameter: at[parameter] + times * step}) for times in (2.0, 1.0, -1.0, -2.0)]
        far, near = ends[0] - ends[3], ends[1] - ends[2]
        right = (8.0 * near - far) / (12.0 * step)
        scale = np.abs(found.numbers) / max(abs(at[parameter]), 0.05)
        np.testing.assert_allclose(found.values[:, place], right, rtol=2e-6, atol=1e-9 * scale.max())
