"""Ergotropy: the most work that unitaries draw from a state, what of it rests on coherence, and what stays locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import entr, logsumexp

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import ArrayResult
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.parameter import Known
from thermokin.operators.as_numbers import as_real, as_whole, common_axes
from thermokin.operators.gibbs import gibbs_populations
from thermokin.operators.outside import common_dims, dims_of
from thermokin.parts.given_state import GivenState, given_state, hamiltonian_given
from thermokin.parts.resolved import entropy_of, resolved_eigenvalues
from thermokin.stored_work.asymptotic import temperature_with_entropy_of
from thermokin.stored_work.copies import passive_energy_of_copies
from thermokin.stored_work.passive import EnergyFrame, descending, energy_frame

__all__ = ["Ergotropy", "ergotropy"]


@dataclass(frozen=True, eq=False)
class Ergotropy(ArrayResult):
    """What work a state holds, with leading axes of a sweep and, along an evolution, times.

    Args:
        given: the states.
        hamiltonian: their Hamiltonian (..., d, d) [energy].
        total: the ergotropy (...) [energy], tr(H rho) less the energy of the passive state.
        incoherent: of the state without coherences between different energies (...) [energy].
        eigenvalues: of the state, largest first (..., d).
        frame: the states among the eigenvectors of the Hamiltonian.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> found = tk.ergotropy(np.diag([0.5, 0.38, 0.12]), np.diag([0.0, 0.579, 1.0]))  # passive, but not for good
        >>> bool(found.total == 0.0), bool(found.of_copies(2) > 0.0)
        (True, True)
    """

    given: GivenState
    hamiltonian: ComplexArray
    total: FloatArray
    incoherent: FloatArray
    eigenvalues: FloatArray
    frame: EnergyFrame

    @property
    def values(self) -> FloatArray:
        """What it reads as where an array is wanted: the ergotropy (...) [energy]."""
        return self.total

    @property
    def times(self) -> FloatArray | None:
        """Times (..., t) of an evolution or of the seams of a cycle [time]; None of states alone."""
        return self.given.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes, by name."""
        return self.given.parameters

    @property
    def coherent(self) -> FloatArray:
        """What the ergotropy owes to coherences between different energies (...) [energy], >= 0."""
        return np.asarray(self.total - self.incoherent)

    @cached_property
    def energy(self) -> FloatArray:
        """Tr(H rho) (...) [energy]."""
        return np.asarray((self.frame.diagonal * self.frame.above).sum(axis=-1) + self.frame.ground)

    @cached_property
    def passive_energy(self) -> FloatArray:
        """Energy of the passive state, the least that unitaries reach (...) [energy]."""
        return np.asarray(self.locked + self.frame.ground)

    @cached_property
    def locked(self) -> FloatArray:
        """Energy above the ground level that no unitary takes out (...) [energy], that of the passive state."""
        return np.asarray((self.eigenvalues * self.frame.above).sum(axis=-1))

    @cached_property
    def passive_state(self) -> ComplexArray:
        """The state with the same eigenvalues, largest on the lowest level (..., d, d), in the user's basis."""
        one = np.eye(self.eigenvalues.shape[-1], dtype=np.complex128)
        return self.frame.from_frame(np.asarray(self.eigenvalues[..., None] * one))

    @cached_property
    def entropy(self) -> FloatArray:
        """Von Neumann entropy (...) [nats]."""
        return np.asarray(entr(self.eigenvalues).sum(axis=-1))

    @cached_property
    def coherence(self) -> FloatArray:
        """Relative entropy of coherence, S(rho without coherences between energies) - S(rho) (...) [nats]."""
        return np.asarray(entropy_of(self.frame.dephased, self.given.rounding) - self.entropy)

    @cached_property
    def asymptotic_temperature(self) -> FloatArray:
        """Temperature of the Gibbs state with the entropy of the state (...) [energy]; may be 0 or inf."""
        above, lead = self.frame.above, self.total.shape
        shape = (*lead, above.shape[-1])
        return temperature_with_entropy_of(np.broadcast_to(self.eigenvalues, shape), np.broadcast_to(above, shape))

    @cached_property
    def asymptotic(self) -> FloatArray:
        """Ergotropy of each of infinitely many copies, tr(H rho) - tr(H tau) with S(tau) = S(rho) (...) [energy].

        tau is Gibbs' state at `asymptotic_temperature`: a state without bath gives no more, however many there are.

        Reference:
            alicki2013.
        """
        known = ~np.isnan(self.asymptotic_temperature)
        p = gibbs_populations(self.frame.above, np.where(known, self.asymptotic_temperature, 0.0))
        left = (self.frame.diagonal * self.frame.above).sum(axis=-1) - (p * self.frame.above).sum(axis=-1)
        return np.where(known, np.maximum(left, self.total), np.nan)

    @property
    def bound(self) -> FloatArray:
        """What only many copies together give up, `asymptotic` less the ergotropy (...) [energy], >= 0."""
        return np.asarray(self.asymptotic - self.total)

    def of_copies(self, copies: int) -> FloatArray:
        """Ergotropy of each of several copies that are worked on together.

        Args:
            copies: N >= 1.

        Returns:
            (...) [energy], from `total` at N = 1 to `asymptotic` for many.

        Raises:
            ArgumentError: if copies are too many to be sorted.

        Cost:
            Sorting (N + d - 1)! / N! (d - 1)! kinds of levels.
        """
        count = as_whole(copies, "copies", 1)
        mean = (self.frame.diagonal * self.frame.above).sum(axis=-1)
        return np.asarray(mean - passive_energy_of_copies(self.eigenvalues, self.frame.above, count) / count)

    def free_energy(self, temperature: object) -> FloatArray:
        """Nonequilibrium free energy tr(H rho) - T S(rho).

        Args:
            temperature: T (...), finite and >= 0, beside the leading axes without times [energy].

        Returns:
            (...) [energy].

        Raises:
            ArgumentError: if a temperature is negative or not finite.
        """
        return np.asarray(self.energy - self._beside(temperature) * self.entropy)

    def work_with_bath(self, temperature: object) -> FloatArray:
        """The most that a bath helps to draw, the free energy less that of Gibbs' state, T D(rho || tau_T) >= 0.

        At any temperature it is at least the ergotropy, at `asymptotic_temperature` it equals `asymptotic`.

        Args:
            temperature: T (...), finite and >= 0, beside the leading axes without times [energy].

        Returns:
            (...) [energy].

        Raises:
            ArgumentError: if a temperature is negative or not finite.
        """
        at = self._beside(temperature)
        with np.errstate(over="ignore"):
            reduced = self.frame.above / np.where(at > 0.0, at, 1.0)[..., None]
        least = -at * logsumexp(-reduced, axis=-1)
        return np.asarray((self.frame.diagonal * self.frame.above).sum(axis=-1) - at * self.entropy - least)

    def _beside(self, temperature: object) -> FloatArray:
        found = as_real(temperature, "temperature")
        if not (np.isfinite(found) & (found >= 0.0)).all():
            raise ArgumentError("`temperature` must be finite and 0 or larger.", "temperature")
        beside = found[..., None] if self.times is not None and found.ndim else found
        common_axes({"state": self.total.shape, "temperature": beside.shape})
        return np.asarray(beside)


def ergotropy(state: object, hamiltonian: OperatorLike | None = None) -> Ergotropy:
    """The largest work that cyclic unitaries draw from a state, with its incoherent and its coherent part.

    W = tr(H rho) - sum_k r_k E_k, r descending and E ascending. The incoherent part is the ergotropy of rho without its
    coherences between different energies: for levels that are not degenerate, what permutations of them draw. The
    coherent part is the rest.

    Args:
        state: density matrix (..., d, d), QuTiP state, or what `evolve`, `steady_state` and `limit_cycle` return, of
            which the states at all times, at rest, or at the seams of the legs are taken.
        hamiltonian: H (..., d, d) [energy]; leading axes broadcast. None for what the model counts the energy of.

    Returns:
        Ergotropy (...), over time (..., t), with its parts, passive state, locked energy, many copies, free energy.

    Raises:
        ArgumentError: if no Hamiltonian is known, or it has another dimension.
        UnphysicalStateError: if a state has a negative eigenvalue.
        ValueError: if the state is not Hermitian and of trace one, the Hamiltonian is not Hermitian, or leading axes do
            not broadcast.
        TypeError: if an argument does not hold numbers.

    Cost:
        Two Hermitian eigendecompositions, O(d^3) per state.

    Reference:
        allahverdyan2004, francica2020.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> psi = np.array([0.6, 0.0, 0.8])
        >>> found = tk.ergotropy(0.7 * np.outer(psi, psi) + 0.3 * np.diag([0.2, 0.5, 0.3]), np.diag([0.0, 1.0, 2.5]))
        >>> [round(float(work), 10) for work in (found.total, found.incoherent, found.coherent)]
        [1.1687314878, 0.808, 0.3607314878]
    """
    given = given_state(state)
    common_dims({"state": dims_of(state, "state"), "hamiltonian": dims_of(hamiltonian, "hamiltonian")})
    beside = hamiltonian_given(given, hamiltonian)
    return of_given(given, beside)


def of_given(given: GivenState, hamiltonian: ComplexArray) -> Ergotropy:
    """The ergotropy of states that have been read.

    Args:
        given: the states.
        hamiltonian: beside them (..., d, d).

    Returns:
        The ergotropy.
    """
    frame = energy_frame(given.states, hamiltonian)
    eigenvalues = descending(given.states, given.rounding)
    populations = -np.sort(-_populations(frame, given.rounding), axis=-1)
    total = ((frame.diagonal - eigenvalues) * frame.above).sum(axis=-1)
    incoherent = ((frame.diagonal - populations) * frame.above).sum(axis=-1)
    # Both are >= 0 and ordered; what is below by rounding is 0.
    incoherent = np.maximum(incoherent, 0.0)
    return Ergotropy(given, hamiltonian, np.maximum(total, incoherent), incoherent, eigenvalues, frame)


def _populations(frame: EnergyFrame, rounding: float) -> FloatArray:
    """Eigenvalues of the state without coherences between energies (..., d)."""
    off = frame.same & ~np.eye(frame.above.shape[-1], dtype=bool)
    if not off.any():
        return frame.diagonal
    return np.asarray(resolved_eigenvalues(frame.dephased, rounding))
