"""Every machine of the library at random numbers, with its temperatures in a hand: laws of machines run over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import thermokin as tk

lib = tk.library
Random = np.random.Generator
Build = Callable[[Random, Mapping[str, float]], tk.Model]


def _rate(random: Random) -> float:
    return float(10.0 ** random.uniform(-3.0, -2.0))


def _pairs(random: Random) -> np.ndarray[Any, Any]:
    rates = np.triu(random.uniform(0.1, 1.0, (4, 4)), 1) * 1e-3
    return np.asarray(rates + rates.T)


def _lean(random: Random) -> dict[str, float]:
    left, right = random.uniform(-0.8, 0.8, 2)
    return {"potential_left": float(left), "potential_right": float(right)}


def _four(random: Random, t: Mapping[str, float]) -> tk.Model:
    energies = np.cumsum(random.uniform(0.3, 1.5, 4))
    matrices = {f"rates_{name}": _pairs(random) for name in ("work", "hot", "cold")}
    return lib.four_level_refrigerator(energies, **t, **matrices)


# Baths of each, and how it is made; couplings are weak beside gaps.
MACHINES: dict[str, tuple[tuple[str, ...], Build]] = {
    "three-level refrigerator": (
        ("work", "hot", "cold"),
        lambda r, t: lib.three_level_refrigerator(
            **t, gap_cold=r.uniform(0.5, 1.5), gap_hot=r.uniform(2.0, 5.0), rate_work=_rate(r), rate_cold=_rate(r)
        ),
    ),
    "four-level refrigerator": (("work", "hot", "cold"), _four),
    "three qubits, thermal": (
        ("work", "hot", "cold"),
        lambda r, t: lib.three_qubit_refrigerator(0.01, **t, gap_work=r.uniform(1.5, 4.0), rate_cold=_rate(r)),
    ),
    "three qubits, reset": (
        ("work", "hot", "cold"),
        lambda r, t: lib.three_qubit_refrigerator(0.01, **t, rate_hot=_rate(r), touch="reset"),
    ),
    "heat valve": (
        ("hot", "cold"),
        lambda r, t: lib.heat_valve(3, 1.0, r.uniform(0.9, 1.1), 0.01, _rate(r), **t),
    ),
    "heat rectifier": (
        ("left", "right"),
        lambda r, t: lib.heat_rectifier(r.uniform(0.5, 2.0), _rate(r), _rate(r), **t),
    ),
    "spin diode": (
        ("left", "right"),
        lambda r, t: lib.spin_diode(r.uniform(1.0, 2.0), r.uniform(0.3, 0.8), **t, rate=_rate(r)),
    ),
    "thermal transistor": (
        ("left", "middle", "right"),
        lambda r, t: lib.thermal_transistor(r.uniform(0.5, 1.5), **t, rate=_rate(r), field=r.uniform(0.1, 0.4)),
    ),
    "collective spins": (
        ("hot", "cold"),
        lambda r, t: lib.collective_spins(3, r.uniform(0.5, 2.0), _rate(r), _rate(r), **t),
    ),
    "single dot": (
        ("left", "right"),
        lambda r, t: lib.single_dot(r.uniform(-1.0, 1.0), **t, **_lean(r), rate_left=_rate(r)),
    ),
    "quantum dot": (
        ("left", "right"),
        lambda r, t: lib.quantum_dot(
            r.uniform(-1.0, 1.0), **t, **_lean(r), interaction=r.uniform(0.3, 2.0), rate_right=_rate(r)
        ),
    ),
    "blockaded dot": (
        ("left", "right"),
        lambda r, t: lib.quantum_dot(r.uniform(-1.0, 1.0), **t, **_lean(r), rate_right=_rate(r)),
    ),
    "double dot": (
        ("left", "right"),
        lambda r, t: lib.double_dot(0.01, **t, **_lean(r), energy=r.uniform(-1.0, 1.0), rate_left=_rate(r)),
    ),
    "chain of dots": (
        ("left", "right"),
        lambda r, t: lib.dot_chain(3, 0.01, **t, **_lean(r), interaction=r.uniform(0.0, 1.0), rate_left=_rate(r)),
    ),
    "free chain": (
        ("left", "right"),
        lambda r, t: lib.dot_chain(3, 0.01, **t, **_lean(r), energy=r.uniform(-1.0, 1.0), rate_left=_rate(r)),
    ),
    "maser, upper pair": (
        ("hot", "cold"),
        lambda r, t: lib.three_level_maser(0.02, **t, gap_hot=r.uniform(1.5, 4.0), rate_hot=_rate(r)),
    ),
    "maser, lower pair": (
        ("hot", "cold"),
        lambda r, t: lib.three_level_maser(0.02, **t, gap_hot=r.uniform(1.5, 4.0), driven_pair="lower"),
    ),
    "collective maser": (
        ("hot", "cold"),
        lambda r, t: lib.collective_maser(2, 0.02, **t, gap_hot=r.uniform(1.5, 4.0), rate_hot=_rate(r)),
    ),
    "maser in a cavity": (
        ("hot", "cold", "cavity"),
        lambda r, t: lib.maser_in_cavity(4, 0.01, **t, gap_hot=r.uniform(1.8, 3.0), rate_cavity=_rate(r)),
    ),
}
# A field works on the masers, and hopping between dots that repel works on their bare energy, which is counted.
DRIVEN = frozenset({"maser, upper pair", "maser, lower pair", "collective maser", "chain of dots"})
NAMES = sorted(MACHINES)


def machine(name: str, seed: int, temperatures: Mapping[str, float] | None = None) -> tk.Model:
    """A machine at random numbers and, unless they are given, at random temperatures."""
    random = np.random.default_rng(seed)
    baths, build = MACHINES[name]
    drawn = {bath: float(one) for bath, one in zip(baths, random.uniform(0.3, 2.0, len(baths)), strict=True)}
    return build(random, drawn if temperatures is None else dict(temperatures))
