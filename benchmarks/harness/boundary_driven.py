"""Systems between two reservoirs as plain arrays, and checks by another route: no line of the package is used here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BoundaryDriven:
    """A Hamiltonian that conserves a number, with jumps that change it at a left and a right end.

    Args:
        name: of the system.
        hamiltonian: (d, d), real.
        jumps: four of them (d, d), real: two at the left end, then two at the right.
        counted: (4,) what each jump counts in the current asked for, all of it at one end.
        elsewhere: (4,) the same current at the other end: equal in the long run, fluctuations included.
    """

    name: str
    hamiltonian: Array
    jumps: tuple[Array, ...]
    counted: Array
    elsewhere: Array

    @property
    def levels(self) -> int:
        """Dimension d."""
        return int(self.hamiltonian.shape[0])

    @cached_property
    def generator(self) -> sparse.csr_array:
        """The Liouvillian (d^2, d^2) for row-major vectors."""
        one = sparse.eye_array(self.levels, format="csr")
        decay = sum(sparse.csr_array(jump.T) @ sparse.csr_array(jump) for jump in self.jumps)
        drift = -1j * sparse.csr_array(self.hamiltonian) - 0.5 * decay
        total = sparse.kron(drift, one) + sparse.kron(one, drift.conj())
        for jump in self.jumps:
            thin = sparse.csr_array(jump)
            total = total + sparse.kron(thin, thin)
        return sparse.csr_array(total)

    def residual(self, state: NDArray[np.complex128]) -> float:
        """Largest element of L rho, over the largest of L times the largest of rho, in double precision."""
        generator = self.generator
        flow = np.abs(generator @ state.reshape(-1)).max()
        return float(flow / (np.abs(generator.data).max() * np.abs(state).max()))


def chain(spins: int) -> BoundaryDriven:
    """The XXZ chain, J = 1, anisotropy 1/2, in Pauli matrices; ends at rate 1 with filling .8 left and .3 right."""
    plus = np.array([[0.0, 1.0], [0.0, 0.0]])
    z = np.diag([1.0, -1.0])

    def at(operators: dict[int, Array]) -> Array:
        return reduce(np.kron, [operators.get(site, np.eye(2)) for site in range(spins)])

    hamiltonian = np.zeros((2**spins, 2**spins))
    for site in range(spins - 1):
        # sigma_x sigma_x + sigma_y sigma_y moves a spin with amplitude two.
        hop = at({site: plus, site + 1: plus.T})
        hamiltonian += 2.0 * (hop + hop.T) + 0.5 * at({site: z, site + 1: z})
    first, last = at({0: plus}), at({spins - 1: plus})
    rates = np.sqrt([0.8, 0.2, 0.3, 0.7])
    jumps = tuple(rate * jump for rate, jump in zip(rates, (first, first.T, last, last.T), strict=True))
    return BoundaryDriven(
        f"XXZ chain, n = {spins}", hamiltonian, jumps, np.array([1.0, -1, 0, 0]), np.array([0.0, 0, -1, 1])
    )


def oscillators(levels: int) -> BoundaryDriven:
    """Two oscillators, frequency 1, coupling .35, damping 1; the hot one at n = .5, the cold one at .05."""
    lower, one = np.diag(np.sqrt(np.arange(1.0, levels)), 1), np.eye(levels)
    hot, cold = np.kron(lower, one), np.kron(one, lower)
    hamiltonian = hot.T @ hot + cold.T @ cold + 0.35 * (hot.T @ cold + cold.T @ hot)
    rates = np.sqrt([1.5, 0.5, 1.05, 0.05])
    jumps = tuple(rate * jump for rate, jump in zip(rates, (hot, hot.T, cold, cold.T), strict=True))
    # What the cold bath gives, as in the reference numbers: a quantum lost to it counts -1.
    return BoundaryDriven(
        f"two oscillators, {levels} x {levels}",
        hamiltonian,
        jumps,
        np.array([0.0, 0, -1, 1]),
        np.array([1.0, -1, 0, 0]),
    )
