"""One small instance of every library model, as a function of its temperatures: tests that hold for all run over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import thermokin as tk

Build = Callable[[Any, Any], tk.Model]

lib = tk.library

# Each takes a temperature and a second one, for models between two baths; couplings are weak enough that no assumption
# is in doubt at temperatures up to 2.
MODELS: dict[str, Build] = {
    "qubit": lambda hot, cold: lib.qubit(1.0, 0.02, hot),
    "spin-bath qubit": lambda hot, cold: lib.qubit(1.0, 0.02, hot, statistics=tk.SpinBath()),
    "oscillator": lambda hot, cold: lib.oscillator(5, 1.0, 0.002, hot),
    "spin 3/2": lambda hot, cold: lib.spin(1.5, 1.0, 0.002, hot),
    "qutrit ladder": lambda hot, cold: lib.qutrit_ladder(0.02, hot),
    "V": lambda hot, cold: lib.qutrit_v(0.002, hot),
    "Lambda": lambda hot, cold: lib.qutrit_lambda(0.002, hot),
    "levels": lambda hot, cold: lib.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=hot),
    "random levels": lambda hot, cold: lib.random_levels(5, 0, rate=2e-4, temperature=hot, spectrum=tk.Ohmic(2e-4)),
    "Ising chain": lambda hot, cold: lib.ising_chain(3, 1.0, 0.4, 0.002, hot, cold),
    "XXZ chain": lambda hot, cold: lib.xxz_chain(3, 0.5, 0.005, hot, cold, coupling=0.01),
    "coupled oscillators": lambda hot, cold: lib.coupled_oscillators(3, 1.0, 0.02, 0.005, hot, cold),
    "coupled qubits": lambda hot, cold: lib.coupled_qubits([1.0, 1.3], 0.2, 0.002, hot, cold),
    "three-level refrigerator": lambda hot, cold: lib.three_level_refrigerator(hot, hot, cold, rate_work=0.02),
    "collective spins": lambda hot, cold: lib.collective_spins(3, 1.0, 0.002, 0.004, hot, cold),
    "fermionic level": lambda hot, cold: lib.fermionic_level(-0.3, 0.02, hot, 0.2),
}

NAMES = sorted(MODELS)


def example(name: str, hot: Any = 1.1, cold: Any = 0.7) -> tk.Model:
    """A library model at its temperatures."""
    return MODELS[name](hot, cold)


def random_density_matrix(dimension: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """A full-rank density matrix with every coherence."""
    random = np.random.default_rng(seed)
    root = random.normal(size=(dimension, dimension)) + 1j * random.normal(size=(dimension, dimension))
    state = root @ root.conj().T
    return np.asarray(state / np.trace(state).real)
