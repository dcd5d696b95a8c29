"""Emission against absorption of one line: the relation of fluctuations and response that Lindblad damping keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import HypothesisError
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin.linear_response.observed import AnswerAtRest, AtRest, answered

__all__ = ["ResolvedBalance", "resolved_balance"]

QUANTUM = 1e-9  # of the largest energy: how far the quanta of an operator's elements may differ
STATEMENT = (
    "S_A(w) exp(w_0 / T) = S_A+(-w) of an operator that lowers the energy by w_0: emission against absorption, at "
    "every w at equilibrium with a Davies generator"
)


@dataclass(frozen=True, eq=False)
class ResolvedBalance(AnswerAtRest):
    """ln [S_A+(-w) / S_A(w)] - w_0 / T of one line; NumPy takes it for an array of these. Nothing at equilibrium.

    Args:
        steady_state: where it was observed.
        frequencies: w (f,) [1/time].
        values: the violation (..., f) [nats].
        error: from above as a rule, how far each may be off (..., f).
        emission: S_A(w) = int dt exp(-i w t) <<A^+(t) A(0)>> (..., f).
        absorption: S_A+(-w) (..., f), the same with A^+ in place of A.
        quantum: w_0 (...) [energy].
        temperature: T (...) at which the relation is tried [energy].
        statement: the relation in words.
    """

    frequencies: FloatArray
    values: FloatArray
    error: FloatArray
    emission: FloatArray
    absorption: FloatArray
    quantum: FloatArray
    temperature: FloatArray
    statement: str = STATEMENT

    @property
    def effective_temperature(self) -> FloatArray:
        """w_0 / ln [S_A+(-w) / S_A(w)] (..., f) [energy], negative under inversion."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.quantum[..., None] / np.log(self.absorption / self.emission))


def resolved_balance(one: AtRest, temperature: FloatArray, grid: FloatArray) -> ResolvedBalance:
    """Emission against absorption.

    Args:
        one: A at a steady state.
        temperature: T (...).
        grid: w (f,).

    Returns:
        The violation.

    Raises:
        HypothesisError: if A changes the energy by different quanta, or by nothing.
        NotConvergedError: if rounding leaves fewer than six digits of either side.
    """
    quantum = _quantum(one)
    state = one.steady_state
    with few_threads(state.matrix.shape[-1]):
        # (conjugate of tr(A^+ exp(L t) A rho)) turns with exp(i w t); that of A^+ is looked at where it stands, at -w.
        down, up = one.followed_by(one.adjoint).conjugate.at(grid), one.adjoint.followed_by(one).conjugate.at(-grid)
    names = [f"a side of the relation at the frequency {frequency:g}" for frequency in grid]
    sides = [answered(2.0 * value.real, 2.0 * error, 2.0 * size, names, state) for value, error, size in (down, up)]
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.log(sides[1] / sides[0]) - (quantum / temperature)[..., None]
        error = 2.0 * (down[1] / np.abs(sides[0]) + up[1] / np.abs(sides[1]))
    return ResolvedBalance(state, grid, values, error, sides[0], sides[1], quantum, temperature)


def _quantum(one: AtRest) -> FloatArray:
    """What A takes from the energy, with [H_E, A] = -w_0 A."""
    energy, matrix = one.steady_state.model.energy.dense, one.matrix
    moved = matrix @ energy - energy @ matrix
    size = (np.abs(matrix) ** 2).sum(axis=(-2, -1))
    quantum = np.asarray((moved * matrix.conj()).sum(axis=(-2, -1)).real / np.where(size > 0.0, size, 1.0))
    miss = np.sqrt((np.abs(moved - quantum[..., None, None] * matrix) ** 2).sum(axis=(-2, -1)))
    largest = np.abs(energy).max(axis=(-2, -1))
    if (miss > QUANTUM * largest * np.sqrt(size)).any() or (np.abs(quantum) <= QUANTUM * largest).any():
        raise HypothesisError(
            "fluctuations and response are tied at equilibrium for observables that are diagonal in the model's frame, "
            "and for operators that take one quantum from the energy, [H_E, A] = -w_0 A; this operator is neither. "
            "Take the part of it between levels of one distance."
        )
    return quantum
