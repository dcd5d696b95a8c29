"""Steady state and noise of one current in QuTiP and in qthermo, by each way that they leave open."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import qthermo
import qutip

from harness.boundary_driven import BoundaryDriven

MeanAndNoise = tuple[float, float]


@dataclass(frozen=True)
class QutipCounting:
    """The Liouvillian and the superoperator of the current, made beforehand and sparse.

    Args:
        generator: the Liouvillian.
        current: sum_k c_k L_k rho L_k^+.
        shots: sum_k (c_k^2 - c_k) L_k^+ L_k, an operator.
    """

    generator: qutip.Qobj
    current: qutip.Qobj
    shots: qutip.Qobj

    @classmethod
    def of(cls, system: BoundaryDriven) -> QutipCounting:
        """Everything that does not depend on the steady state.

        Args:
            system: the system.

        Returns:
            It.
        """
        jumps = [qutip.Qobj(jump).to("csr") for jump in system.jumps]
        counted = [(weight, jump) for weight, jump in zip(system.counted, jumps, strict=True) if weight]
        return cls(
            qutip.liouvillian(qutip.Qobj(system.hamiltonian).to("csr"), jumps).to("csr"),
            sum(weight * qutip.sprepost(jump, jump.dag()) for weight, jump in counted).to("csr"),
            sum((weight**2 - weight) * jump.dag() @ jump for weight, jump in counted),
        )

    def steady_state(self, *, reordered: bool = False) -> qutip.Qobj:
        """By a sparse direct solve, the fastest of QuTiP's methods here.

        Args:
            reordered: whether QuTiP reorders by reverse Cuthill-McKee first.

        Returns:
            The steady state.
        """
        return qutip.steadystate(self.generator, solver="spsolve", use_rcm=reordered)

    def noise(self, state: qutip.Qobj, *, sparse: bool = True) -> MeanAndNoise:
        """By `countstat_current_noise`.

        Args:
            state: the steady state.
            sparse: QuTiP's switch.

        Returns:
            Mean and noise.
        """
        method = "direct" if sparse else "solve"
        mean, noise, _ = qutip.countstat_current_noise(
            self.generator, [], rhoss=state, J_ops=[self.current], sparse=sparse, method=method
        )
        # For the self-noise QuTiP takes sum c a, which is right for weights of 0 and 1; it is sum c^2 a.
        return float(mean[0]), float(noise[0, 0, 0] + qutip.expect(self.shots, state).real)

    def by_hand(self, state: qutip.Qobj) -> MeanAndNoise:
        """From QuTiP's `pseudo_inverse` with options that its counting statistics cannot pass on.

        Args:
            state: the steady state.

        Returns:
            Mean and noise.
        """
        inverse = qutip.pseudo_inverse(self.generator, rhoss=state, method="splu", sparse=True, csc=True, use_rcm=True)
        vector = self.current @ qutip.operator_to_vector(state)
        mean = qutip.vector_to_operator(vector).tr().real
        moved = qutip.vector_to_operator(self.current @ (inverse @ vector)).tr().real
        return mean, mean + qutip.expect(self.shots, state).real - 2.0 * moved


def qthermo_noise(system: BoundaryDriven) -> MeanAndNoise:
    """Steady state, mean and noise by qthermo's one function for them; it builds its Liouvillian inside, twice.

    Args:
        system: the system.

    Returns:
        Mean and noise.
    """
    baths = [qthermo.Bath("left", list(system.jumps[:2])), qthermo.Bath("right", list(system.jumps[2:]))]
    weights = system.counted.tolist()
    counted = {"left": weights[:2], "right": weights[2:]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of scipy, about the format that qthermo hands over
        found = qthermo.current_statistics(system.hamiltonian.astype(np.complex128), counted, baths=baths)
    return found.mean, found.noise
