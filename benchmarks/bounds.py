"""Claim: all bounds at rest faster than five of them by hand around QuTiP, five times for 40 levels.

A driven atom in thermal light, and a driven Kerr resonator in thermal light at 12 and 40 levels: the whole catalogue of
ours, and by hand the mean, the noise and five of its limits: kinetic, exact information of the forces, optimal scores,
response to the Hamiltonian, dynamical activity. Our model, QuTiP's Liouvillian and both steady states are made inside.
Ratios are of medians of processor time, on one thread.

By hand is `liouvillian`, `steadystate` and one factorisation of the dense Liouvillian with its trace fixed by NumPy, as
one writes it today.

A fast wrong answer fails: agreement of all seven numbers at 1e-8.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import numpy as np
import qutip
from harness.claims import Claims
from harness.timing import Timed, in_turn, repeats_asked
from numpy.typing import NDArray

import thermokin as tk

CLAIMED = {2: 2.0, 12: 1.5, 40: 5.0}  # levels and times by hand
QUANTA = 0.3
LIMITS = (
    "kinetic",
    "thermo-kinetic, exact information",
    "optimal scores",
    "response to the Hamiltonian",
    "dynamical activity",
)


@dataclass(frozen=True)
class Machine:
    """A Hamiltonian and two jumps that undo one another: emission into thermal light and absorption from it."""

    hamiltonian: qutip.Qobj
    lower: qutip.Qobj

    @property
    def jumps(self) -> list[qutip.Qobj]:
        """Emission and absorption."""
        return [np.sqrt(QUANTA + 1.0) * self.lower, np.sqrt(QUANTA) * self.lower.dag()]

    def ours(self) -> NDArray[np.float64]:
        """Mean, noise and the five limits."""
        gap = np.log((QUANTA + 1.0) / QUANTA)
        bath, number = tk.Bath("light", 1.0), np.diag(np.arange(self.lower.shape[0], dtype=np.float64))
        signs = (-1.0, 1.0)
        channels = [tk.Channel(jump.full(), bath, sign * gap) for jump, sign in zip(self.jumps, signs, strict=True)]
        model = tk.Model(self.hamiltonian.full(), channels, energy_operator=gap * number)
        found = tk.bounds.evaluate(model, tk.current(model, [1.0, -1.0]))
        limits = [float(found[name].limit) for name in LIMITS]
        return np.array([float(found[0].mean), float(found[0].value), *limits])

    def by_hand(self) -> NDArray[np.float64]:
        """The same, densely."""
        matrix = qutip.liouvillian(self.hamiltonian, self.jumps).full()
        hamiltonian, jumps = self.hamiltonian.full(), [jump.full() for jump in self.jumps]
        size = len(hamiltonian)
        trace = np.eye(size).ravel()
        state = qutip.steadystate(qutip.liouvillian(self.hamiltonian, self.jumps), method="direct").full()
        pinned = matrix.copy()
        pinned[0] = trace

        def drazin(operators: list[NDArray[np.complex128]]) -> list[NDArray[np.complex128]]:
            columns = [(one - np.trace(one) * state).ravel(order="F") for one in operators]
            for column in columns:
                column[0] = 0.0
            return [one.reshape(size, size, order="F") for one in np.linalg.solve(pinned, np.array(columns).T).T]

        counts = np.array([1.0, -1.0])
        squares = [jump.conj().T @ jump for jump in jumps]
        rates = np.array([np.trace(square @ state).real for square in squares])
        gained = [jump @ state @ jump.conj().T for jump in jumps]
        changes = [up - 0.5 * (square @ state + state @ square) for up, square in zip(gained, squares, strict=True)]
        counted = sum(c * up for c, up in zip(counts, gained, strict=True))
        turned = 1j * (hamiltonian @ state - state @ hamiltonian)
        effective = (hamiltonian - 0.5j * sum(squares)) @ state
        apart = hamiltonian @ state - np.trace(hamiltonian @ state) * state
        first, *moved, by_turn, by_effective, by_apart = drazin([counted, *changes, turned, effective, apart])

        def mean(operator: NDArray[np.complex128]) -> float:
            return float(sum(c * np.trace(square @ operator).real for c, square in zip(counts, squares, strict=True)))

        current, noise = counts @ rates, (counts**2) @ rates - 2.0 * mean(first)
        responses = counts * rates - np.array([mean(one) for one in moved])
        forces = (rates - rates[::-1]) / (rates + rates[::-1])
        fisher = -8.0 * np.trace(hamiltonian @ by_apart).real
        activity = rates.sum() - 8.0 * np.trace(hamiltonian @ by_effective).real
        limits = (
            responses.sum() ** 2 / rates.sum(),
            (forces @ responses) ** 2 / (forces**2 @ rates),
            (responses**2 / rates).sum(),
            mean(by_turn) ** 2 / fisher,
            current**2 / activity,
        )
        return np.array([current, noise, *limits])


def machine(levels: int) -> Machine:
    lower = qutip.destroy(levels)
    raised = lower.dag()
    if levels == 2:
        return Machine(0.7 * (lower + raised), lower)
    return Machine(0.2 * raised * raised * lower * lower + 0.5 * raised * lower + 0.6 * (lower + raised), lower)


def busy(time: Timed) -> float:
    return statistics.median(time.processor)


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    for levels, times in CLAIMED.items():
        here = machine(levels)
        found = in_turn({"ours": here.ours, "by hand": here.by_hand}, repeats, in_a_row=3)
        print(f"{levels} levels")
        for name, time in found.items():
            print(f"  {name:10s} {time}")
        claims.faster(f"bounds, {levels} levels", busy(found["ours"]), busy(found["by hand"]), times)
        claims.agree("mean, noise and limits", found["ours"].result, found["by hand"].result, 1e-8)
    claims.finish()


if __name__ == "__main__":
    main()
