"""The same work in QuTiP: `mesolve` on the N (N - 1) jump operators of the levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import qutip
from numpy.typing import NDArray

from harness.rate_equation import Levels

Array = NDArray[np.float64]

OPTIONS = {"progress_bar": "", "nsteps": 10**6}
"""QuTiP's own tolerances (1e-6 relative, 1e-8 absolute); only the cap on steps is lifted."""


def dense_hamiltonian(system: Levels) -> qutip.Qobj:
    """H from an array: QuTiP then keeps H, and with it the whole Liouvillian, dense."""
    return qutip.Qobj(np.diag(system.energies))


def sparse_hamiltonian(system: Levels) -> qutip.Qobj:
    """H from its diagonal: QuTiP then keeps H, and with it the whole Liouvillian, sparse."""
    return qutip.qdiags(system.energies, 0)


def jump_operators(system: Levels) -> list[qutip.Qobj]:
    """sqrt(W_ij) |i><j| for every pair of levels."""
    size, rates = system.energies.size, system.rates
    return [
        float(np.sqrt(rates[i, j])) * qutip.projection(size, i, j) for j in range(size) for i in range(size) if i != j
    ]


def liouvillian(system: Levels, hamiltonian: Callable[[Levels], qutip.Qobj]) -> qutip.Qobj:
    """The Liouvillian from a Hamiltonian and the jump operators."""
    return qutip.liouvillian(hamiltonian(system), jump_operators(system))


def integrated(generator: qutip.Qobj, start: Array, times: Array, method: str = "adams") -> Array:
    """Diagonals of the state at all times (t, N), from a Liouvillian that is at hand and a diagonal start."""
    solved = qutip.mesolve(generator, qutip.qdiags(start, 0), times, options={**OPTIONS, "method": method})
    return np.stack([state.diag().real for state in solved.states])


def everything(
    system: Levels, hamiltonian: Callable[[Levels], qutip.Qobj], start: Array, times: Array, method: str = "adams"
) -> tuple[Array, Array, Array, Array]:
    """Populations, entropy production rate, mean and variance of heat, by the shortest way that QuTiP leaves open.

    The states are diagonal, so the entropy production rate needs no matrix logarithm; the variance of the heat of one
    bath follows from a second integration, that of E rho(0).
    """
    generator = liouvillian(system, hamiltonian)
    energies = system.energies - start @ system.energies
    path = integrated(generator, start, times, method)
    weighted = integrated(generator, energies * start, times, method)
    final = system.gibbs(system.temperature)
    rate = -((path @ system.rates.T) * np.log(path / final)).sum(axis=-1)
    mean = path @ energies
    square = path @ energies**2 - 2.0 * weighted @ energies + start @ energies**2
    return path, rate, mean, square - mean**2
