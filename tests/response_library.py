"""Small instances of every library model, written anew in 50 digits from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
from mpmath import mp

import thermokin as tk
from response_oracles import Contact, Jump, Matrix, Number, Steady, counted, fillings, kron, secular

lib = tk.library
Numbers = dict[str, Number]


@dataclass(frozen=True)
class Case:
    """A family of the package, a point of it, and the same system in 50 digits."""

    family: tk.Family
    at: Mapping[str, Any]
    steady: Callable[[Numbers], Steady]
    bath: str = "bath"


def flattened(at: dict[str, object]) -> dict[str, Number]:
    """Rows of numbers as numbers of their own."""
    out: dict[str, Number] = {}
    for name, value in at.items():
        if isinstance(value, list):
            out.update({f"{name}[{place}]": mpmath.mpf(one) for place, one in enumerate(value)})
        else:
            out[name] = mpmath.mpf(value)  # type: ignore[arg-type]
    return out


def unit(size: int, row: int, column: int) -> Matrix:
    out = mpmath.zeros(size)
    out[row, column] = 1
    return out


def flip(size: int, low: int, high: int) -> Matrix:
    return unit(size, low, high) + unit(size, high, low)


def flat(rate: Number) -> Callable[[Number], Number]:
    return lambda _: rate


def site(operator: Matrix, place: int, count: int) -> Matrix:
    out = mpmath.eye(1)
    for here in range(count):
        out = kron(out, operator if here == place else mpmath.eye(operator.rows))
    return out


X, Y, Z = mpmath.matrix([[0, 1], [1, 0]]), mpmath.matrix([[0, -1j], [1j, 0]]), mpmath.matrix([[1, 0], [0, -1]])
LOWER, NUMBER = mpmath.matrix([[0, 1], [0, 0]]), mpmath.matrix([[0, 0], [0, 1]])


def lowering(levels: int) -> Matrix:
    out = mpmath.zeros(levels)
    for n in range(levels - 1):
        out[n, n + 1] = mp.sqrt(n + 1)
    return out


def one_bath(
    hamiltonian: Matrix, operator: Matrix, p: Numbers, statistics: str = "bose", potential: Number = 0
) -> Steady:
    bath = Contact("bath", operator, flat(p["rate"]), p["temperature"], potential, statistics)
    return Steady(hamiltonian, secular(hamiltonian, [bath]))


def ladder(p: Numbers) -> Steady:
    energies = mpmath.diag([0, 1, 2])
    return one_bath(energies, flip(3, 0, 1) + flip(3, 1, 2), p)


def levels(p: Numbers) -> Steady:
    energies = [p[f"energies[{n}]"] for n in range(3)]
    bath = Contact("bath", mpmath.zeros(3), flat(p["rate"]), p["temperature"])
    jumps = []
    for low, high in ((0, 1), (0, 2), (1, 2)):
        gap = energies[high] - energies[low]
        emitted, absorbed = fillings(bath, gap)
        jumps.append(Jump(unit(3, low, high) * mp.sqrt(p["rate"] * emitted), counted(["bath"], bath, -gap, 0)))
        jumps.append(Jump(unit(3, high, low) * mp.sqrt(p["rate"] * absorbed), counted(["bath"], bath, gap, 0)))
    return Steady(mpmath.diag(energies), jumps)


def ising(p: Numbers) -> Steady:
    bond = site(X, 0, 2) * site(X, 1, 2)
    hamiltonian = p["field"] / 2 * (site(Z, 0, 2) + site(Z, 1, 2)) - p["coupling"] * bond
    ends = [
        Contact(name, site(X, place, 2), lambda w: p["rate"] * w, p[name])
        for place, name in enumerate(("left", "right"))
    ]
    return Steady(hamiltonian, secular(hamiltonian, ends))


def xxz(p: Numbers) -> Steady:
    bare = p["field"] / 2 * (site(Z, 0, 2) + site(Z, 1, 2))
    exchange = sum(
        (site(s, 0, 2) * site(s, 1, 2) * (p["anisotropy"] if s is Z else 1) for s in (X, Y, Z)), mpmath.zeros(4)
    )
    ends = [Contact(name, site(X, place, 2), flat(p["rate"]), p[name]) for place, name in enumerate(("left", "right"))]
    return Steady(bare + p["coupling"] * exchange, secular(bare, ends))


def oscillators(p: Numbers) -> Steady:
    one, two = (site(LOWER, place, 2) for place in range(2))
    bare = p["frequency"] * (one.H * one + two.H * two)
    hop = one.H * two
    modes = [Contact(name, lower + lower.H, flat(p["rate"]), p[name]) for lower, name in ((one, "hot"), (two, "cold"))]
    return Steady(bare + p["coupling"] * (hop + hop.H), secular(bare, modes))


def qubits(p: Numbers) -> Steady:
    one, two = (site(LOWER, place, 2) for place in range(2))
    hop = one.H * two
    hamiltonian = p["gaps[0]"] * one.H * one + p["gaps[1]"] * two.H * two + p["coupling"] * (hop + hop.H)
    ends = [Contact(name, site(X, place, 2), flat(p["rate"]), p[name]) for place, name in enumerate(("hot", "cold"))]
    return Steady(hamiltonian, secular(hamiltonian, ends))


def maser(p: Numbers, *, lower: bool) -> Steady:
    """The drive on 1-2, cold 0-1; or the drive on 0-1, cold 1-2."""
    low, high = (0, 1) if lower else (1, 2)
    hamiltonian = p["drive"] * flip(3, low, high) + p["detuning"] * unit(3, high, high)
    jumps = []
    links = (("hot", (0, 2)), ("cold", (1, 2) if lower else (0, 1)))
    for name, (down, up) in links:
        bath = Contact(name, flip(3, down, up), flat(p[f"rate_{name}"]), p[name])
        gap = p[f"gap_{name}"]
        emitted, absorbed = fillings(bath, gap)
        strength, names = p[f"rate_{name}"], ["hot", "cold"]
        jumps.append(Jump(unit(3, down, up) * mp.sqrt(strength * emitted), counted(names, bath, -gap, 0)))
        jumps.append(Jump(unit(3, up, down) * mp.sqrt(strength * absorbed), counted(names, bath, gap, 0)))
    return Steady(hamiltonian, jumps)


MASER = {
    "drive": 0.05, "hot": 5.0, "cold": 1.0, "gap_hot": 2.5, "gap_cold": 1.0, "rate_hot": 0.01, "rate_cold": 0.02,
    "detuning": 0.03,
}  # fmt: skip

CASES: dict[str, Case] = {
    "qubit": Case(
        tk.Family(lib.qubit),
        {"gap": 1.0, "rate": 0.02, "temperature": 1.1},
        lambda p: one_bath(p["gap"] * NUMBER, X, p),
    ),
    "spin-bath qubit": Case(
        tk.Family(lib.qubit, {"statistics": tk.SpinBath()}),
        {"gap": 1.0, "rate": 0.02, "temperature": 1.1},
        lambda p: one_bath(p["gap"] * NUMBER, X, p, "spin"),
    ),
    "oscillator": Case(
        tk.Family(lib.oscillator, {"levels": 4}),
        {"frequency": 1.0, "rate": 0.002, "temperature": 1.1},
        lambda p: one_bath(p["frequency"] * lowering(4).H * lowering(4), lowering(4) + lowering(4).H, p),
    ),
    "spin 1": Case(
        tk.Family(lib.spin, {"J": 1.0}),
        {"gap": 1.0, "rate": 0.002, "temperature": 1.1},
        lambda p: one_bath(p["gap"] * mpmath.diag([1, 0, -1]), mp.sqrt(2) * (flip(3, 0, 1) + flip(3, 1, 2)), p),
    ),
    "qutrit ladder": Case(tk.Family(lib.qutrit_ladder), {"rate": 0.02, "temperature": 1.1}, ladder),
    "levels": Case(tk.Family(lib.levels), {"energies": [0.0, 1.0, 2.5], "rate": 0.02, "temperature": 1.1}, levels),
    "fermionic level": Case(
        tk.Family(lib.fermionic_level),
        {"energy": -0.3, "rate": 0.02, "temperature": 1.1, "chemical_potential": 0.2},
        lambda p: one_bath(p["energy"] * NUMBER, LOWER, p, "fermi", p["chemical_potential"]),
    ),
    "Ising chain": Case(
        tk.Family(lib.ising_chain, {"sites": 2}),
        {"field": 1.0, "coupling": 0.4, "rate": 0.002, "left": 1.1, "right": 0.7},
        ising,
        "left",
    ),
    "XXZ chain": Case(
        tk.Family(lib.xxz_chain, {"sites": 2}),
        {"anisotropy": 0.5, "rate": 0.005, "left": 1.1, "right": 0.7, "field": 1.0, "coupling": 0.01},
        xxz,
        "left",
    ),
    "coupled oscillators": Case(
        tk.Family(lib.coupled_oscillators, {"levels": 2}),
        {"frequency": 1.0, "coupling": 0.02, "rate": 0.005, "hot": 1.1, "cold": 0.7},
        oscillators,
        "hot",
    ),
    "coupled qubits": Case(
        tk.Family(lib.coupled_qubits),
        {"gaps": [1.0, 1.3], "coupling": 0.2, "rate": 0.002, "hot": 1.1, "cold": 0.7},
        qubits,
        "hot",
    ),
    "maser": Case(tk.Family(lib.three_level_maser), MASER, lambda p: maser(p, lower=False), "hot"),
    "maser, lower pair": Case(
        tk.Family(lib.three_level_maser, {"driven_pair": "lower"}), MASER, lambda p: maser(p, lower=True), "hot"
    ),
}
