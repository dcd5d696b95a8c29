"""The logarithm of the steady state that an evolution ends in, which must have full rank."""

from __future__ import annotations

import warnings

import numpy as np

from thermokin._errors import HypothesisError, LostPointsWarning, users_level
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.motion.evolution import Evolution
from thermokin.motion.steady_state import steady_state

__all__ = ["steady_logarithm"]

SAME = 1e-10  # difference of two states of trace one that is rounding


def steady_logarithm(evolution: Evolution) -> FrameOperator:
    """Ln of the steady state, to all digits where that is an equilibrium.

    Args:
        evolution: any evolution.

    Returns:
        The operator; NaN, and named by a warning, at points of a sweep where the steady state lacks full rank.

    Raises:
        HypothesisError: if it does so everywhere.
    """
    stationary = evolution.final
    if stationary is not None and evolution.population_only:
        full = np.asarray((stationary > 0.0).all(axis=-1))
        _require_some(full)
        return FrameOperator(np.where(full[..., None], np.log(np.where(stationary > 0.0, stationary, 1.0)), np.nan))
    held = evolution.initial.matrix
    identity = np.eye(evolution.model.dimension, dtype=np.complex128)
    start = evolution.initial.populations[..., None] * identity if held is None else held
    # The start says which steady state is meant, where there are several.
    matrix = steady_state(evolution.model, initial=evolution.model.from_frame(start)).matrix
    equilibrium = _equilibrium(evolution, matrix)
    return FrameOperator(equilibrium) if equilibrium is not None else FrameOperator.from_matrix(_logarithm(matrix))


def _equilibrium(evolution: Evolution, steady: ComplexArray) -> FloatArray | None:
    """Ln of the equilibrium that the steady state is; populations below rounding are known from nowhere else."""
    equilibrium = evolution.liouvillian.log_equilibrium
    if equilibrium is None or not np.isfinite(equilibrium).all():
        return None
    identity = np.eye(equilibrium.shape[-1], dtype=np.complex128)
    same = np.abs(steady - np.exp(equilibrium)[..., None] * identity) <= SAME
    return equilibrium if same.all() else None


def _logarithm(steady: ComplexArray) -> ComplexArray:
    values, vectors = np.linalg.eigh(steady)
    full = np.asarray((values > 0.0).all(axis=-1))
    _require_some(full)
    logarithms = np.log(np.where(values > 0.0, values, 1.0))
    matrix = (vectors * logarithms[..., None, :]) @ vectors.conj().swapaxes(-1, -2)
    return np.where(full[..., None, None], matrix, np.nan)


def _require_some(full: BoolArray) -> None:
    if not full.any():
        raise HypothesisError("the non-adiabatic part needs a steady state of full rank.")
    if not full.all():
        lost = np.argwhere(~full).tolist()
        message = (
            f"the steady state lacks full rank at {len(lost)} of {full.size} points, the first {tuple(lost[0])}: they "
            "have no adiabatic and no non-adiabatic part, and are NaN."
        )
        warnings.warn(LostPointsWarning(message, lost), stacklevel=users_level())
