"""Claim: current and noise of 100000 masers in .3 us a point, 10000 times QuTiP's loop, 3 times stacked NumPy.

Drive and hot temperature differ at every point. Timed is `cumulants` of the heat from the hot bath, to order 2, of a
model not used before; building the model is timed beside it. Processor times. Two interacting qubits and three, each
with its own bath, are shown as well, without a claim.

QuTiP has to loop: some points, its Liouvillian included, each by `steadystate` and `countstat_current_noise`, dense as
suits three levels. NumPy has the four coupled elements of the density matrix typed in by hand, fills a stack of
matrices and solves it twice, for the state and for its response; it knows nothing of its errors. Both decide whether
the results agree, at 1e-9, and the error that `cumulants` states must lie above the difference to the second.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Callable

import numpy as np
from harness.boundary_driven import BoundaryDriven
from harness.claims import Claims
from harness.counting_peers import QutipCounting
from harness.timing import Timed, in_turn, repeats_asked, shown
from numpy.typing import NDArray

import thermokin as tk
from thermokin.counting.cumulants import Cumulants

POINTS, LOOPED = 100_000, 200
LIMIT = 0.3e-6  # seconds a point
GAPS, COLD, RATE = (2.5, 1.0), 1.0, 0.01

Array = NDArray[np.float64]


def drawn(count: int) -> tuple[Array, Array]:
    random = np.random.default_rng(1)
    return random.uniform(0.005, 0.2, count), random.uniform(2.7, 8.0, count)


def maser(drive: Array, hot: Array) -> tk.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.library.three_level_maser(drive, hot)


def rates(gap: float, temperature: Array | float) -> tuple[Array, Array]:
    """Down and up."""
    number = 1.0 / np.expm1(gap / np.asarray(temperature))
    return RATE * (number + 1.0), RATE * number


def stacked(drive: Array, hot: Array) -> Array:
    """Mean and noise (points, 2): populations, and the imaginary part of the driven coherence."""
    down, up = rates(GAPS[0], hot)
    cold_down, cold_up = rates(GAPS[1], COLD)
    matrix = np.zeros((len(drive), 4, 4))
    matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 0, 2] = -(cold_up + up), cold_down, down
    matrix[:, 1, 0], matrix[:, 1, 1], matrix[:, 1, 3] = cold_up, -cold_down, -2.0 * drive
    matrix[:, 2, 0], matrix[:, 2, 2], matrix[:, 2, 3] = up, -down, 2.0 * drive
    matrix[:, 3, 1], matrix[:, 3, 2], matrix[:, 3, 3] = drive, -drive, -0.5 * (cold_down + down)
    matrix[:, 0] = [1.0, 1.0, 1.0, 0.0]
    right = np.zeros((len(drive), 4, 1))
    right[:, 0] = 1.0
    state = np.linalg.solve(matrix, right)[..., 0]
    into, out = GAPS[0] * up * state[:, 0], GAPS[0] * down * state[:, 2]
    mean = into - out
    driven = mean[:, None] * state
    driven[:, 2] -= into
    driven[:, 0] = 0.0
    response = np.linalg.solve(matrix, driven[..., None])[..., 0]
    crossed = GAPS[0] * (up * response[:, 0] - down * response[:, 2])
    return np.stack([mean, GAPS[0] * (into + out) + 2.0 * crossed], axis=-1)


def looped(drive: Array, hot: Array) -> Array:
    """Mean and noise (points, 2) by QuTiP."""
    found = []
    cold_down, cold_up = rates(GAPS[1], COLD)
    for field, heat in zip(drive, hot, strict=True):
        down, up = rates(GAPS[0], heat)
        hamiltonian = np.zeros((3, 3))
        hamiltonian[1, 2] = hamiltonian[2, 1] = field
        jumps = tuple(
            element(*place) * np.sqrt(rate) for place, rate in zip(PLACES, (down, up, cold_down, cold_up), strict=True)
        )
        counted = np.array([-GAPS[0], GAPS[0], 0.0, 0.0])
        peer = QutipCounting.of(BoundaryDriven("maser", hamiltonian, jumps, counted, counted))
        found.append(peer.noise(peer.steady_state(), sparse=False))
    return np.array(found)


PLACES = ((0, 2), (2, 0), (0, 1), (1, 0))


def element(row: int, column: int) -> Array:
    out = np.zeros((3, 3))
    out[row, column] = 1.0
    return out


def qubits(count: int, drawn_from: int) -> tk.Model:
    """Interacting qubits in a row, each with its own bath, between their common eigenstates."""
    random = np.random.default_rng(drawn_from)

    def at(operator: Array, site: int) -> Array:
        out = np.eye(1)
        for place in range(count):
            out = np.kron(out, operator if place == site else np.eye(2))
        return out

    x, z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
    bare = sum(-0.5 * gap * at(z, site) for site, gap in zip(range(count), (1.0, 1.37, 0.83), strict=False))
    coupling = sum(at(x, site) @ at(x, site + 1) for site in range(count - 1))
    hamiltonian = bare + random.uniform(0.05, 0.3, POINTS)[:, None, None] * coupling
    hot = random.uniform(0.9, 2.0, POINTS)
    contacts = [
        tk.Contact(tk.Bath(f"bath {site}", hot if site == 0 else 0.8), at(x, site), tk.Flat(RATE))
        for site in range(count)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        return tk.davies(hamiltonian, contacts)


def counted(make: Callable[[], tk.Model], bath: str, repeats: int) -> Callable[[], Cumulants]:
    """Each call takes a model of its own, so that nothing is left from the call before."""
    fresh = iter([make() for _ in range(repeats + 1)])

    def task() -> Cumulants:
        model = next(fresh)
        return tk.cumulants(model, tk.heat(model, bath))

    return task


def busy(time: Timed) -> float:
    """Processor time [s]."""
    return statistics.median(time.processor)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    drive, hot = drawn(POINTS)
    few = slice(LOOPED)
    found = in_turn(
        {
            "ours": counted(lambda: maser(drive, hot), "hot", repeats),
            "model": lambda: maser(drive, hot),
            "stacked in NumPy": lambda: stacked(drive, hot),
            "QuTiP's loop": lambda: looped(drive[few], hot[few]),
        },
        repeats,
    )
    each = {name: busy(time) / (LOOPED if "QuTiP" in name else POINTS) for name, time in found.items()}
    for name, time in each.items():
        print(f"{name:18s} {shown(time)} a point")
    ours, other = found["ours"].result, found["stacked in NumPy"].result
    claims.agree("mean and noise, stacked in NumPy", ours.values, other)
    claims.agree("mean and noise, QuTiP", ours.values[few], found["QuTiP's loop"].result)
    apart = np.abs(ours.values - other) / ours.error
    claims.small("difference to NumPy over the stated error, median", float(np.median(apart)), 1.0)
    claims.small("residual", float(ours.residual.max()), 1e-12)
    claims.small("a point", each["ours"], LIMIT, "s")
    claims.faster("stacked in NumPy", each["ours"], each["stacked in NumPy"], 3.0)
    claims.faster("QuTiP's loop", each["ours"], each["QuTiP's loop"], 10_000.0)
    for count in (2, 3):
        time = in_turn({"ours": counted(lambda count=count: qubits(count, 2), "bath 0", 1)}, 1)["ours"]
        print(f"{count} qubits: {shown(busy(time) / POINTS)} a point")
    claims.finish()


if __name__ == "__main__":
    main()
