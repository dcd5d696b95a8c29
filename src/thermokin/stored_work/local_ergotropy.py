"""Work that unitaries on single parts draw, and what correlations lock away from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, HypothesisError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.parameter import Known
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import partial_trace
from thermokin.parts.given_state import GivenState, dims_given, given_state, hamiltonian_given
from thermokin.parts.local_terms import local_terms
from thermokin.stored_work.ergotropy import Ergotropy, of_given

__all__ = ["LocalErgotropy", "local_ergotropy"]

QUBIT = 2


@dataclass(frozen=True, eq=False)
class LocalErgotropy(Result):
    """What each part gives up by itself.

    Args:
        whole: the ergotropy of the whole.
        dims: sizes of the parts.
        parts: work of the best unitary on each part alone, couplings included (..., part) [energy].
        interacting: whether the Hamiltonian couples parts.
    """

    whole: Ergotropy
    dims: tuple[int, ...]
    parts: FloatArray
    interacting: bool

    @property
    def times(self) -> FloatArray | None:
        """Times (..., t) [time]; None of states alone."""
        return self.whole.times

    @property
    def parameters(self) -> Mapping[str, Known]:
        """What varies along the leading axes, by name."""
        return self.whole.parameters

    @property
    def total(self) -> FloatArray:
        """Ergotropy of the whole (...) [energy]."""
        return self.whole.total

    @cached_property
    def together(self) -> FloatArray:
        """Work of the best product of unitaries (...) [energy], the sum over parts.

        Raises:
            HypothesisError: if parts are coupled, where it is no sum.
        """
        if self.interacting:
            raise HypothesisError(
                "parts are coupled: what unitaries on several of them draw together is not the sum of what each does."
            )
        return np.asarray(self.parts.sum(axis=-1))

    @property
    def gap(self) -> FloatArray:
        """What correlations lock away from local unitaries, the whole less `together` (...) [energy], >= 0.

        Raises:
            HypothesisError: if parts are coupled.

        Reference:
            mukherjee2016.
        """
        return np.asarray(self.total - self.together)


def local_ergotropy(
    state: object, hamiltonian: OperatorLike | None = None, dims: Sequence[int] | None = None
) -> LocalErgotropy:
    """The largest work that a unitary on each single part draws from a state of several.

    Without couplings that is the ergotropy of the reduced state. With couplings the whole energy counts, and of a qubit
    the best rotation R is known: with M_ij = tr[tr_k(s_j rho) tr_k(s_i H)]/2 the work is
    tr M + m_1 + m_2 + sign(det(-M)) m_3, m the singular values of M in descending order.

    Args:
        state: as `ergotropy` takes it.
        hamiltonian: H of the whole (..., d, d) [energy]; None for the operator whose energy the model counts.
        dims: sizes of the parts; None for those that QuTiP's objects have said.

    Returns:
        Work by part (..., part), and what correlations lock.

    Raises:
        ArgumentError: if sizes do not make the dimension, or a part with more than two levels is coupled.
        ValueError: as `ergotropy`.
        TypeError: as `ergotropy`.
        UnphysicalStateError: as `ergotropy`.

    Reference:
        mukherjee2016, salvia2023.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
        >>> level = np.diag([0.0, 1.0])
        >>> both = tk.operators.embed(level, 0, (2, 2)) + tk.operators.embed(level, 1, (2, 2))
        >>> found = tk.local_ergotropy(np.outer(bell, bell), both, (2, 2))
        >>> float(found.total.round(12)), found.parts.round(12), float(found.gap.round(12))
        (1.0, array([0., 0.]), 1.0)
    """
    given = given_state(state)
    sizes, beside = dims_given(given, dims), hamiltonian_given(given, hamiltonian)
    local, coupled = local_terms(beside, sizes)
    found = []
    for part, size in enumerate(sizes):
        if not coupled.any():
            found.append(_alone(given, local[part], part, sizes))
        elif size == QUBIT:
            found.append(_of_qubit(given.states, beside, part, sizes))
        else:
            raise ArgumentError(
                f"part {part} of `dims` has {size} levels and is coupled: the best unitary on a coupled part is known "
                "in closed form for two levels alone. Give the Hamiltonian without couplings for what is left once "
                "they are switched off.",
                "hamiltonian",
            )
    parts = np.stack(np.broadcast_arrays(*found), axis=-1)
    return LocalErgotropy(of_given(given, beside), sizes, parts, bool(coupled.any()))


def _alone(given: GivenState, hamiltonian: ComplexArray, part: int, dims: tuple[int, ...]) -> FloatArray:
    reduced = GivenState(partial_trace(given.states, part, dims), given.times, rounding=given.rounding)
    return of_given(reduced, hamiltonian).total


def _of_qubit(states: ComplexArray, hamiltonian: ComplexArray, part: int, dims: tuple[int, ...]) -> FloatArray:
    """The work of the best rotation of a qubit that is coupled."""
    bloch, form = _pauli_parts(states, part, dims), _pauli_parts(hamiltonian, part, dims)
    matrix = 0.5 * np.einsum("...jab,...iba->...ij", bloch, form).real
    known = np.asarray(np.isfinite(matrix).all(axis=(-2, -1)))
    matrix = np.where(known[..., None, None], matrix, 0.0)
    singular = np.linalg.svd(matrix, compute_uv=False)
    sign = np.sign(np.linalg.det(-matrix))
    best = singular[..., 0] + singular[..., 1] + sign * singular[..., 2]
    return np.where(known, np.maximum(np.trace(matrix, axis1=-2, axis2=-1) + best, 0.0), np.nan)


def _pauli_parts(matrix: ComplexArray, part: int, dims: tuple[int, ...]) -> ComplexArray:
    """tr_k(s_i A) for the three Pauli matrices of part k (..., 3, r, r)."""
    before, after = int(np.prod(dims[:part])), int(np.prod(dims[part + 1 :]))
    apart = matrix.reshape(*matrix.shape[:-2], before, QUBIT, after, before, QUBIT, after)
    sigma = np.stack([pauli().x, pauli().y, pauli().z])
    found = np.einsum("sji,...aibcjd->...sabcd", sigma, apart)
    rest = before * after
    return np.asarray(found.reshape(*found.shape[:-4], rest, rest))
