"""Laws of derivatives over random models: 50-digit differences, Euler's theorem, energy, fluctuation-dissipation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

import thermokin as tk
from response_oracles import DIGITS, STEP, Jump, Steady, matrix

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # digits, not physics, are tested

Array = np.ndarray[Any, Any]
SEEDS = st.integers(0, 2**32 - 1)


def complex_matrix(random: np.random.Generator, size: int) -> Array:
    return random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))


def hermitian(random: np.random.Generator, size: int) -> Array:
    one = complex_matrix(random, size)
    return (one + one.conj().T) / 2.0


@given(SEEDS, st.integers(2, 3))
@settings(max_examples=15, deadline=None)
def test_any_hamiltonian_and_any_jumps_answer_as_differences_of_fifty_digits(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    base, change = hermitian(random, size), hermitian(random, size)
    jumps = [(complex_matrix(random, size), complex_matrix(random, size)) for _ in range(2)]
    counts = random.normal(size=2)

    def build(x: float) -> tk.Model:
        channels = [tk.Channel(jump + x * x * moved, None) for jump, moved in jumps]
        return tk.Model(base + np.sin(x) * change, channels)

    operator = hermitian(random, size)
    at = {"x": 0.6}
    found = tk.response(
        build,
        at,
        ["x"],
        {
            "mean": lambda model: tk.current(model, counts),
            "noise": lambda model: tk.outputs.Noise(tk.current(model, counts)),
            "both": lambda model: tk.outputs.Covariance(tk.current(model, counts), tk.activity(model)),
            "operator": lambda _: tk.outputs.Expectation(operator),
        },
    )
    with mp.workdps(DIGITS):
        ends = []
        for sign in (1, -1):
            x = mp.mpf(at["x"]) + sign * STEP
            moved = [
                Jump(matrix(jump) + x**2 * matrix(more), {"c": mp.mpf(count), "activity": mp.mpf(1)})
                for (jump, more), count in zip(jumps, counts, strict=True)
            ]
            end = Steady(matrix(base) + mp.sin(x) * matrix(change), moved)
            ends.append(
                [
                    end.mean("c"),
                    end.covariance("c", "c"),
                    end.covariance("c", "activity"),
                    end.expectation(matrix(operator)),
                ]
            )
        right = np.array([float((up - down) / (2 * STEP)) for up, down in zip(*ends, strict=True)])
    miss = np.abs(found.values[:, 0] - right)
    assert (miss <= found.error[:, 0]).all(), (miss, found.error[:, 0])
    np.testing.assert_allclose(found.values[:, 0], right, rtol=1e-9, atol=1e-11)


@given(SEEDS, st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_currents_and_noise_of_a_network_are_homogeneous_in_its_rates(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    rates = np.exp(random.normal(size=size * size))
    counted = random.normal(size=(size, size))

    def build(k: Array) -> tk.Model:
        return tk.rates(np.asarray(k).reshape(size, size) * (1.0 - np.eye(size)), weights={"c": counted})

    links = [n for n in range(size * size) if n % size != n // size]
    names = [f"k[{n}]" for n in links]
    found = tk.response(
        build,
        {"k": rates},
        names,
        {
            "mean": lambda model: tk.current(model, "c"),
            "noise": lambda model: tk.outputs.Noise(tk.current(model, "c")),
            "activity": "activity",
            "entropy production": "entropy production",
            "gap": "gap",
        },
    )
    along = found.values @ rates[links]
    tolerance = found.error @ rates[links] + 1e-11 * np.abs(found.numbers)
    assert (np.abs(along - found.numbers) <= tolerance).all()


@given(SEEDS, st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_energy_is_kept_and_fluctuations_tell_the_answer_at_equilibrium(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    base, change, hot, cold = (hermitian(random, size) for _ in range(4))

    def build(x: float, hot_temperature: float, cold_temperature: float, strength: float) -> tk.Model:
        baths = [
            tk.Contact(tk.Bath("hot", hot_temperature), hot, tk.Ohmic(strength, 7.0)),
            tk.Contact(tk.Bath("cold", cold_temperature), cold, tk.Drude(0.01, 5.0)),
        ]
        return tk.davies(base + x * change, baths)

    at = {"x": 0.4, "hot_temperature": 1.3, "cold_temperature": 1.3, "strength": 0.02}
    words = ["heat from hot", "heat from cold", "noise of heat from hot", "entropy production"]
    found = tk.response(build, at, list(at), words)
    np.testing.assert_allclose(found.values[0], -found.values[1], rtol=0, atol=1e-10 * np.abs(found.values[0]).max())
    # At equilibrium dJ/dT = D/(2 T^2), a current answers to nothing else, and entropy production to nothing at all.
    noise = found.numbers[2] / (2.0 * 1.3**2)
    np.testing.assert_allclose(found.of("heat from hot", "hot_temperature"), noise, rtol=1e-9, atol=0)
    np.testing.assert_allclose(found.of("heat from hot", "cold_temperature"), -noise, rtol=1e-9, atol=0)
    still = np.abs(found.values[[0, 3]][:, [0, 3]])
    assert (still <= found.error[[0, 3]][:, [0, 3]] + 1e-12 * noise).all()
